"""Random structured processes as real BPMN files, from a seed, and random paths through them.

Blocks nest: sequence, the three gateways, loops, waits, tasks with every kind of timer, instances,
sub-processes, calls, terminate ends; now and then tokens are multiplied on purpose (a parallel split
that an exclusive gateway merges), so that joins see more tokens than they have flows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from engine.diagram import ExecutableProcess, read_diagram
from engine.history import Event, TimerFired, WorkItemCompleted
from engine.model import Scalar

NAMES = ("v1", "v2", "v3")
VALUES = ("a", "b", "c")
WHEN = "2026-11-24T02:00:00.000000Z"
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<bpmn:definitions '
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'id="Definitions_1" targetNamespace="http://bpmn.io/schema/bpmn">'
)
FORMAL = 'xsi:type="bpmn:tFormalExpression"'

Block = tuple[str, str]
"""A part of a process with one way in and one way out: the ids of its first and its last node."""


@dataclass
class Scope:
    """What stands directly in one process or sub-process."""

    nodes: list[str] = field(default_factory=list)
    flows: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)


@dataclass
class Maker:
    """Makes one process; the others that it calls go into ``files``."""

    rng: Random
    files: dict[str, bytes]
    budget: int
    key: str = "utama"
    depth: int = 0
    count: int = 0
    multiplied: bool = False
    scope: Scope = field(default_factory=Scope)

    def process(self) -> None:
        """Write the whole process into ``files``."""
        body = self.body()
        refs = "".join(f"<bpmn:flowNodeRef>{id_}</bpmn:flowNodeRef>" for id_ in self.scope.ids)
        lanes = f'<bpmn:laneSet id="{self.key}_lajur"><bpmn:lane id="{self.key}_l" name="Petugas">{refs}</bpmn:lane></bpmn:laneSet>'
        process = f'<bpmn:process id="{self.key}" name="Acak" isExecutable="true">{lanes}{body}</bpmn:process>'
        self.files[self.key] = f"{HEAD}{process}</bpmn:definitions>".encode()

    def body(self) -> str:
        """Return start, blocks and end, in the current scope."""
        start, end = self.node("startEvent"), ""
        first, last = self.sequence()
        end = self.node("endEvent")
        self.flow(start, first)
        self.flow(last, end)
        return "".join(self.scope.nodes + self.scope.flows)

    def new_id(self, kind: str) -> str:
        self.count += 1
        return f"{self.key}_{kind}_{self.count}"

    def node(self, kind: str, inside: str = "", attributes: str = "") -> str:
        id_ = self.new_id(kind)
        self.scope.nodes.append(f'<bpmn:{kind} id="{id_}" name="{id_}"{attributes}>{inside}</bpmn:{kind}>')
        self.scope.ids.append(id_)
        return id_

    def flow(self, source: str, target: str, condition: str = "", id_: str = "") -> None:
        inside = f"<bpmn:conditionExpression {FORMAL}>{condition}</bpmn:conditionExpression>" if condition else ""
        id_ = id_ or self.new_id("alur")
        self.scope.flows.append(f'<bpmn:sequenceFlow id="{id_}" sourceRef="{source}" targetRef="{target}">{inside}</bpmn:sequenceFlow>')

    # --- blocks -----------------------------------------------------------------------------

    def sequence(self) -> Block:
        blocks = [self.block() for _ in range(self.rng.randint(1, 3))]
        for (_, before), (after, _) in zip(blocks, blocks[1:], strict=False):
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

    def task(self, inside: str = "") -> Block:
        return self.with_timers(self.node("userTask", inside))

    def wait(self) -> Block:
        wait = self.node("intermediateCatchEvent", _timer("PT30M"))
        return wait, wait

    def instances(self) -> Block:
        turn = self.rng.choice(("true", "false"))
        count = self.rng.randint(1, 3)
        cardinality = f"<bpmn:loopCardinality {FORMAL}>{count}</bpmn:loopCardinality>"
        return self.task(
            f'<bpmn:multiInstanceLoopCharacteristics isSequential="{turn}">{cardinality}'
            "</bpmn:multiInstanceLoopCharacteristics>"
        )

    def with_timers(self, activity: str) -> Block:
        """Put up to three timers on an activity, the longest interrupting or not."""
        last = activity
        durations = self.rng.sample(["PT2M", "PT5H", "P1D", "P3D"], k=self.rng.choice((0, 0, 1, 1, 2, 3)))
        durations.sort(key=["PT2M", "PT5H", "P1D", "P3D"].index)
        for place, duration in enumerate(durations):
            interrupts = place == len(durations) - 1 and self.rng.random() < 0.5
            timer = self.node(
                "boundaryEvent",
                _timer(duration),
                f' attachedToRef="{activity}" cancelActivity="{str(interrupts).lower()}"',
            )
            if interrupts:
                first, behind = self.block() if self.rng.random() < 0.4 else (None, timer)
                if first is not None:
                    self.flow(timer, first)
                last = self.node("exclusiveGateway")
                self.flow(activity, last)
                self.flow(behind, last)
            else:
                end = self.node("endEvent", "<bpmn:escalationEventDefinition/>")
                if self.rng.random() < 0.3:
                    first, behind = self.task()
                    self.flow(timer, first)
                    self.flow(behind, end)
                else:
                    self.flow(timer, end)
        return activity, last

    def condition(self) -> str:
        return f"${{{self.rng.choice(NAMES)} {self.rng.choice(('==', '!='))} '{self.rng.choice(VALUES)}'}}"

    def split(self, kind: str, close: str, branches: Sequence[Block | None], conditional: bool) -> Block:
        """Put a gateway before and one behind ``branches``; None is an empty one."""
        default = self.new_id("alur") if conditional else ""
        opening = self.node(kind, attributes=f' default="{default}"' if conditional else "")
        closing = self.node(close)
        place_of_default = self.rng.randrange(len(branches)) if conditional else -1
        for place, branch in enumerate(branches):
            is_default = place == place_of_default
            condition = self.condition() if conditional and not is_default else ""
            self.flow(opening, branch[0] if branch else closing, condition, default if is_default else "")
            if branch:
                self.flow(branch[1], closing)
        return opening, closing

    def branches(self) -> list[Block | None]:
        return [self.sequence() for _ in range(self.rng.choice((2, 2, 3)))]

    def choice(self) -> Block:
        branches = self.branches()
        if self.rng.random() < 0.3:
            branches.insert(0, None)
        return self.split("exclusiveGateway", "exclusiveGateway", branches, True)

    def parallel(self) -> Block:
        return self.split("parallelGateway", "parallelGateway", self.branches(), False)

    def inclusive(self) -> Block:
        return self.split("inclusiveGateway", "inclusiveGateway", self.branches(), True)

    def multiplied_tokens(self) -> Block:
        self.multiplied = True
        return self.split("parallelGateway", "exclusiveGateway", [self.task(), self.task()], False)

    def loop(self) -> Block:
        entry = self.node("exclusiveGateway")
        first, task = self.task()
        again, behind = self.sequence()
        default = self.new_id("alur")
        leave = self.node("exclusiveGateway", attributes=f' default="{default}"')
        self.flow(entry, first)
        self.flow(task, again)
        self.flow(behind, leave)
        self.flow(leave, entry, self.condition())
        out = self.node("exclusiveGateway")
        self.flow(leave, out, id_=default)
        return entry, out

    def race(self) -> Block:
        """A branch that ends everything in its scope, beside one that goes on."""
        opening = self.node("parallelGateway")
        first, last = self.task()
        self.flow(opening, first)
        self.flow(last, self.node("endEvent", "<bpmn:terminateEventDefinition/>"))
        entry, out = self.sequence()
        self.flow(opening, entry)
        return opening, out

    def sub_process(self) -> Block:
        outer, self.scope = self.scope, Scope()
        body = self.body()
        self.scope = outer
        return self.with_timers(self.node("subProcess", body))

    def call(self) -> Block:
        if len(self.files) >= 3 or self.key != "utama":
            return self.sub_process()
        key = f"dipanggil_{len(self.files) + 1}"
        self.files[key] = b""
        Maker(self.rng, self.files, budget=4, key=key, depth=2).process()
        return self.with_timers(self.node("callActivity", attributes=f' calledElement="{key}"'))


def _timer(duration: str) -> str:
    return f"<bpmn:timerEventDefinition><bpmn:timeDuration {FORMAL}>{duration}</bpmn:timeDuration></bpmn:timerEventDefinition>"


def random_files(seed: int) -> dict[str, bytes]:
    """Return the files of a random process by process key; the main one is ``utama``."""
    rng = Random(seed)
    files: dict[str, bytes] = {"utama": b""}
    Maker(rng, files, budget=rng.randint(3, 14)).process()
    return files


def executable(files: Mapping[str, bytes], key: str = "utama") -> ExecutableProcess:
    """Return the process ``key`` as deployment would make it; fail on any problem that forbids it."""
    reading = read_diagram(files[key], f"{key}.bpmn")
    errors = [problem.sentence() for problem in reading.problems if problem.severity == "error"]
    assert not errors, errors
    (diagram,) = reading.diagrams
    calls = {called: executable(files, called) for called in diagram.calls.values()}
    digest = hashlib.sha256(files[key] + b"".join(bytes.fromhex(each.digest) for each in calls.values())).hexdigest()
    return ExecutableProcess(key, 1, digest, diagram, {}, calls)


def random_input(rng: Random, items: Sequence[str], timers: Sequence[str]) -> Event:
    """Return something that somebody, or the clock, may do now; ``items`` and ``timers`` in a stable order."""
    if timers and (not items or rng.random() < 0.3):
        return TimerFired(rng.choice(timers), WHEN)
    changed: dict[str, Scalar] = {name: rng.choice(VALUES) for name in NAMES if rng.random() < 0.4}
    return WorkItemCompleted(rng.choice(items), changed)


def seeds(processes: int, paths: int) -> Iterator[tuple[int, int]]:
    """Yield (process seed, path seed)."""
    return ((process, path) for process in range(processes) for path in range(paths))
