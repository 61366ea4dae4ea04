"""Lanes: flat, named, each name once; and every step in exactly one of them."""

from __future__ import annotations

from .chart import Chart
from .drawn import Box, boxes
from .lane_names import group_of, invent_lanes, name_lanes, put_first
from .tags import SCOPES, Tag, listing, named


def mend_lanes(chart: Chart) -> None:
    """Bring every lane to the process, give it a name of its own, and every step its lane."""
    lanes = _flatten(chart)
    members = _members(chart, lanes)
    if not lanes:
        lanes, members = invent_lanes(chart)
    name_lanes(chart.bench, lanes)
    _place(chart, lanes, members)
    _write(chart, lanes, members)


def _lanes_below(holder: Tag) -> list[Tag]:
    found = []
    for lane in holder.all("bpmn:lane"):
        inner = [each for child in lane.children if child.label == "bpmn:childLaneSet" for each in _lanes_below(child)]
        own = not inner or any(child.label == "bpmn:flowNodeRef" for child in lane.children)
        found += ([lane] if own else []) + inner
    return found


def _flatten(chart: Chart) -> list[Tag]:
    """Return all lanes, out of other lanes and of sub-processes, in one lane set of the process."""
    holders = [(scope, each) for scope in chart.scopes() for each in scope.all("bpmn:laneSet")]
    drawn = [tag for _, holder in holders for tag in holder.walk() if tag.label == "bpmn:lane"]
    if not drawn:
        for _, holder in holders:
            holder.leave()
        return []
    main = next((each for scope, each in holders if scope is chart.process), None)
    if main is None:
        main = Tag("bpmn:laneSet", {"id": chart.bench.fresh("lajur")})
        put_first(chart.process, main)
    nested = any(lane.all("bpmn:childLaneSet") for _, holder in holders for lane in holder.all("bpmn:lane"))
    foreign = [scope for scope, _ in holders if scope is not chart.process]
    lanes = _with_placed_members(chart, [lane for _, holder in holders for lane in _lanes_below(holder)])
    if not nested and not foreign and len(holders) == 1:
        return main.all("bpmn:lane")
    _tell_flattened(chart, main, [lane for lane in drawn if lane not in lanes], foreign, nested=nested)
    for lane in lanes:
        main.take(lane)
    for lane in lanes:
        lane.children = [child for child in lane.children if child.label != "bpmn:childLaneSet"]
    for holder in [each for _, each in holders if each is not main]:
        holder.leave()
    main.clear([lane for lane in main.all("bpmn:lane") if lane not in lanes])
    return lanes


def _tell_flattened(chart: Chart, main: Tag, outer: list[Tag], foreign: list[Tag], *, nested: bool) -> None:
    chart.bench.redraw = chart.bench.redraw or nested or bool(foreign)
    if nested:
        gone = f" (dilepas: {listing(outer)})" if outer else ""
        told = f"Lane yang berisi lane lain diganti dengan lane di dalamnya{gone}."
        chart.bench.tell("lane", main, told, ":bersarang")
    for scope in foreign:
        chart.bench.tell("lane", scope, f"Lane di dalam sub-proses {named(scope)} dipindahkan ke prosesnya.", ":sub")
    if not nested and not foreign:
        chart.bench.tell("lane", main, "Beberapa kumpulan lane disatukan.", ":kumpulan")


def _with_placed_members(chart: Chart, lanes: list[Tag]) -> list[Tag]:
    # An outer lane lists what its inner lanes list: the inner one is who does it.
    listed = {
        ref.text.strip() for lane in lanes if not lane.all("bpmn:childLaneSet") for ref in lane.all("bpmn:flowNodeRef")
    }
    kept = []
    for lane in lanes:
        if lane.all("bpmn:childLaneSet"):
            own = [
                ref
                for ref in lane.all("bpmn:flowNodeRef")
                if ref.text.strip() not in listed and ref.text.strip() in chart.nodes
            ]
            for ref in lane.all("bpmn:flowNodeRef"):
                if ref not in own:
                    ref.leave()
            if not own:
                continue
        kept.append(lane)
    return kept


def _members(chart: Chart, lanes: list[Tag]) -> dict[str, Tag]:
    """Return the lane of each node that a lane lists, and tell of those that two list or that are none."""
    members: dict[str, Tag] = {}
    strange: list[str] = []
    for lane in lanes:
        for ref in lane.all("bpmn:flowNodeRef"):
            id_ = ref.text.strip()
            if id_ not in chart.nodes:
                if id_ not in chart.bench.vanished:
                    strange.append(id_)
            elif members.setdefault(id_, lane) is not lane:
                _one_of_two(chart, chart.nodes[id_], members, lane)
    if strange:
        listed = ", ".join(repr(each[:60]) for each in strange[:20])
        chart.bench.tell(
            "lane",
            None,
            f"Lane menyebut {len(strange)} simpul yang tidak ada ({listed}); rujukannya dilepas.",
            ":rujukan",
        )
    return members


def _one_of_two(chart: Chart, node: Tag, members: dict[str, Tag], other: Tag) -> None:
    first = members[node.id]
    options = [(lane.id, f"Ditaruh dalam lane {named(lane)}") for lane in (first, other)]
    found = f"{named(node)} berada dalam lane {named(first)} dan {named(other)}"
    chosen = chart.bench.propose("task-lane", node, found, *options, refusable=False, suffix=":dua")
    members[node.id] = first if chosen == first.id else other


def _place(chart: Chart, lanes: list[Tag], members: dict[str, Tag]) -> None:
    """Give every node a lane: as drawn, beside what it was made for, or as chosen."""
    placed = boxes(chart.bench.root)
    areas = [(lane, placed[lane.id]) for lane in lanes if lane.id in placed]
    for id_, lane in list(members.items()):
        if lane not in lanes:
            members[id_] = lanes[0]
    for node in chart.nodes.values():
        if node.id not in members and node.parent is chart.process and node.id in placed:
            _by_drawing(chart, node, _lane_at(placed[node.id], areas), members)
    for node in chart.nodes.values():
        if node.label == "bpmn:userTask" and node.id not in chart.bench.beside and _lane_of(node, members) is None:
            _ask(chart, node, lanes, members)
    for node in chart.nodes.values():
        if node.id not in members and node.parent is chart.process:
            members[node.id] = _near(chart, node, members) or lanes[0]


def _by_drawing(chart: Chart, node: Tag, lane: Tag | None, members: dict[str, Tag]) -> None:
    if lane is None:
        return
    if node.label == "bpmn:userTask":
        told = f"Langkah {named(node)} tidak tercatat dalam lane; menurut gambarnya dalam {named(lane)}."
        chart.bench.tell("task-lane", node, told, ":gambar")
    members[node.id] = lane


def _lane_at(box: Box, areas: list[tuple[Tag, Box]]) -> Tag | None:
    inside = [(area.width * area.height, number) for number, (_, area) in enumerate(areas) if area.holds(box.middle)]
    return areas[min(inside)[1]][0] if inside else None


def _lane_of(node: Tag, members: dict[str, Tag]) -> Tag | None:
    here: Tag | None = node
    while here is not None:
        if here.id in members:
            return members[here.id]
        here = here.parent if here.parent is not None and here.parent.label in SCOPES else None
    return None


def _near(chart: Chart, node: Tag, members: dict[str, Tag]) -> Tag | None:
    """Return the lane of what a node was made for, of its step, or of what leads to it or follows it."""
    seen = {node.id}
    waiting = [node]
    while waiting:
        here = waiting.pop(0)
        lane = _lane_of(here, members)
        if lane is not None:
            return lane
        beside = [chart.nodes.get(chart.bench.beside.get(here.id, "")), chart.nodes.get(here.get("attachedToRef"))]
        for each in [*(found for found in beside if found is not None), *chart.before(here), *chart.after(here)]:
            if each.id not in seen:
                seen.add(each.id)
                waiting.append(each)
    return None


def _ask(chart: Chart, node: Tag, lanes: list[Tag], members: dict[str, Tag]) -> None:
    if len(lanes) == 1 and node.parent is chart.process:
        chart.bench.tell(
            "task-lane",
            node,
            f"Langkah {named(node)} tidak berada dalam lane; ditaruh dalam satu-satunya lane, {named(lanes[0])}.",
        )
        members[node.id] = lanes[0]
        return
    group = group_of(node)
    near = (
        next((lane for lane in lanes if group and lane.name == group), None) or _near(chart, node, members) or lanes[0]
    )
    options = [
        (lane.id, f"Ditaruh dalam lane {named(lane)}") for lane in [near, *(lane for lane in lanes if lane is not near)]
    ]
    found = f"Langkah {named(node)} tidak berada dalam lane mana pun"
    chosen = chart.bench.propose("task-lane", node, found, *options, refusable=False)
    members[node.id] = next(lane for lane in lanes if lane.id == chosen)


def _write(chart: Chart, lanes: list[Tag], members: dict[str, Tag]) -> None:
    """Let each lane list its nodes. What merely stands nowhere is only added to a drawing that changes anyway."""
    listed: set[str] = set()
    for lane in lanes:
        for ref in lane.all("bpmn:flowNodeRef"):
            id_ = ref.text.strip()
            if members.get(id_) is not lane or id_ in listed or id_ not in chart.nodes or ref.children:
                ref.leave()
            else:
                listed.add(id_)
    for id_, node in chart.nodes.items():
        if id_ in members and id_ not in listed and (chart.bench.repairs or node.label == "bpmn:userTask"):
            members[id_].add("bpmn:flowNodeRef", id_)
