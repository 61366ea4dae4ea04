"""What a comparison finds, as callers see it. Frozen values; nothing here compares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["added", "removed", "changed", "moved"]
Area = Literal["step", "event", "gateway", "flow", "lane", "form", "sop", "note", "layout", "file"]

AREAS: Final[tuple[Area, ...]] = (
    "step",
    "event",
    "gateway",
    "flow",
    "lane",
    "form",
    "sop",
    "note",
    "layout",
    "file",
)
"""In the order in which they are told. ``file`` is what changes neither the SOP nor its picture."""

KIND_WORDS: Final[Mapping[Kind, str]] = {
    "added": "baru",
    "removed": "dihapus",
    "changed": "diubah",
    "moved": "dipindahkan",
}
AREA_WORDS: Final[Mapping[Area, str]] = {
    "step": "Langkah",
    "event": "Peristiwa",
    "gateway": "Percabangan dan pertemuan",
    "flow": "Alur",
    "lane": "Lajur",
    "form": "Formulir",
    "sop": "Naskah SOP dan pengaturannya",
    "note": "Catatan dan lampiran gambar",
    "layout": "Tata letak",
    "file": "Penulisan berkas",
}


@dataclass(frozen=True)
class Difference:
    """One thing that differs: a step, a lane, a form, … with everything about it in sentences.

    ``element_ids_old`` and ``element_ids_new`` are what to mark in either diagram; ``no`` is a step's number in the
    SOP, empty where it has none; ``title`` names the thing. ``moved``: only its lane, sub-process or place changed.
    """

    area: Area
    kind: Kind
    element_ids_old: tuple[str, ...]
    element_ids_new: tuple[str, ...]
    no: str
    title: str
    sentences: tuple[str, ...]

    def line(self) -> str:
        """Return it as one line: ``Langkah 5: batas 3 hari → 2 hari; pindah lajur Petugas → Sekretaris``."""
        head = f"Langkah {self.no}" if self.area == "step" and self.no else self.title
        return f"{head}: {'; '.join(self.sentences)}"


@dataclass(frozen=True)
class Differences:
    """Everything in which two states of an SOP differ, in the order in which it is told.

    ``identical``: byte for byte the same, so that there is no entry. ``only_layout``: nothing differs but the
    picture and how the file is written. ``to_version`` is None for a draft or a file.
    """

    key: str
    from_version: int
    to_version: int | None
    entries: tuple[Difference, ...]
    only_layout: bool
    identical: bool

    def of(self, area: Area) -> tuple[Difference, ...]:
        """Return the entries of one area."""
        return tuple(entry for entry in self.entries if entry.area == area)
