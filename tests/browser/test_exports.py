"""The pages of downloads in Chromium: what is clicked is saved, on a desk and on a phone, in light and dark."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import LiveOffice, fits, smallest_text
from tests.casework import Casework

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture
def work(live: LiveOffice) -> Casework:
    """The office's people at work."""
    return Casework(live.engine)


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_downloads_are_accessible_and_fit(live, work, accessible, viewport, scheme):
    case = work.start_at(3).case
    page: Page = live.sign_in("auditor", f"/cases/{case}/export", viewport=viewport, color_scheme=scheme)

    for address in (
        f"/cases/{case}/export",
        "/audit/export",
        "/audit/export/file?from=2026-11-30&to=2026-11-01&as=csv",
    ):
        page.goto(address)
        accessible(page)
        assert fits(page)
        assert smallest_text(page) >= 14


def test_what_is_clicked_is_saved_under_its_name(live, work, tmp_path):
    case = work.start_at(3).case
    page: Page = live.sign_in("auditor", f"/cases/{case}/export")

    with page.expect_download() as waiting:
        page.get_by_role("link", name="Tabel langkah (CSV)").click()
    table = _saved(waiting.value, tmp_path)
    page.get_by_label("Untuk apa data pribadinya diperlukan?").fill("sengketa informasi 12/2026")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Catat alasan dan unduh").click()
    dossier = _saved(waiting.value, tmp_path)

    assert table.name == f"{case}.csv"
    assert table.read_bytes().startswith(b"\xef\xbb\xbfNomor perkara,")
    assert dossier.name == f"berkas-{case}.zip"
    with ZipFile(dossier) as archive:
        assert archive.testzip() is None


def test_a_period_is_chosen_with_the_keyboard_and_saved_without_scripts(live, work, tmp_path):
    work.start()
    page: Page = live.sign_in("auditor", "/audit/export", java_script_enabled=False)

    page.get_by_label("Data lengkap (JSON)").focus()
    page.keyboard.press("Space")
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")

    assert waiting.value.suggested_filename == "perkara-2026-11-01-sd-2026-11-24.jsonl"
    assert _saved(waiting.value, tmp_path).read_bytes().count(b"\n") == 1


def _saved(download, folder: Path) -> Path:
    file = folder / download.suggested_filename
    download.save_as(file)
    return file
