"""What people look at: a case, its steps, its history and files, each as the actor may see it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from .case_rows import timer_of
from .catalog import DEFINITION, definition_of
from .commands import TASK, form_of
from .errors import NotFound
from .forms import Form
from .model import Actor, HistoryEvent, ProcessDefinition, ProcessInstance, TimerJob, WorkItem
from .paths import element_of, task_of
from .rights import Place, acting_for, may_do, may_steer, represented_in
from .runtime import Run
from .standing.decisions import versions_in_force
from .tables import ProcessDefinitionRow, ProcessInstanceRow, TimerJobRow
from .viewing import Viewing
from .views import instance_of, work_item_of
from .worklist import found_cases


@dataclass(frozen=True)
class StartForm:
    """What starting a case asks for: its first step and form; ``on_behalf_of`` if the actor represents the lane."""

    definition: ProcessDefinition
    element_id: str
    name: str
    lane: str
    form: Form | None
    on_behalf_of: str | None


@dataclass(frozen=True)
class CaseRights:
    """What an actor may do to a case, apart from its open steps; and whether its answers are shown at all."""

    cancel: bool
    retry: bool
    reassign: bool
    answers: bool
    prove: bool
    erase: bool


@dataclass(frozen=True)
class ItemRights:
    """What an actor may do to one step now; ``on_behalf_of`` is the lane they would act for."""

    complete: bool
    claim: bool
    release: bool
    reassign: bool
    on_behalf_of: str | None


class Queries(Viewing):
    """The questions about definitions, cases and steps."""

    def definitions(self) -> tuple[ProcessDefinition, ...]:
        """Return the version in force of every SOP."""
        with self.database.read() as connection:
            held = versions_in_force(connection, self.now())
            return tuple(self._definition(connection, key, version) for key, version in held.items())

    def definition(self, key: str, version: int | None = None) -> ProcessDefinition:
        """Return one version, or the one in force. Raises ``NotFound``."""
        with self.database.read() as connection:
            if version is None:
                version = self.catalog.in_force(connection, key, self.now()).version
            return self._definition(connection, key, version)

    def _definition(self, connection: Connection, key: str, version: int) -> ProcessDefinition:
        process = self.catalog.process(connection, key, version)
        query = select(ProcessDefinitionRow).where(
            ProcessDefinitionRow.key == key, ProcessDefinitionRow.version == version
        )
        return definition_of(connection.execute(query).one(), process)

    def diagram_xml(self, key: str, version: int) -> bytes:
        """Return a version's diagram as it was uploaded, byte for byte. Raises ``NotFound``."""
        query = select(ProcessDefinitionRow.xml).where(
            ProcessDefinitionRow.key == key, ProcessDefinitionRow.version == version
        )
        with self.database.read() as connection:
            found = connection.execute(query).scalar()
        if found is None:
            raise NotFound(DEFINITION, f"{key} versi {version}")
        return bytes(found)

    def startable(self, *, by: Actor) -> tuple[ProcessDefinition, ...]:
        """Return the SOPs whose first step the actor may do, for themselves or for a lane they represent."""
        return tuple(each for each in self.definitions() if self._start_form(each, by) is not None)

    def start_form(self, key: str, *, by: Actor) -> StartForm:
        """Return what starting a case asks for. Raises ``NotFound`` if there is no such SOP for the actor."""
        found = self._start_form(self.definition(key), by)
        if found is None:
            raise NotFound(DEFINITION, key)
        return found

    def _start_form(self, definition: ProcessDefinition, by: Actor) -> StartForm | None:
        with self.database.read() as connection:
            process = self.catalog.process(connection, definition.key, definition.version)
        first = next(iter(Run.start(process)[0].open_items.values()), None)
        if first is None:
            return None
        place = Place(first.lane, first.group)
        if not may_do(by, place, represented_in(process.diagram)):
            return None
        task = task_of(process, first.key)
        return StartForm(
            definition,
            element_of(first.key),
            task.name if task else first.key,
            first.lane,
            form_of(process, first.key),
            acting_for(by, place),
        )

    def case(self, case: str, *, by: Actor) -> ProcessInstance:
        """Return a case. Raises ``NotFound``."""
        with self.database.read() as connection:
            seen = self.seen(connection, case, by)
            return instance_of(seen.number, seen.state, seen.process)

    def find_cases(self, search: str, *, by: Actor) -> tuple[ProcessInstance, ...]:
        """Return the cases that the actor may see whose number is or begins with ``search``; at most 50."""
        with self.database.read() as connection:
            ids = found_cases(connection, search)
            query = select(ProcessInstanceRow.number).where(ProcessInstanceRow.id.in_(ids))
            numbers = connection.execute(query.order_by(ProcessInstanceRow.id.desc())).scalars().all() if ids else []
        return tuple(found for number in numbers if (found := self._case_or_none(number, by)))

    def _case_or_none(self, case: str, by: Actor) -> ProcessInstance | None:
        try:
            return self.case(case, by=by)
        except NotFound:
            return None

    def steps(self, case: str, *, by: Actor) -> tuple[WorkItem, ...]:
        """Return every step of a case, closed ones too, in the order in which they opened. Raises ``NotFound``."""
        with self.database.read() as connection:
            seen = self.seen(connection, case, by)
            return tuple(
                work_item_of(
                    seen.number,
                    item,
                    self.catalog.process(connection, seen.state.definition, item.version),
                    unstaffed=seen.place(item).group_unstaffed,
                )
                for item in seen.items
            )

    def work_item(self, case: str, key: str, *, by: Actor) -> WorkItem:
        """Return the step that had this key last, whatever its state. Raises ``NotFound``."""
        found = [item for item in self.steps(case, by=by) if item.key == key]
        if not found:
            raise NotFound(TASK, f"{case}/{key}")
        return found[-1]

    def form(self, case: str, key: str, *, by: Actor) -> Form | None:
        """Return the form of a step as frozen with the version that the step ran on. Raises ``NotFound``."""
        return self.step_form(self.work_item(case, key, by=by))

    def step_form(self, item: WorkItem) -> Form | None:
        """Return the same for a step that was looked up already: nothing is asked of its case again."""
        with self.database.read() as connection:
            return form_of(self.catalog.process(connection, item.process_key, item.version), item.key)

    def case_rights(self, case: str, *, by: Actor) -> CaseRights:
        """Return what the actor may do to the case now. Raises ``NotFound``."""
        with self.database.read() as connection:
            seen = self.seen(connection, case, by)
        steer, state = may_steer(by), seen.state.state
        return CaseRights(
            cancel=steer and state in ("running", "incident"),
            retry=steer and state == "incident",
            reassign=steer and state == "running",
            answers=seen.access == "answers",
            prove=bool({"auditor", "head", "process_owner"} & by.duties),
            erase="head" in by.duties,
        )

    def item_rights(self, case: str, key: str, *, by: Actor) -> ItemRights:
        """Return what the actor may do to the step now. Raises ``NotFound``."""
        with self.database.read() as connection:
            seen = self.seen(connection, case, by)
        item = seen.latest(key)
        if item is None:
            raise NotFound(TASK, f"{case}/{key}")
        live = item.state == "open" and seen.state.state == "running"
        mine, doable = item.assignee == by.name, live and seen.may_do(item, by)
        return ItemRights(
            complete=doable and (mine or item.assignee is None),
            claim=doable and item.assignee is None,
            release=live and item.assignee is not None and (mine or may_steer(by)),
            reassign=live and may_steer(by),
            on_behalf_of=acting_for(by, seen.place(item)) if doable else None,
        )

    def timers_of(self, case: str, *, by: Actor) -> tuple[TimerJob, ...]:
        """Return the armed timers of a case, the next due first. Raises ``NotFound``."""
        with self.database.read() as connection:
            seen = self.seen(connection, case, by)
            query = select(TimerJobRow).where(TimerJobRow.instance_id == seen.id)
            timers = [timer_of(row) for row in connection.execute(query.order_by(TimerJobRow.due_at))]
        return tuple(
            TimerJob(case, timer.key, element_of(timer.key), timer.duration, timer.role, timer.due_at, timer.item)
            for timer in timers
            if timer.due_at is not None
        )

    def history(self, case: str, *, by: Actor) -> tuple[HistoryEvent, ...]:
        """Return every event of a case, in order. Raises ``NotFound``."""
        with self.database.read() as connection:
            seen = self.seen(connection, case, by)
            return tuple(self.events(connection, seen.id))
