"""One sheet drawn as a whole: its symbols, and each arrow's line from symbol to symbol, or to a pentagon."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .columns import GAP, TOP, Columns, Laid, least_height
from .connectors import Connectors, connectors
from .measure import width
from .pages import Page
from .routes import Route, Routes
from .shapes import Line, Point, Symbol, Word

ARRIVE = 8
"""Below a row's upper edge, where arrows that come from the side turn to its symbol."""


@dataclass(frozen=True)
class Picture:
    """One sheet's drawing in its own pixels. ``above``, ``under``: heights of the rows of pentagons.

    ``tops``: where each row begins. ``stacks``: each row's symbols. ``lines``: one for each route.
    """

    above: int
    under: int
    tops: tuple[int, ...]
    stacks: tuple[tuple[Symbol, ...], ...]
    upper: Connectors
    lower: Connectors
    lines: Mapping[Route, Line]
    words: tuple[Word, ...]

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """Return everything but lines and words."""
        return (*self.upper.symbols, *self.lower.symbols, *(symbol for stack in self.stacks for symbol in stack))

    @property
    def strokes(self) -> tuple[Line, ...]:
        """Return every line, with those between the two symbols of a row."""
        within = (
            Line(((one.x, one.bottom), (other.x, other.y)), arrow=True)
            for stack in self.stacks
            for one, other in pairwise(stack)
        )
        return (*self.lines.values(), *within)


def picture_of(page: Page, columns: Columns, letters: Mapping[str, str]) -> Picture:
    """Return a sheet's drawing. ``letters``: of the rows that arrows reach from another sheet."""
    above, under = page.connector_height(below=False), page.connector_height(below=True)
    tops = tuple(_tops(page.rows, above))
    stacks = tuple(tuple(_stack(each, top, columns)) for each, top in zip(page.rows, tops, strict=True))
    routes = Routes(page, columns).find()
    end, wide = tops[-1] + page.rows[-1].height, float(columns.lanes[-1].left + columns.lanes[-1].width)
    upper = connectors(routes, letters, top=0, height=above, width=wide, below=False)
    lower = connectors(routes, letters, top=end, height=under, width=wide, below=True)
    lines = {route: _line(route, stacks, tops, upper, lower) for route in routes}
    words = tuple(word for route in routes if (word := _word(route, routes, stacks, page.rows)))
    return Picture(above, under, tops, stacks, upper, lower, lines, words)


def _tops(rows: Iterable[Laid], above: int) -> list[int]:
    tops, top = [], above
    for each in rows:
        tops.append(top)
        top += each.height
    return tops


def _stack(laid: Laid, top: int, columns: Columns) -> Iterator[Symbol]:
    """Yield a row's symbols, one below the other, in the middle of the row."""
    lane = columns.lanes[laid.lane]
    y: float = top + TOP + (laid.height - least_height(laid.row.symbols, lane)) // 2
    for kind in laid.row.symbols:
        width, height = lane.symbol(kind)
        yield Symbol(kind, lane.centre, y, width, height)
        y += height + GAP


def _line(
    route: Route, stacks: Sequence[Sequence[Symbol]], tops: Sequence[int], upper: Connectors, lower: Connectors
) -> Line:
    """Return the line along a route: out, along the track, in."""
    edge = upper if not route.below else lower
    dashed = route.arrow.kind == "timer" and route.start is not None
    out: tuple[Point, ...] = ()
    if route.start is not None:
        out = _out(route, stacks[route.start][-1])
    if route.end is not None:
        first = stacks[route.end][0]
        turn = tops[route.end] + ARRIVE
        arriving = ((route.x, turn), (first.x, turn), (first.x, first.y))
        out = out or tuple(reversed(edge.ways[route]))
        return Line((*out, *arriving), arrow=True, dashed=dashed)
    return Line((*out, *edge.ways[route]), arrow=True, dashed=dashed)


def _out(route: Route, last: Symbol) -> tuple[Point, ...]:
    if route.leaves == "below":
        return ((last.x, last.bottom),)
    half = last.width / 2 if route.leaves == "right" else -last.width / 2
    return ((last.x + half, last.middle[1]), (route.x, last.middle[1]))


def _word(
    route: Route, routes: Sequence[Route], stacks: Sequence[Sequence[Symbol]], rows: Sequence[Laid]
) -> Word | None:
    """Return what stands beside an arrow: where it leaves, or where it turns if another leaves on that side too."""
    text = rows[route.start].words.get(route.arrow, "") if route.start is not None else ""
    if not text or route.start is None:
        return None
    last = stacks[route.start][-1]
    if route.leaves == "below":
        return Word(last.x + 4, last.bottom + 9, text)
    aside = 1 if route.leaves == "right" else -1
    x, y = last.x + aside * (last.width / 2 + 2), last.middle[1] - 3
    beside = [each for each in routes if (each.start, each.leaves) == (route.start, route.leaves)]
    if len(beside) > 1:
        down = route.below if route.end is None else route.end > route.start
        # One below the other, the nearest first, so that words of ways close together do not lie on each other.
        step = sum(abs(each.x - last.x) < abs(route.x - last.x) for each in beside)
        x, y = route.x + aside * 3, y + (14 + 10 * step if down else -3 - 10 * step)
    elif abs(route.x - last.x) < last.width / 2 + width(text, size=9) + 2:
        x = route.x + aside * 3
    return Word(x, y, text, "start" if aside > 0 else "end")
