"""The shipped diagram as a modeler sees it: its texts, its flow and its drawing, read with plain lxml.

Knows nothing of the engine, so that what it finds is evidence about the file alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

from lxml import etree

ROOT = Path(__file__).parent.parent
FILE = ROOT / "bpmn" / "sop-pengaduan-kategori-berat.bpmn"
FORMS = ROOT / "forms"
PAPER = ROOT / "tests" / "sop"
SOP = json.loads((PAPER / "sop.json").read_text())
TEXTS = (PAPER / "texts-in-order.txt").read_text()
HEADINGS = frozenset((PAPER / "headings.txt").read_text().splitlines())  # what the paper prints around its texts

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
BOUNDS = "{http://www.omg.org/spec/DD/20100524/DC}Bounds"
WAYPOINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
NODES = frozenset(f"{BPMN}{kind}" for kind in ("startEvent", "endEvent", "boundaryEvent", "userTask"))

Point = tuple[float, float]
Segment = tuple[Point, Point]


@dataclass(frozen=True)
class Box:
    """A rectangle of the drawing."""

    x: float
    y: float
    width: float
    height: float

    @property
    def centre(self) -> Point:
        """Return the middle of the box."""
        return self.x + self.width / 2, self.y + self.height / 2

    def holds(self, other: Box) -> bool:
        """Return whether the other box lies wholly inside this one."""
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.x + other.width <= self.x + self.width
            and other.y + other.height <= self.y + self.height
        )

    def overlaps(self, other: Box) -> bool:
        """Return whether the two boxes share more than an edge."""
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )

    def is_crossed_by(self, segment: Segment) -> bool:
        """Return whether a level or upright stretch of a line runs through the inside."""
        (x1, y1), (x2, y2) = segment
        return self.overlaps(Box(min(x1, x2), min(y1, y2), abs(x2 - x1) or 1e-6, abs(y2 - y1) or 1e-6))

    def has_on_its_border(self, point: Point) -> bool:
        """Return whether the point lies on an edge."""
        x, y = point
        within = self.x <= x <= self.x + self.width and self.y <= y <= self.y + self.height
        return within and (x in (self.x, self.x + self.width) or y in (self.y, self.y + self.height))


@dataclass(frozen=True)
class Diagram:
    """One BPMN file, parsed."""

    root: Any

    @classmethod
    def read(cls, data: bytes | None = None) -> Diagram:
        """Return the diagram that ``data`` holds, else the shipped one."""
        return cls(etree.fromstring(FILE.read_bytes() if data is None else data))

    def all(self, kind: str) -> list[Any]:
        """Return every BPMN element of this kind, in the order of the file."""
        return list(self.root.iter(f"{BPMN}{kind}"))

    @cached_property
    def process(self) -> Any:
        """Return the one process."""
        (process,) = self.all("process")
        return process

    @cached_property
    def by_id(self) -> Mapping[str, Any]:
        """Return every BPMN element that has an id."""
        return {each.get("id"): each for each in self.root.iter() if each.get("id") and each.tag.startswith(BPMN)}

    @cached_property
    def lane_of(self) -> Mapping[str, str]:
        """Return the lane's name for every node that stands in one."""
        return {ref.text: lane.get("name") for lane in self.all("lane") for ref in lane.iter(f"{BPMN}flowNodeRef")}

    def timers_on(self, task: str) -> list[Any]:
        """Return the boundary events of a task."""
        return [event for event in self.all("boundaryEvent") if event.get("attachedToRef") == task]

    def texts(self) -> Iterator[tuple[str, str]]:
        """Yield every text of the SOP as it stands in the diagram, under its path in the JSON."""
        yield from properties(self.process).items()
        for number, lane in enumerate(self.all("lane"), 1):
            yield f"pelaksana.{number}", lane.get("name")
        for number, task in enumerate(self.all("userTask"), 1):
            path = f"alur.{number}"
            yield f"{path}.kegiatan", task.get("name")
            yield f"{path}.pelaksana", self.lane_of[task.get("id")]
            yield from ((f"{path}.{key}", text) for key, text in properties(task).items())
            for place, timer in enumerate(self.timers_on(task.get("id")), 1):
                yield f"{path}.timers.{place}", timer.findtext(f".//{BPMN}timeDuration")

    # --- the drawing

    @cached_property
    def boxes(self) -> Mapping[str, Box]:
        """Return the box of every element that has one."""
        return {shape.get("bpmnElement"): _box(shape.find(BOUNDS)) for shape in self.root.iter(f"{DI}BPMNShape")}

    @cached_property
    def labels(self) -> Mapping[str, Box]:
        """Return the box of every label that stands outside its element."""
        found = ((shape, shape.find(f"{DI}BPMNLabel/{BOUNDS}")) for shape in self.root.iter(f"{DI}BPMNShape"))
        return {shape.get("bpmnElement"): _box(bounds) for shape, bounds in found if bounds is not None}

    @cached_property
    def lines(self) -> Mapping[str, list[Point]]:
        """Return the points of every line."""
        return {
            edge.get("bpmnElement"): [(float(each.get("x")), float(each.get("y"))) for each in edge.iter(WAYPOINT)]
            for edge in self.root.iter(f"{DI}BPMNEdge")
        }

    def segments(self) -> Iterator[tuple[str, Segment]]:
        """Yield every stretch of every line with the line's id."""
        for line, points in self.lines.items():
            yield from ((line, segment) for segment in pairwise(points))


def properties(element: Any) -> dict[str, str]:
    """Return the extension properties of an element."""
    found = element.findall(f"{BPMN}extensionElements/{CAMUNDA}properties/{CAMUNDA}property")
    return {each.get("name"): each.get("value", "") for each in found}


def flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text of a JSON value under its path: keys and, from 1 on, places joined by dots."""
    if isinstance(value, dict | list):
        parts = value.items() if isinstance(value, dict) else enumerate(value, 1)
        for key, part in parts:
            yield from flat(part, f"{path}.{key}" if path else str(key))
    else:
        yield path, str(value)


def _box(bounds: Any) -> Box:
    return Box(*(float(bounds.get(name)) for name in ("x", "y", "width", "height")))
