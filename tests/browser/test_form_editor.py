"""The form editor in Chromium: what it offers, in which words, and that every change is kept, checked and shown."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LiveOffice, fits

KEY = "sop_pengaduan_kategori_berat"
FORM = "pengaduan-2-pencatatan"
ADDRESS = f"/processes/{KEY}/forms/{FORM}/edit"
WIDE = {"width": 1280, "height": 900}
OFFERED = [
    *("textfield", "textarea", "number", "datetime", "filepicker"),
    *("checkbox", "checklist", "radio", "select", "taglist"),
    *("text", "image", "spacer", "separator", "group"),
]
# Words that an English text of the editor would hold, and no Indonesian one does.
ENGLISH = re.compile(
    r"\b(the|of|is|field|form|label|text|value|values|list|create|remove|select|drag|drop|search|components?|group|"
    r"required|minimum|maximum|length|section|toggle|click|expression|options?|general|condition|column|height|"
    r"image|file|files|date|time|number|checkbox|custom|disabled|read|only|no|not|must|should|add|delete|open|close)\b",
    re.IGNORECASE,
)
LOANED = {"Label", "Label kolom", "Label tanggal", "Petunjuk di bawah label"}
LOANED |= {"Gambar tertanam, ditulis sebagai data:image/png;base64,…"}
SEEN = """() => {
  const found = new Set();
  const walker = document.createTreeWalker(document.querySelector(".form-bench"), NodeFilter.SHOW_ALL);
  const outside = ".fjs-form-field-label, .fjs-form-field-description, .cm-line, .fjs-form-field-text";
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const element = node.nodeType === 3 ? node.parentElement : node;
    if (!element.checkVisibility?.({visibilityProperty: true}) || element.closest(outside)) continue;
    if (node.nodeType === 3) found.add(node.data.trim());
    else for (const name of ["title", "placeholder", "aria-label", "alt"]) found.add(node.getAttribute(name) || "");
  }
  return [...found].filter(Boolean);
}"""


@pytest.fixture
def office(live: LiveOffice) -> LiveOffice:
    """The example office, whose owner has a draft."""
    owner = live.engine.person("pemilik")
    assert owner is not None
    live.engine.begin_diagram_draft(KEY, 1, by=owner)
    return live


def open_editor(office: LiveOffice, address: str = ADDRESS, **context: Any) -> Page:
    page = office.sign_in("pemilik", address, **({"viewport": WIDE} | context))
    page.locator(".fjs-element[data-id]").first.wait_for()
    page.locator("[data-form-shown] form, [data-form-shown] .notice").first.wait_for()
    return page


def add(page: Page, kind: str) -> None:
    """Put a component at the end of the form, by keyboard, and choose it."""
    page.locator(f'.fjs-palette-field[data-field-type="{kind}"]').press("Enter")
    page.locator(f'.fjs-element[data-field-type="{kind}"]').last.click(position={"x": 3, "y": 3})


def kept(office: LiveOffice, form: str = FORM) -> dict[str, Any]:
    """Return the form as the draft keeps it."""
    owner = office.engine.person("pemilik")
    assert owner is not None
    draft = office.engine.diagram_draft(KEY, by=owner)
    assert draft is not None
    found: dict[str, Any] = json.loads(draft.forms[form])
    return found


def saved(page: Page) -> None:
    """Wait until the last change is kept."""
    page.locator("[data-state][data-kept=yes]").wait_for()


def test_only_what_we_draw_is_offered_and_every_word_is_indonesian(office):
    page = open_editor(office)
    offered = [each.get_attribute("data-field-type") for each in page.locator(".fjs-palette-field").all()]
    words = set(page.evaluate(SEEN))

    for kind in OFFERED:
        add(page, kind)
        page.evaluate(
            "document.querySelectorAll('.bio-properties-panel-group-header:not(.open)').forEach((h) => h.click())"
        )
        page.evaluate("document.querySelectorAll('.bio-properties-panel-add-entry').forEach((each) => each.click())")
        words |= set(page.evaluate(SEEN))

    assert sorted(offered) == sorted(OFFERED)
    assert {"Komponen", "Umum", "Wajib diisi", "Sembunyikan bila", "Tambahkan Kelompok", "Hapus Kelompok"} <= words
    assert not {word for word in words if ENGLISH.search(word)} - LOANED
    saved(page)


def test_what_a_new_component_says_is_indonesian_too(office):
    page = open_editor(office)

    for kind in ("textfield", "datetime", "select"):
        add(page, kind)
    header = page.locator(".bio-properties-panel-group-header", has_text="Daftar pilihan")
    header.locator(".bio-properties-panel-add-entry").click()
    saved(page)

    text, date, choice = kept(office)["components"][-3:]
    assert text["label"] == "Teks sebaris"
    assert date["dateLabel"] == "Tanggal"
    assert [option["label"] for option in choice["values"]] == ["Pilihan 1", "Pilihan 2", "Pilihan 3"]


def test_opening_a_form_changes_nothing_of_it(office):
    owner = office.engine.person("pemilik")
    bare = {"type": "textfield", "id": "Field_polos", "key": "polos"}
    drawn = {"type": "default", "id": FORM, "schemaVersion": 18, "components": [bare, {"type": "text", "id": "t"}]}
    before = office.engine.diagram_draft(KEY, by=owner)
    forms = {**before.forms, FORM: json.dumps(drawn)}
    office.engine.save_diagram_draft(KEY, forms=forms, expected_revision=1, by=owner)

    page = open_editor(office)
    add(page, "separator")
    saved(page)
    page.get_by_role("button", name="Urungkan").click()
    saved(page)

    after = kept(office)
    looks = {"layout"}
    assert [{key: value for key, value in each.items() if key not in looks} for each in after["components"]] == drawn[
        "components"
    ]


def test_a_problem_stands_on_its_component_and_leads_there(office):
    page = open_editor(office)

    add(page, "image")
    saved(page)

    image = page.locator('.fjs-element[data-field-type="image"]')
    assert page.locator("[data-count]").inner_text() == "1"
    assert image.evaluate("(each) => getComputedStyle(each, '::after').content") == '"! 1 masalah"'
    page.locator(".fjs-element[data-id]").nth(1).click(position={"x": 3, "y": 3})
    page.get_by_role("tab", name="Masalah").click()
    page.locator("[data-problems] button").click()
    expect(page.locator('.fjs-editor-selected[data-field-type="image"]')).to_have_count(1)
    expect(page.locator("[data-form-shown]")).to_contain_text("belum dapat ditunjukkan")


def test_personal_data_and_roles_are_set_without_knowing_their_names(office):
    page = open_editor(office)
    add(page, "checkbox")
    page.get_by_role("tab", name="Pribadi").click()

    page.get_by_label("Memuat data pribadi").check()
    page.get_by_label("Petugas", exact=True).check()
    page.get_by_label("Peran dalam perkara").select_option("rahasia")
    saved(page)
    assert kept(office)["components"][-1]["properties"] == {"pribadi": "Petugas", "peran": "rahasia"}

    page.get_by_label("Memuat data pribadi").uncheck()
    page.get_by_label("Peran dalam perkara").select_option("")
    saved(page)
    assert "properties" not in kept(office)["components"][-1]


def test_the_form_below_is_the_one_that_staff_will_see_with_its_conditions(office):
    page = open_editor(office)
    shown = page.locator("[data-form-shown]")

    assert shown.get_by_label("Bentuk permasalahan lainnya").is_hidden()
    shown.get_by_label("Bentuk permasalahan", exact=False).first.select_option(label="Lainnya")

    assert shown.get_by_label("Bentuk permasalahan lainnya").is_visible()


def test_another_tab_s_change_is_told_and_nothing_is_lost(office):
    page = open_editor(office)
    owner = office.engine.person("pemilik")
    draft = office.engine.diagram_draft(KEY, by=owner)
    theirs = json.dumps(json.loads(draft.forms[FORM]) | {"schemaVersion": 3})
    office.engine.save_diagram_draft(KEY, forms={**draft.forms, FORM: theirs}, expected_revision=1, by=owner)

    add(page, "separator")

    expect(page.get_by_role("heading", name="Formulir ini berubah di tempat lain")).to_be_visible()
    assert kept(office)["schemaVersion"] == 3
    with page.expect_download() as mine:
        page.get_by_role("button", name="Unduh yang di halaman ini").click()
    assert '"separator"' in mine.value.path().read_text()
    page.get_by_role("button", name="Pakai yang di halaman ini").click()
    saved(page)
    assert kept(office)["components"][-1]["type"] == "separator"


def test_leaving_with_unsaved_work_warns(office):
    page = open_editor(office)
    page.route("**/edit", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))

    add(page, "separator")
    expect(page.locator("[data-state]").first).to_contain_text("server tidak terjangkau")
    page.goto("/tasks")

    assert asked == ["beforeunload"]


def test_without_a_script_the_source_is_there_to_be_changed(office):
    page = office.sign_in("pemilik", ADDRESS, java_script_enabled=False)
    page.get_by_text("Sumber JSON").click()
    source = page.locator("#source")

    source.fill(source.input_value().replace("Jenis laporan", "Jenis aduan"))
    page.get_by_role("button", name="Simpan sumber ini ke draf").click()

    assert page.get_by_text("Formulir tersimpan di draf.").is_visible()
    assert "Jenis aduan" in json.dumps(kept(office))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_are_accessible_and_fit_the_screen(office, accessible, width, scheme):
    context = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    page = open_editor(office, **context)

    assert fits(page)
    mark = page.locator(".fjs-powered-by-link")
    assert mark.is_visible()
    for tab in ("Pribadi", "Masalah", "Sifat"):
        page.get_by_role("tab", name=tab).click()
        accessible(page)
    for address in (f"/processes/{KEY}/forms", f"/processes/{KEY}/forms/{FORM}/try"):
        page.goto(address)
        assert fits(page)
        accessible(page)
