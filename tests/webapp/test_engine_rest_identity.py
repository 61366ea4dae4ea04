"""Who asks at ``/engine-rest``: credentials of the request count, and never a cookie."""

from __future__ import annotations

from io import BytesIO

import pytest

from tests.engine.small_office import ADMIN
from tests.webapp.modeler import Modeler, log_of
from tests.webapp.modeler_office import FORMS, LETTERS
from tests.website import PASSWORD
from webapp.access_tokens import AccessTokens
from webapp.accounts import Accounts


def test_the_dialog_first_asks_without_credentials_and_learns_that_it_needs_some(strangers_modeler, modeler):
    assert strangers_modeler.check_connection() == "UNAUTHORIZED"
    assert modeler.check_connection() == ""


def test_a_wrong_password_is_unauthorized_and_says_so(modeling_office):
    answer = Modeler(modeling_office.app, "pemilik", "salah-sekali").deploy(LETTERS, FORMS)

    assert answer.status_code == 401
    assert answer.json["type"] == "AuthenticationException"
    assert "kata sandi tidak cocok" in log_of(answer)


def test_asking_without_credentials_never_counts_as_a_failed_sign_in(strangers_modeler, modeler):
    for _ in range(70):
        strangers_modeler.check_connection()

    assert modeler.check_connection() == ""


def test_guessing_is_stopped_as_on_the_sign_in_page(modeling_office, modeler):
    for _ in range(5):
        Modeler(modeling_office.app, "pemilik", "salah-sekali").check_connection()

    answer = modeler.get("/version")

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "900")
    assert "Tunggu 15 menit" in log_of(answer)


@pytest.mark.parametrize("path", ["/version", "/deployment", "/process-definition", "/tak-ada", "/task/1"])
def test_the_cookie_alone_is_unauthorized(modeling_office, path):
    browser = modeling_office.browser("pemilik")

    assert browser.get(f"/engine-rest{path}").status_code == 401
    assert browser.post("/engine-rest/deployment/create", {}).status_code == 401
    assert browser.post("/engine-rest/process-definition/a:1:b/start", {}).status_code == 401


def test_a_cookie_beside_credentials_changes_nothing(modeling_office, engine, modeler):
    clerk = modeling_office.browser("petugas")
    parts = {name: (BytesIO(data), name) for name, data in {"surat.bpmn": LETTERS, **FORMS}.items()}

    answer = clerk.client.post("/engine-rest/deployment/create", data=parts, headers=modeler.headers())

    assert answer.status_code == 200
    assert engine.version("surat", 1).deployed_by == "pemilik"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "header",
    ["Basic", "Basic !!!", "Basic cGVtaWxpaw==", "Basic w6k=", "Bearer", "Bearer alur_tebakan", "Digest x", "alur"],
)
def test_broken_credentials_are_unauthorized_without_a_browser_asking_for_a_password(modeling_office, header):
    answer = modeling_office.app.test_client().get("/engine-rest/version", headers={"Authorization": header})

    assert answer.status_code == 401
    assert set(answer.json) == {"type", "message"}
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Alur"'


def test_a_token_works_as_bearer_and_in_the_place_of_the_password(modeling_office, engine):
    token = AccessTokens(engine).make("pemilik", "laptop", 30)

    assert Modeler(modeling_office.app, token=token).check_connection() == ""
    assert Modeler(modeling_office.app, "pemilik", token).check_connection() == ""
    assert Modeler(modeling_office.app, "petugas", token).check_connection() == "UNAUTHORIZED"


def test_who_still_has_a_password_of_somebody_else_changes_it_first(engine, clerks_modeler):
    Accounts(engine).set_password("petugas", PASSWORD, must_change=True)

    answer = clerks_modeler.get("/version")

    assert answer.status_code == 403
    assert "Ganti dahulu" in log_of(answer)


def test_a_password_with_letters_beyond_ascii_is_understood_as_a_modeler_encodes_it(modeling_office, engine):
    Accounts(engine).set_password("petugas", "café-biru-di-sudut")

    assert Modeler(modeling_office.app, "petugas", "café-biru-di-sudut").check_connection() == ""


def test_who_left_the_office_is_unauthorized_by_password_and_by_token(modeling_office, engine, clerks_modeler):
    token = AccessTokens(engine).make("petugas", "laptop", 30)
    engine.assign("petugas", active=False, by=ADMIN)

    assert clerks_modeler.check_connection() == "UNAUTHORIZED"
    assert Modeler(modeling_office.app, token=token).check_connection() == "UNAUTHORIZED"
