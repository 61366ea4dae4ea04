"""Random structured processes as real BPMN files, from a seed, and random paths through them.

Blocks nest: sequence, the three gateways, loops, waits, tasks with every kind of timer, instances,
sub-processes, calls, terminate ends; now and then tokens are multiplied on purpose (a parallel split
that an exclusive gateway merges), so that joins see more tokens than they have flows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from itertools import pairwise
from random import Random

from engine.diagram import ExecutableProcess, read_diagram
from engine.history import Event, TimerFired, WorkItemCompleted
from engine.model import Scalar
from tests.engine import diagrams as draw

NAMES = ("v1", "v2", "v3")
VALUES = ("a", "b", "c")
DURATIONS = ("PT2M", "PT5H", "P1D", "P3D")
WHEN = "2026-11-24T02:00:00.000000Z"
MAIN = "utama"

Block = tuple[str, str]
"""A part of a process with one way in and one way out: the ids of its first and its last node."""


class Maker:
    """Makes one process; it and the others that it calls go into ``files``."""

    def __init__(self, rng: Random, files: dict[str, bytes], budget: int, key: str = MAIN, depth: int = 0) -> None:
        self.rng, self.files, self.budget, self.key, self.depth = rng, files, budget, key, depth
        self.count = 0
        self.multiplied = False
        self.parts: list[str] = []
        files[key] = b""
        self.body()
        files[key] = draw.process(*self.parts, key=key)

    def body(self) -> None:
        """Draw start, blocks and end in the current scope."""
        start, end = self.new("mulai"), self.new("selesai")
        self.parts += [draw.start(start), draw.end(end)]
        first, last = self.sequence()
        self.flow(start, first)
        self.flow(last, end)

    def new(self, kind: str) -> str:
        """Return an id that nothing else has."""
        self.count += 1
        return f"{self.key}_{kind}_{self.count}"

    def flow(self, source: str, target: str, condition: str | None = None) -> None:
        self.parts.append(draw.flow(source, target, condition))

    def gateway(self, kind: str, default_to: str = "") -> str:
        gateway = self.new(kind)
        self.parts.append(draw.gateway(kind, gateway, default=f"{gateway}__{default_to}" if default_to else ""))
        return gateway

    def condition(self) -> str:
        return f"${{{self.rng.choice(NAMES)} {self.rng.choice(('==', '!='))} '{self.rng.choice(VALUES)}'}}"

    # --- blocks -----------------------------------------------------------------------------

    def sequence(self) -> Block:
        blocks = [self.block() for _ in range(self.rng.randint(1, 3))]
        for (_, before), (after, _) in pairwise(blocks):
            self.flow(before, after)
        return blocks[0][0], blocks[-1][1]

    def block(self) -> Block:
        self.budget -= 1
        if self.budget <= 0 or self.depth >= 4:
            return self.task()
        kinds = [self.task, self.wait, self.instances, self.choice, self.parallel, self.parallel, self.inclusive]
        kinds += [self.inclusive, self.loop, self.loop, self.sub_process, self.call, self.race]
        if not self.multiplied:
            kinds.append(self.multiplied_tokens)
        self.depth += 1
        made = self.rng.choice(kinds)()
        self.depth -= 1
        return made

    def task(self, times: int | None = None) -> Block:
        task = self.new("langkah")
        self.parts.append(draw.task(task, times=times, sequential=self.rng.random() < 0.5))
        return self.with_timers(task)

    def instances(self) -> Block:
        return self.task(times=self.rng.randint(1, 3))

    def wait(self) -> Block:
        wait = self.new("tunggu")
        self.parts.append(draw.wait(wait, "PT30M"))
        return wait, wait

    def with_timers(self, activity: str) -> Block:
        """Put up to three timers on an activity, the longest one interrupting or not."""
        chosen = self.rng.sample(range(len(DURATIONS)), k=self.rng.choice((0, 0, 1, 1, 2, 3)))
        out = activity
        for place in sorted(chosen):
            timer = self.new("batas")
            if place == max(chosen) and self.rng.random() < 0.5:
                out = self.gateway("exclusive")
                first, last = self.block() if self.rng.random() < 0.4 else (out, timer)
                self.parts.append(draw.timer(activity, DURATIONS[place], id_=timer, interrupting=True, to=first))
                if last != timer:
                    self.flow(last, out)
                self.flow(activity, out)
            elif self.rng.random() < 0.3:
                first, last = self.task()
                self.parts.append(draw.timer(activity, DURATIONS[place], id_=timer, to=first))
                self.parts.append(draw.end(end := self.new("lewat"), "escalation"))
                self.flow(last, end)
            else:
                self.parts.append(draw.timer(activity, DURATIONS[place], id_=timer))
        return activity, out

    def split(self, kind: str, merged_by: str, branches: Sequence[Block | None]) -> Block:
        """Put a gateway before and one behind ``branches``; None is an empty one. All but one get conditions."""
        merge = self.gateway(merged_by)
        entries = [branch[0] if branch else merge for branch in branches]
        default = self.rng.choice(entries) if kind != "parallel" else ""
        split = self.gateway(kind, default)
        for entry in entries:
            self.flow(split, entry, self.condition() if default not in ("", entry) else None)
        for _, last in filter(None, branches):
            self.flow(last, merge)
        return split, merge

    def branches(self) -> list[Block | None]:
        return [self.sequence() for _ in range(self.rng.choice((2, 2, 3)))]

    def choice(self) -> Block:
        return self.split("exclusive", "exclusive", self.branches() + [None] * (self.rng.random() < 0.3))

    def inclusive(self) -> Block:
        return self.split("inclusive", "inclusive", self.branches() + [None] * (self.rng.random() < 0.2))

    def parallel(self) -> Block:
        return self.split("parallel", "parallel", self.branches())

    def multiplied_tokens(self) -> Block:
        self.multiplied = True
        return self.split("parallel", "exclusive", [self.task(), self.task()])

    def loop(self) -> Block:
        entry, out = self.gateway("exclusive"), self.gateway("exclusive")
        leave = self.gateway("exclusive", default_to=out)
        first, last = self.task()
        again, behind = self.sequence()
        self.flow(entry, first)
        self.flow(last, again)
        self.flow(behind, leave)
        self.flow(leave, entry, self.condition())
        self.flow(leave, out)
        return entry, out

    def race(self) -> Block:
        """A branch that ends everything in its scope, beside one that goes on."""
        split = self.gateway("parallel")
        first, last = self.task()
        self.parts.append(draw.end(end := self.new("henti"), "terminate"))
        self.flow(split, first)
        self.flow(last, end)
        entry, out = self.sequence()
        self.flow(split, entry)
        return split, out

    def sub_process(self) -> Block:
        outer, self.parts = self.parts, []
        self.body()
        outer.append(draw.sub_process(part := self.new("bagian"), *self.parts))
        self.parts = outer
        return self.with_timers(part)

    def call(self) -> Block:
        if len(self.files) >= 3 or self.key != MAIN:
            return self.sub_process()
        key = f"dipanggil_{len(self.files)}"
        Maker(self.rng, self.files, budget=4, key=key, depth=2)
        self.parts.append(draw.call(call := self.new("panggil"), key))
        return self.with_timers(call)


def random_files(seed: int) -> dict[str, bytes]:
    """Return the files of a random process by process key; the main one is ``utama``."""
    rng = Random(seed)
    files: dict[str, bytes] = {}
    Maker(rng, files, budget=rng.randint(3, 14))
    return files


def executable(files: Mapping[str, bytes], key: str = MAIN) -> ExecutableProcess:
    """Return the process ``key`` as deployment would make it; fail on any problem that forbids it."""
    reading = read_diagram(files[key], f"{key}.bpmn")
    errors = [problem.sentence() for problem in reading.problems if problem.severity == "error"]
    assert not errors, errors
    (diagram,) = reading.diagrams
    calls = {called: executable(files, called) for called in diagram.calls.values()}
    digest = hashlib.sha256(files[key] + "".join(each.digest for each in calls.values()).encode()).hexdigest()
    return ExecutableProcess(key, 1, digest, diagram, {}, calls)


def random_input(rng: Random, items: Sequence[str], timers: Sequence[str]) -> Event:
    """Return something that somebody, or the clock, may do now; ``items`` and ``timers`` in a stable order."""
    if timers and (not items or rng.random() < 0.3):
        return TimerFired(rng.choice(timers), WHEN)
    changed: dict[str, Scalar] = {name: rng.choice(VALUES) for name in NAMES if rng.random() < 0.4}
    return WorkItemCompleted(rng.choice(items), changed)
