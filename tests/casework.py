"""The people of the example office at work: complaints recorded, and carried as far as a test needs."""

from __future__ import annotations

from typing import Any

from engine import Actor, Engine, WorkItem
from tests.filling import answers
from webapp.demo import LALINTAS

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


class Casework:
    """What the office's people do, straight through the engine, in an office that is open already."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        (definition,) = engine.definitions()
        self.key = definition.key
        self.people = {person.name: person for person in engine.people()}

    def person(self, name: str) -> Actor:
        """Return one of the office's people."""
        return self.people[name]

    def start(self, **own: Any) -> str:
        """Record a complaint; return its number."""
        officer = self.people["petugas1"]
        form = self.engine.start_form(self.key, by=officer).form
        filled = answers(form, self.engine.now(), **own)
        return self.engine.start(self.key, filled, by=officer).number

    def open_step(self, case: str) -> WorkItem:
        """Return the step that waits."""
        (item,) = (each for each in self.engine.steps(case, by=self.people["petugas1"]) if each.state == "open")
        return item

    def answers(self, item: WorkItem, **own: Any) -> dict[str, Any]:
        """Return answers that fit a step's form, for the section Lalu Lintas where one is asked for."""
        form = self.engine.form(item.case, item.key, by=self.people[DOES[item.step or ""]])
        section = {"seksi_terkait": LALINTAS} if item.step == "4" else {}
        return answers(form, self.engine.now(), **{**section, **own})

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
