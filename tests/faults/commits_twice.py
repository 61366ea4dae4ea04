"""A server with a fault, to show that the crash harness finds it: it commits each command in two halves.

The history is committed first; the work list, the timers and the snapshot follow a moment later.
"""

from __future__ import annotations

import sqlite3
import sys
from time import sleep
from typing import Any

from sqlalchemy import Engine as SqlEngine
from sqlalchemy import event

from tests.serving import ALUR_SERVE
from webapp.cli import main

COMMITS_TWICE = ("-m", "tests.faults.commits_twice")


def _commit_after_history(
    _connection: Any, cursor: Any, statement: str, _parameters: Any, _context: Any, _many: bool
) -> None:
    if statement.startswith("INSERT INTO history_event"):
        cursor.connection.execute("COMMIT")
        sleep(0.2)
        if isinstance(cursor.connection, sqlite3.Connection):  # PostgreSQL's driver begins anew by itself
            cursor.connection.execute("BEGIN IMMEDIATE")


if __name__ == "__main__":
    event.listen(SqlEngine, "after_cursor_execute", _commit_after_history)
    sys.argv[1:] = ALUR_SERVE[2:]
    main()
