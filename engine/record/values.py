"""What the record of a case holds: frozen values, made for one reader, of which exports and dossiers are made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal

from ..errors import HistoryDamaged
from ..event_shapes import checked
from ..model import AnsweredField, Attachment, HistoryEvent, ProcessInstance, Remark, WorkItem
from ..projection import Recorded
from ..replay import recorded
from ..stepping import Moment, moments

WithheldReason = Literal["personal", "erased", "confidential"]


@dataclass(frozen=True)
class VersionRecord:
    """A deployed version as it is stored. ``forms`` and ``calls`` are the stored JSON objects."""

    key: str
    version: int
    digest: str
    name: str
    deployed_at: datetime
    deployed_by: str
    note: str
    xml: bytes
    forms: str
    calls: str


@dataclass(frozen=True)
class AnsweredStep:
    """What the completion at event ``seq`` answered, as the record's reader may see it."""

    seq: int
    item: WorkItem
    fields: tuple[AnsweredField, ...]


@dataclass(frozen=True)
class StoredBody:
    """A row of answers, whole: event ``seq`` carries ``SHA-256(salt ‖ body)``. ``kind``: plain, personal or remark."""

    seq: int
    kind: str
    salt: bytes
    body: str


@dataclass(frozen=True)
class Withheld:
    """A row of answers that is not handed out, and why; ``confidential``: the case's answers are closed to the reader.

    The files that its answers name are not handed out either, unless the reader may see their own field.
    """

    seq: int
    kind: str
    reason: WithheldReason


@dataclass(frozen=True)
class RecordedFile:
    """A file of the completion at event ``seq``, without its content."""

    seq: int
    personal: bool
    file: Attachment


@dataclass(frozen=True)
class CaseRecord:
    """A case for one reader, as of one moment.

    ``versions``: every one that it ran on, in that order, each followed by those that it calls.
    ``opened``: the event that opened each of ``steps``, in the same order.
    ``revealed_for`` is the reason of the reveal that the record came with, None if there was none.
    """

    case: ProcessInstance
    seen_by: str
    taken_at: datetime
    versions: tuple[VersionRecord, ...]
    events: tuple[HistoryEvent, ...]
    steps: tuple[WorkItem, ...]
    answers: tuple[AnsweredStep, ...]
    remarks: tuple[Remark, ...]
    bodies: tuple[StoredBody, ...]
    withheld: tuple[Withheld, ...]
    files: tuple[RecordedFile, ...]
    opened: tuple[int, ...] = ()
    revealed_for: str | None = None

    @property
    def history(self) -> tuple[Recorded, ...]:
        """Return the events as they are read; nothing if one of them cannot be."""
        return self._read[0]

    @property
    def damage(self) -> str | None:
        """Return why the history cannot be followed, None if it can."""
        return self._read[2]

    @property
    def moments(self) -> tuple[Moment, ...]:
        """Return what happened to the steps, each named by the event that opened it; nothing if there is damage."""
        return self._read[1]

    @cached_property
    def _read(self) -> tuple[tuple[Recorded, ...], tuple[Moment, ...], str | None]:
        # An altered payload may hold anything, and a record of it must still be taken.
        try:
            history = tuple(checked(recorded(event)) for event in self.events)
            return history, moments(history), None
        except HistoryDamaged as error:
            return (), (), str(error)
        except (KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
            return (), (), f"Riwayat tidak dapat dibaca ({type(error).__name__}: {error})."
