"""The sequence flows: what they connect, and under which condition."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from ..expressions import Condition, ExpressionError, compile_condition
from .model import Element, Flow
from .nodes import GATEWAYS, scopes_of
from .rules import Findings
from .xml import Xml

_NEVER = compile_condition("${false}")
"""Stands for a condition that was refused, or not read, so that it does not count as missing too."""
LONGEST_CONDITIONS: Final = 100_000
"""Characters of all conditions of a process together: compiling them must stay quick."""
_CONDITIONAL = frozenset({"exclusiveGateway", "inclusiveGateway"})


def read_flows(
    process: Xml, elements: Mapping[str, Element], elsewhere: frozenset[str], findings: Findings
) -> dict[str, Flow]:
    """Return the flows by id, in the order of the file. ``elsewhere`` are the nodes of the file's other processes."""
    flows: dict[str, Flow] = {}
    pairs: set[tuple[str, str]] = set()
    written = sum(len(each.text) for each in process.walk() if each.label == "bpmn:conditionExpression")
    if written > LONGEST_CONDITIONS:
        message = f"Semua kondisi bersama paling panjang {LONGEST_CONDITIONS} huruf, ditemukan {written}; sederhanakan."
        findings.refuse("text-too-long", message, process)
    for scope in scopes_of(process):
        for drawn in scope.all("bpmn:sequenceFlow"):
            flow = _flow(drawn, findings, unread=written > LONGEST_CONDITIONS)
            if {flow.source, flow.target} & findings.left_out:
                continue
            if not _connects(drawn, flow, scope, process, elements, elsewhere, findings):
                continue
            if (flow.source, flow.target) in pairs:
                message = (
                    f"Sudah ada aliran dari {flow.source} ke {flow.target}; hapus yang kedua dan satukan kondisinya."
                )
                findings.refuse("flow-duplicate", message, drawn)
            pairs.add((flow.source, flow.target))
            flows[flow.id] = flow
    order = {element.id: place for place, element in enumerate(process.walk()) if element.label == "bpmn:sequenceFlow"}
    return {id_: flows[id_] for id_ in sorted(flows, key=lambda id_: order.get(id_, 0))}


def _flow(drawn: Xml, findings: Findings, *, unread: bool) -> Flow:
    source, target = drawn.attributes.get("sourceRef", ""), drawn.attributes.get("targetRef", "")
    return Flow(drawn.id, source, target, drawn.name, _condition(drawn, findings, unread=unread))


def _condition(drawn: Xml, findings: Findings, *, unread: bool) -> Condition | None:
    written = drawn.all("bpmn:conditionExpression")
    if unread or not written:
        return _NEVER if written else None
    if len(written) > 1:
        findings.refuse("condition", "Satu aliran hanya boleh satu kondisi; hubungkan dengan '&&'.", drawn)
    try:
        return compile_condition(written[0].text)
    except ExpressionError as error:
        findings.refuse("condition", f"Kondisi aliran ini tidak dapat dipakai: {error}", drawn)
        return _NEVER


def _connects(
    drawn: Xml,
    flow: Flow,
    scope: Xml,
    process: Xml,
    elements: Mapping[str, Element],
    elsewhere: frozenset[str],
    findings: Findings,
) -> bool:
    inside = None if scope is process else scope.id
    sound = True
    for end, id_ in (("asal", flow.source), ("tujuan", flow.target)):
        element = elements.get(id_)
        if element is None and id_ not in elsewhere:
            message = f"Simpul {end} {id_[:100]!r} tidak ada; sambungkan ujung aliran ke sebuah simpul."
            findings.refuse("flow-dangling", message, drawn)
            sound = False
        elif element is None or element.parent != inside:
            message = (
                f"Simpul {end} {id_!r} berada di luar (sub-)proses aliran ini; sambungkan di dalam batas yang sama."
            )
            findings.refuse("flow-scope", message, drawn)
            sound = False
    return sound and _directed(drawn, elements[flow.source], elements[flow.target], findings)


def _directed(drawn: Xml, source: Element, target: Element, findings: Findings) -> bool:
    if target.kind in ("startEvent", "boundaryEvent"):
        message = f"Aliran tidak boleh masuk ke {target.kind} {target.id}; arahkan ke langkah atau gateway."
        findings.refuse("flow-direction", message, drawn)
    elif source.kind == "endEvent":
        findings.refuse("flow-direction", f"Aliran tidak boleh keluar dari end event {source.id}; hapus.", drawn)
    else:
        return True
    return False


def exits_of(flows: Iterable[Flow]) -> dict[str, list[Flow]]:
    """Return the outgoing flows of each node, in the order of the file."""
    exits: dict[str, list[Flow]] = defaultdict(list)
    for flow in flows:
        exits[flow.source].append(flow)
    return exits


def check_exits(elements: Mapping[str, Element], flows: Mapping[str, Flow], findings: Findings) -> None:
    """Note nodes with too few or too many exits, and conditions and defaults that are missing or misplaced."""
    exits = exits_of(flows.values())
    for element in elements.values():
        leaving = exits.get(element.id, [])
        if not leaving and element.kind != "endEvent":
            message = "Tidak ada aliran keluar; sambungkan ke langkah berikutnya atau ke end event."
            findings.refuse("no-exit", message, element=element.id, name=element.name)
        if len(leaving) > 1 and element.kind not in GATEWAYS:
            message = f"Ada {len(leaving)} aliran keluar; pasang gateway di belakangnya agar jelas mana yang ditempuh."
            findings.refuse("implicit-split", message, element=element.id, name=element.name)
        if element.kind in _CONDITIONAL:
            _check_choice(element, leaving, findings)
        else:
            for flow in leaving:
                if flow.condition is not None:
                    message = f"Kondisi pada aliran keluar {element.kind} tidak diperiksa; pasang exclusive gateway."
                    findings.refuse("condition-misplaced", message, element=flow.id, name=flow.name)


def _check_choice(gateway: Element, leaving: list[Flow], findings: Findings) -> None:
    default = next((flow for flow in leaving if flow.id == gateway.default), None)
    if gateway.default is not None and default is None:
        message = f"Default {gateway.default[:100]!r} bukan aliran keluar gateway ini; pilih ulang default-nya."
        findings.refuse("default-flow", message, element=gateway.id, name=gateway.name)
        return
    if default is not None and default.condition is not None:
        message = "Aliran default tidak boleh punya kondisi; hapus kondisinya."
        findings.refuse("condition-misplaced", message, element=default.id, name=default.name)
    without = [flow for flow in leaving if flow.condition is None and flow is not default]
    if len(leaving) > 1:
        for flow in without:
            message = f"Aliran keluar {gateway.kind} ini butuh kondisi, atau jadikan default."
            findings.refuse("condition-missing", message, element=flow.id, name=flow.name)
    if default is None and not without and leaving:
        message = "Percabangan ini tanpa default: bila tidak ada kondisi terpenuhi, perkara macet. Pilih satu default."
        findings.warn("no-default", message, element=gateway.id, name=gateway.name)
