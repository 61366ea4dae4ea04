"""Deployed versions, ready to run. A version never changes, so one that was read stays in memory."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from . import history as h
from .diagram import ExecutableProcess, read_diagram
from .errors import HistoryDamaged, NotFound
from .forms import Form
from .model import ProcessDefinition
from .standing.decisions import version_in_force
from .tables import ProcessDefinitionRow as Definition

DEFINITION = "SOP"


class Catalog:
    """The deployed versions of one database, parsed once per process."""

    def __init__(self) -> None:
        self._processes: dict[tuple[str, int], ExecutableProcess] = {}
        self._guard = threading.Lock()

    def process(self, connection: Connection, key: str, version: int) -> ExecutableProcess:
        """Return the version, with its forms and the versions that it calls. Raises ``NotFound``."""
        found = self._processes.get((key, version))
        if found is None:
            found = self._read(connection, key, version)
            with self._guard:
                found = self._processes.setdefault((key, version), found)
        return found

    def in_force(self, connection: Connection, key: str, at: datetime) -> ExecutableProcess:
        """Return the version that is in force at ``at``. Raises ``NotFound``."""
        version = version_in_force(connection, key, at)
        if version == 0:
            raise NotFound(DEFINITION, key)
        return self.process(connection, key, version)

    def _read(self, connection: Connection, key: str, version: int) -> ExecutableProcess:
        query = select(Definition).where(Definition.key == key, Definition.version == version)
        row = connection.execute(query).first()
        if row is None:
            raise NotFound(DEFINITION, f"{key} versi {version}")
        reading = read_diagram(row.xml, f"{key}.bpmn")
        diagram = next((each for each in reading.diagrams if each.key == key), None)
        if diagram is None:
            raise HistoryDamaged(f"Diagram {key} versi {version} di basis data tidak dapat dibaca lagi.")
        forms = {form_id: Form.load(text) for form_id, text in json.loads(row.forms).items()}
        calls = {called: self.process(connection, called, number) for called, number in json.loads(row.calls).items()}
        return ExecutableProcess(key, version, row.digest, diagram, forms, calls)


def content_digest(key: str, xml: bytes, forms: Mapping[str, str], calls: Mapping[str, str]) -> str:
    """Return the hex digest of a version: its XML, its forms, and the digests of what it calls, by key."""
    covered = [
        key,
        hashlib.sha256(xml).hexdigest(),
        {form_id: hashlib.sha256(text.encode()).hexdigest() for form_id, text in forms.items()},
        dict(calls),
    ]
    return hashlib.sha256(h.canonical(covered).encode()).hexdigest()


def definition_of(row: Row[Any], process: ExecutableProcess) -> ProcessDefinition:
    """Return a row of ``process_definition`` as callers see it."""
    lanes = tuple(lane.name for lane in process.diagram.lanes)
    return ProcessDefinition(row.key, row.version, row.digest, row.name, row.deployed_at, row.deployed_by, lanes)
