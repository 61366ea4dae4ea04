"""Moves of many cases at once: what was ordered, and what became of each case."""

import sqlalchemy as sa
from alembic import op

from engine.tables import Instant

revision = "0007"
down_revision = "0006"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "mass_move",
        sa.Column("number", BIG_ID, nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("to_version", sa.Integer(), nullable=True),
        sa.Column("policy", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("renamed", sa.Text(), nullable=True),
        sa.Column("passed", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("begun_at", Instant(), nullable=False),
        sa.Column("as_of", Instant(), nullable=False),
        sa.Column("undoes", BIG_ID, nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "moved_case",
        sa.Column("move", BIG_ID, nullable=False),
        sa.Column("instance_id", BIG_ID, nullable=False),
        sa.Column("from_version", sa.Integer(), nullable=False),
        sa.Column("to_version", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("told", sa.Text(), nullable=True),
        sa.Column("at", Instant(), nullable=True),
        sa.Column("event", sa.Integer(), nullable=True),
        sa.Column("undoes_event", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["process_instance.id"]),
        sa.ForeignKeyConstraint(["move"], ["mass_move.number"]),
        sa.PrimaryKeyConstraint("move", "instance_id"),
        sqlite_with_rowid=False,
    )
    waiting = sa.text("outcome = 'waiting'")
    op.create_index(
        "moved_case_waiting", "moved_case", ["move", "instance_id"], sqlite_where=waiting, postgresql_where=waiting
    )
