"""The events of a case, to and from canonical JSON, and the chain that holds them together.

*Inputs* are what somebody (or a clock) did; *consequences* are what the diagram made of
them, and replay must get the very same ones; *notes* have no effect on the flow. Nothing
here reads a clock, a database or a diagram.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, ClassVar, Literal

from .model import Scalar

GENESIS = bytes(32)
Kind = Literal["input", "consequence", "note"]


@dataclass(frozen=True)
class Event:
    """One fact, past tense. Field values are JSON: text, numbers, true/false, null, lists, objects."""

    kind: ClassVar[Kind]

    @property
    def type(self) -> str:
        """Return the event's name, as it stands in the history."""
        return type(self).__name__

    def payload(self) -> str:
        """Return the canonical JSON of the event's fields; empty ones are left out."""
        return canonical({name: value for name, value in vars(self).items() if value not in (None, (), {}, "")})


# --- inputs ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class InstanceStarted(Event):
    """A case began on this version. ``rules`` says which mends of ours its consequences follow."""

    kind = "input"
    definition: str
    version: int
    digest: str
    rules: int


@dataclass(frozen=True)
class WorkItemCompleted(Event):
    """A person completed a step. ``variables``: the fields that some condition of the diagram names.

    ``plain`` and ``personal`` are the digests of the stored answers, ``switches`` the case's
    switches that this form sets (``anonim``, ``rahasia``).
    """

    kind = "input"
    key: str
    variables: Mapping[str, Scalar] = field(default_factory=dict)
    plain: str = ""
    personal: str = ""
    switches: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True)
class TimerFired(Event):
    """A timer's office time has passed; ``due_at`` says when, the record says when it was noticed."""

    kind = "input"
    key: str
    due_at: str


@dataclass(frozen=True)
class InstanceCancelled(Event):
    """A person ended the case before the diagram's end, with a reason."""

    kind = "input"
    reason: str


@dataclass(frozen=True)
class InstanceMigrated(Event):
    """The case moved to another version, by the four rules that somebody saw and agreed to.

    ``restored`` are inputs that an earlier move dropped and that count again, ``rearmed`` fired timers that count anew;
    ``move`` is the number of the order by which many cases moved at once.
    """

    kind = "input"
    definition: str
    from_version: int
    to_version: int
    digest: str
    rules: int
    policy: str
    reason: str
    renamed: Mapping[str, str] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()
    # By the key of the completion that answered them: values that only the new conditions read.
    variables: Mapping[str, Mapping[str, Scalar]] = field(default_factory=dict)
    restored: tuple[str, ...] = ()
    rearmed: tuple[str, ...] = ()
    move: int | None = None


# --- consequences ---------------------------------------------------------------------------


@dataclass(frozen=True)
class WorkItemOpened(Event):
    """A user task waits for somebody of ``lane``, or only of ``group`` within it."""

    kind = "consequence"
    key: str
    lane: str
    group: str | None = None


@dataclass(frozen=True)
class WorkItemWithdrawn(Event):
    """An open step ended without a completion; ``cause`` is the key or element that ended it."""

    kind = "consequence"
    key: str
    cause: str = ""


@dataclass(frozen=True)
class TimerScheduled(Event):
    """A timer was armed: a duration, never an instant. ``item`` is the step that it watches.

    A timer on a multi-instance task watches every step of it: ``item`` is then their key without its count.
    """

    kind = "consequence"
    key: str
    duration: str
    role: str
    item: str | None = None


@dataclass(frozen=True)
class TimerDropped(Event):
    """A timer was disarmed before it fired."""

    kind = "consequence"
    key: str


@dataclass(frozen=True)
class PathTaken(Event):
    """The sequence flows that tokens went along in this command, in order, by id.

    In a sub-process or a call the id stands behind the scope's key: ``panggil_1:1/alur_2``.
    """

    kind = "consequence"
    flows: tuple[str, ...]


@dataclass(frozen=True)
class EscalationRaised(Event):
    """An escalation end event was reached (here: a deadline passed)."""

    kind = "consequence"
    element: str


@dataclass(frozen=True)
class InstanceCompleted(Event):
    """The case reached the end of its diagram."""

    kind = "consequence"


# --- notes ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class WorkItemClaimed(Event):
    """Somebody took the step for themselves."""

    kind = "note"
    key: str


@dataclass(frozen=True)
class WorkItemReleased(Event):
    """The step went back to its lane."""

    kind = "note"
    key: str


@dataclass(frozen=True)
class WorkItemReassigned(Event):
    """Somebody with the right to do so gave the step to another person.

    ``since`` is when that person took it: given back what a move had taken away, they never stopped working on it.
    """

    kind = "note"
    key: str
    to: str
    reason: str
    since: str = ""


@dataclass(frozen=True)
class DueDateSet(Event):
    """The due instants of armed timers, by timer key, under this calendar version, and why.

    ``change`` is the number of the calendar's change that made them others; a move has none. ``basis`` says of what a
    move dated since when and for which duration it counts, where that is not the opening of the step or the move;
    ``kept``: by key of an open step, the due date and reminder that it goes on showing, whatever its timers say.
    """

    kind = "note"
    due: Mapping[str, str] = field(default_factory=dict)
    calendar: str = ""
    reason: str = ""
    change: int | None = None
    basis: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    kept: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class IncidentRaised(Event):
    """The diagram could not carry out ``refused`` (an input's type and payload)."""

    kind = "note"
    element: str
    reason: str
    name: str = ""
    refused: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class IncidentResolved(Event):
    """What the incident refused works again."""

    kind = "note"


@dataclass(frozen=True)
class Commented(Event):
    """Somebody noted something on the case; its text lies with the answers, under this digest."""

    kind = "note"
    text: str


@dataclass(frozen=True)
class PersonalDataErased(Event):
    """Personal answers were deleted (UU 27/2022): the events whose answers are gone, and the ground."""

    kind = "note"
    answers_of: tuple[int, ...]
    ground: str


@dataclass(frozen=True)
class IdentityRevealed(Event):
    """Somebody looked at personal answers that are otherwise hidden from them, with a reason."""

    kind = "note"
    answers_of: int
    fields: tuple[str, ...]
    reason: str


def _by_name() -> dict[str, type[Event]]:
    return {event.__name__: event for event in Event.__subclasses__()}


EVENTS: Mapping[str, type[Event]] = _by_name()


def canonical(value: Any) -> str:
    """Return the one JSON text for ``value``: sorted keys, no spaces, no escapes but JSON's own."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def instant(moment: datetime) -> str:
    """Return the one text for an instant: UTC, microseconds, ``Z``. Raises ``ValueError`` if naive."""
    if moment.tzinfo is None:
        raise ValueError("need a timezone-aware instant")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse_instant(text: str) -> datetime:
    """Return the instant that ``instant`` wrote."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def parse_event(type_: str, payload: str) -> Event:
    """Return the event that ``type_`` and ``payload`` describe; raise ``ValueError`` if they describe none."""
    event = EVENTS.get(type_)
    if event is None:
        raise ValueError(f"unknown event type {type_!r}")
    try:
        values = json.loads(payload)
    except RecursionError as error:
        raise ValueError(f"{type_} is nested too deeply") from error
    if not isinstance(values, dict):
        raise ValueError(f"{type_} is {values!r}, expected an object")
    known = {each.name for each in fields(event)}
    if not values.keys() <= known:
        raise ValueError(f"{type_} has fields {sorted(values)}, expected some of {sorted(known)}")
    try:
        return event(**{key: tuple(value) if isinstance(value, list) else value for key, value in values.items()})
    except TypeError as error:
        raise ValueError(f"{type_} lacks a field: {error}") from error


def chain(
    previous: bytes,
    case: str,
    seq: int,
    type_: str,
    recorded_at: datetime,
    actor: str,
    on_behalf_of: str | None,
    payload: str,
) -> bytes:
    """Return the 32 bytes that seal this event onto ``previous`` (``GENESIS`` for the first).

    ``SHA-256(previous ‖ canonical JSON of [case, seq, type, recorded_at, actor, on_behalf_of, payload])``,
    where the payload's stored text stands as it is.
    """
    head = canonical([case, seq, type_, instant(recorded_at), actor, on_behalf_of])
    return hashlib.sha256(previous + f"{head[:-1]},{payload}]".encode()).digest()
