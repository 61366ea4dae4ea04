"""What a diagram may ask about a case: conditions on flows and the group of a step.

A small language of our own, compiled when a diagram is read: comparisons, and/or/not,
``in [...]``, parentheses, texts, numbers, ``true``, ``false``, ``null`` and field names. Nothing
here is ever evaluated as Python: there is no call, no attribute, no arithmetic to begin with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from .expressions_tree import COMPARE, NUMBER_TEXT, Compare, Constant, Every, Field, In, Node, Not, Some, Value
from .model import Scalar

LONGEST: Final = 2_000
"""Characters of one expression."""
DEEPEST: Final = 40
"""Parentheses and negations within each other."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")|(?P<number>-?[0-9]+(?:\.[0-9]+)?(?![\w.]))"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<sign>==|!=|<=|>=|&&|\|\||[<>!()\[\],])|(?P<end>\Z)|(?P<other>.))",
    re.DOTALL,
)
_WORDS: Final = {
    "and": "&&", "or": "||", "not": "!", "in": "in", "true": "true", "false": "false", "null": "null",
    "eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=",
}  # fmt: skip
_HINTS: Final = {
    ".": "isian tidak punya bagian (titik)",
    "=": "untuk membandingkan tulis '=='",
    "'": "teks harus ditutup dengan tanda kutip yang sama",
    '"': "teks harus ditutup dengan tanda kutip yang sama",
}
_CONSTANTS: Final[Mapping[str, Value]] = {"true": True, "false": False, "null": None}


class ExpressionError(ValueError):
    """The expression is not of our small language; the message says in Indonesian what to do."""


@dataclass(frozen=True)
class Condition:
    """A compiled condition. ``names`` are the fields that it reads."""

    text: str
    names: frozenset[str]
    _root: Node = field(compare=False, repr=False)

    def holds(self, variables: Mapping[str, Scalar]) -> bool:
        """Return whether the condition is true; a field without an answer counts as ``null``."""
        return self._root.value(variables) is True


@dataclass(frozen=True)
class Group:
    """Who within the lane: these ``names``, or the one that the answer ``field`` holds."""

    text: str
    names: tuple[str, ...] = ()
    field: str | None = None


def compile_condition(text: str) -> Condition:
    """Return the condition that ``${…}`` describes; raise ``ExpressionError`` if it is none."""
    body = _body(text)
    if body is None:
        raise ExpressionError(f"kondisi harus ditulis ${{…}}, misalnya ${{hasil == 'setuju'}}, bukan {_short(text)}.")
    parser = _Parser(body)
    root = parser.whole()
    return Condition(text, frozenset(parser.names), root)


def compile_group(text: str) -> Group:
    """Return the group that ``candidateGroups`` names: names with commas, or one ``${field}``."""
    body = _body(text)
    if body is not None:
        if not _NAME.fullmatch(body.strip()) or body.strip() in _WORDS:
            raise ExpressionError(f"kelompok {_short(text)} harus tepat satu nama isian, misalnya ${{seksi_terkait}}.")
        return Group(text, field=body.strip())
    names = tuple(name.strip() for name in text.split(","))
    for name in names:
        if not name or len(name) > 200 or re.search(r"[${}#;\n\t]", name):
            raise ExpressionError(
                f"kelompok {_short(text)} harus berupa nama-nama yang dipisahkan koma (tanpa tanda ; atau $), "
                "atau tepat satu ${nama_isian}."
            )
    if len(names) > 20 or len(set(names)) < len(names):
        raise ExpressionError("kelompok paling banyak 20 nama, masing-masing satu kali.")
    return Group(text, names=names)


def _body(text: str) -> str | None:
    if len(text) > LONGEST:
        raise ExpressionError(f"ungkapan paling panjang {LONGEST} huruf, yang ini {len(text)}; sederhanakan.")
    stripped = text.strip()
    return stripped[2:-1] if stripped.startswith("${") and stripped.endswith("}") else None


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "…")


# --- the parser -----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str

    def constant(self) -> Value:
        """Return what a literal stands for; only called for one."""
        if self.kind == "text":
            return re.sub(r"\\(.)", r"\1", self.text[1:-1], flags=re.DOTALL)
        return Decimal(self.text) if self.kind == "number" else _CONSTANTS[self.text]

    @property
    def is_constant(self) -> bool:
        return self.kind in ("text", "number") or (self.kind == "sign" and self.text in _CONSTANTS)


def _tokens(body: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(body):
        kind = str(match.lastgroup)
        text = match.group(kind)
        if kind == "other":
            hint = _HINTS.get(text, "perhitungan dan tanda lain tidak tersedia")
            raise ExpressionError(f"tanda {text!r} tidak dikenal dalam kondisi; {hint}.")
        if kind == "number" and not NUMBER_TEXT.fullmatch(text):
            raise ExpressionError("angka dalam kondisi terlalu panjang, paling banyak 40 angka.")
        if kind == "name" and text in _WORDS:
            kind, text = "sign", _WORDS[text]
        yield _Token(kind, text)
        if kind == "end":
            return


def _truth(node: Node) -> Node:
    if isinstance(node, Constant) and not isinstance(node.constant, bool):
        raise ExpressionError(f"{_short(str(node.constant))} bukan ya/tidak; bandingkan dengan suatu isian.")
    return node


class _Parser:
    """Recursive descent; ``and``/``or`` chains loop, so only parentheses and ``!`` nest."""

    def __init__(self, body: str) -> None:
        self._tokens = list(_tokens(body))
        self._at = 0
        self._depth = 0
        self.names: set[str] = set()

    def whole(self) -> Node:
        """Return the tree of the whole text."""
        node = _truth(self._some())
        if self._peek.kind != "end":
            raise self._unexpected("akhir kondisi, '&&' atau '||'")
        return node

    @property
    def _peek(self) -> _Token:
        return self._tokens[self._at]

    def _take(self, *signs: str) -> str | None:
        if self._peek.kind == "sign" and self._peek.text in signs:
            self._at += 1
            return self._tokens[self._at - 1].text
        return None

    def _expect(self, sign: str) -> None:
        if self._take(sign) is None:
            raise self._unexpected(repr(sign))

    def _unexpected(self, expected: str) -> ExpressionError:
        token = self._peek
        if token.text == "(":
            return ExpressionError("pemanggilan fungsi tidak tersedia; tulis hanya nama isian dan nilainya.")
        found = "akhir kondisi" if token.kind == "end" else _short(token.text)
        return ExpressionError(f"kondisi tidak terbaca: seharusnya {expected}, ditemukan {found}.")

    def _some(self) -> Node:
        parts = [self._every()]
        while self._take("||"):
            parts.append(self._every())
        return parts[0] if len(parts) == 1 else Some(tuple(map(_truth, parts)))

    def _every(self) -> Node:
        parts = [self._negation()]
        while self._take("&&"):
            parts.append(self._negation())
        return parts[0] if len(parts) == 1 else Every(tuple(map(_truth, parts)))

    def _negation(self) -> Node:
        if not self._take("!"):
            return self._comparison()
        with_depth = self._deeper()
        inner = self._negation()
        self._depth = with_depth
        return Not(_truth(inner))

    def _deeper(self) -> int:
        self._depth += 1
        if self._depth > DEEPEST:
            raise ExpressionError(f"kondisi bersarang lebih dari {DEEPEST} tingkat; sederhanakan.")
        return self._depth - 1

    def _comparison(self) -> Node:
        left = self._operand()
        if self._take("in"):
            return In(left, self._choices())
        sign = self._take(*COMPARE)
        if sign is None:
            return left
        compared = Compare(sign, left, self._operand())
        if self._peek.kind == "sign" and self._peek.text in (*COMPARE, "in"):
            raise ExpressionError("pembanding tidak boleh berantai (a < b < c); hubungkan dengan '&&'.")
        return compared

    def _choices(self) -> tuple[Value, ...]:
        self._expect("[")
        choices = [self._constant()]
        while self._take(","):
            choices.append(self._constant())
        self._expect("]")
        return tuple(choices)

    def _constant(self) -> Value:
        token = self._peek
        if not token.is_constant:
            raise self._unexpected("teks, angka, true, false atau null")
        self._at += 1
        return token.constant()

    def _operand(self) -> Node:
        if self._take("("):
            outside = self._deeper()
            node = self._some()
            self._expect(")")
            self._depth = outside
            return node
        if self._peek.is_constant:
            return Constant(self._constant())
        token = self._peek
        if token.kind != "name" or not _NAME.fullmatch(token.text):
            raise self._unexpected("nama isian, teks, angka, true, false atau null")
        self._at += 1
        self.names.add(token.text)
        return Field(token.text)
