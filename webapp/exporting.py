"""Downloads: one case, or all that began in a period, in four forms, each sent as it is made.

What of a case somebody may take out is what they may see; the engine says which. What is hidden
comes only with a reason, which stays in the history of the case.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.http import dump_options_header

from engine import WIB, InvalidRequest, NotAllowed, NotFound

from .answered import answered_steps
from .current import current_actor, current_engine
from .exports.deliveries import FORMS, Delivery, of_case, of_period
from .handing_in import unless_unusable

bp = Blueprint("exporting", __name__)

WORDS: Mapping[str, tuple[str, str]] = {
    "dossier": (
        "Berkas perkara lengkap (ZIP)",
        "Diagram, linimasa siap cetak, riwayat, jawaban, lampiran, dan buktinya; dapat diperiksa tanpa aplikasi ini.",
    ),
    "csv": ("Tabel langkah (CSV)", "Satu baris untuk setiap langkah, untuk lembar kerja seperti Excel atau Calc."),
    "json": ("Data lengkap (JSON)", "Satu baris untuk setiap perkara, dengan seluruh riwayatnya, untuk program lain."),
    "xes": ("Log proses (XES)", "Perjalanan setiap langkah menurut IEEE 1849-2016, untuk analisis proses."),
}
"""Each form by name: what it is called, and what it is for."""


@bp.get("/cases/<number>/export")
def choose(number: str) -> ResponseReturnValue:
    """Show the forms in which a case can be taken out."""
    return _case_page(number)


@bp.get("/cases/<number>/export/<form>")
def case_file(number: str, form: str) -> ResponseReturnValue:
    """Hand one case out, as far as the person may see it."""
    current_engine().case(number, by=current_actor())  # a case that is not theirs looks like one that is not there
    if form not in FORMS:
        raise NotFound("Bentuk", form)
    return _sent(of_case(current_engine(), number, form, by=current_actor()))


@bp.post("/cases/<number>/export")
def reveal(number: str) -> ResponseReturnValue:
    """Record who takes the hidden data out and why, then hand out the dossier with them."""
    engine, actor, reason = current_engine(), current_actor(), request.form.get("reason", "")
    delivery, problem = unless_unusable(lambda: of_case(engine, number, "dossier", by=actor, reason=reason))
    if delivery is None:
        return _case_page(number, reason, problem), 422
    return _sent(delivery)


@bp.get("/audit/export")
def ask() -> ResponseReturnValue:
    """Ask for a period, an SOP and a form."""
    _auditors_only()
    return _period_page()


@bp.get("/audit/export/file")
def period_file() -> ResponseReturnValue:
    """Hand out the cases that began in the period."""
    _auditors_only()
    asked, engine, actor = request.args, current_engine(), current_actor()
    try:
        first, last = _day(asked.get("from", "")), _day(asked.get("to", ""))
        delivery = of_period(engine, first, last, asked.get("as", ""), by=actor, key=asked.get("key") or None)
    except InvalidRequest as error:
        return _period_page(str(error)), 422
    return _sent(delivery)


def _auditors_only() -> None:
    if "auditor" not in current_actor().duties:
        raise NotAllowed("Hanya auditor yang boleh mengekspor perkara dari suatu kurun waktu.")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidRequest(
            f"Tanggal diharapkan ditulis seperti 2026-11-24, bukan {text[:40]!r}; isi ulang."
        ) from error


def _case_page(number: str, reason: str = "", problem: str = "") -> str:
    engine, actor = current_engine(), current_actor()
    case = engine.case(number, by=actor)
    steps = answered_steps(case, by=actor, engine=engine)
    return render_template(
        "exports/case.html",
        case=case,
        forms=WORDS,
        withheld=any(step.withheld for step in steps),
        revealable=any(step.revealable for step in steps),
        reason=reason,
        problem=problem,
    )


def _period_page(problem: str = "") -> str:
    engine = current_engine()
    today = engine.now().astimezone(WIB).date()
    asked = {"from": f"{today.replace(day=1)}", "to": f"{today}", "as": "csv", "key": "", **request.args.to_dict()}
    return render_template(
        "exports/period.html", forms=WORDS, definitions=engine.definitions(), asked=asked, problem=problem
    )


def _sent(delivery: Delivery) -> Response:
    """Return a file as something to save, made while it is sent."""
    response = Response(delivery.chunks, content_type=delivery.media_type)
    response.headers["Content-Disposition"] = dump_options_header("attachment", {"filename": delivery.name})
    # Even a browser that opens it in a window of its own runs nothing in it.
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
