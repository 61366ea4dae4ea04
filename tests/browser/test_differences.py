"""A comparison in Chromium: words, then both diagrams, marked; a sentence brings its element into the middle."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LiveOffice, fits, smallest_text
from tests.engine.test_differences import KEY, moved_to_secretary
from tests.office import sop_files
from webapp.demo import OWNER

PHONE = {"width": 390, "height": 844}
WIDE = {"width": 1280, "height": 900}
NEW_STEP = (
    '<bpmn:userTask id="ulang" name="Memeriksa ulang" camunda:formRef="pengaduan-2-pencatatan">'
    "<bpmn:incoming>alur_2_ulang</bpmn:incoming><bpmn:outgoing>alur_2_3</bpmn:outgoing></bpmn:userTask>"
    '<bpmn:sequenceFlow id="alur_2_ulang" sourceRef="langkah_2" targetRef="ulang" />'
    '<bpmn:sequenceFlow id="alur_2_3" sourceRef="ulang" targetRef="langkah_3" />'
)
SHAPE = (
    '<bpmndi:BPMNShape id="ulang_di" bpmnElement="ulang"><dc:Bounds x="560" y="420" width="100" height="80" />'
    "</bpmndi:BPMNShape>"
)


@pytest.fixture
def revised(live: LiveOffice) -> LiveOffice:
    """The office with a second version: step 6 in another lane, its deadline longer, one step more."""
    text = moved_to_secretary("6").replace(
        '<bpmn:sequenceFlow id="alur_2_3" sourceRef="langkah_2" targetRef="langkah_3" />', NEW_STEP
    )
    text = text.replace("<bpmn:outgoing>alur_2_3</bpmn:outgoing>", "<bpmn:outgoing>alur_2_ulang</bpmn:outgoing>", 1)
    text = text.replace(
        ">langkah_2</bpmn:flowNodeRef>", ">langkah_2</bpmn:flowNodeRef><bpmn:flowNodeRef>ulang</bpmn:flowNodeRef>"
    )
    files = sop_files()
    name = next(name for name in files if name.endswith(".bpmn"))
    files[name] = text.replace("<bpmndi:BPMNEdge ", f"{SHAPE}<bpmndi:BPMNEdge ", 1).encode()
    live.engine.deploy(files, by=OWNER, note="Langkah 6 ke sekretaris")
    return live


def marks(page: Page, which: str) -> set[str]:
    """Return what is marked on one side, as ``id: kind``."""
    shown: list[str] = page.eval_on_selector_all(
        f'figure[data-side="{which}"] [data-element-id]',
        """(found) => found.flatMap((each) => ["added", "removed", "changed", "moved"]
            .filter((kind) => each.classList.contains(`is-${kind}`))
            .map((kind) => `${each.dataset.elementId}: ${kind}`))""",
    )
    return set(shown)


def centre_of(page: Page, which: str, element: str) -> tuple[float, float]:
    """Return how far an element's middle is from the middle of its picture, as parts of the picture's size."""
    place = page.locator(f'figure[data-side="{which}"] .diagram-canvas').bounding_box()
    box = page.locator(f'figure[data-side="{which}"] [data-element-id="{element}"] > .djs-visual').bounding_box()
    assert place
    assert box
    across = (box["x"] + box["width"] / 2 - place["x"]) / place["width"] - 0.5
    down = (box["y"] + box["height"] / 2 - place["y"]) / place["height"] - 0.5
    return across, down


def test_both_diagrams_are_marked_and_a_sentence_centres_its_step_in_both(
    revised: LiveOffice, accessible: Callable[[Page], None]
) -> None:
    page = revised.sign_in("pemilik", f"/processes/{KEY}/compare", viewport=WIDE)
    for which in ("old", "new"):
        expect(page.locator(f'figure[data-side="{which}"] svg .djs-element').first).to_be_attached()
        expect(page.locator(f'figure[data-side="{which}"] .is-moved').first).to_be_attached()

    assert marks(page, "old") == {"langkah_6: moved", "alur_2_3: changed"}
    assert marks(page, "new") == {"langkah_6: moved", "alur_2_3: changed", "ulang: added"}
    page.get_by_text("pindah lajur Koordinator seksi/ Pimpinan → Sekretaris").click()
    for which in ("old", "new"):
        assert max(map(abs, centre_of(page, which, "langkah_6"))) < 0.1
    expect(page.locator('figure[data-side="new"] g.is-pointed')).to_have_attribute("data-element-id", "langkah_6")
    accessible(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, WIDE], ids=["phone", "wide"])
@pytest.mark.parametrize("address", ["compare", "1/deadlines?date=2026-03-17&time=13:00"])
def test_the_pages_fit_and_are_accessible(revised, accessible, address, viewport, scheme) -> None:
    page = revised.sign_in("pemilik", f"/processes/{KEY}/{address}", viewport=viewport, color_scheme=scheme)

    assert fits(page)
    assert smallest_text(page) >= 16
    accessible(page)


def test_without_javascript_the_words_and_the_choice_of_versions_are_all_there(revised: LiveOffice) -> None:
    page = revised.sign_in("pemilik", f"/processes/{KEY}/compare", java_script_enabled=False)
    page.locator("select[name=from]").select_option("2")
    page.locator("select[name=to]").select_option("1")
    page.get_by_role("button", name="Bandingkan").click()

    expect(page.get_by_text("pindah lajur Sekretaris / ketua tim pengaduan → Koordinator")).to_be_visible()
    expect(page.get_by_text("Diagram memerlukan JavaScript").first).to_be_visible()
    expect(page.get_by_role("button", name="Tunjukkan")).to_have_count(0)
