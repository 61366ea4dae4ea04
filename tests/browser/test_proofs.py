"""The pages of proof and of erasing in a browser: read at any width, by anybody, and going on by themselves."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from engine import SealKey, Upload
from tests.browser.conftest import LiveOffice, fits, smallest_text
from tests.casework import Casework
from tests.full_rights import full_rights
from webapp import rounds

WIDTHS = (1280, 390)
PDF = Upload("bukti.pdf", "application/pdf", b"%PDF-1.7 bukti")


@pytest.fixture
def cases(live: LiveOffice) -> tuple[str, str]:
    """A sealed case with a file that goes on after its seal, and one that somebody altered."""
    work = Casework(live.engine)
    sound, damaged = work.start_at(3, bukti=[PDF]).case, work.start_at(3).case
    live.engine.seal(SealKey(bytes(range(32))))
    work.complete(sound)
    with full_rights(live.engine) as connection:
        connection.execute(text("UPDATE history_event SET actor = 'orang lain' WHERE instance_id = 2 AND seq = 4"))
    return sound, damaged


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible_and_fits(
    live: LiveOffice, cases: tuple[str, str], accessible: Callable[[Page], None], width: int, scheme: str
) -> None:
    auditor = live.sign_in("auditor", viewport={"width": width, "height": 800}, color_scheme=scheme)
    head = live.sign_in("kepala", viewport={"width": width, "height": 800}, color_scheme=scheme)
    addresses = (f"/cases/{cases[0]}/proof", f"/cases/{cases[1]}/proof", "/audit/proof", "/audit/proof/run")

    for page, address in ((head, f"/cases/{cases[0]}/erase"), *((auditor, each) for each in addresses)):
        page.goto(address)
        if address.endswith("run"):
            expect(page.get_by_text("perkara diperiksa sejak")).to_be_visible()
        accessible(page)
        assert fits(page), address
        assert smallest_text(page) >= 13, address


def test_a_round_goes_on_by_itself_and_keeps_what_it_found(
    live: LiveOffice, cases: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "PART_SECONDS", -1.0)

    page = live.sign_in("auditor", "/audit/proof")
    page.get_by_role("button", name="Periksa seluruh kantor").click()

    expect(page.get_by_text("2 perkara diperiksa sejak")).to_be_visible()
    expect(page.get_by_role("region", name=f"Perkara {cases[1]}")).to_contain_text("isinya telah diubah")
    expect(page.get_by_role("link", name="Lanjutkan")).to_have_count(0)


def test_without_a_script_the_round_goes_on_by_its_link(
    live: LiveOffice, cases: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "PART_SECONDS", -1.0)
    page = live.sign_in("auditor", "/audit/proof/run", java_script_enabled=False)

    for _ in range(3):
        page.get_by_role("button", name="Lanjutkan").click()

    expect(page.get_by_text("2 perkara diperiksa sejak")).to_be_visible()
    expect(page.get_by_role("link", name=cases[1]).first).to_be_visible()


def test_the_head_erases_after_having_seen_what_goes(live: LiveOffice, cases: tuple[str, str]) -> None:
    page = live.sign_in("kepala", f"/cases/{cases[0]}/erase")
    expect(page.get_by_text("Bukti pendukung (jika ada)")).to_be_visible()

    page.get_by_label("Permintaan subjek data").check()
    page.get_by_label("Keterangan").fill("Surat 12/2026")
    page.get_by_label("Saya sudah memeriksa rincian").check()
    page.get_by_role("button", name="Hapus data pribadi").click()

    expect(page.get_by_text("Tidak ada lagi data pribadi yang tersimpan")).to_be_visible()
    page.goto(f"/cases/{cases[0]}/proof")
    expect(page.get_by_role("heading", name="Data pribadi yang dihapus")).to_be_visible()
