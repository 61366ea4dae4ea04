"""Where a key of the history is drawn: the elements and flows that it leads through, on which diagram."""

from __future__ import annotations

from collections.abc import Iterator

from ..diagram import ExecutableProcess
from .moments import Node, Passage, ShownDiagram, Spot


def spots_of(process: ExecutableProcess, key: str) -> tuple[Spot, ...]:
    """Return what a key leads through, the innermost first; nothing if this version has no such path.

    The key may end at a flow or at an element, with its count or without.
    """
    here, found = process, list[Spot]()
    for part in key.split("/"):
        element = _id_of(part)
        if element not in here.diagram.elements and element not in here.diagram.flows:
            return ()
        found.append(Spot(here.key, here.version, element))
        here = _inside(here, element)
    return tuple(reversed(found))


def node_of(process: ExecutableProcess, key: str) -> Node:
    """Return the element that a key ends at; one that this version lacks is named by its id."""
    holder, element = _holder(process, key), _id_of(key.rpartition("/")[2])
    return _node(holder, element) if holder else Node(element, "", "")


def node_named(process: ExecutableProcess, element: str) -> Node:
    """Return the element with this id, in the process or in what it calls."""
    for each in called_by(process):
        if element in each.diagram.elements:
            return _node(each, element)
    return Node(element, "", process.diagram.name if element == process.key else "")


def watched_node(process: ExecutableProcess, key: str) -> Node:
    """Return the activity that a timer's key watches; the timer's own element where it is a pause in the flow."""
    holder, element = _holder(process, key), _id_of(key.rpartition("/")[2])
    if holder is None:
        return Node(element, "", "")
    attached = holder.diagram.elements[element].attached_to
    return _node(holder, attached or element)


def passage_of(process: ExecutableProcess, key: str) -> Passage | None:
    """Return the flow that a key ends at; None if this version has no such flow."""
    spots, holder = spots_of(process, key), _holder(process, key)
    if not spots or holder is None or spots[0].element not in holder.diagram.flows:
        return None
    flow = holder.diagram.flows[spots[0].element]
    return Passage(spots[0], flow.name, _node(holder, flow.source), _node(holder, flow.target))


def diagrams_of(process: ExecutableProcess) -> tuple[ShownDiagram, ...]:
    """Return the diagram and every one that it calls, each once, itself first."""
    shown = (ShownDiagram(each.key, each.version, each.diagram.name) for each in called_by(process))
    return tuple(dict.fromkeys(shown))


def called_by(process: ExecutableProcess) -> Iterator[ExecutableProcess]:
    """Yield the process and every one that it calls."""
    yield process
    for called in process.calls.values():
        yield from called_by(called)


def _holder(process: ExecutableProcess, key: str) -> ExecutableProcess | None:
    spots = spots_of(process, key)
    if not spots:
        return None
    here = process
    for part in key.split("/")[:-1]:
        here = _inside(here, _id_of(part))
    return here


def _inside(process: ExecutableProcess, element: str) -> ExecutableProcess:
    called = process.diagram.calls.get(element)
    return process if called is None else process.calls[called]


def _node(process: ExecutableProcess, element: str) -> Node:
    found = process.diagram.elements[element]
    return Node(element, found.kind, found.name, process.diagram.step_of(element)[0])


def _id_of(part: str) -> str:
    return part.rpartition(":")[0] or part
