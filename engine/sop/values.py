"""The SOP document as callers see it: the paper's texts word for word, and its flow as rows and arrows.

Nothing here knows paper sizes or pens: how it is drawn is the caller's affair. What the engine says in its
own words stands in ``notes`` and in rows marked ``ours``, so that it never passes for the office's text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ..versions import DeployedVersion

SopSymbol = Literal["capsule", "box", "diamond"]
"""Three of the five symbols; the arrow is ``SopArrow``, the pentagon belongs to a page's end."""
SopArrowKind = Literal["flow", "timer"]


@dataclass(frozen=True)
class SopIdentity:
    """The first page, word for word; what the diagram does not give is empty."""

    heads: tuple[str, ...]
    unit: str
    number: str
    created: str
    revised: str
    revision: str
    effective: str
    approved: str
    name: str
    legal_basis: tuple[str, ...]
    qualifications: tuple[str, ...]
    related: tuple[str, ...]
    equipment: tuple[str, ...]
    warning: str
    records: str


@dataclass(frozen=True)
class SopWorksheet:
    """The third part, *Lembar Kerja Identifikasi Kegiatan*, word for word."""

    institution: str
    unit: str
    title: str
    kind: str
    product_owner: str
    activity_owner: str
    scope: str
    activity: str
    first: str
    main: tuple[str, ...]
    last: str
    reporting: str

    @property
    def empty(self) -> bool:
        """Return whether the diagram gives none of it."""
        return not any((self.institution, self.unit, self.title, self.activity, self.first, self.main, self.last))


@dataclass(frozen=True)
class SopRow:
    """One line of the flow table. Two ``symbols``: the step, and the decision that it ends with.

    ``ours``: the diagram gives no text, ``activity`` is the engine's. ``depth``: sub-processes around it.
    """

    id: str
    no: str
    activity: str
    lane: str
    symbols: tuple[SopSymbol, ...]
    requirement: str = ""
    duration: str = ""
    output: str = ""
    remark: str = ""
    notes: tuple[str, ...] = ()
    ours: bool = False
    depth: int = 0


@dataclass(frozen=True)
class SopArrow:
    """One arrow between two rows. ``timer``: taken because time ran out; such a step has other exits too."""

    source: str
    target: str
    label: str = ""
    kind: SopArrowKind = "flow"


@dataclass(frozen=True)
class SopDraft:
    """Whose unpublished draft a document was made from."""

    owner: str
    revision: int
    saved_at: datetime


@dataclass(frozen=True)
class SopDocument:
    """The whole document. ``version`` is None for a draft; ``names``: full names of those who are named.

    ``missing``: properties that the diagram would need for a whole first page.
    """

    key: str
    title: str
    version: DeployedVersion | None
    draft: SopDraft | None
    identity: SopIdentity
    worksheet: SopWorksheet
    lanes: tuple[str, ...]
    rows: tuple[SopRow, ...]
    arrows: tuple[SopArrow, ...]
    missing: tuple[str, ...]
    names: Mapping[str, str]
