"""Importing a drawing: every repair is shown and chosen, nothing is taken over unseen, and the file stays as it was."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO

import pytest

from engine import REFUSED, Imported
from tests.engine.small_office import OWNER, TWO_STEPS
from tests.foreign_drawing import KEY, foreign
from tests.webapp.sop_office import squeezed
from tests.website import expect
from webapp.import_state import ImportState

PAGE = f"/processes/{KEY}/import"
LANE = "lane-name:tanpa_nama"


@pytest.fixture
def pages(modeling_office):
    """The owner's browser in an office in which nothing is deployed."""
    return modeling_office.browser("pemilik")


def bring(pages, data=None, name="cuti.bpmn", *others, **values):
    """Upload a drawing, with other files and ticks beside it."""
    files = [(BytesIO(foreign() if data is None else data), name), *((BytesIO(text), file) for file, text in others)]
    form = {"csrf_token": pages.token, "files": files, **values}
    return pages.client.post("/processes/import", data=form, content_type="multipart/form-data")


def fields(page):
    """Return the form of an import page as a browser would post it unchanged."""
    found = dict(re.findall(r'<input type="hidden" name="(seen|at)" value="([^"]*)"', page))
    for name, options in re.findall(r'<select id="pilihan-\d+" name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[unescape(name)] = unescape(chosen[1]) if chosen else ""
    found |= {
        unescape(name): unescape(value) for name, value in re.findall(r'name="(typed:[^"]+)" value="([^"]*)"', page)
    }
    return found


def with_form(task, form):
    """Return the drawing with one task linked to a form."""
    link = f'xmlns:c="http://camunda.org/schema/1.0/bpmn" c:formRef="{form}"'
    return (
        foreign("UTF-8")
        .replace(f'Task id="{task}"'.encode(), f'Task {link} id="{task}"'.encode())
        .replace(f':task id="{task}"'.encode(), f':task {link} id="{task}"'.encode())
    )


def draft(engine, key=KEY):
    """Return the owner's draft."""
    return engine.diagram_draft(key, by=OWNER)


def test_a_drawing_is_kept_as_it_came_until_its_repairs_are_accepted(pages, engine):
    answer = bring(pages)

    assert answer.headers["Location"] == PAGE
    kept = draft(engine)
    assert kept.origin == kept.xml == foreign()
    assert pages.get(f"{PAGE}/origin").data == foreign()
    assert "attachment" in pages.get(f"{PAGE}/origin").headers["Content-Disposition"]


def test_every_repair_is_shown_with_its_element_and_its_choices(pages, engine):
    bring(pages)
    page = pages.get(PAGE).text
    told = squeezed(page)

    imported = engine.import_drawing(foreign())
    assert imported.repairs
    for repair in imported.repairs:
        assert " ".join(repair.message.split()) in told
        assert not repair.element or f'data-element="{repair.element}"' in page
        for choice in repair.choices:
            assert " ".join(choice.label.split()) in told
    assert f"Terima {len(imported.repairs)} perbaikan ini" in told
    assert "Sesudah perbaikan ini, gambarnya dapat dipasang." in told


def test_what_was_shown_is_accepted_and_can_be_deployed(pages, engine):
    bring(pages)

    expect(pages.post(PAGE, {**fields(pages.get(PAGE).text), "do": "accept"}), 303)

    kept, imported = draft(engine), engine.import_drawing(foreign())
    assert (kept.xml, kept.forms, kept.origin) == (imported.xml, imported.forms, foreign())
    assert "sudah diterima" in pages.get(PAGE).text
    (made,) = engine.deploy_draft(KEY, "", expected_revision=kept.revision, by=OWNER).definitions
    assert made.key == KEY


def test_a_choice_is_tried_first_and_shown_with_what_it_makes(pages, engine):
    bring(pages)
    values = fields(pages.get(PAGE).text) | {f"choice:{LANE}": "typed-below", f"typed:{LANE}": "Kepegawaian"}

    expect(pages.post(PAGE, {**values, "do": "check", "at": "perbaikan-3"}), 303)

    assert draft(engine).xml == foreign()
    page = pages.get(PAGE).text
    assert "Dinamai “Kepegawaian”" in page
    assert fields(page)[f"typed:{LANE}"] == "Kepegawaian"
    assert b'name="Kepegawaian"' in pages.get(f"{PAGE}/drawing").data
    expect(pages.post(PAGE, {**fields(page), "do": "accept"}), 303)
    assert b'name="Kepegawaian"' in draft(engine).xml


def test_what_was_not_shown_yet_is_never_taken_over(pages, engine):
    bring(pages)
    values = fields(pages.get(PAGE).text) | {f"choice:{LANE}": "typed-below", f"typed:{LANE}": "Kepegawaian"}

    answer = pages.post(PAGE, {**values, "do": "accept"})

    assert answer.status_code == 409
    assert "Periksa perbaikan di bawah" in answer.text
    assert draft(engine).xml == foreign()
    expect(pages.post(PAGE, {**fields(answer.text), "do": "accept"}), 303)
    assert b'name="Kepegawaian"' in draft(engine).xml


def test_what_cannot_be_used_is_told_beside_the_repair(pages):
    bring(pages)
    values = fields(pages.get(PAGE).text) | {f"choice:{LANE}": "typed-below", f"typed:{LANE}": ";"}

    expect(pages.post(PAGE, {**values, "do": "check"}), 303)

    assert "field-problem" in pages.get(PAGE).text


def test_a_refused_repair_stays_as_drawn_and_its_problem_is_told(pages, engine):
    bring(pages)
    values = fields(pages.get(PAGE).text) | {f"choice:{LANE}": REFUSED}

    expect(pages.post(PAGE, {**values, "do": "check"}), 303)

    page = pages.get(PAGE).text
    assert "Yang tidak dapat diperbaiki di sini" in page
    assert "is-refused" in page
    expect(pages.post(PAGE, {**fields(page), "do": "accept"}), 303)
    assert [problem for problem in engine.check_draft(KEY, by=OWNER) if problem.rule == "lane-unnamed"]


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "UTF-16", "windows-1252", "UTF-8"])
def test_any_encoding_is_read_and_kept(pages, engine, encoding):
    data = foreign(encoding)
    bring(pages, data)

    page = pages.get(PAGE).text
    assert "Memeriksa permohonan café" in page
    expect(pages.post(PAGE, {**fields(page), "do": "accept"}), 303)
    assert "Memeriksa permohonan café" in draft(engine).xml.decode()
    assert draft(engine).origin == data


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"ini bukan gambar", id="text"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"PK\x03\x04" + bytes(100), id="archive"),
        pytest.param(b"<a/>", id="other XML"),
        pytest.param(
            foreign().replace(b"<b:definitions", b"<!DOCTYPE a [<!ENTITY b 'c'>]><b:definitions"), id="doctype"
        ),
        pytest.param(bytes(range(256)) * 100, id="bytes"),
    ],
)
def test_what_is_no_drawing_is_refused_with_a_reason_and_nothing_is_kept(pages, engine, data):
    answer = bring(pages, data)

    assert answer.status_code == 422
    assert "tidak dapat diimpor" in answer.text
    assert engine.diagram_drafts(by=OWNER) == ()


def test_exactly_one_drawing_is_asked_for(pages):
    assert bring(pages, b"{}", "a.form").status_code == 422
    assert bring(pages, foreign(), "a.bpmn", ("b.bpmn", foreign())).status_code == 422
    assert bring(pages, foreign(), "a.bpmn", ("b.form", "é".encode("latin-1"))).status_code == 422


def test_forms_that_come_along_are_kept_and_used(pages, engine):
    form = TWO_STEPS["catat.form"]
    bring(pages, with_form("ajukan", "catat"), "cuti.bpmn", ("apa saja.form", form))

    page = pages.get(PAGE).text
    expect(pages.post(PAGE, {**fields(page), "do": "accept"}), 303)

    assert draft(engine).forms["catat"] == form.decode()
    assert [step.form_id for step in engine.draft_outline(KEY, by=OWNER).steps if step.element == "ajukan"] == ["catat"]


def test_an_import_begins_anew_from_the_forms_that_were_brought(pages, engine):
    engine.save_diagram_draft("a", xml=b"<a/>", forms={"f": "brought"}, expected_revision=None, by=OWNER)
    state = ImportState().accepting(draft(engine, "a"), Imported(b"<b/>", {"f": "extended", "g": "made"}, (), ()))

    forms = {"f": "extended", "g": "written by the owner", "h": "new"}
    engine.save_diagram_draft("a", forms=forms, repairs=state.text(), expected_revision=1, by=OWNER)

    kept = ImportState.of(draft(engine, "a"))
    assert kept.own_forms(draft(engine, "a")) == {"f": "brought", "h": "new"}
    assert kept.rewritten(draft(engine, "a")) == {"g": "written by the owner"}


def test_a_draft_that_is_there_is_replaced_only_when_asked(pages, engine):
    bring(pages)
    again = bring(pages, foreign("UTF-8"))
    kept = draft(engine).origin
    replaced = bring(pages, foreign("UTF-8"), replace="1")

    assert (again.status_code, kept) == (409, foreign())
    assert replaced.status_code == 303
    assert draft(engine).origin == foreign("UTF-8")


def test_work_done_after_the_import_is_not_thrown_away_unasked(pages, engine):
    bring(pages)
    expect(pages.post(PAGE, {**fields(pages.get(PAGE).text), "do": "accept"}), 303)
    kept = draft(engine)
    edited = kept.xml.replace(b"Memberi tahu", b"Menolak")
    written = kept.forms | {f"{KEY}-ajukan": kept.forms[f"{KEY}-ajukan"].replace("Catatan", "Alasan cuti")}
    engine.save_diagram_draft(KEY, xml=edited, forms=written, expected_revision=kept.revision, by=OWNER)

    page = pages.get(PAGE).text
    refused = pages.post(PAGE, {**fields(page), "do": "accept"})
    assert refused.status_code == 409
    assert draft(engine).xml == edited

    expect(pages.post(PAGE, {**fields(page), "do": "accept", "redrawn": "1"}), 303)
    assert draft(engine).xml != edited
    assert "Alasan cuti" in draft(engine).forms[f"{KEY}-ajukan"]


def test_a_process_whose_id_is_changed_becomes_the_draft_of_its_new_key(pages, engine):
    data = foreign(key="Root")
    engine.save_diagram_draft("Root", xml=data, origin=data, expected_revision=None, by=OWNER)
    page = pages.get("/processes/Root/import").text

    answer = pages.post("/processes/Root/import", {**fields(page), "do": "accept"})

    (kept,) = engine.diagram_drafts(by=OWNER)
    assert kept.key not in ("Root", "")
    assert answer.headers["Location"] == f"/processes/{kept.key}/import"
    assert kept.origin == data
    assert not [each for each in engine.check_draft(kept.key, by=OWNER) if each.severity == "error"]


def test_a_sound_drawing_needs_no_repair(pages, engine):
    bring(pages, TWO_STEPS["surat.bpmn"], "surat.bpmn", *((n, t) for n, t in TWO_STEPS.items() if n.endswith(".form")))

    page = pages.get("/processes/surat/import").text
    assert draft(engine, "surat") is not None
    expect(pages.post("/processes/surat/import", {**fields(page), "do": "accept"}), 303)


def test_who_owns_no_process_is_refused(pages, modeling_office, engine):
    bring(pages)
    clerk = modeling_office.browser("petugas")

    for address in ("/processes/import", PAGE, f"{PAGE}/drawing", f"{PAGE}/origin"):
        assert clerk.get(address).status_code == 403
    assert bring(clerk).status_code == 403
    assert clerk.post(PAGE, {"do": "accept"}).status_code == 403
    assert pages.get("/processes/lain/import").status_code == 404


def test_a_draft_without_a_file_to_import_is_not_found(pages, engine):
    engine.save_diagram_draft("surat", xml=TWO_STEPS["surat.bpmn"], expected_revision=None, by=OWNER)

    assert pages.get("/processes/surat/import").status_code == 404
