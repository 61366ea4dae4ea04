"""Where the boxes of a drawing stand, and which of them lie in, on or at each other."""

from __future__ import annotations

from dataclasses import dataclass

from .tags import Tag


@dataclass(frozen=True)
class Box:
    """A rectangle of the drawing."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Return where it ends."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Return where it ends downwards."""
        return self.y + self.height

    @property
    def middle(self) -> tuple[float, float]:
        """Return its centre."""
        return self.x + self.width / 2, self.y + self.height / 2

    def holds(self, point: tuple[float, float], margin: float = 0) -> bool:
        """Return whether a point lies within, or at most ``margin`` outside."""
        x, y = point
        return self.x - margin <= x <= self.right + margin and self.y - margin <= y <= self.bottom + margin

    def borders(self, point: tuple[float, float], margin: float) -> bool:
        """Return whether a point lies on the outline, give or take ``margin``."""
        inner = Box(self.x + margin, self.y + margin, self.width - 2 * margin, self.height - 2 * margin)
        return self.holds(point, margin) and not (inner.width > 0 and inner.height > 0 and inner.holds(point))


def number(text: str) -> float:
    """Return what a coordinate says, 0 if it says nothing that can be drawn."""
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if abs(value) < 1_000_000 else 0.0


def boxes(root: Tag) -> dict[str, Box]:
    """Return the boxes of a drawing by the element that they show."""
    found: dict[str, Box] = {}
    for tag in root.walk():
        bounds = tag.first("dc:Bounds") if tag.label == "bpmndi:BPMNShape" else None
        if bounds is not None and tag.get("bpmnElement"):
            x, y, width, height = (number(bounds.get(name)) for name in ("x", "y", "width", "height"))
            if width > 0 and height > 0:
                found.setdefault(tag.get("bpmnElement"), Box(x, y, width, height))
    return found


def ends_of_lines(root: Tag) -> dict[str, tuple[tuple[float, float], tuple[float, float]]]:
    """Return first and last point of each line by the element that it shows."""
    found: dict[str, tuple[tuple[float, float], tuple[float, float]]] = {}
    for tag in root.walk():
        if tag.label == "bpmndi:BPMNEdge":
            points = [(number(point.get("x")), number(point.get("y"))) for point in tag.all("di:waypoint")]
            if len(points) > 1:
                found.setdefault(tag.get("bpmnElement"), (points[0], points[-1]))
    return found
