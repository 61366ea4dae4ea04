"""A small office for the tests of faults: one process that goes round and round, and its clerks.

``ulang``: a clerk records, then checks again and again until ``lagi`` is not ``ya``. The check
has a deadline of one day and asks for a note, by which a test recognises its own completions.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from engine import Actor, Engine
from tests.clock import Clock
from tests.small_bpmn import Task, Timer, choice, diagram, form, text_field

OWNER = Actor("pemilik", "Pemilik", duties=frozenset({"process_owner", "admin", "head"}))
LANE = "Petugas"
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
    "catat.form": form("catat", text_field("perihal", required=True)),
    "periksa.form": form("periksa", text_field("catatan", required=True), choice("lagi", ["ya", "tidak"])),
}
AGAIN = {"lagi": "ya"}


def open_office(url: str, clerks: int, clock: Callable[[], datetime] | None = None) -> tuple[Engine, list[Actor]]:
    """Return an engine on a migrated database with the process deployed, and its clerks ``petugas0`` and so on."""
    engine = Engine(url, clock or Clock())
    engine.deploy(FILES, by=OWNER)
    people = [engine.add_person(f"petugas{each}", f"Petugas {each}", lanes=[LANE], by=OWNER) for each in range(clerks)]
    return engine, people


def start_case(engine: Engine, by: Actor) -> str:
    """Start a case; its first check is open."""
    return engine.start("ulang", {"perihal": "uji"}, by=by).number


def completions(engine: Engine, case: str) -> list[str]:
    """Return the payloads of the case's completions, in order."""
    return [event.payload for event in engine.history(case, by=OWNER) if event.type == "WorkItemCompleted"]
