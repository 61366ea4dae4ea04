"""A simple layout of one process: columns from left to right, one row of boxes for each lane."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

from .chart import Chart
from .drawn import Box
from .tags import EVENTS, GATEWAYS, SCOPES, Tag

HEAD: Final = 30
"""Width of the head of a pool, and of a lane."""
_GAP: Final = 60
_MARGIN: Final = 30
_SMALL: Final = 36
_GATEWAY: Final = 50


@dataclass
class Layout:
    """Where everything of a scope stands, from its upper left corner."""

    width: float = 0
    height: float = 0
    boxes: dict[str, Box] = field(default_factory=dict)
    bands: list[tuple[float, float]] = field(default_factory=list)
    """Top and height of each lane."""


def lay_out(chart: Chart, scope: Tag, rows: dict[str, int], count: int) -> Layout:
    """Return the layout of a scope; ``rows`` is the lane of each node, ``count`` how many there are."""
    inner = {
        node.id: lay_out(chart, node, {}, 1)
        for node in chart.inside(scope)
        if node.label in SCOPES and chart.inside(node)
    }
    nodes = [node for node in chart.inside(scope) if node.label != "bpmn:boundaryEvent"]
    columns = _columns(chart, scope, nodes)
    sizes = {node.id: _size(node, inner) for node in nodes}
    cells: dict[tuple[int, int], list[str]] = defaultdict(list)
    for node in nodes:
        cells[rows.get(node.id, 0), columns[node.id]].append(node.id)
    made = Layout()
    lefts = _lefts(nodes, columns, sizes, made)
    top = 0.0
    for row in range(max(count, 1)):
        height = max(
            (sum(sizes[id_][1] + _GAP for id_ in ids) for (here, _), ids in cells.items() if here == row), default=60.0
        )
        height += _MARGIN
        for (here, column), ids in cells.items():
            if here == row:
                _stack(ids, top, height, lefts[column], sizes, made)
        made.bands.append((top, height))
        top += height
    made.height = top
    _put_on_edges(chart, scope, made)
    for id_, each in inner.items():
        _put_inside(id_, each, made)
    return made


def _size(node: Tag, inner: dict[str, Layout]) -> tuple[float, float]:
    if node.id in inner:
        return inner[node.id].width + _MARGIN, inner[node.id].height + _MARGIN
    if node.label in EVENTS:
        return _SMALL, _SMALL
    return (_GATEWAY, _GATEWAY) if node.label in GATEWAYS else (120, 80)


def _lefts(
    nodes: list[Tag], columns: dict[str, int], sizes: dict[str, tuple[float, float]], made: Layout
) -> dict[int, tuple[float, float]]:
    """Return left edge and width of each column, and set the width of the whole."""
    widths: dict[int, float] = defaultdict(float)
    for node in nodes:
        widths[columns[node.id]] = max(widths[columns[node.id]], sizes[node.id][0])
    lefts: dict[int, tuple[float, float]] = {}
    left = float(_MARGIN)
    for column in sorted(widths):
        lefts[column] = left, widths[column]
        left += widths[column] + _GAP
    made.width = left
    return lefts


def _stack(
    ids: list[str],
    top: float,
    height: float,
    column: tuple[float, float],
    sizes: dict[str, tuple[float, float]],
    made: Layout,
) -> None:
    used = sum(sizes[id_][1] for id_ in ids) + _GAP * (len(ids) - 1)
    here = top + (height - used) / 2
    for id_ in ids:
        width, own = sizes[id_]
        made.boxes[id_] = Box(column[0] + (column[1] - width) / 2, here, width, own)
        here += own + _GAP


def _put_on_edges(chart: Chart, scope: Tag, made: Layout) -> None:
    count: dict[str, int] = defaultdict(int)
    for node in chart.inside(scope):
        host = made.boxes.get(node.get("attachedToRef")) if node.label == "bpmn:boundaryEvent" else None
        if host is not None:
            place = count[node.get("attachedToRef")]
            count[node.get("attachedToRef")] += 1
            made.boxes[node.id] = Box(host.x + 10 + 40 * place, host.bottom - _SMALL / 2, _SMALL, _SMALL)
        elif node.label == "bpmn:boundaryEvent":
            made.boxes[node.id] = Box(_MARGIN, 0, _SMALL, _SMALL)


def _put_inside(id_: str, inner: Layout, made: Layout) -> None:
    outer = made.boxes[id_]
    for each, box in inner.boxes.items():
        made.boxes[each] = Box(outer.x + box.x, outer.y + _MARGIN / 2 + box.y, box.width, box.height)


def _columns(chart: Chart, scope: Tag, nodes: list[Tag]) -> dict[str, int]:
    """Return the column of each node: right of all that leads to it, ways back aside."""
    here = {node.id for node in nodes}
    following: dict[str, list[str]] = {node.id: [] for node in nodes}
    for node in chart.inside(scope):
        source = node.get("attachedToRef") if node.label == "bpmn:boundaryEvent" else node.id
        if source in following:
            following[source] += [each.id for each in chart.after(node) if each.id in here]
    order = _order(nodes, following)
    place = {id_: number for number, id_ in enumerate(order)}
    columns = dict.fromkeys(order, 0)
    for id_ in order:
        for each in following[id_]:
            if place[each] > place[id_]:
                columns[each] = max(columns[each], columns[id_] + 1)
    return columns


def _order(nodes: list[Tag], following: dict[str, list[str]]) -> list[str]:
    starts = [node.id for node in nodes if node.label == "bpmn:startEvent"] + [node.id for node in nodes]
    seen: set[str] = set()
    done: list[str] = []
    for start in starts:
        waiting = [(start, False)]
        part: list[str] = []
        while waiting:
            id_, left = waiting.pop()
            if left:
                part.append(id_)
            elif id_ not in seen:
                seen.add(id_)
                waiting.append((id_, True))
                waiting.extend((each, False) for each in following[id_])
        done = [*done, *part[::-1]]
    return done
