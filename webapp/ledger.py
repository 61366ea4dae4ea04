"""The timer ledger: every timer of a period or of one case, how late it fired, and when nobody fired any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import InvalidRequest, LedgerFilter, NotAllowed

from .current import current_actor, current_engine
from .timer_words import elapsed, exact, outage_told, outcome, timer_named

bp = Blueprint("ledger", __name__, url_prefix="/audit/timers")
bp.add_app_template_filter(elapsed, "elapsed")
bp.add_app_template_filter(exact, "exact")

TABS: Mapping[LedgerFilter, str] = {
    "all": "Semua",
    "fired": "Berbunyi",
    "late": "Terlambat",
    "armed": "Terpasang",
    "dropped": "Dihentikan",
}
ROWS = 50
DAYS_SHOWN = 30
MOST_OUTAGES_SHOWN = 5


@dataclass(frozen=True)
class Period:
    """Days of the office, both included, and the instants that they begin and end at."""

    first: date
    last: date
    start: datetime
    end: datetime

    @property
    def fields(self) -> dict[str, str]:
        """Return it as it stands in an address."""
        return {"from": self.first.isoformat(), "to": self.last.isoformat()}


@bp.get("")
def index() -> ResponseReturnValue:
    """Show how punctual the timers of a period were, and each of them; or those of one case."""
    if "auditor" not in current_actor().duties:
        raise NotAllowed("Hanya auditor yang boleh membuka buku timer.")
    case = request.args.get("case", "").strip()
    if case:
        return _case_page(case)
    try:
        return _period_page(_period(request.args.get("from", ""), request.args.get("to", "")))
    except InvalidRequest as error:
        return _period_page(_period("", ""), problem=str(error)), 422


def _case_page(case: str) -> ResponseReturnValue:
    engine, actor = current_engine(), current_actor()
    number = case.upper()
    if number != case:
        return redirect(url_for(".index", case=number), code=303)
    timers = engine.ledger_of(number, by=actor)
    return _page(case=number, timers=timers, period=_period("", ""))


def _period_page(period: Period, problem: str = "") -> str:
    engine, actor, asked = current_engine(), current_actor(), request.args
    show = cast(LedgerFilter, asked.get("show") if asked.get("show") in TABS else "all")
    cursor = None if problem else asked.get("cursor") or None
    summary = engine.ledger_summary(period.start, period.end, by=actor)
    page = engine.ledger(period.start, period.end, by=actor, show=show, cursor=cursor, limit=ROWS)
    return _page(
        case="",
        timers=page.timers,
        period=period,
        show=show,
        cursor=cursor,
        next_cursor=page.next_cursor,
        summary=summary,
        outages=[outage_told(each) for each in summary.outages],
        problem=problem,
    )


def _page(**shown: Any) -> str:
    rows = [(timer, timer_named(timer), outcome(timer)) for timer in shown.pop("timers")]
    return render_template("audit/ledger.html", rows=rows, tabs=TABS, shown_outages=MOST_OUTAGES_SHOWN, **shown)


def _period(first: str, last: str) -> Period:
    """Return the period that was asked for, else the last thirty days. Raises ``InvalidRequest``."""
    engine = current_engine()
    zone = engine.calendar().zone
    today = engine.now().astimezone(zone).date()
    to = _day(last) or today
    since = _day(first) or to - timedelta(days=DAYS_SHOWN - 1)
    if since > to:
        raise InvalidRequest(
            f"Tanggal awal {since.isoformat()} sesudah tanggal akhir {to.isoformat()}; tukar keduanya."
        )
    end = datetime.combine(to, time.max, zone)
    return Period(since, to, datetime.combine(since, time(0), zone), end)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InvalidRequest(f"Tanggal diharapkan seperti 2026-11-24, bukan {text[:40]!r}; isi ulang.") from error
