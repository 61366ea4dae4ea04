"""Recording a complaint that came by any channel, on behalf of who brought it."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from engine import Engine
from tests.clock import Clock
from tests.filling import posted
from tests.office import sop_files
from tests.small_bpmn import Task, diagram, form, text_field
from tests.webapp.sop_office import SopOffice, squeezed
from tests.website import Website
from webapp.demo import OWNER

SOP = "/starts/sop_pengaduan_kategori_berat"
PDF = b"%PDF-1.7 bukti"


@pytest.fixture
def office(sqlite_url: str, clock: Clock, tmp_path: Path) -> Iterator[SopOffice]:
    engine = Engine(sqlite_url, clock)
    yield SopOffice(Website(engine, (), tmp_path), engine)
    engine.close()


@pytest.fixture
def complaint(office: SopOffice) -> dict[str, list[str]]:
    """What a browser posts for a whole complaint."""
    start = office.engine.start_form(office.key, by=office.person("petugas1"))
    return posted(start.form)


def cases(office: SopOffice) -> list[str]:
    return [case.number for case in office.engine.find_cases("", by=office.person("auditor"))]


def test_with_one_sop_recording_begins_at_once(office):
    answer = office.browser("petugas1").get("/starts")

    assert (answer.status_code, answer.location) == (303, SOP)


def test_with_two_the_person_chooses_one_by_its_name(office):
    files = {
        "surat.bpmn": diagram("surat", "mulai > catat > selesai", {"catat": Task(form="catat")}),
        "catat.form": form("catat", text_field("perihal")),
    }
    office.engine.deploy(files, by=OWNER)

    page = squeezed(office.browser("petugas1").get("/starts").text)

    assert "SOP PENGADUAN KATEGORI BERAT versi 1" in page
    assert "surat versi 1" in page


def test_who_may_record_nothing_is_told_why(office):
    page = squeezed(office.browser("sekretaris").get("/starts").text)

    assert "Tidak ada yang dapat Anda catat" in page


def test_the_page_says_on_whose_behalf_one_records(office):
    page = squeezed(office.browser("petugas1").get(SOP).text)

    assert "Anda mencatat atas nama Pemohon" in page


def test_recording_is_one_command_and_ends_at_the_case_with_its_number(office, complaint):
    browser = office.browser("petugas1")

    answer = browser.post(SOP, complaint | {"bukti": (BytesIO(PDF), "bukti.pdf")})
    page = squeezed(browser.get(answer.location).text)

    assert (answer.status_code, answer.location) == (303, "/cases/PB-2026-00001")
    assert "Tercatat dengan nomor PB-2026-00001. Sampaikan nomor ini kepada pengadu." in page
    assert "Siti Rahmawati, atas nama Pemohon" in page
    assert "Bukti pendukung (jika ada) bukti.pdf" in page
    assert office.open_step("PB-2026-00001").step == "2"


def test_a_wrong_answer_keeps_everything_typed_and_starts_nothing(office, complaint):
    wrong = complaint | {"uraian": "", "nama_pengadu": "Rahayu <Ningsih>", "bukti": (BytesIO(PDF), "bukti.pdf")}

    answer = office.browser("petugas1").post(SOP, wrong)

    assert answer.status_code == 422
    assert "1 isian perlu diperbaiki" in squeezed(answer.text)
    assert 'value="Rahayu &lt;Ningsih&gt;"' in answer.text
    assert "bukti.pdf 1 kB, sudah tersimpan" in squeezed(answer.text)
    assert cases(office) == []


def test_the_file_of_the_first_try_comes_with_the_second(office, complaint):
    browser = office.browser("petugas1")
    browser.post(SOP, complaint | {"uraian": "", "bukti": (BytesIO(PDF), "bukti.pdf")})

    answer = browser.post(SOP, complaint)

    assert "Bukti pendukung (jika ada) bukti.pdf" in squeezed(browser.get(answer.location).text)
    assert office.engine.draft(f"start/{office.key}", by=office.person("petugas1")) is None


def test_a_draft_waits_until_its_owner_goes_on_and_nobody_else_sees_it(office):
    browser = office.browser("petugas1")

    saved = browser.post(f"{SOP}/draft", {"uraian": "Baru separuh"})
    mine, hers = browser.get(saved.location).text, office.browser("petugas2").get(SOP).text

    assert "Baru separuh</textarea>" in mine
    assert "Baru separuh" not in hers


def test_a_draft_can_be_thrown_away(office):
    browser = office.browser("petugas1")
    browser.post(f"{SOP}/draft", {"uraian": "Baru separuh"})

    dropped = browser.post(f"{SOP}/draft/drop", {})

    assert dropped.status_code == 303
    assert "Baru separuh" not in browser.get(SOP).text


def test_the_script_that_saves_is_told_when_it_was_saved_and_what_was_wrong(office):
    browser = office.browser("petugas1")
    headers = {"Accept": "application/json"}
    huge = {"csrf_token": browser.token, "uraian": "a" * 1_500_000}

    saved = browser.client.post(f"{SOP}/draft", data={"csrf_token": browser.token, "uraian": "x"}, headers=headers)
    refused = browser.client.post(f"{SOP}/draft", data=huge, headers=headers)

    assert saved.json == {"saved": "09.00"}
    assert (refused.status_code, "Draf terlalu panjang" in refused.json["message"]) == (422, True)


def test_a_complaint_that_the_diagram_cannot_begin_with_is_kept_as_a_draft(office):
    files = {
        "buntu.bpmn": diagram(
            "buntu",
            "mulai > catat > pilih > selesai",
            {"catat": Task(form="catat")},
            gateways={"pilih": "exclusive"},
            conditions={"pilih > selesai": "${perihal == 'boleh'}"},
        ),
        "catat.form": form("catat", text_field("perihal")),
    }
    office.engine.deploy(files, by=OWNER)

    refused = office.browser("petugas1").post("/starts/buntu", {"perihal": "tidak boleh"})

    assert refused.status_code == 409
    assert "Pengaduan belum tercatat Alur berhenti di pilih" in squeezed(refused.text)
    assert 'value="tidak boleh"' in refused.text
    assert cases(office) == []


@pytest.mark.parametrize("address", [SOP, f"{SOP}/draft", "/starts/tidak_ada"])
def test_what_is_not_mine_to_start_does_not_exist_for_me(office, address):
    browser = office.browser("sekretaris" if "tidak" not in address else "petugas1")

    assert browser.post(address, {}).status_code == 404


def test_the_shipped_sop_is_the_one_in_these_tests():
    assert any(SOP.rpartition("/")[2].encode() in file for file in sop_files().values())
