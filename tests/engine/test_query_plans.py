"""No use case reads through a table that grows with the cases: each statement's plan is asked for, on both databases.

The office has some thousand cases, so that the planners choose as they would in a real one. What must read
everything, such as the proof of all cases, is named, with the reason.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Connection

from engine import Engine
from engine.tables import Base
from tests.clock import Clock
from tests.conftest import database_on
from tests.engine import use_cases
from tests.engine.use_cases import Noted
from tests.query_plans import GROWING, ReadThrough, Sent, kept_statements, read_through

CASES = 2_000
NOT_HERE = {
    "upgrade": "a migration, before there is an engine",
    "backup": "copies the file as it is",
    "copy_to": "copies every row into another database",
}
"""Public names that no statement is looked at of, and why."""


@dataclass(frozen=True)
class Allowed:
    """What may read through a table: ``by`` is found in the plan and ``text``, a pattern, in the statement."""

    table: str
    by: str
    text: str
    why: str

    def fits(self, found: ReadThrough) -> bool:
        """Return whether that is meant."""
        there = re.search(self.text, found.text) is not None
        return found.table == self.table and self.by in found.by and there


NEWEST_FIRST = "from the newest on until the page is full"
ALLOWED = (
    Allowed("process_instance", "", r"SELECT process_instance.number \nFROM process_instance ORDER", "rebuild: all"),
    Allowed("process_instance", "", r"lead\(process_instance.id\)", "proof of the office: gaps between all cases"),
    Allowed("process_instance", "", r"SELECT min\(process_instance.id\)", "proof of the office: the first, the last"),
    Allowed("sealed_head", "", r"SELECT sealed_head.number, max\(sealed_head.seq\)", "proof of the office: all seals"),
    Allowed("work_item", "work_item_late", "", f"holds late steps alone; {NEWEST_FIRST}"),
    Allowed(
        "process_instance",
        "",
        r"WHERE process_instance.started_at (<|>=) \S+( WITH TIME ZONE)?( ORDER|.*ended_at|.*state IN)",
        f"an open range of days, or what was alive then: {NEWEST_FIRST}",
    ),
    Allowed("timer_job", "", r"process_instance.state IN", "ledger of armed timers: all of them are what is asked for"),
    Allowed("draft", "", r"scope LIKE", "erasing: once in a case's life, and drafts are what is being typed just now"),
    Allowed("draft_file", "", r"scope LIKE", "erasing, as above"),
    Allowed(
        "work_item", "work_list", r"process_instance.version !=", "moving by step: each open step is asked for its"
    ),
    Allowed("work_item", "work_list", r"instance_id IN .* AND work_item.audience IS NOT", "holds open steps alone"),
    Allowed("moved_case", "", r"INSERT INTO process_instance", "SQLite: looked at only while a foreign key is broken"),
    Allowed("sign_in_attempt", "", "", "holds the failures of the last fifteen minutes"),
)


@dataclass(frozen=True)
class Grown:
    """An office that has grown, and every statement of every use case."""

    engine: Engine
    statements: dict[str, Sent]
    asked: frozenset[str]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def grown(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grown]:
    kind, folder = request.param, tmp_path_factory.mktemp("plans")
    with _database(request, folder, "grown") as url, _database(request, folder, "small") as small_url:
        clock = Clock()
        engine = Noted(url, clock)
        use_cases.grow(engine, clock, CASES)
        use_cases.settle(engine)
        Noted.asked.clear()
        with kept_statements(kind) as kept:
            _everything(engine, url, small_url, clock, folder)
        yield Grown(engine, kept, frozenset(Noted.asked))
        engine.close()


def _everything(engine: Engine, url: str, small_url: str, clock: Clock, folder: Path) -> None:
    approving, small = Noted(url, clock, approval=True), Noted(small_url, clock)
    use_cases.act(engine, clock)
    use_cases.look(engine)
    use_cases.audit(engine, folder)
    use_cases.revise(engine, approving)
    use_cases.measure(engine)
    use_cases.sign_in(engine)
    use_cases.keep_office(engine, clock)
    use_cases.grow(small, clock, 10, days=1)
    use_cases.read_all(small)
    for each in (approving, small):
        each.close()


@contextmanager
def _database(request: pytest.FixtureRequest, folder: Path, name: str) -> Iterator[str]:
    """Yield the address of a migrated, empty database that lives as long as this module's tests."""
    if request.param == "sqlite":
        file = folder / f"{name}.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite:///{file}"
        return
    template = request.getfixturevalue("postgresql_template")
    with database_on(request.getfixturevalue("postgresql_server"), template) as url:
        yield url


def test_no_use_case_reads_through_a_table_that_grows(grown: Grown) -> None:
    with grown.engine.database.write() as connection:
        found = _not_allowed(connection, grown.statements.values())

    assert not found, "\n\n".join(f"{each.table}: {each.by}\n{each.text}" for each in found)


def test_every_use_case_was_asked(grown: Grown) -> None:
    public = {name for name in dir(Engine) if not name.startswith("_")}

    assert public - grown.asked == NOT_HERE.keys()


def test_a_missing_index_is_noticed(grown: Grown) -> None:
    """Each index of a table that grows is needed by some use case; without it, the first test would be red."""
    unnoticed = {
        str(index.name)
        for table in Base.metadata.sorted_tables
        if table.name in GROWING
        for index in table.indexes
        if not _noticed(grown, table.name, str(index.name))
    }

    assert unnoticed == {"moved_case_waiting"}  # it spares an order's own cases that are done, and no others


def _noticed(grown: Grown, table: str, index: str) -> bool:
    about = [sent for sent in grown.statements.values() if table in sent.text]
    with grown.engine.database.write() as connection, connection.begin_nested() as inside:
        connection.exec_driver_sql(f"DROP INDEX {index}")
        found = _not_allowed(connection, about)
        inside.rollback()
    return bool(found)


def _not_allowed(connection: Connection, statements: Iterable[Sent]) -> list[ReadThrough]:
    found = read_through(connection, statements)
    return [each for each in found if not any(allowed.fits(each) for allowed in ALLOWED)]
