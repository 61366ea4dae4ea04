"""How late timers fired: percentiles against a sorted list, and outages against their definition."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.ledger.lateness import MOST_OUTAGES, Outage, Outages, Percentiles
from tests.clock import TUESDAY_9AM

milliseconds = st.integers(min_value=0, max_value=400 * 24 * 3600 * 1000)


def at(seconds: int) -> datetime:
    """Return the instant so many seconds after nine."""
    return TUESDAY_9AM + timedelta(seconds=seconds)


@given(st.lists(milliseconds, min_size=1, max_size=300), st.integers(min_value=1, max_value=100))
def test_a_percentile_is_the_nearest_rank_to_four_digits(lengths: list[int], percent: int) -> None:
    counted = Percentiles()
    for length in lengths:
        counted.add(timedelta(milliseconds=length))

    exact = sorted(lengths)[-(-len(lengths) * percent // 100) - 1]
    told = counted.at(percent)

    assert told is not None
    told_ms = told // timedelta(milliseconds=1)
    assert told_ms <= exact <= told_ms * 1.001 if exact >= 10_000 else told_ms == exact
    assert counted.longest == timedelta(milliseconds=max(lengths))


def test_a_million_lengths_take_as_much_memory_as_a_few_thousand() -> None:
    counted = Percentiles()
    for length in range(0, 100_000_000, 1000):
        counted.add(timedelta(milliseconds=length))

    assert counted.count == 100_000
    assert len(counted._counts) < 40_000


def test_of_nothing_there_is_no_percentile() -> None:
    assert Percentiles().at(50) is None


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(3, 60)), max_size=40))
@example([(0, 5), (5, 5)])
def test_outages_are_the_union_of_what_waited(waits: list[tuple[int, int]]) -> None:
    waited = sorted(((start, start + length) for start, length in waits), key=lambda each: each[1])
    outages = Outages()
    for start, end in waited:
        outages.add(at(start), at(end))

    found = outages.newest_first()
    seconds = {second for start, end in waited for second in range(start, end)}
    covered = {
        second for each in found for second in range((each.began_at - at(0)).seconds, (each.ended_at - at(0)).seconds)
    }

    assert covered == seconds
    assert sum(each.timers for each in found) == len(waits)
    assert all(later.began_at > earlier.ended_at for later, earlier in pairwise(found))
    assert max((each.longest for each in found), default=None) == max(
        (timedelta(seconds=length) for _, length in waits), default=None
    )


@pytest.mark.parametrize("more", [0, 7])
def test_of_very_many_outages_the_latest_are_kept(more: int) -> None:
    outages = Outages()
    for number in range(MOST_OUTAGES + more):
        outages.add(at(100 * number), at(100 * number + 5))

    found = outages.newest_first()

    assert (len(found), outages.forgotten) == (MOST_OUTAGES, more)
    newest = 100 * (MOST_OUTAGES + more - 1)
    assert found[0] == Outage(at(newest), at(newest + 5), 1, timedelta(seconds=5))
