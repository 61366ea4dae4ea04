"""What an import says of a foreign drawing: its repairs, what may be chosen, what is left. Frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ..model import Problem

REFUSED: Final = "-"
"""The choice that leaves the drawing as it was drawn at this place."""

REPAIR_KINDS: Final[Mapping[str, str]] = {
    "encoding": "Pengodean huruf",
    "characters": "Tanda yang tidak dikenal",
    "wrapping": "Bagian luar berkas",
    "namespace": "Ruang nama BPMN",
    "vendor": "Tambahan alat gambar",
    "leftover": "Bagian yang tidak dijalankan",
    "id": "Id elemen",
    "reference": "Rujukan",
    "place": "Letak dalam berkas",
    "pool": "Pool",
    "message-flow": "Aliran pesan",
    "executable": "Tanda Executable",
    "flow": "Aliran",
    "flow-scope": "Aliran yang menembus batas",
    "flow-direction": "Arah aliran",
    "flow-duplicate": "Aliran ganda",
    "task-kind": "Jenis langkah",
    "task-name": "Nama langkah",
    "sub-process": "Sub-proses",
    "call": "Pemanggilan proses",
    "loop": "Pengulangan",
    "event": "Jenis peristiwa",
    "link": "Penghubung halaman",
    "boundary": "Peristiwa pada langkah",
    "gateway": "Jenis gateway",
    "start": "Awal",
    "end": "Akhir",
    "unreached": "Bagian yang tidak tersambung",
    "split": "Percabangan tanpa gateway",
    "join": "Penggabungan",
    "timer": "Waktu timer",
    "lane": "Lane",
    "lane-name": "Nama lane",
    "task-lane": "Lane pelaksana",
    "question": "Pertanyaan percabangan",
    "condition": "Syarat aliran",
    "default": "Aliran default",
    "group": "Kelompok pelaksana",
    "form": "Formulir",
    "text": "Teks terlalu panjang",
    "property": "Properti",
    "layout": "Tata letak",
}
"""Kind → what a person calls it."""


@dataclass(frozen=True)
class RepairChoice:
    """One way to repair. ``label`` is a sentence that says what is made of it."""

    value: str
    label: str


@dataclass(frozen=True)
class Repair:
    """One change of a drawing. ``id`` is the key under which another choice is handed in.

    ``entry`` names what may be typed instead of a listed value: ``name``, ``duration``, ``condition``,
    ``number``. ``remark`` says why something that was handed in could not be used.
    """

    id: str
    kind: str
    element: str
    name: str
    message: str
    choices: tuple[RepairChoice, ...] = ()
    chosen: str = ""
    entry: str = ""
    remark: str = ""


@dataclass(frozen=True)
class Imported:
    """What became of a drawing. ``xml`` None says that the file cannot be read as one; ``problems`` say why.

    ``forms`` are the texts that were made or changed on the way, by id. ``problems`` are what is left.
    """

    xml: bytes | None
    forms: Mapping[str, str]
    repairs: tuple[Repair, ...]
    problems: tuple[Problem, ...]
