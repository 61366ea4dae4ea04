"""The timer worker: fires what is due, sleeps until the next timer is, and never gives up.

Any number of workers may run, on any number of machines; the case's lock keeps them apart.
"""

from __future__ import annotations

import logging
import threading
from time import monotonic

from .errors import DatabaseUnusable
from .service import Engine

LONGEST_SLEEP = 1.0
"""Seconds: a timer that somebody else arms meanwhile is not noticed sooner."""
AFTER_FAILURE = 1.0
RETRY_AFTER = 60.0
"""Seconds for which a case that our own code failed on is left alone."""

log = logging.getLogger(__name__)


def sweep(engine: Engine, skip: set[int] | None = None, stop: threading.Event | None = None) -> int:
    """Fire every timer that is due, in due order per case; return how many fired.

    Cases in ``skip`` are left alone, and one that fails is added to it. ``stop`` ends the sweep between two
    cases, however much is due. Raises ``DatabaseUnusable``.
    """
    total, left_alone = 0, set[int]() if skip is None else skip
    while stop is None or not stop.is_set():
        fired = engine.fire_next(left_alone)
        if fired is None:
            break
        total += fired
    return total


def run_forever(engine: Engine, stop: threading.Event) -> None:
    """Sweep until ``stop`` is set. An unreachable database is waited for."""
    skip, forget_at = set[int](), monotonic() + RETRY_AFTER
    while not stop.is_set():
        if monotonic() > forget_at:
            skip, forget_at = set(), monotonic() + RETRY_AFTER
        try:
            engine.follow_others()
            sweep(engine, skip, stop)
            if engine.redate() or engine.carry_on_moves():
                continue  # a part of the deadlines, or of the moves, at a time, so that no timer waits for all of them
            due_at = engine.next_due_at(skip)
            wait = LONGEST_SLEEP if due_at is None else (due_at - engine.now()).total_seconds()
            stop.wait(min(max(wait, 0.0), LONGEST_SLEEP))
        except DatabaseUnusable as error:
            log.error("%s", error)
            stop.wait(AFTER_FAILURE)
