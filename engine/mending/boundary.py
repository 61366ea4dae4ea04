"""Events on the edge of a step: timers stay, what only a person can know becomes another way out of the step."""

from __future__ import annotations

from typing import Final

from .chart import Chart
from .drawn import Box, boxes
from .tags import ACTIVITIES, Tag, named
from .values import REFUSED

_NEAR: Final = 25
"""How far from the edge of a step the middle of an event may stand and still be meant to sit on it."""


def mend_boundary(chart: Chart) -> None:
    """Attach what is drawn on an edge, and turn what is no timer into an exit."""
    placed = boxes(chart.bench.root)
    for node in list(chart.nodes.values()):
        if node.label == "bpmn:intermediateCatchEvent" and not chart.entries(node):
            _sit_down(chart, node, placed)
        if node.label == "bpmn:boundaryEvent" and node.id in chart.nodes:
            _mend(chart, node, placed)


def _kinds(node: Tag) -> list[str]:
    return [child.kind for child in node.children if child.kind.endswith(("EventDefinition", "eventDefinitionRef"))]


def _host_at(chart: Chart, node: Tag, placed: dict[str, Box]) -> Tag | None:
    box = placed.get(node.id)
    if box is None:
        return None
    hosts = [
        each
        for each in chart.nodes.values()
        if each.label in ACTIVITIES and each.parent is node.parent and each.id in placed
        and placed[each.id].borders(box.middle, _NEAR)
    ]  # fmt: skip
    return hosts[0] if hosts else None


def _host_before(chart: Chart, node: Tag, drawn_on: Tag | None) -> Tag | None:
    """Return the step that leads to the gateway or event on which this one was drawn."""
    seen: set[str] = set()
    while drawn_on is not None and drawn_on.id not in seen and drawn_on.parent is node.parent:
        if drawn_on.label in ACTIVITIES:
            return drawn_on
        seen.add(drawn_on.id)
        before = chart.before(drawn_on)
        drawn_on = before[0] if len(before) == 1 else None
    return None


def _sit_down(chart: Chart, node: Tag, placed: dict[str, Box]) -> None:
    host = _host_at(chart, node, placed)
    if host is None or "timerEventDefinition" not in _kinds(node):
        return
    stays = ("false", f"Ditempelkan pada {named(host)}; langkahnya tetap berjalan")
    takes = ("true", f"Ditempelkan pada {named(host)}; langkahnya ditarik")
    found = f"Peristiwa {named(node)} digambar di tepi langkah {named(host)} tetapi tidak menempel"
    chosen = chart.bench.propose("boundary", node, found, stays, takes)
    if chosen != REFUSED:
        chart.changed()
        node.label = "bpmn:boundaryEvent"
        node.attributes |= {"attachedToRef": host.id, "cancelActivity": chosen}
        node.attributes.pop("parallelMultiple", None)


def _mend(chart: Chart, node: Tag, placed: dict[str, Box]) -> None:
    host = chart.nodes.get(node.get("attachedToRef"))
    if host is None or host.label not in ACTIVITIES or host.parent is not node.parent:
        host = _host_at(chart, node, placed) or _host_before(chart, node, host)
        if host is None:
            _loose(chart, node)
            return
        chart.bench.tell(
            "boundary", node, f"Peristiwa {named(node)} tidak menempel pada langkah; ditempelkan pada {named(host)}."
        )
        chart.changed()
        node.attributes["attachedToRef"] = host.id
    kinds = _kinds(node)
    if kinds == ["timerEventDefinition"]:
        return
    if "timerEventDefinition" in kinds:
        chart.bench.tell(
            "boundary", node, f"Peristiwa {named(node)} menunggu beberapa hal; hanya waktunya yang dipakai.", ":jenis"
        )
        timer = node.first("bpmn:timerEventDefinition")
        node.children = [child for child in node.children if child.kind not in kinds or child is timer]
        return
    _make_exit(chart, node, host)


def _loose(chart: Chart, node: Tag) -> None:
    onward = [named(each) for each in chart.after(node)]
    where = f" (menuju {', '.join(onward)})" if onward else ""
    chart.bench.tell(
        "boundary", node, f"Peristiwa {named(node)}{where} tidak menempel pada langkah mana pun; dihilangkan."
    )
    chart.drop(node)


def _make_exit(chart: Chart, node: Tag, host: Tag) -> None:
    found = f"Peristiwa {named(node)} pada {named(host)} bukan timer; hanya orang yang tahu bahwa itu terjadi"
    if chart.exits(node):
        option = ("pilihan", f"Dijadikan pilihan sesudah {named(host)}")
    else:
        option = ("hapus", "Dihilangkan, karena tidak menuju ke mana pun")
    typed = "Dijadikan batas waktu {} pada langkahnya"
    chosen = chart.bench.propose("boundary", node, found, option, entry="duration", typed=typed)
    if chosen == REFUSED:
        chart.bench.spared.add(node.id)
    elif chosen in ("pilihan", "hapus"):
        for flow in chart.exits(node):
            if not flow.name:
                flow.attributes["name"] = node.name or "Pengecualian"
            target = chart.target(flow)
            if target is not None and target in chart.after(host):
                chart.drop_flow(flow)
            else:
                chart.lead_from(flow, host)
        chart.drop(node)
    else:
        node.children = [
            child for child in node.children if not child.kind.endswith(("EventDefinition", "eventDefinitionRef"))
        ]
        node.add("bpmn:timerEventDefinition").add("bpmn:timeDuration", chosen)
