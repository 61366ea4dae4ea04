"""The SOP document as values: the paper's texts word for word, the flow as rows, and who put it there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import DeploymentRefused, Engine, NotAllowed, NotFound, SopArrow, SopDocument, SopRow
from tests.clock import Clock
from tests.engine.diagrams import chain, end, flow, gateway, process, start, task, timer
from tests.engine.small_office import CLERK, HEAD, LETTER, OWNER, TWO_STEPS
from tests.engine.small_office import open_office as open_small_office
from tests.office import open_office
from tests.sop_diagram import SOP
from tests.sop_document import drawings
from tests.sop_document.layouts import document

KEY = "sop_pengaduan_kategori_berat"


def shipped(engine: Engine) -> SopDocument:
    """Return the document of the shipped SOP."""
    open_office(engine)
    return engine.sop_document(KEY, by=CLERK)


def rows(told: SopDocument) -> dict[str, SopRow]:
    """Return a document's rows by id."""
    return {row.id: row for row in told.rows}


def arrows(told: SopDocument) -> set[tuple[str, str, str]]:
    """Return a document's arrows with their labels."""
    return {(arrow.source, arrow.target, arrow.label) for arrow in told.arrows}


def test_the_rows_of_the_shipped_sop_say_what_its_table_says(engine: Engine) -> None:
    told = shipped(engine)

    assert told.lanes == tuple(SOP["pelaksana"])
    for row, line in zip(told.rows, SOP["alur"], strict=True):
        assert (row.no, row.activity, row.lane) == (f"{line['no']}.", line["kegiatan"], line["pelaksana"])
        assert (row.requirement, row.duration) == (line["persyaratan"], line["waktu"])
        assert (row.output, row.remark, row.notes, row.ours) == (line["output"], line["keterangan"], (), False)


def test_the_first_and_the_last_step_are_capsules_and_the_others_boxes(engine: Engine) -> None:
    told = shipped(engine)

    assert [row.symbols for row in told.rows] == [("capsule",), *[("box",)] * 7, ("capsule",)]
    assert told.arrows == tuple(SopArrow(f"langkah_{no}", f"langkah_{no + 1}") for no in range(1, 9))


def test_identity_and_worksheet_are_the_paper_s(engine: Engine) -> None:
    told = shipped(engine)
    page, sheet, paper = told.identity, told.worksheet, SOP["lembar_kerja"]

    assert page.heads == (SOP["kementerian"], SOP["kantor_wilayah"], SOP["kantor"])
    assert (page.unit, page.number, page.created) == (SOP["seksi"], SOP["nomor_sop"], SOP["tgl_pembuatan"])
    assert (page.revised, page.revision, page.effective) == ("", "", SOP["tgl_efektif"])
    assert (page.approved, page.name) == (SOP["disahkan_oleh"], SOP["nama_sop"])
    for name, listed in (("dasar_hukum", page.legal_basis), ("kualifikasi_pelaksana", page.qualifications)):
        assert listed == tuple(SOP[name])
    assert page.equipment == tuple(SOP["peralatan_perlengkapan"])
    assert sheet.main == tuple(paper["langkah_utama"])
    assert (sheet.first, sheet.last) == (paper["langkah_awal"], paper["langkah_akhir"])
    assert told.missing == ()


def test_the_record_names_who_deployed_and_when(engine: Engine, clock: Clock) -> None:
    told = shipped(engine)

    assert told.version is not None
    assert (told.version.version, told.version.deployed_by, told.version.deployed_at) == (1, "pemilik", clock())
    assert told.names["pemilik"] == "Yuni Astuti"


def test_with_approval_the_record_names_who_activated_and_from_when(database_url: str, clock: Clock) -> None:
    engine = Engine(database_url, clock, approval=True)
    open_small_office(engine)

    assert engine.sop_document("surat", 1, by=CLERK).version == engine.version("surat", 1)
    with pytest.raises(NotFound):
        engine.sop_document("surat", by=CLERK)
    clock.advance(timedelta(days=1))
    engine.activate("surat", 1, by=HEAD, note="Sudah dibaca")
    told = engine.sop_document("surat", by=CLERK)

    assert told.version is not None
    assert (told.version.deployed_by, told.version.decided_by) == ("pemilik", "kepala")
    assert told.version.decided_at == clock()
    assert told.names == {"pemilik": "Pemilik Proses", "kepala": "Kepala Kantor"}
    engine.close()


def test_an_older_version_keeps_its_own_document(engine: Engine) -> None:
    open_small_office(engine)
    engine.deploy({"surat.bpmn": TWO_STEPS["surat.bpmn"].replace(b"P3D", b"P5D")}, by=OWNER)

    first, second = (engine.sop_document("surat", number, by=CLERK) for number in (1, 2))

    assert rows(first)["periksa"].duration == "1-3 hari"
    assert rows(second)["periksa"].duration == "1-5 hari"
    assert engine.sop_document("surat", by=CLERK) == second


def test_a_case_does_not_change_the_document(engine: Engine) -> None:
    open_small_office(engine)
    before = engine.sop_document("surat", by=CLERK)
    engine.start("surat", LETTER, by=CLERK)

    assert engine.sop_document("surat", by=CLERK) == before


@pytest.mark.parametrize(("key", "version"), [("surat", 9), ("surat", 0), ("tak_ada", 1), ("tak_ada", None)])
def test_what_was_never_deployed_has_no_document(engine: Engine, key: str, version: int | None) -> None:
    open_small_office(engine)

    with pytest.raises(NotFound):
        engine.sop_document(key, version, by=CLERK)


def test_a_draft_has_its_document_for_its_owner_alone(engine: Engine, clock: Clock) -> None:
    open_small_office(engine)
    draft = engine.begin_diagram_draft("surat", 1, by=OWNER)
    changed = draft.xml.replace(b"P3D", b"P5D")
    engine.save_diagram_draft("surat", xml=changed, expected_revision=draft.revision, by=OWNER)

    told = engine.sop_document("surat", "draft", by=OWNER)

    assert told.version is None
    assert told.draft is not None
    assert (told.draft.owner, told.draft.revision, told.draft.saved_at) == ("pemilik", 2, clock())
    assert rows(told)["periksa"].duration == "1-5 hari"
    assert told.names == {"pemilik": "Pemilik Proses"}
    with pytest.raises(NotAllowed):
        engine.sop_document("surat", "draft", by=CLERK)


def test_a_draft_that_could_not_be_deployed_is_refused_with_every_problem(engine: Engine) -> None:
    open_small_office(engine)
    draft = engine.begin_diagram_draft("surat", 1, by=OWNER)
    broken = draft.xml.replace(b"P3D", b"tiga hari")
    engine.save_diagram_draft("surat", xml=broken, expected_revision=draft.revision, by=OWNER)

    with pytest.raises(DeploymentRefused) as refused:
        engine.sop_document("surat", "draft", by=OWNER)

    assert {problem.element for problem in refused.value.problems} >= {"batas"}


def test_a_revision_s_number_and_dates_are_properties_of_its_diagram() -> None:
    properties = {"nomor_sop": "W11-7459", "tgl_revisi": "01 Desember 2026", "revisi_ke": "1", "dasar_hukum": "UU 25"}
    lists = {"keterkaitan.10": "c", "keterkaitan.2": "b", "keterkaitan.1": "a"}
    parts = (start(), task("a"), end(), *chain("mulai", "a", "selesai"))

    told = document(process(*parts, properties=properties | lists))

    assert (told.identity.number, told.identity.revised, told.identity.revision) == (
        "W11-7459",
        "01 Desember 2026",
        "1",
    )
    assert told.identity.related == ("a", "b", "c")
    assert told.identity.legal_basis == ("UU 25",)
    assert told.identity.name == "Proses uji"
    assert "tgl_pembuatan" in told.missing
    assert "nomor_sop" not in told.missing
    assert told.worksheet.empty


def test_a_step_s_columns_are_its_properties_word_for_word() -> None:
    written = {"no": "7", "persyaratan": "Berkas  A", "waktu": "-", "output": "Surat ", "keterangan": "Lihat  <b>"}
    parts = (start(), task("a", "Nama  langkah", properties=written), end(), *chain("mulai", "a", "selesai"))

    (row,) = document(process(*parts)).rows

    assert (row.no, row.activity, row.requirement) == ("7.", "Nama  langkah", "Berkas  A")
    assert (row.duration, row.output, row.remark) == ("-", "Surat ", "Lihat  <b>")
    assert row.symbols == ("capsule",)


@pytest.mark.parametrize(
    ("waktu", "duration", "stated", "noted"),
    [
        pytest.param("1-3 hari", ("P1D", "P3D"), "1-3 hari", False, id="as the timers say"),
        pytest.param("2 hari", ("P3D",), "3 hari", True, id="other than the timers say"),
        pytest.param("", ("P3D",), "3 hari", False, id="nothing written"),
        pytest.param("2 hari", (), "-", True, id="written, but no timer keeps it"),
        pytest.param("-", (), "-", False, id="none meant"),
    ],
)
def test_waktu_is_what_the_timers_say(waktu: str, duration: tuple[str, ...], stated: str, noted: bool) -> None:
    timers = [timer("a", each, id_=f"batas_{each}") for each in duration]
    parts = (start(), task("a", properties={"waktu": waktu}), *timers, end(), *chain("mulai", "a", "selesai"))

    (row,) = document(process(*parts)).rows

    assert row.duration == stated
    assert any(waktu in note for note in row.notes) == noted


def test_a_decision_without_a_question_is_drawn_with_its_step_and_one_with_a_question_below_it() -> None:
    with_step, with_question = document(drawings.refusal()), document(drawings.correction())

    assert rows(with_step)["terima"].symbols == ("capsule", "diamond")
    assert ("terima", "garap", "hasil = lengkap dan bukan ulang") in arrows(with_step)
    assert ("terima", "tolak", "selain itu") in arrows(with_step)
    row = rows(with_question)["sesuai"]
    assert (row.no, row.activity, row.lane, row.symbols) == ("", "Jawaban sesuai?", "Koordinator", ("diamond",))
    assert {("sesuai", "kirim", "Ya"), ("sesuai", "periksa", "Tidak")} <= arrows(with_question)


def test_ends_with_names_stay_rows_where_there_are_several() -> None:
    told = document(drawings.refusal())

    assert [(row.activity, row.symbols) for row in told.rows if row.id in ("selesai", "ditolak")] == [
        ("Selesai", ("capsule",)),
        ("Ditolak", ("capsule",)),
    ]


def test_branches_at_once_are_told_in_words_since_no_symbol_says_them() -> None:
    told = document(drawings.together())

    assert rows(told)["a"].notes == ("Lalu serentak: langkah 2 dan langkah 3.",)
    assert rows(told)["e"].notes == ("Setelah langkah 3 dan langkah 4 selesai.",)
    assert arrows(told) >= {("a", "b", ""), ("a", "c", ""), ("c", "e", ""), ("d", "e", "")}


def test_parts_calls_and_pauses_are_boxes_and_a_timer_that_leads_on_is_an_arrow() -> None:
    told = document(drawings.parts())

    assert [row.id for row in told.rows] == ["a", "bagian", "b1", "b2", "jeda", "ambil", "kirim"]
    assert [row.depth for row in told.rows] == [0, 0, 1, 1, 0, 0, 0]
    assert (rows(told)["bagian"].activity, rows(told)["bagian"].duration) == ("Pemeriksaan lapangan", "3 hari")
    assert (rows(told)["jeda"].activity, rows(told)["jeda"].ours) == ("Menunggu 5 jam", True)
    assert rows(told)["kirim"].activity == "SOP Pengiriman surat"
    assert rows(told)["kirim"].notes == ("Menjalankan SOP Pengiriman surat versi 1.",)
    (late,) = (arrow for arrow in told.arrows if arrow.kind == "timer")
    assert late == SopArrow("a", "ambil", "lewat 2 hari", "timer")
    assert [row.symbols for row in told.rows if row.id in ("a", "kirim")] == [("capsule",), ("capsule",)]


def test_rows_follow_the_numbers_of_the_sop_where_the_flow_leaves_a_choice() -> None:
    for told in (document(drawings.choices()), document(drawings.tangled()), document(drawings.long())):
        numbers = [int(row.no.removesuffix(".")) for row in told.rows if row.no]
        assert numbers == sorted(numbers)


def test_the_flow_goes_before_the_numbers() -> None:
    parts = [drawings.numbered(id_, no) for id_, no in (("a", 1), ("b", 9), ("c", 2))]

    told = document(process(start(), *parts, end(), *chain("mulai", "a", "b", "c", "selesai")))

    assert [row.no for row in told.rows] == ["1.", "9.", "2."]


def test_steps_without_numbers_are_counted() -> None:
    parts = (task("a"), gateway("exclusive", "g", default="g__b"), task("b"), task("c"))
    flows = (*chain("mulai", "a", "g", "b", "selesai"), flow("g", "c", "${x == 'c'}"), *chain("c", "selesai"))

    told = document(process(start(), *parts, end(), *flows))

    assert [(row.no, row.activity) for row in told.rows] == [
        ("1.", "Langkah a"),
        ("2.", "Langkah b"),
        ("3.", "Langkah c"),
    ]
