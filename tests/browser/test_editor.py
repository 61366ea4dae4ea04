"""The modeler in the page: drawing with mouse and keyboard, kept drafts, two tabs, problems on elements, Indonesian."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields

import pytest
from playwright.sync_api import Dialog, Locator, Page, Response, expect

from engine import DiagramDraft
from engine.diagram import read_diagram
from tests.browser.conftest import LiveOffice, fits, smallest_text
from webapp.demo import OWNER

DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
KEY = "sop_pengaduan_kategori_berat"
EDITOR = f"/processes/{KEY}/edit"
STATE, JUDGED, LIST = "[data-state]", "[data-judged]", "[data-list]"
PLACE = """id => {
    document.querySelector(".editor-desk").scrollIntoView({ block: "center" });
    const drawn = document.querySelector(`[data-element-id="${id}"]`);
    const visual = drawn.querySelector(".djs-visual");
    const box = visual.getBoundingClientRect();
    if (/jalur|kolam/.test(id)) return [box.x + 6, box.y + box.height - 8];
    if (!drawn.classList.contains("djs-connection")) return [box.x + box.width / 2, box.y + box.height / 2];
    const line = visual.querySelector(":scope > path");
    const at = line.getPointAtLength(line.getTotalLength() * 0.3);
    const canvas = document.querySelector(".djs-container").getBoundingClientRect();
    const zoomed = document.querySelector(".djs-container .viewport").transform.baseVal.consolidate().matrix;
    return [canvas.x + at.x * zoomed.a + zoomed.e, canvas.y + at.y * zoomed.d + zoomed.f];
}"""
SHOWN_TEXTS = """() => {
    const found = new Set();
    const add = (text) => text && text.trim() && found.add(text.trim());
    document.querySelectorAll(".editor-panel *, .djs-palette *, .djs-context-pad *, .djs-popup *, .djs-minimap *")
        .forEach((each) => {
            if (each.closest("svg.djs-minimap *, .map")) return;
            each.childNodes.forEach((node) => node.nodeType === 3 && add(node.data));
            ["title", "placeholder", "aria-label"].forEach((name) => add(each.getAttribute(name)));
        });
    return [...found];
}"""
ENGLISH = re.compile(
    r"\b(the|of|an|element|elements|task|event|gateway|flow|create|delete|append|add|item|items|list|section|toggle|"
    r"select|name|properties|general|documentation|type|value|variable|reference|expression|process|form|forms|pool)\b",
    re.IGNORECASE,
)
NAMES_OF_BPMN = {"Dijalankan (Executable)", "Formulir Camunda (.form)"}


def opened(live: LiveOffice, address: str = EDITOR, name: str = "pemilik", **context: object) -> Page:
    """Open the modeler, and wait until it can be drawn in."""
    page = live.sign_in(name, address, **{"viewport": DESK, **context})
    ready(page)
    return page


def ready(page: Page) -> None:
    expect(page.locator(".editor[data-ready]")).to_have_count(1)


def select(page: Page, element: str) -> tuple[float, float]:
    """Click an element of the drawing, unless it is selected: a second click lets go of it. Return where it is."""
    x, y = page.evaluate(PLACE, element)
    drawn = page.locator(f'[data-element-id="{element}"].selected').first
    if not drawn.count():
        page.mouse.click(x, y)
    expect(drawn).to_be_attached()
    return x, y


def field(page: Page, group: str, label: str) -> Locator:
    """Open a group of the panel and return the field with that label."""
    part = page.locator(".bio-properties-panel-group").filter(
        has=page.locator(".bio-properties-panel-group-header", has_text=re.compile(f"^{group}"))
    )
    head = part.locator(".bio-properties-panel-group-header")
    if "open" not in (head.get_attribute("class") or ""):
        head.click()
    return part.get_by_label(label, exact=True)


def rename(page: Page, element: str, name: str) -> None:
    select(page, element)
    field(page, "Umum", "Nama").fill(name)


def is_save(response: Response) -> bool:
    return response.request.method == "POST" and response.url.endswith("/edit")


@contextmanager
def kept_after(page: Page) -> Iterator[None]:
    """Do something that is drawn, and wait until it is saved."""
    with page.expect_response(is_save) as answer:
        yield
    assert answer.value.status == 200, answer.value.text()
    expect(page.locator(STATE)).to_have_text(re.compile(r"^Tersimpan \d\d\.\d\d$"))


def draft(live: LiveOffice) -> DiagramDraft:
    found = live.engine.diagram_draft(KEY, by=OWNER)
    assert found is not None
    return found


def replacements(page: Page) -> list[str]:
    """Return what the menu offers to make of the element that is selected, and its switches."""
    replace = page.locator('.djs-context-pad [data-action="replace"]')
    if not replace.count():
        return []
    replace.dispatch_event("click")
    menu = page.locator(".djs-popup")
    expect(menu).to_be_visible()
    offered = page.locator(".djs-popup .djs-popup-label").all_inner_texts()
    titles = [each.get_attribute("title") or "" for each in page.locator(".djs-popup [title]").all()]
    page.locator(".djs-popup-results").press("Escape")
    expect(menu).to_have_count(0)
    return [*offered, *titles]


def test_opening_changes_nothing_and_the_first_change_makes_a_draft(live: LiveOffice) -> None:
    page = opened(live)
    expect(page.locator(JUDGED)).to_have_text(re.compile("Tidak ada masalah"))
    expect(page.locator(STATE)).to_have_text("Belum ada perubahan")
    assert live.engine.diagram_drafts(by=OWNER) == ()
    expect(page.get_by_role("link", name="Tinjau dan pasang…")).to_be_hidden()

    with kept_after(page):
        rename(page, "langkah_6", "Hasil jawaban dikembalikan")

    assert "Hasil jawaban dikembalikan" in draft(live).xml.decode()
    assert draft(live).base_version == 1
    expect(page.get_by_role("link", name="Tinjau dan pasang…")).to_be_visible()
    page.reload()
    ready(page)
    expect(page.locator('[data-element-id="langkah_6"]')).to_contain_text("dikembalikan")


def test_open_and_save_loses_nothing_of_the_shipped_diagram(live: LiveOffice) -> None:
    before = live.engine.diagram_xml(KEY, 1)
    page = opened(live)
    with kept_after(page):
        rename(page, "langkah_6", "x")
    with kept_after(page):
        while page.get_by_role("button", name="Urungkan").is_enabled():
            page.get_by_role("button", name="Urungkan").click()

    assert told(live, draft(live).xml) == told(live, before)


def test_what_a_vendor_wrote_into_a_diagram_survives(live: LiveOffice) -> None:
    xml = live.engine.diagram_xml(KEY, 1).decode()
    foreign = xml.replace("<bpmn:definitions ", '<bpmn:definitions xmlns:pabrik="http://pabrik.example/skema" ', 1)
    foreign = foreign.replace('name="Mulai"', 'name="Mulai" pabrik:warna="biru"', 1)
    foreign = foreign.replace(
        "<bpmn:outgoing>alur_mulai_1</bpmn:outgoing>",
        "<bpmn:extensionElements><pabrik:biaya satuan='rupiah'>5000</pabrik:biaya></bpmn:extensionElements>"
        "<bpmn:outgoing>alur_mulai_1</bpmn:outgoing>",
        1,
    )
    live.engine.save_diagram_draft(KEY, xml=foreign.encode(), expected_revision=None, by=OWNER)
    page = opened(live)
    expect(page.locator(JUDGED)).to_contain_text("Belum dapat dipasang")

    with kept_after(page):
        rename(page, "langkah_6", "Hasil jawaban dikembalikan")

    saved = draft(live).xml.decode()
    assert 'pabrik:warna="biru"' in saved
    assert re.search(r'<pabrik:biaya satuan="rupiah">\s*5000\s*</pabrik:biaya>', saved)


def test_a_diagram_in_another_encoding_is_opened_and_kept_as_utf_8(live: LiveOffice) -> None:
    xml = live.engine.diagram_xml(KEY, 1).decode().replace('name="Mulai"', 'name="Mulai é"', 1)
    xml = xml.encode("ascii", "xmlcharrefreplace").decode().replace("&#233;", "é", 1).replace("UTF-8", "ISO-8859-1", 1)
    live.engine.save_diagram_draft(KEY, xml=xml.encode("iso-8859-1"), expected_revision=None, by=OWNER)
    page = opened(live)

    with kept_after(page):
        rename(page, "langkah_6", "Hasil jawaban dikembalikan")

    assert 'name="Mulai é"' in draft(live).xml.decode("utf-8")


def test_a_step_is_moved_to_another_lane_and_given_two_days(live: LiveOffice) -> None:
    page = opened(live)
    x, y = page.evaluate(PLACE, "langkah_6")
    _, lane = page.evaluate(PLACE, "jalur_sekretaris")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 20, steps=3)
    page.mouse.move(x, lane - 40, steps=8)
    with kept_after(page):
        page.mouse.up()
    select(page, "batas_5")
    with kept_after(page):
        field(page, "Timer", "Nilai").fill("P2D")

    saved = draft(live)
    with live.engine.database.read() as connection:
        diagram = live.engine.drafted(connection, saved).diagram
    assert diagram.tasks["langkah_6"].lane == "Sekretaris / ketua tim pengaduan"
    assert diagram.timers["batas_5"].duration.text == "P2D"


def test_problems_stand_on_the_elements_while_drawing_and_lead_to_them(live: LiveOffice) -> None:
    page = opened(live)
    expect(page.locator(JUDGED)).to_have_text(re.compile("Tidak ada masalah"))

    select(page, "batas_6")
    field(page, "Timer", "Nilai").fill("satu hari")
    page.locator("[data-tool=panel]").click()

    expect(page.locator(JUDGED)).to_contain_text("Belum dapat dipasang")
    mark = page.locator('.djs-overlays[data-container-id="batas_6"] .editor-mark')
    expect(mark).to_have_text("✕ 1")
    assert "P3D" in (mark.get_attribute("title") or "") or "lama" in (mark.get_attribute("title") or "")
    expect(page.locator('[data-element-id="batas_6"].has-grave')).to_have_count(1)
    select(page, "mulai")
    page.locator(LIST).get_by_role("button", name="Batas 1 hari").click()
    expect(page.locator('[data-element-id="batas_6"].selected')).to_have_count(1)
    page.get_by_role("button", name="Urungkan").click()
    expect(page.locator(JUDGED)).to_have_text(re.compile("Tidak ada masalah"))
    expect(mark).to_have_count(0)


def test_a_new_box_is_a_step_of_a_person_and_refused_kinds_are_not_offered(live: LiveOffice) -> None:
    page = opened(live)

    x, y = page.evaluate(PLACE, "jalur_pemohon")
    page.locator('.djs-palette [data-action="create.task"]').click()
    page.mouse.move(x + 500, y - 40, steps=5)
    with kept_after(page):
        page.mouse.click(x + 500, y - 40)

    assert draft(live).xml.decode().count("<bpmn:userTask ") == 10
    expect(page.locator(JUDGED)).to_contain_text("Belum dapat dipasang")
    page.keyboard.press("Escape")
    select(page, "langkah_6")
    offered = replacements(page)
    assert "Panggil SOP lain" in offered
    assert not {"Langkah skrip", "Langkah layanan", "Langkah pengiriman"} & set(offered)
    page.get_by_label("Semua jenis dan sifat").check()
    select(page, "langkah_6")
    assert "Langkah skrip" in replacements(page)


def test_two_tabs_never_write_over_each_other_and_the_person_chooses(live: LiveOffice) -> None:
    first = opened(live)
    with kept_after(first):
        rename(first, "langkah_6", "Dari halaman pertama")
    second = first.context.new_page()
    second.goto(EDITOR)
    ready(second)
    with kept_after(second):
        rename(second, "langkah_7", "Dari halaman kedua")

    rename(first, "langkah_8", "Lagi dari halaman pertama")

    conflict = first.locator("[data-conflict]")
    expect(conflict).to_be_visible()
    assert "Dari halaman kedua" in draft(live).xml.decode()
    assert "Lagi dari halaman pertama" not in draft(live).xml.decode()
    with first.expect_download() as mine:
        conflict.get_by_role("button", name="Unduh gambar di halaman ini").click()
    assert "Lagi dari halaman pertama" in mine.value.path().read_text()
    with first.expect_download() as stored:
        conflict.get_by_role("link", name="Unduh yang tersimpan").click()
    assert "Dari halaman kedua" in stored.value.path().read_text()

    with kept_after(first):
        conflict.get_by_role("button", name="Pakai gambar di halaman ini").click()
    expect(conflict).to_be_hidden()
    assert "Lagi dari halaman pertama" in draft(live).xml.decode()


def test_the_stored_drawing_can_be_taken_instead(live: LiveOffice) -> None:
    page = opened(live)
    with kept_after(page):
        rename(page, "langkah_6", "Dari sini")
    elsewhere = draft(live).xml.replace(b"Dari sini", b"Dari sana")
    live.engine.save_diagram_draft(KEY, xml=elsewhere, expected_revision=draft(live).revision, by=OWNER)

    rename(page, "langkah_7", "Sesudahnya")
    page.get_by_role("button", name="Pakai yang tersimpan").click()

    expect(page.locator('[data-element-id="langkah_6"]')).to_contain_text("Dari sana")
    expect(page.locator('[data-element-id="langkah_7"]')).not_to_contain_text("Sesudahnya")


def test_a_draft_that_was_deployed_elsewhere_is_told_and_what_is_drawn_here_can_become_a_new_one(
    live: LiveOffice,
) -> None:
    page = opened(live)
    with kept_after(page):
        rename(page, "langkah_6", "Dari sini")
    live.engine.deploy_draft(KEY, "", expected_revision=draft(live).revision, by=OWNER)

    rename(page, "langkah_7", "Sesudahnya")

    expect(page.get_by_text("sudah dipasang atau dibuang dari halaman lain")).to_be_visible()
    assert live.engine.diagram_drafts(by=OWNER) == ()
    with kept_after(page):
        page.get_by_role("button", name="Pakai gambar di halaman ini").click()
    assert "Sesudahnya" in draft(live).xml.decode()


def test_what_another_page_drew_is_shown_when_this_one_is_looked_at_again(live: LiveOffice) -> None:
    page = opened(live)
    with kept_after(page):
        rename(page, "langkah_6", "Dari sini")
    elsewhere = draft(live).xml.replace(b"Dari sini", b"Dari sana")
    live.engine.save_diagram_draft(KEY, xml=elsewhere, expected_revision=draft(live).revision, by=OWNER)

    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    expect(page.locator(STATE)).to_contain_text("Dimuat ulang: diubah di halaman lain")
    expect(page.locator('[data-element-id="langkah_6"]')).to_contain_text("Dari sana")
    expect(page.locator("[data-conflict]")).to_be_hidden()


def test_a_form_that_is_changed_elsewhere_does_not_disturb_the_drawing(live: LiveOffice) -> None:
    page = opened(live)
    with kept_after(page):
        rename(page, "langkah_6", "Satu")
    forms = {**draft(live).forms}
    name = next(iter(forms))
    forms[name] = json.dumps(json.loads(forms[name]), indent=1)
    live.engine.save_diagram_draft(KEY, forms=forms, expected_revision=draft(live).revision, by=OWNER)

    with kept_after(page):
        rename(page, "langkah_7", "Dua")

    assert "Dua" in draft(live).xml.decode()
    assert draft(live).forms[name] == forms[name]


def test_leaving_with_unsaved_work_warns_and_an_outage_loses_nothing(live: LiveOffice) -> None:
    page = opened(live)
    page.route("**/edit", lambda route: route.abort() if route.request.method == "POST" else route.continue_())

    rename(page, "langkah_6", "Belum sampai")

    expect(page.locator(STATE)).to_contain_text("Belum tersimpan: server tidak terjangkau")
    with page.expect_event("dialog") as asked:
        page.once("dialog", Dialog.dismiss)
        page.evaluate("setTimeout(() => location.assign('/tasks'))")
    assert asked.value.type == "beforeunload"
    expect(page.locator(".editor[data-ready]")).to_have_count(1)

    page.unroute("**/edit")
    with kept_after(page):
        rename(page, "langkah_7", "Sesudah tersambung")

    assert "Belum sampai" in draft(live).xml.decode()


def test_everything_that_the_modeler_says_is_indonesian(live: LiveOffice) -> None:
    page = live.sign_in("pemilik", "/tasks", viewport=DESK)
    page.add_init_script(
        "window.untranslated = new Set();"
        "document.addEventListener('alur:untranslated', (event) => window.untranslated.add(event.detail));"
    )
    page.goto(EDITOR)
    ready(page)

    shown: set[str] = set(page.evaluate(SHOWN_TEXTS))
    for everything in (False, True):
        page.get_by_label("Semua jenis dan sifat").set_checked(everything)
        for element in ("langkah_6", "batas_6", "lewat_6", "mulai", "selesai", "alur_1_2", "jalur_petugas", "kolam"):
            select(page, element)
            _open_all_groups(page)
            shown |= set(page.evaluate(SHOWN_TEXTS))
            shown |= set(replacements(page))
    page.locator(".djs-minimap .toggle").click()
    shown |= set(page.evaluate(SHOWN_TEXTS))

    assert page.evaluate("[...window.untranslated]") == []
    diagram = live.engine.diagram_xml(KEY, 1).decode()
    own = {text for text in shown if text in diagram}
    english = {text for text in shown - own - NAMES_OF_BPMN if ENGLISH.search(text)}
    assert len(shown - own) > 60
    assert english == set()


def _open_all_groups(page: Page) -> None:
    closed = page.locator(
        ".bio-properties-panel-group-header:not(.open):not(.empty), "
        ".bio-properties-panel-collapsible-entry-header:not(.open)"
    )
    for _ in range(60):
        if not closed.count():
            return
        closed.first.dispatch_event("click")


def test_the_keyboard_alone_finds_an_element_and_changes_it(live: LiveOffice) -> None:
    page = opened(live)

    page.get_by_role("button", name="Cari elemen").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("ketua")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Ke sifatnya").focus()
    page.keyboard.press("Enter")

    expect(page.locator(".djs-element.selected")).to_have_count(1)
    expect(page.locator("[data-panel]")).to_be_focused()


def test_the_mark_of_bpmn_io_is_whole_and_uncovered(live: LiveOffice) -> None:
    page = opened(live)
    mark = page.locator(".bjs-powered-by")

    mark.scroll_into_view_if_needed()
    page.locator(".editor-desk").scroll_into_view_if_needed()

    box = mark.bounding_box()
    assert box is not None
    assert round(box["width"]) == 53
    assert round(box["height"]) >= 21
    assert page.evaluate(
        "([x, y]) => document.elementFromPoint(x, y)?.closest('.bjs-powered-by') !== null",
        [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2],
    )


def test_a_new_sop_begins_sound(live: LiveOffice) -> None:
    page = live.sign_in("pemilik", "/processes/new/edit", viewport=DESK)
    page.get_by_label("Nama SOP").fill("SOP Pengaduan Kategori Ringan")
    page.get_by_role("button", name="Buat draf").click()
    ready(page)

    expect(page.locator(".editor-title h1")).to_have_text("Ubah SOP Pengaduan Kategori Ringan")
    expect(page.locator(JUDGED)).to_contain_text("apat dipasang")
    assert "sop_pengaduan_kategori_ringan" in page.url


@pytest.mark.parametrize("size", [pytest.param(DESK, id="desk"), pytest.param(PHONE, id="phone")])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_is_readable_and_passes_axe(
    live: LiveOffice, accessible: Callable[[Page], None], size: dict[str, int], scheme: str
) -> None:
    page = opened(live, viewport=size, color_scheme=scheme)
    expect(page.locator(JUDGED)).to_have_text(re.compile("Tidak ada masalah"))
    assert page.get_by_text("Layar ini sempit").is_visible() == (size == PHONE)

    accessible(page)
    assert fits(page)
    assert smallest_text(page) >= 14


def test_without_a_script_the_page_says_what_to_do(live: LiveOffice) -> None:
    page = live.sign_in("pemilik", EDITOR, java_script_enabled=False)

    expect(page.get_by_text("memerlukan JavaScript")).to_be_visible()
    with page.expect_download() as got:
        page.get_by_role("link", name="unduh diagramnya").click()
    assert got.value.path().read_bytes() == live.engine.diagram_xml(KEY, 1)


def told(live: LiveOffice, xml: bytes) -> object:
    """Return everything that the engine reads in a diagram, but for its bytes."""
    (diagram,) = read_diagram(xml).diagrams
    return {each.name: getattr(diagram, each.name) for each in fields(diagram) if each.name not in ("xml", "file")}
