"""The tables. Truth: definitions, history, answers, attachments; the rest is recomputed from it.

Rows stay inside the engine: callers see frozen values. No row has a method, and nothing here
runs a statement.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""Where a work item without a deadline stands in the order: last."""

# Conditions of partial indexes: a query must use these very words, or its index is not seen to fit.
TIMER_FIRED = "type = 'TimerFired'"
TIMER_RUNS = "NOT parked"
"""An armed timer of a case that is no incident. (``~parked`` would be said otherwise on SQLite.)"""
CLOSED_LATE = "audience IS NULL AND (closed_at > due_at OR (closed_at = due_at AND state = 'withdrawn'))"
"""A step that ended behind its deadline, or that its deadline ended."""


class Instant(TypeDecorator[datetime]):
    """Timezone-aware in, UTC out, on every database; a naive value is refused.

    SQLite, which has no such type, keeps whole microseconds since 1970: a third of the text's size.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the column's type on this database."""
        return dialect.type_descriptor(BigInteger() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | int | None:
        """Return the instant as the database keeps it."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"need a timezone-aware instant, got {value!r}")
        if dialect.name == "sqlite":
            return (value - EPOCH) // MICROSECOND
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return the instant in UTC."""
        if value is None:
            return None
        if dialect.name == "sqlite":
            since: int = value
            return EPOCH + since * MICROSECOND
        moment: datetime = value
        return moment.astimezone(UTC)


class Base(DeclarativeBase):
    """The engine's tables."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: Instant, bytes: LargeBinary, str: Text, date: Date}


# Ordered by its bytes: in a language's order "PB-2026-00001" may stand behind everything that begins so.
CaseNumber = String(100).with_variant(String(100, collation="C"), "postgresql")
BigId = BigInteger().with_variant(Integer(), "sqlite")


class ProcessDefinitionRow(Base):
    """A deployed revision: never changed, never deleted (triggers). ``forms`` and ``calls`` are JSON objects."""

    __tablename__ = "process_definition"
    __table_args__ = (UniqueConstraint("key", "version", name="one_definition_per_version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200))
    version: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    name: Mapped[str]
    xml: Mapped[bytes]
    forms: Mapped[str]
    calls: Mapped[str]
    note: Mapped[str]
    deployed_at: Mapped[datetime]
    deployed_by: Mapped[str]


class ProcessInstanceRow(Base):
    """One case: id, number and key never change; the rest is recomputed from its history."""

    __tablename__ = "process_instance"
    __table_args__ = (
        Index("process_instance_by_ordinal", "ordinal"),
        # Each in the order of the ids, which is the order in which cases begin, or of when they did.
        Index("process_instance_by_state", "state", "id"),
        Index("process_instance_by_key", "key", "id", "version"),
        Index("process_instance_by_start", "started_at", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(CaseNumber, unique=True)
    ordinal: Mapped[int]
    key: Mapped[str] = mapped_column(String(200))
    version: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    anonymous: Mapped[bool]
    confidential: Mapped[bool]
    # JSON of the incident that stands, or the reason of the cancellation; small and rare.
    remark: Mapped[str | None]


class HistoryEventRow(Base):
    """One fact about one case. Rows are inserted, never updated or deleted (triggers).

    The key is the proof that a case has one writer: two cannot both append event n, and the
    case's lock makes sure that they never try. It also keeps a case's events side by side.
    """

    __tablename__ = "history_event"
    __table_args__ = (
        Index(
            "timer_fired",
            "recorded_at",
            "instance_id",
            "seq",
            sqlite_where=text(TIMER_FIRED),
            postgresql_where=text(TIMER_FIRED),
        ),
        {"sqlite_with_rowid": False},
    )

    instance_id: Mapped[int] = mapped_column(BigId, ForeignKey("process_instance.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(String(40))
    recorded_at: Mapped[datetime]
    actor: Mapped[str]
    on_behalf_of: Mapped[str | None]
    payload: Mapped[str]  # canonical JSON: exactly the text that the chain covers
    chain: Mapped[bytes]


class AnswersRow(Base):
    """What an event holds by digest: ``plain`` or ``personal`` answers, or a ``remark``; plain rows stay for ever.

    The event carries ``SHA-256(salt ‖ body)``: without the row the digest tells nothing.
    """

    __tablename__ = "answers"
    __table_args__ = ({"sqlite_with_rowid": False},)

    instance_id: Mapped[int] = mapped_column(BigId, ForeignKey("process_instance.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    salt: Mapped[bytes]
    body: Mapped[str]


class AttachmentRow(Base):
    """A file of a completion; its digest stands in the answers that name it."""

    __tablename__ = "attachment"
    __table_args__ = (Index("attachment_by_instance", "instance_id", "seq"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    instance_id: Mapped[int] = mapped_column(BigId, ForeignKey("process_instance.id"))
    seq: Mapped[int]
    field: Mapped[str]
    personal: Mapped[bool]
    filename: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes]


class WorkItemRow(Base):
    """A step that waits or waited. ``opened_seq`` is the event that opened it.

    ``audience`` is who may see it while it is open (lane, or lane and group) and null once it is
    closed, so that the index of the work list holds open items alone. ``due_order`` is the deadline,
    or ``NEVER``.
    """

    __tablename__ = "work_item"
    __table_args__ = (
        Index(
            "work_list",
            "audience",
            "due_order",
            "instance_id",
            "opened_seq",
            sqlite_where=text("audience IS NOT NULL"),
            postgresql_where=text("audience IS NOT NULL"),
        ),
        Index(
            "work_item_by_assignee",
            "assignee",
            "due_order",
            sqlite_where=text("audience IS NOT NULL AND assignee IS NOT NULL"),
            postgresql_where=text("audience IS NOT NULL AND assignee IS NOT NULL"),
        ),
        Index(
            "work_item_by_closer",
            "closed_by",
            "closed_at",
            sqlite_where=text("closed_by IS NOT NULL"),
            postgresql_where=text("closed_by IS NOT NULL"),
        ),
        # Closed steps alone: a command writes to it once for each step that it ends.
        Index(
            "work_item_by_lane",
            "lane",
            "instance_id",
            "key",
            sqlite_where=text("audience IS NULL"),
            postgresql_where=text("audience IS NULL"),
        ),
        Index(
            "work_item_late",
            "instance_id",
            sqlite_where=text(CLOSED_LATE),
            postgresql_where=text(CLOSED_LATE),
        ),
        {"sqlite_with_rowid": False},
    )

    instance_id: Mapped[int] = mapped_column(BigId, ForeignKey("process_instance.id"), primary_key=True)
    opened_seq: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(400))
    version: Mapped[int]
    lane: Mapped[str]
    group: Mapped[str | None]
    state: Mapped[str] = mapped_column(String(10))
    audience: Mapped[str | None]
    assignee: Mapped[str | None]
    opened_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    due_order: Mapped[datetime]
    due_duration: Mapped[str | None] = mapped_column(String(12))
    remind_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]
    on_behalf_of: Mapped[str | None]


class TimerJobRow(Base):
    """One armed timer; gone once it fired or was dropped. A case that is an incident has its timers parked."""

    __tablename__ = "timer_job"
    __table_args__ = (
        Index("timer_due", "due_at", sqlite_where=text(TIMER_RUNS), postgresql_where=text(TIMER_RUNS)),
        {"sqlite_with_rowid": False},
    )

    instance_id: Mapped[int] = mapped_column(BigId, ForeignKey("process_instance.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(400), primary_key=True)
    item: Mapped[str | None] = mapped_column(String(400))
    duration: Mapped[str] = mapped_column(String(12))
    role: Mapped[str] = mapped_column(String(10))
    due_at: Mapped[datetime]
    parked: Mapped[bool]


class SnapshotRow(Base):
    """A cache of a running case's flow, as of event ``seq``; deleted when the case ends."""

    __tablename__ = "snapshot"

    instance_id: Mapped[int] = mapped_column(BigId, ForeignKey("process_instance.id"), primary_key=True)
    seq: Mapped[int]
    state: Mapped[bytes]


class CounterRow(Base):
    """The last number given out under a name; its row is also the lock that hands out the next."""

    __tablename__ = "counter"

    name: Mapped[str] = mapped_column(String(300), primary_key=True)
    value: Mapped[int]


class PersonRow(Base):
    """Somebody who may act. ``duties`` is a sorted, space-separated list."""

    __tablename__ = "person"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    full_name: Mapped[str]
    duties: Mapped[str]
    active: Mapped[bool]


class LaneMemberRow(Base):
    """This person works in this lane."""

    __tablename__ = "lane_member"
    __table_args__ = (Index("lane_member_by_lane", "lane"),)

    person: Mapped[str] = mapped_column(String(60), ForeignKey("person.name"), primary_key=True)
    lane: Mapped[str] = mapped_column(String(200), primary_key=True)


class GroupMemberRow(Base):
    """This person belongs to this group, such as a section of the office."""

    __tablename__ = "group_member"

    person: Mapped[str] = mapped_column(String(60), ForeignKey("person.name"), primary_key=True)
    group: Mapped[str] = mapped_column(String(200), primary_key=True)


class HolidayRow(Base):
    """A day on which the office is closed, or works all the same, and the decree that says so."""

    __tablename__ = "holiday"

    on: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(String(20))
    decree: Mapped[str]
    works: Mapped[bool]


class DraftRow(Base):
    """What one person typed for one step (or start) and has not handed in; ``values`` is JSON."""

    __tablename__ = "draft"

    person: Mapped[str] = mapped_column(String(60), primary_key=True)
    scope: Mapped[str] = mapped_column(String(500), primary_key=True)
    values: Mapped[str]
    saved_at: Mapped[datetime]


class DraftFileRow(Base):
    """A file that belongs to a draft."""

    __tablename__ = "draft_file"
    __table_args__ = (Index("draft_file_by_scope", "person", "scope"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person: Mapped[str] = mapped_column(String(60))
    scope: Mapped[str] = mapped_column(String(500))
    field: Mapped[str]
    filename: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    content: Mapped[bytes]


class SavedSearchRow(Base):
    """An auditor's search that was kept under a name; ``criteria`` is JSON."""

    __tablename__ = "saved_search"

    person: Mapped[str] = mapped_column(String(60), primary_key=True)
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    criteria: Mapped[str]
    saved_at: Mapped[datetime]
