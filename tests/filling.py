"""Filling in any form the way somebody in a hurry would: texts as a browser posts them.

Every line, choice and date is filled in, and every long text that is required, with as many
letters as an answer of the bench's floor has. No switch is on, no file handed in.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from engine import Checkbox, DateTimeField, Field, FileField, Form, NumberField, OneChoice, SeveralChoices, TextField

LINE = "Jl. Surapati 82, Bandung"
STORY = "Antrean paspor tidak dilayani sesuai urutan sejak pagi. " * 5
EMAIL = "warga@contoh.go.id"
MOMENTS = {"date": "2026-11-23", "time": "08:30", "datetime": "2026-11-23T08:30"}


def posted(form: Form) -> dict[str, list[str]]:
    """Return what a browser would post: one text for each field that somebody fills in."""
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
        if field.lines and not field.required:
            return ""
        return EMAIL if field.email else (STORY if field.lines else LINE)[: field.most].strip()
    raise AssertionError(f"no answer for a field of type {field.type}")
