"""Answers as they are stored: plain and personal apart, salted, with the digests that the event carries.

A digest over a salted body tells nothing about a row that was erased, and proves every row
that is still there.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert

from . import history as h
from .forms import Form
from .model import Scalar, Upload
from .prepared import Prepared
from .tables import AnswersRow, AttachmentRow

PLAIN, PERSONAL, REMARK = "plain", "personal", "remark"


@dataclass(frozen=True)
class StoredAnswers:
    """One completion's answers, ready to be stored under the event that carries their digests."""

    bodies: Mapping[str, str]
    salts: Mapping[str, bytes]
    files: tuple[tuple[str, bool, Upload], ...]

    def digest(self, kind: str) -> str:
        """Return the hex digest of the ``plain`` or ``personal`` answers, "" if there are none."""
        return digest(self.salts[kind], self.bodies[kind]) if kind in self.bodies else ""

    def store(self, connection: Connection, instance_id: int, seq: int) -> None:
        """Insert the answers and files of event ``seq``."""
        rows = [
            {"instance_id": instance_id, "seq": seq, "kind": kind, "salt": self.salts[kind], "body": body}
            for kind, body in self.bodies.items()
        ]
        if rows:
            _INSERT_ANSWERS.run(connection, *rows)
        for name, personal, upload in self.files:
            values = described(upload) | {"field": name, "personal": personal, "content": upload.content}
            values |= {"filename": values.pop("name"), "media_type": values.pop("type")}
            connection.execute(insert(AttachmentRow), values | {"instance_id": instance_id, "seq": seq})


def digest(salt: bytes, body: str) -> str:
    """Return the hex digest under which an event holds a body of answers."""
    return hashlib.sha256(salt + body.encode()).hexdigest()


def described(upload: Upload) -> dict[str, Any]:
    """Return what the answers say of a file: name, type, size in bytes, SHA-256."""
    return {
        "name": upload.filename,
        "type": upload.media_type,
        "size": len(upload.content),
        "sha256": hashlib.sha256(upload.content).hexdigest(),
    }


def to_store(form: Form, answers: Mapping[str, Any]) -> StoredAnswers:
    """Return the checked ``answers`` of ``form`` split into plain and personal bodies and files."""
    split: dict[str, dict[str, Any]] = {}
    files: list[tuple[str, bool, Upload]] = []
    for key, value in answers.items():
        personal = form.fields[key].personal is not None
        uploads = [each for each in value if isinstance(each, Upload)] if isinstance(value, list) else []
        files += [(key, personal, upload) for upload in uploads]
        stored = [described(upload) for upload in uploads] if uploads else value
        split.setdefault(PERSONAL if personal else PLAIN, {})[key] = stored
    bodies = {kind: h.canonical(values) for kind, values in split.items()}
    return StoredAnswers(bodies, {kind: secrets.token_bytes(16) for kind in bodies}, tuple(files))


def variables(form: Form, answers: Mapping[str, Any], names: Iterable[str]) -> dict[str, Scalar]:
    """Return the answers that an expression of the diagram names; one that was left out is null."""
    wanted = set(names)
    return {key: _scalar(answers.get(key)) for key, field in form.fields.items() if key in wanted and field.scalar}


def switches(form: Form, answers: Mapping[str, Any]) -> dict[str, bool]:
    """Return the case's switches (``anonim``, ``rahasia``) that this form sets."""
    return {
        field.role: bool(answers.get(key)) for key, field in form.fields.items() if field.role in ("anonim", "rahasia")
    }


def _scalar(value: Any) -> Scalar:
    return value if value is None or isinstance(value, (bool, str)) else str(value)


_INSERT_ANSWERS = Prepared(insert(AnswersRow))
