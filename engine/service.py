"""``Engine``: every use case in one place, one transaction and one permission check each."""

from __future__ import annotations

from datetime import UTC, datetime

from . import schema
from .calendar.calendars import Calendars
from .conformance.conformances import Conformances
from .copying import Copying
from .database import Database
from .deployment import Deployments
from .disclosure import Disclosure
from .drafts import Drafts
from .erasing import Erasing
from .ledger.ledgers import Ledger
from .move.moving import Moving
from .office_proof import OfficeProof
from .opening import Opening
from .people import People
from .proof import Proof
from .proving import Proving
from .queries import Queries
from .record.records import Records
from .remarks import Remarks
from .seals import Seals
from .search.saved_searches import SavedSearches
from .sweeping import Sweeping
from .timeline.timelines import Timelines
from .versions import Versions
from .worklist import WorkList


class Engine(
    Proving,
    Calendars,
    Conformances,
    Copying,
    Timelines,
    Records,
    Erasing,
    Ledger,
    Deployments,
    Disclosure,
    Moving,
    OfficeProof,
    Proof,
    Queries,
    Remarks,
    SavedSearches,
    Seals,
    Opening,
    Versions,
    WorkList,
    Sweeping,
    Drafts,
    People,
):
    """The engine of one office. ``Engine(url, clock)``; ``close`` it when done.

    Where a person acts, ``by`` says who. Instants are timezone-aware UTC, and a case is named by its number.
    """

    @staticmethod
    def upgrade(url: str) -> None:
        """Bring the database to the newest shape; an empty one is made. Raises ``DatabaseUnusable``."""
        database = Database(url)
        try:
            schema.upgrade(database, datetime.now(UTC).year + 1)
        finally:
            database.close()
