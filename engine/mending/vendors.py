"""What a tool adds for its own engine: what means the same here is rewritten, the rest named and left out."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from ..diagram.allowed import ALLOWED, EXTENSIONS, LONGEST_NAME, LONGEST_TEXT
from ..expressions import ExpressionError, compile_group
from .bench import Workbench
from .tags import NODES, Tag, listing, named

_TOOLS: Final = {
    "http://activiti.org/bpmn": "Activiti",
    "http://flowable.org/bpmn": "Flowable",
    "http://www.signavio.com": "Signavio",
    "http://www.bizagi.com/bpmn20": "Bizagi",
    "http://www.jboss.org/drools": "jBPM",
    "http://www.omg.org/bpsim/1.0": "jBPM (simulasi)",
    "http://www.bpsim.org/schemas/1.0": "jBPM (simulasi)",
    "http://www.yaoqiang.org": "Yaoqiang",
    "http://www.ariscommunity.com": "ARIS",
    "http://www.trisotech.com/2014/triso/bpmn": "Trisotech",
    "http://www.visual-paradigm.com": "Visual Paradigm",
    "http://schemas.microsoft.com/visio/bpmn": "Visio",
}
_SPOKEN: Final = frozenset(
    {"bpmn:documentation", "bpmn:text", "bpmn:conditionExpression", "bpmn:timeDuration", "bpmn:loopCardinality"}
    | {"bpmn:flowNodeRef", "bpmn:incoming", "bpmn:outgoing", "bpmn:sourceRef", "bpmn:targetRef"}
)
"""Elements whose text says something."""
_ENGINES: Final = ("http://activiti.org/bpmn", "http://flowable.org/bpmn")
_SAME: Final = ("candidateGroups", "formKey")
_PREFIXES: Final = {
    "camunda": "Camunda 7",
    "zeebe": "Camunda 8",
    "modeler": "Camunda Modeler",
    "spiffworkflow": "SpiffWorkflow",
}

Gone = dict[tuple[str, str], list[str]]
"""Kind of repair and what was left out → where it stood."""


def take_over(bench: Workbench) -> None:
    """Rewrite what other engines say in their own words and ours understands: groups, forms, properties."""
    for tag in list(bench.root.walk()):
        for uri in _ENGINES:
            for name in _SAME:
                value = tag.attributes.pop(f"{{{uri}}}{name}", None)
                if value is not None and f"camunda:{name}" not in tag.attributes:
                    bench.tell(
                        "vendor",
                        tag,
                        f"{name} {value[:100]!r} dari {_TOOLS[uri]} pada {named(tag)} diambil alih.",
                        f":{name}",
                    )
                    tag.attributes[f"camunda:{name}"] = value
        if tag.label == "bpmn:extensionElements":
            _take_over_extensions(bench, tag)


def _take_over_extensions(bench: Workbench, holder: Tag) -> None:
    owner = holder.parent
    if owner is None:
        return
    for each in holder.all("zeebe:assignmentDefinition"):
        groups = each.get("candidateGroups")
        if groups and "camunda:candidateGroups" not in owner.attributes:
            owner.attributes["camunda:candidateGroups"] = groups
            bench.tell(
                "vendor", owner, f"Kelompok {groups[:100]!r} dari Camunda 8 pada {named(owner)} diambil alih.", ":zeebe"
            )
            each.leave()
    for each in holder.all("zeebe:properties"):
        target = holder.first("camunda:properties") or holder.add("camunda:properties")
        for entry in each.all("zeebe:property"):
            target.add("camunda:property", name=entry.name, value=entry.get("value"))
        bench.tell(
            "vendor", owner, f"Properti Camunda 8 pada {named(owner)} ditulis sebagai properti Camunda 7.", ":properti"
        )
        each.leave()


def mend_groups(bench: Workbench) -> None:
    """Take off groups that cannot be read here."""
    for tag in bench.root.walk():
        written = tag.attributes.get("camunda:candidateGroups")
        if written is None or tag.id in bench.spared or tag.label != "bpmn:userTask":
            continue
        try:
            compile_group(written)
        except ExpressionError as error:
            bench.tell("group", tag, f"Kelompok langkah {named(tag)} dilepas: {error}")
            del tag.attributes["camunda:candidateGroups"]


def leave_out_foreign(bench: Workbench) -> None:
    """Take out what stands in no namespace of BPMN or of an engine that is known here, each tool said once."""
    gone: Gone = defaultdict(list)
    for tag in list(bench.root.walk()):
        lost = [child for child in tag.children if child.label.startswith("{")]
        for child in lost:
            _note_gone(bench, tag, child, gone)
        tag.clear(lost)
    _tell_gone(bench, gone)


def leave_out(bench: Workbench) -> None:
    """Take out what is not on the positive list, each kind said once with where it stood."""
    gone: Gone = defaultdict(list)
    waiting = [bench.root]
    while waiting:
        tag = waiting.pop()
        if tag.id and tag.id in bench.spared and tag.label in NODES | {"bpmn:sequenceFlow"}:
            continue
        if tag.label.startswith(("bpmndi:", "dc:", "di:")):
            _plain_box(tag, gone)
            waiting.extend(tag.children)
            continue
        _check_attributes(tag, gone)
        if tag.label in ALLOWED and tag.label not in _SPOKEN and tag.text.strip():
            gone["leftover", "Tulisan lepas"].append(f"{' '.join(tag.text.split())!r} pada {named(_owner(tag))}")
            tag.text = ""
        _check_texts(bench, tag)
        _check_children(bench, tag, gone)
        waiting.extend(reversed(tag.children))
    _tell_gone(bench, gone)


def _tell_gone(bench: Workbench, gone: Gone) -> None:
    for (kind, what), places in gone.items():
        listed = "; ".join(dict.fromkeys(places))
        bench.tell(kind, None, f"{what} tidak dipakai Alur dan dihilangkan ({len(places)} buah): {listed}.", f":{what}")


def _note_gone(bench: Workbench, tag: Tag, child: Tag, gone: Gone) -> None:
    tool = _tool(child.label)
    what = f"Tambahan {tool}" if tool else f"Bagian {child.kind[:60]}"
    names = [each for each in child.walk() if each.name.strip() and each is not child]
    inner = f" berisi {listing(names)}" if names else ""
    owner = _owner(tag)
    where = named(owner) if owner is not bench.root else "berkas"
    own = f" {named(child)}" if child.name.strip() else ""
    gone["vendor" if tool else "leftover", what].append(f"pada {where}{own}{inner}")


def _tool(label: str) -> str:
    if label.startswith("{"):
        uri = label[1:].partition("}")[0]
        return next((tool for known, tool in _TOOLS.items() if uri.startswith(known)), uri[:80])
    return _PREFIXES.get(label.partition(":")[0], "")


def _plain_box(tag: Tag, gone: Gone) -> None:
    for name in [name for name in tag.attributes if name.startswith("{")]:
        gone["vendor", f"Tambahan {_tool(name)}"].append("gambar")
        del tag.attributes[name]
    lost = [child for child in tag.children if not child.label.startswith(("bpmndi:", "dc:", "di:"))]
    for child in lost:
        gone["vendor", f"Tambahan {_tool(child.label) or child.label}"].append("gambar")
    tag.clear(lost)


def _check_attributes(tag: Tag, gone: Gone) -> None:
    allowed = ALLOWED.get(tag.label)
    if allowed is None:
        return
    for name, value in list(tag.attributes.items()):
        accepted = allowed.attributes.get(name)
        if name in allowed.attributes and (accepted is None or accepted.fullmatch(value)):
            continue
        short = " ".join(value.split())
        place = f"{named(_owner(tag))} ({name.rpartition('}')[2]} {short[:60]!r})"
        tool = _tool(name)
        gone["vendor" if tool else "leftover", f"Atribut {tool or 'lain'}"].append(place)
        del tag.attributes[name]


def _owner(tag: Tag) -> Tag:
    here = tag
    while not here.id and here.parent is not None:
        here = here.parent
    return here


def _check_children(bench: Workbench, tag: Tag, gone: Gone) -> None:
    allowed = ALLOWED.get(tag.label)
    children = allowed.children if allowed is not None else frozenset()
    if tag.label == "bpmn:extensionElements" and tag.parent is not None:
        children = frozenset(EXTENSIONS.get(tag.parent.label, "camunda:properties").split())
    lost = [
        child
        for child in tag.children
        if child.label not in children
        and not (tag is bench.root and child.label.startswith("bpmndi:"))
        and child.id not in bench.spared
    ]
    for child in lost:
        _note_gone(bench, tag, child, gone)
    tag.clear(lost)


def _check_texts(bench: Workbench, tag: Tag) -> None:
    if len(tag.name) > LONGEST_NAME and tag.label.startswith("bpmn:"):
        whole = tag.name
        tag.attributes["name"] = whole[: LONGEST_NAME - 1] + "…"
        bench.tell(
            "text",
            tag,
            f"Nama {tag.kind} lebih dari {LONGEST_NAME} huruf; dipotong, dan seluruhnya menjadi keterangannya.",
        )
        allowed = ALLOWED.get(tag.label)
        if allowed is not None and "bpmn:documentation" in allowed.children:
            tag.take(Tag("bpmn:documentation", {}, whole[:LONGEST_TEXT]), 0)
    for name, value in tag.attributes.items():
        if len(value) > LONGEST_TEXT:
            tag.attributes[name] = value[:LONGEST_TEXT]
            bench.tell("text", _owner(tag), f"Atribut {name} lebih dari {LONGEST_TEXT} huruf; dipotong.", f":{name}")
    if len(tag.text) > LONGEST_TEXT:
        tag.text = tag.text[:LONGEST_TEXT]
        bench.tell("text", _owner(tag), f"Teks dalam {tag.kind} lebih dari {LONGEST_TEXT} huruf; dipotong.", ":isi")


def mend_properties(bench: Workbench) -> None:
    """Take out properties without a name, and tell apart two of one name."""
    owners = [tag for tag in bench.root.walk() if tag.first("bpmn:extensionElements") is not None]
    for owner in owners:
        parts = [each for each in owner.extensions() if each.label == "camunda:properties"]
        nameless = [entry for part in parts for entry in part.children if not entry.name.strip()]
        if nameless:
            bench.tell("property", owner, f"{len(nameless)} properti tanpa nama dihilangkan.", ":kosong")
        for part in parts:
            part.clear([entry for entry in part.children if not entry.name.strip()])
        _tell_apart(bench, owner, [entry for part in parts for entry in part.children])


def _tell_apart(bench: Workbench, owner: Tag, properties: list[Tag]) -> None:
    used = {each.name for each in properties}
    seen: set[str] = set()
    changed: list[str] = []
    numbers: dict[str, int] = defaultdict(lambda: 1)
    for each in properties:
        wanted = each.name
        if wanted in seen:
            while (name := f"{wanted}.{numbers[wanted]}") in used:
                numbers[wanted] += 1
            used.add(name)
            each.attributes["name"] = name
            changed.append(f"{wanted[:60]!r} → {name[:60]!r}")
        seen.add(each.name)
    if changed:
        more = f", dan {len(changed) - 50} lainnya" if len(changed) > 50 else ""
        told = f"Nama properti yang dipakai dua kali dibedakan: {', '.join(changed[:50])}{more}."
        bench.tell("property", owner, told, ":ganda")
