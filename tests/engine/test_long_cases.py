"""Cases that go round thousands of times: the state stays as small, the consequences stay right, replays agree.

SpiffWorkflow as it comes calls such a case completed, or fails, after 160 to 330 rounds. Here finished tokens leave
its tree at once, so nothing grows; ``ALUR_TEST_ROUNDS`` goes further than the 5,000 of every day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from random import Random

import pytest

from engine.diagram import ExecutableProcess
from engine.errors import CannotProceed
from engine.history import Event, WorkItemCompleted
from engine.runtime import Run
from tests import asked
from tests.engine.diagrams import call, chain, end, flow, gateway, sequence, start, sub_process, task, timer
from tests.engine.oracle import Oracle
from tests.engine.random_processes import MAIN, NAMES, Maker, executable, random_input
from tests.engine.runs import complete, fire, made
from tests.engine.test_oracle import of_oracle, of_run

ROUNDS = asked.number("ALUR_TEST_ROUNDS", 5000)
DIGITS = 40
"""Bytes by which a state may differ: counts are longer in later rounds."""
AGAIN = {"v": "ya"}
Inputs = Callable[[int], list[Event]]


@dataclass(frozen=True)
class Loop:
    """What stands in the loop, between ``ulang`` and ``lagi``, and what happens in round n."""

    parts: tuple[str, ...]
    inputs: Inputs
    called: Mapping[str, bytes]

    def process(self) -> ExecutableProcess:
        """Return the process: once more as long as v is ``ya``."""
        around = (
            start(), gateway("exclusive", "ulang"), gateway("exclusive", "lagi", default="lagi__selesai"), end(),
            flow("mulai", "ulang"), flow("lagi", "ulang", "${v == 'ya'}"), flow("lagi", "selesai"),
        )  # fmt: skip
        return made(*around, *self.parts, **self.called)


def loop(*parts: str | list[str], inputs: Inputs, **called: bytes) -> Loop:
    """Return a loop of these parts."""
    flat = [each for part in parts for each in ([part] if isinstance(part, str) else part)]
    return Loop(tuple(flat), inputs, called)


LOOPS = {
    "a task": loop(task("a"), chain("ulang", "a", "lagi"), inputs=lambda n: [complete(f"a:{n}", **AGAIN)]),
    "a timer that is left pending": loop(
        task("a"), timer("a", "P3D"), chain("ulang", "a", "lagi"), inputs=lambda n: [complete(f"a:{n}", **AGAIN)]
    ),
    "a timer that fires": loop(
        task("a"), timer("a", "P1D", id_="ingat"), timer("a", "P3D"), chain("ulang", "a", "lagi"),
        inputs=lambda n: [fire(f"ingat:{n}"), fire(f"batas_a:{n}"), complete(f"a:{n}", **AGAIN)],
    ),
    "a timer that takes the task away": loop(
        task("a"), timer("a", "P3D", interrupting=True, to="b"), task("b"), chain("ulang", "a", "lagi"),
        flow("b", "lagi"), inputs=lambda n: [fire(f"batas_a:{n}"), complete(f"b:{n}", **AGAIN)],
    ),
    "branches side by side, ending in turn": loop(
        gateway("parallel", "p"), task("a"), timer("a", "P1D"), task("b"), gateway("parallel", "q"),
        chain("ulang", "p", "a", "q", "lagi"), chain("p", "b", "q"),
        inputs=lambda n: [complete(f"{key}:{n}", **AGAIN) for key in ("ab" if n % 2 else "ba")],
    ),
    "branches by choice": loop(
        task("c"), gateway("inclusive", "p", default="p__b"), task("a"), task("b"), gateway("inclusive", "q"),
        chain("ulang", "c", "p"), flow("p", "a", "${v == 'ya'}"), flow("p", "b"), chain("a", "q", "lagi"),
        flow("b", "q"), inputs=lambda n: [complete(f"c:{n}", **AGAIN), complete(f"a:{n}")],
    ),
    "a sub-process": loop(
        sub_process("s", start("m"), task("a"), end("t"), *chain("m", "a", "t")), timer("s", "P3D"),
        chain("ulang", "s", "lagi"), inputs=lambda n: [complete(f"s:{n}/a:1", **AGAIN)],
    ),
    "a sub-process that is taken away": loop(
        sub_process("s", start("m"), task("a"), task("b"), end("t"), *chain("m", "a", "b", "t")),
        timer("s", "P3D", interrupting=True, to="c"), task("c"), chain("ulang", "s", "lagi"), flow("c", "lagi"),
        inputs=lambda n: [complete(f"s:{n}/a:1"), fire(f"batas_s:{n}"), complete(f"c:{n}", **AGAIN)],
    ),
    "several at once": loop(
        task("a", times=3), timer("a", "P3D"), chain("ulang", "a", "lagi"),
        inputs=lambda n: [complete(f"a:{3 * n - each}", **AGAIN) for each in range(3)],
    ),
    "several one after the other": loop(
        task("a", times=3, sequential=True), chain("ulang", "a", "lagi"),
        inputs=lambda n: [complete(f"a:{3 * n - 2 + each}", **AGAIN) for each in range(3)],
    ),
    "a call": loop(
        call("k", "dipanggil"), timer("k", "P3D"), chain("ulang", "k", "lagi"),
        inputs=lambda n: [complete(f"k:{n}/x:1"), complete(f"k:{n}/y:1", **AGAIN)],
        dipanggil=sequence("x", "y", key="dipanggil"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LOOPS)
def test_thousands_of_rounds_cost_no_room_and_a_second_run_of_the_same_inputs_says_the_same(name):
    going = LOOPS[name]
    process = going.process()
    run, first = Run.start(process)
    other, same = Run.start(process)
    assert first == same
    sizes = []
    for number in range(1, ROUNDS + 1):
        for event in going.inputs(number):
            facts = run.apply(event)
            assert other.apply(event) == facts
        if number % 100 == 1:
            state = run.dump()
            sizes.append(len(state))
            run = Run.restore(process, state)

    assert not run.completed
    assert max(sizes) - sizes[0] <= DIGITS, f"{sizes[0]} bytes at first, {max(sizes)} later"
    assert run.dump() == other.dump()


@pytest.mark.parametrize("name", LOOPS)
def test_a_loop_is_left_as_well_after_thousands_of_rounds_as_after_one(name):
    going = LOOPS[name]
    run, _ = Run.start(going.process())
    for number in range(1, 701):
        for event in going.inputs(number):
            run.apply(event)
    for event in going.inputs(701):
        if event.key in run.open_items or event.key in run.armed_timers:
            run.apply(WorkItemCompleted(event.key, {"v": "tidak"}) if isinstance(event, WorkItemCompleted) else event)
    for key in tuple(run.open_items):  # the branch that is chosen now waits instead
        run.apply(complete(key, v="tidak"))

    assert run.completed
    assert not run.open_items
    assert not run.armed_timers


class Circling(Maker):
    """A random process whose whole body is gone round until v1 is ``c``."""

    def body(self) -> None:
        """Draw the loop around what would be the body; called processes and sub-processes have none of their own."""
        if self.depth or self.key != MAIN:
            super().body()
            return
        self.depth += 1
        self.parts += [start("awal"), end("akhir"), gateway("exclusive", "masuk")]
        self.parts += [gateway("exclusive", "keluar", default="keluar__masuk"), task("catat")]
        first, last = self.sequence()
        self.parts += [*chain("awal", "masuk", "catat"), flow("catat", first), flow(last, "keluar")]
        self.parts += [flow("keluar", "masuk"), flow("keluar", "akhir", "${v1 == 'c'}")]


def circling_files(seed: int) -> dict[str, bytes]:
    """Return the files of such a process."""
    rng, files = Random(seed), dict[str, bytes]()
    Circling(rng, files, budget=rng.randint(4, 12))
    return files


WALKS = asked.number("ALUR_TEST_WALKS", 12, long=100)
STEPS = 400


def test_the_oracle_agrees_on_walks_of_hundreds_of_steps():
    lengths = [walked(seed) for seed in range(WALKS)]

    assert sum(length >= 200 for length in lengths) >= WALKS // 2, lengths


def walked(seed: int) -> int:
    """Walk one path, from snapshot to snapshot, and compare after every step; return the number of steps."""
    files = circling_files(seed)
    process = executable(files)
    live, _ = Run.start(process)
    oracle, steps = Oracle(files, live.variables), 0
    for event in _walk(oracle, Random(f"long {seed}")):
        live = Run.restore(process, live.dump())
        oracle.happen(event.key, event.variables if isinstance(event, WorkItemCompleted) else {})
        if oracle.scopes and not oracle.waits:
            with pytest.raises(CannotProceed, match="tidak akan pernah datang"):
                live.apply(event)
            break
        live.apply(event)
        steps += 1
        assert of_run(live) == of_oracle(oracle), f"seed {seed}, step {steps}, {event}"
    return steps


def _walk(oracle: Oracle, rng: Random) -> Iterator[Event]:
    """Yield input after input; v1 becomes ``c`` only when the walk is long enough."""
    for _ in range(STEPS):
        if not oracle.waits:
            return
        seen = of_oracle(oracle)
        event = random_input(rng, seen.items, seen.timers)
        if isinstance(event, WorkItemCompleted) and event.variables.get(NAMES[0]) == "c":
            event = WorkItemCompleted(event.key, {**event.variables, NAMES[0]: "a"})
        yield event
