"""Many cases in one move, its process killed again and again and begun anew: the end is as if it was never killed.

Both runs stand on copies of one database, by one clock that stands, so that every table must be the same in the end,
to the byte of each history's chain.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url, select

from engine import Engine, MoveSelection
from engine.database import Database
from engine.move.tables import MovedCaseRow
from engine.tables import Base
from tests import asked, postgresql
from tests.clock import Clock
from tests.engine.revisions import CLERK, EARLIER_STEP, FIRST, OWNER, deploy
from tests.readme import ROOT

CASES = asked.number("ALUR_TEST_MOVED_CASES", 40, long=10_000)
KILLS = asked.number("ALUR_TEST_MOVE_KILLS", 3, long=20)


def prepare(url: str, clock: Clock) -> None:
    """Open cases at two steps, some of them ended, and order them to move: not each of them can."""
    engine = Engine(url, clock)
    engine.deploy(FIRST.files(), by=OWNER)
    engine.add_person("petugas", "Petugas", lanes=["Petugas"], by=OWNER)
    cases = [engine.start("surat", {"perihal": "uji", "jenis": "berat"}, by=CLERK).number for _ in range(CASES)]
    for case in cases[::3]:
        engine.claim(case, "periksa:1", by=CLERK)
    for case in cases[::5]:
        engine.complete(case, "periksa:1", {}, by=CLERK)
    version = deploy(engine, EARLIER_STEP)
    engine.begin_moves("surat", version, MoveSelection(), "direvisi", policy="restart", passed=["telaah"], by=OWNER)
    for case in cases[::7]:
        engine.cancel(case, "dicabut", by=OWNER)
    engine.close()


@pytest.fixture
def copied(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Any:
    """Return a function that copies the database of the test and returns the copy's address."""
    url = make_url(database_url)
    if url.drivername.startswith("sqlite"):

        def copy() -> str:
            shutil.copy(str(url.database), tmp_path / "copy.db")
            return f"sqlite:///{tmp_path / 'copy.db'}"

        yield copy
        return
    server, name = request.getfixturevalue("postgresql_server"), f"{url.database}_copy"

    def copy_on_server() -> str:
        postgresql.create(server, name, url.database)
        return url.set(database=name).render_as_string(hide_password=False)

    yield copy_on_server
    postgresql.drop(server, name)


def everything(url: str) -> dict[str, list[Any]]:
    """Return all rows of all tables that a move writes to."""
    database = Database(url)
    left_out = ("process_definition", "holiday", "calendar_change", "redating")
    with database.read() as connection:
        found = {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
            if table.name not in left_out
        }
    database.close()
    return found


def told(url: str) -> int:
    """Return how many cases have an outcome."""
    database = Database(url)
    with database.read() as connection:
        outcomes = connection.execute(select(MovedCaseRow.outcome)).scalars().all()
    database.close()
    return sum(outcome != "waiting" for outcome in outcomes)


def test_a_move_that_is_killed_and_run_again_ends_as_if_it_was_never_killed(
    database_url: str, copied: Callable[[], str], clock: Clock
) -> None:
    prepare(database_url, clock)
    undisturbed = copied()
    whole = Engine(undisturbed, clock)
    while whole.carry_on_moves():
        pass
    whole.close()

    at = random.Random(asked.SEED)
    wanted, kills = sorted(at.sample(range(1, CASES - 1), KILLS)), 0
    for progress in [*wanted, None]:
        if carried_out(database_url, clock, progress):
            kills += 1

    assert kills >= KILLS // 2, f"seed {asked.SEED}: it was done before it could be killed"
    after, expected = everything(database_url), everything(undisturbed)
    differing = [name for name in expected if after[name] != expected[name]]
    assert differing == [], f"seed {asked.SEED}"
    engine = Engine(database_url, clock)
    counts = engine.mass_move(1, by=OWNER).counts
    assert counts == {"moved": CASES - len(range(0, CASES, 7)), "ended": len(range(0, CASES, 7))}
    assert all(found.sound for found in engine.verify_all())
    assert engine.rebuild() == 0
    engine.close()


def carried_out(url: str, clock: Clock, progress: int | None) -> bool:
    """Let a process carry the order out until so many cases have an outcome; return whether it had to be killed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.mass_move", url, clock().isoformat()],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        while progress is not None and process.poll() is None:
            if told(url) >= progress:
                process.kill()
                break
        killed = process.wait() != 0
    if progress is None:
        assert not killed
    return killed
