"""The website in this process, on the database of the test, with people who can sign in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from engine import Actor, Engine
from tests.engine.small_office import hire
from tests.webapp.modeler import Modeler
from tests.website import PASSWORD, Browser, Website
from webapp import accounts
from webapp.accounts import Accounts

SETTER_UP = Actor("operator", duties=frozenset({"admin", "process_owner"}))
SignIn = Callable[[str], Browser]


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords with little work: what is tested is never how hard they are to guess."""
    monkeypatch.setattr(accounts, "HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


@pytest.fixture
def website(engine: Engine, tmp_path: Path) -> Website:
    """The website of an office in which nobody works yet."""
    return Website(engine, (), tmp_path)


@pytest.fixture
def siti(engine: Engine, website: Website) -> Actor:
    """Somebody with an account, in the lane Petugas."""
    person = engine.add_person("siti", "Siti Rahmawati", lanes=["Petugas"], by=SETTER_UP)
    Accounts(engine).set_password("siti", PASSWORD)
    return person


@pytest.fixture
def sign_in(engine: Engine, website: Website) -> SignIn:
    """Sign a person in whom the engine knows, in a new browser; an account is made if there is none."""

    def _sign_in(name: str) -> Browser:
        known = Accounts(engine)
        if known.find(name) is None:
            known.set_password(name, PASSWORD)
        return website.browser(name)

    return _sign_in


@pytest.fixture
def modeling_office(engine: Engine, website: Website) -> Website:
    """The website of the small office: an owner and a clerk have passwords, and nothing is deployed."""
    hire(engine)
    for name in ("pemilik", "petugas"):
        Accounts(engine).set_password(name, PASSWORD)
    return website


@pytest.fixture
def modeler(modeling_office: Website) -> Modeler:
    """The owner's modeler."""
    return Modeler(modeling_office.app, "pemilik", PASSWORD)


@pytest.fixture
def clerks_modeler(modeling_office: Website) -> Modeler:
    """A clerk's modeler."""
    return Modeler(modeling_office.app, "petugas", PASSWORD)


@pytest.fixture
def strangers_modeler(modeling_office: Website) -> Modeler:
    """The modeler of somebody who typed no credentials in."""
    return Modeler(modeling_office.app)
