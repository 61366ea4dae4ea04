"""The sealing worker: a seal each hour or so, as long as the key is there, and never the end of anything else.

Any number of workers may run, on any number of machines: each looks at when the last seal was made, whoever
made it. It has a thread of its own, for looking at a million cases must keep no timer waiting.
"""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from pathlib import Path

from .errors import DatabaseUnusable, HistoryDamaged, SealsUnusable
from .seal.keys import SealKey
from .service import Engine

RETRY_AFTER = timedelta(minutes=1)
"""How long a missing key, a full disk or a damaged seal is waited for."""

log = logging.getLogger(__name__)


def seal_if_due(engine: Engine, key: SealKey, folder: Path, every: timedelta) -> timedelta:
    """Seal if the last seal is ``every`` old; return how long to wait before asking again.

    Raises ``SealsUnusable``, ``HistoryDamaged``, ``DatabaseUnusable``.
    """
    last = engine.last_seal()
    if last is not None:
        left = last.sealed_at + every - engine.now()
        if left > timedelta(0):
            return min(left, every)
    seal = engine.seal(key, folder)
    if seal is not None:
        log.info("seal %d over %d heads, root %s", seal.number, seal.size, seal.root)
    return every


def seal_forever(engine: Engine, stop: threading.Event, key_file: Path, folder: Path, every: timedelta) -> None:
    """Seal each ``every`` until ``stop`` is set. What stands in the way is said once, and waited for."""
    said = ""
    while not stop.is_set():
        try:
            wait, now = seal_if_due(engine, SealKey.load(key_file), folder, every), ""
        except (SealsUnusable, HistoryDamaged, DatabaseUnusable) as error:
            wait, now = RETRY_AFTER, str(error)
            if now != said:
                log.warning("nothing is sealed: %s", error)
        except Exception:
            log.exception("nothing was sealed; going on")
            wait, now = RETRY_AFTER, ""
        said = now
        stop.wait(wait.total_seconds())
