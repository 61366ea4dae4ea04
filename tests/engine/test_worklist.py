"""The work list: who sees what, in which order, page by page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event

from engine import Engine, InvalidRequest
from tests.clock import Clock
from tests.engine.small_office import (
    ADMIN,
    CHECKER,
    CLERK,
    COLLEAGUE,
    HEAD,
    LETTER,
    OTHER_CHECKER,
    TWO_STEPS,
    deploy,
    hire,
    open_office,
)
from tests.small_bpmn import Task, Timer, diagram


def test_a_step_narrowed_to_a_section_is_for_that_section_and_the_head(engine: Engine) -> None:
    open_office(engine)
    head_of_lane = engine.assign("kepala", lanes=["Pemeriksa"], by=ADMIN)
    case = engine.start("surat", LETTER, by=CLERK).number

    assert [item.case for item in engine.work_list(by=CHECKER).items] == [case]
    assert [item.case for item in engine.work_list(by=head_of_lane).items] == [case]
    assert engine.work_list(by=OTHER_CHECKER).items == ()
    assert engine.work_list(by=CLERK).items == ()
    assert engine.work_list(by=HEAD).items == ()


def test_a_section_without_anybody_leaves_the_step_to_the_whole_lane_marked(engine: Engine) -> None:
    open_office(engine)
    engine.start("surat", {**LETTER, "seksi": "kosong"}, by=CLERK)

    for checker in (CHECKER, OTHER_CHECKER):
        (item,) = engine.work_list(by=checker).items
        assert (item.group, item.group_unstaffed) == ("kosong", True)

    engine.add_person("baru", "Baru", lanes=["Pemeriksa"], groups=["kosong"], by=ADMIN)
    assert engine.work_list(by=CHECKER).items == ()


def test_the_nearest_deadline_comes_first_and_none_comes_last(engine: Engine, clock: Clock) -> None:
    open_office(engine, _three_steps())
    case = engine.start("urut", {}, by=CLERK).number

    keys = [item.key for item in engine.work_list(by=CLERK).items]

    assert keys == ["cepat:1", "lambat:1", "bebas:1"]
    assert {item.case for item in engine.work_list(by=CLERK).items} == {case}


def test_pages_follow_each_other_without_gap_or_double(engine: Engine, clock: Clock) -> None:
    open_office(engine, _three_steps())
    cases = []
    for _ in range(7):
        cases.append(engine.start("urut", {}, by=CLERK).number)
        clock.advance(timedelta(minutes=1))

    seen, cursor = [], None
    while True:
        page = engine.work_list(by=CLERK, cursor=cursor, limit=4)
        seen += [(item.case, item.key) for item in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break

    whole = [(item.case, item.key) for item in engine.work_list(by=CLERK, limit=200).items]
    assert seen == whole
    assert len(set(seen)) == 21


def test_filters_show_mine_free_and_overdue(engine: Engine, clock: Clock) -> None:
    open_office(engine, _three_steps())
    case = engine.start("urut", {}, by=CLERK).number
    engine.claim(case, "lambat:1", by=CLERK)
    clock.advance(timedelta(hours=1))

    def keys(show: str, by: object = CLERK) -> list[str]:
        return [item.key for item in engine.work_list(by=by, show=show).items]  # type: ignore[arg-type]

    assert keys("mine") == ["lambat:1"]
    assert keys("mine", COLLEAGUE) == []
    assert keys("free") == ["cepat:1", "bebas:1"]
    assert keys("overdue") == ["cepat:1"]
    assert keys("all", COLLEAGUE) == ["cepat:1", "lambat:1", "bebas:1"]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        pytest.param("URUT-2026-00002", [2], id="whole number"),
        pytest.param("urut-2026-00002", [2], id="small letters"),
        pytest.param("2", [2], id="running number"),
        pytest.param("URUT-2026", [1, 2, 3], id="beginning"),
        pytest.param("9", [], id="no such case"),
        pytest.param("%", [], id="no wildcard"),
        pytest.param("' OR 1=1", [], id="no SQL"),
    ],
)
def test_search_by_number(engine: Engine, search: str, found: list[int]) -> None:
    open_office(engine, _three_steps())
    for _ in range(3):
        engine.start("urut", {}, by=CLERK)

    items = engine.work_list(by=CLERK, search=search).items

    assert sorted({int(item.case[-1]) for item in items}) == found
    assert [case.number for case in engine.find_cases(search, by=CLERK)] == [
        f"URUT-2026-0000{number}" for number in sorted(found, reverse=True)
    ]


def test_what_i_have_done_the_latest_first(engine: Engine, clock: Clock) -> None:
    open_office(engine, _three_steps())
    case = engine.start("urut", {}, by=CLERK).number
    for key in ("bebas:1", "cepat:1"):
        clock.advance(timedelta(minutes=1))
        engine.complete(case, key, {}, by=CLERK)

    done = engine.done_by(by=CLERK, limit=2)
    rest = engine.done_by(by=CLERK, limit=2, cursor=done.next_cursor)

    assert [item.key for item in done.items + rest.items] == ["cepat:1", "bebas:1", "catat:1"]
    assert engine.done_by(by=COLLEAGUE).items == ()


def test_a_cursor_that_is_none_is_refused(engine: Engine) -> None:
    hire(engine)
    deploy(engine, TWO_STEPS)

    with pytest.raises(InvalidRequest):
        engine.work_list(by=CLERK, cursor="bukan-penanda")


def _three_steps() -> dict[str, bytes]:
    return {
        "urut.bpmn": diagram(
            "urut",
            "mulai > catat > bagi > bebas > satu > selesai | bagi > lambat > satu | bagi > cepat > satu",
            {
                "catat": Task(),
                "bebas": Task(),
                "lambat": Task(timers={"batas_lambat": Timer("P2D")}),
                "cepat": Task(timers={"batas_cepat": Timer("PT30M")}),
            },
            gateways={"bagi": "parallel", "satu": "parallel"},
        )
    }


def test_a_step_for_several_sections_is_for_each_of_them(engine: Engine) -> None:
    files = {
        "dua.bpmn": diagram(
            "dua",
            "mulai > catat > periksa > selesai",
            {"catat": Task(), "periksa": Task("Pemeriksa", group="timur, barat")},
        )
    }
    open_office(engine, files)
    engine.add_person("baru", "Baru", lanes=["Pemeriksa"], groups=["selatan"], by=ADMIN)
    engine.start("dua", {}, by=CLERK)

    assert [len(engine.work_list(by=checker).items) for checker in (CHECKER, OTHER_CHECKER)] == [1, 1]
    stranger = engine.person("baru")
    assert stranger is not None
    assert engine.work_list(by=stranger).items == ()


def test_what_somebody_holds_is_found_by_the_index_of_holders(sqlite_url: str, clock: Clock) -> None:
    engine = Engine(sqlite_url, clock)
    open_office(engine, _three_steps())
    plans: list[str] = []

    @event.listens_for(engine.database._reader, "before_cursor_execute")
    def _explain(_connection, cursor, statement, parameters, _context, _many) -> None:  # type: ignore[no-untyped-def]
        if statement.startswith("SELECT work_item"):
            rows = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.extend(row[3] for row in rows)

    engine.start("urut", {}, by=CLERK)
    engine.work_list(by=CLERK, show="mine")

    assert any("work_item_by_assignee" in plan for plan in plans), plans
    engine.close()
