"""Connections: one way to read, one way to write, on SQLite and on PostgreSQL.

In SQLite one writer at a time is the rule, so writers of this process queue up first come,
first served before they ask the file for its lock: nobody retries, nobody sees a lock error.
Reading has an engine of its own; with one engine every page would take the write lock.
Nothing here knows a table.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, NoSuchModuleError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from .errors import DatabaseUnusable
from .prepared import send

BUSY_SECONDS = 30
"""How long a writer waits for another *process* that holds an SQLite file's write lock."""


HIDE_PARAMETERS = True
"""What a statement carried, such as somebody's answer, never comes into an error's text, and so into no log."""


FULL = ("full", "No space left", "File too large", "quota exceeded")
"""What SQLite says of a full disk, and what PostgreSQL says of that and of a quota."""


class Turn:
    """A lock that is handed on in the order in which it was asked for."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._taken = False

    def __enter__(self) -> None:
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            ticket = threading.Lock()
            ticket.acquire()
            self._waiting.append(ticket)
        ticket.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False


_turns: dict[str, Turn] = {}
_turns_guard = threading.Lock()


class Database:
    """One database by its URL (``sqlite:///file`` or ``postgresql://…``)."""

    def __init__(self, url: str) -> None:
        """Open lazily: nothing is connected yet. Raises ``DatabaseUnusable`` for a URL of another kind."""
        self.url = _known_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self._writer = _sqlite_engine(self.url, "BEGIN IMMEDIATE")
            self._reader = _sqlite_engine(self.url, "BEGIN")
            with _turns_guard:
                self._turn: Turn | None = _turns.setdefault(str(self.url.database), Turn())
        else:
            # A backend that the server ended while it lay in the pool is noticed before it is used.
            self._writer = create_engine(
                self.url, pool_pre_ping=True, pool_size=10, max_overflow=20, hide_parameters=HIDE_PARAMETERS
            )
            self._reader = self._writer
            self._turn = None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Yield a connection for reading; whatever happens, it leaves nothing behind."""
        with _said_plainly(), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def moment(self) -> Iterator[Connection]:
        """Yield a connection for reading that sees one moment, whatever others commit meanwhile.

        What is held against each other must be of the same moment; SQLite's transactions always are.
        """
        with self.read() as connection:
            if not self.is_sqlite:
                connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Yield a connection in one transaction: committed at the end, rolled back on any exception."""
        with _said_plainly(), self._turn or nullcontext(), self._writer.begin() as connection:
            yield connection

    def copy_into(self, file: Path) -> None:
        """Write an SQLite database as it is at this moment into an empty file, without what was deleted from it."""
        with _said_plainly(), closing(self._reader.raw_connection()) as connection:
            driver = connection.driver_connection
            assert driver is not None  # the pool has just handed it out
            driver.execute("VACUUM INTO ?", (str(file),))

    def close(self) -> None:
        """Close every pooled connection."""
        self._writer.dispose()
        self._reader.dispose()


@contextmanager
def _said_plainly() -> Iterator[None]:
    """Turn what the driver says of an unreachable, full or locked database into our own refusal."""
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        raise DatabaseUnusable(_why(error)) from error
    except DBAPIError as error:
        if error.connection_invalidated or _is_trouble_of_the_server(error):
            raise DatabaseUnusable(_why(error)) from error
        raise


def _is_trouble_of_the_server(error: DBAPIError) -> bool:
    """Say whether PostgreSQL itself failed: a quota on its files, for one, is an "internal error" to it."""
    return str(getattr(error.orig, "sqlstate", "")).startswith("XX")


def _why(error: Exception) -> str:
    said = str(getattr(error, "orig", error)).strip().splitlines() or ["tanpa keterangan"]
    if any(word in said[0] for word in FULL):
        return (
            f"Tempat penyimpanan basis data penuh ({said[0]}). Tidak ada yang tersimpan; sediakan ruang, lalu ulangi."
        )
    return f"Basis data sedang tidak dapat dipakai ({said[0]}). Tidak ada yang tersimpan; coba lagi sebentar lagi."


def _known_url(url: str) -> URL:
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except (ArgumentError, NoSuchModuleError) as error:
        raise DatabaseUnusable(
            "Alamat basis data tidak dapat dibaca; seharusnya sqlite:///berkas.db atau postgresql://pengguna@host/nama."
        ) from error
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and parsed.database and parsed.database != ":memory:":
        return parsed.set(drivername="sqlite+pysqlite")
    raise DatabaseUnusable(f"Basis data {backend!r} tidak didukung; seharusnya sebuah berkas SQLite atau PostgreSQL.")


def _sqlite_engine(url: URL, begin: str) -> Engine:
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_SECONDS},
        pool_size=10,
        max_overflow=30,
        hide_parameters=HIDE_PARAMETERS,
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # SQLAlchemy, not the driver, says when a transaction begins; else reading starts none.
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            # REPLACE deletes rows: only with this does it meet the triggers that forbid it.
            "recursive_triggers=ON",
            "secure_delete=ON",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        send(connection, begin)

    return engine
