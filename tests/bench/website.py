"""The office's website, with one signed-in browser for each person."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.filling import posted
from tests.website import Website, expect
from webapp import account_tables

from .office import OWNER, Office


class OfficeWebsite:
    """What the bench does in a browser."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office = office
        account_tables.upgrade(office.engine)
        people = list(office.people.values())
        website = Website(office.engine, people, folder)
        self._browsers = {person.name: website.browser(person.name) for person in people}

    def open_work_list(self) -> None:
        """Get the clerk's work list."""
        expect(self._browsers[self.office.clerk.name].get("/tasks"), 200)

    def open_case(self, number: str) -> None:
        """Get the page of a case, as the clerk."""
        expect(self._browsers[self.office.clerk.name].get(f"/cases/{number}"), 200)

    def prepare_completion(self, case: str, number: int) -> Callable[[], None]:
        """Open the page of step ``number``; return what posts its form, filled in."""
        key = f"langkah_{number}:1"
        person = self.office.people[self.office.engine.work_item(case, key, by=OWNER).lane]
        browser, address = self._browsers[person.name], f"/tasks/{case}/{key}"
        expect(browser.get(address), 200)
        form = self.office.engine.form(case, key, by=person)
        values = posted(form) if form else {}
        return lambda: expect(browser.post(address, values), 303)
