"""The calendar is changed by an admin, on some ground; every change is recorded, and every process follows."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text

from engine import (
    Actor,
    CalendarEdit,
    DayHours,
    Engine,
    Holiday,
    InvalidRequest,
    NotAllowed,
    OfficeHours,
)
from tests.clock import Clock
from tests.engine.small_office import ADMIN, AUDITOR, CHECKER, CLERK, HEAD, LETTER, open_office

LETTER_OF_HEAD = "Surat Kepala Kantor W.11-1234"
WEDNESDAY = date(2026, 11, 25)
CLOSED = CalendarEdit(LETTER_OF_HEAD, days=(Holiday(WEDNESDAY, "Pemadaman listrik", "kantor", LETTER_OF_HEAD),))
RAMADAN = OfficeHours(date(2027, 2, 8), "Ramadan", DayHours.parse("08.00-12.00 12.30-15.00"), None, date(2027, 3, 9))


def due_of(engine: Engine, case: str) -> datetime | None:
    return engine.work_item(case, "periksa:1", by=CHECKER).due_at


def wib(text: str) -> datetime:
    return datetime.fromisoformat(text + "+07:00")


def test_a_change_is_recorded_with_who_when_and_on_what_ground(engine: Engine, clock: Clock) -> None:
    before = engine.calendar().version

    change = engine.change_calendar(CLOSED, by=ADMIN)

    assert (change.actor, change.recorded_at, change.reason) == ("admin", clock(), LETTER_OF_HEAD)
    assert (change.days_before, change.days_after) == ((), CLOSED.days)
    assert change.version == engine.calendar().version != before
    assert engine.calendar_changes()[0] == change
    assert not engine.calendar().is_office_day(WEDNESDAY)


def test_the_record_begins_with_the_seeded_days_and_adds_up_to_the_calendar(engine: Engine) -> None:
    (seeded,) = engine.calendar_changes()
    engine.change_calendar(CLOSED, by=ADMIN)
    engine.change_calendar(CalendarEdit("SE Menteri", hours=(RAMADAN,)), by=ADMIN)
    engine.change_calendar(CalendarEdit("Ralat SE", no_days=(WEDNESDAY,)), by=ADMIN)

    assert seeded.days_after == tuple(day for day in engine.almanac().days if day.on != WEDNESDAY)
    assert engine.almanac().hours == (RAMADAN,)
    assert engine.calendar_is_recorded()
    assert [change.number for change in engine.calendar_changes(before=4)] == [3, 2, 1]


def test_a_calendar_that_somebody_edited_in_the_database_is_not_the_recorded_one(engine: Engine) -> None:
    with engine.database.write() as connection:
        connection.execute(text("DELETE FROM holiday WHERE kind = 'cuti_bersama'"))

    assert not engine.calendar_is_recorded()


def test_the_record_cannot_be_altered(engine: Engine) -> None:
    for statement in ("UPDATE calendar_change SET actor = 'lain'", "DELETE FROM calendar_change"):
        with pytest.raises(Exception, match="hanya boleh ditambah"), engine.database.write() as connection:
            connection.execute(text(statement))


def test_a_holiday_may_be_worked_and_the_decree_stands_beside_it(engine: Engine) -> None:
    christmas = next(day for day in engine.almanac().days if day.on == date(2026, 12, 24))
    worked = Holiday(christmas.on, christmas.name, christmas.kind, LETTER_OF_HEAD, works=True)

    change = engine.change_calendar(CalendarEdit(LETTER_OF_HEAD, days=(worked,)), by=ADMIN)

    assert (change.days_before, change.days_after) == ((christmas,), (worked,))
    assert engine.calendar().is_office_day(christmas.on)


def test_only_an_admin_previews_and_changes_the_calendar(engine: Engine) -> None:
    gone = Actor("admin", duties=frozenset({"admin"}), active=False)
    for person in (HEAD, AUDITOR, CLERK, gone):
        with pytest.raises(NotAllowed):
            engine.change_calendar(CLOSED, by=person)
        with pytest.raises(NotAllowed):
            engine.plan_calendar(CLOSED, by=person)
    assert len(engine.calendar_changes()) == 1


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        pytest.param(CalendarEdit(" ", days=CLOSED.days), "Dasar perubahan", id="no ground"),
        pytest.param(CalendarEdit("a\x00b", days=CLOSED.days), "Dasar perubahan", id="an unstorable ground"),
        pytest.param(CalendarEdit("x", days=(Holiday(WEDNESDAY, "", "kantor"),)), "Nama hari", id="no name"),
        pytest.param(CalendarEdit("x", days=(Holiday(WEDNESDAY, "x", "cuti"),)), "Jenis hari", id="an unknown kind"),
        pytest.param(CalendarEdit("x", days=(Holiday(date(1926, 1, 1), "x", "kantor"),)), "di luar tahun", id="a year"),
        pytest.param(CalendarEdit("x", no_days=(WEDNESDAY,)), "tidak ada dalam daftar", id="a day that is not there"),
        pytest.param(CalendarEdit("x", no_hours=((WEDNESDAY, True),)), "Tidak ada jam kantor", id="hours not there"),
        pytest.param(CalendarEdit("x"), "tidak ada yang berubah", id="nothing"),
        pytest.param(
            CalendarEdit(
                "x", hours=(RAMADAN, OfficeHours(date(2027, 3, 9), "Lain", RAMADAN.day, None, date(2027, 4, 1)))
            ),
            "bertumpuk",
            id="seasons that overlap",
        ),
    ],
)
def test_an_unusable_change_is_refused_with_a_sentence_and_changes_nothing(
    engine: Engine, edit: CalendarEdit, reason: str
) -> None:
    before = engine.almanac()

    with pytest.raises(InvalidRequest, match=reason):
        engine.change_calendar(edit, by=ADMIN)

    assert engine.almanac() == before


def test_a_preview_that_is_out_of_date_is_not_carried_out(engine: Engine) -> None:
    plan = engine.plan_calendar(CLOSED, by=ADMIN)
    engine.change_calendar(CalendarEdit("SE Menteri", hours=(RAMADAN,)), by=ADMIN)

    with pytest.raises(InvalidRequest, match="berubah sejak pratinjau"):
        engine.change_calendar(CLOSED, by=ADMIN, seen=plan.seen)
    engine.change_calendar(CLOSED, by=ADMIN, seen=engine.plan_calendar(CLOSED, by=ADMIN).seen)


def test_two_admins_at_once_are_both_recorded(engine: Engine, database_url: str) -> None:
    def close(day: int) -> None:
        own = Engine(database_url, engine.clock)
        holiday = Holiday(date(2026, 12, day), "Tutup", "kantor")
        own.change_calendar(CalendarEdit("Surat", days=(holiday,)), by=ADMIN)
        own.close()

    threads = [threading.Thread(target=close, args=(day,)) for day in range(1, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [change.number for change in engine.calendar_changes()] == [7, 6, 5, 4, 3, 2, 1]
    assert engine.calendar_is_recorded()


def test_another_process_dates_by_the_changed_calendar_at_once(engine: Engine, database_url: str) -> None:
    open_office(engine)
    other = Engine(database_url, engine.clock)
    started = engine.start("surat", LETTER, by=CLERK).number
    other.change_calendar(CLOSED, by=ADMIN)

    case = engine.start("surat", LETTER, by=CLERK).number

    assert due_of(engine, case) == wib("2026-11-30T09:00")
    assert due_of(engine, started) == wib("2026-11-27T09:00")  # dated before the change; redating moves it
    assert engine.calendar().version == other.calendar().version
    set_under = [event.payload for event in engine.history(case, by=AUDITOR) if event.type == "DueDateSet"]
    assert f'"calendar":"{other.calendar().version}"' in set_under[0]
    other.close()


def test_pages_of_another_process_follow_when_they_ask(engine: Engine, database_url: str) -> None:
    other = Engine(database_url, engine.clock)
    other.change_calendar(CLOSED, by=ADMIN)

    engine.follow_others(at_most_every=3600)
    stale = engine.calendar().version
    engine.follow_others(at_most_every=0)

    assert stale != engine.calendar().version == other.calendar().version
    other.close()


def test_a_year_without_a_decree_is_told_with_the_deadlines_that_reach_it(engine: Engine, clock: Clock) -> None:
    open_office(engine)
    assert engine.calendar_outlook().known_until == date(2027, 12, 31)
    assert engine.calendar_outlook().beyond == 0
    clock.set(wib("2027-12-29T09:00"))
    engine.start("surat", LETTER, by=CLERK)

    outlook = engine.calendar_outlook()

    assert outlook.beyond == 1  # the deadline; its reminder is due in 2027 still
    assert outlook.latest == wib("2028-01-03T09:00")


def test_published_days_that_the_calendar_lacks_are_proposed(engine: Engine) -> None:
    gone = date(2027, 12, 24)
    engine.change_calendar(CalendarEdit("Ralat", no_days=(gone,)), by=ADMIN)

    assert [day.on for day in engine.published_days(2027)] == [gone]
    assert engine.published_days(2029)
    with pytest.raises(InvalidRequest):
        engine.published_days(1815)


def test_an_older_office_gets_a_record_that_begins_with_what_stands_there(engine: Engine, database_url: str) -> None:
    days = engine.almanac().days
    with engine.database.write() as connection:
        sqlite = engine.database.is_sqlite
        connection.execute(text("DROP TRIGGER calendar_change_no_delete" + ("" if sqlite else " ON calendar_change")))
        connection.execute(text("DELETE FROM calendar_change"))
    Engine.upgrade(database_url)
    Engine.upgrade(database_url)

    (change,) = engine.calendar_changes()

    assert change.days_after == days
    assert engine.redating() is None
    assert engine.calendar_is_recorded()


def test_a_year_that_an_upgrade_puts_in_is_recorded_and_open_deadlines_follow(engine: Engine, clock: Clock) -> None:
    from engine import schema

    open_office(engine)
    clock.set(wib("2028-12-28T09:00"))
    case = engine.start("surat", LETTER, by=CLERK).number
    assert due_of(engine, case) == wib("2029-01-02T09:00")

    schema.upgrade(engine.database, 2029)
    while engine.redate():
        pass

    assert due_of(engine, case) == wib("2029-01-03T09:00")
    assert engine.calendar_changes()[0].actor == "sistem"
    assert timedelta(0) < engine.calendar().between(wib("2029-01-02T08:00"), wib("2029-01-03T08:00"))
