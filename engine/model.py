"""Frozen values that callers of the engine see: never a row, never a SpiffWorkflow task.

Instants are timezone-aware UTC and end in ``_at``. A *case* is named by its number
(``PB-2026-00001``), a work item by (case number, key), where a key is a path such as
``panggil_1:1/langkah_2:1``: the element's id and the n-th time that it opened there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

Scalar = str | bool | None
"""A variable that conditions may read: text, a number as decimal text, true/false, nothing."""

Duty = Literal["process_owner", "auditor", "head", "admin"]
DUTIES: frozenset[str] = frozenset({"process_owner", "auditor", "head", "admin"})

InstanceState = Literal["running", "completed", "cancelled", "incident"]
WorkItemState = Literal["open", "completed", "withdrawn"]
TimerRole = Literal["deadline", "reminder", "interrupt", "wait"]
Severity = Literal["error", "warning"]


def is_storable(text: str) -> bool:
    """Return whether every database keeps ``text``: PostgreSQL refuses NUL, UTF-8 half a surrogate pair."""
    return not any(char == "\x00" or "\ud800" <= char <= "\udfff" for char in text)


@dataclass(frozen=True)
class Actor:
    """Who asks. ``name`` is the login name that the history keeps; groups are sections of the office."""

    name: str
    full_name: str = ""
    lanes: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    duties: frozenset[str] = frozenset()
    active: bool = True


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong (``error``) or doubtful (``warning``) in a diagram or a form.

    ``rule`` is a stable kebab-case name for machines, ``message`` a sentence in Indonesian
    that says what was expected, what was found and what to do.
    """

    file: str
    element: str
    name: str
    severity: Severity
    rule: str
    message: str

    def sentence(self) -> str:
        """Return the problem as one line for a person."""
        label = f'{self.element} "{self.name}"' if self.name else self.element
        return f"{self.file}: {label}: {self.message}" if label else f"{self.file}: {self.message}"


@dataclass(frozen=True)
class ProcessDefinition:
    """A deployed revision of a diagram with its forms and the versions that it calls."""

    key: str
    version: int
    digest: str
    name: str
    deployed_at: datetime
    deployed_by: str
    lanes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Deployment:
    """What one deployment did. ``form_sources`` says per form id: ``upload`` or ``stored`` (newest deployed)."""

    definitions: tuple[ProcessDefinition, ...]
    unchanged: tuple[ProcessDefinition, ...]
    warnings: tuple[Problem, ...]
    form_sources: Mapping[str, str]


@dataclass(frozen=True)
class ProcessInstance:
    """One case. ``version`` is the diagram version that it runs on now."""

    number: str
    key: str
    version: int
    state: InstanceState
    name: str
    started_at: datetime
    ended_at: datetime | None = None
    anonymous: bool = False
    confidential: bool = False
    incident: Incident | None = None
    cancel_reason: str | None = None


@dataclass(frozen=True)
class Incident:
    """The diagram asked for something that failed; an owner must retry, move or cancel."""

    element: str
    element_name: str
    reason: str
    raised_at: datetime


@dataclass(frozen=True)
class WorkItem:
    """One user task of one case that waits (or waited) for a person.

    ``step``/``steps``: place in the SOP ("5 dari 9"), None where the diagram numbers nothing.
    ``due_at`` is the deadline, ``remind_at`` the earliest reminder; both office-time instants.
    ``group_unstaffed``: narrowed to a group without an active member, so the whole lane sees it.
    """

    case: str
    key: str
    process_key: str
    version: int
    element_id: str
    name: str
    lane: str
    form_id: str | None
    state: WorkItemState
    opened_at: datetime
    group: str | None = None
    group_unstaffed: bool = False
    step: str | None = None
    steps: int = 0
    assignee: str | None = None
    claimed_at: datetime | None = None
    due_at: datetime | None = None
    due_duration: str | None = None
    remind_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None
    on_behalf_of: str | None = None

    @property
    def path(self) -> str:
        """Return ``case/key``, the item's address in links and drafts."""
        return f"{self.case}/{self.key}"


WorkListFilter = Literal["all", "mine", "free", "overdue"]


@dataclass(frozen=True)
class WorkListPage:
    """One page of a work list, most urgent first. Pass ``next_cursor`` on to get the following page."""

    items: tuple[WorkItem, ...]
    next_cursor: str | None = None


@dataclass(frozen=True)
class TimerJob:
    """One armed timer of a case, due at an office-time instant."""

    case: str
    key: str
    element_id: str
    duration: str
    role: TimerRole
    due_at: datetime
    item_key: str | None = None


@dataclass(frozen=True)
class HistoryEvent:
    """One fact about one case. ``payload`` is canonical JSON, the very text that ``chain`` covers."""

    seq: int
    type: str
    recorded_at: datetime
    actor: str
    on_behalf_of: str | None
    payload: str
    chain: bytes


@dataclass(frozen=True)
class Upload:
    """A file that somebody handed in: its name, its media type by magic number, its bytes."""

    filename: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Attachment:
    """A stored file of a case. ``content`` only where one attachment was asked for."""

    id: int
    case: str
    field: str
    filename: str
    media_type: str
    size: int
    sha256: str
    content: bytes = b""


@dataclass(frozen=True)
class AnsweredField:
    """One answer of one step as this actor may see it; ``hidden`` says that a reveal is needed."""

    key: str
    label: str
    value: Any
    personal: bool = False
    hidden: bool = False
    erased: bool = False
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True)
class StepAnswers:
    """The answers of one completed work item; ``event`` is the completion in the case's history."""

    item: WorkItem
    event: int
    fields: tuple[AnsweredField, ...]


@dataclass(frozen=True)
class DraftFile:
    """A file kept with a draft until the step is completed."""

    id: int
    field: str
    filename: str
    media_type: str
    size: int


@dataclass(frozen=True)
class Remark:
    """What somebody noted on a case."""

    noted_at: datetime
    by: str
    text: str


@dataclass(frozen=True)
class Draft:
    """What a person typed and has not handed in: posted texts by field, and files."""

    scope: str
    values: Mapping[str, tuple[str, ...]]
    files: tuple[DraftFile, ...]
    saved_at: datetime


@dataclass(frozen=True)
class Holiday:
    """A day on which the office is closed, or works all the same (``works``), and the decree that says so.

    ``kind``: ``libur_nasional``, ``cuti_bersama`` or ``kantor``.
    """

    on: date
    name: str
    kind: str
    decree: str = ""
    works: bool = False


@dataclass(frozen=True)
class DueDateChange:
    """One open step's deadline before and after a move."""

    key: str
    name: str
    old_due_at: datetime | None
    new_due_at: datetime | None


@dataclass(frozen=True)
class MovePlan:
    """How a case would move to another version: ``fits`` or ``why_not``, by the four rules of the design.

    ``renamed`` old element id → new; ``dropped`` input keys left out; ``passed`` keys that count as
    passed; ``variables``: by completed key, values that only the new conditions read.
    """

    case: str
    from_version: int
    to_version: int
    fits: bool
    why_not: str | None = None
    renamed: Mapping[str, str] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()
    variables: Mapping[str, Mapping[str, Scalar]] = field(default_factory=dict)
    opens: tuple[str, ...] = ()
    withdraws: tuple[str, ...] = ()
    due_dates: tuple[DueDateChange, ...] = ()


MovePolicy = Literal["keep", "recompute", "restart"]


Check = Literal["chain", "replay", "tables", "answers", "files", "definition", "triggers", "numbering", "seal", "copy"]
"""What a finding was found by: each is a check of its own."""


@dataclass(frozen=True)
class Finding:
    """One thing that does not hold: by which check, at which event of the case if at one, and how, in words."""

    check: Check
    event: int | None
    message: str


@dataclass(frozen=True)
class Verification:
    """The verdict on one case: ``findings`` says which event fails and how; empty means sound."""

    case: str
    events: int
    findings: tuple[Finding, ...] = ()

    @property
    def sound(self) -> bool:
        """Return whether nothing was found."""
        return not self.findings


@dataclass(frozen=True)
class Seal:
    """One signed root over the heads of all cases. ``statement`` is the very text that ``signature`` covers.

    ``size``: leaves of the log so far; ``root``, ``previous`` and ``key`` (the public one) are hex.
    """

    number: int
    sealed_at: datetime
    size: int
    root: str
    previous: str
    key: str
    statement: str
    signature: bytes


@dataclass(frozen=True)
class SealProof:
    """That a case's event ``seq`` with ``chain`` is leaf ``position`` of the log under ``seal`` (RFC 9162 §2.1.3).

    ``path`` is the audit path, hex, from the leaf up. The newest seal stands with ``position`` None if the
    case has no leaf of its own in it.
    """

    seal: Seal
    position: int | None = None
    seq: int | None = None
    chain: bytes = b""
    path: tuple[str, ...] = ()


@dataclass(frozen=True)
class Frame:
    """The case right after event ``seq``: what is open, what is armed, what the conditions read."""

    seq: int
    event: HistoryEvent
    open_items: tuple[str, ...]
    armed_timers: tuple[str, ...]
    variables: Mapping[str, Scalar]
    flows: tuple[str, ...] = ()
