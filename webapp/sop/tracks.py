"""Where an arrow may run up or down: places that no symbol and no other arrow takes.

Rows count from 0; each has an upper half (``2 × row``) and a lower one, -1 is the edge above the first row.
Arrows to the same row may run into one another; any others keep apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .columns import Columns

APART = 1.5
"""Pixels below which two places are the same."""


@dataclass(frozen=True)
class Standing:
    """The symbols of one row: in the middle of its lane, so wide."""

    centre: float
    width: float

    def covers(self, x: float) -> bool:
        """Return whether an upright line there would run through them."""
        return abs(x - self.centre) < self.width / 2 + APART


@dataclass(frozen=True)
class _Taken:
    x: float
    first: int
    last: int
    target: str


class Tracks:
    """The upright ways of one sheet."""

    def __init__(self, rows: Sequence[Standing], columns: Columns) -> None:
        self._rows = rows
        self._columns = columns
        self._taken: dict[int, list[_Taken]] = defaultdict(list)

    def take(self, x: float, first: int, last: int, target: str) -> None:
        """Let an arrow to ``target`` run at ``x`` through these halves of rows."""
        self._taken[_near(x)].append(_Taken(x, first, last, target))

    def is_free(self, x: float, first: int, last: int, target: str, through: range) -> bool:
        """Return whether an arrow may run there. ``through``: the rows whose symbols it would have to pass."""
        if any(self._rows[row].covers(x) for row in through if 0 <= row < len(self._rows)):
            return False
        return not any(
            abs(taken.x - x) < APART and taken.first <= last and first <= taken.last and taken.target != target
            for place in range(_near(x) - 1, _near(x) + 2)
            for taken in self._taken.get(place, ())
        )

    def places(self) -> Iterator[list[float]]:
        """Yield ever more places to try: the lanes' middles and a few beside the symbols, then denser ones."""
        middles = [lane.centre for lane in self._columns.lanes]
        for count in (3, 5, 8, 12, 20):
            yield middles + [x for lane in self._columns.lanes for x in lane.tracks(count)]


def _near(x: float) -> int:
    """Return the strip of the sheet that ``x`` lies in; what is apart by more than a strip never touches."""
    return int(x // (APART + 0.5))
