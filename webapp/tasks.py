"""Tasks: what a person may do now, and the page on which one step is done.

What was typed is never lost: not by a wrong answer, a lost race, nor a deadline that passes meanwhile.
"""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import DraftFile, NotAllowed, WorkItem, WorkListFilter, WorkListPage

from .answered import answered_steps
from .current import current_actor, current_engine
from .handing_in import Desk, Outcome, asked_by_script, unless_unusable
from .notices import list_news, notice_of, why_not_fillable
from .sending import file_to_save
from .standing import Office, standing
from .words import short_instant

bp = Blueprint("tasks", __name__, url_prefix="/tasks")

DONE = "done"
TABS = {"all": "Semua", "mine": "Milik saya", "free": "Bebas", "overdue": "Lewat batas", DONE: "Selesai oleh saya"}
"""The filters of the list, by the name that the engine knows them by."""
ROWS = 25
"""Tasks on one page of the list: some screens full, and cheap enough to ask for again and again."""


@bp.get("")
def index() -> ResponseReturnValue:
    """Show what the person may do now, the most urgent first."""
    return render_template("tasks/index.html", tabs=TABS, **_list())


@bp.get("/list")
def list_again() -> ResponseReturnValue:
    """Return the list alone, for a page that stays open."""
    return render_template("tasks/_list.html", **_list())


@bp.get("/<case>/<path:key>")
def show(case: str, key: str) -> ResponseReturnValue:
    """Show one step: what was answered before, how it stands, and its form."""
    return _page(_item(case, key))


@bp.post("/<case>/<path:key>")
def complete(case: str, key: str) -> ResponseReturnValue:
    """Complete the step; otherwise say what is wrong beside everything that was typed."""
    engine, actor, item = current_engine(), current_actor(), _item(case, key)
    outcome = _desk(item).hand_in(lambda answers: engine.complete(case, key, answers, by=actor))
    if not outcome.taken:
        return _page(_item(case, key), outcome), 409 if outcome.refusal else 422
    step = f"Langkah {item.step} dari {item.steps}" if item.step else item.name
    flash(f"{step} selesai untuk perkara {case}.")
    return redirect(url_for(".index"), code=303)


@bp.get("/<case>/<path:key>/facts")
def facts(case: str, key: str) -> ResponseReturnValue:
    """Return how the step stands, for a page that stays open."""
    return render_template("tasks/_facts.html", **_facts(_item(case, key), typed=False))


@bp.post("/<case>/<path:key>/claim")
def claim(case: str, key: str) -> ResponseReturnValue:
    """Take the step for oneself."""
    current_engine().claim(case, key, by=current_actor())
    return redirect(url_for(".show", case=case, key=key), code=303)


@bp.post("/<case>/<path:key>/release")
def release(case: str, key: str) -> ResponseReturnValue:
    """Give the step back to its lane."""
    current_engine().release(case, key, by=current_actor())
    flash("Tugas dilepas. Rekan selajur dapat mengambilnya.")
    return redirect(url_for(".show", case=case, key=key), code=303)


@bp.get("/<case>/<path:key>/reassign")
def ask_reassign(case: str, key: str) -> ResponseReturnValue:
    """Ask to whom the step should go, and why."""
    if not current_engine().item_rights(case, key, by=current_actor()).reassign:
        raise NotAllowed("Hanya kepala kantor atau pemilik proses yang boleh mengalihkan tugas yang terbuka.")
    return _reassign_page(_item(case, key))


@bp.post("/<case>/<path:key>/reassign")
def reassign(case: str, key: str) -> ResponseReturnValue:
    """Give the step to somebody else, with the reason."""
    engine, actor, item = current_engine(), current_actor(), _item(case, key)
    to, reason = request.form.get("to", ""), request.form.get("reason", "")
    _, problem = unless_unusable(lambda: engine.reassign(case, key, to, reason, by=actor))
    if problem:
        return _reassign_page(item, to, reason, problem), 422
    flash("Tugas dialihkan.")
    return redirect(url_for(".show", case=case, key=key), code=303)


@bp.post("/<case>/<path:key>/draft")
def save_draft(case: str, key: str) -> ResponseReturnValue:
    """Keep what was typed so far."""
    item = _item(case, key)
    if not current_engine().item_rights(case, key, by=current_actor()).complete:
        raise NotAllowed("Draf tidak disimpan: tugas ini tidak sedang menunggu Anda. Isian tetap ada di halaman ini.")
    desk = _desk(item)
    outcome = desk.save()
    if asked_by_script():
        return desk.told(outcome)
    if outcome.problems:
        return _page(item, outcome), 422
    flash("Draf tersimpan.")
    return redirect(url_for(".show", case=case, key=key), code=303)


@bp.post("/<case>/<path:key>/draft/drop")
def drop_draft(case: str, key: str) -> ResponseReturnValue:
    """Forget what was typed so far, files included."""
    _desk(_item(case, key)).drop()
    flash("Draf dibuang.")
    return redirect(url_for(".show", case=case, key=key), code=303)


@bp.get("/<case>/<path:key>/draft/files/<int:file>")
def draft_file(case: str, key: str, file: int) -> ResponseReturnValue:
    """Hand out a file of one's own draft."""
    return file_to_save(_desk(_item(case, key)).file(file))


def _item(case: str, key: str) -> WorkItem:
    return current_engine().work_item(case, key, by=current_actor())


def _desk(item: WorkItem) -> Desk:
    engine = current_engine()
    return Desk(engine, current_actor(), item.path, engine.step_form(item))


def _page(item: WorkItem, outcome: Outcome | None = None) -> str:
    engine, actor, desk = current_engine(), current_actor(), _desk(item)
    draft, case = desk.draft(), engine.case(item.case, by=actor)
    typed = desk.typed(outcome.values if outcome else draft.values if draft else {})
    told = _facts(item, typed=bool(typed or (draft and draft.files)))

    def file_url(file: DraftFile) -> str:
        return url_for(".draft_file", case=item.case, key=item.key, file=file.id)

    office = Office.now_of(engine)
    return render_template(
        "tasks/task.html",
        item=item,
        steps=[standing(step, office) for step in engine.steps(item.case, by=actor)],
        answered=answered_steps(case, by=actor, engine=engine),
        view=desk.view(outcome, draft, file_url),
        typed=typed,
        draft=draft,
        saved=f"{short_instant(draft.saved_at)} WIB" if draft else "",
        why_not=why_not_fillable(told["stand"], case, actor),
        **told,
    )


def _facts(item: WorkItem, *, typed: bool) -> dict[str, Any]:
    engine, actor = current_engine(), current_actor()
    case, stand = engine.case(item.case, by=actor), standing(item, Office.now_of(engine))
    may = engine.item_rights(item.case, item.key, by=actor)
    return {"case": case, "stand": stand, "may": may, "notice": notice_of(stand, case, actor, typed=typed)}


def _list() -> dict[str, Any]:
    engine, actor = current_engine(), current_actor()
    show, search = request.args.get("show", "all"), request.args.get("q", "").strip()
    show, cursor = show if show in TABS else "all", request.args.get("cursor")
    page: WorkListPage
    if show == DONE:
        page = engine.done_by(by=actor, search=search, cursor=cursor, limit=ROWS)
    else:
        kind = cast(WorkListFilter, show)
        page = engine.work_list(by=actor, show=kind, search=search, cursor=cursor, limit=ROWS)
    office = Office.now_of(engine)
    rows = [standing(item, office) for item in page.items]
    return {
        "rows": rows,
        "next_cursor": page.next_cursor,
        "cursor": cursor,
        "show": show,
        "search": search,
        "news": list_news(rows, show, more=bool(cursor or page.next_cursor)),
        "may_start": bool(engine.startable(by=actor)),
    }


def _reassign_page(item: WorkItem, to: str = "", reason: str = "", problem: str = "") -> str:
    colleagues = [
        each
        for each in current_engine().people()
        if each.active and item.lane in each.lanes and each.name != item.assignee
    ]
    return render_template(
        "tasks/reassign.html", item=item, colleagues=colleagues, to=to, reason=reason, problem=problem
    )
