"""The office's calendar: its days and hours, and, for an admin, changing them after a preview of the deadlines.

Everybody may read it. What a change does to open deadlines is the engine's to reckon; here it is shown.
"""

from __future__ import annotations

from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import DAY_KINDS, WIB, Almanac, CalendarPlan, NotAllowed, Redating

from . import calendar_words as words
from .calendar_forms import FIELDS, Asked, asked, of_day, of_hours
from .current import current_actor, current_engine
from .handing_in import unless_unusable
from .words import day as day_of_week

SHOWN_DEADLINES = 100
AT_ONCE = 2.0
"""Seconds for which the answer to a change goes on dating; a worker does the rest."""

bp = Blueprint("calendar", __name__, url_prefix="/calendar")
for named in (words.weekly_hours, words.validity, words.state_of, words.redated_as, words.told, words.length):
    bp.add_app_template_filter(named, f"calendar_{named.__name__}")
bp.add_app_template_filter(day_of_week, "day")


@bp.get("")
def index() -> ResponseReturnValue:
    """Show one year of the calendar, the hours, and what was changed last."""
    engine, today = current_engine(), _today()
    almanac = engine.almanac()
    year = _year(today.year)
    days = [each for each in almanac.days if each.on.year == year]
    return render_template(
        "calendar/index.html",
        almanac=almanac,
        year=year,
        years=_years(almanac, today.year),
        days=days,
        months=words.months(almanac.calendar, days, year, today),
        hours_today=almanac.calendar.hours_on(today),
        today=today,
        outlook=engine.calendar_outlook(),
        recorded=engine.calendar_is_recorded(),
        published=engine.published_days(year) if _may_change() else (),
        changes=engine.calendar_changes(limit=5),
        redating=_unfinished(engine.redating()),
        may_change=_may_change(),
        kinds=DAY_KINDS,
    )


@bp.get("/redating")
def redating() -> ResponseReturnValue:
    """Return how far the open deadlines follow, alone, for a page that stays open."""
    found = current_engine().redating()
    return render_template("calendar/_redating.html", redating=found, may_change=_may_change())


@bp.get("/changes")
def changes() -> ResponseReturnValue:
    """Show every change, the newest first."""
    engine = current_engine()
    before = request.args.get("before", type=int)
    found = engine.calendar_changes(before)
    return render_template("calendar/changes.html", changes=found, more=bool(found) and found[-1].number > 1)


@bp.get("/day")
def day() -> ResponseReturnValue:
    """Ask for a day: a new one, or what should be other about a listed one."""
    _only_who_may_change()
    on = request.args.get("on", "")
    found = next((each for each in current_engine().almanac().days if str(each.on) == on), None)
    values = of_day(found) if found else {"on": on, "kind": "libur_nasional"}
    return _form(Asked("day", values))


@bp.get("/hours")
def hours() -> ResponseReturnValue:
    """Ask for hours: new ones, or what should be other about those that begin on a day."""
    _only_who_may_change()
    first, seasonal = request.args.get("first", ""), bool(request.args.get("seasonal"))
    entries = current_engine().almanac().hours
    found = next((each for each in entries if (str(each.first), each.seasonal) == (first, seasonal)), None)
    return _form(Asked("hours", of_hours(found) if found else {"opens": "08:00", "closes": "15:00"}))


@bp.post("/preview")
def preview() -> ResponseReturnValue:
    """Show what the change would do to the calendar and to open deadlines, before anything is changed."""
    _only_who_may_change()
    found = _asked()
    if "again" in request.form:
        return _form(found)
    if found.edit is None:
        return _form(found), 422
    edit, engine, actor = found.edit, current_engine(), current_actor()
    plan, problem = unless_unusable(lambda: engine.plan_calendar(edit, by=actor, shown=SHOWN_DEADLINES))
    if plan is None:
        return _form(found, problem), 422
    return _preview(found, plan)


@bp.post("/changes")
def change() -> ResponseReturnValue:
    """Change the calendar as previewed, and begin to date open deadlines anew."""
    _only_who_may_change()
    found = _asked()
    if found.edit is None:
        return _form(found), 422
    edit, engine, actor = found.edit, current_engine(), current_actor()
    seen = request.form.get("seen", type=int)
    done, problem = unless_unusable(lambda: engine.change_calendar(edit, by=actor, seen=seen))
    if done is None:
        return _form(found, problem), 422
    left = engine.redate(AT_ONCE)
    flash(_done(engine.redating(), done.number, left=left))
    touched = [each.on for each in (*done.days_after, *done.days_before)]
    return redirect(url_for(".index", year=touched[0].year if touched else None), code=303)


@bp.post("/redating")
def redate() -> ResponseReturnValue:
    """Look at every open deadline once more: after a failure, or where no worker runs."""
    _only_who_may_change()
    engine = current_engine()
    found = engine.redating()
    if found is not None and found.finished_at is not None:
        engine.redate_again()
    engine.redate(AT_ONCE)
    return redirect(url_for(".index"), code=303)


def _asked() -> Asked:
    what = request.form.get("what", "")
    if what not in FIELDS:
        abort(400)
    return asked(what, request.form, current_engine().published_days)


def _form(found: Asked, problem: str = "") -> str:
    """Return the page on which this was, or is to be, typed."""
    if found.what == "year":
        template = "calendar/year.html"
    else:
        template = "calendar/day.html" if found.what.endswith("day") else "calendar/hours.html"
    return render_template(template, asked=found, values=found.values, problem=problem, kinds=DAY_KINDS)


def _preview(found: Asked, plan: CalendarPlan) -> str:
    assert found.edit is not None  # only what can be read is previewed
    return render_template("calendar/preview.html", asked=found, plan=plan, told=words.told(plan.change))


def _done(redating: Redating | None, number: int, *, left: bool) -> str:
    if redating is None or redating.change != number:
        return "Kalender diubah. Tidak ada batas waktu terbuka yang terpengaruh."
    if left:
        return f"Kalender diubah. {redating.left} perkara masih dihitung ulang di latar belakang."
    return f"Kalender diubah. {redating.redated} batas waktu terbuka dihitung ulang dan dicatat dalam riwayatnya."


def _unfinished(found: Redating | None) -> Redating | None:
    return found if found and (found.finished_at is None or found.failed) else None


def _may_change() -> bool:
    return current_engine().may_change_calendar(by=current_actor())


def _only_who_may_change() -> None:
    if not _may_change():
        raise NotAllowed("Hanya admin yang boleh mengubah kalender kantor.")


def _today() -> date:
    return current_engine().now().astimezone(WIB).date()


def _year(default: int) -> int:
    year = request.args.get("year", default, type=int)
    return year if 2000 <= year <= 2200 else default


def _years(almanac: Almanac, this_year: int) -> list[int]:
    """Return the years with a listed day, the next one, and the first that no decree has set."""
    known_until = almanac.calendar.known_until
    coming = {this_year, this_year + 1, (known_until.year if known_until else this_year) + 1}
    return sorted({each.on.year for each in almanac.days} | coming | {_year(this_year)})
