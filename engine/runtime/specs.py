"""SpiffWorkflow's task specs, mended: what a node of a diagram does with a token.

A ``Node`` stands in front of each of SpiffWorkflow's own classes. Nothing is foreseen: what comes
after a node is made when a token leaves it, so a diagram's size never multiplies. Joins count the
tokens that wait at them, flow by flow, as BPMN says; SpiffWorkflow looks at the past of the tree
instead, which is wrong in every loop. Timers look only at whether the engine fired them: nothing
here reads a clock, holds data, or evaluates a text of the diagram.
"""

# mypy: disallow-subclassing-any=False

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit, BpmnStartTask
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import EscalationEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import TerminateEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.util.task import TaskState

from ..expressions import Condition
from ..model import Scalar


@dataclass(frozen=True, eq=False)
class Exit:
    """One sequence flow that leaves a node. ``target`` is the node or the frame around it."""

    flow: str
    target: Node
    condition: Condition | None = None
    default: bool = False

    def holds(self, variables: Mapping[str, Scalar]) -> bool:
        """Return whether a token may go this way."""
        return self.condition is None or self.condition.holds(variables)


class Node(TaskSpec):
    """Where a token can be. SpiffWorkflow calls the hooks; ``task`` is the token, ``workflow`` its scope."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.exits: list[Exit] = []
        self.incoming: list[str] = []
        # Where a token may come out besides the exits: an activity's boundary events.
        self.beside: list[Node] = []

    def test(self) -> None:
        """Check nothing: the diagram's rules were checked when it was deployed."""

    def _predict(self, task: Any, seen: Any = None, looked_ahead: int = 0, mask: int = 0) -> None:
        """Foresee nothing: predictions multiply with each parallel split."""

    def _update_hook(self, task: Any) -> bool:
        """Say whether a token that has just arrived may go on."""
        return True

    def _on_ready_hook(self, task: Any) -> None:
        task.workflow.case.queue.append(task)

    def _run_hook(self, task: Any) -> bool:
        return True

    def _on_complete(self, task: Any) -> None:
        task.workflow.leave(task, self.exits_taken(task))

    def exits_taken(self, task: Any) -> list[Exit]:
        """Return where the token goes on; several exits of a node without conditions are a parallel split."""
        return self.exits


class Entry(Node, BpmnStartTask):
    """The root of a scope's tokens, which SpiffWorkflow wants; no token is ever there."""


class ProcessSpec(BpmnProcessSpec):
    """The nodes of one process or embedded sub-process, without SpiffWorkflow's own end and join."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.task_specs.clear()
        self.start, self.end = Entry(self, "Start"), None


class StartEvent(Node, defaults.StartEvent):
    """A none start event."""


class EndEvent(Node, defaults.EndEvent):
    """A none, terminate or escalation end event."""

    def _run_hook(self, task: Any) -> bool:
        if isinstance(self.event_definition, TerminateEventDefinition):
            task.workflow.terminate(task)
        elif isinstance(self.event_definition, EscalationEventDefinition):
            task.workflow.escalate(task)
        return True


class UserTask(Node, defaults.UserTask):
    """A step that waits for a person."""

    def _on_ready_hook(self, task: Any) -> None:
        task.workflow.open_item(task)


class MultiInstance(Node):
    """A user task that several people do, or one several times: ``count`` instances, then it goes on."""

    count = 1
    in_turn = False

    def _update_hook(self, task: Any) -> bool:
        task._set_state(TaskState.STARTED)
        task.internal_data["left"] = self.count
        for _ in range(1 if self.in_turn else self.count):
            self._open_instance(task)
        return False

    def instance_done(self, task: Any) -> None:
        """Take note that one instance is completed."""
        task.internal_data["left"] -= 1
        if task.internal_data["left"] == 0:
            task._ready()
        elif self.in_turn:
            self._open_instance(task)

    def _open_instance(self, task: Any) -> None:
        child = task._add_child(task.workflow.spec.task_specs[self.task_spec], TaskState.FUTURE)
        child.task_spec._update(child)


class Together(MultiInstance, defaults.ParallelMultiInstanceTask):
    """All instances are open at once."""


class InTurn(MultiInstance, defaults.SequentialMultiInstanceTask):
    """One instance after the other."""

    in_turn = True


class SubProcess(Node, defaults.SubWorkflowTask):
    """An embedded sub-process: a scope of its own."""

    def _update_hook(self, task: Any) -> bool:
        task._set_state(TaskState.STARTED)
        task.workflow.enter(task)
        return False


class CallActivity(SubProcess, defaults.CallActivity):
    """A call of another deployed process."""


class OfficeTimer(TimerEventDefinition):
    """A timer that only the engine fires: it has a flag and no text, so there is nothing to evaluate."""

    def has_fired(self, task: Any) -> bool:
        """Return whether the engine fired it."""
        return bool(task.internal_data.get("event_fired"))


class Timed(Node):
    """A node whose token waits for a timer."""

    def _update_hook(self, task: Any) -> bool:
        if self.event_definition.has_fired(task):
            return True
        task._set_state(TaskState.WAITING)
        task.workflow.arm(task)
        return False


class IntermediateCatchEvent(Timed, defaults.IntermediateCatchEvent):
    """An intermediate timer event."""


class BoundaryEvent(Timed, defaults.BoundaryEvent):
    """A timer on an activity. What waits at it is no token of the flow before it has fired."""


class Frame(Node, BoundaryEventSplit):
    """An activity with its boundary events: the first of its children is the activity itself."""

    def _update_hook(self, task: Any) -> bool:
        task._set_state(TaskState.STARTED)
        for child in [task._add_child(spec, TaskState.FUTURE) for spec in self.outputs]:
            child.task_spec._update(child)
        return False


class ExclusiveGateway(Node, defaults.ExclusiveGateway):
    """The first exit, in the order of the file, whose condition holds; else the default."""

    def exits_taken(self, task: Any) -> list[Exit]:
        """Return the one exit."""
        variables = task.workflow.case.variables
        for each in self.exits:
            if not each.default and each.holds(variables):
                return [each]
        return _default(self, task)


class ParallelGateway(Node, defaults.ParallelGateway):
    """Waits for a token on each incoming flow and takes exactly one of each; others keep waiting there."""

    def _update_hook(self, task: Any) -> bool:
        if len(self.incoming) < 2:
            return True
        task._set_state(TaskState.WAITING)
        arrived = task.workflow.arrived_at(self)
        if len(arrived) < len(self.incoming):
            return False
        task.workflow.merge(arrived.values(), task)
        return True


class InclusiveGateway(Node, defaults.InclusiveGateway):
    """Waits while some token can still come in by an empty flow (BPMN 2.0.2, 13.4.3)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._reached: dict[Node, frozenset[str]] = {}

    def _update_hook(self, task: Any) -> bool:
        if len(self.incoming) < 2:
            return True
        # Whether to go on is decided when nothing else can move: see ``Case.settle``.
        task._set_state(TaskState.WAITING)
        return False

    def may_go(self, filled: frozenset[str], tokens: Iterable[Node]) -> bool:
        """Return whether no token can fill an empty incoming flow, save one that may as well take a filled one."""
        empty = frozenset(self.incoming) - filled
        return not empty or not any(
            (reached := self._reached_from(node)) & empty and not reached & filled for node in tokens
        )

    def _reached_from(self, node: Node) -> frozenset[str]:
        """Return the incoming flows to which a path from ``node`` leads without passing this gateway."""
        if node not in self._reached:
            found: set[str] = set()
            seen, todo = {node}, [node]
            while todo:
                here = todo.pop()
                found.update(each.flow for each in here.exits if each.target is self)
                ahead = [each.target for each in here.exits if each.target is not self] + here.beside
                todo += [each for each in dict.fromkeys(ahead) if each not in seen]
                seen.update(ahead)
            self._reached[node] = frozenset(found)
        return self._reached[node]

    def exits_taken(self, task: Any) -> list[Exit]:
        """Return every exit whose condition holds; else the default."""
        variables = task.workflow.case.variables
        taken = [each for each in self.exits if not each.default and each.holds(variables)]
        return taken or _default(self, task)


def _default(gateway: Node, task: Any) -> list[Exit]:
    found = [each for each in gateway.exits if each.default]
    if not found:
        conditions = "; ".join(each.condition.text for each in gateway.exits if each.condition is not None)
        raise task.workflow.cannot_proceed(
            gateway,
            f"tidak ada cabang keluar yang syaratnya terpenuhi ({conditions}) dan tidak ada cabang bawaan (default). "
            "Periksa isian yang dibaca syarat itu, atau tandai satu cabang sebagai bawaan.",
        )
    return found
