"""One form of an owner's draft: its text, keeping another, and what is then wrong, as the editor shows it.

Knows drafts only through the engine. A form that breaks our rules is kept all the same: only deploying refuses it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from engine import Actor, DiagramDraft, DraftChanged, Engine, NotFound, Problem

MOST_TRIES = 5
"""Times that a save is tried again because another part of the draft was saved at the same moment."""
MOST_OTHERS = 5
"""Problems of the rest of the draft that are named beside a form; the draft's own page has them all."""

_BEGUN_ANEW = "Draf yang dibuka di halaman ini sudah dipasang atau dibuang, lalu dimulai lagi di tempat lain."


@dataclass(frozen=True)
class Kept:
    """What became of a save: the draft as it stands, or why nothing was kept (``refusal``, ``conflict``)."""

    draft: DiagramDraft
    refusal: str = ""
    conflict: bool = False


@dataclass(frozen=True)
class Found:
    """What is wrong or doubtful: in this form, and (errors only) in the rest of the draft."""

    here: tuple[Problem, ...] = ()
    elsewhere: tuple[Problem, ...] = ()
    more: int = field(default=0)


class DraftForm:
    """One form of one owner's draft of one SOP. Raises ``NotFound`` and ``NotAllowed`` like the engine."""

    def __init__(self, engine: Engine, by: Actor, key: str, form_id: str) -> None:
        self._engine, self._by = engine, by
        self.key, self.form_id = key, form_id
        self.outline = engine.draft_outline(key, by=by)

    def draft(self) -> DiagramDraft:
        """Return the draft as it stands now."""
        found = self._engine.diagram_draft(self.key, by=self._by)
        if found is None:
            raise NotFound("Draf SOP", self.key)
        return found

    def text(self, draft: DiagramDraft) -> str:
        """Return the form's text: the draft's, else the newest deployed one, which the draft would take too."""
        known = {**self._engine.deployed_forms([self.form_id]), **draft.forms}
        if self.form_id not in known:
            raise NotFound("Formulir", self.form_id)
        return known[self.form_id]

    def keep(self, text: str, revision: int) -> Kept:
        """Keep the form's text in the draft, unless a later revision changed this very form."""
        draft = self.draft()
        if refusal := unusable(text, self.form_id):
            return Kept(draft, refusal)
        if revision > draft.revision:
            return Kept(draft, _BEGUN_ANEW, conflict=True)
        for _ in range(MOST_TRIES):
            try:
                kept = self._engine.save_diagram_draft(
                    self.key,
                    forms={**draft.forms, self.form_id: text},
                    expected_revision=revision,
                    by=self._by,
                )
            except DraftChanged as changed:
                draft = self.draft()
                if draft.changed_in.get(self.form_id, 0) > revision:
                    return Kept(draft, str(changed), conflict=True)
            else:
                return Kept(kept)
        return Kept(draft, "Draf ini sedang disimpan dari tempat lain. Coba lagi sebentar lagi.")

    def found(self) -> Found:
        """Return what is wrong or doubtful now."""
        problems = self._engine.check_draft(self.key, by=self._by)
        here = tuple(problem for problem in problems if problem.file == f"{self.form_id}.form")
        rest = tuple(problem for problem in problems if problem not in here and problem.severity == "error")
        return Found(here, rest[:MOST_OTHERS], max(len(rest) - MOST_OTHERS, 0))


def unusable(text: str, form_id: str) -> str:
    """Return why a text cannot be this form at all (the editor could not open it again), else nothing."""
    try:
        schema = json.loads(text)
    except (ValueError, RecursionError) as error:
        return f"Sumber formulir ini bukan JSON yang sah: {str(error)[:120]}. Perbaiki, lalu simpan lagi."
    if not isinstance(schema, dict) or not isinstance(schema.get("components"), list):
        return 'Sumber formulir harus objek JSON dengan daftar "components". Perbaiki, lalu simpan lagi.'
    if schema.get("id") != form_id:
        return (
            f"Id formulir di dalam sumbernya {str(schema.get('id'))[:80]!r}, seharusnya {form_id!r}: "
            "langkah di diagram menautkannya dengan id itu. Untuk id lain, buat formulir baru."
        )
    return ""


def blank_form(form_id: str, title: str) -> str:
    """Return a new form: a heading and nothing else."""
    heading = {"type": "text", "id": "Judul", "text": f"# {title}"}
    schema = {"type": "default", "id": form_id, "schemaVersion": 19, "components": [heading] if title else []}
    return json.dumps(schema, ensure_ascii=False, indent=2)


def as_json(found: Found) -> dict[str, Any]:
    """Return what was found for the editor's script."""
    return {"problems": _listed(found.here), "elsewhere": _listed(found.elsewhere), "more": found.more}


def _listed(problems: Iterable[Problem]) -> list[dict[str, str]]:
    return [
        {"element": each.element, "name": each.name, "severity": each.severity, "message": each.message}
        for each in problems
    ]
