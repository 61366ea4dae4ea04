"""A case that goes round and round: what a step costs must not depend on the case's age."""

from __future__ import annotations

from engine import Actor, Engine
from tests.bench.office import OWNER, MovedClock
from tests.small_bpmn import Task, Timer, choice, diagram, form

CLERK = Actor("petugas", "Petugas", lanes=frozenset({"Petugas"}))
FILES = {
    "ulang.bpmn": diagram(
        "ulang",
        "mulai > catat > periksa > pilih > periksa | pilih > selesai",
        {
            "catat": Task(form="catat"),
            "periksa": Task(form="periksa", timers={"batas": Timer("P1D")}),
        },
        gateways={"pilih": "exclusive"},
        conditions={"pilih > periksa": "${lagi == 'ya'}"},
        default={"pilih": "selesai"},
    ),
    "catat.form": form("catat"),
    "periksa.form": form("periksa", choice("lagi", ["ya", "tidak"])),
}


class LoopingOffice:
    """An engine with one looping process on ``url``."""

    def __init__(self, url: str) -> None:
        Engine.upgrade(url)
        self.engine = Engine(url, MovedClock())
        self.engine.deploy(FILES, by=OWNER)
        self.engine.add_person(CLERK.name, CLERK.full_name, lanes=CLERK.lanes, by=OWNER)
        self._rounds: dict[str, int] = {}

    def start(self) -> str:
        """Start a case; its first round lies ahead."""
        return self.engine.start("ulang", {}, by=CLERK).number

    def go_round(self, case: str, times: int) -> None:
        """Complete the looping step ``times`` more times."""
        for _ in range(times):
            self._rounds[case] = self._rounds.get(case, 0) + 1
            self.engine.complete(case, f"periksa:{self._rounds[case]}", {"lagi": "ya"}, by=CLERK)
