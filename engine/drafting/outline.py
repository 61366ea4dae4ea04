"""What a draft's diagram holds, even while it breaks rules: its lanes, its steps with their forms, the fields it reads.

For pages that show a draft beside its forms. Whether the draft may be deployed is never asked here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..binding import StoredForms
from ..diagram.flows import read_flows
from ..diagram.nodes import nodes_of, read_elements
from ..diagram.rules import Findings
from ..diagram.steps import read_lanes, read_tasks
from ..diagram.xml import Xml, XmlRefused, parse_xml
from ..errors import AlreadyExists, InvalidRequest
from ..forms import is_form_id
from ..model import Actor
from .drafting import DiagramDrafts
from .linking import with_form
from .values import DiagramDraft


@dataclass(frozen=True)
class DraftStep:
    """One user task of a draft: its number in the SOP (empty: none), its name and lane, the form that it links."""

    element: str
    no: str
    name: str
    lane: str
    form_id: str | None


@dataclass(frozen=True)
class DraftOutline:
    """A draft in short. ``fields_read``: the names that its conditions and groups ask for."""

    name: str
    lanes: tuple[str, ...]
    steps: tuple[DraftStep, ...]
    fields_read: frozenset[str]


class DraftOutlines(DiagramDrafts):
    """What is asked of a draft beside its forms, and needs no sound diagram."""

    def draft_outline(self, key: str, *, by: Actor) -> DraftOutline:
        """Return what the actor's draft holds; nothing of a drawing that cannot be read. Raises ``NotFound``."""
        with self.database.read() as connection:
            draft = self.own_draft(connection, key, by=by)
        return outline_of(draft.xml, key)

    def deployed_forms(self, form_ids: Iterable[str]) -> dict[str, str]:
        """Return the texts that a draft would take of the forms that it does not bring: the newest deployed ones."""
        with self.database.read() as connection:
            stored = StoredForms(connection)
            return {form_id: text for form_id in form_ids if (text := stored.get(form_id)) is not None}

    def drawn_key(self, xml: bytes) -> str | None:
        """Return the id of the process that ``xml`` draws, the executable one first; None if there is none to read."""
        try:
            processes = [process for process in parse_xml(xml).all("bpmn:process") if process.id]
        except XmlRefused:
            return None
        executable = [process for process in processes if process.attributes.get("isExecutable") == "true"]
        return next((process.id for process in (*executable, *processes)), None)

    def add_draft_form(self, key: str, form_id: str, text: str, *, element: str | None, by: Actor) -> DiagramDraft:
        """Put a new form into the actor's draft, and link the step ``element`` to it, if one is named.

        Raises ``AlreadyExists`` if the draft has a form of that id, ``NotFound``, ``InvalidRequest``, ``DraftChanged``.
        """
        with self.database.read() as connection:
            draft = self.own_draft(connection, key, by=by)
        if not is_form_id(form_id):
            raise InvalidRequest(
                f"Id formulir {form_id[:60]!r} tidak dapat dipakai. "
                "Pakai huruf, angka, garis bawah, titik, atau tanda hubung; paling panjang 100 karakter."
            )
        if form_id in draft.forms:
            raise AlreadyExists(f"Draf ini sudah memuat formulir {form_id}. Ubah formulir itu, atau pakai id lain.")
        return self.save_diagram_draft(
            key,
            xml=with_form(draft.xml, element, form_id) if element else None,
            forms={**draft.forms, form_id: text},
            expected_revision=draft.revision,
            by=by,
        )


def outline_of(xml: bytes, key: str) -> DraftOutline:
    """Return what the processes of ``xml`` hold; ``key`` stands for the name of one that has none."""
    try:
        processes = parse_xml(xml).all("bpmn:process")
    except XmlRefused:
        return DraftOutline(key, (), (), frozenset())
    own = next((process for process in processes if process.id == key), None)
    parts = [_outline(process) for process in processes]
    return DraftOutline(
        name=own.name if own and own.name else key,
        lanes=tuple(dict.fromkeys(lane for part in parts for lane in part.lanes)),
        steps=tuple(step for part in parts for step in part.steps),
        fields_read=frozenset().union(*(part.fields_read for part in parts)),
    )


def _outline(process: Xml) -> DraftOutline:
    # What is found wrong on the way is somebody else's to tell: the owner sees it beside the diagram.
    unheard, nodes = Findings(process.id), nodes_of(process)
    elements = read_elements(process, nodes, unheard)
    lanes, lane_of = read_lanes(process, elements, unheard)
    tasks = read_tasks(nodes, elements, lane_of, unheard)
    flows = read_flows(process, elements, frozenset(nodes), unheard)
    names = (flow.condition.names for flow in flows.values() if flow.condition is not None)
    groups = (frozenset({task.group.field}) for task in tasks.values() if task.group and task.group.field)
    steps = (
        DraftStep(task.id, task.properties.get("no", ""), task.name, task.lane, task.form_id) for task in tasks.values()
    )
    return DraftOutline(
        process.name,
        tuple(lane.name for lane in lanes if lane.name.strip()),
        tuple(steps),
        frozenset().union(*names, *groups),
    )
