"""Filling in any form the way somebody would: texts as a browser posts them, one for each field."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from engine import Checkbox, DateTimeField, Field, FileField, Form, NumberField, OneChoice, SeveralChoices, TextField

LINE = "Jl. Surapati 82, Bandung"
STORY = "Antrean paspor tidak dilayani sesuai urutan sejak pagi. " * 5
EMAIL = "warga@contoh.go.id"
MOMENTS = {"date": "2026-11-23", "time": "08:30", "datetime": "2026-11-23T08:30"}


def posted(form: Form) -> dict[str, list[str]]:
    """Return what a browser would post: every text and every choice filled in, no switch on, no file."""
    filled = {key: _typed(field) for key, field in form.fields.items()}
    return {key: [text] for key, text in filled.items() if text}


def answers(form: Form | None, now: datetime, **own: Any) -> dict[str, Any]:
    """Return typed answers for ``form``, some of them the caller's ``own``."""
    if form is None:
        return dict(own)
    read, problems = form.parse(posted(form), now=now)
    if problems:
        raise AssertionError(f"the test's own answers do not fit {form.id}: {problems}")
    return {**read, **own}


def _typed(field: Field) -> str:
    if field.readonly or field.disabled or isinstance(field, FileField):
        return ""
    if isinstance(field, Checkbox):
        return "true" if field.required else ""
    if isinstance(field, OneChoice | SeveralChoices):
        return field.options[0].value
    if isinstance(field, DateTimeField):
        return MOMENTS[field.subtype]
    if isinstance(field, NumberField):
        return "1"
    if isinstance(field, TextField):
        return EMAIL if field.email else (STORY if field.lines else LINE)[: field.most].strip()
    raise AssertionError(f"no answer for a field of type {field.type}")
