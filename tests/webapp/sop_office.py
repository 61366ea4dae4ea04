"""The example office at work: the shipped SOP, its people, and cases carried as far as a test needs."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from engine import Actor, Engine, WorkItem
from tests.engine.small_office import OWNER, sop_files
from tests.filling import answers
from tests.website import PASSWORD, Browser, Website
from webapp import demo
from webapp.accounts import Accounts
from webapp.demo import LALINTAS, PEOPLE, TIKIM

__all__ = ["LALINTAS", "TIKIM", "SopOffice", "address", "squeezed"]

DOES = {
    "1": "petugas1",
    "2": "petugas1",
    "3": "petugas2",
    "4": "sekretaris",
    "5": "koordinator_lalintas",
    "6": "koordinator_lalintas",
    "7": "ketua",
    "8": "sekretaris",
    "9": "petugas1",
}
"""Who does which step in these tests."""


class SopOffice:
    """The office of ``make run`` on one website, without its passwords."""

    def __init__(self, website: Website, engine: Engine) -> None:
        self.website, self.engine = website, engine
        (definition,) = engine.deploy(sop_files(), by=OWNER).definitions
        self.key = definition.key
        self.people = {person.name: demo.add_person(engine, person) for person in PEOPLE}

    def person(self, name: str) -> Actor:
        """Return one of the office's people."""
        return self.people[name]

    def browser(self, name: str) -> Browser:
        """Return a browser in which that person is signed in."""
        accounts = Accounts(self.engine)
        if accounts.find(name) is None:
            accounts.set_password(name, PASSWORD)
        return self.website.browser(name)

    def start(self, **own: Any) -> str:
        """Record a complaint; return its number."""
        form = self.engine.start_form(self.key, by=self.people["petugas1"]).form
        filled = answers(form, self.engine.now(), **own)
        return self.engine.start(self.key, filled, by=self.people["petugas1"]).number

    def open_step(self, case: str) -> WorkItem:
        """Return the step that waits."""
        (item,) = (each for each in self.engine.steps(case, by=self.people["petugas1"]) if each.state == "open")
        return item

    def answers(self, item: WorkItem, **own: Any) -> dict[str, Any]:
        """Return answers that fit a step's form, for the section Lalu Lintas where one is asked for."""
        who = self.people[DOES[item.step or ""]]
        if item.step == "4":
            own = {"seksi_terkait": LALINTAS, **own}
        return answers(self.engine.form(item.case, item.key, by=who), self.engine.now(), **own)

    def complete(self, case: str, **own: Any) -> WorkItem:
        """Do the step that waits; return it as it was."""
        item = self.open_step(case)
        who = self.people[DOES[item.step or ""]]
        self.engine.complete(case, item.key, self.answers(item, **own), by=who)
        return item

    def carry_to(self, case: str, step: int) -> WorkItem:
        """Do step after step until this one waits; return it."""
        while (item := self.open_step(case)).step != str(step):
            self.complete(case)
        return item

    def start_at(self, step: int, **own: Any) -> WorkItem:
        """Record a complaint and carry it to this step; return the step."""
        return self.carry_to(self.start(**own), step)


def address(item: WorkItem) -> str:
    """Return the address of a step's page."""
    return f"/tasks/{item.path}"


def squeezed(page: str) -> str:
    """Return what a page says: without markup, with single spaces."""
    text = re.sub(r"<(script|style|svg|title)\b.*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
    return " ".join(unescape(text).split())
