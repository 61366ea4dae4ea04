"""Office time against reference values that were worked out by hand, and its laws on random instants."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar.worktime import WIB, Duration, WorkingCalendar, seed_holidays
from engine.model import Holiday

OFFICE = WorkingCalendar.of(seed_holidays(2024, 2027))
SOP_DURATIONS = ["PT2M", "PT2M", "P1D", "P3D", "P1D", "PT5M", "PT5M", "PT5M"]  # steps 2 to 9


def wib(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WIB)


def due(start: str, duration: str, calendar: WorkingCalendar = OFFICE) -> datetime:
    return calendar.deadline(wib(start), calendar.length(Duration.parse(duration)))


@pytest.mark.parametrize(
    ("start", "duration", "expected"),
    [
        pytest.param("2026-11-27T14:59:30", "PT2M", "2026-11-30T08:01:30", id="half a minute before the weekend"),
        pytest.param("2026-11-28T10:00:00", "P1D", "2026-11-30T15:00:00", id="a day from Saturday ends on Monday"),
        pytest.param("2026-03-17T13:00:00", "P3D", "2026-03-27T13:00:00", id="across Nyepi and Lebaran 2026"),
        pytest.param("2026-12-23T14:00:00", "P1D", "2026-12-28T14:00:00", id="across Christmas and cuti bersama"),
        pytest.param("2027-03-08T09:00:00", "P1D", "2027-03-16T15:00:00", id="starts on a holiday before Lebaran 2027"),
        pytest.param("2027-03-05T14:58:00", "PT2M", "2027-03-05T15:00:00", id="ends exactly at closing"),
        pytest.param("2026-11-24T06:30:00", "PT1H", "2026-11-24T09:00:00", id="before opening"),
        pytest.param("2026-11-24T16:00:00", "PT1H", "2026-11-25T09:00:00", id="after closing"),
        pytest.param("2026-11-24T00:00:00", "PT1H", "2026-11-24T09:00:00", id="at midnight"),
        pytest.param("2026-11-24T08:00:00", "PT1H", "2026-11-24T09:00:00", id="exactly at opening"),
        pytest.param("2026-11-24T15:00:00", "PT1H", "2026-11-25T09:00:00", id="exactly at closing"),
        pytest.param("2026-11-27T15:00:00", "PT1M", "2026-11-30T08:01:00", id="exactly at closing on Friday"),
        pytest.param("2026-11-24T14:00:00", "PT5H", "2026-11-25T12:00:00", id="overnight, never at midnight"),
        pytest.param("2026-11-24T09:00:00", "P1D", "2026-11-25T09:00:00", id="a day is seven office hours, not 24"),
        pytest.param("2026-11-24T09:00:00", "PT24H", "2026-11-27T12:00:00", id="24 office hours are more than 3 days"),
        pytest.param("2026-11-24T08:00:00", "P1D", "2026-11-24T15:00:00", id="a whole day from opening"),
        pytest.param("2026-11-24T08:00:00", "P2D", "2026-11-25T15:00:00", id="two whole days from opening"),
        pytest.param(
            "2026-11-30T08:00:00.000001", "P1D", "2026-12-01T08:00:00.000001", id="a microsecond after opening"
        ),
        pytest.param("2028-02-28T10:00:00", "P1D", "2028-02-29T10:00:00", id="leap day"),
        pytest.param("2026-12-31T14:00:00", "PT2H", "2027-01-04T09:00:00", id="across New Year"),
    ],
)
def test_a_deadline_counts_only_office_time(start: str, duration: str, expected: str) -> None:
    assert due(start, duration) == wib(expected)


@pytest.mark.parametrize(
    ("start", "end"),
    [("2026-11-24T09:00:00", "2026-12-01T09:19:00"), ("2026-03-16T09:00:00", "2026-03-30T09:19:00")],
    ids=["an ordinary week", "around Lebaran"],
)
def test_the_whole_sop_at_its_maximum_takes_five_days_and_nineteen_minutes(start: str, end: str) -> None:
    moment = wib(start)

    for duration in SOP_DURATIONS:
        moment = OFFICE.deadline(moment, OFFICE.length(Duration.parse(duration)))

    assert moment == wib(end)


def test_a_deadline_is_an_instant_in_utc_whatever_the_zone_of_its_start() -> None:
    tokyo = wib("2026-11-24T09:00:00").astimezone(ZoneInfo("Asia/Tokyo"))

    found = OFFICE.deadline(tokyo, timedelta(hours=1))

    assert found.tzinfo is UTC
    assert found == wib("2026-11-24T10:00:00")


def test_the_reminder_of_a_step_comes_before_its_deadline() -> None:
    assert due("2026-11-24T09:00:00", "P1D") < due("2026-11-24T09:00:00", "P3D")


def test_parts_of_a_duration_in_a_row_end_where_the_whole_ends() -> None:
    parts = OFFICE.deadline(OFFICE.deadline(wib("2026-03-17T13:00:00"), timedelta(hours=2)), timedelta(hours=19))

    assert parts == due("2026-03-17T13:00:00", "P3D")


def test_another_calendar_gives_another_deadline() -> None:
    earlier = WorkingCalendar.of([Holiday(date(2026, 11, 25), "Pilkada", "kantor")], opens=time(7, 30), closes=time(16))

    assert due("2026-11-24T15:30:00", "PT1H", earlier) == wib("2026-11-26T08:00:00")
    assert earlier.office_day == timedelta(hours=8, minutes=30)


def test_office_hours_follow_the_wall_clock_of_a_zone_with_summer_time() -> None:
    madrid = ZoneInfo("Europe/Madrid")
    calendar = WorkingCalendar(zone=madrid)
    friday = datetime(2026, 3, 27, 14, tzinfo=madrid)  # the clocks go forward on Sunday

    found = calendar.deadline(friday, timedelta(hours=2))

    assert found.astimezone(madrid).isoformat() == "2026-03-30T09:00:00+02:00"


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        pytest.param("2026-11-24T09:00:00", "2026-11-24T10:30:00", 90, id="within a day"),
        pytest.param("2026-11-24T14:00:00", "2026-11-25T09:00:00", 120, id="overnight"),
        pytest.param("2026-11-27T14:00:00", "2026-11-30T08:30:00", 90, id="over the weekend"),
        pytest.param("2026-11-27T16:00:00", "2026-11-30T07:00:00", 0, id="while closed"),
        pytest.param("2026-11-24T10:00:00", "2026-11-24T09:00:00", 0, id="backwards"),
        pytest.param("2026-03-17T13:00:00", "2026-03-27T13:00:00", 21 * 60, id="Lebaran"),
    ],
)
def test_between_counts_the_office_time(start: str, end: str, minutes: int) -> None:
    assert OFFICE.between(wib(start), wib(end)) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        pytest.param("2026-11-24T07:00:00", "2026-11-24T08:00:00", id="early"),
        pytest.param("2026-11-24T10:00:00", "2026-11-24T10:00:00", id="open"),
        pytest.param("2026-11-24T15:00:00", "2026-11-25T08:00:00", id="at closing"),
        pytest.param("2026-11-24T21:00:00", "2026-11-25T08:00:00", id="at night"),
        pytest.param("2026-11-28T12:00:00", "2026-11-30T08:00:00", id="Saturday"),
        pytest.param("2026-03-18T09:00:00", "2026-03-25T08:00:00", id="Lebaran"),
    ],
)
def test_the_next_opening_is_now_while_the_office_is_open(moment: str, expected: str) -> None:
    assert OFFICE.next_opening(wib(moment)) == wib(expected)


def test_a_naive_instant_or_a_negative_duration_is_refused() -> None:
    naive, aware = wib("2026-11-24T09:00:00").replace(tzinfo=None), wib("2026-11-24T09:00:00")

    with pytest.raises(ValueError, match="aware"):
        OFFICE.deadline(naive, timedelta(hours=1))
    with pytest.raises(ValueError, match="aware"):
        OFFICE.between(aware, naive)
    with pytest.raises(ValueError, match="zero or more"):
        OFFICE.deadline(aware, timedelta(seconds=-1))


def test_a_deadline_ten_years_ahead_costs_no_more_than_one_this_afternoon() -> None:
    def took(working: timedelta) -> float:
        begun = perf_counter()
        for _ in range(200):
            OFFICE.deadline(wib("2026-11-24T09:00:00"), working)
        return perf_counter() - begun

    near = min(took(timedelta(hours=1)) for _ in range(5))
    far = min(took(3650 * OFFICE.office_day) for _ in range(5))

    assert far < 10 * near


# --- laws -----------------------------------------------------------------------------------

instants = st.timedeltas(timedelta(0), timedelta(days=6 * 365)).map(lambda passed: wib("2023-01-01") + passed)
edges = st.builds(
    lambda day, hour: datetime.combine(day, time(hour), WIB),
    st.dates(date(2024, 1, 1), date(2028, 1, 1)),
    st.sampled_from([0, 8, 15]),
)
moments = instants | edges
lengths = st.timedeltas(timedelta(microseconds=1), timedelta(hours=7 * 400)) | st.integers(1, 400).map(
    lambda days: days * OFFICE.office_day
)


@given(moments, lengths)
def test_the_office_time_up_to_a_deadline_is_the_duration(start: datetime, working: timedelta) -> None:
    assert OFFICE.between(start, OFFICE.deadline(start, working)) == working


@given(moments, lengths)
def test_a_deadline_is_within_office_hours_and_after_its_start(start: datetime, working: timedelta) -> None:
    found = OFFICE.deadline(start, working).astimezone(WIB)

    assert OFFICE.is_office_day(found.date())
    assert time(8) <= found.time() <= time(15)
    assert found > start


@given(moments, moments, lengths, lengths)
def test_a_later_start_or_a_longer_duration_is_never_due_earlier(
    one: datetime, other: datetime, working: timedelta, longer: timedelta
) -> None:
    first, second = sorted([one, other])
    short, long = sorted([working, longer])

    assert OFFICE.deadline(first, short) <= OFFICE.deadline(second, short)
    assert OFFICE.deadline(first, short) <= OFFICE.deadline(first, long)


@given(moments, st.timedeltas(timedelta(0), timedelta(days=60)))
def test_office_time_agrees_with_a_count_of_every_minute(start: datetime, ahead: timedelta) -> None:
    start = start.replace(second=0, microsecond=0)
    end = start + timedelta(minutes=ahead // timedelta(minutes=1) % 6000)

    counted, minute = 0, start
    while minute < end:
        counted += OFFICE.is_office_day(minute.date()) and time(8) <= minute.time() < time(15)
        minute += timedelta(minutes=1)

    assert OFFICE.between(start, end) == timedelta(minutes=counted)


# --- durations ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words", "length"),
    [
        ("PT2M", "2 menit", timedelta(minutes=2)),
        ("PT5H", "5 jam", timedelta(hours=5)),
        ("P3D", "3 hari", timedelta(hours=21)),
        ("P3650D", "3650 hari", timedelta(hours=7 * 3650)),
        (" P1D\n", "1 hari", timedelta(hours=7)),
    ],
)
def test_a_duration_has_words_and_a_length_in_office_time(text: str, words: str, length: timedelta) -> None:
    duration = Duration.parse(text)

    assert duration.words() == words
    assert OFFICE.length(duration) == length
    assert duration.text == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        *("", "P", "PT", "P1W", "P1M", "P1Y", "P1DT2H", "PT1H30M", "PT30S", "P-1D", "-P1D", "P1.5D", "P1,5D", "p1d"),
        *('"P1D"', "'P1D'", "P1", "1D", "P1D P1D", "R3/P1D", "2026-11-24", "P٣D", "P1D\0", "=duration", "${d}"),
        *("P0D", "PT0M", "P3651D", "PT99999999H", "PT999999999M", "P" + "9" * 5000 + "D", "timedelta(days=1)"),
    ],
)
def test_a_duration_in_any_other_form_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="Durasi harus") as refusal:
        Duration.parse(text)

    assert len(str(refusal.value)) < 400


# --- holidays -------------------------------------------------------------------------------


def test_the_seed_has_public_holidays_and_cuti_bersama_with_indonesian_names() -> None:
    seed = seed_holidays(2024, 2027)

    count = {(year, kind): 0 for year in range(2024, 2028) for kind in ("libur_nasional", "cuti_bersama")}
    for holiday in seed:
        count[holiday.on.year, holiday.kind] += 1
    assert count[2026, "libur_nasional"] == 17
    assert count[2026, "cuti_bersama"] == 8
    assert count[2024, "cuti_bersama"] == 10
    assert Holiday(date(2026, 12, 24), "Cuti Bersama Hari Raya Natal", "cuti_bersama") in seed
    assert list(seed) == sorted(seed, key=lambda holiday: (holiday.on, holiday.kind))


@pytest.mark.parametrize(("year", "office_days"), [(2025, 237), (2026, 240), (2027, 242)])
def test_a_year_has_as_many_office_days_as_the_decree_leaves(year: int, office_days: int) -> None:
    first, last = (datetime(each, 1, 1, tzinfo=WIB) for each in (year, year + 1))

    assert OFFICE.between(first, last) == office_days * OFFICE.office_day


def test_the_version_of_a_calendar_changes_with_its_days_and_hours_alone() -> None:
    seed = seed_holidays(2026, 2027)
    same = WorkingCalendar.of(reversed(seed))
    more = WorkingCalendar.of([*seed, Holiday(date(2026, 11, 25), "Pilkada", "kantor")])
    ramadan = WorkingCalendar.of(seed, closes=time(14))

    assert same.version == WorkingCalendar.of(seed).version
    assert len({same.version, more.version, ramadan.version, WorkingCalendar.of([]).version}) == 4
    assert same.version.startswith("2027-")


def test_a_calendar_says_for_how_long_its_holidays_were_decreed() -> None:
    estimated = WorkingCalendar.of(seed_holidays(2026, 2028))

    assert OFFICE.is_known(wib("2027-12-31T14:00:00"))
    assert not OFFICE.is_known(wib("2028-01-01T09:00:00"))
    assert not estimated.is_known(wib("2028-01-03T09:00:00"))  # 2028 has estimates, but no decree
    assert not WorkingCalendar().is_known(wib("2026-11-24T09:00:00"))


def test_an_office_that_closes_before_it_opens_is_refused() -> None:
    with pytest.raises(ValueError, match="open before it closes"):
        WorkingCalendar(opens=time(15), closes=time(8))
