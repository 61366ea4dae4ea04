"""Searches that an auditor keeps under a name; each sees only their own."""

from __future__ import annotations

import json

from sqlalchemy import delete, func, insert, select

from .. import history as h
from ..errors import InvalidRequest, NotFound
from ..model import Actor, is_storable
from ..tables import SavedSearchRow as Row
from .criteria import CaseSearch, SavedSearch
from .searching import Searching, allow_audit

LONGEST_NAME = 80
MOST_SAVED = 100
SEARCH = "Pencarian"


class SavedSearches(Searching):
    """The use cases about one's own saved searches."""

    def saved_searches(self, *, by: Actor) -> tuple[SavedSearch, ...]:
        """Return the actor's searches, by name. Raises ``NotAllowed``."""
        allow_audit(by)
        with self.database.read() as connection:
            rows = connection.execute(select(Row).where(Row.person == by.name)).all()
        found = (SavedSearch(row.name, CaseSearch.of(json.loads(row.criteria)), row.saved_at) for row in rows)
        return tuple(sorted(found, key=lambda saved: saved.name.casefold()))

    def save_search(self, name: str, search: CaseSearch, *, by: Actor) -> SavedSearch:
        """Keep a search under a name; one that had it before is replaced. Raises ``NotAllowed``, ``InvalidRequest``."""
        allow_audit(by)
        name = " ".join(name.split())
        if not 0 < len(name) <= LONGEST_NAME or not is_storable(name):
            raise InvalidRequest(f"Beri pencarian ini nama, 1 sampai {LONGEST_NAME} huruf.")
        saved = SavedSearch(name, search, self.now())
        with self.database.write() as connection:
            connection.execute(delete(Row).where(Row.person == by.name, Row.name == name))
            kept = select(func.count()).select_from(Row).where(Row.person == by.name)
            if connection.execute(kept).scalar_one() >= MOST_SAVED:
                raise InvalidRequest(f"Paling banyak {MOST_SAVED} pencarian tersimpan; hapus dulu yang tidak dipakai.")
            criteria = h.canonical(search.stated())
            row = {"person": by.name, "name": name, "criteria": criteria, "saved_at": saved.saved_at}
            connection.execute(insert(Row), row)
        return saved

    def saved_search(self, name: str, *, by: Actor) -> SavedSearch:
        """Return the actor's search of that name. Raises ``NotAllowed``, ``NotFound``."""
        found = next((saved for saved in self.saved_searches(by=by) if saved.name == name), None)
        if found is None:
            raise NotFound(SEARCH, name)
        return found

    def forget_search(self, name: str, *, by: Actor) -> None:
        """Delete the actor's search of that name. Raises ``NotAllowed``, ``NotFound``."""
        allow_audit(by)
        with self.database.write() as connection:
            gone = connection.execute(delete(Row).where(Row.person == by.name, Row.name == name))
            if not gone.rowcount:
                raise NotFound(SEARCH, name)
