"""What a draft remembers of its import: the values that its owner chose, and what was made of them.

Kept as JSON beside the file as it was handed in, which stays byte for byte. Nothing here repairs anything.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace

from engine import DiagramDraft, Imported


@dataclass(frozen=True)
class ImportState:
    """``choices``: repair to chosen value. The rest is empty until the repairs were accepted.

    ``generated``: the forms that were made or changed; ``brought``: what stood in those before; ``made``: digest of the
    drawing that was made; ``accepted``: the repairs as they were shown and accepted.
    """

    choices: Mapping[str, str] = field(default_factory=dict)
    generated: Mapping[str, str] = field(default_factory=dict)
    brought: Mapping[str, str] = field(default_factory=dict)
    made: str = ""
    accepted: tuple[Mapping[str, str], ...] = ()

    @classmethod
    def of(cls, draft: DiagramDraft) -> ImportState:
        """Return what the draft remembers."""
        stored = json.loads(draft.repairs) if draft.repairs else {}
        return cls(
            choices=stored.get("choices", {}),
            generated=stored.get("generated", {}),
            brought=stored.get("brought", {}),
            made=stored.get("made", ""),
            accepted=tuple(stored.get("accepted", ())),
        )

    def text(self) -> str:
        """Return the state as it is kept."""
        return json.dumps(asdict(self), ensure_ascii=False)

    def own_forms(self, draft: DiagramDraft) -> dict[str, str]:
        """Return the forms that an import begins with: all but what an earlier one made of them."""
        own = {form_id: text for form_id, text in draft.forms.items() if form_id not in self.generated}
        return {**own, **self.brought}

    def rewritten(self, draft: DiagramDraft) -> dict[str, str]:
        """Return the forms that an earlier import made and their owner changed since: they stay as they are."""
        return {
            form_id: text
            for form_id, text in draft.forms.items()
            if form_id in self.generated and self.generated[form_id] != text
        }

    def accepting(self, draft: DiagramDraft, imported: Imported) -> ImportState:
        """Return the state after these repairs were taken over."""
        own = self.own_forms(draft)
        return replace(
            self,
            generated=dict(imported.forms),
            brought={form_id: own[form_id] for form_id in imported.forms if form_id in own},
            made=digest(imported.xml or b""),
            accepted=tuple(
                {"kind": each.kind, "name": each.name, "message": each.message} for each in imported.repairs
            ),
        )

    def is_redrawn(self, draft: DiagramDraft) -> bool:
        """Return whether somebody changed the drawing since it was brought, or since the repairs were accepted."""
        return digest(draft.xml) != (self.made or digest(draft.origin or b""))


def digest(data: bytes) -> str:
    """Return the hex digest of some bytes."""
    return hashlib.sha256(data).hexdigest()


def seen(imported: Imported) -> str:
    """Return a digest of all that a page shows of an import, so that only what was seen is accepted."""
    shown = [asdict(repair) for repair in imported.repairs]
    text = json.dumps([shown, dict(imported.forms), digest(imported.xml or b"")], sort_keys=True, ensure_ascii=False)
    return digest(text.encode())
