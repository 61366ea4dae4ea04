"""Checking and deploying diagrams with their forms: all of it, or nothing.

A deployed version is frozen: its XML, its forms, the versions that it calls. Content that is in
force already deploys nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, insert, select

from . import binding
from . import history as h
from .catalog import definition_of
from .diagram import ExecutableProcess
from .errors import NotAllowed
from .model import Actor, Deployment, Problem, ProcessDefinition
from .numbering import next_value
from .office import Office
from .tables import ProcessDefinitionRow


class Deployments(Office):
    """The use cases of a process owner who revises a diagram."""

    def check(self, files: Mapping[str, bytes]) -> tuple[Problem, ...]:
        """Return everything that is wrong or doubtful in these ``.bpmn`` and ``.form`` files, by file name.

        Forms that the files do not bring are looked for among the deployed ones. Nothing is stored.
        """
        upload = binding.read(files)
        with self.database.read() as connection:
            binding.plan(connection, self.catalog, upload)
        return tuple(upload.problems)

    def deploy(self, files: Mapping[str, bytes], *, by: Actor, note: str = "") -> Deployment:
        """Deploy the diagrams among ``files`` with their forms; new cases start on the new versions.

        Raises ``DeploymentRefused`` with every problem, ``NotAllowed``; either way nothing changes.
        """
        if not by.active or "process_owner" not in by.duties:
            raise NotAllowed("Hanya pemilik proses yang boleh memasang diagram.")
        upload = binding.read(files)
        if not upload.diagrams and not upload.problems:
            upload.problems.append(Problem("", "", "", "error", "no-process", "Tidak ada diagram .bpmn yang diunggah."))
        upload.refuse_if_wrong()
        with self.database.write() as connection:
            # One deployment at a time: the version numbers and the bound versions stay what was checked.
            next_value(connection, "deployment")
            plan = binding.plan(connection, self.catalog, upload)
            upload.refuse_if_wrong()
            made = tuple(
                self._store(connection, process, plan.texts[process.key], by, note)
                for process in plan.processes
                if process.key not in plan.unchanged
            )
            kept = tuple(self._in_force(connection, key) for key in sorted(plan.unchanged))
        warnings = tuple(problem for problem in upload.problems if problem.severity == "warning")
        return Deployment(made, kept, warnings, plan.sources)

    def _store(
        self, connection: Connection, process: ExecutableProcess, forms: dict[str, str], by: Actor, note: str
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
            "deployed_at": self.now(),
            "deployed_by": by.name,
        }
        connection.execute(insert(ProcessDefinitionRow), row)
        lanes = tuple(lane.name for lane in process.diagram.lanes)
        return ProcessDefinition(
            process.key, process.version, process.digest, process.diagram.name, self.now(), by.name, lanes
        )

    def _in_force(self, connection: Connection, key: str) -> ProcessDefinition:
        query = select(ProcessDefinitionRow).where(ProcessDefinitionRow.key == key)
        row = connection.execute(query.order_by(ProcessDefinitionRow.version.desc())).first()
        assert row is not None  # unchanged means that its content is in force
        return definition_of(row, self.catalog.process(connection, key, row.version))
