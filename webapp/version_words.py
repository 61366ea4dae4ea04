"""Where a version stands, in words and as a badge; and the pages that go on from a version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for

from engine import Actor, DeployedVersion, DiagramDraft, VersionDecision, VersionState

from .words import instant

STATES: Mapping[VersionState, tuple[str, str, str]] = {
    "submitted": ("soon", "Diajukan", "soon"),
    "in_force": ("ok", "Berlaku", "done"),
    "scheduled": ("soon", "Dijadwalkan", "soon"),
    "replaced": ("none", "Digantikan", "none"),
    "rejected": ("none", "Ditolak", "withdrawn"),
}
"""Tone of the badge, word, and sign."""
VERDICTS: Mapping[str, str] = {
    "submitted": "Diajukan",
    "activated": "Diaktifkan",
    "rejected": "Ditolak",
    "cancelled": "Pengaktifan dibatalkan",
}
STEERS = frozenset({"head", "process_owner"})


@dataclass(frozen=True)
class Link:
    """One way on, by its label and address."""

    label: str
    address: str


def state_badge(version: DeployedVersion) -> tuple[str, str, str]:
    """Return tone, word and sign of the badge that says where a version stands."""
    tone, _, sign = STATES[version.state]
    return tone, state_word(version), sign


def state_word(version: DeployedVersion) -> str:
    """Return the badge's word: who takes their own upload back did not reject it."""
    if version.state == "rejected" and version.decided_by == version.deployed_by:
        return "Ditarik kembali"
    return STATES[version.state][1]


def meaning(version: DeployedVersion) -> str:
    """Return what the state means for new cases."""
    if version.state == "scheduled" and version.effective_from:
        return f"Perkara baru memakai versi ini sejak {instant(version.effective_from)}, dengan sendirinya."
    return {
        "submitted": "Versi ini menunggu keputusan kepala kantor: belum ada perkara yang dapat memakainya.",
        "in_force": "Perkara baru dimulai pada versi ini.",
        "replaced": "Versi ini sudah digantikan: perkara baru tidak lagi memakainya.",
        "rejected": "Versi ini tidak akan berlaku; perbaikannya diunggah sebagai versi baru.",
    }.get(version.state, "")


def verdict_words(decision: VersionDecision, version: DeployedVersion) -> str:
    """Return a decision in words, with the instant from which it holds where that is another."""
    if decision.verdict == "rejected" and decision.decided_by == version.deployed_by:
        return "Ditarik kembali oleh pengunggahnya"
    words = VERDICTS[decision.verdict]
    if decision.effective_from and decision.effective_from != decision.decided_at:
        return f"{words}, berlaku sejak {instant(decision.effective_from)}"
    return words


def may_decide(version: DeployedVersion, by: Actor) -> bool:
    """Return whether there is a decision that the actor may take on this version now."""
    if version.state == "submitted":
        return "head" in by.duties or by.name == version.deployed_by
    return "head" in by.duties and version.state in ("scheduled", "replaced")


def links_of(version: DeployedVersion, in_force: int | None, by: Actor) -> list[Link]:
    """Return the pages about a version that the actor may open."""
    key, number = version.key, version.version
    other = in_force if in_force not in (None, number) else number - 1
    found = []
    if other:
        compared = {"from": other, "to": number}
        found.append(_link(f"Bandingkan dengan versi {other}", "differences.compare", key=key, **compared))
    found.append(_link("Dokumen SOP", "sop.show", key=key, version=number))
    found.append(_link("Peta panas", "heat.show", key=key, version=number))
    found.append(_link("Batas waktu perkara yang akan datang", "forecasts.show", key=key, version=str(number)))
    if by.duties & (STEERS | {"auditor"}):
        found.append(_link("Coba standar baru pada riwayat", "trials.show", key=key))
    if by.duties & STEERS:
        found.append(_link("Dampak pada perkara terbuka", "effects.show", key=key, to=number))
        if version.state in ("in_force", "replaced"):
            found.append(_link("Pindahkan perkara ke versi ini", "moves.ask", key=key, to=number))
    if "process_owner" in by.duties:
        found.append(_link("Ubah di halaman", "editing.edit", key=key, version=number))
    return [link for link in found if link]


def links_of_sop(key: str, versions: int, by: Actor) -> list[Link]:
    """Return the pages about an SOP as a whole that the actor may open."""
    found = [_link("Bandingkan versi", "differences.compare", key=key) if versions > 1 else None]
    if by.duties & STEERS:
        found.append(_link("Perkara yang dipindahkan", "moves.index", key=key))
    return [link for link in found if link]


def links_of_draft(draft: DiagramDraft, base: int | None) -> list[Link]:
    """Return the pages about a draft, for its owner."""
    key = draft.key
    found = [
        _link("Ubah di halaman", "editing.edit", key=key),
        _link("Formulirnya", "form_editing.index", key=key),
        base and _link("Bandingkan berdampingan", "differences.compare", key=key, **{"from": base, "to": "draft"}),
        base and _link("Dampak pada perkara terbuka", "effects.show", key=key, to="draft"),
        base and _link("Coba standar baru pada riwayat", "trials.show", key=key),
        _link("Batas waktu perkara yang akan datang", "forecasts.show", key=key, version="draft"),
        _link("Dokumen SOP", "sop.draft", key=key),
    ]
    return [link for link in found if link]


def _link(label: str, endpoint: str, **values: Any) -> Link | None:
    """Return the link, None where an office's program has no such page."""
    return Link(label, url_for(endpoint, **values)) if endpoint in current_app.view_functions else None
