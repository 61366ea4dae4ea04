"""A verdict in Indonesian sentences, as an auditor would write it. No answers and no personal data of the Pemohon."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

from ..calendar.worktime import WorkingCalendar
from ..model import ProcessInstance, WorkItem
from .values import Conformance, Intervention, LateStep, SeparationBreach

MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")
MINUTE = timedelta(minutes=1)
LONGEST_NAME = 60
NameOf = Callable[[str], str]
"""The full name of who has a login name."""


def sentences(verdict: Conformance, case: ProcessInstance, calendar: WorkingCalendar, name_of: NameOf) -> Iterator[str]:
    """Yield the verdict: first whether the diagram was followed, then each finding in a sentence of its own."""
    yield _followed(verdict, case)
    for intervention in verdict.interventions:
        yield _intervention(intervention, calendar, name_of)
    if not verdict.separation:
        yield "Pemisahan tugas terjaga: tidak ada orang yang menyelesaikan langkah di dua lajur."
    for breach in verdict.separation:
        yield _separation(breach, name_of)
    if not verdict.late_steps:
        yield "Tidak ada langkah yang melewati batas waktunya."
    for late in verdict.late_steps:
        yield _late(late, calendar)


def office_time(length: timedelta, calendar: WorkingCalendar) -> str:
    """Return a length of office time, rounded down to minutes: ``1 hari 2 jam kerja``."""
    if length < MINUTE:
        return "kurang dari 1 menit kerja"
    parts = []
    for name, size in (("hari", calendar.office_day), ("jam", timedelta(hours=1)), ("menit", MINUTE)):
        amount, length = divmod(length, size)
        if amount:
            parts.append(f"{amount} {name}")
    return f"{' '.join(parts)} kerja"


def step_name(step: WorkItem | None) -> str:
    """Return a step as a sentence names it: ``langkah 5 "Memeriksa berkas"``; a long name is cut."""
    if step is None:
        return "sebuah langkah"
    name = step.name if len(step.name) <= LONGEST_NAME else f"{step.name[:LONGEST_NAME].rstrip()}…"
    return f'langkah {step.step} "{name}"' if step.step else f'langkah "{name}"'


def _followed(verdict: Conformance, case: ProcessInstance) -> str:
    if verdict.deviation is not None:
        return f"Perkara ini tidak sesuai dengan diagramnya. {verdict.deviation}"
    subject = "Sejauh ini perkara" if case.ended_at is None else "Perkara ini"
    count = sum(each.bends for each in verdict.interventions)
    if not count:
        return f"{subject} berjalan mengikuti diagramnya, tanpa campur tangan."
    return f"{subject} berjalan menurut diagramnya, tetapi dengan {count} campur tangan."


def _intervention(told: Intervention, calendar: WorkingCalendar, name_of: NameOf) -> str:
    who = name_of(told.by)
    return f"{_at(told.at, calendar)}: {_INTERVENTIONS[told.kind](told, who, name_of)}{_because(told)}"


def _because(told: Intervention) -> str:
    # What somebody typed is quoted, so that it cannot pass for a sentence of this verdict.
    return f' Alasan: "{" ".join(told.reason.split())}"' if told.reason else ""


def _given_on(told: Intervention, who: str, name_of: NameOf) -> str:
    before = f" dari {name_of(told.holder)}" if told.holder else ""
    return f"{who} mengalihkan {step_name(told.step)}{before} kepada {name_of(told.to or '')}."


def _taken_away(told: Intervention, who: str, name_of: NameOf) -> str:
    return f"{who} melepas {step_name(told.step)} dari {name_of(told.holder or '')}."


def _dated(told: Intervention, who: str, _name_of: NameOf) -> str:
    return f"{who} mengubah batas waktu atau pengingat {_dated_steps(told)}."


def _redated(told: Intervention, who: str, _name_of: NameOf) -> str:
    return f"{who} mengubah kalender kantor; batas waktu atau pengingat {_dated_steps(told)} dihitung ulang."


def _dated_steps(told: Intervention) -> str:
    names = dict.fromkeys(step_name(each.step) if each.step else "sebuah timer" for each in told.due_dates)
    return ", ".join(names)


_INTERVENTIONS: Mapping[str, Callable[[Intervention, str, NameOf], str]] = {
    "cancelled": lambda _told, who, _: f"{who} membatalkan perkara.",
    "reassigned": _given_on,
    "released": _taken_away,
    "moved": lambda told, who, _: (
        f"{who} memindahkan perkara dari versi {told.from_version} ke versi {told.to_version}."
    ),
    "due_date_changed": _dated,
    "calendar_changed": _redated,
    "incident": lambda _told, _who, _: "perkara menjadi insiden karena diagram tidak dapat dilanjutkan.",
    "incident_resolved": lambda _told, who, _: f"{who} mencoba ulang setelah insiden, dan perkara berjalan lagi.",
}


def _separation(breach: SeparationBreach, name_of: NameOf) -> str:
    lanes = "; ".join(
        f"{lane} ({', '.join(step_name(step) for step in breach.steps if step.lane == lane)})" for lane in breach.lanes
    )
    who, count = name_of(breach.person), len(breach.lanes)
    return f"Pemisahan tugas tidak terjaga: {who} menyelesaikan langkah di {count} lajur: {lanes}."


def _late(late: LateStep, calendar: WorkingCalendar) -> str:
    step = late.step
    name = step_name(step)
    over = f"melewati batas waktunya {office_time(late.over, calendar)}"
    if step.state == "withdrawn" and step.closed_at == step.due_at:
        over = "ditarik tepat saat batas waktunya habis"
    elif step.state == "open":
        over = f"masih terbuka dan sudah {over}"
    elif step.state == "withdrawn":
        over = f"ditarik setelah {over}"
    waiting = f"menunggu diambil {office_time(late.waiting, calendar)}"
    handling = f"dikerjakan {office_time(late.handling, calendar)}" if step.claimed_at else "tidak pernah diambil"
    return f"{name[0].upper()}{name[1:]} {over}: {waiting}, {handling}."


def _at(moment: datetime, calendar: WorkingCalendar) -> str:
    local = moment.astimezone(calendar.zone)
    return f"{local.day} {MONTHS[local.month - 1]} {local.year} {local:%H.%M} WIB"
