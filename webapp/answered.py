"""What finished steps answered, as one person may see it, ready to be read.

What is hidden stays out of here altogether: the engine does not hand it over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine import (
    Actor,
    AnsweredField,
    Attachment,
    Engine,
    Erasure,
    Field,
    Form,
    ProcessInstance,
    StepAnswers,
    WorkItem,
)

from .words import instant

ERASED = "Data pribadi, sudah dihapus"


@dataclass(frozen=True)
class ShownAnswer:
    """One answer. ``withheld`` says why nothing is shown, and is empty where ``text`` or ``attachments`` are."""

    key: str
    label: str
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    withheld: str = ""


@dataclass(frozen=True)
class ShownStep:
    """One finished step and its answers. ``revealable``: some are hidden, and the person may reveal them."""

    item: WorkItem
    answers: tuple[ShownAnswer, ...]
    revealable: bool

    @property
    def shown(self) -> tuple[ShownAnswer, ...]:
        """Return the answers that there are to read."""
        return tuple(answer for answer in self.answers if not answer.withheld)

    @property
    def withheld(self) -> Mapping[str, list[str]]:
        """Return the labels of what is not shown, by the reason: one line for all, not one for each."""
        found: dict[str, list[str]] = {}
        for answer in self.answers:
            if answer.withheld:
                found.setdefault(answer.withheld, []).append(answer.label)
        return found

    @property
    def hidden(self) -> frozenset[str]:
        """Return the keys of what is not shown."""
        return frozenset(answer.key for answer in self.answers if answer.withheld)


def answered_steps(case: ProcessInstance, *, by: Actor, engine: Engine) -> tuple[ShownStep, ...]:
    """Return every finished step of the case as ``by`` may see it."""
    return tuple(shown_step(each, case, by=by, engine=engine) for each in engine.answers(case.number, by=by))


def step_of(answered: Iterable[ShownStep], key: str) -> ShownStep | None:
    """Return the step that had this key last."""
    return next((step for step in reversed(tuple(answered)) if step.item.key == key), None)


def shown_step(step: StepAnswers, case: ProcessInstance, *, by: Actor, engine: Engine) -> ShownStep:
    """Return one step's answers in words."""
    erased = _why_erased(step, case, by, engine) if any(field.erased for field in step.fields) else ERASED
    return shown_with(step, engine.form(step.item.case, step.item.key, by=by), case, by=by, erased=erased)


def shown_with(
    step: StepAnswers, form: Form | None, case: ProcessInstance, *, by: Actor, erased: str = ERASED
) -> ShownStep:
    """Return one step's answers in words, by the form that was answered; ``erased`` tells of what is gone."""
    if form is None:
        return ShownStep(step.item, (), False)
    return ShownStep(
        step.item,
        tuple(_answer(each, form, case, erased) for each in step.fields),
        any(_may_reveal(form.fields[each.key], step.item, by) for each in step.fields if each.hidden),
    )


def _answer(field: AnsweredField, form: Form, case: ProcessInstance, erased: str) -> ShownAnswer:
    if field.erased:
        return ShownAnswer(field.key, field.label, withheld=erased)
    if field.hidden:
        return ShownAnswer(field.key, field.label, withheld=_why_hidden(form.fields[field.key], case))
    text = "" if field.attachments else form.display(field.key, field.value)
    return ShownAnswer(field.key, field.label, text, field.attachments)


def _why_erased(step: StepAnswers, case: ProcessInstance, by: Actor, engine: Engine) -> str:
    """Return since when the step's personal answers are gone, and by whom."""
    done = [each for each in engine.erasures(case.number, by=by) if step.event in each.answers_of]
    return f"{ERASED} {_when(done[0], engine)}" if done else "Data pribadi, hilang tanpa catatan penghapusan"


def _when(erasure: Erasure, engine: Engine) -> str:
    person = engine.person(erasure.erased_by)
    return f"{instant(erasure.erased_at)} oleh {(person.full_name or person.name) if person else erasure.erased_by}"


def _why_hidden(field: Field, case: ProcessInstance) -> str:
    if field.role == "identitas" and case.anonymous:
        return "Identitas dirahasiakan"
    if field.personal is not None:
        return "Data pribadi, tertutup bagi lajur Anda"
    return "Tertutup bagi Anda"


def _may_reveal(field: Field, item: WorkItem, by: Actor) -> bool:
    """Return whether offering a reveal makes sense; the engine decides when it is asked for."""
    meant_for: Iterable[str] = field.personal or (item.lane,)
    return bool({"auditor", "head"} & by.duties) or not by.lanes.isdisjoint(meant_for)
