"""Ids of a drawing: missing, unusable, used twice, taken by the machine; and everything that refers to them."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Final

from ..diagram.nodes import ID, RESERVED
from .bench import Workbench
from .tags import NODES, Tag, named

_REFERENCES: Final = frozenset(
    {"sourceRef", "targetRef", "attachedToRef", "default", "processRef", "bpmnElement", "calledElement"}
    | {"dataObjectRef", "dataStoreRef", "escalationRef", "categoryValueRef", "messageRef", "signalRef", "errorRef"}
)
_TEXTS: Final = frozenset(("bpmn:flowNodeRef", "bpmn:incoming", "bpmn:outgoing", "bpmn:sourceRef", "bpmn:targetRef"))
_DRAWN: Final = ("bpmndi:", "dc:", "di:")
_NEED: Final = NODES | {"bpmn:process", "bpmn:sequenceFlow", "bpmn:participant", "bpmn:lane"}
_FIRST: Final = {
    "bpmn:process": "proses",
    "bpmn:sequenceFlow": "alur",
    "bpmn:lane": "lajur",
    "bpmn:participant": "pool",
}


def mend_ids(bench: Workbench) -> None:
    """Give every element an id of its own that the machine can use, and let every reference follow."""
    _without_prefixes(bench)
    _rename(bench)
    _tell_apart(bench)
    _name_the_nameless(bench)
    _clear_drawn_ids(bench)


def _without_prefixes(bench: Workbench) -> None:
    """Take the namespace off references such as ``tns:Task_1``."""
    known = {tag.id for tag in bench.root.walk() if tag.id}
    count = 0
    for tag in bench.root.walk():
        for name in _REFERENCES & tag.attributes.keys():
            plain = _unprefixed(tag.attributes[name], known)
            if plain != tag.attributes[name]:
                tag.attributes[name], count = plain, count + 1
        if tag.label in _TEXTS:
            plain = _unprefixed(tag.text.strip(), known)
            if plain != tag.text.strip():
                tag.text, count = plain, count + 1
    if count:
        bench.tell("reference", None, f"{count} rujukan memakai awalan ruang nama (seperti tns:); awalannya dilepas.")


def _unprefixed(value: str, known: set[str]) -> str:
    plain = value.rpartition(":")[2]
    return plain if ":" in value and value not in known and plain in known else value


def _rename(bench: Workbench) -> None:
    """Give usable ids to what has an unusable one; all of equal unusable ids change alike."""
    new: dict[str, str] = {}
    flows: list[str] = []
    for tag in list(bench.root.walk()):
        if not tag.label.startswith("bpmn:") or not tag.id or _usable(tag):
            continue
        old = tag.id
        if old not in new:
            new[old] = bench.fresh(_sound(tag))
        tag.attributes["id"] = new[old]
        if tag.label in NODES or tag.label == "bpmn:process":
            why = (
                "dipakai oleh mesin"
                if ID.fullmatch(old)
                else "memuat tanda yang tidak dapat dipakai atau terlalu panjang"
            )
            bench.tell("id", tag, f"Id {old[:100]!r} {why}; diganti menjadi {new[old]!r}.")
        else:
            flows.append(f"{old[:60]!r} → {new[old]!r}")
    if flows:
        bench.tell("id", None, f"Id yang tidak dapat dipakai diganti: {_some(flows)}.")
    if new:
        _follow(bench, new)


def _usable(tag: Tag) -> bool:
    if not ID.fullmatch(tag.id):
        return False
    return tag.label not in NODES | {"bpmn:process"} or not RESERVED.fullmatch(tag.id)


def _sound(tag: Tag) -> str:
    cleaned = re.sub(r"[^A-Za-z0-9_.-]+", "_", tag.id.strip()).strip("_.-")
    if RESERVED.fullmatch(cleaned) or not re.match("[A-Za-z_]", cleaned):
        cleaned = f"{tag.kind}_{cleaned}".rstrip("_")
    return f"{cleaned[:80]}_a" if RESERVED.fullmatch(cleaned) else cleaned


def _follow(bench: Workbench, new: dict[str, str]) -> None:
    for tag in bench.root.walk():
        for name in _REFERENCES & tag.attributes.keys():
            tag.attributes[name] = new.get(tag.attributes[name], tag.attributes[name])
        if tag.label in _TEXTS:
            tag.text = new.get(tag.text, new.get(tag.text.strip(), tag.text))


def _tell_apart(bench: Workbench) -> None:
    """Give the second of two equal ids another; its own ``incoming`` and ``outgoing`` say which flows are its."""
    seen: dict[str, Tag] = {}
    others: list[str] = []
    flows = _flows_by_id(bench)
    for tag in list(bench.root.walk()):
        if not tag.label.startswith("bpmn:") or not tag.id:
            continue
        if tag.id not in seen:
            seen[tag.id] = tag
            continue
        old = tag.id
        tag.attributes["id"] = bench.fresh(old)
        seen[tag.id] = tag
        moved = [
            *_move(tag, old, "bpmn:incoming", "targetRef", flows),
            *_move(tag, old, "bpmn:outgoing", "sourceRef", flows),
        ]
        if tag.label not in NODES | {"bpmn:process"}:
            others.append(f"{old[:60]!r} → {tag.id!r}")
            continue
        which = f" Aliran {', '.join(moved)} dianggap miliknya." if moved else ""
        bench.tell("id", tag, f"Id {old[:100]!r} dipakai lebih dari sekali; yang ini menjadi {tag.id!r}.{which}")
        bench.redraw = bench.redraw or tag.label in NODES
    if others:
        bench.tell("id", None, f"Id yang dipakai lebih dari sekali diganti: {_some(others)}.", ":ganda")


def _some(told: list[str]) -> str:
    more = f", dan {len(told) - 50} lainnya" if len(told) > 50 else ""
    return f"{', '.join(told[:50])}{more}"


def _flows_by_id(bench: Workbench) -> dict[str, list[Tag]]:
    flows: dict[str, list[Tag]] = defaultdict(list)
    for tag in bench.root.walk():
        if tag.label == "bpmn:sequenceFlow" and tag.id:
            flows[tag.id].append(tag)
    return flows


def _move(node: Tag, old: str, label: str, side: str, flows: dict[str, list[Tag]]) -> list[str]:
    moved = []
    for each in node.all(label):
        for flow in flows.get(each.text.strip(), ()):
            if flow.get(side) == old:
                flow.attributes[side] = node.id
                moved.append(flow.id)
    return moved


def _name_the_nameless(bench: Workbench) -> None:
    given: list[str] = []
    for tag in list(bench.root.walk()):
        if tag.label not in _NEED or tag.id:
            continue
        tag.attributes["id"] = bench.fresh(f"{_FIRST.get(tag.label, tag.kind)}_1")
        bench.nameless.add(tag.id)
        if tag.label in NODES or tag.label == "bpmn:process":
            bench.tell(
                "id",
                tag,
                f"{tag.kind} {named(tag) if tag.name else 'tanpa nama'} tidak punya id; diberi id {tag.id!r}.",
            )
        else:
            given.append(tag.id)
    if given:
        bench.tell("id", None, f"Elemen tanpa id diberi id: {_some(given)}.")


def _clear_drawn_ids(bench: Workbench) -> None:
    """Take an id off a box if something else has it too: a box needs none."""
    count = 0
    seen: set[str] = {tag.id for tag in bench.root.walk() if tag.id and not tag.label.startswith(_DRAWN)}
    for tag in bench.root.walk():
        if tag.label.startswith(_DRAWN) and tag.id:
            if tag.id in seen:
                del tag.attributes["id"]
                count += 1
            seen.add(tag.id)
    if count:
        bench.tell("id", None, f"{count} kotak gambar memakai id yang sudah dipakai; id kotaknya dihilangkan.")
