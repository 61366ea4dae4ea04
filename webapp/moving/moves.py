"""Moves of many cases as they were ordered: how far each one is, what became of each case, and taking one back.

The engine carries them on, whoever asks it to: a worker, or the page that is looking on.
"""

from __future__ import annotations

from typing import cast, get_args

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import MassMove, MoveOutcome, NotFound

from ..current import current_actor, current_engine
from ..handing_in import unless_unusable
from .effects import only_who_steers
from .words import OUTCOMES, POLICY_WORDS

bp = Blueprint("moves", __name__, url_prefix="/processes")

AT_ONCE = 1.5
"""Seconds for which the answer to an order goes on moving cases."""
AT_A_LOOK = 0.5
SHOWN_CASES = 100


@bp.get("/<key>/moves")
def index(key: str) -> ResponseReturnValue:
    """Show every move of the SOP's cases, the newest first."""
    only_who_steers()
    engine = current_engine()
    versions = engine.versions(key)
    moves = engine.mass_moves(key, by=current_actor())
    return render_template(
        "moving/moves.html",
        key=key,
        name=versions[0].name or key,
        moves=moves,
        people=_names(moves),
        policies=POLICY_WORDS,
    )


@bp.get("/<key>/moves/<int:number>")
def show(key: str, number: int) -> ResponseReturnValue:
    """Show one move: how far it is, and what became of each case."""
    return _page(_move(key, number))


@bp.post("/<key>/moves/<int:number>/carry-on")
def carry_on(key: str, number: int) -> ResponseReturnValue:
    """Move some of the cases that wait; a page that looks on asks again and again."""
    _move(key, number)
    seen = "HX-Request" in request.headers
    current_engine().carry_on_moves(AT_A_LOOK if seen else AT_ONCE)
    if not seen:
        return redirect(url_for(".show", key=key, number=number), code=303)
    return _page(_move(key, number))


@bp.post("/<key>/moves/<int:number>/undo")
def undo(key: str, number: int) -> ResponseReturnValue:
    """Move exactly the cases that it moved back, with a reason."""
    move, engine, reason = _move(key, number), current_engine(), request.form.get("reason", "")
    back, problem = unless_unusable(lambda: engine.undo_moves(number, reason, by=current_actor()))
    if back is None:
        return _page(move, reason, problem), 422
    engine.carry_on_moves(AT_ONCE)
    flash("Pemindahan itu sedang dibatalkan: perkaranya kembali ke versi semula.")
    return redirect(url_for(".show", key=key, number=back.number), code=303)


def _move(key: str, number: int) -> MassMove:
    """Return the move. Raises ``NotFound``, also for one of another SOP."""
    only_who_steers()
    move = current_engine().mass_move(number, by=current_actor())
    if move.key != key:
        raise NotFound("Pemindahan", str(number))
    return move


def _page(move: MassMove, reason: str = "", problem: str = "") -> str:
    engine, actor = current_engine(), current_actor()
    asked = request.values.get("outcome", "")
    outcome = cast(MoveOutcome, asked) if asked in get_args(MoveOutcome) else None
    after = request.values.get("after", 0, type=int)
    cases = engine.moved_cases(move.number, by=actor, outcome=outcome, after=after, limit=SHOWN_CASES)
    return render_template(
        "moving/_move.html" if "HX-Request" in request.headers else "moving/move.html",
        key=move.key,
        name=engine.versions(move.key)[0].name or move.key,
        move=move,
        cases=cases,
        outcome=outcome,
        after=after,
        next_after=cases[-1].position if len(cases) == SHOWN_CASES else None,
        outcomes=OUTCOMES,
        policies=POLICY_WORDS,
        people=_names([move]),
        reason=reason,
        problem=problem,
    )


def _names(moves: list[MassMove] | tuple[MassMove, ...]) -> dict[str, str]:
    found = (current_engine().person(name) for name in {move.by for move in moves})
    return {person.name: person.full_name for person in found if person}
