"""Import of a drawing from elsewhere: every repair in its order. The same bytes and choices give the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from ..diagram.nodes import MOST_NODES
from ..diagram.xml import XmlRefused
from .beginnings import mend_beginnings
from .bench import Workbench
from .chart import Chart
from .endings import mend_endings
from .events import mend_events
from .flows import mend_flows
from .formsmith import Formsmith
from .gateways import mend_gateways
from .identity import mend_ids
from .joins import mend_joins
from .kinds import mend_emptied_scopes, mend_kinds
from .lanes import mend_lanes
from .layout import mend_layout
from .names import mend_names
from .places import mend_places
from .pools import mend_emptied, mend_escalations, mend_pools
from .questions import mend_questions
from .reading import read_drawing
from .splits import mend_splits
from .tags import ARTIFACTS, NODES, Tag, nodes_in
from .tidying import tidy
from .timers import mend_timers, tell_timers_apart
from .values import Repair
from .vendors import leave_out, leave_out_foreign, mend_groups, mend_properties, take_over
from .writing import write_drawing

MOST_DRAWN: Final = 1_000
"""Nodes, notes and data of a whole drawing, all pools together."""
MOST_LANES: Final = 100
MOST_FLOWS: Final = 500
"""Flows of one process; with more, nobody has drawn it."""


@dataclass(frozen=True)
class Mended:
    """A drawing after its repairs; ``refused`` is rule and sentence if it cannot be repaired at all."""

    xml: bytes | None
    forms: Mapping[str, str]
    repairs: tuple[Repair, ...]
    refused: tuple[str, str] | None = None


def mend(data: bytes, choices: Mapping[str, str], forms: Mapping[str, str], processes: Iterable[str] = ()) -> Mended:
    """Return a drawing repaired. ``forms`` are the known forms, ``processes`` the known keys to call."""
    try:
        read = read_drawing(data)
    except XmlRefused as refused:
        return Mended(None, {}, (), (refused.rule, str(refused)))
    before = write_drawing(read.root)
    bench = Workbench(read.root, choices, forms, processes)
    for kind, message in read.notes:
        bench.tell(kind, None, message)
    refused_as = _too_large(read.root) or _mend(bench)
    if refused_as is not None:
        return Mended(None, {}, tuple(bench.repairs), refused_as)
    if not bench.repairs and write_drawing(bench.root) != before:
        bench.tell("leftover", None, "Bagian yang menyebut satu hal dua kali atau tidak menyebut apa pun dirapikan.")
    xml = write_drawing(bench.root) if bench.repairs else data
    return Mended(xml, dict(bench.made), tuple(bench.repairs))


def _too_large(root: Tag) -> tuple[str, str] | None:
    if sum(tag.label in NODES | ARTIFACTS for tag in root.walk()) > MOST_DRAWN:
        most = f"{MOST_DRAWN} simpul, catatan, dan data"
        return "too-many-nodes", f"Gambar memuat lebih dari {most}; pecah menjadi beberapa berkas."
    if sum(tag.label == "bpmn:lane" for tag in root.walk()) > MOST_LANES:
        return "too-many-nodes", f"Gambar memuat lebih dari {MOST_LANES} lane; pecah menjadi beberapa berkas."
    return None


def _mend(bench: Workbench) -> tuple[str, str] | None:
    """Repair everything; return rule and sentence of what makes that impossible, None if nothing does."""
    mend_ids(bench)
    mend_places(bench)
    take_over(bench)
    leave_out_foreign(bench)
    kept = mend_pools(bench)
    if not kept:
        return "no-process", "Berkas ini tidak memuat satu langkah pun; gambar prosesnya di modeler, lalu unggah lagi."
    for process in kept:
        flows = sum(tag.label == "bpmn:sequenceFlow" for tag in process.walk())
        if len(nodes_in(process)) > MOST_NODES or flows > MOST_FLOWS:
            most = f"{MOST_NODES} simpul atau {MOST_FLOWS} aliran"
            return "too-many-nodes", f"Proses memuat lebih dari {most}; pecah dengan call activity."
    charts = [_mend_process(process, bench) for process in kept]
    mend_emptied(bench, kept)
    mend_groups(bench)
    mend_properties(bench)
    mend_escalations(bench)
    leave_out(bench)
    mend_layout(bench, charts)
    tidy(bench, charts)
    return None


def _mend_process(process: Tag, bench: Workbench) -> Chart:
    chart = Chart(process, bench)
    mend_flows(chart)
    mend_kinds(chart)
    mend_gateways(chart)
    mend_events(chart)
    mend_timers(chart)
    tell_timers_apart(chart)
    mend_beginnings(chart)
    mend_emptied_scopes(chart)
    mend_endings(chart)
    mend_splits(chart)
    mend_joins(chart)
    smith = Formsmith(chart, bench)
    mend_questions(chart, smith)
    mend_joins(chart)  # again: a step that asks may stand where ways meet
    mend_lanes(chart)
    mend_names(chart)
    smith.finish()
    return chart
