"""The timer ledger: each timer's story, who is late and why, outages, page by page."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from engine import Engine, InvalidRequest, LedgerFilter, LedgerTimer, NotAllowed, NotFound, sweep
from tests.bench.counting import statements
from tests.clock import TUESDAY_9AM, Clock
from tests.engine.small_office import AUDITOR, CHECKER, CLERK, HEAD, LETTER, OWNER, TWO_STEPS, deploy, open_office
from tests.small_bpmn import Task, Timer, diagram, form, text_field

MONTH_AGO = TUESDAY_9AM - timedelta(days=30)
IN_A_YEAR = TUESDAY_9AM + timedelta(days=365)
WEDNESDAY_9AM = TUESDAY_9AM + timedelta(days=1)
FRIDAY_9AM = TUESDAY_9AM + timedelta(days=3)
SECOND = timedelta(seconds=1)

STUCK = {
    "buntu.bpmn": diagram(
        "buntu",
        "mulai > catat > jawab > pilih > selesai",
        {"catat": Task(form="catat"), "jawab": Task(form="jawab", timers={"batas": Timer("P1D")})},
        gateways={"pilih": "exclusive"},
        conditions={"pilih > selesai": "${isi == 'boleh'}"},
    ),
    "catat.form": form("catat", text_field("perihal")),
    "jawab.form": form("jawab", text_field("isi")),
}


def pages(engine: Engine, show: LedgerFilter, *, start: datetime = MONTH_AGO, limit: int = 2) -> list[LedgerTimer]:
    """Return all pages of the ledger, one after the other."""
    found: list[LedgerTimer] = []
    cursor: str | None = None
    while True:
        page = engine.ledger(start, IN_A_YEAR, by=AUDITOR, show=show, cursor=cursor, limit=limit)
        found += page.timers
        cursor = page.next_cursor
        if cursor is None:
            return found


def test_each_timer_tells_when_it_was_armed_due_and_fired_or_dropped(engine: Engine, clock: Clock) -> None:
    open_office(engine)
    case = engine.start("surat", LETTER, by=CLERK).number
    clock.set(WEDNESDAY_9AM + SECOND)
    sweep(engine)
    clock.advance(timedelta(hours=1))
    engine.complete(case, "periksa:1", {"hasil": "baik"}, by=CHECKER)

    remind, deadline = sorted(engine.ledger_of(case, by=AUDITOR), key=lambda timer: timer.role, reverse=True)

    assert (remind.key, remind.role, remind.duration, remind.outcome) == ("ingat:1", "reminder", "P1D", "fired")
    assert (remind.on.id, remind.on.name, remind.case) == ("periksa", "Memeriksa", case)
    assert (remind.armed_at, remind.due_at, remind.ended_at) == (TUESDAY_9AM, WEDNESDAY_9AM, WEDNESDAY_9AM + SECOND)
    assert (remind.late, remind.cause) == (SECOND, None)
    assert (deadline.key, deadline.outcome, deadline.due_at) == ("batas:1", "dropped", FRIDAY_9AM)
    assert (deadline.ended_at, deadline.late) == (clock.now, timedelta(0))


@pytest.mark.parametrize("limit", [1, 2, 200])
def test_each_filter_shows_its_timers_once_whatever_the_size_of_a_page(
    engine: Engine, clock: Clock, limit: int
) -> None:
    open_office(engine)
    cases = [engine.start("surat", LETTER, by=CLERK).number for _ in range(3)]
    engine.complete(cases[0], "periksa:1", {"hasil": "baik"}, by=CHECKER)
    clock.set(WEDNESDAY_9AM + 60 * SECOND)
    sweep(engine)

    def told(show: LedgerFilter) -> list[tuple[str, str]]:
        return [(timer.case[-1], timer.key) for timer in pages(engine, show, limit=limit)]

    assert sorted(told("all")) == sorted((number, key) for number in "123" for key in ("batas:1", "ingat:1"))
    assert [number for number, _ in told("all")] == ["3", "3", "2", "2", "1", "1"]
    assert told("fired") == told("late") == [("3", "ingat:1"), ("2", "ingat:1")]
    assert told("armed") == [("3", "batas:1"), ("2", "batas:1")]
    assert sorted(told("dropped")) == [("1", "batas:1"), ("1", "ingat:1")]


def test_a_period_holds_what_was_armed_at_any_time_then(engine: Engine, clock: Clock) -> None:
    open_office(engine)
    case = engine.start("surat", LETTER, by=CLERK).number
    clock.set(WEDNESDAY_9AM)
    sweep(engine)
    engine.complete(case, "periksa:1", {"hasil": "baik"}, by=CHECKER)

    def shown(start: datetime, end: datetime, show: LedgerFilter = "all") -> int:
        return len(engine.ledger(start, end, by=AUDITOR, show=show).timers)

    assert shown(MONTH_AGO, TUESDAY_9AM) == 0
    assert shown(TUESDAY_9AM, TUESDAY_9AM + SECOND) == 2
    assert shown(WEDNESDAY_9AM, WEDNESDAY_9AM + SECOND) == 2
    assert shown(WEDNESDAY_9AM + SECOND, IN_A_YEAR) == 0
    assert shown(TUESDAY_9AM, WEDNESDAY_9AM, "fired") == 0
    assert shown(WEDNESDAY_9AM, WEDNESDAY_9AM + SECOND, "fired") == 1


def test_what_fired_after_an_outage_is_told_as_one(engine: Engine, clock: Clock) -> None:
    open_office(engine)
    for _ in range(4):
        engine.start("surat", LETTER, by=CLERK)
        clock.advance(timedelta(minutes=10))
    back_at = clock.set(FRIDAY_9AM + timedelta(minutes=20))

    sweep(engine)
    summary = engine.ledger_summary(MONTH_AGO, IN_A_YEAR, by=AUDITOR)

    # Four reminders since Wednesday, and two deadlines; a third was due at this very moment.
    (outage,) = summary.outages
    assert (outage.began_at, outage.ended_at, outage.timers) == (WEDNESDAY_9AM, back_at, 6)
    assert outage.longest == summary.longest == back_at - WEDNESDAY_9AM
    assert (summary.fired, summary.late, summary.held, summary.backdated) == (7, 6, 0, 0)
    assert summary.p50 is not None
    assert summary.p50 // timedelta(minutes=1) == 2 * 24 * 60 - 10
    assert {timer.cause for timer in pages(engine, "late")} == {"away"}


def test_two_seconds_late_is_what_is_promised(engine: Engine, clock: Clock) -> None:
    open_office(engine)
    engine.start("surat", LETTER, by=CLERK)
    clock.set(WEDNESDAY_9AM + 2 * SECOND)
    sweep(engine)
    engine.start("surat", LETTER, by=CLERK)
    clock.set(WEDNESDAY_9AM + timedelta(days=1, seconds=4, milliseconds=1))
    sweep(engine)

    summary = engine.ledger_summary(MONTH_AGO, IN_A_YEAR, by=AUDITOR)

    assert (summary.fired, summary.late) == (2, 1)
    assert (summary.p50, summary.p99) == (2 * SECOND, 2 * SECOND + timedelta(milliseconds=1))
    assert [timer.case for timer in pages(engine, "late")] == ["SURAT-2026-00002"]


def test_what_an_incident_held_back_is_no_outage(engine: Engine, clock: Clock) -> None:
    open_office(engine, STUCK)
    case = engine.start("buntu", {"perihal": "x"}, by=CLERK).number
    with pytest.raises(Exception, match="insiden"):
        engine.complete(case, "jawab:1", {"isi": "salah"}, by=CLERK)
    (held,) = engine.ledger_of(case, by=AUDITOR)
    clock.set(FRIDAY_9AM)
    sweep(engine)
    # The owner mends the diagram and moves the case: what fell due meanwhile fires at once.
    deploy(engine, {**STUCK, "buntu.bpmn": STUCK["buntu.bpmn"].replace(b"boleh", b"salah")})
    engine.move(case, 2, "Diperbaiki", by=OWNER)
    sweep(engine)

    (timer,) = pages(engine, "late")
    summary = engine.ledger_summary(MONTH_AGO, IN_A_YEAR, by=AUDITOR)

    assert (held.outcome, held.held) == ("armed", True)
    assert (timer.due_at, timer.ended_at, timer.cause) == (WEDNESDAY_9AM, FRIDAY_9AM, "held")
    assert timer.late == FRIDAY_9AM - WEDNESDAY_9AM
    assert (summary.fired, summary.late, summary.held, summary.outages) == (1, 0, 1, ())
    assert summary.p99 is None


def test_a_timer_armed_behind_its_instant_is_no_outage(engine: Engine, clock: Clock) -> None:
    slow = {"surat": {"batas": Timer("P1D")}}
    files = {"surat.bpmn": diagram("surat", "mulai > a > b > selesai", {"a": Task(), "b": Task()})}
    open_office(engine, files)
    case = engine.start("surat", {}, by=CLERK).number
    timed = diagram("surat", "mulai > a > b > selesai", {"a": Task(), "b": Task(timers=slow["surat"])})
    deploy(engine, {"surat.bpmn": timed})
    clock.set(FRIDAY_9AM)
    engine.move(case, 2, "Batas waktu baru", by=OWNER, policy="recompute")
    sweep(engine)

    (timer,) = pages(engine, "late")
    summary = engine.ledger_summary(MONTH_AGO, IN_A_YEAR, by=AUDITOR)

    assert (timer.armed_at, timer.due_at, timer.cause) == (FRIDAY_9AM, WEDNESDAY_9AM, "backdated")
    assert timer.version == 2
    assert (summary.backdated, summary.late, summary.outages) == (1, 0, ())


def test_a_changed_due_date_and_a_renamed_timer_stay_one_timer(engine: Engine, clock: Clock) -> None:
    def drawn(step: str, timer: str) -> dict[str, bytes]:
        tasks = {"a": Task(), step: Task(name="Cek", timers={timer: Timer("P1D")})}
        return {"surat.bpmn": diagram("surat", f"mulai > a > {step} > selesai", tasks)}

    open_office(engine, drawn("b", "batas_b"))
    case = engine.start("surat", {}, by=CLERK).number
    deploy(engine, drawn("c", "batas_c"))
    clock.advance(timedelta(hours=2))
    names = {"b": "c", "batas_b": "batas_c"}
    engine.move(case, 2, "Langkah berganti nama", by=OWNER, policy="restart", renamed=names)
    clock.set(WEDNESDAY_9AM + timedelta(hours=2))
    sweep(engine)

    (timer,) = engine.ledger_of(case, by=AUDITOR)

    assert (timer.key, timer.on.id, timer.version, timer.dates) == ("batas_c:1", "c", 2, 2)
    assert (timer.armed_at, timer.due_at) == (TUESDAY_9AM, WEDNESDAY_9AM + timedelta(hours=2))
    assert (timer.outcome, timer.late) == ("fired", timedelta(0))
    assert engine.ledger_summary(MONTH_AGO, IN_A_YEAR, by=AUDITOR).fired == 1


def test_what_is_due_and_has_not_fired_is_told(engine: Engine, clock: Clock) -> None:
    open_office(engine)
    engine.start("surat", LETTER, by=CLERK)
    clock.set(WEDNESDAY_9AM + 2 * SECOND)
    assert engine.ledger_summary(MONTH_AGO, IN_A_YEAR, by=AUDITOR).overdue == 0

    clock.advance(SECOND)
    summary = engine.ledger_summary(MONTH_AGO, IN_A_YEAR, by=AUDITOR)

    assert (summary.overdue, summary.overdue_since, summary.fired) == (1, WEDNESDAY_9AM, 0)


def test_an_event_that_cannot_be_read_does_not_hide_the_others(engine: Engine, clock: Clock) -> None:
    from sqlalchemy import text

    open_office(engine)
    for _ in range(2):
        engine.start("surat", LETTER, by=CLERK)
    clock.set(WEDNESDAY_9AM + 60 * SECOND)
    sweep(engine)
    with engine.database.write() as connection:
        on = " ON history_event" if not engine.database.is_sqlite else ""
        connection.execute(text(f"DROP TRIGGER history_event_no_update{on}"))
        connection.execute(
            text("UPDATE history_event SET payload = '[1' WHERE type = 'TimerFired' AND instance_id = 1")
        )

    assert [timer.case for timer in pages(engine, "fired")] == ["SURAT-2026-00002"]
    assert engine.ledger_summary(MONTH_AGO, IN_A_YEAR, by=AUDITOR).fired == 2
    assert len(pages(engine, "all")) == 4


def test_the_ledger_is_for_auditors_alone(engine: Engine) -> None:
    open_office(engine)
    case = engine.start("surat", {**LETTER, "rahasia": True}, by=CLERK).number

    for person in (CLERK, HEAD, OWNER):
        with pytest.raises(NotAllowed):
            engine.ledger(MONTH_AGO, IN_A_YEAR, by=person)
        with pytest.raises(NotAllowed):
            engine.ledger_summary(MONTH_AGO, IN_A_YEAR, by=person)
    with pytest.raises(NotFound):
        engine.ledger_of(case, by=HEAD)
    assert len(engine.ledger_of(case, by=AUDITOR)) == 2


@pytest.mark.parametrize("show", ["all", "fired", "late", "armed", "dropped"])
def test_a_cursor_that_is_none_is_refused(engine: Engine, show: LedgerFilter) -> None:
    for cursor in ("bukan", "1", "1~2~3~4", "2026~1~1", "~", "x~y"):
        with pytest.raises(InvalidRequest):
            engine.ledger(MONTH_AGO, IN_A_YEAR, by=AUDITOR, show=show, cursor=cursor)


def test_an_office_without_cases_has_an_empty_ledger(engine: Engine) -> None:
    open_office(engine, TWO_STEPS)

    summary = engine.ledger_summary(MONTH_AGO, IN_A_YEAR, by=AUDITOR)

    assert pages(engine, "all") == pages(engine, "fired") == []
    assert (summary.fired, summary.p50, summary.p99, summary.longest) == (0, None, None, timedelta(0))


def test_a_summary_reads_days_that_are_long_over_only_once_and_says_the_same(
    engine: Engine, clock: Clock, database_url: str
) -> None:
    open_office(engine)
    for _ in range(5):
        engine.start("surat", LETTER, by=CLERK)
        clock.advance(timedelta(days=1, seconds=60))
        sweep(engine)
    now = clock.advance(timedelta(days=2))
    midnight = TUESDAY_9AM - timedelta(hours=9)
    days = (midnight, midnight + timedelta(days=5))
    periods = [(MONTH_AGO, now), (TUESDAY_9AM, now), (WEDNESDAY_9AM, now - timedelta(days=3, hours=5)), days]

    first = [engine.ledger_summary(*period, by=AUDITOR) for period in periods]
    again = [engine.ledger_summary(*period, by=AUDITOR) for period in periods]
    with statements() as sent:
        engine.ledger_summary(*days, by=AUDITOR)
    other = Engine(database_url, clock)
    alone = [other.ledger_summary(*period, by=AUDITOR) for period in reversed(periods)]
    other.close()

    assert first == again == alone[::-1]
    assert first[0] == engine.ledger_summary(now - timedelta(days=1000), now, by=AUDITOR)
    assert first[0].late > 3
    assert not [text for text in sent if "history_event" in text]


def test_what_fires_today_is_in_the_summary_at_once(engine: Engine, clock: Clock) -> None:
    open_office(engine)
    engine.start("surat", LETTER, by=CLERK)
    clock.set(WEDNESDAY_9AM + SECOND)
    before = engine.ledger_summary(MONTH_AGO, IN_A_YEAR, by=AUDITOR).fired
    sweep(engine)

    assert engine.ledger_summary(MONTH_AGO, IN_A_YEAR, by=AUDITOR).fired == before + 1
