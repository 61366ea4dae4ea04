"""Carrying a case to another version of its diagram: its inputs, replayed there by four rules.

*Renamed* elements, *dropped* inputs, *passed* steps, *missing* values; and the case must end where it
stood. Nothing here reads a history or a clock: the inputs are given, the consequences come out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from .. import history as h
from ..diagram import ExecutableProcess
from ..errors import DoesNotFit
from ..model import Scalar
from ..paths import holder_of
from ..projection import rename
from ..runtime import RULES, Run

Variables = Mapping[str, Mapping[str, Scalar]]
"""By the key of a completion: values that it did not carry and that a new condition names."""

MOST_PASSED = 100


@dataclass(frozen=True)
class Input:
    """One thing that was done to a case, in the terms of the version that it is on now.

    ``seq`` is the event that recorded it; a step that a move let pass has none.
    """

    event: h.WorkItemCompleted | h.TimerFired
    seq: int | None


@dataclass(frozen=True)
class Carried:
    """A case replayed on another version: where it stands, by which rules, and what differs."""

    run: Run
    inputs: tuple[Input, ...]
    dropped: tuple[str, ...]
    passed: tuple[str, ...]
    facts: tuple[h.Event, ...]


def carry(
    inputs: Sequence[Input],
    old: Run,
    process: ExecutableProcess,
    *,
    renamed: Mapping[str, str],
    passed: Collection[str] | None,
    variables: Variables,
    rules: int = RULES,
) -> Carried:
    """Replay ``inputs`` on ``process`` by the four rules of moving, from ``old``, the case as it stands.

    ``passed`` names the steps that may count as passed, None means any. Raises ``DoesNotFit``, with the
    event and the open steps, if the case does not end where it stood.
    """
    names = dict(renamed)
    run, _ = Run.start(process, rules)
    move = _Carrying(run, process, names, passed, Counter(rename(each.event.key, names) for each in inputs))
    for each in inputs:
        move.take(each, variables.get(each.event.key, {}))
    move.end_at([rename(key, names) for key in old.open_items])
    facts = difference(old, run, names)
    return Carried(run, tuple(move.done), tuple(move.dropped), tuple(move.skipped), facts)


@dataclass
class _Carrying:
    """A case on its way through the other version. ``ahead`` counts the inputs that are still to come, by key."""

    run: Run
    process: ExecutableProcess
    names: dict[str, str]
    passed: Collection[str] | None
    ahead: Counter[str]
    done: list[Input] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def take(self, each: Input, values: Mapping[str, Scalar]) -> None:
        """Apply one input here, or drop it if its element is gone. Raises ``DoesNotFit``."""
        key = rename(each.event.key, self.names)
        if holder_of(self.process, key) is None:
            self.dropped.append(each.event.key)
            return
        self._let_pass(
            lambda: key in self.run.open_items or key in self.run.armed_timers,
            lambda open_key: self.ahead[open_key] > 0,
            f"Peristiwa {each.seq or '-'} ({each.event.type} {each.event.key}) tidak dapat terjadi.",
        )
        event = _with_values(each.event, key, values)
        self.run.apply(event)
        self.ahead[key] -= 1
        self.done.append(Input(event, each.seq))

    def end_at(self, goal: Sequence[str]) -> None:
        """Go on until exactly the steps in ``goal`` are open. Raises ``DoesNotFit``."""
        stood = ", ".join(goal) or "tidak ada"
        self._let_pass(
            lambda: sorted(self.run.open_items) == sorted(goal),
            lambda open_key: open_key in goal,
            f"Perkara akan berhenti di tempat lain; sekarang yang terbuka: {stood}.",
        )

    def _let_pass(self, reached: Callable[[], bool], needed: Callable[[str], bool], what: str) -> None:
        while not reached():
            may_pass = [key for key in self.run.open_items if not needed(key) and self._agreed(key)]
            if not may_pass or len(self.skipped) >= MOST_PASSED:
                open_now = ", ".join(self.run.open_items) or "tidak ada langkah"
                raise DoesNotFit(f"{what} Pada versi {self.process.version} yang terbuka saat itu: {open_now}.")
            event = h.WorkItemCompleted(may_pass[0])
            self.run.apply(event)
            self.skipped.append(event.key)
            self.done.append(Input(event, None))

    def _agreed(self, key: str) -> bool:
        return self.passed is None or key in self.passed


def difference(old: Run, new: Run, renamed: dict[str, str]) -> tuple[h.Event, ...]:
    """Return what changes for the people and the clock: steps and timers that go, and those that come."""
    items = {rename(key, renamed): item for key, item in old.open_items.items()}
    timers = {rename(key, renamed): timer for key, timer in old.armed_timers.items()}
    same_timers = {
        key
        for key, timer in new.armed_timers.items()
        if key in timers and (timers[key].duration, timers[key].role) == (timer.duration, timer.role)
    }
    same_items = {
        key
        for key, item in new.open_items.items()
        if key in items and (items[key].lane, items[key].group) == (item.lane, item.group)
    }
    return (
        *(h.WorkItemWithdrawn(key, "pindah") for key in items if key not in new.open_items),
        *(h.TimerDropped(key) for key in timers if key not in same_timers),
        *(
            h.WorkItemOpened(key, item.lane, item.group)
            for key, item in new.open_items.items()
            if key not in same_items
        ),
        *(
            h.TimerScheduled(key, timer.duration, timer.role, timer.item)
            for key, timer in new.armed_timers.items()
            if key not in same_timers
        ),
    )


def _with_values(
    event: h.WorkItemCompleted | h.TimerFired, key: str, values: Mapping[str, Scalar]
) -> h.WorkItemCompleted | h.TimerFired:
    if isinstance(event, h.TimerFired):
        return replace(event, key=key)
    return replace(event, key=key, variables={**event.variables, **values})
