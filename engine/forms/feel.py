"""The few FEEL sentences that a form may use to hide a component.

``=key = value``, ``=key != value``, ``=true``, ``=false``; a value is a text in double quotes, a
number, ``true``, ``false`` or ``null``. Nothing is evaluated; everything else is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

Literal = str | bool | Decimal | None

_CONSTANT = re.compile(r"=\s*(true|false)\s*")
_COMPARISON = re.compile(
    r"""=\s*(?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)
        \s*(?P<operator>!=|=)\s*
        (?:"(?P<text>(?:[^"\\]|\\["\\])*)"|(?P<number>-?\d{1,20}(?:\.\d{1,20})?)|(?P<word>true|false|null))\s*""",
    re.VERBOSE | re.ASCII,
)
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}


@dataclass(frozen=True)
class Hide:
    """When a component is hidden. ``name`` is the field that it reads, None for a constant."""

    text: str
    name: str | None
    equal: bool
    value: Literal

    def holds(self, answer: object) -> bool:
        """Return whether the component is hidden, given that field's answer in normal form."""
        if self.name is None:
            return self.value is True
        return self._same(answer) is self.equal

    def _same(self, answer: object) -> bool:
        # An empty text is stored as "no answer", so both spellings of "empty" must find it.
        if self.value is None or self.value == "":
            return answer is None
        if isinstance(self.value, Decimal):
            return isinstance(answer, str) and Decimal(answer) == self.value
        return type(answer) is type(self.value) and answer == self.value


def parse_hide(text: str) -> Hide:
    """Return the condition that ``text`` says. Raises ``ValueError`` if it says more than we understand."""
    if constant := _CONSTANT.fullmatch(text):
        return Hide(text, None, True, constant[1] == "true")
    found = _COMPARISON.fullmatch(text)
    if found is None:
        raise ValueError(f"FEEL beyond the subset: {text!r}")
    value: Literal
    if (quoted := found["text"]) is not None:
        value = re.sub(r"\\(.)", r"\1", quoted)
    elif found["number"] is not None:
        value = Decimal(found["number"])
    else:
        value = _WORDS[found["word"]]
    return Hide(text, found["name"], found["operator"] == "=", value)
