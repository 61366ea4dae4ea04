"""Counting the SQL statements of a block."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine as SqlEngine
from sqlalchemy import event


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect every statement that this process sends to any database while the block runs."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    event.listen(SqlEngine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(SqlEngine, "before_cursor_execute", note)
