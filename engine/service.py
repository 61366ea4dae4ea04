"""``Engine``: every use case in one place, one transaction and one permission check each."""

from __future__ import annotations

from datetime import UTC, datetime

from . import schema
from .calendar.calendars import Calendars
from .conformance.conformances import Conformances
from .copying import Copying
from .database import Database
from .deployment import Deployments
from .differences.differences import DifferencesInWords
from .disclosure import Disclosure
from .drafting.outline import DraftOutlines
from .drafts import Drafts
from .erasing import Erasing
from .forecast.forecasting import Forecasts
from .heat.heating import HeatMaps
from .ledger.ledgers import Ledger
from .mending.imports import Imports
from .move.carrying_on import MassMoves
from .move.effects import Effects
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
from .sop.documents import SopDocuments
from .standards.trials import Trials
from .standing.deciding import Deciding
from .sweeping import Sweeping
from .timeline.timelines import Timelines
from .versions import Versions
from .vitals import Vitals
from .worklist import WorkList


class Engine(
    SopDocuments,
    Proving,
    Calendars,
    Conformances,
    Copying,
    Timelines,
    Records,
    Erasing,
    Ledger,
    DifferencesInWords,
    Forecasts,
    HeatMaps,
    Trials,
    DraftOutlines,
    Effects,
    MassMoves,
    Deciding,
    Imports,
    Deployments,
    Disclosure,
    OfficeProof,
    Proof,
    Queries,
    Remarks,
    SavedSearches,
    Seals,
    Opening,
    Versions,
    Vitals,
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
