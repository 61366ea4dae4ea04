"""Every page of tasks, cases and starts in each of its states: fit for a phone, for axe, for a keyboard."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from engine import Upload
from tests.browser.conftest import LiveOffice, fits, smallest_text
from tests.casework import Casework
from tests.small_bpmn import Task, diagram, form, text_field
from webapp.demo import OWNER

PHONE = {"width": 390, "height": 844}
PHOTO = Upload("foto-loket-dengan-nama-yang-panjang-sekali-sampai-tidak-muat.jpg", "image/jpeg", b"\xff\xd8\xff foto")
POLL = 16_000
PRIMARY = 'main :is(button[type="submit"], [role="button"]):not(.secondary, .outline, .link-button)'

STUCK = {
    "buntu.bpmn": diagram(
        "buntu",
        "mulai > catat > jawab > pilih > selesai",
        {"catat": Task(form="catat"), "jawab": Task(form="jawab")},
        gateways={"pilih": "exclusive"},
        conditions={"pilih > selesai": "${isi == 'boleh'}"},
        drawing=100,
    ),
    "catat.form": form("catat", text_field("perihal")),
    "jawab.form": form("jawab", text_field("isi")),
}


@pytest.fixture
def work(live: LiveOffice) -> Casework:
    """The office's people at work, straight through the engine."""
    return Casework(live.engine)


@pytest.fixture
def states(live: LiveOffice, work: Casework) -> Mapping[str, tuple[str, str]]:
    """Pages in each of their states: a name, who looks, and where."""
    late = work.start_at(5, bukti=[PHOTO])
    live.clock.advance(timedelta(days=7))
    anonymous, secret = work.start_at(4, anonim=True), work.start_at(3, rahasia=True, bukti=[PHOTO])
    done = work.start_at(9)
    work.complete(done.case)
    unstaffed = work.start_at(4)
    work.complete(unstaffed.case, seksi_terkait="Subbagian Tata Usaha")
    held, free, cancelled = work.start_at(3), work.start_at(2), work.start_at(2)
    live.engine.claim(held.case, held.key, by=work.person("petugas2"))
    live.engine.cancel(cancelled.case, "Duplikat", by=work.person("kepala"))
    lost = work.start_at(3)
    live.engine.save_draft(lost.path, {"catatan_penerusan": ("Catatan saya",)}, by=work.person("petugas1"))
    work.complete(lost.case)
    return {
        "list of an officer": ("petugas1", "/tasks"),
        "list of a section": ("koordinator_lalintas", "/tasks"),
        "list with a section without anybody": ("koordinator_tikim", "/tasks"),
        "list, done by me": ("petugas1", "/tasks?show=done"),
        "list, nothing found": ("petugas1", "/tasks?q=PB-9"),
        "list, in no lane": ("admin", "/tasks"),
        "late step with its form": ("koordinator_lalintas", f"/tasks/{late.path}"),
        "step after an anonymous complaint": ("sekretaris", f"/tasks/{anonymous.path}"),
        "step that a colleague holds": ("petugas1", f"/tasks/{held.path}"),
        "step done by somebody else, with my draft": ("petugas1", f"/tasks/{lost.path}"),
        "step to reassign": ("kepala", f"/tasks/{held.path}/reassign"),
        "free step": ("petugas1", f"/tasks/{free.path}"),
        "cases": ("petugas1", "/cases"),
        "cases, nothing found": ("petugas1", "/cases?q=PB-9"),
        "running case": ("kepala", f"/cases/{late.case}"),
        "anonymous case": ("petugas1", f"/cases/{anonymous.case}"),
        "confidential case for an auditor": ("auditor", f"/cases/{secret.case}"),
        "finished case": ("petugas1", f"/cases/{done.case}"),
        "cancelled case": ("petugas1", f"/cases/{cancelled.case}"),
        "case to cancel": ("kepala", f"/cases/{late.case}/cancel"),
        "data to reveal": ("auditor", f"/cases/{secret.case}/reveal/langkah_1:1"),
        "complaint to record": ("petugas1", "/starts/sop_pengaduan_kategori_berat"),
        "nothing to record": ("sekretaris", "/starts"),
    }


def look_at(live: LiveOffice, states: Mapping[str, tuple[str, str]], look: Callable[[Page], None], **context) -> None:
    """Open every page and look at it; the name of the one that fails stands in the report."""
    pages: dict[str, Page] = {}
    for name, (who, where) in states.items():
        page = pages.get(who) or pages.setdefault(who, live.sign_in(who, **context))
        page.goto(where)
        if page.locator("figure[data-diagram]").count():
            expect(page.locator(".diagram-canvas .diagram-mark").first).to_be_attached()
        try:
            look(page)
        except AssertionError as error:
            raise AssertionError(f"{name}: {error}") from error


def test_every_page_is_accessible_and_has_at_most_one_thing_to_press_first(live, states, accessible):
    def look(page: Page) -> None:
        primary = page.locator(PRIMARY)
        assert primary.count() <= 1, primary.all_inner_texts()
        accessible(page)

    look_at(live, states, look)


def test_every_text_stands_out_in_the_dark(live, states):
    def look(page: Page) -> None:
        found = Axe().run(page, options={"runOnly": ["color-contrast", "link-in-text-block"]})
        assert found.violations_count == 0, found.generate_report()

    look_at(live, states, look, color_scheme="dark")


def test_every_page_fits_a_phone_with_text_that_can_be_read(live, states, accessible):
    def look(page: Page) -> None:
        assert fits(page)
        assert smallest_text(page) >= 16
        accessible(page)

    look_at(live, states, look, viewport=PHONE)


def test_what_was_wrong_is_read_out_first_and_leads_to_its_field(live, work, accessible):
    item = work.start_at(5)
    page = live.sign_in("koordinator_lalintas", f"/tasks/{item.path}", viewport=PHONE)
    page.get_by_label("Jawaban atas pengaduan").fill("Paspor terbit besok")
    page.get_by_role("button", name="Selesaikan langkah 5").click()

    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("3 isian perlu diperbaiki")
    accessible(page)
    summary.get_by_role("link", name="Diberikan oleh").press("Enter")

    expect(page.get_by_label("Diberikan oleh")).to_be_focused()
    expect(page.get_by_label("Jawaban atas pengaduan")).to_have_value("Paspor terbit besok")
    assert fits(page)


def test_who_loses_the_race_reads_who_was_faster_and_can_copy_what_was_typed(live, work, accessible):
    item = work.start_at(3)
    page = live.sign_in("petugas2", f"/tasks/{item.path}")
    page.get_by_label("Catatan untuk sekretaris").fill("Catatan saya yang panjang")
    live.engine.complete(item.case, item.key, {}, by=work.person("petugas1"))
    page.get_by_role("button", name="Selesaikan langkah 3").click()

    expect(page.get_by_role("alert")).to_contain_text("Diselesaikan oleh Siti Rahmawati pada Sel 24 Nov 2026 09.00 WIB")
    expect(page.get_by_label("Catatan untuk sekretaris")).to_have_value("Catatan saya yang panjang")
    accessible(page)


def test_an_incident_is_told_to_who_meets_it_and_to_who_must_act(live, work, accessible):
    live.engine.deploy(STUCK, by=OWNER)
    case = live.engine.start("buntu", {}, by=work.person("petugas1")).number
    officer = live.sign_in("petugas1", f"/tasks/{case}/jawab:1")
    officer.get_by_label("Isi", exact=True).fill("tidak")
    officer.get_by_role("button", name="Selesaikan langkah ini").click()
    owner = live.sign_in("pemilik", f"/cases/{case}")

    expect(officer.get_by_role("alert")).to_contain_text("Perkara ini tertahan sebagai insiden")
    expect(owner.get_by_role("alert")).to_contain_text("Perkara ini berhenti karena insiden")
    expect(owner.get_by_role("button", name="Coba lagi")).to_be_visible()
    accessible(officer)
    accessible(owner)


def test_revealed_data_is_shown_on_one_page_alone(live, work, accessible):
    case = work.start(anonim=True, nama_pengadu="Rahayu Ningsih")
    page = live.sign_in("petugas1", f"/cases/{case}")
    page.get_by_role("link", name="Buka data tertutup…").click()
    page.get_by_label("Untuk apa Anda memerlukannya?").fill("Menghubungi pengadu")
    page.get_by_role("button", name="Catat alasan dan buka data").click()

    expect(page.get_by_text("Rahayu Ningsih")).to_be_visible()
    accessible(page)
    page.get_by_role("button", name="Tutup dan kembali").click()
    expect(page.get_by_text("Rahayu Ningsih")).to_have_count(0)


# --- pages that stay open --------------------------------------------------------------------


def test_a_list_that_refreshes_itself_keeps_focus_and_scroll_and_says_what_changed(live, work):
    live.clock.advance(timedelta(days=1))
    for _ in range(12):
        work.start_at(4)
    page = live.sign_in("sekretaris")
    page.clock.install()
    page.goto("/tasks")
    link = page.locator("table a").last
    link.focus()
    name, before = link.get_attribute("id"), page.evaluate("window.scrollY")
    live.clock.advance(timedelta(days=-1))
    work.start_at(4)

    page.clock.fast_forward(POLL)

    expect(page.get_by_role("status")).to_have_text("13 tugas.")
    expect(page.locator(f"[id='{name}']")).to_be_focused()
    assert before > 0
    assert abs(page.evaluate("window.scrollY") - before) < 400


def test_a_list_whose_session_has_ended_leads_to_signing_in(live):
    page = live.sign_in("sekretaris")
    page.clock.install()
    page.goto("/tasks")
    page.context.clear_cookies()

    page.clock.fast_forward(POLL)

    expect(page.get_by_role("heading", level=1)).to_have_text("Masuk")


def test_a_case_page_shows_a_step_that_was_done_elsewhere_in_list_and_diagram(live, work):
    item = work.start_at(3)
    page = live.sign_in("petugas1")
    page.clock.install()
    page.goto(f"/cases/{item.case}")
    mark = page.locator('[data-container-id="langkah_4"] .diagram-mark')
    expect(page.locator('[data-container-id="langkah_3"] .diagram-mark')).to_have_text("▶ segera")
    work.complete(item.case)

    page.clock.fast_forward(POLL)

    expect(page.locator("#langkah > li")).to_have_count(4)
    expect(mark).to_have_text("▶ sekarang")
    expect(page.locator('[data-container-id="langkah_3"] .diagram-mark')).to_have_text("✓ selesai")


def test_what_is_typed_is_kept_on_the_server_and_stands_there_after_a_reload(live, work):
    item = work.start_at(3)
    page = live.sign_in("petugas2", f"/tasks/{item.path}")
    page.get_by_label("Catatan untuk sekretaris").press_sequentially("Baru separuh")
    expect(page.locator("[data-draft-state]")).to_have_text("Tersimpan 09.00")

    page.reload()

    expect(page.get_by_label("Catatan untuk sekretaris")).to_have_value("Baru separuh")


# --- the diagram -----------------------------------------------------------------------------


def test_the_diagram_says_in_words_what_is_done_and_what_is_late_and_shows_its_maker(live, work):
    item = work.start_at(5)
    live.clock.advance(timedelta(days=7))
    page = live.sign_in("kepala", f"/cases/{item.case}")
    words = page.locator(".diagram-canvas .diagram-mark")

    expect(words).to_have_text(["✓ selesai"] * 4 + ["! lewat batas"])
    expect(page.get_by_role("img", name="Daftar langkah memuat keterangan yang sama.")).to_be_visible()
    maker = page.locator(".bjs-powered-by")
    maker.scroll_into_view_if_needed()
    box = maker.bounding_box()
    middle = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
    assert page.evaluate("([x, y]) => !!document.elementFromPoint(x, y).closest('.bjs-powered-by')", middle)


def test_on_a_phone_the_diagram_begins_at_the_step_of_now_and_shows_all_when_asked(live, work):
    item = work.start_at(5)
    page = live.sign_in("kepala", f"/cases/{item.case}", viewport=PHONE)
    here, last = (page.locator(f'[data-element-id="langkah_{step}"]') for step in (5, 9))
    expect(here).to_be_visible()
    canvas = page.locator(".diagram-canvas")

    def inside(element) -> bool:
        outer, inner = canvas.bounding_box(), element.bounding_box()
        return outer["x"] - 1 <= inner["x"] and inner["x"] + inner["width"] <= outer["x"] + outer["width"] + 1

    assert inside(here)
    assert not inside(last)
    page.get_by_role("button", name="Seluruh diagram").click()
    assert inside(last)
    page.get_by_role("button", name="Langkah sekarang").click()
    assert not inside(last)


def test_a_step_that_the_diagram_lacks_is_left_out_and_the_others_are_marked(live, work):
    item = work.start_at(3)
    page = live.sign_in("petugas1")

    def with_a_stranger(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace('data-elements="langkah_1"', 'data-elements="asing"'))

    page.route(f"**/cases/{item.case}", with_a_stranger)
    page.goto(f"/cases/{item.case}")

    expect(page.locator(".diagram-canvas .diagram-mark")).to_have_text(["✓ selesai", "▶ segera"])


def test_a_diagram_that_cannot_be_loaded_says_so(live, work, accessible):
    item = work.start_at(3)
    page = live.sign_in("petugas1")
    page.route("**/diagram", lambda route: route.fulfill(status=500, body=""))

    page.goto(f"/cases/{item.case}")

    expect(page.get_by_role("alert")).to_contain_text("Diagram tidak dapat dimuat.")
    accessible(page)


# --- other ways to work ----------------------------------------------------------------------


def test_the_keyboard_alone_takes_a_step_and_does_it(live, work):
    item = work.start_at(3)
    page = live.sign_in("petugas2", "/tasks")

    def tab_to(name: str, role: str) -> None:
        wanted = page.get_by_role(role, name=name)
        for _ in range(40):
            page.keyboard.press("Tab")
            if wanted.evaluate_all("(all) => all.includes(document.activeElement)"):
                return
        raise AssertionError(f"the Tab key does not reach {name}")

    tab_to(item.case, "link")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(item.name)
    tab_to("Ambil tugas", "button")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Lepas tugas")).to_be_visible()
    tab_to("Catatan untuk sekretaris", "textbox")
    page.keyboard.type("Mohon segera")
    tab_to("Selesaikan langkah 3", "button")
    page.keyboard.press("Enter")

    expect(page.get_by_text(f"Langkah 3 dari 9 selesai untuk perkara {item.case}.")).to_be_visible()


def test_everything_but_the_diagram_works_without_scripts(live, work):
    item = work.start_at(3)
    page = live.sign_in("petugas2", "/tasks", java_script_enabled=False)

    page.get_by_role("row").filter(has_text=item.case).get_by_role("link").click()
    page.get_by_role("button", name="Ambil tugas").click()
    page.get_by_label("Catatan untuk sekretaris").fill("Mohon segera")
    page.get_by_role("button", name="Simpan draf").click()
    expect(page.get_by_label("Catatan untuk sekretaris")).to_have_value("Mohon segera")
    expect(page.get_by_text("Diagram memerlukan JavaScript.")).to_be_visible()
    page.get_by_role("button", name="Selesaikan langkah 3").click()

    expect(page.get_by_text(f"Langkah 3 dari 9 selesai untuk perkara {item.case}.")).to_be_visible()
