"""Cases as an event log for process mining: XES, IEEE 1849-2016.

A trace is a case, an event is one moment of one step in the standard's own life cycle. Answers,
timers and notes stay out: the JSON export and the dossier have the whole history. Written piece by
piece, so that a log of any length takes no more memory than one case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from xml.sax.saxutils import quoteattr

from engine import WIB, CaseRecord, StepMoment, WorkItem, is_late

from .plain_text import safe_in_xml

EXTENSIONS = {"Concept": "concept", "Lifecycle": "lifecycle", "Organizational": "org", "Time": "time"}
CLASSIFIERS = {
    "Kegiatan": "concept:name",
    "Kegiatan dan siklus": "concept:name lifecycle:transition",
    "Elemen diagram": "elemen",
    "Pelaksana": "org:role",
}
MODEL = "standard"
CANCELLED = "Perkara dibatalkan"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Value = str | int | bool | datetime | None


@dataclass
class _Life:
    """How far a step's life went: whether somebody was named for it, and whether they began."""

    assigned: bool = False
    begun: bool = False


@dataclass
class _Trace:
    """One case while it is being written."""

    record: CaseRecord
    lives: dict[int, _Life] = field(default_factory=dict)

    def events(self) -> Iterator[str]:
        """Yield the events of the trace, in the order of the history."""
        steps = dict(zip(self.record.opened, self.record.steps, strict=True))
        told: list[tuple[int, str]] = []
        for moment in self.record.moments:
            step = steps.get(moment.opened_seq)
            if step is not None:
                life = self.lives.setdefault(moment.opened_seq, _Life())
                told.append((moment.seq, _event(_of_step(moment, step, _transition(moment, life)))))
        told += [
            (event.seq, _event(_cancellation(event.seq, event.recorded_at, event.actor)))
            for event in self.record.events
            if event.type == "InstanceCancelled"
        ]
        return (text for _, text in sorted(told, key=lambda each: each[0]))


def xes(records: Iterable[CaseRecord], title: str) -> Iterator[bytes]:
    """Yield the log of these cases as UTF-8, a trace at a time."""
    yield _head(title).encode()
    for record in records:
        yield _trace(record).encode()
    yield b"</log>\n"


def _head(title: str) -> str:
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">',
        *(
            f'<extension name="{name}" prefix="{prefix}" uri="http://www.xes-standard.org/{prefix}.xesext"/>'
            for name, prefix in EXTENSIONS.items()
        ),
        '<global scope="trace">',
        *_attributes({"concept:name": "tanpa nomor"}),
        "</global>",
        '<global scope="event">',
        *_attributes({"concept:name": "tanpa nama", "lifecycle:transition": "unknown", "time:timestamp": EPOCH}),
        "</global>",
        *(f'<classifier name="{name}" scope="event" keys="{keys}"/>' for name, keys in CLASSIFIERS.items()),
        *_attributes({"concept:name": title, "lifecycle:model": MODEL}),
    ]
    return "\n".join(lines) + "\n"


def _trace(record: CaseRecord) -> str:
    case = record.case
    own: Mapping[str, Value] = {
        "concept:name": case.number,
        "sop": case.key,
        "nama_sop": case.name,
        "versi": case.version,
        "keadaan": case.state,
        "mulai": case.started_at,
        "berakhir": case.ended_at,
        "riwayat_rusak": record.damage,
    }
    return "\n".join(["<trace>", *_attributes(own), *_Trace(record).events(), "</trace>\n"])


def _transition(moment: StepMoment, life: _Life) -> str:
    """Return the transition of the standard's model that a moment is, and remember how far the step is."""
    match moment.kind:
        case "claimed":
            name = "resume" if life.begun else "start"
            life.assigned = life.begun = True
        case "reassigned":
            name = "reassign" if life.assigned else "assign"
            life.assigned = True
        case "released":
            name = "suspend"
        case "opened" | "relocated":
            name = "schedule"
            life.assigned = life.begun = False
        case "withdrawn":
            name = "withdraw"
        case "completed":
            name = "complete"
    return name


def _of_step(moment: StepMoment, step: WorkItem, transition: str) -> Mapping[str, Value]:
    ends = moment.kind in ("completed", "withdrawn")
    return {
        "concept:name": step.name,
        "concept:instance": step.key,
        "lifecycle:transition": transition,
        "org:resource": _resource(moment),
        "org:role": moment.lane,
        "org:group": moment.group,
        "time:timestamp": moment.at,
        "elemen": step.element_id,
        "langkah": step.step,
        "atas_nama": moment.on_behalf_of,
        "batas_waktu": step.due_at if ends else None,
        "terlambat": is_late(step, moment.at) if ends and step.due_at else None,
        "alasan": moment.reason or None,
        "peristiwa": moment.seq,
    }


def _resource(moment: StepMoment) -> str | None:
    """Return the person whom the transition concerns: who works on the step, not who gave it to them."""
    if moment.kind == "reassigned":
        return moment.to
    if moment.kind == "released":
        return moment.holder
    return moment.actor if moment.kind in ("claimed", "completed") else None


def _cancellation(seq: int, at: datetime, actor: str) -> Mapping[str, Value]:
    return {
        "concept:name": CANCELLED,
        "lifecycle:transition": "pi_abort",
        "org:resource": actor,
        "time:timestamp": at,
        "peristiwa": seq,
    }


def _event(values: Mapping[str, Value]) -> str:
    return "\n".join(["<event>", *_attributes(values), "</event>"])


def _attributes(values: Mapping[str, Value]) -> Iterator[str]:
    """Yield the attributes that have a value, each under the type that the standard has for it."""
    for key, value in values.items():
        match value:
            case None:
                continue
            case bool():
                kind, text = "boolean", str(value).lower()
            case int():
                kind, text = "int", str(value)
            case datetime():
                kind, text = "date", value.astimezone(WIB).isoformat(timespec="milliseconds")
            case _:
                kind, text = "string", safe_in_xml(value)
        yield f"<{kind} key={quoteattr(key)} value={quoteattr(text)}/>"
