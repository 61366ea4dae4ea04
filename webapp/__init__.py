"""The web of Alur: parse, ask the engine, redirect. No SQL on the engine's tables, no BPMN.

``create_app`` is the one public name; a process calls it once with its settings and its engine.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, g, redirect, url_for
from flask.typing import ResponseReturnValue

from engine import Engine

from . import account_tables
from .accounts import Accounts
from .auth import add_signing_in
from .cases import bp as cases
from .current import ENGINE
from .errors import handle_errors
from .security import protect
from .settings import Settings
from .starts import bp as starts
from .tasks import bp as tasks

__all__ = ["create_app"]

NAVIGATION = (("tasks.index", "Tugas saya"), ("starts.index", "Catat pengaduan"), ("cases.index", "Perkara"))
"""The links of every page's head: (endpoint, label)."""


def create_app(settings: Settings, engine: Engine) -> Flask:
    """Return the web application on ``engine``.

    Raises ``SettingsRefused`` if the secret key is unusable, ``DatabaseUnusable`` if the
    database misses the web's own tables.
    """
    account_tables.check(engine)
    app = Flask(__name__)
    app.secret_key = settings.secret_key()
    app.extensions[ENGINE] = engine
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.add_url_rule("/", "home", _home)
    protect(app, settings)
    add_signing_in(app, Accounts(engine))
    for part in (tasks, starts, cases):
        app.register_blueprint(part)
    handle_errors(app)
    app.context_processor(lambda: _for_every_page(settings))
    return app


def _home() -> ResponseReturnValue:
    """Go where work begins."""
    return redirect(url_for("tasks.index"), code=303)


def _for_every_page(settings: Settings) -> dict[str, Any]:
    return {"person": g.get("person"), "demo": settings.demo, "navigation": NAVIGATION}
