"""How the sentences about a case name things: its steps, its elements, its timers, and who acts.

Short, as one says them in an office: ``langkah 3``, by its name only where the diagram gives it no number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine import Duration, Moment, Node, StepNow, TimerNow

from .standing import Office

KINDS: Mapping[str, str] = {
    "startEvent": "awal diagram",
    "endEvent": "akhir diagram",
    "exclusiveGateway": "percabangan",
    "parallelGateway": "gerbang paralel",
    "inclusiveGateway": "gerbang inklusif",
    "boundaryEvent": "timer",
    "intermediateCatchEvent": "jeda",
    "subProcess": "subproses",
    "callActivity": "proses yang dipanggil",
}
"""What an element without a name is called."""


def step_named(step: StepNow, *, whole: bool = False, at_start: bool = True) -> str:
    """Return a step as a sentence names it: ``Langkah 3``, with its count if it was repeated.

    Its name is added where ``whole`` asks for it, and where the diagram gives it no number.
    """
    item = step.item
    number = item.step if item.step and not whole else f"{item.step} “{item.name}”" if item.step else f"“{item.name}”"
    count = f" (kali ke-{step.opening})" if step.opening > 1 else ""
    return f"{'Langkah' if at_start else 'langkah'} {number}{count}"


def node_named(node: Node) -> str:
    """Return an element as a sentence names it in its middle."""
    if node.kind == "userTask":
        return f"langkah {node.step or f'“{node.name or node.id}”'}"
    kind = KINDS.get(node.kind, "elemen")
    return f"{kind} “{node.name}”" if node.name else kind if node.kind in KINDS else f"elemen {node.id}"


def timer_named(timer: TimerNow) -> str:
    """Return a timer as a sentence names it in its middle, with its office time."""
    length = f"{Duration.parse(timer.duration).words()} kerja"
    match timer.role:
        case "reminder":
            return f"pengingat {node_named(timer.on)} ({length})"
        case "interrupt":
            return f"batas akhir {node_named(timer.on)} ({length})"
        case "wait":
            return f"jeda {length}{f' “{timer.on.name}”' if timer.on.name else ''}"
        case _:
            return f"batas waktu {node_named(timer.on)} ({length})"


def actor_named(moment: Moment, office: Office) -> str:
    """Return who did it, and for which lane."""
    who = office.person(moment.event.actor) or moment.event.actor
    return f"{who}, atas nama {moment.event.on_behalf_of}" if moment.event.on_behalf_of else who


def quoted(reason: str) -> str:
    """Return a reason so that the sentence ends once, whatever stands at its end."""
    return reason if reason.endswith((".", "!", "?", "…")) else f"{reason}."


def listed(words: Iterable[str]) -> str:
    """Return words as a list within a sentence: ``a, b dan c``."""
    *first, last = [*words] or [""]
    return f"{', '.join(first)} dan {last}" if first else last


def capital(text: str) -> str:
    """Return a text with a capital at its beginning, the rest as it is."""
    return text[:1].upper() + text[1:]
