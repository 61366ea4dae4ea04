"""Signing in and out, and changing the password, as browsers do it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from statistics import median
from threading import Barrier, Thread
from time import perf_counter

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine import Actor, Engine
from tests.clock import Clock
from tests.pages import csrf_token
from tests.webapp.conftest import SETTER_UP
from tests.website import PASSWORD, Website
from webapp import accounts
from webapp.accounts import Accounts, PasswordRefused, SignInRefused, TooManyAttempts

NEW = "teh-manis-di-beranda"
SIGNED_OUT = "/sign-in?next=/password"


def post_sign_in(client: FlaskClient, name: str, password: str, **more: str) -> TestResponse:
    """Fill the sign-in page in and send it."""
    token = csrf_token(client.get("/sign-in").text)
    return client.post("/sign-in", data={"csrf_token": token, "name": name, "password": password, **more})


def guess(website: Website, name: str = "siti", address: str = "10.0.0.1") -> TestResponse:
    """Send a wrong password from that address."""
    client = website.app.test_client()
    client.environ_base = {**client.environ_base, "REMOTE_ADDR": address}
    return post_sign_in(client, name, "bukan kata sandinya")


def is_signed_in(client: FlaskClient) -> bool:
    """Return whether a page that needs signing in is shown."""
    return client.get("/password").status_code == 200


@pytest.mark.usefixtures("siti")
def test_the_right_password_signs_in_and_the_name_may_be_written_large(website):
    client = website.app.test_client()

    answer = post_sign_in(client, " Siti ", PASSWORD)

    assert (answer.status_code, answer.location) == (303, "/")
    assert is_signed_in(client)


@pytest.mark.usefixtures("siti")
def test_a_wrong_password_keeps_the_name_and_never_shows_the_password(website):
    answer = guess(website)

    assert answer.status_code == 422
    assert 'value="siti"' in answer.text
    assert "bukan kata sandinya" not in answer.text


def test_nothing_that_is_said_tells_whether_a_name_exists(website, engine, siti):
    engine.add_person("pensiun", "Pensiunan", by=SETTER_UP)
    Accounts(engine).set_password("pensiun", PASSWORD)
    engine.assign("pensiun", active=False, by=SETTER_UP)
    engine.add_person("tanpa_akun", "Tanpa Akun", by=SETTER_UP)
    cases = [("siti", "salah-semua-salah"), ("tidak-ada", PASSWORD), ("pensiun", PASSWORD), ("tanpa_akun", PASSWORD)]

    answers = [post_sign_in(website.app.test_client(), name, password) for name, password in cases]

    assert {answer.status_code for answer in answers} == {422}
    told = {_without_name(answer.text, name) for answer, (name, _) in zip(answers, cases, strict=True)}
    assert len(told) == 1


def _without_name(page: str, name: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]+"', "", page).replace(name, "…")


def test_a_name_that_does_not_exist_takes_as_long_as_a_wrong_password(engine, siti, monkeypatch):
    monkeypatch.setattr(accounts, "FAILURES_FROM_ONE_ADDRESS_FOR_ONE_NAME", 100)
    monkeypatch.setattr(accounts, "HASHER", PasswordHasher())
    Accounts(engine).set_password("siti", PASSWORD)
    taken: dict[str, list[float]] = {"siti": [], "tidak-ada": []}
    checker = Accounts(engine)

    for name in [*taken] * 5:
        begun = perf_counter()
        with pytest.raises(SignInRefused):
            checker.sign_in(name, "salah-semua-salah", "10.0.0.1")
        taken[name].append(perf_counter() - begun)

    known, unknown = (median(each) for each in taken.values())
    assert 0.5 < unknown / known < 2


@pytest.mark.usefixtures("siti")
def test_after_five_failures_the_right_password_has_to_wait_too(website, clock: Clock):
    failures = [guess(website).status_code for _ in range(6)]
    client = website.app.test_client()
    client.environ_base = {**client.environ_base, "REMOTE_ADDR": "10.0.0.1"}

    assert failures == [422] * 5 + [429]
    assert post_sign_in(client, "siti", PASSWORD).status_code == 429
    clock.advance(timedelta(minutes=15))
    assert post_sign_in(client, "siti", PASSWORD).status_code == 303


def test_limits_tell_nothing_about_names_either(website, siti):
    assert [guess(website, "tidak-ada").status_code for _ in range(6)] == [422] * 5 + [429]


@pytest.mark.usefixtures("siti")
def test_failures_elsewhere_do_not_lock_a_colleague_out(website):
    for _ in range(6):
        guess(website, address="10.0.0.66")
    client = website.app.test_client()

    assert post_sign_in(client, "siti", PASSWORD).status_code == 303


@pytest.mark.usefixtures("siti")
def test_one_name_and_one_address_have_a_limit_of_their_own(engine):
    checker = Accounts(engine)

    for_name = [_refused(checker, "siti", f"10.0.{each}.1") for each in range(accounts.FAILURES_FOR_ONE_NAME + 1)]
    from_address = [
        _refused(checker, f"orang{each}", "10.9.9.9") for each in range(accounts.FAILURES_FROM_ONE_ADDRESS + 1)
    ]

    assert for_name == [SignInRefused] * accounts.FAILURES_FOR_ONE_NAME + [TooManyAttempts]
    assert from_address == [SignInRefused] * accounts.FAILURES_FROM_ONE_ADDRESS + [TooManyAttempts]


def _refused(checker: Accounts, name: str, address: str) -> type[Exception]:
    with pytest.raises((SignInRefused, TooManyAttempts)) as refusal:
        checker.sign_in(name, "salah-semua-salah", address)
    return refusal.type


@pytest.mark.usefixtures("siti")
def test_guesses_at_the_same_moment_by_several_processes_are_counted_one_by_one(engine):
    start, results = Barrier(12), []

    def _guess() -> None:
        checker = Accounts(engine)  # as another process would have it: they share the database alone
        start.wait()
        results.append(_refused(checker, "siti", "10.0.0.1"))

    threads = [Thread(target=_guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert results.count(SignInRefused) == accounts.FAILURES_FROM_ONE_ADDRESS_FOR_ONE_NAME
    assert results.count(TooManyAttempts) == 12 - accounts.FAILURES_FROM_ONE_ADDRESS_FOR_ONE_NAME


@pytest.mark.usefixtures("siti")
def test_signing_in_forgets_earlier_failures(website):
    for _ in range(2):
        for _ in range(4):
            guess(website)
        client = website.app.test_client()
        client.environ_base = {**client.environ_base, "REMOTE_ADDR": "10.0.0.1"}
        assert post_sign_in(client, "siti", PASSWORD).status_code == 303


@pytest.mark.parametrize("name", ["", "a" * 500, "sit\0i", "'; drop table account; --", "🙂"])
def test_an_impossible_name_is_only_wrong(website, name):
    assert post_sign_in(website.app.test_client(), name, PASSWORD).status_code == 422


@pytest.mark.parametrize(
    ("asked", "goes_to"),
    [
        ("/tasks?show=mine", "/tasks?show=mine"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("/\t/evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("evil.example", "/"),
        ("/ok\r\nSet-Cookie: x=1", "/"),
    ],
)
@pytest.mark.usefixtures("siti")
def test_after_signing_in_nobody_is_sent_to_another_site(website, asked, goes_to):
    assert post_sign_in(website.app.test_client(), "siti", PASSWORD, next=asked).location == goes_to


def test_the_page_that_was_asked_for_comes_after_signing_in(website, siti):
    client = website.app.test_client()

    sent_to = client.get("/tasks?show=mine&q=PB-2026").location
    page = client.get(sent_to).text
    asked = re.search(r'name="next" value="([^"]+)"', page)

    assert asked
    assert asked[1].replace("&amp;", "&") == "/tasks?show=mine&q=PB-2026"


def test_signing_out_ends_a_session_that_somebody_copied(website, sign_in, siti):
    browser = sign_in("siti")
    copied = website.app.test_client()
    copied.set_cookie("alur", _cookie(browser.client))
    assert is_signed_in(copied)

    answer = browser.post("/sign-out", {})

    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert not is_signed_in(browser.client)
    assert not is_signed_in(copied)


def _cookie(client: FlaskClient) -> str:
    cookie = client.get_cookie("alur")
    assert cookie
    return cookie.value


def test_signing_out_is_never_a_link(sign_in, siti):
    assert sign_in("siti").get("/sign-out").status_code == 405


def test_changing_the_password_ends_every_other_session_and_keeps_this_one(sign_in, siti):
    here, elsewhere = sign_in("siti"), sign_in("siti")

    answer = change(here, PASSWORD, NEW)

    assert answer.status_code == 303
    assert is_signed_in(here.client)
    assert not is_signed_in(elsewhere.client)


def change(browser, old: str, new: str, repeated: str | None = None) -> TestResponse:
    """Fill the page for a new password in and send it."""
    values = {"password": old, "new_password": new, "repeated_password": new if repeated is None else repeated}
    return browser.post("/password", values)


def test_the_old_password_is_no_longer_right(website, sign_in, siti):
    change(sign_in("siti"), PASSWORD, NEW)

    assert post_sign_in(website.app.test_client(), "siti", PASSWORD).status_code == 422
    assert post_sign_in(website.app.test_client(), "siti", NEW).status_code == 303


@pytest.mark.parametrize(
    ("old", "new", "repeated", "said"),
    [
        pytest.param("salah", NEW, NEW, "Kata sandi sekarang tidak cocok", id="not the present one"),
        pytest.param(PASSWORD, NEW, NEW + "x", "Tidak sama dengan kata sandi baru", id="typed differently"),
        pytest.param(PASSWORD, "pendek", "pendek", "harus 10 sampai 200 huruf", id="too short"),
        pytest.param(PASSWORD, "siti-siti-siti", "siti-siti-siti", "terlalu mudah ditebak", id="has the name"),
        pytest.param(PASSWORD, "aaaaaaaaaaaaa", "aaaaaaaaaaaaa", "terlalu mudah ditebak", id="one letter"),
        pytest.param(PASSWORD, PASSWORD, PASSWORD, "harus berbeda", id="the same again"),
    ],
)
def test_an_unusable_new_password_changes_nothing(sign_in, siti, old, new, repeated, said):
    browser, elsewhere = sign_in("siti"), sign_in("siti")

    answer = change(browser, old, new, repeated)

    assert answer.status_code == 422
    assert said in answer.text
    assert is_signed_in(elsewhere.client)


def test_guessing_the_present_password_on_the_password_page_is_limited_too(sign_in, siti):
    browser = sign_in("siti")

    assert [change(browser, "salah", NEW).status_code for _ in range(6)] == [422] * 5 + [429]


def test_who_has_a_password_that_somebody_else_chose_can_only_change_it(website, engine, sign_in, siti):
    Accounts(engine).set_password("siti", PASSWORD, must_change=True)
    browser = sign_in("siti")

    assert browser.get("/tasks").location == "/password"
    assert browser.get("/").location == "/password"
    assert change(browser, PASSWORD, NEW).location == "/"
    assert browser.get("/").location == "/tasks"


@pytest.mark.parametrize(
    "take_away",
    [
        pytest.param(lambda engine: engine.assign("siti", active=False, by=SETTER_UP), id="made inactive"),
        pytest.param(lambda engine: Accounts(engine).set_password("siti", NEW), id="given another password"),
        pytest.param(lambda engine: Accounts(engine).end_sessions("siti"), id="sessions ended"),
    ],
)
def test_a_session_ends_at_the_next_click(engine: Engine, sign_in, siti, take_away: Callable[[Engine], object]):
    browser = sign_in("siti")

    take_away(engine)

    assert browser.get("/password").status_code == 303


def test_a_lane_that_was_taken_away_is_gone_at_the_next_click(engine, website, sign_in, siti):
    from webapp.current import current_actor

    browser = sign_in("siti")
    engine.assign("siti", lanes=[], by=SETTER_UP)

    with browser.client as client:
        client.get("/password")
        assert current_actor().lanes == frozenset()


@pytest.mark.parametrize("forged", ["", "a", "x" * 32 + "siti", "x" * 32])
def test_a_session_with_another_stamp_is_nobody_s(website, siti, forged):
    client = website.app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = forged

    assert not is_signed_in(client)


def test_a_cookie_that_another_key_signed_is_nobody_s(website, sign_in, siti):
    cookie = _cookie(sign_in("siti").client)
    website.app.secret_key = "another key, of the same length as the first one"
    client = website.app.test_client()
    client.set_cookie("alur", cookie)

    assert not is_signed_in(client)


def test_passwords_are_kept_as_argon2_hashes_only(engine, siti):
    with engine.database.read() as connection:
        rows = connection.exec_driver_sql("select * from account").all()

    assert [row.password_hash.startswith("$argon2id$") for row in rows] == [True]
    assert PASSWORD not in repr(rows)


@pytest.mark.parametrize("password", ["", "kurang", "x" * 201])
def test_a_password_of_unusable_length_is_refused_everywhere(engine, siti, password):
    with pytest.raises(PasswordRefused):
        Accounts(engine).set_password("siti", password)


def test_old_attempts_are_forgotten(engine, clock: Clock, siti: Actor):
    checker = Accounts(engine)
    for earlier, _ in pairwise(range(4)):
        _refused(checker, f"orang{earlier}", "10.0.0.1")

    clock.advance(timedelta(minutes=16))
    _refused(checker, "orang", "10.0.0.1")

    with engine.database.read() as connection:
        assert connection.exec_driver_sql("select count(*) from sign_in_attempt").scalar() == 1
