"""The web of Alur: parse, ask the engine, redirect. No SQL on the engine's tables, no BPMN.

``create_app`` is the one public name; a process calls it once with its settings and its engine.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from engine import Actor, Engine

from . import account_tables
from .accounts import Accounts
from .audit import bp as audit
from .auth import add_signing_in
from .calendars import bp as calendar
from .cases import bp as cases
from .current import ENGINE, SETTINGS, current_engine
from .deciding import bp as deciding
from .differences import bp as differences
from .editing.pages import bp as editing
from .engine_rest import add_engine_rest
from .erasing import bp as erasing
from .errors import handle_errors
from .exporting import bp as exporting
from .forecasts import bp as forecasts
from .form_editing import bp as form_editing
from .importing import bp as importing
from .ledger import bp as ledger
from .modeler_links import bp as modeler_links
from .moving.effects import bp as effects
from .moving.previews import bp as moves
from .observing.figures import Figures
from .observing.probes import observe
from .processes import bp as processes
from .proofs import bp as proofs
from .replays import bp as replays
from .reviewing import bp as reviewing
from .security import protect
from .settings import Settings
from .sop.views import bp as sop
from .standards.heat import bp as heat
from .standards.trials import bp as trials
from .starts import bp as starts
from .tasks import bp as tasks
from .tokens import bp as tokens
from .uploading import bp as uploading

__all__ = ["create_app"]

EVERYBODY = frozenset[str]()
NAVIGATION = (
    ("tasks.index", "Tugas saya", EVERYBODY),
    ("starts.index", "Catat pengaduan", EVERYBODY),
    ("cases.index", "Perkara", EVERYBODY),
    ("processes.index", "SOP", frozenset({"process_owner", "head"})),
    ("audit.index", "Audit", frozenset({"auditor"})),
    ("calendar.index", "Kalender", EVERYBODY),
    ("proofs.index", "Pembuktian", frozenset({"head", "admin"})),
)
"""The links of every page's head: (endpoint, label, the duties that see it)."""


def create_app(settings: Settings, engine: Engine, figures: Figures | None = None) -> Flask:
    """Return the web application on ``engine``; ``figures`` are those that the engine reports to.

    Raises ``SettingsRefused`` if the secret key is unusable, ``DatabaseUnusable`` if the
    database misses the web's own tables.
    """
    account_tables.check(engine)
    app = Flask(__name__)
    app.secret_key = settings.secret_key()
    app.extensions[ENGINE] = engine
    app.extensions[SETTINGS] = settings
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.add_url_rule("/", "home", _home)
    observe(app, figures or Figures(), settings)
    protect(app, settings)
    add_signing_in(app, Accounts(engine))
    for part in (tasks, starts, cases, erasing, proofs, audit, ledger, replays, exporting):
        app.register_blueprint(part)
    app.before_request(_follow_others)
    app.register_blueprint(calendar)
    for part in (processes, editing, effects, moves, sop, form_editing, importing, tokens, modeler_links):
        app.register_blueprint(part)
    for part in (uploading, reviewing, deciding, differences, forecasts, trials, heat):
        app.register_blueprint(part)
    add_engine_rest(app)
    handle_errors(app)
    app.context_processor(lambda: _for_every_page(settings))
    return app


def _follow_others() -> None:
    """Show what time is left by a calendar that another process may have changed; asks once a second at most."""
    if request.endpoint != "static" and request.blueprint != "probes":
        current_engine().follow_others()


def _home() -> ResponseReturnValue:
    """Go where work begins."""
    return redirect(url_for("tasks.index"), code=303)


def _for_every_page(settings: Settings) -> dict[str, Any]:
    person: Actor | None = g.get("person")
    duties = person.duties if person else EVERYBODY
    links = [(endpoint, label) for endpoint, label, seen_by in NAVIGATION if not seen_by or seen_by & duties]
    return {"person": person, "demo": settings.demo, "navigation": links}
