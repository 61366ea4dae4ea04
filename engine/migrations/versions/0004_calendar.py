"""The calendar: decrees and worked holidays, office hours, the record of its changes, and redating."""

import sqlalchemy as sa
from alembic import op

from engine.tables import Instant

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Change the tables; ``engine.schema`` makes the triggers anew, and the record's first entry, afterwards."""
    op.add_column("holiday", sa.Column("decree", sa.Text(), nullable=False, server_default=""))
    op.add_column("holiday", sa.Column("works", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "office_hours",
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("seasonal", sa.Boolean(), nullable=False),
        sa.Column("last", sa.Date(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("day", sa.String(length=40), nullable=False),
        sa.Column("friday", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("first", "seasonal"),
    )
    op.create_table(
        "calendar_change",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "redating",
        sa.Column("change", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("redated", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("change"),
    )
