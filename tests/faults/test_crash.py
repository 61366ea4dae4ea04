"""Promises P1 and P2 with the server killed at random moments, and at each named point of a command."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from engine import Actor, Engine
from tests import asked
from tests.faults.commits_twice import COMMITS_TWICE
from tests.faults.crash import Crashes, Told, violations
from tests.faults.office import open_office, start_case
from tests.serving import ALUR_SERVE
from tests.website import give_passwords
from webapp.settings import make_secret_key

KILLS = asked.number("ALUR_TEST_KILLS", 15, long=200)
CLIENTS = 6


def prepare(url: str, folder: Path) -> tuple[Engine, list[Actor], list[str]]:
    """Return an office with accounts and open cases, ready to be served."""
    engine, people = open_office(url, CLIENTS, lambda: datetime.now(UTC))
    make_secret_key(folder / "secret-key")
    give_passwords(engine, people)
    cases = [start_case(engine, people[0]) for _ in range(30)]
    engine.close()
    return engine, people, cases


def crash(url: str, folder: Path, kills: int, program: Sequence[str] = ALUR_SERVE) -> tuple[Told, list[str]]:
    """Return what the clients were told while the server was killed, and what that contradicts."""
    engine, people, cases = prepare(url, folder)
    told = Crashes(url, folder, people, cases, asked.SEED).run(kills, program)
    found = violations(engine, url, cases, told)
    engine.close()
    return told, found


def test_no_acknowledged_completion_is_lost_or_doubled_when_the_server_is_killed(
    database_url: str, tmp_path: Path, figures: Callable[[str], None]
) -> None:
    told, found = crash(database_url, tmp_path, KILLS)

    figures(
        f"{KILLS} kills, {told.kills_in_flight} with a request in flight, {len(told.acknowledged)} acknowledged, "
        f"{told.cut_off} cut off, {len(found)} violations, seed {asked.SEED}"
    )
    assert not found, f"seed {asked.SEED}: {found[:10]}"
    assert len(told.acknowledged) >= 4 * KILLS, "too few completions to tell anything"
    assert told.kills_in_flight >= KILLS // 2, "too few kills hit a request in flight"


def test_the_harness_finds_a_server_that_commits_twice(database_url: str, tmp_path: Path) -> None:
    _, found = crash(database_url, tmp_path, 6, COMMITS_TWICE)

    assert found
