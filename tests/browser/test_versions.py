"""An owner drops a diagram on the page, sees what is wrong and what changes, and hands it in; a head activates it."""

from __future__ import annotations

import base64

from playwright.sync_api import Page, expect

from tests.browser.conftest import fits, smallest_text
from tests.sop_diagram import FILE

KEY = "sop_pengaduan_kategori_berat"
DROP = """([name, data]) => {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    const moved = new DataTransfer();
    moved.items.add(new File([bytes], name));
    const zone = document.querySelector("[data-drop-zone]");
    zone.dispatchEvent(new DragEvent("drop", { dataTransfer: moved, bubbles: true, cancelable: true }));
}"""
SHORTER = FILE.read_bytes().replace(b"P3D", b"P2D")


def drop(page: Page, name: str, data: bytes) -> None:
    """Drag a file onto the upload form and let go."""
    page.evaluate(DROP, [name, base64.b64encode(data).decode()])


def test_a_dropped_diagram_is_reviewed_and_deployed(live, accessible):
    page = live.sign_in("pemilik", "/processes/upload")
    accessible(page)

    drop(page, "sop.bpmn", SHORTER)
    expect(page.get_by_text("sop.bpmn (")).to_be_visible()
    page.get_by_role("button", name="Unggah dan periksa").click()
    expect(page.get_by_text("batas 3 hari → 2 hari")).to_be_visible()
    accessible(page)
    page.get_by_label("Apa yang berubah, dan mengapa").fill("Dua hari cukup")
    page.get_by_role("button", name="Pasang versi 2").click()

    expect(page.get_by_text("Versi 2 terpasang")).to_be_visible()
    expect(page.locator(".badge", has_text="Berlaku").first).to_be_visible()
    accessible(page)


def test_a_mistake_is_marked_on_the_drawing_and_brought_into_sight(live, accessible):
    page = live.sign_in("pemilik", "/processes/upload")
    drop(page, "sop.bpmn", SHORTER.replace(b"P2D", b"P2W"))
    page.get_by_role("button", name="Unggah dan periksa").click()

    expect(page.get_by_role("heading", name="Harus diperbaiki sebelum dipasang")).to_be_visible()
    expect(page.locator(".diagram-mark.is-error")).to_have_text("× perbaiki")
    accessible(page)
    page.get_by_role("button", name="Tunjukkan pada diagram").first.click()

    mark = page.locator(".diagram-mark.is-error")
    expect(mark).to_be_in_viewport()
    expect(page.get_by_role("link", name="Impor: lihat perbaikan yang diusulkan")).to_be_visible()


def test_without_javascript_a_file_is_chosen_and_everything_else_works(live):
    page = live.sign_in("pemilik", "/processes/upload", java_script_enabled=False)

    page.get_by_label("Diagram (.bpmn)").set_input_files(
        {"name": "sop.bpmn", "mimeType": "application/xml", "buffer": SHORTER}
    )
    page.get_by_role("button", name="Unggah dan periksa").click()
    page.get_by_label("Apa yang berubah, dan mengapa").fill("Dua hari cukup")
    page.get_by_role("button", name="Pasang versi 2").click()

    expect(page.get_by_text("Versi 2 terpasang")).to_be_visible()


def test_a_head_chooses_a_day_on_a_phone_in_the_dark(live, accessible):
    live.engine.approval = True
    live.engine.deploy({"sop.bpmn": SHORTER}, by=live.engine.person("pemilik"), note="Dua hari cukup")
    phone = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}

    page = live.sign_in("kepala", "/processes", **phone)
    page.get_by_role("link", name="SOP PENGADUAN KATEGORI BERAT versi 2").click()
    accessible(page)
    assert fits(page)
    assert smallest_text(page) >= 16
    page.get_by_label("sejak pukul 00.00 WIB").check()
    page.get_by_label("Tanggal mulai berlaku").fill("2026-12-01")
    page.get_by_role("button", name="Aktifkan versi 2").click()

    expect(page.get_by_text("akan berlaku sejak Sel 1 Des 2026 00.00 WIB").first).to_be_visible()
    accessible(page)
    assert fits(page)
