"""``alur backup`` and ``alur move-to``: the copy is the office, whole, and it verifies."""

from __future__ import annotations

import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from engine import Database, Engine, Upload
from engine.tables import Base, HistoryEventRow, ProcessInstanceRow
from tests import postgresql
from tests.casework import Casework
from tests.cli.typed import Alur, typed_on
from tests.office import open_office
from webapp import account_tables
from webapp.accounts import Accounts

PDF = Upload("bukti.pdf", "application/pdf", b"%PDF-1.7 bukti")


@pytest.fixture
def casework(sqlite_url: str) -> Iterator[Casework]:
    engine = Engine(sqlite_url)
    open_office(engine)
    casework = Casework(engine)
    casework.start_at(9, bukti=[PDF])
    casework.start_at(4, bukti=[PDF], rahasia=True)
    Accounts(engine).set_password("auditor", "sandi-yang-panjang-1")
    yield casework
    engine.close()


def rows(url: str) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table, engine's and web's."""
    database = Database(url)
    tables = [*Base.metadata.sorted_tables, *account_tables.metadata.sorted_tables]
    with database.read() as connection:
        found = {table.name: sorted(map(repr, connection.execute(select(table)))) for table in tables}
    database.close()
    return found


def test_a_backup_is_the_whole_office_and_verifies(casework: Casework, alur_sqlite: Alur, tmp_path: Path) -> None:
    file = tmp_path / "cadangan.db"

    said = alur_sqlite("backup", str(file))

    assert said.exit_code == 0, said.output
    assert file.stat().st_mode & 0o077 == 0
    assert rows(f"sqlite:///{file}") == rows(casework.engine.database.url.render_as_string())
    restored = Engine(f"sqlite:///{file}")
    assert restored.missing_triggers() == ()
    assert [verdict.findings for verdict in restored.verify_all()] == [(), ()]
    restored.close()


def test_a_backup_sees_one_moment_while_others_write(casework: Casework, alur_sqlite: Alur, tmp_path: Path) -> None:
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            casework.start_at(2)

    worker = threading.Thread(target=work)
    worker.start()
    files = [tmp_path / f"{number}.db" for number in range(4)]
    said = [alur_sqlite("backup", str(file)) for file in files]
    stop.set()
    worker.join()

    assert [each.exit_code for each in said] == [0, 0, 0, 0]
    for file in files:
        restored = Engine(f"sqlite:///{file}")
        assert all(verdict.sound for verdict in restored.verify_all())
        restored.close()


def test_a_backup_keeps_no_trace_of_what_was_deleted(casework: Casework, alur_sqlite: Alur, tmp_path: Path) -> None:
    with casework.engine.database.write() as connection:
        connection.execute(text("CREATE TABLE lama (isi TEXT)"))
        connection.execute(text("INSERT INTO lama VALUES ('kata-yang-dihapus')"))
        connection.execute(text("DROP TABLE lama"))

    alur_sqlite("backup", str(tmp_path / "cadangan.db"))

    assert b"kata-yang-dihapus" not in (tmp_path / "cadangan.db").read_bytes()


def test_a_backup_overwrites_nothing_and_leaves_nothing_half_done(
    casework: Casework, alur_sqlite: Alur, tmp_path: Path
) -> None:
    (tmp_path / "ada.db").write_text("penting")

    there = alur_sqlite("backup", str(tmp_path / "ada.db"))
    nowhere = alur_sqlite("backup", str(tmp_path / "tidak-ada" / "cadangan.db"))

    assert (there.exit_code, nowhere.exit_code) == (1, 1)
    assert "sudah ada" in there.output
    assert "tidak dapat ditulis" in nowhere.output
    assert (tmp_path / "ada.db").read_text() == "penting"
    assert list(tmp_path.glob(".*belum-selesai")) == []


def test_postgresql_is_backed_up_with_its_own_tool(alur: Alur, database_url: str, tmp_path: Path) -> None:
    said = alur("backup", str(tmp_path / "cadangan.db"))

    if database_url.startswith("postgresql"):
        assert said.exit_code == 1
        assert "pg_dump" in said.output
    else:
        assert said.exit_code == 0


def test_a_restored_backup_verifies_by_the_command(
    casework: Casework, alur_sqlite: Alur, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alur_sqlite("backup", str(tmp_path / "cadangan.db"))
    monkeypatch.setenv("ALUR_DATABASE_URL", f"sqlite:///{tmp_path / 'cadangan.db'}")

    said = alur_sqlite("verify", "--all")

    assert said.exit_code == 0, said.output
    assert "2 utuh, 0 tidak" in said.output


def test_a_restored_dump_is_the_whole_office_and_verifies(
    postgresql_url: str, empty_postgresql_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    binaries = postgresql.binaries()
    if binaries is None:
        pytest.skip("no pg_dump here: install Debian's postgresql")
    engine = Engine(postgresql_url)
    open_office(engine)
    dumped = Casework(engine)
    dumped.start_at(9, bukti=[PDF])
    dumped.start_at(4, bukti=[PDF], rahasia=True)
    dump = str(tmp_path / "alur.dump")

    # The README's two commands.
    subprocess.run([binaries / "pg_dump", "--format=custom", f"--file={dump}", postgresql_url], check=True)
    subprocess.run([binaries / "pg_restore", "--no-owner", f"--dbname={empty_postgresql_url}", dump], check=True)
    said = typed_on(empty_postgresql_url, monkeypatch, tmp_path)("verify", "--all")

    assert said.exit_code == 0, said.output
    assert "2 utuh, 0 tidak" in said.output
    assert rows(empty_postgresql_url) == rows(postgresql_url)
    restored = Casework(Engine(empty_postgresql_url))
    assert restored.engine.missing_triggers() == ()
    assert restored.start_at(3).case == "PB-2026-00003"
    for each in (dumped, restored):
        each.engine.close()


def test_an_office_moves_to_postgresql_whole(casework: Casework, alur_sqlite: Alur, empty_postgresql_url: str) -> None:
    said = alur_sqlite("move-to", empty_postgresql_url)

    assert said.exit_code == 0, said.output
    assert "Semua utuh" in said.output
    assert rows(empty_postgresql_url) == rows(casework.engine.database.url.render_as_string())
    moved = Casework(Engine(empty_postgresql_url))
    assert moved.start_at(3).case == "PB-2026-00003"
    assert all(verdict.sound for verdict in moved.engine.verify_all())
    assert Accounts(moved.engine).find("auditor") is not None
    moved.engine.close()


def test_what_is_not_sound_after_the_move_is_told(
    casework: Casework, alur_sqlite: Alur, empty_postgresql_url: str
) -> None:
    with sqlite3.connect(casework.engine.database.url.database or "") as connection:
        connection.execute("DROP TRIGGER history_event_no_update")
        connection.execute("UPDATE history_event SET actor = 'lain' WHERE instance_id = 2 AND seq = 3")
    Engine.upgrade(casework.engine.database.url.render_as_string())

    said = alur_sqlite("move-to", empty_postgresql_url)

    assert said.exit_code == 1
    assert "Peristiwa 3" in said.output
    assert "Jangan pindah" in said.output


def test_a_database_in_use_is_no_target(casework: Casework, alur_sqlite: Alur, postgresql_url: str) -> None:
    database = Database(postgresql_url)
    with database.write() as connection:
        case = {"number": "PB-2026-00009", "ordinal": 9, "key": "x", "version": 1, "state": "running"}
        case |= {"started_at": casework.engine.now(), "anonymous": False, "confidential": False}
        connection.execute(insert(ProcessInstanceRow), case)

    said = alur_sqlite("move-to", postgresql_url)

    assert said.exit_code == 1
    assert "memerlukan basis data kosong" in said.output
    with database.read() as connection:
        assert connection.execute(select(HistoryEventRow)).first() is None
    database.close()


def test_only_from_sqlite_to_postgresql(casework: Casework, alur_sqlite: Alur, tmp_path: Path) -> None:
    said = alur_sqlite("move-to", f"sqlite:///{tmp_path}/lain.db")

    assert said.exit_code == 1
    assert "SQLite ke PostgreSQL" in said.output
    assert not (tmp_path / "lain.db").exists()
