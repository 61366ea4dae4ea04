"""The table of decisions on versions. It is only ever added to (triggers)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ..tables import Base


class VersionDecisionRow(Base):
    """One decision on one version. ``number`` counts all decisions of the office, without a gap."""

    __tablename__ = "version_decision"
    __table_args__ = (Index("version_decision_by_key", "key", "number"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(200))
    version: Mapped[int]
    verdict: Mapped[str] = mapped_column(String(10))
    effective_from: Mapped[datetime | None]
    decided_at: Mapped[datetime]
    decided_by: Mapped[str]
    note: Mapped[str]
