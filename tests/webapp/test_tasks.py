"""The work list and the page of one step, as the people of the office use them."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from io import BytesIO
from urllib.parse import urlencode

import pytest

from engine import Engine, sweep
from tests.clock import Clock
from tests.small_bpmn import Task, Timer, diagram, form, text_field
from tests.webapp.sop_office import SopOffice, address, squeezed
from tests.website import Browser, Website
from webapp.demo import LALINTAS, OWNER

PDF = b"%PDF-1.7 surat"
SCRIPT = {"Accept": "application/json"}


@pytest.fixture
def office(website: Website, engine: Engine) -> SopOffice:
    return SopOffice(website, engine)


@pytest.fixture
def sqlite_office(sqlite_url: str, clock: Clock, tmp_path) -> SopOffice:
    """The office on one database only: for what no database can change."""
    engine = Engine(sqlite_url, clock)
    yield SopOffice(Website(engine, (), tmp_path), engine)
    engine.close()


def numbers(page: str) -> list[str]:
    """Return the case numbers of a list's rows, in order."""
    return re.findall(r'<span class="number">(PB-\d+-\d+)</span><span class="step-place">', page)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


# --- the list -------------------------------------------------------------------------------


def test_the_list_says_of_each_task_what_it_is_and_how_long_there_is(office, clock):
    item = office.start_at(5)
    clock.advance(hours(2))

    row = squeezed(office.browser("koordinator_lalintas").get("/tasks").text)

    assert f"{item.case} Langkah 5 dari 9 {item.name}" in row
    assert "sisa 2 hari 5 jam kerja Jum 27 Nov 09.00 WIB" in row
    assert f"Koordinator seksi/ Pimpinan {LALINTAS} bebas menunggu 2 jam kerja" in row


def test_the_most_urgent_task_stands_first_and_one_without_a_deadline_last(sqlite_office, clock):
    clock.advance(timedelta(days=3))
    sooner = sqlite_office.start_at(5).case
    clock.advance(hours(1))
    later = sqlite_office.start_at(5).case
    clock.advance(timedelta(days=-3))
    most_urgent = sqlite_office.start_at(5).case

    page = sqlite_office.browser("koordinator_lalintas").get("/tasks").text

    assert numbers(page) == [most_urgent, sooner, later]


def test_a_task_past_its_deadline_says_so_in_words_and_with_a_sign(sqlite_office, clock):
    sqlite_office.start_at(5)
    clock.advance(timedelta(days=7))

    page = sqlite_office.browser("koordinator_lalintas").get("/tasks").text

    assert "lewat 2 hari kerja" in squeezed(page)
    assert "1 tugas, 1 lewat batas." in squeezed(page)
    assert re.search(r'badge-late"><svg class="icon icon-late"', page)


def test_waiting_is_told_apart_from_being_worked_on(sqlite_office, clock):
    item = sqlite_office.start_at(4)
    clock.advance(hours(2))
    sqlite_office.engine.claim(item.case, item.key, by=sqlite_office.person("ketua"))
    clock.advance(timedelta(minutes=10))

    row = squeezed(sqlite_office.browser("sekretaris").get("/tasks").text)

    assert "Hendra Gunawan menunggu 2 jam kerja dikerjakan 10 menit kerja" in row


@pytest.fixture
def three(sqlite_office, clock) -> dict[str, str]:
    """A late task that is mine, one that a colleague holds, a free one; and one that I have done."""
    office = sqlite_office
    found = {name: office.start_at(4) for name in ("mine", "hers", "free", "done")}
    office.engine.claim(found["mine"].case, found["mine"].key, by=office.person("sekretaris"))
    office.engine.claim(found["hers"].case, found["hers"].key, by=office.person("ketua"))
    office.complete(found["done"].case)
    return {name: item.case for name, item in found.items()}


@pytest.mark.parametrize(
    ("show", "wanted"),
    [
        pytest.param("all", ["mine", "hers", "free"], id="everything"),
        pytest.param("mine", ["mine"], id="mine"),
        pytest.param("free", ["free"], id="free"),
        pytest.param("overdue", [], id="nothing is late yet"),
        pytest.param("done", ["done"], id="done by me"),
        pytest.param("nonsense", ["mine", "hers", "free"], id="an unknown filter is none"),
    ],
)
def test_the_filters_show_their_part(sqlite_office, three, show, wanted):
    page = sqlite_office.browser("sekretaris").get(f"/tasks?show={show}").text

    assert numbers(page) == [three[name] for name in wanted]


def test_the_late_ones_have_a_filter_of_their_own(sqlite_office, three, clock):
    clock.advance(timedelta(days=2))
    in_time = sqlite_office.start_at(4).case

    page = sqlite_office.browser("sekretaris").get("/tasks?show=overdue").text

    assert numbers(page) == [three["mine"], three["hers"], three["free"]]
    assert in_time not in page


@pytest.mark.parametrize("search", ["{number}", "{running}", " {number} "], ids=["number", "running number", "spaces"])
def test_a_task_is_found_by_its_case_number(sqlite_office, three, search):
    number = three["hers"]
    typed = search.format(number=number, running=int(number[-5:]))

    page = sqlite_office.browser("sekretaris").get(f"/tasks?{urlencode({'q': typed})}").text

    assert numbers(page) == [number]


@pytest.mark.parametrize(
    ("who", "query", "told"),
    [
        pytest.param("sekretaris", "", "Tidak ada tugas yang menunggu Anda", id="nothing to do"),
        pytest.param("petugas1", "", "dapat Anda catat sekarang", id="an officer is told of recording"),
        pytest.param("sekretaris", "?show=mine", "Anda tidak sedang memegang tugas", id="nothing claimed"),
        pytest.param("sekretaris", "?show=free", "Tidak ada tugas bebas", id="nothing free"),
        pytest.param("sekretaris", "?show=overdue", "Tidak ada yang lewat batas", id="nothing late"),
        pytest.param("sekretaris", "?show=done", "Anda belum menyelesaikan tugas", id="nothing done"),
        pytest.param("sekretaris", "?q=PB-1", "Tidak ada tugas dengan nomor “PB-1”", id="nothing found"),
        pytest.param("admin", "", "Akun Anda belum masuk lajur mana pun", id="in no lane"),
    ],
)
def test_an_empty_list_says_what_to_do(sqlite_office, who, query, told):
    assert told in squeezed(sqlite_office.browser(who).get(f"/tasks{query}").text)


def test_a_long_list_has_pages_and_no_task_is_lost_between_them(sqlite_office):
    started = [sqlite_office.start() for _ in range(27)]
    browser = sqlite_office.browser("petugas2")

    first = browser.get("/tasks").text
    following = re.search(r'href="([^"]+)">Berikutnya', first)[1].replace("&amp;", "&")
    second = browser.get(following).text

    assert numbers(first) + numbers(second) == started
    assert "Kembali ke awal" in second


def test_a_page_mark_that_is_none_is_refused(sqlite_office):
    assert sqlite_office.browser("petugas1").get("/tasks?cursor=xx").status_code == 422


def test_an_open_page_asks_for_its_list_alone_and_keeps_its_filter(sqlite_office):
    sqlite_office.start()
    browser = sqlite_office.browser("petugas1")
    asks = re.search(r'hx-get="([^"]+)"', browser.get("/tasks?show=free&q=PB").text)[1].replace("&amp;", "&")

    fragment = browser.get(asks)

    assert asks == "/tasks/list?show=free&q=PB"
    assert numbers(fragment.text) == ["PB-2026-00001"]
    assert "<html" not in fragment.text


def test_a_section_without_anybody_is_marked_for_the_whole_lane(sqlite_office):
    item = sqlite_office.start_at(4)
    sqlite_office.complete(item.case, seksi_terkait="Subbagian Tata Usaha")

    page = squeezed(sqlite_office.browser("koordinator_tikim").get("/tasks").text)

    assert "Subbagian Tata Usaha belum ada petugas di seksi ini; seluruh lajur melihatnya" in page


# --- the page of one step -------------------------------------------------------------------


def test_the_page_gives_the_deadline_with_its_reason(sqlite_office, clock):
    item = sqlite_office.start_at(4)
    clock.advance(hours(1))

    page = squeezed(sqlite_office.browser("sekretaris").get(address(item)).text)

    assert "sisa 6 jam kerja Rab 25 Nov 2026 09.00 WIB 1 hari kerja sejak Sel 24 Nov 09.00 WIB" in page
    assert "Langkah 4 dari 9" in page


def test_the_page_shows_what_was_answered_before_and_the_steps_so_far(sqlite_office):
    item = sqlite_office.start_at(3, uraian="Paspor belum terbit")

    page = squeezed(sqlite_office.browser("petugas1").get(address(item)).text)

    assert "Apa yang terjadi Paspor belum terbit" in page
    assert "Siti Rahmawati, atas nama Pemohon · Sel 24 Nov 2026 09.00 WIB" in page


def test_what_was_answered_is_text_and_never_markup(sqlite_office):
    item = sqlite_office.start_at(3, uraian="<script>alert(1)</script>", nama_pengadu='"><img src=x onerror=alert(1)>')

    page = sqlite_office.browser("petugas1").get(address(item)).text

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_taking_a_task_and_giving_it_back(office):
    item = office.start_at(4)
    browser = office.browser("sekretaris")

    taken = browser.post(f"{address(item)}/claim", {})
    held = squeezed(browser.get(address(item)).text)
    browser.post(f"{address(item)}/release", {})
    free = squeezed(browser.get(address(item)).text)

    assert (taken.status_code, taken.location) == (303, address(item))
    assert "Pemegang Anda Lepas tugas" in held
    assert "Pemegang bebas Ambil tugas" in free


def test_completing_a_step_goes_back_to_the_list_and_says_so(office):
    item = office.start_at(3)
    browser = office.browser("petugas2")

    answer = browser.post(address(item), {"catatan_penerusan": "Mohon segera"})
    page = squeezed(browser.get(answer.location).text)

    assert (answer.status_code, answer.location) == (303, "/tasks")
    assert f"Langkah 3 dari 9 selesai untuk perkara {item.case}." in page
    assert office.open_step(item.case).step == "4"


def test_a_step_that_a_colleague_holds_shows_who_and_no_form(sqlite_office, clock):
    item = sqlite_office.start_at(4)
    sqlite_office.engine.claim(item.case, item.key, by=sqlite_office.person("ketua"))

    page = sqlite_office.browser("sekretaris").get(address(item)).text

    assert "Sedang dikerjakan oleh Hendra Gunawan Diambil Sel 24 Nov 2026 09.00 WIB." in squeezed(page)
    assert "Selesaikan langkah" not in page


def test_who_may_only_look_is_told_whose_step_it_is(sqlite_office):
    item = sqlite_office.start_at(4)

    page = sqlite_office.browser("petugas1").get(address(item)).text

    assert "dikerjakan oleh lajur Sekretaris / ketua tim pengaduan; Anda dapat melihatnya" in squeezed(page)
    assert "Selesaikan langkah" not in page


# --- nothing that was typed is lost -----------------------------------------------------------


WRONG = {"arahan_pimpinan": "Setuju", "pemberi_arahan": "", "jawaban": "Paspor terbit besok", "waktu_arahan": "kemarin"}


def test_a_wrong_answer_keeps_every_text_and_says_at_the_field_what_to_do(office):
    item = office.start_at(5)

    answer = office.browser("koordinator_lalintas").post(address(item), WRONG)

    assert answer.status_code == 422
    assert "2 isian perlu diperbaiki" in squeezed(answer.text)
    assert re.search(r'name="pemberi_arahan"[^>]*aria-describedby="[^"]*masalah"[^>]*aria-invalid="true"', answer.text)
    assert "Paspor terbit besok</textarea>" in answer.text
    assert office.open_step(item.case).key == item.key


def test_a_file_that_was_sent_with_a_wrong_answer_need_not_be_sent_again(office):
    item = office.start_at(5)
    browser = office.browser("koordinator_lalintas")
    right = WRONG | {"pemberi_arahan": "Kepala kantor", "waktu_arahan": "2026-11-24T08:30"}

    first = browser.post(address(item), WRONG | {"lampiran_jawaban": (BytesIO(PDF), "surat.pdf")})
    second = browser.post(address(item), right)
    shown = squeezed(browser.get(f"/cases/{item.case}").text)

    assert "surat.pdf 1 kB, sudah tersimpan" in squeezed(first.text)
    assert second.status_code == 303
    assert "Lampiran jawaban surat.pdf" in shown


def test_a_file_that_cannot_be_taken_is_named_at_its_field_and_the_others_are_kept(office):
    item = office.start_at(5)
    files = [(BytesIO(PDF), "surat.pdf"), (BytesIO(b"MZ\x90"), "program.pdf")]

    answer = office.browser("koordinator_lalintas").post(address(item), WRONG | {"lampiran_jawaban": files})

    assert answer.status_code == 422
    assert "Berkas program.pdf adalah program Windows" in squeezed(answer.text)
    assert "surat.pdf 1 kB, sudah tersimpan" in squeezed(answer.text)


def test_a_kept_file_can_be_looked_at_and_taken_away_again(office):
    item = office.start_at(5)
    browser = office.browser("koordinator_lalintas")
    page = browser.post(address(item), WRONG | {"lampiran_jawaban": (BytesIO(PDF), "surat.pdf")}).text
    link = re.search(rf'href="({re.escape(address(item))}/draft/files/(\d+))"', page)

    file = browser.get(link[1])
    without = browser.post(address(item), WRONG | {"_hapus": link[2]})

    assert (file.data, file.headers["Content-Disposition"]) == (PDF, "attachment; filename=surat.pdf")
    assert "surat.pdf" not in without.text
    assert browser.get(link[1]).status_code == 404


def test_the_draft_is_kept_while_typing_and_stands_in_the_form_again(office):
    item = office.start_at(3)
    browser = office.browser("petugas2")

    values = {"csrf_token": browser.token, "catatan_penerusan": "Baru separuh"}
    saved = browser.client.post(f"{address(item)}/draft", data=values, headers=SCRIPT)
    page = browser.get(address(item)).text

    assert (saved.status_code, saved.json) == (200, {"saved": "09.00"})
    assert "Baru separuh</textarea>" in page
    assert "Tersimpan Sel 24 Nov 09.00 WIB" in squeezed(page)


def test_a_draft_can_be_saved_without_any_script_and_thrown_away(office):
    item = office.start_at(3)
    browser = office.browser("petugas2")

    saved = browser.post(f"{address(item)}/draft", {"catatan_penerusan": "Baru separuh"})
    kept = browser.get(saved.location).text
    dropped = browser.post(f"{address(item)}/draft/drop", {})

    assert saved.status_code == dropped.status_code == 303
    assert "Baru separuh</textarea>" in kept
    assert "Baru separuh" not in browser.get(address(item)).text


def test_a_draft_needs_the_token(sqlite_office):
    item = sqlite_office.start_at(3)
    browser = sqlite_office.browser("petugas2")

    refused = browser.client.post(f"{address(item)}/draft", data={"catatan_penerusan": "x"}, headers=SCRIPT)

    assert refused.status_code == 400
    assert sqlite_office.engine.draft(item.path, by=sqlite_office.person("petugas2")) is None


def test_a_draft_for_a_step_that_is_not_waiting_for_me_is_not_kept(sqlite_office):
    item = sqlite_office.start_at(4)
    browser = sqlite_office.browser("petugas2")

    values = {"csrf_token": browser.token, "hasil_koordinasi": "x"}
    refused = browser.client.post(f"{address(item)}/draft", data=values, headers=SCRIPT)

    assert refused.status_code == 403
    assert "Draf tidak disimpan" in json.loads(refused.data)["message"]


def test_handing_in_takes_the_draft_away(office):
    item = office.start_at(3)
    browser = office.browser("petugas2")
    browser.post(f"{address(item)}/draft", {"catatan_penerusan": "Baru separuh"})

    browser.post(address(item), {"catatan_penerusan": "Selesai"})

    assert office.engine.draft(item.path, by=office.person("petugas2")) is None


def test_who_loses_the_race_is_told_by_whom_and_keeps_what_was_typed(office, clock):
    item = office.start_at(3)
    slow = office.browser("petugas2")
    slow.get(address(item))
    clock.advance(timedelta(minutes=1))
    office.browser("petugas1").post(address(item), {"catatan_penerusan": "Saya lebih cepat"})

    lost = slow.post(address(item), {"catatan_penerusan": "Catatan saya yang panjang"})
    later = slow.get(address(item)).text

    assert lost.status_code == 409
    assert "Diselesaikan oleh Siti Rahmawati pada Sel 24 Nov 2026 09.01 WIB." in squeezed(lost.text)
    assert "Catatan saya yang panjang</textarea>" in lost.text
    assert "Catatan saya yang panjang</textarea>" in later
    assert "Catatan untuk sekretaris Saya lebih cepat" in squeezed(later)


def test_who_types_while_a_colleague_takes_the_step_keeps_what_was_typed(office):
    item = office.start_at(3)
    office.engine.claim(item.case, item.key, by=office.person("petugas1"))

    refused = office.browser("petugas2").post(address(item), {"catatan_penerusan": "Catatan saya"})

    assert refused.status_code == 409
    assert "Sedang dikerjakan oleh Siti Rahmawati" in squeezed(refused.text)
    assert "Catatan saya</textarea>" in refused.text


def test_an_open_page_learns_that_the_step_was_done_meanwhile(sqlite_office):
    item = sqlite_office.start_at(3)
    browser = sqlite_office.browser("petugas2")
    asks = re.search(r'id="keadaan"[^>]*hx-get="([^"]+)"', browser.get(address(item)).text)[1]
    sqlite_office.complete(item.case)

    assert "Langkah ini sudah selesai" in squeezed(browser.get(asks).text)


@pytest.fixture
def timed(office) -> Browser:
    """A step of another SOP, which its timer takes away after an hour; petugas1 has it open."""
    files = {
        "cepat.bpmn": diagram(
            "cepat",
            "mulai > catat > jawab > selesai | batas > lain > selesai2",
            {
                "catat": Task(form="catat"),
                "jawab": Task(form="jawab", timers={"batas": Timer("PT1H", interrupts=True)}),
                "lain": Task(form="jawab"),
            },
        ),
        "catat.form": form("catat", text_field("perihal")),
        "jawab.form": form("jawab", text_field("isi", required=True)),
    }
    office.engine.deploy(files, by=OWNER)
    office.engine.start("cepat", {}, by=office.person("petugas1"))
    return office.browser("petugas1")


def test_a_step_that_its_timer_takes_away_says_so_and_keeps_what_was_typed(timed, clock):
    clock.advance(hours(2))

    refused = timed.post("/tasks/CEPAT-2026-00001/jawab:1", {"isi": "Jawaban saya"})

    assert refused.status_code == 409
    assert "Langkah ini ditarik" in squeezed(refused.text)
    assert "Jawaban saya</textarea>" in refused.text


def test_a_step_of_a_cancelled_case_says_why(office):
    item = office.start_at(3)
    office.engine.cancel(item.case, "Ditarik pengadu", by=office.person("kepala"))

    refused = office.browser("petugas2").post(address(item), {"catatan_penerusan": "Catatan saya"})

    assert refused.status_code == 409
    assert "dibatalkan pada Sel 24 Nov 2026 09.00 WIB: Ditarik pengadu" in squeezed(refused.text)
    assert "Catatan saya</textarea>" in refused.text


def test_a_step_that_the_diagram_cannot_carry_out_becomes_an_incident_and_keeps_what_was_typed(office):
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
    office.engine.start("buntu", {}, by=office.person("petugas1"))

    refused = office.browser("petugas1").post("/tasks/BUNTU-2026-00001/jawab:1", {"isi": "Jawaban saya"})

    assert refused.status_code == 409
    assert "Perkara ini tertahan sebagai insiden Alur berhenti di" in squeezed(refused.text)
    assert "Jawaban saya</textarea>" in refused.text


# --- giving a step to somebody else -----------------------------------------------------------


def test_the_head_gives_a_step_to_somebody_of_its_lane_with_a_reason(office):
    item = office.start_at(4)
    browser = office.browser("kepala")

    asked = browser.get(f"{address(item)}/reassign").text
    empty = browser.post(f"{address(item)}/reassign", {"to": "ketua", "reason": " "})
    given = browser.post(f"{address(item)}/reassign", {"to": "ketua", "reason": "Sekretaris cuti"})

    assert re.findall(r'<option value="(\w+)"', asked) == ["ketua", "sekretaris"]
    assert (empty.status_code, "Alasan wajib diisi" in empty.text) == (422, True)
    assert given.status_code == 303
    assert office.open_step(item.case).assignee == "ketua"


def test_a_step_is_not_given_to_somebody_who_cannot_do_it(office):
    item = office.start_at(4)

    refused = office.browser("kepala").post(f"{address(item)}/reassign", {"to": "petugas1", "reason": "Coba"})

    assert refused.status_code == 422
    assert "bukan petugas aktif" in squeezed(refused.text)


def test_a_deadline_passes_on_an_open_page(sqlite_office, clock):
    item = sqlite_office.start_at(4)
    browser = sqlite_office.browser("sekretaris")
    asks = f"{address(item)}/facts"
    before = squeezed(browser.get(asks).text)
    clock.advance(timedelta(days=2))
    sweep(sqlite_office.engine)

    after = squeezed(browser.get(asks).text)

    assert "sisa 1 hari kerja" in before
    assert "lewat 1 hari kerja" in after
