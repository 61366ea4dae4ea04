"""Forms of user tasks: loading a form-js schema, and checking what somebody answered.

A schema that we cannot draw or check in full is refused when it is loaded. Answers leave here in
one normal form, or not at all. Nothing here reads the clock, a database or a diagram.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from ..errors import InvalidAnswers
from ..model import Upload
from .checks import check_form, fields_of, hides_of, resolve_hides
from .dates import DateTimeField
from .feel import Hide
from .fields import Checkbox, NumberField, OneChoice, Option, SeveralChoices, TextField
from .files import FILE_BYTES, FILES_PER_STEP, STEP_BYTES, FileField, check_step
from .parts import Component, Field, Group, Image, Separator, Spacer, Text
from .problems import FORM_RULES, FormProblem, FormRefused, Unfit
from .schema import SchemaReader, is_form_id
from .source import Source, read_json
from .text import Block, Span, first_heading

__all__ = [
    "FILES_PER_STEP",
    "FILE_BYTES",
    "FORM_RULES",
    "STEP_BYTES",
    "Block",
    "Checkbox",
    "Component",
    "DateTimeField",
    "Field",
    "FileField",
    "Form",
    "FormProblem",
    "FormRefused",
    "Group",
    "Hide",
    "Image",
    "NumberField",
    "OneChoice",
    "Option",
    "Separator",
    "SeveralChoices",
    "Spacer",
    "Span",
    "Text",
    "TextField",
    "Unfit",
    "is_form_id",
]

_STRANGE = "Tidak ada kolom ini di formulir. Hapus, atau perbaiki namanya."


@dataclass(frozen=True)
class Form:
    """One form, ready to be drawn and to check answers. ``fields`` in the order of drawing, by full key."""

    id: str
    title: str
    schema: Mapping[str, Any]
    fields: Mapping[str, Field]
    _components: tuple[Component, ...]
    _hides: Mapping[str, tuple[Hide, ...]]

    @classmethod
    def load(cls, text: str | bytes) -> Form:
        """Return the form that a ``.form`` file holds. Raises ``FormRefused``, naming each bad component."""
        schema = read_json(text)
        reader = SchemaReader()
        form_id, components = reader.read(Source(schema, "", "", reader.problems.append))
        components = resolve_hides(components, frozenset(field.key for field in fields_of(components)))
        problems = reader.problems or check_form(components)
        if problems:
            raise FormRefused(problems)
        texts = [component for component in components if isinstance(component, Text)]
        return cls(
            id=form_id,
            title=next((heading for text in texts if (heading := first_heading(text.blocks))), form_id),
            schema=schema,
            fields=MappingProxyType({field.key: field for field in fields_of(components)}),
            _components=components,
            _hides={each.key: hides for each, hides in hides_of(components) if isinstance(each, Field)},
        )

    def components(self) -> tuple[Component, ...]:
        """Return the tree to draw; conditions name full keys."""
        return self._components

    def parse(
        self,
        values: Mapping[str, Sequence[str]],
        files: Mapping[str, Sequence[Upload]] | None = None,
        *,
        now: datetime,
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """Turn what a browser posted into (answers in normal form, problems by field key). Never raises.

        Answers are complete only if there is no problem. Keys that are no field are ignored.
        """
        uploads = files or {}

        def read(field: Field) -> Any:
            if isinstance(field, FileField):
                return list(uploads.get(field.key, ()))
            return field.read(values.get(field.key, ()))

        return self._fit(read, now)

    def check(self, answers: Mapping[str, Any], *, now: datetime) -> dict[str, Any]:
        """Return typed answers in their normal form, which stays the same when checked again.

        Answers of a group may be nested or stand under their full key. Raises ``InvalidAnswers``.
        """
        flat = _flatten(answers, self.fields)
        normal, problems = self._fit(lambda field: flat.get(field.key), now)
        strange = {str(key): _STRANGE for key in flat if key not in self.fields}
        if problems or strange:
            raise InvalidAnswers(problems | strange)
        return normal

    def display(self, key: str, value: Any) -> str:
        """Return how a stored answer reads: "Ya", an option's label, "24 Nov 2026 09.00 WIB"."""
        return self.fields[key].display(value)

    def initial(self, *, now: datetime) -> dict[str, Any]:
        """Return the answers that stand in the fields before anybody typed: their defaults, in normal form."""
        return {key: _default(field, now) for key, field in self.fields.items()}

    def _fit(self, read: Callable[[Field], Any], now: datetime) -> tuple[dict[str, Any], dict[str, str]]:
        fitting: dict[str, Any] = {}
        problems: dict[str, str] = {}
        for key, field in self.fields.items():
            try:
                fixed = field.readonly or field.disabled
                fitting[key] = _default(field, now) if fixed else field.fit(read(field), now)
            except Unfit as error:
                problems[key] = str(error)
        shown = self._shown(fitting)
        answers = {key: value for key, value in fitting.items() if key in shown and not self.fields[key].disabled}
        problems = {key: text for key, text in problems.items() if key in shown}
        return answers, problems or self._check_step(answers)

    def _check_step(self, answers: Mapping[str, Any]) -> dict[str, str]:
        keys = [key for key in answers if isinstance(self.fields[key], FileField)]
        try:
            check_step([upload for key in keys for upload in answers[key]])
        except Unfit as error:
            return {keys[-1]: str(error)}
        return {}

    def _shown(self, values: Mapping[str, Any]) -> set[str]:
        """Return the fields that are there, given the values; one that is not there has no answer for others."""
        known: dict[str, bool] = {}

        def shown(key: str) -> bool:
            if key not in known:
                known[key] = not any(hide.holds(value(hide.name)) for hide in self._hides[key])
            return known[key]

        def value(key: str | None) -> Any:
            return values.get(key) if key is not None and shown(key) else None

        return {key for key in self.fields if shown(key)}


def _default(field: Field, now: datetime) -> Any:
    """Return a field's default in normal form; one that fits no longer (a day that has passed) is none."""
    try:
        return field.fit(field.default, now)
    except Unfit:
        return field.empty


def _flatten(answers: Mapping[str, Any], fields: Mapping[str, Field], path: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in answers.items():
        full = f"{path}{key}"
        inside = full not in fields and any(each.startswith(f"{full}.") for each in fields)
        if inside and isinstance(value, Mapping):
            flat |= _flatten(value, fields, f"{full}.")
        else:
            flat[full] = value
    return flat
