"""One complaint from "Catat pengaduan" to its end, in Chromium, by the people of the example office."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Locator, Page, expect

from engine import Form
from tests.browser.conftest import LiveOffice
from tests.casework import DOES
from tests.filling import posted
from webapp.demo import LALINTAS

PHOTO = {"name": "bukti.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff\xe0 foto"}
POLL = 16_000
"""Milliseconds after which an open list has asked for itself again."""


def fill(page: Page, form: Form, **own: str) -> None:
    """Fill in every field that the page shows, as a person does."""
    for key, texts in {**posted(form), **{key: [text] for key, text in own.items()}}.items():
        field = page.locator(f'main form[data-form] [name="{key}"]')
        if field.first.is_visible():
            enter(field, texts[0])


def enter(field: Locator, text: str) -> None:
    """Answer one field, whatever it is."""
    kind = field.first.evaluate("each => each.type")
    if kind == "radio":
        field.and_(field.page.locator(f'[value="{text}"]')).check()
    elif kind == "checkbox":
        field.check()
    elif kind == "select-one":
        field.select_option(text)
    else:
        field.fill(text)


def do_step(office: LiveOffice, case: str, step: int, page: Page, **own: str) -> None:
    """Open the step from the list, take it, fill it in and hand it in."""
    page.goto("/tasks")
    page.get_by_role("row").filter(has_text=case).get_by_role("link").click()
    expect(page.get_by_text(f"Langkah {step} dari 9", exact=True)).to_be_visible()
    page.get_by_role("button", name="Ambil tugas").click()
    expect(page.locator("#keadaan").get_by_text("Anda", exact=True)).to_be_visible()
    by = office.engine.person(DOES[str(step)])
    fill(page, office.engine.form(case, f"langkah_{step}:1", by=by), **own)
    page.get_by_role("button", name=f"Selesaikan langkah {step}").click()
    expect(page.get_by_text(f"Langkah {step} dari 9 selesai untuk perkara {case}.")).to_be_visible()


def test_a_complaint_goes_through_all_nine_steps_and_one_of_them_turns_overdue_by_itself(
    live: LiveOffice, accessible: Callable[[Page], None]
) -> None:
    pages = {name: live.sign_in(name) for name in sorted(set(DOES.values()))}
    officer = pages["petugas1"]

    # Step 1: recorded on behalf of the Pemohon.
    officer.get_by_role("link", name="Catat pengaduan").first.click()
    start = live.engine.start_form("sop_pengaduan_kategori_berat", by=live.engine.person("petugas1"))
    fill(officer, start.form, nama_pengadu="Rahayu Ningsih", uraian="Paspor belum terbit juga.")
    officer.locator('[name="bukti"]').set_input_files([PHOTO])
    accessible(officer)
    officer.get_by_role("button", name="Catat pengaduan").click()
    expect(officer.get_by_role("heading", level=1)).to_have_text("PB-2026-00001")
    expect(officer.get_by_text("Tercatat dengan nomor PB-2026-00001.")).to_be_visible()
    case = "PB-2026-00001"

    # Steps 2 to 4.
    for step in (2, 3):
        do_step(live, case, step, pages[DOES[str(step)]])
    do_step(live, case, 4, pages["sekretaris"], seksi_terkait=LALINTAS)

    # Step 5 is left lying; the list of who should do it is open all the time.
    coordinator = pages["koordinator_lalintas"]
    coordinator.clock.install()
    coordinator.goto("/tasks")
    row = coordinator.get_by_role("row").filter(has_text=case)
    expect(row).to_contain_text("sisa 3 hari kerja")
    coordinator.evaluate("window.neverLoadedAnew = true")
    live.clock.advance(timedelta(days=6))
    coordinator.clock.fast_forward(POLL)
    expect(row).to_contain_text("lewat 1 hari kerja")
    expect(coordinator.get_by_role("status")).to_have_text("1 tugas, 1 lewat batas.")
    assert coordinator.evaluate("window.neverLoadedAnew")
    accessible(coordinator)

    # Steps 5 to 9.
    for step in (5, 6, 7, 8, 9):
        do_step(live, case, step, pages[DOES[str(step)]])
    officer.goto(f"/cases/{case}")
    expect(officer.locator(".case-badges")).to_have_text("Selesai")
    expect(officer.locator("#langkah > li")).to_have_count(9)
    expect(officer.locator("#langkah > li").nth(4)).to_contain_text(re.compile("lewat 1 hari kerja"))
    accessible(officer)

    (verdict,) = live.engine.verify_all()
    assert verdict.sound, verdict.findings
    history = live.engine.history(case, by=live.engine.person("auditor"))
    assert any("batas_5:1" in event.payload for event in history if event.type == "TimerFired")
    assert live.engine.rebuild() == 0
    assert all(verdict.sound for verdict in live.engine.verify_all())
