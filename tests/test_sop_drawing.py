"""The shipped diagram is drawn in full and readably: lanes as rows, time from left to right, nothing crossing."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest

from tests.sop_diagram import BPMN, NODES, SOP, Box, Diagram

SCREEN = 1280
READABLE = 0.85  # of the size drawn; 12 px letters become 10


@pytest.fixture(scope="module")
def diagram() -> Diagram:
    return Diagram.read()


@pytest.fixture(scope="module")
def nodes(diagram: Diagram) -> dict[str, Box]:
    return {each.get("id"): diagram.boxes[each.get("id")] for each in diagram.process if each.tag in NODES}


def _touch(line: list[tuple[float, float]], other: list[tuple[float, float]]) -> bool:
    return any(_box(*segment).overlaps(_box(*another)) for segment in pairwise(line) for another in pairwise(other))


def _box(start: tuple[float, float], end: tuple[float, float]) -> Box:
    """Return a stretch of a line as a box as wide as its stroke."""
    (x1, y1), (x2, y2) = start, end
    return Box(min(x1, x2) - 1, min(y1, y2) - 1, abs(x2 - x1) + 2, abs(y2 - y1) + 2)


def test_everything_is_drawn_and_nothing_else(diagram: Diagram) -> None:
    shown = [
        *(each for each in diagram.process if each.tag in NODES),
        *diagram.all("lane"),
        *diagram.all("participant"),
    ]

    assert sorted(diagram.boxes) == sorted(each.get("id") for each in shown)
    assert sorted(diagram.lines) == sorted(flow.get("id") for flow in diagram.all("sequenceFlow"))
    events = {each.get("id") for each in shown if each.tag.endswith("Event")}
    assert set(diagram.labels) == events


def test_lanes_are_rows_in_the_order_of_the_columns(diagram: Diagram) -> None:
    rows = {lane.get("name"): diagram.boxes[lane.get("id")] for lane in diagram.all("lane")}

    assert sorted(rows, key=lambda name: rows[name].y) == SOP["pelaksana"]
    assert all(upper.y + upper.height == lower.y for upper, lower in pairwise(rows.values()))
    assert len({(row.x, row.width) for row in rows.values()}) == 1
    assert all(diagram.boxes["kolam"].holds(row) for row in rows.values())


def test_every_box_and_label_lies_in_its_own_lane(diagram: Diagram, nodes: dict[str, Box]) -> None:
    lanes = {lane.get("name"): diagram.boxes[lane.get("id")] for lane in diagram.all("lane")}

    strays = [each for each, box in nodes.items() if not lanes[diagram.lane_of[each]].holds(box)]
    strays += [each for each, box in diagram.labels.items() if not lanes[diagram.lane_of[each]].holds(box)]

    assert strays == []


def test_time_runs_from_left_to_right(diagram: Diagram, nodes: dict[str, Box]) -> None:
    steps = ["mulai", *(f"langkah_{number}" for number in range(1, 10)), "selesai"]

    assert all(nodes[earlier].centre[0] < nodes[later].centre[0] for earlier, later in pairwise(steps))


def test_boxes_keep_apart(diagram: Diagram, nodes: dict[str, Box]) -> None:
    attached = {(each.get("attachedToRef"), each.get("id")) for each in diagram.all("boundaryEvent")}

    meeting = {(one, other) for one, other in combinations(nodes, 2) if nodes[one].overlaps(nodes[other])}

    assert meeting == attached
    assert all(nodes[task].has_on_its_border(nodes[timer].centre) for task, timer in attached)


def test_lines_run_straight_from_border_to_border(diagram: Diagram, nodes: dict[str, Box]) -> None:
    for flow in diagram.all("sequenceFlow"):
        points = diagram.lines[flow.get("id")]
        assert nodes[flow.get("sourceRef")].has_on_its_border(points[0])
        assert nodes[flow.get("targetRef")].has_on_its_border(points[-1])
        assert all((x1 == x2) != (y1 == y2) for (x1, y1), (x2, y2) in pairwise(points))


def test_no_two_lines_meet(diagram: Diagram) -> None:
    assert [pair for pair in combinations(diagram.lines, 2) if _touch(*(diagram.lines[each] for each in pair))] == []


def test_no_line_runs_through_a_box(diagram: Diagram, nodes: dict[str, Box]) -> None:
    through = [
        (line, node) for line, part in diagram.segments() for node, box in nodes.items() if box.is_crossed_by(part)
    ]

    assert through == []


def test_no_label_lies_over_a_line_a_box_or_another_label(diagram: Diagram, nodes: dict[str, Box]) -> None:
    labels = diagram.labels

    over = [
        (label, line) for line, part in diagram.segments() for label in labels if labels[label].overlaps(_box(*part))
    ]
    over += [(label, node) for label in labels for node in nodes if labels[label].overlaps(nodes[node])]
    over += [pair for pair in combinations(labels, 2) if labels[pair[0]].overlaps(labels[pair[1]])]

    assert over == []


def test_timers_hang_below_their_step_with_what_follows_beside_them(diagram: Diagram, nodes: dict[str, Box]) -> None:
    follows = {flow.get("sourceRef"): flow.get("targetRef") for flow in diagram.all("sequenceFlow")}

    for timer in diagram.all("boundaryEvent"):
        task, event = nodes[timer.get("attachedToRef")], nodes[timer.get("id")]
        assert event.centre[1] == task.y + task.height
        assert abs(nodes[follows[timer.get("id")]].centre[1] - event.centre[1]) <= 80
        assert diagram.by_id[follows[timer.get("id")]].tag == f"{BPMN}endEvent"


def test_the_whole_fits_a_screen_at_a_readable_size(diagram: Diagram) -> None:
    pool = diagram.boxes["kolam"]

    assert SCREEN / pool.width >= READABLE
    assert pool.height <= pool.width * 9 / 16
