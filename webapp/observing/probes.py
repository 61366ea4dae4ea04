"""What a supervisor, a proxy and Prometheus ask a process: does it live, can it serve, what are its figures?

Nothing here looks at a session. The figures are told only to who knows the token that the operator set.
"""

from __future__ import annotations

import hmac
import logging
from time import perf_counter

from flask import Blueprint, Flask, Response, abort, current_app, g, request
from flask.typing import ResponseReturnValue

from engine import DatabaseUnusable, Engine

from ..assets import fetched
from ..current import ENGINE, current_engine
from ..security import without_cookie
from ..settings import Settings
from .figures import Figures
from .logs import FACTS

FIGURES, TOKEN = "alur.figures", "alur.metrics-token"
CASE_ROUTES = ("/cases/<number>", "/tasks/<case>")
LONGEST_NUMBER = 60
PLAIN_TEXT = "text/plain; version=0.0.4; charset=utf-8"

log = logging.getLogger("alur.requests")
bp = Blueprint("probes", __name__)


@bp.get("/health/live")
@without_cookie
def live() -> ResponseReturnValue:
    """Say that the process answers: a supervisor that hears nothing starts it anew."""
    return {"status": "live"}


@bp.get("/health")
@bp.get("/health/ready")
@without_cookie
def ready() -> ResponseReturnValue:
    """Say whether the process can serve: a proxy sends nobody here as long as it cannot."""
    checks = {"database": _database(), "front_end": "ok" if fetched() else "not fetched"}
    well = all(found == "ok" for found in checks.values())
    return {"status": "ready" if well else "not ready", "checks": checks}, 200 if well else 503


@bp.get("/metrics")
@without_cookie
def metrics() -> ResponseReturnValue:
    """Hand the figures out to who shows the operator's token; to anybody else there is nothing here."""
    token: str | None = current_app.extensions[TOKEN]
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    if token is None:
        abort(404)
    if scheme.lower() != "bearer" or not hmac.compare_digest(shown.strip().encode(), token.encode()):
        abort(Response("Bearer token diperlukan.", 401, {"WWW-Authenticate": "Bearer"}))
    figures: Figures = current_app.extensions[FIGURES]
    return Response(figures.text(current_engine()), content_type=PLAIN_TEXT)


def create_probes(settings: Settings, engine: Engine, figures: Figures) -> Flask:
    """Return an application that answers the probes and nothing else: for a worker that serves no pages.

    Raises ``SettingsRefused`` as ``observe``.
    """
    app = Flask(__name__)
    app.extensions[ENGINE] = engine
    observe(app, figures, settings)
    return app


def observe(app: Flask, figures: Figures, settings: Settings) -> None:
    """Let ``app`` answer the probes, count its requests and log each: by route, never by what was asked or typed.

    Raises ``SettingsRefused`` if the file of the operator's token is unusable.
    """
    app.extensions[FIGURES], app.extensions[TOKEN] = figures, settings.metrics_token()
    app.register_blueprint(bp)
    app.before_request(_begin)
    app.after_request(_answered)


def _begin() -> None:
    g.begun = perf_counter()


def _answered(response: Response) -> Response:
    if request.endpoint == "static" or request.blueprint == bp.name:
        return response
    route = request.url_rule.rule if request.url_rule else "(none)"
    begun: float = g.get("begun", perf_counter())
    current_app.extensions[FIGURES].answered(route, request.method, response.status_code, begun)
    if log.isEnabledFor(logging.INFO):
        person = g.get("person")
        facts = {
            "method": request.method,
            "route": route,
            "status": response.status_code,
            "ms": round((perf_counter() - begun) * 1e3, 1),
            "person": person.name if person else None,
            "case": _case(route),
        }
        log.info("%(method)s %(route)s %(status)s", facts, extra={FACTS: facts})
    return response


def _database() -> str:
    try:
        current_engine().check_database()
    except DatabaseUnusable as error:
        log.error("not ready: %s", error)  # what the driver says of hosts and files is for the log alone
        return "unusable"
    return "ok"


def _case(route: str) -> str | None:
    """Return the number of the case that the request is about."""
    named = (request.view_args or {}).values() if route.startswith(CASE_ROUTES) else ()
    return next((str(each)[:LONGEST_NUMBER] for each in named), None)
