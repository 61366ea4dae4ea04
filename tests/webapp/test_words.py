"""What a clerk reads about time."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar.worktime import WIB, WorkingCalendar, seed_holidays
from webapp.words import Remaining, day, instant, office_time, remaining, short_instant, since

OFFICE = WorkingCalendar.of(seed_holidays(2026, 2027))
TUESDAY_9AM = datetime(2026, 11, 24, 9, tzinfo=WIB)
DAY = timedelta(hours=7)


def test_an_instant_is_shown_in_wib_with_indonesian_day_and_month() -> None:
    assert instant(TUESDAY_9AM) == "Sel 24 Nov 2026 09.00 WIB"
    assert instant(TUESDAY_9AM.astimezone(UTC)) == "Sel 24 Nov 2026 09.00 WIB"
    assert short_instant(datetime(2026, 12, 31, 17, 5, tzinfo=UTC)) == "Jum 1 Jan 00.05"


def test_every_day_and_month_has_its_own_abbreviation() -> None:
    days = [day(date(2026, 11, 23) + timedelta(days=each)).split()[0] for each in range(7)]
    months = [day(date(2026, month, 1)).split()[2] for month in range(1, 13)]

    assert days == ["Sen", "Sel", "Rab", "Kam", "Jum", "Sab", "Min"]
    assert months == ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"]


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        instant(TUESDAY_9AM.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(0), "kurang dari 1 menit kerja"),
        (timedelta(seconds=59), "kurang dari 1 menit kerja"),
        (timedelta(seconds=119), "1 menit kerja"),
        (timedelta(minutes=10), "10 menit kerja"),
        (timedelta(minutes=59, seconds=59), "59 menit kerja"),
        (timedelta(hours=1), "1 jam kerja"),
        (timedelta(hours=2, minutes=20), "2 jam 20 menit kerja"),
        (timedelta(hours=3, minutes=59), "3 jam kerja"),
        (DAY - timedelta(seconds=1), "6 jam kerja"),
        (DAY, "1 hari kerja"),
        (DAY + timedelta(minutes=30), "1 hari kerja"),
        (DAY + timedelta(hours=2), "1 hari 2 jam kerja"),
        (2 * DAY, "2 hari kerja"),
        (3 * DAY + timedelta(hours=6), "3 hari kerja"),
        (100 * DAY, "100 hari kerja"),
    ],
)
def test_office_time_has_two_units_at_most_and_is_rounded_down(length: timedelta, words: str) -> None:
    assert office_time(OFFICE, length) == words


@pytest.mark.parametrize(
    ("now", "due", "remind", "expected"),
    [
        pytest.param("24T09:00", None, None, Remaining("tanpa batas waktu", "none"), id="no deadline"),
        pytest.param("24T09:00", "24T12:00", None, Remaining("sisa 3 jam kerja", "ok"), id="within the day"),
        pytest.param("24T14:00", "25T11:00", None, Remaining("sisa 4 jam kerja", "ok"), id="over the night"),
        pytest.param("24T14:00", "25T08:30", None, Remaining("sisa 1 jam 30 menit kerja", "ok"), id="over an hour"),
        pytest.param("24T14:00", "24T15:00", None, Remaining("sisa 1 jam kerja", "soon"), id="the last hour"),
        pytest.param("24T09:00", "24T09:02", None, Remaining("sisa 2 menit kerja", "soon"), id="a step of two minutes"),
        pytest.param(
            "24T09:01:30", "24T09:02", None, Remaining("sisa kurang dari 1 menit kerja", "soon"), id="half a minute"
        ),
        pytest.param("24T16:00", "25T09:00", None, Remaining("sisa 1 jam kerja", "soon"), id="in the evening"),
        pytest.param(
            "25T08:59", "27T09:00", "25T09:00", Remaining("sisa 2 hari kerja", "ok"), id="before the reminder"
        ),
        pytest.param("25T09:00", "27T09:00", "25T09:00", Remaining("sisa 2 hari kerja", "soon"), id="at the reminder"),
        pytest.param("24T09:02", "24T09:02", None, Remaining("lewat batas waktu", "late"), id="at the deadline"),
        pytest.param("24T09:10", "24T09:02", None, Remaining("lewat 8 menit kerja", "late"), id="minutes late"),
        pytest.param("28T12:00", "27T15:00", None, Remaining("lewat batas waktu", "late"), id="due before the weekend"),
        pytest.param("30T10:00", "26T09:00", "25T09:00", Remaining("lewat 2 hari 1 jam kerja", "late"), id="days late"),
    ],
)
def test_remaining_office_time_in_words_and_tone(
    now: str, due: str | None, remind: str | None, expected: Remaining
) -> None:
    at, due_at, remind_at = (
        datetime.fromisoformat(f"2026-11-{each}").replace(tzinfo=WIB) if each else None for each in (now, due, remind)
    )

    assert at is not None
    assert remaining(OFFICE, at, due_at, remind_at) == expected


def test_the_reason_of_a_deadline_names_its_duration_and_its_start() -> None:
    assert since("P1D", TUESDAY_9AM) == "1 hari kerja sejak Sel 24 Nov 09.00"
    assert since("PT2M", TUESDAY_9AM.astimezone(UTC)) == "2 menit kerja sejak Sel 24 Nov 09.00"


@given(st.timedeltas(timedelta(days=-30), timedelta(days=30)))
def test_no_wording_says_zero(offset: timedelta) -> None:
    assert not re.search(r"\b0 (hari|jam|menit)", remaining(OFFICE, TUESDAY_9AM, TUESDAY_9AM + offset).text)


def test_the_tone_only_ever_gets_more_urgent_as_time_goes_by() -> None:
    due_at = OFFICE.deadline(TUESDAY_9AM, 3 * DAY)
    remind_at = OFFICE.deadline(TUESDAY_9AM, DAY)

    tones = [
        remaining(OFFICE, TUESDAY_9AM + timedelta(minutes=each), due_at, remind_at).tone
        for each in range(0, 5 * 24 * 60, 7)
    ]

    order = ["ok", "soon", "late"]
    assert all(order.index(one) <= order.index(other) for one, other in pairwise(tones))
    assert set(tones) == set(order)
