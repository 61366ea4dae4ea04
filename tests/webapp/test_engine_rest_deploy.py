"""Camunda Modeler's Deploy, request for request: what is stored, and what is refused in which words."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import event

from tests.engine.small_office import CLERK, LETTER
from tests.small_bpmn import Task, diagram
from tests.webapp.modeler import PARSE_ERROR_PREFIX, log_of
from tests.webapp.modeler_office import FORMS, LETTERS, LONGER


def test_deploy_stores_the_diagram_with_its_forms_as_a_new_version(engine, modeler):
    answer = modeler.deploy(LETTERS, FORMS, name="Surat masuk")

    (version,) = engine.versions("surat")
    identity = f"surat:1:{version.digest[:12]}"
    assert answer.status_code == 200
    assert answer.json["id"] == "surat:1"
    assert answer.json["deployedProcessDefinitions"][identity]["version"] == 1
    assert (version.deployed_by, version.note) == ("pemilik", "Surat masuk (dari Camunda Modeler)")
    assert answer.json["deploymentTime"] == "2026-11-24T09:00:00.000+0700"
    assert engine.diagram_xml("surat", 1) == LETTERS


def test_a_changed_duration_needs_no_forms_and_leaves_open_cases_where_they_are(engine, modeler):
    modeler.deploy(LETTERS, FORMS)
    old = engine.start("surat", LETTER, by=CLERK).number

    answer = modeler.deploy(LONGER)
    new = engine.start("surat", LETTER, by=CLERK).number

    assert answer.json["id"] == "surat:2"
    assert answer.json["formSources"] == {"catat": "stored", "periksa": "stored"}
    assert [engine.case(each, by=CLERK).version for each in (old, new)] == [1, 2]


def test_unchanged_content_deploys_nothing_new_and_names_what_is_in_force(engine, modeler):
    first = modeler.deploy(LETTERS, FORMS).json

    again = modeler.deploy(LETTERS, name="Nama lain")

    assert (again.status_code, again.json["id"]) == (200, first["id"])
    assert again.json["deployedProcessDefinitions"] == first["deployedProcessDefinitions"]
    assert again.json["unchangedProcessDefinitions"] == ["surat:1"]
    assert len(engine.versions()) == 1


def test_a_refused_diagram_names_every_problem_with_its_element_and_what_to_do(engine, modeler):
    bad = LETTERS.replace(b"P3D", b"tiga hari").replace(b'<endEvent id="selesai"/>', b'<scriptTask id="selesai"/>')

    answer = modeler.deploy(bad)

    assert (answer.status_code, answer.json["type"]) == (400, "ParseException")
    told = log_of(answer)
    assert told.startswith(PARSE_ERROR_PREFIX)
    listed = [line for line in told.splitlines() if line.startswith("- surat.bpmn: ")]
    assert {line.split()[2].rstrip(":") for line in listed} >= {"batas", "selesai"}
    assert "PT2M" in told  # what to write instead
    errors = answer.json["details"]["surat.bpmn"]["errors"]
    assert [each["message"] for each in errors] == [line.removeprefix("- ") for line in listed]
    assert {each["mainElementId"] for each in errors} >= {"batas", "selesai"}
    assert engine.versions() == ()


@pytest.mark.parametrize(
    ("file", "data", "told"),
    [
        pytest.param("kosong.bpmn", b"", "kosong", id="an empty file"),
        pytest.param("gambar.bpmn", b"\x89PNG\r\n", "XML", id="not XML"),
        pytest.param("bom.bpmn", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "DOCTYPE", id="a bomb"),
        pytest.param("keputusan.dmn", b"<definitions/>", ".bpmn", id="another kind of file"),
    ],
)
def test_what_is_no_diagram_is_refused_in_words(modeler, file, data, told):
    answer = modeler.deploy(data, file=file)

    assert answer.status_code == 400
    assert told in log_of(answer)


def test_only_a_process_owner_deploys(clerks_modeler):
    answer = clerks_modeler.deploy(LETTERS, FORMS)

    assert (answer.status_code, answer.json["type"]) == (403, "AuthorizationException")
    assert "pemilik proses" in log_of(answer)


def test_a_tenant_is_refused_since_nothing_would_keep_it_apart(modeler):
    answer = modeler.deploy(LETTERS, FORMS, tenant="kanim-2")

    assert answer.status_code == 400
    assert "Tenant" in log_of(answer)


def test_a_diagram_saved_under_the_ending_xml_is_a_diagram(modeler):
    assert modeler.deploy(LETTERS, FORMS, file="surat.xml").status_code == 200


def test_a_name_that_no_database_keeps_is_cleaned(engine, modeler):
    modeler.deploy(LETTERS, FORMS, name="Surat\0 masuk\n" + "x" * 500)

    assert engine.version("surat", 1).note.startswith("Surat ")
    assert len(engine.version("surat", 1).note) < 250


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"data": {"deployment-name": "x"}}, id="no file"),
        pytest.param({"data": b"x", "content_type": "multipart/form-data"}, id="no boundary"),
        pytest.param({"data": b"--b\r\ntorn", "content_type": "multipart/form-data; boundary=b"}, id="torn off"),
        pytest.param({"json": {}}, id="JSON"),
    ],
)
def test_a_request_that_brings_no_file_is_refused_in_words(modeler, body):
    answer = modeler.post("/deployment/create", **body)

    assert answer.status_code == 400
    assert "Tidak ada diagram" in log_of(answer)


def test_two_files_of_one_name_are_refused(modeler):
    data = {name: (BytesIO(b"{}"), "catat.form") for name in ("a", "b")}

    answer = modeler.post("/deployment/create", data=data)

    assert answer.status_code == 400
    assert "Dua berkas bernama catat.form" in log_of(answer)


def test_of_several_processes_the_one_that_calls_the_others_comes_first_and_is_started(modeler):
    inner = diagram("aaa", "mulai > cek > selesai", {"cek": Task()})
    outer = diagram("zzz", "mulai > catat > panggil > selesai", {"catat": Task()}).replace(
        b'<endEvent id="panggil"/>', b'<callActivity id="panggil" calledElement="aaa"/>'
    )

    for _ in range(2):  # deployed, then unchanged
        answer = modeler.deploy(inner, {"luar.bpmn": outer}, file="dalam.bpmn")

        assert [each.split(":")[0] for each in answer.json["deployedProcessDefinitions"]] == ["zzz", "aaa"]
    assert modeler.start().json["id"] == "ZZZ-2026-00001"


def test_deploying_looks_at_no_case_however_many_are_open(engine, modeler):
    modeler.deploy(LETTERS, FORMS)
    engine.start("surat", LETTER, by=CLERK)
    asked: list[str] = []

    with engine.database.write() as connection:
        database = connection.engine
    event.listen(database, "before_cursor_execute", lambda _c, _u, statement, *_rest: asked.append(statement))
    modeler.deploy(LONGER)

    assert any("process_definition" in each for each in asked)
    assert not [each for each in asked for table in ("process_instance", "work_item", "history_event") if table in each]


def test_definitions_are_listed_got_and_given_out_as_uploaded(modeler):
    modeler.deploy(LETTERS, FORMS)
    modeler.deploy(LONGER)

    listed = modeler.get("/process-definition").json
    newest = modeler.get("/process-definition?key=surat&latestVersion=true").json

    assert [each["version"] for each in listed] == [2, 1]
    assert newest == listed[:1]
    assert modeler.get("/process-definition?version=1").json == listed[1:]
    assert modeler.get(f"/process-definition/{listed[1]['id']}").json == listed[1]
    given = modeler.get(f"/process-definition/{listed[1]['id']}/xml").json
    assert given == {"id": listed[1]["id"], "bpmn20Xml": LETTERS.decode()}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1"])
def test_a_diagram_in_another_encoding_is_given_out_as_text(modeler, encoding):
    drawn = LETTERS.decode().replace("Memeriksa", "Memeriksa é")
    declared = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>{drawn}'

    identity = next(iter(modeler.deploy(declared.encode(encoding), FORMS).json["deployedProcessDefinitions"]))

    assert modeler.get(f"/process-definition/{identity}/xml").json["bpmn20Xml"] == declared


def test_deployments_are_listed_the_newest_first_page_by_page(modeler, clock):
    modeler.deploy(LETTERS, FORMS)
    clock.advance(timedelta(minutes=1))
    modeler.deploy(LONGER)

    assert [each["id"] for each in modeler.get("/deployment").json] == ["surat:2", "surat:1"]
    assert [each["id"] for each in modeler.get("/deployment?firstResult=1&maxResults=1").json] == ["surat:1"]
    assert modeler.get("/deployment?maxResults=0").json == []
    assert modeler.get("/deployment?maxResults=banyak").status_code == 400


def test_the_version_is_one_of_camunda_7(modeler):
    assert modeler.get("/version").json == {"version": "7.24.0"}
