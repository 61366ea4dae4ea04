"""A new standard tried on history: what other deadlines would have meant for the cases of a period.

Gone through part by part, so that no request takes long however many cases there are. Nothing is changed, and no
case is named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from engine import Duration, InvalidRequest, Progress, Standards, Trial, TrialStep

from ..current import current_actor, current_engine
from ..moving.handed_on import opened, sealed
from .asked import (
    PART_SECONDS,
    AskedPeriod,
    AskedStandards,
    field_name,
    length_words,
    share,
    short_words,
    standard_words,
    standards_of,
)
from .distribution import Distribution, distribution

bp = Blueprint("trials", __name__, url_prefix="/processes")


@dataclass(frozen=True)
class ShownStep:
    """One step in words: what the new standard would have meant, and how long the step took."""

    step: TrialStep
    title: str
    sentence: str
    drawing: Distribution | None


@bp.get("/<key>/trial")
def show(key: str) -> ResponseReturnValue:
    """Begin to try the standards of the address, else of the reader's draft, on the cases of a period."""
    engine, actor = current_engine(), current_actor()
    known = engine.standards(key, by=actor)
    period = AskedPeriod.of(request.args, engine.now())
    asked = standards_of(request.args, known)
    if period.problem or asked.problems:
        return _page(known, period, asked, None), 422
    return _page(known, period, asked, _tried(key, asked.durations, period.start, period.end, None))


@bp.post("/<key>/trial")
def go_on(key: str) -> ResponseReturnValue:
    """Go through the next cases, and show all that was found."""
    engine, actor = current_engine(), current_actor()
    known = engine.standards(key, by=actor)
    version, start, end, texts, from_draft, written = opened(request.form.get("so_far", ""), "trial", key, actor)
    if version != known.version:
        # The steps are those of another version by now: what was counted no longer fits.
        return _page(known, AskedPeriod.of({}, engine.now()), standards_of({}, known), None, begun_anew=True), 409
    period = AskedPeriod(date.fromisoformat(start), date.fromisoformat(end))
    asked = _again(known, texts, from_draft=from_draft)
    try:
        trial = _tried(key, asked.durations, period.start, period.end, Progress.read(written))
    except InvalidRequest as error:
        raise BadRequest from error
    return _page(known, period, asked, trial)


def _tried(
    key: str, durations: Mapping[str, Duration | None], start: date, end: date, so_far: Progress | None
) -> Trial:
    return current_engine().try_standards(
        key, durations=durations, start=start, end=end, by=current_actor(), so_far=so_far, seconds=PART_SECONDS
    )


def _again(known: Standards, texts: Mapping[str, str], *, from_draft: bool) -> AskedStandards:
    asked = standards_of({field_name(path): text for path, text in texts.items()}, known)
    return AskedStandards(asked.texts, asked.durations, asked.problems, from_draft)


def _page(
    known: Standards, period: AskedPeriod, asked: AskedStandards, trial: Trial | None, *, begun_anew: bool = False
) -> str:
    calendar = current_engine().calendar()
    shown = [_shown(step, trial) for step in trial.steps] if trial else []
    page = "standards/_trial.html" if "HX-Request" in request.headers else "standards/trial.html"
    return render_template(
        page,
        known=known,
        period=period,
        asked=asked,
        trial=trial,
        changed=[each for each in shown if each.step.changed],
        others=[each for each in shown if not each.step.changed],
        shown=shown,
        so_far=_sealed(known, period, asked, trial) if trial and not trial.progress.finished else None,
        begun_anew=begun_anew,
        field_name=field_name,
        length=lambda each: length_words(calendar, each),
        short=lambda each: short_words(calendar, each),
        share=share,
        standard=standard_words,
        had=_had,
    )


def _sealed(known: Standards, period: AskedPeriod, asked: AskedStandards, trial: Trial) -> str:
    days = [period.start.isoformat(), period.end.isoformat()]
    value: list[Any] = [known.version, *days, dict(asked.texts), asked.from_draft, trial.progress.written()]
    return sealed(value, "trial", known.key, current_actor())


def _shown(step: TrialStep, trial: Trial) -> ShownStep:
    title = f"langkah {step.no}" if step.no else f"langkah “{step.name}”"
    drawing = distribution(step, current_engine().calendar()) if step.passed and not step.gone else None
    return ShownStep(step, title, _sentence(step, title, trial) if step.changed else "", drawing)


def _sentence(step: TrialStep, title: str, trial: Trial) -> str:
    """Return what a new standard would have meant, as an owner would say it."""
    if not step.passed:
        return f"Belum ada perkara pada masa itu yang melewati {title}."
    now = share(step.late, step.passed)
    if step.proposed is None:
        return f"Tanpa batas waktu, tidak ada {title} yang terlambat (sekarang {now})."
    would = share(step.would_be_late, step.passed)
    so_far = "" if trial.progress.finished else "Sejauh ini: "
    with_it = f"{'dengan' if so_far else 'Dengan'} {step.proposed.words()}"
    return f"{so_far}{with_it}, {would} {title} akan terlambat (sekarang {now})."


def _had(step: TrialStep) -> str:
    """Return the deadlines that the step really had: ``3 hari (120 kali), 2 hari (40 kali)``."""
    ordered = sorted(step.had.items(), key=lambda each: -each[1])
    return ", ".join(f"{Duration.parse(text).words()} ({count} kali)" for text, count in ordered)
