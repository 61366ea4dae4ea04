"""The website in this process, used as browsers use it: signed in, with CSRF tokens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine import Actor, Engine
from tests.pages import csrf_token
from webapp import create_app
from webapp.accounts import Accounts
from webapp.settings import Settings, make_secret_key

PASSWORD = "bangku-enam-lampu-biru"


def give_passwords(engine: Engine, people: Iterable[Actor]) -> None:
    """Give each of them an account with ``PASSWORD``."""
    accounts = Accounts(engine)
    for person in people:
        accounts.set_password(person.name, PASSWORD)


class Browser:
    """One person's browser, signed in."""

    def __init__(self, app: Flask, name: str) -> None:
        self.client: FlaskClient = app.test_client()
        token = csrf_token(self.client.get("/sign-in").text)
        values = {"csrf_token": token, "name": name, "password": PASSWORD}
        expect(self.client.post("/sign-in", data=values), 303)
        self.token = csrf_token(self.client.get("/password").text)

    def get(self, address: str) -> TestResponse:
        """Open a page."""
        return self.client.get(address)

    def post(self, address: str, values: Mapping[str, Any]) -> TestResponse:
        """Post a form, with its token."""
        return self.client.post(address, data={"csrf_token": self.token, **values})


class Website:
    """The application on ``engine``; each of ``people`` has an account."""

    def __init__(self, engine: Engine, people: Iterable[Actor], folder: Path) -> None:
        key_file = folder / "secret-key"
        make_secret_key(key_file)
        settings = Settings(
            database_url=str(engine.database.url),
            secret_key_file=key_file,
            seal_key_file=folder / "seal-key",
            seal_folder=folder / "seals",
        )
        self.app = create_app(settings, engine)
        give_passwords(engine, people)

    def browser(self, name: str) -> Browser:
        """Return a new browser in which that person is signed in."""
        return Browser(self.app, name)


def expect(answer: TestResponse, status: int) -> None:
    """Raise ``AssertionError`` with the page's text unless the answer has this status."""
    if answer.status_code != status:
        raise AssertionError(f"expected {status}, got {answer.status_code}: {answer.text[:2000]}")
