"""The heat map of a version: on its diagram, where cases wait, how long steps take, and what is late.

Everybody who works here may look. The table is the record; the diagram repeats it. No case is named.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import Heat, HeatStep, Progress, WorkingCalendar

from ..current import current_actor, current_engine
from ..moving.handed_on import opened, sealed
from ..words import HOUR, MINUTE
from .asked import PART_SECONDS, AskedPeriod, share, short_words, standard_words

bp = Blueprint("heat", __name__, url_prefix="/processes")

MEASURES = {"late": "yang terlambat", "handling": "waktu mengerjakan", "waiting": "waktu menunggu"}
SIGNS = ("○", "◔", "◑", "◕", "●")
"""One for each level, so that colour is never the only signal."""
LATE_LEVELS = (
    (0.0, "0 %"),
    (0.1, "sampai 10 %"),
    (0.25, "sampai 25 %"),
    (0.5, "sampai 50 %"),
    (1.0, "lebih dari 50 %"),
)
LENGTH_WORDS = ("di bawah 15 menit", "di bawah 1 jam", "di bawah 1 hari", "di bawah 3 hari", "3 hari atau lebih")


@dataclass(frozen=True)
class ShownStep:
    """One step as the table and the diagram show it. ``elements``: its id, then those of what it stands in."""

    step: HeatStep
    elements: str
    level: int | None
    label: str
    search: str | None


@bp.get("/<key>/<int:version>/heat")
def show(key: str, version: int) -> ResponseReturnValue:
    """Begin to look at the cases of the period that the address names."""
    engine = current_engine()
    engine.version(key, version)
    period = AskedPeriod.of(request.args, engine.now())
    measure = _measure(request.args.get("by", ""))
    if period.problem:
        return _page(key, version, period, measure, None), 422
    return _page(key, version, period, measure, _looked_at(key, version, period, None))


@bp.post("/<key>/<int:version>/heat")
def go_on(key: str, version: int) -> ResponseReturnValue:
    """Look at the next cases, and show all that was found."""
    so_far = request.form.get("so_far", "")
    of_version, start, end, measure, written = opened(so_far, "heat", key, current_actor())
    current_engine().version(key, version)
    period = AskedPeriod(date.fromisoformat(start), date.fromisoformat(end))
    progress = Progress.read(written) if of_version == version else None
    return _page(key, version, period, _measure(measure), _looked_at(key, version, period, progress))


def _looked_at(key: str, version: int, period: AskedPeriod, so_far: Progress | None) -> Heat:
    return current_engine().heat(
        key,
        version,
        start=period.start,
        end=period.end,
        by=current_actor(),
        so_far=so_far,
        seconds=PART_SECONDS,
    )


def _measure(asked: str) -> str:
    return asked if asked in MEASURES else "late"


def _page(key: str, version: int, period: AskedPeriod, measure: str, heat: Heat | None) -> str:
    engine, actor = current_engine(), current_actor()
    told, calendar = engine.version(key, version), engine.calendar()
    so_far = None
    if heat and not heat.progress.finished:
        days = [period.start.isoformat(), period.end.isoformat()]
        so_far = sealed([version, *days, measure, heat.progress.written()], "heat", key, actor)
    search = "auditor" in actor.duties
    page = "standards/_heat.html" if "HX-Request" in request.headers else "standards/heat.html"
    return render_template(
        page,
        told=told,
        period=period,
        measure=measure,
        measures=MEASURES,
        heat=heat,
        steps=[_shown(each, measure, calendar, key, period, search=search) for each in heat.steps] if heat else [],
        flows=heat.flows if heat else (),
        legend=list(zip(SIGNS, _level_words(measure), strict=True)),
        so_far=so_far,
        search=search,
        short=lambda each: short_words(calendar, each),
        share=share,
        standard=standard_words,
    )


def _shown(
    step: HeatStep, measure: str, calendar: WorkingCalendar, key: str, period: AskedPeriod, *, search: bool
) -> ShownStep:
    ids = step.path.split("/")
    level, words = _level(step, measure, calendar)
    address = None
    if search and step.opened:
        wanted: dict[str, Any] = {"from": period.start.isoformat(), "to": period.end.isoformat()}
        if step.late:
            wanted["late"] = "1"
        address = url_for("audit.index", sop=key, step=f"{key}/{step.path}", **wanted)
    label = f"{SIGNS[level]} {words}" if level is not None else ""
    return ShownStep(step, " ".join(reversed(ids)), level, label, address)


def _level(step: HeatStep, measure: str, calendar: WorkingCalendar) -> tuple[int | None, str]:
    """Return how hot a step is, from 0 to 4, and by which figure; None where there is nothing to tell it by."""
    if measure == "late":
        part = step.late_share
        if part is None:
            return None, ""
        level = next((at for at, (most, _) in enumerate(LATE_LEVELS) if part <= most), len(LATE_LEVELS) - 1)
        return level, share(step.late, step.timed)
    median = (step.handling if measure == "handling" else step.waiting).at(50)
    if median is None:
        return None, ""
    day = calendar.office_day
    bounds: tuple[timedelta, ...] = (15 * MINUTE, HOUR, day, 3 * day)
    level = next((at for at, bound in enumerate(bounds) if median < bound), len(bounds))
    return level, short_words(calendar, median)


def _level_words(measure: str) -> tuple[str, ...]:
    return tuple(words for _, words in LATE_LEVELS) if measure == "late" else LENGTH_WORDS
