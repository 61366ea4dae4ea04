"""The auditor's search: cases by any mixture of criteria, and searches kept under a name.

Whatever is asked stands in the address; a saved search is nothing but such an address with a name.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import CaseSearch, InvalidRequest, SavedSearch

from .current import current_actor, current_engine
from .handing_in import unless_unusable
from .search_form import STATES, choices, criteria, fields, in_words

bp = Blueprint("audit", __name__, url_prefix="/audit")
ROWS = 25


@bp.get("")
def index() -> ResponseReturnValue:
    """Show the criteria and the cases that meet them, the newest first."""
    return _page()


@bp.get("/searches/<path:name>")
def saved(name: str) -> ResponseReturnValue:
    """Open one's saved search."""
    found = current_engine().saved_search(name, by=current_actor())
    return _to(found)


@bp.post("/searches")
def save() -> ResponseReturnValue:
    """Keep the search under a name; the same name replaces what it meant before."""
    engine, actor, name = current_engine(), current_actor(), request.form.get("name", "")
    kept, problem = unless_unusable(lambda: engine.save_search(name, criteria(request.form), by=actor))
    if kept is None:
        return _page(name=name, problem_with_name=problem)
    flash(f"Pencarian “{kept.name}” disimpan.")
    return _to(kept)


@bp.post("/searches/forget")
def forget() -> ResponseReturnValue:
    """Delete one's saved search."""
    name = request.form.get("name", "")
    current_engine().forget_search(name, by=current_actor())
    flash(f"Pencarian “{name}” dihapus.")
    return redirect(url_for(".index"), code=303)


def _to(saved: SavedSearch) -> ResponseReturnValue:
    address: dict[str, Any] = {**fields(saved.search), "saved": saved.name}
    return redirect(url_for(".index", **address), code=303)


def _page(*, name: str = "", problem_with_name: str = "") -> ResponseReturnValue:
    engine, actor, asked = current_engine(), current_actor(), request.values
    problem, page, search = "", None, CaseSearch()
    kept = engine.saved_searches(by=actor)
    try:
        search = criteria(asked)
        page = engine.search(search, by=actor, cursor=asked.get("cursor") or None, limit=ROWS)
    except InvalidRequest as error:
        problem = str(error)
    offered = choices(engine, search, actor)
    shown: dict[str, Any] = {
        "asked": asked,
        "fields": fields(search),
        "words": in_words(search, offered),
        "offered": offered,
        "states": STATES,
        "page": page,
        "kept": kept,
        "name": name or asked.get("saved", ""),
        "problem": problem,
        "problem_with_name": problem_with_name,
        "names": {person.name: person.full_name or person.name for person in offered.people},
    }
    return render_template("audit/index.html", **shown), 422 if problem or problem_with_name else 200
