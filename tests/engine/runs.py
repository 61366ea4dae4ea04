"""Making a process of parts, and playing inputs on it."""

from __future__ import annotations

from collections.abc import Iterable

from engine.diagram import ExecutableProcess
from engine.history import Event, TimerFired, WorkItemCompleted
from engine.runtime import Run
from tests.engine.diagrams import chain, end, flow, gateway, process, start, task
from tests.engine.random_processes import WHEN, executable


def made(*parts: str | Iterable[str], key: str = "proses", **called: bytes) -> ExecutableProcess:
    """Return the process of these parts, ready to run; ``called`` are the files of what it calls."""
    flat = [each for part in parts for each in ([part] if isinstance(part, str) else part)]
    return executable({key: process(*flat, key=key), **called}, key)


def complete(key: str, **variables: str) -> WorkItemCompleted:
    return WorkItemCompleted(key, variables)


def fire(key: str) -> TimerFired:
    return TimerFired(key, WHEN)


def played(process: ExecutableProcess, *inputs: Event) -> tuple[Run, tuple[Event, ...]]:
    """Return a run after these inputs, and the consequences of the last one."""
    run, told = Run.start(process)
    for event in inputs:
        told = run.apply(event)
    return run, told


def choosing(kind: str, default: str = "") -> ExecutableProcess:
    """Return a process whose gateway has the exits a (v == 'a'), b (v != 'x'), and c, by default or ``w``."""
    return made(
        start(), task("isi"), gateway(kind, "pilih", default=default), *map(task, "abc"), end(),
        chain("mulai", "isi", "pilih"), flow("pilih", "a", "${v == 'a'}"), flow("pilih", "b", "${v != 'x'}"),
        flow("pilih", "c", None if default else "${w == 'c'}"), *(flow(each, "selesai") for each in "abc"),
    )  # fmt: skip
