"""The office that the bench measures: the shipped SOP in a database of its own, with one person a lane.

Its clock runs at the speed of the real one from a Tuesday morning on, so that office time
passes whenever the bench is run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from engine import Actor, Engine, ProcessInstance
from tests.clock import TUESDAY_9AM, Clock
from tests.filling import answers

ROOT = Path(__file__).parents[2]
OWNER = Actor("pemilik", "Pemilik Proses", duties=frozenset({"process_owner", "admin", "head"}))
STEPS = 9


class MovedClock:
    """The real clock, moved so that it stood at ``start`` when this was made."""

    def __init__(self, start: datetime = TUESDAY_9AM) -> None:
        self.offset = start - datetime.now(UTC)

    def __call__(self) -> datetime:
        """Return the moved time."""
        return datetime.now(UTC) + self.offset

    def advance(self, by: timedelta) -> None:
        """Jump ahead."""
        self.offset += by


class Office:
    """An engine on ``url`` with the SOP deployed."""

    def __init__(self, url: str, clock: MovedClock | Clock | None = None) -> None:
        self.url, self.clock = url, clock or MovedClock()
        Engine.upgrade(url)
        self.engine = Engine(url, self.clock)
        deployed = self.engine.deploy(sop_files(), by=OWNER)
        (definition,) = deployed.definitions or deployed.unchanged
        self.key = definition.key
        self.people = {lane: self._person(f"orang{each}", [lane]) for each, lane in enumerate(definition.lanes)}
        self.clerk = self.people[definition.lanes[1]]
        self.complainant_lane = definition.lanes[0]

    def _person(self, name: str, lanes: Iterable[str]) -> Actor:
        # With the duty of a head, nobody is kept out by the section that step 4 chooses.
        if self.engine.person(name) is None:
            self.engine.add_person(name, name.title(), lanes=lanes, duties=["head"], by=OWNER)
        person = self.engine.person(name)
        assert person is not None
        return person

    def start(self) -> ProcessInstance:
        """Record one complaint: step 1 is done."""
        form = self.engine.start_form(self.key, by=self.clerk).form
        given = answers(form, self.clock())
        return self.engine.start(self.key, given, by=self.clerk, on_behalf_of=self.complainant_lane)

    def prepare_completion(self, case: str, number: int) -> Callable[[], None]:
        """Return what completes step ``number``: by whom it is for, with answers that fit its form."""
        key = f"langkah_{number}:1"
        person = self.people[self.engine.work_item(case, key, by=OWNER).lane]
        given = answers(self.engine.form(case, key, by=person), self.clock())
        return lambda: self.engine.complete(case, key, given, by=person)

    def complete_up_to(self, case: str, last: int, first: int = 2) -> None:
        """Complete the steps from ``first`` to ``last``."""
        for number in range(first, last + 1):
            self.prepare_completion(case, number)()


def sop_files() -> dict[str, bytes]:
    """Return the shipped SOP as an upload."""
    files = [ROOT / "bpmn" / "sop-pengaduan-kategori-berat.bpmn", *sorted((ROOT / "forms").glob("*.form"))]
    return {file.name: file.read_bytes() for file in files}
