"""The modeler as a page: an owner's draft of one SOP is opened, kept while it is drawn, and judged by the rule list.

Opening changes nothing: the first change makes the draft. What is drawn is never logged.
"""

from __future__ import annotations

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import WIB, AlreadyExists, DiagramDraft, InvalidRequest, NotAllowed, Problem, Upload

from ..current import current_actor, current_engine
from ..security import also_allows
from ..sending import file_to_save
from .drawings import as_text, is_key, key_from
from .opened import Opened

bp = Blueprint("editing", __name__, url_prefix="/processes")

# The one inline style that the properties panel sets on its own container.
PANEL_STYLE = "style-src-attr 'unsafe-hashes' 'sha256-nR5hyLltSjfvi2rqC26RbcredWrJvTaPA1yqPX96jpY='"
LONGEST_NAME = 200


@bp.get("/new/edit")
def new() -> ResponseReturnValue:
    """Ask what a new SOP is called."""
    _owners_only()
    return render_template("editing/new.html", name="", key="", refusal="", lanes=_lanes())


@bp.post("/new/edit")
def create() -> ResponseReturnValue:
    """Begin the draft of a new SOP: one lane, one step, sound from the start."""
    _owners_only()
    name, lane = (" ".join(request.form.get(each, "").split()) for each in ("name", "lane"))
    key = request.form.get("key", "").strip() or key_from(name)
    try:
        _refuse_new(name, key, lane)
        xml = render_template("editing/new_sop.xml", key=key, name=name, lane=lane, prefix=_initials(name)).encode()
        current_engine().save_diagram_draft(key, xml=xml, expected_revision=None, base_version=None, by=current_actor())
    except (InvalidRequest, AlreadyExists) as refused:
        page = render_template("editing/new.html", name=name, key=key, lane=lane, refusal=refused, lanes=_lanes())
        return page, 422
    return redirect(url_for(".edit", key=key), code=303)


@bp.get("/<key>/edit")
@also_allows(PANEL_STYLE)
def edit(key: str) -> ResponseReturnValue:
    """Show the modeler with the draft, else with the version that is asked for, else with the one in force."""
    opened = Opened.of(current_engine(), key, request.args.get("version", type=int), by=current_actor())
    return render_template("editing/edit.html", opened=opened, name=opened.name(), saved_at=opened.saved_at)


@bp.get("/<key>/edit/diagram")
def diagram(key: str) -> ResponseReturnValue:
    """Return what the modeler opens, and the revision that it is; or hand it out as a file."""
    opened = Opened.of(current_engine(), key, request.args.get("version", type=int), by=current_actor())
    if "file" in request.args:
        return file_to_save(Upload(f"{key}-draf.bpmn", "application/xml", opened.xml))
    return jsonify(xml=as_text(opened.xml), **_standing(opened.draft))


@bp.post("/<key>/edit")
def keep(key: str) -> ResponseReturnValue:
    """Keep the diagram in the draft, unless another tab changed it meanwhile."""
    engine, by = current_engine(), current_actor()
    xml, revision = _drawn(), request.form.get("revision", type=int)
    if revision is None:
        begun = engine.begin_diagram_draft(key, request.form.get("version", 0, int), by=by)
        revision = begun.revision
    draft = engine.save_diagram_draft(key, xml=xml, expected_revision=revision, by=by)
    return jsonify(_standing(draft))


@bp.post("/<key>/edit/problems")
def problems(key: str) -> ResponseReturnValue:
    """Say what the rule list finds in a diagram as it is drawn now; nothing is kept."""
    engine, by = current_engine(), current_actor()
    opened = Opened.of(engine, key, request.form.get("version", type=int), by=by)
    return jsonify(problems=[_told(key, each) for each in opened.problems_with(_drawn())])


def _drawn() -> bytes:
    return request.form.get("xml", "").encode("utf-8", "replace")


def _standing(draft: DiagramDraft | None) -> dict[str, object]:
    """Return which revision is kept, and since when; nothing is kept yet without a draft."""
    if draft is None:
        return {"revision": None, "saved": ""}
    return {
        "revision": draft.revision,
        "saved": f"{draft.saved_at.astimezone(WIB):%H.%M}",
        "diagram_revision": draft.changed_in.get("", 1),
    }


def _told(key: str, problem: Problem) -> dict[str, object]:
    form = problem.file.removesuffix(".form") if problem.file.endswith(".form") else ""
    return {
        "element": "" if form else problem.element,
        "name": problem.name,
        "grave": problem.severity == "error",
        "message": problem.message,
        "form": form,
        "address": url_for("form_editing.edit", key=key, form=form) if form else "",
    }


def _owners_only() -> None:
    if "process_owner" not in current_actor().duties:
        raise NotAllowed("Hanya pemilik proses yang boleh membuat SOP.")


def _refuse_new(name: str, key: str, lane: str) -> None:
    if not 0 < len(name) <= LONGEST_NAME or not 0 < len(lane) <= LONGEST_NAME:
        raise InvalidRequest(f"Isi nama SOP dan lajur pertamanya, masing-masing paling panjang {LONGEST_NAME} huruf.")
    if not is_key(key):
        raise InvalidRequest(
            f"Kunci {key[:80]!r} tidak dapat dipakai: 3 sampai 80 huruf kecil, angka, atau garis bawah, diawali huruf, "
            "dan bukan kata yang dipakai alamat halaman ini."
        )
    engine = current_engine()
    if any(each.key == key for each in engine.versions()):
        raise AlreadyExists(f"SOP dengan kunci {key} sudah ada; buka SOP itu dan ubah, atau pakai kunci lain.")
    if engine.diagram_draft(key, by=current_actor()) is not None:
        raise AlreadyExists(f"Anda sudah mempunyai draf dengan kunci {key}; lanjutkan draf itu, atau pakai kunci lain.")


def _initials(name: str) -> str:
    """Return the beginning of the case numbers: ``SOP Pengaduan Berat`` → ``PB``."""
    words = [word for word in key_from(name).split("_") if word not in ("sop", "")]
    return "".join(word[0] for word in words[:4]).upper() or "P"


def _lanes() -> list[str]:
    """Return the lanes in which people work, to choose the first one from."""
    return sorted({lane for person in current_engine().people() if person.active for lane in person.lanes})
