"""One export in a process of its own: prints the peak of its memory in kilobytes, and the bytes that came out.

python -m tests.bench.memory URL DAY FORM
"""

from __future__ import annotations

import re
import sys
from datetime import date
from pathlib import Path

from engine import Actor, Engine
from webapp.exports.deliveries import of_period


def main(url: str, day: str, form: str) -> None:
    """Export the cases that began on that day, and let go of every piece at once."""
    engine = Engine(url)
    auditor = Actor("auditor", "Auditor", duties=frozenset({"auditor"}))
    on = date.fromisoformat(day)
    size = sum(map(len, of_period(engine, on, on, form, by=auditor).chunks))
    engine.close()
    sys.stdout.write(f"{_peak()} {size}\n")


def _peak() -> int:
    """Return the most memory that this program held. (``getrusage`` would count its parent's before the exec.)"""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    if found is None:
        raise RuntimeError("this system does not tell the peak of a process's memory")
    return int(found[1])


if __name__ == "__main__":
    main(*sys.argv[1:])
