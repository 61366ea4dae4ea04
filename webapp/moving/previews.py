"""Choosing cases to move, seeing what becomes of each one, and ordering exactly that.

What was previewed travels signed to the order. A case that went on since is told apart by the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from typing import TypeVar

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import DeployedVersion, DoesNotFit, InvalidRequest, MovePreview, NotFound

from ..current import current_actor, current_engine
from .asked import MAPPED, Ask, typed, whole_number
from .effects import only_who_steers, version_in_force
from .handed_on import opened, sealed
from .looking import Counted, count_further
from .moves import AT_ONCE, bp
from .offered import Offered, offered
from .steps import element_of, may_run_on, steps_of
from .words import POLICY_WORDS, plain

__all__ = ["bp"]

SHOWN_ROWS = 50
T = TypeVar("T")


@bp.get("/<key>/move")
def ask(key: str) -> ResponseReturnValue:
    """Ask which cases to move, and how."""
    only_who_steers()
    versions = current_engine().versions(key)
    wanted = request.args.get("to", "")
    order = Ask(
        to=whole_number(wanted) if wanted else version_in_force(versions),
        versions=tuple(whole_number(each) for each in request.args.getlist("version")),
        step=request.args.get("step", ""),
        numbers=tuple(request.args.getlist("case")),
    )
    found = _offered(key, order, versions)
    return _ask_page(key, replace(order, renamed=found.proposed), found)


@bp.post("/<key>/move")
def preview(key: str) -> ResponseReturnValue:
    """Show what would become of each case, before anything is moved; or, when asked to, the form again."""
    only_who_steers()
    order = _order(key)
    versions = current_engine().versions(key)
    if "again" in request.form:
        return _ask_page(key, order, _offered(key, order, versions))
    return _preview_page(key, order)


@bp.post("/<key>/move/count")
def count(key: str) -> ResponseReturnValue:
    """Count what would become of all the cases, a part at a time."""
    only_who_steers()
    engine, actor = current_engine(), current_actor()
    order = _previewed(key)
    so_far = Counted(**opened(request.form.get("so_far", ""), "count", key, actor))
    counted = count_further(engine, so_far, key, order, actor)
    page = "moving/_count.html" if "HX-Request" in request.headers else "moving/count.html"
    return render_template(page, key=key, **_counting(key, order, counted))


@bp.post("/<key>/moves")
def begin(key: str) -> ResponseReturnValue:
    """Order the move that was previewed, with its reason, and begin it."""
    only_who_steers()
    engine, actor = current_engine(), current_actor()
    order, reason = _previewed(key).ticked(request.form), request.form.get("reason", "")
    _only_what_was_in_force(key, order)
    move, problem = _unless_refused(
        lambda: engine.begin_moves(
            key,
            order.to,
            order.selection,
            reason,
            policy=order.policy,
            renamed=order.renamed,
            passed=order.passed,
            as_of=order.as_of,
            by=actor,
        )
    )
    if move is None:
        return _preview_page(key, order, reason, problem, status=422)
    engine.carry_on_moves(AT_ONCE)
    left_out = order.total - len(order.without) - move.total
    if left_out > 0:
        flash(f"{left_out} perkara dari pratinjau sudah berakhir atau berpindah; tidak ikut dipindahkan.", "warning")
    return redirect(url_for(".show", key=key, number=move.number), code=303)


def _order(key: str) -> Ask:
    """Return what was typed, or, from a preview, what was previewed with the ticks of its page."""
    return _previewed(key).ticked(request.form) if "order" in request.form else typed(request.form)


def _previewed(key: str) -> Ask:
    """Return the order that a preview handed on. Raises ``BadRequest`` for what no preview of this person made."""
    return Ask.read(opened(request.form.get("order", ""), "order", key, current_actor()))


def _only_what_was_in_force(key: str, order: Ask) -> None:
    """Raise ``InvalidRequest`` for a version that waits for approval, or was refused it: no case may run on it."""
    if not may_run_on(current_engine().version(key, order.to)):
        raise InvalidRequest(
            f"Versi {order.to} belum berlaku; perkara dapat dipindahkan ke sana setelah versi itu berlaku."
        )


def _plan(key: str, order: Ask, after: int) -> MovePreview:
    _only_what_was_in_force(key, order)
    return order.preview(current_engine(), key, current_actor(), after=after, limit=SHOWN_ROWS)


def _offered(key: str, order: Ask, versions: Sequence[DeployedVersion]) -> Offered:
    return offered(current_engine(), key, order.to, versions, by=current_actor())


def _ask_page(key: str, order: Ask, found: Offered, problem: str = "") -> str:
    return render_template(
        "moving/ask.html", key=key, ask=order, offered=found, problem=problem, policies=POLICY_WORDS, mapped=MAPPED
    )


def _preview_page(
    key: str, order: Ask, reason: str = "", problem: str = "", *, status: int = 200
) -> ResponseReturnValue:
    """Return the preview of the next rows; where the order cannot be previewed at all, the form with the problem."""
    engine, actor = current_engine(), current_actor()
    after = request.form.get("after", 0, type=int)
    plan, refusal = _unless_refused(lambda: _plan(key, order, after))
    if plan is None or not plan.total:
        found = _offered(key, order, engine.versions(key))
        told = refusal or f"Tidak ada perkara terbuka dengan pilihan ini yang belum berada pada versi {order.to}."
        return _ask_page(key, order, found, problem or told), 422
    kept = replace(order, as_of=order.as_of or plan.as_of, total=order.total or plan.total)
    new = steps_of(engine, key, order.to, by=actor)
    olds = {each: steps_of(engine, key, each, by=actor) for each in {row.from_version for row in plan.rows}}
    counted = Counted().with_rows(plan) if not after and plan.after is None else Counted()
    return render_template(
        "moving/preview.html",
        key=key,
        name=engine.versions(key)[0].name or key,
        plan=plan,
        after=after,
        names=new,
        why_not={row.position: plain(row.why_not or "", olds[row.from_version], new) for row in plan.rows},
        would_pass=_would_pass(key, order, plan, after),
        policies=POLICY_WORDS,
        reason=reason,
        problem=problem,
        **_counting(key, kept, counted),
    ), status


def _counting(key: str, order: Ask, counted: Counted) -> dict[str, object]:
    actor = current_actor()
    return {
        "order": sealed(order.written(), "order", key, actor),
        "counted": counted,
        "so_far": sealed(asdict(counted), "count", key, actor),
        "ask": order,
    }


def _would_pass(key: str, order: Ask, plan: MovePreview, after: int) -> list[str]:
    """Return the elements of steps that stand in the way of cases shown, and would not if they counted as passed."""
    if all(row.fits for row in plan.rows):
        return []
    engine, actor = current_engine(), current_actor()
    freely = engine.plan_moves(
        key,
        order.to,
        order.selection,
        policy=order.policy,
        renamed=order.renamed,
        by=actor,
        after=after,
        limit=SHOWN_ROWS,
    )
    stuck = {row.position for row in plan.rows if not row.fits}
    helped = [passed for row in freely.rows if row.fits and row.position in stuck for passed in row.passed]
    return [each for each in dict.fromkeys(element_of(key) for key in helped) if each not in order.passed]


def _unless_refused(command: Callable[[], T]) -> tuple[T | None, str]:
    """Run ``command`` and return its result, or why it cannot be done, for the form to say."""
    try:
        return command(), ""
    except (InvalidRequest, NotFound, DoesNotFit) as error:
        return None, str(error)
