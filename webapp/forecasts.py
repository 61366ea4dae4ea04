"""The deadlines of a case to come: if it comes in on some day at some hour, when is each step due?

Everybody who works here may ask of a version; of a draft only its owner. No case is touched.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import WIB, ClosedDays, Duration, NotFound

from .current import current_actor, current_engine
from .words import day

bp = Blueprint("forecasts", __name__, url_prefix="/processes")

ROLES = {"deadline": "batas", "interrupt": "ditarik", "reminder": "pengingat", "wait": "menunggu"}
DRAFT = "draft"


@bp.get("/<key>/<version>/deadlines")
def show(key: str, version: str) -> ResponseReturnValue:
    """Show each step's earliest and latest due date for a case that comes in at the instant of the address."""
    engine = current_engine()
    if version != DRAFT and not (version.isascii() and version.isdecimal() and len(version) < 10):
        raise NotFound("SOP", f"{key} versi {version[:20]}")
    now = engine.now().astimezone(WIB)
    on, at, problem = request.args.get("date", ""), request.args.get("time", ""), None
    try:
        moment = _moment(on, at, now)
    except ValueError as error:
        moment, problem = now, str(error)
    found = engine.forecast(key, "draft" if version == DRAFT else int(version), at=moment, by=current_actor())
    return render_template(
        "forecasts/show.html",
        found=found,
        version=version,
        problem=problem,
        on=on if problem else f"{moment:%Y-%m-%d}",
        at=at if problem else f"{moment:%H:%M}",
        roles=ROLES,
        length=lambda length: _length(length, found.office_day),
        duration=_duration,
        moment=_instant,
        days=_days,
        back=_back(key, version),
    ), (422 if problem else 200)


def _moment(on: str, at: str, now: datetime) -> datetime:
    """Return the instant that was typed; what was left out is now. Raises ``ValueError`` in plain words."""
    try:
        chosen = date.fromisoformat(on) if on else now.date()
        hour = time.fromisoformat(at.replace(".", ":")) if at else now.time().replace(second=0, microsecond=0)
    except ValueError:
        raise ValueError(
            f"Tanggal harus seperti 2026-03-17 dan jam seperti 13:00; diterima “{on[:20]}” dan “{at[:20]}”."
        ) from None
    if not 2000 <= chosen.year <= 2100 or hour.tzinfo is not None:
        raise ValueError(f"Tahun harus antara 2000 dan 2100; diterima “{on[:20]}”.")
    return datetime.combine(chosen, hour, WIB)


def _instant(at: datetime) -> str:
    """Return an instant where the zone goes without saying: ``Sel 24 Nov 2026 09.00``."""
    local = at.astimezone(WIB)
    return f"{day(local.date())} {local:%H.%M}"


def _length(length: timedelta, office_day: timedelta) -> str:
    """Return a length of office time to the minute: ``5 hari 19 menit kerja``."""
    days, rest = divmod(length, office_day)
    hours, rest = divmod(rest, timedelta(hours=1))
    counted = ((days, "hari"), (hours, "jam"), (rest // timedelta(minutes=1), "menit"))
    words = [f"{amount} {unit}" for amount, unit in counted if amount]
    return f"{' '.join(words)} kerja" if words else "kurang dari 1 menit kerja"


def _duration(duration: Duration) -> str:
    return f"{duration.words()} kerja"


def _days(closed: ClosedDays) -> str:
    """Return closed days in a row: ``Sab 28 Mar 2026 – Min 29 Mar 2026 (Sabtu, Minggu)``."""
    dates = day(closed.first) if closed.first == closed.last else f"{day(closed.first)} – {day(closed.last)}"
    return f"{dates}: {', '.join(dict.fromkeys(closed.reasons))}"


def _back(key: str, version: str) -> tuple[str, str]:
    """Return where the reader came from: address and words."""
    if version == DRAFT:
        return url_for("processes.versions", key=key), "Semua versi"
    return url_for("processes.show", key=key, version=int(version)), f"Versi {int(version)}"
