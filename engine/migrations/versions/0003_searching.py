"""What the auditor's search and the timer ledger are found by, and searches kept under a name."""

import sqlalchemy as sa
from alembic import op

from engine.tables import Instant

revision = "0003"
down_revision = "0002"

FIRED = sa.text("type = 'TimerFired'")
CLOSED = sa.text("audience IS NULL")
CLOSED_LATE = sa.text("audience IS NULL AND (closed_at > due_at OR (closed_at = due_at AND state = 'withdrawn'))")


def upgrade() -> None:
    """Change the tables; ``engine.schema`` makes the triggers anew afterwards."""
    op.create_index("process_instance_by_state", "process_instance", ["state", "id"])
    op.create_index("process_instance_by_key", "process_instance", ["key", "id", "version"])
    op.create_index("process_instance_by_start", "process_instance", ["started_at"])
    op.create_index(
        "timer_fired",
        "history_event",
        ["recorded_at", "instance_id", "seq"],
        sqlite_where=FIRED,
        postgresql_where=FIRED,
    )
    op.create_index(
        "work_item_by_lane",
        "work_item",
        ["lane", "instance_id", "key"],
        sqlite_where=CLOSED,
        postgresql_where=CLOSED,
    )
    op.create_index(
        "work_item_late", "work_item", ["instance_id"], sqlite_where=CLOSED_LATE, postgresql_where=CLOSED_LATE
    )
    op.create_table(
        "saved_search",
        sa.Column("person", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("criteria", sa.Text(), nullable=False),
        sa.Column("saved_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("person", "name"),
    )
