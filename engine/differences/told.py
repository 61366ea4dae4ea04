"""How a changed value is told: both sides, and of a long text only what is around the change."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_WHOLE: Final = 160
"""Texts up to this length are told whole."""
_AROUND: Final = 40
_LONGEST: Final = 400
NOTHING: Final = "(tidak ada)"


def quoted(text: str) -> str:
    """Return a text in quotation marks, an empty one as words, a very long one shortened in its middle."""
    if not text:
        return "(kosong)"
    if not text.strip():
        return f"({len(text)} spasi)"
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST // 2]} … {text[-_LONGEST // 2 :]}"
    return f"“{text}”"


def change(before: str | None, after: str | None) -> str:
    """Return ``“lama” → “baru”``; None stands for what is not there."""
    if before is None or after is None:
        return f"{NOTHING if before is None else quoted(before)} → {NOTHING if after is None else quoted(after)}"
    if before.split() == after.split():
        return f"{_visible(before)} → {_visible(after)} (hanya spasi)" if before != after else quoted(before)
    if max(len(before), len(after)) > _WHOLE:
        before, after = _around_the_change(before, after)
    return f"{quoted(before)} → {quoted(after)}"


def plain_change(before: str | None, after: str | None) -> str:
    """Return ``lama → baru`` for names and values that need no quotation marks."""
    if before is not None and after is not None and before.split() == after.split():
        return change(before, after)
    return f"{before or NOTHING} → {after or NOTHING}"


def listed(names: Iterable[str], most: int = 12) -> str:
    """Return names in one line, and how many more there are."""
    named = list(names)
    more = f", dan {len(named) - most} lainnya" if len(named) > most else ""
    return ", ".join(named[:most]) + more


def _visible(text: str) -> str:
    shown = re.sub(r"^ +| +$| {2,}", lambda found: "␠" * len(found[0]), text).replace("\n", "⏎").replace("\t", "⇥")
    return quoted(shown) if len(shown) <= _LONGEST else f"({len(text)} huruf)"


def _around_the_change(before: str, after: str) -> tuple[str, str]:
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    first = _word_start(before, max(start - _AROUND, 0))
    left, right = ("… " if first else ""), (" …" if end > _AROUND else "")
    until = [len(text) - max(end - _AROUND, 0) for text in (before, after)]
    return tuple(f"{left}{text[first:stop].strip()}{right}" for text, stop in zip((before, after), until, strict=True))  # type: ignore[return-value]


def _word_start(text: str, at: int) -> int:
    return text.find(" ", at) + 1 if at and text.find(" ", at) >= 0 and text.find(" ", at) < at + _AROUND // 2 else at
