"""What an auditor searches cases by, and what is found: frozen values. Nothing here is looked up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, get_args

from ..errors import InvalidRequest
from ..model import InstanceState, ProcessInstance, WorkItem, is_storable

LONGEST = 400
"""Letters of one criterion: as much as the longest key."""
DAYS = ("begun_from", "begun_to")


@dataclass(frozen=True)
class CaseSearch:
    """Criteria that a case must all meet; what is left out does not count.

    ``lane``, ``person``, ``step`` and ``overrun`` are about one and the same step of the case: a step of that
    lane, that this person holds or closed (who starts a case closes its first step), that is late. ``step`` is
    a task's id, behind the ids of the sub-processes and calls that it stands in (``panggil_1/langkah_2``), and
    needs ``key``, as does ``version``, the one that the case runs on now. The days are days of the office,
    both of them included.
    """

    number: str = ""
    state: InstanceState | None = None
    key: str | None = None
    version: int | None = None
    lane: str | None = None
    person: str | None = None
    step: str | None = None
    begun_from: date | None = None
    begun_to: date | None = None
    overrun: bool = False

    def __post_init__(self) -> None:
        """Raise ``InvalidRequest`` where the criteria make no sense."""
        if self.state is not None and self.state not in get_args(InstanceState):
            raise InvalidRequest(f"Keadaan {self.state!r} tidak dikenal; pilih {', '.join(get_args(InstanceState))}.")
        if self.key is None and (self.version is not None or self.step is not None):
            raise InvalidRequest("Versi dan langkah hanya berarti bersama SOP-nya; pilih SOP-nya juga.")
        if self.version is not None and not 0 < self.version < 2**31:
            raise InvalidRequest(f"Versi SOP adalah angka 1 atau lebih; yang diminta {self.version}.")
        if self.begun_from and self.begun_to and self.begun_from > self.begun_to:
            raise InvalidRequest(
                f"Tanggal awal {self.begun_from.isoformat()} sesudah tanggal akhir {self.begun_to.isoformat()}; "
                "tukar keduanya."
            )
        for text in (self.number, self.key, self.lane, self.person, self.step):
            if text and (len(text) > LONGEST or not is_storable(text)):
                raise InvalidRequest(f"Isian pencarian paling panjang {LONGEST} huruf, tanpa karakter kendali.")

    def stated(self) -> dict[str, Any]:
        """Return the criteria that count, as JSON knows them."""
        values = {name: value for name, value in vars(self).items() if value not in (None, "", False)}
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}

    @classmethod
    def of(cls, stated: Mapping[str, Any]) -> CaseSearch:
        """Return the search that ``stated`` gave; names that are no criteria (any more) are left out."""
        known = {each.name for each in fields(cls)}
        values: dict[str, Any] = {name: value for name, value in stated.items() if name in known}
        for name in DAYS:
            if name in values:
                values[name] = date.fromisoformat(values[name])
        return cls(**values)


@dataclass(frozen=True)
class FoundCase:
    """One case that was found, with its open steps and those that are or were late."""

    case: ProcessInstance
    open_steps: tuple[WorkItem, ...]
    late_steps: tuple[WorkItem, ...]


@dataclass(frozen=True)
class SearchPage:
    """One page of what was found, the newest case first. Pass ``next_cursor`` on to get the following page."""

    found: tuple[FoundCase, ...]
    next_cursor: str | None = None


@dataclass(frozen=True)
class SavedSearch:
    """A search that somebody kept under a name of their own."""

    name: str
    search: CaseSearch
    saved_at: datetime


@dataclass(frozen=True)
class SearchStep:
    """A step that may be searched for: its ``path`` as ``CaseSearch`` names it, and what the diagram says of it."""

    path: str
    name: str
    lane: str
    step: str | None = None
