"""The pages of SOPs and their versions: who, when, why, what is frozen, and which cases run on it."""

from __future__ import annotations

import pytest

from tests.engine.small_office import CLERK, LETTER, OWNER, TWO_STEPS
from tests.webapp.modeler_office import LETTERS, LONGER
from tests.webapp.sop_office import squeezed


@pytest.fixture
def pages(modeling_office, engine):
    """The owner's browser in an office with two versions, and a case on each."""
    for files, note in ((TWO_STEPS, ""), ({"surat.bpmn": LONGER}, "Lima hari <b>")):
        engine.deploy(files, by=OWNER, note=note)
        engine.start("surat", LETTER, by=CLERK)
    return modeling_office.browser("pemilik")


def test_the_list_names_each_version_with_its_note_and_tells_an_owner_where_to_deploy(pages):
    told = squeezed(pages.get("/processes").text)

    assert "Berlaku Versi 2" in told
    assert "Digantikan Versi 1" in told
    assert "oleh Pemilik Proses" in told
    assert "Lima hari <b>" in told
    assert "http://localhost/engine-rest" in told


def test_who_owns_no_process_is_not_told_how_to_deploy(pages, modeling_office):
    told = squeezed(modeling_office.browser("petugas").get("/processes").text)

    assert "Versi 2" in told
    assert "engine-rest" not in told


def test_a_long_list_shows_the_newest_and_leads_to_the_rest(pages, engine):
    for days in (6, 7):
        engine.deploy({"surat.bpmn": LETTERS.replace(b"P3D", f"P{days}D".encode())}, by=OWNER)

    shown, rest = squeezed(pages.get("/processes").text), squeezed(pages.get("/processes/surat").text)

    assert "Versi 1" not in shown
    assert "Semua 4 versi" in shown
    assert [f"Versi {number}" in rest for number in range(1, 6)] == [True] * 4 + [False]


def test_a_version_shows_its_steps_deadlines_forms_and_cases(pages):
    old, new = (squeezed(pages.get(f"/processes/surat/{version}").text) for version in (1, 2))

    assert "batas 3 hari kerja pengingat setelah 1 hari kerja" in old
    assert "batas 5 hari kerja pengingat setelah 1 hari kerja" in new
    assert "Terbuka pada versi ini 1 Seluruhnya pada versi ini 1 Terbuka pada versi 2 1" in old
    assert "Terbuka pada versi ini 1 Seluruhnya pada versi ini 1 Terbuka pada versi 1 1" in new
    assert "Perkara baru dimulai pada versi ini" in new
    assert "Versi ini sudah digantikan" in old


def test_what_a_modeler_cannot_show_stands_on_the_page_for_an_owner(pages, modeling_office, engine):
    unstaffed = LETTERS.replace(b"Pemeriksa", b"Arsiparis")
    engine.deploy({"surat.bpmn": unstaffed}, by=OWNER)

    assert "Yang perlu diperhatikan" in pages.get("/processes/surat/3").text
    assert "Arsiparis" in squeezed(pages.get("/processes/surat/3").text).split("Pemasangan")[0]
    assert "Yang perlu diperhatikan" not in modeling_office.browser("petugas").get("/processes/surat/3").text
    assert "Yang perlu diperhatikan" not in pages.get("/processes/surat/1").text


def test_diagram_and_forms_are_handed_out_byte_for_byte_to_be_saved(pages):
    diagram, form = pages.get("/processes/surat/1/file"), pages.get("/processes/surat/2/forms/catat")

    assert diagram.data == LETTERS
    assert form.data == TWO_STEPS["catat.form"]
    assert diagram.headers["Content-Disposition"] == "attachment; filename=surat-v1.bpmn"
    assert form.headers["Content-Disposition"] == "attachment; filename=catat.form"
    assert pages.get("/processes/surat/2/diagram").data == LONGER


@pytest.mark.parametrize("address", ["/9", "/0", f"/{'9' * 30}", "/9/file", f"/{'9' * 30}/diagram", "/1/forms/tak_ada"])
def test_what_was_never_deployed_is_not_found(pages, address):
    assert pages.get(f"/processes/surat{address}").status_code == 404
    assert pages.get("/processes/tak_ada").status_code == 404
    assert pages.get("/processes/%00").status_code == 404


def test_without_an_sop_the_list_says_so(modeling_office):
    assert "Belum ada SOP" in modeling_office.browser("petugas").get("/processes").text
