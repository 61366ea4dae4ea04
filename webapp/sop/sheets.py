"""The flow table as it is printed: sheets of rows, and in each row's cell of a lane what is drawn there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine import SopDocument, SopRow

from .columns import Columns, called, columns_of, laid_rows
from .connectors import Connectors
from .pages import Page, letters, pages_of
from .pictures import picture_of
from .shapes import Drawing, Window, seen_through

NAMES = {"capsule": "Kapsul", "box": "Kotak", "diamond": "Belah ketupat", "pentagon": "Segilima"}


@dataclass(frozen=True)
class TableLine:
    """One row of a sheet: of the table (``row``), or of pentagons. ``told``: its drawing in words."""

    height: int
    cells: tuple[Drawing, ...]
    lane: int = -1
    row: SopRow | None = None
    legend: tuple[str, ...] = ()
    told: str = ""


@dataclass(frozen=True)
class Sheet:
    """One printed page of the flow table."""

    lines: tuple[TableLine, ...]


@dataclass(frozen=True)
class FlowTable:
    """The whole table: its columns, and its sheets."""

    columns: Columns
    sheets: tuple[Sheet, ...]


def flow_table(document: SopDocument) -> FlowTable:
    """Return the flow table of a document."""
    columns = columns_of(document)
    pages = pages_of(laid_rows(document, columns), document.arrows, columns)
    named, told = letters(pages), _told(document)
    return FlowTable(columns, tuple(_sheet(page, columns, named, told) for page in pages))


def _sheet(page: Page, columns: Columns, named: Mapping[str, str], told: Mapping[str, str]) -> Sheet:
    picture = picture_of(page, columns, named)
    symbols, strokes = picture.symbols, picture.strokes

    def seen(top: float, height: int) -> tuple[Drawing, ...]:
        windows = (Window(lane.left, top, lane.width, height) for lane in columns.lanes)
        return tuple(seen_through(window, symbols, strokes, picture.words) for window in windows)

    rows = [
        TableLine(each.height, seen(top, each.height), each.lane, each.row, each.legend, told[each.row.id])
        for each, top in zip(page.rows, picture.tops, strict=True)
    ]
    end = picture.tops[-1] + page.rows[-1].height
    edges = ((picture.above, 0, picture.upper), (picture.under, end, picture.lower))
    first, last = (
        [TableLine(height, seen(top, height), told=_pentagons(edge))] if height else [] for height, top, edge in edges
    )
    return Sheet((*first, *rows, *last))


def _told(document: SopDocument) -> dict[str, str]:
    """Return each row's drawing in words, for who cannot see it."""
    rows = {row.id: row for row in document.rows}
    told = {}
    for row in document.rows:
        ways = [
            f"{f'{arrow.label}: ' if arrow.label else ''}ke {called(rows[arrow.target])}"
            for arrow in document.arrows
            if arrow.source == row.id
        ]
        symbols = " dan ".join(NAMES[kind].lower() if place else NAMES[kind] for place, kind in enumerate(row.symbols))
        told[row.id] = f"{symbols}. {'; '.join(ways) or 'Akhir'}."
    return told


def _pentagons(edge: Connectors) -> str:
    return ", ".join(f"{NAMES[each.kind]} {each.text}" for each in edge.symbols)
