"""Erasing personal data of a case: what would go, on which ground, and afterwards what was erased.

Only the head of office gets here. Nothing of what would go is shown: labels and counts, never an answer.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import ERASURE_GROUNDS, Erasure, InvalidRequest, erasure_ground

from .current import current_actor, current_engine
from .standing import Office

bp = Blueprint("erasing", __name__, url_prefix="/cases")

UNCONFIRMED = "Centang dahulu bahwa penghapusan ini memang dimaksudkan dan tidak dapat diurungkan."


@bp.get("/<number>/erase")
def ask(number: str) -> ResponseReturnValue:
    """Show what would be erased, what was erased already, and ask for the ground."""
    return _page(number)


@bp.post("/<number>/erase")
def erase(number: str) -> ResponseReturnValue:
    """Erase what was shown, if that is still what there is."""
    engine, actor, form = current_engine(), current_actor(), request.form
    engine.plan_erasure(number, by=actor)  # before any word about the form: who may not gets no answer on it
    try:
        ground = erasure_ground(form.get("ground", ""), form.get("note", ""))
        if "confirmed" not in form:
            raise InvalidRequest(UNCONFIRMED)
        engine.erase_personal(number, ground, by=actor, planned=_numbers(form.get("planned", "")))
    except InvalidRequest as error:
        return _page(number, str(error)), 422
    flash(f"Data pribadi perkara {number} sudah dihapus. Beri tahu subjek datanya (UU 27/2022 Pasal 45).")
    return redirect(url_for(".ask", number=number), code=303)


def told_erasures(erasures: tuple[Erasure, ...], office: Office) -> list[tuple[Erasure, str]]:
    """Return each erasure with the full name of who carried it out."""
    return [(each, office.person(each.erased_by) or each.erased_by) for each in erasures]


def _page(number: str, problem: str = "") -> str:
    engine, actor = current_engine(), current_actor()
    return render_template(
        "erasing/erase.html",
        plan=engine.plan_erasure(number, by=actor),
        erasures=told_erasures(engine.erasures(number, by=actor), Office.now_of(engine)),
        grounds=ERASURE_GROUNDS,
        typed=request.form,
        problem=problem,
    )


def _numbers(text: str) -> tuple[int, ...]:
    """Return the events of the plan that was shown; what nobody can have been shown fits no plan."""
    return tuple(int(each) for each in text.split(",") if each.isascii() and each.isdigit())
