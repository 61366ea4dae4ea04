"""The SOP document as HTML: the paper's texts in order, character for character, and nothing else as its own."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

import pytest
from lxml import html

from engine import Engine
from tests.engine.diagrams import chain, end, process, start, task
from tests.engine.small_office import CLERK, HEAD, OWNER, TWO_STEPS, hire
from tests.sop_diagram import TEXTS
from tests.webapp.sop_office import SopOffice
from webapp.sop.paper import paper_of

MARK = "Salinan dibangkitkan sistem – bukan dokumen yang disahkan"
PAPER = [" ".join(line.split()) for line in TEXTS.splitlines() if line.strip()]
DRAWN = ("svg", "style", "script")


def words(page: str) -> list[str]:
    """Return the document's own texts: without what is drawn, and without what the system adds in its own name."""
    (document,) = html.fromstring(page).find_class("sop-document")
    for element in [*document.find_class("sop-system"), *(each for name in DRAWN for each in document.iter(name))]:
        element.drop_tree()
    return " ".join(" ".join(document.itertext()).split()).split(" ")


@pytest.fixture
def office(website, engine) -> SopOffice:
    """The example office."""
    return SopOffice(website, engine)


@pytest.fixture
def letters(modeling_office, engine):
    """The small office with its letter deployed."""
    engine.deploy(TWO_STEPS, by=OWNER)
    return modeling_office


@pytest.mark.parametrize("address", ["sop", "sop/file"])
def test_page_and_file_hold_the_paper_s_texts_in_order_and_nothing_besides(office, address):
    answer = office.browser("petugas1").get(f"/processes/{office.key}/1/{address}")

    assert answer.status_code == 200
    assert words(answer.text) == " ".join(PAPER).split(" ")


@pytest.mark.parametrize("address", ["sop", "sop/file"])
def test_the_copy_says_on_each_part_that_it_is_one_and_who_put_it_there(office, address):
    page = html.fromstring(office.browser("auditor").get(f"/processes/{office.key}/1/{address}").text)

    for part in page.find_class("sop-sheet"):
        assert part.find_class("sop-mark")[0].text_content() == MARK
    (record,) = page.find_class("sop-record")
    told = " ".join(record.text_content().split())
    assert "bukan tanda tangan, bukan pengesahan" in told
    assert "dipasang dan diberlakukan oleh Yuni Astuti, Sel 24 Nov 2026 09.00 WIB." in told


def test_the_page_keeps_the_strict_policy_and_carries_no_style_of_its_own(office):
    answer = office.browser("petugas1").get(f"/processes/{office.key}/1/sop")

    assert "style-src 'self';" in answer.headers["Content-Security-Policy"]
    assert not re.search(r"<style|\sstyle=|<script(?! src=)|\son\w+=", answer.text)


def test_the_file_needs_nothing_else_and_runs_nothing(office):
    answer = office.browser("petugas1").get(f"/processes/{office.key}/1/sop/file")

    assert answer.headers["Content-Disposition"] == f"attachment; filename={office.key}-v1-sop.html"
    assert not re.search(r"https?://|<script|<link|<img|url\(|@import|\ssrc=|\shref=", answer.text)
    assert "default-src 'none'; style-src 'unsafe-inline'" in answer.text
    assert "size: A4 landscape" in answer.text


def test_what_a_diagram_says_is_text_and_never_markup(letters, engine):
    hostile = '<b onclick="x">&amp;</b>'
    properties = {"nomor_sop": hostile, "dasar_hukum.1": hostile, "lembar_kerja.judul_sop": hostile}
    written = {"waktu": "-", "no": "1", "persyaratan": hostile, "keterangan": hostile}
    parts = (start(), task("a", hostile, properties=written), end(), *chain("mulai", "a", "selesai"))
    lanes = {hostile.replace(";", ""): ["a"]}
    engine.deploy({"a.bpmn": process(*parts, properties=properties, lanes=lanes)}, by=OWNER)

    page = letters.browser("petugas").get("/processes/proses/1/sop").text

    # The step's name, two of its columns and its lane; the number and the law, which stands in both parts.
    assert page.count(escape(hostile, {'"': "&#34;"})) >= 7
    assert "<b onclick" not in page


def test_a_revision_prints_its_date_and_number(letters, engine):
    revised = {"tgl_revisi": "01 Desember 2026", "revisi_ke": "Revisi ke-1", "nomor_sop": "W11-7459"}
    parts = (start(), task("a"), end(), *chain("mulai", "a", "selesai"))
    engine.deploy({"a.bpmn": process(*parts, properties=revised)}, by=OWNER)

    told = " ".join(words(letters.browser("petugas").get("/processes/proses/1/sop").text))

    assert "NOMOR SOP W11-7459" in told
    assert "TGL. REVISI / REVISI KE 01 Desember 2026 / Revisi ke-1 TGL. EFEKTIF" in told


def test_an_owner_is_told_which_properties_the_first_page_misses_and_nobody_else(letters):
    owner, clerk = (letters.browser(name).get("/processes/surat/1/sop").text for name in ("pemilik", "petugas"))

    assert "<code>nomor_sop</code>" in owner
    assert "nomor_sop" not in clerk


def test_the_drawing_of_each_step_is_told_in_words(office):
    page = html.fromstring(office.browser("petugas1").get(f"/processes/{office.key}/1/sop").text)

    told = [drawing.get("aria-label") for drawing in page.iter("svg") if drawing.get("role") == "img"]

    assert told[0] == "Kapsul. ke langkah 2."
    assert told[4] == "Kotak. ke langkah 6."
    assert told[8] == "Kapsul. Akhir."


def test_a_draft_has_a_page_and_a_file_for_its_owner(letters, engine):
    draft = engine.begin_diagram_draft("surat", 1, by=OWNER)
    changed = draft.xml.replace(b"P3D", b"P5D")
    engine.save_diagram_draft("surat", xml=changed, expected_revision=draft.revision, by=OWNER)
    owner = letters.browser("pemilik")

    page, file = (owner.get(f"/processes/surat/draft/{address}") for address in ("sop", "sop/file"))

    assert "1-5 hari" in page.text
    assert "Draf Pemilik Proses, disimpan Sel 24 Nov 2026 09.00 WIB. Belum dipasang; tidak berlaku." in page.text
    assert file.headers["Content-Disposition"] == "attachment; filename=surat-draf-sop.html"
    assert words(file.text) == words(page.text)
    assert letters.browser("petugas").get("/processes/surat/draft/sop").status_code == 403


def test_a_draft_with_mistakes_is_refused_with_them(letters, engine):
    draft = engine.begin_diagram_draft("surat", 1, by=OWNER)
    broken = draft.xml.replace(b"P3D", b"tiga hari")
    engine.save_diagram_draft("surat", xml=broken, expected_revision=draft.revision, by=OWNER)

    answer = letters.browser("pemilik").get("/processes/surat/draft/sop")

    assert answer.status_code == 422
    assert "tiga hari" in answer.text


@pytest.mark.parametrize("address", ["/processes/surat/9/sop", "/processes/tak_ada/1/sop/file"])
def test_what_was_never_deployed_has_no_document(letters, address):
    assert letters.browser("pemilik").get(address).status_code == 404


def test_the_record_of_a_version_that_waits_or_was_refused_says_so(database_url, clock):
    engine = Engine(database_url, clock, approval=True)
    hire(engine)
    for days in (3, 5, 7):
        engine.deploy(
            {**TWO_STEPS, "surat.bpmn": TWO_STEPS["surat.bpmn"].replace(b"P3D", f"P{days}D".encode())}, by=OWNER
        )
    engine.activate("surat", 1, by=HEAD, note="")
    engine.reject("surat", 2, "Lampiran belum ada", by=HEAD)

    first, second, third = (paper_of(engine.sop_document("surat", number, by=CLERK)).record for number in (1, 2, 3))

    at = "Sel 24 Nov 2026 09.00 WIB"
    assert first[1:] == (f"Diaktifkan oleh Kepala Kantor, {at}, berlaku mulai {at}.",)
    assert second[1:] == (f"Ditolak oleh Kepala Kantor, {at}; tidak pernah berlaku. Alasan: Lampiran belum ada",)
    assert "diajukan oleh Pemilik Proses" in third[0]
    assert third[1:] == ("Belum diaktifkan; tidak berlaku.",)
    engine.close()
