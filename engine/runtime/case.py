"""One case as a whole: its outermost scope, its variables, and how its tokens move until all wait.

Tokens move first come, first served; an inclusive join goes on only when nothing else can move.
Everything is counted: a command that makes too many tokens is refused before it costs anything.
"""

# mypy: disallow-subclassing-any=False

from __future__ import annotations

from collections import deque
from typing import Any, Final

from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from ..history import Event, InstanceCompleted, PathTaken, TimerDropped, WorkItemWithdrawn
from ..model import Scalar
from . import specs
from .parser import Blueprint
from .scope import ArmedTimer, InnerScope, OpenItem, OverBudget, Scope, Token

MOST_STEPS: Final = 2_000
"""Tokens that one command may make: a diagram whose gateways run in circles, or multiply tokens, makes more."""
MOST_TOKENS: Final = 1_000
"""Tokens that one case may hold when a command is done."""


class _NoScripts:
    """Stands where SpiffWorkflow keeps its Python engine; it has no way to run anything."""


class Case(Scope, BpmnWorkflow):
    """The outermost scope, and what belongs to the case as a whole."""

    def __init__(self, blueprint: Blueprint) -> None:
        self.case, self.blueprint, self.path, self.counts = self, blueprint, "", {}
        self.queue: deque[Token] = deque()
        self.items: dict[str, tuple[OpenItem, Token]] = {}
        self.timers: dict[str, tuple[ArmedTimer, Token]] = {}
        self.variables: dict[str, Scalar] = {}
        self.facts: list[Event] = []
        self.flows: list[str] = []
        self.over = False
        self._made = self._steps = 0
        super().__init__(blueprint.specs[blueprint.diagram.key], script_engine=_NoScripts(), deserializing=True)

    def scopes(self) -> list[Scope]:
        """Return all scopes, outer before inner."""
        return [self, *self.subprocesses.values()]

    def count(self, scope: Scope, node: specs.Node) -> int:
        """Count a new token; return its number. Raises ``CannotProceed`` over budget."""
        self._made += 1
        self._steps += 1
        if self._steps > MOST_STEPS:
            reason = (
                f"satu perintah memicu lebih dari {MOST_STEPS} langkah otomatis. Periksa apakah gerbang di sini "
                "berputar tanpa tugas, atau cabang paralel digabung tanpa gerbang paralel sehingga berlipat ganda."
            )
            raise scope.cannot_proceed(node, reason, OverBudget)
        return self._made

    def settle(self) -> tuple[Event, ...]:
        """Move tokens until each waits for somebody; return what has happened since the last time.

        Raises ``CannotProceed`` if the case is stuck or holds too much.
        """
        while self.queue or self._release():
            token = self.queue.popleft()
            if token.state == TaskState.READY:
                token.run()
        self._check_alive()
        self._check_size()
        path = (PathTaken(tuple(self.flows)),) if self.flows else ()
        end = (InstanceCompleted(),) if self.over else ()
        return path + self.take_facts() + end

    def take_facts(self) -> tuple[Event, ...]:
        """Return what has happened since the last time, without the path, and begin to count anew."""
        facts = tuple(self.facts)
        self.facts, self.flows, self._steps = [], [], 0
        return facts

    def end(self, scope: Scope) -> None:
        """Close a scope in which no token is left."""
        if isinstance(scope, InnerScope):
            del self.subprocesses[scope.token.id]
            scope.token._ready()
        else:
            self.over = True

    def sweep(self, cause: str) -> None:
        """Record which work items and timers went with the tokens that ``cause`` took out."""
        for key in _gone(self.items):
            del self.items[key]
            self.facts.append(WorkItemWithdrawn(key, cause))
        for key in _gone(self.timers):
            del self.timers[key]
            self.facts.append(TimerDropped(key))

    def _release(self) -> bool:
        """Let one inclusive join go on, if any may."""
        for scope in self.scopes():
            waiting = [t for t in scope.tasks.values() if isinstance(t.task_spec, specs.InclusiveGateway)]
            for join in dict.fromkeys(token.task_spec for token in waiting):
                arrived = scope.arrived_at(join)
                if join.may_go(frozenset(arrived), _others(scope, join)):
                    first = next(iter(arrived.values()))
                    scope.merge(arrived.values(), first)
                    first._ready()
                    return True
        return False

    def _check_alive(self) -> None:
        """Refuse a case in which nothing waits for anybody, though it is not over."""
        if self.over or self.items or self.timers:
            return
        waiting = [(scope, token) for scope in self.scopes() for token in scope.tasks.values()]
        scope, token = next(each for each in waiting if each[1].state == TaskState.WAITING)
        reason = (
            "penggabungan ini menunggu cabang yang tidak akan pernah datang (yang sudah tiba: "
            f"{', '.join(scope.arrived_at(token.task_spec))}). Samakan jenis gerbang pembuka dan penutupnya."
        )
        raise scope.cannot_proceed(token.task_spec, reason)

    def _check_size(self) -> None:
        if sum(len(scope.tasks) for scope in self.scopes()) > MOST_TOKENS:
            scope = self.scopes()[-1]
            reason = (
                f"perkara ini memuat lebih dari {MOST_TOKENS} cabang sekaligus. "
                "Periksa cabang paralel yang tidak digabung lagi dengan gerbang paralel."
            )
            raise scope.cannot_proceed(list(scope.tasks.values())[-1].task_spec, reason, OverBudget)


def _gone(held: dict[str, tuple[Any, Token]]) -> list[str]:
    return [key for key, (_, token) in held.items() if token.state == TaskState.CANCELLED]


def _others(scope: Scope, join: specs.Node) -> list[specs.Node]:
    """Return the nodes at which tokens are that may still come to ``join``: not those that wait at it."""
    nodes = []
    for token in scope.tasks.values():
        node, holder = token.task_spec, token.parent
        apart = holder is None or isinstance(holder.task_spec, (specs.Frame, specs.MultiInstance))
        if not apart and node is not join:
            nodes.append(node)
    return nodes
