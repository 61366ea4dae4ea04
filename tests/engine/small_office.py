"""A small office for the tests of the engine: two lanes, two sections, and the shipped SOP if asked for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from engine import Actor, Engine, ProcessDefinition
from tests.small_bpmn import Task, Timer, choice, diagram, form, text_field

ROOT = Path(__file__).parents[2]
OWNER = Actor("pemilik", "Pemilik Proses", duties=frozenset({"process_owner"}))
ADMIN = Actor("admin", "Admin", duties=frozenset({"admin"}))
HEAD = Actor("kepala", "Kepala Kantor", duties=frozenset({"head"}))
AUDITOR = Actor("auditor", "Auditor", duties=frozenset({"auditor"}))
CLERK = Actor("petugas", "Petugas Satu", lanes=frozenset({"Petugas"}))
COLLEAGUE = Actor("petugas2", "Petugas Dua", lanes=frozenset({"Petugas"}))
CHECKER = Actor("pemeriksa", "Pemeriksa", lanes=frozenset({"Pemeriksa"}), groups=frozenset({"timur"}))
OTHER_CHECKER = Actor("pemeriksa2", "Pemeriksa Barat", lanes=frozenset({"Pemeriksa"}), groups=frozenset({"barat"}))
PEOPLE = (OWNER, ADMIN, HEAD, AUDITOR, CLERK, COLLEAGUE, CHECKER, OTHER_CHECKER)

SECTION = choice("seksi", ["timur", "barat", "kosong"])
TWO_STEPS: Mapping[str, bytes] = {
    "surat.bpmn": diagram(
        "surat",
        "mulai > catat > periksa > selesai",
        {
            "catat": Task(form="catat", name="Mencatat"),
            "periksa": Task(
                lane="Pemeriksa",
                form="periksa",
                name="Memeriksa",
                group="${seksi}",
                timers={"ingat": Timer("P1D"), "batas": Timer("P3D")},
            ),
        },
    ),
    "catat.form": form(
        "catat",
        text_field("perihal", required=True),
        SECTION,
        text_field("nama", personal="Petugas") | {"properties": {"pribadi": "Petugas", "peran": "identitas"}},
        text_field("kisah", personal="Petugas; Pemeriksa"),
        {"type": "checkbox", "key": "anonim", "label": "Anonim", "properties": {"peran": "anonim"}},
        {"type": "checkbox", "key": "rahasia", "label": "Rahasia", "properties": {"peran": "rahasia"}},
        {
            "type": "filepicker",
            "key": "bukti",
            "label": "Bukti",
            "multiple": True,
            "properties": {"pribadi": "Petugas"},
        },
    ),
    "periksa.form": form("periksa", text_field("hasil", required=True)),
}
LETTER = {"perihal": "Antrean", "seksi": "timur"}


def hire(engine: Engine) -> None:
    """Add everybody."""
    for person in PEOPLE:
        engine.add_person(
            person.name, person.full_name, lanes=person.lanes, groups=person.groups, duties=person.duties, by=ADMIN
        )


def open_office(engine: Engine, files: Mapping[str, bytes] = TWO_STEPS) -> ProcessDefinition:
    """Add everybody and deploy one process."""
    hire(engine)
    return deploy(engine, files)


def deploy(engine: Engine, files: Mapping[str, bytes]) -> ProcessDefinition:
    """Deploy one process and return its new version."""
    (definition,) = engine.deploy(files, by=OWNER).definitions
    return definition


def sop_files() -> dict[str, bytes]:
    """Return the shipped SOP as an upload."""
    files = [*(ROOT / "bpmn").glob("*.bpmn"), *(ROOT / "forms").glob("*.form")]
    return {file.name: file.read_bytes() for file in sorted(files)}


def types(engine: Engine, case: str) -> list[str]:
    """Return the types of a case's events, in order."""
    return [event.type for event in engine.history(case, by=AUDITOR)]


STUCK = {
    "macet.bpmn": diagram(
        "macet",
        "mulai > catat > isi > pilih > satu > selesai | pilih > dua > selesai",
        {
            "catat": Task(),
            "isi": Task(form="isi", timers={"batas": Timer("P1D")}),
            "satu": Task(),
            "dua": Task(),
        },
        gateways={"pilih": "exclusive"},
        conditions={"pilih > satu": "${arah == 'utara'}", "pilih > dua": "${arah == 'timur'}"},
    ),
    "isi.form": form("isi", choice("arah", ["utara", "timur", "selatan"])),
}
"""A process whose gateway has no exit for ``selatan``: with that answer its case becomes an incident."""
