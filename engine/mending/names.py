"""Names for steps that have none: from what is written at them, else a number to be replaced."""

from __future__ import annotations

from .chart import Chart
from .tags import Tag
from .values import REFUSED


def mend_names(chart: Chart) -> None:
    """Propose a name for every step without one."""
    number = 0
    for node in chart.nodes.values():
        if node.label != "bpmn:userTask":
            continue
        number += 1
        if node.name.strip() or node.id in chart.bench.spared:
            continue
        written = _written(chart, node)
        proposal = written or f"Langkah {number}"
        source = "diambil dari keterangannya" if written else "nama sementara"
        option = (proposal, f"Dinamai “{proposal}” ({source})")
        chosen = chart.bench.propose(
            "task-name", node, "Langkah ini tanpa nama", option, entry="name", typed="Dinamai “{}”"
        )
        if chosen != REFUSED:
            node.attributes["name"] = chosen


def _written(chart: Chart, node: Tag) -> str:
    """Return the first line of a step's documentation, or of an annotation tied to it."""
    texts = [each.text for each in node.all("bpmn:documentation")]
    notes = {tag.id: tag for tag in chart.process.walk() if tag.label == "bpmn:textAnnotation"}
    for tag in chart.process.walk():
        ends = {tag.get("sourceRef"), tag.get("targetRef")} if tag.label == "bpmn:association" else set()
        if node.id in ends:
            texts += [text.text for end in ends if end in notes for text in notes[end].all("bpmn:text")]
    lines = (" ".join(line.split()).replace(";", ",") for text in texts for line in text.split("\n"))
    return next((line[:200] for line in lines if line), "")
