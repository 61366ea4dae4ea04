"""Several processes on one PostgreSQL: completions a second by one web and by two, and very many timers by two workers.

The server is a durable one, on the disk. Clients are processes of their own, so that they do not share our GIL; each
keeps one connection open and posts the next completion as soon as the last is acknowledged.
"""

from __future__ import annotations

import http.client
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, sleep
from urllib.parse import quote, urlencode

from engine import Engine
from tests import postgresql
from tests.clock import Clock
from tests.faults.office import AGAIN, LANE, OWNER, open_office, start_case
from tests.remote_browser import RemoteBrowser
from tests.serving import ALUR_SERVE, free_port, serve, wait_until_ready
from tests.small_bpmn import Task, Timer, diagram
from tests.website import give_passwords
from webapp import account_tables
from webapp.settings import make_secret_key

from .bulk import copy_cases

CLIENTS = 4
CASES_EACH = 8
WAITING = {
    "tunggu.bpmn": diagram(
        "tunggu",
        "mulai > catat > periksa > selesai",
        {"catat": Task(), "periksa": Task(timers={"ingat": Timer("P1D"), "batas": Timer("P3D")})},
    )
}


@contextmanager
def durable_server() -> Iterator[postgresql.Cluster]:
    """A PostgreSQL that forgets nothing, with its data on the disk."""
    binaries = postgresql.binaries()
    if binaries is None:
        raise SystemExit("no PostgreSQL here: apt-get install postgresql")
    server = postgresql.Cluster(binaries, durable=True)
    try:
        yield server
    finally:
        server.remove()


def throughput(folder: Path, seconds: int, turns: int) -> list[tuple[float, float]]:
    """Return completions a second by one web process and by two, in ``turns`` pairs, since both see the same noise."""
    with durable_server() as server, ExitStack() as running:
        postgresql.create(server.url("postgres"), "kantor")
        url = server.url("kantor")
        cases = _looping_office(url)
        make_secret_key(folder / "secret-key")
        ports = [free_port(), free_port()]
        for port in ports:
            _kept(running, serve(url, folder, port, (*ALUR_SERVE, "--no-timers")))
        for _ in range(2):
            _kept(running, serve(url, folder, 0, (*ALUR_SERVE[:-1], "timers")))
        for port in ports:
            wait_until_ready(port)
        clients = [_Client(number, cases[number::CLIENTS]) for number in range(CLIENTS)]
        _posted(clients, ports, 1)  # so that no process compiles its statements in the measured time
        return [(_posted(clients, ports[:1], seconds), _posted(clients, ports, seconds)) for _ in range(turns)]


@dataclass
class _Client:
    """One clerk's program: the cases that it works on, and how often each went round."""

    number: int
    cases: Sequence[str]
    rounds: int = 0


def _looping_office(url: str) -> list[str]:
    Engine.upgrade(url)
    engine, clerks = open_office(url, CLIENTS, lambda: datetime.now(UTC))
    account_tables.upgrade(engine)
    give_passwords(engine, clerks)
    cases = [start_case(engine, clerks[0]) for _ in range(CLIENTS * CASES_EACH)]
    engine.close()
    return cases


def _posted(clients: Sequence[_Client], ports: Sequence[int], seconds: int) -> float:
    """Let all clients post for so long; return completions a second."""
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.bench.crowd", str(ports[client.number % len(ports)]),
             f"petugas{client.number}", str(seconds), str(client.rounds), *client.cases],
            stdout=subprocess.PIPE, text=True,
        )
        for client in clients
    ]  # fmt: skip
    total = 0.0
    for client, process in zip(clients, started, strict=True):
        said, _ = process.communicate()
        done, rounds, took = said.split()
        client.rounds = int(rounds)
        total += int(done) / float(took)
    return total


def _client(port: int, name: str, seconds: float, rounds: int, cases: Sequence[str]) -> None:
    """Post completions for so long, whole rounds over all cases; print how many, the last round, and the seconds."""
    browser = RemoteBrowser(port, name)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Cookie": browser.cookie, "Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode({"csrf_token": browser.token, "catatan": "putaran", **AGAIN})
    done, begun = 0, perf_counter()
    while perf_counter() - begun < seconds:
        rounds += 1
        for case in cases:
            connection.request("POST", f"/tasks/{case}/{quote(f'periksa:{rounds}')}", body, headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 303:
                raise SystemExit(f"expected 303, got {answer.status} for {case}, round {rounds}")
            done += 1
    sys.stdout.write(f"{done} {rounds} {perf_counter() - begun}\n")


@dataclass(frozen=True)
class Fired:
    """What became of very many timers that were due at once: seconds from when the workers were up."""

    timers: int
    wrong: int
    seconds: float
    p99: float


def all_due(folder: Path, timers: int) -> Fired:
    """Let two workers fire ``timers`` timers, two of each case, that are all due when they come up."""
    with durable_server() as server, ExitStack() as running:
        postgresql.create(server.url("postgres"), "kantor")
        url = server.url("kantor")
        Engine.upgrade(url)
        engine = Engine(url, Clock(datetime.now(UTC) - timedelta(days=30)))
        engine.deploy(WAITING, by=OWNER)
        clerk = engine.add_person("petugas", "Petugas", lanes=[LANE], by=OWNER)
        templates = [engine.start("tunggu", {}, by=clerk).number for _ in range(10)]
        copy_cases(engine, templates, timers // 2 - len(templates))
        probes = [free_port(), free_port()]
        for port in probes:
            _kept(running, serve(url, folder, 0, (*ALUR_SERVE[:-1], "timers", "--probes-port", str(port))))
        for port in probes:
            wait_until_ready(port, path="/health/live")
        up = datetime.now(UTC)
        engine.clock = lambda: datetime.now(UTC)
        while engine.vital_signs().due_timers:
            sleep(0.2)
        fired = _fired(engine, up)
        engine.close()
    return fired


def _fired(engine: Engine, up: datetime) -> Fired:
    """Hold every history against what must have happened: each timer once, the earlier one first."""
    query = (
        "SELECT instance_id, payload::json->>'key' AS key, recorded_at FROM history_event "
        "WHERE type = 'TimerFired' ORDER BY instance_id, seq"
    )
    with engine.database.read() as connection:
        rows = connection.exec_driver_sql(query).all()
        (cases,) = connection.exec_driver_sql("SELECT count(*) FROM process_instance").one()
    by_case: dict[int, list[str]] = {}
    for row in rows:
        by_case.setdefault(row.instance_id, []).append(row.key)
    wrong = sum(keys != ["ingat:1", "batas:1"] for keys in by_case.values()) + cases - len(by_case)
    late = [max((row.recorded_at - up).total_seconds(), 0.0) for row in rows]
    return Fired(len(rows), wrong, max(late), statistics.quantiles(late, n=100)[-1])


def _kept(running: ExitStack, process: subprocess.Popen[bytes]) -> None:
    running.callback(process.wait)
    running.callback(process.terminate)


if __name__ == "__main__":
    _client(int(sys.argv[1]), sys.argv[2], float(sys.argv[3]), int(sys.argv[4]), sys.argv[5:])
