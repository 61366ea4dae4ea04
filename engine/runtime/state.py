"""The snapshot of a case: only what is live, as compact JSON, and back.

It holds no spec and no answers, and it is a cache: what another program wrote, or what was written for
another version of the diagram, is refused, and the caller replays the history instead.
"""

from __future__ import annotations

import json
from typing import Any, Final

from ..diagram import ExecutableProcess
from .case import Case
from .parser import blueprint
from .scope import ArmedTimer, InnerScope, OpenItem, Scope, Token

FORMAT: Final = 1


class SnapshotOutdated(ValueError):
    """The snapshot is of another format, or of another version of the diagram; replay the history."""


def dump(case: Case, rules: int) -> bytes:
    """Return the case as it stands between two commands."""
    numbers: dict[int, int] = {}
    scopes = [_scope(scope, numbers) for scope in case.scopes()]
    held = [[numbers[token.id], item.group] for item, token in case.items.values()]
    armed = [[numbers[token.id], timer.item] for timer, token in case.timers.values()]
    state = {"format": FORMAT, "rules": rules, "digest": case.blueprint.process.digest, "over": case.over}
    state |= {"variables": case.variables, "scopes": scopes, "items": held, "timers": armed}
    return json.dumps(state, separators=(",", ":"), ensure_ascii=False).encode()


def load(process: ExecutableProcess, state: bytes) -> tuple[Case, int]:
    """Return the case that ``dump`` wrote, and its rules. Raises ``SnapshotOutdated``."""
    try:
        found = json.loads(state)
        if found["format"] != FORMAT or found["digest"] != process.digest:
            raise SnapshotOutdated(f"expected a snapshot of format {FORMAT} for version {process.version}")
        return _case(process, found), int(found["rules"])
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        raise SnapshotOutdated(f"the snapshot cannot be read: {error!r}") from error


def _case(process: ExecutableProcess, found: dict[str, Any]) -> Case:
    case = Case(blueprint(process))
    case.variables, case.over = found["variables"], found["over"]
    tokens: list[Token] = []
    for number, saved in enumerate(found["scopes"]):
        outer = tokens[saved["in"]] if number else None
        _fill(case if outer is None else outer.workflow.scope_within(outer), saved, tokens)
    for at, group in found["items"]:
        token = tokens[at]
        task = token.workflow.blueprint.diagram.tasks[token.task_spec.bpmn_id]
        case.items[token.key] = (OpenItem(token.key, task.id, task.lane, group), token)
    for at, item in found["timers"]:
        token = tokens[at]
        timer = token.workflow.blueprint.diagram.timers[token.task_spec.bpmn_id]
        case.timers[token.key] = (ArmedTimer(token.key, timer.id, timer.duration.text, timer.role, item), token)
    case.take_facts()
    return case


def _scope(scope: Scope, numbers: dict[int, int]) -> dict[str, Any]:
    """Return one scope. ``numbers`` gives each token its place in the snapshot, as live ids never leave it."""
    tokens = []
    for token in scope.tasks.values():
        numbers[token.id] = len(numbers)
        left = token.internal_data.get("left", 0)
        parent = -1 if token.parent is None else numbers[token.parent.id]
        tokens.append([token.task_spec.name, parent, token.state, token.flow, token.key, left])
    saved: dict[str, Any] = {"counts": scope.counts, "tokens": tokens}
    if isinstance(scope, InnerScope):
        saved["in"] = numbers[scope.token.id]
    return saved


def _fill(scope: Scope, saved: dict[str, Any], tokens: list[Token]) -> None:
    scope.counts = saved["counts"]
    for name, parent, state, flow, key, left in saved["tokens"]:
        token = Token(scope, scope.spec.task_specs[name], None if parent < 0 else tokens[parent], state)
        token.flow, token.key = flow, key
        if left:
            token.internal_data["left"] = left
        if parent < 0:
            scope.task_tree = token
        tokens.append(token)
