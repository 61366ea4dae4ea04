"""What replaying, verifying, sealing and taking out cost; the rows that say so stand in ``rows``."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from time import perf_counter

from engine import Actor, SealKey
from tests.website import PASSWORD, Website, expect
from webapp import account_tables
from webapp.accounts import Accounts

from .bulk import copy_cases
from .loops import LoopingOffice
from .office import OWNER, STEPS, Office

AUDITOR = Actor("auditor", "Auditor", duties=frozenset({"auditor"}))
KEY = SealKey(bytes(range(32)))
FEW = 100
"""Cases of the smaller export, whose memory the larger one is held against."""


class LongCase:
    """A case that went round until it has very many events, and an auditor who looks at it."""

    def __init__(self, folder: Path, events: int) -> None:
        self._office = LoopingOffice(f"sqlite:///{folder}/alur.db")
        engine = self._office.engine
        self._case = self._office.start()
        while (found := len(engine.history(self._case, by=AUDITOR))) < events:
            self._office.go_round(self._case, max(1, (events - found) // 20))
        self.events = found
        engine.add_person(AUDITOR.name, AUDITOR.full_name, duties=AUDITOR.duties, by=OWNER)
        account_tables.upgrade(engine)
        website = Website(engine, (), folder)
        Accounts(engine).set_password(AUDITOR.name, PASSWORD)
        self._browser = website.browser(AUDITOR.name)

    def open_data(self) -> None:
        """Ask for everything that the replay page needs."""
        expect(self._browser.get(f"/cases/{self._case}/replay/data"), 200)

    def close(self) -> None:
        """Let go of the database."""
        self._office.engine.close()


def verified(folder: Path, cases: int) -> list[float]:
    """Return the milliseconds that each of ``cases`` finished nine-step cases takes to verify."""
    office = _office_of_finished(folder, cases)
    samples = []
    begun = perf_counter()
    for verification in office.engine.verify_all():
        samples.append((perf_counter() - begun) * 1e3)
        if not verification.sound:
            raise RuntimeError(f"the bench's own cases do not verify: {verification}")
        begun = perf_counter()
    office.engine.close()
    return samples


def sealed(folder: Path, cases: int, changed: int) -> tuple[float, float]:
    """Return the seconds of the first seal over ``cases``, and of the next after ``changed`` of them went on."""
    office = Office(f"sqlite:///{folder}/alur.db")
    templates = [office.start().number for _ in range(20)]
    copy_cases(office.engine, templates, cases - len(templates))
    first = _milliseconds(lambda: office.engine.seal(KEY, folder / "seals")) / 1e3
    beginning = templates[0].rpartition("-")[0]
    for each in range(1, changed + 1):
        office.engine.comment(f"{beginning}-{each:05}", "Catatan", by=office.clerk)
    second = _milliseconds(lambda: office.engine.seal(KEY, folder / "seals")) / 1e3
    office.engine.close()
    return first, second


def exported(folder: Path, cases: int, form: str) -> tuple[float, float, float]:
    """Return the peak memory in MB of exporting few and all of ``cases``, and the milliseconds for each case of all."""
    peaks = []
    for count in (FEW, cases):
        place = folder / str(count)
        place.mkdir()
        office = _office_of_finished(place, count)
        today = (office.clock() + timedelta(hours=7)).date()
        office.engine.close()
        begun = perf_counter()
        command = [sys.executable, "-m", "tests.bench.memory", office.url, f"{today}", form]
        ran = subprocess.run(command, check=True, capture_output=True, text=True)
        peak, size = map(int, ran.stdout.split())
        if size < count * 100:
            raise RuntimeError(f"the export of {count} cases has {size} bytes")
        peaks.append(peak / 1024)
    return peaks[0], peaks[1], (perf_counter() - begun) * 1e3 / cases


def _office_of_finished(folder: Path, cases: int) -> Office:
    office = Office(f"sqlite:///{folder}/alur.db")
    templates = [office.start().number for _ in range(min(10, cases))]
    for case in templates:
        office.complete_up_to(case, STEPS)
    copy_cases(office.engine, templates, cases - len(templates))
    return office


def _milliseconds(work: Callable[[], object]) -> float:
    begun = perf_counter()
    work()
    return (perf_counter() - begun) * 1e3
