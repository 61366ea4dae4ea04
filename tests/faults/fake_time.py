"""A wall clock of other processes: it stands until the test moves it, also back, while they run (libfaketime).

Only the time of day is ours. What waits for seconds to pass, such as a worker between two sweeps, still waits for them.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest

NO_LIBRARY = "no libfaketime here: install Debian's libfaketime"


def _library() -> Path | None:
    return next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)


class FakeTime:
    """The clock. A process that was started with ``environment`` reads it whenever it asks for the time."""

    def __init__(self, folder: Path, now: datetime) -> None:
        """Stand at ``now``; without the library the test is left out, which is said aloud."""
        self._file, self._library = folder / "time", _library()
        if self._library is None:
            pytest.skip(NO_LIBRARY)
        self.set(now)

    def set(self, now: datetime) -> None:
        """Stand at ``now`` from here on, in every process at once."""
        new = self._file.with_suffix(".new")
        new.write_text(f"{now.timestamp():.0f}\n")
        os.replace(new, self._file)

    def environment(self, zone: str) -> dict[str, str]:
        """Return the variables with which a process lives by this clock, on a machine that is set to ``zone``."""
        return {
            "LD_PRELOAD": str(self._library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_FMT": "%s",
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
            "TZ": zone,
        }
