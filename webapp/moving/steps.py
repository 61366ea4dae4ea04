"""The steps of one version, or of a draft, by the names that people know them by.

What an owner reads is “Langkah 5 …”; ids and keys stand only where nothing else names an element.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from textwrap import shorten
from typing import Literal

from engine import Actor, DeployedVersion, Engine

LONGEST_NAME = 64
Target = int | Literal["draft"]
RUNNABLE = ("in_force", "replaced")
"""States of a version that cases may run on: it is, or was, in force."""


@dataclass(frozen=True)
class Step:
    """One user task. ``no`` is its number in the SOP, empty where it has none."""

    element: str
    no: str
    name: str

    @property
    def words(self) -> str:
        """Return the step as a sentence names it."""
        name = f"“{shorten(self.name, LONGEST_NAME, placeholder=' …')}”"
        return f"Langkah {self.no} {name}" if self.no else f"Langkah {name}"


@dataclass(frozen=True)
class Steps:
    """Steps by the id of their element, those of called processes behind the own ones."""

    by_element: Mapping[str, Step]

    def __iter__(self) -> Iterator[Step]:
        return iter(self.by_element.values())

    def __contains__(self, element: str) -> bool:
        return element in self.by_element

    def named(self, key: str) -> str:
        """Return the words for a key (``panggil_1:1/langkah_2:2``) or for an element's bare id."""
        element, time = element_of(key), key.rpartition("/")[2].partition(":")[2]
        step = self.by_element.get(element)
        words = step.words if step else f"elemen {element}"
        return f"{words} (kali ke-{time})" if time not in ("", "1") else words


def may_run_on(version: DeployedVersion) -> bool:
    """Return whether cases may be moved to a version: never to one that waits for approval, or was refused it."""
    return version.state in RUNNABLE


def element_of(key: str) -> str:
    """Return the id of the element that a key ends at, or that a bare id is."""
    return key.rpartition("/")[2].partition(":")[0]


def steps_of(engine: Engine, key: str, target: Target, *, by: Actor) -> Steps:
    """Return the steps of a version, or of the actor's own draft. Raises ``NotFound``."""
    if target == "draft":
        outline = engine.draft_outline(key, by=by)
        return Steps({each.element: Step(each.element, each.no, each.name or each.element) for each in outline.steps})
    return Steps({each.element: each for each in _deployed(engine, key, target)})


def all_steps(several: Iterable[Steps]) -> Steps:
    """Return the steps of several versions together; where they share an element, the first one names it."""
    found: dict[str, Step] = {}
    for steps in several:
        for step in steps:
            found.setdefault(step.element, step)
    return Steps(found)


def _deployed(engine: Engine, key: str, version: int) -> Iterator[Step]:
    page = engine.version_page(key, version)
    yield from (Step(each.id, each.no, each.name) for each in page.steps)
    for called, number in page.calls.items():
        yield from _deployed(engine, called, number)
