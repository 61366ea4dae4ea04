"""Holding decisions against the versions that they decide on, and cases against what was in force when they began.

Everything is read once; what a case did afterwards is no matter of this file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from .. import history as h
from ..errors import HistoryDamaged
from ..model import Finding
from ..tables import HistoryEventRow as Event
from ..tables import ProcessDefinitionRow as Definition
from ..tables import ProcessInstanceRow as Case
from .decisions import by_key
from .values import VersionDecision, activations, effective

BATCH = 500
LEEWAY = timedelta(minutes=1)
"""A case that begins while a version is activated takes its time before the other's lock; clocks differ a little."""

Decisions = Mapping[str, Sequence[VersionDecision]]


def decision_findings(connection: Connection) -> Iterator[Finding]:
    """Yield each decision that no version fits, and each version without the decision that its deployment made."""
    decisions = by_key(connection)
    columns = select(Definition.key, Definition.version, Definition.deployed_by)
    uploaders = {(row.key, row.version): row.deployed_by for row in connection.execute(columns)}
    numbers = sorted(each.number for of_key in decisions.values() for each in of_key)
    if numbers != list(range(1, len(numbers) + 1)):
        yield _finding("Nomor keputusan tentang versi tidak berurutan dari 1: ada yang hilang atau disisipkan.")
    for key, version in sorted(uploaders):
        own = [each for each in decisions.get(key, ()) if each.version == version]
        yield from _of_version(f"{key} versi {version}", own, uploaders[key, version])
    for each in (each for of_key in decisions.values() for each in of_key):
        if (each.key, each.version) not in uploaders:
            yield _finding(f"Ada keputusan tentang {each.key} versi {each.version}, yang tidak tersimpan.")


def begun_findings(connection: Connection) -> Iterator[Finding]:
    """Yield each case that began on a version that was not in force then."""
    decisions, known, last = by_key(connection), dict[str, list[VersionDecision]](), 0
    first = (Event.instance_id == Case.id) & (Event.seq == 1)
    query = select(Case.id, Case.number, Event.type, Event.payload, Event.recorded_at).join(Event, first)
    while rows := connection.execute(query.where(Case.id > last).order_by(Case.id).limit(BATCH)).all():
        last = rows[-1].id
        for row in rows:
            try:
                begun = h.parse_event(row.type, row.payload)
            except (ValueError, HistoryDamaged):
                continue  # the case's own proof tells it
            if not isinstance(begun, h.InstanceStarted):
                continue
            key = begun.definition
            if key not in known:
                known[key] = activations(decisions.get(key, ()))
            if begun.version not in _holding(known[key], row.recorded_at):
                text = f"Perkara {row.number} dimulai pada {key} versi {begun.version}, yang saat itu tidak berlaku."
                yield _finding(f"{text} Bandingkan dengan keputusan tentang versi di halaman SOP-nya.")


def _of_version(name: str, own: Sequence[VersionDecision], uploader: str) -> Iterator[Finding]:
    if not own or own[0].verdict not in ("submitted", "activated") or own[0].decided_by != uploader:
        yield _finding(f"{name} tidak punya catatan pengajuan atau pemasangan oleh {uploader}, yang mengunggahnya.")
        return
    for each in own:
        if each.verdict == "activated" and (each.effective_from is None or each.effective_from < each.decided_at):
            yield _finding(f"{name} diaktifkan pada {h.instant(each.decided_at)} untuk saat yang sudah lewat.")


def _holding(activated: Sequence[VersionDecision], at: datetime) -> set[int]:
    """Return the versions that were in force at ``at`` or shortly before or after it."""
    before = [each.version for each in activated if effective(each) <= at - LEEWAY]
    near = {each.version for each in activated if at - LEEWAY < effective(each) <= at + LEEWAY}
    return near | set(before[-1:])


def _finding(text: str) -> Finding:
    return Finding("definition", None, text)
