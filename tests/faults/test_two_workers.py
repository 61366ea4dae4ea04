"""Promise P3 with several workers and people at the same moment: each timer fires once, or was beaten to it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from itertools import chain, count
from types import MappingProxyType
from typing import Final

from engine import Actor, Engine, sweep
from tests.clock import Clock
from tests.faults.office import AGAIN, OWNER, open_office, start_case
from tests.faults.threads import all_at_once, errors
from tests.readme import ROOT

TIMERS = 300
PEOPLE = 6


def sweep_all(engine: Engine) -> int:
    """Sweep until nothing is due; return how many timers fired."""
    fired = 0
    while found := sweep(engine):
        fired += found
    return fired


def outcome(engine: Engine, case: str) -> tuple[int, int, int]:
    """Return how often the first deadline fired and was dropped, and how often the first check was completed."""
    events = [(event.type, json.loads(event.payload)) for event in engine.history(case, by=OWNER)]
    times = [sum(kind == each and facts["key"] == key for kind, facts in events) for each, key in WATCHED]
    return times[0], times[1], times[2]


WATCHED = (("TimerFired", "batas:1"), ("TimerDropped", "batas:1"), ("WorkItemCompleted", "periksa:1"))


def test_timers_due_at_once_fire_once_whoever_comes_first(database_url: str, clock: Clock) -> None:
    engine, people = open_office(database_url, PEOPLE, clock)
    cases = [start_case(engine, people[0]) for _ in range(TIMERS)]
    clock.advance(timedelta(days=3))
    workers = [Engine(database_url, clock) for _ in range(2)]

    def complete(person: Actor, mine: list[str]) -> int:
        for case in mine:
            engine.complete(case, "periksa:1", {"catatan": "terlambat", **AGAIN}, by=person)
        return len(mine)

    clerks = [partial(complete, person, cases[place : TIMERS // 2 : PEOPLE]) for place, person in enumerate(people)]
    results = all_at_once([*(partial(sweep_all, worker) for worker in workers), *clerks])
    sweep_all(engine)

    assert errors(results) == []
    found = [outcome(engine, case) for case in cases]
    # Past its deadline a completion fires the timer itself, first: it always fires, and once.
    assert found == [(1, 0, int(place < TIMERS // 2)) for place in range(TIMERS)]
    assert all(verified.sound for verified in engine.verify_all())
    assert engine.rebuild() == 0
    for each in [*workers, engine]:
        each.close()


def test_a_timer_is_beaten_by_a_completion_that_comes_before_it_is_due(database_url: str, clock: Clock) -> None:
    engine, people = open_office(database_url, PEOPLE, clock)
    cases = [start_case(engine, people[0]) for _ in range(60)]
    clock.advance(timedelta(hours=23))
    turn = count()

    def complete(person: Actor, mine: list[str]) -> int:
        for case in mine:
            if next(turn) == 30:
                clock.advance(timedelta(hours=3))  # the deadlines pass in the middle of it all
            engine.complete(case, "periksa:1", {"catatan": "balapan", **AGAIN}, by=person)
        return len(mine)

    clerks = [partial(complete, person, cases[place::PEOPLE]) for place, person in enumerate(people)]
    results = all_at_once([partial(sweep_all, engine), *clerks])
    sweep_all(engine)

    assert errors(results) == []
    found = [outcome(engine, case) for case in cases]
    assert all(fired + dropped == 1 and completed == 1 for fired, dropped, completed in found)
    assert {fired for fired, _, _ in found} == {0, 1}
    engine.close()


DIES: Final = {"ALUR_CRASH_AT": "appended:2"}
"""A worker with this dies in the middle of its second firing, before that is committed."""
DEAD = 86


def working(url: str, moment: datetime, settings: Mapping[str, str] = MappingProxyType({})) -> subprocess.Popen[str]:
    """Start a worker in a process of its own; it stands ready when this returns, and begins when it is told."""
    words = [sys.executable, "-m", "tests.faults.one_command", url, moment.isoformat(), "fire-when-told", "-"]
    surroundings = {**os.environ, **settings}
    worker = subprocess.Popen(
        words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=surroundings
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == "begun\n"
    return worker


def tell(worker: subprocess.Popen[str]) -> None:
    """Let a worker begin."""
    assert worker.stdin is not None
    worker.stdin.write("\n")
    worker.stdin.flush()


def test_two_workers_of_whom_one_dies_and_six_clerks_share_what_is_due_at_once(
    database_url: str, clock: Clock, figures: Callable[[str], None]
) -> None:
    engine, people = open_office(database_url, PEOPLE, clock)
    cases = [start_case(engine, people[0]) for _ in range(TIMERS)]
    due = clock.advance(timedelta(days=3))
    begun = threading.Event()

    def complete(person: Actor, mine: list[str]) -> int:
        begun.wait()
        for case in mine:
            engine.complete(case, "periksa:1", {"catatan": "terlambat", **AGAIN}, by=person)
        return len(mine)

    def workers() -> int:
        with working(database_url, due, DIES) as one, working(database_url, due) as other:
            tell(one)
            begun.set()
            tell(other)
            # Among so many that want SQLite's lock one may never get it a second time; alone it always does, see below.
            assert one.wait(120) in (DEAD, 0)
            left = engine.vital_signs().due_timers
            assert other.wait(120) == 0
        return left

    # The latest cases are the clerks', for workers begin with the first.
    clerks = [partial(complete, person, cases[TIMERS // 2 + place :: PEOPLE]) for place, person in enumerate(people)]
    results = all_at_once([workers, *clerks])

    assert errors(results) == []
    left, *completed = [each for each in results if isinstance(each, int)]
    figures(f"{TIMERS} timers, {left} left when one worker had died, {sum(completed)} completed meanwhile")
    assert [outcome(engine, case) for case in cases] == [(1, 0, int(place >= TIMERS // 2)) for place in range(TIMERS)]
    assert all(verified.sound for verified in engine.verify_all())
    assert engine.rebuild() == 0
    engine.close()


def test_a_worker_that_dies_alone_leaves_its_timers_to_the_next(database_url: str, clock: Clock) -> None:
    engine, people = open_office(database_url, 1, clock)
    cases = [start_case(engine, people[0]) for _ in range(TIMERS)]
    due = clock.advance(timedelta(days=3))
    with working(database_url, due, DIES) as worker:
        tell(worker)
        assert worker.wait(120) == DEAD

    fired = sweep_all(engine)

    assert fired == TIMERS - 1
    assert list(chain.from_iterable(outcome(engine, case) for case in cases)) == [1, 0, 0] * TIMERS
    assert all(verified.sound for verified in engine.verify_all())
    engine.close()


def test_after_an_outage_timers_fire_in_due_order_dated_when_they_were_due(database_url: str, clock: Clock) -> None:
    engine, people = open_office(database_url, 1, clock)
    cases = []
    for _ in range(5):
        cases.append(start_case(engine, people[0]))
        clock.advance(timedelta(minutes=7))
    back = clock.advance(timedelta(days=10))

    assert sweep_all(engine) == len(cases)

    fired = [event for case in cases for event in engine.history(case, by=OWNER) if event.type == "TimerFired"]
    due = [json.loads(event.payload)["due_at"] for event in fired]
    assert due == [f"2026-11-25T02:{7 * each:02}:00.000000Z" for each in range(5)]
    assert {event.recorded_at for event in fired} == {back}
    engine.close()


def test_a_late_completion_leaves_the_overrun_in_the_history(database_url: str, clock: Clock) -> None:
    engine, people = open_office(database_url, 1, clock)
    case = start_case(engine, people[0])
    late = clock.advance(timedelta(days=2))  # no worker ran

    engine.complete(case, "periksa:1", {"catatan": "maaf", **AGAIN}, by=people[0])

    events = engine.history(case, by=OWNER)
    kinds = [event.type for event in events]
    fired = kinds.index("TimerFired")
    assert kinds[fired + 1 :].index("EscalationRaised") < kinds[fired + 1 :].index("WorkItemCompleted")
    assert json.loads(events[fired].payload) == {"key": "batas:1", "due_at": "2026-11-25T02:00:00.000000Z"}
    assert events[fired].recorded_at == late
    engine.close()


def test_a_timer_never_fires_before_it_is_due(database_url: str, clock: Clock) -> None:
    engine, people = open_office(database_url, 1, clock)
    case = start_case(engine, people[0])
    (timer,) = engine.timers_of(case, by=people[0])

    clock.set(timer.due_at - timedelta(microseconds=1))
    early = sweep(engine)
    clock.set(timer.due_at)
    in_time = sweep(engine)
    again = sweep(engine)

    assert (early, in_time, again) == (0, 1, 0)
    engine.close()


def test_a_clock_that_goes_back_fires_nothing_a_second_time(database_url: str, clock: Clock) -> None:
    engine, people = open_office(database_url, 1, clock)
    case = start_case(engine, people[0])
    clock.advance(timedelta(days=3))
    sweep_all(engine)

    clock.advance(timedelta(days=-1))
    engine.complete(case, "periksa:1", {"catatan": "jam mundur", **AGAIN}, by=people[0])
    clock.advance(timedelta(days=2))
    sweep_all(engine)

    assert outcome(engine, case) == (1, 0, 1)
    assert [event.seq for event in engine.history(case, by=OWNER)] == sorted(
        event.seq for event in engine.history(case, by=OWNER)
    )
    assert engine.verify(case).sound
    engine.close()
