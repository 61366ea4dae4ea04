"""The review of a draft: what is wrong in it, what would be other, and the button that deploys exactly what is shown.

A draft is its owner's alone. What would become of open cases is told on pages of its own.
"""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import (
    DeploymentRefused,
    DiagramDraft,
    Differences,
    DraftChanged,
    InvalidRequest,
    NotAllowed,
    NotFound,
    Upload,
)

from .current import current_actor, current_engine
from .draft_uploads import in_force
from .problem_rows import rows_of
from .sending import file_to_save
from .version_words import links_of_draft

bp = Blueprint("reviewing", __name__, url_prefix="/processes/<key>/draft")

LONGEST_NOTE = 2000


@bp.get("")
def show(key: str) -> ResponseReturnValue:
    """Show the draft with everything to know before it is deployed."""
    return _page(_draft(key))


@bp.get("/diagram")
def diagram(key: str) -> ResponseReturnValue:
    """Return the draft's diagram, to be drawn."""
    return Response(_draft(key).xml, mimetype="application/xml")


@bp.get("/file")
def file(key: str) -> ResponseReturnValue:
    """Hand the draft's diagram out, byte for byte."""
    return file_to_save(Upload(f"{key}-draf.bpmn", "application/xml", _draft(key).xml))


@bp.post("/deploy")
def deploy(key: str) -> ResponseReturnValue:
    """Deploy the revision that was looked at, with a note; nothing if the draft changed meanwhile."""
    engine, by, draft = current_engine(), current_actor(), _draft(key)
    note, revision = request.form.get("note", "").strip(), request.form.get("revision", type=int)
    if not 0 < len(note) <= LONGEST_NOTE:
        problem = f"Tuliskan apa yang berubah dan mengapa, paling panjang {LONGEST_NOTE} huruf."
        return _page(draft, note=note, problem=problem), 422
    try:
        made = engine.deploy_draft(key, note, expected_revision=revision, by=by)
    except DraftChanged:
        return _page(_draft(key), note=note, changed=True), 409
    except DeploymentRefused:
        return _page(draft, note=note, problem="Draf ini belum dapat dipasang; perbaiki dahulu kesalahannya."), 422
    for stored in made.definitions:
        flash(_done(engine.version(stored.key, stored.version).state, stored.version))
    for stored in made.unchanged:
        flash(f"Isi draf sama persis dengan versi {stored.version}; tidak ada versi baru.")
    version = (*made.definitions, *made.unchanged)[0].version
    return redirect(url_for("processes.show", key=key, version=version), code=303)


@bp.post("/discard")
def discard(key: str) -> ResponseReturnValue:
    """Forget the draft, unless it changed since it was looked at."""
    _draft(key)
    revision = request.form.get("revision", type=int)
    current_engine().discard_diagram_draft(key, expected_revision=revision, by=current_actor())
    flash(f"Draf {key} dihapus. Versi yang terpasang tidak berubah.")
    return redirect(url_for("processes.index"), code=303)


def _draft(key: str) -> DiagramDraft:
    by = current_actor()
    if "process_owner" not in by.duties:
        raise NotAllowed("Hanya pemilik proses yang punya draf SOP.")
    draft = current_engine().diagram_draft(key, by=by)
    if draft is None:
        raise NotFound("Draf SOP", key)
    return draft


def _page(draft: DiagramDraft, *, note: str = "", problem: str = "", changed: bool = False) -> str:
    engine, by, key = current_engine(), current_actor(), draft.key
    outline = engine.draft_outline(key, by=by)
    problems = engine.check_draft(key, by=by)
    versions = [each for each in engine.versions() if each.key == key]
    base = in_force(engine, key) or (versions[0].version if versions else None)
    return render_template(
        "processes/draft.html",
        draft=draft,
        outline=outline,
        errors=rows_of(problems, "error"),
        warnings=rows_of(problems, "warning"),
        base=base,
        base_in_force=in_force(engine, key) is not None,
        next_version=versions[0].version + 1 if versions else 1,
        newer=bool(draft.base_version and base and base > draft.base_version),
        differences=_differences(draft, base),
        ahead=engine.activations_ahead(key),
        links=links_of_draft(draft, base),
        approval=engine.approval,
        note=note,
        problem=problem,
        changed=changed,
    )


def _differences(draft: DiagramDraft, base: int | None) -> Differences | None:
    """Return what differs from the version in force, None where there is none or the drawing cannot be read."""
    if base is None:
        return None
    try:
        return current_engine().differences(draft.key, base, "draft", by=current_actor())
    except InvalidRequest:
        return None


def _done(state: str, version: int) -> str:
    if state == "submitted":
        return f"Versi {version} diajukan. Kepala kantor yang tidak mengunggahnya dapat mengaktifkannya di halaman ini."
    return f"Versi {version} terpasang: perkara baru memakainya sejak sekarang, perkara terbuka tetap pada versinya."
