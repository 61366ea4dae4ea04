"""Which element of one version is which of another, where its id is another: proposed, for an owner to agree to.

Only elements that are gone are mapped, each to one that has come, and only where there is no doubt. Nothing here
looks at cases.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping

from ..diagram import Diagram, ExecutableProcess
from ..errors import InvalidRequest

ENCLOSING = ("subProcess", "callActivity")


def propose_renames(old: ExecutableProcess, new: ExecutableProcess) -> dict[str, str]:
    """Return old id → new id: tasks by name and lane, sub-processes and calls by name, timers by what they stand on."""
    before, after = old.diagram, new.diagram
    names = dict(_pairs(_tasks(before, after), _tasks(after, before)))
    names |= _pairs(_enclosing(before, after), _enclosing(after, before))
    names |= _pairs(_timers(before, after, names), _timers(after, before, {}))
    return names


def checked_renames(renamed: Mapping[str, str], old: ExecutableProcess, new: ExecutableProcess) -> dict[str, str]:
    """Return the mapping as far as it concerns ``old``.

    Raises ``InvalidRequest`` for a new id that is none, or if two elements would become one.
    """
    names = {before: after for before, after in renamed.items() if before in elements_of(old)}
    known = elements_of(new)
    for before, after in names.items():
        if after not in known:
            raise InvalidRequest(
                f"Elemen {before} tidak dapat dipetakan ke {after}: versi {new.version} tidak memuatnya. "
                "Pilih elemen yang ada pada versi itu, atau kosongkan pemetaannya."
            )
    # What keeps its id takes a place too.
    taken: dict[str, str] = {}
    for before in elements_of(old):
        after = names.get(before, before)
        if after in known and taken.setdefault(after, before) != before:
            raise InvalidRequest(
                f"Elemen {taken[after]} dan {before} tidak dapat keduanya menjadi {after}; petakan salah satunya saja."
            )
    return names


def elements_of(process: ExecutableProcess) -> set[str]:
    """Return the ids of all elements, of what the process calls too."""
    return set(process.diagram.elements).union(*(elements_of(called) for called in process.calls.values()))


def _tasks(diagram: Diagram, other: Diagram) -> Iterator[tuple[Hashable, str]]:
    """Yield the tasks that the other diagram lacks, each with what tells it apart."""
    for task in diagram.tasks.values():
        if task.id not in other.elements:
            yield (task.name, task.lane), task.id


def _enclosing(diagram: Diagram, other: Diagram) -> Iterator[tuple[Hashable, str]]:
    for element in diagram.elements.values():
        if element.kind in ENCLOSING and element.id not in other.elements:
            yield (element.kind, element.name, diagram.calls.get(element.id)), element.id


def _timers(diagram: Diagram, other: Diagram, names: Mapping[str, str]) -> Iterator[tuple[Hashable, str]]:
    for timer in diagram.timers.values():
        if timer.id in other.elements:
            continue
        place = timer.name if timer.attached_to is None else names.get(timer.attached_to, timer.attached_to)
        # Several reminders of one step are told apart by their duration, else there is doubt.
        several = sum(each.role == timer.role for each in diagram.timers_on(timer.attached_to or "")) > 1
        yield (place, timer.role, timer.duration if several else None), timer.id


def _pairs(gone: Iterable[tuple[Hashable, str]], come: Iterable[tuple[Hashable, str]]) -> Iterator[tuple[str, str]]:
    by_mark: dict[Hashable, list[str]] = defaultdict(list)
    for mark, element in come:
        by_mark[mark].append(element)
    wanted: dict[Hashable, list[str]] = defaultdict(list)
    for mark, element in gone:
        wanted[mark].append(element)
    for mark, elements in wanted.items():
        if len(elements) == len(by_mark[mark]) == 1:
            yield elements[0], by_mark[mark][0]
