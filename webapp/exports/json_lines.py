"""Cases as JSON lines: one object a line for each case, with its whole history and the verdict on it.

Answers stand in it as the reader of the records may see them; what is hidden from them is not there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from typing import Any

from engine import AnsweredStep, Attachment, CaseRecord, Conformance, HistoryEvent

FORMAT = "alur-case-1"
Judge = Callable[[CaseRecord], Conformance]


def json_lines(records: Iterable[CaseRecord], judge: Judge) -> Iterator[bytes]:
    """Yield a line for each case; ``judge`` gives the verdict on it."""
    for record in records:
        line = json.dumps(case_object(record, judge(record)), ensure_ascii=False, sort_keys=True) + "\n"
        # Half a surrogate pair, which only an altered history holds, is written as JSON's own escape.
        yield line.encode(errors="backslashreplace")


def case_object(record: CaseRecord, verdict: Conformance) -> Mapping[str, Any]:
    """Return one case as JSON knows it."""
    return {
        "format": FORMAT,
        "case": plain(record.case),
        "taken_at": plain(record.taken_at),
        "seen_by": record.seen_by,
        "revealed_for": record.revealed_for,
        "versions": [
            {"key": each.key, "version": each.version, "digest": each.digest, "name": each.name}
            for each in record.versions
        ],
        "steps": plain(record.steps),
        "events": [_event(each) for each in record.events],
        "answers": [_answers(each) for each in record.answers],
        "remarks": plain(record.remarks),
        "withheld": plain(record.withheld),
        "conformance": conformance_object(verdict),
    }


def conformance_object(verdict: Conformance) -> Mapping[str, Any]:
    """Return a verdict as JSON knows it; steps are named by their key."""
    return {
        "case": verdict.case,
        "followed": verdict.followed,
        "deviation": verdict.deviation,
        "interventions": [
            {
                **plain({each.name: getattr(told, each.name) for each in fields(told) if each.name != "due_dates"}),
                "step": told.step.key if told.step else None,
                "due_dates": [{**plain(date), "step": date.step.key if date.step else None} for date in told.due_dates],
            }
            for told in verdict.interventions
        ],
        "separation": [
            {"person": each.person, "lanes": list(each.lanes), "steps": [step.key for step in each.steps]}
            for each in verdict.separation
        ],
        "late_steps": [{**plain(each), "step": each.step.key} for each in verdict.late_steps],
        "words": list(verdict.words),
    }


def plain(value: Any) -> Any:
    """Return ``value`` as JSON knows it: instants UTC texts, lengths whole seconds of office time, bytes hex."""
    if value is None or isinstance(value, (str, int)):
        return value
    if is_dataclass(value) and not isinstance(value, type):
        names = [each.name for each in fields(value) if not (isinstance(value, Attachment) and each.name == "content")]
        return {name: plain(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, timedelta):
        return value // timedelta(seconds=1)
    return value.hex() if isinstance(value, bytes) else value


def _event(event: HistoryEvent) -> Mapping[str, Any]:
    return {**plain(event), "payload": _payload(event.payload)}


def _payload(text: str) -> Any:
    """Return the payload as an object; one that was altered into nonsense stands as the text that is stored."""
    try:
        return json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return text


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is not JSON")


def _answers(answered: AnsweredStep) -> Mapping[str, Any]:
    return {"seq": answered.seq, "key": answered.item.key, "fields": plain(answered.fields)}
