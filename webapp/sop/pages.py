"""Which rows stand on which sheet, and which arrows cross from sheet to sheet.

An arrow that leaves a sheet ends in a pentagon there, and begins in one with the same letter where it arrives.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine import SopArrow

from .columns import SHEET, Columns, Laid, lettered

CONNECTOR = 40
"""Height of a row of pentagons with straight lines; each line that has to turn aside needs ``ASIDE`` more."""
ASIDE = 4
FOOT = 4
"""Left free, so that a browser's rounding never pushes the last row over."""


@dataclass(frozen=True)
class Crossing:
    """One end of an arrow whose other end is on another sheet. ``row`` and ``target``: ids of rows.

    ``leaves``: it goes out here. ``below``: through the lower edge of the sheet.
    """

    row: str
    target: str
    leaves: bool
    below: bool
    arrow: SopArrow


@dataclass(frozen=True)
class Page:
    """One sheet: its rows, the arrows within it, and those that cross its edges."""

    rows: tuple[Laid, ...]
    arrows: tuple[SopArrow, ...]
    crossings: tuple[Crossing, ...]

    def connector_height(self, *, below: bool) -> int:
        """Return the height of the row of pentagons at one edge, 0 without any."""
        letters = {crossing.target for crossing in self.crossings if crossing.below == below}
        return CONNECTOR + ASIDE * len(letters) if letters else 0


def pages_of(laid: Sequence[Laid], arrows: Sequence[SopArrow], columns: Columns) -> list[Page]:
    """Fill sheets one after the other, each with as many rows as it takes; a sheet has one row at least."""
    pages: list[Page] = []
    room, first = SHEET[1] - columns.head - FOOT, 0
    while first < len(laid):
        page = _page(laid, arrows, first, first + 1)
        used = 0
        for end in range(first + 1, len(laid) + 1):
            used += laid[end - 1].height
            if used > room:
                break
            longer = _page(laid, arrows, first, end)
            # A row more may close an arrow and so need fewer pentagons: the longest page that fits counts.
            if used + longer.connector_height(below=False) + longer.connector_height(below=True) <= room:
                page = longer
        pages.append(page)
        first += len(page.rows)
    return pages


def letters(pages: Sequence[Page]) -> dict[str, str]:
    """Return the letter of each row that an arrow reaches from another sheet, in the order in which they are met."""
    found: dict[str, str] = {}
    for page in pages:
        for crossing in page.crossings:
            found.setdefault(crossing.target, lettered(len(found)))
    return found


def _page(laid: Sequence[Laid], arrows: Sequence[SopArrow], first: int, end: int) -> Page:
    rows = tuple(laid[first:end])
    here = {each.row.id: first + place for place, each in enumerate(rows)}
    place = {each.row.id: at for at, each in enumerate(laid)}
    within = tuple(arrow for arrow in arrows if arrow.source in here and arrow.target in here)
    return Page(rows, within, tuple(_crossings(arrows, here, place, first)))


def _crossings(
    arrows: Sequence[SopArrow], here: dict[str, int], place: dict[str, int], first: int
) -> Iterator[Crossing]:
    arriving: set[tuple[str, bool]] = set()
    for arrow in arrows:
        if arrow.source in here and arrow.target not in here:
            yield Crossing(arrow.source, arrow.target, True, place[arrow.target] > first, arrow)
        elif arrow.target in here and arrow.source not in here:
            below = place[arrow.source] > first
            # However many arrows arrive from there, one pentagon shows where they go on.
            if (arrow.target, below) not in arriving:
                arriving.add((arrow.target, below))
                yield Crossing(arrow.target, arrow.target, False, below, arrow)
