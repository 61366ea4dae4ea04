"""Proof of what no single case can show: guards, versions, numbers, the seals, and copies of the seals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from . import triggers
from .calendar import almanac
from .checks.copies import copy_findings
from .checks.log import SealedLog
from .checks.numbers import number_findings, orphan_findings
from .checks.of_case import guarded
from .checks.versions import StoredVersions
from .model import Check, Finding
from .office import Office
from .standing.findings import begun_findings, decision_findings


class OfficeProof(Office):
    """The use case of an auditor who looks at the whole office."""

    def verify_office(
        self, *, trusted: Sequence[str] = (), folder: Path | None = None, copy: Path | None = None
    ) -> Iterator[Finding]:
        """Yield everything about the office as a whole that does not hold; ``verify_all`` looks at the cases.

        ``trusted``: public keys of seals, never taken from the database. ``folder``: where seals are written to;
        ``copy``: a copy of it that left the office. Raises ``SealsUnusable`` if one cannot be read.
        """
        yield from self._office_findings("triggers", "Daftar pengaman", _trigger_findings)
        yield from self._office_findings("tables", "Kalender", _calendar_findings)
        yield from self._office_findings("definition", "Tabel diagram", StoredVersions().all_findings)
        yield from self._office_findings("definition", "Keputusan tentang versi", decision_findings)
        yield from self._office_findings("definition", "Daftar perkara", begun_findings)
        yield from self._office_findings("numbering", "Daftar perkara", number_findings)
        yield from self._office_findings("numbering", "Daftar perkara", orphan_findings)
        yield from self._office_findings(
            "seal", "Tabel segel", lambda connection: SealedLog(connection, trusted).findings()
        )
        for held, own in ((folder, True), (copy, False)):
            if held is not None:
                yield from self._office_findings(
                    "copy", "Tabel segel", partial(copy_findings, folder=held, trusted=trusted, own=own)
                )

    def _office_findings(
        self, check: Check, what: str, find: Callable[[Connection], Iterable[Finding]]
    ) -> Iterator[Finding]:
        with self.database.moment() as connection:
            yield from guarded(check, what, lambda: find(connection))


def _trigger_findings(connection: Connection) -> Iterator[Finding]:
    for name in triggers.missing(connection):
        text = f"Pengaman {name} hilang atau dilemahkan; 'alur upgrade' memasangnya lagi, periksa semuanya sesudahnya."
        yield Finding("triggers", None, text)


def _calendar_findings(connection: Connection) -> Iterator[Finding]:
    if almanac.read(connection) != almanac.added_up(connection):
        text = (
            "Hari atau jam dalam kalender tidak sesuai dengan catatan perubahannya: ada yang diubah tanpa tercatat. "
            "Bandingkan 'alur holidays list' dan 'alur holidays hours' dengan 'alur holidays changes'."
        )
        yield Finding("tables", None, text)
