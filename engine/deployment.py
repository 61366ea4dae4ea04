"""Checking and deploying diagrams with their forms: all of it, or nothing.

A deployed version is frozen: its XML, its forms, the versions that it calls. Content that was
deployed last makes no new version. With approval on, a new version waits until it is activated.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, insert, select

from . import binding
from . import history as h
from .catalog import definition_of
from .diagram import ExecutableProcess
from .errors import NotAllowed
from .model import Actor, Deployment, Problem, ProcessDefinition
from .numbering import next_value
from .office import Office
from .standing.decisions import record, version_in_force
from .standing.values import Verdict
from .tables import ProcessDefinitionRow


class Deployments(Office):
    """The use cases of a process owner who revises a diagram."""

    def check(self, files: Mapping[str, bytes]) -> tuple[Problem, ...]:
        """Return everything that is wrong or doubtful in these ``.bpmn`` and ``.form`` files, by file name.

        Forms that the files do not bring are looked for among the deployed ones. Nothing is stored.
        """
        upload = binding.read(files)
        with self.database.read() as connection:
            binding.plan(connection, self.catalog, upload, self.now())
        return tuple(upload.problems)

    def deploy(self, files: Mapping[str, bytes], *, by: Actor, note: str = "") -> Deployment:
        """Deploy the diagrams among ``files`` with their forms; new cases start on the new versions.

        With approval on, the new versions are only submitted: new cases start on them once they are activated.
        Raises ``DeploymentRefused`` with every problem, ``NotAllowed``; either way nothing changes.
        """
        if not by.active or "process_owner" not in by.duties:
            raise NotAllowed("Hanya pemilik proses yang boleh memasang diagram.")
        upload = binding.read(files)
        if not upload.diagrams and not upload.problems:
            upload.problems.append(Problem("", "", "", "error", "no-process", "Tidak ada diagram .bpmn yang diunggah."))
        upload.refuse_if_wrong()
        with self.database.write() as connection:
            return self.deploy_within(connection, upload, by=by, note=note)

    def deploy_within(self, connection: Connection, upload: binding.Upload, *, by: Actor, note: str) -> Deployment:
        """Deploy what was read, within a transaction of the caller. Raises ``DeploymentRefused``."""
        upload.refuse_if_wrong()
        # One deployment at a time: the version numbers and the bound versions stay what was checked.
        next_value(connection, "deployment")
        now = self.now()
        plan = binding.plan(connection, self.catalog, upload, now)
        upload.refuse_if_wrong()
        made = tuple(
            self._store(connection, process, plan.texts[process.key], by, note, now)
            for process in plan.processes
            if process.key not in plan.unchanged
        )
        unchanged = [process for process in plan.processes if process.key in plan.unchanged]
        kept = tuple(self._kept(connection, process, by, note, now) for process in unchanged)
        warnings = tuple(problem for problem in upload.problems if problem.severity == "warning")
        return Deployment(made, kept, warnings, plan.sources)

    def _store(
        self,
        connection: Connection,
        process: ExecutableProcess,
        forms: dict[str, str],
        by: Actor,
        note: str,
        now: datetime,
    ) -> ProcessDefinition:
        row = {
            "key": process.key,
            "version": process.version,
            "digest": process.digest,
            "name": process.diagram.name,
            "xml": process.diagram.xml,
            "forms": h.canonical(forms),
            "calls": h.canonical({key: called.version for key, called in process.calls.items()}),
            "note": note,
            "deployed_at": now,
            "deployed_by": by.name,
        }
        connection.execute(insert(ProcessDefinitionRow), row)
        verdict: Verdict = "submitted" if self.approval else "activated"
        record(connection, process.key, process.version, verdict, by=by.name, at=now, note=note)
        lanes = tuple(lane.name for lane in process.diagram.lanes)
        return ProcessDefinition(
            process.key, process.version, process.digest, process.diagram.name, now, by.name, lanes
        )

    def _kept(
        self, connection: Connection, process: ExecutableProcess, by: Actor, note: str, now: datetime
    ) -> ProcessDefinition:
        """Return the version that has this content already; without approval, deploying it again puts it in force."""
        key, version = process.key, process.version
        if not self.approval and version_in_force(connection, key, now) != version:
            record(connection, key, version, "activated", by=by.name, at=now, note=note)
        query = select(ProcessDefinitionRow).where(
            ProcessDefinitionRow.key == key, ProcessDefinitionRow.version == version
        )
        return definition_of(connection.execute(query).one(), process)
