"""What each check of a proof holds against what, in words, and what it found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from engine import CaseProof, Finding, SealProof

CHECK_NAMES: Mapping[str, tuple[str, str]] = {
    "chain": ("Rantai riwayat", "Setiap peristiwa mengunci semua yang sebelumnya; tidak ada yang diubah atau hilang."),
    "replay": ("Jalan perkara", "Riwayat dijalankan ulang pada diagramnya dan menghasilkan langkah yang sama."),
    "definition": ("Diagram", "Diagram dan formulir yang tersimpan sama dengan yang dipakai ketika perkara dimulai."),
    "tables": ("Daftar tugas dan timer", "Isi tabel sama dengan yang dihitung dari riwayat."),
    "answers": ("Jawaban dan catatan", "Sidik setiap jawaban sama dengan yang dicatat peristiwanya."),
    "files": ("Berkas", "Sidik setiap berkas sama dengan yang dicatat jawabannya."),
    "seal": ("Segel", "Yang pernah disegel masih berdiri persis sama, dan segelnya ditandatangani kunci kantor."),
    "triggers": ("Pengaman tabel", "Pengaman yang menolak perubahan riwayat masih terpasang."),
    "numbering": ("Nomor perkara", "Semua nomor yang pernah dibagikan masih ada perkaranya."),
    "copy": ("Salinan segel", "Segel di luar basis data sama dengan yang di dalamnya."),
}
"""Each check: its name, and what holds when it finds nothing."""
OF_A_CASE = ("chain", "replay", "definition", "tables", "answers", "files", "seal")

KEYS_UNKNOWN = (
    "Yang pernah disegel masih berdiri persis sama, tetapi mesin ini tidak mempunyai daftar kunci publik kantor: "
    "siapa yang menyegel tidak diketahui."
)


@dataclass(frozen=True)
class CheckedPart:
    """One check of a case: what it is about, whether it held, and what it found."""

    name: str
    about: str
    verdict: Literal["ok", "late", "none"]
    word: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class SealRow:
    """A seal that covers a case up to an event, or the newest one where the case did not change since."""

    proof: SealProof
    covers: str


def check_name(check: str) -> str:
    """Return what a check is called."""
    return CHECK_NAMES[check][0]


def checked_parts(proof: CaseProof, *, keys_known: bool) -> tuple[CheckedPart, ...]:
    """Return every check of a case; one that another's finding made impossible is not called good."""
    found = proof.verification.findings
    parts = []
    for check in OF_A_CASE:
        name, about = CHECK_NAMES[check]
        own = tuple(finding for finding in found if finding.check == check)
        if own:
            parts.append(CheckedPart(name, about, "late", f"{len(own)} temuan", own))
        elif check in proof.unchecked or (check == "seal" and not proof.seals):
            parts.append(CheckedPart(name, _why_not(check, proof), "none", "tidak diperiksa", ()))
        elif check == "seal" and not keys_known:
            parts.append(CheckedPart(name, KEYS_UNKNOWN, "none", "kunci belum diketahui", ()))
        else:
            parts.append(CheckedPart(name, about, "ok", "cocok", ()))
    return tuple(parts)


def seal_rows(proof: CaseProof) -> tuple[SealRow, ...]:
    """Return the seals that cover the case, the newest first, and up to which event each does."""
    rows = []
    for each in reversed(proof.seals):
        covers = f"peristiwa 1 sampai {each.seq}" if each.seq else "perkara ini tidak berubah sejak segel sebelumnya"
        rows.append(SealRow(each, covers))
    return tuple(rows)


def _why_not(check: str, proof: CaseProof) -> str:
    if check == "seal":
        return proof.unreadable or "Belum ada segel. Riwayat yang ditulis ulang seluruhnya tidak akan ketahuan."
    return "Tidak ada yang dapat diperbandingkan selama temuan lain belum jelas."
