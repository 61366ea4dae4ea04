"""Bringing a database to the newest shape, and saying whether it has it.

Migrations are Alembic scripts in ``migrations/``; a row of ``alembic_version`` says which ran.
Two processes that upgrade at once take turns.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert, text

from . import triggers
from .calendar import almanac
from .calendar.almanac import Almanac
from .calendar.tables import RedatingRow
from .calendar.worktime import seed_holidays
from .database import Database
from .errors import DatabaseUnusable

SCRIPTS = Path(__file__).parent / "migrations"
FIRST_YEAR = 2024
SYSTEM = "sistem"
NOTHING = Almanac(0, (), ())
SEEDED = "daftar hari libur yang diterbitkan, ditanam saat pemasangan"
_ADVISORY_LOCK = 0x616C7572  # "alur"


def upgrade(database: Database, last_year: int) -> None:
    """Migrate to the newest shape, make the triggers anew, seed the holidays of years not seeded yet.

    Everything happens in one transaction. Raises ``DatabaseUnusable`` if the database is newer than this program.
    """
    with database.write() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ADVISORY_LOCK})
        _refuse_newer(connection)
        command.upgrade(_config(connection), "head")
        triggers.install(connection)
        _seed(connection, last_year)


def check(database: Database) -> None:
    """Raise ``DatabaseUnusable`` unless the database has the newest shape with all its triggers."""
    with database.read() as connection:
        refuse_other_shape(connection)
        gone = triggers.missing(connection)
        if gone:
            raise DatabaseUnusable(
                f"Pengaman riwayat hilang dari basis data: {', '.join(gone)}. Riwayat mungkin telah diubah. "
                "Pasang kembali dengan 'alur upgrade', lalu periksa semuanya dengan 'alur verify --all'."
            )


def refuse_other_shape(connection: Connection) -> None:
    """Raise ``DatabaseUnusable`` unless the tables have exactly the shape that this program knows."""
    found = _revision(connection)
    if found == _head():
        return
    _refuse_newer(connection)
    raise DatabaseUnusable(
        f"Basis data berada pada versi skema {found or 'kosong'}, program ini memerlukan {_head()}. "
        "Jalankan 'alur upgrade', atau pasang versi program yang sesuai."
    )


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


@cache
def _head() -> str | None:
    return _scripts().get_current_head()


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _refuse_newer(connection: Connection) -> None:
    found = _revision(connection)
    known = {script.revision for script in _scripts().walk_revisions()}
    if found and found not in known:
        raise DatabaseUnusable(
            f"Basis data ini sudah diperbarui oleh program yang lebih baru (skema {found}). Tidak ada yang hilang: "
            "hentikan proses ini, lalu jalankan versi program yang terbaru."
        )


def _seed(connection: Connection, last_year: int) -> None:
    """Put in the published holidays of years that have none, and begin the record of the calendar's changes."""
    found, now = almanac.read(connection), datetime.now(UTC)
    if found.number == 0 and found.days:
        # An office from before there was a record: what stands there is its beginning.
        found = Almanac(1, found.days, found.hours)
        almanac.record(connection, almanac.difference(NOTHING, found, at=now, actor=SYSTEM, reason=SEEDED))
    seeded = {day.on.year for day in found.days}
    years = [year for year in range(FIRST_YEAR, last_year + 1) if year not in seeded]
    published = [day for year in years for day in seed_holidays(year, year)]
    if not published:
        return
    days = tuple(sorted([*found.days, *published], key=lambda day: day.on))
    after = Almanac(found.number + 1, days, found.hours)
    almanac.store(connection, found, after)
    almanac.record(connection, almanac.difference(found, after, at=now, actor=SYSTEM, reason=SEEDED))
    if found.number:
        values = {"change": after.number, "from_day": date(years[0], 1, 1), "position": 0, "redated": 0, "failed": 0}
        connection.execute(insert(RedatingRow), values | {"finished_at": None})
