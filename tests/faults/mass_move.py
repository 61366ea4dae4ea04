"""Carrying out an order to move many cases, in a process of its own, for the test that kills it on the way.

python -m tests.faults.mass_move URL MOMENT
"""

from __future__ import annotations

import sys
from datetime import datetime

from engine import Engine


def main(url: str, moment: str) -> None:
    """Move case after case, by a clock that stands at ``moment``, and say when it begins."""
    engine = Engine(url, lambda: datetime.fromisoformat(moment))
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    while engine.carry_on_moves():
        pass
    engine.close()


if __name__ == "__main__":
    main(*sys.argv[1:3])
