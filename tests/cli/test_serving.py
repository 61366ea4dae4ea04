"""What an operator keeps running: ready when it says so, gone when told."""

from __future__ import annotations

import re
import signal

import pytest

from tests.cli.typed import serving


def test_two_processes_that_upgrade_at_once_take_turns(empty_database_url, tmp_path):
    processes = [serving(tmp_path, empty_database_url, "upgrade") for _ in range(3)]

    said = [process.communicate(timeout=60) for process in processes]

    assert [process.returncode for process in processes] == [0, 0, 0], said


@pytest.mark.parametrize("words", [("serve",), ("serve", "--no-timers"), ("timers",)])
def test_what_serves_says_that_it_is_ready_and_stops_when_told(sqlite_url, tmp_path, words):
    process = serving(tmp_path, sqlite_url, *words)
    assert process.stdout
    ready = process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=30)

    assert re.match(r"Alur siap di http://127\.0\.0\.1:[1-9]\d*$|Pekerja batas waktu berjalan\.$", ready), said
    assert process.returncode == 0, said
    assert "Traceback" not in said


def test_serving_without_a_secret_key_is_refused(sqlite_url, tmp_path):
    process = serving(tmp_path, sqlite_url, "serve", ALUR_SECRET_KEY_FILE=str(tmp_path / "none"))
    _, said = process.communicate(timeout=30)

    assert process.returncode == 2
    assert "Buat sekali saja" in said
