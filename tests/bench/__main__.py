"""The bench: every budget measured, as a multiple of the floor in the same run. Exit code 0 in any case.

python -m tests.bench            the sizes that the budgets are about; some minutes
python -m tests.bench --quick    small sizes: shows that every row works, not whether it is within budget
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import fields, replace
from pathlib import Path

from .rows import ROWS, Sizes
from .table import Row, lines


def main(arguments: list[str]) -> int:
    """Measure the rows that were asked for and print the table."""
    parser = argparse.ArgumentParser("python -m tests.bench", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small sizes")
    parser.add_argument("--only", nargs="*", choices=list(ROWS), help="these rows only")
    for size in fields(Sizes):
        parser.add_argument(f"--{size.name.replace('_', '-')}", type=int, metavar="N")
    asked = vars(parser.parse_args(arguments))
    given = {size.name: asked[size.name] for size in fields(Sizes) if asked[size.name] is not None}
    sizes = replace(Sizes.quick() if asked["quick"] else Sizes(), **given)
    measured: list[Row] = []
    for name in asked["only"] or ROWS:
        sys.stderr.write(f"{name} …\n")
        with tempfile.TemporaryDirectory(prefix="alur-bench-") as folder:
            found = ROWS[name](Path(folder), sizes)
        sys.stderr.writelines(f"  {' | '.join(row.cells())}\n" for row in found)  # at once, should it be interrupted
        measured += found
    over = [row.what for row in measured if not row.within]
    sys.stdout.write("\n".join(lines(measured)) + "\n")
    sys.stdout.write(f"OVER budget: {'; '.join(over)}\n" if over else "All within budget.\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
