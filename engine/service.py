"""``Engine``: every use case in one place, one transaction and one permission check each."""

from __future__ import annotations

from datetime import UTC, datetime

from . import schema
from .database import Database
from .deployment import Deployments
from .disclosure import Disclosure
from .drafts import Drafts
from .moving import Moving
from .people import People
from .proof import Proof
from .queries import Queries
from .remarks import Remarks
from .sweeping import Sweeping
from .worklist import WorkList


class Engine(Deployments, Disclosure, Moving, Proof, Queries, Remarks, WorkList, Sweeping, Drafts, People):
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
