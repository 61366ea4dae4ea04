"""The auditor's search and the timer ledger in a browser: wide, on a phone, in the dark, by keyboard, for axe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from engine import CaseSearch, sweep
from tests.browser.conftest import LiveOffice, fits, smallest_text
from tests.casework import Casework

PHONE = {"width": 390, "height": 844}
WIDE = {"width": 1280, "height": 900}
PRIMARY = 'main :is(button[type="submit"], [role="button"]):not(.secondary, .outline, .link-button)'


@pytest.fixture
def pages(live: LiveOffice) -> Mapping[str, str]:
    """Both pages in each of their states, by name."""
    work = Casework(live.engine)
    late = work.start_at(5)
    live.clock.advance(timedelta(days=7))
    sweep(live.engine)
    work.start_at(4, anonim=True, rahasia=True)
    work.complete(work.start_at(9).case)
    cancelled = work.start_at(3)
    live.engine.cancel(cancelled.case, "Duplikat", by=work.person("kepala"))
    auditor = work.person("auditor")
    live.engine.save_search("Sangat terlambat di langkah 5 atau sesudahnya", CaseSearch(overrun=True), by=auditor)
    live.engine.save_search("Insiden", CaseSearch(state="incident"), by=auditor)
    step = f"/audit?sop={work.key}&step={work.key}/langkah_5&late=1&person=koordinator_lalintas"
    return {
        "all cases": "/audit",
        "found": "/audit?late=1&saved=Sangat+terlambat+di+langkah+5+atau+sesudahnya",
        "many criteria": step + "&from=2026-11-01&to=2026-12-31&state=running&lane=Petugas&q=PB",
        "nothing found": "/audit?q=ZZ",
        "no sense": "/audit?from=2026-12-01&to=2026-11-01",
        "ledger": "/audit/timers",
        "what was late": "/audit/timers?show=late",
        "nothing in the ledger": "/audit/timers?from=2025-01-01&to=2025-01-31",
        "ledger of one case": f"/audit/timers?case={late.case}",
        "ledger, no sense": "/audit/timers?from=2026-12-01&to=2026-11-01",
    }


def look_at(live: LiveOffice, pages: Mapping[str, str], look: Callable[[Page], None], **context: object) -> None:
    """Open every page and look at it; the name of the one that fails stands in the report."""
    page = live.sign_in("auditor", **context)
    for name, where in pages.items():
        page.goto(where)
        try:
            look(page)
        except AssertionError as error:
            raise AssertionError(f"{name}: {error}") from error


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_every_page_is_accessible_and_fits(live, pages, accessible, viewport):
    def look(page: Page) -> None:
        assert fits(page)
        assert smallest_text(page) >= 16
        assert page.locator(PRIMARY).count() <= 1, page.locator(PRIMARY).all_inner_texts()
        accessible(page)

    look_at(live, pages, look, viewport=viewport)


def test_every_text_stands_out_in_the_dark(live, pages):
    def look(page: Page) -> None:
        found = Axe().run(page, options={"runOnly": ["color-contrast", "link-in-text-block"]})
        assert found.violations_count == 0, found.generate_report()

    look_at(live, pages, look, color_scheme="dark")


def test_a_search_is_asked_kept_opened_and_deleted_by_keyboard_without_script(live, pages):
    page = live.sign_in("auditor", "/audit", java_script_enabled=False)

    page.get_by_role("checkbox", name="terlambat").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Cari", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Perkara yang cocok")).to_be_visible()
    expect(page.locator("table.found tbody tr")).to_have_count(1)
    page.get_by_label("Nama", exact=True).fill("Semua yang terlambat")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Pencarian “Semua yang terlambat” disimpan.")).to_be_visible()
    page.goto("/audit")
    page.get_by_role("link", name="Semua yang terlambat").focus()
    page.keyboard.press("Enter")
    expect(page.locator("table.found tbody tr")).to_have_count(1)
    page.get_by_role("button", name="Hapus pencarian Semua yang terlambat").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_text("Pencarian “Semua yang terlambat” dihapus.")).to_be_visible()
    expect(page.get_by_role("link", name="Semua yang terlambat")).to_have_count(0)


def test_from_a_found_case_to_its_replay(live, pages):
    page = live.sign_in("auditor", "/audit?late=1")

    page.get_by_role("link", name="Putar ulang PB-2026-00001").click()

    page.wait_for_url("**/cases/PB-2026-00001/replay*")
