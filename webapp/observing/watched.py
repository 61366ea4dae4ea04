"""An engine that is watched: what it commits is counted and logged."""

from __future__ import annotations

from engine import Committed, Engine

from ..settings import Settings
from . import logs
from .figures import Figures


def watched_engine(settings: Settings) -> tuple[Engine, Figures]:
    """Return the engine on the database of the settings, and the figures that it adds to.

    Raises ``DatabaseUnusable``.
    """
    figures = Figures()

    def report(done: Committed) -> None:
        figures.committed(done)
        logs.committed(done)

    return Engine(settings.database_url, report=report, approval=settings.approval), figures
