"""The timer ledger and the search at a terminal."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import Engine, sweep
from tests.casework import Casework
from tests.cli.typed import KEY, Alur, good, lines
from tests.clock import Clock
from tests.office import open_office


@pytest.fixture
def late(database_url: str, clock: Clock) -> str:
    """The number of a case whose second step was done an hour late, in an office with one that was on time.

    Nothing of it is about now: a command reads the real clock.
    """
    engine = Engine(database_url, clock)
    open_office(engine)
    work = Casework(engine)
    number = work.start_at(2).case
    clock.advance(timedelta(hours=1, minutes=2))
    sweep(engine)
    work.complete(number)
    engine.cancel(number, "Duplikat", by=work.person("kepala"))
    punctual = work.start_at(9).case
    work.complete(punctual)
    engine.close()
    return number


PERIOD = ("--from", "2026-11-24", "--to", "2026-11-24")


def test_the_ledger_tells_each_timer_and_how_punctual_they_were(alur: Alur, late: str) -> None:
    summary, *timers = lines(alur("timers", "--ledger", *PERIOD, "--json"))
    told = good(alur("timers", "--ledger", *PERIOD, "--show", "late"))

    assert {name: summary["summary"][name] for name in ("fired", "late", "p50", "longest", "overdue")} == {
        "fired": 1,
        "late": 1,
        "p50": 3600.0,
        "longest": 3600.0,
        "overdue": 0,
    }
    assert [each["timers"] for each in summary["summary"]["outages"]] == [1]
    assert {each["outcome"] for each in timers if each["case"] != late} == {"dropped"}
    fired, dropped = (each for each in timers if each["case"] == late)
    assert (fired["late"], fired["cause"], fired["due_at"]) == (3600.0, "away", "2026-11-24T02:02:00Z")
    assert (dropped["outcome"], dropped["on"]["step"]) == ("dropped", "3")
    assert "PEKERJA TIMER TIDAK BERJALAN DARI" in told
    assert "3600.000  away" in told


def test_the_ledger_of_one_case(alur: Alur, late: str) -> None:
    timers = lines(alur("timers", "--ledger", "--case", late.lower(), "--json"))

    assert [(each["on"]["id"], each["outcome"]) for each in timers] == [
        ("langkah_2", "fired"),
        ("langkah_3", "dropped"),
    ]
    missing = alur("timers", "--ledger", "--case", "PB-1999-1")
    assert (missing.exit_code, "PB-1999-1" in missing.output) == (1, True)


@pytest.mark.parametrize(
    "options",
    [
        ["--json"],
        ["--from", "2026-11-24"],
        ["--show", "late"],
        ["--ledger", "--case", "PB-1", "--show", "late"],
        ["--ledger", "--from", "2026-11-24", "--to", "2026-11-23"],
        ["--ledger", "--from", "kemarin"],
    ],
)
def test_options_that_make_no_sense_are_wrong_usage(alur_sqlite: Alur, options: list[str]) -> None:
    assert alur_sqlite("timers", *options).exit_code == 2


def test_cases_are_found_by_any_mixture_of_criteria(alur: Alur, late: str) -> None:
    def found(*criteria: str) -> list[str]:
        return [each["number"] for each in lines(alur("instances", *criteria, "--json"))]

    assert found("--late") == found("--step", "langkah_2", "--key", KEY, "--state", "cancelled", "--late") == [late]
    assert found(late) == found("--late", "--lane", "Petugas", *PERIOD) == [late]
    assert len(found("--person", "petugas1")) == len(found("--all")) == len(found("--key", KEY, "--version", "1")) == 2
    assert found("--state", "incident") == []
    assert good(alur("instances", "--late")).splitlines()[-1].endswith("langkah_2:1")


@pytest.mark.parametrize(
    ("criteria", "code"),
    [(["--version", "1"], 1), (["--step", "a"], 1), (["--state", "rusak"], 2), (["--from", "x"], 2)],
)
def test_criteria_without_sense_are_refused(alur_sqlite: Alur, criteria: list[str], code: int) -> None:
    assert alur_sqlite("instances", *criteria).exit_code == code
