"""The sentences for what changed in a part of a diagram, one function per kind of part.

Each takes from the changes what it has words for; whoever calls tells the rest as it stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from .changes import Changes
from .naming import DURATION, KINDS, Side, words_of
from .parts import LANE, PARENT, PROPERTY, Part
from .told import NOTHING, change, plain_change

_STEP_TEXTS: Final = ("persyaratan", "waktu", "output", "keterangan", "langkah")
_LOOP: Final = "bpmn:multiInstanceLoopCharacteristics"
_CONDITION: Final = "bpmn:conditionExpression"


def placed(before: Part, after: Part, changes: Changes, old: Side, new: Side) -> Iterator[str]:
    """Yield that a node stands in another lane, sub-process or pool."""
    if lane := changes.take(LANE):
        # Ids of old lanes were renamed to those of now, so only a lane that is gone needs the old diagram's name.
        names = old.lane_names(before.facts.get(LANE, "")), new.lane_names(after.facts.get(LANE, ""))
        kept = "" if names[0] != names[1] else f" (id {lane[0]} → {lane[1]})"
        yield f"pindah lajur {names[0]} → {names[1]}{kept}"
    if changes.take(PARENT):
        yield f"pindah tempat: {old.name(before.holder)} → {new.name(after.holder)}"


def of_everything(before: Part, after: Part, changes: Changes, old: Side, new: Side) -> Iterator[str]:
    """Yield what any part may have: kind, name, id, notes."""
    if changes.take("kind()"):
        yield f"jenis {KINDS.get(before.kind, before.kind)} → {KINDS.get(after.kind, after.kind)}"
    if changed := changes.take("@name"):
        yield f"nama {change(*changed)}"
    if changed := changes.take("@id"):
        yield f"id {plain_change(*changed)}"
    for path in ("bpmn:documentation/text()", "bpmn:text/text()"):
        if changed := changes.take(path):
            yield f"{'catatan redaksi' if 'documentation' in path else 'isi'} {change(*changed)}"


def of_node(before: Part, after: Part, changes: Changes, old: Side, new: Side) -> Iterator[str]:
    """Yield what changed in a step, an event or a gateway."""
    yield from placed(before, after, changes, old, new)
    if changed := changes.take(f"{PROPERTY}no"):
        yield f"nomor langkah {plain_change(*changed)}"
    yield from _form(changes)
    if changed := changes.take("@camunda:candidateGroups"):
        yield f"kelompok pelaksana {_or(changed, 'seluruh lajur')}"
    yield from _loop(changes)
    for name in _STEP_TEXTS:
        if changed := changes.take(f"{PROPERTY}{name}"):
            yield f"{name} {change(*changed)}"
    yield from _called(before, after, changes, old, new)
    if changed := changes.take("@default"):
        exits = f"{_exits(before.facts, old)} → {_exits(after.facts, new)}"
        yield f"jalan bila tidak ada syarat yang terpenuhi (default): {exits}"
    if changed := changes.take(DURATION):
        yield f"lama menunggu {words_of(changed[0])} → {words_of(changed[1])}"
    yield from _end(changes)
    for name, changed in changes.taken(PROPERTY).items():
        yield f"properti {name}: {change(*changed)}"


def _or(changed: tuple[str | None, str | None], otherwise: str) -> str:
    return f"{changed[0] or otherwise} → {changed[1] or otherwise}"


def _form(changes: Changes) -> Iterator[str]:
    link, key = changes.take("@camunda:formRef"), changes.take("@camunda:formKey")
    for changed in filter(None, (link, key)):
        yield f"formulir {_or(changed, 'tanpa formulir')}"
    binding = changes.take("@camunda:formRefBinding")
    if binding and (not link or "deployment" in binding):
        words = {"latest": "yang terbaru", "deployment": "yang ikut diunggah", None: "yang terbaru (bawaan)"}
        yield f"versi formulir yang diikat: {' → '.join(words.get(each, str(each)) for each in binding)}"


def _loop(changes: Changes) -> Iterator[str]:
    count = changes.take(f"{_LOOP}/bpmn:loopCardinality/text()")
    if count:
        once = [f"{each.strip()} kali" if each is not None else "sekali" for each in count]
        yield f"dikerjakan {once[0]} → {once[1]}"
    if changed := changes.take(f"{_LOOP}/@isSequential"):
        words = {"true": "berurutan", "false": "serentak", None: "serentak (bawaan)"}
        yield f"pengulangan {' → '.join(words.get(each, str(each)) for each in changed)}"


def _called(before: Part, after: Part, changes: Changes, old: Side, new: Side) -> Iterator[str]:
    if changed := changes.take("@calledElement"):
        yield f"memanggil proses {plain_change(*changed)}"
    called = after.facts.get("@calledElement")
    if called and called == before.facts.get("@calledElement") and old.calls and new.calls:
        versions = old.calls.get(called), new.calls.get(called)
        if versions[0] != versions[1] and None not in versions:
            yield f"memanggil {called} versi {versions[0]} → versi {versions[1]}"


def _exits(facts: Mapping[str, str], side: Side) -> str:
    flow = facts.get("@default", "")
    part = side.parts.get(flow)
    return f"ke {side.name(part.facts.get('@targetRef', ''))}" if part else flow or NOTHING


def _end(changes: Changes) -> Iterator[str]:
    ends = {
        "bpmn:terminateEventDefinition": "penghentian seluruh perkara",
        "bpmn:escalationEventDefinition": "eskalasi",
    }
    for path, words in ends.items():
        if changed := changes.take(path):
            yield f"berakhir dengan {words}: {'ya → tidak' if changed[1] is None else 'tidak → ya'}"


def of_timer(before: Part, after: Part, changes: Changes, old: Side, new: Side) -> Iterator[str]:
    """Yield what changed in a boundary timer of a step."""
    roles = old.roles[before.id], new.roles[after.id]
    one, other = old.timer(before), new.timer(after)
    changed, interrupting = changes.take(DURATION), changes.take("@cancelActivity")
    if changed and roles[0] == roles[1]:
        yield (
            f"{one} → {words_of(changed[1])}"
            if words_of(changed[0]) != words_of(changed[1])
            else (f"{one}: penulisan {change(*changed)}")
        )
    elif changed or (roles[0] != roles[1] and not interrupting):
        yield f"{one} → {other}"
    if interrupting:
        yield f"sesudah {other}: langkah {_after(interrupting[0])} → {_after(interrupting[1])}"
    if changes.take("@attachedToRef"):
        yield f"{other} pindah dari {old.name(before.facts.get('@attachedToRef', ''))}"
    lane = changes.take(LANE)
    if lane and not _follows(before, after, old, new):
        yield f"penanda waktu {other} pindah lajur {old.lanes(before)} → {new.lanes(after)}"
    if changed := changes.take("@name"):
        yield f"nama penanda {other} {change(*changed)}"


def _after(interrupting: str | None) -> str:
    return "tetap terbuka" if interrupting == "false" else "ditarik"


def _follows(before: Part, after: Part, old: Side, new: Side) -> bool:
    """Return whether a timer only went along with its step."""
    hosts = old.parts.get(before.facts.get("@attachedToRef", "")), new.parts.get(after.facts.get("@attachedToRef", ""))
    if hosts[0] is None or hosts[1] is None:
        return False
    return (before.facts[LANE], after.facts[LANE]) == (hosts[0].facts.get(LANE), hosts[1].facts.get(LANE))


def of_flow(before: Part, after: Part, changes: Changes, old: Side, new: Side) -> Iterator[str]:
    """Yield what changed in a flow."""
    for end, words in (("sourceRef", "berangkat dari"), ("targetRef", "menuju")):
        if changes.take(f"@{end}"):
            yield (
                f"kini {words} {new.name(after.facts.get(f'@{end}', ''))}, "
                f"sebelumnya {old.name(before.facts.get(f'@{end}', ''))}"
            )
    if changed := changes.take(f"{_CONDITION}/text()"):
        yield f"syarat {change(*changed)}"
    if changes.take(PARENT):
        yield f"pindah tempat: {old.name(before.holder)} → {new.name(after.holder)}"


def of_lane(before: Part, after: Part, changes: Changes, old: Side, new: Side) -> Iterator[str]:
    """Yield what changed in a lane."""
    if changed := changes.take(f"{PROPERTY}diwakili"):
        yield f"boleh diwakili {_or(changed, 'tidak oleh siapa pun')}"
    if changes.take(PARENT):
        yield f"pindah tempat: {old.name(before.holder)} → {new.name(after.holder)}"
    for name, changed in changes.taken(PROPERTY).items():
        yield f"properti {name}: {change(*changed)}"


def of_added(part: Part, side: Side) -> Iterator[str]:
    """Yield what is to be known of a part that is only on this side."""
    lanes = side.lanes(part)
    if part.is_node and part.facts.get(LANE):
        yield f"pada lajur {lanes}"
    elif part.is_node and part.holder in side.parts and side.parts[part.holder].is_node:
        yield f"di dalam {side.name(part.holder)}"
    if form := part.facts.get("@camunda:formRef") or part.facts.get("@camunda:formKey"):
        yield f"formulir {form}"
    for path, words in (
        ("@camunda:candidateGroups", "kelompok pelaksana"),
        (f"{PROPERTY}waktu", "waktu"),
        (f"{PROPERTY}diwakili", "boleh diwakili"),
        ("@calledElement", "memanggil proses"),
        (f"{_LOOP}/bpmn:loopCardinality/text()", "diulang, kali:"),
        (f"{_CONDITION}/text()", "dengan syarat"),
        ("bpmn:text/text()", "isi"),
    ):
        if part.facts.get(path, "").strip():
            yield f"{words} {part.facts[path].strip()}"
    if part.kind in ("intermediateCatchEvent",) and DURATION in part.facts:
        yield f"menunggu {words_of(part.facts[DURATION])}"
    if part.kind == "lane" and part.name.strip() == "":
        yield "tanpa nama"


def of_timer_alone(part: Part, side: Side, added: bool) -> str:
    """Return that a boundary timer came or went."""
    after = "langkah ditarik" if part.facts.get("@cancelActivity", "true") == "true" else "langkah tetap terbuka"
    if added:
        return f"{side.timer(part)} ditambahkan (sesudahnya {after})"
    return f"{side.timer(part)} dihapus"
