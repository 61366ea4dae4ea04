"""The table of the diagram drafts. Working copies, no truth: what is deployed or dropped is gone from here."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from ..tables import Base


class DiagramDraftRow(Base):
    """One owner's working copy of one SOP. ``forms`` is JSON, form id to text.

    ``changed_in`` is JSON: each part (the diagram, each form) to the revision in which it changed last. By it two
    tabs that work on different parts do not stand in each other's way.
    """

    __tablename__ = "diagram_draft"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    owner: Mapped[str] = mapped_column(String(60), primary_key=True)
    revision: Mapped[int]
    base_version: Mapped[int | None]
    xml: Mapped[bytes]
    forms: Mapped[str]
    changed_in: Mapped[str]
    origin: Mapped[bytes | None]
    repairs: Mapped[str]
    saved_at: Mapped[datetime]
