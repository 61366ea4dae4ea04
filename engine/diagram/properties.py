"""Extension properties: word for word, and the few of a process that the engine understands."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..calendar.worktime import Duration
from .rules import Findings
from .xml import Xml

_CASE_NUMBER = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]|\{tahun\}|\{urut(:0[1-9])?\})*")


def read_properties(element: Xml, findings: Findings) -> dict[str, str]:
    """Return the element's properties; one without a value is empty text."""
    found: dict[str, str] = {}
    for each in (
        each for holder in element.extensions("camunda:properties") for each in holder.all("camunda:property")
    ):
        if not each.name.strip():
            findings.refuse("property-name", "Ada properti tanpa nama; beri nama atau hapus.", element)
        elif each.name in found:
            message = f"Properti {each.name[:100]!r} ada dua; satukan, atau beri akhiran .1, .2."
            findings.refuse("property-duplicate", message, element)
        found[each.name] = each.attributes.get("value", "")
    return found


def check_process_properties(process: Xml, properties: Mapping[str, str], findings: Findings) -> None:
    """Note values of ``kalender``, ``nomor_perkara`` and ``batas_hukum`` that the engine cannot keep."""
    calendar = properties.get("kalender", "kantor")
    if calendar != "kantor":
        message = f"Kalender {calendar[:100]!r} tidak dikenal; tulis 'kantor' atau hapus properti kalender."
        findings.refuse("kalender", message, process)
    number = properties.get("nomor_perkara")
    if number is not None and not _numbers_cases(number):
        findings.refuse(
            "nomor-perkara",
            f"Pola nomor perkara {number[:100]!r} harus memuat {{tahun}} dan {{urut}} (atau {{urut:05}}) masing-masing "
            "sekali, selebihnya hanya huruf, angka, titik, garis bawah dan tanda hubung, paling panjang 60.",
            process,
        )
    limit = properties.get("batas_hukum")
    if limit is not None and legal_limit(properties) is None:
        message = f"Batas hukum {limit[:100]!r} harus jumlah hari kerja, misalnya P14D."
        findings.refuse("batas-hukum", message, process)


def _numbers_cases(pattern: str) -> bool:
    # The running number begins anew each year, so that a number without its year would come twice.
    return (
        len(pattern) <= 60
        and _CASE_NUMBER.fullmatch(pattern) is not None
        and pattern.count("{tahun}") == 1
        and pattern.count("{urut") == 1
    )


def legal_limit(properties: Mapping[str, str]) -> Duration | None:
    """Return the process's ``batas_hukum``, None if it has none (or none in days)."""
    try:
        limit = Duration.parse(properties.get("batas_hukum", ""))
    except ValueError:
        return None
    return limit if limit.unit == "hari" else None
