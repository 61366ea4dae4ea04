"""What a key points at: following ``panggil_1:1/langkah_2:1`` through calls to the element it names."""

from __future__ import annotations

from .diagram import ExecutableProcess, UserTask


def element_of(key: str) -> str:
    """Return the id of the element that a key ends at."""
    return key.rpartition("/")[2].rpartition(":")[0]


def holder_of(process: ExecutableProcess, key: str) -> ExecutableProcess | None:
    """Return the process, this one or one that it calls, in which the key's last element stands, else None."""
    here = process
    for element in [part.rpartition(":")[0] for part in key.split("/")[:-1]]:
        if element not in here.diagram.elements:
            return None
        called = here.diagram.calls.get(element)
        here = here.calls[called] if called is not None else here
    return here if element_of(key) in here.diagram.elements else None


def task_of(process: ExecutableProcess, key: str) -> UserTask | None:
    """Return the user task that a key points at; None if there is none."""
    holder = holder_of(process, key)
    return None if holder is None else holder.diagram.tasks.get(element_of(key))


def names_read(process: ExecutableProcess) -> frozenset[str]:
    """Return the names that expressions of the diagram, and of all that it calls, read."""
    return process.diagram.names_read.union(*(names_read(called) for called in process.calls.values()))
