"""Cases as a table for a spreadsheet: RFC 4180, UTF-8 with a byte order mark, one row for each step.

No answers stand in it, and no cell begins as a formula. Instants are in WIB, lengths in whole minutes of office time.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from engine import WIB, CaseRecord, WorkingCalendar, WorkItem, is_late

from .plain_text import safe_in_a_cell

HEADER = (
    "Nomor perkara",
    "SOP",
    "Versi",
    "Keadaan perkara",
    "Perkara mulai (WIB)",
    "Perkara berakhir (WIB)",
    "Langkah",
    "Kegiatan",
    "Tugas",
    "Lajur",
    "Seksi",
    "Keadaan langkah",
    "Dibuka (WIB)",
    "Diambil (WIB)",
    "Ditutup (WIB)",
    "Batas waktu (WIB)",
    "Pemegang",
    "Ditutup oleh",
    "Atas nama lajur",
    "Menunggu (menit kerja)",
    "Dikerjakan (menit kerja)",
    "Lewat batas waktu (menit kerja)",
    "Terlambat",
)
CASE_STATES: Mapping[str, str] = {
    "running": "berjalan",
    "completed": "selesai",
    "cancelled": "dibatalkan",
    "incident": "insiden",
}
STEP_STATES: Mapping[str, str] = {"open": "terbuka", "completed": "selesai", "withdrawn": "ditarik"}
BYTE_ORDER_MARK = "\ufeff"
MINUTE = timedelta(minutes=1)
Cell = str | int | datetime | None


def csv_table(records: Iterable[CaseRecord], calendar: WorkingCalendar) -> Iterator[bytes]:
    """Yield the table of these cases, a case at a time."""
    yield BYTE_ORDER_MARK.encode() + _lines([HEADER])
    for record in records:
        yield _lines(_row(record, step, calendar) for step in record.steps)


def _row(record: CaseRecord, step: WorkItem, calendar: WorkingCalendar) -> tuple[Cell, ...]:
    case, until = record.case, step.closed_at or record.taken_at
    taken_at = step.claimed_at or until
    return (
        case.number,
        case.name,
        step.version,
        CASE_STATES[case.state],
        case.started_at,
        case.ended_at,
        step.step,
        step.name,
        step.key,
        step.lane,
        step.group,
        STEP_STATES[step.state],
        step.opened_at,
        step.claimed_at,
        step.closed_at,
        step.due_at,
        step.assignee,
        step.closed_by if step.state == "completed" else None,
        step.on_behalf_of,
        calendar.between(step.opened_at, taken_at) // MINUTE,
        calendar.between(taken_at, until) // MINUTE,
        calendar.between(step.due_at, until) // MINUTE if step.due_at else None,
        None if step.due_at is None else "ya" if is_late(step, until) else "tidak",
    )


def _lines(rows: Iterable[Iterable[Cell]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def _cell(value: Cell) -> str | int:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(WIB):%Y-%m-%d %H:%M:%S}"
    return safe_in_a_cell(value) if isinstance(value, str) else value
