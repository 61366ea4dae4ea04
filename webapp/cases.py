"""Cases: finding one, how far it is, what was answered, and the few rare commands on one.

What somebody may see of a case, and do to it, is the engine's to decide; here it is laid out.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import NotAllowed, ProcessInstance, WorkItem

from .answered import ShownStep, answered_steps, shown_step, step_of
from .current import current_actor, current_engine
from .forms_words import file_size
from .handing_in import unless_unusable
from .sending import file_to_save
from .standing import Office, standing
from .words import instant, short_instant

bp = Blueprint("cases", __name__, url_prefix="/cases")
bp.add_app_template_filter(instant, "instant")
bp.add_app_template_filter(short_instant, "short_instant")
bp.add_app_template_filter(file_size, "file_size")


@bp.get("")
def index() -> ResponseReturnValue:
    """Show the cases whose number was asked for, the newest first; a whole number goes straight to its case."""
    search = request.args.get("q", "").strip()
    found = current_engine().find_cases(search, by=current_actor())
    if len(found) == 1 and search:
        return redirect(url_for(".show", number=found[0].number), code=303)
    unstaffed = current_engine().unstaffed(by=current_actor())
    return render_template("cases/index.html", cases=found, search=search, unstaffed=unstaffed)


@bp.get("/<number>")
def show(number: str) -> ResponseReturnValue:
    """Show one case: its steps so far, its diagram, its data."""
    engine, actor = current_engine(), current_actor()
    case = engine.case(number, by=actor)
    steps, office = engine.steps(number, by=actor), Office.now_of(engine)
    return render_template(
        "cases/case.html",
        case=case,
        may=engine.case_rights(number, by=actor),
        steps=[standing(step, office) for step in steps],
        next_task=_next_task(number, steps),
        answered=answered_steps(case, by=actor, engine=engine),
    )


@bp.get("/<number>/steps")
def steps(number: str) -> ResponseReturnValue:
    """Return the list of steps alone, for a page that stays open."""
    engine = current_engine()
    office = Office.now_of(engine)
    items = engine.steps(number, by=current_actor())
    return render_template("cases/_steps.html", steps=[standing(item, office) for item in items])


@bp.get("/<number>/diagram")
def diagram(number: str) -> ResponseReturnValue:
    """Return the diagram of the version that the case runs on."""
    engine = current_engine()
    case = engine.case(number, by=current_actor())
    return Response(engine.diagram_xml(case.key, case.version), mimetype="application/xml")


@bp.get("/<number>/attachments/<int:attachment>")
def attachment(number: str, attachment: int) -> ResponseReturnValue:
    """Hand a file out, to be saved and never shown in the page's own name."""
    return file_to_save(current_engine().attachment(number, attachment, by=current_actor()))


@bp.post("/<number>/attachments/<int:attachment>")
def reveal_attachment(number: str, attachment: int) -> ResponseReturnValue:
    """Hand a hidden file out and record who asked for it and why."""
    reason = request.form.get("reason", "")
    return file_to_save(current_engine().reveal_attachment(number, attachment, reason, by=current_actor()))


@bp.get("/<number>/reveal/<path:key>")
def ask_reveal(number: str, key: str) -> ResponseReturnValue:
    """Ask why hidden answers of a step are needed."""
    engine, actor = current_engine(), current_actor()
    step = _answered_step(number, key)
    if step is None or not step.revealable:
        raise NotAllowed("Tidak ada data tertutup pada langkah ini yang boleh Anda buka.")
    return render_template("cases/reveal.html", case=engine.case(number, by=actor), item=step.item)


@bp.post("/<number>/reveal/<path:key>")
def reveal(number: str, key: str) -> ResponseReturnValue:
    """Record who looks and why, then show the hidden answers: in this answer, nowhere else."""
    engine, actor, reason = current_engine(), current_actor(), request.form.get("reason", "")
    case, item = engine.case(number, by=actor), engine.work_item(number, key, by=actor)
    before = _answered_step(number, key)
    found, problem = unless_unusable(lambda: engine.reveal(number, key, reason, by=actor))
    if found is None or before is None:
        return render_template("cases/reveal.html", case=case, item=item, reason=reason, problem=problem), 422
    answers = shown_step(found, case, by=actor, engine=engine).answers
    revealed = [answer for answer in answers if answer.key in before.hidden]
    return render_template("cases/reveal.html", case=case, item=item, reason=reason, revealed=revealed)


@bp.get("/<number>/cancel")
def ask_cancel(number: str) -> ResponseReturnValue:
    """Ask why a case should end before its diagram's end."""
    engine, actor = current_engine(), current_actor()
    if not engine.case_rights(number, by=actor).cancel:
        raise NotAllowed("Hanya kepala kantor atau pemilik proses yang boleh membatalkan perkara yang berjalan.")
    return _cancel_page(engine.case(number, by=actor))


@bp.post("/<number>/cancel")
def cancel(number: str) -> ResponseReturnValue:
    """End the case, with the reason."""
    engine, actor, reason = current_engine(), current_actor(), request.form.get("reason", "")
    case = engine.case(number, by=actor)
    _, problem = unless_unusable(lambda: engine.cancel(number, reason, by=actor))
    if problem:
        return _cancel_page(case, reason, problem), 422
    flash(f"Perkara {number} dibatalkan.")
    return redirect(url_for(".show", number=number), code=303)


@bp.post("/<number>/retry")
def retry(number: str) -> ResponseReturnValue:
    """Try again what made the case an incident."""
    current_engine().retry(number, by=current_actor())
    flash(f"Perkara {number} berjalan lagi.")
    return redirect(url_for(".show", number=number), code=303)


def _answered_step(number: str, key: str) -> ShownStep | None:
    engine, actor = current_engine(), current_actor()
    answered = answered_steps(engine.case(number, by=actor), by=actor, engine=engine)
    return step_of(answered, key)


def _cancel_page(case: ProcessInstance, reason: str = "", problem: str = "") -> str:
    return render_template("cases/cancel.html", case=case, reason=reason, problem=problem)


def _next_task(number: str, steps: Sequence[WorkItem]) -> WorkItem | None:
    """Return the first open step that the person may complete now."""
    engine, actor = current_engine(), current_actor()
    open_steps = (step for step in steps if step.state == "open")
    return next((each for each in open_steps if engine.item_rights(number, each.key, by=actor).complete), None)
