"""What one page hands to the next, signed: nobody can change what was previewed, or say what was never looked at.

It belongs to one person and one SOP. Nothing here is kept on the server.
"""

from __future__ import annotations

from typing import Any

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.exceptions import BadRequest

from engine import Actor


def sealed(value: Any, purpose: str, key: str, by: Actor) -> str:
    """Return a JSON value as a text that only ``opened`` with the same purpose, SOP and person reads."""
    return str(_serializer(purpose).dumps([key, by.name, value]))


def opened(text: str, purpose: str, key: str, by: Actor) -> Any:
    """Return what ``sealed`` wrote. Raises ``BadRequest`` for anything else."""
    try:
        whose, name, value = _serializer(purpose).loads(text)
    except (BadData, TypeError, ValueError) as error:
        raise BadRequest from error
    if (whose, name) != (key, by.name):
        raise BadRequest
    return value


def _serializer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt=f"moving-{purpose}")
