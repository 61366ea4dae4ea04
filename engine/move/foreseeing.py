"""What a move records, and how the case then looks to everybody: reckoned once, for the preview and for the move.

The preview applies the very events that the move appends, so that it cannot promise anything else. Nothing here
reads a clock or a database, and nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from .. import history as h
from ..bases import Basis
from ..model import DueDateChange, MovePolicy
from ..paths import task_of
from ..projection import CaseState, ItemState, Recorded, rename
from ..runtime import RULES
from .dating import Dated, Due, Standing, due_dates
from .trying import Tried

POLICIES: Mapping[MovePolicy, str] = {
    "keep": "batas waktu lama tetap",
    "recompute": "batas waktu dihitung ulang sejak langkahnya dibuka",
    "restart": "batas waktu dimulai lagi saat dipindahkan",
}
AS_BEFORE = "batas waktu seperti sebelum pemindahan yang dibatalkan"


@dataclass(frozen=True)
class Order:
    """What somebody asked for: the policy, why, and in which order of many."""

    policy: MovePolicy
    reason: str = ""
    move: int | None = None


@dataclass(frozen=True)
class Shown:
    """What an open step shows of its time."""

    due_at: datetime | None = None
    due_duration: str | None = None
    remind_at: datetime | None = None

    @classmethod
    def by(cls, item: ItemState) -> Shown:
        """Return what a step shows."""
        return cls(item.due_at, item.due_duration, item.remind_at)


@dataclass(frozen=True)
class Previous:
    """Due dates to go back to: of timers, and those that steps showed."""

    timers: Mapping[str, Dated]
    items: Mapping[str, Shown]

    @classmethod
    def of(cls, state: CaseState, found: Mapping[str, Basis], due: Due) -> Previous:
        """Return what stood before a move, under the calendar of now."""
        timers = {}
        for key, timer in state.timers.items():
            basis = found.get(key)
            if basis is not None:
                timers[key] = Dated(due(basis.duration, basis.since), basis)
            elif timer.due_at is not None:
                timers[key] = Dated(timer.due_at)
        return cls(timers, {item.key: Shown.by(item) for item in _open(state)})


@dataclass(frozen=True)
class Foreseen:
    """What the move records (``event``, the facts of ``tried``, ``notes``), and the case after it."""

    tried: Tried
    event: h.InstanceMigrated
    notes: tuple[h.DueDateSet, ...]
    changes: tuple[DueDateChange, ...]


@dataclass(frozen=True)
class Reckoner:
    """The time at which a move is reckoned, and the calendar."""

    now: datetime
    due: Due
    calendar: str

    def foresee(
        self, tried: Tried, state: CaseState, standing: Standing, order: Order, previous: Previous | None = None
    ) -> Foreseen:
        """Return what moving the case does. ``previous``: due dates go back to these where they can."""
        armed = tried.carried.run.armed_timers
        dates = due_dates(standing, armed, order.policy, self.now, self.due)
        if previous is not None:
            dates |= {key: dated for key, dated in previous.timers.items() if key in armed}
        event, note = _event(tried, state, order), self._note(tried, standing, dates, order, previous)
        after = _after(state, [event, *tried.carried.facts, *note], self.now)
        held = tuple(self._held(tried, state, after, order, previous))
        if held:
            after = _after(after, held, self.now)
        return Foreseen(tried, event, _merged((*note, *held)), tuple(_changes(tried, state, after)))

    def _note(
        self,
        tried: Tried,
        standing: Standing,
        dates: Mapping[str, Dated],
        order: Order,
        previous: Previous | None,
    ) -> list[h.DueDateSet]:
        newly = {fact.key for fact in tried.carried.facts if isinstance(fact, h.TimerScheduled)}
        told = {
            key: dated
            for key, dated in dates.items()
            if key in newly or key not in standing.timers or standing.timers[key].due_at != dated.due_at
        }
        if not told:
            return []
        due = {key: h.instant(dated.due_at) for key, dated in told.items()}
        basis = {key: dated.basis.told() for key, dated in told.items() if dated.basis is not None}
        return [h.DueDateSet(due, self.calendar, _why(order, previous), basis=basis)]

    def _held(
        self, tried: Tried, before: CaseState, after: CaseState, order: Order, previous: Previous | None
    ) -> Iterator[h.DueDateSet]:
        """Yield what lets steps go on showing the due date that they had, where their timers would say otherwise."""
        names = dict(tried.renamed)
        wanted = {rename(item.key, names): Shown.by(item) for item in _open(before)}
        if previous is not None:
            wanted |= {key: shown for key, shown in previous.items.items() if key in wanted}
        elif order.policy != "keep":
            return
        # A step that loses the deadline that it waits for has none; one that missed its deadline goes on being late.
        lost = frozenset() if previous is not None else frozenset(_live(before, names))
        kept = {}
        for item in _open(after):
            shown, told = wanted.get(item.key, Shown()), dict[str, str]()
            due_at, remind_at = shown.due_at, shown.remind_at
            if due_at and item.due_at != due_at and not (item.due_at is None and (item.key, due_at) in lost):
                told |= {"due_at": h.instant(due_at), "due_duration": shown.due_duration or ""}
            if remind_at and item.remind_at is None and (item.key, remind_at) not in lost:
                told["remind_at"] = h.instant(remind_at)
            if told:
                kept[item.key] = told
        if kept:
            yield h.DueDateSet({}, self.calendar, _why(order, previous), kept=kept)


def _why(order: Order, previous: Previous | None) -> str:
    return POLICIES[order.policy] if previous is None else AS_BEFORE


def _event(tried: Tried, state: CaseState, order: Order) -> h.InstanceMigrated:
    return h.InstanceMigrated(
        definition=tried.process.key,
        from_version=state.version,
        to_version=tried.process.version,
        digest=tried.process.digest,
        rules=RULES,
        policy=order.policy,
        reason=order.reason,
        renamed={old: new for old, new in tried.renamed.items() if old != new},
        dropped=tried.carried.dropped,
        passed=tried.carried.passed,
        variables=tried.variables,
        restored=tried.restored,
        rearmed=tried.rearmed,
        move=order.move,
    )


def _merged(notes: tuple[h.DueDateSet, ...]) -> tuple[h.DueDateSet, ...]:
    """Return one note for both: what timers are due, and what steps go on showing."""
    if len(notes) < 2:
        return notes
    first, second = notes
    return (replace(first, kept=second.kept),)


def _after(state: CaseState, events: Iterable[h.Event], at: datetime) -> CaseState:
    """Return the case after these events, without touching it."""
    copy = replace(state, items=dict(state.items), timers=dict(state.timers))
    for seq, event in enumerate(events, start=2**40):
        copy.apply(Recorded(seq, event, at, ""))
    return copy


def _open(state: CaseState) -> list[ItemState]:
    return [item for item in state.items.values() if item.state == "open"]


def _live(state: CaseState, names: dict[str, str]) -> Iterator[tuple[str, datetime | None]]:
    """Yield each open step, by its key to come, with the instants at which its timers are still to fire."""
    for timer in state.timers.values():
        yield from ((rename(item.key, names), timer.due_at) for item in state.watched_by(timer))


def _changes(tried: Tried, before: CaseState, after: CaseState) -> Iterator[DueDateChange]:
    old = {item.opened_seq: item.due_at for item in _open(before)}
    for item in _open(after):
        task = task_of(tried.process, item.key)
        yield DueDateChange(item.key, task.name if task else item.key, old.get(item.opened_seq), item.due_at)
