"""Starting a case: a person of the office records what came by any channel, on behalf of who brought it.

Recording is one command: the case begins and its first step is done, or neither.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from engine import DraftFile, StartForm

from .current import current_actor, current_engine
from .handing_in import Desk, Outcome, asked_by_script
from .sending import file_to_save
from .words import short_instant

bp = Blueprint("starts", __name__, url_prefix="/starts")


@bp.get("")
def index() -> ResponseReturnValue:
    """Show what the person may start; where that is one thing, go straight to it."""
    definitions = current_engine().startable(by=current_actor())
    if len(definitions) == 1:
        return redirect(url_for(".ask", key=definitions[0].key), code=303)
    return render_template("starts/index.html", definitions=definitions)


@bp.get("/<key>")
def ask(key: str) -> ResponseReturnValue:
    """Show the form of the first step, as far as it was filled in."""
    return _page(_start_form(key))


@bp.post("/<key>")
def begin(key: str) -> ResponseReturnValue:
    """Start the case with its first step, and show it under its number."""
    engine, actor, start = current_engine(), current_actor(), _start_form(key)
    outcome = _desk(start).hand_in(
        lambda answers: engine.start(key, answers, by=actor, on_behalf_of=start.on_behalf_of)
    )
    if not outcome.taken:
        return _page(start, outcome), 409 if outcome.refusal else 422
    flash(f"Tercatat dengan nomor {outcome.result.number}. Sampaikan nomor ini kepada pengadu.")
    return redirect(url_for("cases.show", number=outcome.result.number), code=303)


@bp.post("/<key>/draft")
def save_draft(key: str) -> ResponseReturnValue:
    """Keep what was typed so far."""
    start = _start_form(key)
    desk = _desk(start)
    outcome = desk.save()
    if asked_by_script():
        return desk.told(outcome)
    if outcome.problems:
        return _page(start, outcome), 422
    flash("Draf tersimpan. Lanjutkan kapan saja dari “Catat pengaduan”.")
    return redirect(url_for(".ask", key=key), code=303)


@bp.post("/<key>/draft/drop")
def drop_draft(key: str) -> ResponseReturnValue:
    """Forget what was typed so far, files included."""
    desk = _desk(_start_form(key))
    desk.drop()
    flash("Draf dibuang.")
    return redirect(url_for(".ask", key=key), code=303)


@bp.get("/<key>/draft/files/<int:file>")
def draft_file(key: str, file: int) -> ResponseReturnValue:
    """Hand out a file of one's own draft."""
    desk = _desk(_start_form(key))
    return file_to_save(desk.file(file))


def _start_form(key: str) -> StartForm:
    return current_engine().start_form(key, by=current_actor())


def _desk(start: StartForm) -> Desk:
    return Desk(current_engine(), current_actor(), f"start/{start.definition.key}", start.form)


def _page(start: StartForm, outcome: Outcome | None = None) -> str:
    desk, key = _desk(start), start.definition.key
    draft = desk.draft()

    def file_url(file: DraftFile) -> str:
        return url_for(".draft_file", key=key, file=file.id)

    return render_template(
        "starts/start.html",
        start=start,
        view=desk.view(outcome, draft, file_url),
        refusal=outcome.refusal if outcome else None,
        saved=f"{short_instant(draft.saved_at)} WIB" if draft else "",
    )
