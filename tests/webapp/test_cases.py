"""The page of a case: what it shows, its files, and the rare commands on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from engine import Engine, Upload
from tests.clock import Clock
from tests.office import sop_files
from tests.small_bpmn import Task, diagram, form, text_field
from tests.webapp.sop_office import SopOffice, address, squeezed
from tests.website import Website
from webapp.demo import OWNER

PHOTO = Upload("foto loket.jpg", "image/jpeg", b"\xff\xd8\xff\xe0 foto")


@pytest.fixture
def office(sqlite_url: str, clock: Clock, tmp_path: Path) -> Iterator[SopOffice]:
    engine = Engine(sqlite_url, clock)
    yield SopOffice(Website(engine, (), tmp_path), engine)
    engine.close()


def revealed(office: SopOffice, case: str) -> list[str]:
    """Return who revealed something of the case."""
    events = office.engine.history(case, by=office.person("auditor"))
    return [event.actor for event in events if event.type == "IdentityRevealed"]


# --- finding a case --------------------------------------------------------------------------


def test_a_whole_number_leads_straight_to_its_case(office):
    case = office.start()

    answer = office.browser("petugas1").get(f"/cases?q={case.lower()}")

    assert (answer.status_code, answer.location) == (303, f"/cases/{case}")


def test_part_of_a_number_lists_the_cases_that_fit_the_newest_first(office):
    first, second = office.start(), office.start()

    page = office.browser("petugas1").get("/cases?q=PB-2026").text

    assert re.findall(r'<span class="number">(PB-[\d-]+)', page) == [second, first]


def test_a_number_that_nobody_has_says_what_to_do(office):
    page = squeezed(office.browser("petugas1").get("/cases?q=PB-2026-99999").text)

    assert "Tidak ada perkara dengan nomor “PB-2026-99999” Periksa nomornya." in page


def test_a_confidential_case_is_not_found_by_who_may_not_see_it(office):
    case = office.start_at(4, rahasia=True).case

    page = squeezed(office.browser("koordinator_tikim").get(f"/cases?q={case}").text)

    assert f"Tidak ada perkara dengan nomor “{case}”" in page


def test_who_steers_is_told_of_a_section_without_anybody(office):
    case = office.start_at(4).case
    office.complete(case, seksi_terkait="Subbagian Tata Usaha")

    told = "Ada tugas untuk seksi yang belum punya petugas"
    assert told in office.browser("pemilik").get("/cases").text
    assert "Subbagian Tata Usaha (lajur Koordinator seksi/ Pimpinan)" in office.browser("kepala").get("/cases").text
    assert told not in office.browser("petugas1").get("/cases").text


# --- what the page shows ----------------------------------------------------------------------


def test_the_steps_say_who_did_them_for_whom_when_how_long_and_whether_in_time(office, clock):
    item = office.start_at(2)
    clock.advance(timedelta(minutes=10))
    office.engine.claim(item.case, item.key, by=office.person("petugas2"))
    clock.advance(timedelta(minutes=4))
    office.engine.complete(item.case, item.key, office.answers(item), by=office.person("petugas2"))

    page = squeezed(office.browser("petugas1").get(f"/cases/{item.case}").text)

    assert "Siti Rahmawati, atas nama Pemohon · Sel 24 Nov 2026 09.00 WIB" in page
    assert f"Langkah 2 lewat 12 menit kerja {item.name} Agus Setiawan · Sel 24 Nov 2026 09.14 WIB" in page
    assert "menunggu 10 menit kerja · dikerjakan 4 menit kerja" in page


def test_a_step_done_in_time_says_so(office):
    item = office.start_at(3)

    page = squeezed(office.browser("petugas1").get(f"/cases/{item.case}").text)

    assert "Langkah 2 tepat waktu" in page


def test_each_step_says_to_the_diagram_how_it_stands(office, clock):
    item = office.start_at(4)
    clock.advance(timedelta(days=3))

    page = office.browser("petugas1").get(f"/cases/{item.case}").text
    marks = re.findall(r'data-elements="([\w ]+)" data-mark="(\w+)"', page)

    assert marks == [("langkah_1", "done"), ("langkah_2", "done"), ("langkah_3", "done"), ("langkah_4", "late")]


def test_the_diagram_is_the_version_that_the_case_runs_on(office):
    case = office.start()
    files = sop_files()
    (name,) = (name for name in files if name.endswith(".bpmn"))
    revised = files | {name: files[name].replace(b"P3D", b"P2D")}
    office.engine.deploy(revised, by=OWNER)

    answer = office.browser("petugas1").get(f"/cases/{case}/diagram")

    assert answer.data == files[name]
    assert answer.mimetype == "application/xml"


def test_the_first_step_that_i_may_do_is_the_one_thing_to_press(office):
    item = office.start_at(4)

    mine = office.browser("ketua").get(f"/cases/{item.case}").text
    hers = office.browser("petugas1").get(f"/cases/{item.case}").text

    assert re.search(rf'role="button" href="{address(item)}">Kerjakan langkah 4<', mine)
    assert "Kerjakan langkah" not in hers


def test_answers_read_as_the_form_words_them(office):
    item = office.start_at(3, kuasa=True, anonim=False)

    page = squeezed(office.browser("petugas1").get(f"/cases/{item.case}").text)

    assert "Waktu diterima pada kanal 23 Nov 2026 08.30 WIB" in page
    assert "Layanan yang diadukan Paspor" in page
    assert "Disampaikan oleh kuasa pengadu Ya" in page


def test_a_finished_case_says_so_and_offers_nothing(office):
    case = office.start()
    office.carry_to(case, 9)
    office.complete(case)

    page = office.browser("kepala").get(f"/cases/{case}").text

    assert "Selesai" in squeezed(page)
    assert "Batalkan perkara" not in page
    assert "hx-get" not in page


# --- files -----------------------------------------------------------------------------------


def test_a_file_is_saved_and_never_shown_or_guessed_at(office):
    case = office.start(bukti=[PHOTO])
    browser = office.browser("petugas2")
    link = re.search(r'href="(/cases/[^"]+/attachments/\d+)"', browser.get(f"/cases/{case}").text)[1]

    file = browser.get(link)

    assert file.data == PHOTO.content
    assert file.headers["Content-Disposition"] == 'attachment; filename="foto loket.jpg"'
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert file.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert file.headers["Content-Type"] == "image/jpeg"


def test_a_file_of_another_case_is_not_handed_out_under_this_one(office):
    with_file, without = office.start(bukti=[PHOTO]), office.start()
    browser = office.browser("petugas2")
    link = re.search(r"/attachments/(\d+)", browser.get(f"/cases/{with_file}").text)[1]

    assert browser.get(f"/cases/{without}/attachments/{link}").status_code == 404


# --- hidden data -----------------------------------------------------------------------------


def test_what_is_hidden_is_named_once_with_the_reason(office):
    case = office.start_at(5, anonim=True).case

    page = squeezed(office.browser("koordinator_lalintas").get(f"/cases/{case}").text)

    assert "Nama lengkap, Alamat, Telepon atau WhatsApp" in page
    assert "Identitas dirahasiakan" in page
    assert "Anonim: identitas Pemohon tidak ditampilkan kepada siapa pun tanpa alasan yang tercatat." in page


def test_hidden_data_is_shown_once_for_a_reason_and_the_history_says_who_looked(office):
    case = office.start_at(5, anonim=True, nama_pengadu="Rahayu Ningsih").case
    browser = office.browser("petugas1")

    before = browser.get(f"/cases/{case}").text
    asked = browser.get(f"/cases/{case}/reveal/langkah_1:1")
    shown = browser.post(f"/cases/{case}/reveal/langkah_1:1", {"reason": "Menghubungi pengadu"})
    after = browser.get(f"/cases/{case}").text

    assert asked.status_code == 200
    assert "Nama lengkap Rahayu Ningsih" in squeezed(shown.text)
    assert "Layanan yang diadukan" not in shown.text  # what was never hidden is not part of a reveal
    assert shown.headers["Cache-Control"] == "no-store"
    assert "Rahayu Ningsih" not in before + asked.text + after
    assert revealed(office, case) == ["petugas1"]


def test_without_a_reason_nothing_is_shown_and_nothing_recorded(office):
    case = office.start(anonim=True, nama_pengadu="Rahayu Ningsih")

    refused = office.browser("petugas1").post(f"/cases/{case}/reveal/langkah_1:1", {"reason": "  "})

    assert refused.status_code == 422
    assert "Alasan wajib diisi" in refused.text
    assert "Rahayu Ningsih" not in refused.text
    assert revealed(office, case) == []


def test_who_may_reveal_nothing_is_not_asked_for_a_reason(office):
    case = office.start_at(5, anonim=True).case
    browser = office.browser("koordinator_lalintas")

    assert "Buka data tertutup" not in browser.get(f"/cases/{case}").text
    assert browser.get(f"/cases/{case}/reveal/langkah_1:1").status_code == 403
    assert browser.post(f"/cases/{case}/reveal/langkah_1:1", {"reason": "Ingin tahu"}).status_code == 403


def test_an_auditor_sees_of_a_confidential_case_its_flow_and_the_rest_for_a_reason(office):
    case = office.start_at(3, rahasia=True, uraian="Berkas hilang", bukti=[PHOTO]).case
    browser = office.browser("auditor")

    page = squeezed(browser.get(f"/cases/{case}").text)
    shown = browser.post(f"/cases/{case}/reveal/langkah_1:1", {"reason": "Pemeriksaan"}).text
    number = re.search(r"/attachments/(\d+)", shown)[1]
    plain = browser.get(f"/cases/{case}/attachments/{number}")
    file = browser.post(f"/cases/{case}/attachments/{number}", {"reason": "Pemeriksaan"})

    assert "Isi perkara ini tertutup bagi Anda; yang terlihat hanya jalannya." in page
    assert "Berkas hilang" not in page
    assert "Apa yang terjadi Berkas hilang" in squeezed(shown)
    assert plain.status_code == 403
    assert file.data == PHOTO.content
    assert revealed(office, case) == ["auditor", "auditor"]


def test_erased_data_is_said_to_be_gone_and_cannot_be_revealed(office):
    case = office.start(nama_pengadu="Rahayu Ningsih")
    office.engine.erase_personal(case, "Permintaan pengadu", by=office.person("kepala"))
    browser = office.browser("petugas1")

    page = browser.get(f"/cases/{case}").text

    assert "Data pribadi, sudah dihapus" in squeezed(page)
    assert "Rahayu Ningsih" not in page
    assert "Buka data tertutup" not in page


# --- cancel and retry ---------------------------------------------------------------------------


def test_the_head_cancels_a_case_with_a_reason(office):
    case = office.start()
    browser = office.browser("kepala")

    asked = browser.get(f"/cases/{case}/cancel")
    empty = browser.post(f"/cases/{case}/cancel", {"reason": ""})
    done = browser.post(f"/cases/{case}/cancel", {"reason": "Ditarik pengadu"})
    page = squeezed(browser.get(f"/cases/{case}").text)

    assert asked.status_code == 200
    assert (empty.status_code, "Alasan wajib diisi" in empty.text) == (422, True)
    assert (done.status_code, done.location) == (303, f"/cases/{case}")
    assert "Dibatalkan Sel 24 Nov 2026 09.00 WIB. Alasan: Ditarik pengadu" in page
    assert "Langkah 2 ditarik" in page


def test_a_case_that_has_ended_cannot_be_cancelled(office):
    case = office.start()
    browser = office.browser("kepala")
    browser.post(f"/cases/{case}/cancel", {"reason": "Ditarik pengadu"})

    assert browser.get(f"/cases/{case}/cancel").status_code == 403
    assert browser.post(f"/cases/{case}/cancel", {"reason": "Sekali lagi"}).status_code == 409


@pytest.fixture
def stuck(office: SopOffice) -> str:
    """A case of another SOP whose answer fits no exit of its gateway."""
    files = {
        "buntu.bpmn": diagram(
            "buntu",
            "mulai > catat > jawab > pilih > selesai",
            {"catat": Task(form="catat"), "jawab": Task(form="jawab")},
            gateways={"pilih": "exclusive"},
            conditions={"pilih > selesai": "${isi == 'boleh'}"},
        ),
        "catat.form": form("catat", text_field("perihal")),
        "jawab.form": form("jawab", text_field("isi")),
    }
    office.engine.deploy(files, by=OWNER)
    case = office.engine.start("buntu", {}, by=office.person("petugas1")).number
    office.browser("petugas1").post(f"/tasks/{case}/jawab:1", {"isi": "tidak"})
    return case


def test_an_incident_says_where_the_flow_stopped_and_who_must_act(office, stuck):
    page = squeezed(office.browser("petugas1").get(f"/cases/{stuck}").text)

    assert "Perkara ini berhenti karena insiden sejak Sel 24 Nov 2026 09.00 WIB. Alur berhenti di pilih" in page
    assert "Pemilik proses harus mencoba ulang" in page


def test_an_incident_that_is_not_mended_stays_one_when_it_is_tried_again(office, stuck):
    browser = office.browser("pemilik")

    assert "Coba lagi" in browser.get(f"/cases/{stuck}").text
    assert browser.post(f"/cases/{stuck}/retry", {}).status_code == 409
    assert office.engine.case(stuck, by=office.person("pemilik")).state == "incident"
