"""How much memory a real ``alur serve`` holds after very many requests, beside what it held when it was warm.

Clerks work side by side, each over one connection that stays open: a case is started, goes round a few times and
ends; between its steps its clerk looks at the list, at the step's page and at the case's. So no case grows old, and
what is held at the end is what serving leaves behind.
"""

from __future__ import annotations

import http.client
import re
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from engine import Engine
from tests.faults.office import open_office
from tests.remote_browser import RemoteBrowser
from tests.serving import free_port, serve, wait_until_ready
from tests.website import give_passwords
from webapp import account_tables
from webapp.settings import make_secret_key

CLERKS = 6
ROUNDS = 5
WARM = 0.1
"""Which part of the requests only warms the process: its threads, its caches and its pools fill up."""


@dataclass(frozen=True)
class Held:
    """Megabytes that the process held when it was warm and at the end, and how many requests it had then answered."""

    warm: float
    end: float
    requests: int


def held(folder: Path, requests: int) -> Held:
    """Let ``alur serve`` answer so many requests."""
    url = f"sqlite:///{folder}/alur.db"
    names = _office(url)
    make_secret_key(folder / "secret-key")
    port = free_port()
    server = serve(url, folder, port)
    try:
        wait_until_ready(port)
        clerks = [_Clerk(port, name) for name in names]
        warming = max(int(requests * WARM), CLERKS)
        answered = _work(clerks, warming)
        warm = _resident(server.pid)
        answered += _work(clerks, requests - warming)
        return Held(warm, _resident(server.pid), answered)
    finally:
        server.terminate()
        server.wait(30)


def _office(url: str) -> list[str]:
    Engine.upgrade(url)
    engine, people = open_office(url, CLERKS)
    account_tables.upgrade(engine)
    give_passwords(engine, people)
    engine.close()
    return [person.name for person in people]


def _work(clerks: list[_Clerk], requests: int) -> int:
    """Let the clerks work until together they have sent so many; return how many were answered."""
    wanted = _Wanted(requests)
    with ThreadPoolExecutor(len(clerks)) as threads:
        return sum(threads.map(lambda clerk: clerk.work(wanted), clerks))


class _Wanted:
    """A number of requests that is still wanted; clerks take one after the other from it."""

    def __init__(self, requests: int) -> None:
        self._left, self._guard = requests, threading.Lock()

    def take(self) -> bool:
        """Return whether one more is wanted."""
        with self._guard:
            self._left -= 1
            return self._left >= 0


class _Clerk:
    """One clerk's browser. It goes on where it stopped."""

    def __init__(self, port: int, name: str) -> None:
        browser = RemoteBrowser(port, name)
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"Cookie": browser.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        self._token, self._steps = browser.token, self._day()

    def work(self, wanted: _Wanted) -> int:
        """Send requests while any are wanted; return how many."""
        sent = 0
        while wanted.take():
            next(self._steps)
            sent += 1
        return sent

    def _day(self) -> Iterator[None]:
        """Take case after case from its start to its end; each step is one request."""
        while True:
            self._send("GET", "/starts/ulang", 200)
            yield
            address = self._send("POST", "/starts/ulang", 303, {"perihal": "uji"})
            yield
            for number in range(1, ROUNDS + 1):
                step = f"/tasks/{address.rpartition('/')[2]}/periksa:{number}"
                for page in ("/tasks", step, address):
                    self._send("GET", page, 200)
                    yield
                again = "ya" if number < ROUNDS else "tidak"
                self._send("POST", step, 303, {"catatan": "diperiksa", "lagi": again})
                yield

    def _send(self, method: str, address: str, expected: int, values: Mapping[str, str] | None = None) -> str:
        """Send one request over the open connection; return where the answer leads."""
        body = urlencode({"csrf_token": self._token, **values}) if values else None
        self._connection.request(method, address, body, self._headers)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status != expected:
            raise RuntimeError(f"{method} {address}: expected {expected}, got {answer.status}: {text[:500]!r}")
        return answer.getheader("Location") or ""


def _resident(process: int) -> float:
    """Return the megabytes of memory that a process holds now."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    if found is None:
        raise RuntimeError("this system does not tell how much memory a process holds")
    return int(found[1]) / 1024
