"""The modeler's page behind its drawing: what it opens, keeps and refuses, and where its policy is wider."""

from __future__ import annotations

import pytest

from engine import Engine
from tests.webapp.sop_office import SopOffice
from tests.website import Website, expect
from webapp.editing.drawings import as_text, is_key, key_from
from webapp.editing.pages import PANEL_STYLE
from webapp.security import CONTENT_SECURITY_POLICY

NEW = {"name": "SOP Pengaduan Ringan", "lane": "Petugas"}
NEW_KEY = "sop_pengaduan_ringan"
JSON = {"Accept": "application/json"}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Pages differ by no database; the drafts under them are tested on both."""
    return sqlite_url


@pytest.fixture
def sop(website: Website, engine: Engine) -> SopOffice:
    """The example office on the database of the test."""
    return SopOffice(website, engine)


@pytest.fixture
def address(sop: SopOffice) -> str:
    return f"/processes/{sop.key}/edit"


def xml_of(sop: SopOffice) -> str:
    return sop.engine.diagram_xml(sop.key, 1).decode()


def test_opening_the_modeler_stores_nothing(sop: SopOffice, address: str) -> None:
    browser = sop.browser("pemilik")

    expect(browser.get(address), 200)
    opened = browser.get(f"{address}/diagram").json

    assert opened == {"xml": as_text(sop.engine.diagram_xml(sop.key, 1)), "revision": None, "saved": ""}
    assert sop.engine.diagram_drafts(by=sop.person("pemilik")) == ()


def test_the_first_save_begins_the_draft_from_the_version_that_was_open(sop: SopOffice, address: str) -> None:
    browser = sop.browser("pemilik")
    changed = xml_of(sop).replace("P3D", "P2D")

    answer = browser.post(address, {"xml": changed, "revision": "", "version": "1"})

    draft = sop.engine.diagram_draft(sop.key, by=sop.person("pemilik"))
    assert draft is not None
    assert answer.json == {"revision": 2, "saved": "09.00", "diagram_revision": 2}
    assert (draft.xml.decode(), draft.base_version, len(draft.forms)) == (changed, 1, 9)


def test_a_save_on_an_older_revision_is_told_and_changes_nothing(sop: SopOffice, address: str) -> None:
    browser = sop.browser("pemilik")
    first = xml_of(sop).replace("P3D", "P2D")
    browser.post(address, {"xml": first, "version": "1"})

    answer = browser.client.post(
        address, data={"csrf_token": browser.token, "xml": xml_of(sop), "revision": "1"}, headers=JSON
    )

    assert answer.status_code == 409
    assert answer.json is not None
    assert "tetap ada" in answer.json["message"]
    draft = sop.engine.diagram_draft(sop.key, by=sop.person("pemilik"))
    assert draft is not None
    assert draft.xml.decode() == first


def test_a_second_first_save_is_told_too(sop: SopOffice, address: str) -> None:
    browser = sop.browser("pemilik")
    browser.post(address, {"xml": xml_of(sop).replace("P3D", "P2D"), "version": "1"})

    expect(browser.post(address, {"xml": xml_of(sop).replace("P3D", "P4D"), "version": "1"}), 409)


@pytest.mark.parametrize("with_draft", [False, True])
def test_the_rule_list_judges_what_is_drawn_and_keeps_nothing(sop: SopOffice, address: str, with_draft: bool) -> None:
    if with_draft:
        sop.engine.begin_diagram_draft(sop.key, 1, by=sop.person("pemilik"))
    browser = sop.browser("pemilik")

    sound = browser.post(f"{address}/problems", {"xml": xml_of(sop), "version": "1"}).json
    wrong = browser.post(f"{address}/problems", {"xml": xml_of(sop).replace("P3D", "tiga hari")}).json

    assert sound == {"problems": []}
    assert wrong is not None
    (problem,) = [each for each in wrong["problems"] if each["grave"]]
    assert (problem["element"], problem["name"], problem["address"]) == ("batas_5", "Batas 3 hari", "")
    assert bool(sop.engine.diagram_drafts(by=sop.person("pemilik"))) == with_draft


def test_a_wrong_form_of_the_draft_leads_to_its_editor(sop: SopOffice, address: str) -> None:
    owner = sop.person("pemilik")
    draft = sop.engine.begin_diagram_draft(sop.key, 1, by=owner)
    forms = {**draft.forms, "pengaduan-1-penyampaian": "{"}
    sop.engine.save_diagram_draft(sop.key, forms=forms, expected_revision=1, by=owner)

    told = sop.browser("pemilik").post(f"{address}/problems", {"xml": xml_of(sop)}).json

    assert told is not None
    assert f"/processes/{sop.key}/forms/pengaduan-1-penyampaian/edit" in {each["address"] for each in told["problems"]}


@pytest.mark.parametrize("hostile", ["", "bukan XML", "<a/>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "\ud800\x00"])
def test_whatever_is_posted_is_judged_and_never_a_traceback(sop: SopOffice, address: str, hostile: str) -> None:
    told = sop.browser("pemilik").post(f"{address}/problems", {"xml": hostile.encode("utf-8", "replace")}).json

    assert told is not None
    assert told["problems"][0]["grave"]


def test_a_drawing_that_is_too_large_is_refused_and_the_draft_stays(sop: SopOffice, address: str) -> None:
    browser = sop.browser("pemilik")
    browser.post(address, {"xml": xml_of(sop).replace("P3D", "P2D"), "version": "1"})

    expect(browser.post(address, {"xml": " " * 1_100_000, "revision": "2"}), 422)

    draft = sop.engine.diagram_draft(sop.key, by=sop.person("pemilik"))
    assert draft is not None
    assert draft.revision == 2


def test_the_draft_is_handed_out_byte_for_byte(sop: SopOffice, address: str) -> None:
    utf_16 = xml_of(sop).replace("UTF-8", "UTF-16").encode("utf-16")
    sop.engine.save_diagram_draft(sop.key, xml=utf_16, expected_revision=None, by=sop.person("pemilik"))

    answer = sop.browser("pemilik").get(f"{address}/diagram?file=1")

    assert answer.data == utf_16
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_the_policy_is_wider_on_the_modeler_s_page_alone(sop: SopOffice, address: str) -> None:
    browser = sop.browser("pemilik")

    page = browser.get(address)

    assert page.headers["Content-Security-Policy"] == f"{CONTENT_SECURITY_POLICY}; {PANEL_STYLE}"
    assert "unsafe-inline" not in page.headers["Content-Security-Policy"]
    for other in ("/processes", "/processes/new/edit", f"{address}/diagram", "/processes/tidak_ada/edit"):
        assert browser.get(other).headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY


def test_an_unknown_sop_or_version_is_not_found(sop: SopOffice, address: str) -> None:
    browser = sop.browser("pemilik")

    expect(browser.get("/processes/tidak_ada/edit"), 404)
    expect(browser.get(f"{address}?version=7"), 404)
    expect(browser.post(address, {"xml": xml_of(sop), "version": "7"}), 404)


def test_another_version_than_the_draft_s_is_not_opened_and_the_page_says_so(sop: SopOffice, address: str) -> None:
    owner = sop.person("pemilik")
    changed = xml_of(sop).replace("P3D", "P2D").encode()
    forms = {f"{form.id}.form": form.text.encode() for form in sop.engine.version_page(sop.key, 1).forms}
    sop.engine.deploy({"sop.bpmn": changed, **forms}, by=owner)
    sop.engine.begin_diagram_draft(sop.key, 1, by=owner)

    page = sop.browser("pemilik").get(f"{address}?version=2").text

    assert "Versi 2 tidak dibuka" in page


def test_the_modeler_opens_the_version_in_force(sop: SopOffice, address: str) -> None:
    changed = xml_of(sop).replace("P3D", "P2D")
    forms = {f"{form.id}.form": form.text.encode() for form in sop.engine.version_page(sop.key, 1).forms}
    sop.engine.deploy({"sop.bpmn": changed.encode(), **forms}, by=sop.person("pemilik"))

    opened = sop.browser("pemilik").get(f"{address}/diagram").json

    assert opened is not None
    assert opened["xml"] == as_text(changed.encode())


def test_a_new_sop_begins_as_a_draft_without_a_problem_that_forbids_it(sop: SopOffice) -> None:
    browser = sop.browser("pemilik")

    answer = browser.post("/processes/new/edit", NEW)

    assert answer.location.endswith(f"/processes/{NEW_KEY}/edit")
    owner = sop.person("pemilik")
    problems = sop.engine.check_draft(NEW_KEY, by=owner)
    assert [each for each in problems if each.severity == "error"] == []
    made = sop.engine.deploy_draft(NEW_KEY, "Baru", expected_revision=1, by=owner)
    assert [(each.key, each.name) for each in made.definitions] == [(NEW_KEY, NEW["name"])]


@pytest.mark.parametrize("name", ['<b> & "kutip"', "{{ 7 * 7 }}", "${jahat}"])
def test_a_name_is_only_ever_a_name(sop: SopOffice, name: str) -> None:
    sop.browser("pemilik").post("/processes/new/edit", {**NEW, "name": name, "key": "sop_aneh"})

    assert sop.engine.draft_outline("sop_aneh", by=sop.person("pemilik")).name == name


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param({"name": ""}, "Isi nama SOP", id="no name"),
        pytest.param({"lane": " "}, "Isi nama SOP", id="no lane"),
        pytest.param({"name": "x" * 201}, "Isi nama SOP", id="too long"),
        pytest.param({"key": "new"}, "tidak dapat dipakai", id="a word of our addresses"),
        pytest.param({"key": "Ada Spasi"}, "tidak dapat dipakai", id="no id"),
        pytest.param({"key": "sop_pengaduan_kategori_berat"}, "sudah ada", id="deployed already"),
        pytest.param({"key": "sedang_digambar"}, "sudah mempunyai draf", id="drafted already"),
    ],
)
def test_an_unusable_new_sop_is_told_with_what_was_typed(sop: SopOffice, given: dict[str, str], said: str) -> None:
    owner = sop.person("pemilik")
    sop.engine.save_diagram_draft("sedang_digambar", xml=b"<a/>", expected_revision=None, by=owner)

    answer = sop.browser("pemilik").post("/processes/new/edit", {**NEW, **given})

    assert answer.status_code == 422
    assert said in answer.text
    assert [draft.key for draft in sop.engine.diagram_drafts(by=owner)] == ["sedang_digambar"]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("SOP Pengaduan (Ringan)", "sop_pengaduan_ringan"),
        ("  Cuti – Pegawai  ", "cuti_pegawai"),
        ("3 Pilar", "sop_3_pilar"),
        ("Ébénisterie", "ebenisterie"),
        ("…", ""),
    ],
)
def test_a_key_is_made_of_the_name(name: str, key: str) -> None:
    assert key_from(name) == key


@pytest.mark.parametrize("key", ["", "ab", "New", "new", "upload", "import", "1abc", "a-b", "a" * 81, "end"])
def test_some_words_are_no_keys(key: str) -> None:
    assert not is_key(key)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_a_diagram_is_read_in_the_encoding_that_it_was_written_in(encoding: str) -> None:
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    written = f'<?xml version="1.0" encoding="{declared}"?>\n<a b="é"/>'.encode(encoding)

    assert as_text(written) == '<a b="é"/>'


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"<?xml encoding='tidak-ada'?><a/>", b"\x80", b""])
def test_bytes_that_are_no_text_are_still_shown_as_something(data: bytes) -> None:
    assert isinstance(as_text(data), str)


def test_drafts_are_of_one_person(sop: SopOffice, engine: Engine, address: str) -> None:
    sop.browser("pemilik").post(address, {"xml": xml_of(sop).replace("P3D", "P2D"), "version": "1"})

    assert engine.diagram_drafts(by=sop.person("kepala")) == ()
