"""``Engine.sop_document``: the official document of a version, or of an owner's draft, as it would be printed.

It is made anew from what is stored each time, and is nothing but a reading of it.
"""

from __future__ import annotations

from typing import Literal

from ..diagram import ExecutableProcess
from ..drafting.drafting import DiagramDrafts
from ..drafting.values import DiagramDraft
from ..errors import NotFound
from ..model import Actor
from ..people import People
from ..versions import DeployedVersion, Versions
from .rows import rows_of
from .texts import identity_of, missing_properties, worksheet_of
from .values import SopDocument, SopDraft


class SopDocuments(DiagramDrafts, Versions, People):
    """The use cases about the SOP document. Everybody who works here may read it; a draft only its owner."""

    def sop_document(self, key: str, version: int | Literal["draft"] | None = None, *, by: Actor) -> SopDocument:
        """Return the document of a version, of the one in force (None), or of the actor's draft.

        Raises ``NotFound``; for a draft also ``NotAllowed``, and ``DeploymentRefused`` with every problem if it could
        not be deployed as it stands.
        """
        if version == "draft":
            with self.database.read() as connection:
                draft = self.own_draft(connection, key, by=by)
                process = self.drafted(connection, draft)
            return self._sop(process, None, draft)
        told = self.version(key, version) if version is not None else self._in_force(key)
        with self.database.read() as connection:
            process = self.catalog.process(connection, told.key, told.version)
        return self._sop(process, told, None)

    def _in_force(self, key: str) -> DeployedVersion:
        for each in self.versions(key):
            if each.in_force:
                return each
        raise NotFound("SOP yang berlaku", key)

    def _sop(self, process: ExecutableProcess, told: DeployedVersion | None, draft: DiagramDraft | None) -> SopDocument:
        diagram = process.diagram
        rows, arrows = rows_of(process)
        named = {told.deployed_by, told.decided_by or told.deployed_by} if told else {draft.owner} if draft else set()
        people = [person for name in sorted(named) if (person := self.person(name))]
        return SopDocument(
            key=process.key,
            title=diagram.name,
            version=told,
            draft=SopDraft(draft.owner, draft.revision, draft.saved_at) if draft else None,
            identity=identity_of(diagram.properties, diagram.name),
            worksheet=worksheet_of(diagram.properties),
            lanes=tuple(lane.name for lane in diagram.lanes) or ("",),
            rows=rows,
            arrows=arrows,
            missing=missing_properties(diagram.properties),
            names={person.name: person.full_name for person in people},
        )
