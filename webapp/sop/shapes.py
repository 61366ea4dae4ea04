"""What the pen can draw, in pixels of one sheet: symbols, lines, arrow heads and short words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

SymbolKind = Literal["capsule", "box", "diamond", "pentagon"]
Point = tuple[float, float]
HEAD = 5.0
"""Length of an arrow head."""


@dataclass(frozen=True)
class Window:
    """The part of a sheet that one cell shows: what lies outside is some other cell's."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Return the right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Return the lower edge."""
        return self.top + self.height

    def holds(self, point: Point) -> bool:
        """Return whether a point lies in it; a point between two windows lies in one of them only."""
        return self.left <= point[0] < self.right and self.top <= point[1] < self.bottom


@dataclass(frozen=True)
class Symbol:
    """One of the symbols, by the middle of its upper edge. ``text`` stands inside a pentagon."""

    kind: SymbolKind
    x: float
    y: float
    width: float
    height: float
    text: str = ""

    @property
    def middle(self) -> Point:
        """Return its middle."""
        return self.x, self.y + self.height / 2

    @property
    def bottom(self) -> float:
        """Return where its lower edge lies."""
        return self.y + self.height

    @property
    def left(self) -> float:
        """Return where its left edge lies."""
        return self.x - self.width / 2

    @property
    def outline(self) -> str:
        """Return the corners of a diamond or a pentagon, as ``points`` of a polygon."""
        left, right, half = self.left, self.x + self.width / 2, self.y + self.height / 2
        if self.kind == "diamond":
            corners: tuple[Point, ...] = ((self.x, self.y), (right, half), (self.x, self.bottom), (left, half))
        else:
            shoulder = self.y + self.height * 0.62
            corners = ((left, self.y), (right, self.y), (right, shoulder), (self.x, self.bottom), (left, shoulder))
        return told(corners)


@dataclass(frozen=True)
class Word:
    """A short text beside an arrow; ``anchor`` as SVG's ``text-anchor``."""

    x: float
    y: float
    text: str
    anchor: Literal["start", "middle", "end"] = "start"


@dataclass(frozen=True)
class Line:
    """A way of upright and level pieces. ``arrow``: its end has a head."""

    points: tuple[Point, ...]
    arrow: bool = False
    dashed: bool = False

    def pieces(self) -> Iterator[tuple[Point, Point]]:
        """Yield the pieces, each as long as it is straight."""
        corners: list[Point] = []
        for point in self.points:
            if corners and point == corners[-1]:
                continue
            if len(corners) > 1 and _straight(corners[-2], corners[-1], point):
                corners.pop()
            corners.append(point)
        yield from pairwise(corners)

    @property
    def tip(self) -> tuple[Point, bool]:
        """Return where the arrow ends, and whether it comes from above; every arrow ends upright."""
        *_, ((_, before), (x, y)) = self.pieces()
        return (x, y), before < y

    @property
    def head(self) -> str:
        """Return the corners of the arrow head."""
        (x, y), down = self.tip
        back = y - HEAD if down else y + HEAD
        return told(((x, y), (x - 3, back), (x + 3, back)))


@dataclass(frozen=True)
class Drawing:
    """What is drawn in one window."""

    window: Window
    symbols: tuple[Symbol, ...] = ()
    pieces: tuple[tuple[Point, Point, bool], ...] = ()
    heads: tuple[str, ...] = ()
    words: tuple[Word, ...] = ()


def told(points: Sequence[Point]) -> str:
    """Return points as SVG writes them."""
    return " ".join(f"{x:g},{y:g}" for x, y in points)


def seen_through(window: Window, symbols: Sequence[Symbol], lines: Sequence[Line], words: Sequence[Word]) -> Drawing:
    """Return what of a sheet's drawing falls into a window; each thing falls into one, each line into parts."""
    pieces = []
    for line in lines:
        for one, other in line.pieces():
            cut = _cut(window, one, other)
            if cut is not None:
                pieces.append((*cut, line.dashed))
    return Drawing(
        window,
        tuple(symbol for symbol in symbols if window.holds(symbol.middle)),
        tuple(dict.fromkeys(pieces)),
        tuple(dict.fromkeys(line.head for line in lines if line.arrow and _holds_end(window, line))),
        tuple(word for word in words if window.holds((word.x, word.y))),
    )


def _holds_end(window: Window, line: Line) -> bool:
    # The tip touches a symbol's edge, which may be the window's; the head lies before it.
    (x, y), down = line.tip
    return window.holds((x, y - 1 if down else y + 1))


def _straight(one: Point, other: Point, third: Point) -> bool:
    return one[0] == other[0] == third[0] or one[1] == other[1] == third[1]


def _cut(window: Window, one: Point, other: Point) -> tuple[Point, Point] | None:
    """Return the part of an upright or level piece inside a window."""
    (x1, y1), (x2, y2) = min(one, other), max(one, other)
    if x1 == x2:
        top, bottom = max(y1, window.top), min(y2, window.bottom)
        return ((x1, top), (x1, bottom)) if window.left <= x1 < window.right and top < bottom else None
    left, right = max(x1, window.left), min(x2, window.right)
    return ((left, y1), (right, y1)) if window.top <= y1 < window.bottom and left < right else None
