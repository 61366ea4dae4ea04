"""The engine and the person of the request that is being answered.

Views take both from here, so that they need not know how either got there.
"""

from __future__ import annotations

from typing import cast

from flask import current_app, g
from werkzeug.exceptions import Unauthorized

from engine import Actor, Engine

from .settings import Settings

ENGINE = "alur.engine"
SETTINGS = "alur.settings"


def current_engine() -> Engine:
    """Return the engine that this application serves."""
    return cast(Engine, current_app.extensions[ENGINE])


def current_settings() -> Settings:
    """Return what the operator set."""
    return cast(Settings, current_app.extensions[SETTINGS])


def current_actor() -> Actor:
    """Return who is signed in: the ``by=`` of every command. Raises 401 where nobody is."""
    person: Actor | None = g.get("person")
    if person is None:
        raise Unauthorized
    return person
