"""Replays: a case event by event, on the diagram versions that it really ran on.

Whoever may see a case may replay it. The table of events is the record and needs no script; the
diagram and its time bar repeat it.
"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from engine import NotFound, Timeline

from .current import current_actor, current_engine
from .replay_answers import replayed_answers
from .replay_data import (
    answers_of,
    context_of,
    moment_words,
    open_rows,
    replay_data,
    stretch_words,
    ticks,
    timer_rows,
)
from .standing import Office

bp = Blueprint("replays", __name__, url_prefix="/cases/<number>/replay")


@bp.get("")
def show(number: str) -> ResponseReturnValue:
    """Show a case at one of its events, the last if none is named, with the table of all."""
    engine, actor = current_engine(), current_actor()
    timeline, office = engine.timeline(number, by=actor), Office.now_of(engine)
    picture = timeline.at(_asked_event(timeline))
    seq = picture.moment.seq
    answered = [each for each in replayed_answers(timeline, office, by=actor) if each.seq <= seq]
    events = [moment_words(moment, office) for moment in timeline.moments]
    return render_template(
        "replays/replay.html",
        case=timeline.case,
        seq=seq,
        last=len(timeline.moments),
        now=events[seq - 1],
        events=events,
        open_steps=open_rows(picture, office),
        timers=timer_rows(picture),
        context=context_of(timeline, picture.moment),
        answered=[answers_of(each, number) for each in answered],
        stretches=stretch_words(timeline, seq),
        ticks=ticks(timeline),
        broken=next((moment.seq for moment in timeline.moments if not moment.chained), None),
    )


@bp.get("/data")
def data(number: str) -> ResponseReturnValue:
    """Return the whole replay as JSON: what each event changed, in words."""
    engine, actor = current_engine(), current_actor()
    timeline, office = engine.timeline(number, by=actor), Office.now_of(engine)
    return jsonify(replay_data(timeline, replayed_answers(timeline, office, by=actor), office))


@bp.get("/diagrams/<key>/<int:version>")
def diagram(number: str, key: str, version: int) -> ResponseReturnValue:
    """Return a diagram that the case ran on, or that such a diagram calls; no other."""
    engine = current_engine()
    timeline = engine.timeline(number, by=current_actor())
    if not any((key, version) == (one.key, one.version) for each in timeline.stretches for one in each.diagrams):
        raise NotFound("Diagram", f"{key} versi {version}")
    return Response(engine.diagram_xml(key, version), mimetype="application/xml")


def _asked_event(timeline: Timeline) -> int:
    """Return the event that the address names, the last one if it names none."""
    asked = request.args.get("event", "")
    return int(asked) if asked.isdecimal() and len(asked) <= len(str(len(timeline.moments))) else len(timeline.moments)
