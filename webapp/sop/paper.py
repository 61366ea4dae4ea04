"""One document ready for the template: its flow table laid out, and the system's record in words.

The record says who deployed and who activated, and when. It stands beside "Disahkan oleh" as the system's
note and in its own words; nothing here looks like a signature.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from engine import DeployedVersion, SopDocument, SopIdentity

from ..words import instant
from .sheets import FlowTable, flow_table

MARK: Final = "Salinan dibangkitkan sistem – bukan dokumen yang disahkan"


@dataclass(frozen=True)
class Paper:
    """What the template of the document shows."""

    document: SopDocument
    table: FlowTable
    record: tuple[str, ...]
    revision: str
    mark: str = MARK

    @property
    def title(self) -> str:
        """Return the document's name with its version, for a window's title and a file."""
        if self.document.version is None:
            return f"{self.document.identity.name} (draf)"
        return f"{self.document.identity.name} (versi {self.document.version.version})"

    @property
    def filename(self) -> str:
        """Return the name under which it is saved."""
        version = self.document.version
        return f"{self.document.key}-{f'v{version.version}' if version else 'draf'}-sop.html"


def paper_of(document: SopDocument) -> Paper:
    """Return the document with everything that is drawn and told."""
    return Paper(document, flow_table(document), tuple(_record(document)), _revision(document.identity))


def _revision(identity: SopIdentity) -> str:
    """Return the value of "TGL. REVISI / REVISI KE": the two texts, word for word."""
    return " / ".join(filter(None, (identity.revised, identity.revision)))


def _record(document: SopDocument) -> Iterator[str]:
    if document.version is not None:
        yield from _version_record(document.version, document.names)
    if document.draft is not None:
        owner = document.names.get(document.draft.owner, document.draft.owner)
        saved = instant(document.draft.saved_at)
        yield f"Draf {owner}, disimpan {saved}. Belum dipasang; tidak berlaku."


def _version_record(version: DeployedVersion, names: Mapping[str, str]) -> Iterator[str]:
    """Yield who put the version there and what was decided on it; both at once where nobody else has to agree."""
    deployed = (version.deployed_by, version.deployed_at)
    at_once = (version.decided_by, version.decided_at) == deployed
    what = "dipasang dan diberlakukan" if at_once else "diajukan" if version.state == "submitted" else "dipasang"
    yield f"Versi {version.version} (sidik isi {version.digest[:12]}) {what} oleh {_signed(*deployed, names)}."
    if version.decided_by is not None and version.decided_at is not None and not at_once:
        yield _decision(version, _signed(version.decided_by, version.decided_at, names))
    if version.state == "submitted":
        yield "Belum diaktifkan; tidak berlaku."
    elif version.state == "replaced":
        yield "Sudah digantikan; tidak lagi berlaku."


def _decision(version: DeployedVersion, signed: str) -> str:
    if version.state == "rejected":
        reason = f" Alasan: {version.decision_note}" if version.decision_note else ""
        return f"Ditolak oleh {signed}; tidak pernah berlaku.{reason}"
    since = f", berlaku mulai {instant(version.effective_from)}" if version.effective_from else ""
    return f"Diaktifkan oleh {signed}{since}."


def _signed(name: str, at: datetime, names: Mapping[str, str]) -> str:
    return f"{names.get(name, name)}, {instant(at)}"
