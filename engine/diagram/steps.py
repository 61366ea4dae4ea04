"""The steps: in which lane, with which form, for which group, how often; and what a call activity calls."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from ..expressions import ExpressionError, Group, compile_group
from ..forms import is_form_id
from .model import Element, FormBinding, Lane, Loop, UserTask
from .nodes import ID
from .properties import read_properties
from .rules import Findings
from .xml import Xml

MOST_INSTANCES: Final = 50
_FORM_KEY: Final = re.compile(r"camunda-forms:[a-z]+:(.*?)(\.form)?")


def read_lanes(process: Xml, elements: Mapping[str, Element], findings: Findings) -> tuple[list[Lane], dict[str, str]]:
    """Return the lanes in the order of the file, and the lane's name of each node that stands in one."""
    drawn = [lane for each in process.all("bpmn:laneSet") for lane in each.all("bpmn:lane")]
    spelled = {lane.name.strip(): lane.name for lane in drawn}
    lanes: dict[str, Lane] = {}
    lane_of: dict[str, str] = {}
    for lane in drawn:
        _check_lane_name(lane, lanes, findings)
        lanes.setdefault(lane.name, Lane(lane.name, _represented_by(lane, spelled, findings), lane.id))
        for reference in lane.all("bpmn:flowNodeRef"):
            node = reference.text.strip()
            if node in findings.left_out:
                continue
            if node not in elements:
                message = f"Lane ini menyebut simpul {node[:100]!r} yang tidak ada; simpan ulang dari modeler."
                findings.refuse("reference-dangling", message, lane)
            elif lane_of.setdefault(node, lane.name) != lane.name:
                message = f"Simpul ini berada dalam lane {lane_of[node]!r} dan {lane.name!r}; taruh dalam satu lane."
                findings.refuse("task-in-two-lanes", message, element=node, name=elements[node].name)
    return list(lanes.values()), lane_of


def _check_lane_name(lane: Xml, known: Mapping[str, Lane], findings: Findings) -> None:
    if not lane.name.strip():
        findings.refuse("lane-unnamed", "Lane ini tidak punya nama; tulis siapa yang mengerjakannya.", lane)
    elif ";" in lane.name:
        message = "Nama lane tidak boleh memuat titik koma, sebab tanda itu memisahkan nama-nama lane; ganti."
        findings.refuse("lane-name", message, lane)
    elif lane.name in known:
        findings.refuse(
            "lane-duplicate", f"Ada dua lane bernama {lane.name[:100]!r}; satukan atau ganti namanya.", lane
        )


def _represented_by(lane: Xml, spelled: Mapping[str, str], findings: Findings) -> tuple[str, ...]:
    properties = read_properties(lane, findings)
    for name in properties:
        if name != "diwakili":
            message = f"Properti {name[:100]!r} pada lane tidak berpengaruh; yang dikenal hanya diwakili."
            findings.warn("property-unknown", message, lane)
    found = []
    for each in properties.get("diwakili", "").split(";"):
        known = spelled.get(each.strip())
        if known and known != lane.name:
            found.append(known)
        elif each.strip():
            message = (
                f"Properti diwakili menyebut {each.strip()[:100]!r}, yang bukan lane lain dalam diagram ini; perbaiki."
            )
            findings.refuse("lane-representative", message, lane)
    return tuple(dict.fromkeys(found))


def read_tasks(
    nodes: Mapping[str, Xml], elements: Mapping[str, Element], lane_of: Mapping[str, str], findings: Findings
) -> dict[str, UserTask]:
    """Return the user tasks by id. Inside a sub-process that stands in a lane, the lane holds for its tasks too."""
    tasks = {}
    for node in nodes.values():
        if node.kind != "userTask":
            continue
        lane = _lane(elements[node.id], elements, lane_of)
        if lane is None:
            message = "Langkah ini tidak berada dalam lane mana pun; taruh dalam lane pelaksananya."
            findings.refuse("task-without-lane", message, node)
        if not node.name.strip():
            findings.warn("task-unnamed", "Langkah ini tanpa nama; tulis kegiatannya seperti dalam SOP.", node)
        form_id, binding = _form(node, findings)
        tasks[node.id] = UserTask(
            id=node.id,
            name=node.name if node.name.strip() else node.id,
            lane=lane or "",
            form_id=form_id,
            form_binding=binding,
            group=_group(node, findings),
            properties=read_properties(node, findings),
            loop=_loop(node, findings),
        )
    return tasks


def _lane(element: Element, elements: Mapping[str, Element], lane_of: Mapping[str, str]) -> str | None:
    here: Element | None = element
    while here is not None and here.id not in lane_of:
        here = elements.get(here.parent) if here.parent else None
    return lane_of[here.id] if here is not None else None


def _form(task: Xml, findings: Findings) -> tuple[str | None, FormBinding | None]:
    links: list[tuple[str, str]] = []
    if "camunda:formRef" in task.attributes:
        links.append((task.attributes["camunda:formRef"], task.attributes.get("camunda:formRefBinding", "latest")))
    if "camunda:formKey" in task.attributes:
        key = task.attributes["camunda:formKey"]
        matched = _FORM_KEY.fullmatch(key)
        links.append((matched.group(1) if matched else key, "latest"))
    for definition in task.extensions("zeebe:formDefinition"):
        links.append((definition.attributes.get("formId", ""), definition.attributes.get("bindingType", "latest")))
    for form_id, _ in links:
        if not is_form_id(form_id):
            message = f"Tautan formulir {form_id[:100]!r} bukan id formulir; tulis id dari berkas .form-nya saja."
            findings.refuse("form-link", message, task)
    if len({form_id for form_id, _ in links}) > 1:
        findings.refuse("form-link", "Langkah ini menautkan lebih dari satu formulir; sisakan satu.", task)
    if not links:
        return None, None
    deployment = any(binding == "deployment" for _, binding in links)
    return links[0][0], "deployment" if deployment else "latest"


def _group(task: Xml, findings: Findings) -> Group | None:
    written = task.attributes.get("camunda:candidateGroups")
    if written is None:
        return None
    try:
        return compile_group(written)
    except ExpressionError as error:
        findings.refuse("group", f"Kelompok langkah ini tidak dapat dipakai: {error}", task)
        return None


def _loop(task: Xml, findings: Findings) -> Loop | None:
    drawn = task.first("bpmn:multiInstanceLoopCharacteristics")
    if drawn is None:
        return None
    written = " ".join(each.text.strip() for each in drawn.all("bpmn:loopCardinality"))
    count = int(written) if re.fullmatch("[0-9]{1,9}", written) else 0
    if not 1 <= count <= MOST_INSTANCES:
        message = (
            f"Jumlah multi-instance harus angka 1 sampai {MOST_INSTANCES}, ditemukan {written[:60]!r}; tulis angkanya."
        )
        findings.refuse("cardinality", message, task)
    return Loop(count, drawn.attributes.get("isSequential") == "true")


def read_calls(process: Xml, nodes: Mapping[str, Xml], findings: Findings) -> dict[str, str]:
    """Return the process key that each call activity calls."""
    calls = {}
    for node in nodes.values():
        if node.kind != "callActivity":
            continue
        called = node.attributes.get("calledElement", "")
        if not ID.fullmatch(called):
            message = (
                f"Call activity harus menyebut id proses yang dipanggil, ditemukan {called[:100]!r}; tulis id-nya."
            )
            findings.refuse("call-target", message, node)
        elif called == process.id:
            message = "Proses ini memanggil dirinya sendiri tanpa akhir; panggil proses lain."
            findings.refuse("call-recursion", message, node)
        calls[node.id] = called
    return calls
