"""Import of a drawing from elsewhere: its repairs, and what is still wrong with the result. Nothing is stored."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import select

from ..deployment import Deployments
from ..model import Problem
from ..standing.decisions import rejected_ids
from ..tables import ProcessDefinitionRow
from .importing import mend
from .values import Imported


class Imports(Deployments):
    """The use case of a process owner who brings a drawing that was not made for Alur."""

    def import_drawing(
        self,
        data: bytes,
        choices: Mapping[str, str] | None = None,
        forms: Mapping[str, str] | None = None,
        file: str = "gambar.bpmn",
    ) -> Imported:
        """Return a drawing repaired as far as it can be, with every repair and what is left.

        ``choices`` by repair id, as a former call returned them; ``forms`` the texts that came with the
        drawing, by form id; stored ones count as well. Never raises for bad input.
        """
        given = dict(forms or {})
        stored, processes = self._known()
        mended = mend(data, choices or {}, stored | given, processes)
        if mended.refused is not None or mended.xml is None:
            rule, message = mended.refused or ("not-bpmn", "")
            return Imported(None, {}, mended.repairs, (Problem(file, "", "", "error", rule, message),))
        files = {f"{form_id}.form": text.encode() for form_id, text in (given | dict(mended.forms)).items()}
        return Imported(mended.xml, mended.forms, mended.repairs, self.check({file: mended.xml, **files}))

    def _known(self) -> tuple[dict[str, str], frozenset[str]]:
        """Return the newest stored text of each form, and the keys of all deployed processes."""
        query = select(ProcessDefinitionRow.key, ProcessDefinitionRow.forms).where(
            ProcessDefinitionRow.id.not_in(rejected_ids())
        )
        texts: dict[str, str] = {}
        keys: set[str] = set()
        with self.database.read() as connection:
            for key, forms in connection.execute(query.order_by(ProcessDefinitionRow.id)):
                texts |= json.loads(forms)
                keys.add(key)
        return texts, frozenset(keys)
