"""The import page in Chromium: numbers on the drawing, choices tried at once, and the whole of it without a script."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LiveOffice, fits
from tests.foreign_drawing import KEY, foreign

WIDE = {"width": 1280, "height": 900}
LANE = "lane-name:tanpa_nama"


def bring(live: LiveOffice, **context: Any) -> Page:
    """Upload the foreign drawing and come to its repairs."""
    page = live.sign_in("pemilik", "/processes/import", **({"viewport": WIDE} | context))
    drawing = {"name": "cuti.bpmn", "mimeType": "application/xml", "buffer": foreign()}
    page.get_by_label("Berkas gambar").set_input_files(drawing)  # type: ignore[arg-type]
    page.get_by_role("button", name="Periksa gambar").click()
    page.wait_for_url(f"**/processes/{KEY}/import")
    return page


def drawn(page: Page) -> None:
    """Wait until the drawing is there with its numbers."""
    page.locator(".djs-overlay .is-repaired").first.wait_for()


def test_the_numbers_on_the_drawing_are_those_of_the_list_and_lead_there(live):
    page = bring(live)
    drawn(page)
    row = page.locator(".repair", has_text="Lane ke-2 tidak punya nama")
    number = row.get_attribute("data-number")

    page.locator(".djs-overlay .is-repaired", has_text=number or "?").first.click()

    expect(row).to_have_class("repair is-chosen")
    assert page.evaluate("document.activeElement.name") == f"choice:{LANE}"
    row.get_by_role("button", name="Tunjukkan pada gambar").click()
    expect(page.locator("figure")).to_be_in_viewport()
    marked = page.locator("[data-element-id=periksa].is-repaired")
    assert marked.count() == 1


def test_another_choice_is_tried_at_once_and_redrawn(live):
    page = bring(live)
    drawn(page)

    page.locator(f"[name='choice:{LANE}']").select_option("typed-below")
    page.locator(f"[name='typed:{LANE}']").fill("Kepegawaian")
    page.locator(f"[name='typed:{LANE}']").press("Tab")

    expect(page.get_by_text("Dinamai “Kepegawaian”")).to_be_visible()
    expect(page.locator("[data-state]")).to_have_text("Sudah diperiksa dengan pilihan ini.")
    expect(page.locator("svg", has_text="Kepegawaian").first).to_be_visible()
    page.get_by_role("button", name="Terima").click()
    expect(page.get_by_text("Perbaikan ini sudah diterima")).to_be_visible()
    owner = live.engine.person("pemilik")
    draft = live.engine.diagram_draft(KEY, by=owner)
    assert b'name="Kepegawaian"' in draft.xml
    assert draft.origin == foreign()


def test_without_a_script_choices_are_tried_and_accepted_by_buttons(live):
    page = bring(live, java_script_enabled=False)

    page.locator(f"[name='choice:{LANE}']").select_option("typed-below")
    page.locator(f"[name='typed:{LANE}']").fill("Kepegawaian")
    page.get_by_role("button", name="Periksa lagi").click()
    assert page.get_by_text("Dinamai “Kepegawaian”").is_visible()
    page.get_by_role("button", name="Terima").click()

    assert page.get_by_text("Perbaikan ini sudah diterima").is_visible()
    page.get_by_role("link", name="Periksa dan pasang draf").click()
    assert page.url.endswith(f"/processes/{KEY}/draft")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_are_accessible_and_fit_the_screen(live, accessible, width, scheme):
    page = bring(live, viewport={"width": width, "height": 900}, color_scheme=scheme)
    drawn(page)

    assert fits(page)
    accessible(page)
    page.goto("/processes/import")
    assert fits(page)
    accessible(page)
