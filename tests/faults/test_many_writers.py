"""Twenty-four people at once: nobody sees an error that is not theirs, on both databases."""

from __future__ import annotations

import threading
from functools import partial

import pytest

from engine import Actor, Engine, WorkItemClosed
from tests.faults.office import AGAIN, LANE, OWNER, completions, open_office, start_case
from tests.faults.threads import all_at_once, errors

PEOPLE = 24
ROUNDS = 8


def test_many_people_who_write_to_many_cases_all_succeed(database_url: str) -> None:
    engine, people = open_office(database_url, PEOPLE)

    def work(person: Actor) -> str:
        case = start_case(engine, person)
        for each in range(1, ROUNDS + 1):
            engine.claim(case, f"periksa:{each}", by=person)
            engine.save_draft(f"{case}/periksa:{each}", {"catatan": ["setengah jalan"]}, by=person)
            engine.complete(case, f"periksa:{each}", {"catatan": person.name, **AGAIN}, by=person)
        return case

    cases = all_at_once([partial(work, person) for person in people])

    assert errors(cases) == []
    assert len(set(cases)) == PEOPLE
    for case in map(str, cases):
        assert len(completions(engine, case)) == ROUNDS + 1
        assert engine.verify(case).sound
    assert engine.rebuild() == 0
    engine.close()


def test_many_people_who_write_to_one_case_take_turns(database_url: str) -> None:
    engine, people = open_office(database_url, PEOPLE)
    case = start_case(engine, people[0])

    winners: set[tuple[str, str | None]] = set()

    def work(person: Actor) -> list[str]:
        mine = []
        for each in range(1, ROUNDS + 1):
            try:
                engine.complete(case, f"periksa:{each}", {"catatan": person.name, **AGAIN}, by=person)
                mine.append(f"periksa:{each}")
            except WorkItemClosed as told:
                winners.add((person.name, told.closed_by))
        return mine

    done = all_at_once([partial(work, person) for person in people])

    assert errors(done) == []
    assert all(winner in {each.name for each in people} - {told} for told, winner in winners)
    won = sorted(key for mine in done if not isinstance(mine, Exception) for key in mine)
    assert won == sorted(f"periksa:{each}" for each in range(1, ROUNDS + 1))
    assert len(completions(engine, case)) == ROUNDS + 1
    assert engine.verify(case).sound
    engine.close()


def test_several_processes_of_the_web_share_nothing_but_the_database(database_url: str) -> None:
    engine, people = open_office(database_url, 6)
    case = start_case(engine, people[0])
    engines = [Engine(database_url, engine.clock) for _ in people]

    def work(own: Engine, person: Actor) -> int:
        won = 0
        for each in range(1, ROUNDS + 1):
            try:
                own.complete(case, f"periksa:{each}", {"catatan": person.name, **AGAIN}, by=person)
                won += 1
            except WorkItemClosed:
                pass
        return won

    won = all_at_once([partial(work, *pair) for pair in zip(engines, people, strict=True)])

    assert errors(won) == []
    assert sum(each for each in won if isinstance(each, int)) == ROUNDS
    assert engine.verify(case).sound
    for each in [*engines, engine]:
        each.close()


def test_pages_are_read_while_others_write(database_url: str) -> None:
    engine, people = open_office(database_url, PEOPLE)
    cases = [start_case(engine, people[0]) for _ in range(4)]
    writing = threading.Event()

    def write(case: str, person: Actor) -> int:
        for each in range(1, ROUNDS + 1):
            engine.complete(case, f"periksa:{each}", {"catatan": "x", **AGAIN}, by=person)
        writing.set()
        return 0

    def read(person: Actor) -> int:
        seen = 0
        while not writing.is_set():
            page = engine.work_list(by=person).items
            assert len(page) == len(cases)  # one open step each, whenever one looks
            assert {item.lane for item in page} == {LANE}
            seen += 1
        return seen

    writers = [partial(write, case, people[place]) for place, case in enumerate(cases)]
    readers = [partial(read, person) for person in people[4:10]]
    results = all_at_once([*writers, *readers])

    assert errors(results) == []
    engine.close()


@pytest.mark.parametrize("people", [2, 12])
def test_numbers_have_no_gap_and_no_double_when_many_start_at_once(database_url: str, people: int) -> None:
    engine, clerks = open_office(database_url, people)

    numbers = all_at_once([partial(start_case, engine, clerk) for clerk in clerks])

    assert errors(numbers) == []
    assert sorted(map(str, numbers)) == [f"ULANG-2026-{each:05}" for each in range(1, people + 1)]
    assert all(engine.case(str(number), by=OWNER).state == "running" for number in numbers)
    engine.close()


def test_one_person_who_saves_a_draft_in_two_tabs_keeps_one_of_them(database_url: str) -> None:
    engine, people = open_office(database_url, 1)
    case = start_case(engine, people[0])
    scope = f"{case}/periksa:1"

    drafts = [{"catatan": [str(each)]} for each in range(8)]

    saved = all_at_once([partial(engine.save_draft, scope, draft, by=people[0]) for draft in drafts])

    assert errors(saved) == []
    draft = engine.draft(scope, by=people[0])
    assert draft is not None
    assert draft.values["catatan"][0] in {str(each) for each in range(8)}
    engine.close()
