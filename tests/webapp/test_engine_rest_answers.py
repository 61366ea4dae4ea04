"""The shape of every answer of ``/engine-rest``: readable from any page, refusals as ``{type, message}``."""

from __future__ import annotations

import pytest

from tests.webapp.modeler import log_of
from tests.webapp.modeler_office import FORMS, LETTERS

WELL_KNOWN = "/.well-known/camunda-automation-platform/webapps"


@pytest.mark.parametrize(
    "path",
    [
        "/engine-rest/version",
        "/engine-rest/deployment/create",
        "/engine-rest/deployment?maxResults=0",
        "/engine-rest/process-definition/a:1:b/start",
        "/engine-rest/tak/ada",
        WELL_KNOWN,
    ],
)
def test_a_preflight_is_answered_without_credentials_and_allows_none_of_a_browser(modeling_office, path):
    asked = {
        "Origin": "null",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }

    answer = modeling_office.app.test_client().options(path, headers=asked)

    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_every_answer_can_be_read_from_anywhere_refusals_too(modeler, strangers_modeler):
    for answer in (
        modeler.get("/version"),
        strangers_modeler.get("/version"),
        modeler.get("/tak-ada"),
        modeler.deploy(b""),
    ):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.mimetype == "application/json"
        assert answer.headers["Cache-Control"] == "no-store"


def test_where_the_pages_are_is_told_to_whoever_asks_from_anywhere(modeling_office):
    answer = modeling_office.app.test_client().get(WELL_KNOWN)

    assert answer.status_code == 200
    assert set(answer.json) == {"adminUrl", "cockpitUrl", "tasklistUrl"}
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_no_other_page_of_the_site_is_open_to_anywhere(modeling_office):
    for path in ("/", "/tasks", "/sign-in", "/processes", "/modeler/", "/static/app.css"):
        assert "Access-Control-Allow-Origin" not in modeling_office.app.test_client().get(path).headers


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_what_camunda_has_and_this_has_not_is_not_found_in_words(modeling_office, modeler, method):
    client = modeling_office.app.test_client()

    for path in ("/task/count", "/deployment/surat:1"):
        answer = client.open(f"/engine-rest{path}", method=method, headers=modeler.headers())

        assert (answer.status_code, set(answer.json)) == (404, {"type", "message"})


def test_a_request_that_is_too_large_is_refused_in_the_same_shape(modeling_office, modeler):
    modeling_office.app.config["MAX_CONTENT_LENGTH"] = 1000

    answer = modeler.deploy(LETTERS, FORMS)

    assert (answer.status_code, answer.json["type"]) == (413, "RestException")
    assert "50 MB" in log_of(answer)


def test_a_failure_of_ours_shows_a_code_and_no_trace(modeling_office, modeler, monkeypatch: pytest.MonkeyPatch):
    def fail() -> None:
        raise ZeroDivisionError("rahasia")

    fail.__dict__["without_cookie"] = True
    monkeypatch.setitem(modeling_office.app.view_functions, "engine_rest.version", fail)

    answer = modeler.get("/version")

    assert (answer.status_code, set(answer.json)) == (500, {"type", "message"})
    assert "rahasia" not in answer.text
    assert "kode" in log_of(answer)
