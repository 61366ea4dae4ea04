"""Where a modeler's links lead: after Deploy to the version's page, after Run to the case.

A modeler asks at the site's root where the web pages of its engine are, and appends Camunda's own paths to
the answer. Those paths lead on to ours.
"""

from __future__ import annotations

import json

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from . import rest_values
from .rest_answers import answer, open_to_anywhere, preflight
from .security import public, without_cookie

bp = Blueprint("modeler_links", __name__)


@bp.route("/.well-known/camunda-automation-platform/webapps", methods=["GET", "OPTIONS"])
@without_cookie
def web_pages() -> Response:
    """Say where the pages for people are, to whoever asks."""
    if request.method == "OPTIONS":
        return open_to_anywhere(preflight())
    home = url_for("home", _external=True)
    pages = {"adminUrl": home, "cockpitUrl": url_for(".start", _external=True), "tasklistUrl": home}
    return open_to_anywhere(answer(pages))


@bp.get("/modeler/")
def start() -> ResponseReturnValue:
    """Show the SOPs."""
    return redirect(url_for("processes.index"), code=303)


@bp.get("/modeler/repository")
def deployed() -> ResponseReturnValue:
    """Show the version that a deployment made, or found in force already."""
    versions = rest_values.versions_of_deployment(_deployment_asked_for())
    if not versions:
        return redirect(url_for("processes.index"), code=303)
    key, version = versions[0]
    return redirect(url_for("processes.show", key=key, version=version), code=303)


@bp.get("/modeler/process-instance/<number>")
def started(number: str) -> ResponseReturnValue:
    """Show the case that was started."""
    return redirect(url_for("cases.show", number=number), code=303)


@bp.get("/camunda/app/cockpit/default/")
@public
def cockpit() -> ResponseReturnValue:
    """Lead a modeler of before 2022 on: its links say behind a ``#`` what only the browser can read."""
    return render_template("modeler/cockpit.html")


def _deployment_asked_for() -> str:
    """Return the id in ``deploymentsQuery=[{"type":"id","operator":"eq","value":…}]``, empty if there is none."""
    try:
        asked = json.loads(request.args.get("deploymentsQuery", ""))
    except (ValueError, RecursionError):
        return ""
    listed = asked if isinstance(asked, list) else []
    ids = (each.get("value") for each in listed if isinstance(each, dict) and each.get("type") == "id")
    return next((each for each in ids if isinstance(each, str)), "")
