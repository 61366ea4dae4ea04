"""Cases: finding one, how far it is, what was answered, and the few rare commands on one.

What somebody may see of a case is the engine's to decide; here it is only laid out.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import InvalidRequest, ProcessInstance, WorkItem

from .current import current_actor, current_engine
from .laying_out import answered, office, shown_steps
from .words import instant, short_instant

bp = Blueprint("cases", __name__, url_prefix="/cases")
bp.add_app_template_filter(instant, "instant")
bp.add_app_template_filter(short_instant, "short_instant")


@bp.get("")
def index() -> ResponseReturnValue:
    """Show the cases whose number was asked for, the newest first; a full number goes straight to its case."""
    search = request.args.get("q", "").strip()
    found = current_engine().find_cases(search, by=current_actor())
    if len(found) == 1 and search:
        return redirect(url_for(".show", number=found[0].number))
    return render_template("cases/index.html", cases=found, search=search)


@bp.get("/<number>")
def show(number: str) -> ResponseReturnValue:
    """Show one case: its steps so far, its diagram, its data."""
    engine, actor = current_engine(), current_actor()
    case = engine.case(number, by=actor)
    may = engine.case_rights(number, by=actor)
    steps = engine.steps(number, by=actor)
    return render_template(
        "cases/case.html",
        case=case,
        may=may,
        steps=shown_steps(steps, office()),
        next_task=_next_task(case, steps),
        answered=answered(engine.answers(number, by=actor)) if may.answers else (),
    )
