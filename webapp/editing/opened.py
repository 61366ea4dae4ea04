"""What the modeler has open: the person's own draft, else a deployed version of which no draft was begun yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine import Actor, DiagramDraft, Engine, NotAllowed, Problem


@dataclass(frozen=True)
class Opened:
    """One SOP in the modeler. ``version``: from which deployed version it comes, None for a new SOP."""

    engine: Engine
    by: Actor
    key: str
    version: int | None
    draft: DiagramDraft | None
    asked: int | None

    @classmethod
    def of(cls, engine: Engine, key: str, version: int | None, *, by: Actor) -> Opened:
        """Return the actor's draft, else the version, else the one in force. Raises ``NotFound``, ``NotAllowed``."""
        if "process_owner" not in by.duties:
            raise NotAllowed("Hanya pemilik proses yang boleh mengubah diagram.")
        draft = engine.diagram_draft(key, by=by)
        if draft is not None:
            return cls(engine, by, key, draft.base_version, draft, version)
        if version is None:
            found = engine.versions(key)
            version = next((each.version for each in found if each.in_force), found[0].version)
        return cls(engine, by, key, engine.version(key, version).version, None, version)

    @property
    def xml(self) -> bytes:
        """Return the diagram, as it was uploaded or saved."""
        if self.draft is not None:
            return self.draft.xml
        assert self.version is not None  # without a draft there is a version
        return self.engine.diagram_xml(self.key, self.version)

    @property
    def saved_at(self) -> datetime | None:
        """Return when the draft was kept last."""
        return None if self.draft is None else self.draft.saved_at

    def name(self) -> str:
        """Return what the SOP is called now."""
        if self.draft is not None:
            return self.engine.draft_outline(self.key, by=self.by).name
        return self.engine.versions(self.key)[0].name or self.key

    def problems_with(self, xml: bytes) -> tuple[Problem, ...]:
        """Return what the rule list finds in another diagram, with the forms of what is open."""
        if self.draft is not None:
            return self.engine.check_draft(self.key, by=self.by, xml=xml)
        assert self.version is not None  # without a draft there is a version
        forms = self.engine.version_page(self.key, self.version).forms
        return self.engine.check({f"{self.key}.bpmn": xml, **{f"{form.id}.form": form.text.encode() for form in forms}})
