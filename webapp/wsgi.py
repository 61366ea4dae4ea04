"""For servers that want a WSGI application: ``gunicorn 'webapp.wsgi:application()'``. No timer worker inside.

Each worker process calls ``application`` itself, after it was forked: connections are never shared.
"""

from __future__ import annotations

import os

from flask import Flask

from . import create_app
from .observing.logs import log_to_terminal
from .observing.watched import watched_engine
from .settings import Settings


def application() -> Flask:
    """Return the web application of this environment.

    Raises ``SettingsRefused`` and ``DatabaseUnusable``: a server that cannot serve does not start.
    """
    settings = Settings.from_environment(os.environ)
    log_to_terminal(settings.log)
    engine, figures = watched_engine(settings)
    return create_app(settings, engine, figures)
