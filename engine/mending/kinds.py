"""Activities of kinds that no machine does here: each becomes a step that a person does, or an ordinary sub-process."""

from __future__ import annotations

import re
from typing import Final

from .chart import Chart
from .tags import NODES, SCOPES, STRANGE, TASKS, Tag, listing, named, nodes_in
from .values import REFUSED

_MEANT: Final = {
    "task": "Langkah ini digambar tanpa jenis",
    "manualTask": "Langkah ini digambar sebagai pekerjaan di luar sistem",
    "sendTask": "Langkah ini digambar sebagai pengiriman oleh sistem; Alur tidak mengirim, jadi orang yang mengirim",
    "receiveTask": "Langkah ini digambar sebagai penerimaan oleh sistem; orang yang mencatat bahwa sudah diterima",
    "serviceTask": "Langkah ini digambar sebagai layanan; tidak ada kode yang dijalankan, orang yang mengerjakan",
    "scriptTask": "Langkah ini digambar sebagai skrip; tidak ada kode yang dijalankan, orang yang mengerjakan",
    "businessRuleTask": "Langkah ini digambar sebagai aturan otomatis; orang yang memutuskan",
    "choreographyTask": "Langkah ini digambar sebagai koreografi; orang yang mengerjakan",
    "subChoreography": "Bagian ini digambar sebagai koreografi; dijadikan satu langkah",
    "callChoreography": "Bagian ini digambar sebagai koreografi; dijadikan satu langkah",
}
_USER: Final = ("userTask", "Dijadikan User Task")


def mend_kinds(chart: Chart) -> None:
    """Turn every activity into one that the engine knows."""
    for node in list(chart.nodes.values()):
        if node.id not in chart.nodes:
            continue
        if node.label in SCOPES:
            _mend_scope(chart, node)
        elif node.label == "bpmn:callActivity":
            _mend_call(chart, node)
        elif node.label in STRANGE or (node.label in TASKS and node.label != "bpmn:userTask"):
            inner = listing([each for each in nodes_in(node) if each.name])
            found = _MEANT.get(node.kind, "Langkah ini tidak dikenal") + (f" (di dalamnya: {inner})" if inner else "")
            become_step(chart, node, "task-kind", f"{found}: {named(node)}")
    for node in list(chart.nodes.values()):
        _mend_loop(chart, node)


def become_step(chart: Chart, node: Tag, kind: str, found: str) -> None:
    """Propose to make a user task of a node."""
    if chart.bench.propose(kind, node, found, _USER) == REFUSED:
        chart.bench.spared.add(node.id)
        return
    chart.changed()
    for inner in nodes_in(node):
        chart.nodes.pop(inner.id, None)
        chart.bench.vanished.add(inner.id)
    node.label = "bpmn:userTask"
    node.children = [child for child in node.children if child.label not in NODES and child.kind != "sequenceFlow"]


def _mend_scope(chart: Chart, node: Tag) -> None:
    if node.get("triggeredByEvent") == "true":
        steps = listing([each for each in nodes_in(node) if each.name])
        inside = steps or "tidak ada yang bernama"
        found = f"Sub-proses {named(node)} dimulai oleh peristiwa, bukan oleh alur; di dalamnya: {inside}"
        if chart.bench.propose("sub-process", node, found, ("hapus", "Dikeluarkan dari alur")) == REFUSED:
            chart.bench.spared.add(node.id)
        else:
            chart.drop(node)
        return
    if not nodes_in(node):
        become_step(chart, node, "sub-process", f"Sub-proses {named(node)} kosong, isinya digambar di tempat lain")
        return
    if node.label == "bpmn:subProcess":
        return
    what = "transaksi" if node.kind == "transaction" else "ad-hoc (tanpa urutan)"
    if (
        chart.bench.propose(
            "sub-process",
            node,
            f"Sub-proses {named(node)} digambar sebagai {what}",
            ("subProcess", "Dijadikan sub-proses biasa"),
        )
        == REFUSED
    ):
        chart.bench.spared.add(node.id)
        return
    if node.label == "bpmn:adHocSubProcess":
        chart.bench.unordered.add(node.id)
    node.label = "bpmn:subProcess"


def mend_emptied_scopes(chart: Chart) -> None:
    """Make a step of every sub-process of which other repairs left nothing."""
    for node in list(chart.nodes.values()):
        if node.label == "bpmn:subProcess" and not nodes_in(node) and node.id not in chart.bench.spared:
            become_step(chart, node, "sub-process", f"Dari isi sub-proses {named(node)} tidak ada yang tersisa")


def _mend_call(chart: Chart, node: Tag) -> None:
    called = node.get("calledElement")
    here = {process.id for process in chart.bench.root.all("bpmn:process") if nodes_in(process)}
    if called in (here | chart.bench.known_processes) - {chart.process.id}:
        return
    what = f"proses {called[:100]!r}, yang tidak ada" if called else "proses yang tidak disebut"
    if called == chart.process.id:
        what = "prosesnya sendiri"
    become_step(chart, node, "call", f"Langkah {named(node)} memanggil {what}")
    if node.label == "bpmn:userTask":
        node.attributes.pop("calledElement", None)


def _mend_loop(chart: Chart, node: Tag) -> None:
    for loop in node.all("bpmn:standardLoopCharacteristics"):
        found = f"Langkah {named(node)} digambar berulang"
        option = ("gateway", "Sesudahnya ditanyakan apakah diulangi")
        if chart.bench.propose("loop", node, found, option, ("sekali", "Dikerjakan satu kali")) == "gateway":
            loop.leave()
            for flow in chart.exits(node):
                flow.attributes.setdefault("name", "Lanjut")
            if node not in chart.after(node):
                chart.connect(node, node, "Ulangi")
        elif chart.bench.repairs[-1].chosen == "sekali":
            loop.leave()
        else:
            chart.bench.spared.add(node.id)
    for loop in node.all("bpmn:multiInstanceLoopCharacteristics"):
        _mend_instances(chart, node, loop)


def _mend_instances(chart: Chart, node: Tag, loop: Tag) -> None:
    count = " ".join(each.text.strip() for each in loop.all("bpmn:loopCardinality"))
    sound = re.fullmatch("[0-9]{1,2}", count) is not None and 1 <= int(count) <= 50
    if sound and node.label == "bpmn:userTask":
        return
    if node.label != "bpmn:userTask":
        chart.bench.tell(
            "loop", node, f"Hanya User Task yang dapat dikerjakan berkali-kali; {named(node)} dikerjakan satu kali."
        )
        loop.leave()
        return
    wanted = f"jumlah {count[:60]!r}" if count else "tanpa jumlah"
    found = f"Langkah {named(node)} dikerjakan berkali-kali, {wanted}; jumlahnya harus angka 1 sampai 50"
    chosen = chart.bench.propose(
        "loop", node, found, ("sekali", "Dikerjakan satu kali"), entry="number", typed="Dikerjakan {} kali"
    )
    if chosen == REFUSED:
        chart.bench.spared.add(node.id)
    elif chosen == "sekali":
        loop.leave()
    else:
        loop.children = [child for child in loop.children if child.label != "bpmn:loopCardinality"]
        for child in loop.children:
            child.parent = loop
        loop.add("bpmn:loopCardinality", chosen)
