"""Deadlines of a case to come: held against cases that really come, and against paths that can be reckoned by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from engine import WIB, Actor, Engine, Forecast, InvalidRequest, NotAllowed, NotFound
from tests.casework import Casework
from tests.clock import Clock
from tests.engine.small_office import CLERK, OWNER, deploy, hire
from tests.engine.small_office import open_office as open_small
from tests.office import open_office
from tests.small_bpmn import Task, Timer, diagram

BEFORE_THE_HOLIDAYS = datetime(2026, 3, 17, 13, tzinfo=WIB)
"""A Tuesday; the office is closed from the next day on, for Nyepi and Idul Fitri, until 24 March."""
MONDAY = datetime(2026, 11, 23, 9, tzinfo=WIB)


def due(found: Forecast, step: str) -> tuple[str, str]:
    """Return a step's earliest and latest due date, as day and hour in WIB."""
    (row,) = (each for each in found.steps if step in (each.no, each.path[-1]))
    assert row.due_earliest is not None
    assert row.due_latest is not None
    return (f"{row.due_earliest.astimezone(WIB):%d-%m %H.%M}", f"{row.due_latest.astimezone(WIB):%d-%m %H.%M}")


def test_the_shipped_sop_is_dated_over_the_real_holidays(engine: Engine) -> None:
    definition, _ = open_office(engine)
    found = engine.forecast(definition.key, at=BEFORE_THE_HOLIDAYS, by=CLERK)

    assert (found.version, found.counted_from, len(found.steps)) == (1, BEFORE_THE_HOLIDAYS, 9)
    assert due(found, "4") == ("25-03 13.00", "25-03 13.04")
    assert due(found, "5") == ("27-03 13.00", "30-03 13.04")
    assert due(found, "9") == ("17-03 13.05", "31-03 13.19")
    assert found.ends_latest == datetime(2026, 3, 31, 13, 19, tzinfo=WIB)
    assert (found.limit_due, bool(found.over)) == (datetime(2026, 4, 14, 13, tzinfo=WIB), False)
    (closed,) = next(step for step in found.steps if step.no == "4").closed
    assert (closed.first, closed.last) == (date(2026, 3, 18), date(2026, 3, 24))
    assert "Hari Suci Nyepi" in closed.reasons
    assert [timer.role for timer in found.steps[4].timers] == ["reminder", "deadline"]
    assert (found.choices, found.loops, found.untimed, found.beyond_known) == (False, False, (), False)


@pytest.mark.parametrize("slow", [False, True], ids=["everything at once", "everything at its deadline"])
@pytest.mark.parametrize("at", [BEFORE_THE_HOLIDAYS, MONDAY, datetime(2026, 11, 28, 22, 30, tzinfo=WIB)])
def test_a_case_that_really_comes_in_then_gets_these_very_due_dates(sqlite_url: str, at: datetime, slow: bool) -> None:
    clock = Clock(at.astimezone(UTC))
    engine = Engine(sqlite_url, clock)
    open_office(engine)
    office = Casework(engine)
    found = engine.forecast(office.key, at=at, by=CLERK)
    case = office.start()

    for step in found.steps[1:]:
        item = office.open_step(case)
        assert item.step == step.no
        assert item.due_at == (step.due_latest if slow else step.due_earliest)
        assert item.opened_at == (step.opens_latest if slow else step.opens_earliest)
        if slow and item.due_at is not None:
            clock.set(item.due_at)
        office.complete(case)
    engine.close()


def tasks(**timed: str) -> dict[str, Task]:
    """Return user tasks, each with one deadline, or with none for ``""``."""
    return {
        name: Task(name=name, timers={f"batas_{name}": Timer(each)} if each else {}) for name, each in timed.items()
    }


def forecast(engine: Engine, file: bytes, at: datetime = MONDAY) -> Forecast:
    """Deploy a small diagram and date a case of it."""
    hire(engine)
    deploy(engine, {"surat.bpmn": file})
    return engine.forecast("surat", at=at, by=CLERK)


def test_of_ways_that_exclude_each_other_the_quickest_and_the_slowest_count(engine: Engine) -> None:
    found = forecast(
        engine,
        diagram(
            "surat",
            "mulai > a > pilih | pilih > b > temu | pilih > c > f > temu | temu > e > selesai",
            tasks(a="", b="P1D", c="P2D", f="P2D", e="P1D"),
            gateways={"pilih": "exclusive", "temu": "exclusive"},
            conditions={"pilih > b": "${1 == 2}"},
            default={"pilih": "c"},
        ),
    )

    assert due(found, "f") == ("25-11 09.00", "27-11 09.00")
    assert due(found, "e") == ("24-11 09.00", "30-11 09.00")
    assert (found.choices, found.untimed) == (True, ())


def test_a_parallel_join_waits_for_the_slower_branch_even_at_the_earliest(engine: Engine) -> None:
    found = forecast(
        engine,
        diagram(
            "surat",
            "mulai > a > pisah | pisah > b > gabung | pisah > jeda > gabung | gabung > e > selesai",
            tasks(a="", b="P1D", e="P1D"),
            gateways={"pisah": "parallel", "gabung": "parallel"},
            waits={"jeda": "P2D"},
        ),
    )

    assert due(found, "b") == ("24-11 09.00", "24-11 09.00")
    assert due(found, "e") == ("26-11 09.00", "26-11 09.00")
    assert found.choices is False


def test_a_way_back_is_gone_once_and_said_so_and_a_step_without_a_deadline_is_named(engine: Engine) -> None:
    found = forecast(
        engine,
        diagram(
            "surat",
            "mulai > a > b > pilih | pilih > b | pilih > c > selesai",
            tasks(a="", b="P1D", c=""),
            gateways={"pilih": "exclusive"},
            conditions={"pilih > b": "${1 == 2}"},
            default={"pilih": "c"},
        ),
    )

    assert (found.loops, found.untimed) == (True, ("c",))
    assert [step.path for step in found.steps] == [("a",), ("b",), ("c",)]
    assert found.ends_latest == datetime(2026, 11, 24, 9, tzinfo=WIB)


def test_what_only_a_passed_deadline_leads_to_is_marked_and_dated_from_that_deadline(engine: Engine) -> None:
    steps = tasks(a="", tegur="P1D") | {"b": Task(name="b", timers={"tarik": Timer("P3D", interrupts=True)})}
    found = forecast(engine, diagram("surat", "mulai > a > b > selesai | tarik > tegur > selesai2", steps))

    assert due(found, "tegur") == ("27-11 09.00", "27-11 09.00")
    assert {step.path[-1]: step.only_if_late for step in found.steps} == {"a": False, "b": False, "tegur": True}
    assert found.ends_latest == datetime(2026, 11, 27, 9, tzinfo=WIB)


def test_an_exceeded_legal_limit_is_told_in_office_time(engine: Engine) -> None:
    file = diagram("surat", "mulai > a > b > selesai", tasks(a="", b="P3D"), properties={"batas_hukum": "P2D"})
    found = forecast(engine, file)

    assert found.limit_due == datetime(2026, 11, 25, 9, tzinfo=WIB)
    assert found.over == found.office_day


def test_steps_of_a_called_process_are_dated_where_they_are_called(engine: Engine) -> None:
    hire(engine)
    deploy(engine, {"surat.bpmn": diagram("surat", "mulai > b > selesai", tasks(b="P1D"))})
    caller = diagram("induk", "mulai > a > panggil > c > selesai", tasks(a="", c="P1D")).replace(
        b'<endEvent id="panggil"/>', b'<callActivity id="panggil" name="Surat" calledElement="surat"/>'
    )
    deploy(engine, {"induk.bpmn": caller})
    found = engine.forecast("induk", at=MONDAY, by=CLERK)

    assert [step.path for step in found.steps] == [("a",), ("panggil", "b"), ("c",)]
    assert due(found, "c") == ("24-11 09.00", "25-11 09.00")


def test_a_draft_is_asked_of_by_its_owner_alone(engine: Engine) -> None:
    open_small(engine)
    draft = engine.begin_diagram_draft("surat", 1, by=OWNER)
    faster = draft.xml.replace(b"P3D", b"P2D")
    engine.save_diagram_draft("surat", xml=faster, expected_revision=draft.revision, by=OWNER)

    found = engine.forecast("surat", "draft", at=MONDAY, by=OWNER)
    assert (found.version, due(found, "periksa")[1]) == (None, "25-11 09.00")
    with pytest.raises(NotAllowed):
        engine.forecast("surat", "draft", at=MONDAY, by=CLERK)
    with pytest.raises(NotFound):
        engine.forecast("surat", "draft", at=MONDAY, by=Actor("x", "X", duties=frozenset({"process_owner"})))


def test_what_is_not_there_and_what_lies_too_far_off_is_refused(engine: Engine) -> None:
    open_small(engine)

    for key, version in (("surat", 2), ("surat", 0), ("surat", 2**40), ("lain", None), ("a\0", 1)):
        with pytest.raises(NotFound):
            engine.forecast(key, version, at=MONDAY, by=CLERK)
    for at in (datetime(1890, 1, 1, tzinfo=UTC), datetime(2026, 1, 1)):  # noqa: DTZ001
        with pytest.raises(InvalidRequest):
            engine.forecast("surat", at=at, by=CLERK)


def test_deadlines_beyond_the_decreed_calendar_are_said_to_be_uncertain(engine: Engine) -> None:
    open_small(engine)
    last = engine.calendar().known_until
    assert last is not None

    assert engine.forecast("surat", at=datetime(last.year, 12, 31, 14, tzinfo=WIB), by=CLERK).beyond_known
    assert not engine.forecast("surat", at=MONDAY, by=CLERK).beyond_known
