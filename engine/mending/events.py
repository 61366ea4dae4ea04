"""Events of kinds that nobody sends here: what a person could do by hand becomes a step, the rest a plain event."""

from __future__ import annotations

from typing import Final

from .boundary import mend_boundary
from .chart import Chart
from .tags import Tag, named
from .values import REFUSED

_WORDS: Final = {
    "messageEventDefinition": "pesan",
    "timerEventDefinition": "waktu",
    "signalEventDefinition": "sinyal",
    "conditionalEventDefinition": "syarat",
    "errorEventDefinition": "kesalahan",
    "escalationEventDefinition": "eskalasi",
    "compensateEventDefinition": "pembatalan pekerjaan",
    "cancelEventDefinition": "pembatalan",
    "linkEventDefinition": "penghubung halaman",
    "terminateEventDefinition": "penghentian",
}
_DOABLE: Final = frozenset({"messageEventDefinition", "signalEventDefinition", "conditionalEventDefinition"})


def definitions(node: Tag) -> list[Tag]:
    """Return what an event waits for or does."""
    return [child for child in node.children if child.kind.endswith(("EventDefinition", "eventDefinitionRef"))]


def kind_in_words(node: Tag) -> str:
    """Return the kind of an event for a sentence."""
    kinds = dict.fromkeys(_WORDS.get(each.kind, "jenis lain") for each in definitions(node))
    return " dan ".join(kinds) or "tanpa jenis"


def mend_events(chart: Chart) -> None:
    """Turn every event into one that the engine knows."""
    _join_links(chart)
    mend_boundary(chart)
    for node in list(chart.nodes.values()):
        if node.id not in chart.nodes:
            continue
        if node.label == "bpmn:startEvent":
            _mend_start(chart, node)
        elif node.label == "bpmn:endEvent":
            _mend_end(chart, node)
        elif node.label in ("bpmn:intermediateThrowEvent", "bpmn:implicitThrowEvent", "bpmn:event"):
            _mend_throw(chart, node)
        elif node.label == "bpmn:intermediateCatchEvent":
            _mend_catch(chart, node)


def _join_links(chart: Chart) -> None:
    """Draw one flow for each pair of page connectors."""
    links = [node for node in chart.nodes.values() if node.first("bpmn:linkEventDefinition") is not None]
    arrivals = [node for node in links if node.label == "bpmn:intermediateCatchEvent"]
    for leaving in (node for node in links if node.label != "bpmn:intermediateCatchEvent"):
        arrival = next(
            (each for each in arrivals if _link(each) & _link(leaving) and each.parent is leaving.parent), None
        )
        onward = chart.after(arrival) if arrival is not None else []
        if not onward or arrival is None:
            chart.bench.tell(
                "link", leaving, f"Penghubung halaman {named(leaving)} tidak punya pasangan; dijadikan peristiwa biasa."
            )
            _plain(leaving)
            leaving.label = "bpmn:intermediateThrowEvent" if chart.exits(leaving) else "bpmn:endEvent"
            continue
        chart.bench.tell(
            "link", leaving, f"Penghubung halaman {named(leaving)} diganti dengan aliran ke {named(onward[0])}."
        )
        for entry in chart.entries(leaving):
            chart.lead_to(entry, onward[0])
        chart.drop(leaving)
    for arrival in arrivals:
        chart.bench.tell("link", arrival, f"Penghubung halaman {named(arrival)} diganti dengan alirannya.", ":tiba")
        if chart.entries(arrival):
            chart.bypass(arrival)
        else:
            chart.drop(arrival)


def _link(node: Tag) -> set[str]:
    named_so = {each.name.strip().lower() for each in node.all("bpmn:linkEventDefinition")} | {
        node.name.strip().lower()
    }
    return named_so - {""}


def _mend_start(chart: Chart, node: Tag) -> None:
    if definitions(node):
        found = f"Awal {named(node)} menunggu {kind_in_words(node)}; perkara di sini dimulai oleh orang"
        if chart.bench.propose("event", node, found, ("polos", "Dijadikan awal biasa")) == REFUSED:
            chart.bench.spared.add(node.id)
        else:
            _plain(node)


def _mend_end(chart: Chart, node: Tag) -> None:
    kinds = [each.kind for each in definitions(node)]
    if not kinds or kinds in (["terminateEventDefinition"], ["escalationEventDefinition"]):
        return
    plain, step = ("polos", "Dijadikan akhir biasa"), ("langkah", "Sebelumnya ditambah User Task dengan nama itu")
    found = f"Akhir {named(node)} mengirim {kind_in_words(node)}; Alur tidak mengirimnya"
    chosen = chart.bench.propose("event", node, found, plain, step)
    if chosen == REFUSED:
        chart.bench.spared.add(node.id)
        return
    _plain(node)
    if chosen == "langkah":
        chart.before_node(node, "bpmn:userTask", f"langkah_{node.id}", node.name or "Kirim pemberitahuan")


def _mend_throw(chart: Chart, node: Tag) -> None:
    step, gone = ("langkah", "Dijadikan User Task yang dikerjakan orang"), ("hapus", "Dihilangkan; aliran disambung")
    if {each.kind for each in definitions(node)} & _DOABLE:
        options = (step, gone)
        found = f"Peristiwa {named(node)} mengirim {kind_in_words(node)}; Alur tidak mengirimnya"
    else:
        options = (gone, step)
        found = f"Peristiwa {named(node)} ({kind_in_words(node)}) hanya menandai tempat dalam alur"
    _carry_out(chart, node, chart.bench.propose("event", node, found, *options))


def _mend_catch(chart: Chart, node: Tag) -> None:
    kinds = definitions(node)
    timers = [each for each in kinds if each.kind == "timerEventDefinition"]
    if len(kinds) == 1 and timers:
        return
    if timers:
        chart.bench.tell(
            "event", node, f"Peristiwa {named(node)} menunggu {kind_in_words(node)}; hanya waktunya yang dipakai."
        )
        node.children = [child for child in node.children if child not in kinds or child is timers[0]]
        return
    step = ("langkah", "Dijadikan User Task: orang mencatat bahwa itu sudah terjadi")
    gone = ("hapus", "Dihilangkan; aliran disambung")
    found = f"Peristiwa {named(node)} menunggu {kind_in_words(node)}, yang tidak datang sendiri"
    options = (step, gone) if kinds else (gone, step)
    chosen = chart.bench.propose("event", node, found, *options, entry="duration", typed="Dijadikan jeda selama {}")
    _carry_out(chart, node, chosen)


def _carry_out(chart: Chart, node: Tag, chosen: str) -> None:
    if chosen == REFUSED:
        chart.bench.spared.add(node.id)
        return
    if chosen == "hapus":
        chart.bypass(node)
        return
    _plain(node)
    if chosen == "langkah":
        node.label = "bpmn:userTask"
    else:
        node.label = "bpmn:intermediateCatchEvent"
        node.add("bpmn:timerEventDefinition").add("bpmn:timeDuration", chosen)


def _plain(node: Tag) -> None:
    gone = definitions(node)
    node.children = [child for child in node.children if child not in gone]
