"""The shipped diagram in bpmn-js, as staff and owners see it: imported whole, legible, no text over a line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.sop_diagram import FILE, ROOT, Box, Diagram

BPMN_JS = ROOT / "webapp" / "static" / "vendor" / "bpmn-js"
LEGIBLE = 10  # CSS pixels of a letter inside a box

# Opens the diagram in `#canvas` and returns all that is drawn, in the diagram's own measures.
OPEN = """async (xml) => {
  const viewer = new BpmnJS({ container: "#canvas" });
  const { warnings } = await viewer.importXML(xml);
  const canvas = viewer.get("canvas");
  canvas.zoom("fit-viewport", "auto");
  const at = (box, element) => [box.x + element.x, box.y + element.y, box.width, box.height];
  const drawn = { warnings: warnings.map(String), scale: canvas.zoom(), texts: [], icons: [], lines: [] };
  for (const element of viewer.get("elementRegistry").getAll()) {
    const visual = canvas.getGraphics(element)?.querySelector(":scope > .djs-visual");
    if (!visual) continue;
    const owner = element.labelTarget?.id ?? element.id;
    if (element.waypoints) {
      const path = visual.querySelector("path");
      const points = [];
      for (let way = 0; way <= path.getTotalLength(); way += 1) {
        const { x, y } = path.getPointAtLength(way);
        points.push([x, y]);
      }
      drawn.lines.push([owner, points]);
      continue;
    }
    if (element.type === "bpmn:Lane" || element.type === "bpmn:Participant") continue;
    for (const line of visual.querySelectorAll("tspan")) drawn.texts.push([owner, at(line.getBBox(), element)]);
    if (element.type === "bpmn:UserTask" && !element.labelTarget)
      for (const path of visual.querySelectorAll("path")) drawn.icons.push([owner, at(path.getBBox(), element)]);
  }
  return drawn;
}"""


@dataclass(frozen=True)
class Drawn:
    """What bpmn-js drew: the boxes of every line of text and every icon, the points of every flow."""

    warnings: list[str]
    scale: float
    texts: list[tuple[str, Box]]
    icons: list[tuple[str, Box]]
    lines: list[tuple[str, list[tuple[float, float]]]]

    @classmethod
    def of(cls, found: Any) -> Drawn:
        """Return what the page reported."""
        texts, icons = ([(owner, Box(*box)) for owner, box in found[kind]] for kind in ("texts", "icons"))
        lines = [(owner, [(x, y) for x, y in points]) for owner, points in found["lines"]]
        return cls(found["warnings"], found["scale"], texts, icons, lines)


@pytest.fixture
def drawn(page: Page) -> Drawn:
    """The diagram at the width of a laptop's screen, in a frame as high as it needs."""
    return _open(page, 1240, 720)


def _open(page: Page, width: int, height: int) -> Drawn:
    styles = "".join((BPMN_JS / name).read_text() for name in ("diagram-js.css", "bpmn-js.css"))
    page.set_content(f'<style>{styles}</style><div id="canvas" style="width:{width}px;height:{height}px"></div>')
    page.add_script_tag(path=BPMN_JS / "bpmn-navigated-viewer.production.min.js")
    return Drawn.of(page.evaluate(OPEN, FILE.read_text()))


def test_bpmn_js_imports_the_diagram_without_a_warning(drawn: Drawn) -> None:
    assert drawn.warnings == []


def test_its_letters_are_legible_at_the_width_of_a_screen(drawn: Drawn) -> None:
    assert 12 * drawn.scale >= LEGIBLE


def test_every_name_is_drawn_in_full(drawn: Drawn, page: Page) -> None:
    diagram = Diagram.read()
    named = {each: element.get("name") for each, element in diagram.by_id.items() if each in diagram.boxes}

    shown = page.evaluate(
        """() => [...document.querySelectorAll("#canvas .djs-element:is(.djs-shape) > .djs-visual > text")]
          .map((text) => [...text.querySelectorAll("tspan")].map((line) => line.textContent.trim()).join(" "))"""
    )

    assert sorted(" ".join(text.split()) for text in shown) == sorted(named.values()), json.dumps(shown)


def test_no_text_lies_over_a_flow(drawn: Drawn) -> None:
    over = {
        (owner, line)
        for owner, box in drawn.texts
        for line, points in drawn.lines
        if any(box.overlaps(Box(x - 1, y - 1, 2, 2)) for x, y in points)
    }

    assert over == set()


def test_no_text_lies_over_another(drawn: Drawn) -> None:
    of_two = [(one, other) for one, other in combinations(drawn.texts, 2) if one[0] != other[0]]

    assert [(one[0], other[0]) for one, other in of_two if one[1].overlaps(other[1])] == []


def test_text_stays_clear_of_icons_and_of_every_box_but_its_own(drawn: Drawn) -> None:
    diagram = Diagram.read()
    nodes = {each: box for each, box in diagram.boxes.items() if each in diagram.lane_of}

    over = [(owner, icon) for owner, box in drawn.texts for icon, other in drawn.icons if box.overlaps(other)]
    over += [
        (owner, node) for owner, box in drawn.texts for node, other in nodes.items() if _strays(owner, box, node, other)
    ]

    assert over == []


def _strays(owner: str, text: Box, node: str, box: Box) -> bool:
    """Return whether a text leaves its own box, or lies over another one."""
    if owner == node and owner.startswith("langkah_"):
        return not box.holds(text)
    return text.overlaps(box)
