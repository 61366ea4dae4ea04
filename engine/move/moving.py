"""Moving an open case to another version of its diagram: first a preview, then, with a reason, the move.

The inputs so far are replayed on the other version by four rules (renamed, dropped, passed, missing);
the event carries them all, so the move re-executes from the history alone.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from .. import drafts
from .. import history as h
from ..answers import PLAIN, variables
from ..casefile import CaseFile
from ..commands import Commands, form_of, given_reason
from ..diagram import ExecutableProcess
from ..errors import CannotProceed, CaseNotRunning, DoesNotFit, InvalidRequest, NotAllowed, NotFound
from ..model import Actor, DueDateChange, MovePlan, MovePolicy, Scalar
from ..office import CASE, Flow
from ..paths import names_read, task_of
from ..projection import rename, watches
from ..replay import Replay, replay
from ..rights import may_steer
from ..runtime import RULES
from ..tables import AnswersRow
from .carrying import Carried, carry

POLICIES: Mapping[MovePolicy, str] = {
    "keep": "batas waktu lama tetap",
    "recompute": "batas waktu dihitung ulang sejak langkahnya dibuka",
    "restart": "batas waktu dimulai lagi saat dipindahkan",
}


@dataclass(frozen=True)
class _Draft:
    """A move that was tried in memory."""

    process: ExecutableProcess
    renamed: Mapping[str, str]
    variables: Mapping[str, Mapping[str, Scalar]]
    carried: Carried


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
        with self.database.read() as connection:
            flow = self._locked(connection, case)
            self._may_move(flow, by)
            try:
                draft = self._draft(flow, version, renamed, passed)
            except (DoesNotFit, CannotProceed) as error:
                return MovePlan(case, flow.file.state.version, version, False, why_not=str(error))
            return self._plan(flow, draft, policy)

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
        told = given_reason(reason)
        if policy not in POLICIES:
            raise InvalidRequest(f"Kebijakan {policy!r} tidak dikenal; pilihannya {', '.join(POLICIES)}.")
        with self.advance(case) as flow:
            self._may_move(flow, by)
            try:
                draft = self._draft(flow, version, renamed, passed)
            except CannotProceed as error:
                raise DoesNotFit(str(error)) from error
            plan = self._plan(flow, draft, policy)
            self._carry_out(flow, draft, policy, told, by)
            return plan

    def _may_move(self, flow: Flow, by: Actor) -> None:
        if self._seen_in(flow, by).access == "none":
            raise NotFound(CASE, flow.file.number)
        if not may_steer(by):
            raise NotAllowed("Hanya kepala kantor atau pemilik proses yang boleh memindahkan perkara.")
        if flow.file.state.state not in ("running", "incident"):
            raise CaseNotRunning(flow.file.number, flow.file.state.state)

    def _draft(
        self, flow: Flow, version: int, renamed: Mapping[str, str] | None, passed: Collection[str] | None
    ) -> _Draft:
        connection, state = flow.file.connection, flow.file.state
        process = self.catalog.process(connection, state.definition, version)
        flow.file.write_events()  # what fell due just now is part of the history that is replayed
        names = propose_renames(flow.process, process) if renamed is None else dict(renamed)
        told = replay(
            self.events(connection, flow.file.id), lambda key, number: self.catalog.process(connection, key, number)
        )
        missing = self._missing(connection, flow, told, process)
        carried = carry(told.inputs, flow.run, process, renamed=names, passed=passed, variables=missing)
        return _Draft(process, names, missing, carried)

    def _missing(
        self, connection: Connection, flow: Flow, told: Replay, process: ExecutableProcess
    ) -> dict[str, dict[str, Scalar]]:
        """Return, by completion, what the new conditions read and the old ones did not: from the plain answers."""
        query = select(AnswersRow.seq, AnswersRow.body).where(
            AnswersRow.instance_id == flow.file.id, AnswersRow.kind == PLAIN
        )
        bodies = {row.seq: json.loads(row.body) for row in connection.execute(query)}
        found: dict[str, dict[str, Scalar]] = {}
        for each in told.inputs:
            form = form_of(flow.process, each.event.key)
            if form is None or each.seq is None or not isinstance(each.event, h.WorkItemCompleted):
                continue
            known = variables(form, bodies.get(each.seq, {}), names_read(process))
            new = {name: value for name, value in known.items() if name not in each.event.variables}
            if new:
                found[each.event.key] = new
        return found

    def _plan(self, flow: Flow, draft: _Draft, policy: MovePolicy) -> MovePlan:
        facts = draft.carried.facts
        due = self._due_dates(flow.file, draft, policy, self.now())
        return MovePlan(
            case=flow.file.number,
            from_version=flow.file.state.version,
            to_version=draft.process.version,
            fits=True,
            renamed=draft.renamed,
            dropped=draft.carried.dropped,
            passed=draft.carried.passed,
            variables=draft.variables,
            opens=tuple(fact.key for fact in facts if isinstance(fact, h.WorkItemOpened)),
            withdraws=tuple(fact.key for fact in facts if isinstance(fact, h.WorkItemWithdrawn)),
            due_dates=tuple(_changes(flow.file, draft, due)),
        )

    def _carry_out(self, flow: Flow, draft: _Draft, policy: MovePolicy, reason: str, by: Actor) -> None:
        now = self.now()
        due = self._due_dates(flow.file, draft, policy, now)
        event = h.InstanceMigrated(
            definition=draft.process.key,
            from_version=flow.file.state.version,
            to_version=draft.process.version,
            digest=draft.process.digest,
            rules=RULES,
            policy=policy,
            reason=reason,
            renamed={old: new for old, new in draft.renamed.items() if old != new},
            dropped=draft.carried.dropped,
            passed=draft.carried.passed,
            variables=draft.variables,
        )
        for item in flow.file.state.items.values():
            moved = rename(item.key, dict(draft.renamed))
            if item.state == "open" and moved != item.key:
                drafts.carry_over(
                    flow.file.connection,
                    drafts.item_scope(flow.file.number, item.key),
                    drafts.item_scope(flow.file.number, moved),
                )
        flow.replace(event, draft.carried.run, draft.carried.facts, at=now, actor=by.name)
        if due:
            dates = {key: h.instant(due_at) for key, due_at in due.items()}
            flow.note(h.DueDateSet(dates, self.calendar().version, POLICIES[policy]), at=now, actor=by.name)

    def _due_dates(self, file: CaseFile, draft: _Draft, policy: MovePolicy, now: datetime) -> dict[str, datetime]:
        """Return the due instant of every timer that the move arms, or whose instant the policy changes."""
        names = dict(draft.renamed)
        old = {rename(key, names): timer for key, timer in file.state.timers.items()}
        open_items = [item for item in file.state.items.values() if item.state == "open"]
        opened = [(item.opened_at, rename(item.key, names)) for item in open_items]
        newly = {fact.key for fact in draft.carried.facts if isinstance(fact, h.TimerScheduled)}
        due: dict[str, datetime] = {}
        for key, timer in draft.carried.run.armed_timers.items():
            before = old[key].due_at if key in old else None
            if policy == "keep" and before is not None:
                due_at = before
            elif policy == "restart":
                due_at = self.due(timer.duration, now)
            else:
                since = min((opened_at for opened_at, item in opened if watches(timer.item, item)), default=now)
                due_at = self.due(timer.duration, since)
            if key in newly or due_at != before:
                due[key] = due_at
        return due


def propose_renames(old: ExecutableProcess, new: ExecutableProcess) -> dict[str, str]:
    """Return, for each task whose id is gone, the new task with the same name in the same lane, if there is one."""
    gone = [task for task in old.diagram.tasks.values() if task.id not in new.diagram.elements]
    come = {
        (task.name, task.lane): task.id for task in new.diagram.tasks.values() if task.id not in old.diagram.elements
    }
    return {task.id: come[task.name, task.lane] for task in gone if (task.name, task.lane) in come}


def _changes(file: CaseFile, draft: _Draft, due: Mapping[str, datetime]) -> list[DueDateChange]:
    names = dict(draft.renamed)
    before = {rename(item.key, names): item.due_at for item in file.state.items.values() if item.state == "open"}
    kept = {rename(key, names): timer.due_at for key, timer in file.state.timers.items()}
    changes = []
    for key in draft.carried.run.open_items:
        watching = [
            (due.get(timer_key) or kept.get(timer_key))
            for timer_key, timer in draft.carried.run.armed_timers.items()
            if watches(timer.item, key) and timer.role != "reminder"
        ]
        task = task_of(draft.process, key)
        after = next((each for each in watching if each is not None), None)
        changes.append(DueDateChange(key, task.name if task else key, before.get(key), after))
    return changes
