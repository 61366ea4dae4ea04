"""Whether an event holds what it is declared to hold: an altered history may put anything in any place.

Commands need no such check, since they wrote the history themselves; whoever hands it out does.
"""

from __future__ import annotations

from dataclasses import fields
from types import NoneType
from typing import Any

from . import history as h
from .errors import HistoryDamaged
from .projection import Recorded

_KINDS: dict[str, type] = {"str": str, "int": int, "tuple": tuple, "Mapping": dict}


def checked(recorded: Recorded) -> Recorded:
    """Return the event as it is. Raises ``HistoryDamaged`` if a field of it is of another kind than it must be."""
    for name, kinds in _EXPECTED[recorded.event.type]:
        value: Any = getattr(recorded.event, name)
        if not isinstance(value, kinds) or isinstance(value, bool):
            told = f"isian {name} berisi {value!r:.80}"
            raise HistoryDamaged(
                f"Peristiwa {recorded.seq} ({recorded.event.type}) tidak dapat dibaca: {told}.", recorded.seq
            )
    return recorded


def _expected(event: type[h.Event]) -> tuple[tuple[str, tuple[type, ...]], ...]:
    """Return the kinds of each field, as its annotation begins: ``str | None``, ``tuple[int, ...]``."""
    found = []
    for each in fields(event):
        declared = str(each.type).partition("[")[0]
        kinds = tuple(NoneType if part == "None" else _KINDS[part] for part in declared.split(" | "))
        found.append((each.name, kinds))
    return tuple(found)


_EXPECTED = {name: _expected(event) for name, event in h.EVENTS.items()}
