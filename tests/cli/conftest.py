"""The command ``alur`` on the database of the test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import Engine
from tests.cli.typed import Alur, typed_on
from tests.office import open_office


@pytest.fixture
def alur(database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Alur:
    """Type a command: ``alur("people", "list")``."""
    return typed_on(database_url, monkeypatch, tmp_path)


@pytest.fixture
def alur_sqlite(sqlite_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Alur:
    """The same where the kind of database does not matter."""
    return typed_on(sqlite_url, monkeypatch, tmp_path)


@pytest.fixture
def office(alur: Alur, database_url: str) -> Iterator[Engine]:
    """The example office, in real time, as the command sees it too."""
    engine = Engine(database_url)
    open_office(engine)
    yield engine
    engine.close()
