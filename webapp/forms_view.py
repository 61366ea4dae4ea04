"""A form between the engine and the page: what a browser posted, and what the templates draw.

``read`` takes a request apart, ``show`` puts a form together; ``templates/forms/form.html`` draws
it. Nothing here decides whether an answer is right: ``Form.parse`` does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from werkzeug.datastructures import FileStorage, MultiDict

from engine import FILE_BYTES, STEP_BYTES, Component, DraftFile, Field, FileField, Form, Group, TextField, Upload

from . import forms_words as words
from .uploads import NotTaken, take

REMOVE = "_hapus"
"""Name of the boxes that take a kept file away. No field has it: keys begin with a letter."""


@dataclass(frozen=True)
class Posted:
    """What a browser sent for a form. ``values`` and ``uploads`` are what a draft keeps.

    ``removed``: ids of kept files to drop. ``problems``: files that were not taken, by field key.
    """

    values: Mapping[str, tuple[str, ...]]
    uploads: Mapping[str, tuple[Upload, ...]] = field(default_factory=dict)
    removed: frozenset[int] = frozenset()
    problems: Mapping[str, str] = field(default_factory=dict)


def read(
    form: Form,
    values: MultiDict[str, str],
    files: MultiDict[str, FileStorage] | None = None,
    kept: Iterable[DraftFile] = (),
) -> Posted:
    """Take ``request.form`` and ``request.files`` apart; ``kept`` are the draft's files so far."""
    uploads: dict[str, tuple[Upload, ...]] = {}
    problems: dict[str, str] = {}
    for key, each in form.fields.items():
        if files is not None and isinstance(each, FileField):
            taken, refused = _take_all(files.getlist(key))
            uploads |= {key: taken} if taken else {}
            problems |= {key: " ".join(refused)} if refused else {}
    return Posted(
        values={key: tuple(values.getlist(key)) for key in form.fields if key in values},
        uploads=uploads,
        removed=_removed(form, values.getlist(REMOVE), uploads, kept),
        problems=problems,
    )


def _take_all(storages: Sequence[FileStorage]) -> tuple[tuple[Upload, ...], list[str]]:
    taken: list[Upload] = []
    refused: list[str] = []
    for storage in storages:
        if not storage.filename:
            continue  # a browser sends an empty part where nobody chose a file
        try:
            taken.append(take(storage))
        except NotTaken as error:
            refused.append(str(error))
    return tuple(taken), refused


def _removed(
    form: Form, ticked: Sequence[str], uploads: Mapping[str, Sequence[Upload]], kept: Iterable[DraftFile]
) -> frozenset[int]:
    """Return the kept files that go: ticked by their owner, or replaced where one file only is asked for."""
    wanted = {int(text) for text in ticked if text.isascii() and text.isdecimal() and len(text) < 19}
    gone = set()
    for file in kept:
        asked = form.fields.get(file.field)
        replaced = isinstance(asked, FileField) and not asked.multiple and file.field in uploads
        if file.id in wanted or replaced:
            gone.add(file.id)
    return frozenset(gone)


@dataclass(frozen=True)
class ShownFile:
    """A file that the draft keeps, and where it can be looked at (empty: nowhere)."""

    id: int
    filename: str
    size: str
    url: str


@dataclass(frozen=True)
class Shown:
    """One component with all that its template needs.

    ``texts`` is what stands in the field; ``fixed`` what stands there where nobody may fill it.
    ``hide`` is the condition for the script, ``hide_words`` the same for readers without one.
    """

    component: Component
    id: str = ""
    texts: tuple[str, ...] = ()
    problem: str = ""
    hint: str = ""
    privacy: str = ""
    fixed: str | None = None
    limit: int | None = None
    earliest: str = ""
    hide: str = ""
    hide_words: str = ""
    files: tuple[ShownFile, ...] = ()
    accept: str = ""
    parts: tuple[Shown, ...] = ()

    @property
    def described_by(self) -> str:
        """Return the ids of the texts that explain the field, in the order of reading."""
        affixes = [("depan", "prefix"), ("belakang", "suffix")]
        there = [
            *(("petunjuk", self.hint), ("pribadi", self.privacy), ("masalah", self.problem)),
            *((name, getattr(self.component, affix, "")) for name, affix in affixes),
        ]
        return " ".join(f"{self.id}-{name}" for name, text in there if text)


@dataclass(frozen=True)
class Fault:
    """One line of the summary at the top: where it leads (empty: nowhere), which field, what to do."""

    id: str
    label: str
    message: str


@dataclass(frozen=True)
class FormView:
    """A form to draw, and what is wrong with what was typed. ``largest``: bytes of one file, of all together."""

    form: Form
    parts: tuple[Shown, ...]
    faults: tuple[Fault, ...]
    has_files: bool
    largest: tuple[int, int] = (FILE_BYTES, STEP_BYTES)


def show(
    form: Form,
    *,
    now: datetime,
    values: Mapping[str, Sequence[str]] | None = None,
    problems: Mapping[str, str] | None = None,
    kept: Iterable[DraftFile] = (),
    file_url: Callable[[DraftFile], str] = lambda file: "",
) -> FormView:
    """Return the form to draw: with ``values`` as typed (a draft's, or just posted), else with its defaults."""
    initial, wrong = form.initial(now=now), problems or {}
    if values is None:
        values = {key: field.typed(initial[key]) for key, field in form.fields.items()}
    drawing = _Drawing(form, now, initial, values, wrong, tuple(kept), file_url)
    known = tuple(Fault(html_id(key), form.fields[key].label, wrong[key]) for key in form.fields if key in wrong)
    stray = tuple(Fault("", key, text) for key, text in wrong.items() if key not in form.fields)
    return FormView(
        form=form,
        parts=drawing.parts(form.components()),
        faults=known + stray,
        has_files=any(isinstance(each, FileField) for each in form.fields.values()),
    )


def html_id(key: str) -> str:
    """Return the id that a field has on the page."""
    return "isian-" + key.replace(".", "--")


@dataclass(frozen=True)
class _Drawing:
    form: Form
    now: datetime
    initial: Mapping[str, Any]
    values: Mapping[str, Sequence[str]]
    problems: Mapping[str, str]
    kept: tuple[DraftFile, ...]
    file_url: Callable[[DraftFile], str]

    def parts(self, components: Iterable[Component], told: str = "") -> tuple[Shown, ...]:
        """Return what to draw; ``told`` is the note on privacy that a group around has given already."""
        return tuple(
            self._part(component, told)
            for component in components
            if not (component.hide and component.hide.name is None and component.hide.value)
        )

    def _part(self, component: Component, told: str) -> Shown:
        shown = Shown(component)
        if isinstance(component, Group):
            note = words.common_privacy(component)
            parts = self.parts(component.components, note or told)
            shown = replace(shown, privacy="" if note == told else note, parts=parts)
        elif isinstance(component, Field):
            shown = self._field(component, told)
        if component.hide and component.hide.name:
            reads = self.form.fields[component.hide.name]
            data = words.hide_data(component.hide, reads)
            shown = replace(shown, hide=data, hide_words=words.hide_words(component.hide, reads))
        return shown

    def _field(self, field: Field, told: str) -> Shown:
        privacy = words.privacy(field.personal)
        answer = self.initial[field.key] if field.readonly or field.disabled else None
        return Shown(
            field,
            id=html_id(field.key),
            texts=tuple(self.values.get(field.key, ())),
            problem=self.problems.get(field.key, ""),
            hint=words.hint(field),
            privacy="" if privacy == told else privacy,
            fixed=(field.display(answer) or "–") if field.readonly or field.disabled else None,
            limit=field.most if isinstance(field, TextField) else None,
            earliest=words.earliest(field, self.now),
            files=tuple(self._file(file) for file in self.kept if file.field == field.key),
            accept=words.accept(field),
        )

    def _file(self, file: DraftFile) -> ShownFile:
        return ShownFile(file.id, file.filename, words.file_size(file.size), self.file_url(file))
