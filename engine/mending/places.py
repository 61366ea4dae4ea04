"""Nodes and flows that stand where none can stand: each moves into the process or sub-process around it."""

from __future__ import annotations

from typing import Final

from .bench import Workbench
from .tags import NODES, SCOPES, Tag, named

_HOMES: Final = SCOPES | {"bpmn:process"}


def mend_places(bench: Workbench) -> None:
    """Bring every process to the root, every node and flow into a process or sub-process."""
    for process in [tag for tag in bench.root.walk() if tag.label == "bpmn:process" and tag.parent is not bench.root]:
        bench.tell("place", process, f"Proses {named(process)} tercatat di dalam elemen lain; dikeluarkan.")
        bench.root.take(process)
    processes = bench.root.all("bpmn:process")
    for tag in list(bench.root.walk()):
        if tag.label not in NODES | {"bpmn:sequenceFlow"} or (tag.parent is not None and tag.parent.label in _HOMES):
            continue
        home = _around(tag) or next(iter(processes), None)
        if home is None:
            home = bench.root.add("bpmn:process", id=bench.fresh("proses_1"))
            processes = [home]
        where = tag.parent.kind[:60] if tag.parent is not None else "berkas"
        bench.tell("place", tag, f"{named(tag)} tercatat di dalam {where}; dipindahkan ke {named(home)}.")
        home.take(tag)


def _around(tag: Tag) -> Tag | None:
    here = tag.parent
    while here is not None and here.label not in _HOMES:
        here = here.parent
    return here
