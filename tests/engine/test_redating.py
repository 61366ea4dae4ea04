"""Open deadlines follow a changed calendar: what was previewed is what is recorded, once, and nothing is lost."""

from __future__ import annotations

import json
import threading
from datetime import date, datetime, timedelta

import pytest

from engine import CalendarEdit, DayHours, Engine, Holiday, OfficeHours, run_forever, sweep
from engine import history as h
from engine.bases import bases
from engine.replay import recorded
from tests.bench.counting import statements
from tests.clock import TUESDAY_9AM, Clock
from tests.engine.revisions import FIRST, FORMS, LONGER, Revision
from tests.engine.small_office import ADMIN, AUDITOR, CHECKER, CLERK, HEAD, LETTER, OWNER, deploy, hire, open_office
from tests.small_bpmn import Task, Timer, diagram

WEDNESDAY, THURSDAY = date(2026, 11, 25), date(2026, 11, 26)
GROUND = "Surat Kepala Kantor W.11-1234"


def closed(*days: date, works: bool = False) -> CalendarEdit:
    return CalendarEdit(GROUND, days=tuple(Holiday(day, "Tutup", "kantor", GROUND, works) for day in days))


def wib(text: str) -> datetime:
    return datetime.fromisoformat(text + "+07:00")


def redate(engine: Engine) -> None:
    while engine.redate():
        pass


def step(engine: Engine, case: str) -> tuple[datetime | None, datetime | None]:
    """Return reminder and deadline of the check."""
    (item,) = (each for each in engine.steps(case, by=AUDITOR) if each.element_id == "periksa")
    return item.remind_at, item.due_at


def dated(engine: Engine, case: str) -> list[dict[str, object]]:
    """Return the due dates that were set with a reason."""
    told = [json.loads(event.payload) for event in engine.history(case, by=AUDITOR) if event.type == "DueDateSet"]
    return [each for each in told if "reason" in each]


@pytest.fixture
def case(engine: Engine) -> str:
    open_office(engine)
    return engine.start("surat", LETTER, by=CLERK).number


def test_what_the_preview_shows_is_what_is_recorded_with_who_and_why(engine: Engine, case: str) -> None:
    other = engine.start("surat", {**LETTER, "rahasia": True}, by=CLERK).number
    plan = engine.plan_calendar(closed(WEDNESDAY), by=ADMIN)
    before = step(engine, case)

    change = engine.change_calendar(closed(WEDNESDAY), by=ADMIN, seen=plan.seen)
    unchanged = step(engine, case)
    redate(engine)

    assert unchanged == before == (wib("2026-11-25T09:00"), wib("2026-11-27T09:00"))
    assert step(engine, case) == step(engine, other) == (wib("2026-11-26T09:00"), wib("2026-11-30T09:00"))
    assert (plan.timers, plan.cases, plan.overdue) == (4, 2, 0)
    shown = {(each.case, each.key, each.name, each.role, each.old_due_at, each.new_due_at) for each in plan.redated}
    assert (case, "periksa:1", "Memeriksa", "deadline", before[1], wib("2026-11-30T09:00")) in shown
    assert (None, "periksa:1", "Memeriksa", "reminder", before[0], wib("2026-11-26T09:00")) in shown
    last = engine.history(case, by=AUDITOR)[-1]
    note = h.parse_event(last.type, last.payload)
    assert isinstance(note, h.DueDateSet)
    assert (last.actor, note.calendar, note.change) == ("admin", change.version, change.number)
    assert note.reason == f"kalender kantor berubah: {GROUND}"
    assert engine.verify(case).sound
    assert engine.rebuild() == 0


def test_a_day_given_back_brings_the_old_dates_back(engine: Engine, case: str) -> None:
    before = step(engine, case)
    engine.change_calendar(closed(WEDNESDAY), by=ADMIN)
    redate(engine)

    engine.change_calendar(CalendarEdit("Ralat", no_days=(WEDNESDAY,)), by=ADMIN)
    redate(engine)

    assert step(engine, case) == before
    assert [each["change"] for each in dated(engine, case)] == [2, 3]
    assert engine.verify(case).sound


def test_hours_and_a_break_move_deadlines_too(engine: Engine, case: str) -> None:
    lunch = OfficeHours(WEDNESDAY, "Jam baru", DayHours.parse("08.00-12.00 13.00-16.00"))

    engine.change_calendar(CalendarEdit("SK jam kerja", hours=(lunch,)), by=ADMIN)
    redate(engine)

    # 21 office hours from Tuesday 09.00: six on Tuesday, seven on Wednesday and Thursday, one on Friday.
    assert step(engine, case) == (wib("2026-11-25T09:00"), wib("2026-11-27T09:00"))

    longer = OfficeHours(WEDNESDAY, "Jam baru", DayHours.parse("07.00-12.00 13.00-16.00"))
    engine.change_calendar(CalendarEdit("SK jam kerja", hours=(longer,)), by=ADMIN)
    redate(engine)

    assert step(engine, case) == (wib("2026-11-25T08:00"), wib("2026-11-26T15:00"))
    assert engine.verify(case).sound


def test_deadlines_that_the_change_does_not_touch_have_no_new_event(engine: Engine, case: str) -> None:
    events = len(engine.history(case, by=AUDITOR))

    engine.change_calendar(closed(date(2026, 12, 1)), by=ADMIN)
    redate(engine)
    engine.change_calendar(closed(date(2026, 11, 29)), by=ADMIN)  # a Sunday
    redate(engine)

    assert len(engine.history(case, by=AUDITOR)) == events
    redating = engine.redating()
    assert redating is not None
    assert (redating.redated, redating.left, redating.failed) == (0, 0, 0)
    assert redating.finished_at is not None


def test_a_decree_or_a_name_alone_moves_nothing(engine: Engine, case: str) -> None:
    engine.change_calendar(closed(WEDNESDAY), by=ADMIN)
    redate(engine)
    named = Holiday(WEDNESDAY, "Pemadaman listrik", "kantor", "Surat lain")

    plan = engine.plan_calendar(CalendarEdit("Ralat nama", days=(named,)), by=ADMIN)
    engine.change_calendar(CalendarEdit("Ralat nama", days=(named,)), by=ADMIN)

    assert plan.timers == 0
    assert plan.before.calendar.version == plan.after.calendar.version
    assert engine.redate() is False
    redating = engine.redating()
    assert redating is not None
    assert redating.change == 2


def test_what_is_due_already_fires_by_the_date_that_it_had(engine: Engine, case: str, clock: Clock) -> None:
    clock.set(wib("2026-11-25T10:00"))

    engine.change_calendar(closed(WEDNESDAY), by=ADMIN)
    redate(engine)

    fired = [json.loads(event.payload) for event in engine.history(case, by=AUDITOR) if event.type == "TimerFired"]
    assert fired == [{"due_at": "2026-11-25T02:00:00.000000Z", "key": "ingat:1"}]
    assert step(engine, case) == (wib("2026-11-25T09:00"), wib("2026-11-30T09:00"))


def test_nobody_is_late_before_the_change_was_recorded(engine: Engine, clock: Clock) -> None:
    open_office(engine)
    engine.change_calendar(closed(WEDNESDAY, THURSDAY), by=ADMIN)
    case = engine.start("surat", LETTER, by=CLERK).number
    clock.set(wib("2026-11-30T14:00"))
    sweep(engine)  # the reminder
    back = CalendarEdit("Ternyata buka", no_days=(WEDNESDAY, THURSDAY))

    plan = engine.plan_calendar(back, by=ADMIN)
    engine.change_calendar(back, by=ADMIN)
    redate(engine)

    (deadline,) = plan.redated
    assert (deadline.new_due_at, deadline.overdue, plan.overdue) == (clock(), True, 1)
    assert step(engine, case)[1] == clock()
    assert sweep(engine) == 1
    assert engine.verify(case).sound


def test_an_incident_is_dated_anew_as_well(engine: Engine, case: str) -> None:
    with engine.database.write() as connection:
        flow = engine._locked(connection, case)
        flow.note(h.IncidentRaised("periksa", "buntu"), at=engine.now(), actor="sistem")
        flow.save()

    engine.change_calendar(closed(WEDNESDAY), by=ADMIN)
    redate(engine)
    engine.retry(case, by=HEAD)

    assert step(engine, case) == (wib("2026-11-26T09:00"), wib("2026-11-30T09:00"))
    assert engine.verify(case).sound


def test_a_wait_in_the_flow_is_dated_anew_and_has_a_name(engine: Engine) -> None:
    hire(engine)
    waits = diagram("tunda", "mulai > catat > jeda > selesai", {"catat": Task(form="catatan")}, waits={"jeda": "P2D"})
    deploy(engine, {"tunda.bpmn": waits, "catatan.form": FORMS["catatan.form"]})
    case = engine.start("tunda", {}, by=CLERK).number

    plan = engine.plan_calendar(closed(WEDNESDAY), by=ADMIN)
    engine.change_calendar(closed(WEDNESDAY), by=ADMIN)
    redate(engine)

    assert [(each.key, each.role) for each in plan.redated] == [("jeda:1", "wait")]
    (timer,) = engine.timers_of(case, by=AUDITOR)
    assert timer.due_at == wib("2026-11-27T09:00")


# --- on which moment a date rests ----------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        pytest.param("keep", "2026-11-26T09:00", id="kept: one day from Tuesday, as the old version said"),
        pytest.param("recompute", "2026-11-27T09:00", id="recomputed: two days from Tuesday"),
        pytest.param("restart", "2026-11-27T14:00", id="restarted: two days from the move on Tuesday afternoon"),
    ],
)
def test_a_moved_case_is_dated_anew_from_what_the_move_chose(
    engine: Engine, clock: Clock, policy: str, expected: str
) -> None:
    hire(engine)
    engine.deploy(FIRST.files(), by=OWNER)
    case = engine.start("surat", {"perihal": "x", "jenis": "berat"}, by=CLERK).number
    engine.deploy(LONGER.files(), by=OWNER)
    clock.advance(timedelta(hours=5))
    engine.move(case, 2, "Ralat", by=OWNER, policy=policy)
    moved = step(engine, case)

    plan = engine.plan_calendar(closed(WEDNESDAY), by=ADMIN)
    engine.change_calendar(closed(WEDNESDAY), by=ADMIN)
    redate(engine)

    assert [each.new_due_at for each in plan.redated] == [wib(expected)]
    assert step(engine, case)[1] == wib(expected)
    assert engine.verify(case).sound

    engine.change_calendar(CalendarEdit("Ralat", no_days=(WEDNESDAY,)), by=ADMIN)
    redate(engine)

    assert step(engine, case) == moved


def test_what_falls_due_as_the_case_is_dated_anew_ends_what_it_ends_first(engine: Engine, clock: Clock) -> None:
    hire(engine)
    tasks = {
        "catat": Task(form="catatan"),
        "a": Task(form="catatan", timers={"tarik": Timer("PT1H", interrupts=True)}),
        "b": Task(form="catatan", timers={"batas": Timer("P3D")}),
    }
    flows = "mulai > catat > bagi > a > selesai_a | bagi > b > selesai_b | tarik > selesai_semua"
    drawn = diagram("surat", flows, tasks, gateways={"bagi": "parallel"})
    terminates = drawn.replace(
        b'<endEvent id="selesai_semua"/>', b'<endEvent id="selesai_semua"><terminateEventDefinition/></endEvent>'
    )
    assert terminates != drawn
    deploy(engine, {"surat.bpmn": terminates, "catatan.form": FORMS["catatan.form"]})
    case = engine.start("surat", {}, by=CLERK).number
    clock.advance(timedelta(hours=2))

    engine.change_calendar(closed(WEDNESDAY), by=ADMIN)
    redate(engine)

    assert engine.case(case, by=CLERK).state == "completed"
    assert dated(engine, case) == []
    assert engine.verify(case).sound


def test_a_renamed_timer_keeps_its_moment(engine: Engine, clock: Clock) -> None:
    hire(engine)
    engine.deploy(FIRST.files(), by=OWNER)
    case = engine.start("surat", {"perihal": "x", "jenis": "berat"}, by=CLERK).number
    tasks = {
        "catat": Task(name="Mencatat", form="catat"),
        "cek": Task(name="Memeriksa", form="catatan", timers={"batas_cek": Timer("P1D")}),
    }
    renamed = Revision("mulai > catat > cek > selesai", tasks)
    engine.deploy(renamed.files(), by=OWNER)
    clock.advance(timedelta(hours=2))
    engine.move(case, 2, "Ralat", by=OWNER, policy="keep", renamed={"periksa": "cek", "batas": "batas_cek"})

    engine.change_calendar(closed(WEDNESDAY), by=ADMIN)
    redate(engine)

    (timer,) = engine.timers_of(case, by=AUDITOR)
    assert (timer.key, timer.due_at) == ("batas_cek:1", wib("2026-11-26T09:00"))


def test_what_a_late_timer_opened_counts_from_when_it_was_due(engine: Engine, clock: Clock) -> None:
    hire(engine)
    tasks = {
        "catat": Task(form="catatan", timers={"tarik": Timer("PT1H", interrupts=True)}),
        "periksa": Task(form="catatan", timers={"batas": Timer("P1D")}),
    }
    flows = "mulai > awal > catat > periksa > selesai | tarik > periksa"
    files = {"surat.bpmn": diagram("surat", flows, {"awal": Task(form="catatan"), **tasks}), **FORMS}
    deploy(engine, files)
    case = engine.start("surat", {}, by=CLERK).number
    clock.advance(timedelta(hours=4))
    sweep(engine)

    engine.change_calendar(closed(WEDNESDAY), by=ADMIN)
    redate(engine)

    assert step(engine, case)[1] == wib("2026-11-26T10:00")


def test_under_the_calendar_in_force_every_armed_timer_is_due_when_its_basis_says(engine: Engine, case: str) -> None:
    state, found = bases(recorded(event) for event in engine.history(case, by=AUDITOR))

    assert {timer.due_at for timer in state.timers.values()} == {
        engine.due(basis.duration, basis.since) for basis in found.values()
    }


# --- interrupted, at once, in many cases ---------------------------------------------------


def test_a_pass_that_is_broken_off_after_every_case_ends_as_if_it_never_was(engine: Engine, case: str) -> None:
    cases = [case, *(engine.start("surat", LETTER, by=CLERK).number for _ in range(4))]
    engine.change_calendar(closed(WEDNESDAY), by=ADMIN)
    left = []

    while engine.redate(seconds=0):
        redating = engine.redating()
        assert redating is not None
        left.append(redating.left)

    assert left == [4, 3, 2, 1, 0]
    assert {step(engine, each) for each in cases} == {(wib("2026-11-26T09:00"), wib("2026-11-30T09:00"))}
    assert [len(dated(engine, each)) for each in cases] == [1] * 5
    redating = engine.redating()
    assert redating is not None
    assert redating.redated == 10


def test_a_second_change_in_the_middle_is_what_everything_ends_at(engine: Engine, case: str) -> None:
    cases = [case, engine.start("surat", LETTER, by=CLERK).number]
    engine.change_calendar(closed(WEDNESDAY), by=ADMIN)
    engine.redate(seconds=0)
    engine.change_calendar(closed(THURSDAY), by=ADMIN)

    redate(engine)

    assert {step(engine, each) for each in cases} == {(wib("2026-11-27T09:00"), wib("2026-12-01T09:00"))}
    assert [each["change"] for each in dated(engine, cases[0])] == [2, 3]
    assert [each["change"] for each in dated(engine, cases[1])] == [3]


def test_two_workers_at_once_date_every_case_once(engine: Engine, case: str, database_url: str) -> None:
    cases = [case, *(engine.start("surat", LETTER, by=CLERK).number for _ in range(9))]
    engine.change_calendar(closed(WEDNESDAY), by=ADMIN)
    workers = [Engine(database_url, engine.clock) for _ in range(3)]
    threads = [threading.Thread(target=redate, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for worker in workers:
        worker.close()

    assert [len(dated(engine, each)) for each in cases] == [1] * 10
    assert engine.redate() is False


def test_a_damaged_case_does_not_stop_the_others_and_is_counted(
    engine: Engine, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = engine.start("surat", LETTER, by=CLERK).number
    engine.change_calendar(closed(WEDNESDAY), by=ADMIN)
    advance = engine.advance
    monkeypatch.setattr(engine, "advance", lambda number: 1 / 0 if number == case else advance(number))

    redate(engine)

    redating = engine.redating()
    assert redating is not None
    assert redating.failed == 1
    assert step(engine, other)[1] == wib("2026-11-30T09:00")
    monkeypatch.undo()
    engine.redate_again()
    redate(engine)
    assert step(engine, case)[1] == wib("2026-11-30T09:00")
    redating = engine.redating()
    assert redating is not None
    assert (redating.failed, redating.left) == (0, 0)


def test_a_command_in_the_middle_of_a_pass_is_neither_lost_nor_misdated(engine: Engine, case: str) -> None:
    other = engine.start("surat", LETTER, by=CLERK).number
    engine.change_calendar(closed(WEDNESDAY), by=ADMIN)
    engine.redate(seconds=0)
    engine.claim(other, "periksa:1", by=CHECKER)
    late = engine.start("surat", LETTER, by=CLERK).number
    engine.complete(other, "periksa:1", {"hasil": "benar"}, by=CHECKER)

    redate(engine)

    assert step(engine, late) == step(engine, case) == (wib("2026-11-26T09:00"), wib("2026-11-30T09:00"))
    assert dated(engine, late) == []
    assert all(found.sound for found in engine.verify_all())


def test_the_calendar_waits_for_a_command_that_dates_by_the_old_one(
    engine: Engine, case: str, database_url: str
) -> None:
    changer = Engine(database_url, engine.clock)
    changed = threading.Thread(target=changer.change_calendar, args=(closed(WEDNESDAY),), kwargs={"by": ADMIN})
    with engine.advance(case) as flow:
        flow.note(h.WorkItemClaimed("periksa:1"), at=engine.now(), actor="pemeriksa")
        changed.start()
        changed.join(0.3)
        assert changed.is_alive()
        assert engine.due("P1D", TUESDAY_9AM) == wib("2026-11-25T09:00")
    changed.join()
    redate(changer)

    assert step(engine, case) == (wib("2026-11-26T09:00"), wib("2026-11-30T09:00"))
    changer.close()


def test_a_case_that_ends_is_not_dated_any_more(engine: Engine, case: str) -> None:
    engine.cancel(case, "Duplikat", by=HEAD)
    events = len(engine.history(case, by=AUDITOR))
    engine.change_calendar(closed(WEDNESDAY), by=ADMIN)

    redate(engine)

    assert len(engine.history(case, by=AUDITOR)) == events


def test_the_worker_dates_anew_by_itself(engine: Engine, case: str) -> None:
    stop = threading.Event()
    worker = threading.Thread(target=run_forever, args=(engine, stop))
    worker.start()
    engine.change_calendar(closed(WEDNESDAY), by=ADMIN)
    for _ in range(100):
        redating = engine.redating()
        if redating and redating.finished_at:
            break
        stop.wait(0.05)
    stop.set()
    worker.join()

    assert step(engine, case) == (wib("2026-11-26T09:00"), wib("2026-11-30T09:00"))


def test_the_statements_of_a_command_stay_the_same_with_many_changes(engine: Engine, case: str) -> None:
    def claims(number: str) -> int:
        with statements() as sent:
            engine.claim(number, "periksa:1", by=CHECKER)
        return len(sent)

    before = claims(case)
    for day in range(1, 6):
        engine.change_calendar(closed(date(2026, 12, day)), by=ADMIN)
    other = engine.start("surat", LETTER, by=CLERK).number

    assert claims(other) == before
