"""Drafts of diagrams: one owner's working copy of one SOP."""

import sqlalchemy as sa
from alembic import op

from engine.tables import Instant

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Change the tables; ``engine.schema`` makes the triggers anew afterwards."""
    op.create_table(
        "diagram_draft",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("owner", sa.String(length=60), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=True),
        sa.Column("xml", sa.LargeBinary(), nullable=False),
        sa.Column("forms", sa.Text(), nullable=False),
        sa.Column("changed_in", sa.Text(), nullable=False),
        sa.Column("origin", sa.LargeBinary(), nullable=True),
        sa.Column("repairs", sa.Text(), nullable=False),
        sa.Column("saved_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key", "owner"),
    )
