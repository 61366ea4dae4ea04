"""Every event of a case is one sentence that an auditor could say aloud; personal answers are never in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from engine import CaseBecameIncident, Engine, sweep
from engine.history import EVENTS
from tests.clock import Clock
from tests.engine.small_office import AUDITOR, CHECKER, CLERK, COLLEAGUE, HEAD, LETTER, OWNER, hire, open_office
from tests.proposals import Proposal
from tests.small_bpmn import Task, Timer, diagram, form, text_field
from webapp import told
from webapp.standing import Office


@pytest.fixture
def engine(sqlite_url: str, clock: Clock) -> Iterator[Engine]:
    opened = Engine(sqlite_url, clock)
    yield opened
    opened.close()


def sentences(engine: Engine, case: str) -> list[tuple[str, str]]:
    """Return each event's type and sentence."""
    office = Office.now_of(engine)
    return [(moment.type, told.told(moment, office)) for moment in engine.timeline(case, by=AUDITOR).moments]


def of_type(engine: Engine, case: str, kind: str) -> list[str]:
    return [sentence for type_, sentence in sentences(engine, case) if type_ == kind]


def test_every_kind_of_event_has_a_sentence_of_its_own():
    assert told._TELLERS.keys() == EVENTS.keys()


def test_an_ordinary_case_reads_from_its_first_event_to_its_last(engine, clock):
    open_office(engine)
    case = engine.start("surat", LETTER, by=CLERK).number
    clock.advance(timedelta(hours=2))
    engine.claim(case, "periksa:1", by=CHECKER)
    clock.advance(timedelta(days=5))
    engine.complete(case, "periksa:1", {"hasil": "baik"}, by=CHECKER)

    assert [sentence for _, sentence in sentences(engine, case)] == [
        "Perkara dimulai oleh Petugas Satu, pada “surat” versi 1.",
        "Alur berlanjut dari awal diagram ke langkah “Mencatat”.",
        "Langkah “Mencatat” terbuka dan menunggu lajur Petugas.",
        "Langkah “Mencatat” diselesaikan oleh Petugas Satu.",
        "Alur berlanjut dari langkah “Mencatat” ke langkah “Memeriksa”.",
        "Langkah “Memeriksa” terbuka dan menunggu lajur Pemeriksa, timur.",
        "Pengingat langkah “Memeriksa” (1 hari kerja) mulai berjalan.",
        "Batas waktu langkah “Memeriksa” (3 hari kerja) mulai berjalan.",
        (
            "Batas waktu langkah “Memeriksa” (3 hari kerja) jatuh pada Jum 27 Nov 2026 09.00 WIB; "
            "pengingat langkah “Memeriksa” (1 hari kerja) jatuh pada Rab 25 Nov 2026 09.00 WIB."
        ),
        "Langkah “Memeriksa” diambil oleh Pemeriksa setelah menunggu 2 jam kerja.",
        (
            "Saat pengingat langkah “Memeriksa” (1 hari kerja) tiba, jatuh tempo Rab 25 Nov 2026 09.00 WIB; "
            "baru tercatat Min 29 Nov 2026 11.00 WIB."
        ),
        "Alur berlanjut dari timer ke akhir diagram.",
        "Eskalasi tercatat.",
        (
            "Batas waktu langkah “Memeriksa” (3 hari kerja) terlampaui, jatuh tempo Jum 27 Nov 2026 09.00 WIB; "
            "baru tercatat Min 29 Nov 2026 11.00 WIB."
        ),
        "Alur berlanjut dari timer ke akhir diagram.",
        "Eskalasi tercatat.",
        "Langkah “Memeriksa” diselesaikan oleh Pemeriksa, 6 jam kerja setelah batas waktunya.",
        "Alur berlanjut dari langkah “Memeriksa” ke akhir diagram.",
        "Perkara selesai: semua jalan pada diagram sudah sampai di akhirnya.",
    ]


def test_the_rare_commands_name_who_and_why(engine):
    open_office(engine)
    case = engine.start("surat", {**LETTER, "nama": "Siti", "kisah": "Sakit"}, by=CLERK).number
    engine.claim(case, "periksa:1", by=CHECKER)
    engine.release(case, "periksa:1", by=CHECKER)
    engine.reassign(case, "periksa:1", "pemeriksa", "Beban kerja", by=HEAD)
    engine.comment(case, "Segera", by=CLERK)
    engine.reveal(case, "catat:1", "Pemeriksaan Ombudsman.", by=AUDITOR)
    engine.cancel(case, "Duplikat", by=HEAD)

    assert [sentence for type_, sentence in sentences(engine, case) if type_ in RARE] == [
        "Langkah “Memeriksa” diambil oleh Pemeriksa setelah menunggu kurang dari 1 menit kerja.",
        "Langkah “Memeriksa” dilepas kembali ke lajurnya oleh Pemeriksa.",
        "Langkah “Memeriksa” dialihkan kepada Pemeriksa oleh Kepala Kantor. Alasan: Beban kerja.",
        "Petugas Satu menulis catatan pada perkara.",
        (
            "Auditor membuka data tertutup “Nama”, “Kisah” dan “Bukti” pada langkah “Mencatat”. "
            "Alasan: Pemeriksaan Ombudsman."
        ),
        "Perkara dibatalkan oleh Kepala Kantor. Alasan: Duplikat.",
        "Langkah “Memeriksa” ditarik karena perkara dibatalkan.",
        "Pengingat langkah “Memeriksa” (1 hari kerja) dihentikan sebelum jatuh tempo.",
        "Batas waktu langkah “Memeriksa” (3 hari kerja) dihentikan sebelum jatuh tempo.",
    ]
    assert not any("Siti" in sentence or "Sakit" in sentence for _, sentence in sentences(engine, case))


RARE = {
    "WorkItemClaimed",
    "WorkItemReleased",
    "WorkItemReassigned",
    "Commented",
    "IdentityRevealed",
    "InstanceCancelled",
    "WorkItemWithdrawn",
    "TimerDropped",
}


def test_a_move_says_what_counts_as_passed_and_what_is_gone(engine):
    hire(engine)
    old = {"catat": Task(name="Mencatat"), "timbang": Task(name="Menimbang"), "arsip": Task(name="Mengarsip")}
    new = {"catat": Task(name="Mencatat"), "telaah": Task(name="Menelaah"), "arsip": Task(name="Mengarsip")}
    engine.deploy({"surat.bpmn": diagram("surat", "mulai > catat > timbang > arsip > selesai", old)}, by=OWNER)
    case = engine.start("surat", {}, by=CLERK).number
    engine.complete(case, "timbang:1", {}, by=CLERK)
    engine.deploy({"surat.bpmn": diagram("surat", "mulai > catat > telaah > arsip > selesai", new)}, by=OWNER)
    engine.move(case, 2, "SOP diperbarui", by=HEAD, passed=["telaah:1"])

    assert of_type(engine, case, "InstanceMigrated") == [
        (
            "Perkara dipindahkan dari versi 1 ke versi 2 diagramnya oleh Kepala Kantor. Alasan: SOP diperbarui. "
            "Batas waktu yang sudah berjalan tetap. Dianggap sudah dilalui: langkah “Menelaah”. "
            "Tidak ada lagi pada versi baru: langkah “Menimbang”."
        )
    ]


def test_a_changed_due_date_says_from_what_to_what_by_whom_and_why(engine, clock):
    hire(engine)
    proposal = Proposal(engine, clock, writer=CLERK, judge=CHECKER, head=HEAD, judges="Pemeriksa")
    proposal.passes(timedelta(hours=1))
    proposal.moved()

    told_last = of_type(engine, proposal.case, "DueDateSet")[-1]

    assert told_last == (
        "Batas waktu langkah “Menilai usulan” (3 hari kerja) berubah dari Jum 27 Nov 2026 09.00 WIB menjadi "
        "Jum 27 Nov 2026 10.00 WIB; pengingat langkah “Menilai usulan” (1 hari kerja) berubah dari "
        "Rab 25 Nov 2026 09.00 WIB menjadi Rab 25 Nov 2026 10.00 WIB oleh Kepala Kantor. "
        "Alasan: batas waktu dimulai lagi saat dipindahkan."
    )


def test_a_step_that_its_deadline_takes_away_names_it(engine, clock):
    hire(engine)
    tasks = {
        "catat": Task(name="Mencatat"),
        "periksa": Task(name="Memeriksa", timers={"batas": Timer("P1D", interrupts=True)}),
        "arsip": Task(name="Mengarsip"),
    }
    flows = "mulai > catat > periksa > selesai | batas > arsip > selesai"
    engine.deploy({"surat.bpmn": diagram("surat", flows, tasks)}, by=OWNER)
    case = engine.start("surat", {}, by=CLERK).number
    clock.advance(timedelta(days=1))
    sweep(engine)

    assert of_type(engine, case, "TimerFired") == [
        "Batas akhir langkah “Memeriksa” (1 hari kerja) habis, jatuh tempo Rab 25 Nov 2026 09.00 WIB."
    ]
    assert of_type(engine, case, "WorkItemWithdrawn") == ["Langkah “Memeriksa” ditarik oleh timer."]


def test_an_incident_says_where_and_why_and_that_it_is_over(engine):
    hire(engine)
    flow = diagram(
        "buntu",
        "mulai > catat > jawab > pilih > selesai",
        {"catat": Task(name="Mencatat"), "jawab": Task(name="Menjawab", form="jawab")},
        gateways={"pilih": "exclusive"},
        conditions={"pilih > selesai": "${isi == 'boleh'}"},
    )
    engine.deploy({"buntu.bpmn": flow, "jawab.form": form("jawab", text_field("isi"))}, by=OWNER)
    case = engine.start("buntu", {}, by=CLERK).number
    with pytest.raises(CaseBecameIncident):
        engine.complete(case, "jawab:1", {"isi": "rahasia sekali"}, by=COLLEAGUE)

    (raised,) = of_type(engine, case, "IncidentRaised")

    assert raised.startswith("Perkara berhenti sebagai insiden di percabangan: ")
    assert "rahasia sekali" not in raised


def test_an_erasure_names_the_steps_and_the_ground(engine):
    open_office(engine)
    case = engine.start("surat", {**LETTER, "nama": "Siti"}, by=CLERK).number
    engine.complete(case, "periksa:1", {"hasil": "baik"}, by=CHECKER)
    engine.erase_personal(case, "Permintaan subjek data", by=HEAD)

    (erased,) = of_type(engine, case, "PersonalDataErased")

    assert erased.startswith("Data pribadi dari langkah “Mencatat” dihapus untuk selamanya oleh Kepala Kantor. Dasar: ")


def test_a_repeated_step_says_the_how_manieth_time_it_is(engine, clock):
    hire(engine)
    proposal = Proposal(engine, clock, writer=CLERK, judge=CHECKER, head=HEAD, judges="Pemeriksa")
    proposal.judged("ulang")

    opened = of_type(engine, proposal.case, "WorkItemOpened")

    assert opened[-1] == "Langkah “Mengusulkan” (kali ke-2) terbuka dan menunggu lajur Petugas."
