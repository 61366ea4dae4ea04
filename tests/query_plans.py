"""Query plans: every statement that a block sends is kept, and each is asked how a grown database would answer it.

A statement *reads through* a table if its plan goes over the whole of it, or over the whole of one of its indexes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy import Engine as SqlEngine

GROWING = frozenset(
    {
        "process_instance",
        "history_event",
        "answers",
        "attachment",
        "work_item",
        "timer_job",
        "snapshot",
        "draft",
        "draft_file",
        "moved_case",
        "sealed_head",
        "sign_in_attempt",
        "access_token",
    }
)
"""The tables that grow with cases and with use. The others hold an office's people, days and SOPs, and a seal a day."""
PLANNED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
UNPLANNED = ("BEGIN", "PRAGMA", "LOCK TABLE", "VACUUM INTO", "SAVEPOINT", "RELEASE", "ROLLBACK", "SET ")
"""Statements that no plan is made for, and that name no rows."""
INDEXED = ("Index Scan", "Index Only Scan", "Bitmap Index Scan")
ON_THE_WAY = ("Nested Loop", "Subquery Scan", "Incremental Sort")
# Only whether an index *can* answer is asked: what else the planner might prefer today, with so many rows, is barred.
BARRED = ("seqscan", "hashjoin", "mergejoin")
_numbers = count(1)
ALL = 1_000_000
"""How long a page is when PostgreSQL is asked: where few rows fit, stopping early must not be what makes it cheap."""


@dataclass(frozen=True)
class Sent:
    """One statement, with what it was sent with first."""

    text: str
    values: Any


@dataclass(frozen=True)
class ReadThrough:
    """A statement that reads through a table; ``by`` is the line of the plan that says so."""

    table: str
    by: str
    text: str


@contextmanager
def kept_statements(kind: str) -> Iterator[dict[str, Sent]]:
    """Keep every statement that this process sends to any database of that kind, one of those that differ in length."""
    kept: dict[str, Sent] = {}

    def keep(connection: Any, _cursor: Any, text: str, values: Any, _context: Any, many: bool) -> None:
        if connection.dialect.name == kind:
            kept.setdefault(_shortened(text), Sent(text, values[0] if many else values))

    event.listen(SqlEngine, "before_cursor_execute", keep)
    try:
        yield kept
    finally:
        event.remove(SqlEngine, "before_cursor_execute", keep)


def read_through(connection: Connection, statements: Iterable[Sent]) -> list[ReadThrough]:
    """Return what reads through a growing table. Raises ``AssertionError`` for a statement of an unknown kind."""
    find = _sqlite if connection.dialect.name == "sqlite" else _postgresql
    if find is _postgresql:
        for way in BARRED:
            connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
    return [found for sent in statements if _is_planned(sent.text) for found in find(connection, sent)]


def _is_planned(text: str) -> bool:
    words = text.lstrip().upper()
    assert words.startswith((*PLANNED, *UNPLANNED)), f"not known whether a plan is made for: {text}"
    return words.startswith(PLANNED)


def _shortened(text: str) -> str:
    """Return the text with lists of values of any length written alike."""
    text = re.sub(r"__\d+|_\d+(?=\)s)", "", text)
    return re.sub(r"(\([^()]*(?:\?|%\(\w+\)s)[^()]*\))(?:, \1)+", r"\1", re.sub(_LIST, "…", text))


_LIST = r"(?:\?|%\(\w+\)s(?:::\w+(?: \w+)*)?)(?:, (?:\?|%\(\w+\)s(?:::\w+(?: \w+)*)?))+"


def _aliases(text: str) -> Mapping[str, str]:
    named = re.findall(r"\b(\w+) AS (\w+)", text)
    return {**{table: table for table in GROWING}, **{alias: table for table, alias in named if table in GROWING}}


def _sqlite(connection: Connection, sent: Sent) -> Iterator[ReadThrough]:
    tables = _aliases(sent.text)
    # Never the same text twice: a plan that the driver has prepared before is not made anew, whatever has changed.
    asked = f"EXPLAIN QUERY PLAN {sent.text} -- {next(_numbers)}"
    plan = [row[3] for row in connection.exec_driver_sql(asked, sent.values)]
    sorts = any("USE TEMP B-TREE FOR ORDER BY" in line for line in plan)
    for line in plan:
        way, _, rest = line.partition(" ")
        table = tables.get(rest.partition(" ")[0])
        if table and _goes_through(way, rest, sent.text) and not _ends_early(sent.text, sorts):
            yield ReadThrough(table, line, sent.text)


def _goes_through(way: str, rest: str, text: str) -> bool:
    """Return whether a line of a plan goes from end to end. (``a IS NOT NULL`` alone is looked for as ``a>?``.)"""
    above = re.search(r"\((\w+)>\?\)$", rest)
    whole_index = above is not None and (
        re.search(rf"\b{above[1]}\"? IS NOT NULL", text) is not None
        and re.search(rf"(min|max)\(\w+\.{above[1]}\)", text) is None
    )
    return way == "SCAN" or "AUTOMATIC" in rest or rest.endswith("USING PRIMARY KEY") or whole_index


def _ends_early(text: str, sorts: bool) -> bool:
    """Return whether so many rows are read as are wanted: nothing is left out on the way, nothing put in order."""
    return "LIMIT" in text and "WHERE" not in text and not sorts


def _postgresql(connection: Connection, sent: Sent) -> Iterator[ReadThrough]:
    limits = re.findall(r"LIMIT %\((\w+)\)s", sent.text)
    values = {**sent.values, **dict.fromkeys(limits, ALL)} if limits else sent.values
    found = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {sent.text}", values).scalar_one()
    (explained,) = json.loads(found) if isinstance(found, str) else found
    for node, limited in _nodes(explained["Plan"], False):
        kind, table = node["Node Type"], node.get("Relation Name", "")
        if table not in GROWING or (limited and "Filter" not in node):
            continue
        if kind == "Seq Scan" or (kind in INDEXED and "Index Cond" not in node):
            yield ReadThrough(table, f"{kind} {node.get('Index Name', '')}".strip(), sent.text)


def _nodes(node: Any, limited: bool) -> Iterator[tuple[Any, bool]]:
    """Yield each node of a plan, and whether it is asked for no more rows than are wanted."""
    yield node, limited
    passes = node["Node Type"] == "Limit" or (limited and node["Node Type"] in ON_THE_WAY)
    for place, part in enumerate(node.get("Plans", ())):
        if part["Node Type"].startswith("Bitmap"):
            part.setdefault("Relation Name", node.get("Relation Name", ""))
        yield from _nodes(part, passes and place == 0)
