"""Camunda Modeler's Run, request for request, and where its links lead."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from engine import Engine
from tests.engine.small_office import CHECKER, CLERK, HEAD, LETTER, OWNER, TWO_STEPS, hire
from tests.webapp.modeler import Modeler, log_of
from tests.webapp.modeler_office import FORMS, LETTERS, LONGER
from tests.website import PASSWORD, Browser, Website
from webapp import create_app
from webapp.settings import Settings, make_secret_key


def test_run_starts_a_case_whose_first_step_waits_in_its_lane(engine, modeler):
    modeler.deploy(LETTERS, FORMS)

    answer = modeler.start()

    assert answer.status_code == 200
    assert (answer.json["id"], answer.json["ended"]) == ("SURAT-2026-00001", False)
    assert answer.json["definitionId"] == modeler.saved_definition["id"]
    (step,) = engine.steps("SURAT-2026-00001", by=CLERK)
    assert (step.key, step.lane, step.state) == ("catat:1", "Petugas", "open")


def test_run_works_in_a_modeler_that_never_deployed_what_is_in_force(engine, modeler):
    engine.deploy(TWO_STEPS, by=OWNER)

    modeler.deploy(LETTERS)

    assert modeler.start().json["id"] == "SURAT-2026-00001"


@pytest.mark.parametrize(
    "variables",
    [
        pytest.param({name: {"value": value, "type": "String"} for name, value in LETTER.items()}, id="an object"),
        pytest.param('{"perihal": {"value": "Antrean"}, "seksi": {"value": "timur"}}', id="the text of one"),
    ],
)
def test_variables_are_the_answers_of_the_first_step(engine, modeler, clerks_modeler, variables):
    modeler.deploy(LETTERS, FORMS)

    case = clerks_modeler.start_definition(modeler.saved_definition["id"], variables).json["id"]

    assert [(each.key, each.state) for each in engine.steps(case, by=CHECKER)] == [
        ("catat:1", "completed"),
        ("periksa:1", "open"),
    ]


def test_answers_come_from_the_lane_of_the_first_step_alone(engine, modeler):
    modeler.deploy(LETTERS, FORMS)

    answer = modeler.start({"perihal": {"value": "Antrean"}})

    assert answer.status_code == 403
    assert "lajur Petugas" in log_of(answer)
    assert engine.find_cases("", by=CLERK) == ()


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        pytest.param({"tak_ada": {"value": 1}}, "tak_ada", id="a field that the form lacks"),
        pytest.param({"seksi": {"value": "timur"}}, "perihal", id="a required field is missing"),
        pytest.param({"perihal": "Antrean"}, "perihal", id="a bare value"),
        pytest.param({"bukti": {"value": "AA==", "type": "File"}}, "lampiran", id="a file"),
        pytest.param("[1]", "objek JSON", id="a list"),
        pytest.param("{", "objek JSON", id="no JSON"),
        pytest.param("[" * 100_000, "objek JSON", id="too deep"),
    ],
)
def test_variables_that_do_not_fit_are_refused_by_name(engine, modeler, clerks_modeler, variables, told):
    modeler.deploy(LETTERS, FORMS)

    answer = clerks_modeler.start_definition(modeler.saved_definition["id"], variables)

    assert (answer.status_code, answer.json["type"]) == (400, "InvalidRequestException")
    assert told in log_of(answer)
    assert engine.find_cases("", by=CLERK) == ()


def test_a_version_that_was_replaced_is_not_started(modeler):
    modeler.deploy(LETTERS, FORMS)
    old = modeler.saved_definition["id"]
    modeler.deploy(LONGER)

    answer = modeler.start_definition(old)

    assert answer.status_code == 400
    assert "versi 2, bukan versi 1" in log_of(answer)


@pytest.mark.parametrize(
    "definition",
    [
        "surat",
        "surat:1",
        "surat:1:salah",
        "surat:9:abc",
        "tak_ada:1:abc",
        f"surat:{'9' * 40}:a",
        "surat:x:a",
        "%00:1:a",
    ],
)
def test_an_unknown_definition_is_not_found(modeler, definition):
    modeler.deploy(LETTERS, FORMS)

    for answer in (modeler.start_definition(definition), modeler.get(f"/process-definition/{definition}")):
        assert (answer.status_code, answer.json["type"]) == (404, "RestException")


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"{", b"\xff"])
def test_a_start_takes_an_object_or_nothing(modeler, body):
    modeler.deploy(LETTERS, FORMS)

    answer = modeler.post(f"/process-definition/{modeler.saved_definition['id']}/start", data=body)

    assert answer.status_code == (200 if body in (b"", b"{}") else 400)


def test_the_links_behind_deploy_and_run_open_our_pages(modeling_office, modeler):
    deployed = modeler.deploy(LETTERS, FORMS).json["id"]
    started = modeler.start().json["id"]
    browser = modeling_office.browser("pemilik")

    pages = [opened(browser, modeler.deployment_link(deployed)), opened(browser, modeler.instance_link(started))]

    assert pages == ["/processes/surat/1", f"/cases/{started}"]


def test_who_is_not_signed_in_comes_to_the_version_after_signing_in(modeling_office, modeler):
    modeler.deploy(LETTERS, FORMS)
    link = urlsplit(modeler.deployment_link("surat:1"))

    sent = modeling_office.app.test_client().get(f"{link.path}?{link.query}")

    assert (sent.status_code, sent.location[:14]) == (303, "/sign-in?next=")
    (target,) = parse_qs(urlsplit(sent.location).query)["next"]
    assert modeling_office.browser("pemilik").get(target).location == "/processes/surat/1"


@pytest.mark.parametrize("query", ["", "[", "{}", "[1]", '[{"type":"id","value":1}]', "[" * 99_999])
def test_a_link_that_names_no_deployment_leads_to_the_list(modeling_office, query):
    browser = modeling_office.browser("pemilik")

    answer = browser.client.get("/modeler/repository", query_string={"deploymentsQuery": query})

    assert (answer.status_code, answer.location) == (303, "/processes")


def test_behind_a_proxy_that_speaks_tls_the_links_are_secure(engine: Engine, tmp_path: Path):
    make_secret_key(tmp_path / "key")
    app = create_app(Settings(secret_key_file=tmp_path / "key", behind_tls_proxy=True), engine)
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "alur.kanim.go.id", "X-Forwarded-For": "10.0.0.9"}

    answer = app.test_client().get("/.well-known/camunda-automation-platform/webapps", headers=headers)

    assert answer.json["cockpitUrl"] == "https://alur.kanim.go.id/modeler/"


def opened(browser: Browser, link: str) -> str:
    """Follow a link as a browser does; return where it leads."""
    parts = urlsplit(link)
    answer = browser.get(f"{parts.path}?{parts.query}" if parts.query else parts.path)
    assert answer.status_code == 303
    assert browser.get(answer.location).status_code == 200
    return answer.location


def test_with_approval_run_waits_until_the_version_is_activated(database_url, clock, tmp_path):
    engine = Engine(database_url, clock, approval=True)
    hire(engine)
    office = Website(engine, [OWNER], tmp_path)
    modeler = Modeler(office.app, OWNER.name, PASSWORD)

    deployed = modeler.deploy(LETTERS, FORMS)
    refused = modeler.start()
    engine.activate("surat", 1, by=HEAD)

    assert deployed.status_code == 200
    assert engine.version("surat", 1).in_force
    assert (refused.status_code, "masih diajukan" in refused.json["message"]) == (400, True)
    assert modeler.start().json["id"] == "SURAT-2026-00001"
    engine.close()
