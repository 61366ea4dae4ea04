"""Opening a case without doing its first step: an owner starts what was just deployed, and the step waits in its lane.

What ``start`` does in one command is done here in halves: the first step is completed later, like any other.
"""

from __future__ import annotations

from . import casefile, numbering
from . import history as h
from .errors import InvalidRequest, NotAllowed
from .model import Actor, ProcessInstance
from .office import Flow, Office
from .rights import Place, acting_for, may_do, represented_in
from .runtime import RULES, Run
from .standing.decisions import refuse_never_in_force
from .views import instance_of


class Opening(Office):
    """The use case of a process owner who presses Run."""

    def open_case(self, key: str, *, version: int | None = None, by: Actor) -> ProcessInstance:
        """Start a case and leave its first step waiting; return it with its number.

        A process owner may, and whoever may do the first step. ``version``: refuse unless this one is in force.
        Raises ``NotFound``, ``NotAllowed``, ``InvalidRequest``, ``CannotProceed``.
        """
        now = self.now()
        with self.database.write() as connection:
            if version is not None:
                refuse_never_in_force(connection, key, version, now)
            process = self.catalog.in_force(connection, key, now)
            if version not in (None, process.version):
                raise InvalidRequest(
                    f"Perkara baru hanya dimulai pada versi yang berlaku: {key} versi {process.version}, "
                    f"bukan versi {version}. Pasang diagramnya lagi, lalu ulangi."
                )
            run, facts = Run.start(process)
            first = next(iter(run.open_items.values()), None)
            place = Place(first.lane, first.group) if first else None
            mine = place is not None and may_do(by, place, represented_in(process.diagram))
            if not (mine or (by.active and "process_owner" in by.duties)):
                raise NotAllowed(f"Hanya pemilik proses dan pelaksana langkah pertama yang boleh memulai {key}.")
            number, ordinal = numbering.next_number(connection, process.diagram, now)
            file = casefile.create(connection, number, ordinal, key, process.version, now)
            flow = Flow(self, file)
            begun = h.InstanceStarted(key, process.version, process.digest, RULES)
            flow.begin(begun, run, facts, at=now, actor=by.name, lane=acting_for(by, place) if mine and place else None)
            flow.save()
            instance = instance_of(number, file.state, process)
        self.reported(flow)
        return instance
