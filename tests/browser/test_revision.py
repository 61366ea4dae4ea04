"""A revision from beginning to end: drawn in the page, seen in words and in its effect, deployed, 40 cases moved.

Fifty cases are open meanwhile; the auditor sees both stretches of one that moved.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LiveOffice
from tests.browser.test_editor import PLACE, field, kept_after, opened, select
from tests.casework import Casework
from tests.filling import answers

CASES, STAY = 50, 10
STEPS = (2, 3, 4, 5, 6)


@pytest.fixture
def work(live: LiveOffice) -> Casework:
    """The office with its open cases, a day and an hour after they came in."""
    work = Casework(live.engine)
    for number in range(CASES):
        work.start_at(STEPS[number % len(STEPS)])
    live.clock.advance(timedelta(days=1, hours=1))
    return work


def draw(page: Page) -> None:
    """Move step 6 to the lane of the secretary, and give step 5 two days instead of three."""
    x, y = page.evaluate(PLACE, "langkah_6")
    _, lane = page.evaluate(PLACE, "jalur_sekretaris")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 20, steps=3)
    page.mouse.move(x, lane - 40, steps=8)
    page.mouse.up()
    select(page, "batas_5")
    with kept_after(page):
        field(page, "Timer", "Nilai").fill("P2D")


def due_dates(work: Casework, cases: list[str]) -> dict[str, datetime | None]:
    """Return when the open step of each case is due."""
    return {case: work.open_step(case).due_at for case in cases}


def test_an_owner_revises_the_sop_moves_forty_cases_and_the_auditor_sees_both_stretches(
    live: LiveOffice, work: Casework
) -> None:
    cases = sorted(case.number for case in live.engine.find_cases("", by=work.person("kepala")))
    assert len(cases) == CASES
    before = due_dates(work, cases)
    page = opened(live)
    draw(page)

    page.get_by_role("link", name="Tinjau dan pasang…").click()
    words = page.locator("#perbedaan")
    expect(words.locator("li.difference[data-area=step]", has_text="Langkah 5:")).to_contain_text(
        re.compile("3 hari.*2 hari")
    )
    expect(words.locator("li.difference[data-area=step]", has_text="Langkah 6:")).to_contain_text(
        re.compile("Koordinator seksi/ Pimpinan.*Sekretaris / ketua tim pengaduan")
    )
    page.get_by_role("link", name="Dampak pada perkara terbuka").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Akibat draf Anda bagi perkara terbuka")
    expect(page.get_by_role("button", name="Lanjutkan")).to_have_count(0)
    expect(page.locator(".effect-facts > div", has_text="Cocok, dapat dipindahkan")).to_contain_text(str(CASES))

    page.goto(f"/processes/{work.key}/draft")
    page.get_by_label("Apa yang berubah, dan mengapa").fill("Langkah 5 dua hari; langkah 6 oleh sekretaris")
    page.get_by_role("button", name="Pasang versi 2").click()
    expect(page.get_by_role("heading", name="Versi 2").or_(page.get_by_text("Versi 2")).first).to_be_visible()
    assert live.engine.moving_from(work.key, by=work.person("pemilik")) == {1: CASES}

    page.goto(f"/processes/{work.key}/move?to=2")
    page.get_by_label("Batas waktu tetap.").check()
    page.get_by_role("button", name="Lihat pratinjau").click()
    for case in cases[:STAY]:
        page.get_by_label(f"Pindahkan {case}").uncheck()
    page.get_by_label("Alasan").fill("Standar baru")
    page.get_by_role("button", name="Pindahkan perkara yang cocok").click()
    expect(page.get_by_text(f"Selesai: {CASES - STAY} dari {CASES - STAY} perkara dipindahkan.")).to_be_visible(
        timeout=60_000
    )

    assert live.engine.moving_from(work.key, by=work.person("pemilik")) == {1: STAY, 2: CASES - STAY}
    assert due_dates(work, cases) == before
    moved = next(case for case in cases[STAY:] if work.open_step(case).step == "6")
    assert work.open_step(moved).lane == "Sekretaris / ketua tim pengaduan"
    secretary = work.person("sekretaris")
    form = live.engine.form(moved, "langkah_6:1", by=secretary)
    live.engine.complete(moved, "langkah_6:1", answers(form, live.engine.now()), by=secretary)
    auditor = live.sign_in("auditor", f"/cases/{moved}/replay")
    stretches = auditor.get_by_role("navigation", name="Bagian perkara menurut versi diagram")
    expect(stretches).to_contain_text("Versi 1")
    expect(stretches).to_contain_text("Versi 2")
    expect(auditor.get_by_text("Perkara dipindahkan dari versi 1 ke versi 2").first).to_be_attached()
