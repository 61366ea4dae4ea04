"""Verification finds what was altered, and a rebuild makes the tables what the history says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Connection, text

from engine import Engine, NotFound, Upload, sweep
from engine import triggers as guards
from tests.clock import Clock
from tests.engine.small_office import AUDITOR, CHECKER, CLERK, HEAD, LETTER, open_office


@pytest.fixture
def case(engine: Engine, clock: Clock) -> str:
    """A case with a claim, two fired timers, a personal answer and a file; its check is still open."""
    open_office(engine)
    proof = Upload("bukti.pdf", "application/pdf", b"%PDF-1.4 bukti")
    number = engine.start("surat", {**LETTER, "nama": "Siti", "bukti": [proof]}, by=CLERK).number
    engine.claim(number, "periksa:1", by=CHECKER)
    clock.advance(timedelta(days=4))
    sweep(engine)
    return number


@contextmanager
def full_rights(engine: Engine) -> Iterator[Connection]:
    """Yield a connection for which the triggers do not stand in the way, and make them anew afterwards."""
    sqlite = engine.database.is_sqlite
    with engine.database.write() as connection:
        for name in _names(connection):
            table = name.rsplit("_no_", 1)[0]
            connection.execute(text(f"DROP TRIGGER {name}" + ("" if sqlite else f" ON {table}")))
        yield connection
        guards.install(connection)


def _names(connection: Connection) -> list[str]:
    kept = (*guards.FROZEN, *guards.KEPT)
    kinds = ("no_update", "no_delete", "no_replace" if connection.dialect.name == "sqlite" else "no_truncate")
    return [f"{table}_{kind}" for table in kept for kind in kinds]


def test_an_untouched_case_is_sound(engine: Engine, case: str) -> None:
    verification = engine.verify(case)

    assert verification.sound, verification.findings
    assert verification.events == len(engine.history(case, by=AUDITOR))
    assert engine.rebuild() == 0


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        pytest.param(
            "UPDATE history_event SET actor = 'orang lain' WHERE type = 'WorkItemClaimed'",
            "tidak cocok dengan rantainya",
            id="an actor",
        ),
        pytest.param("UPDATE history_event SET payload = '{}' WHERE type = 'PathTaken'", "rantainya", id="a payload"),
        pytest.param("DELETE FROM history_event WHERE type = 'DueDateSet'", "hilang", id="an event taken out"),
        pytest.param(
            "DELETE FROM history_event WHERE type = 'EscalationRaised' AND seq = (SELECT max(seq) FROM history_event)",
            "seharusnya masih ada EscalationRaised",
            id="the tail",
        ),
        pytest.param("UPDATE answers SET body = '{}' WHERE kind = 'plain'", "telah diubah", id="an answer"),
        pytest.param("DELETE FROM answers WHERE kind = 'personal'", "hilang", id="a personal answer"),
        pytest.param("DELETE FROM attachment", "Berkas isian bukti", id="a file"),
        pytest.param("UPDATE work_item SET assignee = 'lain'", "Daftar tugas", id="the work list"),
        pytest.param("UPDATE work_item SET due_at = opened_at", "Daftar tugas", id="a due date"),
        pytest.param("UPDATE process_instance SET confidential = true", "Baris perkara", id="the case's row"),
        pytest.param("UPDATE process_definition SET digest = 'x'", "isinya lain", id="the diagram"),
    ],
)
def test_an_alteration_is_found(engine: Engine, database_url: str, case: str, statement: str, found: str) -> None:
    with full_rights(engine) as connection:
        connection.execute(text(statement))

    fresh = Engine(database_url, engine.clock)  # nothing of the old one's memory helps
    findings = fresh.verify(case).findings
    fresh.close()

    assert any(found in finding.message for finding in findings), findings


def test_a_swapped_file_is_found(engine: Engine, case: str) -> None:
    with full_rights(engine) as connection:
        connection.execute(text("UPDATE attachment SET content = :content"), {"content": b"%PDF-1.4 palsu"})

    assert any("bukan yang dicatat" in finding.message for finding in engine.verify(case).findings)


def test_a_rebuild_restores_everything_that_is_not_truth(engine: Engine, case: str) -> None:
    before = _projections(engine)
    with engine.database.write() as connection:
        for table in ("work_item", "timer_job", "snapshot"):
            connection.execute(text(f"DELETE FROM {table}"))
        connection.execute(text("UPDATE process_instance SET state = 'completed', version = 7"))

    assert engine.rebuild() == 1

    assert _projections(engine) == before
    assert engine.verify(case).sound
    engine.complete(case, "periksa:1", {"hasil": "benar"}, by=CHECKER)
    assert engine.verify(case).sound


def test_a_running_case_keeps_the_snapshot_of_its_last_input_and_an_ended_one_none(engine: Engine, case: str) -> None:
    def kept() -> list[int]:
        with engine.database.read() as connection:
            return list(connection.execute(text("SELECT seq FROM snapshot")).scalars())

    head, after_the_sweep = len(engine.history(case, by=AUDITOR)), kept()
    started = engine.start("surat", LETTER, by=CLERK).number
    after_the_start = kept()
    for each in (case, started):
        engine.complete(each, "periksa:1", {"hasil": "benar"}, by=CHECKER)

    assert after_the_sweep == [head]
    assert len(after_the_start) == 2
    assert kept() == []


def test_a_case_goes_on_without_its_snapshot(engine: Engine, case: str) -> None:
    with engine.database.write() as connection:
        connection.execute(text("UPDATE snapshot SET state = :state"), {"state": b"bukan keadaan"})

    engine.complete(case, "periksa:1", {"hasil": "benar"}, by=CHECKER)

    assert engine.case(case, by=CLERK).state == "completed"
    assert engine.verify(case).sound


def test_each_frame_shows_the_case_after_its_event(engine: Engine, case: str) -> None:
    frames = engine.replay(case, by=AUDITOR)

    events = engine.history(case, by=AUDITOR)
    assert [frame.seq for frame in frames] == [event.seq for event in events]
    by_type = {frame.event.type: frame for frame in frames}
    assert by_type["WorkItemClaimed"].open_items == ("periksa:1",)
    assert by_type["WorkItemClaimed"].armed_timers == ("ingat:1", "batas:1")
    assert frames[-1].armed_timers == ()
    assert dict(frames[-1].variables) == {"seksi": "timur"}


def test_all_cases_are_verified_one_by_one(engine: Engine, case: str) -> None:
    other = engine.start("surat", LETTER, by=CLERK).number
    engine.cancel(other, "duplikat", by=HEAD)

    assert [verification.case for verification in engine.verify_all()] == [case, other]
    with pytest.raises(NotFound):
        engine.verify("SURAT-2026-99999")


def _projections(engine: Engine) -> list[tuple[object, ...]]:
    with engine.database.read() as connection:
        return [
            tuple(row)
            for table in ("work_item", "timer_job", "process_instance")
            for row in connection.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2"))
        ]
