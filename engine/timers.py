"""The timer worker: fires what is due, sleeps until the next timer is, and never gives up.

Any number of workers may run, on any number of machines; the case's lock keeps them apart.
"""

from __future__ import annotations

import logging
import threading

from .errors import DatabaseUnusable
from .service import Engine

LONGEST_SLEEP = 1.0
"""Seconds: a timer that somebody else arms meanwhile is not noticed sooner."""
AFTER_FAILURE = 1.0

log = logging.getLogger(__name__)


def sweep(engine: Engine) -> int:
    """Fire every timer that is due, in due order per case; return how many fired. Raises ``DatabaseUnusable``."""
    total, skip = 0, set[int]()
    while (fired := engine.fire_next(skip)) is not None:
        total += fired
    return total


def run_forever(engine: Engine, stop: threading.Event) -> None:
    """Sweep until ``stop`` is set. An unreachable database is waited for."""
    while not stop.is_set():
        try:
            sweep(engine)
            due_at = engine.next_due_at()
            wait = LONGEST_SLEEP if due_at is None else (due_at - engine.now()).total_seconds()
            stop.wait(min(max(wait, 0.0), LONGEST_SLEEP))
        except DatabaseUnusable as error:
            log.error("%s", error)
            stop.wait(AFTER_FAILURE)
