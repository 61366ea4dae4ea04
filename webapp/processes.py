"""SOPs and their versions: who put what in force when, where each stands, what is frozen in it, and its cases.

Everybody who works here may look. What a version says is laid out; nothing is changed here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue

from engine import Actor, DeployedVersion, NotFound, Problem, Upload, VersionPage, VersionTimer

from .current import current_actor, current_engine
from .draft_uploads import in_force
from .sending import file_to_save
from .version_words import links_of, links_of_sop, may_decide, meaning, state_badge, verdict_words

bp = Blueprint("processes", __name__, url_prefix="/processes")
bp.add_app_template_global(state_badge)

SHOWN = 3
ROLES = {"deadline": "batas", "interrupt": "ditarik setelah", "reminder": "pengingat setelah", "wait": "menunggu"}


@bp.get("")
def index() -> ResponseReturnValue:
    """Show every SOP with its versions, what waits for a decision, and how an owner revises it."""
    engine, by = current_engine(), current_actor()
    found = engine.versions()
    sops = [(key, list(of_key)) for key, of_key in groupby(found, key=lambda each: each.key)]
    return render_template(
        "processes/index.html",
        sops=sops,
        waiting=[each for each in found if each.state == "submitted" and may_decide(each, by)],
        drafts=engine.diagram_drafts(by=by),
        approval=engine.approval,
        endpoint=_endpoint(),
        people=_names(found),
        shown=_most_telling,
    )


@bp.get("/<key>")
def versions(key: str) -> ResponseReturnValue:
    """Show every version of one SOP, the newest first."""
    engine, by = current_engine(), current_actor()
    found = engine.versions(key)
    return render_template(
        "processes/versions.html",
        key=key,
        versions=found,
        people=_names(found),
        draft=engine.diagram_draft(key, by=by),
        links=links_of_sop(key, len(found), by),
    )


@bp.get("/<key>/<int:version>")
def show(key: str, version: int) -> ResponseReturnValue:
    """Show one version: what is frozen in it, and what it means for the cases that are open."""
    engine, by = current_engine(), current_actor()
    page = engine.version_page(key, version)
    told = page.version
    return render_template(
        "processes/version.html",
        page=page,
        told=told,
        meaning=meaning(told),
        decisions=[
            (each, verdict_words(each, told)) for each in engine.version_decisions(key) if each.version == version
        ],
        may_decide=may_decide(told, by),
        links=links_of(told, in_force(engine, key), by),
        elsewhere={number: count for number, count in page.open_cases.items() if number != version},
        form_titles={form.id: form.title for form in page.forms},
        problems=_problems(page, by),
        people=_names(engine.versions(key)),
        timer_words=timer_words,
    )


@bp.get("/<key>/<int:version>/diagram")
def diagram(key: str, version: int) -> ResponseReturnValue:
    """Return the diagram of a version, to be drawn."""
    return Response(current_engine().diagram_xml(*_deployed(key, version)), mimetype="application/xml")


@bp.get("/<key>/<int:version>/file")
def file(key: str, version: int) -> ResponseReturnValue:
    """Hand the diagram out as it was uploaded, byte for byte."""
    xml = current_engine().diagram_xml(*_deployed(key, version))
    return file_to_save(Upload(f"{key}-v{version}.bpmn", "application/xml", xml))


@bp.get("/<key>/<int:version>/forms/<form>")
def form(key: str, version: int, form: str) -> ResponseReturnValue:
    """Hand a form out as it was uploaded, byte for byte."""
    for each in current_engine().version_page(key, version).forms:
        if each.id == form:
            return file_to_save(Upload(f"{form}.form", "application/json", each.text.encode()))
    raise NotFound("Formulir", f"{key} versi {version}: {form}")


def timer_words(timer: VersionTimer) -> str:
    """Return a timer in words: ``batas 3 hari kerja``."""
    return f"{ROLES[timer.role]} {timer.duration.words()} kerja"


def _deployed(key: str, version: int) -> tuple[str, int]:
    found = current_engine().version(key, version)
    return found.key, found.version


def _problems(page: VersionPage, by: Actor) -> tuple[Problem, ...]:
    """Return what is doubtful in a version that new cases use or will use, for whoever can mend it."""
    if page.version.state not in ("in_force", "scheduled", "submitted") or "process_owner" not in by.duties:
        return ()
    engine, key = current_engine(), page.version.key
    files = {f"{form.id}.form": form.text.encode() for form in page.forms}
    return engine.check({f"{key}.bpmn": engine.diagram_xml(key, page.version.version), **files})


def _names(versions: Iterable[DeployedVersion]) -> dict[str, str]:
    """Return the full names of those who deployed the versions or decided on them."""
    engine = current_engine()
    names = {name for version in versions for name in (version.deployed_by, version.decided_by) if name}
    found = (engine.person(name) for name in names)
    return {person.name: person.full_name for person in found if person}


def _most_telling(versions: Sequence[DeployedVersion]) -> list[DeployedVersion]:
    """Return the few versions that the list of SOPs shows: what holds or waits first of all, then the newest."""
    current = [each for each in versions if each.state in ("in_force", "scheduled", "submitted")]
    newest = [each for each in versions if each not in current]
    kept = [*current, *newest][: max(SHOWN, len(current))]
    return [each for each in versions if each in kept]


def _endpoint() -> str:
    return f"{url_for('home', _external=True)}engine-rest"
