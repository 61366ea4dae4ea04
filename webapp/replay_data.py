"""A replay as data: what the page shows of each moment, ready in words, the same for browser and server.

The words are made once, here; the page without JavaScript, its table and the script all take them
from here. Only what an event changed is listed, and whoever shows a moment adds the changes up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from flask import url_for

from engine import Moment, Picture, Spot, StepNow, Timeline, TimerNow

from .forms_words import file_size
from .replay_answers import ReplayedAnswer, ReplayedAnswers
from .standing import Office
from .told import told
from .told_names import actor_named, capital, timer_named
from .words import instant, office_time

Mark = Literal["current", "soon", "late", "done", "overdue", "withdrawn"]
Tone = Literal["input", "consequence", "note", "late", "move"]
Pairs = list[tuple[str, str]]

KINDS: Mapping[str, str] = {"input": "Masukan", "consequence": "Akibat menurut diagram", "note": "Catatan"}
STATES: Mapping[str, str] = {
    "running": "Berjalan",
    "completed": "Selesai",
    "cancelled": "Dibatalkan",
    "incident": "Insiden",
}
PASSED = frozenset({"deadline", "interrupt"})
"""Roles of timers after which a step is late or gone."""
STOPS = frozenset({"InstanceCancelled", "IncidentRaised"})
BROKEN = "Rantai riwayat tidak cocok di sini: peristiwa ini atau yang sebelumnya telah diubah."


@dataclass(frozen=True)
class Drawn:
    """Where the diagrams of a timeline stand in the list that the page knows."""

    places: Mapping[tuple[str, int], int]

    @classmethod
    def of(cls, timeline: Timeline) -> Drawn:
        """Return the diagrams of a timeline, each once."""
        shown = dict.fromkeys((each.key, each.version) for stretch in timeline.stretches for each in stretch.diagrams)
        return cls({diagram: place for place, diagram in enumerate(shown)})

    def spots(self, spots: Iterable[Spot]) -> list[tuple[int, str]]:
        """Return spots as (diagram, element id)."""
        return [(self.places[spot.key, spot.version], spot.element) for spot in spots]


def replay_data(timeline: Timeline, answered: Iterable[ReplayedAnswers], office: Office) -> dict[str, Any]:
    """Return the whole replay as JSON."""
    drawn = Drawn.of(timeline)
    contexts: dict[tuple[tuple[str, str], ...], int] = {}
    steps = {step.opened_seq: step for moment in timeline.moments for step in moment.steps}
    moments = []
    for moment in timeline.moments:
        in_force = tuple(context_of(timeline, moment))
        context = contexts.setdefault(in_force, len(contexts))
        moments.append(_moment(moment, office, drawn) | {"context": context})
    return {
        "case": timeline.case.number,
        "diagrams": _diagrams(timeline, drawn),
        "stretches": [
            {"from": each.from_seq, "diagrams": [drawn.places[one.key, one.version] for one in each.diagrams]}
            for each in timeline.stretches
        ],
        "contexts": list(contexts),
        "steps": {seq: {"place": place_of(step), "name": step.item.name} for seq, step in steps.items()},
        "moments": moments,
        "answers": [answers_of(each, timeline.case.number) for each in answered],
    }


def moment_words(moment: Moment, office: Office) -> dict[str, Any]:
    """Return what one event says of itself: the sentence, and its facts by name."""
    return {
        "seq": moment.seq,
        "type": moment.type,
        "kind": KINDS[moment.kind],
        "tone": tone_of(moment),
        "told": told(moment, office),
        "who": actor_named(moment, office),
        "recorded": instant(moment.event.recorded_at),
        "facts": facts_of(moment, office),
        "broken": "" if moment.chained else BROKEN,
    }


def tone_of(moment: Moment) -> Tone:
    """Return how an event is set off from the others: what is late or stopped, a move, else its kind."""
    if moment.type in STOPS or (moment.type == "TimerFired" and moment.timer and moment.timer.role in PASSED):
        return "late"
    return "move" if moment.type == "InstanceMigrated" else moment.kind


def facts_of(moment: Moment, office: Office) -> Pairs:
    """Return who, when, by when, and how much office time, by name."""
    found = [("Oleh", actor_named(moment, office)), ("Tercatat", instant(moment.event.recorded_at))]
    if moment.took_effect_at != moment.event.recorded_at:
        found.append(("Berlaku sejak", instant(moment.took_effect_at)))
    if moment.type == "Commented":
        found.append(("Catatan", moment.remark or "tertutup bagi Anda, atau sudah dihapus"))
    step = moment.step
    if step is None:
        return found
    if step.item.due_at and moment.type != "IdentityRevealed":
        found.append(("Batas waktu", instant(step.item.due_at)))
    found += _office_times(moment, step, office)
    return found


def _office_times(moment: Moment, step: StepNow, office: Office) -> Pairs:
    found: Pairs = []
    if step.waited is not None and moment.type != "IdentityRevealed":
        found.append(("Menunggu", office_time(office.calendar, step.waited)))
    if step.worked is not None and moment.type != "IdentityRevealed":
        found.append(("Dikerjakan", office_time(office.calendar, step.worked)))
    return found


def context_of(timeline: Timeline, moment: Moment) -> Pairs:
    """Return what was in force at a moment: the diagram and its version, the calendar, the case's state."""
    stretch = timeline.stretches[moment.stretch]
    return [
        ("Diagram", f"{stretch.diagrams[0].name}, versi {stretch.version}"),
        ("Kalender", f"versi {moment.calendar}" if moment.calendar else "belum dipakai"),
        ("Keadaan", STATES[moment.state]),
    ]


def place_of(step: StepNow) -> str:
    """Return a step's number in the SOP, and the how manieth time it is, if it was repeated."""
    number = f"Langkah {step.item.step}" if step.item.step else ""
    again = f"kali ke-{step.opening}" if step.opening > 1 else ""
    return ", ".join(filter(None, (number, again)))


def mark_of(step: StepNow, at: datetime) -> Mark:
    """Return how a step stood at ``at``; what was completed too late stays told apart."""
    item = step.item
    if item.state == "withdrawn":
        return "withdrawn"
    if item.state == "completed":
        return "overdue" if item.due_at and item.closed_at and item.closed_at > item.due_at else "done"
    if item.due_at and item.due_at <= at:
        return "late"
    return "soon" if item.remind_at and item.remind_at <= at else "current"


def step_words(step: StepNow, office: Office) -> list[str]:
    """Return where an open step waits, since when, and until when."""
    item = step.item
    place = f"{item.lane} · {item.group}" if item.group else item.lane
    holder = f"dipegang {office.person(item.assignee)}" if item.assignee else "belum ada pemegang"
    due = f"batas {instant(item.due_at)}" if item.due_at else "tanpa batas waktu"
    return [f"{place} · {holder}", f"terbuka sejak {instant(item.opened_at)} · {due}"]


def timer_words(timer: TimerNow) -> tuple[str, str]:
    """Return what an armed timer is, and when it is due."""
    return capital(timer_named(timer)), instant(timer.due_at) if timer.due_at else "belum ditetapkan"


def answers_of(answered: ReplayedAnswers, case: str) -> dict[str, Any]:
    """Return what one completion answered."""
    item = answered.shown.item
    reveal = url_for("cases.ask_reveal", number=case, key=item.key) if answered.shown.revealable else ""
    return {
        "seq": answered.seq,
        "place": f"Langkah {item.step}" if item.step else "",
        "name": item.name,
        "fields": [_field(each, case) for each in answered.answers],
        "withheld": [(why, ", ".join(labels)) for why, labels in answered.shown.withheld.items()],
        "formless": not answered.shown.answers,
        "changed": sum(1 for each in answered.answers if each.former is not None),
        "reveal": reveal,
    }


def open_rows(picture: Picture, office: Office) -> list[dict[str, Any]]:
    """Return the open steps of a moment, as the page lists them."""
    at = picture.moment.event.recorded_at
    return [
        {"mark": mark_of(step, at), "place": place_of(step), "name": step.item.name, "words": step_words(step, office)}
        for step in picture.open_steps
    ]


def timer_rows(picture: Picture) -> list[tuple[str, str]]:
    """Return the armed timers of a moment, the next due first."""
    by_due = sorted(picture.timers, key=lambda timer: (timer.due_at is None, timer.due_at, timer.key))
    return [timer_words(timer) for timer in by_due]


def stretch_words(timeline: Timeline, seq: int) -> list[dict[str, Any]]:
    """Return the parts of a case by the version that each ran on, and in which of them event ``seq`` lies."""
    ends = [each.from_seq - 1 for each in timeline.stretches[1:]] + [len(timeline.moments)]
    return [
        {"from": each.from_seq, "to": end, "version": each.version, "here": each.from_seq <= seq <= end}
        for each, end in zip(timeline.stretches, ends, strict=True)
    ]


def ticks(timeline: Timeline) -> dict[str, str]:
    """Return, for the time bar, where inputs, what is late or stopped, and moves lie: a drawn path of each."""
    places: dict[str, list[int]] = {"input": [], "late": [], "move": []}
    for moment in timeline.moments:
        places.get(tone_of(moment), []).append(moment.seq)
    return {name: "".join(f"M{seq - 1} 0V10" for seq in found) for name, found in places.items()}


def _moment(moment: Moment, office: Office, drawn: Drawn) -> dict[str, Any]:
    return {
        "seq": moment.seq,
        "type": moment.type,
        "input": moment.kind == "input",
        "at": _milliseconds(moment.event.recorded_at),
        "kind": KINDS[moment.kind],
        "tone": tone_of(moment),
        "told": told(moment, office),
        "facts": facts_of(moment, office),
        "broken": "" if moment.chained else BROKEN,
        "stretch": moment.stretch,
        "focus": drawn.spots(_focus(moment)),
        "flows": [(*drawn.spots([each.spot])[0], each.source.id, each.target.id) for each in moment.flows],
        "steps": [_step(step, office, drawn) for step in moment.steps],
        "timers": {key: timer and _timer(timer, drawn) for key, timer in moment.timers.items()},
    }


def _focus(moment: Moment) -> tuple[Spot, ...]:
    """Return where a moment is to be looked at on the diagram."""
    if moment.flows:
        last = moment.flows[-1]
        return (Spot(last.spot.key, last.spot.version, last.target.id),)
    if moment.step is not None:
        return moment.step.spots
    return moment.timer.spots if moment.timer else ()


def _step(step: StepNow, office: Office, drawn: Drawn) -> dict[str, Any]:
    item = step.item
    return {
        "id": step.opened_seq,
        "spots": drawn.spots(step.spots),
        "state": item.state,
        "due": _milliseconds(item.due_at),
        "remind": _milliseconds(item.remind_at),
        "closed": _milliseconds(item.closed_at),
        "words": step_words(step, office) if item.state == "open" else [],
    }


def _timer(timer: TimerNow, drawn: Drawn) -> dict[str, Any]:
    label, due = timer_words(timer)
    return {"label": label, "due": due, "at": _milliseconds(timer.due_at), "spots": drawn.spots(timer.spots)}


def _diagrams(timeline: Timeline, drawn: Drawn) -> list[dict[str, Any]]:
    names = {(one.key, one.version): one.name for stretch in timeline.stretches for one in stretch.diagrams}
    return [
        {
            "name": names[key, version],
            "version": version,
            "url": url_for("replays.diagram", number=timeline.case.number, key=key, version=version),
        }
        for key, version in drawn.places
    ]


def _field(each: ReplayedAnswer, case: str) -> dict[str, Any]:
    answer = each.answer
    files = [
        {
            "name": file.filename,
            "size": file_size(file.size),
            "url": url_for("cases.attachment", number=case, attachment=file.id),
        }
        for file in answer.attachments
    ]
    return {"label": answer.label, "text": answer.text, "files": files, "former": each.former}


def _milliseconds(at: datetime | None) -> int | None:
    return round(at.timestamp() * 1000) if at else None
