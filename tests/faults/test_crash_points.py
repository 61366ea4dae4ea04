"""A process that dies at any named point of a command leaves the command wholly there or wholly absent."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from engine import Engine
from engine.crash import STAGES
from engine.tables import Base
from tests.clock import TUESDAY_9AM
from tests.faults.integrity import damage
from tests.faults.office import completions, open_office, start_case

DIED_ON_PURPOSE = 86


def die(url: str, moment: datetime, command: str, case: str, stage: str) -> int:
    """Run ``command`` in a process that ends at ``stage``; return its exit code."""
    arguments = [sys.executable, "-m", "tests.faults.one_command", url, moment.isoformat(), command, case]
    return subprocess.run(arguments, env={**os.environ, "ALUR_CRASH_AT": stage}, check=False).returncode


def everything(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table."""
    with engine.database.read() as connection:
        tables = Base.metadata.sorted_tables
        return {table.name: sorted(map(tuple, connection.execute(select(table))), key=repr) for table in tables}


# Starting a case locks nothing that is there yet, and the worker applies no command of anybody.
REACHED = {
    "complete": STAGES,
    "start": ("appended", "projected"),
    "fire": tuple(stage for stage in STAGES if stage != "applied"),
}


@pytest.mark.parametrize(("command", "stage"), [(command, stage) for command in REACHED for stage in REACHED[command]])
def test_a_command_that_dies_is_wholly_there_or_wholly_absent(database_url: str, command: str, stage: str) -> None:
    engine, people = open_office(database_url, 1)
    case = start_case(engine, people[0])
    before = everything(engine)
    later = TUESDAY_9AM + timedelta(days=2)  # past the deadline of one office day

    code = die(database_url, later if command == "fire" else TUESDAY_9AM, command, case, stage)

    assert code == DIED_ON_PURPOSE
    assert (everything(engine) == before) is (stage != "committed")
    assert all(found.sound for found in engine.verify_all())
    assert engine.rebuild() == 0
    engine.close()
    assert damage(database_url) == []


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage != "committed"])
def test_after_a_death_the_same_command_succeeds_once(database_url: str, stage: str) -> None:
    engine, people = open_office(database_url, 1)
    case = start_case(engine, people[0])
    die(database_url, TUESDAY_9AM, "complete", case, stage)

    engine.complete(case, "periksa:1", {"catatan": "sekali", "lagi": "ya"}, by=people[0])

    assert ["periksa:1" in payload for payload in completions(engine, case)] == [False, True]
    assert engine.verify(case).sound
    engine.close()
