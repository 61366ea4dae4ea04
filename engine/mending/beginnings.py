"""Where a process begins: one start, and everything drawn reached from it or, said aloud, taken out."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from .chart import Chart
from .drawn import boxes
from .tags import ACTIVITIES, Tag, listing, named
from .values import REFUSED

MOST_PLACES: Final = 60
"""Steps that are offered as the place after which something is put."""


def mend_beginnings(chart: Chart) -> None:
    """Give the process, and each sub-process, one start from which every node is reached."""
    for scope in list(chart.scopes()):
        if scope is not chart.process and scope.id not in chart.nodes:
            continue
        if not chart.inside(scope):
            continue
        starts = [node for node in chart.inside(scope) if node.label == "bpmn:startEvent"]
        if not starts:
            _begin(chart, scope)
        elif len(starts) > 1:
            _one_of(chart, scope, starts)
        _reach_everything(chart, scope)


def _place(chart: Chart, scope: Tag) -> list[Tag]:
    """Return the nodes of a scope as they are read: from left to right, or in the order of the file."""
    placed = boxes(chart.bench.root)
    inside = [node for node in chart.inside(scope) if node.label != "bpmn:boundaryEvent"]
    if all(node.id in placed for node in inside):
        return sorted(inside, key=lambda node: (placed[node.id].x, placed[node.id].y))
    return inside


def _begin(chart: Chart, scope: Tag) -> None:
    inside = _place(chart, scope)
    if not inside:
        return
    steps = [node for node in inside if node.label in ACTIVITIES]
    if len(steps) > 1 and not any(chart.exits(node) for node in inside):
        _order(chart, scope, inside, steps)
        inside = _place(chart, scope)
    roots = [node for node in inside if not chart.entries(node)] or inside
    reach = {node.id: len(chart.reach([node])) for node in roots}
    first = max(roots, key=lambda node: (reach[node.id], node.label in ACTIVITIES))
    where = "Prosesnya" if scope is chart.process else f"Sub-proses {named(scope)}"
    chosen = chart.bench.propose(
        "start", scope, f"{where} tidak punya awal", ("awal", f"Ditambah start event di depan {named(first)}")
    )
    if chosen != REFUSED:
        start = chart.add(scope, "bpmn:startEvent", f"mulai_{scope.id}", "Mulai", beside=first)
        chart.connect(start, first)


def _order(chart: Chart, scope: Tag, inside: list[Tag], steps: list[Tag]) -> None:
    """Bring steps that nothing connects into an order, or beside each other."""
    line = ("urut", f"Dikerjakan berurutan: {' → '.join(named(node) for node in steps)}")
    together = ("sejajar", f"Dikerjakan bersamaan: {listing(steps)}")
    free = scope.id in chart.bench.unordered
    where = "proses ini" if scope is chart.process else named(scope)
    found = f"Tidak ada aliran antara {len(steps)} langkah dalam {where}"
    chosen = chart.bench.propose(
        "flow", scope, found, *((together, line) if free else (line, together)), suffix=":urutan"
    )
    ends = [node for node in inside if node.label == "bpmn:endEvent"]
    if chosen == "urut":
        chain = [*steps, *ends[:1]]
        for source, target in pairwise(chain):
            chart.connect(source, target)
    elif chosen == "sejajar":
        split = chart.add(scope, "bpmn:parallelGateway", f"bercabang_{scope.id}", beside=steps[0])
        join = chart.add(scope, "bpmn:parallelGateway", f"bergabung_{scope.id}", beside=steps[-1])
        for step in steps:
            chart.connect(split, step)
            chart.connect(step, join)


def _one_of(chart: Chart, scope: Tag, starts: list[Tag]) -> None:
    for start in [each for each in starts if not chart.exits(each)][: len(starts) - 1]:
        chart.bench.tell("start", start, f"Awal {named(start)} tidak menuju ke mana pun dan dihilangkan.")
        starts = [each for each in starts if each is not start]
        chart.drop(start)
    if len(starts) < 2:
        return
    first, others = starts[0], starts[1:]
    targets = {node.id for start in starts for node in chart.after(start)}
    if len(targets) == 1:
        for start in others:
            chart.bench.tell(
                "start",
                start,
                f"Awal {named(start)} menuju langkah yang sama dengan {named(first)}; disatukan dengannya.",
            )
            chart.drop(start)
        return
    options = [
        ("pilihan", "Disatukan: di awal ditanyakan jalan mana yang ditempuh"),
        ("sejajar", "Disatukan: semua jalan ditempuh bersamaan"),
        *((start.id, f"Hanya awal {named(start)} yang dipakai") for start in starts),
    ]
    found = f"Ada {len(starts)} awal: {listing(starts)}; satu perkara hanya mulai di satu tempat"
    chosen = chart.bench.propose("start", scope, found, *options)
    if chosen in ("pilihan", "sejajar"):
        _unite(chart, starts, asking=chosen == "pilihan")
    elif chosen != REFUSED:
        for start in starts:
            if start.id != chosen:
                chart.drop(start)


def _unite(chart: Chart, starts: list[Tag], *, asking: bool) -> None:
    """Let one start lead to where all of them led, by a gateway."""
    for start in starts:
        for flow in chart.exits(start):
            flow.attributes.setdefault("name", start.name or start.id)
    kind, title = ("exclusive", "Bagaimana perkara dimulai?") if asking else ("parallel", "")
    gateway = chart.after_node(starts[0], f"bpmn:{kind}Gateway", f"gerbang_{starts[0].id}", title)
    for start in starts[1:]:
        for flow in chart.exits(start):
            if chart.target(flow) in chart.after(gateway):
                chart.drop_flow(flow)
            else:
                chart.lead_from(flow, gateway)
        chart.drop(start)


def _reach_everything(chart: Chart, scope: Tag) -> None:
    kept: set[str] = set()
    while True:
        starts = [node for node in chart.inside(scope) if node.label == "bpmn:startEvent"]
        reached = chart.reach(starts) | kept
        lost = [node for node in chart.inside(scope) if node.id not in reached and node.label != "bpmn:boundaryEvent"]
        if not lost or not starts:
            return
        root = next((node for node in lost if not chart.entries(node)), lost[0])
        group_ids = chart.reach([root]) - reached
        group = [node for node in chart.inside(scope) if node.id in group_ids]
        kept |= _take_in(chart, starts[0], root, group, reached)


def _take_in(chart: Chart, start: Tag, root: Tag, group: list[Tag], reached: set[str]) -> set[str]:
    """Connect a part that nothing leads to, or take it out; return the ids that stay as they are."""
    steps = [node for node in group if node.label in ACTIVITIES]
    gone = ("hapus", f"Dikeluarkan dari alur: {listing([node for node in group if node.name] or group)}")
    entry = ("awal", f"Dijadikan pilihan lain di awal, sebelum {named(root)}")
    places = [
        node
        for node in chart.nodes.values()
        if node.id in reached and node.label in ACTIVITIES and node.parent is root.parent
    ]
    after = [(f"sesudah:{node.id}", f"Disisipkan sesudah {named(node)}") for node in places[:MOST_PLACES]]
    connected = len(group) > 1 or bool(chart.exits(root))
    options = [entry, gone, *after] if steps and connected else [gone, *after, entry] if steps else [gone]
    found = f"Tidak ada jalan dari awal ke {named(root)}"
    chosen = chart.bench.propose("unreached", root, found, *options)
    if chosen == REFUSED:
        return {node.id for node in group}
    if chosen == "hapus":
        for node in group:
            chart.drop(node)
    elif chosen == "awal":
        _other_entry(chart, start, root)
    else:
        _insert(chart, chart.nodes[chosen.partition(":")[2]], root, group)
    return set()


def _other_entry(chart: Chart, start: Tag, root: Tag) -> None:
    onward = chart.after(start)
    asked = onward and len(onward) == 1 and onward[0].id == chart.bench.entrance.get(start.id)
    gateway = onward[0] if asked else None
    if gateway is None:
        for flow in chart.exits(start):
            flow.attributes.setdefault("name", start.name or "Awal biasa")
        gateway = chart.after_node(start, "bpmn:exclusiveGateway", f"gerbang_{start.id}", "Dari mana mulai?")
        chart.bench.entrance[start.id] = gateway.id
    chart.connect(gateway, root, root.name or root.id)


def _insert(chart: Chart, place: Tag, root: Tag, group: list[Tag]) -> None:
    inside = {node.id for node in group}
    tails = [node for node in group if not chart.exits(node) and node.label != "bpmn:endEvent"]
    for flow in chart.exits(place):
        target = chart.target(flow)
        if target is None or target.id in inside:
            continue
        if tails:
            chart.lead_from(flow, tails[0])
        else:
            chart.drop_flow(flow)
    for tail in tails[1:]:
        for target in chart.after(tails[0]):
            chart.connect(tail, target)
    chart.connect(place, root)
