"""What the form for moving cases offers: versions, steps to choose by, elements to map, steps that may count as passed.

Everything comes from the versions themselves; nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine import Actor, DeployedVersion, Engine, StepMapping

from .steps import Step, Steps, all_steps, may_run_on, steps_of


@dataclass(frozen=True)
class Vanished:
    """An element that the target lacks: what it may become, and what is proposed (empty: nothing)."""

    element: str
    words: str
    proposed: str
    becomes: Mapping[str, str]


@dataclass(frozen=True)
class Offered:
    """The choices of the form. ``standing_on``: open cases by version, those on the target left out."""

    to: int
    name: str
    targets: tuple[DeployedVersion, ...]
    standing_on: Mapping[int, int]
    on_target: int
    old: Steps
    target: Steps
    vanished: tuple[Vanished, ...]
    new: tuple[str, ...]

    @property
    def proposed(self) -> dict[str, str]:
        """Return the mapping that is proposed."""
        return {each.element: each.proposed for each in self.vanished if each.proposed}

    def other_pairs(self, renamed: Mapping[str, str]) -> dict[str, str]:
        """Return what somebody mapped beyond the elements that are gone."""
        asked = {each.element for each in self.vanished}
        return {old: new for old, new in renamed.items() if old not in asked}

    @property
    def steps(self) -> list[Step]:
        """Return the steps at which cases may wait now, in the SOP's order."""
        return sorted(self.old, key=lambda each: int(each.no) if each.no.isdecimal() else 10_000)


def offered(engine: Engine, key: str, to: int, versions: Sequence[DeployedVersion], *, by: Actor) -> Offered:
    """Return what may be chosen for a move to version ``to``. Raises ``NotFound``."""
    engine.version(key, to)
    counts = engine.moving_from(key, by=by)
    standing_on = {version: count for version, count in sorted(counts.items(), reverse=True) if version != to}
    old = all_steps(steps_of(engine, key, version, by=by) for version in standing_on)
    target = steps_of(engine, key, to, by=by)
    mappings = [each for version in standing_on for each in engine.propose_renames(key, version, to, by=by)]
    vanished = tuple(_vanished(old, target, mappings))
    taken = {each.proposed for each in vanished}
    return Offered(
        to=to,
        name=versions[0].name or key,
        targets=tuple(each for each in versions if may_run_on(each) or each.version == to),
        standing_on=standing_on,
        on_target=counts.get(to, 0),
        old=old,
        target=target,
        vanished=vanished,
        new=tuple(each.element for each in target if each.element not in old and each.element not in taken),
    )


def _vanished(old: Steps, target: Steps, mappings: Sequence[StepMapping]) -> list[Vanished]:
    """Return the steps that are gone, and whatever else a mapping is proposed for."""
    proposed = {each.old: each for each in mappings}
    come = [each for each in target if each.element not in old]
    steps = [
        Vanished(
            each.element,
            each.words,
            proposed[each.element].new if each.element in proposed else "",
            _becomes(each, come),
        )
        for each in old
        if each.element not in target
    ]
    others = [
        Vanished(each.old, _words(each.old_name, each.old), each.new, {each.new: _words(each.new_name, each.new)})
        for each in proposed.values()
        if each.old not in old
    ]
    return [*steps, *others]


def _becomes(gone: Step, come: Sequence[Step]) -> dict[str, str]:
    """Return what a step may become; one with the very same name may well be it, though its lane is another."""
    return {each.element: each.words + (" – namanya sama" if each.name == gone.name else "") for each in come}


def _words(name: str, element: str) -> str:
    return f"“{name}”" if name and name != element else f"elemen {element}"
