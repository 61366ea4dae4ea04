"""The corners of a line between two boxes."""

from __future__ import annotations

from .drawn import Box

Point = tuple[float, float]


def route(source: Box, target: Box, *, from_edge: bool = False) -> list[Point]:
    """Return the way from box to box: straight on, around a corner, or below them back.

    ``from_edge``: the line leaves an event on the edge of a step, so it leads down first.
    """
    if from_edge:
        return _down(source, target)
    y, end_y = source.middle[1], target.middle[1]
    if target.x < source.right:
        return _below(source, target)
    if abs(end_y - y) < 1:
        return [(source.right, y), (target.x, y)]
    bend = target.x - 25 if target.x - source.right > 50 else (source.right + target.x) / 2
    return [(source.right, y), (bend, y), (bend, end_y), (target.x, end_y)]


def _down(source: Box, target: Box) -> list[Point]:
    x, end_y = source.middle[0], target.middle[1]
    if target.x <= x:
        return _below(source, target)
    if end_y > source.bottom:
        return [(x, source.bottom), (x, end_y), (target.x, end_y)]
    low, bend = source.bottom + 20, target.x - 20
    return [(x, source.bottom), (x, low), (bend, low), (bend, end_y), (target.x, end_y)]


def _below(source: Box, target: Box) -> list[Point]:
    low = max(source.bottom, target.bottom) + 20
    return [
        (source.middle[0], source.bottom),
        (source.middle[0], low),
        (target.middle[0], low),
        (target.middle[0], target.bottom),
    ]
