"""Binding an upload: every diagram to its forms and to the versions that it calls, before anything is stored.

Everything that is wrong or doubtful is collected; nothing here writes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePath

from sqlalchemy import Connection, select

from .catalog import Catalog, content_digest
from .diagram import Diagram, ExecutableProcess, check_against, read_diagram
from .errors import CannotProceed, DeploymentRefused, NotFound
from .forms import Form, FormRefused
from .model import Problem
from .people import everybody
from .runtime import trial_start
from .standing.decisions import highest_version, newest_not_rejected, rejected_ids
from .tables import ProcessDefinitionRow

BUDGET_RULE = "trial-start"
FILE_RULE = "file-kind"
OTHER_KEY_RULE = "draft-other-key"
DEPLOYMENT_RULES: Mapping[str, str] = {
    BUDGET_RULE: "Perkara percobaan harus dapat dimulai tanpa melampaui batas satu perintah.",
    FILE_RULE: "Berkas harus berakhiran .bpmn atau .form.",
    OTHER_KEY_RULE: "Draf sebuah SOP harus memuat proses SOP itu.",
}


@dataclass
class Upload:
    """What was handed in, read: diagrams by key, forms by id with their text, and all that was found."""

    diagrams: dict[str, Diagram] = field(default_factory=dict)
    forms: dict[str, tuple[Form, str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def refuse_if_wrong(self) -> None:
        """Raise ``DeploymentRefused`` if anything forbids the deployment."""
        if any(problem.severity == "error" for problem in self.problems):
            raise DeploymentRefused(self.problems)


@dataclass
class Plan:
    """The versions that an upload would make, in the order in which they can be stored."""

    processes: list[ExecutableProcess] = field(default_factory=list)
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    unchanged: set[str] = field(default_factory=set)


def digest(diagram: Diagram, forms: Mapping[str, str], calls: Mapping[str, ExecutableProcess]) -> str:
    """Return the hex digest of a version: its XML, its forms, and the digests of what it calls."""
    return content_digest(diagram.key, diagram.xml, forms, {key: called.digest for key, called in calls.items()})


def read(files: Mapping[str, bytes]) -> Upload:
    upload = Upload()
    for name, data in files.items():
        kind = PurePath(name).suffix.lower()
        if kind == ".bpmn":
            reading = read_diagram(data, name)
            upload.problems += reading.problems
            for diagram in reading.diagrams:
                if diagram.key in upload.diagrams:
                    text = f"Dua berkas memuat proses {diagram.key}; unggah salah satunya saja."
                    upload.problems.append(Problem(name, diagram.key, diagram.name, "error", "id-duplicate", text))
                upload.diagrams[diagram.key] = diagram
        elif kind == ".form":
            _read_form(name, data, upload)
        else:
            text = f"Berkas {name} bukan .bpmn atau .form; hapus dari unggahan, atau beri akhiran yang benar."
            upload.problems.append(Problem(name, "", "", "error", FILE_RULE, text))
    return upload


def _read_form(name: str, data: bytes, upload: Upload) -> None:
    try:
        form = Form.load(data)
    except FormRefused as refused:
        upload.problems += [
            Problem(name, each.component, each.name, "error", each.rule, each.message) for each in refused.problems
        ]
        return
    if form.id in upload.forms:
        text = f"Dua berkas memuat formulir {form.id}; unggah salah satunya saja."
        upload.problems.append(Problem(name, form.id, "", "error", "form-duplicate-id", text))
    upload.forms[form.id] = form, data.decode("utf-8-sig")


def plan(connection: Connection, catalog: Catalog, upload: Upload, at: datetime) -> Plan:
    """Bind every diagram to its forms and to what it calls at ``at``; problems are added to ``upload``."""
    planned = Plan()
    stored_forms = StoredForms(connection)
    people = everybody(connection)
    bound: dict[str, ExecutableProcess] = {}
    for diagram in _called_first(upload):
        calls = _bind_calls(connection, catalog, diagram, upload, bound, at)
        texts = _bind_forms(diagram, upload, stored_forms, planned)
        forms = {form_id: _form(upload, form_id, text) for form_id, text in texts.items()}
        called = {each.key: each for process in calls.values() for each in _with_called(process)}
        all_forms = {form_id: form for each in called.values() for form_id, form in each.forms.items()} | forms
        diagrams = {key: each.diagram for key, each in called.items()} | upload.diagrams
        upload.problems += check_against(diagram, forms=all_forms, called=diagrams, people=people or None)
        if any(problem.severity == "error" for problem in upload.problems):
            continue
        process = _numbered(connection, diagram, forms, texts, calls, planned)
        bound[diagram.key] = process
        planned.processes.append(process)
        planned.texts[diagram.key] = texts
        _try(process, upload)
    return planned


def _bind_calls(
    connection: Connection,
    catalog: Catalog,
    diagram: Diagram,
    upload: Upload,
    bound: Mapping[str, ExecutableProcess],
    at: datetime,
) -> dict[str, ExecutableProcess]:
    """Return what the diagram calls: from the upload, else the version in force."""
    found: dict[str, ExecutableProcess] = {}
    for key in diagram.calls.values():
        process = bound.get(key) if key in upload.diagrams else _in_force(connection, catalog, key, at)
        if process is not None:
            found[key] = process
    return found


def _with_called(process: ExecutableProcess) -> Iterator[ExecutableProcess]:
    yield process
    for called in process.calls.values():
        yield from _with_called(called)


def _numbered(
    connection: Connection,
    diagram: Diagram,
    forms: Mapping[str, Form],
    texts: Mapping[str, str],
    called: Mapping[str, ExecutableProcess],
    planned: Plan,
) -> ExecutableProcess:
    """Return the diagram as the newest version that nobody rejected if that has its content, else as the next one."""
    content = digest(diagram, texts, called)
    newest = newest_not_rejected(connection, diagram.key)
    query = select(ProcessDefinitionRow.digest).where(
        ProcessDefinitionRow.key == diagram.key, ProcessDefinitionRow.version == newest
    )
    if newest and connection.execute(query).scalar_one() == content:
        planned.unchanged.add(diagram.key)
    version = newest if diagram.key in planned.unchanged else highest_version(connection, diagram.key) + 1
    return ExecutableProcess(diagram.key, version, content, diagram, forms, called)


def _called_first(upload: Upload) -> list[Diagram]:
    """Return the uploaded diagrams so that each comes after those it calls; a loop of calls is refused later."""
    ordered: dict[str, Diagram] = {}
    entered: set[str] = set()

    def visit(diagram: Diagram) -> None:
        if diagram.key in entered:
            return
        entered.add(diagram.key)
        for key in diagram.calls.values():
            if key in upload.diagrams:
                visit(upload.diagrams[key])
        ordered[diagram.key] = diagram

    for diagram in upload.diagrams.values():
        visit(diagram)
    return list(ordered.values())


def _in_force(connection: Connection, catalog: Catalog, key: str, at: datetime) -> ExecutableProcess | None:
    try:
        return catalog.in_force(connection, key, at)
    except NotFound:
        return None


class StoredForms:
    """The newest deployed text of each form that nobody rejected, read once and only if an upload lacks it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._texts: dict[str, str] | None = None

    def get(self, form_id: str) -> str | None:
        if self._texts is None:
            query = select(ProcessDefinitionRow.forms).where(ProcessDefinitionRow.id.not_in(rejected_ids()))
            self._texts = {}
            for text in self._connection.execute(query.order_by(ProcessDefinitionRow.id)).scalars():
                self._texts |= json.loads(text)
        return self._texts.get(form_id)


def _bind_forms(diagram: Diagram, upload: Upload, stored: StoredForms, planned: Plan) -> dict[str, str]:
    """Return the text of each form that the diagram links, from the upload, else the newest deployed one."""
    texts: dict[str, str] = {}
    for task in diagram.tasks.values():
        form_id = task.form_id
        if form_id is None:
            continue
        if form_id in upload.forms:
            texts[form_id], planned.sources[form_id] = upload.forms[form_id][1], "upload"
        elif task.form_binding != "deployment" and (text := stored.get(form_id)) is not None:
            texts[form_id], planned.sources[form_id] = text, "stored"
    return texts


def _form(upload: Upload, form_id: str, text: str) -> Form:
    return upload.forms[form_id][0] if form_id in upload.forms else Form.load(text)


def _try(process: ExecutableProcess, upload: Upload) -> None:
    try:
        trial_start(process)
    except CannotProceed as error:
        name = process.diagram.file
        text = f"Perkara percobaan tidak dapat dimulai: {error.reason}"
        upload.problems.append(Problem(name, error.element, error.element_name, "error", BUDGET_RULE, text))
