"""The heat of a version, held against a recomputation from the steps and events of each case."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date

import pytest

from engine import Duration, Engine, Heat, HeatStep, InvalidRequest, NotAllowed, NotFound, Progress, WorkItem
from engine.standards import passages
from tests.clock import Clock
from tests.engine.past_office import CLERK, NOBODY, OWNER, drawn, office_time, open_past, percentile, steps_begun
from tests.engine.small_office import ADMIN
from tests.small_bpmn import Task, diagram

MARCH = (date(2026, 3, 3), date(2026, 3, 31))


@pytest.fixture
def past(engine: Engine, clock: Clock) -> Engine:
    """The office with its past."""
    return open_past(engine, clock).engine


def heat(engine: Engine, version: int, *, start: date = MARCH[0], end: date = MARCH[1]) -> Heat:
    return engine.heat("surat", version, start=start, end=end, by=CLERK)


def step(found: Heat, path: str) -> HeatStep:
    return next(each for each in found.steps if each.path == path)


def was_late(item: WorkItem, engine: Engine) -> bool:
    until = item.closed_at or engine.now()
    if item.due_at is None:
        return False
    return until > item.due_at or (until == item.due_at and item.state == "withdrawn")


@pytest.mark.parametrize("version", [1, 2])
def test_heat_counts_what_a_slow_recomputation_counts(past: Engine, version: int) -> None:
    found = heat(past, version)
    cases, calendar, now = steps_begun(past, *MARCH), past.calendar(), past.now()
    done = [item for of_case in cases.values() for item in of_case if item.version == version]

    assert found.cases == len({item.case for item in done}) > 0
    for told in found.steps:
        items = [item for item in done if item.element_id == told.path]
        by_case = Counter(item.case for item in items)
        assert (told.opened, told.cases, told.repeats) == (len(items), len(by_case), len(items) - len(by_case))
        assert told.late == sum(was_late(item, past) for item in items)
        assert told.timed == sum(item.due_at is not None for item in items)
        waits = [office_time(calendar, item.opened_at, item.claimed_at or item.closed_at or now) for item in items]
        works = [
            office_time(calendar, item.claimed_at, item.closed_at or now)
            for item in items
            if item.claimed_at is not None
        ]
        assert (told.waiting.at(50), told.waiting.at(90)) == (percentile(waits, 50), percentile(waits, 90))
        assert (told.handling.at(50), told.handling.at(90)) == (percentile(works, 50), percentile(works, 90))
        assert told.open == sum(item.state == "open" for item in items)


def test_heat_counts_the_flows_that_were_taken_on_the_version(past: Engine) -> None:
    taken: dict[int, Counter[str]] = {1: Counter(), 2: Counter()}
    for case in steps_begun(past, *MARCH):
        version = 1
        for event in past.history(case, by=OWNER):
            payload = json.loads(event.payload)
            version = payload.get("to_version", payload.get("version", version))
            taken[version].update(payload.get("flows", ()))
    for version, counted in taken.items():
        flows = {flow.path: flow.taken for flow in heat(past, version).flows}
        assert {path: count for path, count in flows.items() if count} == dict(counted)
        assert "pilih__temu" in flows

    back = next(flow for flow in heat(past, 1).flows if flow.path == "pilih__temu")
    assert (back.taken, back.source, back.target) == (2, "pilih", "temu")


def test_a_moved_case_counts_for_each_step_on_the_version_on_which_it_was_done(past: Engine) -> None:
    one, two = heat(past, 1), heat(past, 2)

    assert step(one, "catat").cases == 6  # the moved one recorded there
    assert step(two, "catat").cases == 1
    assert step(two, "cek").cases == 2  # and was checked here, beside the one that began here
    assert (step(one, "periksa").repeats, step(two, "cek").repeats) == (2, 0)
    assert (one.cases, two.cases) == (6, 2)


def test_the_past_has_everything_that_heat_must_tell_apart(past: Engine) -> None:
    found = heat(past, 1)
    check, keep = step(found, "periksa"), step(found, "simpan")

    assert check.open
    assert check.withdrawn
    assert 0 < check.late < check.opened
    assert 0 < check.handling.count < check.waiting.count == check.opened
    assert check.standard == Duration.parse("P1D")
    assert keep.withdrawn
    assert check.late_share == check.late / check.timed
    assert step(found, "putuskan").late_share is None
    assert step(found, "catat").slow is None


def test_parts_add_up_to_the_whole_and_survive_being_written(past: Engine, monkeypatch) -> None:
    whole = heat(past, 1)
    monkeypatch.setattr(passages, "BATCH", 2)
    progress, parts = None, 0
    while progress is None or not progress.finished:
        part = past.heat("surat", 1, start=MARCH[0], end=MARCH[1], by=CLERK, so_far=progress, seconds=0)
        progress, parts = Progress.read(json.loads(json.dumps(part.progress.written()))), parts + 1

    assert parts >= 4
    assert (part.steps, part.flows, part.cases) == (whole.steps, whole.flows, whole.cases)


def test_steps_in_a_sub_process_of_another_diagram_are_told_by_their_path(engine: Engine, clock: Clock) -> None:
    inner = diagram("dalam", "mulai > telaah > selesai", {"telaah": Task(name="Menelaah", loop="2")})
    outer = diagram("surat", "mulai > catat > panggil > selesai", {"catat": Task()})
    call = b'<callActivity id="panggil" calledElement="dalam" camunda:calledElementBinding="deployment"/>'
    outer = outer.replace(b'<endEvent id="panggil"/>', call)
    engine.deploy({"dalam.bpmn": inner, "surat.bpmn": outer}, by=OWNER)
    engine.add_person("petugas", "Petugas", lanes=["Petugas"], by=OWNER)
    engine.start("surat", {}, by=CLERK)
    found = heat(engine, 1, start=date(2026, 11, 1), end=date(2026, 11, 30))

    assert [(each.path, each.opened, each.cases, each.repeats) for each in found.steps] == [
        ("catat", 1, 1, 0),
        ("panggil/telaah", 2, 1, 0),
    ]
    assert {flow.path: flow.taken for flow in found.flows} == {
        "mulai__catat": 1,
        "catat__panggil": 1,
        "panggil__selesai": 0,
        "panggil/mulai__telaah": 1,
        "panggil/telaah__selesai": 0,
    }


def test_heat_is_for_everybody_who_works_here_and_for_versions_that_there_are(past: Engine) -> None:
    for person in (CLERK, OWNER, ADMIN):
        assert past.heat("surat", 1, start=MARCH[0], end=MARCH[1], by=person).cases == 6
    with pytest.raises(NotAllowed):
        past.heat("surat", 1, start=MARCH[0], end=MARCH[1], by=NOBODY)
    for key, version in (("lain", 1), ("surat", 3), ("surat", 0), ("surat", -1), ("surat", 2**40), ("\0", 1)):
        with pytest.raises(NotFound):
            past.heat(key, version, start=MARCH[0], end=MARCH[1], by=CLERK)
    with pytest.raises(InvalidRequest):
        heat(past, 1, start=MARCH[1], end=MARCH[0])


def test_a_version_without_cases_is_cold(engine: Engine) -> None:
    engine.deploy(drawn(), by=OWNER)
    found = heat(engine, 1)

    assert (found.cases, found.progress.finished) == (0, True)
    assert all(each.opened == 0 and each.late_share is None and each.waiting.at(50) is None for each in found.steps)
    assert all(flow.taken == 0 for flow in found.flows)


def test_the_first_flow_of_every_case_is_counted_once_moved_or_not(past: Engine) -> None:
    begun = [flow.taken for version in (1, 2) for flow in heat(past, version).flows if flow.path == "mulai__catat"]

    assert begun == [6, 1]
