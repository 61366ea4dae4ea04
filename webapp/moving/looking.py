"""Going through the open cases of an SOP a second or two at a time, and what was found so far as JSON.

The engine says what a version does to each case; here parts are put together. Numbers of cases are kept only as
far as a page lists them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from time import monotonic
from typing import Any

from engine import Actor, Effect, EffectGroup, Engine, MovePreview

from .asked import Ask

PART_SECONDS = 1.0
PART_CASES = 200
"""So many cases between two looks at the clock."""
PART_ROWS = 200
LISTED = 40
"""Numbers of cases that a page lists of one group."""

Clock = Callable[[], float]


def look_further(
    engine: Engine, so_far: Effect | None, key: str, target: Any, by: Actor, clock: Clock = monotonic
) -> Effect:
    """Look at the next open cases, for a second or so; return everything found so far."""
    until = clock() + PART_SECONDS
    whole = so_far
    while whole is None or not whole.finished:
        after = whole.after or 0 if whole else 0
        part = engine.effect(key, target, by=by, after=after, limit=PART_CASES)
        whole = part if whole is None else whole + part
        if clock() >= until:
            break
    return replace(whole, groups=tuple(replace(each, cases=each.cases[:LISTED]) for each in whole.groups))


def written(effect: Effect) -> dict[str, Any]:
    """Return what was found as JSON knows it."""
    return asdict(effect)


def read(value: Any) -> Effect:
    """Return what ``written`` wrote."""
    groups = tuple(EffectGroup(**{**each, **_tuples(each)}) for each in value["groups"])
    return Effect(**{**value, "groups": groups})


def _tuples(group: dict[str, Any]) -> dict[str, Any]:
    names = ("cases", "dropped", "passed", "standing", "open_steps")
    missing = {step: tuple(fields) for step, fields in group["missing"].items()}
    return {name: tuple(group[name]) for name in names} | {"missing": missing}


@dataclass(frozen=True)
class Counted:
    """How many of the previewed cases would do what, as far as they were counted. ``after`` None: all of them."""

    fit: int = 0
    not_fit: int = 0
    late: int = 0
    newly_late: int = 0
    after: int | None = 0

    @property
    def cases(self) -> int:
        """Return how many cases were counted."""
        return self.fit + self.not_fit

    def with_rows(self, preview: MovePreview) -> Counted:
        """Return the count with one more part of the preview."""
        fitting = [row for row in preview.rows if row.fits]
        return Counted(
            self.fit + len(fitting),
            self.not_fit + len(preview.rows) - len(fitting),
            self.late + sum(row.late for row in fitting),
            self.newly_late + sum(row.newly_late for row in fitting),
            preview.after,
        )


def count_further(engine: Engine, so_far: Counted, key: str, ask: Ask, by: Actor, clock: Clock = monotonic) -> Counted:
    """Count the next cases of a preview, for a second or so."""
    until = clock() + PART_SECONDS
    counted = so_far
    while counted.after is not None:
        counted = counted.with_rows(ask.preview(engine, key, by, after=counted.after, limit=PART_ROWS))
        if clock() >= until:
            break
    return counted
