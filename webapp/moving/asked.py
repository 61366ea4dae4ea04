"""What somebody asks for when moving cases: from the form to values, and, signed, from page to page.

Which cases, which elements are which, which steps count as passed, and what becomes of the due dates. Whether it
can be done is the engine's to say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from werkzeug.datastructures import MultiDict

from engine import Actor, Engine, InvalidRequest, MovePolicy, MovePreview, MoveSelection

from .words import POLICY_WORDS

MAPPED = "map:"
"""Before the id of an old element, in the name of the field that says what it becomes."""


@dataclass(frozen=True)
class Ask:
    """One order to move cases, as far as it was typed. ``as_of`` and ``total`` are those of its first preview."""

    to: int
    versions: tuple[int, ...] = ()
    step: str = ""
    numbers: tuple[str, ...] = ()
    policy: MovePolicy = "keep"
    renamed: Mapping[str, str] = field(default_factory=dict)
    passed: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    as_of: datetime | None = None
    total: int = 0

    @property
    def selection(self) -> MoveSelection:
        """Return which cases. Raises ``InvalidRequest``."""
        return MoveSelection(self.numbers or None, self.versions, self.step or None, self.without)

    def preview(self, engine: Engine, key: str, by: Actor, *, after: int, limit: int) -> MovePreview:
        """Return one part of what the engine says of it. Raises ``InvalidRequest``, ``NotFound``."""
        return engine.plan_moves(
            key,
            self.to,
            self.selection,
            policy=self.policy,
            renamed=self.renamed,
            passed=self.passed,
            by=by,
            after=after,
            limit=limit,
        )

    def ticked(self, form: MultiDict[str, str]) -> Ask:
        """Return the order with what was ticked on and off on the page that was shown, and let pass there."""
        shown, taken = set(form.getlist("shown")), set(form.getlist("take"))
        without = (set(self.without) - shown) | (shown - taken)
        passed = dict.fromkeys((*self.passed, *form.getlist("let_pass")))
        return replace(self, without=tuple(sorted(without)), passed=tuple(passed))

    def written(self) -> dict[str, Any]:
        """Return the order as JSON knows it."""
        return {**vars(self), "as_of": self.as_of and self.as_of.isoformat()}

    @classmethod
    def read(cls, value: Any) -> Ask:
        """Return the order that ``written`` wrote."""
        names = ("versions", "numbers", "passed", "without")
        tuples = {name: tuple(value[name]) for name in names}
        as_of = value["as_of"] and datetime.fromisoformat(value["as_of"])
        return cls(**{**value, **tuples, "as_of": as_of})


def typed(form: MultiDict[str, str]) -> Ask:
    """Return what the form asks for. Raises ``InvalidRequest`` for what no form of ours offers."""
    policy: Any = form.get("policy", "keep")
    if policy not in POLICY_WORDS:
        raise InvalidRequest(f"Cara menghitung batas waktu {policy[:40]!r} tidak dikenal; pilih dari daftar.")
    return Ask(
        to=whole_number(form.get("to", "")),
        versions=tuple(whole_number(each) for each in form.getlist("versions")),
        step=form.get("step", "").strip(),
        numbers=numbers(form.get("numbers", "")),
        policy=policy,
        renamed=dict(_renames(form)),
        passed=tuple(form.getlist("passed")),
    )


def numbers(text: str) -> tuple[str, ...]:
    """Return the numbers of cases in a text, each once, however they are separated."""
    return tuple(dict.fromkeys(each for each in re.split(r"[\s,;]+", text) if each))


def whole_number(text: str) -> int:
    """Return a version's number. Raises ``InvalidRequest``."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise InvalidRequest(f"Versi SOP diharapkan sebuah angka, bukan {text[:40]!r}; pilih dari daftar.")
    return int(text)


def _renames(form: MultiDict[str, str]) -> Mapping[str, str]:
    found = {name.removeprefix(MAPPED): form[name] for name in form if name.startswith(MAPPED)}
    pairs = zip(form.getlist("other_old"), form.getlist("other_new"), strict=False)
    found |= {old: new for old, new in pairs if old}
    return {old: new for old, new in found.items() if new}
