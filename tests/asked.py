"""What whoever runs the tests may ask for: variables named ``ALUR_TEST_…``, each with a row in the README.

``ALUR_TEST_LONG=1`` asks for the long form of all (``make test-faults``); a variable of its own goes before it.
"""

from __future__ import annotations

import os
import random

LONG = os.environ.get("ALUR_TEST_LONG") == "1"
SEED = int(os.environ.get("ALUR_TEST_SEED", "0")) or random.randrange(1, 10**9)
"""Of whatever a test leaves to chance. A test that fails says it, so that it can be asked for again."""


def number(name: str, short: int, long: int | None = None) -> int:
    """Return how many are asked for by the variable ``name``, else as many as the short or the long form has."""
    return int(os.environ.get(name) or (long if LONG and long is not None else short))


def pair(name: str, short: str, long: str) -> tuple[int, int]:
    """Return two numbers, written as ``50x5``."""
    first, second = (os.environ.get(name) or (long if LONG else short)).split("x")
    return int(first), int(second)
