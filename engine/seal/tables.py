"""The tables of the seals: what was signed, and the head of each case that went into it. Only ever added to.

No foreign key holds a sealed head to its case: a case that somebody deletes must leave it behind.
"""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from ..tables import Base, BigId, CaseNumber


class SealRow(Base):
    """One signed root over the log of sealed heads as it was then (triggers: never changed, never deleted).

    ``statement`` is the very text that ``signature`` covers. ``size`` (which stands in it too) finds the seal
    of a position; ``peaks`` are the log's complete subtrees, from which the next seal goes on.
    """

    __tablename__ = "seal"
    __table_args__ = (Index("seal_by_size", "size", unique=True),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(BigId)
    statement: Mapped[str]
    signature: Mapped[bytes]
    peaks: Mapped[bytes]


class SealedHeadRow(Base):
    """The last event that a case had when a seal was made: one leaf of the log (triggers as above)."""

    __tablename__ = "sealed_head"
    __table_args__ = (Index("sealed_head_by_instance", "instance_id", "position"),)

    position: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    instance_id: Mapped[int] = mapped_column(BigId)
    number: Mapped[str] = mapped_column(CaseNumber)
    seq: Mapped[int]
    chain: Mapped[bytes]
