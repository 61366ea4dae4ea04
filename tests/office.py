"""The example office of ``make run`` for tests: the shipped SOP, and everybody who works in it."""

from __future__ import annotations

from collections.abc import Mapping

from engine import Actor, Engine, ProcessDefinition
from tests.readme import ROOT
from webapp.demo import OWNER, PEOPLE, add_person


def sop_files() -> dict[str, bytes]:
    """Return the shipped diagram with its forms, as an upload."""
    files = [*(ROOT / "bpmn").glob("*.bpmn"), *(ROOT / "forms").glob("*.form")]
    return {file.name: file.read_bytes() for file in sorted(files)}


def open_office(engine: Engine) -> tuple[ProcessDefinition, Mapping[str, Actor]]:
    """Add everybody and deploy the SOP; return it with the people by name."""
    people = {person.name: add_person(engine, person) for person in PEOPLE}
    (definition,) = engine.deploy(sop_files(), by=OWNER).definitions
    return definition, people
