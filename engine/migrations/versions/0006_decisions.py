"""Decisions on versions: submitted, activated, rejected; every stored version counts as activated when deployed."""

import sqlalchemy as sa
from alembic import op

from engine.tables import Instant

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Change the tables; ``engine.schema`` makes the triggers anew afterwards."""
    decisions = op.create_table(
        "version_decision",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("effective_from", Instant(), nullable=True),
        sa.Column("decided_at", Instant(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("version_decision_by_key", "version_decision", ["key", "number"])
    _count_as_activated(op.get_bind(), decisions)


def _count_as_activated(connection: sa.Connection, decisions: sa.Table) -> None:
    """Until now a version was in force from its deployment: that is what its decision says."""
    deployed = sa.table(
        "process_definition",
        sa.column("id", sa.Integer()),
        sa.column("key", sa.Text()),
        sa.column("version", sa.Integer()),
        sa.column("deployed_at", Instant()),
        sa.column("deployed_by", sa.Text()),
    )
    decided_at = None
    for number, row in enumerate(connection.execute(sa.select(deployed).order_by(deployed.c.id)).all(), start=1):
        # As for every decision since: a clock that went back never lets an older version hold.
        decided_at = row.deployed_at if decided_at is None else max(decided_at, row.deployed_at)
        values = {"number": number, "key": row.key, "version": row.version, "verdict": "activated", "note": ""}
        moments = {"effective_from": decided_at, "decided_at": decided_at, "decided_by": row.deployed_by}
        connection.execute(sa.insert(decisions), values | moments)
