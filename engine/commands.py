"""What people do to a case: start, claim, complete, release, reassign, cancel, retry.

Each is one transaction and one permission check; whatever is due in the case fires first.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from . import casefile, drafts, numbering, people
from . import history as h
from .answers import PERSONAL, PLAIN, switches, to_store, variables
from .diagram import ExecutableProcess
from .errors import CaseNotRunning, InvalidAnswers, InvalidRequest, NotAllowed, NotFound, WorkItemClosed, WorkItemHeld
from .forms import Form
from .model import Actor, ProcessInstance, is_storable
from .office import CASE, Flow, Office
from .paths import holder_of, names_read, task_of
from .projection import ItemState
from .rights import Place, acting_for, may_do, may_steer, represented_in
from .runtime import RULES, Run
from .viewing import Seen, Viewing
from .views import instance_of

TASK = "Tugas"
LONGEST_REASON = 2000


class Commands(Viewing):
    """The use cases that move a case, or say who works on it."""

    def start(
        self, key: str, answers: Mapping[str, Any], *, by: Actor, on_behalf_of: str | None = None
    ) -> ProcessInstance:
        """Start a case and complete its first step, files included; return it with its number.

        ``on_behalf_of`` names the lane that the actor represents, if it is not their own; left out, it
        is worked out. Raises ``NotFound``, ``NotAllowed``, ``InvalidAnswers``, ``CannotProceed``.
        """
        now = self.now()
        with self.database.write() as connection:
            process = self.catalog.in_force(connection, key, now)
            run, facts = Run.start(process)
            first = next(iter(run.open_items.values()), None)
            place = Place(first.lane, first.group) if first else None
            lane = _lane_for(by, place, process, on_behalf_of)
            form = form_of(process, first.key) if first else None
            checked = _checked(form, answers, self)
            number, ordinal = numbering.next_number(connection, process.diagram, now)
            file = casefile.create(connection, number, ordinal, key, process.version, now)
            flow = Flow(self, file)
            begun = h.InstanceStarted(key, process.version, process.digest, RULES)
            flow.begin(begun, run, facts, at=now, actor=by.name, lane=lane)
            if first:
                self._complete(flow, first.key, form, checked, by, lane)
            drafts.drop(connection, by.name, drafts.start_scope(key))
            flow.save()
            instance = instance_of(number, file.state, process)
        self.reported(flow)
        return instance

    def complete(
        self, case: str, key: str, answers: Mapping[str, Any], *, by: Actor, on_behalf_of: str | None = None
    ) -> None:
        """Complete an open step with its answers.

        Raises ``NotFound``, ``WorkItemClosed``, ``WorkItemHeld``, ``NotAllowed``, ``InvalidAnswers``,
        ``CaseNotRunning``, ``CaseBecameIncident``.
        """
        with self.advance(case) as flow:
            item, place = self._open_item(flow, key, by)
            if item.assignee not in (None, by.name):
                raise WorkItemHeld(key, str(item.assignee))
            lane = _lane_for(by, place, flow.process, on_behalf_of)
            form = form_of(flow.process, key)
            checked = _checked(form, answers, self)
            self._complete(flow, key, form, checked, by, lane)
            drafts.drop(flow.file.connection, by.name, drafts.item_scope(case, key))

    def claim(self, case: str, key: str, *, by: Actor) -> None:
        """Take an open step for oneself; taking one's own again changes nothing.

        Raises ``NotFound``, ``WorkItemClosed``, ``WorkItemHeld``, ``CaseNotRunning``.
        """
        with self.advance(case) as flow:
            item, place = self._open_item(flow, key, by)
            if item.assignee not in (None, by.name):
                raise WorkItemHeld(key, str(item.assignee))
            lane = _lane_for(by, place, flow.process, None)
            if item.assignee is None:
                flow.note(h.WorkItemClaimed(key), at=self.now(), actor=by.name, on_behalf_of=lane)

    def release(self, case: str, key: str, *, by: Actor) -> None:
        """Give a step back to its lane: its holder may, and whoever may steer the case.

        Raises ``NotFound``, ``WorkItemClosed``, ``NotAllowed``, ``CaseNotRunning``.
        """
        with self.advance(case) as flow:
            item, _place = self._open_item(flow, key, by)
            if item.assignee is None:
                return
            if item.assignee != by.name and not may_steer(by):
                raise NotAllowed(
                    f"Tugas {key} dipegang oleh {item.assignee}; hanya ia atau pimpinan yang dapat melepasnya."
                )
            flow.note(h.WorkItemReleased(key), at=self.now(), actor=by.name)

    def reassign(self, case: str, key: str, to: str, reason: str, *, by: Actor) -> None:
        """Give an open step to another person who may do it. Raises as ``release``, and ``InvalidRequest``."""
        told = given_reason(reason)
        with self.advance(case) as flow:
            item, place = self._open_item(flow, key, by)
            if not may_steer(by):
                raise NotAllowed("Hanya kepala kantor atau pemilik proses yang boleh mengalihkan tugas.")
            person = people.find(flow.file.connection, to)
            if person is None or not may_do(person, place, represented_in(flow.process.diagram)):
                raise InvalidRequest(f"{to!r} bukan petugas aktif yang boleh mengerjakan tugas di lajur {item.lane}.")
            flow.note(h.WorkItemReassigned(key, to, told), at=self.now(), actor=by.name)

    def cancel(self, case: str, reason: str, *, by: Actor) -> None:
        """End a running case, or an incident, before its diagram's end, with a reason.

        Raises ``NotFound``, ``NotAllowed``, ``InvalidRequest``, ``CaseNotRunning``.
        """
        told = given_reason(reason)
        with self.advance(case) as flow:
            self._steered(flow, by)
            if flow.file.state.state not in ("running", "incident"):
                raise CaseNotRunning(case, flow.file.state.state)
            flow.apply(h.InstanceCancelled(told), at=self.now(), actor=by.name)

    def retry(self, case: str, *, by: Actor) -> None:
        """Try again what made the case an incident; if it works now, the case goes on.

        A refused completion is only tried: its answers were not kept, so the person hands them in again.
        Raises ``NotFound``, ``NotAllowed``, ``CaseNotRunning``, ``CaseBecameIncident``.
        """
        with self.advance(case) as flow:
            self._steered(flow, by)
            if flow.file.state.state != "incident":
                raise CaseNotRunning(case, flow.file.state.state)
            refused = json.loads(flow.file.state.remark or "{}").get("refused") or {}
            flow.note(h.IncidentResolved(), at=self.now(), actor=by.name)
            if refused.get("type") == "WorkItemCompleted":
                trial = Run.restore(flow.process, flow.run.dump())
                trial.apply(h.parse_event(refused["type"], refused["payload"]))
            flow.fire_due(self.now())

    def _complete(
        self, flow: Flow, key: str, form: Form | None, checked: Mapping[str, Any], by: Actor, lane: str | None
    ) -> None:
        """Apply a completion whose permission and answers were checked, and store the answers."""
        event: h.WorkItemCompleted = h.WorkItemCompleted(key)
        if form is None:
            flow.apply(event, at=self.now(), actor=by.name, on_behalf_of=lane)
            return
        stored = to_store(form, checked)
        event = replace(
            event,
            variables=variables(form, checked, names_read(flow.process)),
            plain=stored.digest(PLAIN),
            personal=stored.digest(PERSONAL),
            switches=switches(form, checked),
        )
        appended = flow.apply(event, at=self.now(), actor=by.name, on_behalf_of=lane)
        stored.store(flow.file.connection, flow.file.id, appended[0].seq)

    def _open_item(self, flow: Flow, key: str, by: Actor) -> tuple[ItemState, Place]:
        """Return the open step, of a running case, that the actor may do or may steer, and where it waits."""
        file = flow.file
        item = file.state.open_item(key)
        place = self.place(file.connection, item) if item else None
        if place is None or not may_do(by, place, represented_in(flow.process.diagram)):
            item, place = self._steerable_or_closed(flow, key, by)
        if item is None or place is None:
            raise NotFound(TASK, f"{file.number}/{key}")
        if item.state != "open":
            raise WorkItemClosed(key, item.state, item.closed_by, item.closed_at)
        if file.state.state != "running":
            raise CaseNotRunning(file.number, file.state.state)
        return item, place

    def _steerable_or_closed(self, flow: Flow, key: str, by: Actor) -> tuple[ItemState | None, Place | None]:
        """Return the step that had this key last, if the actor might have done it or may steer the case."""
        seen = self._seen_in(flow, by)
        item = seen.latest(key)
        if item is None or not (seen.may_do(item, by) or (may_steer(by) and seen.access != "none")):
            return None, None
        return item, seen.place(item)

    def _steered(self, flow: Flow, by: Actor) -> None:
        """Refuse unless the actor sees the case and may steer it."""
        if self._seen_in(flow, by).access == "none":
            raise NotFound(CASE, flow.file.number)
        if not may_steer(by):
            raise NotAllowed("Hanya kepala kantor atau pemilik proses yang boleh melakukan ini.")

    def _seen_in(self, flow: Flow, by: Actor) -> Seen:
        file = flow.file
        return self.look(file.connection, file.id, file.number, file.state, by)


def form_of(process: ExecutableProcess, key: str) -> Form | None:
    """Return the form of the step that ``key`` points at, as frozen with the version."""
    holder, task = holder_of(process, key), task_of(process, key)
    return holder.forms.get(task.form_id) if holder and task and task.form_id else None


def given_reason(reason: str) -> str:
    """Return the reason without white space around it. Raises ``InvalidRequest`` if it says nothing or too much."""
    told = reason.strip()
    if not is_storable(told):
        raise InvalidRequest("Alasan memuat huruf yang tidak dapat disimpan (NUL atau surrogate); hapus huruf itu.")
    if not told or len(told) > LONGEST_REASON:
        raise InvalidRequest(
            f"Alasan wajib diisi, paling banyak {LONGEST_REASON} huruf; yang diterima {len(told)} huruf."
        )
    return told


def _checked(form: Form | None, answers: Mapping[str, Any], office: Office) -> dict[str, Any]:
    if form is not None:
        return form.check(answers, now=office.now())
    if answers:
        raise InvalidAnswers(dict.fromkeys(answers, "Langkah ini tidak mempunyai formulir; kosongkan isian."))
    return {}


def _lane_for(by: Actor, place: Place | None, process: ExecutableProcess, asked: str | None) -> str | None:
    """Return the lane on whose behalf the actor acts there. Raises ``NotAllowed``, ``InvalidRequest``."""
    if place is None:
        return None
    if not may_do(by, place, represented_in(process.diagram)):
        raise NotAllowed(f"Anda bukan pelaksana lajur {place.lane} dan tidak mewakilinya.")
    lane = acting_for(by, place)
    if asked not in (None, lane):
        raise InvalidRequest(f"Anda tidak bertindak atas nama {asked} di lajur {place.lane}.")
    return lane
