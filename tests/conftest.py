"""What every test may ask for: a clock that stands, and a database of its own on each kind.

``database_url`` runs a test twice: on a real SQLite file and on a real PostgreSQL. What cannot
be run on this machine is said aloud at the end; with ``CI=true`` it is a failure.
"""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import make_url

from tests import postgresql
from tests.clock import Clock

if TYPE_CHECKING:
    from engine import Engine

NO_POSTGRESQL = "no PostgreSQL here: install Debian's postgresql, or name a server in ALUR_TEST_POSTGRESQL_URL"
_numbers = itertools.count(1)


@pytest.fixture
def clock() -> Clock:
    """A clock at 24 November 2026, 09.00 WIB."""
    return Clock()


@pytest.fixture
def engine(database_url: str, clock: Clock) -> Iterator[Engine]:
    """An engine on a migrated, otherwise empty database."""
    from engine import Engine

    opened = Engine(database_url, clock)
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a migrated, otherwise empty database: the test runs once on each kind."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database in which nothing was ever made."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    yield request.getfixturevalue("empty_postgresql_url")


@pytest.fixture
def empty_postgresql_url(postgresql_server: str) -> Iterator[str]:
    """The address of a PostgreSQL database in which nothing was ever made."""
    with database_on(postgresql_server, "template1") as url:
        yield url


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated SQLite file."""
    shutil.copy(sqlite_template, tmp_path / "alur.db")
    return f"sqlite:///{tmp_path / 'alur.db'}"


@pytest.fixture
def postgresql_url(postgresql_server: str, postgresql_template: str) -> Iterator[str]:
    """A migrated PostgreSQL database."""
    with database_on(postgresql_server, postgresql_template) as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    file = tmp_path_factory.mktemp("template") / "template.db"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of the maintenance database of a PostgreSQL server."""
    given, found = os.environ.get("ALUR_TEST_POSTGRESQL_URL"), postgresql.binaries()
    if given:
        yield given
    elif found:
        cluster = postgresql.Cluster(found)
        yield cluster.url("postgres")
        cluster.remove()
    else:
        pytest.skip(NO_POSTGRESQL)


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> Iterator[str]:
    """The name of a migrated PostgreSQL database to copy."""
    name = f"alur_template_{os.getpid()}"
    postgresql.create(postgresql_server, name)
    migrate(_renamed(postgresql_server, name))
    yield name
    postgresql.drop(postgresql_server, name)


def migrate(url: str) -> None:
    """Make the tables of engine and web."""
    from engine import Engine
    from webapp import account_tables

    Engine.upgrade(url)
    engine = Engine(url)
    account_tables.upgrade(engine)
    engine.close()


@contextmanager
def database_on(server: str, template: str) -> Iterator[str]:
    """Yield the address of a new database on that server, a copy of ``template``; dropped afterwards."""
    name = f"alur_test_{os.getpid()}_{next(_numbers)}"
    postgresql.create(server, name, template)
    try:
        yield _renamed(server, name)
    finally:
        postgresql.drop(server, name)


def _renamed(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)


# --- what was left out ----------------------------------------------------------------------


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let a skipped test fail the run in CI."""
    if _skipped(session.config) and os.environ.get("CI") == "true":
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say aloud what did not run, and why."""
    skipped = _skipped(terminalreporter.config)
    if not skipped:
        return
    in_ci = os.environ.get("CI") == "true"
    terminalreporter.section("LEFT OUT: not every promise was tested" + (" (a failure in CI)" if in_ci else ""))
    reasons = [str(report.longrepr[-1]).removeprefix("Skipped: ") for report in skipped]
    for reason in dict.fromkeys(reasons):
        line = f"{reasons.count(reason):5} tests: {reason}"
        terminalreporter.write_line(line, red=in_ci, yellow=not in_ci, bold=True)


def _skipped(config: pytest.Config) -> list[pytest.TestReport]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return list(reporter.stats.get("skipped", [])) if reporter else []
