"""Diagram drafts: an owner's working copy of an SOP, from the first change to its deployment.

A draft belongs to one person alone. It may break every rule of a diagram: only deploying refuses. Nothing here
looks at cases, and what a draft holds is never logged.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, Literal

from sqlalchemy import Connection, select

from .. import binding
from ..deployment import Deployments
from ..diagram import ExecutableProcess
from ..errors import DraftChanged, InvalidRequest, NotAllowed, NotFound
from ..model import Actor, Deployment, Problem, is_storable
from ..tables import ProcessDefinitionRow as Definition
from . import storing
from .values import DiagramDraft, changed_parts, refuse_unusable

DRAFT = "Draf SOP"
KEEP: Final = "keep"
"""The base version stays what it was."""


class DiagramDrafts(Deployments):
    """The use cases about diagram drafts; each touches only the actor's own."""

    def diagram_draft(self, key: str, *, by: Actor) -> DiagramDraft | None:
        """Return the actor's draft of this SOP, None if there is none (or the actor is no process owner)."""
        if not _may_draft(by):
            return None
        with self.database.read() as connection:
            return storing.find(connection, key, by.name)

    def diagram_drafts(self, *, by: Actor) -> tuple[DiagramDraft, ...]:
        """Return all drafts of the actor, by key; none for who is no process owner."""
        if not _may_draft(by):
            return ()
        with self.database.read() as connection:
            return storing.find_all(connection, by.name)

    def save_diagram_draft(
        self,
        key: str,
        *,
        xml: bytes | None = None,
        forms: Mapping[str, str] | None = None,
        base_version: int | Literal["keep"] | None = KEEP,
        origin: bytes | None = None,
        repairs: str | None = None,
        expected_revision: int | None,
        by: Actor,
    ) -> DiagramDraft:
        """Save what is given; None keeps what is there. ``forms`` replaces all forms of the draft.

        ``expected_revision`` is the revision that the change was made on, None if there was no draft. A part (the
        diagram, one form) that somebody changed in a later revision is not written over: ``DraftChanged``, and what
        is stored stays. A save that changes nothing makes no revision. The first save needs a diagram.
        Raises ``NotFound`` if the draft is gone, ``NotAllowed``, ``InvalidRequest``.
        """
        allow_drafting(by)
        given = {"xml": xml, "forms": forms, "origin": origin, "repairs": repairs}
        wanted = {name: value for name, value in given.items() if value is not None}
        based = {} if base_version == KEEP else {"base_version": base_version}
        with self.database.write() as connection:
            before = storing.lock(connection, key, by.name)
            if before is None and expected_revision is not None:
                raise NotFound(DRAFT, key)
            return self._put_draft(connection, key, before, {**wanted, **based}, expected_revision, by)

    def begin_diagram_draft(self, key: str, version: int, *, by: Actor) -> DiagramDraft:
        """Return a new draft that is this version with its forms.

        Raises ``DraftChanged`` if the actor has a draft of this SOP already, ``NotFound``, ``NotAllowed``.
        """
        allow_drafting(by)
        with self.database.write() as connection:
            before = storing.lock(connection, key, by.name)
            known = self.catalog.process(connection, key if is_storable(key) else "", version)
            query = select(Definition.xml, Definition.forms)
            row = connection.execute(query.where(Definition.key == key, Definition.version == known.version)).one()
            wanted = {"xml": bytes(row.xml), "forms": json.loads(row.forms), "base_version": version}
            return self._put_draft(connection, key, before, wanted, None, by)

    def discard_diagram_draft(self, key: str, *, expected_revision: int | None = None, by: Actor) -> None:
        """Forget the actor's draft; only of that revision, if one is named. Raises ``NotFound``, ``DraftChanged``."""
        with self.database.write() as connection:
            draft = self._draft_row(connection, key, by)
            if expected_revision is not None:
                draft.refuse_other_than(expected_revision)
            storing.remove(connection, draft)

    def check_draft(self, key: str, *, by: Actor, xml: bytes | None = None) -> tuple[Problem, ...]:
        """Return everything that is wrong or doubtful in the draft with its forms; nothing is stored.

        With ``xml``: what would be, if that were its diagram. Raises ``NotFound``, ``NotAllowed``.
        """
        with self.database.read() as connection:
            draft = self.own_draft(connection, key, by=by)
            upload, _ = self._bound_draft(connection, draft if xml is None else replace(draft, xml=xml))
        return tuple(upload.problems)

    def deploy_draft(self, key: str, note: str, *, expected_revision: int | None, by: Actor) -> Deployment:
        """Deploy the draft and forget it, in one transaction.

        Raises ``DeploymentRefused`` with every problem, ``DraftChanged`` if it is another revision than the one that
        was looked at, ``NotFound``, ``NotAllowed``; then the draft stays, and nothing is deployed.
        """
        with self.database.write() as connection:
            draft = self._draft_row(connection, key, by)
            draft.refuse_other_than(expected_revision)
            upload = _read(draft)
            made = self.deploy_within(connection, upload, by=by, note=note)
            storing.remove(connection, draft)
        return made

    def own_draft(self, connection: Connection, key: str, *, by: Actor) -> DiagramDraft:
        """Return the actor's draft within a transaction. Raises ``NotFound``, ``NotAllowed``."""
        allow_drafting(by)
        draft = storing.find(connection, key, by.name)
        if draft is None:
            raise NotFound(DRAFT, key)
        return draft

    def drafted(self, connection: Connection, draft: DiagramDraft) -> ExecutableProcess:
        """Return the draft as the version that it would be, bound in memory. Raises ``DeploymentRefused``."""
        upload, plan = self._bound_draft(connection, draft)
        upload.refuse_if_wrong()
        return next(process for process in plan.processes if process.key == draft.key)

    def _bound_draft(self, connection: Connection, draft: DiagramDraft) -> tuple[binding.Upload, binding.Plan]:
        upload = _read(draft)
        return upload, binding.plan(connection, self.catalog, upload, self.now())

    def _draft_row(self, connection: Connection, key: str, by: Actor) -> DiagramDraft:
        allow_drafting(by)
        draft = storing.lock(connection, key, by.name)
        if draft is None:
            raise NotFound(DRAFT, key)
        return draft

    def _put_draft(
        self,
        connection: Connection,
        key: str,
        before: DiagramDraft | None,
        wanted: Mapping[str, Any],
        expected: int | None,
        by: Actor,
    ) -> DiagramDraft:
        """Write the draft with what is wanted, unless another tab changed the same part meanwhile."""
        now = self.now()
        if before is None:
            if "xml" not in wanted:
                raise InvalidRequest("Draf baru memerlukan diagram; mulai dari sebuah versi, unggahan, atau SOP baru.")
            after = replace(DiagramDraft(key, by.name, 1, None, b"", {}, None, "", now, {}), **wanted)
            refuse_unusable(after)
            storing.put_first(connection, after)
            return after
        after = replace(before, **wanted)
        refuse_unusable(after)
        if after == before:
            return before
        changed = changed_parts(before, after)
        if expected is None or any(before.changed_in.get(part, 0) > expected for part in changed):
            raise DraftChanged(key, before.revision, before.saved_at)
        revision = before.revision + 1
        changed_in = {**before.changed_in, **dict.fromkeys(changed, revision)}
        after = replace(after, revision=revision, changed_in=changed_in, saved_at=now)
        storing.put(connection, after)
        return after


def allow_drafting(by: Actor) -> None:
    """Raise ``NotAllowed`` unless the actor is a process owner."""
    if not _may_draft(by):
        raise NotAllowed("Hanya pemilik proses yang boleh mengubah diagram.")


def _may_draft(by: Actor) -> bool:
    return by.active and "process_owner" in by.duties


def _read(draft: DiagramDraft) -> binding.Upload:
    """Read a draft as an upload, and note a diagram of another SOP: it would be deployed beside it, unseen."""
    upload = binding.read(draft.files)
    if upload.diagrams and draft.key not in upload.diagrams:
        first = min(upload.diagrams)
        text = f"Draf ini untuk SOP {draft.key}, tetapi id prosesnya {first}; kembalikan id prosesnya seperti semula."
        name = upload.diagrams[first].name
        upload.problems.append(Problem(f"{draft.key}.bpmn", first, name, "error", binding.OTHER_KEY_RULE, text))
    return upload
