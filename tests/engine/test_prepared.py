"""What is prepared reads and writes exactly as SQLAlchemy does by itself, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    bindparam,
    delete,
    event,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError

from engine.database import Database
from engine.errors import DatabaseUnusable
from engine.prepared import Prepared
from engine.tables import BigId, CaseNumber, Instant

THINGS = Table(
    "things",
    MetaData(),
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("number", CaseNumber),
    Column("key", Text),
    Column("at", Instant),
    Column("good", Boolean),
    Column("body", LargeBinary),
    Column("count", Integer),
)
FIRST, LAST = datetime(1, 1, 2), datetime(9999, 12, 30)  # noqa: DTZ001  hypothesis puts the zone on
NUMBERED = Table("numbered", THINGS.metadata, Column("id", BigId, primary_key=True), Column("key", Text))
WIB = timezone(timedelta(hours=7))
NAMES = count(1)
INSERT = Prepared(insert(THINGS))
FIND = Prepared(select(THINGS).where(THINGS.c.id == bindparam("wanted")))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    with database.write() as connection:
        THINGS.metadata.create_all(connection)
    yield database
    database.close()


ROWS = st.fixed_dictionaries(
    {
        "number": st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=100),
        "key": st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\0")),
        "at": st.none() | st.datetimes(FIRST, LAST, timezones=st.sampled_from([UTC, WIB])),
        "good": st.none() | st.booleans(),
        "body": st.none() | st.binary(),
        "count": st.none() | st.integers(-(2**31), 2**31 - 1),
    }
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROWS, min_size=1, max_size=3))
def test_rows_come_back_as_sqlalchemy_reads_them(database: Database, rows: list[dict[str, object]]) -> None:
    named = [{"id": next(NAMES)} | row for row in rows]

    with database.write() as connection:
        assert INSERT.run(connection, *named) == len(named)

    with database.read() as connection:
        for row in named:
            (found,) = FIND.all(connection, {"wanted": row["id"]})
            plain = connection.execute(select(THINGS).where(THINGS.c.id == row["id"])).one()
            assert found._asdict() == plain._asdict() == row
            assert [type(value) for value in found] == [type(value) for value in plain]


def test_values_and_limits_that_the_statement_itself_holds_are_sent(database: Database) -> None:
    first = Prepared(
        select(THINGS.c.id).where(THINGS.c.key == "a", THINGS.c.id > bindparam("above")).order_by(THINGS.c.id).limit(1)
    )
    with database.write() as connection:
        INSERT.run(connection, *(_row(number, key="ab"[number % 2]) for number in range(6)))

        assert [first.first(connection, {"above": above}) for above in (-1, 0, 4)] == [(0,), (2,), None]


def test_rows_touched_are_counted(database: Database) -> None:
    renamed = Prepared(update(THINGS).where(THINGS.c.key == bindparam("old")).values(key=bindparam("new")))
    dropped = Prepared(delete(THINGS).where(THINGS.c.key == bindparam("old")))
    with database.write() as connection:
        INSERT.run(connection, *(_row(number, key="a") for number in range(3)))

        assert renamed.run(connection, {"old": "a", "new": "b"}) == 3
        assert dropped.run(connection, {"old": "a"}) == 0
        assert dropped.run(connection, {"old": "b"}) == 3


def test_a_row_whose_id_the_database_makes_counts_like_any_other(database: Database) -> None:
    with database.write() as connection:
        assert Prepared(insert(NUMBERED)).run(connection, {"key": "a"}) == 1


def test_a_connection_that_was_lost_is_told_in_the_servers_words(postgresql_url: str) -> None:
    database = Database(postgresql_url)

    def lose_it(connection: Connection) -> None:
        victim = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with database.read() as other:
            other.execute(text("SELECT pg_terminate_backend(:victim)"), {"victim": victim})
        Prepared(select(NUMBERED)).all(connection, {})

    with pytest.raises(DatabaseUnusable, match="terminating connection"), database.write() as connection:
        lose_it(connection)

    with database.read() as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
    database.close()


def test_fewer_values_are_a_statement_of_their_own(database: Database) -> None:
    with database.write() as connection:
        INSERT.run(connection, _row(1, key="a"))
        INSERT.run(connection, {"id": 2, "key": "b"})

        assert FIND.first(connection, {"wanted": 2}) == (2, None, "b", None, None, None, None)


def test_a_naive_instant_is_refused(database: Database) -> None:
    with database.write() as connection, pytest.raises(ValueError, match="timezone-aware"):
        INSERT.run(connection, _row(1, at=FIRST))


def test_what_the_database_refuses_is_sqlalchemys_error_and_hides_the_values(database: Database) -> None:
    with database.write() as connection:
        INSERT.run(connection, _row(1, key="rahasia"))

    with pytest.raises(IntegrityError) as refused, database.write() as connection:
        INSERT.run(connection, _row(1, key="rahasia"))

    assert "rahasia" not in str(refused.value)


def test_a_read_begins_a_transaction_of_its_own_and_leaves_none_behind(database: Database) -> None:
    with database.read() as connection:
        assert FIND.first(connection, {"wanted": 1}) is None
        assert connection.in_transaction()

    with database.write() as connection:  # on SQLite this would wait for a reader that upgraded
        INSERT.run(connection, _row(1))


def test_whoever_listens_to_statements_hears_these(database: Database) -> None:
    heard: list[tuple[str, bool]] = []
    done: list[str] = []
    event.listen(
        database._reader, "before_cursor_execute", lambda _c, _u, text, _v, _x, many: heard.append((text, many))
    )

    event.listen(database._reader, "after_cursor_execute", lambda _c, _u, text, *_rest: done.append(text))

    with database.read() as connection:
        FIND.first(connection, {"wanted": 1})

    assert [many for text, many in heard if "FROM things" in text] == [False]
    assert len([text for text in done if "FROM things" in text]) == 1


def test_a_table_that_is_gone_is_an_error_of_the_statement(database: Database) -> None:
    with database.write() as connection:
        THINGS.drop(connection)

    with pytest.raises((DBAPIError, DatabaseUnusable), match="things"), database.read() as connection:
        FIND.first(connection, {"wanted": 1})


def _row(number: int, **values: object) -> dict[str, object]:
    return {column.name: None for column in THINGS.columns} | {"id": number} | values
