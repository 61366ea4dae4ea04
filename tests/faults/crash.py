"""The crash harness: clients complete tasks over HTTP while the server is killed and started again.

Nothing here knows how the server keeps its promises. ``Crashes.run`` returns what the clients
were told; ``violations`` compares that with what the database says afterwards.
"""

from __future__ import annotations

import json
import random
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from time import sleep
from urllib.parse import quote

from engine import Actor, Engine
from tests.faults.integrity import damage
from tests.faults.office import OWNER
from tests.remote_browser import RemoteBrowser
from tests.serving import ALUR_SERVE, free_port, serve, wait_until_ready

COMPLETIONS_A_KILL = 30
"""No kill waits for more, so that there is work until the last of them."""


@dataclass(frozen=True)
class Acknowledged:
    """A completion that a client was told has happened."""

    case: str
    key: str
    note: str


@dataclass
class Told:
    """What the clients were told, all together."""

    acknowledged: list[Acknowledged] = field(default_factory=list)
    cut_off: int = 0
    unexpected: list[str] = field(default_factory=list)
    kills_in_flight: int = 0


class Crashes:
    """Clients in pairs; each pair works on the same cases, so that they also race each other."""

    def __init__(self, url: str, folder: Path, people: Sequence[Actor], cases: Sequence[str], seed: int) -> None:
        self._url, self._folder, self._port = url, folder, free_port()
        self._people, self._cases = people, cases
        self._random = random.Random(seed)
        self._rounds = 0
        self._stop = threading.Event()
        self._guard = threading.Lock()
        self.told = Told()

    def run(self, kills: int, program: Sequence[str] = ALUR_SERVE) -> Told:
        """Kill the server ``kills`` times at random moments of its work."""
        self._rounds = 10 + kills * COMPLETIONS_A_KILL // len(self._cases)
        server = serve(self._url, self._folder, self._port, program)
        wait_until_ready(self._port)
        browsers = [RemoteBrowser(self._port, person.name) for person in self._people]
        clients = [threading.Thread(target=self._client, args=(place, each)) for place, each in enumerate(browsers)]
        for client in clients:
            client.start()
        try:
            for _ in range(kills):
                self._wait_for(len(self.told.acknowledged) + self._random.randint(4, 14))
                before = self.told.cut_off
                server.kill()
                server.wait()
                server = serve(self._url, self._folder, self._port, program)
                wait_until_ready(self._port)
                self.told.kills_in_flight += self.told.cut_off > before
        finally:
            self._stop.set()
            for client in clients:
                client.join()
            server.terminate()
            server.wait(30)
        return self.told

    def _wait_for(self, completions: int) -> None:
        """Return in the middle of the work: when so many completions were acknowledged. Raises ``TimeoutError``."""
        for _ in range(60_000):
            if len(self.told.acknowledged) >= completions:
                # A random while more, longer than a command takes, so that the kill falls anywhere in the next ones.
                sleep(self._random.uniform(0, 0.1))
                return
            sleep(0.001)
        raise TimeoutError(f"{len(self.told.acknowledged)} completions after a minute, waited for {completions}")

    def _client(self, place: int, browser: RemoteBrowser) -> None:
        pairs = len(self._people) // 2
        for case in self._cases[place % pairs :: pairs]:
            for each in range(1, self._rounds + 1):
                if not self._complete(browser, case, f"periksa:{each}", f"{place}-{each}"):
                    return

    def _complete(self, browser: RemoteBrowser, case: str, key: str, note: str) -> bool:
        """Post until the server has said something about this task, as a person would. False to stop."""
        values = {"csrf_token": browser.token, "catatan": note, "lagi": "ya"}
        for attempt in count():
            if self._stop.is_set():
                return False
            note_of_attempt = f"{note}-{attempt}"
            try:
                status, body = browser.send(
                    "POST", f"/tasks/{case}/{quote(key)}", {**values, "catatan": note_of_attempt}
                )
            except ConnectionRefusedError:
                sleep(0.02)
                continue
            except OSError:
                with self._guard:
                    self.told.cut_off += 1
                continue
            with self._guard:
                if status == 303:
                    self.told.acknowledged.append(Acknowledged(case, key, note_of_attempt))
                elif status != 409:
                    self.told.unexpected.append(f"{status} {body[:500]}")
            return True
        return False


def violations(engine: Engine, url: str, cases: Sequence[str], told: Told) -> list[str]:
    """Return what the database says against what the clients were told, and against itself."""
    found = [f"unexpected answer: {each}" for each in told.unexpected]
    found += [f"integrity: {each}" for each in damage(url)]
    notes: dict[tuple[str, str], list[str]] = {}
    for case in cases:
        verified = engine.verify(case)
        found += [f"{case}: {finding.message}" for finding in verified.findings]
        completed = Counter(
            json.loads(event.payload)["key"]
            for event in engine.history(case, by=OWNER)
            if event.type == "WorkItemCompleted"
        )
        found += [f"{case}/{key} is completed {times} times" for key, times in completed.items() if times > 1]
        if verified.sound:
            notes |= _notes(engine, case)
    for each in told.acknowledged:
        stored = notes.get((each.case, each.key), [])
        if stored != [each.note]:
            found.append(f"{each.case}/{each.key}: acknowledged {each.note}, stored {stored}")
    if not found and engine.rebuild():
        found.append("the projections differ from the history")
    return found


def _notes(engine: Engine, case: str) -> dict[tuple[str, str], list[str]]:
    notes: dict[tuple[str, str], list[str]] = {}
    for step in engine.answers(case, by=OWNER):
        for answer in step.fields:
            if answer.key == "catatan":
                notes.setdefault((case, step.item.key), []).append(answer.value)
    return notes
