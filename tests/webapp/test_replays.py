"""The replay page and its data: the same words with a script and without, and nothing that is not for the reader."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from engine import Engine
from tests.clock import Clock
from tests.full_rights import full_rights
from tests.proposals import Proposal
from tests.webapp.sop_office import SopOffice, squeezed
from tests.website import Website

SECRETARIES = "Sekretaris / ketua tim pengaduan"


@pytest.fixture
def office(sqlite_url: str, clock: Clock, tmp_path: Path) -> Iterator[SopOffice]:
    engine = Engine(sqlite_url, clock)
    yield SopOffice(Website(engine, (), tmp_path), engine)
    engine.close()


@pytest.fixture
def proposal(office: SopOffice, clock: Clock) -> Proposal:
    writer, judge, head = map(office.person, ("petugas1", "sekretaris", "kepala"))
    return Proposal(office.engine, clock, writer=writer, judge=judge, head=head, judges=SECRETARIES)


def page(office: SopOffice, case: str, query: str = "", name: str = "auditor") -> str:
    answer = office.browser(name).get(f"/cases/{case}/replay{query}")
    assert answer.status_code == 200, answer.text
    return answer.text


def data(office: SopOffice, case: str, name: str = "auditor") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(office.browser(name).get(f"/cases/{case}/replay/data").text)
    return found


def panel(text_: str) -> str:
    """Return what the panel says."""
    return squeezed(text_[text_.index('class="replay-side"') : text_.index('class="pico replay-record"')])


# --- without a script -----------------------------------------------------------------------


def test_the_table_has_every_event_with_a_link_to_its_moment(office):
    case = office.start_at(3).case
    events = office.engine.history(case, by=office.person("auditor"))

    found = page(office, case)

    assert re.findall(r'<a href="\?event=(\d+)" data-event="\1" aria-label="Tampilkan peristiwa \1">\1</a>', found) == [
        str(event.seq) for event in events
    ]


def test_without_an_event_the_last_one_is_shown(office):
    case = office.start_at(3).case

    found = page(office, case)

    assert 'aria-valuetext="Peristiwa 14 dari 14: Batas waktu langkah 3' in found
    assert '<tr id="peristiwa-14" class="is-note" aria-current="true">' in found


@pytest.mark.parametrize(
    ("asked", "shown"),
    [("1", 1), ("6", 6), ("0", 1), ("99", 14), ("", 14), ("-1", 14), ("٣", 3), ("9" * 5000, 14), ("1.5", 14)],
)
def test_a_link_opens_at_its_event_and_an_odd_one_at_some_event_that_there_is(office, asked, shown):
    case = office.start_at(3).case

    assert f'<strong class="number" data-seq>{shown}</strong>' in page(office, case, f"?event={asked}")


def test_the_panel_says_what_happened_who_when_and_how_long_it_took(office, clock):
    item = office.start_at(2)
    clock.advance(timedelta(minutes=1))
    office.engine.claim(item.case, item.key, by=office.person("petugas1"))
    clock.advance(timedelta(minutes=6))
    office.complete(item.case)
    events = office.engine.history(item.case, by=office.person("auditor"))
    done = [event.seq for event in events if event.type == "WorkItemCompleted"][1]

    told = panel(page(office, item.case, f"?event={done}"))

    assert "diselesaikan oleh Siti Rahmawati, 5 menit kerja setelah batas waktunya." in told
    assert "Oleh Siti Rahmawati Tercatat Sel 24 Nov 2026 09.07 WIB Batas waktu Sel 24 Nov 2026 09.02 WIB" in told
    assert "Menunggu 1 menit kerja Dikerjakan 6 menit kerja" in told
    assert "Langkah terbuka 0 Tidak ada langkah yang menunggu." in told


def test_the_panel_shows_what_was_open_and_armed_and_in_force_then(office):
    case = office.start_at(5).case

    told = panel(page(office, case, "?event=8"))

    assert "Langkah terbuka 1 ▶ sekarang Langkah 2 Admin/ petugas penerima pengaduan" in told
    assert "Petugas · belum ada pemegang terbuka sejak Sel 24 Nov 2026 09.00 WIB" in told
    assert "Timer terpasang 1 Batas waktu langkah 2 (2 menit kerja) jatuh tempo Sel 24 Nov 2026 09.02 WIB" in told
    calendar = office.engine.calendar().version
    assert f"Diagram SOP PENGADUAN KATEGORI BERAT, versi 1 Kalender versi {calendar} Keadaan Berjalan" in told
    assert "Jawaban sampai saat itu 1 Langkah 1 Publik/ masyarakat" in told


def test_a_step_past_its_deadline_is_late_from_that_moment_on(office, clock):
    item = office.start_at(2)
    clock.advance(timedelta(minutes=5))
    office.complete(item.case)

    assert "▶ sekarang Langkah 2" in panel(page(office, item.case, "?event=8"))
    assert "! lewat batas Langkah 2" in panel(page(office, item.case, "?event=9"))


def test_what_is_hidden_is_not_on_the_page_but_the_way_to_a_reveal_is(office):
    case = office.start_at(3, nama_pengadu="Burungkutilang").case

    assert "Burungkutilang" in page(office, case, name="petugas1")
    hidden = page(office, case)
    assert "Burungkutilang" not in hidden
    assert f'href="/cases/{case}/reveal/langkah_1:1"' in hidden


def test_a_changed_answer_stands_beside_the_one_that_it_replaced(office, proposal):
    proposal.judged("ulang")
    proposal.written("Loket baru di lantai 1")

    told = panel(page(office, proposal.case))

    assert "Mengusulkan ± 1 berubah Judul Loket baru di lantai 1 ± berubah sebelumnya: Loket baru" in told


def test_an_answer_that_stayed_or_that_another_step_gave_is_not_marked(office, proposal):
    proposal.judged("ulang")
    proposal.written("Loket baru")

    assert "berubah" not in panel(page(office, proposal.case))


def test_an_answer_that_was_left_out_later_is_told_as_emptied(office, proposal):
    proposal.judged("ulang")
    (item,) = (each for each in office.engine.steps(proposal.case, by=proposal.head) if each.state == "open")
    office.engine.complete(proposal.case, item.key, {"pengusul": "Amir"}, by=proposal.writer)

    assert "Judul tidak diisi ± berubah sebelumnya: Loket baru" in panel(page(office, proposal.case))


def test_that_a_hidden_answer_changed_is_not_told(office, proposal):
    proposal.judged("ulang")
    (item,) = (each for each in office.engine.steps(proposal.case, by=proposal.head) if each.state == "open")
    changed = {"judul": "Loket baru", "pengusul": "Burungmerpati"}
    office.engine.complete(proposal.case, item.key, changed, by=proposal.writer)

    assert "± 1 berubah" in panel(page(office, proposal.case, name="petugas1"))
    assert "berubah" not in panel(page(office, proposal.case))
    assert all(field["former"] is None for step in data(office, proposal.case)["answers"] for field in step["fields"])


def test_a_remark_is_read_at_its_event(office):
    case = office.start_at(3).case
    office.engine.comment(case, "Mohon disegerakan", by=office.person("kepala"))

    told = panel(page(office, case))

    assert "Bambang Wijaya menulis catatan pada perkara." in told
    assert "Catatan Mohon disegerakan" in told


def test_erased_answers_say_since_when_and_by_whom(office):
    case = office.start_at(3, nama_pengadu="Burungkutilang").case
    office.engine.erase_personal(case, "Permintaan subjek data", by=office.person("kepala"))

    found = page(office, case, "?event=4")

    assert "Burungkutilang" not in found
    assert "Data pribadi, sudah dihapus Sel 24 Nov 2026 09.00 WIB oleh Bambang Wijaya" in found


def test_a_moved_case_links_to_each_of_its_stretches(office, proposal):
    case = proposal.whole()

    found = page(office, case, "?event=1")

    stretches = re.findall(r'data-event="(\d+)" data-until="(\d+)"( aria-current="true")?>', found)
    (first, until, here), (second, last, there) = stretches
    assert (first, here, there) == ("1", ' aria-current="true"', "")
    assert int(until) + 1 == int(second) < int(last)
    assert "versi 2" in panel(page(office, case, f"?event={second}"))


def test_a_case_that_never_moved_has_no_stretches(office):
    assert "stretches" not in page(office, office.start())


def test_a_history_that_was_altered_is_said_at_the_top_and_at_its_event(office):
    case = office.start_at(3).case
    with full_rights(office.engine) as connection:
        connection.execute(text("UPDATE history_event SET actor = 'lain' WHERE seq = 4"))

    found = squeezed(page(office, case))

    assert "Rantai riwayat putus pada peristiwa 4 ." in found
    assert found.count("Rantai riwayat tidak cocok di sini") == 1


# --- the data -------------------------------------------------------------------------------


def test_the_data_and_the_page_say_the_same_words(office, proposal):
    case = proposal.whole()
    found = data(office, case)

    rows = re.findall(r'<td class="event-told">(.*?)</td>', page(office, case), flags=re.DOTALL)

    assert [squeezed(row) for row in rows] == [moment["told"] for moment in found["moments"]]


def test_the_data_adds_up_to_what_the_page_shows_at_each_event(office, proposal):
    case = proposal.whole()
    found = data(office, case)
    steps: dict[int, Any] = {}
    timers: dict[str, Any] = {}

    for moment in found["moments"]:
        steps |= {step["id"]: step for step in moment["steps"]}
        timers = {key: timer for key, timer in (timers | moment["timers"]).items() if timer}
        picture = office.engine.timeline(case, by=office.person("auditor")).at(moment["seq"])
        assert {key for key, step in steps.items() if step["state"] == "open"} == {
            step.opened_seq for step in picture.open_steps
        }
        assert set(timers) == {timer.key for timer in picture.timers}
        assert found["contexts"][moment["context"]][0][1].endswith(f"versi {picture.stretch.version}")


def test_every_spot_is_on_a_diagram_that_the_data_names(office, proposal):
    found = data(office, proposal.whole())

    assert [(each["name"], each["version"]) for each in found["diagrams"]] == [("usulan", 1), ("usulan", 2)]
    spots = {tuple(spot) for moment in found["moments"] for step in moment["steps"] for spot in step["spots"]}
    assert {(0, "usul"), (0, "nilai"), (1, "usul"), (1, "nilai"), (1, "lapor_hasil")} == spots


def test_the_data_is_as_new_as_the_case(office):
    case = office.start_at(3).case
    before = len(data(office, case)["moments"])

    office.complete(case)

    assert len(data(office, case)["moments"]) > before


# --- diagrams -------------------------------------------------------------------------------


def test_each_version_that_the_case_ran_on_is_handed_out_byte_for_byte(office, proposal):
    case, browser = proposal.whole(), office.browser("auditor")

    for version in (1, 2):
        answer = browser.get(f"/cases/{case}/replay/diagrams/usulan/{version}")
        assert (answer.status_code, answer.mimetype) == (200, "application/xml")
        assert answer.data == office.engine.diagram_xml("usulan", version)


@pytest.mark.parametrize("which", ["usulan/2", "usulan/3", "sop_pengaduan_kategori_berat/1", "tidak_ada/1"])
def test_a_diagram_that_the_case_never_ran_on_is_not_found_by_its_address(office, proposal, which):
    assert office.browser("auditor").get(f"/cases/{proposal.case}/replay/diagrams/{which}").status_code == 404


def test_the_page_of_a_case_leads_to_its_replay_from_the_first_event(office):
    case = office.start()

    assert f'href="/cases/{case}/replay?event=1"' in office.browser("auditor").get(f"/cases/{case}").text


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        pytest.param("petugas1", {"Putar ulang", "Unduh"}, id="an officer"),
        pytest.param("pemilik", {"Putar ulang", "Pembuktian", "Unduh"}, id="a process owner"),
        pytest.param("auditor", {"Putar ulang", "Pembuktian", "Unduh"}, id="an auditor"),
        pytest.param("kepala", {"Putar ulang", "Pembuktian", "Unduh", "Hapus data pribadi…"}, id="the head of office"),
    ],
)
def test_the_page_of_a_case_offers_each_what_is_theirs_and_it_opens(office, name, seen):
    case, browser = office.start(), office.browser(name)
    offered = {"Putar ulang", "Pembuktian", "Unduh", "Hapus data pribadi…"}

    links = {
        words: address
        for address, words in re.findall(r'<a href="([^"]+)">([^<]+)</a>', browser.get(f"/cases/{case}").text)
        if words in offered
    }

    assert links.keys() == seen
    assert {browser.get(address).status_code for address in links.values()} == {200}
