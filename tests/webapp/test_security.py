"""Deny by default, CSRF, and what every answer carries."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from tests.pages import csrf_token
from tests.website import PASSWORD, Website
from webapp import create_app
from webapp.security import HEADERS
from webapp.settings import Settings

PUBLIC = {
    ("static", "GET"),
    ("auth.sign_in", "GET"),
    ("auth.submit_sign_in", "POST"),
    # Holds nothing but a script that leads on: a hash in the address does not outlive signing in.
    ("modeler_links.cockpit", "GET"),
}
"""What may be reached without signing in. Whoever adds to it should be asked why."""
PROBES = {"probes.live", "probes.ready", "probes.metrics"}
"""Asked by supervisors and Prometheus: health says nothing of the office, figures want a token of their own."""
WELL_KNOWN = "modeler_links.web_pages"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Nothing here depends on the kind of database."""
    return sqlite_url


def routes(app: Flask) -> Iterator[tuple[Rule, str, str]]:
    """Yield every (rule, method, address) of the application, with something in each gap."""
    for rule in app.url_map.iter_rules():
        gaps = {name: 1 if "int" in type(rule._converters[name]).__name__.lower() else "x" for name in rule.arguments}
        built = rule.build(gaps)
        assert built
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method, built[1]


def signs_in_by_cookie(app: Flask, rule: Rule) -> bool:
    """Return whether the session's cookie says who asks there."""
    return not getattr(app.view_functions[rule.endpoint], "without_cookie", False)


def test_nothing_but_the_sign_in_page_is_public(website: Website):
    open_to_all = set()
    for rule, method, _ in routes(website.app):
        if getattr(website.app.view_functions[rule.endpoint], "public", False):
            open_to_all.add((rule.endpoint, method))

    assert open_to_all == PUBLIC


def test_where_no_cookie_counts_credentials_are_asked_for_with_each_request(website: Website, sign_in, siti):
    client, refused = sign_in("siti").client, set()
    for rule, method, address in routes(website.app):
        if signs_in_by_cookie(website.app, rule) or rule.endpoint == WELL_KNOWN or rule.endpoint in PROBES:
            continue
        assert rule.rule.startswith("/engine-rest/")
        assert client.open(address, method=method).status_code == 401, address
        refused.add(rule.endpoint)

    assert len(refused) == 8


def test_every_other_route_asks_who_is_not_signed_in_to_sign_in(website: Website):
    client, refused = website.app.test_client(), 0
    for rule, method, address in routes(website.app):
        if (rule.endpoint, method) in PUBLIC or not signs_in_by_cookie(website.app, rule):
            continue
        answer = client.open(address, method=method)
        if method == "GET":
            assert (answer.status_code, answer.location.split("?")[0]) == (303, "/sign-in"), address
        else:
            assert answer.status_code == 401, address
        refused += 1

    assert refused > 15


def test_a_fragment_sends_the_whole_page_to_the_sign_in_page(website: Website):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost/tasks"}

    answer = website.app.test_client().get("/tasks/list", headers=headers)

    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/sign-in?next=/tasks"


def test_every_unsafe_route_refuses_a_post_without_a_token(website: Website, sign_in, siti):
    client, refused = sign_in("siti").client, 0
    for rule, method, address in routes(website.app):
        if method in ("GET", "HEAD", "OPTIONS") or not signs_in_by_cookie(website.app, rule):
            continue
        answer = client.open(address, method=method, data={"alasan": "uji"})
        assert (rule.endpoint, answer.status_code) == (rule.endpoint, 400)
        assert "Formulir ini sudah kedaluwarsa" in answer.text
        refused += 1

    assert refused > 8


def test_a_token_of_somebody_else_s_session_is_refused(website: Website, sign_in, siti):
    stranger = csrf_token(website.app.test_client().get("/sign-in").text)

    assert sign_in("siti").client.post("/sign-out", data={"csrf_token": stranger}).status_code == 400


def test_a_form_that_was_open_all_day_is_still_accepted(sign_in, siti, website: Website):
    assert website.app.config["WTF_CSRF_TIME_LIMIT"] is None


def test_a_refused_form_shows_what_was_typed_but_never_a_password(sign_in, siti):
    typed = {"uraian": "Antrean <b>panjang</b>", "password": "rahasia-sekali", "csrf_token": "x", "kosong": " "}

    page = sign_in("siti").client.post("/password", data=typed).text

    assert "Antrean &lt;b&gt;panjang&lt;/b&gt;" in page
    assert "rahasia-sekali" not in page
    assert "kosong" not in page


def test_what_another_site_posted_is_not_shown(sign_in, siti):
    client = sign_in("siti").client

    page = client.post("/password", data={"uraian": "dari luar"}, headers={"Sec-Fetch-Site": "cross-site"}).text

    assert "dari luar" not in page


def test_an_ended_session_shows_what_was_typed(website: Website):
    answer = website.app.test_client().post("/tasks/PB-2026-00001/langkah_2:1", data={"uraian": "satu jam kerja"})

    assert answer.status_code == 401
    assert "satu jam kerja" in answer.text


@pytest.mark.parametrize("address", ["/sign-in", "/password", "/tasks", "/nowhere", "/static/app.css"])
def test_every_answer_carries_the_headers(sign_in, siti, address):
    answer = sign_in("siti").get(address)

    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


@pytest.mark.parametrize("address", ["/sign-in", "/password", "/tasks", "/nowhere"])
def test_no_page_has_a_script_or_a_style_of_its_own(sign_in, siti, address):
    page = sign_in("siti").get(address).text

    assert "<style" not in page
    assert " style=" not in page
    assert "onclick" not in page
    assert all("src=" in script for script in page.split("<script")[1:])


def test_pages_are_never_kept_by_the_browser_and_named_files_are(sign_in, siti):
    browser = sign_in("siti")

    assert browser.get("/tasks").headers["Cache-Control"] == "no-store"
    assert "immutable" in browser.get("/static/app.css?v=1").headers["Cache-Control"]
    assert "immutable" not in browser.get("/static/app.css").headers.get("Cache-Control", "")
    assert "immutable" not in browser.get("/static/missing.css?v=1").headers.get("Cache-Control", "")


def test_the_session_cookie_is_hidden_from_scripts_and_other_sites(website: Website):
    cookie = website.app.test_client().get("/sign-in").headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def proxied(engine, tmp_path, *, behind: bool) -> FlaskClient:
    """Return a browser whose requests pass a proxy that speaks TLS."""
    key = tmp_path / "secret-key"
    app = create_app(Settings(secret_key_file=key, behind_tls_proxy=behind), engine)
    client = app.test_client()
    client.environ_base = {
        **client.environ_base,
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_X_FORWARDED_FOR": "10.1.2.3",
        "HTTP_X_FORWARDED_PROTO": "https",
        "HTTP_REFERER": "https://localhost/sign-in",
    }
    return client


def test_behind_a_tls_proxy_cookies_are_sent_over_tls_only(engine, website, tmp_path):
    answer = proxied(engine, tmp_path, behind=True).get("/sign-in")

    assert "Secure" in answer.headers["Set-Cookie"]
    assert "max-age" in answer.headers["Strict-Transport-Security"]


def test_without_that_setting_nobody_s_word_on_their_address_is_believed(engine, website, siti, tmp_path):
    client = proxied(engine, tmp_path, behind=False)
    token = csrf_token(client.get("/sign-in").text)

    client.post("/sign-in", data={"csrf_token": token, "name": "siti", "password": "salah-semua"})

    assert "Strict-Transport-Security" not in client.get("/sign-in").headers
    assert addresses(engine) == {"127.0.0.1"}


def test_with_that_setting_the_proxy_s_word_is_believed(engine, website, siti, tmp_path):
    client = proxied(engine, tmp_path, behind=True)
    token = csrf_token(client.get("/sign-in", base_url="https://localhost").text)

    answer = client.post(
        "/sign-in",
        data={"csrf_token": token, "name": "siti", "password": "salah-semua"},
        base_url="https://localhost",
    )

    assert answer.status_code == 422
    assert addresses(engine) == {"10.1.2.3"}


def addresses(engine) -> set[str]:
    """Return the addresses from which somebody tried to sign in."""
    with engine.database.read() as connection:
        return set(connection.exec_driver_sql("select address from sign_in_attempt").scalars())


def test_example_mode_says_so_on_every_page(engine, website, siti, tmp_path):
    app = create_app(Settings(secret_key_file=tmp_path / "secret-key", demo=True), engine)
    client = app.test_client()

    for address in ("/sign-in", "/nowhere"):
        assert "Mode contoh" in client.get(address, follow_redirects=True).text
    assert "Mode contoh" not in website.app.test_client().get("/sign-in").text


def test_people_sign_in_with_their_own_password_only(website: Website, siti):
    client = website.app.test_client()
    token = csrf_token(client.get("/sign-in").text)

    answer = client.post("/sign-in", data={"csrf_token": token, "name": "siti", "password": PASSWORD[:-1]})

    assert answer.status_code == 422
