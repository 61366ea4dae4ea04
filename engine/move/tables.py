"""The tables of moves of many cases: what was ordered, and what became of each case.

What really happened stands in the cases' histories; these rows say how far an order is, and tell its outcome.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from ..tables import Base, BigId

WAITING = "outcome = 'waiting'"
"""The condition of a partial index: a query must use these very words, or the index is not seen to fit."""


class MassMoveRow(Base):
    """One order. ``renamed`` (null: as proposed) and ``passed`` are JSON; ``undoes`` is the order it takes back."""

    __tablename__ = "mass_move"

    number: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(200))
    to_version: Mapped[int | None]
    policy: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str]
    renamed: Mapped[str | None]
    passed: Mapped[str]
    actor: Mapped[str]
    begun_at: Mapped[datetime]
    as_of: Mapped[datetime]
    undoes: Mapped[int | None] = mapped_column(BigId)
    total: Mapped[int]
    finished_at: Mapped[datetime | None]


class MovedCaseRow(Base):
    """One case of an order. ``event`` is the move in its history, ``undoes_event`` the one that is taken back."""

    __tablename__ = "moved_case"
    __table_args__ = (
        Index("moved_case_waiting", "move", "instance_id", sqlite_where=text(WAITING), postgresql_where=text(WAITING)),
        {"sqlite_with_rowid": False},
    )

    move: Mapped[int] = mapped_column(BigId, ForeignKey("mass_move.number"), primary_key=True)
    instance_id: Mapped[int] = mapped_column(BigId, ForeignKey("process_instance.id"), primary_key=True)
    from_version: Mapped[int]
    to_version: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(12))
    told: Mapped[str | None]
    at: Mapped[datetime | None]
    event: Mapped[int | None]
    undoes_event: Mapped[int | None]
