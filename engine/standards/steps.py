"""The steps of a version, each by its path through sub-processes and calls, with the deadline that it sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..calendar.worktime import Duration
from ..diagram import ExecutableProcess

DEEPEST = 50
"""Parts of a step's path at most: calls do not go deeper."""
_LAST = 2**31


@dataclass(frozen=True)
class DrawnStep:
    """One user task. ``path``: its id behind those of the sub-processes and calls around it; ``openings``: how often
    it opens at once, or in turn, each time that it is reached.
    """

    path: str
    no: str
    name: str
    lane: str
    standard: Duration | None
    openings: int


def steps_of(process: ExecutableProcess) -> dict[str, DrawnStep]:
    """Return the steps by path, in the order of their numbers; what has none stays behind, as the file has it."""
    steps = sorted(_steps(process, ()), key=_place)
    return {step.path: step for step in steps}


def path_of(key: str) -> str:
    """Return the path of what a key names: ``panggil_1:1/langkah_2:3`` is ``panggil_1/langkah_2``."""
    return "/".join(part.partition(":")[0] for part in key.split("/"))


def renamed_path(path: str, names: Mapping[str, str]) -> str:
    """Return the path under other ids."""
    return "/".join(names.get(part, part) for part in path.split("/"))


def flows_of(process: ExecutableProcess) -> dict[str, tuple[str, str, str]]:
    """Return, by path, every sequence flow: its own name, and what its source and its target are called."""
    return dict(_flows(process, ()))


def _steps(process: ExecutableProcess, before: tuple[str, ...]) -> Iterator[DrawnStep]:
    diagram = process.diagram
    if len(before) > DEEPEST:
        return
    for task in diagram.tasks.values():
        limits = (timer.duration for timer in diagram.timers_on(task.id) if timer.role in ("deadline", "interrupt"))
        yield DrawnStep(
            path="/".join((*before, *_within(process, task.id))),
            no=task.properties.get("no", ""),
            name=task.name or task.id,
            lane=task.lane,
            standard=next(limits, None),
            openings=task.loop.cardinality if task.loop else 1,
        )
    for element, called in diagram.calls.items():
        yield from _steps(process.calls[called], (*before, *_within(process, element)))


def _flows(process: ExecutableProcess, before: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, str, str]]]:
    diagram = process.diagram
    if len(before) > DEEPEST:
        return
    for flow in diagram.flows.values():
        source, target = (diagram.elements[each] for each in (flow.source, flow.target))
        path = "/".join((*before, *_within(process, source.id)[:-1], flow.id))
        yield path, (flow.name, source.name or source.id, target.name or target.id)
    for element, called in diagram.calls.items():
        yield from _flows(process.calls[called], (*before, *_within(process, element)))


def _within(process: ExecutableProcess, element: str) -> tuple[str, ...]:
    """Return the ids of the sub-processes around an element, the outermost first, and its own."""
    parent = process.diagram.elements[element].parent
    return (*(_within(process, parent) if parent else ()), element)


def _place(step: DrawnStep) -> int:
    return int(step.no) if step.no.isdecimal() and len(step.no) < 10 else _LAST
