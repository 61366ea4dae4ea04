"""What effects and moves are called on pages: the four rules, the three ways to treat due dates, the outcomes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine import EffectGroup, MoveOutcome, MovePolicy

from .steps import Steps, element_of


@dataclass(frozen=True)
class PolicyWords:
    """One way to treat the due dates of moved cases: its name, and what it means for people."""

    name: str
    about: str


POLICY_WORDS: Mapping[MovePolicy, PolicyWords] = {
    "keep": PolicyWords(
        "Batas waktu tetap",
        "Tidak ada batas waktu atau pengingat yang bergeser. Standar versi tujuan berlaku mulai langkah berikutnya.",
    ),
    "recompute": PolicyWords(
        "Dihitung ulang sejak langkahnya dibuka",
        "Standar versi tujuan dihitung dari saat langkah itu dibuka. Bila standarnya lebih pendek, langkah bisa "
        "langsung terlambat.",
    ),
    "restart": PolicyWords(
        "Dimulai lagi saat dipindahkan",
        "Standar versi tujuan dihitung penuh dari saat pemindahan. Waktu yang sudah terpakai tidak dihitung, jadi "
        "Pemohon dapat menunggu lebih lama.",
    ),
}


@dataclass(frozen=True)
class OutcomeWords:
    """What became of a case of a move: tone of its badge, its words, and a sign."""

    tone: str
    words: str
    sign: str


OUTCOMES: Mapping[MoveOutcome, OutcomeWords] = {
    "moved": OutcomeWords("ok", "dipindahkan", "done"),
    "does_not_fit": OutcomeWords("soon", "tidak cocok", "withdrawn"),
    "changed": OutcomeWords("soon", "berubah sejak pratinjau", "soon"),
    "ended": OutcomeWords("none", "sudah berakhir", "none"),
    "failed": OutcomeWords("late", "gagal", "late"),
    "waiting": OutcomeWords("none", "menunggu giliran", "free"),
}


_HAPPENED = re.compile(r"\((WorkItemCompleted|TimerFired) ([^\s)]+)\)")
_KEY = re.compile(r"[\w.\-]+:\d+(?:/[\w.\-]+:\d+)*")


@dataclass(frozen=True)
class Rule:
    """One of the four rules of moving, as it was needed: its name, what it means, and what it touches."""

    name: str
    about: str
    touched: tuple[str, ...]


def rules_used(group: EffectGroup, old: Steps, new: Steps) -> Iterator[Rule]:
    """Yield the rules by which a group fits; none where it fits as it stands."""
    if group.renamed:
        pairs = tuple(f"{old.named(before)} → {new.named(after)}" for before, after in group.renamed.items())
        yield Rule("Dipetakan", "elemen lama menjadi elemen yang idnya lain", pairs)
    if group.dropped:
        gone = tuple(old.named(key) for key in group.dropped)
        yield Rule("Tidak dihitung lagi", "elemennya tidak ada pada versi tujuan; catatannya tetap dalam riwayat", gone)
    if group.passed:
        passed = tuple(new.named(key) for key in group.passed)
        yield Rule("Dianggap sudah lewat", "tidak dikerjakan; hanya terjadi bila dicentang saat memindahkan", passed)
    if group.missing:
        read = tuple(f"{old.named(key)}: {', '.join(fields)}" for key, fields in group.missing.items())
        yield Rule("Dibaca dari jawaban lama", "syarat versi tujuan memakai isian ini; yang kosong tetap kosong", read)


def plain(why: str, old: Steps, new: Steps) -> str:
    """Return why a case does not fit, with the names of steps in place of their keys."""

    def happened(found: re.Match[str]) -> str:
        what = "dikerjakan" if found[1] == "WorkItemCompleted" else "tiba waktunya"
        return f"({old.named(found[2])} {what})"

    def known(found: re.Match[str]) -> str:
        element = element_of(found[0])
        return new.named(found[0]) if element in new else old.named(found[0]) if element in old else found[0]

    return _KEY.sub(known, _HAPPENED.sub(happened, why))
