"""Reading the duration that somebody typed: as the diagram writes it, or as a clerk says it."""

from __future__ import annotations

import re
from typing import Final

from ..calendar.worktime import Duration

_SPOKEN: Final = re.compile(r"([0-9]{1,9})\s*(hari|jam|menit)(?:\s+kerja)?", re.IGNORECASE)
_WRITTEN: Final = {"hari": "P{}D", "jam": "PT{}H", "menit": "PT{}M"}


def read_duration(text: str) -> Duration:
    """Return the duration of ``P2D``, ``2 hari`` or ``90 menit kerja``. Raises ``ValueError``, in Indonesian."""
    spoken = _SPOKEN.fullmatch(text.strip())
    written = _WRITTEN[spoken.group(2).lower()].format(int(spoken.group(1))) if spoken else text.strip().upper()
    try:
        return Duration.parse(written)
    except ValueError:
        raise ValueError(
            f"Standar harus seperti “2 hari”, “5 jam” atau “90 menit” (atau P2D, PT5H, PT90M), antara 1 menit dan "
            f"3.650 hari; diterima “{text.strip()[:40]}”."
        ) from None
