"""Moving a case there and back: with the deadlines kept, nothing that staff see is another than it was.

Whatever the other version lacked, or did otherwise: what was done counts again, what fired does not fire again,
and who held a step holds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine import CalendarEdit, DoesNotFit, Engine, Holiday, WorkItem, sweep
from tests import asked
from tests.clock import TUESDAY_9AM, Clock
from tests.engine.revisions import (
    CASE,
    CLERK,
    EARLIER_STEP,
    FIRST,
    GATEWAY,
    INTERRUPTING,
    LATER_STEP,
    LONGER,
    OTHER_LANE,
    OWNER,
    REDRAWN,
    REDRAWN_BEHIND,
    TASKS,
    WITHOUT_DECISION,
    WITHOUT_RECORDING,
    WITHOUT_TIMER,
    Revision,
    deploy,
)
from tests.small_bpmn import Task, Timer, choice, form, text_field

EXAMPLES = asked.number("ALUR_TEST_EXAMPLES", 8, long=100)
TODAY = TUESDAY_9AM.date()
REMINDED = Revision(
    tasks={**TASKS, "periksa": replace(TASKS["periksa"], timers={"batas": Timer("P1D"), "ingat": Timer("PT1H")})}
)
TURNED = Revision(
    tasks={**TASKS, "periksa": replace(TASKS["periksa"], timers={"batas": Timer("P1D"), "ingat": Timer("P2D")})}
)
BOTH = Revision(
    tasks={
        **TASKS,
        "periksa": replace(TASKS["periksa"], timers={"batas": Timer("P1D"), "tarik": Timer("P3D", interrupts=True)}),
    }
)
OTHERS: Mapping[str, Revision] = {
    "a step later": LATER_STEP,
    "a step earlier": EARLIER_STEP,
    "without the recording": WITHOUT_RECORDING,
    "without the decision": WITHOUT_DECISION,
    "redrawn": REDRAWN,
    "redrawn behind": REDRAWN_BEHIND,
    "without a timer": WITHOUT_TIMER,
    "longer": LONGER,
    "interrupting": INTERRUPTING,
    "another lane": OTHER_LANE,
    "a gateway": GATEWAY,
    "a reminder more": REMINDED,
    "deadline and reminder turned": TURNED,
    "an interruption more": BOTH,
}


@dataclass(frozen=True)
class Sight:
    """What staff see of a case: its steps, what was typed, what the clock will do, and what is still to come."""

    items: tuple[WorkItem, ...]
    timers: tuple[Any, ...]
    drafts: tuple[Any, ...]
    listed: tuple[WorkItem, ...]

    @classmethod
    def of(cls, engine: Engine) -> Sight:
        """Look at the case. The version is another each time, and nobody but an owner looks at it."""
        items = tuple(replace(item, version=0) for item in engine.steps(CASE, by=OWNER))
        listed = tuple(replace(item, version=0) for item in engine.work_list(by=CLERK).items)
        keys = [item.key for item in items if item.state == "open"]
        drafts = tuple((key, engine.draft(f"{CASE}/{key}", by=CLERK)) for key in keys)
        return cls(items, engine.timers_of(CASE, by=CLERK), drafts, listed)


@pytest.fixture
def office(engine: Engine, clock: Clock) -> Engine:
    """The case waits at the check, held by the clerk, who has begun to type."""
    return opened(engine, clock, FIRST)


def opened(engine: Engine, clock: Clock, first: Revision) -> Engine:
    """Let a case begin on this revision, and the clerk begin to work on the check."""
    engine.deploy(first.files(), by=OWNER)
    engine.add_person("petugas", "Petugas", lanes=["Petugas"], by=OWNER)
    engine.start("surat", {"perihal": "uji", "jenis": "berat"}, by=CLERK)
    clock.advance(timedelta(minutes=30))
    engine.claim(CASE, "periksa:1", by=CLERK)
    engine.save_draft(f"{CASE}/periksa:1", {"catatan": ["setengah jalan"]}, by=CLERK)
    clock.advance(timedelta(minutes=30))
    return engine


def go(engine: Engine, version: int, **how: Any) -> None:
    """Move the case, agreeing to whatever is passed."""
    plan = engine.plan_move(CASE, version, by=OWNER, **how)
    assert plan.fits, plan.why_not
    engine.move(CASE, version, "revisi", by=OWNER, passed=plan.passed, **how)
    shown = {item.key: item.due_at for item in engine.steps(CASE, by=OWNER) if item.state == "open"}
    assert {change.key: change.new_due_at for change in plan.due_dates} == shown
    assert engine.verify(CASE).sound
    assert engine.rebuild() == 0


@pytest.mark.parametrize("late", [False, True], ids=["in time", "late"])
@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_there_and_back_changes_nothing_that_staff_see(
    office: Engine, clock: Clock, other: Revision, late: bool
) -> None:
    version = deploy(office, other)
    if late:
        clock.advance(timedelta(days=3))
        sweep(office)
    before = Sight.of(office)
    if not office.plan_move(CASE, version, by=OWNER).fits:
        assert (late, other) == (True, INTERRUPTING)  # it would have taken the step away
        return

    go(office, version)
    clock.advance(timedelta(minutes=10))
    there = len(office.history(CASE, by=OWNER))
    sweep(office)
    assert len(office.history(CASE, by=OWNER)) == there, "what fired does not fire again"
    go(office, 1)
    sweep(office)

    assert Sight.of(office) == before


@pytest.mark.parametrize("other", [each for name, each in OTHERS.items() if name != "without a timer"])
def test_keep_changes_no_due_date(office: Engine, other: Revision) -> None:
    before = {item.opened_at: item.due_at for item in office.steps(CASE, by=OWNER) if item.state == "open"}

    go(office, deploy(office, other))

    after = {item.opened_at: item.due_at for item in office.steps(CASE, by=OWNER) if item.state == "open"}
    assert after == before
    fires_at = [timer.due_at for timer in office.timers_of(CASE, by=CLERK) if timer.role in ("deadline", "interrupt")]
    assert min(fires_at) in before.values()


def test_a_value_that_was_answered_before_a_detour_decides_after_it(office: Engine) -> None:
    """On the version without recording nobody asks for ``jenis``; back on one that reads it, it is known."""
    go(office, deploy(office, WITHOUT_RECORDING))

    go(office, deploy(office, GATEWAY))

    moved = office.history(CASE, by=OWNER)
    assert '"restored":["catat:1"]' in next(each.payload for each in reversed(moved) if "restored" in each.payload)
    office.complete(CASE, "periksa:1", {}, by=CLERK)
    assert [item.key for item in office.steps(CASE, by=OWNER) if item.state == "open"] == ["putuskan:1"]


def test_what_was_done_on_the_way_stays_done(office: Engine) -> None:
    version = deploy(office, REDRAWN)
    go(office, version)
    office.complete(CASE, "cek:1", {}, by=CLERK)

    go(office, 1)

    assert [item.key for item in office.steps(CASE, by=OWNER) if item.state == "open"] == ["putuskan:1"]


def test_a_deadline_laid_aside_comes_back_under_the_calendar_of_now(office: Engine) -> None:
    (due_at,) = [timer.due_at for timer in office.timers_of(CASE, by=CLERK)]
    go(office, deploy(office, WITHOUT_TIMER))
    day = due_at.astimezone(office.calendar().zone).date()
    office.change_calendar(CalendarEdit("libur mendadak", days=(Holiday(day, "Libur", "kantor"),)), by=OWNER)

    go(office, 1)

    (after,) = [timer.due_at for timer in office.timers_of(CASE, by=CLERK)]
    assert after == due_at + timedelta(days=1)


def test_a_step_that_gets_its_first_deadline_is_not_late_on_that_day(engine: Engine, clock: Clock) -> None:
    opened(engine, clock, WITHOUT_TIMER)
    clock.advance(timedelta(days=20))

    go(engine, deploy(engine, FIRST))

    (item,) = [item for item in engine.steps(CASE, by=OWNER) if item.state == "open"]
    assert item.due_at == engine.due("P1D", clock())
    assert sweep(engine) == 0


@pytest.mark.parametrize(("policy", "anew"), [("keep", False), ("recompute", True), ("restart", True)])
def test_a_missed_deadline_counts_anew_where_the_policy_reckons_it_anew(
    office: Engine, clock: Clock, policy: Any, anew: bool
) -> None:
    clock.advance(timedelta(days=1))
    sweep(office)
    version = deploy(
        office, Revision(tasks={**TASKS, "periksa": replace(TASKS["periksa"], timers={"batas": Timer("P9D")})})
    )
    (late,) = [item for item in office.steps(CASE, by=OWNER) if item.state == "open"]

    go(office, version, policy=policy)

    (item,) = [item for item in office.steps(CASE, by=OWNER) if item.state == "open"]
    start = late.opened_at if policy == "recompute" else clock()
    assert item.due_at == (office.due("P9D", start) if anew else late.due_at)
    assert len(office.timers_of(CASE, by=CLERK)) == anew
    assert sweep(office) == 0


def test_a_deadline_missed_under_both_standards_is_not_missed_twice(office: Engine, clock: Clock) -> None:
    clock.advance(timedelta(days=10))
    sweep(office)

    go(office, deploy(office, LONGER), policy="recompute")

    assert sweep(office) == 0
    assert office.timers_of(CASE, by=CLERK) == ()


def test_a_claim_that_another_lane_took_away_is_not_given_back_over_somebody_elses(office: Engine) -> None:
    office.add_person("kawan", "Kawan", lanes=["Petugas"], by=OWNER)
    chief = office.add_person("pimpinan", "Pimpinan", lanes=["Pimpinan"], by=OWNER)
    go(office, deploy(office, OTHER_LANE))
    office.claim(CASE, "periksa:1", by=chief)

    go(office, 1)

    (item,) = [item for item in office.steps(CASE, by=OWNER) if item.state == "open"]
    assert item.assignee is None


def test_who_may_not_do_the_step_any_more_does_not_hold_it_again(office: Engine) -> None:
    go(office, deploy(office, OTHER_LANE))
    office.assign("petugas", lanes=["Arsip"], by=OWNER)

    go(office, 1)

    (item,) = [item for item in office.steps(CASE, by=OWNER) if item.state == "open"]
    assert item.assignee is None


FORM_ONLY = {
    "catat.form": form("catat", text_field("perihal"), choice("jenis", ["berat", "ringan"]), text_field("baru")),
    "catatan.form": form("catatan", text_field("catatan"), text_field("simpulan")),
}


def test_a_form_only_revision_can_be_moved_to_and_only_the_form_is_new(office: Engine) -> None:
    before = Sight.of(office)
    (made,) = office.deploy({"surat.bpmn": FIRST.files()["surat.bpmn"], **FORM_ONLY}, by=OWNER).definitions

    plan = office.plan_move(CASE, made.version, by=OWNER)
    assert (plan.fits, plan.dropped, plan.passed, plan.opens, plan.withdraws) == (True, (), (), (), ())
    go(office, made.version)

    assert Sight.of(office) == before
    office.complete(CASE, "periksa:1", {"simpulan": "baik"}, by=CLERK)


# --- any revision ---------------------------------------------------------------------------------

UNITS = st.sampled_from(["PT1H", "PT5H", "P1D", "P2D", "P3D", "P9D"])


@st.composite
def timers(draw: st.DrawFn, of: str) -> dict[str, Timer]:
    """Return timers of one step, each of another duration, that the rules allow."""
    durations = draw(st.lists(UNITS, max_size=3, unique=True))
    found = {f"{of}_{n}": Timer(duration) for n, duration in enumerate(durations)}
    longest = max(found, key=lambda each: _hours(found[each].duration), default=None)
    if longest and draw(st.booleans()):
        found[longest] = replace(found[longest], interrupts=True)
    return found


def _hours(duration: str) -> int:
    return int(duration[2:-1]) if duration.startswith("PT") else 7 * int(duration[1:-1])


@st.composite
def revisions(draw: st.DrawFn) -> Revision:
    """Return a revision: steps may come and go, be renamed, wait in another lane, and have other timers."""
    check = draw(st.sampled_from(["periksa", "cek"]))
    tasks = {
        "catat": TASKS["catat"],
        check: Task(
            draw(st.sampled_from(["Petugas", "Pimpinan"])),
            "catatan",
            "Memeriksa",
            timers=draw(timers("batas")),
        ),
        "putuskan": replace(TASKS["putuskan"], timers=draw(timers("putus"))),
    }
    more = draw(st.sets(st.sampled_from(["awal", "tengah", "akhir"])))
    tasks |= {each: Task(name=each) for each in more}
    line = ["awal", "catat", "tengah", check, "akhir", "putuskan"]
    gone = draw(st.sets(st.sampled_from(["catat", "putuskan"]), max_size=1))
    steps = [each for each in line if each in tasks and each not in gone]
    kept = {each: tasks[each] for each in steps}
    return Revision(" > ".join(["mulai", *steps, "selesai"]), kept)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(first=revisions(), second=revisions(), hours=st.integers(0, 80))
def test_any_revision_keeps_due_dates_and_any_way_back_leads_back(
    sqlite_template: Any, tmp_path_factory: Any, first: Revision, second: Revision, hours: int
) -> None:
    if "catat" not in first.tasks:
        return
    clock, file = Clock(), tmp_path_factory.mktemp("moved") / "alur.db"
    file.write_bytes(sqlite_template.read_bytes())
    engine = Engine(f"sqlite:///{file}", clock)
    try:
        _there_and_back(engine, clock, first, second, hours)
    finally:
        engine.close()


def _there_and_back(engine: Engine, clock: Clock, first: Revision, second: Revision, hours: int) -> None:
    for each in ("Petugas", "Pimpinan"):
        engine.add_person(each.lower(), each, lanes=["Petugas", "Pimpinan"], by=OWNER)
    worker = engine.person("petugas")
    engine.deploy(first.files(), by=OWNER)
    answers = {"perihal": "uji", "jenis": "berat"}
    engine.start("surat", answers if first.flows.startswith("mulai > catat") else {}, by=worker)
    while (item := _open(engine)) is not None and item.element_id not in ("periksa", "cek"):
        engine.complete(CASE, item.key, {}, by=worker)
    clock.advance(timedelta(hours=hours))
    sweep(engine)
    item = _open(engine)
    if item is None:
        return
    if item.element_id in ("periksa", "cek"):
        engine.claim(CASE, item.key, by=worker)
    made = engine.deploy(second.files(), by=OWNER).definitions
    if not made or not engine.plan_move(CASE, 2, by=OWNER).fits:
        return
    before = Sight.of(engine)
    go(engine, 2)
    there = _open(engine)
    assert there is not None
    if there.due_at is not None and item.due_at is not None:
        assert there.due_at == item.due_at
    assert sweep(engine) == 0, "nothing fires by having moved"
    assert engine.plan_move(CASE, 1, by=OWNER).fits
    go(engine, 1)
    after = Sight.of(engine)
    assert [each for each in after.items if each not in before.items] == []
    assert after == before
    assert sweep(engine) == 0


def _open(engine: Engine) -> WorkItem | None:
    return next((item for item in engine.steps(CASE, by=OWNER) if item.state == "open"), None)


def test_a_move_that_does_not_fit_changes_nothing(office: Engine) -> None:
    before = Sight.of(office)
    version = deploy(office, EARLIER_STEP)

    with pytest.raises(DoesNotFit):
        office.move(CASE, version, "tanpa persetujuan", by=OWNER)

    assert Sight.of(office) == before


@pytest.mark.parametrize("done", [0, 1, 2])
def test_a_task_that_opens_several_times_goes_there_and_back(engine: Engine, clock: Clock, done: int) -> None:
    thrice = {**TASKS, "periksa": replace(TASKS["periksa"], loop="3")}
    opened(engine, clock, Revision(tasks=thrice))
    engine.release(CASE, "periksa:1", by=CLERK)
    for count in range(1, done + 1):
        engine.complete(CASE, f"periksa:{count}", {}, by=CLERK)
    before = Sight.of(engine)
    longer = {**thrice, "periksa": replace(thrice["periksa"], timers={"batas": Timer("P9D")})}
    version = deploy(engine, Revision(tasks=longer))

    go(engine, version, policy="keep")
    assert {item.due_at for item in Sight.of(engine).listed} == {item.due_at for item in before.listed}
    go(engine, 1)

    assert Sight.of(engine) == before
