"""Hours, breaks, seasons and worked holidays: reference values by hand, and a count of every minute."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.calendar.hours import DayHours, OfficeHours
from engine.calendar.worktime import WIB, Duration, WorkingCalendar, seed_holidays
from engine.model import Holiday

SEED = seed_holidays(2024, 2027)
RAMADAN = OfficeHours(
    date(2026, 2, 18),
    "Ramadan",
    DayHours.parse("08.00-12.00 12.30-15.00"),
    DayHours.parse("08.00-11.30 12.30-15.30"),
    date(2026, 3, 19),
)
LUNCH = OfficeHours(date(2026, 6, 1), "Jam baru", DayHours.parse("07.30-12.00 13.00-16.00"))
SATURDAY = Holiday(date(2026, 11, 28), "Layanan paspor Sabtu", "kantor", "Surat Kepala Kantor", works=True)
WORKED = Holiday(date(2026, 12, 24), "Cuti Bersama Hari Raya Natal", "cuti_bersama", "Surat Kepala Kantor", works=True)
OFFICE = WorkingCalendar.of(
    [*(day for day in SEED if day.on != WORKED.on), SATURDAY, WORKED],
    [RAMADAN, LUNCH],
)


def wib(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WIB)


def due(start: str, duration: str) -> datetime:
    return OFFICE.due(wib(start), Duration.parse(duration)).astimezone(WIB)


@pytest.mark.parametrize(
    ("start", "duration", "expected"),
    [
        pytest.param("2026-01-20T14:30:00", "PT1H", "2026-01-21T08:30:00", id="before any other hours"),
        pytest.param("2026-06-02T11:30:00", "PT1H", "2026-06-02T13:30:00", id="over lunch"),
        pytest.param("2026-06-02T11:30:00", "PT30M", "2026-06-02T12:00:00", id="ends as lunch begins"),
        pytest.param("2026-06-02T12:10:00", "PT5M", "2026-06-02T13:05:00", id="arrives during lunch"),
        pytest.param("2026-06-02T12:00:00", "PT5M", "2026-06-02T13:05:00", id="arrives as lunch begins"),
        pytest.param("2026-06-02T07:30:00", "P1D", "2026-06-02T16:00:00", id="a day is seven and a half hours now"),
        pytest.param("2026-05-29T14:00:00", "P1D", "2026-06-02T14:30:00", id="a day counts as it was when it began"),
        pytest.param("2026-02-18T08:00:00", "P1D", "2026-02-19T08:30:00", id="a day in Ramadan is seven hours still"),
        pytest.param("2026-02-20T11:00:00", "PT1H", "2026-02-20T13:00:00", id="over the Friday break"),
        pytest.param("2026-02-20T15:20:00", "PT20M", "2026-02-23T08:10:00", id="Friday closes later in Ramadan"),
        pytest.param("2026-11-27T15:30:00", "PT1H", "2026-11-28T08:00:00", id="goes on on a worked Saturday"),
        pytest.param("2026-12-23T15:00:00", "P1D", "2026-12-24T15:00:00", id="works on a cuti bersama"),
    ],
)
def test_a_deadline_counts_the_hours_of_each_day(start: str, duration: str, expected: str) -> None:
    assert due(start, duration) == wib(expected)


def test_the_office_goes_on_when_its_break_is_over() -> None:
    assert OFFICE.next_opening(wib("2026-06-02T12:30:00")) == wib("2026-06-02T13:00:00")
    assert OFFICE.next_opening(wib("2026-06-02T12:00:00")) == wib("2026-06-02T13:00:00")
    assert OFFICE.next_opening(wib("2026-06-02T11:59:00")) == wib("2026-06-02T11:59:00")


def test_an_ordinary_day_is_that_of_the_regular_hours_whatever_the_season() -> None:
    assert OFFICE.ordinary_day(date(2026, 3, 2)) == timedelta(hours=7)
    assert OFFICE.ordinary_day(date(2026, 6, 1)) == OFFICE.office_day == timedelta(hours=7, minutes=30)
    assert OFFICE.hours_on(date(2026, 3, 2)).name == "Ramadan"


def test_days_on_which_the_office_works_are_office_days() -> None:
    assert OFFICE.is_office_day(SATURDAY.on)
    assert OFFICE.is_office_day(WORKED.on)
    assert not OFFICE.is_office_day(date(2026, 12, 25))


def test_the_version_changes_with_hours_and_worked_days_and_not_with_names() -> None:
    renamed = OfficeHours(RAMADAN.first, "Bulan puasa", RAMADAN.day, RAMADAN.friday, RAMADAN.last)
    plain, season = WorkingCalendar.of(SEED), WorkingCalendar.of(SEED, [RAMADAN])

    assert WorkingCalendar.of(SEED, [renamed]).version == season.version
    assert len({plain.version, season.version, WorkingCalendar.of([*SEED, SATURDAY]).version, OFFICE.version}) == 4


def test_a_year_is_known_when_a_decree_set_it_and_those_before_it() -> None:
    def known(*days: Holiday) -> date | None:
        return WorkingCalendar.of([*SEED, *days]).known_until

    by_decree = Holiday(date(2028, 1, 1), "Tahun Baru", "libur_nasional", "SKB 2028")

    assert known(Holiday(date(2028, 1, 1), "Tahun Baru", "libur_nasional")) == date(2027, 12, 31)
    assert known(by_decree) == date(2028, 12, 31)
    assert known(Holiday(date(2029, 1, 2), "Cuti", "cuti_bersama")) == date(2027, 12, 31)  # 2028 is not known


@pytest.mark.parametrize(
    "text",
    ["08.00-15.00", "07.30-12.00 13.00-16.00"],
)
def test_hours_are_read_as_they_are_written(text: str) -> None:
    assert DayHours.parse(text).text() == text
    assert DayHours.parse(text.replace(".", ":").replace("-", " – ")).text() == text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "harus tertulis"),
        ("8-15", "harus tertulis"),
        ("08.00-25.00", "harus tertulis"),
        ("15.00-08.00", "berurutan"),
        ("08.00-08.00", "berurutan"),
        ("08.00-13.00 12.00-15.00", "berurutan"),
        ("08.00-12.00 12.00-15.00", "berurutan"),
        ("08.00-15.00\n; DROP", "harus tertulis"),
    ],
)
def test_impossible_hours_are_refused_with_a_sentence(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        DayHours.parse(text)


def test_half_a_break_and_a_season_that_ends_before_it_begins_are_refused() -> None:
    with pytest.raises(ValueError, match="Istirahat"):
        DayHours(time(8), time(15), time(12))
    with pytest.raises(ValueError, match="Hari terakhir"):
        OfficeHours(date(2026, 3, 2), "Ramadan", DayHours(time(8), time(15)), last=date(2026, 3, 1))


def test_a_calendar_with_everything_reckons_as_fast_as_a_plain_one() -> None:
    plain = WorkingCalendar.of(SEED)

    def took(calendar: WorkingCalendar) -> float:
        begun = perf_counter()
        for _ in range(500):
            calendar.deadline(wib("2026-02-17T13:00:00"), timedelta(hours=210))
        return perf_counter() - begun

    took(plain), took(OFFICE)
    assert min(took(OFFICE) for _ in range(5)) < 3 * min(took(plain) for _ in range(5))


# --- laws -----------------------------------------------------------------------------------

minutes = st.integers(0, 23 * 60 + 59)
clocks = st.lists(minutes, min_size=2, max_size=2, unique=True) | st.lists(minutes, min_size=4, max_size=4, unique=True)


@st.composite
def day_hours(draw: st.DrawFn) -> DayHours:
    times = [time(*divmod(minute, 60)) for minute in sorted(draw(clocks))]
    return DayHours(times[0], times[-1], *times[1:-1])


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    days = st.dates(date(2026, 1, 1), date(2026, 3, 31))
    friday = st.none() | day_hours()
    entries = []
    for first in draw(st.lists(days, max_size=2, unique=True)):
        entries.append(OfficeHours(first, "tetap", draw(day_hours()), draw(friday)))
    if draw(st.booleans()):
        first = draw(days)
        last = first + timedelta(days=draw(st.integers(0, 40)))
        entries.append(OfficeHours(first, "musim", draw(day_hours()), draw(friday), last))
    closed = draw(st.lists(days, max_size=12, unique=True))
    return WorkingCalendar.of([Holiday(on, "hari", "kantor", works=draw(st.booleans())) for on in closed], entries)


starts = st.integers(0, 90 * 24 * 60).map(lambda minute: wib("2026-01-01") + timedelta(minutes=minute))


def is_open(calendar: WorkingCalendar, moment: datetime) -> bool:
    """Say by the plain rules, day by day, whether the office is open in the minute that begins then."""
    if not calendar.is_office_day(moment.date()):
        return False
    hours = calendar.hours_on(moment.date()).on(moment.weekday())
    at = moment.time()
    in_break = hours.break_from is not None and hours.break_from <= at < hours.break_to
    return hours.opens <= at < hours.closes and not in_break


@settings(max_examples=150, deadline=None)
@given(calendars(), starts, st.integers(1, 4000))
def test_office_time_agrees_with_a_count_of_every_minute(
    calendar: WorkingCalendar, start: datetime, ahead: int
) -> None:
    end = start + timedelta(minutes=ahead)

    counted = sum(is_open(calendar, start + timedelta(minutes=minute)) for minute in range(ahead))

    assert calendar.between(start, end) == timedelta(minutes=counted)


@settings(max_examples=300, deadline=None)
@given(calendars(), starts, st.timedeltas(timedelta(microseconds=1), timedelta(hours=300)))
def test_a_deadline_is_the_first_instant_at_which_the_office_time_has_passed(
    calendar: WorkingCalendar, start: datetime, working: timedelta
) -> None:
    found = calendar.deadline(start, working)

    assert calendar.between(start, found) == working
    assert calendar.between(start, found - timedelta(microseconds=1)) < working
    assert found > start


@settings(max_examples=300, deadline=None)
@given(calendars(), starts)
def test_the_next_opening_is_open_and_nothing_was_open_before_it(calendar: WorkingCalendar, start: datetime) -> None:
    found = calendar.next_opening(start)

    assert found >= start
    assert calendar.between(start, found) == timedelta(0)
    assert is_open(calendar, found.astimezone(WIB).replace(second=0, microsecond=0))
