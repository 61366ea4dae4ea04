"""One command on one case in a process of its own, for the tests that let it die on the way.

ALUR_CRASH_AT=appended python -m tests.faults.one_command URL MOMENT complete|start|fire|fire-when-told CASE
"""

from __future__ import annotations

import sys
from datetime import datetime

from engine import Engine, sweep


def main(url: str, moment: str, command: str, case: str) -> None:
    """Carry out ``command`` at ``moment``."""
    engine = Engine(url, lambda: datetime.fromisoformat(moment))
    person = engine.person("petugas0")
    assert person is not None
    if command == "complete":
        engine.complete(case, "periksa:1", {"catatan": "sekali", "lagi": "ya"}, by=person)
    elif command == "start":
        engine.start("ulang", {"perihal": "kedua"}, by=person)
    elif command == "fire":
        sweep(engine)
    elif command == "fire-when-told":
        sys.stdout.write("begun\n")
        sys.stdout.flush()
        sys.stdin.readline()
        while sweep(engine):
            pass
    else:
        raise SystemExit(f"no such command: {command}")


if __name__ == "__main__":
    main(*sys.argv[1:5])
