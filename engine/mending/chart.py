"""The flows of one process while they are changed: who leads where, and the few moves that repairs are made of.

Nothing here notes a repair; whoever calls says what was done and why.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from .bench import Workbench
from .tags import NODES, SCOPES, Tag

SETTLED = frozenset({"bpmn:startEvent", "bpmn:endEvent", "bpmn:boundaryEvent"})


class Chart:
    """One process: its nodes and flows by id, sub-processes included."""

    def __init__(self, process: Tag, bench: Workbench) -> None:
        self.process, self.bench = process, bench
        self.nodes: dict[str, Tag] = {}
        self.flows: dict[str, Tag] = {}
        self._exits: dict[str, list[Tag]] = defaultdict(list)
        self._entries: dict[str, list[Tag]] = defaultdict(list)
        self._ways: tuple[dict[str, list[str]], dict[str, list[str]]] | None = None
        for tag in process.walk():
            if tag.label in NODES and tag is not process:
                self.nodes.setdefault(tag.id, tag)
            elif tag.label == "bpmn:sequenceFlow":
                self.flows[tag.id] = tag
                self._exits[tag.get("sourceRef")].append(tag)
                self._entries[tag.get("targetRef")].append(tag)

    def scopes(self) -> Iterator[Tag]:
        """Yield the process and every sub-process in it, outer ones first."""
        yield self.process
        yield from [node for node in self.nodes.values() if node.label in SCOPES]

    def inside(self, scope: Tag) -> list[Tag]:
        """Return the nodes right inside a scope, in the order of the file."""
        return [child for child in scope.children if child.label in NODES and child.id in self.nodes]

    def exits(self, node: Tag) -> list[Tag]:
        """Return the flows that leave a node."""
        return list(self._exits.get(node.id, ()))

    def entries(self, node: Tag) -> list[Tag]:
        """Return the flows that lead to a node."""
        return list(self._entries.get(node.id, ()))

    def source(self, flow: Tag) -> Tag | None:
        """Return where a flow begins."""
        return self.nodes.get(flow.get("sourceRef"))

    def target(self, flow: Tag) -> Tag | None:
        """Return where a flow ends."""
        return self.nodes.get(flow.get("targetRef"))

    def after(self, node: Tag) -> list[Tag]:
        """Return the nodes that flows lead to from here."""
        return [target for flow in self.exits(node) if (target := self.target(flow)) is not None]

    def before(self, node: Tag) -> list[Tag]:
        """Return the nodes from which flows lead here."""
        return [source for flow in self.entries(node) if (source := self.source(flow)) is not None]

    def attached(self, node: Tag) -> list[Tag]:
        """Return the boundary events of an activity."""
        return [
            each
            for each in self.nodes.values()
            if each.label == "bpmn:boundaryEvent" and each.get("attachedToRef") == node.id
        ]

    def connect(self, source: Tag, target: Tag, name: str = "", wanted: str = "") -> Tag:
        """Draw a flow."""
        self._ways = None
        scope = source.parent if source.parent is not None else self.process
        attributes = {"id": self.bench.fresh(wanted or f"alur_{source.id}_{target.id}")}
        if name:
            attributes["name"] = name
        flow = scope.add("bpmn:sequenceFlow", **attributes, sourceRef=source.id, targetRef=target.id)
        self.flows[flow.id] = flow
        self._exits[source.id].append(flow)
        self._entries[target.id].append(flow)
        return flow

    def lead_from(self, flow: Tag, source: Tag) -> None:
        """Let a flow begin elsewhere."""
        self._ways = None
        self._exits[flow.get("sourceRef")] = [each for each in self._exits[flow.get("sourceRef")] if each is not flow]
        flow.attributes["sourceRef"] = source.id
        self._exits[source.id].append(flow)
        self._into_scope(flow, source)

    def lead_to(self, flow: Tag, target: Tag) -> None:
        """Let a flow end elsewhere."""
        self._ways = None
        self._entries[flow.get("targetRef")] = [
            each for each in self._entries[flow.get("targetRef")] if each is not flow
        ]
        flow.attributes["targetRef"] = target.id
        self._entries[target.id].append(flow)

    def drop_flow(self, flow: Tag) -> None:
        """Take a flow out."""
        self._ways = None
        self.flows.pop(flow.id, None)
        for side, ends in (("sourceRef", self._exits), ("targetRef", self._entries)):
            ends[flow.get(side)] = [each for each in ends[flow.get(side)] if each is not flow]
        source = self.source(flow)
        if source is not None and source.get("default") == flow.id:
            del source.attributes["default"]
        flow.leave()

    def add(self, scope: Tag, label: str, wanted: str, name: str = "", *, beside: Tag | None = None) -> Tag:
        """Draw a node; ``beside`` is the one whose lane and place it shares."""
        self._ways = None
        attributes = {"id": self.bench.fresh(wanted)}
        if name:
            attributes["name"] = name
        node = scope.add(label, **attributes)
        self.nodes[node.id] = node
        if beside is not None:
            self.bench.beside[node.id] = beside.id
        return node

    def drop(self, node: Tag) -> None:
        """Take a node out, with everything in it and on it and every flow at it."""
        self._ways = None
        for each in [*self.attached(node), *(inner for inner in node.walk() if inner.label in NODES)]:
            for flow in [*self.exits(each), *self.entries(each)]:
                self.drop_flow(flow)
            self.nodes.pop(each.id, None)
            self.bench.vanished.add(each.id)
            if each is not node:
                each.leave()
        node.leave()

    def bypass(self, node: Tag) -> None:
        """Take a node out and lead what came to it on to where it led."""
        exits = self.exits(node)
        for entry in self.entries(node):
            source = self.source(entry)
            for number, onward in enumerate(exits):
                target = self.target(onward)
                if target is None or source is None or target is node or source is node:
                    continue
                if number == 0:
                    self.lead_to(entry, target)
                    if not entry.name and onward.name:
                        entry.attributes["name"] = onward.name
                elif target not in self.after(source):
                    self.connect(source, target, onward.name)
        self.drop(node)

    def after_node(self, node: Tag, label: str, wanted: str, name: str = "") -> Tag:
        """Draw a node right behind another, which takes over all its exits."""
        scope = node.parent if node.parent is not None else self.process
        made = self.add(scope, label, wanted, name, beside=node)
        default = node.attributes.pop("default", None)
        for flow in self.exits(node):
            self.lead_from(flow, made)
        if default is not None and made.label in ("bpmn:exclusiveGateway", "bpmn:inclusiveGateway"):
            made.attributes["default"] = default
        self.connect(node, made)
        return made

    def before_node(self, node: Tag, label: str, wanted: str, name: str = "") -> Tag:
        """Draw a node right before another, which takes over all that led to it."""
        scope = node.parent if node.parent is not None else self.process
        made = self.add(scope, label, wanted, name, beside=node)
        for flow in self.entries(node):
            self.lead_to(flow, made)
        self.connect(made, node)
        return made

    def reach(self, starts: Iterable[Tag], *, backward: bool = False) -> set[str]:
        """Return the ids that flows (and boundary events) lead to from some nodes, these included."""
        ways = self._all_ways()[backward]
        waiting = [node.id for node in starts]
        reached = set(waiting)
        while waiting:
            for each in ways.get(waiting.pop(), ()):
                if each not in reached:
                    reached.add(each)
                    waiting.append(each)
        return reached

    def changed(self) -> None:
        """Say that nodes were changed in place, so that the ways are looked for anew."""
        self._ways = None

    def returns(self, node: Tag) -> bool:
        """Return whether some way from a node leads back to it."""
        return node.id in self.reach(self.after(node))

    def _all_ways(self) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
        """Return where every node leads, and from where one comes to it, until the next change."""
        if self._ways is None:
            forward: dict[str, list[str]] = defaultdict(list)
            backward: dict[str, list[str]] = defaultdict(list)
            pairs = [(flow.get("sourceRef"), flow.get("targetRef")) for flow in self.flows.values()]
            pairs += [
                (node.get("attachedToRef"), node.id)
                for node in self.nodes.values()
                if node.label == "bpmn:boundaryEvent"
            ]
            for source, target in pairs:
                if source in self.nodes and target in self.nodes:
                    forward[source].append(target)
                    backward[target].append(source)
            self._ways = forward, backward
        return self._ways

    def _into_scope(self, flow: Tag, source: Tag) -> None:
        if source.parent is not None and flow.parent is not source.parent:
            source.parent.take(flow)
