"""The workbench on which one drawing is repaired: its tree, the choices handed in, the repairs made so far.

Every change goes through ``propose``, so that none is silent and each can be chosen otherwise.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from ..calendar.worktime import Duration
from ..expressions import ExpressionError, compile_condition
from .tags import Tag
from .values import REFUSED, Repair, RepairChoice

LONGEST_TYPED: Final = 1_000
LEAVE: Final = (REFUSED, "Biarkan seperti digambar")
_UNWRITABLE: Final = re.compile("[\x00-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


class Workbench:
    """One drawing under repair. ``forms`` are the forms that are known, ``made`` those that were made here."""

    def __init__(
        self, root: Tag, choices: Mapping[str, str], forms: Mapping[str, str], processes: Iterable[str] = ()
    ) -> None:
        self.root = root
        self.forms = dict(forms)
        self.made: dict[str, str] = {}
        self.known_processes = frozenset(processes)
        self.repairs: list[Repair] = []
        self.redraw = False
        """Whether the boxes no longer fit, so that everything is laid out anew."""
        self.beside: dict[str, str] = {}
        """New node → the node beside which it stands: in the same lane, drawn near it."""
        self.vanished: set[str] = set()
        """Ids of nodes that a repair took out: a lane that lists them is right."""
        self.nameless: set[str] = set()
        """Ids that were given here to what had none."""
        self.entrance: dict[str, str] = {}
        """Start → the gateway behind it that asks where to begin."""
        self.spared: set[str] = set()
        """Ids of elements that the owner leaves as drawn: nothing is taken out of them."""
        self.unordered: set[str] = set()
        """Ids of sub-processes whose steps were drawn without an order."""
        self.askable: set[str] = set()
        """Fields that a typed condition may read."""
        self._choices = choices
        self._used: set[str] = set()
        self._numbers: defaultdict[tuple[str, str], int] = defaultdict(lambda: 1)
        self._ids: set[str] = {tag.id for tag in root.walk() if tag.id}

    def propose(
        self,
        kind: str,
        at: Tag | None,
        found: str,
        *options: tuple[str, str],
        entry: str = "",
        typed: str = "Dipakai: {}",
        refusable: bool = True,
        suffix: str = "",
    ) -> str:
        """Note a repair and return what was chosen: the first option, or what the owner chose instead.

        ``found`` is a sentence without its full stop; the option's label tells what is made of it.
        """
        element = at.id if at is not None else ""
        key = self._next(f"{kind}:{element}{suffix}", self._used, "#")
        listed = [*options, LEAVE] if refusable and options else list(options)
        chosen, remark = self._choose(key, listed, entry)
        label = next((text for value, text in listed if value == chosen), typed.format(chosen))
        made = f"{found}. {label}." if listed else f"{found}."
        # Only a real choice is offered as one.
        offered = tuple(RepairChoice(*each) for each in listed) if len(listed) > 1 or entry else ()
        name = at.name if at is not None else ""
        self.repairs.append(Repair(key, kind, element, name, made, offered, chosen, entry, remark))
        return chosen

    def tell(self, kind: str, at: Tag | None, message: str, suffix: str = "") -> None:
        """Note a repair to which there is no other way. ``message`` is a whole sentence."""
        element = at.id if at is not None else ""
        name = at.name if at is not None else ""
        self.repairs.append(
            Repair(self._next(f"{kind}:{element}{suffix}", self._used, "#"), kind, element, name, message)
        )

    def fresh(self, wanted: str) -> str:
        """Return an id that nothing has yet."""
        base = re.sub(r"[^A-Za-z0-9_.-]", "_", wanted)[:80]
        if not re.match(r"[A-Za-z_]", base):
            base = f"id_{base}"
        return self._next(base, self._ids, "_")

    def _next(self, wanted: str, used: set[str], sign: str) -> str:
        """Return ``wanted``, with the next number behind it if it is used, and note it as used."""
        found = wanted
        while found in used:
            self._numbers[wanted, sign] += 1
            found = f"{wanted}{sign}{self._numbers[wanted, sign]}"
        used.add(found)
        return found

    def _choose(self, key: str, listed: list[tuple[str, str]], entry: str) -> tuple[str, str]:
        proposal = listed[0][0] if listed else ""
        asked = self._choices.get(key)
        if asked is None or asked == proposal or not listed:
            return proposal, ""
        if any(value == asked for value, _ in listed):
            return asked, ""
        problem = unusable(asked, entry, self.askable)
        return (proposal, problem) if problem else (asked.strip(), "")


def unusable(typed: str, entry: str, fields: Collection[str] = ()) -> str:
    """Return why a typed value cannot be used, empty if it can."""
    if not typed.strip() or len(typed) > LONGEST_TYPED or _UNWRITABLE.search(typed):
        return "Isian kosong, terlalu panjang, atau memuat tanda yang tidak dapat ditulis; usulan dipakai."
    try:
        if entry == "duration":
            Duration.parse(typed.strip())
        elif entry == "condition":
            unknown = compile_condition(typed.strip()).names - set(fields)
            if unknown:
                return f"Isian {', '.join(sorted(unknown))} tidak ada dalam formulir proses ini; usulan dipakai."
        elif entry == "number" and not (re.fullmatch("[0-9]{1,2}", typed.strip()) and 1 <= int(typed) <= 50):
            return "Tulis angka 1 sampai 50; usulan dipakai."
        elif entry == "name" and ";" in typed:
            return "Nama tidak boleh memuat titik koma; usulan dipakai."
    except (ValueError, ExpressionError) as error:
        return f"{error} Usulan dipakai."
    return "" if entry else "Pilihan ini tidak ada; usulan dipakai."
