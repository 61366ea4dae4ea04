"""``/engine-rest``: what Camunda Modeler's Deploy and Run buttons ask for, as Camunda 7 answers it.

Deploying checks and stores, and no more: what it does to open cases stands on the version's page. The
session's cookie is never looked at.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Flask, Response, g, request, url_for
from flask.typing import ResponseReturnValue

from engine import DeployedVersion, Deployment, NotFound

from . import rest_values
from .current import current_actor, current_engine
from .rest_answers import answer, answer_errors, invalid, open_to_anywhere, preflight
from .rest_identity import who_asks
from .security import without_cookie
from .uploads import clean_name

bp = Blueprint("engine_rest", __name__, url_prefix="/engine-rest")
bp.after_request(open_to_anywhere)
answer_errors(bp)

VERSION = "7.24.0"
"""The version of Camunda 7 whose interface this is; a modeler offers what that version knows."""
DEFINITION = "Process definition"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def add_engine_rest(app: Flask) -> None:
    """Give ``app`` these routes. No form of ours posts here and no cookie counts, so no CSRF token is asked for."""
    app.register_blueprint(bp)
    app.extensions["csrf"].exempt(bp)


@bp.before_request
def _know_who_asks() -> ResponseReturnValue | None:
    """Answer a preflight, which carries no credentials; ask everything else for them."""
    if request.method == "OPTIONS":
        return preflight()
    g.person = who_asks()
    return None


@bp.get("/version")
@without_cookie
def version() -> Response:
    """Say which interface this is."""
    return answer({"version": VERSION})


@bp.get("/deployment")
@without_cookie
def deployments() -> Response:
    """List the deployed versions, the newest first; with ``maxResults=0`` a check of the connection."""
    versions = sorted(current_engine().versions(), key=lambda each: each.deployed_at, reverse=True)
    return answer([_deployment([each]) for each in _page(versions)])


@bp.post("/deployment/create")
@without_cookie
def deploy() -> Response:
    """Deploy the diagrams and forms of the request: all of them, or none."""
    if request.form.get("tenant-id"):
        raise invalid("Kantor ini tidak terbagi atas tenant; kosongkan Tenant ID, lalu pasang lagi.")
    note = rest_values.note(request.form.get("deployment-name", ""), request.form.get("deployment-source", ""))
    deployed = current_engine().deploy(_uploaded(), by=current_actor(), note=note)
    versions = _callers_first(deployed)
    return answer(
        {
            **_deployment(versions),
            # Unchanged ones too, though nothing of theirs was stored: Run starts the first one named here.
            "deployedProcessDefinitions": {
                rest_values.definition_id(each): rest_values.definition(each) for each in versions
            },
            "deployedCaseDefinitions": None,
            "deployedDecisionDefinitions": None,
            "deployedDecisionRequirementsDefinitions": None,
            "unchangedProcessDefinitions": [f"{each.key}:{each.version}" for each in deployed.unchanged],
            "formSources": dict(deployed.form_sources),
            "warnings": [problem.sentence() for problem in deployed.warnings],
        }
    )


@bp.get("/process-definition")
@without_cookie
def definitions() -> Response:
    """List process definitions; ``key``, ``version`` and ``latestVersion=true`` narrow the list."""
    key, number = request.args.get("key"), _number("version")
    versions = [
        each
        for each in current_engine().versions()
        if key in (None, each.key)
        and number in (None, each.version)
        and (each.in_force or request.args.get("latestVersion") != "true")
    ]
    return answer([rest_values.definition(each) for each in _page(versions)])


@bp.get("/process-definition/<definition>")
@without_cookie
def definition(definition: str) -> Response:
    """Return one process definition."""
    return answer(rest_values.definition(_named(definition)))


@bp.get("/process-definition/<definition>/xml")
@without_cookie
def xml(definition: str) -> Response:
    """Return a process definition's diagram as it was uploaded."""
    named = _named(definition)
    diagram = current_engine().diagram_xml(named.key, named.version)
    return answer({"id": rest_values.definition_id(named), "bpmn20Xml": rest_values.xml_text(diagram)})


@bp.post("/process-definition/<definition>/start")
@without_cookie
def start(definition: str) -> Response:
    """Start a case: with variables its first step is done with them, without it waits for somebody of its lane."""
    named, engine, actor = _named(definition), current_engine(), current_actor()
    asked = _json_object()
    given = rest_values.answers(asked.get("variables"))
    if given and named.in_force:
        case = engine.start(named.key, given, by=actor)
    else:
        case = engine.open_case(named.key, version=named.version, by=actor)
    page = url_for("cases.show", number=case.number, _external=True)
    return answer(rest_values.instance(case, engine.version(case.key, case.version), page))


@bp.route("/<path:path>", methods=METHODS)
@without_cookie
def unknown(path: str) -> Response:
    """Say that Camunda's interface goes on here, but not ours."""
    raise NotFound("Alamat", f"/engine-rest/{path}")


def _named(text: str) -> DeployedVersion:
    found = rest_values.DefinitionId.read(text)
    if found is not None:
        deployed = current_engine().version(found.key, found.version)
        if rest_values.definition_id(deployed) == text:
            return deployed
    raise NotFound(DEFINITION, text)


def _uploaded() -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for _, storage in request.files.items(multi=True):
        name = clean_name(storage.filename or "")
        # A modeler saves a diagram under either ending.
        name = f"{name[:-4]}.bpmn" if name.lower().endswith(".xml") else name
        if name in files:
            raise invalid(f"Dua berkas bernama {name}; ubah nama salah satunya, lalu pasang lagi.")
        files[name] = storage.stream.read()
    return files


def _callers_first(deployed: Deployment) -> list[DeployedVersion]:
    """Return what was deployed, or was there already; what no other of them calls stands first."""
    engine = current_engine()
    found = [engine.version(each.key, each.version) for each in (*deployed.definitions, *deployed.unchanged)]
    if len(found) == 1:
        return found
    called = {key for each in found for key in engine.version_page(each.key, each.version).calls}
    return sorted(found, key=lambda each: each.key in called)


def _deployment(versions: Sequence[DeployedVersion]) -> dict[str, Any]:
    first = versions[0]
    page = url_for("processes.show", key=first.key, version=first.version, _external=True)
    return rest_values.deployment(versions, page)


def _page(found: Sequence[DeployedVersion]) -> Sequence[DeployedVersion]:
    first, most = _number("firstResult") or 0, _number("maxResults")
    return found[first:] if most is None else found[first : first + most]


def _number(name: str) -> int | None:
    text = request.args.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise invalid(f"{name} diharapkan bilangan, yang diterima {text!r}.")
    return int(text)


def _json_object() -> dict[str, Any]:
    try:
        read = json.loads(request.get_data() or b"{}")
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict):
        raise invalid('Isi permintaan diharapkan objek JSON seperti {"businessKey": "…", "variables": {}}.')
    return read
