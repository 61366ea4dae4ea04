"""Events: one text for each, there and back, and a chain that holds."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from engine import history as h

MOMENT = datetime(2026, 11, 24, 2, 0, 0, 5, tzinfo=UTC)
EXAMPLES = [
    h.InstanceStarted("sop", 1, "ab", 1),
    h.WorkItemCompleted("a:1", {"x": None, "y": "1.5", "z": False}, "ab", "", {"anonim": True}),
    h.TimerFired("b:1", h.instant(MOMENT)),
    h.InstanceCancelled("duplikat"),
    h.InstanceMigrated("sop", 1, 2, "ab", 1, "keep", "revisi", {"a": "b"}, ("c:1",), ("d:1",), {"a:1": {"x": "1"}}),
    h.WorkItemOpened("a:1", "Petugas", "timur"),
    h.WorkItemWithdrawn("a:1", "b:1"),
    h.TimerScheduled("b:1", "P1D", "deadline", "a:1"),
    h.TimerDropped("b:1"),
    h.PathTaken(("f1", "f2")),
    h.EscalationRaised("lewat"),
    h.InstanceCompleted(),
    h.WorkItemClaimed("a:1"),
    h.WorkItemReleased("a:1"),
    h.WorkItemReassigned("a:1", "budi", "cuti"),
    h.DueDateSet({"b:1": h.instant(MOMENT)}, "2027-x"),
    h.IncidentRaised("g", "tidak ada jalan", "Pilih", {"type": "TimerFired", "payload": "{}"}),
    h.IncidentResolved(),
    h.Commented("ab"),
    h.PersonalDataErased((4, 9), "permintaan"),
    h.IdentityRevealed(4, ("nama",), "audit"),
]


def test_every_event_has_an_example() -> None:
    assert {type(event).__name__ for event in EXAMPLES} == set(h.EVENTS)


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: event.type)
def test_an_event_comes_back_from_its_text(event: h.Event) -> None:
    payload = event.payload()

    assert h.parse_event(event.type, payload) == event
    assert h.canonical(json.loads(payload)) == payload


@pytest.mark.parametrize(
    ("type_", "payload"),
    [
        pytest.param("SomethingElse", "{}", id="unknown type"),
        pytest.param("WorkItemOpened", '{"key":"a:1"}', id="missing field"),
        pytest.param("WorkItemOpened", '{"key":"a:1","lane":"x","more":1}', id="strange field"),
        pytest.param("InstanceCompleted", "[]", id="no object"),
        pytest.param("InstanceCompleted", "{", id="no JSON"),
    ],
)
def test_what_is_no_event_is_refused(type_: str, payload: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        h.parse_event(type_, payload)


def test_the_chain_covers_each_part_of_an_event() -> None:
    parts = ("PB-1", 1, "InstanceCompleted", MOMENT, "budi", None, "{}")
    link = h.chain(h.GENESIS, *parts)

    others = [
        h.chain(b"x" * 32, *parts),
        h.chain(h.GENESIS, "PB-2", *parts[1:]),
        h.chain(h.GENESIS, "PB-1", 2, *parts[2:]),
        h.chain(h.GENESIS, "PB-1", 1, "InstanceCancelled", *parts[3:]),
        h.chain(h.GENESIS, *parts[:3], MOMENT + timedelta(microseconds=1), *parts[4:]),
        h.chain(h.GENESIS, *parts[:4], "tono", None, "{}"),
        h.chain(h.GENESIS, *parts[:5], "Pemohon", "{}"),
        h.chain(h.GENESIS, *parts[:6], '{"a":1}'),
    ]

    assert len(link) == 32
    assert link not in others
    assert len(set(others)) == len(others)


def test_the_chain_is_what_the_documentation_says() -> None:
    text = '["PB-1",1,"PathTaken","2026-11-24T02:00:00.000005Z","budi",null,{"flows":["f"]}]'

    link = h.chain(h.GENESIS, "PB-1", 1, "PathTaken", MOMENT, "budi", None, '{"flows":["f"]}')

    assert link == hashlib.sha256(bytes(32) + text.encode()).digest()


def test_an_instant_has_one_text_whatever_its_zone() -> None:
    wib = MOMENT.astimezone(timezone(timedelta(hours=7)))

    assert h.instant(wib) == h.instant(MOMENT) == "2026-11-24T02:00:00.000005Z"
    assert h.parse_instant(h.instant(MOMENT)) == MOMENT
    with pytest.raises(ValueError, match="timezone-aware"):
        h.instant(MOMENT.replace(tzinfo=None))
