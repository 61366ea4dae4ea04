"""What the commands share: the engine of this environment, who acts, and how values are printed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click

from engine import Actor, Engine, NotFound
from webapp.settings import Settings

OPERATOR = Actor(
    name="operator",
    full_name="Operator (baris perintah)",
    duties=frozenset({"admin", "auditor", "process_owner"}),
)
"""Who reads and sets up at the terminal: whoever can run this can open the database itself."""

OFFICE_ZONE = ZoneInfo("Asia/Jakarta")
Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def settings() -> Settings:
    """Return the settings of this process. Raises ``SettingsRefused``."""
    return Settings.from_environment(os.environ)


@contextmanager
def opened_engine() -> Iterator[Engine]:
    """Yield the engine on the database that the settings name, and close it. Raises ``DatabaseUnusable``."""
    chosen = settings()
    engine = Engine(chosen.database_url, approval=chosen.approval)
    try:
        yield engine
    finally:
        engine.close()


def actor(engine: Engine, name: str) -> Actor:
    """Return the person called ``name``. Raises ``NotFound``."""
    person = engine.person(name)
    if person is None:
        raise NotFound("Orang", name)
    return person


def by_option(command: Decorated) -> Decorated:
    """Add ``--by``: the person in whose name the command acts."""
    return click.option("--by", required=True, metavar="ORANG", help="Nama masuk orang yang bertindak.")(command)


def json_option(command: Decorated) -> Decorated:
    """Add ``--json``: one JSON object a line instead of a table."""
    return click.option("--json", "as_json", is_flag=True, help="Satu objek JSON per baris.")(command)


def plain(value: Any) -> Any:
    """Return ``value`` as JSON knows it: frozen values become objects, instants UTC texts, bytes hex."""
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(plain(each) for each in value)
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, (datetime, date)):
        return value.isoformat().replace("+00:00", "Z")
    return value.hex() if isinstance(value, bytes) else value


def print_json(value: Any) -> None:
    """Print ``value`` as one line."""
    click.echo(json.dumps(plain(value), ensure_ascii=False, sort_keys=True))


def print_table(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print ``rows`` in columns under ``headings``; the last column runs free."""
    lines = [[str(cell) for cell in headings], *([_cell(cell) for cell in row] for row in rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(headings) - 1)]
    for line in lines:
        padded = [cell.ljust(width) for cell, width in zip(line, widths, strict=False)]
        click.echo("  ".join([*padded, line[-1]]).rstrip())


def in_office_time(moment: datetime | None) -> str:
    """Return an instant as the office reads it, or ``-``."""
    return moment.astimezone(OFFICE_ZONE).strftime("%Y-%m-%d %H.%M") + " WIB" if moment else "-"


def _cell(value: Any) -> str:
    if value is None or value == "":
        return "-"
    return in_office_time(value) if isinstance(value, datetime) else str(value)
