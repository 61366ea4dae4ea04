"""SOPs and their versions: who put what in force when, what is frozen in it, and which cases run on it.

Everybody who works here may look. What a version says is laid out; nothing is changed here.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue

from engine import Actor, DeployedVersion, NotFound, Problem, Upload, VersionPage, VersionTimer

from .current import current_actor, current_engine
from .sending import file_to_save

bp = Blueprint("processes", __name__, url_prefix="/processes")

ROLES = {"deadline": "batas", "interrupt": "ditarik setelah", "reminder": "pengingat setelah", "wait": "menunggu"}


@bp.get("")
def index() -> ResponseReturnValue:
    """Show every SOP with its versions, and how a modeler deploys here."""
    found = current_engine().versions()
    sops = [(key, list(of_key)) for key, of_key in groupby(found, key=lambda each: each.key)]
    return render_template("processes/index.html", sops=sops, endpoint=_endpoint(), people=_names(found))


@bp.get("/<key>")
def versions(key: str) -> ResponseReturnValue:
    """Show every version of one SOP, the newest first."""
    found = current_engine().versions(key)
    return render_template("processes/versions.html", key=key, versions=found, people=_names(found))


@bp.get("/<key>/<int:version>")
def show(key: str, version: int) -> ResponseReturnValue:
    """Show one version: what is frozen in it, and what it means for the cases that are open."""
    page = current_engine().version_page(key, version)
    return render_template(
        "processes/version.html",
        page=page,
        told=page.version,
        elsewhere={number: count for number, count in page.open_cases.items() if number != version},
        form_titles={form.id: form.title for form in page.forms},
        problems=_problems(page, current_actor()),
        people=_names([page.version]),
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
    """Return what is doubtful in the version in force, for whoever can mend it; a modeler shows no warning."""
    if not page.version.in_force or "process_owner" not in by.duties:
        return ()
    engine, key = current_engine(), page.version.key
    files = {f"{form.id}.form": form.text.encode() for form in page.forms}
    return engine.check({f"{key}.bpmn": engine.diagram_xml(key, page.version.version), **files})


def _names(versions: Iterable[DeployedVersion]) -> dict[str, str]:
    """Return the full names of those who deployed the versions."""
    engine = current_engine()
    found = (engine.person(name) for name in {version.deployed_by for version in versions})
    return {person.name: person.full_name for person in found if person}


def _endpoint() -> str:
    return f"{url_for('home', _external=True)}engine-rest"
