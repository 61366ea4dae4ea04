"""The shipped diagram in bpmn-js, as staff and owners see it: imported whole, legible, no text over a line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.sop_diagram import FILE, ROOT, Box, Diagram

BPMN_JS = ROOT / "webapp" / "static" / "vendor" / "bpmn-js"
LEGIBLE = 10  # CSS pixels of a letter inside a box

# Opens the diagram in `#canvas` and returns all that is drawn, in the diagram's own measures.
OPEN = """async ({ xml, font }) => {
  const viewer = new BpmnJS({ container: "#canvas", textRenderer: { defaultStyle: { fontFamily: font } } });
  const { warnings } = await viewer.importXML(xml);
  const canvas = viewer.get("canvas");
  canvas.zoom("fit-viewport", "auto");
  const at = (box, element) => [box.x + element.x, box.y + element.y, box.width, box.height];
  const drawn = { warnings: warnings.map(String), scale: canvas.zoom(), names: [], texts: [], icons: [], lines: [] };
  for (const element of viewer.get("elementRegistry").getAll()) {
    const visual = canvas.getGraphics(element)?.querySelector(":scope > .djs-visual");
    if (!visual) continue;
    const owner = element.labelTarget?.id ?? element.id;
    if (element.waypoints) {
      const path = visual.querySelector(":scope > path"); // not the arrow head
      const points = [];
      for (let way = 0; way <= path.getTotalLength(); way += 1) {
        const { x, y } = path.getPointAtLength(way);
        points.push([x, y]);
      }
      drawn.lines.push([owner, points]);
      continue;
    }
    const words = [...visual.querySelectorAll("tspan")].map((line) => line.textContent.trim());
    if (words.length) drawn.names.push([owner, words.join(" ")]);
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
    names: dict[str, str]
    texts: list[tuple[str, Box]]
    icons: list[tuple[str, Box]]
    lines: list[tuple[str, list[tuple[float, float]]]]

    @classmethod
    def of(cls, found: Any) -> Drawn:
        """Return what the page reported."""
        # A line of text is two pixels higher than its letters, above and below.
        texts = [(owner, Box(x, y + 2, width, height - 4)) for owner, (x, y, width, height) in found["texts"]]
        icons = [(owner, Box(*box)) for owner, box in found["icons"]]
        lines = [(owner, [(x, y) for x, y in points]) for owner, points in found["lines"]]
        return cls(found["warnings"], found["scale"], dict(found["names"]), texts, icons, lines)


@pytest.fixture(
    scope="module",
    params=[
        pytest.param("Arial, sans-serif", id="the font of bpmn-js"),
        pytest.param("DejaVu Sans, sans-serif", id="a wider font, where that one is missing"),
    ],
)
def drawn(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Drawn]:
    """The diagram as wide as a laptop's screen leaves room for."""
    page = browser.new_page()
    styles = "".join((BPMN_JS / name).read_text() for name in ("diagram-js.css", "bpmn-js.css"))
    page.set_content(f'<style>{styles}</style><div id="canvas" style="width:1240px;height:720px"></div>')
    page.add_script_tag(path=BPMN_JS / "bpmn-navigated-viewer.production.min.js")
    yield Drawn.of(page.evaluate(OPEN, {"xml": FILE.read_text(), "font": request.param}))
    page.close()


def test_bpmn_js_imports_the_diagram_without_a_warning(drawn: Drawn) -> None:
    assert drawn.warnings == []


def test_its_letters_are_legible_at_the_width_of_a_screen(drawn: Drawn) -> None:
    assert 12 * drawn.scale >= LEGIBLE


def test_every_name_is_drawn_in_full(drawn: Drawn) -> None:
    diagram = Diagram.read()

    assert drawn.names == {each: diagram.by_id[each].get("name") for each in diagram.boxes}


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
