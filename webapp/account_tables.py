"""The web's own tables and their migrations, beside the engine's in the same database.

They have a version table of their own, so that engine and web are upgraded one by one.
Nothing here knows a password.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Boolean, Column, Connection, Index, Integer, MetaData, String, Table, text

from engine import DatabaseUnusable, Engine

SCRIPTS = Path(__file__).parent / "migrations"
VERSION_TABLE = "alembic_version_web"
ADVISORY_LOCK = 0x776562  # "web": two processes that upgrade at once take turns

metadata = MetaData()

account = Table(
    "account",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("password_hash", String(200), nullable=False),
    # Sessions carry it; a new one ends them all.
    Column("stamp", String(32), nullable=False),
    Column("must_change_password", Boolean, nullable=False),
)

sign_in_attempt = Table(
    "sign_in_attempt",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(60), nullable=False),
    Column("address", String(45), nullable=False),
    Column("attempted_at", String(27), nullable=False),  # UTC text: sorts as time does, on every database
    Index("sign_in_attempt_by_time", "attempted_at"),
)

access_token = Table(
    "access_token",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(60), nullable=False),
    Column("label", String(80), nullable=False),
    # Only the SHA-256 of the token: who reads the table can use none. Found by it, so it is the index.
    Column("digest", String(64), nullable=False, unique=True),
    Column("made_at", String(27), nullable=False),
    Column("expires_at", String(27), nullable=False),
    Column("used_at", String(27)),
    Index("access_token_by_name", "name"),
)


def upgrade(engine: Engine) -> None:
    """Bring the web's tables to the newest shape, in one transaction."""
    with engine.database.write() as connection:
        make(connection)


def make(connection: Connection) -> None:
    """Do the same in a transaction that somebody else began."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ADVISORY_LOCK})
    command.upgrade(_config(connection), "head")


def check(engine: Engine) -> None:
    """Raise ``DatabaseUnusable`` unless the web's tables have the newest shape."""
    with engine.database.read() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        found, wanted = context.get_current_revision(), ScriptDirectory.from_config(_config()).get_current_head()
    if found != wanted:
        raise DatabaseUnusable(
            f"Tabel akun berada pada versi {found or 'kosong'}, program ini memerlukan {wanted}. "
            "Jalankan 'alur upgrade', atau pasang versi program yang sesuai."
        )


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
