"""Importing a drawing from elsewhere: every repair is shown with its element, and accepted or changed by the owner.

The file stays as it was handed in. Until the owner accepts, the draft's drawing is that very file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePath

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import (
    REFUSED,
    REPAIR_KINDS,
    Actor,
    AlreadyExists,
    DeploymentRefused,
    DiagramDraft,
    Form,
    FormRefused,
    Imported,
    InvalidRequest,
    NotAllowed,
    NotFound,
    Problem,
    Upload,
)

from .current import current_actor, current_engine
from .import_state import ImportState, seen
from .sending import file_to_save

bp = Blueprint("importing", __name__, url_prefix="/processes")

CHOICE = "choice:"
"""Before a repair's id: the name of the field with its chosen value; ``typed:`` that of what was typed instead."""
TYPED = "typed:"
OTHER = "typed-below"
"""The value of a list that says: what is typed beside it counts."""


@bp.get("/import")
def index() -> ResponseReturnValue:
    """Ask for a drawing, and show the imports that are not finished."""
    return _index_page()


@bp.post("/import")
def bring() -> ResponseReturnValue:
    """Keep a drawing as a draft with its proposed repairs, and show them."""
    engine, by = current_engine(), _owner()
    files = [(PurePath(each.filename or "").name, each.read()) for each in request.files.getlist("files")]
    drawings = [(name, data) for name, data in files if name and not name.lower().endswith(".form")]
    if len(drawings) != 1:
        count = f"Diterima {len(drawings)} berkas gambar." if drawings else "Belum ada berkas gambar yang dipilih."
        raise InvalidRequest(f"{count} Pilih tepat satu gambar; formulirnya (.form) boleh ikut beberapa.")
    forms = dict(_read_form(name, data) for name, data in files if name.lower().endswith(".form"))
    name, data = drawings[0]
    imported = engine.import_drawing(data, {}, forms, name)
    if imported.xml is None or engine.drawn_key(imported.xml) is None:
        return _index_page(imported.problems), 422
    key = keep(data, forms, by=by, file=name, replace_draft=bool(request.form.get("replace")))
    return redirect(url_for(".show", key=key), code=303)


def keep(
    data: bytes, forms: Mapping[str, str], *, by: Actor, file: str = "gambar.bpmn", replace_draft: bool = False
) -> str:
    """Keep a drawing that cannot be deployed as it stands, as a draft to be repaired; return its key.

    Raises ``DeploymentRefused`` if nothing can be made of it, ``AlreadyExists`` if the owner has a draft of that SOP.
    """
    engine = current_engine()
    imported = engine.import_drawing(data, {}, forms, file)
    key = engine.drawn_key(imported.xml) if imported.xml is not None else None
    if key is None:
        raise DeploymentRefused(imported.problems)
    draft = engine.diagram_draft(key, by=by)
    if draft is not None and not replace_draft:
        raise AlreadyExists(
            f"Anda sudah punya draf SOP {key}. Buka draf itu, atau impor lagi dengan mencentang “Ganti draf yang ada”."
        )
    engine.save_diagram_draft(
        key,
        xml=data,
        forms=forms,
        base_version=_version_in_force(key),
        origin=data,
        repairs="",
        expected_revision=draft.revision if draft else None,
        by=by,
    )
    return key


@bp.get("/<key>/import")
def show(key: str) -> ResponseReturnValue:
    """Show every proposed repair with its element, and what is left to be done."""
    draft = _draft(key)
    return _page(draft, ImportState.of(draft))


@bp.post("/<key>/import")
def choose(key: str) -> ResponseReturnValue:
    """Try the chosen values; take the repairs over where exactly what was shown is accepted."""
    engine, draft = current_engine(), _draft(key)
    state = replace(ImportState.of(draft), choices=_chosen())
    imported = _imported(draft, state)
    if request.form.get("do") == "accept":
        if request.form.get("seen") != seen(imported):
            return _page(draft, state, unseen=True), 409
        if state.is_redrawn(draft) and not request.form.get("redrawn"):
            return _page(draft, state, refused_redrawing=True), 409
        return _accept(draft, state, imported)
    engine.save_diagram_draft(key, repairs=state.text(), expected_revision=draft.revision, by=current_actor())
    return redirect(url_for(".show", key=key, _anchor=request.form.get("at") or None), code=303)


@bp.get("/<key>/import/drawing")
def drawing(key: str) -> ResponseReturnValue:
    """Return the repaired drawing, to be drawn."""
    draft = _draft(key)
    return Response(_imported(draft, ImportState.of(draft)).xml or b"", mimetype="application/xml")


@bp.get("/<key>/import/origin")
def origin(key: str) -> ResponseReturnValue:
    """Hand the file out as it was handed in, byte for byte."""
    return file_to_save(Upload(f"{key}-asal.bpmn", "application/octet-stream", _draft(key).origin or b""))


def _read_form(name: str, data: bytes) -> tuple[str, str]:
    """Return a form's id with its text. One that breaks the rules is kept under its file's name, to be mended."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidRequest(f"Formulir {name} bukan teks UTF-8. Simpan ulang dari modeler, lalu impor lagi.") from None
    try:
        return Form.load(text).id, text
    except FormRefused:
        return PurePath(name).stem, text


def _draft(key: str) -> DiagramDraft:
    """Return the owner's draft that has a file to import. Raises ``NotFound``, ``NotAllowed``."""
    engine, by = current_engine(), current_actor()
    engine.draft_outline(key, by=by)
    draft = engine.diagram_draft(key, by=by)
    if draft is None or not draft.origin:
        raise NotFound("Berkas yang akan diimpor", key)
    return draft


def _imported(draft: DiagramDraft, state: ImportState) -> Imported:
    return current_engine().import_drawing(draft.origin or b"", state.choices, state.own_forms(draft))


def _chosen() -> dict[str, str]:
    """Return what was chosen or typed for each repair."""
    found = {name.removeprefix(CHOICE): value for name, value in request.form.items() if name.startswith(CHOICE)}
    return {
        repair: request.form.get(f"{TYPED}{repair}", "").strip() if value == OTHER else value
        for repair, value in found.items()
    }


def _accept(draft: DiagramDraft, state: ImportState, imported: Imported) -> ResponseReturnValue:
    """Take exactly these repairs over into the draft, which moves where the process got another id."""
    assert imported.xml is not None  # a file of which nothing can be made is never kept
    engine, by = current_engine(), current_actor()
    written = state.rewritten(draft)
    forms = {**state.own_forms(draft), **imported.forms, **written}
    state = state.accepting(draft, imported)
    key = engine.drawn_key(imported.xml) or draft.key
    moved = key != draft.key
    if moved and engine.diagram_draft(key, by=by) is not None:
        raise AlreadyExists(f"Anda sudah punya draf SOP {key}. Buang atau pasang draf itu dahulu, lalu terima lagi.")
    engine.save_diagram_draft(
        key,
        xml=imported.xml,
        forms=forms,
        origin=draft.origin,
        repairs=state.text(),
        base_version=_version_in_force(key) if moved else "keep",
        expected_revision=None if moved else draft.revision,
        by=by,
    )
    if moved:
        engine.discard_diagram_draft(draft.key, expected_revision=draft.revision, by=by)
    flash(_accepted_words(len(imported.repairs), sorted(written)))
    return redirect(url_for("importing.show", key=key), code=303)


def _accepted_words(count: int, written: list[str]) -> str:
    kept = f" Formulir yang sudah Anda ubah tidak diganti: {', '.join(written)}." if written else ""
    repaired = f"{count} perbaikan diterima. " if count else ""
    return f"{repaired}Drafnya kini memuat gambar hasil impor; berkas asal tetap tersimpan.{kept}"


def _version_in_force(key: str) -> int | None:
    versions = current_engine().versions()
    return next((each.version for each in versions if each.key == key and each.in_force), None)


def _index_page(problems: tuple[Problem, ...] = ()) -> str:
    drafts = current_engine().diagram_drafts(by=_owner())
    waiting = [draft for draft in drafts if draft.origin]
    return render_template("importing/index.html", waiting=waiting, problems=problems)


def _owner() -> Actor:
    by = current_actor()
    if "process_owner" not in by.duties:
        raise NotAllowed("Hanya pemilik proses yang boleh mengimpor gambar.")
    return by


def _page(draft: DiagramDraft, state: ImportState, *, unseen: bool = False, refused_redrawing: bool = False) -> str:
    imported = _imported(draft, state)
    errors = [problem for problem in imported.problems if problem.severity == "error"]
    return render_template(
        "importing/show.html",
        key=draft.key,
        draft=draft,
        state=state,
        imported=imported,
        seen=seen(imported),
        errors=errors,
        warnings=[problem for problem in imported.problems if problem not in errors],
        kinds=REPAIR_KINDS,
        refused=REFUSED,
        other=OTHER,
        unseen=unseen,
        redrawn=state.is_redrawn(draft),
        refused_redrawing=refused_redrawing,
    )
