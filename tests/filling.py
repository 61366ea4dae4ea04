"""Filling in any form the way somebody would: texts as a browser posts them, one for each field."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from engine import Form

LONG = "Antrean paspor tidak dilayani sesuai urutan. "
BY_TYPE = {"number": "1", "email": "warga@contoh.go.id"}
BY_SUBTYPE = {"date": "2026-11-23", "time": "08:30", "datetime": "2026-11-23T08:30"}


def posted(form: Form, words: int = 6) -> dict[str, list[str]]:
    """Return what a browser would post: every text and every choice filled in, no switch on, no file."""
    filled = {key: _typed(field, words) for key, field in form.fields.items()}
    return {key: texts for key, texts in filled.items() if texts is not None}


def answers(form: Form | None, now: datetime, words: int = 6, **own: Any) -> dict[str, Any]:
    """Return typed answers for ``form``, some of them the caller's ``own``."""
    if form is None:
        return {}
    read, problems = form.parse(posted(form, words), {}, now=now)
    if problems:
        raise AssertionError(f"the test's own answers do not fit {form.id}: {problems}")
    return {**read, **own}


def _typed(field: Any, words: int) -> Sequence[str] | None:
    if field.readonly or field.disabled:
        return None
    if field.type == "checkbox":
        return ["true"] if field.required else None
    if options := getattr(field, "options", None):
        return [options[0].value]
    if field.type == "datetime":
        return [BY_SUBTYPE[field.subtype]]
    if field.type in ("textfield", "textarea"):
        if getattr(field, "email", False):
            return [BY_TYPE["email"]]
        return [(LONG * words)[: getattr(field, "most", None) or None].strip()]
    return [BY_TYPE[field.type]] if field.type in BY_TYPE else None
