"""What is handed out for one case or for a period, in any form: a file's name, its kind, and its bytes as they come.

Every form is made of the engine's records, which hold what the reader may see. Nothing here is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from tempfile import SpooledTemporaryFile
from typing import IO
from zipfile import ZipFile

from engine import WIB, Actor, CaseRecord, Engine, InvalidRequest

from .csv_table import csv_table
from .dossier import write_dossier
from .json_lines import json_lines
from .plain_text import safe_in_a_name
from .xes import xes
from .zip_stream import CHUNK, ZipStream

IN_MEMORY = 8 * 1024 * 1024
"""How much of a dossier that is being made is held in memory; the rest waits in a temporary file."""
FIRST_YEAR, LAST_YEAR = 1900, 2999


@dataclass(frozen=True)
class Form:
    """A form to hand cases out in: how its files end, their media type, and whether answers stand in it."""

    ending: str
    media_type: str
    answers: bool


FORMS: Mapping[str, Form] = {
    "dossier": Form("zip", "application/zip", True),
    "xes": Form("xes", "application/xml", False),
    "csv": Form("csv", "text/csv; charset=utf-8", False),
    "json": Form("jsonl", "application/x-ndjson", True),
}


@dataclass(frozen=True)
class Delivery:
    """A file to hand out. ``chunks`` are made as they are asked for, once."""

    name: str
    media_type: str
    chunks: Iterator[bytes]


def of_case(engine: Engine, case: str, form: str, *, by: Actor, reason: str | None = None) -> Delivery:
    """Return one case in this form; with a reason, after a reveal that stays in the history.

    Refuses before the first byte: raises ``NotFound``, ``NotAllowed``, ``InvalidRequest``.
    """
    known = _known(form)
    if reason is not None and not known.answers:
        raise InvalidRequest(f"Bentuk {form} tidak memuat jawaban, jadi tidak ada yang perlu diungkap untuknya.")
    name = safe_in_a_name(case)
    if form == "dossier":
        return Delivery(f"berkas-{name}.zip", known.media_type, _sent(_dossier(engine, case, by, reason)))
    record = engine.record(case, by=by) if reason is None else engine.reveal_record(case, reason, by=by)
    return Delivery(f"{name}.{known.ending}", known.media_type, _written(engine, [record], form, case))


def of_period(engine: Engine, first: date, last: date, form: str, *, by: Actor, key: str | None = None) -> Delivery:
    """Return the cases that began on the days from ``first`` to ``last`` in this form; the days are WIB.

    Refuses before the first byte: raises ``NotAllowed``, ``InvalidRequest``, ``NotFound`` for an unknown SOP.
    """
    known = _known(form)
    if last < first:
        raise InvalidRequest(
            f"Kurun waktu harus berakhir pada atau setelah {first}, bukan {last}; perbaiki tanggalnya."
        )
    if not (first.year >= FIRST_YEAR and last.year <= LAST_YEAR):
        raise InvalidRequest(f"Kurun waktu harus antara tahun {FIRST_YEAR} dan {LAST_YEAR}; perbaiki tanggalnya.")
    if key is not None:
        engine.definition(key)
    start, end = midnight(first), midnight(last + timedelta(days=1))
    records = engine.records_between(start, end, by=by, key=key)
    name = "-".join(["perkara", *([safe_in_a_name(key)] if key else []), f"{first}", "sd", f"{last}"])
    title = f"Perkara yang dimulai {first} s.d. {last}" + (f", {key}" if key else "")
    chunks = _dossiers(engine, records, by) if form == "dossier" else _written(engine, records, form, title)
    return Delivery(f"{name}.{known.ending}", known.media_type, chunks)


def midnight(day: date) -> datetime:
    """Return the instant at which a day of the office begins."""
    return datetime.combine(day, time(0), WIB)


def _known(form: str) -> Form:
    if form not in FORMS:
        raise InvalidRequest(f"Bentuk {form!r} tidak dikenal; pilihannya {', '.join(FORMS)}.")
    return FORMS[form]


def _written(engine: Engine, records: Iterable[CaseRecord], form: str, title: str) -> Iterator[bytes]:
    if form == "xes":
        return xes(records, title)
    if form == "csv":
        return csv_table(records, engine.calendar())
    names = engine.full_names()
    return json_lines(records, lambda record: engine.conformance_of(record, names))


def _dossier(engine: Engine, case: str, by: Actor, reason: str | None = None) -> IO[bytes]:
    """Return a case's dossier in a file of its own, from its beginning."""
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - whoever reads it closes it
    try:
        write_dossier(file, engine, case, by=by, reason=reason)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _sent(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        yield from _chunks(file)


def _dossiers(engine: Engine, records: Iterable[CaseRecord], by: Actor) -> Iterator[bytes]:
    """Yield one ZIP with a folder for each case, in which the dossier lies unpacked."""
    with ZipStream() as archive:
        for record in records:
            folder = safe_in_a_name(record.case.number)
            with _dossier(engine, record.case.number, by) as dossier, ZipFile(dossier) as made:
                for each in made.infolist():
                    with made.open(each) as content:
                        yield from archive.entry(f"{folder}/{each.filename}", _chunks(content), each.date_time)
        yield from archive.end()


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk
