"""The auditor's search: each criterion alone and with others, page by page, always by an index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from engine import Actor, CaseBecameIncident, CaseSearch, Engine, InvalidRequest, NotAllowed, NotFound, sweep
from engine.search import searching
from tests.bench.bulk import copy_cases
from tests.clock import Clock
from tests.engine import diagrams as drawn
from tests.engine.small_office import (
    AUDITOR,
    CHECKER,
    CLERK,
    COLLEAGUE,
    HEAD,
    LETTER,
    OTHER_CHECKER,
    OWNER,
    STUCK,
    TWO_STEPS,
    deploy,
    hire,
    open_office,
)
from tests.small_bpmn import Task, Timer, diagram

DONE, RUNNING, LATE, WEST, CANCELLED, OTHER, WITHDRAWN = range(1, 8)

INTERRUPTED = {
    "lain.bpmn": diagram(
        "lain",
        "mulai > catat > jawab > selesai | batas > tutup > selesai",
        {
            "catat": Task("Petugas"),
            "jawab": Task("Loket", timers={"batas": Timer("PT1H", interrupts=True)}),
            "tutup": Task("Petugas"),
        },
    )
}


@pytest.fixture
def office(engine: Engine, clock: Clock) -> Engine:
    """An office with a case of each kind, numbered as the constants say."""
    open_office(engine)
    deploy(engine, INTERRUPTED)
    done = engine.start("surat", LETTER, by=CLERK).number
    engine.complete(done, "periksa:1", {"hasil": "baik"}, by=CHECKER)
    clock.advance(timedelta(days=1))
    running = engine.start("surat", LETTER, by=COLLEAGUE).number
    engine.claim(running, "periksa:1", by=CHECKER)
    late = engine.start("surat", LETTER, by=CLERK).number
    clock.advance(timedelta(days=7))
    sweep(engine)
    engine.complete(late, "periksa:1", {"hasil": "terlambat"}, by=CHECKER)
    deploy(engine, {**TWO_STEPS, "surat.bpmn": TWO_STEPS["surat.bpmn"].replace(b"Memeriksa", b"Menelaah")})
    west = engine.start("surat", {**LETTER, "seksi": "barat"}, by=COLLEAGUE).number
    engine.claim(west, "periksa:1", by=OTHER_CHECKER)
    cancelled = engine.start("surat", LETTER, by=CLERK).number
    engine.cancel(cancelled, "Duplikat", by=HEAD)
    engine.start("lain", {}, by=CLERK)
    clock.advance(timedelta(hours=1))
    engine.start("lain", {}, by=COLLEAGUE)
    return engine


def ids(engine: Engine, **criteria: Any) -> list[int]:
    """Return the ids of the cases that are found, in order."""
    found = engine.search(CaseSearch(**criteria), by=AUDITOR).found
    with engine.database.read() as connection:
        known = {row.number: row.id for row in connection.execute(text("SELECT number, id FROM process_instance"))}
    return [known[each.case.number] for each in found]


FINDS: Mapping[str, tuple[Mapping[str, Any], list[int]]] = {
    "everything, the newest first": ({}, [7, 6, 5, 4, 3, 2, 1]),
    "a number": ({"number": "SURAT-2026-00002"}, [RUNNING]),
    "the beginning of a number, in small letters": ({"number": "surat"}, [5, 4, 3, 2, 1]),
    "a running number": ({"number": "3"}, [LATE]),
    "no wildcard": ({"number": "%"}, []),
    "a state": ({"state": "completed"}, [LATE, DONE]),
    "another state": ({"state": "cancelled"}, [CANCELLED]),
    "an SOP": ({"key": "lain"}, [7, 6]),
    "a version of an SOP": ({"key": "surat", "version": 2}, [5, 4]),
    "a lane in which a step waits": ({"lane": "Loket"}, [7, 6]),
    "a lane, open and closed, sections too": ({"lane": "Pemeriksa"}, [5, 4, 3, 2, 1]),
    "a part of a lane's name": ({"lane": "Pem"}, []),
    "who started": ({"person": "petugas"}, [6, 5, 3, 1]),
    "who closed, or holds": ({"person": "pemeriksa"}, [3, 2, 1]),
    "who holds": ({"person": "pemeriksa2"}, [WEST]),
    "who did nothing": ({"person": "auditor"}, []),
    "a step": ({"key": "surat", "step": "periksa"}, [5, 4, 3, 2, 1]),
    "a step that nothing has reached": ({"key": "lain", "step": "tutup"}, []),
    "late, closed and open": ({"overrun": True}, [3, 2]),
    "from a day on": ({"begun_from": date(2026, 11, 25)}, [7, 6, 5, 4, 3, 2]),
    "up to a day, included": ({"begun_to": date(2026, 11, 25)}, [3, 2, 1]),
    "one day": ({"begun_from": date(2026, 11, 25), "begun_to": date(2026, 11, 25)}, [3, 2]),
    "who was late": ({"person": "pemeriksa", "overrun": True}, [3, 2]),
    "the late step is another's": ({"person": "petugas", "overrun": True}, []),
    "a lane and a state": ({"lane": "Pemeriksa", "state": "running"}, [4, 2]),
    "the same step has both": ({"lane": "Petugas", "person": "pemeriksa"}, []),
    "a step of another lane": ({"key": "surat", "step": "periksa", "lane": "Petugas"}, []),
    "all of them": (
        {
            "key": "surat",
            "step": "periksa",
            "person": "pemeriksa",
            "state": "completed",
            "overrun": True,
            "number": "SURAT",
            "begun_from": date(2026, 11, 1),
            "version": 1,
        },
        [LATE],
    ),
}


def test_each_criterion_finds_its_cases(office: Engine) -> None:
    found = {name: ids(office, **criteria) for name, (criteria, _) in FINDS.items()}

    assert found == {name: wanted for name, (_, wanted) in FINDS.items()}


def test_where_very_much_was_done_or_waits_the_same_is_found(office: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "MANY", 1)

    with plans(office) as found:
        after = {name: ids(office, **criteria) for name, (criteria, _) in FINDS.items()}

    assert after == {name: wanted for name, (_, wanted) in FINDS.items()}
    if office.database.is_sqlite:
        assert any("SEARCH work_item USING PRIMARY KEY (instance_id=?)" in plan for plan in found), found


def test_a_step_that_its_deadline_ended_is_late(office: Engine, clock: Clock) -> None:
    clock.advance(timedelta(hours=1))
    sweep(office)

    assert ids(office, overrun=True, key="lain") == [7, 6]
    assert ids(office, overrun=True, key="lain", step="jawab") == [7, 6]
    assert ids(office, overrun=True, key="lain", step="catat") == []
    assert ids(office, key="lain", step="tutup") == [7, 6]


def paged(engine: Engine, search: CaseSearch, limit: int) -> list[str]:
    """Return the numbers of the cases that are found, page by page."""
    seen, cursor = list[str](), None
    while True:
        page = engine.search(search, by=AUDITOR, cursor=cursor, limit=limit)
        assert len(page.found) <= limit
        seen += [each.case.number for each in page.found]
        cursor = page.next_cursor
        if cursor is None:
            return seen


PERIOD = {"begun_from": date(2026, 11, 1), "begun_to": date(2026, 12, 31)}
PAGED: tuple[Mapping[str, Any], ...] = (
    {},
    {"lane": "Petugas"},
    {"key": "surat"},
    {"person": "petugas"},
    {"overrun": True},
    PERIOD,
    PERIOD | {"overrun": True},
    PERIOD | {"person": "petugas"},
)


@pytest.mark.parametrize("many", [1, 2000])
@pytest.mark.parametrize("limit", [1, 2, 5])
def test_pages_follow_each_other_without_gap_or_double(
    office: Engine, limit: int, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "MANY", many)
    for criteria in PAGED:
        search = CaseSearch(**criteria)

        assert paged(office, search, limit) == [each.case.number for each in office.search(search, by=AUDITOR).found], (
            criteria
        )


def test_of_a_period_the_latest_begun_comes_first_whatever_the_order_of_numbers(office: Engine, clock: Clock) -> None:
    clock.advance(timedelta(days=-5))  # somebody set the clock back
    office.start("lain", {}, by=CLERK)

    assert ids(office, **PERIOD)[-1] == 1
    assert set(ids(office, **PERIOD)) == {1, 2, 3, 4, 5, 6, 7, 8}
    assert ids(office, **PERIOD)[0] == 7
    assert ids(office)[0] == 8
    whole = [each.case.number for each in office.search(CaseSearch(**PERIOD), by=AUDITOR).found]
    assert paged(office, CaseSearch(**PERIOD), 2) == whole


@pytest.mark.parametrize("many", [1, 2000])
def test_steps_that_an_incident_keeps_open_are_found(
    office: Engine, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "MANY", many)
    deploy(office, STUCK)
    case = office.start("macet", {}, by=CLERK).number
    with pytest.raises(CaseBecameIncident):
        office.complete(case, "isi:1", {"arah": "selatan"}, by=CLERK)

    assert ids(office, key="macet", step="isi") == [8]
    assert ids(office, lane="Petugas", state="incident") == [8]
    assert ids(office, key="macet", step="isi", state="running") == []


def test_a_page_behind_a_case_that_is_none_is_refused(office: Engine) -> None:
    with pytest.raises(InvalidRequest, match="Penanda halaman"):
        office.search(CaseSearch(**PERIOD), by=AUDITOR, cursor="99999")


def test_a_found_case_tells_its_open_and_its_late_steps(office: Engine) -> None:
    found = {each.case.number: each for each in office.search(CaseSearch(key="surat"), by=AUDITOR).found}
    running, late, done = (found[f"SURAT-2026-0000{number}"] for number in (RUNNING, LATE, DONE))

    assert [step.key for step in running.open_steps] == [step.key for step in running.late_steps] == ["periksa:1"]
    assert running.open_steps[0].name == "Memeriksa"
    assert (late.open_steps, [step.closed_by for step in late.late_steps]) == ((), ["pemeriksa"])
    assert (done.open_steps, done.late_steps) == ((), ())
    assert found["SURAT-2026-00004"].open_steps[0].name == "Menelaah"


def test_steps_in_sub_processes_and_calls_are_found_by_their_path(engine: Engine) -> None:
    inner = drawn.process(
        drawn.start("m"), drawn.task("isi"), drawn.end("s"), *drawn.chain("m", "isi", "s"), key="dalam"
    )
    outer = drawn.process(
        drawn.start(),
        drawn.task("catat"),
        drawn.call("panggil", "dalam"),
        drawn.sub_process(
            "bagian", drawn.start("m2"), drawn.task("isi"), drawn.end("s2"), *drawn.chain("m2", "isi", "s2")
        ),
        drawn.end(),
        *drawn.chain("mulai", "catat", "panggil", "bagian", "selesai"),
        key="luar",
        lanes={"Petugas": ["mulai", "catat", "panggil", "bagian", "selesai"]},
    )
    hire(engine)
    engine.deploy({"dalam.bpmn": inner, "luar.bpmn": outer}, by=OWNER)
    called = engine.start("luar", {}, by=CLERK).number
    within = engine.start("luar", {}, by=CLERK).number
    engine.complete(within, "panggil:1/isi:1", {}, by=CLERK)

    paths = [step.path for step in engine.searchable_steps("luar", 1, by=AUDITOR)]
    found = {
        path: [each.case.number for each in engine.search(CaseSearch(key="luar", step=path), by=AUDITOR).found]
        for path in paths
    }

    assert found == {"catat": [within, called], "bagian/isi": [within], "panggil/isi": [within, called]}
    with pytest.raises(NotFound):
        engine.search(CaseSearch(key="luar", step="isi"), by=AUDITOR)


def test_the_search_is_for_auditors_alone(office: Engine) -> None:
    for person in (CLERK, CHECKER, HEAD, OWNER, Actor("mantan", duties=frozenset({"auditor"}), active=False)):
        for ask in (
            lambda by: office.search(CaseSearch(), by=by),
            lambda by: office.lanes_ever(by=by),
            lambda by: office.searchable_steps("surat", 1, by=by),
        ):
            with pytest.raises(NotAllowed):
                ask(person)


def test_a_confidential_case_is_found_too(office: Engine) -> None:
    secret = office.start("surat", {**LETTER, "rahasia": True}, by=CLERK).number

    assert office.search(CaseSearch(number=secret), by=AUDITOR).found[0].case.confidential


def test_choices_for_a_search(office: Engine) -> None:
    assert office.lanes_ever(by=AUDITOR) == ("Loket", "Pemeriksa", "Petugas")
    steps = office.searchable_steps("surat", 2, by=AUDITOR)
    assert [(step.path, step.name, step.lane) for step in steps] == [
        ("catat", "Mencatat", "Petugas"),
        ("periksa", "Menelaah", "Pemeriksa"),
    ]
    with pytest.raises(NotFound):
        office.searchable_steps("tiada", 1, by=AUDITOR)


@pytest.mark.parametrize(
    "criteria",
    [
        pytest.param({"state": "rusak"}, id="unknown state"),
        pytest.param({"version": 1}, id="version without SOP"),
        pytest.param({"step": "periksa"}, id="step without SOP"),
        pytest.param({"key": "surat", "version": 0}, id="version nought"),
        pytest.param({"key": "surat", "version": 2**31}, id="version beyond a number"),
        pytest.param({"begun_from": date(2026, 2, 1), "begun_to": date(2026, 1, 1)}, id="a period that ends before"),
        pytest.param({"lane": "x\x00"}, id="what no database keeps"),
        pytest.param({"number": "\ud800"}, id="half a letter"),
        pytest.param({"person": "x" * 401}, id="very long"),
    ],
)
def test_criteria_without_sense_are_refused(criteria: Mapping[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        CaseSearch(**criteria)


def test_a_cursor_that_is_none_is_refused(office: Engine) -> None:
    for cursor in ("", "x", "-1", "1.5", "9" * 30, "٣"):
        with pytest.raises(InvalidRequest):
            office.search(CaseSearch(), by=AUDITOR, cursor=cursor)


def test_a_search_survives_being_written_down() -> None:
    whole = CaseSearch("PB", "running", "surat", 2, "Petugas", "siti", "a/b", date(2026, 1, 2), date(2026, 3, 4), True)

    assert CaseSearch.of(whole.stated()) == whole
    assert CaseSearch.of(CaseSearch().stated()) == CaseSearch()
    assert CaseSearch.of({"number": "x", "of_a_newer_program": 1}) == CaseSearch("x")


# --- how it is found ------------------------------------------------------------------------

ALONE: Mapping[str, Mapping[str, Any]] = {
    "everything": {},
    "number": {"number": "SURAT-2026-00002"},
    "state": {"state": "cancelled"},
    "key": {"key": "lain"},
    "version": {"key": "surat", "version": 2},
    "period": {"begun_from": date(2026, 11, 24), "begun_to": date(2026, 11, 24)},
    "lane": {"lane": "Loket"},
    "person": {"person": "petugas2"},
    "step": {"key": "surat", "step": "periksa"},
    "overrun": {"overrun": True},
}


READ_THROUGH = ("Seq Scan", "SCAN work_item", "SCAN history_event")


@contextmanager
def plans(engine: Engine) -> Iterator[list[str]]:
    """Collect the plan of every question about cases that is asked meanwhile."""
    found: list[str] = []

    def _explain(connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: Any) -> None:
        if statement.startswith("SELECT process_instance.id"):
            how = "EXPLAIN QUERY PLAN " if engine.database.is_sqlite else "EXPLAIN "
            explained = connection.connection.cursor()
            explained.execute(how + statement, parameters)
            found.append("\n".join(str(row[-1]) for row in explained.fetchall()))

    event.listen(engine.database._reader, "before_cursor_execute", _explain)
    yield found
    event.remove(engine.database._reader, "before_cursor_execute", _explain)


def _discourage_reading_through(engine: Engine) -> None:
    """Let PostgreSQL read a table through only where no index leads to the rows; a small one it would read anyway."""
    if not engine.database.is_sqlite:

        @event.listens_for(engine.database._reader, "connect")
        def _set(connection: Any, _record: Any) -> None:
            connection.execute("SET enable_seqscan = off")
            connection.commit()

        engine.database.close()


@pytest.mark.parametrize("analysed", [False, True])
def test_each_criterion_alone_is_found_by_an_index(office: Engine, analysed: bool) -> None:
    copy_cases(office, ["SURAT-2026-00001", "SURAT-2026-00003"], 300)
    if analysed:  # what the planner knows of the tables must not lead it astray
        with office.database.write() as connection:
            connection.execute(text("ANALYZE"))
    _discourage_reading_through(office)

    told = {}
    for name, criteria in ALONE.items():
        with plans(office) as found:
            office.search(CaseSearch(**criteria), by=AUDITOR)
        (told[name],) = found  # one statement finds the cases

    for name, plan in told.items():
        lines = [line.strip(" ->") for line in plan.splitlines()]
        assert not [line for line in lines if line.startswith(READ_THROUGH) and "INDEX" not in line], f"{name}: {plan}"
        if name != "everything":
            assert not [line for line in lines if line.startswith("SCAN process_instance")], f"{name}: {plan}"
