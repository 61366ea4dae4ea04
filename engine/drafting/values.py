"""A draft of a diagram as callers see it, and the limits of one. Frozen values and pure checks, no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ..diagram.xml import LARGEST as LARGEST_DIAGRAM
from ..errors import DraftChanged, InvalidRequest
from ..forms.source import MAX_SIZE as LARGEST_FORM
from ..model import is_storable

MOST_FORMS: Final = 300
LARGEST_FORMS: Final = 5_000_000
MOST_DRAFTS: Final = 100
"""Drafts of one person."""
LONGEST_KEY: Final = 200
LONGEST_REPAIRS: Final = 1_000_000
DIAGRAM: Final = ""
"""The diagram's name among the parts of a draft; every other part is a form, by its id."""


@dataclass(frozen=True)
class DiagramDraft:
    """One owner's working copy of an SOP: the diagram with its forms, as last saved.

    ``base_version``: the version that it was begun from, None for a new SOP. ``origin``: the file as it was
    uploaded, byte for byte, where the diagram was repaired from it; ``repairs``: JSON of what was repaired.
    ``changed_in``: in which revision each part changed last, the diagram under the empty name.
    """

    key: str
    owner: str
    revision: int
    base_version: int | None
    xml: bytes
    forms: Mapping[str, str]
    origin: bytes | None
    repairs: str
    saved_at: datetime
    changed_in: Mapping[str, int]

    @property
    def files(self) -> dict[str, bytes]:
        """Return the draft as the files of an upload."""
        forms = {f"{form_id}.form": text.encode() for form_id, text in self.forms.items()}
        return {f"{self.key}.bpmn": self.xml, **forms}

    @property
    def parts(self) -> dict[str, bytes | str]:
        """Return everything in which two tabs can meet: the diagram, and each form."""
        return {DIAGRAM: self.xml, **self.forms}

    def refuse_other_than(self, revision: int | None) -> None:
        """Raise ``DraftChanged`` unless this is exactly the revision that somebody looked at."""
        if revision != self.revision:
            raise DraftChanged(self.key, self.revision, self.saved_at)


def changed_parts(before: DiagramDraft, after: DiagramDraft) -> set[str]:
    """Return the parts in which two states of a draft differ."""
    one, other = before.parts, after.parts
    return {part for part in one.keys() | other.keys() if one.get(part) != other.get(part)}


def refuse_unusable(draft: DiagramDraft) -> None:
    """Raise ``InvalidRequest`` for what no upload could bring, or no database keeps."""
    if not 0 < len(draft.key) <= LONGEST_KEY or not is_storable(draft.key):
        raise InvalidRequest(f"Kunci SOP harus 1 sampai {LONGEST_KEY} karakter biasa; diterima {len(draft.key)}.")
    for what, data in (("Diagram", draft.xml), ("Berkas asal", draft.origin or b"")):
        if len(data) > LARGEST_DIAGRAM:
            raise InvalidRequest(
                f"{what} berukuran {_counted(len(data))} bita, paling besar {_counted(LARGEST_DIAGRAM)}; "
                "pecah menjadi beberapa SOP. Tidak ada yang tersimpan."
            )
    if len(draft.repairs) > LONGEST_REPAIRS or not is_storable(draft.repairs):
        raise InvalidRequest("Catatan perbaikan terlalu panjang, atau memuat huruf yang tidak dapat disimpan.")
    _refuse_unusable_forms(draft.forms)


def _refuse_unusable_forms(forms: Mapping[str, str]) -> None:
    if len(forms) > MOST_FORMS:
        raise InvalidRequest(f"Satu draf memuat paling banyak {MOST_FORMS} formulir, diterima {len(forms)}.")
    for form_id, text in forms.items():
        if not 0 < len(form_id) <= LONGEST_KEY or not is_storable(form_id) or not is_storable(text):
            raise InvalidRequest(
                f"Formulir {form_id[:60]!r} tidak dapat disimpan: id-nya kosong atau terlalu panjang, "
                "atau isinya memuat huruf yang tidak dapat disimpan (NUL atau surrogate)."
            )
        if len(text.encode()) > LARGEST_FORM:
            raise InvalidRequest(f"Formulir {form_id} terlalu besar, paling besar {_counted(LARGEST_FORM)} bita.")
    if sum(map(len, forms.values())) > LARGEST_FORMS:
        raise InvalidRequest(f"Formulir dalam satu draf seluruhnya paling banyak {_counted(LARGEST_FORMS)} huruf.")


def _counted(number: int) -> str:
    return f"{number:,}".replace(",", ".")
