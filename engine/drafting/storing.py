"""Diagram drafts in the database: found, locked, written. Nothing here asks who may."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from .. import history as h
from ..errors import DraftChanged, InvalidRequest
from ..model import is_storable
from .tables import DiagramDraftRow as Draft
from .values import MOST_DRAFTS, DiagramDraft


def find(connection: Connection, key: str, owner: str) -> DiagramDraft | None:
    """Return the draft that this person has of this SOP."""
    return _read(connection, key, owner, lock=False)


def lock(connection: Connection, key: str, owner: str) -> DiagramDraft | None:
    """Return the same; nobody else changes it until this transaction ends."""
    return _read(connection, key, owner, lock=True)


def find_all(connection: Connection, owner: str) -> tuple[DiagramDraft, ...]:
    """Return all drafts of this person, by key."""
    rows = connection.execute(select(Draft).where(Draft.owner == owner).order_by(Draft.key))
    return tuple(map(_draft, rows))


def put_first(connection: Connection, draft: DiagramDraft) -> None:
    """Insert a draft. Raises ``InvalidRequest`` if its owner has too many, ``DraftChanged`` if there is one already."""
    own = select(func.count()).select_from(Draft).where(Draft.owner == draft.owner)
    if connection.execute(own).scalar_one() >= MOST_DRAFTS:
        raise InvalidRequest(f"Paling banyak {MOST_DRAFTS} draf untuk satu orang; buang dulu yang tidak dipakai.")
    try:
        with connection.begin_nested():
            connection.execute(insert(Draft), _row(draft))
    except IntegrityError:
        # Another tab made the first draft at the same moment, and is done.
        other = find(connection, draft.key, draft.owner) or draft
        raise DraftChanged(other.key, other.revision, other.saved_at) from None


def put(connection: Connection, draft: DiagramDraft) -> None:
    """Write over a draft that this transaction has locked."""
    connection.execute(update(Draft).where(Draft.key == draft.key, Draft.owner == draft.owner).values(_row(draft)))


def remove(connection: Connection, draft: DiagramDraft) -> None:
    """Delete a draft."""
    connection.execute(delete(Draft).where(Draft.key == draft.key, Draft.owner == draft.owner))


def _read(connection: Connection, key: str, owner: str, *, lock: bool) -> DiagramDraft | None:
    if not is_storable(key):
        return None
    query = select(Draft).where(Draft.key == key, Draft.owner == owner)
    row = connection.execute(query.with_for_update() if lock else query).first()
    return None if row is None else _draft(row)


def _row(draft: DiagramDraft) -> dict[str, Any]:
    texts = {"forms": h.canonical(dict(draft.forms)), "changed_in": h.canonical(dict(draft.changed_in))}
    plain = ("key", "owner", "revision", "base_version", "xml", "origin", "repairs", "saved_at")
    return {name: getattr(draft, name) for name in plain} | texts


def _draft(row: Row[Any]) -> DiagramDraft:
    return DiagramDraft(
        key=row.key,
        owner=row.owner,
        revision=row.revision,
        base_version=row.base_version,
        xml=bytes(row.xml),
        forms=json.loads(row.forms),
        origin=None if row.origin is None else bytes(row.origin),
        repairs=row.repairs,
        saved_at=row.saved_at,
        changed_in=json.loads(row.changed_in),
    )
