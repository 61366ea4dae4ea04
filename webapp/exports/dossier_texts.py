"""The parts of a dossier that people read: the explanation, the printable timeline, the list of public keys.

They are made from the record and prove nothing; the verifier says so. The page needs no script and no network.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from engine import (
    AnsweredField,
    AnsweredStep,
    CaseRecord,
    Conformance,
    Form,
    HistoryEvent,
    Moment,
    ProcessInstance,
    SealProof,
    Timeline,
    WorkItem,
)

from ..standing import Office
from ..told import told
from ..words import instant, office_time

TEMPLATES = Path(__file__).parents[1] / "templates"
STATES: Mapping[str, str] = {
    "running": "berjalan",
    "completed": "selesai",
    "cancelled": "dibatalkan",
    "incident": "terhenti (insiden)",
}
WHY_WITHHELD: Mapping[str, str] = {
    "personal": "data pribadi, tidak diperlihatkan kepada pembuat dossier ini",
    "confidential": "perkara rahasia, jawabannya tidak diperlihatkan kepada pembuat dossier ini",
    "erased": "data pribadi, sudah dihapus (UU 27/2022)",
}
UNREADABLE = (KeyError, ValueError, TypeError, AttributeError)
"""What altered data may raise when it is put into words; it then stands as it is stored."""


@dataclass(frozen=True)
class ShownStep:
    """One step as a row of the printed page. ``late`` is office time beyond the deadline, in words."""

    place: str
    name: str
    lane: str
    state: str
    opened: str
    due: str
    closed: str
    by: str
    late: str


@dataclass(frozen=True)
class ShownAnswers:
    """What one completion answered: label and text; ``withheld``: labels of what is not shown, by the reason."""

    seq: int
    place: str
    name: str
    by: str
    at: str
    answers: tuple[tuple[str, str], ...]
    withheld: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class ShownEvent:
    """One event as a sentence. ``broken`` marks one that does not hold to the one before it."""

    seq: int
    at: str
    sentence: str
    broken: bool


def read_me(record: CaseRecord, proofs: Sequence[SealProof], damage: Sequence[str]) -> bytes:
    """Return the explanation for a reader without knowledge of us."""
    text = (
        _templates()
        .get_template("exports/read-me.txt")
        .render(
            case=record.case,
            state=STATES[record.case.state],
            record=record,
            made_at=instant(record.taken_at),
            withheld=[reason for reason in WHY_WITHHELD if any(each.reason == reason for each in record.withheld)],
            why=WHY_WITHHELD,
            proofs=proofs,
            damage=damage,
        )
    )
    return text.encode(errors="backslashreplace")


def public_keys(proofs: Sequence[SealProof]) -> bytes:
    """Return the public keys that signed the seals of this dossier, one a line."""
    keys = dict.fromkeys(proof.seal.key for proof in proofs)
    lines = [
        "# Kunci publik Ed25519 (heksadesimal) yang menandatangani segel dalam dossier ini.",
        "# Bandingkan dengan yang diumumkan kantor: kunci yang hanya tertulis di sini belum membuktikan apa-apa.",
        "# Public keys that signed the seals of this dossier. Compare them with those that the office made known.",
        *keys,
    ]
    return ("\n".join(lines) + "\n").encode()


def timeline_page(
    record: CaseRecord,
    timeline: Timeline | None,
    verdict: Conformance,
    proofs: Sequence[SealProof],
    damage: Sequence[str],
    office: Office,
) -> bytes:
    """Return the case as one printable page; without a timeline the events stand as they are stored."""
    moments = {each.seq: each for each in timeline.moments} if timeline else {}
    page = (
        _templates()
        .get_template("exports/timeline.html")
        .render(
            case=record.case,
            facts=list(_facts(record, office)),
            verdict=verdict,
            damage=damage,
            steps=[_step(each, record, office) for each in record.steps],
            answers=[_answers(each, record, moments, office) for each in record.answers],
            remarks=[(instant(each.noted_at), office.person(each.by), each.text) for each in record.remarks],
            events=[_event(each, moments.get(each.seq), office) for each in record.events],
            withheld=[(each.seq, each.kind, WHY_WITHHELD[each.reason]) for each in record.withheld],
            versions=record.versions,
            head=record.events[-1].chain.hex() if record.events else "",
            proofs=[proof for proof in proofs if proof.position is not None],
            instant=instant,
        )
    )
    return page.encode(errors="backslashreplace")


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _facts(record: CaseRecord, office: Office) -> Iterator[tuple[str, str]]:
    case = record.case
    yield "Diagram", f"{case.key}, versi {case.version}"
    yield "Keadaan", _state(case)
    yield "Dimulai", instant(case.started_at)
    if case.ended_at:
        yield "Berakhir", instant(case.ended_at)
    flags = [name for name, on in (("anonim", case.anonymous), ("rahasia", case.confidential)) if on]
    if flags:
        yield "Sifat", ", ".join(flags)
    yield "Peristiwa", str(len(record.events))
    yield "Dibuat", f"{instant(record.taken_at)} oleh {office.person(record.seen_by)}"
    if record.revealed_for is not None:
        yield "Data pribadi", f"diungkap dengan alasan: {record.revealed_for}"
    elif record.withheld:
        yield "Data pribadi", "ditahan sejauh tidak boleh dilihat pembuat dossier"


def _state(case: ProcessInstance) -> str:
    if case.cancel_reason:
        return f"{STATES[case.state]}: {case.cancel_reason}"
    if case.incident:
        return f"{STATES[case.state]}: {case.incident.reason}"
    return STATES[case.state]


def _step(item: WorkItem, record: CaseRecord, office: Office) -> ShownStep:
    closed_at, late = item.closed_at, ""
    until = closed_at or record.taken_at
    if item.due_at and until > item.due_at:
        late = office_time(office.calendar, office.calendar.between(item.due_at, until))
    who = office.person(item.closed_by if item.state == "completed" else item.assignee) or ""
    return ShownStep(
        place=item.step or "",
        name=item.name,
        lane=f"{item.lane}, {item.group}" if item.group else item.lane,
        state={"open": "terbuka", "completed": "selesai", "withdrawn": "ditarik"}[item.state],
        opened=instant(item.opened_at),
        due=instant(item.due_at) if item.due_at else "",
        closed=instant(closed_at) if closed_at else "",
        by=f"{who}, a.n. {item.on_behalf_of}" if item.on_behalf_of else who,
        late=late,
    )


def _answers(answered: AnsweredStep, record: CaseRecord, moments: Mapping[int, Moment], office: Office) -> ShownAnswers:
    moment, item = moments.get(answered.seq), answered.item
    form = moment.answered.form if moment and moment.answered else None
    event = next((each for each in record.events if each.seq == answered.seq), None)
    withheld: dict[str, list[str]] = {}
    for field in answered.fields:
        if field.erased or field.hidden:
            reason = "erased" if field.erased else "personal" if field.personal else "confidential"
            withheld.setdefault(WHY_WITHHELD[reason], []).append(field.label)
    return ShownAnswers(
        seq=answered.seq,
        place=item.step or "",
        name=item.name,
        by=office.person(event.actor if event else item.closed_by) or "",
        at=instant(event.recorded_at) if event else "",
        answers=tuple(
            (field.label, _text(field, form)) for field in answered.fields if not (field.erased or field.hidden)
        ),
        withheld=withheld,
    )


def _text(field: AnsweredField, form: Form | None) -> str:
    if field.attachments:
        return ", ".join(file.filename for file in field.attachments)
    try:
        return form.display(field.key, field.value) if form else _as_stored(field.value)
    except UNREADABLE:
        return _as_stored(field.value)


def _as_stored(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _event(event: HistoryEvent, moment: Moment | None, office: Office) -> ShownEvent:
    stored = f"{event.type} {event.payload} ({event.actor})"
    if moment is None:
        return ShownEvent(event.seq, instant(event.recorded_at), stored, False)
    try:
        sentence = told(moment, office)
    except UNREADABLE:
        sentence = stored
    return ShownEvent(event.seq, instant(event.recorded_at), sentence, not moment.chained)
