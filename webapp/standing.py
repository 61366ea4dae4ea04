"""How one step of a case stands, in words: its deadline and why, who holds it, how long it waited.

Every page that shows a step takes it from here, so that list, task page and case page agree.
Nothing here decides anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Literal

from engine import Actor, Engine, WorkingCalendar, WorkItem

from .words import Remaining, office_time, remaining, since

Mark = Literal["current", "soon", "late", "done", "withdrawn"]


@dataclass(frozen=True)
class Office:
    """What wording needs to know: the calendar, the moment, and who the login names are."""

    calendar: WorkingCalendar
    now: datetime
    find_person: Callable[[str], Actor | None]

    @classmethod
    def now_of(cls, engine: Engine) -> Office:
        """Return the office as it is at this moment; it asks for each person once, and only for those on the page."""
        return cls(engine.calendar(), engine.now(), cache(engine.person))

    def person(self, name: str | None) -> str | None:
        """Return the full name of who has that login name; the login name itself of who is gone."""
        found = self.find_person(name) if name else None
        return (found.full_name or name) if found else name


@dataclass(frozen=True)
class Standing:
    """One step as it stands.

    ``waited``: until somebody took it, None if it never had to; ``worked``: since then, None if nobody took it.
    ``undecreed``: the year of its deadline, where no decree has set that year's holidays yet.
    """

    item: WorkItem
    due: Remaining
    mark: Mark
    waited: str | None
    worked: str | None
    holder: str | None
    closed_by: str | None
    undecreed: int | None = None

    @property
    def reason(self) -> str | None:
        """Return where the deadline comes from: ``1 hari kerja sejak Sel 24 Nov 09.00 WIB``."""
        duration = self.item.due_duration
        return f"{since(duration, self.item.opened_at)} WIB" if duration else None

    @property
    def elements(self) -> str:
        """Return the ids of the step's element and of what contains it, the innermost first."""
        return " ".join(part.rsplit(":", 1)[0] for part in reversed(self.item.key.split("/")))

    @property
    def anchor(self) -> str:
        """Return an id for the step within a page, so that a live list keeps its place and its focus."""
        return "langkah-" + re.sub(r"\W", "-", self.item.path)


def standing(item: WorkItem, office: Office) -> Standing:
    """Return how ``item`` stands at the office's moment, or stood when it was closed."""
    due = _due(item, office)
    return Standing(
        item=item,
        due=due,
        mark=_mark(item, due),
        waited=_waited(item, office),
        worked=_worked(item, office),
        holder=office.person(item.assignee),
        closed_by=office.person(item.closed_by),
        undecreed=_undecreed(item, office),
    )


def _due(item: WorkItem, office: Office) -> Remaining:
    if item.state == "open":
        return remaining(office.calendar, office.now, item.due_at, item.remind_at)
    if item.due_at is None or item.closed_at is None:
        return Remaining("tanpa batas waktu", "none")
    if item.closed_at > item.due_at:
        return remaining(office.calendar, item.closed_at, item.due_at)
    return Remaining("tepat waktu", "ok")


def _undecreed(item: WorkItem, office: Office) -> int | None:
    if item.state != "open" or item.due_at is None or office.calendar.is_known(item.due_at):
        return None
    return item.due_at.astimezone(office.calendar.zone).year


def _waited(item: WorkItem, office: Office) -> str | None:
    if item.closed_at == item.opened_at:
        return None
    taken_at = item.claimed_at or item.closed_at or office.now
    return office_time(office.calendar, office.calendar.between(item.opened_at, taken_at), item.opened_at)


def _worked(item: WorkItem, office: Office) -> str | None:
    if item.claimed_at is None:
        return None
    worked = office.calendar.between(item.claimed_at, item.closed_at or office.now)
    return office_time(office.calendar, worked, item.claimed_at)


def _mark(item: WorkItem, due: Remaining) -> Mark:
    if item.state == "completed":
        return "done"
    if item.state == "withdrawn":
        return "withdrawn"
    if due.tone == "late":
        return "late"
    return "soon" if due.tone == "soon" else "current"
