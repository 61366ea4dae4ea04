"""One export in a process of its own: prints the peak of its memory in kilobytes, and the bytes that came out.

python -m tests.bench.memory URL DAY FORM
"""

from __future__ import annotations

import resource
import sys
from datetime import date

from engine import Actor, Engine
from webapp.exports.deliveries import of_period


def main(url: str, day: str, form: str) -> None:
    """Export the cases that began on that day, and let go of every piece at once."""
    engine = Engine(url)
    auditor = Actor("auditor", "Auditor", duties=frozenset({"auditor"}))
    on = date.fromisoformat(day)
    size = sum(map(len, of_period(engine, on, on, form, by=auditor).chunks))
    engine.close()
    sys.stdout.write(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss} {size}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
