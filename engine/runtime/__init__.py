"""One case in memory: start it, apply an input, get the consequences in order; dump it and restore it.

The only door to SpiffWorkflow, which knows the nodes and moves the tokens. Here is no clock (a timer
fires when the engine says so), no answer but the variables that conditions read, and no database.
The same inputs give the same consequences, whether the case was reloaded in between or not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeVar

from ..diagram import ExecutableProcess
from ..errors import CannotProceed
from ..history import Event, InstanceCancelled, TimerFired, WorkItemCompleted
from ..model import Scalar
from .case import Case
from .parser import blueprint
from .scope import ArmedTimer, OpenItem, OverBudget, Token
from .state import SnapshotOutdated, dump, load

__all__ = ["RULES", "ArmedTimer", "OpenItem", "Run", "SnapshotOutdated", "UnknownKey", "trial_start"]

RULES: Final = 1
"""The number of the rules by which consequences are made today; it rises when a mend of ours changes them."""


TRIAL_INPUTS: Final = 1_500
"""Inputs of a trial: enough to double the tokens until they pass the budget, wherever a diagram does so."""

Held = TypeVar("Held", OpenItem, ArmedTimer)


class UnknownKey(KeyError):
    """No work item with this key is open, no timer with this key is armed."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key

    def __str__(self) -> str:
        return self.key


class Run:
    """A case in memory. After ``CannotProceed`` it is spoiled: throw it away and restore another."""

    def __init__(self, case: Case, rules: int) -> None:
        self._case, self.rules = case, rules
        self._spoiled = False

    @classmethod
    def start(cls, process: ExecutableProcess, rules: int = RULES) -> tuple[Run, tuple[Event, ...]]:
        """Start a case; return it and the consequences of ``InstanceStarted``. Raises ``CannotProceed``."""
        if not 1 <= rules <= RULES:
            raise ValueError(f"expected rules 1 to {RULES}, got {rules}")
        run = cls(Case(blueprint(process)), rules)
        run._case.variables = dict.fromkeys(sorted(_names_read(process)))
        run._case.begin()
        return run, run._settled()

    @classmethod
    def restore(cls, process: ExecutableProcess, state: bytes) -> Run:
        """Return the case that ``dump`` wrote. Raises ``SnapshotOutdated``: the caller then replays."""
        return cls(*load(process, state))

    def dump(self) -> bytes:
        """Return the case as bytes, between two commands."""
        self._check()
        return dump(self._case, self.rules)

    def apply(self, event: Event) -> tuple[Event, ...]:
        """Carry out one input and return its consequences, in order.

        Raises ``UnknownKey``, with nothing changed, or ``CannotProceed``, with the run spoiled.
        """
        self._check()
        case = self._case
        match event:
            case WorkItemCompleted():
                _, item = self._take(case.items, event.key)
                case.variables.update(event.variables)
                item.run()
            case TimerFired():
                _, timer = self._take(case.timers, event.key)
                timer.task_spec.catch(timer, None)
                timer.task_spec._update(timer)
            case InstanceCancelled():
                case.clear()
                case.sweep("")
                return case.take_facts()
            case _:
                raise TypeError(f"expected an input that moves the case, got {event.type}")
        return self._settled()

    @property
    def open_items(self) -> Mapping[str, OpenItem]:
        """Return the open work items by key, in the order in which they opened."""
        return {key: item for key, (item, _) in self._case.items.items()}

    @property
    def armed_timers(self) -> Mapping[str, ArmedTimer]:
        """Return the armed timers by key, in the order in which they were armed."""
        return {key: timer for key, (timer, _) in self._case.timers.items()}

    @property
    def variables(self) -> Mapping[str, Scalar]:
        """Return what the conditions read: one value for each name, ``None`` before its first answer."""
        return dict(self._case.variables)

    @property
    def completed(self) -> bool:
        """Return whether the case has reached the end of its diagram."""
        return self._case.over

    def _take(self, held: dict[str, tuple[Held, Token]], key: str) -> tuple[Held, Token]:
        if key not in held:
            raise UnknownKey(key)
        self._spoiled = True  # until everything has settled
        return held.pop(key)

    def _settled(self) -> tuple[Event, ...]:
        self._spoiled = True
        consequences = self._case.settle()
        self._spoiled = False
        return consequences

    def _check(self) -> None:
        if self._spoiled:
            raise RuntimeError("this run could not proceed before: restore or replay another one")


def _names_read(process: ExecutableProcess) -> set[str]:
    """Return the names that expressions of the process, and of all that it calls, read."""
    names, seen, todo = set[str](), set[str](), [process]
    while todo:
        each = todo.pop()
        if each.digest not in seen:
            seen.add(each.digest)
            names |= each.diagram.names_read
            todo += each.calls.values()
    return names


def trial_start(process: ExecutableProcess) -> None:
    """Start a case for trial, do whatever opens, the oldest first and in time, and forget it.

    Raises ``CannotProceed`` if no case could start, or if the case grows over a budget on its way. A gateway that
    needs answers ends the trial in silence, as there are none.
    """
    run, _ = Run.start(process)
    for number in range(TRIAL_INPUTS):
        if not (run._case.items or run._case.timers):
            return
        try:
            run.apply(_trial_input(run._case, number))
        except OverBudget:
            raise
        except CannotProceed:
            return


def _trial_input(case: Case, number: int) -> Event:
    waits = [key for key, (timer, _) in case.timers.items() if timer.role == "wait"]
    # By turns, so that neither the steps nor the waits pile up in a loop that never ends without answers.
    if case.items and not (waits and number % 2):
        return WorkItemCompleted(next(iter(case.items)))
    return TimerFired(next(iter(waits or case.timers)), "")
