"""A case told event by event, for whoever replays it: each with what it is about and what it changed.

The fold that writes the tables is followed here too, so a replay shows what the work list showed.
Nothing is re-executed; whether the history is what the diagram makes of it is for ``verify`` to say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from .. import history as h
from ..answers import REMARK
from ..calendar.worktime import WorkingCalendar
from ..diagram import ExecutableProcess
from ..disclosure import Disclosure
from ..errors import HistoryDamaged
from ..model import Actor, HistoryEvent
from ..paths import element_of, holder_of
from ..projection import CaseState, ItemState, Recorded, TimerState, rename
from ..replay import ProcessOf, recorded
from ..tables import AnswersRow
from ..views import instance_of, work_item_of
from .moments import Answered, DueSet, Moment, Node, Passage, StepNow, Stretch, Timeline, TimerNow
from .spots import diagrams_of, node_named, node_of, passage_of, spots_of, watched_node


class Timelines(Disclosure):
    """The use case of replaying a case."""

    def timeline(self, case: str, *, by: Actor) -> Timeline:
        """Return a case from its first event to its last, as the actor may see it.

        Raises ``NotFound``, ``HistoryDamaged`` if an event cannot be read.
        """
        calendar = self.calendar()
        with self.database.moment() as connection:
            seen = self.seen(connection, case, by)
            answered: dict[int, Answered] = {}
            for each in self._completions(connection, seen):
                answered[each.seq] = Answered(self._shown(connection, seen, each, by, ()), each.form)
            events = self.events(connection, seen.id)
            remarks = _remarks(connection, seen.id) if seen.access == "answers" else {}

            def process_of(key: str, version: int) -> ExecutableProcess:
                return self.catalog.process(connection, key, version)

            teller = Teller(case, process_of, calendar, answered, remarks)
            moments = tuple(teller.tell(events))
            return Timeline(instance_of(seen.number, seen.state, seen.process), tuple(teller.stretches), moments)


class Teller:
    """Follows one case's events and says what each is about and changed. Feed it every event once, in order."""

    def __init__(
        self,
        case: str,
        process_of: ProcessOf,
        calendar: WorkingCalendar,
        answered: Mapping[int, Answered],
        remarks: Mapping[int, str],
    ) -> None:
        self.case, self.process_of, self.calendar = case, process_of, calendar
        self.answered, self.remarks = answered, remarks
        self.state = CaseState()
        self.stretches: list[Stretch] = []
        self.steps: dict[int, StepNow] = {}
        self._process: ExecutableProcess | None = None
        self._before: ExecutableProcess | None = None
        self._open: dict[int, ItemState] = {}
        self._timers: dict[str, TimerState] = {}
        self._shown: dict[str, TimerNow] = {}
        # Closed steps by the key that they have on the version that the case is on now.
        self._keys: dict[int, str] = {}
        # What a move left behind, by the key that it had last: another move may bring it back.
        self._left: dict[str, int] = {}
        self._openings: Counter[tuple[str, str]] = Counter()
        self._completed: dict[int, StepNow] = {}
        self._chain, self._seq, self._calendar = h.GENESIS, 0, ""

    def tell(self, events: Iterable[HistoryEvent]) -> Iterator[Moment]:
        """Yield one moment for each event. Raises ``HistoryDamaged`` at the first that cannot be read."""
        for event in events:
            try:
                yield self._moment(event, recorded(event))
            except (KeyError, ValueError, TypeError, AttributeError, AssertionError) as error:
                told = f"Peristiwa {event.seq} ({event.type}) tidak dapat dibaca: {type(error).__name__} {error}."
                raise HistoryDamaged(f"{told} Periksa perkara ini dengan 'alur verify'.") from error

    @property
    def process(self) -> ExecutableProcess:
        """Return the version that the case is on."""
        assert self._process is not None  # every history begins with InstanceStarted
        return self._process

    def _moment(self, event: HistoryEvent, each: Recorded) -> Moment:
        before = dict(self._shown)
        self.state.apply(each)
        self._follow_version(each)
        steps, timers = tuple(self._changed_steps(each)), self._changed_timers()
        key = getattr(each.event, "key", None)
        if isinstance(each.event, h.DueDateSet):
            self._calendar = each.event.calendar
        if isinstance(each.event, h.WorkItemCompleted):
            self._completed.update((each.seq, step) for step in steps if step.item.key == key)
        return Moment(
            event=event,
            kind=each.event.kind,
            facts=dict(vars(each.event)),
            stretch=len(self.stretches) - 1,
            took_effect_at=self._took_effect(each),
            state=self.state.state,
            calendar=self._calendar or None,
            chained=self._chained(event),
            step=self._step_of(each.event, key, steps),
            timer=self._shown.get(key) or before.get(key) if key else None,
            about=self._about(each.event),
            nodes=self._nodes(each.event),
            labels=self._labels(each.event),
            flows=self._flows(each.event),
            due=self._due(each.event, before),
            answered=self.answered.get(each.seq),
            remark=self.remarks.get(each.seq),
            steps=steps,
            timers=timers,
        )

    def _follow_version(self, each: Recorded) -> None:
        """Take the version that the case is on now, and the keys that closed steps have there."""
        event = each.event
        if not isinstance(event, h.InstanceStarted | h.InstanceMigrated):
            return
        self._before = self._process
        self._process = self.process_of(self.state.definition, self.state.version)
        self.stretches.append(Stretch(each.seq, diagrams_of(self._process)))
        if isinstance(event, h.InstanceMigrated):
            names = dict(event.renamed)
            self._left |= {key: seq for seq, key in self._keys.items() if key in event.dropped}
            self._keys = {seq: "" if key in event.dropped else rename(key, names) for seq, key in self._keys.items()}
            self._keys |= {self._left.pop(key): key for key in event.restored if key in self._left}
            self._openings = Counter(
                {(key, names.get(element, element)): count for (key, element), count in self._openings.items()}
            )

    def _took_effect(self, each: Recorded) -> datetime:
        return each.at if each.event.kind == "note" else self.state.moment or each.at

    def _chained(self, event: HistoryEvent) -> bool:
        """Return whether the event is the next one and holds to the one before it."""
        follows = event.seq == self._seq + 1
        parts = (event.type, event.recorded_at, event.actor, event.on_behalf_of, event.payload)
        link = h.chain(self._chain, self.case, event.seq, *parts)
        self._seq, self._chain = event.seq, event.chain
        return follows and link == event.chain

    # --- what an event changed ------------------------------------------------------------------

    def _changed_steps(self, each: Recorded) -> Iterator[StepNow]:
        if isinstance(each.event, h.InstanceMigrated):
            for seq, key in self._keys.items():
                self.steps[seq] = replace(self.steps[seq], spots=spots_of(self.process, key) if key else ())
                yield self.steps[seq]
        # Whatever an event does, it does to a step that is open, or that it opens.
        for seq in dict.fromkeys([*self._open, each.seq]):
            item = self.state.items.get(seq)
            if item is None or item is self._open.get(seq):
                continue
            step = self.steps[seq] = self._step(item)
            self._open[seq] = item
            if item.state != "open":
                del self._open[seq]
                self._keys[seq] = item.key
            yield step

    def _step(self, item: ItemState) -> StepNow:
        known = self.steps.get(item.opened_seq)
        # A step that a move took away stands on the version before only.
        process = self.process if holder_of(self.process, item.key) else self._before or self.process
        taken_at = item.claimed_at or item.closed_at
        return StepNow(
            opened_seq=item.opened_seq,
            item=work_item_of(self.case, item, process),
            spots=spots_of(self.process, item.key),
            opening=known.opening if known else self._opened(item.key),
            # The first step is handed in with the case: it never waited for anybody.
            waited=None if item.closed_at == item.opened_at else self._office_time(item.opened_at, taken_at),
            worked=self._office_time(item.claimed_at, item.closed_at),
        )

    def _opened(self, key: str) -> int:
        holder = holder_of(self.process, key)
        place = (holder.key if holder else "", element_of(key))
        self._openings[place] += 1
        return self._openings[place]

    def _office_time(self, start: datetime | None, end: datetime | None) -> timedelta | None:
        return self.calendar.between(start, end) if start and end else None

    def _changed_timers(self) -> dict[str, TimerNow | None]:
        changed: dict[str, TimerNow | None] = {key: None for key in self._timers if key not in self.state.timers}
        for key in changed:
            del self._timers[key], self._shown[key]
        for key, timer in self.state.timers.items():
            if timer is not self._timers.get(key):
                self._timers[key] = timer
                changed[key] = self._shown[key] = self._timer(timer)
        return changed

    def _timer(self, timer: TimerState) -> TimerNow:
        on, spots = watched_node(self.process, timer.key), spots_of(self.process, timer.key)
        return TimerNow(timer.key, timer.role, timer.duration, timer.due_at, on, spots)

    # --- what an event is about -----------------------------------------------------------------

    def _step_of(self, event: h.Event, key: str | None, changed: tuple[StepNow, ...]) -> StepNow | None:
        if isinstance(event, h.IdentityRevealed):
            return self._completed.get(event.answers_of)
        return next((step for step in changed if step.item.key == key), None)

    def _about(self, event: h.Event) -> tuple[StepNow, ...]:
        if not isinstance(event, h.PersonalDataErased):
            return ()
        return tuple(self._completed[seq] for seq in event.answers_of if seq in self._completed)

    def _nodes(self, event: h.Event) -> dict[str, Node]:
        match event:
            case h.EscalationRaised(element):
                return {element: node_of(self.process, element)}
            case h.IncidentRaised(element):
                return {element: node_named(self.process, element)}
            case h.WorkItemWithdrawn(_, cause) if spots_of(self.process, cause):
                return {cause: node_of(self.process, cause)}
            case h.InstanceStarted(definition):
                return {definition: Node(definition, "process", self.process.diagram.name)}
            case h.InstanceMigrated():
                before = {key: node_of(self._before or self.process, key) for key in (*event.dropped, *event.rearmed)}
                return before | {key: node_of(self.process, key) for key in (*event.passed, *event.restored)}
            case _:
                return {}

    def _labels(self, event: h.Event) -> tuple[str, ...]:
        if not isinstance(event, h.IdentityRevealed):
            return ()
        answered = self.answered.get(event.answers_of)
        fields = answered.form.fields if answered and answered.form else {}
        return tuple(fields[name].label if name in fields else name for name in event.fields)

    def _flows(self, event: h.Event) -> tuple[Passage, ...]:
        if not isinstance(event, h.PathTaken):
            return ()
        passages = (passage_of(self.process, flow) for flow in event.flows)
        return tuple(passage for passage in passages if passage is not None)

    def _due(self, event: h.Event, before: Mapping[str, TimerNow]) -> tuple[DueSet, ...]:
        if not isinstance(event, h.DueDateSet):
            return ()
        return tuple(
            DueSet(self._shown[key], before[key].due_at if key in before else None)
            for key in event.due
            if key in self._shown
        )


def _remarks(connection: Connection, case_id: int) -> dict[int, str]:
    """Return what was noted on a case and not erased, by event."""
    query = select(AnswersRow.seq, AnswersRow.body).where(AnswersRow.instance_id == case_id, AnswersRow.kind == REMARK)
    return {row.seq: row.body for row in connection.execute(query)}
