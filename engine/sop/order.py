"""The order of the flow table's rows: along the flow, by the SOP's own numbers where it leaves a choice."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable, Mapping

from .values import SopArrow

Exits = Mapping[str, list[str]]


def rows_in_order(
    nodes: Iterable[str], arrows: Iterable[SopArrow], numbers: Mapping[str, int], first: str
) -> list[str]:
    """Return the nodes, ``first`` at the top, so that every arrow leads down save those that close a circle.

    Of several that could come next, the lowest number does; what has no number goes with what led to it,
    one branch after the other.
    """
    listed = list(nodes)
    exits: dict[str, list[str]] = {node: [] for node in listed}
    for arrow in arrows:
        exits[arrow.source].append(arrow.target)
    down = _ways_down(listed, exits, numbers, first)
    open_ways = dict.fromkeys(listed, 0)
    for node in listed:
        for target in down[node]:
            open_ways[target] += 1
    ready = [
        (numbers.get(node, 0) if node != first else -1, 0, place, node)
        for place, node in enumerate(listed)
        if not open_ways[node]
    ]
    heapq.heapify(ready)
    ordered: list[str] = []
    while ready:
        number, _, _, node = heapq.heappop(ready)
        number = max(number, 0)
        ordered.append(node)
        for place, target in enumerate(reversed(down[node])):
            open_ways[target] -= 1
            if not open_ways[target]:
                # The latest come first, so that a branch is told to its end before the next begins.
                turn = -len(ordered) * len(listed) - place
                own = numbers.get(target)
                heapq.heappush(ready, (number if own is None else own, int(own is None), turn, target))
    return ordered


def _ways_down(nodes: list[str], exits: Exits, numbers: Mapping[str, int], first: str) -> Exits:
    """Return the ways without those that lead back. In a circle the SOP's numbers say which those are."""
    circle = _circles(nodes, exits)
    place = _places(first, exits, numbers)

    def leads_on(node: str, target: str) -> bool:
        return target != first and (circle[target] != circle[node] or place[target] >= place[node])

    down = {node: [each for each in exits[node] if leads_on(node, each)] for node in nodes}
    level = {node: [each for each in down[node] if circle[each] == circle[node]] for node in nodes}
    back = _closing(nodes, level)
    return {node: [each for each in down[node] if (node, each) not in back] for node in nodes}


def _places(first: str, exits: Exits, numbers: Mapping[str, int]) -> dict[str, int]:
    """Return each node's number; one without has that of what first led to it."""
    places = {first: numbers.get(first, 0)}
    waiting = deque([first])
    while waiting:
        node = waiting.popleft()
        for target in exits[node]:
            if target not in places:
                places[target] = numbers.get(target, places[node])
                waiting.append(target)
    return places


def _circles(nodes: list[str], exits: Exits) -> dict[str, str]:
    """Return for each node the first of those that it reaches and that reach it, itself if there is none."""
    reached = {node: _reach(node, exits) for node in nodes}
    return {
        node: next(each for each in nodes if each == node or (each in reached[node] and node in reached[each]))
        for node in nodes
    }


def _reach(first: str, exits: Exits) -> set[str]:
    seen: set[str] = set()
    waiting = [first]
    while waiting:
        for target in exits[waiting.pop()]:
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    return seen


def _closing(nodes: Iterable[str], exits: Exits) -> set[tuple[str, str]]:
    """Return the ways that lead back to where a way already came through; depth first, without recursion."""
    back: set[tuple[str, str]] = set()
    done, passing = set[str](), set[str]()
    for first in nodes:
        waiting = [(first, False)]
        while waiting:
            node, left = waiting.pop()
            if left:
                passing.discard(node)
                done.add(node)
            elif node not in done and node not in passing:
                passing.add(node)
                waiting.append((node, True))
                back |= {(node, target) for target in exits[node] if target in passing}
                waiting.extend((target, False) for target in reversed(exits[node]) if target not in done)
    return back
