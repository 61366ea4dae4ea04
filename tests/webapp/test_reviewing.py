"""Uploading a diagram, reviewing the draft that it becomes, deploying it with a note; and what a head decides."""

from __future__ import annotations

import re
from io import BytesIO

import pytest

from engine import Actor, Engine
from tests.engine.small_office import CLERK, HEAD, LETTER, OWNER, TWO_STEPS, hire
from tests.webapp.modeler_office import FORMS, LETTERS, LONGER
from tests.webapp.sop_office import squeezed
from tests.website import PASSWORD, Browser, Website
from webapp.accounts import Accounts

SECOND_HEAD = Actor("wakil", "Wakil Kepala", duties=frozenset({"head"}))


@pytest.fixture
def owner(modeling_office, engine) -> Browser:
    """The owner's browser, in an office where the letter's first version is in force."""
    engine.deploy(TWO_STEPS, by=OWNER)
    return modeling_office.browser("pemilik")


@pytest.fixture
def approving(database_url, clock, tmp_path) -> Website:
    """An office with approval switched on, its first version in force and its second submitted."""
    engine = Engine(database_url, clock, approval=True)
    hire(engine)
    engine.deploy(TWO_STEPS, by=OWNER)
    engine.activate("surat", 1, by=HEAD)
    engine.deploy({"surat.bpmn": LONGER}, by=OWNER, note="Lima hari <b>")
    site = Website(engine, [OWNER, HEAD, CLERK], tmp_path)
    site.engine = engine
    yield site
    engine.close()


def upload(browser: Browser, files: dict[str, bytes], **more: str):
    """Hand files in on the upload page."""
    return browser.post("/processes/upload", {"files": [(BytesIO(data), name) for name, data in files.items()], **more})


def revision(page: str) -> str:
    """Return the revision that a page was made from."""
    return re.search(r'name="revision" value="(\d+)"', page)[1]


# --- uploading ------------------------------------------------------------------------------


def test_an_upload_becomes_a_draft_and_changes_nothing_else(owner, engine):
    answer = upload(owner, {"surat.bpmn": LONGER})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/processes/surat/draft")
    draft = engine.diagram_draft("surat", by=OWNER)
    assert (draft.xml, draft.base_version, draft.origin or b"") == (LONGER, 1, b"")
    assert [each.version for each in engine.versions("surat")] == [1]


def test_the_draft_s_page_shows_what_is_other_and_what_to_mind(owner):
    upload(owner, {"surat.bpmn": LONGER})

    told = squeezed(owner.get("/processes/surat/draft").text)

    assert "Yang perlu diperhatikan" in told
    assert "Harus diperbaiki" not in told
    assert "Yang berubah dari versi 1, yang berlaku" in told
    assert "3 hari" in told
    assert "5 hari" in told
    assert "Pasang sebagai versi 2" in told


def test_an_upload_with_mistakes_is_kept_and_every_problem_stands_with_its_element(owner, engine):
    broken = LETTERS.replace(b'candidateGroups="${seksi}"', b'candidateGroups="${tak_ada}"').replace(b"P3D", b"P3W")

    answer = upload(owner, {"surat.bpmn": broken})

    assert answer.headers["Location"] == "/processes/surat/draft"
    page = owner.get("/processes/surat/draft").text
    assert "Harus diperbaiki sebelum dipasang" in page
    assert 'data-mark="error" data-elements="batas"' in page
    assert 'href="/processes/surat/import"' in page
    assert "Belum dapat dipasang" in squeezed(page)
    assert "Pasang versi 2" not in page
    assert engine.diagram_draft("surat", by=OWNER).origin == broken
    assert owner.get("/processes/surat/draft/diagram").data == broken
    assert owner.get("/processes/surat/draft/file").data == broken
    assert owner.get("/processes/surat/import").status_code == 200


def test_a_drawing_that_no_reader_takes_goes_to_the_import_without_a_new_upload(owner, engine):
    undeclared = LETTERS.replace(b"Memeriksa", "Memeriksa café".encode("cp1252"))

    answer = upload(owner, {"surat.bpmn": undeclared})

    assert answer.status_code == 303
    assert engine.diagram_draft("surat", by=OWNER).origin == undeclared
    page = owner.get("/processes/surat/draft")
    assert page.status_code == 200
    assert "/processes/surat/import" in page.text


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({}, "Belum ada berkas yang dipilih"),
        ({"surat.bpmn": b""}, "kosong"),
        ({"foto.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 40}, "foto.png"),
        ({"a.bpmn": LETTERS, "b.bpmn": LETTERS}, "Dua berkas menggambar SOP surat"),
        ({"surat.bpmn": LETTERS, "surat.xml": LETTERS}, "Dua berkas bernama surat.bpmn"),
        ({"x.form": b"{"}, "x.form"),
        ({"lain.form": FORMS["catat.form"].replace(b'"catat"', b'"lain"')}, "tidak dipakai oleh SOP mana pun"),
    ],
)
def test_what_cannot_become_a_draft_is_refused_with_what_to_do(owner, engine, files, told):
    answer = upload(owner, files)

    assert answer.status_code == 422
    assert told in squeezed(answer.text)
    assert engine.diagram_drafts(by=OWNER) == ()


def test_a_draft_is_not_replaced_unless_that_was_asked_for(owner, engine):
    upload(owner, {"surat.bpmn": LONGER})

    refused = upload(owner, {"surat.bpmn": LETTERS})

    assert refused.status_code == 409
    assert "Sudah ada draf" in refused.text
    assert engine.diagram_draft("surat", by=OWNER).xml == LONGER
    assert upload(owner, {"surat.bpmn": LETTERS}, replace="1").status_code == 303
    assert engine.diagram_draft("surat", by=OWNER).xml == LETTERS


def test_forms_of_the_replaced_draft_stay_where_the_upload_brings_none(owner, engine):
    changed = FORMS["catat.form"].replace(b"Bukti", b"Lampiran")
    upload(owner, {"surat.bpmn": LETTERS, "catat.form": changed})

    upload(owner, {"surat.bpmn": LONGER}, replace="1")

    assert engine.diagram_draft("surat", by=OWNER).forms == {"catat": changed.decode()}


def test_a_form_alone_becomes_a_draft_of_the_sop_that_uses_it(owner, engine):
    changed = FORMS["catat.form"].replace(b"Bukti", b"Lampiran")

    answer = upload(owner, {"catat.form": changed})

    assert answer.headers["Location"] == "/processes/surat/draft"
    draft = engine.diagram_draft("surat", by=OWNER)
    assert (draft.xml, draft.forms["catat"], draft.base_version) == (LETTERS, changed.decode(), 1)
    assert "Lampiran" in squeezed(owner.get("/processes/surat/draft").text)


def test_two_diagrams_become_two_drafts_each_with_its_own_forms(owner, engine):
    other = LETTERS.replace(b'id="surat"', b'id="nota"').replace(b'"surat"', b'"nota"').replace(b"periksa.form", b"")

    answer = upload(owner, {"surat.bpmn": LONGER, "nota.bpmn": other, **FORMS})

    assert answer.headers["Location"] == "/processes/upload"
    assert {draft.key for draft in engine.diagram_drafts(by=OWNER)} == {"surat", "nota"}
    told = owner.get("/processes/upload").text
    assert "/processes/nota/draft" in told
    assert "/processes/surat/draft" in told


def test_an_upload_that_another_site_sends_is_refused(owner, engine):
    answer = owner.client.post("/processes/upload", data={"files": [(BytesIO(LETTERS), "surat.bpmn")]})

    assert answer.status_code == 400
    assert engine.diagram_drafts(by=OWNER) == ()


# --- reviewing and deploying ----------------------------------------------------------------


def test_deploying_takes_the_note_and_leads_to_the_version(owner, engine):
    upload(owner, {"surat.bpmn": LONGER})
    shown = revision(owner.get("/processes/surat/draft").text)

    answer = owner.post("/processes/surat/draft/deploy", {"revision": shown, "note": " Lima hari cukup "})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/processes/surat/2")
    told = engine.version("surat", 2)
    assert (told.state, told.note, told.deployed_by) == ("in_force", "Lima hari cukup", "pemilik")
    assert engine.diagram_draft("surat", by=OWNER) is None
    assert "Versi 2 terpasang" in squeezed(owner.get("/processes/surat/2").text)


@pytest.mark.parametrize("note", ["", "  ", "x" * 2001])
def test_deploying_needs_a_note(owner, engine, note):
    upload(owner, {"surat.bpmn": LONGER})

    answer = owner.post("/processes/surat/draft/deploy", {"revision": "1", "note": note})

    assert answer.status_code == 422
    assert "apa yang berubah" in answer.text
    assert len(engine.versions("surat")) == 1


def test_a_draft_that_changed_meanwhile_is_shown_anew_and_not_deployed(owner, engine):
    upload(owner, {"surat.bpmn": LONGER})
    shown = revision(owner.get("/processes/surat/draft").text)
    engine.save_diagram_draft("surat", xml=LETTERS.replace(b"P3D", b"P9D"), expected_revision=int(shown), by=OWNER)

    answer = owner.post("/processes/surat/draft/deploy", {"revision": shown, "note": "Lima hari"})

    assert answer.status_code == 409
    assert "Draf ini berubah" in answer.text
    assert "Lima hari</textarea>" in answer.text
    assert revision(answer.text) != shown
    assert len(engine.versions("surat")) == 1


def test_a_draft_with_mistakes_is_not_deployed_even_by_a_forged_form(owner, engine):
    upload(owner, {"surat.bpmn": LETTERS.replace(b"P3D", b"P3W")})

    answer = owner.post("/processes/surat/draft/deploy", {"revision": "1", "note": "Tiga pekan"})

    assert answer.status_code == 422
    assert len(engine.versions("surat")) == 1
    assert engine.diagram_draft("surat", by=OWNER) is not None


def test_unchanged_content_makes_no_version(owner, engine):
    upload(owner, {"surat.bpmn": LETTERS})

    answer = owner.post("/processes/surat/draft/deploy", {"revision": "1", "note": "Sama"})

    assert answer.headers["Location"] == "/processes/surat/1"
    assert "sama persis" in owner.get("/processes/surat/1").text
    assert len(engine.versions("surat")) == 1


def test_a_draft_begun_before_somebody_else_deployed_is_told_so(owner, engine):
    upload(owner, {"surat.bpmn": LETTERS.replace(b"P3D", b"P9D")})
    engine.deploy({"surat.bpmn": LONGER}, by=OWNER)

    assert "dimulai dari versi 1, sedangkan versi 2" in squeezed(owner.get("/processes/surat/draft").text)


def test_a_draft_is_dropped_only_as_it_was_looked_at(owner, engine):
    upload(owner, {"surat.bpmn": LONGER})

    assert owner.post("/processes/surat/draft/discard", {"revision": "9"}).status_code == 409
    assert engine.diagram_draft("surat", by=OWNER) is not None
    assert owner.post("/processes/surat/draft/discard", {"revision": "1"}).status_code == 303
    assert engine.diagram_draft("surat", by=OWNER) is None
    assert owner.get("/processes/surat/draft").status_code == 404


def test_the_list_of_sops_leads_an_owner_to_their_drafts(owner):
    upload(owner, {"surat.bpmn": LONGER})

    for page in ("/processes", "/processes/surat", "/processes/upload"):
        assert 'href="/processes/surat/draft"' in owner.get(page).text


# --- deciding -------------------------------------------------------------------------------


def test_a_head_sees_what_waits_and_activates_it(approving):
    head = approving.browser("kepala")
    listed = squeezed(head.get("/processes").text)
    assert "Menunggu keputusan surat versi 2 , diajukan oleh Pemilik Proses" in listed
    assert "Lima hari <b>" in squeezed(head.get("/processes/surat/2/decision").text)

    answer = head.post("/processes/surat/2/activate", {"when": "now", "note": "Notulen 7"})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/processes/surat/2")
    told = squeezed(head.get("/processes/surat/2").text)
    assert "Versi 2 Berlaku" in told
    assert "Diaktifkan oleh Kepala Kantor" in told
    assert "Notulen 7" in told
    assert "Menunggu keputusan" not in head.get("/processes").text


def test_a_day_ahead_is_shown_everywhere_and_can_be_taken_back(approving):
    head = approving.browser("kepala")

    head.post("/processes/surat/2/activate", {"when": "day", "day": "2026-12-01"})

    assert approving.engine.version("surat", 2).state == "scheduled"
    for page in ("/processes", "/processes/surat", "/processes/surat/2"):
        assert "Sel 1 Des 2026 00.00 WIB" in squeezed(head.get(page).text)
    assert "dengan sendirinya" in head.get("/processes/surat/2/decision").text
    assert head.post("/processes/surat/2/cancel-activation", {"reason": "Nanti"}).status_code == 303
    assert approving.engine.version("surat", 2).state == "submitted"


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"when": "day", "day": ""}, "Pilih tanggal"),
        ({"when": "day", "day": "2026-13-40"}, "Pilih tanggal"),
        ({"when": "day", "day": "2026-11-23"}, "sudah lewat"),
        ({"when": "now", "note": "x" * 2001}, "paling panjang"),
    ],
)
def test_a_decision_that_cannot_be_meant_is_asked_again_with_what_was_typed(approving, values, told):
    answer = approving.browser("kepala").post("/processes/surat/2/activate", values)

    assert answer.status_code == 422
    assert told in answer.text
    assert values.get("note", "") in answer.text
    assert approving.engine.version("surat", 2).state == "submitted"


def test_a_rejection_is_told_to_the_owner_with_its_reason(approving):
    head = approving.browser("kepala")
    assert head.post("/processes/surat/2/reject", {"reason": ""}).status_code == 422

    head.post("/processes/surat/2/reject", {"reason": "Terlalu lama"})

    told = squeezed(approving.browser("pemilik").get("/processes/surat/2").text)
    assert "Ditolak" in told
    assert "Terlalu lama" in told


def test_a_decision_that_somebody_took_meanwhile_stays_theirs(approving):
    approving.engine.reject("surat", 2, "Terlalu lama", by=SECOND_HEAD)

    answer = approving.browser("kepala").post("/processes/surat/2/activate", {"when": "now"})

    assert answer.status_code == 409
    assert "sudah ditolak" in answer.text
    assert "wakil" in answer.text


def test_an_owner_takes_their_own_upload_back_and_activates_nothing(approving):
    owner = approving.browser("pemilik")
    assert owner.post("/processes/surat/2/activate", {"when": "now"}).status_code == 403
    assert "Tarik kembali" in owner.get("/processes/surat/2/decision").text

    owner.post("/processes/surat/2/reject", {"reason": "Salah berkas"})

    assert "Ditarik kembali" in owner.get("/processes/surat/2").text


def test_with_approval_the_draft_s_page_submits(approving):
    owner = approving.browser("pemilik")
    upload(owner, {"surat.bpmn": LETTERS.replace(b"P3D", b"P9D")})
    assert "Ajukan versi 3" in owner.get("/processes/surat/draft").text

    owner.post("/processes/surat/draft/deploy", {"revision": "1", "note": "Sembilan hari"})

    assert approving.engine.version("surat", 3).state == "submitted"
    assert "Versi 3 diajukan" in owner.get("/processes/surat/3").text
    assert approving.engine.start("surat", LETTER, by=CLERK).version == 1


def test_a_submitted_version_says_that_nobody_can_use_it_yet(approving):
    told = squeezed(approving.browser("petugas").get("/processes/surat/2").text)

    assert "belum ada perkara yang dapat memakainya" in told
    assert "decision" not in approving.browser("petugas").get("/processes/surat/2").text
    assert approving.browser("petugas").get("/processes/surat/2/decision").status_code == 403


def test_every_list_stands_an_sop_of_which_no_version_is_in_force(approving, clock):
    engine = approving.engine
    other = LETTERS.replace(b'id="surat"', b'id="nota"').replace(b'"surat"', b'"nota"')
    engine.deploy({"nota.bpmn": other}, by=OWNER, note="Pertama")
    Accounts(engine).set_password("auditor", PASSWORD)

    for name, pages in {
        "pemilik": ["/processes", "/processes/nota", "/processes/nota/1", "/processes/nota/edit"],
        "kepala": ["/processes/nota/1/decision", "/starts", "/tasks", "/cases"],
        "auditor": ["/audit", "/audit?key=nota", "/audit/export", "/processes/nota/1/sop"],
    }.items():
        browser = approving.browser(name)
        for page in pages:
            assert (page, browser.get(page).status_code) == (page, 200)
