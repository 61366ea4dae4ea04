"""Seals: the heads of all cases' chains in one signed Merkle root, again and again, each over the one before.

A seal costs as much as there are cases that changed since the last one. Making one reads without any lock,
and writes in one short transaction; of several that seal at once, one does.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, and_, func, insert, or_, select, text, type_coerce
from sqlalchemy.orm import aliased
from sqlalchemy.types import NullType

from . import crash
from .errors import HistoryDamaged
from .model import Actor, Seal, SealProof
from .seal import files
from .seal.files import Head
from .seal.keys import SealKey
from .seal.merkle import EMPTY, Log, audit_path
from .seal.statements import head_leaf, link, parse, statement
from .seal.tables import SealedHeadRow, SealRow
from .tables import HistoryEventRow, ProcessInstanceRow
from .viewing import Viewing

MOST_HEADS = 10_000
"""Heads in one seal; more are sealed by the next, at once. So no seal is long in writing or in proving."""
WINDOW = 5_000
"""Cases that one statement looks at."""
_ADVISORY_LOCK = 0x736567656C  # "segel"
_LINK_BYTES = len(EMPTY)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Changed:
    """A case whose last event is not the one that was sealed last."""

    id: int
    head: Head


class Seals(Viewing):
    """The use cases around seals."""

    def seal(self, key: SealKey, folder: Path | None = None) -> Seal | None:
        """Seal every case that changed since the last seal; return the last seal made, None if nothing changed.

        Every seal that ``folder`` lacks is then written there. Raises ``SealsUnusable`` if that fails (the seal
        stands), ``HistoryDamaged`` if the last seal contradicts itself.
        """
        made: Seal | None = None
        after: int | None = 0
        while after is not None:
            seal, after = self._seal_once(key, after)
            made = seal or made
        crash.point("sealed")
        if folder is not None:
            self._write_missing(folder)
        return made

    def seals(self, *, after: int = 0) -> Iterator[Seal]:
        """Yield every seal whose number is above ``after``, in order. Raises ``HistoryDamaged``."""
        while True:
            with self.database.read() as connection:
                query = select(SealRow).where(SealRow.number > after).order_by(SealRow.number).limit(500)
                found = [_seal(row) for row in connection.execute(query).all()]
            if not found:
                return
            yield from found
            after = found[-1].number

    def last_seal(self) -> Seal | None:
        """Return the newest seal, None before the first. Raises ``HistoryDamaged`` if it cannot be read."""
        with self.database.read() as connection:
            row = _last(connection)
            return _seal(row) if row is not None else None

    def unsealed_since(self) -> datetime | None:
        """Return when the oldest event that no seal covers was recorded, None if all are covered."""
        oldest: datetime | None = None
        with self.database.read() as connection:
            for window in _windows(connection):
                found = connection.execute(_OLDEST_UNSEALED.where(*window)).scalar()
                oldest = min(filter(None, (oldest, found)), default=None)
        return oldest

    def seal_proofs(self, case: str, *, by: Actor) -> tuple[SealProof, ...]:
        """Return a proof for each seal in which the case has a leaf, and the newest seal in any case.

        Raises ``NotFound``, ``HistoryDamaged`` if the seals contradict themselves.
        """
        with self.database.read() as connection:
            seen = self.seen(connection, case, by)
            query = select(SealedHeadRow).where(SealedHeadRow.instance_id == seen.id).order_by(SealedHeadRow.position)
            proofs = [_proof(connection, head) for head in connection.execute(query).all()]
            newest = _last(connection)
        if newest is not None and newest.number not in [proof.seal.number for proof in proofs]:
            proofs.append(SealProof(_seal(newest)))
        return tuple(proofs)

    def _seal_once(self, key: SealKey, after: int) -> tuple[Seal | None, int | None]:
        """Seal what changed among the cases behind id ``after``; return the seal, and where to go on, if anywhere.

        No seal is made if nothing changed, or if somebody else made one meanwhile.
        """
        with self.database.read() as connection:
            before = _last(connection)
            changed = _changed(connection, after)
        if not changed:
            return None, None
        crash.point("heads")
        with self.database.write() as connection:
            if not self.database.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ADVISORY_LOCK})
            last = _last(connection)
            if _number(last) != _number(before):
                return None, None
            seal = _append(connection, last, changed, key, self.now())
            crash.point("sealing")
        return seal, changed[-1].id if len(changed) == MOST_HEADS else None

    def _write_missing(self, folder: Path) -> None:
        there = set(files.numbers_in(folder)) if folder.exists() else set()
        size = 0
        for seal in self.seals():
            if seal.number not in there:
                with self.database.read() as connection:
                    heads = connection.execute(_heads(size, seal.size)).all()
                files.write(folder, seal, ((head.number, head.seq, bytes(head.chain)) for head in heads))
            size = seal.size


def _append(connection: Connection, last: Any, changed: Sequence[_Changed], key: SealKey, sealed_at: datetime) -> Seal:
    before = _seal(last) if last is not None else None
    growing = _log_of(last)
    rows = []
    for each in changed:
        case, seq, chain = each.head
        rows.append({"position": growing.size, "instance_id": each.id, "number": case, "seq": seq, "chain": chain})
        growing.append(head_leaf(case, seq, chain))
    number = before.number + 1 if before else 1
    said = statement(number, sealed_at, growing.size, growing.root(), link(before), key.public)
    seal = parse(said, key.sign(said.encode()))
    connection.execute(insert(SealedHeadRow), rows)
    values = {"number": number, "size": seal.size, "statement": said, "signature": seal.signature}
    connection.execute(insert(SealRow), values | {"peaks": b"".join(growing.peaks)})
    return seal


def _log_of(row: Any) -> Log:
    """Return the log as of a seal. Raises ``HistoryDamaged`` if its peaks do not lead to its root."""
    if row is None:
        return Log()
    seal = _seal(row)
    peaks = [row.peaks[at : at + _LINK_BYTES] for at in range(0, len(row.peaks), _LINK_BYTES)]
    try:
        found = Log(seal.size, peaks)
    except ValueError:
        found = Log()
    if found.root().hex() != seal.root:
        raise HistoryDamaged(f"Segel {seal.number} tidak cocok dengan akarnya. Jalankan 'alur verify --all'.")
    return found


def _proof(connection: Connection, head: Any) -> SealProof:
    query = select(SealRow).where(SealRow.size > head.position).order_by(SealRow.size).limit(1)
    row = connection.execute(query).first()
    if row is None:
        raise HistoryDamaged(f"Kepala riwayat {head.number} tersegel tanpa segelnya. Jalankan 'alur verify --all'.")
    seal = _seal(row)
    before = _log_of(connection.execute(select(SealRow).where(SealRow.number == seal.number - 1)).first())
    leaves = [
        head_leaf(each.number, each.seq, each.chain) for each in connection.execute(_heads(before.size, seal.size))
    ]
    if before.size + len(leaves) != seal.size:
        raise HistoryDamaged(f"Segel {seal.number} kehilangan kepala riwayat. Jalankan 'alur verify --all'.")
    path = audit_path(head.position, before, leaves)
    return SealProof(seal, head.position, head.seq, head.chain, tuple(node.hex() for node in path))


def _seal(row: Any) -> Seal:
    try:
        return parse(row.statement, row.signature)
    except ValueError as error:
        text = f"Segel {row.number} di basis data tidak dapat dibaca ({error}). Jalankan 'alur verify --all'."
        raise HistoryDamaged(text) from error


def _last(connection: Connection) -> Any:
    return connection.execute(select(SealRow).order_by(SealRow.number.desc()).limit(1)).first()


def _number(row: Any) -> int:
    return row.number if row is not None else 0


def _heads(begin: int, end: int) -> Select[Any]:
    positions = (SealedHeadRow.position >= begin, SealedHeadRow.position < end)
    return select(SealedHeadRow).where(*positions).order_by(SealedHeadRow.position)


def _windows(connection: Connection, after: int = 0) -> Iterator[tuple[Any, Any]]:
    """Yield conditions that divide the cases behind id ``after`` into parts of a bearable size."""
    limits = select(func.min(ProcessInstanceRow.id), func.max(ProcessInstanceRow.id))
    first, last = connection.execute(limits.where(ProcessInstanceRow.id > after)).one()
    if first is not None:
        for begin in range(first, last + 1, WINDOW):
            yield ProcessInstanceRow.id >= begin, ProcessInstanceRow.id < begin + WINDOW


def _changed(connection: Connection, after: int) -> list[_Changed]:
    """Return the cases whose last event is not the one that was sealed last, by id, at most ``MOST_HEADS``."""
    changed: list[_Changed] = []
    for window in _windows(connection, after):
        query = _CHANGED.where(*window).order_by(ProcessInstanceRow.id).limit(MOST_HEADS - len(changed))
        rows: Iterable[Any] = connection.execute(query)
        for case_id, number, seq, chain in rows:
            if isinstance(number, str) and isinstance(seq, int) and isinstance(chain, bytes):
                changed.append(_Changed(case_id, (number, seq, chain)))
            else:
                log.error("case %s is not sealed: its last event is damaged; run 'alur verify'", number)
        if len(changed) >= MOST_HEADS:
            break
    return changed


# Not the bare column: SQLite would begin at the events, all of them, instead of at the cases.
_CASE = ProcessInstanceRow.id + 0
# Each by index: the last event of a case, and its head that was sealed last.
_later = aliased(HistoryEventRow)
_sealed_later = aliased(SealedHeadRow)
_LAST_SEQ = (
    select(func.max(_later.seq)).where(_later.instance_id == ProcessInstanceRow.id).correlate(ProcessInstanceRow)
).scalar_subquery()
_LAST_POSITION = (
    select(func.max(_sealed_later.position))
    .where(_sealed_later.instance_id == ProcessInstanceRow.id)
    .correlate(ProcessInstanceRow)
).scalar_subquery()
_CHANGED = (
    select(
        ProcessInstanceRow.id,
        ProcessInstanceRow.number,
        type_coerce(HistoryEventRow.seq, NullType()),
        type_coerce(HistoryEventRow.chain, NullType()),
    )
    .join(
        HistoryEventRow,
        and_(HistoryEventRow.instance_id == _CASE, HistoryEventRow.seq == _LAST_SEQ),
    )
    .outerjoin(SealedHeadRow, SealedHeadRow.position == _LAST_POSITION)
    .where(
        or_(
            SealedHeadRow.position.is_(None),
            SealedHeadRow.seq != HistoryEventRow.seq,
            SealedHeadRow.chain != HistoryEventRow.chain,
        )
    )
)
_OLDEST_UNSEALED = (
    select(func.min(HistoryEventRow.recorded_at))
    .select_from(ProcessInstanceRow)
    .outerjoin(SealedHeadRow, SealedHeadRow.position == _LAST_POSITION)
    .join(
        HistoryEventRow,
        and_(
            HistoryEventRow.instance_id == _CASE,
            HistoryEventRow.seq == func.coalesce(SealedHeadRow.seq, 0) + 1,
        ),
    )
)
