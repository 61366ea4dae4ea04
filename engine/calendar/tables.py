"""The tables of the calendar, beside its days: the hours, the record of every change, and the redating of deadlines.

``calendar_change`` is only ever added to (triggers); days and hours are what its rows add up to.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from ..tables import Base, BigId


class OfficeHoursRow(Base):
    """Hours from a date on: regular ones, or a season's with its last day. ``friday`` is null where it is no other."""

    __tablename__ = "office_hours"

    first: Mapped[date] = mapped_column(primary_key=True)
    seasonal: Mapped[bool] = mapped_column(primary_key=True)
    last: Mapped[date | None]
    name: Mapped[str]
    day: Mapped[str] = mapped_column(String(40))
    friday: Mapped[str | None] = mapped_column(String(40))


class CalendarChangeRow(Base):
    """One change of the calendar: who, when, on what ground, and what stood there before and after (JSON)."""

    __tablename__ = "calendar_change"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    recorded_at: Mapped[datetime]
    actor: Mapped[str]
    reason: Mapped[str]
    before: Mapped[str]
    after: Mapped[str]
    version: Mapped[str] = mapped_column(String(40))


class RedatingRow(Base):
    """How far the open deadlines follow a change: every case up to ``position`` was looked at.

    Only deadlines from ``from_day`` on can be another under the changed calendar.
    """

    __tablename__ = "redating"

    change: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    from_day: Mapped[date]
    position: Mapped[int] = mapped_column(BigId)
    redated: Mapped[int]
    failed: Mapped[int]
    finished_at: Mapped[datetime | None]
