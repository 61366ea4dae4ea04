"""What the engine reports to whoever operates it: what was committed, after it was committed. Never an answer.

The receiver makes log lines and figures of it. A receiver that fails is logged and forgotten: what was
committed stays committed, and nobody is told otherwise.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from . import history as h
from .projection import Recorded

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reported:
    """One event without its content. ``kind``: input, consequence or note; ``late``: seconds, where a timer fired."""

    seq: int
    type: str
    kind: str
    key: str | None
    actor: str
    on_behalf_of: str | None
    late: float | None = None


@dataclass(frozen=True)
class Committed:
    """One command's transaction on one case. ``waited``: seconds from asking for the case until it was locked,
    None where nobody could have held it: it has only just begun.
    """

    case: str
    definition: str
    events: tuple[Reported, ...]
    waited: float | None


Report = Callable[[Committed], None]


def silent(_committed: Committed) -> None:
    """Report to nobody."""


def deliver(report: Report, case: str, definition: str, events: Iterable[Recorded], waited: float | None) -> None:
    """Tell ``report``; whatever goes wrong there never reaches the command."""
    if report is silent:
        return
    try:
        report(Committed(case, definition, tuple(map(_reported, events)), waited))
    except Exception:
        log.exception("case %s: what was committed could not be reported", case)


def _reported(each: Recorded) -> Reported:
    event = each.event
    late = None
    if isinstance(event, h.TimerFired):
        late = (each.at - datetime.fromisoformat(event.due_at)).total_seconds()
    return Reported(each.seq, event.type, event.kind, getattr(event, "key", None), each.actor, each.on_behalf_of, late)
