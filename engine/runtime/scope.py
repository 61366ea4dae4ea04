"""SpiffWorkflow's tasks as tokens, and the scopes in which they move.

A token is a SpiffWorkflow task. What is finished leaves the tree at once, so the tree holds only
what is live: it never grows with the rounds of a loop, and no depth is ever reached. A scope is one
instance of a process, a sub-process or a call; it gives the keys and notes what becomes of tokens.
"""

# mypy: disallow-subclassing-any=False

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from SpiffWorkflow.bpmn.util.subworkflow import BpmnBaseWorkflow, BpmnSubWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from ..errors import CannotProceed
from ..history import EscalationRaised, TimerScheduled, WorkItemOpened
from . import specs
from .parser import Blueprint

if TYPE_CHECKING:
    from .case import Case

DEEPEST: Final = 20
"""Sub-processes and calls within each other."""


class OverBudget(CannotProceed):
    """The diagram asks for more than any sound one needs: tokens without end, calls within calls."""


@dataclass(frozen=True)
class OpenItem:
    """A user task that waits for somebody of ``lane``, or only of ``group`` within it."""

    key: str
    element_id: str
    lane: str
    group: str | None = None


@dataclass(frozen=True)
class ArmedTimer:
    """A timer that waits. ``item`` is the step that it watches; of a multi-instance task all of
    them, by their key without its count.

    It is None where the timer stands in the flow, or on a sub-process or call.
    """

    key: str
    element_id: str
    duration: str
    role: str
    item: str | None = None


class Token(Task):
    """A token, and the node that it has reached by ``flow``. ``key`` names it where somebody may refer to it."""

    flow: str = ""
    key: str = ""

    def __init__(self, scope: Scope, spec: specs.Node, parent: Token | None = None, state: int = TaskState.FUTURE):
        super().__init__(scope, spec, parent=parent, state=state, id=scope.case.count(scope, spec))

    def _add_child(self, spec: specs.Node, state: int = TaskState.FUTURE) -> Token:
        return Token(self.workflow, spec, self, state)

    def _set_state(self, value: int) -> None:
        # SpiffWorkflow's own reads the clock and writes a log line at each change.
        self._state = value


class Scope(BpmnBaseWorkflow):
    """One instance of a process or sub-process: its tokens, and how often each element opened in it."""

    case: Case
    blueprint: Blueprint
    path: str
    counts: dict[str, int]

    def root(self) -> Token:
        """Make the token that holds all others, and return it."""
        self.task_tree = Token(self, self.spec.start, state=TaskState.COMPLETED)
        return self.task_tree

    def begin(self) -> None:
        """Put a token on the start event."""
        (start,) = self.spec.start.outputs
        start._update(self.root()._add_child(start))

    def leave(self, token: Token, exits: Iterable[specs.Exit]) -> None:
        """Take a finished token out, and put one on each of the ``exits``."""
        self._close_frame(token)
        arrivals = []
        for each in exits:
            arrival = self.task_tree._add_child(each.target)
            arrival.flow = each.flow
            arrivals.append(arrival)
            self.case.flows.append(self.path + each.flow)
        holder = token.parent
        self.remove(token)
        for arrival in arrivals:
            arrival.task_spec._update(arrival)
        if isinstance(holder.task_spec, specs.MultiInstance):
            holder.task_spec.instance_done(holder)
        elif len(self.tasks) == 1:
            self.case.end(self)

    def arrived_at(self, join: specs.Node) -> dict[str, Token]:
        """Return the token that has waited longest at ``join`` on each incoming flow that has one."""
        found: dict[str, Token] = {}
        for token in self.tasks.values():
            if token.task_spec is join and token.state == TaskState.WAITING:
                found.setdefault(token.flow, token)
        return found

    def merge(self, tokens: Iterable[Token], into: Token) -> None:
        """Consume ``tokens`` at a join; one of them goes on for all."""
        for token in tokens:
            if token is not into:
                self.remove(token)

    def enter(self, token: Token) -> None:
        """Begin the sub-process or call that ``token`` has reached."""
        if self.depth + 1 > DEEPEST:
            reason = (
                f"sub-proses atau panggilan proses bersarang lebih dari {DEEPEST} tingkat. "
                "Periksa apakah proses ini memanggil dirinya sendiri."
            )
            raise self.cannot_proceed(token.task_spec, reason, OverBudget)
        token.key = self.next_key(token.task_spec)
        self.scope_within(token).begin()

    def scope_within(self, token: Token) -> InnerScope:
        """Make the empty scope of the sub-process or call at which ``token`` is."""
        node, plan = token.task_spec, self.blueprint
        name = node.bpmn_id
        if isinstance(node, specs.CallActivity):
            called = plan.called_by(name)
            if called is None:
                reason = "proses yang dipanggil belum terpasang. Pasang proses itu, lalu pasang lagi diagram ini."
                raise self.cannot_proceed(node, reason)
            plan, name = called, called.diagram.key
        scope = self.case.subprocesses[token.id] = InnerScope(self, token, plan, plan.specs[name])
        return scope

    def open_item(self, token: Token) -> None:
        """Open a work item for a token that has reached a user task."""
        task = self.blueprint.diagram.tasks[token.task_spec.bpmn_id]
        token.key = self.next_key(token.task_spec)
        group = None
        if task.group is not None:
            answer = self.case.variables.get(task.group.field) if task.group.field else ";".join(task.group.names)
            group = str(answer) if answer not in (None, "") else None
        self.case.items[token.key] = (OpenItem(token.key, task.id, task.lane, group), token)
        self.case.facts.append(WorkItemOpened(token.key, task.lane, group))

    def arm(self, token: Token) -> None:
        """Arm the timer that a token waits for, or that watches an activity."""
        timer = self.blueprint.diagram.timers[token.task_spec.bpmn_id]
        token.key = self.next_key(token.task_spec)
        watched = token.parent.children[0] if isinstance(token.parent.task_spec, specs.Frame) else token
        item = watched.key if isinstance(watched.task_spec, specs.UserTask) else None
        if isinstance(watched.task_spec, specs.MultiInstance):
            item = f"{self.path}{watched.task_spec.bpmn_id}"
        armed = ArmedTimer(token.key, timer.id, timer.duration.text, timer.role, item)
        self.case.timers[token.key] = (armed, token)
        self.case.facts.append(TimerScheduled(armed.key, armed.duration, armed.role, armed.item))

    def escalate(self, token: Token) -> None:
        """Note that an escalation end event was reached."""
        self.case.facts.append(EscalationRaised(self.path + token.task_spec.bpmn_id))

    def terminate(self, token: Token) -> None:
        """End every other token of this scope."""
        self.clear(but=token)
        self.case.sweep(self.path + token.task_spec.bpmn_id)

    def clear(self, but: Token | None = None) -> None:
        """Take out every token, and what is inside it."""
        for token in self.task_tree.children:
            if token is not but:
                self.discard(token)

    def discard(self, token: Token) -> None:
        """Take out one unfinished token with all that it holds."""
        for child in token.children:
            self.discard(child)
        inner = self.case.subprocesses.pop(token.id, None)
        if inner is not None:
            inner.clear()
        token._set_state(TaskState.CANCELLED)
        self.remove(token)

    def remove(self, token: Token) -> None:
        """Take one token out of the tree."""
        token.parent._children.remove(token.id)
        del self.tasks[token.id]

    def next_key(self, node: specs.Node) -> str:
        """Return the key for the next opening of ``node`` in this scope."""
        count = self.counts[node.bpmn_id] = self.counts.get(node.bpmn_id, 0) + 1
        return f"{self.path}{node.bpmn_id}:{count}"

    def cannot_proceed(self, node: specs.Node, reason: str, kind: type[CannotProceed] = CannotProceed) -> CannotProceed:
        """Return the refusal to go on at ``node``."""
        diagram = self.blueprint.diagram
        element = diagram.elements.get(node.bpmn_id)
        return kind(node.bpmn_id or diagram.key, element.name if element else diagram.name, reason)

    def _close_frame(self, token: Token) -> None:
        """An activity is over, or a timer interrupts it: what was around it goes."""
        frame, node = token.parent, token.task_spec
        fired = isinstance(node, specs.BoundaryEvent)
        if not isinstance(frame.task_spec, specs.Frame) or (fired and not node.cancel_activity):
            return
        for other in frame.children:
            if other is not token:
                self.discard(other)
        frame._children.remove(token.id)
        token.parent = self.task_tree
        self.task_tree._children.append(token.id)
        self.remove(frame)
        self.case.sweep(token.key)


class InnerScope(Scope, BpmnSubWorkflow):
    """The scope of a sub-process or a call, within the token that waits for its end."""

    def __init__(self, outer: Scope, token: Token, blueprint: Blueprint, spec: specs.ProcessSpec) -> None:
        self.case, self.outer, self.token = outer.case, outer, token
        self.blueprint, self.path, self.counts = blueprint, f"{token.key}/", {}
        super().__init__(spec, token.id, outer.case, deserializing=True)

    def _calculate_depth(self) -> int:
        return int(self.outer.depth) + 1
