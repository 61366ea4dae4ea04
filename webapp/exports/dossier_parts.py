"""The machine-readable parts of a dossier: what the verifier reads, and nothing that it could not check."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from engine import AnsweredField, AnsweredStep, CaseRecord, HistoryEvent, RecordedFile, SealProof, VersionRecord

FORMAT = "alur-dossier-1"
LONGEST_NAME = 100
"""Bytes of an attachment's own name: with folder and numbers it fits every file system."""
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,10}$", re.ASCII)
_FORBIDDEN = frozenset('<>:"/\\|?*')


def text_of(value: Any) -> bytes:
    """Return ``value`` as JSON for a person and a program alike."""
    # Half a surrogate pair, which only an altered row holds, is written as JSON's own escape.
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode(errors="backslashreplace")


def instant(moment: datetime | None) -> str | None:
    """Return an instant as the chain covers it: UTC, microseconds, ``Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if moment else None


def case_sheet(record: CaseRecord, damage: tuple[str, ...]) -> Mapping[str, Any]:
    """Return what the case is as a whole, and of what the dossier was made."""
    case = record.case
    return {
        "format": FORMAT,
        "case": {
            "number": case.number,
            "key": case.key,
            "name": case.name,
            "version": case.version,
            "state": case.state,
            "started_at": instant(case.started_at),
            "ended_at": instant(case.ended_at),
            "anonymous": case.anonymous,
            "confidential": case.confidential,
        },
        "events": len(record.events),
        "head": record.events[-1].chain.hex() if record.events else "",
        "versions": [_version(each) for each in record.versions],
        "exported_at": instant(record.taken_at),
        "exported_by": record.seen_by,
        "revealed_for": record.revealed_for,
        "damage": list(damage),
    }


def event_line(case: str, event: HistoryEvent) -> bytes:
    """Return one line of the history. The payload is the very text that the chain covers."""
    line = {
        "case": case,
        "seq": event.seq,
        "type": event.type,
        "recorded_at": instant(event.recorded_at),
        "actor": event.actor,
        "on_behalf_of": event.on_behalf_of,
        "payload": event.payload,
        "chain": event.chain.hex(),
    }
    return (json.dumps(line, ensure_ascii=False) + "\n").encode(errors="backslashreplace")


def readable_answers(record: CaseRecord, files: Iterable[tuple[str, RecordedFile]]) -> Mapping[str, Any]:
    """Return every answer that the reader may see, what is withheld and why, and where the attachments lie."""
    events = {event.seq: event for event in record.events}
    remarks = [
        {"seq": body.seq, **_who(events[body.seq]), "text": body.body}
        for body in record.bodies
        if body.kind == "remark" and body.seq in events
    ]
    return {
        "steps": [_step(each, events[each.seq]) for each in record.answers],
        "remarks": remarks,
        "withheld": [{"seq": each.seq, "kind": each.kind, "reason": each.reason} for each in record.withheld],
        "files": [_file(path, each) for path, each in files],
    }


def seal_proof(proof: SealProof) -> Mapping[str, Any]:
    """Return one seal, and how the case's event leads to the root that it signs."""
    return {
        "statement": proof.seal.statement,
        "signature": proof.seal.signature.hex(),
        "position": proof.position,
        "seq": proof.seq,
        "chain": proof.chain.hex() if proof.position is not None else None,
        "path": list(proof.path),
    }


def attachment_path(file: RecordedFile, place: int) -> str:
    """Return where an attachment lies: its own name made harmless, behind numbers that make it the only one."""
    return f"lampiran/{file.seq}-{place}-{safe_name(file.file.filename)}"


def safe_name(name: str) -> str:
    """Return a file's name so that it is one name, visible as it is, on every system; its ending stays."""
    name = "".join(_safe(char) for char in unicodedata.normalize("NFC", name)).strip(". ") or "berkas"
    ending = found[0] if (found := _ENDING.search(name)) else ""
    stem = name[: len(name) - len(ending)].encode()[: LONGEST_NAME - len(ending)]
    return stem.decode(errors="ignore").rstrip(". ") + ending


def _safe(char: str) -> str:
    """Return the character, or ``_`` for one that a system forbids or that hides what a name is."""
    return "_" if char in _FORBIDDEN or unicodedata.category(char)[0] == "C" or char in "\u2028\u2029" else char


def _version(version: VersionRecord) -> Mapping[str, Any]:
    return {
        "key": version.key,
        "version": version.version,
        "digest": version.digest,
        "name": version.name,
        "deployed_at": instant(version.deployed_at),
        "deployed_by": version.deployed_by,
        "note": version.note,
        "calls": _object(version.calls),
    }


def _object(text: str) -> Mapping[str, Any]:
    """Return the JSON object that is stored; none, if it was altered into nonsense."""
    try:
        value = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _who(event: HistoryEvent) -> Mapping[str, Any]:
    return {"by": event.actor, "on_behalf_of": event.on_behalf_of, "at": instant(event.recorded_at)}


def _step(answered: AnsweredStep, event: HistoryEvent) -> Mapping[str, Any]:
    item = answered.item
    return {
        "seq": answered.seq,
        "key": _object(event.payload).get("key", item.key),
        "step": item.step,
        "name": item.name,
        "lane": item.lane,
        **_who(event),
        "fields": [_field(each) for each in answered.fields],
    }


def _field(field: AnsweredField) -> Mapping[str, Any]:
    shown = "erased" if field.erased else "hidden" if field.hidden else "open"
    value = {"value": field.value} if shown == "open" else {}
    return {"key": field.key, "label": field.label, "personal": field.personal, "shown": shown, **value}


def _file(path: str, recorded: RecordedFile) -> Mapping[str, Any]:
    file = recorded.file
    return {
        "path": path,
        "seq": recorded.seq,
        "field": file.field,
        "name": file.filename,
        "type": file.media_type,
        "size": file.size,
        "sha256": file.sha256,
        "personal": recorded.personal,
    }
