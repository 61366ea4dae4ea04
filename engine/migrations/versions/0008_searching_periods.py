"""A period's cases in the order in which they began, and those of one instant in the order of their ids."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the index anew."""
    op.drop_index("process_instance_by_start", "process_instance")
    op.create_index("process_instance_by_start", "process_instance", ["started_at", "id"])
