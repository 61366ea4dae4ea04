"""The log of one process: who did which event to which case, and who asked for which page. Never an answer.

As text for a terminal, or as one JSON object a line for programs. A line names a case by its number, a
person by the name of signing in, an event by its type; no field of a form and no word of a search is in it.
"""

from __future__ import annotations

import json
import logging
import time
from datetime import UTC, datetime

from engine import Committed

TEXT = "%(asctime)sZ %(levelname)s %(name)s: %(message)s"
FACTS = "facts"
"""The attribute of a log record that holds its facts, beside the sentence for people."""

log = logging.getLogger("alur.cases")


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, and the record's facts by name."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        told: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC)
            .isoformat(timespec="milliseconds")
            .replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, FACTS, {}),
        }
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def log_to_terminal(form: str) -> None:
    """Send the log of this process to its standard error, as ``text`` or as ``json``."""
    formatter = JsonLines() if form == "json" else logging.Formatter(TEXT)
    formatter.converter = time.gmtime
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)


def committed(done: Committed) -> None:
    """Log what somebody, or the clock, did to a case; what the diagram made of it stands in the history."""
    if not log.isEnabledFor(logging.INFO):
        return
    for each in done.events:
        if each.kind == "consequence" or (each.kind == "note" and each.type == "DueDateSet"):
            continue
        facts = {"case": done.case, "event": each.type, "seq": each.seq, "person": each.actor, "key": each.key}
        if each.on_behalf_of is not None:
            facts["on_behalf_of"] = each.on_behalf_of
        what = f"{each.type} {each.key}" if each.key else each.type
        log.info("%s: %s by %s", done.case, what, each.actor, extra={FACTS: facts})
