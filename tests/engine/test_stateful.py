"""Anything in any order: start, claim, release, complete, deploy, move, cancel, time, restart. The promises hold."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from engine import DoesNotFit, Engine, EngineError, sweep
from tests.clock import Clock
from tests.engine.small_office import AUDITOR, CLERK, HEAD, OWNER, hire
from tests.small_bpmn import Task, Timer, choice, diagram, form

TASKS = {
    "catat": Task(),
    "isi": Task(form="isi", timers={"ingat": Timer("PT2H"), "batas": Timer("P1D")}),
    "lain": Task(timers={"habis": Timer("P2D", interrupts=True)}),
    "telat": Task(),
}
FLOWS = (
    "mulai > catat > bagi > isi > pilih > isi2 > gabung1 > satu > selesai | pilih > gabung1 "
    "| bagi > lain > gabung2 > satu | habis > telat > gabung2"
)
REVISED = FLOWS.replace("mulai > catat > bagi", "mulai > catat > tambahan > bagi")


def files(flows: str) -> dict[str, bytes]:
    """Return one revision: two branches, a gateway, an interrupting timer."""
    extra = {"tambahan": Task()} if "tambahan" in flows else {}
    drawn = diagram(
        "acak",
        flows,
        {**TASKS, "isi2": Task(), **extra},
        gateways={
            "bagi": "parallel",
            "pilih": "exclusive",
            "gabung1": "exclusive",
            "gabung2": "exclusive",
            "satu": "parallel",
        },
        conditions={"pilih > isi2": "${ulang == 'ya'}"},
        default={"pilih": "gabung1", "gabung1": "satu", "gabung2": "satu"},
    )
    return {"acak.bpmn": drawn, "isi.form": form("isi", choice("ulang", ["ya", "tidak"]))}


class AnyOrder(RuleBasedStateMachine):
    """One office on an SQLite file; every rule is something that people or machines do."""

    cases = Bundle("cases")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.url = f"sqlite:///{Path(self.folder.name) / 'alur.db'}"
        self.clock = Clock()
        Engine.upgrade(self.url)
        self.engine = Engine(self.url, self.clock)
        hire(self.engine)
        self.engine.deploy(files(FLOWS), by=OWNER)
        self.completed: list[tuple[str, str]] = []
        self.versions: dict[str, int] = {}

    @rule(target=cases)
    def start(self) -> str:
        case = self.engine.start("acak", {}, by=CLERK)
        self.versions[case.number] = case.version
        return case.number

    @rule(case=cases, pick=st.integers(0, 5), ulang=st.sampled_from(["ya", "tidak"]))
    def complete(self, case: str, pick: int, ulang: str) -> None:
        steps = [item for item in self.engine.steps(case, by=OWNER) if item.state == "open"]
        if not steps:
            return
        item = steps[pick % len(steps)]
        try:
            self.engine.complete(case, item.key, {"ulang": ulang} if item.form_id else {}, by=CLERK)
        except EngineError:
            return
        self.completed.append((case, item.key))

    @rule(case=cases, pick=st.integers(0, 5), release=st.booleans())
    def claim(self, case: str, pick: int, release: bool) -> None:
        steps = [item for item in self.engine.steps(case, by=OWNER) if item.state == "open"]
        if steps and self.engine.case(case, by=OWNER).state == "running":
            command = self.engine.release if release else self.engine.claim
            try:
                command(case, steps[pick % len(steps)].key, by=CLERK)
            except EngineError:
                return

    @rule(minutes=st.integers(1, 3000), fire=st.booleans())
    def time_passes(self, minutes: int, fire: bool) -> None:
        self.clock.advance(timedelta(minutes=minutes))
        if fire:
            sweep(self.engine)

    @rule(revised=st.booleans())
    def deploy(self, revised: bool) -> None:
        self.engine.deploy(files(REVISED if revised else FLOWS), by=OWNER)

    @rule(case=cases, policy=st.sampled_from(["keep", "recompute", "restart"]))
    def move(self, case: str, policy: str) -> None:
        version = self.engine.definition("acak").version
        if self.engine.case(case, by=OWNER).state != "running":
            return
        plan = self.engine.plan_move(case, version, by=OWNER)
        if plan.fits:
            try:
                self.engine.move(case, version, "revisi", by=OWNER, passed=plan.passed, policy=policy)  # type: ignore[arg-type]
            except DoesNotFit:
                return  # what fell due meanwhile changed where the case stands
            self.versions[case] = version

    @rule(case=cases)
    def cancel(self, case: str) -> None:
        if self.engine.case(case, by=OWNER).state == "running":
            self.engine.cancel(case, "dicabut", by=HEAD)

    @rule()
    def restart(self) -> None:
        self.engine.close()
        self.engine = Engine(self.url, self.clock)

    @invariant()
    def every_case_is_sound_and_on_its_version(self) -> None:
        for case, version in self.versions.items():
            verified = self.engine.verify(case)
            assert verified.sound, verified.failures
            assert self.engine.case(case, by=OWNER).version == version

    def teardown(self) -> None:
        for case in self.versions:
            keys = [
                event.payload for event in self.engine.history(case, by=AUDITOR) if event.type == "WorkItemCompleted"
            ]
            done = [key for each, key in self.completed if each == case]
            assert len(keys) == len(done) + 1  # and the first step, which the start completes
        assert self.engine.rebuild() == 0
        self.engine.close()
        self.folder.cleanup()


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(
    max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
