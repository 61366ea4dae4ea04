"""What an office leaves on disks: the log files of real processes, dumps and backups of the database.

The complaints and their canaries are those of ``test_privacy``. Backups hold answers, and only where the tables do.
"""

from __future__ import annotations

import re
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url

from engine import Engine
from tests import postgresql
from tests.clock import Clock
from tests.remote_browser import RemoteBrowser
from tests.serving import ALUR_SERVE, free_port, serve, wait_until_ready
from tests.webapp.sop_office import SopOffice, address
from tests.webapp.test_privacy import TABLES_WITH_ANSWERS, Aviary, found
from tests.website import Website

ROLES = ("petugas1", "kepala", "auditor", "admin")
WEB = (*ALUR_SERVE, "--no-timers")
WORKER = (*ALUR_SERVE[:-1], "timers")


@contextmanager
def birds(url: str, folder: Path) -> Iterator[Aviary]:
    """The office with its complaints on that database."""
    engine = Engine(url, Clock())
    yield Aviary(SopOffice(Website(engine, (), folder), engine))
    engine.close()


def test_the_log_files_of_web_and_worker_hold_no_word(sqlite_url: str, tmp_path: Path) -> None:
    with birds(sqlite_url, tmp_path) as aviary:
        ports = {"text": free_port(), "json": free_port()}
        web = [serve(sqlite_url, tmp_path, port, WEB, ALUR_LOG=form) for form, port in ports.items()]
        worker = serve(sqlite_url, tmp_path, 0, WORKER, ALUR_LOG="json")
        for port in ports.values():
            wait_until_ready(port, 90)
        asked = sum(len(visited(aviary, RemoteBrowser(port, role))) for role in ROLES for port in ports.values())
        for process in (*web, worker):
            process.terminate()
            process.wait(30)

        log = (tmp_path / "serve.log").read_text()

        assert log.count("alur.requests") >= asked
        assert re.search("^{.*alur.requests", log, re.MULTILINE)
        assert re.search("^2.* alur.requests", log, re.MULTILINE)
        assert found(aviary.all(), log) == set()


def visited(aviary: Aviary, browser: RemoteBrowser) -> list[int]:
    """Post words wherever one can, and look at the complaints; return the statuses."""
    statuses = []
    for complaint in aviary.complaints.values():
        case, word = complaint.item.case, next(iter(complaint.words["identity"]))
        typed = {"csrf_token": browser.token, "jawaban": word, "reason": word * 300}
        reveal, nowhere = f"/cases/{case}/reveal/langkah_2:1", f"/tidak-ada/{case}"
        for each in (address(complaint.item), reveal, f"/starts/{aviary.office.key}", nowhere):
            statuses.append(browser.send("POST", each, typed)[0])
        for each in (f"/cases/{case}", address(complaint.item)):
            statuses.append(browser.send("GET", each)[0])
    return statuses


def test_a_dump_or_backup_holds_words_in_the_tables_of_answers_and_drafts_alone(
    database_url: str, tmp_path: Path
) -> None:
    with birds(database_url, tmp_path) as aviary:
        words, place = aviary.all(), make_url(database_url)
    dumped = _sqlite(str(place.database)) if place.get_backend_name() == "sqlite" else _postgresql(database_url)

    assert {name for name, text in dumped if found(words, text)} == TABLES_WITH_ANSWERS


def _sqlite(file: str) -> Iterator[tuple[str, str]]:
    """Yield every statement of the dump with the table that it fills."""
    with sqlite3.connect(file) as connection:
        for line in connection.iterdump():
            name = re.match(r'INSERT INTO "?(\w+)', line)
            yield name[1] if name else "shape", line + _unhexed("".join(re.findall(r"X'([0-9A-F]*)'", line)))
    connection.close()


def _postgresql(url: str) -> Iterator[tuple[str, str]]:
    """Yield every line of the dump with the table that it fills."""
    binaries = postgresql.binaries()
    if binaries is None:
        pytest.skip("no pg_dump here: install Debian's postgresql")
    words = [str(binaries / "pg_dump"), url.replace("postgresql+psycopg", "postgresql")]
    name = "shape"
    for line in subprocess.run(words, check=True, capture_output=True, text=True).stdout.splitlines():
        if begun := re.match(r"COPY public\.(\w+)", line):
            name = begun[1]
        yield name, line + _unhexed("".join(re.findall(r"\\\\x([0-9a-f]*)", line)))
        if line == "\\.":
            name = "shape"


def _unhexed(digits: str) -> str:
    return bytes.fromhex(digits).decode("latin-1")
