"""Lanes where none is drawn, and a name of its own for every lane."""

from __future__ import annotations

import re
from typing import Final

from .bench import Workbench
from .chart import Chart
from .tags import Tag, named
from .values import REFUSED

_FALLBACK: Final = "Pelaksana"


def put_first(process: Tag, holder: Tag) -> None:
    place = sum(child.kind in ("documentation", "extensionElements") for child in process.children)
    process.take(holder, place)


def invent_lanes(chart: Chart) -> tuple[list[Tag], dict[str, Tag]]:
    """Make lanes where none is drawn: one for each group that steps name, else one for all."""
    bench = chart.bench
    tasks = [node for node in chart.nodes.values() if node.label == "bpmn:userTask"]
    groups = {node.id: group_of(node) for node in tasks}
    names = list(dict.fromkeys(name for name in groups.values() if name))
    pool = next(
        (
            each
            for holder in bench.root.all("bpmn:collaboration")
            for each in holder.all("bpmn:participant")
            if each.get("processRef") == chart.process.id
        ),
        None,
    )
    holder = chart.process.first("bpmn:laneSet") or Tag("bpmn:laneSet", {"id": bench.fresh("lajur")})
    if holder.parent is None:
        put_first(chart.process, holder)
    bench.redraw = True
    if names:
        lanes = [holder.add("bpmn:lane", id=bench.fresh(f"lajur_{name}"), name=name) for name in names]
        by_name = dict(zip(names, lanes, strict=True))
        listed = ", ".join(f"“{name}”" for name in names)
        bench.tell("lane", chart.process, f"Tidak ada lane; dibuat satu untuk setiap kelompok pelaksana: {listed}.")
        members = {id_: by_name[name] for id_, name in groups.items() if name}
        for node in tasks:
            if node.id in members:
                node.attributes.pop("camunda:candidateGroups", None)
        return lanes, members
    title = (pool.name if pool is not None else "").strip() or _FALLBACK
    title = title.replace(";", ",")
    found, typed = "Tidak ada lane, jadi tidak jelas siapa yang mengerjakan", "Dibuat satu lane “{}”"
    option = (title, typed.format(title))
    chosen = bench.propose("lane", chart.process, found, option, entry="name", typed=typed, refusable=False)
    lane = holder.add("bpmn:lane", id=bench.fresh("lajur_1"), name=chosen)
    return [lane], {node.id: lane for node in chart.nodes.values() if node.parent is chart.process}


def group_of(node: Tag) -> str:
    """Return the one group that a step names, empty if it names none, several, or a variable."""
    text = node.get("camunda:candidateGroups").strip()
    return text if text and not re.search(r"[,${}#;=\n\t]", text) and len(text) <= 100 else ""


def name_lanes(bench: Workbench, lanes: list[Tag]) -> None:
    used: set[str] = set()
    for number, lane in enumerate(lanes, 1):
        name = lane.name
        if not name.strip():
            proposal = _free(f"{_FALLBACK} {number}", used | {each.name for each in lanes})
            name = _typed_name(bench, lane, f"Lane ke-{number} tidak punya nama", proposal)
        if ";" in name:
            name = _typed_name(
                bench, lane, f"Nama lane {named(lane)} memuat titik koma", name.replace(";", ","), ":tanda"
            )
        if name in used:
            name = _typed_name(bench, lane, f"Nama lane {named(lane)} dipakai dua kali", _free(name, used), ":ganda")
        if name and name != lane.name:
            lane.attributes["name"] = name
        used.add(name)


def _typed_name(bench: Workbench, lane: Tag, found: str, proposal: str, suffix: str = "") -> str:
    chosen = bench.propose(
        "lane-name", lane, found, (proposal, f"Dinamai “{proposal}”"), entry="name", typed="Dinamai “{}”", suffix=suffix
    )
    return lane.name if chosen == REFUSED else chosen


def _free(name: str, used: set[str]) -> str:
    found, number = name, 2
    while found in used:
        found, number = f"{name} ({number})", number + 1
    return found
