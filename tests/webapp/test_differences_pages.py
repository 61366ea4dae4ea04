"""The pages of a comparison and of the deadlines of a case to come."""

from __future__ import annotations

import pytest

from engine import Engine
from tests.engine.small_office import CLERK, OWNER, TWO_STEPS
from tests.webapp.modeler_office import LETTERS, LONGER
from tests.webapp.sop_office import squeezed
from tests.website import Browser, Website


@pytest.fixture
def owner(modeling_office: Website, engine: Engine) -> Browser:
    """The owner's browser, in an office with two versions of the letter."""
    engine.deploy(TWO_STEPS, by=OWNER)
    engine.deploy({"surat.bpmn": LONGER}, by=OWNER, note="Lima hari <b>")
    return modeling_office.browser("pemilik")


def test_without_a_choice_the_two_newest_versions_are_compared_in_words(owner):
    page = owner.get("/processes/surat/compare")
    told = squeezed(page.text)

    assert "Memeriksa" in told
    assert "batas 3 hari → 5 hari" in told
    assert "Lima hari <b>" in told
    assert '<option value="1" selected>' in page.text
    assert 'data-old="periksa batas" data-new="periksa batas"' in page.text
    assert 'data-address="/processes/surat/1/diagram"' in page.text


def test_any_two_versions_can_be_compared_and_the_same_one_has_no_difference(owner):
    assert "batas 5 hari → 3 hari" in squeezed(owner.get("/processes/surat/compare?from=2&to=1").text)
    same = owner.get("/processes/surat/compare?from=2&to=2")
    assert "Tidak ada perubahan" in squeezed(same.text)
    assert "data-side" not in same.text


def test_an_owner_s_draft_is_compared_with_what_it_was_begun_from(owner, engine):
    draft = engine.begin_diagram_draft("surat", 1, by=OWNER)
    engine.save_diagram_draft("surat", xml=LETTERS.replace(b"P3D", b"P2D"), expected_revision=draft.revision, by=OWNER)
    page = owner.get("/processes/surat/compare")
    told = squeezed(page.text)

    assert "Draf Anda (revisi 2)" in told
    assert "batas 3 hari → 2 hari" in told
    assert 'data-address="/processes/surat/draft/diagram"' in page.text
    assert "batas 5 hari → 2 hari" in squeezed(owner.get("/processes/surat/compare?from=2&to=draft").text)


def test_a_draft_that_is_no_xml_is_told_and_leads_on(owner, engine):
    draft = engine.begin_diagram_draft("surat", 1, by=OWNER)
    engine.save_diagram_draft("surat", xml=b"<bukan", expected_revision=draft.revision, by=OWNER)
    page = owner.get("/processes/surat/compare?from=1&to=draft")

    assert page.status_code == 200
    assert "tidak dapat dibandingkan" in squeezed(page.text)


def test_somebody_else_s_draft_and_what_is_not_there_are_404(owner, engine, modeling_office):
    engine.begin_diagram_draft("surat", 1, by=OWNER)
    clerk = modeling_office.browser("petugas")

    assert "Draf" not in squeezed(clerk.get("/processes/surat/compare").text)
    for address in ("?from=1&to=draft", "?to=draft", "?from=9", "?to=9", "?from=x", "?from=draft&to=1"):
        assert clerk.get(f"/processes/surat/compare{address}").status_code == 404, address
    assert clerk.get("/processes/lain/compare").status_code == 404


def test_an_sop_with_one_version_has_nothing_to_compare(modeling_office, engine):
    engine.deploy(TWO_STEPS, by=OWNER)

    assert "baru punya satu versi" in squeezed(modeling_office.browser("petugas").get("/processes/surat/compare").text)


def test_only_layout_is_said_so(owner, engine):
    engine.deploy({"surat.bpmn": LONGER.replace(b"<definitions ", b"<definitions  ")}, by=OWNER)

    assert "Hanya tata letak." in squeezed(owner.get("/processes/surat/compare").text)


def test_deadlines_are_shown_for_the_instant_that_was_asked_for(owner):
    told = squeezed(owner.get("/processes/surat/1/deadlines?date=2026-03-17&time=13:00").text)

    assert "Masuk Sel 17 Mar 2026 13.00 WIB" in told
    assert "paling cepat: Rab 25 Mar 2026 13.00 pengingat 1 hari kerja Jum 27 Mar 2026 13.00 batas" in told
    assert "Sab 21 Mar 2026" not in told
    assert "Rab 18 Mar 2026 – Sel 24 Mar 2026" in told
    assert "tidak ditulis dalam diagram" in told


def test_deadlines_without_an_instant_are_those_of_a_case_that_comes_in_now(owner, clock):
    told = squeezed(owner.get("/processes/surat/1/deadlines").text)

    assert "Masuk Sel 24 Nov 2026 09.00 WIB" in told


def test_outside_office_hours_the_count_begins_at_the_next_opening(owner):
    told = squeezed(owner.get("/processes/surat/1/deadlines?date=2026-11-28&time=10.30").text)

    assert "di luar jam kantor: waktu dihitung mulai Sen 30 Nov 2026 08.00 WIB" in told


@pytest.mark.parametrize("query", ["date=kemarin", "date=2026-02-30&time=13:00", "time=25:00", "date=1800-01-01"])
def test_an_instant_that_is_none_is_told_beside_the_form_and_kept(owner, query):
    page = owner.get(f"/processes/surat/1/deadlines?{query}")

    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert query.split("=")[1].split("&")[0] in page.text


def test_deadlines_of_a_draft_are_its_owner_s_alone(owner, engine, modeling_office):
    draft = engine.begin_diagram_draft("surat", 1, by=OWNER)
    engine.save_diagram_draft("surat", xml=LETTERS.replace(b"P3D", b"P2D"), expected_revision=draft.revision, by=OWNER)

    assert "batas 2 hari kerja" in squeezed(owner.get("/processes/surat/draft/deadlines").text)
    assert modeling_office.browser("petugas").get("/processes/surat/draft/deadlines").status_code == 403
    for version in ("9", "0", "x", "99999999999"):
        assert owner.get(f"/processes/surat/{version}/deadlines").status_code == 404


def test_what_an_owner_wrote_is_shown_as_text_and_never_as_markup(owner, engine):
    engine.deploy({"surat.bpmn": LONGER.replace(b"Memeriksa", b"&lt;script&gt;x&lt;/script&gt;")}, by=OWNER)

    for address in ("compare", "3/deadlines"):
        assert "<script>x" not in owner.get(f"/processes/surat/{address}").text
        assert "&lt;script&gt;x" in owner.get(f"/processes/surat/{address}").text
    assert engine.differences("surat", 2, 3, by=CLERK).entries
