"""The rows of pentagons at a sheet's upper and lower edge: who goes on elsewhere, and who comes from there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .pages import ASIDE
from .routes import Route
from .shapes import Point, Symbol

WIDTH, HEIGHT = 20.0, 22.0
BETWEEN = 4.0
"""From pentagon to pentagon at least."""
MARGIN = 6.0
"""Between a pentagon and the edge of its row."""


@dataclass(frozen=True)
class Connectors:
    """The pentagons of one edge, and the way of each route from its track to its pentagon (or back)."""

    symbols: tuple[Symbol, ...]
    ways: Mapping[Route, tuple[Point, ...]]


def connectors(
    routes: Sequence[Route], letters: Mapping[str, str], *, top: float, height: float, width: float, below: bool
) -> Connectors:
    """Place one pentagon for each row that is meant, as near to its arrow as its neighbours let it.

    ``top``, ``height``: the row's place on the sheet; ``width``: of all lanes together.
    """
    here = [route for route in routes if route.below == below and None in (route.start, route.end)]
    arrows: dict[str, float] = {}
    for route in here:
        arrows.setdefault(route.target, route.x)
    if not arrows:
        return Connectors((), {})
    wide = min(WIDTH, width / len(arrows) - BETWEEN)
    places = _side_by_side(arrows, wide, width)
    y = top + height - MARGIN - HEIGHT if below else top + MARGIN
    pentagons = {target: Symbol("pentagon", x, y, wide, HEIGHT, letters[target]) for target, x in places.items()}
    ways = {}
    for step, target in enumerate(_in_turn(arrows, places)):
        pentagon = pentagons[target]
        level = top + MARGIN + ASIDE * step if below else top + height - MARGIN - ASIDE * step
        touch = pentagon.y if below else pentagon.bottom
        for route in here:
            if route.target == target:
                ways[route] = ((route.x, level), (pentagon.x, level), (pentagon.x, touch))
    return Connectors(tuple(pentagons.values()), ways)


def _side_by_side(arrows: Mapping[str, float], wide: float, width: float) -> dict[str, float]:
    """Return where each pentagon stands: in the order of the arrows, moved aside only as far as it must."""
    pitch, places = wide + BETWEEN, dict[str, float]()
    least = wide / 2
    for target in sorted(arrows, key=lambda each: arrows[each]):
        places[target] = max(least, arrows[target])
        least = places[target] + pitch
    most = width - wide / 2
    for target in reversed(list(places)):
        places[target] = min(most, places[target])
        most = places[target] - pitch
    return places


def _in_turn(arrows: Mapping[str, float], places: Mapping[str, float]) -> list[str]:
    """Return in which order the arrows turn aside, so that those that move the same way do not cross."""
    right = sorted((each for each in places if places[each] > arrows[each]), key=lambda each: -arrows[each])
    left = sorted((each for each in places if places[each] <= arrows[each]), key=lambda each: arrows[each])
    return [*right, *left]
