"""What somebody types for a step: taken from the request, kept as a draft, handed in, never lost.

Tasks and starts share it. Nothing here knows which command takes the answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from engine import (
    WIB,
    Actor,
    CannotProceed,
    CaseBecameIncident,
    CaseNotRunning,
    Draft,
    DraftFile,
    Engine,
    EngineError,
    Form,
    InvalidAnswers,
    InvalidRequest,
    Upload,
    WorkItemClosed,
    WorkItemHeld,
)

from .forms_view import FormView, Posted, read, show

T = TypeVar("T")

KEEPS_WHAT_WAS_TYPED = (WorkItemClosed, WorkItemHeld, CaseNotRunning, CaseBecameIncident, CannotProceed)
"""Refusals that come after the work: the page stays, and says what happened beside what was typed."""


@dataclass(frozen=True)
class Typed:
    """One text that somebody typed, under the label of its field."""

    label: str
    text: str


@dataclass(frozen=True)
class Outcome:
    """What became of a form that was handed in: taken (``result``), wrong (``problems``), or refused."""

    result: Any = None
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    refusal: EngineError | None = None

    @property
    def taken(self) -> bool:
        """Return whether the engine carried it out."""
        return not self.problems and self.refusal is None


@dataclass(frozen=True)
class Desk:
    """One form in front of one person, with the draft under ``scope``."""

    engine: Engine
    actor: Actor
    scope: str
    form: Form | None

    def draft(self) -> Draft | None:
        """Return what was kept so far."""
        return self.engine.draft(self.scope, by=self.actor)

    def drop(self) -> None:
        """Forget the draft and its files."""
        self.engine.drop_draft(self.scope, by=self.actor)

    def file(self, file_id: int) -> Upload:
        """Return one file of the draft."""
        return self.engine.draft_file(self.scope, file_id, by=self.actor)

    def view(
        self, outcome: Outcome | None, draft: Draft | None, file_url: Callable[[DraftFile], str]
    ) -> FormView | None:
        """Return the form to draw: with what was just posted, else with the draft, else with its defaults."""
        if self.form is None:
            return None
        values = outcome.values if outcome else draft.values if draft else None
        problems = outcome.problems if outcome else {}
        kept = draft.files if draft else ()
        return show(self.form, now=self.engine.now(), values=values, problems=problems, kept=kept, file_url=file_url)

    def save(self) -> Outcome:
        """Keep what was posted as a draft; files that cannot be taken are the outcome's problems."""
        posted = self._posted(self.draft())
        return Outcome(values=posted.values, problems=dict(posted.problems) | self._keep(posted))

    def hand_in(self, command: Callable[[dict[str, Any]], Any]) -> Outcome:
        """Give what was posted to ``command``; whatever is not taken is kept as a draft."""
        draft = self.draft()
        posted = self._posted(draft)
        answers, problems = self._parse(posted, draft)
        outcome = Outcome(values=posted.values, problems=problems)
        if not problems:
            outcome = _attempt(command, answers, outcome)
        if not outcome.taken:
            outcome = replace(outcome, problems={**outcome.problems, **self._keep(posted)})
        return outcome

    def told(self, outcome: Outcome) -> ResponseReturnValue:
        """Answer the script that saves while somebody types."""
        if outcome.problems:
            return jsonify(message=" ".join(outcome.problems.values())), 422
        return jsonify(saved=f"{self.engine.now().astimezone(WIB):%H.%M}")

    def typed(self, values: Mapping[str, Sequence[str]]) -> tuple[Typed, ...]:
        """Return ``values`` with the labels of their fields, for somebody to copy."""
        fields = self.form.fields if self.form else {}
        return tuple(
            Typed(fields[key].label, "\n".join(texts)) for key, texts in values.items() if key in fields and any(texts)
        )

    def _posted(self, draft: Draft | None) -> Posted:
        if self.form is None:
            return Posted({})
        return read(self.form, request.form, request.files, draft.files if draft else ())

    def _parse(self, posted: Posted, draft: Draft | None) -> tuple[dict[str, Any], dict[str, str]]:
        if self.form is None:
            return {}, {}
        files: dict[str, list[Upload]] = {}
        for each in draft.files if draft else ():
            if each.id not in posted.removed:
                upload = self.file(each.id)
                files.setdefault(each.field, []).append(upload)
        for key, uploads in posted.uploads.items():
            files.setdefault(key, []).extend(uploads)
        answers, problems = self.form.parse(posted.values, files, now=self.engine.now())
        return answers, {**problems, **posted.problems}

    def _keep(self, posted: Posted) -> dict[str, str]:
        """Keep what was posted; what no database can store is a problem of its own, and stays on the page."""
        try:
            self.engine.save_draft(self.scope, posted.values, posted.uploads, posted.removed, by=self.actor)
        except InvalidRequest as error:
            return {"Draf": str(error)}
        return {}


def _attempt(command: Callable[[dict[str, Any]], Any], answers: dict[str, Any], outcome: Outcome) -> Outcome:
    """Run ``command``; the refusals that would lose what was typed are part of the outcome."""
    try:
        return replace(outcome, result=command(answers))
    except InvalidAnswers as error:
        return replace(outcome, problems=error.problems)
    except KEEPS_WHAT_WAS_TYPED as error:
        return replace(outcome, refusal=error)


def unless_unusable(command: Callable[[], T]) -> tuple[T | None, str]:
    """Run ``command`` and return its result, or what to do about an unusable text, for the page to say."""
    try:
        return command(), ""
    except InvalidRequest as error:
        return None, str(error)


def asked_by_script() -> bool:
    """Return whether the script that saves while somebody types asks, and wants no page."""
    return request.accept_mimetypes.best == "application/json"
