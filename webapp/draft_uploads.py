"""An upload becomes drafts: one for each SOP that it draws, or whose form it brings. Nothing is deployed here.

What can be read as a drawing is kept, however many rules it breaks; a draft is replaced only where that was asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath

from werkzeug.datastructures import FileStorage

from engine import Actor, DeploymentRefused, DiagramDraft, Engine, Form, FormRefused, Problem

from . import importing
from .uploads import clean_name

FILE_RULE = "file-kind"


@dataclass(frozen=True)
class Incoming:
    """What was handed in: drawings by file name, texts of forms by id, and what is wrong with the files themselves."""

    drawings: Mapping[str, bytes]
    forms: Mapping[str, str]
    problems: tuple[Problem, ...]

    @classmethod
    def read(cls, storages: Iterable[FileStorage]) -> Incoming:
        """Return what these uploaded files are; a file that is no form counts as a drawing."""
        drawings: dict[str, bytes] = {}
        forms: dict[str, str] = {}
        problems: list[Problem] = []
        for name, data in _named(storages, problems):
            if not data:
                problems.append(_wrong(name, f"Berkas {name} kosong; pilih berkas yang berisi."))
            elif PurePath(name).suffix.lower() != ".form":
                drawings[name] = data
            else:
                _read_form(name, data, forms, problems)
        if not drawings and not forms and not problems:
            problems.append(
                _wrong("", "Belum ada berkas yang dipilih; pilih diagram (.bpmn), formulir (.form), atau keduanya.")
            )
        return cls(drawings, forms, tuple(problems))


@dataclass
class Arrived:
    """What became of an upload: drafts by key, of which some need repairs, or why nothing changed."""

    keys: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    in_the_way: list[DiagramDraft] = field(default_factory=list)


def arrive(engine: Engine, incoming: Incoming, *, replace_drafts: bool, by: Actor) -> Arrived:
    """Keep an upload as drafts of ``by``; if anything is in the way, nothing changes."""
    told = Arrived(problems=list(incoming.problems))
    drawn = {name: engine.drawn_key(data) for name, data in incoming.drawings.items()}
    _refuse_twice(drawn, told)
    lone = {} if incoming.drawings else _users_of(engine, incoming.forms, told, by)
    if told.problems:
        return told
    touched = {key for key in drawn.values() if key} | set(lone)
    existing = {draft.key: draft for draft in engine.diagram_drafts(by=by)}
    told.in_the_way = [] if replace_drafts else [existing[key] for key in sorted(touched) if key in existing]
    if told.in_the_way:
        return told
    for name, key in drawn.items():
        if key is None:
            _to_be_repaired(name, incoming, told, replace_drafts, by)
        else:
            _keep_drawing(engine, key, incoming.drawings[name], incoming.forms, len(drawn), told, by)
    for key, forms in lone.items():
        _keep_forms(engine, key, forms, by)
        told.keys.append(key)
    return told


def in_force(engine: Engine, key: str) -> int | None:
    """Return the version of this SOP that is in force, None if none is."""
    return next((each.version for each in engine.versions() if each.key == key and each.in_force), None)


def _named(storages: Iterable[FileStorage], problems: list[Problem]) -> Iterable[tuple[str, bytes]]:
    seen: set[str] = set()
    for storage in storages:
        if not storage.filename:
            continue
        name = clean_name(storage.filename)
        # A modeler saves a diagram under either ending.
        name = f"{name[:-4]}.bpmn" if name.lower().endswith(".xml") else name
        if name in seen:
            problems.append(_wrong(name, f"Dua berkas bernama {name}; pilih salah satunya saja."))
        seen.add(name)
        yield name, storage.stream.read()


def _read_form(name: str, data: bytes, forms: dict[str, str], problems: list[Problem]) -> None:
    try:
        form = Form.load(data)
    except FormRefused as refused:
        problems += [
            Problem(name, each.component, each.name, "error", each.rule, each.message) for each in refused.problems
        ]
        return
    if form.id in forms:
        problems.append(_wrong(name, f"Dua berkas memuat formulir {form.id}; pilih salah satunya saja."))
    forms[form.id] = data.decode("utf-8-sig")


def _refuse_twice(drawn: Mapping[str, str | None], told: Arrived) -> None:
    keys = [key for key in drawn.values() if key]
    for name, key in drawn.items():
        if key and keys.count(key) > 1:
            told.problems.append(_wrong(name, f"Dua berkas menggambar SOP {key}; pilih salah satunya saja."))


def _users_of(engine: Engine, forms: Mapping[str, str], told: Arrived, by: Actor) -> dict[str, dict[str, str]]:
    """Return, by SOP, the forms among these that its draft, or else its version in force, uses."""
    drafts = {draft.key for draft in engine.diagram_drafts(by=by)}
    current = {each.key: each.version for each in engine.versions() if each.in_force}
    used = {key: {step.form_id for step in engine.draft_outline(key, by=by).steps} for key in drafts}
    for key in current.keys() - drafts:
        used[key] = {form.id for form in engine.version_page(key, current[key]).forms}
    for form_id in forms:
        if not any(form_id in ids for ids in used.values()):
            text = f"Formulir {form_id} tidak dipakai oleh SOP mana pun; unggah bersama diagram yang memakainya."
            told.problems.append(_wrong(f"{form_id}.form", text))
    found = {key: {form_id: text for form_id, text in forms.items() if form_id in ids} for key, ids in used.items()}
    return {key: own for key, own in sorted(found.items()) if own}


def _keep_drawing(
    engine: Engine, key: str, data: bytes, forms: Mapping[str, str], drawings: int, told: Arrived, by: Actor
) -> None:
    """Keep a drawing with its forms; forms of the draft that it replaces stay where the upload brings none."""
    old = engine.diagram_draft(key, by=by)
    kept = {**(old.forms if old else {}), **forms}
    problems = engine.check({f"{key}.bpmn": data, **{f"{name}.form": text.encode() for name, text in kept.items()}})
    is_broken = any(problem.severity == "error" for problem in problems)
    draft = engine.save_diagram_draft(
        key,
        xml=data,
        forms=kept,
        base_version=in_force(engine, key),
        # What is refused can be repaired by an import, which begins from the very file.
        origin=data if is_broken else b"",
        repairs="",
        expected_revision=old.revision if old else None,
        by=by,
    )
    if drawings > 1:
        linked = {step.form_id for step in engine.draft_outline(key, by=by).steps}
        own = {form_id: text for form_id, text in kept.items() if form_id in linked}
        engine.save_diagram_draft(key, forms=own, expected_revision=draft.revision, by=by)
    (told.broken if is_broken else told.keys).append(key)


def _keep_forms(engine: Engine, key: str, forms: Mapping[str, str], by: Actor) -> None:
    version = in_force(engine, key)
    draft = engine.diagram_draft(key, by=by)
    if draft is None:
        assert version is not None  # what has no draft uses the form in its version in force
        draft = engine.begin_diagram_draft(key, version, by=by)
    engine.save_diagram_draft(key, forms={**draft.forms, **forms}, expected_revision=draft.revision, by=by)


def _to_be_repaired(name: str, incoming: Incoming, told: Arrived, replace_drafts: bool, by: Actor) -> None:
    """Keep a file in which no process can be read as it stands, if an import can make one of it."""
    data = incoming.drawings[name]
    try:
        told.broken.append(importing.keep(data, incoming.forms, by=by, file=name, replace_draft=replace_drafts))
    except DeploymentRefused as refused:
        told.problems += refused.problems


def _wrong(name: str, text: str) -> Problem:
    return Problem(name, "", "", "error", FILE_RULE, text)
