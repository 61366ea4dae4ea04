"""The database locked, gone, or full: a clear refusal, no half state, and all is well again without a restart."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import event, make_url

from engine import Actor, DatabaseUnusable, Engine, sweep
from tests.clock import Clock
from tests.faults.office import AGAIN, completions, open_office, start_case
from tests.website import Website

ANSWERS = {"catatan": "isi " * 200, **AGAIN}


@contextmanager
def held_by_another_writer(url: str) -> Iterator[sqlite3.Connection]:
    """Hold the file's write lock, as another process would."""
    other = sqlite3.connect(make_url(url).database or "", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield other
    finally:
        if other.in_transaction:
            other.execute("ROLLBACK")
        other.close()


@contextmanager
def on_every_connection(engine: Engine, statement: str, undo: str) -> Iterator[None]:
    """Send ``statement`` on every connection that writes, and ``undo`` on those of the time after."""
    sent = [statement]

    def send(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.execute(sent[0]).close()

    event.listen(engine.database._writer, "checkout", send)
    try:
        yield
    finally:
        sent[0] = undo


def test_a_writer_waits_for_another_process_that_holds_the_file(sqlite_url: str) -> None:
    engine, people = open_office(sqlite_url, 1)
    case = start_case(engine, people[0])

    with held_by_another_writer(sqlite_url) as other:
        threading.Timer(0.5, lambda: other.execute("ROLLBACK")).start()
        engine.complete(case, "periksa:1", ANSWERS, by=people[0])

    assert len(completions(engine, case)) == 2
    engine.close()


def test_a_file_that_stays_locked_is_a_503_that_says_when_to_come_back(sqlite_url: str, tmp_path: Path) -> None:
    engine, people = open_office(sqlite_url, 1)
    case = start_case(engine, people[0])
    browser = Website(engine, people, tmp_path).browser("petugas0")
    before = engine.history(case, by=people[0])

    impatient = on_every_connection(engine, "PRAGMA busy_timeout=50", "PRAGMA busy_timeout=30000")
    with impatient, held_by_another_writer(sqlite_url):
        answer = browser.post(f"/tasks/{case}/periksa:1", ANSWERS)
        page = browser.get("/tasks")

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "Traceback" not in answer.text
    assert ANSWERS["catatan"].strip() in answer.text  # what was typed is not lost
    assert page.status_code == 200  # whoever only reads is not kept out
    assert engine.history(case, by=people[0]) == before
    assert browser.post(f"/tasks/{case}/periksa:1", ANSWERS).status_code == 303
    engine.close()


def test_a_full_disk_refuses_and_leaves_nothing_half_done(sqlite_url: str) -> None:
    engine, people = open_office(sqlite_url, 1)
    case = start_case(engine, people[0])
    limit = f"PRAGMA max_page_count={page_count(sqlite_url) + 1}"
    long = {"catatan": "x" * 90_000, **AGAIN}
    before = engine.history(case, by=people[0])

    with on_every_connection(engine, limit, "PRAGMA max_page_count=1000000"):
        with pytest.raises(DatabaseUnusable, match="penuh"):
            engine.complete(case, "periksa:1", long, by=people[0])
        assert "penuh" in fill_up(engine, people[0])
        assert engine.history(case, by=people[0]) == before
        assert all(found.sound for found in engine.verify_all())

    engine.complete(case, "periksa:1", long, by=people[0])
    assert all(found.sound for found in engine.verify_all())
    assert engine.rebuild() == 0
    engine.close()


def test_the_worker_outlives_a_full_disk(sqlite_url: str, clock: Clock) -> None:
    engine, people = open_office(sqlite_url, 1, clock)
    cases = [start_case(engine, people[0]) for _ in range(60)]
    clock.advance(timedelta(days=3))
    limit = f"PRAGMA max_page_count={page_count(sqlite_url)}"

    full = on_every_connection(engine, limit, "PRAGMA max_page_count=1000000")
    with full, pytest.raises(DatabaseUnusable, match="penuh"):
        sweep(engine)
    sweep(engine)

    fired = [sum(event.type == "TimerFired" for event in engine.history(case, by=people[0])) for case in cases]
    assert fired == [1] * len(cases)
    engine.close()


def test_backends_that_the_server_ends_are_replaced_without_a_restart(postgresql_url: str, tmp_path: Path) -> None:
    engine, people = open_office(postgresql_url, 1)
    case = start_case(engine, people[0])
    browser = Website(engine, people, tmp_path).browser("petugas0")

    for number in range(1, 6):
        end_backends(postgresql_url)
        answer = browser.post(f"/tasks/{case}/periksa:{number}", ANSWERS)
        assert answer.status_code == 303

    assert len(completions(engine, case)) == 6
    engine.close()


def test_a_backend_that_is_ended_in_the_middle_of_a_command_leaves_nothing(postgresql_url: str) -> None:
    engine, people = open_office(postgresql_url, 1)
    case = start_case(engine, people[0])
    before = engine.history(case, by=people[0])

    def end_it(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("INSERT INTO history_event"):
            event.remove(engine.database._writer, "after_cursor_execute", end_it)
            end_backends(postgresql_url)

    event.listen(engine.database._writer, "after_cursor_execute", end_it)
    with pytest.raises(DatabaseUnusable, match="tidak dapat dipakai"):
        engine.complete(case, "periksa:1", ANSWERS, by=people[0])

    assert engine.history(case, by=people[0]) == before
    engine.complete(case, "periksa:1", ANSWERS, by=people[0])
    assert engine.verify(case).sound
    engine.close()


def fill_up(engine: Engine, person: Actor) -> str:
    """Start cases until there is no room for another; return the refusal."""
    for _ in range(1000):
        try:
            start_case(engine, person)
        except DatabaseUnusable as refusal:
            return str(refusal)
    raise AssertionError("the disk never got full")


def page_count(url: str) -> int:
    """Return how many pages the file has now."""
    with sqlite3.connect(make_url(url).database or "") as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.close()
    return int(pages)


def end_backends(url: str) -> None:
    """End every other connection to the database, as an administrator or a fail-over does."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid()"
        )
