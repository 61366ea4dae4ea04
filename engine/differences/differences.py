"""What differs between two versions of an SOP, a version and a draft, or a version and files: asked, never changed.

Everybody who works here may read how an SOP runs; a draft only its owner.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Literal

from sqlalchemy import Connection, select

from ..catalog import DEFINITION
from ..drafting.drafting import DiagramDrafts
from ..drafting.values import DiagramDraft
from ..errors import InvalidRequest, NotFound
from ..model import Actor, is_storable
from ..tables import ProcessDefinitionRow as Definition
from .comparing import State, compare
from .parts import form_link
from .values import Differences

_LARGEST = 2**31


class DifferencesInWords(DiagramDrafts):
    """The use cases of comparing."""

    def differences(self, key: str, from_version: int, to: int | Literal["draft"], *, by: Actor) -> Differences:
        """Return what differs from a version to another one, or to the actor's own draft of the SOP.

        A draft may still break the rules of a diagram. Raises ``NotFound``; for a draft also ``NotAllowed``, and
        ``InvalidRequest`` while its XML cannot be read at all.
        """
        with self.database.read() as connection:
            old = self._state_of(connection, key, from_version)
            if to == "draft":
                new = self._drafted_state(connection, self.own_draft(connection, key, by=by), old)
            else:
                new = self._state_of(connection, key, to)
        entries, only_layout, identical = compare(old, new)
        return Differences(key, from_version, None if to == "draft" else to, entries, only_layout, identical)

    def differences_to(self, key: str, from_version: int, files: Mapping[str, bytes]) -> Differences:
        """Return what differs from a version to a diagram with its forms that is not deployed. Nothing is stored.

        Forms that the files lack count as unchanged, as they would at deployment. Raises ``NotFound``,
        ``InvalidRequest`` if no diagram, or more than one, is among the files.
        """
        drawn = [data for name, data in files.items() if name.endswith(".bpmn")]
        if len(drawn) != 1:
            raise InvalidRequest(f"Bandingkan dengan tepat satu berkas .bpmn; diterima {len(drawn)}.")
        texts = {name: data.decode("utf-8-sig", "replace") for name, data in files.items() if name.endswith(".form")}
        forms = {_form_id(name, text): text for name, text in texts.items()}
        with self.database.read() as connection:
            old = self._state_of(connection, key, from_version)
        new = State(key, drawn[0], _completed(drawn[0], forms, old))
        entries, only_layout, identical = compare(old, new)
        return Differences(key, from_version, None, entries, only_layout, identical)

    def _state_of(self, connection: Connection, key: str, version: int) -> State:
        query = select(Definition.xml, Definition.forms, Definition.calls)
        query = query.where(Definition.key == key, Definition.version == version)
        row = connection.execute(query).first() if is_storable(key) and 0 < version < _LARGEST else None
        if row is None:
            raise NotFound(DEFINITION, f"{key} versi {version}")
        return State(key, bytes(row.xml), json.loads(row.forms), json.loads(row.calls))

    def _drafted_state(self, connection: Connection, draft: DiagramDraft, old: State) -> State:
        """Return a draft as it would be frozen; where it could not be deployed yet, as it stands."""
        upload, plan = self._bound_draft(connection, draft)
        process = next((each for each in plan.processes if each.key == draft.key), None)
        if process is None or any(problem.severity == "error" for problem in upload.problems):
            return State(draft.key, draft.xml, _completed(draft.xml, draft.forms, old))
        calls = {key: called.version for key, called in process.calls.items()}
        return State(draft.key, draft.xml, plan.texts[draft.key], calls)


def _form_id(name: str, text: str) -> str:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    own = found.get("id") if isinstance(found, dict) else None
    return own if isinstance(own, str) and own else name.removesuffix(".form")


def _completed(xml: bytes, forms: Mapping[str, str], old: State) -> dict[str, str]:
    """Return the forms, with those of the old state that the diagram still names and nobody brought."""
    named = {form_link(part) for part in State(old.key, xml, {}).side.parts.values()}
    return {**{each: text for each, text in old.forms.items() if each in named}, **forms}
