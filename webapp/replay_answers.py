"""What each completion of a replayed case answered, and which values changed since the last answer.

What is hidden from the person is neither shown nor compared: that something changed would tell of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine import Actor, Moment, Timeline

from .answered import ERASED, ShownAnswer, ShownStep, shown_with
from .standing import Office
from .words import instant

EMPTY = "tidak diisi"


@dataclass(frozen=True)
class ReplayedAnswer:
    """One answer. ``former`` is the value that it replaced, None where nothing of its kind was answered before."""

    answer: ShownAnswer
    former: str | None = None


@dataclass(frozen=True)
class ReplayedAnswers:
    """What one completion answered. ``seq`` is its event."""

    seq: int
    shown: ShownStep
    answers: tuple[ReplayedAnswer, ...]


def replayed_answers(timeline: Timeline, office: Office, *, by: Actor) -> tuple[ReplayedAnswers, ...]:
    """Return what each completion of the case answered, in order, as ``by`` may see it."""
    last: dict[tuple[str, str], ShownAnswer] = {}
    erased = _erased(timeline, office)
    found = []
    for moment in timeline.moments:
        if moment.answered is not None:
            given, words = moment.answered, erased.get(moment.seq, ERASED)
            shown = shown_with(given.step, given.form, timeline.case, by=by, erased=words)
            found.append(ReplayedAnswers(moment.seq, shown, tuple(_compared(moment, shown, last))))
    return tuple(found)


def _erased(timeline: Timeline, office: Office) -> dict[int, str]:
    """Return, by completion, since when its personal answers are gone, and by whom."""
    found: dict[int, str] = {}
    for moment in timeline.moments:
        if moment.type == "PersonalDataErased":
            words = f"{ERASED} {instant(moment.event.recorded_at)} oleh {office.person(moment.event.actor)}"
            found |= dict.fromkeys(moment.facts["answers_of"], words)
    return found


def _compared(moment: Moment, shown: ShownStep, last: dict[tuple[str, str], ShownAnswer]) -> list[ReplayedAnswer]:
    """Return the answers beside those that they replace, and keep them as the last ones."""
    found = []
    for answer in shown.shown:
        place = _place(moment, shown, answer.key)
        before = last.get(place)
        changed = before is not None and _value(before) != _value(answer)
        found.append(ReplayedAnswer(answer, _text(before) if before and changed else None))
        last[place] = answer
    answered = {answer.key for answer in shown.answers}
    for (where, key), before in list(last.items()):
        here = (where, key) == _place(moment, shown, key)
        if here and key not in answered and _value(before):
            last[where, key] = ShownAnswer(key, before.label)
            found.append(ReplayedAnswer(last[where, key], _text(before)))
    return found


def _place(moment: Moment, shown: ShownStep, key: str) -> tuple[str, str]:
    """Return what an answer is the value of: the case's own for what conditions read, else this step's."""
    variables: Mapping[str, object] = moment.facts.get("variables") or {}
    return ("" if key in variables else f"{shown.item.process_key}/{shown.item.element_id}", key)


def _value(answer: ShownAnswer) -> tuple[str, ...]:
    files = tuple(file.sha256 for file in answer.attachments)
    return (answer.text, *files) if answer.text or files else ()


def _text(answer: ShownAnswer) -> str:
    return answer.text or ", ".join(file.filename for file in answer.attachments) or EMPTY
