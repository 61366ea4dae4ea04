"""What must never make a case impossible to load, or keep the worker from the others (promise P6)."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from engine import Actor, DeploymentRefused, Engine, InvalidAnswers, run_forever, sweep
from tests.clock import Clock
from tests.faults.office import AGAIN, OWNER, completions, open_office, start_case
from tests.small_bpmn import Task, diagram, form, text_field
from tests.website import Website

STRANGE_KEYS = ("typename", "__builtins__", "__class__", "data", "self", "lambda", "None", "task", "items")


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        pytest.param("a\0b", None, id="NUL"),
        pytest.param("a\ud800b", None, id="lone surrogate"),
        pytest.param("x" * 100_001, None, id="more than 100 kB"),
        pytest.param("é" * 50_001, None, id="more than 100 kB in UTF-8"),
        pytest.param(float("nan"), None, id="NaN"),
        pytest.param(float("inf"), None, id="infinity"),
        pytest.param({"typename": "datetime"}, None, id="an object"),
        pytest.param("x" * 100_000, "x" * 100_000, id="exactly 100 kB"),
        pytest.param("\u202egnirts", "\u202egnirts", id="right to left override"),
        pytest.param("''; DROP TABLE history_event; --", "''; DROP TABLE history_event; --", id="SQL"),
        pytest.param("${7*7} {{7*7}} <b>&amp;", "${7*7} {{7*7}} <b>&amp;", id="templates"),
        pytest.param("\U0001f600 e\u0301", "\U0001f600 e\u0301", id="astral and combining, kept as typed"),
    ],
)
def test_a_value_is_refused_at_its_field_or_stored_as_it_is(database_url: str, value: Any, stored: str | None) -> None:
    engine, people = open_office(database_url, 1)
    case = start_case(engine, people[0])
    answers = {"catatan": value, **AGAIN}

    if stored is None:
        with pytest.raises(InvalidAnswers) as refusal:
            engine.complete(case, "periksa:1", answers, by=people[0])
        assert list(refusal.value.problems) == ["catatan"]
        assert len(completions(engine, case)) == 1
    else:
        engine.complete(case, "periksa:1", answers, by=people[0])
        assert next(each.value for each in engine.answers(case, by=people[0])[1].fields) == stored
    assert engine.verify(case).sound
    engine.close()


def test_half_of_a_character_by_http_is_stored_readably(database_url: str, tmp_path: Path) -> None:
    engine, people = open_office(database_url, 1)
    case = start_case(engine, people[0])
    browser = Website(engine, people, tmp_path).browser("petugas0")

    answer = browser.post(f"/tasks/{case}/periksa:1", {"catatan": "a\ud800b".encode("utf-8", "surrogatepass"), **AGAIN})

    assert answer.status_code == 303
    notes = [
        field.value for step in engine.answers(case, by=people[0]) for field in step.fields if field.key == "catatan"
    ]
    assert notes == ["a%ED%A0%80b"]
    assert engine.verify(case).sound
    engine.close()


@pytest.mark.parametrize("poison", ["a\0b", "x" * 100_001])
def test_a_poisoned_form_by_http_is_shown_again_and_never_a_crash(
    database_url: str, poison: str, tmp_path: Path
) -> None:
    engine, people = open_office(database_url, 1)
    case = start_case(engine, people[0])
    browser = Website(engine, people, tmp_path).browser("petugas0")

    answer = browser.post(f"/tasks/{case}/periksa:1", {"catatan": poison, **AGAIN})

    assert answer.status_code in (400, 422)
    assert len(completions(engine, case)) == 1
    engine.close()


@pytest.mark.parametrize("key", STRANGE_KEYS)
def test_a_field_of_any_name_is_refused_at_deployment_or_works_to_the_end(
    database_url: str, clock: Clock, key: str
) -> None:
    engine, people = open_office(database_url, 1, clock)
    files = {
        "aneh.bpmn": diagram(
            "aneh",
            "mulai > catat > pilih > lagi > selesai | pilih > selesai",
            {"catat": Task(form="aneh"), "lagi": Task()},
            gateways={"pilih": "exclusive"},
            conditions={"pilih > lagi": f"${{{key} == 'ya'}}"},
            default={"pilih": "selesai"},
        ),
        "aneh.form": form("aneh", text_field(key)),
    }

    try:
        engine.deploy(files, by=OWNER)
    except DeploymentRefused as refusal:
        refused = str(refusal)
    else:
        refused = ""
        case = engine.start("aneh", {key: "ya"}, by=people[0]).number
        engine.complete(case, "lagi:1", {}, by=people[0])

    if refused:
        assert key in refused
    else:
        assert engine.case(case, by=OWNER).state == "completed"
        assert engine.verify(case).sound
    engine.close()


@pytest.mark.parametrize("damage", ["snapshot", "history"])
def test_one_broken_case_among_a_hundred_keeps_the_worker_from_none_of_the_others(
    database_url: str, clock: Clock, damage: str
) -> None:
    engine, people = open_office(database_url, 1, clock)
    cases = [start_case(engine, people[0]) for _ in range(100)]
    _break(engine, cases[17], damage)
    clock.advance(timedelta(days=3))

    for _ in range(5):
        sweep(engine)

    fired = [case for case in cases if any(e.type == "TimerFired" for e in engine.history(case, by=OWNER))]
    assert set(cases) - set(fired) <= {cases[17]}
    assert len(fired) >= 99
    engine.close()


def test_a_case_that_cannot_be_carried_on_does_not_keep_the_worker_busy(
    database_url: str, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    engine, people = open_office(database_url, 1, clock)
    _break(engine, start_case(engine, people[0]), "history")
    clock.advance(timedelta(days=3))
    stop = threading.Event()
    threading.Timer(0.7, stop.set).start()

    run_forever(engine, stop)

    assert 1 <= len(caplog.records) <= 3
    engine.close()


def test_a_broken_snapshot_is_made_anew_from_the_history(database_url: str) -> None:
    engine, people = open_office(database_url, 1)
    case = start_case(engine, people[0])
    _break(engine, case, "snapshot")

    engine.complete(case, "periksa:1", {"catatan": "tetap jalan", **AGAIN}, by=people[0])

    assert engine.verify(case).sound
    engine.close()


@pytest.mark.parametrize(
    "pattern",
    [
        "{urut:0999999999}",
        "{urut.__class__}",
        "{urut:99999999d}",
        "{0}",
        "{",
        "{urut!r:>9999999}",
        "PB",
        "{tahun}",
        "A\nB-{urut}",
    ],
)
def test_a_pattern_of_numbers_that_would_bring_the_office_to_a_halt_is_refused(database_url: str, pattern: str) -> None:
    engine, _ = open_office(database_url, 1)
    files = {
        "nomor.bpmn": diagram(
            "nomor", "mulai > catat > selesai", {"catat": Task()}, properties={"nomor_perkara": pattern}
        )
    }

    with pytest.raises(DeploymentRefused, match="Pola nomor perkara"):
        engine.deploy(files, by=OWNER)
    engine.close()


def _break(engine: Engine, case: str, damage: str) -> None:
    """Do to a case what a failing disk or a careless hand would."""
    which = "(SELECT id FROM process_instance WHERE number = :case)"
    table = "" if engine.database.is_sqlite else " ON history_event"
    with engine.database.write() as connection:
        broken = {"case": case, "state": b"\x00\xff\x00"}
        connection.execute(text(f"UPDATE snapshot SET state = :state WHERE instance_id = {which}"), broken)
        if damage == "history":
            connection.execute(text(f"DROP TRIGGER history_event_no_update{table}"))
            connection.execute(
                text(f"UPDATE history_event SET payload = '{{' WHERE seq = 1 AND instance_id = {which}"), {"case": case}
            )


def test_somebody_without_a_lane_or_a_duty_finds_nothing(database_url: str) -> None:
    engine, people = open_office(database_url, 1)
    start_case(engine, people[0])

    assert engine.work_list(by=Actor("tamu")).items == ()
    engine.close()
