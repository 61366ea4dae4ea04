"""Tokens for a modeler: shown once, kept as a digest, acting as their person until they are taken back."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from engine import Engine
from tests.clock import Clock
from tests.engine.small_office import ADMIN
from tests.webapp.modeler import Modeler
from tests.website import PASSWORD
from webapp.access_tokens import LIFETIMES, MOST_TOKENS, AccessTokens, TokenRefused

TOKEN = re.compile(r"alur_[\w-]{43}")
FILLED = {"label": "Laptop kantor", "days": "90", "password": PASSWORD}


def stored(engine: Engine) -> str:
    """Return all that the table of tokens holds."""
    with engine.database.read() as connection:
        return str(connection.execute(text("SELECT * FROM access_token")).all())


def test_a_new_token_stands_in_one_answer_and_nowhere_else(modeling_office, engine):
    browser = modeling_office.browser("pemilik")

    answer = browser.post("/tokens", FILLED)

    (token,) = TOKEN.findall(answer.text)
    assert Modeler(modeling_office.app, token=token).check_connection() == ""
    assert token not in browser.get("/tokens").text
    assert token not in stored(engine)
    assert hashlib.sha256(token.encode()).hexdigest() in stored(engine)
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_token_that_was_taken_back_is_refused_at_once(modeling_office):
    browser = modeling_office.browser("pemilik")
    (token,) = TOKEN.findall(browser.post("/tokens", FILLED).text)

    answer = browser.post("/tokens/1/revoke", {})

    assert answer.status_code == 303
    assert Modeler(modeling_office.app, token=token).check_connection() == "UNAUTHORIZED"
    assert "Laptop kantor" not in browser.get("/tokens").text


def test_nobody_takes_back_or_sees_the_token_of_somebody_else(modeling_office):
    (token,) = TOKEN.findall(modeling_office.browser("pemilik").post("/tokens", FILLED).text)
    clerk = modeling_office.browser("petugas")

    answers = [clerk.post(f"/tokens/{number}/revoke", {}) for number in (1, 99, 9**30)]

    assert [each.status_code for each in answers] == [404, 404, 404]
    assert "Laptop kantor" not in clerk.get("/tokens").text
    assert Modeler(modeling_office.app, token=token).check_connection() == ""


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"password": "salah-sekali"}, "Kata sandi tidak cocok"),
        ({"password": ""}, "Kata sandi tidak cocok"),
        ({"label": "  "}, "Nama token"),
        ({"label": "x" * 81}, "Nama token"),
        ({"label": "a\nb"}, "Nama token"),
        ({"days": "31"}, "Masa berlaku"),
        ({"days": "²"}, "Masa berlaku"),
        ({"days": "tak terbatas"}, "Masa berlaku"),
    ],
)
def test_a_token_that_cannot_be_made_is_refused_in_words_and_nothing_is_lost(modeling_office, engine, changed, told):
    answer = modeling_office.browser("pemilik").post("/tokens", FILLED | changed)

    assert answer.status_code == 422
    assert told in answer.text
    assert TOKEN.search(answer.text) is None
    assert AccessTokens(engine).of("pemilik") == ()
    if changed == {"password": ""}:
        assert "Laptop kantor" in answer.text


def test_guessing_the_password_on_this_page_is_stopped_too(modeling_office):
    browser = modeling_office.browser("pemilik")
    for _ in range(5):
        browser.post("/tokens", FILLED | {"password": "salah-sekali"})

    assert browser.post("/tokens", FILLED).status_code == 429


@pytest.mark.parametrize("days", LIFETIMES)
def test_a_token_ends_with_its_last_day(modeling_office, engine: Engine, clock: Clock, days: int):
    token = AccessTokens(engine).make("pemilik", "laptop", days)
    clock.advance(timedelta(days=days, seconds=-1))
    assert AccessTokens(engine).person_of(token) is not None

    clock.advance(timedelta(seconds=1))

    assert AccessTokens(engine).person_of(token) is None
    assert AccessTokens(engine).of("pemilik")[0].expired
    assert "Habis masa berlaku" in modeling_office.browser("pemilik").get("/tokens").text


def test_a_token_acts_with_the_duties_that_its_person_has_now(modeling_office, engine):
    token = AccessTokens(engine).make("pemilik", "laptop", 30)

    engine.assign("pemilik", duties=[], by=ADMIN)

    assert AccessTokens(engine).person_of(token).duties == frozenset()


def test_its_use_is_noted_once_an_hour_so_that_asking_writes_nothing(modeling_office, engine, clock):
    tokens = AccessTokens(engine)
    token, first = tokens.make("pemilik", "laptop", 30), clock()

    for minutes in (0, 30, 29):
        clock.advance(timedelta(minutes=minutes))
        tokens.person_of(token)
    assert tokens.of("pemilik")[0].used_at == first
    clock.advance(timedelta(minutes=1))
    tokens.person_of(token)

    assert tokens.of("pemilik")[0].used_at == clock()


def test_a_person_holds_a_bounded_number_of_tokens(modeling_office, engine):
    tokens = AccessTokens(engine)
    for number in range(MOST_TOKENS):
        tokens.make("pemilik", f"laptop {number}", 30)

    with pytest.raises(TokenRefused, match="cabut dahulu"):
        tokens.make("pemilik", "satu lagi", 30)
    tokens.make("petugas", "laptop", 30)


@pytest.mark.parametrize("token", ["", "alur_", "alur_\ud800", "x" * 10_000, "alur_" + "x" * 10_000])
def test_what_is_no_token_belongs_to_nobody(engine, token):
    assert AccessTokens(engine).person_of(token) is None
