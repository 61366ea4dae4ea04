"""What a move would do, and what one did, for one case or thousands: frozen values that callers see.

The number of a *rahasia* case is None for somebody who may not see it: such a case is counted and moved all
the same. Values of answers stand nowhere here, only the names of fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from ..errors import InvalidRequest
from ..model import DueDateChange, MovePolicy, is_storable

MoveOutcome = Literal["waiting", "moved", "does_not_fit", "ended", "changed", "failed"]
"""``changed``: it went on after the preview, and what was agreed to holds no more; ``failed``: our own fault."""

MOST_NUMBERS = 20_000


@dataclass(frozen=True)
class StepMapping:
    """Which element of one version is which of another. ``proposed``: by name and lane, nobody said so yet."""

    old: str
    new: str
    old_name: str
    new_name: str


@dataclass(frozen=True)
class EffectGroup:
    """Open cases for which a version would do the same. ``id`` is stable: groups of several parts merge by it.

    If they fit: ``renamed`` (elements that these cases met or stand at), ``dropped``, ``passed`` (keys of steps and
    timers), ``missing`` (step key → fields that only the new conditions read). If not: ``why_not``, ``event`` (its
    number in the history of the first such case) and ``open_steps``, what the new version has open there.
    ``broken``: its history cannot be followed. ``late``: by policy, how many cases would *become* late (a step past
    its new due date that is not past the old one).
    """

    id: str
    from_version: int
    fits: bool
    count: int
    cases: tuple[str, ...]
    hidden: int
    renamed: Mapping[str, str] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    standing: tuple[str, ...] = ()
    why_not: str | None = None
    event: int | None = None
    open_steps: tuple[str, ...] = ()
    broken: bool = False
    late: Mapping[MovePolicy, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Effect:
    """What a version does to the open cases looked at so far. ``after`` asks for the next part; None: these were all.

    ``examined`` cases stand in ``groups``; ``already`` run on the target version (never for a draft); ``total`` is
    how many open cases the SOP has now. Two parts are joined with ``+``.
    """

    key: str
    target: int | Literal["draft"]
    groups: tuple[EffectGroup, ...]
    examined: int
    total: int
    after: int | None

    @property
    def finished(self) -> bool:
        """Return whether every open case was looked at."""
        return self.after is None

    @property
    def fitting(self) -> int:
        """Return how many of the cases looked at fit."""
        return sum(group.count for group in self.groups if group.fits)

    def __add__(self, other: Effect) -> Effect:
        """Return both parts as one; ``other`` is the later one."""
        groups = {group.id: group for group in self.groups}
        for group in other.groups:
            groups[group.id] = _joined(groups[group.id], group) if group.id in groups else group
        return Effect(
            self.key, self.target, tuple(groups.values()), self.examined + other.examined, other.total, other.after
        )


def _joined(first: EffectGroup, second: EffectGroup) -> EffectGroup:
    late = {policy: first.late.get(policy, 0) + second.late.get(policy, 0) for policy in (*first.late, *second.late)}
    return EffectGroup(
        **{
            **vars(first),
            "count": first.count + second.count,
            "cases": first.cases + second.cases,
            "hidden": first.hidden + second.hidden,
            "late": late,
        }
    )


@dataclass(frozen=True)
class MoveSelection:
    """Which open cases of an SOP: all that meet what is given here. Cases that run on the target are never among them.

    ``numbers`` None: any. ``step``: the id of an element at which a step is open (its last part, without counts).
    ``without``: numbers that were ticked off. ``as_of``: cases begun later are left out.
    """

    numbers: tuple[str, ...] | None = None
    versions: tuple[int, ...] = ()
    step: str | None = None
    without: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raise ``InvalidRequest`` where no database could be asked for it."""
        texts = (*(self.numbers or ()), *self.without, self.step or "")
        if len(texts) > MOST_NUMBERS:
            raise InvalidRequest(
                f"Paling banyak {MOST_NUMBERS} nomor perkara sekaligus; pilih menurut versi atau langkah."
            )
        if not all(len(text) <= 400 and is_storable(text) for text in texts):
            raise InvalidRequest("Pilihan perkara memuat huruf yang tidak dapat dicari (NUL atau surrogate).")
        if not all(0 < version < 2**31 for version in self.versions):
            raise InvalidRequest("Versi SOP adalah angka 1 atau lebih.")


@dataclass(frozen=True)
class MoveRow:
    """What a move would do to one case. ``position`` is opaque (pass the last one on as ``after``).

    ``changes``: each open step with its due date before and after. ``late``: some step is past its due date
    afterwards; ``newly_late``: one that is not past it now.
    """

    position: int
    case: str | None
    from_version: int
    fits: bool
    why_not: str | None
    changes: tuple[DueDateChange, ...]
    dropped: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()
    late: bool = False
    newly_late: bool = False


@dataclass(frozen=True)
class MovePreview:
    """One part of the preview of a move of many cases, the oldest case first.

    ``renamed`` is the mapping that was used, by version that cases run on now: hand it back to ``begin_moves`` (or
    an edited one). ``passed``: the steps that would count as passed in these rows. ``as_of``: hand the first part's
    back to ``begin_moves``, so that cases which changed after it are told apart. ``total``: cases selected.
    """

    key: str
    to_version: int
    policy: MovePolicy
    rows: tuple[MoveRow, ...]
    after: int | None
    total: int
    as_of: datetime
    renamed: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    passed: tuple[str, ...] = ()


@dataclass(frozen=True)
class MassMove:
    """A move of many cases as it was ordered, and how far it is. ``to_version`` None: an undo, each case back.

    ``counts``: cases by outcome; ``waiting`` are those not tried yet. ``undoes`` and ``undone_by`` are numbers of
    other such moves.
    """

    number: int
    key: str
    to_version: int | None
    policy: MovePolicy
    reason: str
    renamed: Mapping[str, str] | None
    passed: tuple[str, ...]
    by: str
    begun_at: datetime
    finished_at: datetime | None
    total: int
    counts: Mapping[MoveOutcome, int]
    undoes: int | None = None
    undone_by: int | None = None

    @property
    def waiting(self) -> int:
        """Return how many cases were not tried yet."""
        return self.counts.get("waiting", 0)


@dataclass(frozen=True)
class MovedCase:
    """What became of one case of such a move. ``told`` says why, where it did not move."""

    position: int
    case: str | None
    from_version: int
    to_version: int
    outcome: MoveOutcome
    told: str | None
    at: datetime | None
