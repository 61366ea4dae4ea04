"""Holding the database against folders of seals: the office's own, and a copy that left the office.

What somebody with full rights re-computed, re-signed included, agrees with itself; with such a copy it does
not. Each difference is followed to the cases and events that the copy knows otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, and_, select

from ..errors import SealsUnusable
from ..model import Finding, Seal
from ..seal import files
from ..seal.files import Head, SealFile
from ..seal.keys import is_signed
from ..seal.tables import SealedHeadRow, SealRow
from ..tables import HistoryEventRow, ProcessInstanceRow

BATCH = 500


def copy_findings(connection: Connection, folder: Path, trusted: Sequence[str], *, own: bool) -> Iterator[Finding]:
    """Yield everything in ``folder`` that the database has otherwise.

    ``own``: it is the folder that seals are written to, so it must hold them all (but for the newest, which may be
    on its way). Raises ``SealsUnusable`` if a copy holds no seal: nothing would have been checked.
    """
    what = f"folder segel {folder}" if own else f"salinan {folder}"
    numbers = files.numbers_in(folder) if own else _some(folder)
    yield from _missing(connection, numbers, what, own=own)
    for file in _files(folder, numbers, what):
        if isinstance(file, Finding):
            yield file
        else:
            yield from _file_findings(connection, file, what, trusted)


def case_copy_findings(connection: Connection, case: str, folder: Path, trusted: Sequence[str]) -> Iterator[Finding]:
    """Yield what the seals in a copy know otherwise of one case. Raises ``SealsUnusable`` if it holds no seal."""
    what = f"salinan {folder}"
    for file in _files(folder, _some(folder), what):
        if isinstance(file, Finding):
            yield file
            continue
        of_case = [head for head in file.heads if head[0] == case]
        if of_case and not _is_genuine(file.seal, trusted):
            yield _finding(f"Segel {file.seal.number} di {what} tidak ditandatangani kunci yang tepercaya.")
        yield from _history_findings(connection, of_case, file.seal.number, what)


def _some(folder: Path) -> tuple[int, ...]:
    numbers = files.numbers_in(folder)
    if not numbers:
        raise SealsUnusable(f"Di {folder} tidak ada satu pun berkas segel (segel-000001.json, …).")
    return numbers


def _files(folder: Path, numbers: Sequence[int], what: str) -> Iterator[SealFile | Finding]:
    """Yield what each file holds, or a finding that it does not hold what it should."""
    for number in numbers:
        name = files.file_name(number)
        try:
            file = files.read(folder, number)
        except (OSError, ValueError) as error:
            yield _finding(f"Berkas {name} di {what} rusak: {error}.")
            continue
        if file.seal.number == number:
            yield file
        else:
            yield _finding(f"Berkas {name} di {what} memuat segel {file.seal.number}.")


def _missing(connection: Connection, numbers: Sequence[int], what: str, *, own: bool) -> Iterator[Finding]:
    if own:
        newest = connection.execute(select(SealRow.number).order_by(SealRow.number.desc()).limit(1)).scalar() or 0
        first, last = 1, newest - 1
    else:
        first, last = numbers[0], numbers[-1]
    there = set(numbers)
    gaps = [number for number in range(first, last + 1) if number not in there]
    if gaps:
        shown = ", ".join(map(str, gaps[:10])) + (", …" if len(gaps) > 10 else "")
        advice = " Penyegelan berikutnya menulisnya lagi." if own else ""
        yield _finding(f"Tidak ada berkas segel {shown} di {what}.{advice}")


def _file_findings(connection: Connection, file: SealFile, what: str, trusted: Sequence[str]) -> Iterator[Finding]:
    seal = file.seal
    row: Any = connection.execute(select(SealRow).where(SealRow.number == seal.number)).first()
    if row is not None and (row.statement, row.signature) == (seal.statement, seal.signature):
        yield from _same_heads(connection, file, what)
        return
    said = "tidak ada di basis data" if row is None else "di basis data berbunyi lain"
    doubt = " Segel di berkas itu sendiri tidak ditandatangani kunci yang tepercaya."
    if _is_genuine(seal, trusted):
        doubt = ""
    yield _finding(f"Segel {seal.number} di {what} {said}.{doubt}")
    for begin in range(0, len(file.heads), BATCH):
        yield from _history_findings(connection, file.heads[begin : begin + BATCH], seal.number, what)


def _same_heads(connection: Connection, file: SealFile, what: str) -> Iterator[Finding]:
    size = file.seal.size
    begin = size - len(file.heads)
    query = select(SealedHeadRow.number, SealedHeadRow.seq, SealedHeadRow.chain)
    stored = connection.execute(
        query.where(SealedHeadRow.position >= begin, SealedHeadRow.position < size).order_by(SealedHeadRow.position)
    )
    before = select(SealRow.size).where(SealRow.number == file.seal.number - 1)
    expected = size - (connection.execute(before).scalar() or 0)
    if len(file.heads) != expected or tuple(map(tuple, stored.all())) != file.heads:
        yield _finding(f"Segel {file.seal.number} di {what} memuat kepala riwayat yang lain dari di basis data.")


def _history_findings(connection: Connection, heads: Sequence[Head], number: int, what: str) -> Iterator[Finding]:
    """Hold the heads of a seal that the database has otherwise against the histories themselves."""
    for case, seq, chain in heads:
        query = (
            select(ProcessInstanceRow.id, HistoryEventRow.chain)
            .outerjoin(
                HistoryEventRow,
                and_(HistoryEventRow.instance_id == ProcessInstanceRow.id, HistoryEventRow.seq == seq),
            )
            .where(ProcessInstanceRow.number == case)
        )
        row = connection.execute(query).first()
        if row is None:
            text = f"Perkara {case} ada dalam segel {number} di {what}, dan tidak ada di basis data."
        elif row.chain is None:
            text = f"Perkara {case}: peristiwa {seq} ada dalam segel {number} di {what}, dan tidak ada di basis data."
        elif row.chain != chain:
            text = f"Perkara {case}: riwayat sampai peristiwa {seq} lain dari segel {number} di {what}: ditulis ulang."
        else:
            continue
        yield Finding("copy", seq, text)


def _is_genuine(seal: Seal, trusted: Sequence[str]) -> bool:
    return seal.key in trusted and is_signed(seal.statement.encode(), seal.signature, seal.key)


def _finding(text: str) -> Finding:
    return Finding("copy", None, text)
