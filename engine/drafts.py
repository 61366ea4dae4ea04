"""Drafts: what a person typed for a step and has not handed in yet, files included.

A draft belongs to one person alone and outlives everything: a refresh, a lost race, a rebuild.
It is gone when the step is handed in, or when its owner drops it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from . import history as h
from .errors import InvalidRequest, NotFound
from .model import Actor, Draft, DraftFile, Upload, is_storable
from .office import Office
from .prepared import Prepared
from .tables import DraftFileRow, DraftRow

DRAFT_FILE = "Berkas draf"
LARGEST_TEXT = 1_000_000
_ON_THE_WAY = "pindah:"
LARGEST_FILES = 60_000_000
"""Bytes of files that one draft holds at most, whatever its form allows."""


class Drafts(Office):
    """The use cases about drafts; each touches only the actor's own."""

    def draft(self, scope: str, *, by: Actor) -> Draft | None:
        """Return the actor's draft for ``case/key`` or ``start/<process key>``."""
        with self.database.read() as connection:
            return _find(connection, by.name, scope)

    def save_draft(
        self,
        scope: str,
        values: Mapping[str, Sequence[str]],
        files: Mapping[str, Sequence[Upload]] | None = None,
        remove: Collection[int] = (),
        *,
        by: Actor,
    ) -> Draft:
        """Replace the draft's texts, add ``files`` by field, remove files by id. Raises ``InvalidRequest``."""
        _refuse_unstorable(values)
        text = h.canonical({key: list(texts) for key, texts in values.items()})
        row = {"person": by.name, "scope": scope, "values": text, "saved_at": self.now()}
        with self.database.write() as connection:
            _put(connection, row)
            if remove:
                connection.execute(delete(DraftFileRow).where(*_files_of(by.name, scope), DraftFileRow.id.in_(remove)))
            _add_files(connection, by.name, scope, files or {})
            saved = _find(connection, by.name, scope)
            assert saved is not None  # it was written in this very transaction
            return saved

    def drop_draft(self, scope: str, *, by: Actor) -> None:
        """Forget the actor's draft and its files."""
        with self.database.write() as connection:
            drop(connection, by.name, scope)

    def draft_file(self, scope: str, file_id: int, *, by: Actor) -> Upload:
        """Return one file of the actor's draft. Raises ``NotFound``."""
        with self.database.read() as connection:
            query = select(DraftFileRow).where(*_files_of(by.name, scope), DraftFileRow.id == file_id)
            row = connection.execute(query).first()
        if row is None:
            raise NotFound(DRAFT_FILE, str(file_id))
        return Upload(row.filename, row.media_type, bytes(row.content))


def item_scope(case: str, key: str) -> str:
    """Return the scope of a step's draft."""
    return f"{case}/{key}"


def start_scope(process_key: str) -> str:
    """Return the scope of the draft of a case to be started."""
    return f"start/{process_key}"


def drop(connection: Connection, person: str, scope: str) -> None:
    """Delete a draft and its files."""
    mine = {"owner": person, "place": scope}
    if _DROP_DRAFT.run(connection, mine):
        _DROP_FILES.run(connection, mine)


def carry_over(connection: Connection, scopes: Mapping[str, str]) -> None:
    """Let everybody's drafts of steps follow them to their new keys, replacing what lay there.

    First all to a place of their own: steps may change their keys for one another's.
    """
    for scope, new_scope in scopes.items():
        for table in (DraftFileRow, DraftRow):
            connection.execute(update(table).where(table.scope == scope).values(scope=_ON_THE_WAY + new_scope))
    for new_scope in scopes.values():
        moving = _ON_THE_WAY + new_scope
        for table in (DraftFileRow, DraftRow):
            mine = select(table.person).where(table.scope == moving)
            connection.execute(delete(table).where(table.scope == new_scope, table.person.in_(mine)))
            connection.execute(update(table).where(table.scope == moving).values(scope=new_scope))


def _put(connection: Connection, row: dict[str, object]) -> None:
    """Insert a draft, or replace it: two tabs of one person may save at the same moment."""
    into = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = into(DraftRow).values(row)
    changed = {name: statement.excluded[name] for name in ("values", "saved_at")}
    connection.execute(statement.on_conflict_do_update(index_elements=["person", "scope"], set_=changed))


def _find(connection: Connection, person: str, scope: str) -> Draft | None:
    row = _DRAFT.first(connection, {"owner": person, "place": scope})
    if row is None:
        return None
    columns = (
        DraftFileRow.id,
        DraftFileRow.field,
        DraftFileRow.filename,
        DraftFileRow.media_type,
        DraftFileRow.size,
    )
    files = connection.execute(select(*columns).where(*_files_of(person, scope)).order_by(DraftFileRow.id))
    values = {key: tuple(texts) for key, texts in json.loads(row.values).items()}
    return Draft(scope, values, tuple(DraftFile(*each) for each in files), row.saved_at)


def _add_files(connection: Connection, person: str, scope: str, files: Mapping[str, Sequence[Upload]]) -> None:
    rows = [
        {
            "person": person,
            "scope": scope,
            "field": name,
            "filename": upload.filename,
            "media_type": upload.media_type,
            "size": len(upload.content),
            "content": upload.content,
        }
        for name, uploads in files.items()
        for upload in uploads
    ]
    if rows:
        connection.execute(insert(DraftFileRow), rows)
    sizes = connection.execute(select(DraftFileRow.size).where(*_files_of(person, scope))).scalars()
    if sum(sizes) > LARGEST_FILES:
        raise InvalidRequest(f"Berkas pada satu draf paling banyak {LARGEST_FILES // 1_000_000} MB seluruhnya.")


def _files_of(person: str, scope: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return DraftFileRow.person == person, DraftFileRow.scope == scope


def _refuse_unstorable(values: Mapping[str, Sequence[str]]) -> None:
    texts = [text for key, given in values.items() for text in (key, *given)]
    length = sum(map(len, texts))
    if length > LARGEST_TEXT:
        raise InvalidRequest(f"Draf terlalu panjang: paling banyak {LARGEST_TEXT} huruf, diterima {length}.")
    if not all(map(is_storable, texts)):
        raise InvalidRequest("Draf memuat huruf yang tidak dapat disimpan (NUL atau surrogate); hapus huruf itu.")


_THIS = (DraftRow.person == bindparam("owner"), DraftRow.scope == bindparam("place"))
_DRAFT = Prepared(select(DraftRow).where(*_THIS))
_DROP_DRAFT = Prepared(delete(DraftRow).where(*_THIS))
_DROP_FILES = Prepared(
    delete(DraftFileRow).where(DraftFileRow.person == bindparam("owner"), DraftFileRow.scope == bindparam("place"))
)
