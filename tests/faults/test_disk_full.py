"""The disk full for real processes: no file may grow, as on a full disk or past a quota, and then there is room again.

The kernel refuses to let the files of the process grow (RLIMIT_FSIZE): on SQLite those of the web and of the worker,
on PostgreSQL those of its server. Nobody starts anything anew.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine import Actor, Engine
from tests import postgresql
from tests.clock import Clock
from tests.conftest import NO_POSTGRESQL, migrate
from tests.faults.crash import Acknowledged, Told, violations
from tests.faults.integrity import damage
from tests.faults.office import AGAIN, OWNER, completions, open_office, start_case
from tests.faults.threads import until
from tests.remote_browser import RemoteBrowser
from tests.serving import ALUR_SERVE, free_port, serve, wait_until_ready
from tests.website import PASSWORD
from webapp.accounts import Accounts
from webapp.settings import make_secret_key

WEB = (*ALUR_SERVE, "--no-timers")
WORKER = (*ALUR_SERVE[:-1], "timers")
LONGEST = 95_000
"""Letters in an answer, of which a disk is soon full."""
SEGMENT = 16 * 1024**2
"""PostgreSQL writes its log in files of this size from the start: they are full already, and not what must grow."""
ALREADY = 155
"""Answers that fit below it."""
OVERDUE = 30
A_MONTH_AGO = datetime.now(UTC) - timedelta(days=30)


def growing(pids: list[int], up_to: int | None) -> None:
    """Let no file of these processes grow beyond so many bytes from now on; None lets them grow again."""
    for pid in pids:
        words = ["prlimit", f"--pid={pid}", f"--fsize={'unlimited' if up_to is None else up_to}:"]
        # PostgreSQL's belong to its own account, which alone may limit them.
        owner = Path(f"/proc/{pid}").owner()
        as_owner = ["runuser", "-u", owner, "--"] if os.geteuid() == 0 and owner != "root" else []
        subprocess.run([*as_owner, *words], check=True)


@dataclass
class Office:
    """A web, a worker and a database, and whose files fill the disk."""

    url: str
    folder: Path
    engine: Engine
    clerk: Actor
    clock: Clock
    port: int
    limit: int
    writers: Callable[[], list[int]]

    @contextmanager
    def full_disk(self) -> Iterator[None]:
        """Have no room meanwhile."""
        growing(self.writers(), self.limit)
        try:
            yield
        finally:
            growing(self.writers(), None)


@pytest.fixture
def running() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Processes that end with the test."""
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for each in started:
        each.terminate()
    for each in started:
        each.wait(30)


def opened(url: str, folder: Path, running: list[subprocess.Popen[bytes]]) -> Office:
    """Return an office whose web and worker run; its engine stands a month ago, so that what it starts is overdue."""
    clock = Clock(A_MONTH_AGO)
    engine, people = open_office(url, 1, clock)
    Accounts(engine).set_password(people[0].name, PASSWORD)
    make_secret_key(folder / "secret-key")
    port = free_port()
    running += [serve(url, folder, port, program) for program in (WEB, WORKER)]
    wait_until_ready(port, 90)
    limit = SEGMENT if not engine.database.is_sqlite else (folder / "alur.db").stat().st_size + 2 * LONGEST
    return Office(url, folder, engine, people[0], clock, port, limit, lambda: [each.pid for each in running])


@pytest.fixture
def sqlite_office(sqlite_url: str, tmp_path: Path, running: list[subprocess.Popen[bytes]]) -> Iterator[Office]:
    """The office on SQLite: web and worker write its files."""
    office = opened(sqlite_url, tmp_path, running)
    yield office
    office.engine.close()


@pytest.fixture
def postgresql_office(
    cluster: postgresql.Cluster, tmp_path: Path, running: list[subprocess.Popen[bytes]]
) -> Iterator[Office]:
    """The office on PostgreSQL: its server writes the files."""
    office = opened(cluster.url("alur"), tmp_path, running)
    office.writers = lambda: processes_of(cluster)
    yield office
    office.engine.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest) -> Office:
    """The office on each kind of database."""
    found: Office = request.getfixturevalue(f"{request.param}_office")
    return found


@pytest.fixture
def cluster() -> Iterator[postgresql.Cluster]:
    """A PostgreSQL server of one's own, with a database ``alur`` that is nearly as large as it may become."""
    binaries = postgresql.binaries()
    if binaries is None:
        pytest.skip(NO_POSTGRESQL)
    server = postgresql.Cluster(binaries)
    postgresql.create(server.url("postgres"), "alur")
    migrate(server.url("alur"))
    yield server
    server.remove()


def processes_of(server: postgresql.Cluster) -> list[int]:
    """Return the server's processes: those that it starts later take its limits over."""
    first = int((server.folder / "data" / "postmaster.pid").read_text().split()[0])
    others = Path(f"/proc/{first}/task/{first}/children").read_text().split()
    return [first, *map(int, others)]


def incompressible() -> str:
    """Return a long answer that takes as much room as it is long."""
    return random.randbytes(LONGEST // 2).hex()


def test_a_web_whose_disk_is_full_refuses_and_goes_on_when_there_is_room(office: Office) -> None:
    office.clock.set(datetime.now(UTC))
    case = start_case(office.engine, office.clerk)
    if not office.engine.database.is_sqlite:
        for each in range(1, ALREADY):
            answers = {"catatan": incompressible(), **AGAIN}
            office.engine.complete(case, f"periksa:{each}", answers, by=office.clerk)
    browser, told = RemoteBrowser(office.port, office.clerk.name), Told()

    with office.full_disk():
        refused, page = complete_until_refused(office, browser, case, told)
        before = office.engine.history(case, by=OWNER)
        key, note = f"periksa:{len(completions(office.engine, case))}", incompressible()
        again, _ = browser.send("POST", f"/tasks/{case}/{key}", form(browser, note))
        retry_after = browser.retry_after
        after = office.engine.history(case, by=OWNER)
        listed, _ = browser.send("GET", "/tasks")
    status, _ = browser.send("POST", f"/tasks/{case}/{key}", form(browser, note))
    told.acknowledged.append(Acknowledged(case, key, note))

    assert (refused, again, status) == (503, 503, 303), page[:2000]
    assert int(retry_after or "0") > 0
    assert len(re.findall("[0-9a-f]{5000,}", page)) == 1  # what was typed is not lost
    assert before == after
    assert listed == 200  # whoever only reads is not kept out
    assert violations(office.engine, office.url, [case], told) == []
    assert "Traceback" not in (office.folder / "serve.log").read_text()


def complete_until_refused(office: Office, browser: RemoteBrowser, case: str, told: Told) -> tuple[int, str]:
    """Complete with long answers until there is no room; return how that is told."""
    for number in range(len(completions(office.engine, case)), 1000):
        note = incompressible()
        status, page = browser.send("POST", f"/tasks/{case}/periksa:{number}", form(browser, note))
        if status != 303:
            return status, page
        told.acknowledged.append(Acknowledged(case, f"periksa:{number}", note))
    raise AssertionError("the disk never got full")


def test_a_worker_for_whom_the_disk_is_full_fires_everything_once_there_is_room(sqlite_office: Office) -> None:
    office = sqlite_office
    office.limit = 4096  # not a page more
    with office.full_disk():
        cases = [start_case(office.engine, office.clerk) for _ in range(OVERDUE)]
        log = office.folder / "serve.log"
        size = log.stat().st_size
        assert size < 4096
        until(lambda: "tidak dapat dipakai" in log.read_text())
        assert [fired(office.engine, case) for case in cases] == [0] * OVERDUE

    until(lambda: all(fired(office.engine, case) for case in cases))
    assert [fired(office.engine, case) for case in cases] == [1] * OVERDUE
    assert all(found.sound for found in office.engine.verify_all())
    assert damage(office.url) == []


def fired(engine: Engine, case: str) -> int:
    """Return how many timers of the case have fired."""
    return sum(event.type == "TimerFired" for event in engine.history(case, by=OWNER))


def form(browser: RemoteBrowser, note: str) -> dict[str, str]:
    """Return what a clerk posts."""
    return {"csrf_token": browser.token, "catatan": note, **AGAIN}
