"""The page that erases personal data: what would go, on which ground, and what it says afterwards."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine import Engine, Upload
from tests.webapp.sop_office import SopOffice, squeezed
from tests.website import Browser, Website, expect

PDF = Upload("Kartu tanda penduduk Zubaidah.pdf", "application/pdf", b"%PDF-1.7 bukti")
FILLED = {"ground": "permintaan", "note": "Surat 12/2026 tanggal 23 November 2026", "confirmed": "1"}


@pytest.fixture
def office(engine: Engine, website: Website) -> SopOffice:
    return SopOffice(website, engine)


@pytest.fixture
def case(office: SopOffice) -> str:
    """A complaint with a file, a remark and a draft, at its third step."""
    item = office.start_at(3, nama_pengadu="Zubaidah", bukti=[PDF])
    office.engine.comment(item.case, "Zubaidah ditemui lebih dahulu.", by=office.person("petugas1"))
    office.engine.save_draft(item.path, {"catatan_penerusan": ["Zubaidah"]}, by=office.person("petugas2"))
    return item.case


def erased(browser: Browser, case: str, **own: str) -> str:
    """Erase what the page shows; return the page that comes then."""
    planned = re.search(r'name="planned" value="([\d,]+)"', browser.get(f"/cases/{case}/erase").text)
    assert planned is not None
    answer = browser.post(f"/cases/{case}/erase", {**FILLED, "planned": planned[1], **own})
    expect(answer, 303)
    return browser.get(answer.location).text


def test_the_page_names_what_would_go_and_shows_none_of_it(office, case):
    page = squeezed(office.browser("kepala").get(f"/cases/{case}/erase").text)

    assert "Langkah 1: " in page
    assert "Nama lengkap" in page
    assert "Bukti pendukung (jika ada)" in page
    assert "(1 berkas)" in page
    assert "1 catatan" in page
    assert "1 draf" in page
    assert "Perkara ini belum selesai." in page
    assert "Zubaidah" not in page


def test_after_the_erasure_the_pages_say_what_went_when_and_by_whom(office, case):
    page = squeezed(erased(office.browser("kepala"), case))

    assert f"Data pribadi perkara {case} sudah dihapus. Beri tahu subjek datanya" in page
    assert "Permintaan subjek data (UU 27/2022 Pasal 8" in page
    assert "Surat 12/2026 tanggal 23 November 2026" in page
    assert "Tidak ada lagi data pribadi yang tersimpan" in page
    shown = squeezed(office.browser("petugas1").get(f"/cases/{case}").text)
    assert "Data pribadi, sudah dihapus Sel 24 Nov 2026 09.00 WIB oleh" in shown
    assert "Zubaidah" not in shown
    assert office.engine.verify(case).sound


@pytest.mark.parametrize(
    ("own", "told"),
    [
        pytest.param({"ground": ""}, "Pilih dasar penghapusan", id="no ground"),
        pytest.param({"ground": "iseng"}, "Pilih dasar penghapusan", id="a ground of nobody's"),
        pytest.param({"note": "  "}, "Keterangan wajib diisi", id="no words"),
        pytest.param({"planned": "4"}, "periksa lagi rinciannya", id="another plan"),
        pytest.param({"planned": "x,²"}, "periksa lagi rinciannya", id="no plan at all"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_erased(office, case, own, told):
    browser = office.browser("kepala")

    answer = browser.post(f"/cases/{case}/erase", {**FILLED, "planned": "4,8", **own})

    assert answer.status_code == 422
    assert told in squeezed(answer.text)
    assert "Surat 12/2026" in answer.text or "note" in own
    assert not office.engine.plan_erasure(case, by=office.person("kepala")).empty


def test_without_the_tick_nothing_is_erased(office, case):
    answer = office.browser("kepala").post(
        f"/cases/{case}/erase", {"ground": "permintaan", "note": "Surat 12/2026", "planned": "4"}
    )

    assert answer.status_code == 422
    assert "Centang dahulu" in answer.text
    assert not office.engine.plan_erasure(case, by=office.person("kepala")).empty


def test_what_came_in_meanwhile_is_shown_before_it_goes(office, case):
    browser = office.browser("kepala")
    seen = re.search(r'name="planned" value="([\d,]+)"', browser.get(f"/cases/{case}/erase").text)
    office.engine.comment(case, "Catatan baru", by=office.person("petugas1"))

    answer = browser.post(f"/cases/{case}/erase", {**FILLED, "planned": seen[1]})

    assert answer.status_code == 422
    assert "2 catatan" in squeezed(answer.text)
    erased(browser, case)


def test_a_case_without_personal_data_says_so(office, case, engine, tmp_path: Path):
    browser = office.browser("kepala")
    erased(browser, case)

    page = browser.get(f"/cases/{case}/erase").text

    assert 'name="ground"' not in page
    assert browser.post(f"/cases/{case}/erase", {**FILLED, "planned": ""}).status_code == 422


def test_it_warns_no_longer_once_the_case_has_ended(office, case):
    office.carry_to(case, 9)
    office.complete(case)

    page = squeezed(office.browser("kepala").get(f"/cases/{case}/erase").text)

    assert "belum selesai" not in page
    assert "Yang akan dihapus" in page
