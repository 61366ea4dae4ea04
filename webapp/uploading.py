"""Uploading diagrams and forms in the browser: they become a draft, and its review page is where it goes on.

Only process owners upload. Nothing that stands here deploys.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import Actor, AlreadyExists, NotAllowed

from .current import current_actor, current_engine
from .draft_uploads import Arrived, Incoming, arrive
from .problem_rows import rows_of

bp = Blueprint("uploading", __name__, url_prefix="/processes")


@bp.get("/upload")
def index() -> ResponseReturnValue:
    """Ask for files, and show the drafts that there are."""
    return _page(Arrived(), by=_owner())


@bp.post("/upload")
def bring() -> ResponseReturnValue:
    """Keep the files as drafts, and go to the page that says what is wrong and what would change."""
    engine, by = current_engine(), _owner()
    incoming = Incoming.read(request.files.getlist("files"))
    try:
        told = arrive(engine, incoming, replace_drafts=bool(request.form.get("replace")), by=by)
    except AlreadyExists:  # a file whose SOP only the import can tell
        told = Arrived(in_the_way=list(engine.diagram_drafts(by=by)))
    if told.problems or told.in_the_way:
        return _page(told, by=by), 422 if told.problems else 409
    kept = [*told.broken, *told.keys]
    flash(f"Unggahan disimpan sebagai draf {', '.join(kept)}. Belum ada yang berubah bagi perkara mana pun.")
    if len(kept) == 1:
        return redirect(url_for("reviewing.show", key=kept[0]), code=303)
    return redirect(url_for(".index"), code=303)


def _page(told: Arrived, *, by: Actor) -> str:
    drafts = current_engine().diagram_drafts(by=by)
    return render_template("processes/upload.html", told=told, rows=rows_of(told.problems, "error"), drafts=drafts)


def _owner() -> Actor:
    by = current_actor()
    if "process_owner" not in by.duties:
        raise NotAllowed("Hanya pemilik proses yang boleh mengunggah diagram.")
    return by
