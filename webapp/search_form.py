"""The form of the auditor's search: from an address to criteria and back, and the criteria in words.

The criteria stand in the address, so that a search can be bookmarked, sent on, and gone back to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from textwrap import shorten
from typing import Any

from engine import Actor, CaseSearch, Engine, InvalidRequest, SearchStep

from .words import day

STATES: Mapping[str, str] = {
    "running": "Berjalan",
    "completed": "Selesai",
    "cancelled": "Dibatalkan",
    "incident": "Insiden",
}
LONGEST_NAME = 60
FIELDS = ("q", "state", "sop", "step", "lane", "person", "from", "to", "late")
"""The names of the form's fields, as they stand in an address."""


@dataclass(frozen=True)
class StepsOfSop:
    """The steps that may be chosen, of one version of one SOP."""

    key: str
    name: str
    version: int
    steps: tuple[SearchStep, ...]


@dataclass(frozen=True)
class Choices:
    """What may be chosen in the form. ``versions`` by SOP: its key and name, and its versions, the newest first."""

    versions: Mapping[tuple[str, str], tuple[int, ...]]
    steps: tuple[StepsOfSop, ...]
    lanes: tuple[str, ...]
    people: tuple[Actor, ...]


def criteria(asked: Mapping[str, str]) -> CaseSearch:
    """Return the search that the form's fields ask for. Raises ``InvalidRequest``."""
    given = {name: asked.get(name, "").strip() for name in FIELDS}
    key, version = _sop(given["sop"])
    step_key, _, step = given["step"].partition("/")
    if step and key not in (None, step_key):
        raise InvalidRequest("Langkah itu bukan milik SOP yang dipilih; pilih langkah SOP itu, atau kosongkan SOP-nya.")
    state: Any = given["state"] or None  # the engine says which there are
    return CaseSearch(
        number=given["q"],
        state=state,
        key=step_key if step else key,
        version=version,
        lane=given["lane"] or None,
        person=given["person"] or None,
        step=step or None,
        begun_from=_day(given["from"]),
        begun_to=_day(given["to"]),
        overrun=given["late"] == "1",
    )


def fields(search: CaseSearch) -> dict[str, str]:
    """Return the form's fields that ask for ``search``; empty ones are left out."""
    sop = search.key or ""
    if search.version:
        sop = f"{sop}:{search.version}"
    found = {
        "q": search.number,
        "state": search.state or "",
        "sop": sop,
        "step": f"{search.key}/{search.step}" if search.step else "",
        "lane": search.lane or "",
        "person": search.person or "",
        "from": search.begun_from.isoformat() if search.begun_from else "",
        "to": search.begun_to.isoformat() if search.begun_to else "",
        "late": "1" if search.overrun else "",
    }
    return {name: value for name, value in found.items() if value}


def choices(engine: Engine, search: CaseSearch, by: Actor) -> Choices:
    """Return what may be chosen: the steps of the version that is searched, else of each SOP's version in force."""
    versions: dict[tuple[str, str], list[int]] = {}
    told = engine.versions()
    in_force = {each.key: each for each in told if each.in_force}
    # An SOP whose first version still waits has none in force: its newest one stands for it.
    names = {each.key: in_force.get(each.key, each).name for each in reversed(told)}
    for each in told:
        versions.setdefault((each.key, names[each.key]), []).append(each.version)
    numbers = {key: found[0] for (key, _), found in versions.items()} | {
        key: each.version for key, each in in_force.items()
    }
    shown = {key: number for key, number in numbers.items() if search.key in (None, key)}
    if search.key in shown and search.version:
        shown[search.key] = search.version
    steps = (
        StepsOfSop(key, names[key], version, engine.searchable_steps(key, version, by=by))
        for key, version in shown.items()
        if (key, names[key]) in versions and version in versions[key, names[key]]
    )
    return Choices(
        {sop: tuple(found) for sop, found in versions.items()}, tuple(steps), engine.lanes_ever(by=by), engine.people()
    )


def in_words(search: CaseSearch, offered: Choices) -> list[str]:
    """Return each criterion as a page says it."""
    names = {key: name for key, name in offered.versions}  # noqa: C416 - the keys are pairs themselves
    people = {person.name: person.full_name for person in offered.people}
    said = [
        (search.number, f"nomor {search.number}"),
        (search.state, f"keadaan {STATES.get(search.state or '', '').lower()}"),
        (search.key, names.get(search.key or "", search.key)),
        (search.version, f"versi {search.version}"),
        (search.step, f"langkah {_step_named(search, offered.steps)}"),
        (search.lane, f"lajur {search.lane}"),
        (search.person, f"orang {people.get(search.person or '') or search.person}"),
        (search.begun_from or search.begun_to, _period(search.begun_from, search.begun_to)),
        (search.overrun, "ada langkah terlambat" if not search.step else "langkahnya terlambat"),
    ]
    return [str(words) for counts, words in said if counts]


def _step_named(search: CaseSearch, offered: Sequence[StepsOfSop]) -> str:
    for each in offered:
        for step in each.steps:
            if (each.key, step.path) == (search.key, search.step):
                name = shorten(step.name, LONGEST_NAME, placeholder=" …")
                return f"{step.step} “{name}”" if step.step else f"“{name}”"
    return search.step or ""


def _period(first: date | None, last: date | None) -> str:
    if first and last:
        return f"mulai {day(first)}" if first == last else f"mulai {day(first)} – {day(last)}"
    return f"mulai sejak {day(first)}" if first else f"mulai sampai {day(last)}" if last else ""


def _sop(text: str) -> tuple[str | None, int | None]:
    key, colon, version = text.partition(":")
    if colon and not (version.isascii() and version.isdigit() and len(version) < 10):
        raise InvalidRequest(f"Versi SOP diharapkan sebuah angka, bukan {version[:40]!r}; pilih dari daftar.")
    return key or None, int(version) if colon else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InvalidRequest(f"Tanggal diharapkan seperti 2026-11-24, bukan {text[:40]!r}; isi ulang.") from error
