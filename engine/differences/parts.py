"""A diagram cut into parts, each with every fact that its file states about it.

A part is what gets a sentence of its own: a step, a flow, a lane, an annotation, the process. Every attribute, text
and element of the file becomes a fact of exactly one part, so that nothing that changes can be passed over. What
the file says twice (the flows that enter a node, the lane that holds it) is a fact once, and its twin only where
the two disagree.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ..diagram.xml import Xml

_NODES: Final = (
    "startEvent endEvent boundaryEvent intermediateCatchEvent intermediateThrowEvent userTask task manualTask "
    "serviceTask scriptTask sendTask receiveTask businessRuleTask subProcess adHocSubProcess transaction callActivity "
    "exclusiveGateway inclusiveGateway parallelGateway complexGateway eventBasedGateway"
)
NODES: Final = frozenset(_NODES.split())
ACTIVITIES: Final = frozenset(kind for kind in NODES if kind.endswith(("Task", "Process", "Activity", "task")))
_HOLDERS: Final = frozenset(
    {"bpmn:definitions", "bpmn:collaboration", "bpmn:process", "bpmn:subProcess", "bpmn:laneSet"}
)
_NO_PARTS: Final = frozenset({"documentation", "extensionElements", "laneSet", "incoming", "outgoing", "flowNodeRef"})
_WORDED: Final = (
    "documentation text incoming outgoing flowNodeRef conditionExpression timeDuration timeDate timeCycle "
    "loopCardinality completionCondition sourceRef targetRef"
)
_TEXTS: Final = frozenset(_WORDED.split())
_LINKS: Final = frozenset({"incoming", "outgoing", "flowNodeRef"})
LANE: Final = "lane()"
PARENT: Final = "parent()"
PROPERTY: Final = "property:"


@dataclass(frozen=True)
class Part:
    """One part of a diagram. ``facts`` by path; of ``orders`` only the order counts, never what is in them.

    ``xml_id`` is the id in the file, empty if it has none; ``id`` is unique in its diagram. ``holder`` is the id of
    the part that it stands in.
    """

    id: str
    xml_id: str
    kind: str
    name: str
    holder: str
    facts: Mapping[str, str]
    orders: Mapping[str, tuple[str, ...]]

    def stated(self, name: str) -> str:
        """Return an extension property, empty if there is none."""
        return self.facts.get(f"{PROPERTY}{name}", "")

    @property
    def is_node(self) -> bool:
        """Return whether flows may enter or leave it."""
        return self.kind in NODES


def parts_of(root: Xml) -> dict[str, Part]:
    """Return the parts of a file by id, in the order of the file."""
    elements = _identified(root)
    told = {id(element): part_id for part_id, element in elements.items()}
    linked = _Linked.of(elements)
    found = {}
    for part_id, element in elements.items():
        holder = _holder(element, told)
        facts, orders = _facts_of(element, told)
        facts |= linked.facts_of(part_id, element)
        facts[PARENT] = holder
        orders |= linked.orders_of(element)
        found[part_id] = Part(part_id, element.id, element.kind, element.name, holder, facts, orders)
    return found


def form_link(part: Part) -> str:
    """Return the id of the form that a step names, empty if it names none."""
    ways = "@camunda:formRef", "@camunda:formKey", "bpmn:extensionElements/zeebe:formDefinition/@formId"
    link = next((part.facts[way] for way in ways if part.facts.get(way)), "")
    return link.rpartition(":")[2].removesuffix(".form") if part.facts.get("@camunda:formKey") == link else link


def _identified(root: Xml) -> dict[str, Xml]:
    found: dict[str, Xml] = {}
    again: Counter[str] = Counter()
    for element in root.walk():
        if not _is_part(element):
            continue
        wanted = element.id or f"{element.kind}()"
        again[wanted] += 1
        part_id = wanted if again[wanted] == 1 else f"{wanted}#{again[wanted]}"
        found[part_id if part_id not in found else f"{wanted}##{len(found)}"] = element
    return found


def _is_part(element: Xml) -> bool:
    if element.parent is None or element.kind == "lane":
        return True
    if element.kind in _NO_PARTS:
        return False
    return element.kind in NODES or element.parent.label in _HOLDERS


def _holder(element: Xml, told: Mapping[int, str]) -> str:
    above = element.parent
    while above is not None and id(above) not in told:
        above = above.parent
    return told[id(above)] if above is not None else ""


def _facts_of(element: Xml, told: Mapping[int, str]) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    facts: dict[str, str] = {"kind()": element.label}
    orders: dict[str, tuple[str, ...]] = {}
    waiting = [(element, "")]
    while waiting:
        here, path = waiting.pop()
        facts |= {f"{path}@{name}": value for name, value in here.attributes.items()}
        if here.text.strip() or (here.text and not here.children and here.kind in _TEXTS):
            facts[f"{path}text()"] = here.text
        inside = [child for child in here.children if id(child) not in told and child.kind not in _LINKS]
        for child, step in zip(inside, _steps(inside), strict=True):
            if step.startswith(PROPERTY) and step not in facts:
                facts |= _property(child, step)
                waiting.extend((each, f"{step}/{each.label}/") for each in child.children)
                continue
            facts[f"{path}{step}"] = ""
            waiting.append((child, f"{path}{step}/"))
        if len(here.children) > 1:
            orders[f"{path}children()"] = tuple(_steps([child for child in here.children if id(child) not in told]))
    return facts, orders


def _property(element: Xml, step: str) -> dict[str, str]:
    facts = {step: element.attributes.get("value", "")}
    facts |= {f"{step}@{name}": value for name, value in element.attributes.items() if name not in ("name", "value")}
    if "value" not in element.attributes:
        facts[f"{step}@without-value"] = ""
    if element.text.strip():
        facts[f"{step}text()"] = element.text
    return facts


def _steps(children: list[Xml]) -> Iterator[str]:
    """Yield what each child is called in a path: a property by its name, anything else by label and place."""
    names = Counter(child.name for child in children if child.label == "camunda:property")
    seen: Counter[str] = Counter()
    for child in children:
        seen[child.label] += 1
        if child.label == "camunda:property" and names[child.name] == 1 and child.name:
            yield f"{PROPERTY}{child.name}"
        else:
            yield child.label if seen[child.label] == 1 else f"{child.label}[{seen[child.label]}]"


@dataclass(frozen=True)
class _Linked:
    """What the file says twice about nodes, flows and lanes."""

    lanes: Mapping[str, tuple[str, ...]]
    entering: Mapping[str, Counter[str]]
    leaving: Mapping[str, Counter[str]]
    known: frozenset[str]

    @classmethod
    def of(cls, elements: Mapping[str, Xml]) -> _Linked:
        lanes: dict[str, list[str]] = defaultdict(list)
        entering: dict[str, Counter[str]] = defaultdict(Counter)
        leaving: dict[str, Counter[str]] = defaultdict(Counter)
        for part_id, element in elements.items():
            if element.kind == "lane":
                for reference in dict.fromkeys(_references(element, "flowNodeRef")):
                    lanes[reference].append(part_id)
            elif element.kind == "sequenceFlow":
                entering[element.attributes.get("targetRef", "")][element.id] += 1
                leaving[element.attributes.get("sourceRef", "")][element.id] += 1
        return cls({node: tuple(each) for node, each in lanes.items()}, entering, leaving, frozenset(elements))

    def facts_of(self, part_id: str, element: Xml) -> dict[str, str]:
        facts: dict[str, str] = {}
        if element.kind in NODES:
            facts[LANE] = " ".join(self.lanes.get(element.id, ()))
        for kind, real in (("incoming", self.entering), ("outgoing", self.leaving)):
            stated = Counter(_references(element, kind))
            expected = real.get(element.id, Counter()) if element.kind in NODES else Counter()
            facts |= {f"{kind}:{each}": "ditulis" for each in stated - expected}
            facts |= {f"{kind}:{each}": "tidak ditulis" for each in expected - stated}
        if element.kind == "lane":
            references = Counter(_references(element, "flowNodeRef"))
            facts |= {f"flowNodeRef:{each}": "" for each in references if each not in self.known}
            facts |= {f"flowNodeRef:{each}#": str(count) for each, count in references.items() if count > 1}
        for child in element.children:
            if child.kind in _LINKS and (child.attributes or child.children):
                facts[f"{child.label}:{child.text.strip()}@"] = repr(sorted(child.attributes.items()))
        return facts

    def orders_of(self, element: Xml) -> dict[str, tuple[str, ...]]:
        found = {f"{kind}()": tuple(dict.fromkeys(_references(element, kind))) for kind in sorted(_LINKS)}
        return {name: each for name, each in found.items() if len(each) > 1}


def _references(element: Xml, kind: str) -> Iterator[str]:
    return (child.text.strip() for child in element.children if child.kind == kind)
