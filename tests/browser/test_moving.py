"""Moving cases in Chromium: what a revision does to them, a preview, the move, and taking it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LiveOffice, fits, smallest_text
from tests.casework import Casework
from tests.revised_sop import NEW_STEP, new_step, other_id, other_lane, revised, shorter
from webapp.demo import OWNER
from webapp.moving import looking, previews

PHONE = {"width": 390, "height": 844}
WIDE = {"width": 1280, "height": 900}
"""A folder for pictures of the pages, for whoever wants to look."""


@pytest.fixture
def work(live: LiveOffice) -> Casework:
    """Ten open cases at various steps, one of them rahasia; two days later the SOP is revised."""
    work = Casework(live.engine)
    for number in range(10):
        work.start_at(2 + number % 8, rahasia=number == 3)
    live.clock.advance(timedelta(days=2, hours=1))
    live.engine.deploy(revised(shorter, other_lane, other_id, new_step), by=OWNER)
    return work


@pytest.mark.parametrize(
    "context", [{"viewport": WIDE}, {"viewport": PHONE}, {"color_scheme": "dark"}], ids=["wide", "phone", "dark"]
)
def test_every_page_is_accessible_and_fits(
    live: LiveOffice,
    work: Casework,
    accessible: Callable[[Page], None],
    context: dict[str, Any],
    request: pytest.FixtureRequest,
) -> None:
    page = live.sign_in("pemilik", f"/processes/{work.key}/effect?to=2", **context)

    def look(where: str) -> None:
        accessible(page)
        assert fits(page), where
        assert smallest_text(page) >= 16, where

    look("effect")
    page.get_by_role("button", name="Pindahkan perkara…").click()
    look("ask")
    page.get_by_label("Langkah 6 “Hasil jawaban diserahkan kembali ke sekretaris atau ketua” langkah_6").select_option(
        "penyerahan"
    )
    page.get_by_label("Dihitung ulang sejak langkahnya dibuka.").check()
    page.get_by_role("button", name="Lihat pratinjau").click()
    look("preview with cases that do not fit")
    page.get_by_label(NEW_STEP).check()
    page.get_by_role("button", name="Pratinjau lagi").click()
    look("preview")
    page.get_by_label("Alasan").fill("Standar langkah 5 dipersingkat")
    page.get_by_role("button", name="Pindahkan perkara yang cocok").click()
    expect(page.get_by_text("Selesai: 10 dari 10 perkara dipindahkan.")).to_be_visible()
    look("move")
    page.get_by_role("link", name="Semua pemindahan SOP ini").click()
    look("moves")


def test_effect_count_and_move_go_on_by_themselves_and_an_undo_brings_everybody_back(
    live: LiveOffice, work: Casework, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "PART_SECONDS", -1.0)
    monkeypatch.setattr(looking, "PART_CASES", 2)
    monkeypatch.setattr(looking, "PART_ROWS", 2)
    monkeypatch.setattr(previews, "SHOWN_ROWS", 3)
    monkeypatch.setattr(previews, "AT_ONCE", -1.0)
    page = live.sign_in("pemilik", f"/processes/{work.key}/effect?to=2")
    examined = page.locator(".effect-facts > div", has_text="Perkara terbuka yang diperiksa")
    expect(examined).to_contain_text("10")
    expect(page.get_by_role("button", name="Lanjutkan")).to_have_count(0)

    page.get_by_role("button", name="Pindahkan perkara…").click()
    page.get_by_label("Yang sedang menunggu di").select_option("langkah_2")
    page.get_by_role("button", name="Lihat pratinjau").click()
    expect(page.get_by_text("Akan dipindahkan")).to_be_visible()
    page.get_by_label("Alasan").fill("Percobaan")
    page.get_by_role("button", name="Pindahkan perkara yang cocok").click()
    expect(page.get_by_text("Selesai: 2 dari 2 perkara dipindahkan.")).to_be_visible()

    page.get_by_label("Alasan").fill("Keliru memilih")
    page.get_by_role("button", name="Kembalikan perkara").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Pembatalan pemindahan 1")
    expect(page.get_by_text("Selesai: 2 dari 2 perkara dipindahkan.")).to_be_visible()
    assert live.engine.moving_from(work.key, by=work.person("pemilik")) == {1: 10}


def test_it_works_without_scripts(live: LiveOffice, work: Casework, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "PART_SECONDS", -1.0)
    monkeypatch.setattr(looking, "PART_CASES", 6)
    monkeypatch.setattr(looking, "PART_ROWS", 6)
    monkeypatch.setattr(previews, "SHOWN_ROWS", 6)
    page = live.sign_in("pemilik", f"/processes/{work.key}/effect?to=2", java_script_enabled=False)
    page.get_by_role("button", name="Lanjutkan").click()
    expect(page.get_by_text("Sedang diperiksa")).to_have_count(0)

    page.get_by_role("button", name="Pindahkan perkara…").click()
    page.get_by_role("button", name="Lihat pratinjau").click()
    page.get_by_role("button", name="Hitung seluruhnya").click()
    page.get_by_role("button", name="Lanjutkan").click()
    expect(page.get_by_text("Akan dipindahkan")).to_be_visible()
    page.get_by_role("button", name="Kembali ke pratinjau").click()
    page.get_by_role("button", name="Berikutnya").click()
    page.get_by_label("Pindahkan PB-2026-00009").uncheck()
    page.get_by_label("Alasan").fill("Percobaan")
    page.get_by_role("button", name="Pindahkan perkara yang cocok").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Pemindahan ke versi 2")
    expect(page.get_by_text("PB-2026-00009")).to_have_count(0)
    expect(page.get_by_role("row").filter(has_text="PB-2026-00010")).to_be_visible()
