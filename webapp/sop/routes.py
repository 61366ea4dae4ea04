"""The ways of one sheet's arrows: out of a symbol below or at its side, up or down a free track, in from above."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from engine import SopArrow

from .columns import Columns
from .pages import Crossing, Page
from .tracks import Standing, Tracks

Exit = Literal["below", "left", "right"]
Length = Callable[[float], float]


@dataclass(frozen=True)
class Route:
    """One arrow's way. ``start`` and ``end``: rows of the sheet, None where it comes from or goes to a pentagon.

    ``x``: where it runs up or down. ``below``: through which edge it comes or goes, if it does.
    """

    arrow: SopArrow
    target: str
    start: int | None
    end: int | None
    leaves: Exit
    x: float
    below: bool = True


@dataclass(frozen=True)
class _Way:
    """A way to be found: through which halves of rows it runs, past which rows' symbols."""

    first: int
    last: int
    through: range


class Routes:
    """Finds the ways, the short ones first, so that long ones run around them."""

    def __init__(self, page: Page, columns: Columns) -> None:
        self._page = page
        self._lanes = [columns.lanes[each.lane] for each in page.rows]
        self._count = len(page.rows)
        self._place = {each.row.id: at for at, each in enumerate(page.rows)}
        standing = [
            Standing(lane.centre, max(lane.symbol(kind)[0] for kind in each.row.symbols))
            for lane, each in zip(self._lanes, page.rows, strict=True)
        ]
        self._tracks = Tracks(standing, columns)
        self._used: set[tuple[int, Exit]] = set()
        self._found: list[Route] = []

    def find(self) -> list[Route]:
        """Return a route for every arrow and every crossing of the sheet."""
        for row in {self._place[arrow.target] for arrow in self._page.arrows} | {
            self._place[each.row] for each in self._page.crossings if not each.leaves
        }:
            self._tracks.take(self._lanes[row].centre, 2 * row, 2 * row, self._page.rows[row].row.id)
        straight = [each for each in self._page.arrows if self._place[each.target] == self._place[each.source] + 1]
        for arrow in straight:
            self._go_straight(arrow)
        others = [arrow for arrow in self._page.arrows if arrow not in straight]
        for arrow in sorted(others, key=lambda each: abs(self._place[each.target] - self._place[each.source])):
            self._go_around(arrow)
        for crossing in self._page.crossings:
            self._cross(crossing)
        return self._found

    def _go_straight(self, arrow: SopArrow) -> None:
        row = self._place[arrow.source]
        if (row, "below") in self._used:
            self._go_around(arrow)
            return
        centre = self._lanes[row].centre
        self._tracks.take(centre, 2 * row + 1, 2 * row + 2, arrow.target)
        self._used.add((row, "below"))
        self._found.append(Route(arrow, arrow.target, row, row + 1, "below", centre))

    def _go_around(self, arrow: SopArrow) -> None:
        start, end = self._place[arrow.source], self._place[arrow.target]
        if end > start:
            way = _Way(2 * start + 1, 2 * end, range(start, end))
        else:
            way = _Way(2 * end, 2 * start + 1, range(end, start + 1))
        leaves, x = self._track(start, self._lanes[end].centre, way, arrow.target, down=end > start)
        self._found.append(Route(arrow, arrow.target, start, end, leaves, x))

    def _cross(self, crossing: Crossing) -> None:
        row = self._place[crossing.row]
        centre = self._lanes[row].centre
        edge = 2 * self._count + 1
        if crossing.leaves:
            if crossing.below:
                way = _Way(2 * row + 1, edge, range(row, self._count))
            else:
                way = _Way(-1, 2 * row + 1, range(row + 1))
            leaves, x = self._track(row, centre, way, crossing.target, down=crossing.below)
            self._found.append(Route(crossing.arrow, crossing.target, row, None, leaves, x, crossing.below))
            return
        way = _Way(2 * row, edge, range(row, self._count)) if crossing.below else _Way(-1, 2 * row, range(row))
        x = self._free(way, crossing.target, [centre], lambda place: abs(place - centre))
        self._tracks.take(x, way.first, way.last, crossing.target)
        self._found.append(Route(crossing.arrow, crossing.target, None, row, "below", x, crossing.below))

    def _track(self, row: int, goal: float, way: _Way, target: str, *, down: bool) -> tuple[Exit, float]:
        """Return on which side an arrow leaves a row and where it runs, and keep the place for it."""
        centre = self._lanes[row].centre
        past = range(row + 1, way.through.stop)
        if (
            down
            and (row, "below") not in self._used
            and self._tracks.is_free(centre, way.first, way.last, target, past)
        ):
            self._used.add((row, "below"))
            self._tracks.take(centre, way.first, way.last, target)
            return "below", centre

        def length(x: float) -> float:
            side: Exit = "left" if x < centre else "right"
            bend = 0 if abs(x - goal) < 1 else 24
            return abs(x - centre) + abs(x - goal) + bend + (60 if (row, side) in self._used else 0)

        x = self._free(way, target, [], length)
        leaves: Exit = "left" if x < centre else "right"
        self._used.add((row, leaves))
        self._tracks.take(x, way.first, way.last, target)
        return leaves, x

    def _free(self, way: _Way, target: str, first: Sequence[float], length: Length) -> float:
        for x in first:
            if self._tracks.is_free(x, way.first, way.last, target, way.through):
                return x
        places: list[float] = []
        for places in self._tracks.places():
            free = [x for x in places if self._tracks.is_free(x, way.first, way.last, target, way.through)]
            if free:
                return min(free, key=length)
        # More arrows than fit side by side: this one runs where another does; the notes name where each leads.
        beside = [x for x in places if not any(abs(x - lane.centre) < 1 for lane in self._lanes)]
        return min(beside, key=length)
