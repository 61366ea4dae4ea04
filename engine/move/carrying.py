"""Carrying a case to another version of its diagram: its inputs, replayed there by four rules.

*Renamed* elements, *dropped* inputs, *passed* steps, *missing* values; and the case must end where it
stood. What an earlier move dropped counts again where its element is back (*restored*), and a deadline that is to
count anew is as if it had never fired (*rearmed*). Nothing here reads a history or a clock: the inputs are given,
the consequences come out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from .. import history as h
from ..diagram import ExecutableProcess
from ..errors import DoesNotFit
from ..model import Scalar
from ..paths import element_of, holder_of
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
    """A case replayed on another version: where it stands, by which rules, and what differs.

    ``lost`` are the inputs that do not count there, in the terms of the version that they counted on last.
    """

    run: Run
    inputs: tuple[Input, ...]
    dropped: tuple[str, ...]
    passed: tuple[str, ...]
    facts: tuple[h.Event, ...]
    lost: tuple[Input, ...]


def carry(
    inputs: Sequence[Input],
    old: Run,
    process: ExecutableProcess,
    *,
    renamed: Mapping[str, str],
    passed: Collection[str] | None,
    variables: Variables,
    rules: int = RULES,
    restored: Sequence[Input] = (),
    rearmed: Collection[str] = (),
) -> Carried:
    """Replay ``inputs`` on ``process`` by the four rules of moving, from ``old``, the case as it stands.

    ``passed`` names the steps that may count as passed, by key or by element, None means any. ``restored`` are inputs
    that an earlier move lost, ``rearmed`` the keys of fired timers that shall count anew. Raises ``DoesNotFit``, with
    the event and the open steps, if the case does not end where it stood.
    """
    names = dict(renamed)
    again = [each for each in inputs if isinstance(each.event, h.TimerFired) and each.event.key in rearmed]
    coming = _in_order([(rename(each.event.key, names), each) for each in inputs if each not in again], restored)
    run, _ = Run.start(process, rules)
    move = _Carrying(run, process, passed, Counter(key for key, _ in coming))
    for key, each in coming:
        move.take(key, each, variables.get(each.event.key, {}))
    move.end_at([rename(key, names) for key in old.open_items])
    facts = difference(old, run, names)
    dropped = tuple(each.event.key for each in move.dropped)
    return Carried(run, tuple(move.done), dropped, tuple(move.skipped), facts, (*again, *move.dropped))


def _in_order(coming: list[tuple[str, Input]], restored: Sequence[Input]) -> list[tuple[str, Input]]:
    """Return what is to be replayed, each restored input where the history has it, under the key that it had."""
    merged = list(coming)
    for back in sorted(restored, key=lambda each: each.seq or 0):
        place = next((n for n, (_, each) in enumerate(merged) if (each.seq or 0) > (back.seq or 0)), len(merged))
        merged.insert(place, (back.event.key, back))
    return merged


@dataclass
class _Carrying:
    """A case on its way through the other version. ``ahead`` counts the inputs that are still to come, by key."""

    run: Run
    process: ExecutableProcess
    passed: Collection[str] | None
    ahead: Counter[str]
    done: list[Input] = field(default_factory=list)
    dropped: list[Input] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def take(self, key: str, each: Input, values: Mapping[str, Scalar]) -> None:
        """Apply one input here, or drop it if its element is gone. Raises ``DoesNotFit``."""
        if not _has(self.process, key, each.event):
            self.dropped.append(each)
            return
        held = self.run_timers if isinstance(each.event, h.TimerFired) else self.run_items
        self._let_pass(
            lambda: key in held(),
            lambda open_key: self.ahead[open_key] > 0,
            f"Peristiwa {each.seq or '-'} ({each.event.type} {each.event.key}) tidak dapat terjadi.",
            each.seq,
        )
        event = _with_values(each.event, key, values)
        self.run.apply(event)
        self.ahead[key] -= 1
        self.done.append(Input(event, each.seq))

    def run_items(self) -> Collection[str]:
        """Return the keys of the steps that are open here now."""
        return self.run.open_items

    def run_timers(self) -> Collection[str]:
        """Return the keys of the timers that are armed here now."""
        return self.run.armed_timers

    def end_at(self, goal: Sequence[str]) -> None:
        """Go on until exactly the steps in ``goal`` are open. Raises ``DoesNotFit``."""
        stood = ", ".join(goal) or "tidak ada"
        self._let_pass(
            lambda: sorted(self.run.open_items) == sorted(goal),
            lambda open_key: open_key in goal,
            f"Perkara akan berhenti di tempat lain; sekarang yang terbuka: {stood}.",
            None,
        )

    def _let_pass(
        self, reached: Callable[[], bool], needed: Callable[[str], bool], what: str, event: int | None
    ) -> None:
        at_first = tuple(self.run.open_items)
        while not reached():
            may_pass = [key for key in self.run.open_items if not needed(key) and self._agreed(key)]
            if not may_pass or len(self.skipped) >= MOST_PASSED:
                # Where any step may be passed, all of them were: what was open before says more.
                open_now = at_first if self.passed is None else tuple(self.run.open_items)
                told = ", ".join(open_now) or "tidak ada langkah"
                message = f"{what} Pada versi {self.process.version} yang terbuka saat itu: {told}."
                raise DoesNotFit(message, event, open_now)
            done = h.WorkItemCompleted(may_pass[0])
            self.run.apply(done)
            self.skipped.append(done.key)
            self.done.append(Input(done, None))

    def _agreed(self, key: str) -> bool:
        return self.passed is None or key in self.passed or element_of(key) in self.passed


def _has(process: ExecutableProcess, key: str, event: h.Event) -> bool:
    """Return whether the process has the element that an input is about, and as what it was: a step, or a timer."""
    holder = holder_of(process, key)
    if holder is None:
        return False
    known = holder.diagram.timers if isinstance(event, h.TimerFired) else holder.diagram.tasks
    return element_of(key) in known


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
