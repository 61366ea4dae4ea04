"""PostgreSQL stopped for seconds at a time under load: clerks are told to come back, and can, without a restart.

A server of this test's own is stopped as by a power cut and as by an administrator, while clients complete tasks over
HTTP. How soon all is well again is counted in requests: the first that is sent once PostgreSQL answers is served.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from time import monotonic, sleep

import pytest

from engine import Actor, Engine
from tests import asked, postgresql
from tests.clock import Clock
from tests.conftest import NO_POSTGRESQL, migrate
from tests.faults.crash import Acknowledged, Told, violations
from tests.faults.office import AGAIN, OWNER, open_office, start_case
from tests.faults.threads import until
from tests.remote_browser import RemoteBrowser
from tests.serving import free_port, serve, wait_until_ready
from tests.website import give_passwords
from webapp.settings import make_secret_key

STOPS = asked.number("ALUR_TEST_STOPS", 3, long=40)
CLIENTS = 6
LONGEST_AWAY = 5.0
"""Seconds."""
A_MONTH_AGO = datetime.now(UTC) - timedelta(days=30)


@pytest.fixture
def cluster() -> Iterator[postgresql.Cluster]:
    """A PostgreSQL server of one's own."""
    binaries = postgresql.binaries()
    if binaries is None:
        pytest.skip(NO_POSTGRESQL)
    server = postgresql.Cluster(binaries, durable=asked.LONG)
    yield server
    server.remove()


@dataclass
class Load:
    """Clients that complete the tasks of a case of their own, one after the other, whatever they are told."""

    told: Told = field(default_factory=Told)
    statuses: Counter[int] = field(default_factory=Counter)
    times_away: int = 0
    times_back: int = 0
    served_since: int = 0
    stop: threading.Event = field(default_factory=threading.Event)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    @property
    def era(self) -> tuple[int, int]:
        """How often the database went, and came back."""
        return self.times_away, self.times_back

    def client(self, browser: RemoteBrowser, case: str) -> None:
        """Work until told to stop. What was refused with 503 is sent again."""
        number = 1
        for attempt in count():
            if self.stop.is_set():
                return
            begun, note = self.era, f"{case}-{attempt}"
            values = {"csrf_token": browser.token, "catatan": note, **AGAIN}
            status, body = browser.send("POST", f"/tasks/{case}/periksa:{number}", values)
            with self._guard:
                # Only what was under way while it went or came back may have met its absence.
                there = begun == self.era and self.times_away == self.times_back
                self._note(status, browser.retry_after, body, Acknowledged(case, f"periksa:{number}", note), there)
            if status in (303, 409):  # 409: it was committed, but the answer could not say so
                number += 1

    def _note(self, status: int, retry_after: str | None, body: str, done: Acknowledged, there: bool) -> None:
        self.statuses[status] += 1
        if status == 303:
            self.told.acknowledged.append(done)
            self.served_since += there
        elif status == 503 and not there:
            if int(retry_after or "0") < 1 or done.note not in body:
                self.told.unexpected.append(f"503, Retry-After {retry_after}: {body[:300]}")
        elif status != 409:
            self.told.unexpected.append(f"{status} although the database was there: {body[:300]}")
        if "Traceback" in body:
            self.told.unexpected.append(f"a traceback: {body[:300]}")


def test_who_works_while_postgresql_is_stopped_is_told_to_come_back_and_can(
    cluster: postgresql.Cluster, tmp_path: Path, figures: Callable[[str], None]
) -> None:
    postgresql.create(cluster.url("postgres"), "alur")
    url = cluster.url("alur")
    migrate(url)
    people, cases = prepare(url, tmp_path)
    port, load = free_port(), Load()
    server = serve(url, tmp_path, port)
    wait_until_ready(port, 90)
    browsers = [RemoteBrowser(port, person.name) for person in people]
    clients = [threading.Thread(target=load.client, args=pair) for pair in zip(browsers, cases, strict=True)]
    for client in clients:
        client.start()

    try:
        back_after = [stopped(cluster, load, random.Random(f"{asked.SEED} {each}")) for each in range(STOPS)]
        overdue = start_overdue(url, people[0])
        until(lambda: fired(url, overdue) == 1)  # the worker has outlived it all too
        assert server.poll() is None
    finally:
        load.stop.set()
        for client in clients:
            client.join()
        server.terminate()
        server.wait(30)

    engine = Engine(url)
    found = violations(engine, url, [*cases, overdue], load.told)
    engine.close()
    figures(
        f"{STOPS} stops, answers {dict(load.statuses)}, back after at most {max(back_after):.2f} s, "
        f"{len(found)} violations, seed {asked.SEED}"
    )
    assert not found, f"seed {asked.SEED}: {found[:10]}"
    assert load.statuses[503] >= STOPS
    assert "Traceback" not in (tmp_path / "serve.log").read_text()


def stopped(cluster: postgresql.Cluster, load: Load, rng: random.Random) -> float:
    """Stop PostgreSQL under load and start it again; return after how many seconds everybody was served again."""
    served, refused = load.statuses[303], load.statuses[503]
    until(lambda: load.statuses[303] >= served + rng.randint(CLIENTS, 4 * CLIENTS))
    load.times_away += 1
    cluster.stop(rng.choice(("immediate", "fast")))
    sleep(rng.uniform(0.5, LONGEST_AWAY if asked.LONG else 2))
    until(lambda: load.statuses[503] > refused)
    cluster.start()
    load.served_since = 0
    load.times_back += 1
    begun = monotonic()
    until(lambda: load.served_since >= CLIENTS)
    return monotonic() - begun


def prepare(url: str, folder: Path) -> tuple[list[Actor], list[str]]:
    """Make an office with accounts, and a case for each clerk."""
    clock = Clock(A_MONTH_AGO)
    engine, people = open_office(url, CLIENTS, clock)
    make_secret_key(folder / "secret-key")
    give_passwords(engine, people)
    clock.set(datetime.now(UTC))
    cases = [start_case(engine, person) for person in people]
    engine.close()
    return people, cases


def start_overdue(url: str, by: Actor) -> str:
    """Start a case whose deadline passed long ago."""
    engine = Engine(url, Clock(A_MONTH_AGO))
    case = start_case(engine, by)
    engine.close()
    return case


def fired(url: str, case: str) -> int:
    """Return how many timers of the case have fired."""
    engine = Engine(url)
    found = sum(event.type == "TimerFired" for event in engine.history(case, by=OWNER))
    engine.close()
    return found
