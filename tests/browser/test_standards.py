"""A new standard tried on history, and the heat map, in Chromium: drawn, coloured, and told without a script."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from engine import sweep
from engine.standards import passages
from tests.browser.conftest import LiveOffice, fits, smallest_text
from tests.casework import DOES, Casework
from webapp.standards import heat, trials

KEY = "sop_pengaduan_kategori_berat"
PHONE = {"width": 390, "height": 844}
WIDE = {"width": 1280, "height": 900}
PACE = (timedelta(minutes=1), timedelta(hours=2), timedelta(days=1, hours=1), timedelta(minutes=4), timedelta(days=5))
"""What passes before each step, in turn."""
TRIAL = f"/processes/{KEY}/trial?langkah_5=2+hari&langkah_2=1+menit"
HEAT = f"/processes/{KEY}/1/heat"


@pytest.fixture
def lived(live: LiveOffice) -> LiveOffice:
    """The office after some weeks of work: a dozen cases, quick and slow, most of them to the end."""
    office, turn = Casework(live.engine), 0
    for number in range(12):
        case = office.start(rahasia=number == 3)
        for _ in range(8 if number % 4 else 4):
            turn += 1
            live.clock.advance(PACE[(turn * 7 + number) % len(PACE)])
            sweep(live.engine)
            item = office.open_step(case)
            if turn % 3:
                live.engine.claim(case, item.key, by=office.person(DOES[item.step or ""]))
                live.clock.advance(PACE[turn % 2])
            office.complete(case)
    return live


def opened(page: Page) -> None:
    """Wait until the diagram is drawn and marked."""
    expect(page.locator(".heat-diagram .djs-overlay").first).to_be_attached()


def test_a_trial_says_its_sentence_and_draws_the_distribution_with_both_standards(lived, accessible) -> None:
    page = lived.sign_in("pemilik", f"/processes/{KEY}/trial", viewport=WIDE)
    page.locator("input[name=langkah_5]").fill("2 hari")
    page.get_by_role("button", name="Hitung").click()

    expect(page.locator(".trial-sentence")).to_have_text(
        re.compile(r"Dengan 2 hari, [\d,]+ % langkah 5 akan terlambat \(sekarang [\d,]+ %\)\.")
    )
    drawing = page.get_by_role("img", name="Lama langkah 5 dalam waktu kantor")
    expect(drawing).to_be_visible()
    expect(drawing).to_contain_text("baru 2 hari")
    old, new = (page.locator(f".trial-step line.is-{kind}").bounding_box() for kind in ("old", "new"))
    assert old
    assert new
    assert new["x"] < old["x"]
    accessible(page)


def test_the_diagram_is_coloured_by_what_the_table_says_and_can_be_coloured_otherwise(lived, accessible) -> None:
    page = lived.sign_in("auditor", HEAT, viewport=WIDE)
    opened(page)

    def coloured() -> dict[str, str]:
        shown = page.eval_on_selector_all(
            ".heat-diagram g[class*=is-heat-]",
            """(found) => found.map((each) =>
                [each.dataset.elementId, each.getAttribute("class").match(/is-heat-(\\w+)/)[1]])""",
        )
        return dict(shown)

    def tabled() -> dict[str, str]:
        rows = page.eval_on_selector_all(
            "#panas [data-elements]", "(rows) => rows.map((row) => [row.dataset.elements, row.dataset.level ?? 'none'])"
        )
        return dict(rows)

    late = coloured()
    assert late == tabled()
    assert len(late) == 9
    assert len(set(late.values())) > 2
    expect(page.locator(".heat-diagram .bjs-powered-by")).to_be_visible()
    page.locator("select[name=by]").select_option("handling")
    page.get_by_role("button", name="Tampilkan").click()
    opened(page)
    assert coloured() == tabled() != late
    accessible(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, WIDE], ids=["phone", "wide"])
@pytest.mark.parametrize("address", [TRIAL, HEAT], ids=["trial", "heat"])
def test_the_pages_fit_and_are_accessible(
    lived: LiveOffice, accessible: Callable[[Page], None], address: str, viewport: dict[str, int], scheme: str
) -> None:
    page = lived.sign_in("pemilik", address, viewport=viewport, color_scheme=scheme)
    if address == HEAT:
        opened(page)

    assert fits(page)
    assert smallest_text(page) >= 16
    accessible(page)


def test_without_javascript_all_is_told_and_what_is_left_goes_on_by_a_button(lived, monkeypatch) -> None:
    monkeypatch.setattr(passages, "BATCH", 5)
    monkeypatch.setattr(trials, "PART_SECONDS", 0)
    monkeypatch.setattr(heat, "PART_SECONDS", 0)
    page = lived.sign_in("pemilik", TRIAL, java_script_enabled=False)
    for _ in range(2):
        page.get_by_role("button", name="Lanjutkan").click()

    expect(page.get_by_text("Dari 12 perkara")).to_be_visible()
    expect(page.get_by_role("img", name="Lama langkah 5 dalam waktu kantor")).to_be_visible()
    page.goto(HEAT)
    for _ in range(2):
        page.get_by_role("button", name="Lanjutkan").click()
    expect(page.get_by_text("12 perkara pada versi ini")).to_be_visible()
    expect(page.get_by_text("Diagram memerlukan JavaScript")).to_be_visible()
    expect(page.get_by_role("button", name="Lanjutkan")).to_have_count(0)


def test_with_javascript_the_parts_come_by_themselves_and_the_diagram_follows(lived, monkeypatch) -> None:
    monkeypatch.setattr(passages, "BATCH", 5)
    monkeypatch.setattr(heat, "PART_SECONDS", 0)
    page = lived.sign_in("pemilik", HEAT, viewport=WIDE)

    expect(page.get_by_text("12 perkara pada versi ini")).to_be_visible()
    expect(page.get_by_role("button", name="Lanjutkan")).to_have_count(0)
    expect(page.locator('.heat-diagram [data-container-id="langkah_1"] .diagram-mark')).to_have_text("12×")
