"""Sentences about how things stand: what happened to a step, why its form is not there, what a list holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from engine import Actor, ProcessInstance

from .standing import Standing
from .words import instant

KEPT = " Yang Anda ketik belum terkirim, tetapi masih ada di halaman ini."


@dataclass(frozen=True)
class Notice:
    """One thing that the person must know before anything else on the page."""

    kind: Literal["done", "warning", "problem", "plain"]
    title: str
    text: str


def notice_of(stand: Standing, case: ProcessInstance, me: Actor, *, typed: bool) -> Notice | None:
    """Return what keeps ``me`` from completing the step, if something happened to it."""
    kept = KEPT if typed else ""
    item = stand.item
    if item.state == "completed" and item.closed_at:
        who = "Anda" if item.closed_by == me.name else stand.closed_by
        told = f"Diselesaikan oleh {who} pada {instant(item.closed_at)}.{kept}"
        return Notice("warning" if typed else "done", "Langkah ini sudah selesai", told)
    if case.state == "cancelled" and case.ended_at:
        told = f"Perkara {case.number} dibatalkan pada {instant(case.ended_at)}: {case.cancel_reason}{kept}"
        return Notice("warning", "Perkara ini dibatalkan", told)
    if item.state == "withdrawn" and item.closed_at:
        told = f"Ditarik oleh batas waktunya, atau karena jalannya berubah, pada {instant(item.closed_at)}.{kept}"
        return Notice("warning", "Langkah ini ditarik", told)
    if case.incident:
        where = case.incident.element_name or case.incident.element
        told = f"Alur berhenti di {where}: {case.incident.reason} Tunggu sampai pemilik proses menanganinya.{kept}"
        return Notice("problem", "Perkara ini tertahan sebagai insiden", told)
    if item.assignee not in (None, me.name) and item.claimed_at:
        told = f"Diambil {instant(item.claimed_at)}. Bila Anda yang harus mengerjakannya, minta ia melepasnya.{kept}"
        return Notice("plain", f"Sedang dikerjakan oleh {stand.holder}", told)
    return None


def why_not_fillable(stand: Standing, case: ProcessInstance, me: Actor) -> str:
    """Return why the form is not there, where no notice has said it."""
    if stand.item.state == "completed":
        return "Isian langkah ini ada di antara yang sudah dijawab."
    if stand.item.state == "withdrawn":
        return "Langkah ini tidak perlu diisi lagi."
    if case.incident:
        return "Formulirnya terbuka lagi setelah insiden ditangani."
    if stand.item.assignee not in (None, me.name):
        return "Formulirnya terbuka bagi rekan selajur setelah tugas ini dilepas."
    return f"Langkah ini dikerjakan oleh lajur {stand.item.lane}; Anda dapat melihatnya, tetapi tidak mengisinya."


def list_news(rows: Sequence[Standing], show: str, *, more: bool) -> str:
    """Return what a list holds, short enough to be read out when it changes."""
    if not rows:
        return ""
    count = f"{len(rows)} {'langkah' if show == 'done' else 'tugas'}{' di halaman ini' if more else ''}"
    late = sum(1 for row in rows if row.due.tone == "late")
    if show == "done" or not late:
        return f"{count}."
    return f"{count}, {late} lewat batas."
