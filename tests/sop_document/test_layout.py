"""The flow table's drawing by its numbers: every arrow joins what it should, nothing lies on anything else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations, pairwise
from random import Random

import pytest

from engine import SopDocument
from tests import asked
from tests.engine.random_processes import executable, random_files
from tests.sop_document.drawings import DRAWINGS
from tests.sop_document.layouts import document, document_of, layout
from webapp.sop.columns import SHEET, Columns
from webapp.sop.pages import Page
from webapp.sop.pictures import Picture
from webapp.sop.shapes import Point, Symbol, Window, seen_through

SEEDS = range(asked.number("ALUR_TEST_SOP_SEEDS", 10, long=100))
"""Random processes to lay out; a long run takes thousands."""
Piece = tuple[Point, Point]


@pytest.fixture(params=[*DRAWINGS, *SEEDS], scope="module")
def told(request: pytest.FixtureRequest) -> SopDocument:
    if isinstance(request.param, str):
        return document(DRAWINGS[request.param]())
    return document_of(executable(random_files(request.param)))


@pytest.fixture(scope="module")
def laid(told: SopDocument) -> tuple[Columns, list[Page], list[Picture]]:
    return layout(told)


def test_every_row_stands_once_in_the_order_of_the_document(told, laid):
    _, pages, _ = laid

    assert [each.row for page in pages for each in page.rows] == list(told.rows)


def test_sheets_are_never_fuller_than_paper(laid):
    columns, pages, _ = laid

    assert sum(columns.widths) <= SHEET[0] + 2
    for page in pages:
        edges = page.connector_height(below=False) + page.connector_height(below=True)
        assert columns.head + edges + sum(each.height for each in page.rows) <= SHEET[1] or len(page.rows) == 1


def test_symbols_stand_in_the_lane_of_their_row_and_within_it(laid):
    columns, pages, pictures = laid
    for page, picture in zip(pages, pictures, strict=True):
        for each, top, stack in zip(page.rows, picture.tops, picture.stacks, strict=True):
            lane = columns.lanes[each.lane]
            assert [symbol.kind for symbol in stack] == list(each.row.symbols)
            for symbol in stack:
                assert symbol.x == lane.centre
                assert symbol.width < lane.width
                assert top < symbol.y < symbol.bottom < top + each.height


def test_every_arrow_is_drawn_from_its_row_to_its_row_or_to_a_pentagon_of_its_letter(told, laid):
    _, pages, pictures = laid
    drawn = Counter[tuple[str, str]]()
    for page, picture in zip(pages, pictures, strict=True):
        here = {each.row.id: stack for each, stack in zip(page.rows, picture.stacks, strict=True)}
        for route, line in picture.lines.items():
            edge = (picture.lower if route.below else picture.upper).symbols
            starts = [here[route.arrow.source][-1]] if route.start is not None else edge
            stops = [here[route.target][0]] if route.end is not None else edge
            assert any(_touches(symbol, line.points[0]) for symbol in starts), route
            assert any(_touches(symbol, line.points[-1]) for symbol in stops), route
            assert all(a == c or b == d for (a, b), (c, d) in pairwise(line.points)), route
            drawn[route.arrow.source if route.start is not None else "", route.target] += 1
    leaving = {arrow: drawn[arrow.source, arrow.target] for arrow in told.arrows}

    assert set(leaving.values()) <= {1, 2}  # two arrows of one pair: the flow, and the timer
    assert len(leaving) == sum(count for (source, _), count in drawn.items() if source)


def test_a_letter_that_leaves_a_sheet_arrives_on_another(laid):
    _, pages, _ = laid
    left = {crossing.target for page in pages for crossing in page.crossings if crossing.leaves}
    arrived = {crossing.target for page in pages for crossing in page.crossings if not crossing.leaves}

    assert left == arrived


def test_no_line_runs_through_a_symbol(laid):
    _, _, pictures = laid
    for picture in pictures:
        for route, line in picture.lines.items():
            for symbol in picture.symbols:
                assert not any(_runs_through(piece, symbol) for piece in line.pieces()), (route, symbol)


def test_symbols_and_pentagons_keep_apart(laid):
    _, _, pictures = laid
    for picture in pictures:
        for one, other in combinations(picture.symbols, 2):
            apart = abs(one.x - other.x) >= (one.width + other.width) / 2
            assert apart or one.bottom < other.y or other.bottom < one.y, (one, other)


def test_arrows_with_neither_end_in_common_never_run_into_one_another(laid):
    _, _, pictures = laid
    for picture in pictures:
        for (first, one), (second, other) in combinations(picture.lines.items(), 2):
            if first.target != second.target and first.arrow.source != second.arrow.source:
                shared = [pair for a in one.pieces() for b in other.pieces() if (pair := _shared(a, b))]
                assert not shared, (first, second)


def test_cells_together_show_the_whole_drawing_and_nothing_twice(laid):
    columns, pages, pictures = laid
    for page, picture in zip(pages, pictures, strict=True):
        seen = [
            seen_through(window, picture.symbols, picture.strokes, picture.words)
            for window in _windows(columns, page, picture)
        ]
        assert Counter(each for cell in seen for each in cell.symbols) == Counter(picture.symbols)
        assert Counter(each for cell in seen for each in cell.words) == Counter(picture.words)
        for line in picture.strokes:
            cells = [seen_through(window, [], [line], []) for window in _windows(columns, page, picture)]
            shown = sum(_length((one, other)) for cell in cells for one, other, _ in cell.pieces)
            assert shown == pytest.approx(sum(map(_length, line.pieces())))
            assert sum(len(cell.heads) for cell in cells) == 1


def test_a_random_process_loses_no_step():
    rng = Random(7)
    for seed in rng.sample(range(10_000), len(SEEDS)):
        process = executable(random_files(seed))

        rows = document_of(process).rows

        drawn = Counter(row.id for row in rows)
        assert {id_: drawn[id_] for id_ in process.diagram.tasks} == dict.fromkeys(process.diagram.tasks, 1)
        assert {id_: drawn[id_] for id_ in process.diagram.calls} == dict.fromkeys(process.diagram.calls, 1)


def _touches(symbol: Symbol, point: Point) -> bool:
    x, y = point
    upright = x == pytest.approx(symbol.x) and (y == pytest.approx(symbol.y) or y == pytest.approx(symbol.bottom))
    level = y == pytest.approx(symbol.middle[1]) and abs(x - symbol.x) == pytest.approx(symbol.width / 2)
    return upright or level


def _runs_through(piece: Piece, symbol: Symbol) -> bool:
    (x1, y1), (x2, y2) = sorted(piece)
    left, right = symbol.left + 0.5, symbol.left + symbol.width - 0.5
    return x1 < right and x2 > left and y1 < symbol.bottom - 0.5 and y2 > symbol.y + 0.5


def _shared(one: Piece, other: Piece) -> Piece | None:
    (ax, ay), (bx, by) = sorted(one)
    (cx, cy), (dx, dy) = sorted(other)
    if ax == bx == cx == dx:
        low, high = max(ay, cy), min(by, dy)
        return ((ax, low), (ax, high)) if high - low > 0.5 else None
    if ay == by == cy == dy:
        low, high = max(ax, cx), min(bx, dx)
        return ((low, ay), (high, ay)) if high - low > 0.5 else None
    return None


def _windows(columns: Columns, page: Page, picture: Picture) -> Iterator[Window]:
    end = picture.tops[-1] + page.rows[-1].height
    rows = [(0, picture.above), *zip(picture.tops, (each.height for each in page.rows), strict=True)]
    for top, height in [*rows, (end, picture.under)]:
        for lane in columns.lanes:
            yield Window(lane.left, top, lane.width, height)


def _length(piece: Piece) -> float:
    (x1, y1), (x2, y2) = piece
    return abs(x1 - x2) + abs(y1 - y2)
