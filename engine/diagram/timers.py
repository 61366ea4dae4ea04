"""The timers: their durations, and which of several on one step is its deadline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from ..calendar.worktime import Duration, WorkingCalendar
from .model import Element, Timer, TimerRole
from .nodes import ACTIVITIES
from .rules import Findings
from .xml import Xml

_OFFICE = WorkingCalendar()
"""Only the ordinary office day counts here: it says whether P1D or PT8H is longer."""


def office_time(duration: Duration) -> timedelta:
    """Return how long ``duration`` is in the office's time."""
    return _OFFICE.length(duration)


def read_timers(nodes: Mapping[str, Xml], elements: Mapping[str, Element], findings: Findings) -> dict[str, Timer]:
    """Return the timers by id; boundary timers get their role from the others on the same activity."""
    timers = {}
    for node in nodes.values():
        definition = node.first("bpmn:timerEventDefinition")
        if definition is None:
            continue
        if node.kind == "boundaryEvent":
            _check_attached(node, elements, findings)
        duration = _duration(node, definition, findings)
        if duration is not None:
            attached_to = elements[node.id].attached_to
            timers[node.id] = Timer(node.id, node.name, duration, "wait", attached_to)
    return _with_roles(timers, elements, findings)


def _check_attached(node: Xml, elements: Mapping[str, Element], findings: Findings) -> None:
    host = elements.get(node.attributes.get("attachedToRef", ""))
    if host is None or host.kind not in ACTIVITIES or host.parent != elements[node.id].parent:
        message = "Boundary timer ini tidak menempel pada langkah; tempelkan pada User Task atau sub-proses."
        findings.refuse("timer-attached", message, node)


def _duration(node: Xml, definition: Xml, findings: Findings) -> Duration | None:
    written = definition.all("bpmn:timeDuration")
    if len(written) != 1:
        if node.id not in findings.damaged:
            findings.refuse("timer-kind", "Timer ini harus punya tepat satu durasi, misalnya P3D; isi durasinya.", node)
        return None
    try:
        return Duration.parse(written[0].text.strip())
    except ValueError as error:
        findings.refuse("duration", str(error), node)
        return None


def _with_roles(timers: dict[str, Timer], elements: Mapping[str, Element], findings: Findings) -> dict[str, Timer]:
    together: dict[str, list[Timer]] = defaultdict(list)
    for timer in timers.values():
        if timer.attached_to is not None:
            together[timer.attached_to].append(timer)
    roles: dict[str, TimerRole] = {}
    for each in together.values():
        roles |= _roles(each, elements, findings)
    return {id_: replace(timer, role=roles.get(id_, "wait")) for id_, timer in timers.items()}


def _roles(together: list[Timer], elements: Mapping[str, Element], findings: Findings) -> dict[str, TimerRole]:
    interrupting = [timer for timer in together if elements[timer.id].interrupting]
    lengths: dict[timedelta, str] = {}
    for timer in together:
        first = lengths.setdefault(office_time(timer.duration), timer.id)
        if first != timer.id or timer in interrupting[1:]:
            message = (
                "Timer pada satu langkah harus berbeda durasi, dan hanya satu yang menarik langkah (interrupting); "
                f"ubah atau hapus timer ini atau {first if first != timer.id else interrupting[0].id}."
            )
            findings.refuse("timer-duplicate", message, element=timer.id, name=timer.name)
    longest = max(lengths)
    for timer in together:
        if interrupting and office_time(timer.duration) > office_time(interrupting[0].duration):
            message = (
                f"Timer {timer.duration.words()} tidak pernah berbunyi, sebab langkahnya sudah ditarik setelah "
                f"{interrupting[0].duration.words()}; persingkat atau hapus."
            )
            findings.refuse("timer-never", message, element=timer.id, name=timer.name)
    return {timer.id: _role(timer, elements, longest) for timer in together}


def _role(timer: Timer, elements: Mapping[str, Element], longest: timedelta) -> TimerRole:
    if elements[timer.id].interrupting:
        return "interrupt"
    return "deadline" if office_time(timer.duration) == longest else "reminder"
