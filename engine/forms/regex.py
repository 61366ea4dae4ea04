"""Reads the text of a pattern into a tree: the part of JavaScript's regular expressions that is sure to be fast.

Characters, classes, groups, alternatives, repetition, ``^`` and ``$``. Look-arounds, back
references and repetition within repetition are refused by name. Nothing here matches a text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

MAX_PATTERN = 300
_MAX_COUNT, _MAX_DEPTH = 200, 20
_LAST = 0x10FFFF

Ranges = tuple[tuple[int, int], ...]

_SPACES: Ranges = (
    *((9, 13), (32, 32), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029)),
    *((0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF)),
)
_SHORTHAND: dict[str, Ranges] = {
    "d": ((48, 57),),
    "w": ((48, 57), (65, 90), (95, 95), (97, 122)),
    "s": _SPACES,
}
_CONTROL = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13}
_LINE_ENDS: Ranges = ((10, 10), (13, 13), (0x2028, 0x2029))


class PatternError(ValueError):
    """The pattern uses more than we match; the Indonesian message says what."""


class NestedRepetition(PatternError):
    """A repetition stands inside a repetition."""


@dataclass(frozen=True)
class Char:
    """One character out of ``ranges``."""

    ranges: Ranges


@dataclass(frozen=True)
class Edge:
    """The very beginning of the text, or its very end."""

    end: bool


@dataclass(frozen=True)
class Sequence:
    """One part after the other."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Choice:
    """One of the parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Repeat:
    """The part from ``least`` to ``most`` times; None is without limit."""

    part: Node
    least: int
    most: int | None

    @property
    def varies(self) -> bool:
        """Return whether one text could be cut into repetitions in several ways."""
        return self.most is None or (self.most > 1 and self.most != self.least)


Node = Char | Edge | Sequence | Choice | Repeat


def read_pattern(text: str) -> Node:
    """Return the tree of a pattern. Raises ``PatternError`` with an Indonesian sentence."""
    if len(text) > MAX_PATTERN:
        raise PatternError(f"pola paling panjang {MAX_PATTERN} karakter, yang ini {len(text)}")
    return _Reader(text).read()


class _Reader:
    """Reads the pattern's text from left to right into a tree."""

    def __init__(self, text: str) -> None:
        self.text, self.place, self.depth = text, 0, 0

    def read(self) -> Node:
        tree = self._choice()
        if self.place < len(self.text):
            raise PatternError('pola memuat ")" tanpa "("')
        return tree

    def _peek(self) -> str:
        return self.text[self.place : self.place + 1]

    def _next(self) -> str:
        if self.place >= len(self.text):
            raise PatternError("pola terputus di akhirnya")
        self.place += 1
        return self.text[self.place - 1]

    def _skip(self, text: str) -> bool:
        found = self.text.startswith(text, self.place)
        self.place += len(text) if found else 0
        return found

    def _choice(self) -> Node:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise PatternError("kurung di dalam pola terlalu dalam")
        parts = [self._sequence()]
        while self._skip("|"):
            parts.append(self._sequence())
        self.depth -= 1
        return Choice(tuple(parts)) if len(parts) > 1 else parts[0]

    def _sequence(self) -> Node:
        parts: list[Node] = []
        while self._peek() and self._peek() not in "|)":
            parts.append(self._repetition(self._atom()))
        return Sequence(tuple(parts))

    def _atom(self) -> Node:
        char = self._next()
        if char == "(":
            return self._group()
        if char == "[":
            return Char(self._class())
        if char in "^$":
            return Edge(char == "$")
        if char == ".":
            return Char(_without(_LINE_ENDS))
        if char == "\\":
            return Char(self._escape())
        if char in "*+?{}]":
            raise PatternError(f'tanda "{char}" berdiri tanpa pasangan; sebagai karakter ditulis "\\{char}"')
        return Char(((ord(char), ord(char)),))

    def _group(self) -> Node:
        if self._skip("?") and not self._skip(":"):
            raise PatternError('kelompok khusus "(?…" tidak didukung selain "(?:…)"')
        inner = self._choice()
        if not self._skip(")"):
            raise PatternError('pola memuat "(" tanpa ")"')
        return inner

    def _repetition(self, atom: Node) -> Node:
        bounds = self._bounds()
        if bounds is None:
            return atom
        if isinstance(atom, Edge):
            raise PatternError('tanda "^" dan "$" tidak dapat diulang')
        self._skip("?")  # "as few as possible" changes what is captured, never whether there is a match
        if self._peek() and self._peek() in "*+?{":
            raise NestedRepetition("pengulangan langsung di belakang pengulangan tidak didukung")
        least, most = bounds
        if (most is None or most > 1) and any(inner.varies for inner in _repeats(atom)):
            raise NestedRepetition("pengulangan di dalam pengulangan, seperti (a+)+, tidak didukung")
        return Repeat(atom, least, most)

    def _bounds(self) -> tuple[int, int | None] | None:
        for sign, bounds in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._skip(sign):
                return bounds
        if not self._skip("{"):
            return None
        inside, closed, rest = self.text[self.place :].partition("}")
        least, comma, most = inside.partition(",")
        if not (closed and inside.isascii() and least.isdecimal() and (most == "" or most.isdecimal())):
            raise PatternError('jumlah pengulangan ditulis {3}, {2,5}, atau {2,}; tanda "{" biasa ditulis "\\{"')
        self.place = len(self.text) - len(rest)
        low = int(least[:9])
        high = low if not comma else int(most[:9]) if most else None
        if low > _MAX_COUNT or (high is not None and not low <= high <= _MAX_COUNT):
            raise PatternError(f"jumlah pengulangan {{{inside}}} harus naik dan paling banyak {_MAX_COUNT}")
        return low, high

    def _escape(self) -> Ranges:
        char = self._next()
        if char.lower() in _SHORTHAND:
            ranges = _SHORTHAND[char.lower()]
            return ranges if char.islower() else _without(ranges)
        if char in _CONTROL:
            return ((_CONTROL[char], _CONTROL[char]),)
        if char in "xu":
            digits = self.text[self.place : self.place + (2 if char == "x" else 4)]
            if len(digits) != (2 if char == "x" else 4) or not all(each in "0123456789abcdefABCDEF" for each in digits):
                raise PatternError(f'"\\{char}" harus diikuti angka heksadesimal')
            self.place += len(digits)
            return ((int(digits, 16), int(digits, 16)),)
        if char.isalnum() or char == "_":
            raise PatternError(f'"\\{char}" tidak didukung')
        return ((ord(char), ord(char)),)

    def _class(self) -> Ranges:
        negated = self._skip("^")
        ranges: list[tuple[int, int]] = []
        while not self._skip("]"):
            first = self._member()
            if self._peek() == "-" and self.text[self.place + 1 : self.place + 2] not in ("]", ""):
                self._next()
                last = self._member()
                low, high = first[0][0], last[0][1]
                if len(first) > 1 or len(last) > 1 or first[0][0] != first[0][1] or low > high:
                    raise PatternError("rentang di dalam [ ] harus naik, seperti [A-Z]")
                ranges.append((low, high))
            else:
                ranges.extend(first)
        return _without(tuple(ranges)) if negated else tuple(ranges)

    def _member(self) -> Ranges:
        char = self._next()
        return self._escape() if char == "\\" else ((ord(char), ord(char)),)


def _repeats(node: Node) -> Iterator[Repeat]:
    match node:
        case Repeat(part, _, _):
            yield node
            yield from _repeats(part)
        case Sequence(parts) | Choice(parts):
            for part in parts:
                yield from _repeats(part)


def _without(ranges: Ranges) -> Ranges:
    """Return everything but ``ranges``."""
    rest: list[tuple[int, int]] = []
    low = 0
    for first, last in sorted(ranges):
        if first > low:
            rest.append((low, first - 1))
        low = max(low, last + 1)
    return (*rest, (low, _LAST)) if low <= _LAST else tuple(rest)
