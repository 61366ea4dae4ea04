"""The calendar in Chromium: an admin closes a day and a deadline moves; fit for a phone, for axe, for the dark."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from engine import CalendarEdit, DayHours, Holiday, OfficeHours
from tests.browser.conftest import LiveOffice, fits, smallest_text
from tests.casework import Casework

PHONE = {"width": 390, "height": 844}
GROUND = "Surat Kepala Kantor W.11-1234"


@pytest.fixture
def work(live: LiveOffice) -> Casework:
    """The office's people at work, in an office with a season and a worked holiday."""
    work = Casework(live.engine)
    ramadan = OfficeHours(
        date(2026, 11, 16), "Ramadan", DayHours.parse("08.00-12.00 12.30-15.00"), None, date(2026, 11, 20)
    )
    natal = Holiday(date(2026, 12, 24), "Cuti Bersama Hari Raya Natal", "cuti_bersama", GROUND, works=True)
    live.engine.change_calendar(CalendarEdit(GROUND, days=(natal,), hours=(ramadan,)), by=work.person("admin"))
    return work


def close_wednesday(page: Page) -> None:
    """Type that the office is closed on Wednesday, up to the preview."""
    page.goto("/calendar/day")
    page.get_by_label("Tanggal").fill("2026-11-25")
    page.get_by_label("Nama").fill("Pemadaman listrik gedung")
    page.get_by_label("libur kantor").check()
    page.get_by_label("Dasar penetapan").fill(GROUND)
    page.get_by_role("button", name="Lihat akibatnya").click()


def test_an_admin_closes_a_day_and_the_deadline_moves_in_the_open(live, work):
    item = work.start_at(5)
    page = live.sign_in("admin", "/calendar")
    close_wednesday(page)
    row = page.get_by_role("row").filter(has_text="batas waktu").filter(has_text=item.case)
    expect(row).to_contain_text("Jum 27 Nov 2026 09.00 WIB")
    expect(row).to_contain_text("Sen 30 Nov 2026 09.00 WIB")

    page.get_by_role("button", name="Ubah kalender").click()

    expect(page.locator(".notice-done").first).to_contain_text("dihitung ulang dan dicatat dalam riwayatnya")
    officer = live.sign_in("koordinator_lalintas", f"/tasks/{item.path}")
    expect(officer.locator(".facts")).to_contain_text("Sen 30 Nov 2026 09.00 WIB")


def test_what_was_typed_is_there_again_when_it_has_to_be_mended(live, work):
    page = live.sign_in("admin", "/calendar")
    close_wednesday(page)

    page.get_by_role("button", name="Perbaiki isian").click()

    expect(page.get_by_label("Nama")).to_have_value("Pemadaman listrik gedung")
    expect(page.get_by_label("libur kantor")).to_be_checked()


def test_it_works_without_scripts(live, work):
    page = live.sign_in("admin", "/calendar", java_script_enabled=False)
    close_wednesday(page)

    page.get_by_role("button", name="Ubah kalender").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Kalender kantor")
    expect(page.get_by_text("Perubahan 3")).to_be_visible()


@pytest.mark.parametrize("context", [{}, {"viewport": PHONE}, {"color_scheme": "dark"}], ids=["wide", "phone", "dark"])
def test_every_page_is_accessible_and_fits(live, work, accessible, context):
    work.start_at(5)
    page = live.sign_in("admin", "/calendar", **context)

    def look(where: str) -> None:
        try:
            accessible(page)
            found = Axe().run(page, options={"runOnly": ["color-contrast", "link-in-text-block"]})
            assert found.violations_count == 0, found.generate_report()
            assert fits(page), "does not fit"
            assert smallest_text(page) >= 16
        except AssertionError as error:
            raise AssertionError(f"{where}: {error}") from error

    for where in (
        "/calendar",
        "/calendar?year=2029",
        "/calendar/changes",
        "/calendar/day",
        "/calendar/day?on=2026-12-25",
        "/calendar/hours",
        "/calendar/hours?first=2026-11-16&seasonal=1",
    ):
        page.goto(where)
        look(where)
    close_wednesday(page)
    look("preview")
    page.get_by_role("button", name="Perbaiki isian").click()
    page.get_by_label("Nama").fill("x")
    page.locator("form").filter(has_text="Lihat akibatnya").evaluate("form => form.noValidate = true")
    page.get_by_label("Tanggal").fill("")
    page.get_by_role("button", name="Lihat akibatnya").click()
    look("a problem")


def test_deadlines_beyond_the_last_decree_are_warned_of(live, work, accessible):
    live.clock.set(datetime.fromisoformat("2027-12-30T09:00+07:00"))
    work.start_at(5)
    page = live.sign_in("admin", "/calendar")

    expect(page.locator(".notice-warning").first).to_contain_text("hari liburnya belum ditetapkan")
    accessible(page)
