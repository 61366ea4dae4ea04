"""The columns of the flow table, and how high its rows become: for a sheet of A4 lying on its side.

All lengths are CSS pixels, 96 to the inch; a browser prints them true to scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil
from typing import Final

from engine import SopArrow, SopDocument, SopRow, SopSymbol

from .measure import LINE, height, lines, width

SHEET: Final = (1044, 716)
"""What is left of A4 (1122 × 793) within margins of 1 cm."""
_NO, _REQUIREMENT, _DURATION, _OUTPUT, _REMARK = 36, 88, 66, 80, 104
_ACTIVITY_LEAST: Final = 150
_ACTIVITY_WELL: Final = 260
_LANE_MOST, _LANES_WELL, _LANES_MOST, _LANES_UTMOST = 140, 416, 460, 510
"""Of one lane, of up to four together, of up to eight, of any number."""
_UPRIGHT_BELOW: Final = 56
"""Lanes narrower than this have their names written upwards."""
_UPRIGHT_MOST: Final = 240
PADDING: Final = 10
"""Left and right of a text together."""
TOP, GAP, BOTTOM = 16, 12, 12
"""Room above a row's symbols for what arrives, between two symbols, and below them."""
MARK: Final = 22
"""The line above the headings that says what this paper is not."""
SHORT: Final = 12
"""Letters of a word that fits beside an arrow; what is longer becomes a letter, explained under Keterangan."""


@dataclass(frozen=True)
class Lane:
    """A lane's column, measured from the left edge of the first."""

    left: int
    width: int

    @property
    def centre(self) -> float:
        """Return where the symbols stand."""
        return self.left + self.width / 2

    def symbol(self, kind: SopSymbol) -> tuple[float, float]:
        """Return a symbol's width and height."""
        wide = min(self.width * 0.54, 58)
        return (wide, max(14, min(30, wide * 0.8))) if kind == "diamond" else (wide, max(12, min(26, wide * 0.7)))

    def tracks(self, count: int) -> list[float]:
        """Return where arrows may run up and down beside the symbols."""
        room = (self.width - self.symbol("box")[0]) / 2
        steps = [room * place / (count + 1) for place in range(1, count + 1)]
        return [self.left + step for step in steps] + [self.left + self.width - step for step in steps]


@dataclass(frozen=True)
class Columns:
    """Widths in pixels, from left to right. ``names``: the height of the row with the lanes' names."""

    activity: int
    lanes: tuple[Lane, ...]
    upright: bool
    names: int
    no: int = _NO
    requirement: int = _REQUIREMENT
    duration: int = _DURATION
    output: int = _OUTPUT
    remark: int = _REMARK

    @property
    def head(self) -> int:
        """Return the height of the headings with the mark above them."""
        return MARK + LINE + PADDING + self.names

    @property
    def widths(self) -> tuple[int, ...]:
        """Return every column's width."""
        lanes = (lane.width for lane in self.lanes)
        return (self.no, self.activity, *lanes, self.requirement, self.duration, self.output, self.remark)


@dataclass(frozen=True)
class Laid:
    """One row with its column and its height. ``words``: what stands beside each of its arrows.

    ``legend``: the words too long for that.
    """

    row: SopRow
    lane: int
    height: int
    words: dict[SopArrow, str]
    legend: tuple[str, ...]


def columns_of(document: SopDocument) -> Columns:
    """Return the columns: the more lanes, the narrower each."""
    count = len(document.lanes)
    most = _LANES_WELL if count <= 4 else _LANES_MOST if count <= 8 else _LANES_UTMOST
    each = max(1, min(_LANE_MOST, most // count))
    upright = each < _UPRIGHT_BELOW
    names = max(_name_height(name, each, upright=upright) for name in document.lanes)
    fixed = _NO + _REQUIREMENT + _DURATION + _OUTPUT + _REMARK
    activity = max(_ACTIVITY_LEAST, SHEET[0] - fixed - each * count)
    lefts = accumulate([each] * count, initial=0)
    lanes = tuple(Lane(left, each) for left, _ in zip(lefts, document.lanes, strict=False))
    # What few lanes leave over goes to all columns of text.
    share = max(0, activity - _ACTIVITY_WELL) // 4
    return Columns(
        activity - 3 * share,
        lanes,
        upright,
        max(names, LINE + PADDING),
        requirement=_REQUIREMENT + share,
        output=_OUTPUT + share,
        remark=_REMARK + share,
    )


def _name_height(name: str, room: int, *, upright: bool) -> int:
    """Return the height that a lane's name needs; written upwards, it has as many lines as fit side by side."""
    if not upright:
        return lines(name, room - PADDING, bold=True) * LINE + PADDING
    beside = max(1, (room - 6) // LINE)
    longest = max(width(word, bold=True) for word in name.split() or [""])
    return min(_UPRIGHT_MOST, round(max(longest, width(name, bold=True) / beside * 1.2)) + PADDING)


def laid_rows(document: SopDocument, columns: Columns) -> list[Laid]:
    """Return every row with its height: what its texts need, and what its symbols need."""
    by_id = {row.id: row for row in document.rows}
    laid = []
    for row in document.rows:
        leaving = [arrow for arrow in document.arrows if arrow.source == row.id]
        words, legend = _words(leaving, by_id)
        texts = (
            ([row.activity], columns.activity - 12 * min(row.depth, 4)),
            ([row.requirement], columns.requirement),
            ([row.duration], columns.duration),
            ([row.output], columns.output),
            ([row.remark, *row.notes, *legend], columns.remark),
        )
        text = max(height(paragraphs, room - PADDING) for paragraphs, room in texts) + PADDING
        lane = document.lanes.index(row.lane) if row.lane in document.lanes else 0
        laid.append(Laid(row, lane, max(text, least_height(row.symbols, columns.lanes[lane])), words, legend))
    return laid


def least_height(symbols: Sequence[SopSymbol], lane: Lane) -> int:
    """Return the height that a row's symbols need."""
    return ceil(TOP + BOTTOM + sum(lane.symbol(kind)[1] for kind in symbols) + GAP * (len(symbols) - 1))


def called(row: SopRow) -> str:
    """Return how a note names a row."""
    return f"langkah {row.no.removesuffix('.')}" if row.no else f"«{row.activity}»"


def lettered(place: int) -> str:
    """Return A, B, …, Z, AA, AB, … for 0, 1, …"""
    first, second = divmod(place, 26)
    return (chr(ord("A") + first - 1) if first else "") + chr(ord("A") + second)


def _words(leaving: Sequence[SopArrow], rows: dict[str, SopRow]) -> tuple[dict[SopArrow, str], tuple[str, ...]]:
    words: dict[SopArrow, str] = {}
    legend: list[str] = []
    for arrow in leaving:
        if len(arrow.label) <= SHORT:
            words[arrow] = arrow.label
            continue
        letter = f"({lettered(len(legend)).lower()})"
        words[arrow] = letter
        legend.append(f"{letter} {arrow.label} → {called(rows[arrow.target])}")
    return words, tuple(legend)
