"""A drawing as a tree that can be changed: every element with its label, the boxes and lines included.

Labels are those of the positive list (``bpmn:userTask``), whatever prefix or older namespace the
file uses. Nothing here judges or repairs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final

from ..diagram.xml import NAMESPACES

STANDARD: Final = {
    **NAMESPACES,
    "http://www.omg.org/spec/DD/20100524/DC": "dc",
    "http://www.omg.org/spec/DD/20100524/DI": "di",
    "http://bpmn.io/schema/bpmn/biocolor/1.0": "bioc",
    "http://www.omg.org/spec/BPMN/non-normative/color/1.0": "color",
}
"""Namespaces that are kept, by the prefix under which they are written."""

_TASKS = "task userTask manualTask sendTask receiveTask serviceTask scriptTask businessRuleTask"
_EVENTS = "startEvent endEvent boundaryEvent intermediateCatchEvent intermediateThrowEvent implicitThrowEvent event"
_GATEWAYS = "exclusiveGateway inclusiveGateway parallelGateway eventBasedGateway complexGateway"
_SCOPES = "subProcess transaction adHocSubProcess"
_STRANGE = "choreographyTask subChoreography callChoreography"

TASKS: Final = frozenset(f"bpmn:{kind}" for kind in _TASKS.split())
EVENTS: Final = frozenset(f"bpmn:{kind}" for kind in _EVENTS.split())
GATEWAYS: Final = frozenset(f"bpmn:{kind}" for kind in _GATEWAYS.split())
SCOPES: Final = frozenset(f"bpmn:{kind}" for kind in _SCOPES.split())
STRANGE: Final = frozenset(f"bpmn:{kind}" for kind in _STRANGE.split())
ACTIVITIES: Final = TASKS | SCOPES | {"bpmn:callActivity"}
NODES: Final = ACTIVITIES | EVENTS | GATEWAYS | STRANGE
ARTIFACTS: Final = frozenset({"bpmn:textAnnotation", "bpmn:dataObjectReference", "bpmn:dataStoreReference"})


@dataclass(eq=False, slots=True)
class Tag:
    """One element. ``text`` is all text directly in it."""

    label: str
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    children: list[Tag] = field(default_factory=list, repr=False)
    parent: Tag | None = field(default=None, repr=False)

    @property
    def id(self) -> str:
        """Return the element's id, empty if it has none."""
        return self.attributes.get("id", "")

    @property
    def name(self) -> str:
        """Return the element's name, empty if it has none."""
        return self.attributes.get("name", "")

    @property
    def kind(self) -> str:
        """Return the label without its namespace: ``userTask``."""
        return self.label.rpartition("}" if self.label.startswith("{") else ":")[2]

    def get(self, name: str, default: str = "") -> str:
        """Return an attribute's value."""
        return self.attributes.get(name, default)

    def all(self, label: str) -> list[Tag]:
        """Return the children of that label."""
        return [child for child in self.children if child.label == label]

    def first(self, label: str) -> Tag | None:
        """Return the first child of that label."""
        return next((child for child in self.children if child.label == label), None)

    def walk(self) -> Iterator[Tag]:
        """Yield this element and everything below it, in the order of the file."""
        waiting = [self]
        while waiting:
            tag = waiting.pop()
            yield tag
            waiting.extend(reversed(tag.children))

    def add(self, label: str, text: str = "", /, **attributes: str) -> Tag:
        """Append a new element."""
        return self.take(Tag(label, attributes, text))

    def take(self, tag: Tag, place: int | None = None) -> Tag:
        """Put an element into this one, out of where it stood."""
        tag.leave()
        tag.parent = self
        self.children.insert(len(self.children) if place is None else place, tag)
        return tag

    def leave(self) -> None:
        """Take this element out of where it stands."""
        if self.parent is not None:
            self.parent.children.remove(self)
            self.parent = None

    def clear(self, gone: Collection[Tag]) -> None:
        """Take several children out at once."""
        lost = {id(tag) for tag in gone}
        if lost:
            self.children = [child for child in self.children if id(child) not in lost]
            for tag in gone:
                tag.parent = None

    def definition(self) -> Tag | None:
        """Return what kind of event this is: its first event definition."""
        return next(
            (child for child in self.children if child.kind.endswith(("EventDefinition", "DefinitionRef"))), None
        )

    def extensions(self) -> list[Tag]:
        """Return what stands in its ``extensionElements``."""
        return [inner for holder in self.all("bpmn:extensionElements") for inner in holder.children]


def named(tag: Tag) -> str:
    """Return how a sentence calls an element: its name, else its id, else its kind."""
    name = " ".join(tag.name.split())
    return f"“{name if len(name) <= 200 else name[:199] + '…'}”" if name else tag.id or tag.kind


def nodes_in(tag: Tag) -> list[Tag]:
    """Return every flow node below an element, in the order of the file."""
    return [each for each in tag.walk() if each.label in NODES and each is not tag]


def listing(tags: list[Tag]) -> str:
    """Return the names of elements in one sentence part."""
    return ", ".join(named(tag) for tag in tags)
