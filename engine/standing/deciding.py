"""Deciding on versions: a head activates what an owner submitted, at once or from a day ahead, or rejects it.

Nobody puts in force what they uploaded themselves. Nothing is taken back silently: every decision is a row of its own,
and a date that lies ahead comes true without anybody's doing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import Connection, select

from ..catalog import DEFINITION
from ..errors import InvalidRequest, NotAllowed, NotFound, VersionDecided
from ..model import Actor, is_storable
from ..numbering import next_value
from ..office import Office
from ..tables import ProcessDefinitionRow as Definition
from . import decisions
from .values import VersionDecision, VersionState, activations, effective, standing_of

LONGEST_NOTE = 2000
FARTHEST = timedelta(days=3650)
LARGEST = 2**31


class Deciding(Office):
    """The use cases of a head who decides on versions."""

    def activate(
        self, key: str, version: int, *, by: Actor, note: str = "", effective_from: date | None = None
    ) -> VersionDecision:
        """Put a submitted version, or one that was replaced, in force: at once, or from 00.00 of a day ahead.

        Raises ``NotAllowed`` unless ``by`` is a head who did not upload it, ``NotFound``, ``VersionDecided`` if
        somebody decided meanwhile, ``InvalidRequest`` for a day that is gone or for a call of what is not in force.
        """
        _allow(by)
        _refuse_long(note)
        with self.database.write() as connection:
            row = _locked(connection, key, version)
            if row.deployed_by == by.name:
                raise NotAllowed(
                    f"{key} versi {version} Anda unggah sendiri; orang lain yang bertugas kepala harus mengaktifkannya."
                )
            now = self.now()
            _refuse_unless(connection, row, _MAY_BEGIN, now)
            starts = self._starts(effective_from, now)
            _refuse_early_calls(connection, row, starts or now)
            return decisions.record(
                connection, key, version, "activated", by=by.name, at=now, effective_from=starts, note=note.strip()
            )

    def reject(self, key: str, version: int, reason: str, *, by: Actor) -> VersionDecision:
        """Reject a submitted version for good; who uploaded it may take it back by the same.

        Raises ``NotAllowed``, ``NotFound``, ``VersionDecided``, ``InvalidRequest`` without a reason.
        """
        told = _given(reason)
        with self.database.write() as connection:
            row = _locked(connection, key, version)
            if not (by.active and ("head" in by.duties or by.name == row.deployed_by)):
                raise NotAllowed("Hanya kepala kantor, atau yang mengunggahnya, yang boleh menolak sebuah versi.")
            now = self.now()
            _refuse_unless(connection, row, _SUBMITTED, now)
            return decisions.record(connection, key, version, "rejected", by=by.name, at=now, note=told)

    def cancel_activation(self, key: str, version: int, reason: str, *, by: Actor) -> VersionDecision:
        """Take back an activation whose day has not come; the version is again what it was before.

        Raises ``NotAllowed``, ``NotFound``, ``VersionDecided``, ``InvalidRequest`` without a reason.
        """
        _allow(by)
        told = _given(reason)
        with self.database.write() as connection:
            row = _locked(connection, key, version)
            now = self.now()
            _refuse_unless(connection, row, _SCHEDULED, now)
            return decisions.record(connection, key, version, "cancelled", by=by.name, at=now, note=told)

    def version_decisions(self, key: str) -> tuple[VersionDecision, ...]:
        """Return every decision on the versions of an SOP, in order; none for an unknown one."""
        with self.database.read() as connection:
            return decisions.of_key(connection, key) if is_storable(key) else ()

    def activations_ahead(self, key: str) -> tuple[VersionDecision, ...]:
        """Return the activations whose day has not come, in the order in which they will take effect."""
        now = self.now()
        return tuple(each for each in activations(self.version_decisions(key)) if effective(each) > now)

    def _starts(self, day: date | None, now: datetime) -> datetime | None:
        """Return the instant at which a day ahead begins in the office, None for at once."""
        zone = self.calendar().zone
        today = now.astimezone(zone).date()
        if day is None or day == today:
            return None
        if day < today:
            raise InvalidRequest(f"Tanggal berlaku {day:%d-%m-%Y} sudah lewat; pilih hari ini atau sesudahnya.")
        if day > today + FARTHEST:
            raise InvalidRequest(f"Tanggal berlaku {day:%d-%m-%Y} lebih dari sepuluh tahun lagi; periksa tahunnya.")
        return datetime.combine(day, time(0), zone)


_MAY_BEGIN: Final[tuple[VersionState, ...]] = ("submitted", "replaced")
_SUBMITTED: Final[tuple[VersionState, ...]] = ("submitted",)
_SCHEDULED: Final[tuple[VersionState, ...]] = ("scheduled",)
_REFUSED: Final[Mapping[VersionState, str]] = {
    "submitted": "masih diajukan: belum ada yang mengaktifkannya",
    "in_force": "sudah berlaku",
    "scheduled": "sudah dijadwalkan berlaku; batalkan dahulu jadwalnya bila tanggalnya harus lain",
    "replaced": "pernah berlaku dan sudah digantikan",
    "rejected": "sudah ditolak; pasang lagi diagramnya sebagai versi baru",
}


def _allow(by: Actor) -> None:
    if not by.active or "head" not in by.duties:
        raise NotAllowed("Hanya kepala kantor yang boleh memutuskan versi mana yang berlaku.")


def _given(reason: str) -> str:
    told = reason.strip()
    if not told:
        raise InvalidRequest("Tuliskan alasannya; alasan itu tersimpan bersama keputusannya.")
    _refuse_long(told)
    return told


def _refuse_long(note: str) -> None:
    if len(note) > LONGEST_NOTE:
        raise InvalidRequest(f"Catatan paling panjang {LONGEST_NOTE} huruf; yang ini {len(note)}.")
    if not is_storable(note):
        raise InvalidRequest("Catatan memuat huruf yang tidak dapat disimpan; ketik ulang catatannya.")


def _locked(connection: Connection, key: str, version: int) -> Any:
    """Return the row of a stored version while nobody else decides or deploys. Raises ``NotFound``."""
    if is_storable(key) and 0 < version < LARGEST:
        next_value(connection, "deployment")
        columns = select(Definition.key, Definition.version, Definition.deployed_by, Definition.calls)
        row = connection.execute(columns.where(Definition.key == key, Definition.version == version)).first()
        if row is not None:
            return row
    raise NotFound(DEFINITION, f"{key} versi {version}")


def _refuse_unless(connection: Connection, row: Any, wanted: tuple[VersionState, ...], now: datetime) -> None:
    standing = standing_of(row.version, decisions.of_key(connection, row.key), now)
    if standing.state not in wanted:
        raise VersionDecided(row.key, row.version, _REFUSED[standing.state], standing.decision)


def _refuse_early_calls(connection: Connection, row: Any, starts: datetime) -> None:
    """Refuse a version that calls one that nobody approved: cases would run on it all the same."""
    for called, number in json.loads(row.calls).items():
        held = [each for each in activations(decisions.of_key(connection, called)) if each.version == number]
        if not any(effective(each) <= starts for each in held):
            raise InvalidRequest(
                f"{row.key} versi {row.version} memanggil {called} versi {number}, yang belum berlaku pada saat itu. "
                f"Aktifkan dahulu {called} versi {number}."
            )
