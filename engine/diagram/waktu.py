"""The wording of a duration (property ``waktu``) beside the timers, which are the standard."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from ..calendar.worktime import Duration
from .model import Element, Flow, Timer, UserTask
from .properties import legal_limit
from .rules import Findings
from .timers import office_time
from .xml import Xml

_SPOKEN: Final = re.compile(
    r"(?:([0-9]{1,4})\s*(?:-|–|s\.?/?d\.?|sampai)\s*)?([0-9]{1,4})\s*(menit|jam|hari)(?:\s+kerja)?", re.I
)
_WRITTEN: Final = {"menit": "PT{}M", "jam": "PT{}H", "hari": "P{}D"}
NO_TIMER: Final = "-"
_NONE: Final = timedelta(0)


def wording(timers: tuple[Timer, ...]) -> str:
    """Return the words for a step's timers: ``-``, ``2 menit``, ``1-3 hari`` (first reminder to deadline)."""
    ordered = sorted(timers, key=lambda timer: office_time(timer.duration))
    if not ordered:
        return NO_TIMER
    first, last = ordered[0].duration, ordered[-1].duration
    return f"{first.amount}-{last.words()}" if first.unit == last.unit and first != last else last.words()


def stated_waktu(task: UserTask, timers: tuple[Timer, ...], *, covered: bool) -> str:
    """Return the wording that everything generated prints: the diagram's own where the timers agree with it.

    ``covered``: a timer around the step holds for it, so that its own wording stands.
    """
    waktu = task.properties.get("waktu", "")
    if not timers:
        return waktu if covered and waktu.strip() else NO_TIMER
    return waktu if _agrees(waktu.strip(), timers) else wording(timers)


def check_waktu(
    process: Xml,
    elements: Mapping[str, Element],
    flows: Mapping[str, Flow],
    tasks: Mapping[str, UserTask],
    timers: Mapping[str, Timer],
    properties: Mapping[str, str],
    findings: Findings,
) -> None:
    """Warn of steps without a timer, of wordings that say something else, and of too long a whole."""
    attached: dict[str, list[Timer]] = {}
    for timer in timers.values():
        if timer.attached_to is not None:
            attached.setdefault(timer.attached_to, []).append(timer)
    watched = {element.attached_to for element in elements.values()}
    for task in tasks.values():
        covered = task.id in watched or _covered(elements[task.id], elements, attached)
        _check_step(task, tuple(attached.get(task.id, ())), covered, findings)
    limit = legal_limit(properties)
    if limit is None or findings.refused:
        return
    longest = _longest(None, elements, flows, timers, attached)
    if longest > office_time(limit):
        spare = longest - office_time(limit)
        message = (
            f"Jumlah durasi pada jalur terpanjang melewati batas hukum {limit.words()} sebanyak {_told(spare)} waktu "
            "kantor; persingkat timer atau ubah batas_hukum."
        )
        findings.warn("batas-hukum-exceeded", message, process)


def _covered(element: Element, elements: Mapping[str, Element], attached: Mapping[str, list[Timer]]) -> bool:
    """Return whether a sub-process around the step has a timer."""
    around = elements.get(element.parent) if element.parent else None
    return around is not None and (around.id in attached or _covered(around, elements, attached))


def _check_step(task: UserTask, timers: tuple[Timer, ...], covered: bool, findings: Findings) -> None:
    waktu = task.properties.get("waktu", "").strip()
    if not timers:
        if waktu != NO_TIMER and not covered:
            message = "Langkah ini tanpa timer; pasang boundary timer, atau tulis waktu '-' bila memang tanpa batas."
            findings.warn("no-timer", message, element=task.id, name=task.name)
    elif waktu and not _agrees(waktu, timers):
        message = f"Waktu tertulis {waktu[:100]!r}, sedangkan timernya berbunyi {wording(timers)!r}; samakan keduanya."
        findings.warn("waktu", message, element=task.id, name=task.name)


def _agrees(waktu: str, timers: tuple[Timer, ...]) -> bool:
    spoken = _SPOKEN.fullmatch(waktu)
    if spoken is None:
        return False
    lengths = {office_time(timer.duration) for timer in timers}
    try:
        last = _length(spoken.group(2), spoken.group(3))
        first = _length(spoken.group(1) or spoken.group(2), spoken.group(3))
    except ValueError:
        return False
    return last == max(lengths) and first in lengths


def _length(amount: str, unit: str) -> timedelta:
    return office_time(Duration.parse(_WRITTEN[unit.lower()].format(int(amount))))


def _longest(
    scope: str | None,
    elements: Mapping[str, Element],
    flows: Mapping[str, Flow],
    timers: Mapping[str, Timer],
    attached: Mapping[str, list[Timer]],
) -> timedelta:
    """Return the office time of the longest way through a scope; a way back counts as not taken."""
    following: dict[str, list[str]] = defaultdict(list)
    for flow in flows.values():
        following[flow.source].append(flow.target)
    for element in elements.values():
        if element.attached_to is not None and element.interrupting:
            following[element.attached_to].append(element.id)
    start = next(each.id for each in elements.values() if each.parent == scope and each.kind == "startEvent")
    longest: dict[str, timedelta] = {}
    for node in _last_first(start, following):
        element, own = elements[node], _NONE
        if node in attached:
            own = max(office_time(timer.duration) for timer in attached[node])
        elif element.kind == "subProcess":
            own = _longest(node, elements, flows, timers, attached)
        elif node in timers and element.attached_to is None:
            own = office_time(timers[node].duration)
        longest[node] = own + max((longest.get(each, _NONE) for each in following[node]), default=_NONE)
    return longest[start]


def _last_first(start: str, following: Mapping[str, list[str]]) -> list[str]:
    """Return the nodes from ``start`` on, each behind all that follow it: depth first, without recursion."""
    order: list[str] = []
    seen: set[str] = set()
    waiting = [(start, False)]
    while waiting:
        node, left = waiting.pop()
        if left:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            waiting.append((node, True))
            waiting.extend((each, False) for each in following.get(node, ()))
    return order


def _told(time: timedelta) -> str:
    minutes = int(time / timedelta(minutes=1))
    day = int(office_time(Duration.parse("P1D")) / timedelta(minutes=1))
    days, rest = divmod(minutes, day)
    parts = [f"{days} hari"] if days else []
    parts += [f"{rest // 60} jam"] if rest >= 60 else []
    parts += [f"{rest % 60} menit"] if rest % 60 else []
    return " ".join(parts)
