"""Real processes whose clock leaps, on machines that are set to other time zones.

The same deadlines wherever one asks, each fired once, and a history in the order in which things happened.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine import Engine
from tests.faults.fake_time import FakeTime
from tests.faults.office import AGAIN, OWNER, open_office
from tests.faults.threads import until
from tests.remote_browser import RemoteBrowser
from tests.serving import ALUR_SERVE, free_port, serve, wait_until_ready
from tests.website import PASSWORD
from webapp.accounts import Accounts
from webapp.settings import make_secret_key

ZONES = ("UTC", "Asia/Jakarta", "Asia/Jayapura", "America/New_York")
WEB = (*ALUR_SERVE, "--no-timers")
READY = 90.0
"""Seconds until all of them must have started, on a machine that is busy with other things."""
WORKER = (*ALUR_SERVE[:-1], "timers")


def utc(text: str) -> datetime:
    """Return that instant."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


LAST_DAY = utc("2026-12-31 07:30")  # Thursday, 14.30 WIB; the office is closed on New Year's Day
DEADLINES: Mapping[datetime, datetime] = {
    # A deadline of one office day, of 7 hours from 8.00 WIB on.
    LAST_DAY: utc("2027-01-04 07:30"),
    utc("2026-12-31 17:30"): utc("2027-01-04 08:00"),  # half past midnight on 1 January in Jakarta
    utc("2027-03-12 07:30"): utc("2027-03-16 08:00"),  # New York changes to summer time in between, the office to 8-15
    utc("2028-02-28 02:00"): utc("2028-02-29 02:00"),
    utc("2028-02-29 02:00"): utc("2028-03-01 02:00"),
}


class Machines:
    """Processes on one database and by one clock, each on a machine of its own zone."""

    def __init__(self, url: str, folder: Path) -> None:
        self.time = FakeTime(folder, LAST_DAY)
        self._url, self._folder = url, folder
        self._running: list[subprocess.Popen[bytes]] = []

    def run(self, zone: str, program: tuple[str, ...]) -> int:
        """Start a program; return its port."""
        port = free_port()
        self._running.append(serve(self._url, self._folder, port, program, **self.time.environment(zone)))
        return port

    def stop(self) -> None:
        """Stop all of them."""
        for each in self._running:
            each.terminate()
        for each in self._running:
            each.wait(30)

    def log(self) -> str:
        """Return what all of them logged."""
        return (self._folder / "serve.log").read_text()


@contextmanager
def machines(url: str, folder: Path) -> Iterator[tuple[Machines, Engine]]:
    """An office with a clerk, and no process yet."""
    engine, people = open_office(url, 1)
    Accounts(engine).set_password(people[0].name, PASSWORD)
    make_secret_key(folder / "secret-key")
    running = Machines(url, folder)
    try:
        yield running, engine
        assert "Traceback" not in running.log()
    finally:
        running.stop()
        engine.close()


def start(port: int) -> str:
    """Let the clerk sign in, for sessions end when the clock leaps, and start a case; return its number."""
    browser = RemoteBrowser(port, "petugas0")
    status, page = browser.send("POST", "/starts/ulang", {"csrf_token": browser.token, "perihal": "uji"})
    assert status == 303, page
    return re.findall(r"ULANG-\d+-\d+", page)[0]


def happened(engine: Engine, case: str, kind: str) -> list[tuple[datetime, dict[str, str]]]:
    """Return when such events were recorded, and what they say, in the order of the history."""
    return [(e.recorded_at, json.loads(e.payload)) for e in engine.history(case, by=OWNER) if e.type == kind]


def test_deadlines_are_the_same_instants_in_whatever_zone_a_machine_is_set_to(
    database_url: str, tmp_path: Path
) -> None:
    with machines(database_url, tmp_path) as (running, engine):
        ports = [running.run(zone, WEB) for zone in ZONES]
        for port in ports:
            wait_until_ready(port, READY)
        for moment, due_at in DEADLINES.items():
            running.time.set(moment)
            cases = [start(port) for port in ports]

            dues = [timer.due_at for case in cases for timer in engine.timers_of(case, by=OWNER)]
            assert dues == [due_at] * len(ZONES), moment
            year = (moment + timedelta(hours=7)).year  # in the number stands the year of Jakarta
            assert {case.split("-")[1] for case in cases} == {str(year)}
        assert all(found.sound for found in engine.verify_all())


def test_a_clock_that_leaps_fires_every_deadline_once_and_keeps_the_order(database_url: str, tmp_path: Path) -> None:
    with machines(database_url, tmp_path) as (running, engine):
        web = running.run("UTC", WEB)
        wait_until_ready(web, READY)
        for zone in ("Asia/Jayapura", "America/New_York"):
            running.run(zone, WORKER)

        first = start(web)
        running.time.set(LAST_DAY - timedelta(hours=2))
        browser = RemoteBrowser(web, "petugas0")
        answers = {"csrf_token": browser.token, "catatan": "jam mundur", **AGAIN}
        assert browser.send("POST", f"/tasks/{first}/periksa:1", answers)[0] == 303
        earlier = start(web)

        # Two hours back again, once the first deadlines have fired: the marker shows that the workers went on.
        running.time.set(utc("2027-01-04 05:30"))
        until(lambda: all(_fired(engine, case) for case in (first, earlier)))
        running.time.set(utc("2027-01-04 03:30"))
        marker = start(web)
        running.time.set(utc("2027-01-06 03:30"))  # the 5th is a holiday
        until(lambda: _fired(engine, marker) == 1)

        # A year ahead, and the day that only some years have.
        late = start(web)
        running.time.set(utc("2028-02-29 02:00"))
        until(lambda: _fired(engine, late) == 1)
        leap = start(web)
        running.time.set(utc("2028-03-01 02:00"))
        until(lambda: _fired(engine, leap) == 1)

        cases = [first, earlier, marker, late, leap]
        assert [_fired(engine, case) for case in cases] == [1] * len(cases)
        assert happened(engine, late, "TimerFired") == [
            (utc("2028-02-29 02:00"), {"key": "batas:1", "due_at": "2027-01-07T03:30:00.000000Z"})
        ]
        events = engine.history(first, by=OWNER)
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        moments = [event.recorded_at for event in events]
        assert moments != sorted(moments), "the clock never went back"
        assert all(found.sound for found in engine.verify_all())
        assert engine.rebuild() == 0


def _fired(engine: Engine, case: str) -> int:
    return len(happened(engine, case, "TimerFired"))


@pytest.mark.parametrize("zone", ZONES)
def test_the_processes_really_live_by_that_clock(tmp_path: Path, zone: str) -> None:
    time = FakeTime(tmp_path, LAST_DAY)
    program = "from datetime import UTC, datetime; print(datetime.now(UTC), flush=True)"
    port = free_port()

    for moment in (LAST_DAY, LAST_DAY - timedelta(days=400)):
        time.set(moment)
        serve("", tmp_path, port, ("-c", program), **time.environment(zone)).wait()

    said = [datetime.fromisoformat(line) for line in (tmp_path / "serve.log").read_text().splitlines()]
    assert said == [LAST_DAY, LAST_DAY - timedelta(days=400)]
