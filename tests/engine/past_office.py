"""A small office with a past: cases over a weekend and a holiday, taken, repeated, withdrawn, cancelled, moved, open.

Every instant lies on a multiple of five minutes, so that office time can be counted one mark after the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import ceil

from sqlalchemy import func, select

from engine import WIB, Actor, Engine, WorkingCalendar, WorkItem, sweep
from engine.tables import TimerJobRow
from tests.clock import Clock
from tests.small_bpmn import Task, Timer, diagram, form, text_field

OWNER = Actor("pemilik", "Pemilik", duties=frozenset({"process_owner", "head", "admin", "auditor"}))
CLERK = Actor("petugas", "Petugas", lanes=frozenset({"Petugas"}))
NOBODY = Actor("tamu", "Tamu", active=False)
MARK = timedelta(minutes=5)
NOW = datetime(2026, 4, 15, 10, tzinfo=WIB)
"""A Wednesday; the cases begin in March, before Nyepi and Idul Fitri, on which the office is closed."""


def drawn(check: str = "periksa", limit: str = "P1D", keep: str = "P2D") -> dict[str, bytes]:
    """Return the SOP: record, check (which may be sent back), keep (withdrawn by its deadline), decide."""
    tasks = {
        "catat": Task(name="Mencatat", form="catat"),
        check: Task(name="Memeriksa", form="hasil", timers={f"ingat_{check}": Timer("PT2H"), "batas": Timer(limit)}),
        "simpan": Task(name="Menyimpan", timers={"tarik": Timer(keep, interrupts=True)}),
        "putuskan": Task(name="Memutuskan"),
    }
    return {
        "surat.bpmn": diagram(
            "surat",
            f"mulai > catat > temu > {check} > pilih > simpan > putuskan > selesai | pilih > temu | "
            "simpan > putuskan | tarik > putuskan",
            tasks,
            gateways={"temu": "exclusive", "pilih": "exclusive", "putus": "exclusive"},
            conditions={"pilih > temu": "${hasil == 'ulang'}"},
            default={"pilih": "simpan"},
            properties={"nomor_perkara": "SURAT-{tahun}-{urut:05}"},
        ),
        "catat.form": form(
            "catat",
            text_field("perihal"),
            {"type": "checkbox", "key": "rahasia", "label": "Rahasia", "properties": {"peran": "rahasia"}},
        ),
        "hasil.form": form("hasil", text_field("hasil")),
    }


@dataclass
class PastOffice:
    """The office, its clock, and what its clerk does at which hour of which day."""

    engine: Engine
    clock: Clock

    def at(self, day: int, hour: float, month: int = 3) -> None:
        """Let it be that hour of that day of 2026; what falls due until then fires when it does."""
        wanted = datetime.combine(date(2026, month, day), time(), WIB) + timedelta(hours=hour)
        while (due := self.next_due()) is not None and due <= wanted:
            self.clock.set(due)
            sweep(self.engine)
        self.clock.set(wanted.astimezone(UTC))

    def next_due(self) -> datetime | None:
        """Return when the next timer is due."""
        with self.engine.database.read() as connection:
            return connection.execute(select(func.min(TimerJobRow.due_at)).where(~TimerJobRow.parked)).scalar()

    def start(self, **answers: object) -> str:
        """Begin a case."""
        return self.engine.start("surat", {"perihal": "uji", **answers}, by=CLERK).number

    def step(self, case: str) -> WorkItem:
        """Return the step that waits."""
        return next(item for item in self.engine.steps(case, by=CLERK) if item.state == "open")

    def take(self, case: str) -> None:
        """Take the step that waits."""
        self.engine.claim(case, self.step(case).key, by=CLERK)

    def do(self, case: str, **answers: object) -> None:
        """Complete the step that waits."""
        self.engine.complete(case, self.step(case).key, answers, by=CLERK)


def open_past(engine: Engine, clock: Clock) -> PastOffice:
    """Let the office work through March 2026, and stand in the middle of April."""
    office = PastOffice(engine, clock)
    engine.add_person("petugas", "Petugas", lanes=["Petugas"], by=OWNER)
    clock.set(datetime(2026, 3, 2, 8, tzinfo=WIB).astimezone(UTC))
    engine.deploy(drawn(), by=OWNER)
    office.at(2, 9)
    before = office.start()
    office.at(13, 14)  # a Friday afternoon
    quick, repeated, secret = office.start(), office.start(), office.start(rahasia=True)
    office.do(quick, hasil="baik")
    office.at(16, 8.5)
    office.take(repeated)
    office.at(16, 9)
    office.do(repeated, hasil="ulang")
    office.take(quick)
    office.at(17, 14.75)  # the last hour before a week of holidays
    moved, cancelled, left = office.start(), office.start(), office.start()
    office.do(secret, hasil="baik")
    office.do(quick)
    office.at(25, 9.25)
    office.do(repeated, hasil="ulang")
    office.take(repeated)
    engine.cancel(cancelled, "keliru", by=OWNER)
    engine.deploy(drawn("cek", "P3D"), by=OWNER)
    office.at(25, 11)
    engine.move(
        moved, 2, "revisi", by=OWNER, policy="recompute", renamed={"periksa": "cek", "ingat_periksa": "ingat_cek"}
    )
    new = office.start()
    office.at(26, 10)
    office.take(moved)
    office.do(repeated, hasil="baik")
    office.at(30, 8)
    office.do(moved, hasil="baik")
    office.do(new, hasil="baik")
    office.at(1, 9, month=4)
    office.start()
    assert {before, left} <= {case.number for case in engine.find_cases("SURAT", by=OWNER)}
    office.at(NOW.day, NOW.hour, month=NOW.month)
    return office


def office_time(calendar: WorkingCalendar, start: datetime, end: datetime) -> timedelta:
    """Return the office time between two instants, one mark of five minutes after the other."""
    marks = 0
    at = start.astimezone(WIB)
    while at < end:
        marks += at.weekday() < 5 and at.date() not in calendar.holidays and time(8) <= at.time() < time(15)
        at += MARK
    return marks * MARK


def percentile(lengths: Iterable[timedelta], percent: int) -> timedelta | None:
    """Return the smallest of the lengths that so many of a hundred do not exceed."""
    ordered = sorted(lengths)
    return ordered[ceil(len(ordered) * percent / 100) - 1] if ordered else None


def steps_begun(engine: Engine, start: date, end: date) -> Mapping[str, list[WorkItem]]:
    """Return, by case, all steps of the cases that began on these days."""
    found = {}
    for case in engine.find_cases("SURAT", by=OWNER):
        if start <= case.started_at.astimezone(WIB).date() <= end:
            found[case.number] = list(engine.steps(case.number, by=OWNER))
    return found
