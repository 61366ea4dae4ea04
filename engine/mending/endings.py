"""Where a process ends: every node leads on, and in the end to an end."""

from __future__ import annotations

from .chart import Chart
from .tags import ACTIVITIES, Tag, named
from .values import REFUSED


def mend_endings(chart: Chart) -> None:
    """Give an end to what leads nowhere, and a way out to what runs in a circle."""
    left = set[str]()
    for node in list(chart.nodes.values()):
        if node.label != "bpmn:endEvent" and not chart.exits(node) and node.id not in chart.bench.spared:
            left |= _end(chart, node)
    for scope in list(chart.scopes()):
        while (circling := _circling(chart, scope, left)) is not None:
            if not _leave(chart, scope, circling):
                break


def _end(chart: Chart, node: Tag) -> set[str]:
    scope = node.parent if node.parent is not None else chart.process
    late = node.label == "bpmn:boundaryEvent"
    what = "Ditambah akhir yang mencatat bahwa waktunya lewat" if late else "Ditambah end event sesudahnya"
    if chart.bench.propose("end", node, f"Dari {named(node)} tidak ada aliran keluar", ("akhir", what)) == REFUSED:
        return {node.id}
    end = chart.add(
        scope, "bpmn:endEvent", f"{'lewat' if late else 'selesai'}_{node.id}", "" if late else "Selesai", beside=node
    )
    if late:
        end.add("bpmn:escalationEventDefinition", id=chart.bench.fresh(f"eskalasi_{node.id}"))
    chart.connect(node, end)
    return set()


def _circling(chart: Chart, scope: Tag, left: set[str]) -> Tag | None:
    """Return the node of a circle from which a way out should lead, None if every node comes to an end."""
    inside = chart.inside(scope)
    ending = chart.reach([node for node in inside if not chart.exits(node)], backward=True) | left
    lost = [node for node in inside if node.id not in ending]
    steps = [node for node in lost if node.label in ACTIVITIES]
    candidates = steps or lost
    return candidates[-1] if candidates else None


def _leave(chart: Chart, scope: Tag, node: Tag) -> bool:
    found = f"Dari {named(node)} alur berputar tanpa pernah sampai ke akhir"
    if (
        chart.bench.propose("end", node, found, ("akhir", "Sesudahnya ditanyakan apakah selesai"), suffix=":putaran")
        == REFUSED
    ):
        return False
    for flow in chart.exits(node):
        flow.attributes.setdefault("name", "Ulangi")
    end = chart.add(scope, "bpmn:endEvent", f"selesai_{node.id}", "Selesai", beside=node)
    chart.connect(node, end, "Selesai")
    return True
