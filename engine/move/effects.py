"""What publishing a version does to the open cases: which fit, by which rules, which don't, and who would be late.

Asked part by part, so that no question takes long however many cases are open. Reads only: nothing is locked, and
what falls due meanwhile is left to the timer worker.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, cast, get_args

from sqlalchemy import Connection

from .. import history as h
from ..diagram import ExecutableProcess
from ..drafting.drafting import DiagramDrafts
from ..errors import DoesNotFit
from ..model import Actor, MovePolicy
from .foreseeing import Foreseen
from .moving import Agreed, allow_moving
from .reading import cases_chosen, open_by_version
from .renaming import propose_renames
from .surveying import Surveyed, Surveying
from .values import Effect, EffectGroup, MoveSelection, StepMapping

DRAFT = "draft"
Target = int | Literal["draft"]
ALL = MoveSelection()
MOST_AT_ONCE = 2_000


@dataclass
class _Found:
    """A group that is being counted."""

    group: EffectGroup
    cases: list[str] = field(default_factory=list)
    hidden: int = 0
    late: dict[MovePolicy, int] = field(default_factory=lambda: dict.fromkeys(get_args(MovePolicy), 0))

    def told(self) -> EffectGroup:
        """Return it as callers see it."""
        count = len(self.cases) + self.hidden
        late = self.late if self.group.fits else {}
        return replace(self.group, count=count, cases=tuple(self.cases), hidden=self.hidden, late=late)


class Effects(DiagramDrafts, Surveying):
    """The questions about a version, or a draft, and all open cases of its SOP."""

    def effect(
        self,
        key: str,
        target: Target,
        *,
        by: Actor,
        after: int = 0,
        limit: int = 500,
        renamed: Mapping[str, str] | None = None,
    ) -> Effect:
        """Return what a version, or the actor's draft, does to the next ``limit`` open cases behind ``after``.

        Any step may be passed here: what would be is told, nothing is agreed to. Raises ``NotFound``,
        ``NotAllowed``, ``DeploymentRefused`` for a draft that breaks the rules, ``InvalidRequest``.
        """
        allow_moving(by)
        limit = max(1, min(limit, MOST_AT_ONCE))
        with self.database.read() as connection:
            process = self._target(connection, key, target, by)
            version = None if target == DRAFT else process.version
            cases = cases_chosen(connection, key, version, ALL, after, limit)
            groups: dict[str, _Found] = {}
            for each in self.surveyed(connection, cases, process, Agreed(renamed, None)):
                group, late = self._outcome(connection, each)
                found = groups.setdefault(group.id, _Found(group))
                if self.may_name(connection, each.case, by):
                    found.cases.append(each.case.number)
                else:
                    found.hidden += 1
                for policy in late:
                    found.late[policy] += 1
            total = sum(open_by_version(connection, key).values())
        more = cases[-1].id if len(cases) == limit else None
        return Effect(key, target, tuple(each.told() for each in groups.values()), len(cases), total, more)

    def propose_renames(self, key: str, from_version: int, to: Target, *, by: Actor) -> tuple[StepMapping, ...]:
        """Return which elements of one version would be taken for which of the other. Raises as ``effect``."""
        allow_moving(by)
        with self.database.read() as connection:
            old = self.catalog.process(connection, key, from_version)
            new = self._target(connection, key, to, by)
        return tuple(
            StepMapping(before, after, _name(old, before), _name(new, after))
            for before, after in propose_renames(old, new).items()
        )

    def moving_from(self, key: str, *, by: Actor) -> Mapping[int, int]:
        """Return how many open cases run on each version of an SOP. Raises ``NotAllowed``."""
        allow_moving(by)
        with self.database.read() as connection:
            return open_by_version(connection, key)

    def _target(self, connection: Connection, key: str, target: Target, by: Actor) -> ExecutableProcess:
        if target == DRAFT:
            return self.drafted(connection, self.own_draft(connection, key, by=by))
        return self.catalog.process(connection, key, cast(int, target))

    def _outcome(self, connection: Connection, each: Surveyed) -> tuple[EffectGroup, list[MovePolicy]]:
        """Return the group that a case belongs to, and the policies under which it would become late."""
        case = each.case
        standing = tuple(sorted(item.key for item in case.state.items.values()))
        if each.trial is None:
            group = EffectGroup("", case.state.version, False, 0, (), 0, why_not=each.broken, broken=True)
            return _identified(group), []
        group = EffectGroup("", case.state.version, True, 0, (), 0, standing=standing)
        try:
            by_policy: dict[MovePolicy, Foreseen] = {
                policy: self.foreseen_of(connection, each, policy) for policy in get_args(MovePolicy)
            }
        except DoesNotFit as error:
            why, event = str(error), _own_event(each, error.event)
            fits_not = replace(group, fits=False, why_not=why, event=event, open_steps=error.open_steps)
            return _identified(fits_not, error.event), []
        tried = by_policy["keep"].tried
        group = replace(
            group,
            renamed=dict(_met(tried.renamed, each)),
            dropped=tried.carried.dropped,
            passed=tried.carried.passed,
            missing={key: tuple(sorted(values)) for key, values in tried.variables.items()},
        )
        now = self.now()
        return _identified(group), [policy for policy, seen in by_policy.items() if becomes_late(seen, now)]


def becomes_late(seen: Foreseen, now: datetime) -> bool:
    """Return whether some step is past its due date after a move that was not past it before."""
    return any(_is_past(each.new_due_at, now) and not _is_past(each.old_due_at, now) for each in seen.changes)


def is_late(seen: Foreseen, now: datetime) -> bool:
    """Return whether some step is past its due date after a move."""
    return any(_is_past(each.new_due_at, now) for each in seen.changes)


def own_words(each: Surveyed, error: DoesNotFit) -> str:
    """Return why a case does not fit, with the number that the event has in its own history."""
    event = _own_event(each, error.event)
    return str(error).replace(f"Peristiwa {error.event} ", f"Peristiwa {event} ", 1) if event else str(error)


def _own_event(each: Surveyed, event: int | None) -> int | None:
    places = [recorded.seq for recorded in each.first.inputs]
    return each.case.inputs[places.index(event)].seq if event in places else event


def _identified(group: EffectGroup, event: int | None = None) -> EffectGroup:
    why = (group.why_not or "").replace(f"Peristiwa {event} ", "Peristiwa ", 1)
    marks = [group.from_version, group.fits, why, dict(group.renamed), *map(list, (group.dropped, group.passed))]
    marks += [{key: list(names) for key, names in group.missing.items()}, list(group.standing)]
    return replace(group, id=hashlib.sha256(h.canonical(marks).encode()).hexdigest()[:16])


def _met(renamed: Mapping[str, str], each: Surveyed) -> Iterator[tuple[str, str]]:
    """Yield the renames of elements that the case has met or stands at."""
    keys = {item.key for item in each.case.state.items.values()} | set(each.case.state.timers)
    told = each.trial.told.inputs if each.trial else []
    parts = {part.partition(":")[0] for key in (*keys, *(one.event.key for one in told)) for part in key.split("/")}
    return ((old, new) for old, new in renamed.items() if old in parts)


def _is_past(due_at: datetime | None, now: datetime) -> bool:
    return due_at is not None and due_at < now


def _name(process: ExecutableProcess, element: str) -> str:
    for each in (process, *process.calls.values()):
        if element in each.diagram.elements:
            return each.diagram.elements[element].name or element
    return element
