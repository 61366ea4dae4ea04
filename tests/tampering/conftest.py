"""The scene of the tampering, built once on each kind of database and copied for every attack."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import postgresql
from tests.conftest import _renamed, database_on, migrate
from tests.tampering.scene import Scene, build


@pytest.fixture(scope="session")
def sqlite_scene(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """The scene on SQLite, to be copied."""
    place = tmp_path_factory.mktemp("scene")
    shutil.copy(sqlite_template, place / "alur.db")
    return build(f"sqlite:///{place / 'alur.db'}", place)


@pytest.fixture(scope="session")
def postgresql_scene(postgresql_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Scene, str]]:
    """The scene on PostgreSQL, and the name of the database to be copied."""
    name = "alur_scene"
    postgresql.create(postgresql_server, name)
    url = _renamed(postgresql_server, name)
    migrate(url)
    yield build(url, tmp_path_factory.mktemp("scene")), name
    postgresql.drop(postgresql_server, name)


@pytest.fixture
def scene_on_sqlite(sqlite_scene: Scene, tmp_path: Path) -> Scene:
    """A scene of one's own where the kind of database does not matter."""
    file = tmp_path / "alur.db"
    shutil.copy(sqlite_scene.url.removeprefix("sqlite:///"), file)
    return sqlite_scene.moved(f"sqlite:///{file}", tmp_path)


@pytest.fixture
def scene_on_postgresql(postgresql_scene: tuple[Scene, str], postgresql_server: str, tmp_path: Path) -> Iterator[Scene]:
    """The same on PostgreSQL."""
    scene, name = postgresql_scene
    with database_on(postgresql_server, name) as url:
        yield scene.moved(url, tmp_path)


@pytest.fixture(params=["sqlite", "postgresql"])
def scene(request: pytest.FixtureRequest) -> Scene:
    """A scene of one's own, once on each kind of database."""
    found: Scene = request.getfixturevalue(f"scene_on_{request.param}")
    return found
