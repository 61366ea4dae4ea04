"""The sealing worker: each hour, whoever made the last seal, and never the end of anything else."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from engine import Engine, SealKey, seal_forever, sealing
from engine.seal import files as seal_files
from engine.sealing import seal_if_due
from tests.clock import Clock
from tests.engine.small_office import CHECKER, CLERK, LETTER, open_office

HOUR = timedelta(hours=1)
KEY = SealKey(bytes(range(32)))


def numbers(engine: Engine) -> list[int]:
    return [seal.number for seal in engine.seals()]


def test_a_worker_seals_at_once_and_then_each_hour(engine: Engine, clock: Clock, tmp_path: Path) -> None:
    open_office(engine)
    case = engine.start("surat", LETTER, by=CLERK).number

    assert seal_if_due(engine, KEY, tmp_path, HOUR) == HOUR
    assert numbers(engine) == [1]
    engine.complete(case, "periksa:1", {"hasil": "benar"}, by=CHECKER)
    clock.advance(timedelta(minutes=50))
    assert seal_if_due(engine, KEY, tmp_path, HOUR) == timedelta(minutes=10)
    assert numbers(engine) == [1]
    clock.advance(timedelta(minutes=10))
    assert seal_if_due(engine, KEY, tmp_path, HOUR) == HOUR
    assert numbers(engine) == [1, 2]


def test_two_workers_make_one_seal_an_hour(engine: Engine, clock: Clock, database_url: str, tmp_path: Path) -> None:
    other = Engine(database_url, clock)
    open_office(engine)
    for _ in range(3):
        engine.start("surat", LETTER, by=CLERK)
        seal_if_due(engine, KEY, tmp_path / "satu", HOUR)
        clock.advance(timedelta(minutes=30))
        engine.start("surat", LETTER, by=CLERK)
        seal_if_due(other, KEY, tmp_path / "dua", HOUR)
        clock.advance(timedelta(minutes=30))
    other.close()

    assert numbers(engine) == [1, 2, 3]


def test_a_clock_that_went_back_waits_an_hour_at_most(engine: Engine, clock: Clock, tmp_path: Path) -> None:
    open_office(engine)
    engine.start("surat", LETTER, by=CLERK)
    engine.seal(KEY)
    clock.advance(timedelta(days=-3))

    assert seal_if_due(engine, KEY, tmp_path, HOUR) == HOUR


def test_a_key_that_is_missing_is_told_once_and_waited_for(
    sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "RETRY_AFTER", timedelta(milliseconds=1))
    engine = Engine(sqlite_url)
    open_office(engine)
    engine.start("surat", LETTER, by=CLERK)
    key_file, folder, stop = tmp_path / "kunci", tmp_path / "segel", threading.Event()
    caplog.set_level(logging.INFO, "engine.sealing")
    asked = Counted(stop)
    worker = threading.Thread(target=seal_forever, args=(engine, asked, key_file, folder, HOUR))

    worker.start()
    asked.reached(20)
    SealKey.make(key_file)
    asked.long.wait(20)
    stop.set()
    worker.join()

    assert [record.message[:17] for record in caplog.records if record.levelno == logging.WARNING] == [
        "nothing is sealed"
    ]
    assert seal_files.numbers_in(folder) == (1,)
    engine.close()


def test_damaged_seals_stop_neither_the_worker_nor_its_memory_of_what_it_said(
    sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "RETRY_AFTER", timedelta(milliseconds=1))
    engine = Engine(sqlite_url)
    open_office(engine)
    engine.start("surat", LETTER, by=CLERK)
    engine.seal(SealKey.make(tmp_path / "kunci"))
    with engine.database.write() as connection:
        connection.exec_driver_sql("DROP TRIGGER seal_no_update")
        connection.exec_driver_sql("UPDATE seal SET statement = '{}'")
    stop = threading.Event()
    asked = Counted(stop)
    worker = threading.Thread(target=seal_forever, args=(engine, asked, tmp_path / "kunci", tmp_path / "s", HOUR))

    worker.start()
    asked.reached(20)
    stop.set()
    worker.join()

    (told,) = [record.message for record in caplog.records if record.levelno == logging.WARNING]
    assert "Segel 1" in told
    engine.close()


class Counted(threading.Event):
    """An event that stops when ``stop`` does, counts how often it was waited for, and says when that is for long."""

    def __init__(self, stop: threading.Event) -> None:
        super().__init__()
        self._stop, self._waits = stop, threading.Semaphore(0)
        self.long = threading.Event()

    def is_set(self) -> bool:
        return self._stop.is_set()

    def wait(self, timeout: float | None = None) -> bool:
        self._waits.release()
        if timeout and timeout > 1:
            self.long.set()
        return self._stop.wait(timeout)

    def reached(self, count: int) -> None:
        """Return when it was waited for ``count`` times."""
        for _ in range(count):
            assert self._waits.acquire(timeout=20)
