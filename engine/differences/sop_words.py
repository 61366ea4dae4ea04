"""Names for the properties of a process: the identity page, the worksheet, and what the engine goes by."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from .changes import Changes
from .naming import words_of
from .parts import PROPERTY
from .told import change, plain_change

IDENTITY: Final = "Halaman identitas SOP"
WORKSHEET: Final = "Lembar kerja"
SETTINGS: Final = "Pengaturan proses"
NOTES: Final = "Catatan redaksi"
_NAMES: Final = {
    "tgl_pembuatan": "tanggal pembuatan",
    "tgl_revisi": "tanggal revisi",
    "tgl_efektif": "tanggal efektif",
    "revisi_ke": "revisi ke",
    "nomor_sop": "nomor SOP",
    "nama_sop": "nama SOP",
    "scope": "scope",
    "kalender": "kalender",
    "nomor_perkara": "pola nomor perkara",
}
_DURATION: Final = "batas_hukum"
_ENGINE: Final = ("nomor_perkara", "kalender", _DURATION)


def of_process(changes: Changes) -> Iterator[tuple[str, str]]:
    """Yield (heading, sentence) for what changed in the process as a whole."""
    if changed := changes.take("@name"):
        yield SETTINGS, f"nama SOP pada diagram {change(*changed)}"
    if changed := changes.take("bpmn:documentation/text()"):
        yield NOTES, change(*changed)
    if changed := changes.take(f"{PROPERTY}{_DURATION}"):
        before, after = (words_of(each) if each is not None else None for each in changed)
        yield (
            SETTINGS,
            f"batas hukum {plain_change(before, after)}" if before != after else (f"batas hukum {change(*changed)}"),
        )
    for name, changed in changes.taken(PROPERTY).items():
        if "@" in name or "/" in name or name.endswith("text()"):
            yield SETTINGS, f"atribut lain properti {name}: {change(*changed)}"
        elif name.startswith("lembar_kerja."):
            yield WORKSHEET, f"{_spoken(name.removeprefix('lembar_kerja.'))} {change(*changed)}"
        else:
            yield (SETTINGS if name in _ENGINE else IDENTITY), f"{_spoken(name)} {change(*changed)}"


def _spoken(name: str) -> str:
    stem, dot, number = name.partition(".")
    return f"{_NAMES.get(stem, stem.replace('_', ' '))}{' ' + number if dot else ''}"
