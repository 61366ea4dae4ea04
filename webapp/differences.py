"""Two states of an SOP side by side: what differs, in words first, then marked on both diagrams.

Everybody who works here may compare versions; a draft only its owner. Nothing is changed here.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from engine import (
    AREA_WORDS,
    KIND_WORDS,
    DeployedVersion,
    DiagramDraft,
    Difference,
    Differences,
    InvalidRequest,
    NotFound,
)

from .current import current_actor, current_engine

bp = Blueprint("differences", __name__, url_prefix="/processes")

DRAFT = "draft"
SIGNS = {"added": "+", "removed": "−", "changed": "±", "moved": "↔"}
_PLAIN = frozenset({"layout", "file"})


@dataclass(frozen=True)
class Side:
    """One side of the comparison: what it is called, and where its diagram is."""

    choice: str
    title: str
    diagram: str
    told: DeployedVersion | None
    draft: DiagramDraft | None


@bp.record
def _words(state: BlueprintSetupState) -> None:
    """Give every template what a list of differences is worded with: the list stands on other pages too."""
    told = {"difference_areas": AREA_WORDS, "difference_kinds": KIND_WORDS, "difference_signs": SIGNS}
    state.app.jinja_env.globals.update(told)


@bp.get("/<key>/compare")
def compare(key: str) -> ResponseReturnValue:
    """Show what differs between two versions, or between a version and the reader's own draft."""
    engine, actor = current_engine(), current_actor()
    versions = engine.versions(key)
    draft = engine.diagram_draft(key, by=actor)
    sides = _sides(key, versions, draft)
    old, new = _chosen(sides, versions, draft)
    found = problem = None
    if old and new:
        try:
            found = engine.differences(key, int(old.choice), new.told.version if new.told else "draft", by=actor)
        except InvalidRequest as refused:  # only a draft can be no XML at all, and its owner looks for a way on
            problem = str(refused)
    return render_template(
        "differences/compare.html",
        key=key,
        name=versions[0].name or key,
        sides=sides,
        old=old,
        new=new,
        found=found,
        marked=_marked(found),
        problem=problem,
        people=_names(versions),
    )


def _sides(key: str, versions: tuple[DeployedVersion, ...], draft: DiagramDraft | None) -> dict[str, Side]:
    """Return everything that can be chosen, by what the address calls it."""
    sides = {}
    if draft:
        address = url_for("reviewing.diagram", key=key)
        sides[DRAFT] = Side(DRAFT, f"Draf Anda (revisi {draft.revision})", address, None, draft)
    for each in versions:
        address = url_for("processes.diagram", key=key, version=each.version)
        sides[str(each.version)] = Side(str(each.version), f"Versi {each.version}", address, each, None)
    return sides


def _chosen(
    sides: dict[str, Side], versions: tuple[DeployedVersion, ...], draft: DiagramDraft | None
) -> tuple[Side | None, Side | None]:
    """Return the two sides that the address names; else the draft and its base, or the two newest versions."""
    newest = str(versions[0].version)
    to = request.args.get("to") or (DRAFT if draft else newest)
    before = next((str(each.version) for each in versions if to == DRAFT or str(each.version) != to), None)
    if to == DRAFT and draft and str(draft.base_version) in sides:
        before = str(draft.base_version)
    started = request.args.get("from") or before
    for choice in filter(None, (started, to)):
        if choice not in sides or (choice == DRAFT and choice == started):
            raise NotFound("Yang dibandingkan", choice[:60])
    return (sides[started] if started else None), sides[to]


def _names(versions: tuple[DeployedVersion, ...]) -> dict[str, str]:
    """Return the full names of those who deployed the versions."""
    engine = current_engine()
    found = (engine.person(name) for name in {version.deployed_by for version in versions})
    return {person.name: person.full_name for person in found if person}


def _marked(found: Differences | None) -> tuple[Difference, ...]:
    """Return what is to be marked on the diagrams: not what changes nothing of the SOP."""
    return tuple(entry for entry in found.entries if entry.area not in _PLAIN) if found else ()
