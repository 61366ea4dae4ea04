"""Holding the seals against each other: numbers, links, roots recomputed from the sealed heads, signatures.

Reads the log once from its beginning, in parts; what was read is never kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, exists, func, select, type_coerce
from sqlalchemy.types import NullType

from ..model import Finding, Seal
from ..seal.keys import is_signed
from ..seal.merkle import Log
from ..seal.statements import head_leaf, link, parse
from ..seal.tables import SealedHeadRow, SealRow
from ..tables import ProcessInstanceRow

SEALS_AT_ONCE = 200
HEADS_AT_ONCE = 5_000
_UNKNOWN = bytes(32)
"""Stands for the leaf of a head that cannot be read: the root then tells."""


class SealedLog:
    """The log of one database, while it is followed from its beginning."""

    def __init__(self, connection: Connection, trusted: Sequence[str]) -> None:
        """``trusted``: the public keys, in hex, whose signatures count."""
        self._connection, self._trusted = connection, trusted
        self._log = Log()
        self._previous: Seal | None = None
        self._strangers: dict[str, list[int]] = {}

    def findings(self) -> Iterator[Finding]:
        """Yield everything that does not hold."""
        expected = 1
        for row in _seal_rows(self._connection):
            if row.number != expected:
                missing = f"Segel {expected}" + (f" sampai {row.number - 1}" if row.number - 1 > expected else "")
                yield _finding(f"{missing} tidak ada di basis data.")
                self._previous = None
            expected = row.number + 1
            yield from self._seal_findings(row)
        yield from self._leftovers(any_seal=expected > 1)

    def _seal_findings(self, row: Any) -> Iterator[Finding]:
        known = self._previous is not None or row.number == 1
        try:
            seal = parse(row.statement, row.signature)
        except ValueError as error:
            yield _finding(f"Segel {row.number} bukan segel yang dapat dibaca ({error}).")
            self._previous = None
            return
        if (seal.number, seal.size) != (row.number, row.size):
            yield _finding(f"Segel {row.number}: pernyataannya bernomor {seal.number} dan berukuran {seal.size}.")
        if known and seal.previous != link(self._previous):
            yield _finding(f"Segel {row.number} tidak menyambung pada segel sebelumnya: salah satunya diganti.")
        if not is_signed(seal.statement.encode(), seal.signature, seal.key):
            yield _finding(f"Segel {row.number}: tanda tangannya tidak sah.")
        elif seal.key not in self._trusted:
            self._strangers.setdefault(seal.key, []).append(row.number)
            del self._strangers[seal.key][2:-1]  # the first two and the last are enough to tell
        yield from self._root_findings(seal, row)
        self._previous = seal

    def _root_findings(self, seal: Seal, row: Any) -> Iterator[Finding]:
        if seal.size <= self._log.size:
            yield _finding(f"Segel {row.number} tidak menambah apa pun: ukurannya {seal.size}.")
            return
        for position, number, seq, chain in _heads(self._connection, self._log.size, seal.size):
            if position != self._log.size:
                yield _finding(f"Segel {row.number}: kepala riwayat pada posisi {self._log.size} hilang.")
                while self._log.size < position:
                    self._log.append(_UNKNOWN)
            whole = isinstance(number, str) and isinstance(seq, int) and isinstance(chain, bytes)
            self._log.append(head_leaf(number, seq, chain) if whole else _UNKNOWN)
        if self._log.size != seal.size:
            yield _finding(f"Segel {row.number}: kepala riwayat sejak posisi {self._log.size} hilang.")
        if self._log.size != seal.size or self._log.root().hex() != seal.root:
            yield _finding(f"Segel {row.number}: kepala riwayat yang disegelnya diubah, akarnya tidak cocok lagi.")
        elif row.peaks != b"".join(self._log.peaks):
            yield _finding(f"Segel {row.number}: puncak pohonnya diubah.")
        self._go_on_from(seal, row)

    def _go_on_from(self, seal: Seal, row: Any) -> None:
        """Let later seals be held against what this one was said to cover, so that each fault is told once."""
        if self._log.size == seal.size and self._log.root().hex() == seal.root:
            return
        try:
            said = Log(seal.size, [row.peaks[at : at + 32] for at in range(0, len(row.peaks), 32)])
        except (ValueError, TypeError):
            said = Log()
        if said.root().hex() == seal.root:
            self._log = said
        while self._log.size < seal.size:
            self._log.append(_UNKNOWN)

    def _leftovers(self, *, any_seal: bool) -> Iterator[Finding]:
        behind = select(func.count()).select_from(SealedHeadRow).where(SealedHeadRow.position >= self._log.size)
        count = self._connection.execute(behind).scalar_one()
        if count:
            yield _finding(f"Ada {count} kepala riwayat yang tersegel tanpa segelnya: segel sesudahnya dihapus.")
        if any_seal and not self._trusted:
            yield _finding("Tanda tangan segel tidak dapat diperiksa: tidak ada kunci publik yang tepercaya.")
        else:
            for key, numbers in self._strangers.items():
                which = " sampai ".join(str(number) for number in dict.fromkeys((numbers[0], numbers[-1])))
                yield _finding(f"Segel {which} ditandatangani kunci {key}, yang tidak tepercaya.")
        yield from _lost_cases(self._connection)


def _lost_cases(connection: Connection) -> Iterator[Finding]:
    there = exists().where(
        ProcessInstanceRow.id == SealedHeadRow.instance_id, ProcessInstanceRow.number == SealedHeadRow.number
    )
    query = select(SealedHeadRow.number, func.max(SealedHeadRow.seq)).where(~there).group_by(SealedHeadRow.number)
    for number, seq in connection.execute(query.order_by(SealedHeadRow.number)):
        yield _finding(f"Perkara {number} pernah disegel sampai peristiwa {seq}, dan kini tidak ada lagi.")


def _seal_rows(connection: Connection) -> Iterator[Row[Any]]:
    last = 0
    while True:
        query = select(SealRow).where(SealRow.number > last).order_by(SealRow.number).limit(SEALS_AT_ONCE)
        rows = connection.execute(query).all()
        yield from rows
        if len(rows) < SEALS_AT_ONCE:
            return
        last = rows[-1].number


def _heads(connection: Connection, begin: int, end: int) -> Iterator[Any]:
    row = SealedHeadRow
    query = select(row.position, row.number, row.seq, type_coerce(row.chain, NullType())).order_by(row.position)
    for first in range(begin, end, HEADS_AT_ONCE):
        part = query.where(row.position >= first, row.position < min(first + HEADS_AT_ONCE, end))
        yield from connection.execute(part).all()


def _finding(text: str) -> Finding:
    return Finding("seal", None, text)
