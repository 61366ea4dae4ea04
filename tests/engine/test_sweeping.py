"""Timers: each fires once, in due order, and a bad case never stops the others."""

from __future__ import annotations

import json
import threading
from datetime import datetime, timedelta

import pytest

from engine import Engine, run_forever, sweep
from tests.clock import TUESDAY_9AM, Clock
from tests.engine.small_office import AUDITOR, CLERK, HEAD, LETTER, open_office, types
from tests.small_bpmn import Task, Timer, diagram

DAY = timedelta(days=1)


def test_nothing_fires_before_it_is_due_and_nothing_twice(engine: Engine, clock: Clock) -> None:
    open_office(engine)
    engine.start("surat", LETTER, by=CLERK)

    assert sweep(engine) == 0
    assert engine.next_due_at() == TUESDAY_9AM + DAY
    clock.set(TUESDAY_9AM + DAY - timedelta(microseconds=1))
    assert sweep(engine) == 0
    clock.set(TUESDAY_9AM + DAY)
    assert sweep(engine) == 1
    assert sweep(engine) == 0
    clock.set(TUESDAY_9AM + 3 * DAY)
    assert sweep(engine) == 1
    assert engine.next_due_at() is None


def test_a_clock_that_goes_back_fires_nothing_again(engine: Engine, clock: Clock) -> None:
    open_office(engine)
    case = engine.start("surat", LETTER, by=CLERK).number
    clock.advance(DAY)
    sweep(engine)

    clock.advance(-timedelta(hours=2))
    assert sweep(engine) == 0
    clock.advance(timedelta(hours=3))
    assert sweep(engine) == 0

    assert types(engine, case).count("TimerFired") == 1
    assert engine.verify(case).sound


def test_after_an_outage_what_fell_due_fires_in_due_order(engine: Engine, clock: Clock) -> None:
    open_office(engine)
    first = engine.start("surat", LETTER, by=CLERK).number
    clock.advance(timedelta(hours=1))
    second = engine.start("surat", LETTER, by=CLERK).number
    clock.advance(timedelta(days=30))

    assert sweep(engine) == 4

    for case in (first, second):
        fired = [json.loads(e.payload) for e in engine.history(case, by=AUDITOR) if e.type == "TimerFired"]
        assert [each["key"] for each in fired] == ["ingat:1", "batas:1"]
        assert fired == sorted(fired, key=lambda each: each["due_at"])


def test_a_pause_in_the_flow_counts_from_when_the_one_before_was_due(engine: Engine, clock: Clock) -> None:
    open_office(engine, _pauses())
    case = engine.start("jeda", {}, by=CLERK).number
    clock.advance(timedelta(days=14))

    assert sweep(engine) == 3  # the last step's own deadline has passed as well

    item = engine.work_item(case, "akhir:1", by=CLERK)
    assert item.opened_at == TUESDAY_9AM + 2 * DAY
    assert item.due_at == TUESDAY_9AM + 3 * DAY


def test_a_case_whose_flow_gets_stuck_by_a_timer_becomes_an_incident_and_the_others_go_on(
    engine: Engine, clock: Clock
) -> None:
    files = {
        "buntu.bpmn": diagram(
            "buntu",
            "mulai > catat > jeda > pilih > satu > selesai | pilih > dua > selesai",
            {"catat": Task(form=None), "satu": Task(), "dua": Task()},
            gateways={"pilih": "exclusive"},
            waits={"jeda": "P1D"},
            conditions={"pilih > satu": "${1 == 2}", "pilih > dua": "${1 == 3}"},
        )
    }
    open_office(engine, files)
    stuck = [engine.start("buntu", {}, by=CLERK).number for _ in range(3)]
    clock.advance(DAY)

    assert sweep(engine) == 0

    assert {engine.case(case, by=HEAD).state for case in stuck} == {"incident"}
    assert all(verification.sound for verification in engine.verify_all())


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(datetime.fromisoformat("2026-12-31T07:59:00+00:00"), id="31 December"),
        pytest.param(datetime.fromisoformat("2028-02-29T03:00:00+00:00"), id="leap day"),
    ],
)
def test_due_instants_do_not_depend_on_the_servers_zone(
    engine: Engine, clock: Clock, moment: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    open_office(engine)
    due = set()
    for zone in ("UTC", "Asia/Jakarta", "Asia/Jayapura", "America/New_York"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        clock.set(moment)
        case = engine.start("surat", LETTER, by=CLERK).number
        due.add(engine.work_item(case, "periksa:1", by=HEAD).due_at)
    monkeypatch.undo()
    time.tzset()

    assert len(due) == 1


def test_the_worker_fires_what_is_due_and_stops_when_told(engine: Engine, clock: Clock) -> None:
    open_office(engine)
    case = engine.start("surat", LETTER, by=CLERK).number
    clock.advance(DAY)
    stop = threading.Event()
    worker = threading.Thread(target=run_forever, args=(engine, stop))

    worker.start()
    fired = threading.Event()
    for _ in range(200):
        if "TimerFired" in types(engine, case):
            fired.set()
            break
        fired.wait(0.02)
    stop.set()
    worker.join(5)

    assert fired.is_set()
    assert not worker.is_alive()


def test_a_worker_with_much_to_do_stops_between_two_cases(engine: Engine, clock: Clock) -> None:
    open_office(engine)
    for _ in range(3):
        engine.start("surat", LETTER, by=CLERK)
    clock.advance(DAY)
    stop = threading.Event()
    stop.set()

    assert sweep(engine, stop=stop) == 0
    assert sweep(engine) == 3


def _pauses() -> dict[str, bytes]:
    return {
        "jeda.bpmn": diagram(
            "jeda",
            "mulai > catat > jeda1 > jeda2 > akhir > selesai",
            {"catat": Task(), "akhir": Task(timers={"batas": Timer("P1D")})},
            waits={"jeda1": "P1D", "jeda2": "P1D"},
        )
    }
