"""Holding histories against the seals: what was sealed of a case must still stand in its history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, select

from ..model import Finding, HistoryEvent
from ..seal.tables import SealedHeadRow, SealRow


def sealed_findings(
    connection: Connection, case_id: int, case: str, events: Sequence[HistoryEvent]
) -> Iterator[Finding]:
    """Yield each sealed head of the case that its history no longer holds."""
    chains = {event.seq: event.chain for event in events}
    query = select(SealedHeadRow).where(SealedHeadRow.instance_id == case_id).order_by(SealedHeadRow.position)
    for head in connection.execute(query).all():
        told = _told(head, case, chains)
        if told is not None:
            number = seal_of(connection, head.position)
            which = f"Segel {number}" if number else "Sebuah segel"
            yield Finding("seal", head.seq if isinstance(head.seq, int) else None, f"{which} {told}")


def seal_of(connection: Connection, position: int) -> int | None:
    """Return the number of the seal that a leaf came with."""
    query = select(SealRow.number).where(SealRow.size > position).order_by(SealRow.size).limit(1)
    return connection.execute(query).scalar()


def _told(head: Any, case: str, chains: dict[int, bytes]) -> str | None:
    if head.number != case:
        return f"memuat perkara ini dengan nomor {head.number!r}: nomornya kemudian diubah."
    if head.seq not in chains:
        return f"memuat peristiwa {head.seq}, yang tidak ada lagi: ekor riwayatnya dihapus."
    if head.chain != chains[head.seq]:
        return f"memuat peristiwa {head.seq} dengan rantai lain: riwayat sampai di sana ditulis ulang sesudah disegel."
    return None
