"""Whatever random process on whatever path: four ways to run it agree after every step.

Live; reloaded from its snapshot before each input; replayed from its inputs; and the oracle, which
knows BPMN and no engine. ``ALUR_TEST_ORACLE=1000x10`` runs more processes and paths than the 50x5 of
every day; ``ALUR_TEST_ORACLE_FROM`` is the first seed. A test that fails names its two seeds, process and path.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from random import Random

import pytest

from engine.diagram import ExecutableProcess
from engine.errors import CannotProceed
from engine.history import Event, WorkItemCompleted
from engine.runtime import Run
from tests import asked
from tests.engine.oracle import Oracle
from tests.engine.random_processes import executable, random_files, random_input

PROCESSES, PATHS = asked.pair("ALUR_TEST_ORACLE", "50x5", long="1000x10")
FIRST = asked.number("ALUR_TEST_ORACLE_FROM", 0)
LONGEST = 60


@dataclass(frozen=True)
class View:
    """What waits, and what the conditions read."""

    items: list[str]
    timers: list[str]
    variables: dict[str, object]


def of_run(run: Run) -> View:
    """Return the view of a run."""
    return View(sorted(run.open_items), sorted(run.armed_timers), dict(run.variables))


def of_oracle(oracle: Oracle) -> View:
    """Return the view of the oracle."""
    items = {key for key, (_, node) in oracle.waits.items() if node.tag.endswith("userTask")}
    return View(sorted(items), sorted(oracle.waits.keys() - items), dict(oracle.variables))


def replayed(process: ExecutableProcess, inputs: list[Event]) -> tuple[Run, list[tuple[Event, ...]]]:
    """Return a fresh run of the same inputs, and all consequences."""
    run, first = Run.start(process)
    return run, [first, *(run.apply(each) for each in inputs)]


def walk(process: ExecutableProcess, oracle: Oracle, rng: Random) -> int:
    """Walk one random path and compare after every step; return the number of steps."""
    live, first = Run.start(process)
    inputs: list[Event] = []
    told = [first]
    while oracle.waits and len(inputs) < LONGEST:
        assert of_run(live) == of_oracle(oracle)
        event = random_input(rng, of_oracle(oracle).items, of_oracle(oracle).timers)
        reloaded = Run.restore(process, live.dump())
        oracle.happen(event.key, event.variables if isinstance(event, WorkItemCompleted) else {})
        if oracle.scopes and not oracle.waits:
            for run in (live, reloaded):
                with pytest.raises(CannotProceed, match="tidak akan pernah datang"):
                    run.apply(event)
            return len(inputs)
        told.append(live.apply(event))
        inputs.append(event)
        again, all_told = replayed(process, inputs)
        assert reloaded.apply(event) == told[-1]
        assert all_told == told
        assert of_run(live) == of_run(reloaded) == of_run(again)
        assert live.dump() == reloaded.dump() == again.dump()
    assert live.completed == (not oracle.scopes)
    return len(inputs)


@lru_cache(maxsize=2)
def random_process(seed: int) -> tuple[dict[str, bytes], ExecutableProcess]:
    """Return the files of one seed, and the process that they make."""
    files = random_files(seed)
    return files, executable(files)


@pytest.mark.parametrize("path", range(PATHS))
@pytest.mark.parametrize("seed", range(FIRST, FIRST + PROCESSES))
def test_engine_reloaded_replayed_and_oracle_agree_after_every_step(seed, path):
    files, process = random_process(seed)

    walk(process, Oracle(files, Run.start(process)[0].variables), Random(f"{seed}/{path}"))


def test_the_random_processes_reach_every_kind_of_node():
    files = [xml.decode() for seed in range(FIRST, FIRST + PROCESSES) for xml in random_files(seed).values()]

    for kind in (
        "exclusiveGateway",
        "parallelGateway",
        "inclusiveGateway",
        "subProcess",
        "callActivity",
        "intermediateCatchEvent",
        'cancelActivity="true"',
        'cancelActivity="false"',
        'isSequential="true"',
        'isSequential="false"',
        "terminateEventDefinition",
    ):
        assert any(kind in file for file in files), kind
