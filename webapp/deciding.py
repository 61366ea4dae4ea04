"""Decisions on a version: a head activates or rejects what was submitted, who uploaded it may take it back.

Whoever may decide nothing here is told so; what was decided stands on the page of the version.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import WIB, DeployedVersion, InvalidRequest, NotAllowed, VersionDecision

from .current import current_actor, current_engine
from .draft_uploads import in_force
from .version_words import links_of, may_decide, state_word
from .words import instant

bp = Blueprint("deciding", __name__, url_prefix="/processes/<key>/<int:version>")


@bp.get("/decision")
def show(key: str, version: int) -> ResponseReturnValue:
    """Ask for the decision, with what there is to know before."""
    return _page(_decidable(key, version))


@bp.post("/activate")
def activate(key: str, version: int) -> ResponseReturnValue:
    """Put the version in force, at once or from the day that was chosen."""
    told, note = _decidable(key, version), request.form.get("note", "")
    day = None
    if request.form.get("when") == "day":
        try:
            day = date.fromisoformat(request.form.get("day", ""))
        except ValueError:
            return _page(told, problem="Pilih tanggal sejak kapan versi ini berlaku."), 422
    engine, by = current_engine(), current_actor()
    return _decide(told, lambda: engine.activate(key, version, by=by, note=note, effective_from=day))


@bp.post("/reject")
def reject(key: str, version: int) -> ResponseReturnValue:
    """Reject the version, or take one's own upload back, with a reason."""
    told, engine, by = _decidable(key, version), current_engine(), current_actor()
    return _decide(told, lambda: engine.reject(key, version, request.form.get("reason", ""), by=by))


@bp.post("/cancel-activation")
def cancel(key: str, version: int) -> ResponseReturnValue:
    """Take back an activation that lies ahead, with a reason."""
    told, engine, by = _decidable(key, version), current_engine(), current_actor()
    return _decide(told, lambda: engine.cancel_activation(key, version, request.form.get("reason", ""), by=by))


def _decidable(key: str, version: int) -> DeployedVersion:
    """Return the version for somebody who decides on versions, or who uploaded it. Raises ``NotAllowed``."""
    by, told = current_actor(), current_engine().version(key, version)
    if "head" not in by.duties and by.name != told.deployed_by:
        raise NotAllowed("Hanya kepala kantor yang boleh memutuskan versi mana yang berlaku.")
    return told


def _decide(told: DeployedVersion, decide: Callable[[], VersionDecision]) -> ResponseReturnValue:
    try:
        decided = decide()
    except InvalidRequest as refused:
        return _page(told, problem=str(refused)), 422
    flash(_done(decided, told))
    return redirect(url_for("processes.show", key=told.key, version=told.version), code=303)


def _done(decided: VersionDecision, told: DeployedVersion) -> str:
    if decided.verdict == "activated" and decided.effective_from:
        ahead = decided.effective_from > decided.decided_at
        when = f"akan berlaku sejak {instant(decided.effective_from)}" if ahead else "berlaku sejak sekarang"
        return f"Versi {told.version} {when}. Perkara yang sedang berjalan tetap pada versinya."
    if decided.verdict == "cancelled":
        return f"Pengaktifan versi {told.version} dibatalkan."
    if decided.decided_by == told.deployed_by:
        return f"Versi {told.version} ditarik kembali."
    return f"Versi {told.version} ditolak."


def _page(told: DeployedVersion, problem: str = "") -> str:
    engine, by = current_engine(), current_actor()
    current = in_force(engine, told.key)
    return render_template(
        "processes/decision.html",
        told=told,
        word=state_word(told),
        uploader=engine.person(told.deployed_by),
        may_decide=may_decide(told, by),
        is_head="head" in by.duties,
        is_own=by.name == told.deployed_by,
        current=current,
        ahead=[each for each in engine.activations_ahead(told.key) if each.version != told.version],
        today=engine.now().astimezone(WIB).date(),
        links=links_of(told, current, by),
        typed=request.form,
        problem=problem,
    )
