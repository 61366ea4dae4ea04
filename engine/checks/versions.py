"""Holding deployed versions against their digests: each recomputed from the stored diagram, forms and calls.

A run of a verification reads and parses a version once, and never from what a long-lived process remembers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, select

from .. import history as h
from ..catalog import Catalog, content_digest
from ..diagram import read_diagram
from ..model import Finding, HistoryEvent
from ..tables import ProcessDefinitionRow as Definition
from .of_case import NONSENSE, raise_if_away

DEEPEST = 50
"""Calls within calls that are followed; a deployment refuses recursion, an altered row may hold one."""


class StoredVersions:
    """What the database holds of each version, read once."""

    def __init__(self) -> None:
        """Begin with nothing read."""
        self.catalog = Catalog()
        self._digests: dict[tuple[str, int], str | None] = {}

    def findings_of(self, connection: Connection, events: Sequence[HistoryEvent]) -> Iterator[Finding]:
        """Yield each event that brought the case to a version whose content is not what the event says."""
        for event in events:
            if event.type not in (h.InstanceStarted.__name__, h.InstanceMigrated.__name__):
                continue
            try:
                parsed = h.parse_event(event.type, event.payload)
            except ValueError:
                continue  # the chain or the replay tells it
            if isinstance(parsed, h.InstanceStarted):
                version = parsed.version
            elif isinstance(parsed, h.InstanceMigrated):
                version = parsed.to_version
            else:
                continue
            if self.digest(connection, parsed.definition, version) != parsed.digest:
                text = (
                    f"Diagram {parsed.definition} versi {version} beserta formulirnya di basis data lain dari yang "
                    f"dicatat peristiwa {event.seq}; perkara ini tidak dijalankan ulang di atasnya."
                )
                yield Finding("definition", event.seq, text)

    def all_findings(self, connection: Connection) -> Iterator[Finding]:
        """Yield each stored version that is not what its digest says, and each number that a key leaves out."""
        last: dict[str, int] = {}
        query = select(Definition.key, Definition.version, Definition.digest, Definition.name)
        for key, version, digest, name in connection.execute(query.order_by(Definition.key, Definition.version)).all():
            if version != last.get(key, 0) + 1:
                text = f"Diagram {key}: sesudah versi {last.get(key, 0)} langsung versi {version}; ada yang hilang."
                yield Finding("definition", None, text)
            last[key] = version
            if self.digest(connection, key, version) != digest:
                text = f"Diagram {key} versi {version} (atau formulirnya, atau yang dipanggilnya) lain dari sidiknya."
                yield Finding("definition", None, text)
            elif (drawn := self._name(connection, key, version)) != name:
                text = f"Diagram {key} versi {version}: tercatat bernama {name!r}, padahal di diagramnya {drawn!r}."
                yield Finding("definition", None, text)

    def digest(self, connection: Connection, key: str, version: int, depth: int = 0) -> str | None:
        """Return the digest of what is stored as this version, None if it is missing or cannot be read."""
        if (key, version) not in self._digests:
            try:
                self._digests[key, version] = self._recomputed(connection, key, version, depth)
            except NONSENSE as error:
                raise_if_away(error)
                self._digests[key, version] = None
        return self._digests[key, version]

    def _recomputed(self, connection: Connection, key: str, version: int, depth: int) -> str | None:
        row = _row(connection, key, version)
        if row is None or not isinstance(row.xml, bytes) or depth > DEEPEST:
            return None
        calls = {}
        for called, number in json.loads(row.calls).items():
            digest = self.digest(connection, called, number, depth + 1)
            if digest is None:
                return None
            calls[called] = digest
        return content_digest(key, row.xml, json.loads(row.forms), calls)

    def _name(self, connection: Connection, key: str, version: int) -> str | None:
        row = _row(connection, key, version)
        diagrams = read_diagram(row.xml, f"{key}.bpmn").diagrams if row else ()
        return next((diagram.name for diagram in diagrams if diagram.key == key), None)


def _row(connection: Connection, key: str, version: int) -> Any:
    return connection.execute(select(Definition).where(Definition.key == key, Definition.version == version)).first()
