"""Promises P1 to P6 on random days of an office: whatever people, clocks and revisions do, in any order.

The model knows only what the engine acknowledged: which completions, which version each case
is on, how it ended. After every step each history has only grown, verifies, and gives the same tables.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, note, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from engine import (
    Actor,
    CaseNotRunning,
    DoesNotFit,
    Engine,
    EngineError,
    HistoryEvent,
    NotAllowed,
    WorkItem,
    WorkItemClosed,
    WorkItemHeld,
    sweep,
)
from engine import history as h
from tests import asked
from tests.clock import Clock
from tests.small_bpmn import Task, Timer, choice, diagram, form, text_field

OWNER = Actor("pemilik", "Pemilik", duties=frozenset({"process_owner", "admin"}))
CLERKS = tuple(
    Actor(f"petugas{each}", f"Petugas {each}", lanes=frozenset({"Petugas", "Pimpinan"})) for each in range(3)
)
FORMS = {
    "catat.form": form("catat", text_field("perihal"), choice("jenis", ["berat", "ringan"])),
    "periksa.form": form("periksa", text_field("catatan"), choice("lagi", ["ya", "tidak"])),
}
TASKS = {
    "catat": Task(form="catat"),
    "periksa": Task(form="periksa", timers={"ingat": Timer("PT2H"), "batas": Timer("P1D")}),
    "kirim": Task(timers={"tarik": Timer("P2D", interrupts=True)}),
    "arsip": Task(lane="Pimpinan"),
}
# A check that is done again and again, then two things at once, one of which is withdrawn if nobody does it.
FLOWS = (
    "mulai > catat > periksa > pilih > bagi > kirim > gabung > selesai | bagi > arsip > gabung"
    " | pilih > periksa | tarik > gabung"
)
GATEWAYS = {"pilih": "exclusive", "bagi": "parallel", "gabung": "inclusive"}


def revision(flows: str = FLOWS, **tasks: Task) -> dict[str, bytes]:
    """Return one version of the process as an upload."""
    written = diagram(
        "surat",
        flows,
        {**TASKS, **tasks},
        gateways=GATEWAYS,
        conditions={"pilih > periksa": "${lagi == 'ya'}"},
        default={"pilih": "bagi"},
    )
    return {"surat.bpmn": written, **FORMS}


REVISIONS: Mapping[str, dict[str, bytes]] = {
    "as it was": revision(),
    "longer deadline": revision(periksa=Task(form="periksa", timers={"batas": Timer("P3D")})),
    "no deadline": revision(periksa=Task(form="periksa")),
    "a step before": revision(FLOWS.replace("mulai > catat", "mulai > catat > telaah"), telaah=Task()),
    "a step at the end": revision(FLOWS.replace("gabung > selesai", "gabung > lapor > selesai"), lapor=Task()),
    "another lane": revision(arsip=Task(lane="Petugas")),
}


MOST_CASES = 8
clerks = st.sampled_from(CLERKS)
places = st.integers(0, 4)


@dataclass
class Known:
    """What the model knows of one case."""

    version: int
    completed: list[str] = field(default_factory=list)
    cancelled: bool = False
    history: tuple[HistoryEvent, ...] = ()


class Days(RuleBasedStateMachine):
    """Random days. A refusal must change nothing.

    Few rules, each with several things in it: hypothesis leaves out whole rules in many an example.
    """

    @initialize()
    def open_office(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="alur-days-"))
        self.url = f"sqlite:///{self.folder}/alur.db"
        self.clock = Clock()
        self.known: dict[str, Known] = {}
        Engine.upgrade(self.url)
        self.engine = Engine(self.url, self.clock)
        for clerk in CLERKS:
            self.engine.add_person(clerk.name, clerk.full_name, lanes=clerk.lanes, by=OWNER)
        self.engine.deploy(REVISIONS["as it was"], by=OWNER)
        for kind in ("berat", None):
            self.start(CLERKS[0], kind)

    def teardown(self) -> None:
        if hasattr(self, "engine"):
            assert self.engine.rebuild() == 0
            self.engine.close()
            shutil.rmtree(self.folder)

    @rule(clerk=clerks, kind=st.sampled_from(["berat", "ringan", None]))
    def start(self, clerk: Actor, kind: str | None) -> None:
        if len(self.known) == MOST_CASES:
            return
        given = {"perihal": "uji"} | ({"jenis": kind} if kind else {})
        instance = self.engine.start("surat", given, by=clerk)
        assert instance.version == self.engine.definition("surat").version
        self.known[instance.number] = Known(instance.version, ["catat:1"])

    @rule(
        which=places,
        place=places,
        clerk=clerks,
        action=st.sampled_from(["claim", "release", *["complete"] * 4]),
        again=st.sampled_from(["ya", "tidak", "tidak"]),
    )
    def work(self, which: int, place: int, clerk: Actor, action: str, again: str) -> None:
        case = self.case(which)
        items = [item for item in self.engine.steps(case, by=OWNER) if item.state == "open"]
        if not items:
            self.start(clerk, "berat")
            return
        item = items[place % len(items)]
        answers = {"catatan": "x", "lagi": again} if item.form_id == "periksa" else {}
        if action == "complete":
            command = partial(self.engine.complete, case, item.key, answers, by=clerk)
        else:
            command = partial(getattr(self.engine, action), case, item.key, by=clerk)
        if self.attempt(case, action, self.refusal(item, clerk, action), command) and action == "complete":
            self.known[case].completed.append(item.key)

    @rule(which=places, place=places, clerk=clerks, action=st.sampled_from(["claim", "release", "complete"]))
    def work_on_what_is_closed(self, which: int, place: int, clerk: Actor, action: str) -> None:
        case = self.case(which)
        steps = self.engine.steps(case, by=OWNER)
        closed = [item for item in steps if item.state != "open"]
        key = closed[place % len(closed)].key
        if key not in {item.key for item in steps if item.state == "open"}:
            arguments = (case, key, {}) if action == "complete" else (case, key)
            self.attempt(case, action, WorkItemClosed, partial(getattr(self.engine, action), *arguments, by=clerk))

    @rule(
        which=places,
        action=st.sampled_from([*["deploy"] * 4, *["move"] * 7, "cancel"]),
        name=st.sampled_from(list(REVISIONS)),
        policy=st.sampled_from(["keep", "recompute", "restart"]),
    )
    def steer(self, which: int, action: str, name: str, policy: Any) -> None:
        self.engine_sweeps()  # so that nothing happens on the way but what is meant
        if action == "deploy":
            self.engine.deploy(REVISIONS[name], by=OWNER)
            return
        case = self.case(which)
        running = self.engine.case(case, by=OWNER).state == "running"
        if action == "cancel":
            command = partial(self.engine.cancel, case, "dicabut", by=OWNER)
            if self.attempt(case, action, None if running else CaseNotRunning, command):
                self.known[case].cancelled = True
        elif running:
            version = self.engine.definition("surat").version
            plan = self.engine.plan_move(case, version, by=OWNER, policy=policy)
            passed = {"policy": policy, "passed": plan.passed}
            command = partial(self.engine.move, case, version, "revisi", by=OWNER, **passed)
            if self.attempt(case, action, None if plan.fits else DoesNotFit, command):
                self.known[case].version = version

    @rule(hours=st.sampled_from([0.1, 1, 3, 17, 24, 72]), works=st.booleans(), restarts=st.booleans())
    def time_passes(self, hours: float, works: bool, restarts: bool) -> None:
        self.clock.advance(timedelta(hours=hours))
        if restarts:
            self.engine.close()
            self.engine = Engine(self.url, self.clock)
        if works:
            self.engine_sweeps()

    @invariant()
    def promises_hold(self) -> None:
        for case, known in getattr(self, "known", {}).items():
            history = self.engine.history(case, by=OWNER)
            assert history[: len(known.history)] == known.history  # P4: only appended to
            if history != known.history:
                known.history = history
                self.still_true(case, known)

    def still_true(self, case: str, known: Known) -> None:
        """Hold one case against what the model knows of it."""
        inputs = [json.loads(event.payload)["key"] for event in known.history if event.type == "WorkItemCompleted"]
        assert inputs == known.completed  # P1: what was acknowledged, each once; P2: nothing else
        instance = self.engine.case(case, by=OWNER)
        assert instance.version == known.version  # P5
        assert (instance.state == "cancelled") == known.cancelled
        for event in known.history:
            if event.type == "TimerFired":  # P3: never before it is due
                assert h.parse_instant(json.loads(event.payload)["due_at"]) <= event.recorded_at
        assert self.engine.verify(case).findings == ()  # P4
        assert self.engine.replay(case, by=OWNER)[-1].seq == len(known.history)  # P6

    def case(self, which: int) -> str:
        """Return one of the cases, the newest as 0."""
        return list(reversed(self.known))[which % len(self.known)]

    def refusal(self, item: WorkItem, clerk: Actor, action: str) -> type[EngineError] | None:
        """Return how the engine must refuse this, if it must."""
        if item.element_id == "kirim" and item.due_at is not None and item.due_at <= self.clock.now:
            return WorkItemClosed  # its deadline takes it away, even if nobody noticed so far
        if item.assignee in (None, clerk.name):
            return None
        return NotAllowed if action == "release" else WorkItemHeld

    def attempt(self, case: str, action: str, refusal: type[EngineError] | None, command: Callable[[], object]) -> bool:
        """Carry ``command`` out and return whether it was; a refusal leaves nothing but timers that were due."""
        before = self.engine.history(case, by=OWNER)
        note(f"{action} {case}: {refusal.__name__ if refusal else 'done'}")
        if refusal is None:
            command()
            return True
        with pytest.raises(refusal):
            command()
        left = {event.type for event in self.engine.history(case, by=OWNER)[len(before) :]}
        assert not left & {"WorkItemCompleted", "WorkItemClaimed", "WorkItemReleased", "InstanceMigrated"}
        return False

    def engine_sweeps(self) -> None:
        """Let the worker do its work: afterwards nothing that is due is still armed (P3)."""
        sweep(self.engine)
        for case in self.known:
            if self.engine.case(case, by=OWNER).state == "running":
                assert all(timer.due_at > self.clock.now for timer in self.engine.timers_of(case, by=OWNER))


TestDays = Days.TestCase
TestDays.settings = settings(
    max_examples=asked.number("ALUR_TEST_DAYS", 25, long=400),
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
