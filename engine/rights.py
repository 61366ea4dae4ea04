"""Who may see and do what. Pure rules over an actor, a step and a case; nothing here is looked up.

The work list, the pages and the exports all ask here, so that no two of them can disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from .diagram import Diagram
from .model import Actor

Access = Literal["none", "flow", "answers"]
"""What of a case somebody may look at: nothing, its flow alone, or its answers too."""


@dataclass(frozen=True)
class Place:
    """Where a step waits: its lane, the group it is narrowed to, and whether that group has nobody."""

    lane: str
    group: str | None = None
    group_unstaffed: bool = False


def represents(actor: Actor, lane: str, represented: Mapping[str, Iterable[str]]) -> bool:
    """Return whether the actor may act for ``lane`` from another lane (property ``diwakili``)."""
    return lane not in actor.lanes and any(own in actor.lanes for own in represented.get(lane, ()))


def within_group(actor: Actor, place: Place) -> bool:
    """Return whether the narrowing to a group leaves the actor in: a member, the head, or nobody is there."""
    if place.group is None or place.group_unstaffed or "head" in actor.duties:
        return True
    return not actor.groups.isdisjoint(groups_of(place.group))


def groups_of(group: str) -> tuple[str, ...]:
    """Return the groups that the text of a narrowing names, several separated by ``;``."""
    return tuple(each.strip() for each in group.split(";"))


def may_do(actor: Actor, place: Place, represented: Mapping[str, Iterable[str]]) -> bool:
    """Return whether the actor may claim and complete a step that waits there."""
    if not actor.active:
        return False
    if represents(actor, place.lane, represented):
        return True
    return place.lane in actor.lanes and within_group(actor, place)


def acting_for(actor: Actor, place: Place) -> str | None:
    """Return the lane on whose behalf the actor acts there, None in a lane of their own."""
    return None if place.lane in actor.lanes else place.lane


def represented_in(diagram: Diagram) -> dict[str, tuple[str, ...]]:
    """Return, for each lane of the diagram, the lanes that may act for it."""
    return {lane.name: lane.represented_by for lane in diagram.lanes}


def access(
    actor: Actor,
    places: Iterable[Place],
    represented: Mapping[str, Iterable[str]],
    *,
    confidential: bool,
    incident: bool,
) -> Access:
    """Return what of a case the actor may look at.

    A *rahasia* case is open only to those whose lanes hold or held one of its steps; an auditor
    sees its flow, and each answer only by a reveal. An owner sees the flow of a case that is an
    incident, since an owner must act on it.
    """
    if not actor.active:
        return "none"
    holds = any(may_do(actor, place, represented) for place in places)
    if holds:
        return "answers"
    if "auditor" in actor.duties:
        return "flow" if confidential else "answers"
    if confidential:
        return "flow" if incident and "process_owner" in actor.duties else "none"
    if "head" in actor.duties or any(_in_lane(actor, lane, represented) for lane in represented):
        return "answers"
    return "flow" if "process_owner" in actor.duties else "none"


def sees_personal(
    actor: Actor,
    lanes: tuple[str, ...],
    filled_in: str,
    represented: Mapping[str, Iterable[str]],
    *,
    identity: bool,
    anonymous: bool,
) -> bool:
    """Return whether the actor sees a personal field without a reveal.

    ``lanes`` are those that the form names, else the lane ``filled_in`` counts. The identity in an
    *anonim* case is shown to nobody.
    """
    if identity and anonymous:
        return False
    return belongs(actor, lanes, filled_in, represented)


def belongs(actor: Actor, lanes: tuple[str, ...], filled_in: str, represented: Mapping[str, Iterable[str]]) -> bool:
    """Return whether the actor is in one of the lanes for which a personal field is meant."""
    return any(_in_lane(actor, lane, represented) for lane in lanes or (filled_in,))


def may_reveal(actor: Actor, lanes: tuple[str, ...], filled_in: str, represented: Mapping[str, Iterable[str]]) -> bool:
    """Return whether the actor may reveal a hidden field with a reason: auditor, head, or a lane it is meant for."""
    return bool({"auditor", "head"} & actor.duties) or belongs(actor, lanes, filled_in, represented)


def may_steer(actor: Actor) -> bool:
    """Return whether the actor may cancel, retry, move and reassign: the head of office or a process owner."""
    return actor.active and bool({"head", "process_owner"} & actor.duties)


def _in_lane(actor: Actor, lane: str, represented: Mapping[str, Iterable[str]]) -> bool:
    return lane in actor.lanes or represents(actor, lane, represented)
