"""How late timers fire while very many cases are open and a worker runs in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from time import sleep

from engine import Engine, run_forever
from tests.clock import TUESDAY_9AM

from .bulk import copy_cases
from .office import MovedClock, Office


def lateness(folder: Path, open_cases: int, timers: int, seconds: int) -> list[float]:
    """Return by how many seconds each of ``timers`` fired late that fell due within ``seconds``."""
    office = Office(f"sqlite:///{folder}/alur.db")
    waiting = [office.start().number for _ in range(20)]
    for case in waiting:
        # From step 3 on to step 4: its deadline is a day away, so the case just lies there.
        office.complete_up_to(case, 3)
    copy_cases(office.engine, waiting, open_cases - len(waiting))
    step = timedelta(seconds=seconds) / timers
    watched = []
    for each in range(timers):
        # Step 2 has two minutes: these fall due one after the other from five seconds after 09.10 on.
        office.clock = _stopped_at(office, TUESDAY_9AM + timedelta(minutes=8, seconds=5) + each * step)
        watched.append(office.start().number)
    office.engine.close()
    _work(office.url, TUESDAY_9AM + timedelta(minutes=10), seconds + 8)
    return _lateness(office, watched)


def _stopped_at(office: Office, at: datetime) -> MovedClock:
    clock = MovedClock(at)
    office.engine.clock = clock
    return clock


def _work(url: str, start: datetime, seconds: int) -> None:
    """Run a worker of its own process for ``seconds``, whose clock stands at ``start`` when it is ready."""
    command = [sys.executable, "-m", "tests.bench.lateness", url, start.isoformat(), str(seconds)]
    subprocess.run(command, check=True)


def _lateness(office: Office, cases: Sequence[str]) -> list[float]:
    late = []
    for case in cases:
        fired = [event for event in office.engine.history(case, by=office.clerk) if event.type == "TimerFired"]
        due_at = datetime.fromisoformat(json.loads(fired[0].payload)["due_at"])
        late.append((fired[0].recorded_at - due_at).total_seconds())
    return late


def main(url: str, start: str, seconds: str) -> None:
    """Fire what falls due, on a moved clock, for ``seconds``."""
    engine = Engine(url, MovedClock(datetime.fromisoformat(start)))
    stop = threading.Event()
    worker = threading.Thread(target=run_forever, args=(engine, stop))
    worker.start()
    sleep(float(seconds))
    stop.set()
    worker.join()


if __name__ == "__main__":
    main(*sys.argv[1:4])
