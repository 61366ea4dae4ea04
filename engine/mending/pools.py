"""Which process of a drawing is the SOP: pools that work, that are only drawn, or that are really lanes."""

from __future__ import annotations

from typing import Final

from .bench import Workbench
from .tags import EVENTS, GATEWAYS, NODES, Tag, listing, named, nodes_in

EVERY: Final = "*semua"
MERGED: Final = "*satu"
_MOVED: Final = NODES | {
    "bpmn:sequenceFlow", "bpmn:textAnnotation", "bpmn:association", "bpmn:group", "bpmn:dataObject",
    "bpmn:dataObjectReference", "bpmn:dataStoreReference",
}  # fmt: skip


def mend_pools(bench: Workbench) -> list[Tag]:
    """Return the processes to keep, each marked executable; the others and all message flows are gone."""
    processes = bench.root.all("bpmn:process")
    _check_participants(bench, processes)
    full = [process for process in processes if nodes_in(process)]
    kept = _kept(bench, full) if full else []
    _drop_message_flows(bench)
    for process in processes:
        if process in kept:
            if process.get("isExecutable") != "true":
                bench.tell("executable", process, f"Proses {named(process)} tidak ditandai Executable; ditandai.")
                process.attributes["isExecutable"] = "true"
        elif process.parent is not None and process.get("isExecutable") == "true":
            bench.tell("executable", process, f"Proses {named(process)} kosong; tanda Executable-nya dilepas.")
            process.attributes["isExecutable"] = "false"
    return kept


def _check_participants(bench: Workbench, processes: list[Tag]) -> None:
    known = {process.id for process in processes}
    for pool in _participants(bench):
        reference = pool.attributes.get("processRef")
        if reference is not None and reference not in known:
            del pool.attributes["processRef"]
            bench.tell(
                "reference",
                pool,
                f"Pool {named(pool)} menunjuk proses {reference[:100]!r} yang tidak ada; rujukannya dilepas.",
            )


def mend_emptied(bench: Workbench, kept: list[Tag]) -> None:
    """Let a process of which nothing is left be a drawn pool only."""
    for process in kept:
        if not nodes_in(process):
            bench.tell("executable", process, f"Dari proses {named(process)} tidak ada yang tersisa.", ":tersisa")
            process.attributes["isExecutable"] = "false"


def mend_escalations(bench: Workbench) -> None:
    """Take off references to escalations that the file does not hold."""
    known = {tag.id for tag in bench.root.all("bpmn:escalation")}
    for tag in bench.root.walk():
        reference = tag.attributes.get("escalationRef")
        if tag.label == "bpmn:escalationEventDefinition" and reference is not None and reference not in known:
            del tag.attributes["escalationRef"]
            owner = tag.parent if tag.parent is not None else tag
            told = f"Eskalasi {named(owner)} menunjuk {reference[:100]!r} yang tidak ada; rujukannya dilepas."
            bench.tell("reference", owner, told)


def _participants(bench: Workbench) -> list[Tag]:
    return [pool for each in bench.root.all("bpmn:collaboration") for pool in each.all("bpmn:participant")]


def _pool_of(bench: Workbench, process: Tag) -> Tag | None:
    return next((pool for pool in _participants(bench) if pool.get("processRef") == process.id), None)


def _title(bench: Workbench, process: Tag) -> str:
    pool = _pool_of(bench, process)
    return named(pool if pool is not None and pool.name.strip() else process)


def _kept(bench: Workbench, full: list[Tag]) -> list[Tag]:
    called = {
        tag.get("calledElement") for process in full for tag in process.walk() if tag.label == "bpmn:callActivity"
    }
    roots = [process for process in full if process.id not in called] or full[:1]
    crossing = _crossing(bench, full)
    if len(roots) == 1 and not crossing:
        return [process for process in full if process is roots[0] or process.id in called]
    linked = any(_ends(bench, flow) for flow in _message_flows(bench))
    if not crossing and not linked and all(process.get("isExecutable") == "true" for process in full):
        return full
    return _chosen(bench, full, roots, crossing=crossing)


def _chosen(bench: Workbench, full: list[Tag], roots: list[Tag], *, crossing: bool) -> list[Tag]:
    ranked = sorted(roots, key=lambda process: -_work(process))
    several = len(full) > 1
    options = [
        (process.id, f"Hanya {_title(bench, process)} ({_work(process)} langkah) yang menjadi SOP")
        for process in ranked
    ]
    merged = (MERGED, "Semua pool disatukan menjadi satu SOP: setiap pool menjadi lane, aliran pesan menjadi aliran")
    apart = (EVERY, "Setiap pool menjadi SOP sendiri")
    if several:
        options = [merged, *options, apart] if crossing else [*options, merged, apart]
    why = "; ada aliran yang menyeberang dari pool ke pool" if crossing else ""
    found = (
        f"Gambar memuat {len(full)} pool yang berisi langkah: {', '.join(_title(bench, each) for each in full)}{why}"
    )
    value = bench.propose("pool", bench.root, found, *options, refusable=False)
    if value == MERGED:
        return [_merge(bench, full[0], full)]
    if value == EVERY:
        return full
    main = next(process for process in full if process.id == value)
    keep = [main, *_called_by(main, full)]
    for process in full:
        if process not in keep:
            _drop(bench, process)
    return keep


def _called_by(process: Tag, full: list[Tag]) -> list[Tag]:
    found: list[Tag] = []
    waiting = [process]
    while waiting:
        called = {tag.get("calledElement") for tag in waiting.pop().walk() if tag.label == "bpmn:callActivity"}
        for each in full:
            if each.id in called and each is not process and each not in found:
                found.append(each)
                waiting.append(each)
    return found


def _drop(bench: Workbench, process: Tag) -> None:
    title = _title(bench, process)
    steps = listing([node for node in nodes_in(process) if node.name])
    bench.tell(
        "pool",
        process,
        f"Pool {title} tidak ikut dalam SOP; yang ada di dalamnya: {steps or 'tidak ada yang bernama'}.",
        ":keluar",
    )
    _without_pools(bench, process)
    process.leave()


def _without_pools(bench: Workbench, process: Tag) -> None:
    for pool in _participants(bench):
        if pool.get("processRef") == process.id:
            pool.leave()


def _work(process: Tag) -> int:
    return sum(node.label not in EVENTS | GATEWAYS for node in nodes_in(process))


def _crossing(bench: Workbench, full: list[Tag]) -> bool:
    """Return whether a sequence flow leads from one process into another."""
    home = {node.id: process.id for process in full for node in nodes_in(process)}
    for process in full:
        for tag in process.walk():
            if tag.label == "bpmn:sequenceFlow":
                ends = {home.get(tag.get(side), "") for side in ("sourceRef", "targetRef")} - {""}
                if len(ends) > 1:
                    return True
    return False


def _merge(bench: Workbench, main: Tag, full: list[Tag]) -> Tag:
    """Bring the pools into one process, each as a lane (or with its own lanes), messages as flows."""
    bench.redraw = True
    lanes = [lane for process in full for lane in _lanes_of(bench, process)]
    messages = [(flow, ends) for flow in _message_flows(bench) if (ends := _ends(bench, flow)) is not None]
    for process in full:
        for each in process.all("bpmn:laneSet"):
            each.leave()
        if process is not main:
            for child in [child for child in process.children if child.label in _MOVED]:
                main.take(child)
            _without_pools(bench, process)
            process.leave()
    holder = Tag("bpmn:laneSet", {"id": bench.fresh("lajur")})
    main.take(holder, 0 if not main.children or main.children[0].kind != "extensionElements" else 1)
    for lane in lanes:
        holder.take(lane)
    for flow, (source, target) in messages:
        new = {"id": bench.fresh(f"alur_{flow.id or 'pesan'}"), **({"name": flow.name} if flow.name else {})}
        made = Tag("bpmn:sequenceFlow", {**new, "sourceRef": source, "targetRef": target})
        main.take(made)
        bench.tell("message-flow", made, f"Aliran pesan {named(flow)} dijadikan aliran dari {source} ke {target}.")
        flow.leave()
    return main


def _lanes_of(bench: Workbench, process: Tag) -> list[Tag]:
    drawn = [lane for each in process.all("bpmn:laneSet") for lane in each.all("bpmn:lane")]
    if drawn:
        return drawn
    pool = _pool_of(bench, process)
    title = (pool.name if pool is not None else "") or process.name or process.id
    lane = Tag("bpmn:lane", {"id": bench.fresh(f"lajur_{process.id}"), "name": title})
    for node in nodes_in(process):
        if node.parent is process:
            lane.add("bpmn:flowNodeRef", node.id)
    return [lane]


def _message_flows(bench: Workbench) -> list[Tag]:
    return [flow for each in bench.root.all("bpmn:collaboration") for flow in each.all("bpmn:messageFlow")]


def _ends(bench: Workbench, flow: Tag) -> tuple[str, str] | None:
    """Return the nodes that a message flow connects, None if one end is no node."""
    known = {node.id for process in bench.root.all("bpmn:process") for node in nodes_in(process)}
    source, target = flow.get("sourceRef"), flow.get("targetRef")
    return (source, target) if source in known and target in known and source != target else None


def _drop_message_flows(bench: Workbench) -> None:
    flows = _message_flows(bench)
    if not flows:
        return
    names = {tag.id: tag for tag in bench.root.walk() if tag.id}
    told = []
    for flow in flows:
        ends = [
            named(names[end]) if (end := flow.get(side)) in names else repr(end[:60])
            for side in ("sourceRef", "targetRef")
        ]
        told.append(f"{named(flow)} (dari {ends[0]} ke {ends[1]})")
    for each in bench.root.all("bpmn:collaboration"):
        each.clear(each.all("bpmn:messageFlow"))
    listed = "; ".join(told)
    bench.tell("message-flow", None, f"Alur tidak mengirim pesan; {len(flows)} aliran pesan dihilangkan: {listed}.")
