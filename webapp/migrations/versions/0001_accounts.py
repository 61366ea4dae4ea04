"""Accounts and failed sign-ins."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "account",
        sa.Column("name", sa.String(60), primary_key=True),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("stamp", sa.String(32), nullable=False),
        sa.Column("must_change_password", sa.Boolean, nullable=False),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("address", sa.String(45), nullable=False),
        sa.Column("attempted_at", sa.String(27), nullable=False),
    )
    op.create_index("sign_in_attempt_by_time", "sign_in_attempt", ["attempted_at"])
