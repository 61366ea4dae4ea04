"""Moving an open case to another version of its diagram: first a preview, then, with a reason, the move.

The inputs so far are replayed on the other version by four rules (renamed, dropped, passed, missing);
the event carries them all, so the move re-executes from the history alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy import select

from .. import drafts, people
from .. import history as h
from ..answers import PLAIN
from ..bases import Followed, follow
from ..commands import Commands, given_reason
from ..diagram import ExecutableProcess
from ..errors import CaseNotRunning, DoesNotFit, InvalidRequest, NotAllowed, NotFound
from ..model import Actor, HistoryEvent, MovePlan, MovePolicy
from ..office import CASE, Flow
from ..projection import ItemState, rename
from ..replay import recorded, replay
from ..rights import may_do, may_steer, represented_in
from ..standing.decisions import refuse_never_in_force
from ..tables import AnswersRow
from .dating import Standing
from .foreseeing import POLICIES, Foreseen, Order, Previous, Reckoner
from .renaming import checked_renames, propose_renames
from .trying import Trial, values_read

HELD_AGAIN = "kembali ke lajur semula, kepada pemegang sebelumnya"


@dataclass(frozen=True)
class Agreed:
    """What somebody agreed to: which elements are which (None: as proposed), and what may count as passed."""

    renamed: Mapping[str, str] | None
    passed: Collection[str] | None


@dataclass(frozen=True)
class Tested:
    """A locked case that was tried out on another version. ``followed`` reads its whole history, when asked."""

    flow: Flow
    trial: Trial
    events: tuple[HistoryEvent, ...]
    followed: Callable[[], Followed]

    @property
    def standing(self) -> Standing:
        """Return how the case stands, in the terms of the other version."""
        return Standing.of(self.flow.file.state, self.trial.renamed, self.followed)


class Moving(Commands):
    """The use cases about a case and another version of its diagram."""

    def plan_move(
        self,
        case: str,
        version: int,
        *,
        by: Actor,
        renamed: Mapping[str, str] | None = None,
        passed: Collection[str] | None = None,
        policy: MovePolicy = "keep",
    ) -> MovePlan:
        """Return what moving the case would do. ``renamed`` maps old element ids to new ones (left out: proposed
        where name and lane are equal); ``passed`` are the steps that may count as passed (left out: any).

        Raises ``NotFound``, ``NotAllowed``, ``CaseNotRunning``.
        """
        known_policy(policy)
        with self.database.read() as connection:
            flow = self._locked(connection, case)
            self._may_move(flow, by)
            process = self.catalog.process(connection, flow.file.state.definition, version)
            try:
                foreseen = self.foreseen(self.tested(flow, process, Agreed(renamed, passed)), Order(policy))
            except DoesNotFit as error:
                return MovePlan(case, flow.file.state.version, version, False, why_not=str(error))
            return _plan(flow, foreseen)

    def move(
        self,
        case: str,
        version: int,
        reason: str,
        *,
        by: Actor,
        policy: MovePolicy = "keep",
        renamed: Mapping[str, str] | None = None,
        passed: Collection[str] = (),
    ) -> MovePlan:
        """Move the case, letting pass only the steps in ``passed``; return what was done.

        Raises ``DoesNotFit``, ``NotFound``, ``NotAllowed``, ``CaseNotRunning``, ``InvalidRequest``.
        """
        order = Order(known_policy(policy), given_reason(reason))
        with self.advance(case) as flow:
            self._may_move(flow, by)
            process = self.catalog.process(flow.file.connection, flow.file.state.definition, version)
            refuse_never_in_force(flow.file.connection, process.key, version, self.now())
            tested = self.tested(flow, process, Agreed(renamed, passed))
            foreseen = self.foreseen(tested, order)
            plan = _plan(flow, foreseen)
            self.carry_out(tested, foreseen, by.name)
            return plan

    def tested(self, flow: Flow, process: ExecutableProcess, agreed: Agreed, *, undoing: bool = False) -> Tested:
        """Return a locked case tried out on another version. ``undoing``: on the one that it came from.

        Raises ``InvalidRequest`` for impossible renames.
        """
        connection, old = flow.file.connection, flow.process
        flow.file.write_events()  # what fell due just now is part of the history that is replayed
        events = tuple(self.events(connection, flow.file.id))
        told = replay(events, lambda key, number: self.catalog.process(connection, key, number))

        def bodies(seqs: Collection[int]) -> dict[int, dict[str, object]]:
            query = select(AnswersRow.seq, AnswersRow.body).where(
                AnswersRow.instance_id == flow.file.id, AnswersRow.kind == PLAIN, AnswersRow.seq.in_(seqs)
            )
            return {row.seq: json.loads(row.body) for row in connection.execute(query)}

        names = (
            propose_renames(old, process) if agreed.renamed is None else checked_renames(agreed.renamed, old, process)
        )
        values = values_read(told, process, bodies)
        trial = Trial(told, flow.run, process, names, agreed.passed, values, undoing)
        return Tested(flow, trial, events, cache(lambda: follow(map(recorded, events))))

    def foreseen(self, tested: Tested, order: Order, previous: Previous | None = None) -> Foreseen:
        """Return what the move does, by the clock of now. Raises ``DoesNotFit``."""
        reckoner, standing = self.reckoner(), tested.standing
        tried = tested.trial.fitting(standing, order.policy, reckoner.now, reckoner.due)
        return reckoner.foresee(tried, tested.flow.file.state, standing, order, previous)

    def reckoner(self) -> Reckoner:
        """Return what due dates are reckoned by at this moment."""
        return Reckoner(self.now(), self.due, self.calendar().version)

    def carry_out(self, tested: Tested, foreseen: Foreseen, actor: str) -> None:
        """Record the move; drafts follow their steps, and who had to let go of one holds it again."""
        flow, now = tested.flow, self.now()
        names = dict(foreseen.tried.renamed)
        scopes = {}
        for item in flow.file.state.items.values():
            moved = rename(item.key, names)
            if item.state == "open" and moved != item.key:
                number = flow.file.number
                scopes[drafts.item_scope(number, item.key)] = drafts.item_scope(number, moved)
        drafts.carry_over(flow.file.connection, scopes)
        carried = foreseen.tried.carried
        flow.replace(foreseen.event, carried.run, carried.facts, at=now, actor=actor)
        if foreseen.notes:
            flow.note(*foreseen.notes, at=now, actor=actor)
        if any(isinstance(fact, h.WorkItemOpened) for fact in carried.facts):
            self._give_back(tested, carried.facts, actor)

    def _give_back(self, tested: Tested, facts: Collection[h.Event], actor: str) -> None:
        """Let a step that is back in its lane be held again by whom the move away from there took it."""
        flow, holders = tested.flow, tested.followed().holders
        opened = {fact.key for fact in facts if isinstance(fact, h.WorkItemOpened)}
        for item in [each for each in flow.file.state.items.values() if each.key in opened and each.state == "open"]:
            holder = holders.get(item.opened_seq)
            if holder is None or (holder.lane, holder.group) != (item.lane, item.group):
                continue
            if self._may_hold(flow, item, holder.person):
                since = h.instant(holder.claimed_at)
                again = h.WorkItemReassigned(item.key, holder.person, HELD_AGAIN, since)
                flow.note(again, at=self.now(), actor=actor)

    def _may_hold(self, flow: Flow, item: ItemState, person: str) -> bool:
        connection = flow.file.connection
        found, place = people.find(connection, person), self.place(connection, item)
        return found is not None and may_do(found, place, represented_in(flow.process.diagram))

    def _may_move(self, flow: Flow, by: Actor) -> None:
        if self._seen_in(flow, by).access == "none":
            raise NotFound(CASE, flow.file.number)
        allow_moving(by)
        if flow.file.state.state not in ("running", "incident"):
            raise CaseNotRunning(flow.file.number, flow.file.state.state)


def allow_moving(by: Actor) -> None:
    """Raise ``NotAllowed`` unless the actor may move cases."""
    if not may_steer(by):
        raise NotAllowed("Hanya kepala kantor atau pemilik proses yang boleh memindahkan perkara.")


def known_policy(policy: MovePolicy) -> MovePolicy:
    """Return the policy. Raises ``InvalidRequest`` if it is none."""
    if policy not in POLICIES:
        raise InvalidRequest(f"Kebijakan {policy!r} tidak dikenal; pilihannya {', '.join(POLICIES)}.")
    return policy


def _plan(flow: Flow, foreseen: Foreseen) -> MovePlan:
    carried = foreseen.tried.carried
    return MovePlan(
        case=flow.file.number,
        from_version=flow.file.state.version,
        to_version=foreseen.tried.process.version,
        fits=True,
        renamed=foreseen.tried.renamed,
        dropped=carried.dropped,
        passed=carried.passed,
        variables=foreseen.tried.variables,
        opens=tuple(fact.key for fact in carried.facts if isinstance(fact, h.WorkItemOpened)),
        withdraws=tuple(fact.key for fact in carried.facts if isinstance(fact, h.WorkItemWithdrawn)),
        due_dates=foreseen.changes,
    )
