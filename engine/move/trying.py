"""Trying out another version on a case, or on one of many cases to which the same happened: does it fit, and how?

What a trial finds follows from the inputs, the values that conditions read, and what an owner agreed to. Nothing
here reads a clock or a database, and nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from .. import history as h
from ..answers import variables
from ..commands import form_of
from ..diagram import ExecutableProcess
from ..errors import CannotProceed, DoesNotFit
from ..model import MovePolicy, Scalar
from ..paths import element_of, holder_of, names_read
from ..projection import rename
from ..replay import Replay
from ..runtime import Run
from .carrying import Carried, Input, carry
from .dating import GIVING, Due, Standing, due_dates, is_alike

Values = Mapping[str, Mapping[str, Scalar]]
Bodies = Callable[[Collection[int]], Mapping[int, Mapping[str, object]]]
"""The plain answers of these events, by seq."""


@dataclass(frozen=True)
class Tried:
    """A case as it would go on, on ``process``, and by which rules."""

    process: ExecutableProcess
    renamed: Mapping[str, str]
    variables: Values
    restored: tuple[str, ...]
    rearmed: tuple[str, ...]
    carried: Carried


@dataclass
class Trial:
    """One history, or all that are like it, on another version. Every way to try it is tried once.

    ``undoing``: what the move to here let count anew has fired again.
    """

    told: Replay
    run: Run
    process: ExecutableProcess
    renamed: Mapping[str, str]
    passed: Collection[str] | None
    values: Values
    undoing: bool = False
    _found: dict[frozenset[str], Tried | DoesNotFit] = field(default_factory=dict)

    def fitting(self, standing: Standing, policy: MovePolicy, now: datetime, due: Due) -> Tried:
        """Return how a case goes on under the policy. Raises ``DoesNotFit``.

        Where a due date is reckoned anew, a deadline that fired counts anew, unless it would have passed again.
        """
        turned = frozenset(self._turned())
        wanted = turned if policy == "keep" else turned | frozenset(self._fired_on_open())
        for rearmed in dict.fromkeys((wanted, turned)):
            try:
                return self._ahead_only(rearmed, turned, standing, policy, now, due)
            except DoesNotFit:
                continue  # what its firing opened is still open: it cannot be as if it had never fired
        return self.tried(frozenset())

    def tried(self, rearmed: frozenset[str]) -> Tried:
        """Return how a case goes on if these timers count anew. Raises ``DoesNotFit``."""
        if rearmed not in self._found:
            try:
                self._found[rearmed] = self._try(rearmed)
            except DoesNotFit as error:
                self._found[rearmed] = error
        found = self._found[rearmed]
        if isinstance(found, DoesNotFit):
            raise found
        return found

    def _ahead_only(
        self,
        rearmed: frozenset[str],
        always: frozenset[str],
        standing: Standing,
        policy: MovePolicy,
        now: datetime,
        due: Due,
    ) -> Tried:
        tried = self.tried(rearmed)
        if rearmed <= always:
            return tried
        dates = due_dates(standing, tried.carried.run.armed_timers, policy, now, due)
        gone_by = {
            key
            for key in rearmed - always
            if (dated := dates.get(rename(key, dict(self.renamed)))) is not None and dated.due_at <= now
        }
        return self.tried(rearmed - gone_by) if gone_by else tried

    def _try(self, rearmed: frozenset[str]) -> Tried:
        back = self._restorable()
        for restored in dict.fromkeys((tuple(back), ())):
            try:
                return self._carry(rearmed, restored)
            except DoesNotFit:
                if not restored:
                    raise
        raise AssertionError("a trial ends with its last way")

    def _carry(self, rearmed: frozenset[str], restored: tuple[str, ...]) -> Tried:
        counting = {each.event.key for each in self.told.inputs} | set(restored)
        values = {key: read for key, read in self.values.items() if key in counting}
        try:
            carried = carry(
                self.told.inputs,
                self.run,
                self.process,
                renamed=self.renamed,
                passed=self.passed,
                variables=values,
                restored=[self.told.lost[key] for key in restored],
                rearmed=rearmed,
            )
        except CannotProceed as error:
            raise DoesNotFit(str(error)) from error
        refuse_elsewhere(self.run, carried.run, self.process, self.renamed)
        return Tried(self.process, self.renamed, values, restored, tuple(sorted(rearmed)), carried)

    def _restorable(self) -> Iterator[str]:
        """Yield what earlier moves dropped and the version has again, unless the case has that already."""
        names = dict(self.renamed)
        there = {rename(each.event.key, names) for each in self.told.inputs}
        there |= {rename(key, names) for key in self.run.open_items}
        armed = {rename(key, names): timer for key, timer in self.run.armed_timers.items()}
        for key, each in self.told.lost.items():
            if key in there or not _is_known(self.process, key, each):
                continue
            if isinstance(each.event, h.TimerFired) and each.seq is not None:
                was, becomes = _role(*self.told.made[each.seq]), _role(self.process, key)
                ticking = armed.get(key)
                if not is_alike(was, becomes) or (
                    ticking is not None and is_alike(ticking.role, becomes) and not self.undoing
                ):
                    continue  # it fired as something else, or what counts anew goes on counting
            yield key

    def _turned(self) -> Iterator[str]:
        """Yield reminders that fired and that are deadlines now: what was only reminded of was not missed."""
        for key, was, becomes in self._fired():
            if was == "reminder" and becomes in GIVING:
                yield key

    def _fired_on_open(self) -> Iterator[str]:
        """Yield the timers that fired on a step that is still open."""
        names = dict(self.renamed)
        open_at = {rename(key, names).rpartition(":")[0] for key in self.run.open_items}
        for key, _was, becomes in self._fired():
            here = rename(key, names)
            holder = holder_of(self.process, here)
            timer = holder.diagram.timers.get(element_of(here)) if holder else None
            if becomes != "wait" and timer is not None and timer.attached_to is not None:
                scope = here.rpartition("/")[0]
                if (f"{scope}/" if scope else "") + timer.attached_to in open_at:
                    yield key

    def _fired(self) -> Iterator[tuple[str, str, str]]:
        """Yield each fired timer that the version knows, with its role when it fired, and its role there."""
        for each in self.told.inputs:
            if isinstance(each.event, h.TimerFired) and each.seq is not None:
                was = _role(*self.told.made[each.seq])
                becomes = _role(self.process, rename(each.event.key, dict(self.renamed)))
                if was and becomes:
                    yield each.event.key, was, becomes


def refuse_elsewhere(old: Run, new: Run, process: ExecutableProcess, renamed: Mapping[str, str]) -> None:
    """Raise ``DoesNotFit`` if the case would be over, or wait for another time than it waits for now."""
    names = dict(renamed)
    if new.completed and not old.completed:
        raise DoesNotFit(f"Pada versi {process.version} perkara ini sudah berakhir; sekarang masih berjalan.")
    waits = {rename(key, names) for key, timer in old.armed_timers.items() if timer.role == "wait"}
    would = {key for key, timer in new.armed_timers.items() if timer.role == "wait"}
    if waits != would:
        told = ", ".join(sorted(waits)) or "tidak ada"
        there = ", ".join(sorted(would)) or "tidak ada"
        raise DoesNotFit(
            f"Perkara akan menunggu di tempat lain. Yang ditunggu sekarang: {told}; "
            f"pada versi {process.version}: {there}.",
            None,
            tuple(new.open_items),
        )


def values_read(told: Replay, process: ExecutableProcess, bodies: Bodies) -> dict[str, dict[str, Scalar]]:
    """Return, by completion, what the version's conditions read and the event does not carry: from its plain answers.

    Answers are asked for only where something is missing.
    """
    names = names_read(process)
    asked = {}
    for each in (*told.inputs, *told.lost.values()):
        if each.seq is None or not isinstance(each.event, h.WorkItemCompleted):
            continue
        form = form_of(*told.made[each.seq])
        lacking = (names & form.fields.keys()) - each.event.variables.keys() if form else frozenset()
        if form is not None and lacking:
            asked[each.seq] = each.event.key, form, lacking
    stored = bodies(asked.keys()) if asked else {}
    found = {key: variables(form, stored.get(seq, {}), lacking) for seq, (key, form, lacking) in asked.items()}
    return {key: values for key, values in found.items() if values}


def _is_known(process: ExecutableProcess, key: str, each: Input) -> bool:
    holder = holder_of(process, key)
    if holder is None:
        return False
    return element_of(key) in (holder.diagram.timers if isinstance(each.event, h.TimerFired) else holder.diagram.tasks)


def _role(process: ExecutableProcess, key: str) -> str | None:
    holder = holder_of(process, key)
    timer = holder.diagram.timers.get(element_of(key)) if holder else None
    return timer.role if timer else None
