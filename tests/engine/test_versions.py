"""Versions as an owner looks at them: who, when, why, what is frozen in each, and which cases run on it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import Engine, NotFound
from tests.clock import Clock
from tests.engine.small_office import CLERK, HEAD, LETTER, OWNER, TWO_STEPS, hire, open_office
from tests.small_bpmn import Task, diagram

LONGER = TWO_STEPS["surat.bpmn"].replace(b"P3D", b"P5D")


def revise(engine: Engine, note: str = "") -> None:
    """Put the letter's second version in force: five days instead of three."""
    engine.deploy({"surat.bpmn": LONGER}, by=OWNER, note=note)


def test_each_version_says_who_put_it_in_force_when_and_why(engine: Engine, clock: Clock) -> None:
    open_office(engine)
    clock.advance(timedelta(days=1))
    revise(engine, "Lima hari")

    second, first = engine.versions("surat")

    assert (first.version, first.note, first.in_force) == (1, "", False)
    assert (second.version, second.note, second.in_force) == (2, "Lima hari", True)
    assert (second.deployed_by, second.deployed_at) == ("pemilik", clock())
    assert second == engine.version("surat", 2)


def test_all_versions_of_all_sops_stand_by_key_and_the_newest_first(engine: Engine) -> None:
    open_office(engine)
    engine.deploy({"arsip.bpmn": diagram("arsip", "mulai > simpan > selesai", {"simpan": Task()})}, by=OWNER)
    revise(engine)

    assert [(each.key, each.version) for each in engine.versions()] == [("arsip", 1), ("surat", 2), ("surat", 1)]


@pytest.mark.parametrize(("key", "version"), [("surat", 9), ("surat", 0), ("tak_ada", 1)])
def test_a_version_that_was_never_deployed_is_not_found(engine: Engine, key: str, version: int) -> None:
    open_office(engine)

    for ask in (engine.version, engine.version_page):
        with pytest.raises(NotFound):
            ask(key, version)


def test_an_unknown_sop_has_no_list_of_versions(engine: Engine) -> None:
    with pytest.raises(NotFound):
        engine.versions("tak_ada")


def test_a_version_shows_what_it_froze(engine: Engine) -> None:
    open_office(engine)
    revise(engine)

    first, second = engine.version_page("surat", 1), engine.version_page("surat", 2)

    assert first.lanes == ("Petugas", "Pemeriksa")
    assert [(each.id, each.lane, each.form_id) for each in first.steps] == [
        ("catat", "Petugas", "catat"),
        ("periksa", "Pemeriksa", "periksa"),
    ]
    told = [[(each.role, each.duration.text) for each in page.steps[1].timers] for page in (first, second)]
    assert told == [[("deadline", "P3D"), ("reminder", "P1D")], [("deadline", "P5D"), ("reminder", "P1D")]]
    assert {each.id: each.text.encode() for each in second.forms} == {
        "catat": TWO_STEPS["catat.form"],
        "periksa": TWO_STEPS["periksa.form"],
    }


def test_steps_stand_as_the_sop_numbers_them_whatever_the_order_of_the_file(engine: Engine) -> None:
    hire(engine)
    drawn = diagram("urut", "mulai > a > b > c > selesai", {each: Task() for each in "abc"})
    for step, number in (("a", "10"), ("c", "2")):
        named = f'<camunda:properties><camunda:property name="no" value="{number}"/></camunda:properties>'
        task = f'<userTask id="{step}" name="{step.title()}">'.encode()
        drawn = drawn.replace(task, task + f"<extensionElements>{named}</extensionElements>".encode())

    engine.deploy({"urut.bpmn": drawn}, by=OWNER)

    assert [each.id for each in engine.version_page("urut", 1).steps] == ["c", "a", "b"]


def test_a_version_names_the_versions_that_it_calls(engine: Engine) -> None:
    hire(engine)
    inner = diagram("dalam", "mulai > cek > selesai", {"cek": Task()})
    outer = diagram("luar", "mulai > catat > panggil > selesai", {"catat": Task()}).replace(
        b'<endEvent id="panggil"/>', b'<callActivity id="panggil" calledElement="dalam"/>'
    )
    engine.deploy({"luar.bpmn": outer, "dalam.bpmn": inner}, by=OWNER)

    assert engine.version_page("luar", 1).calls == {"dalam": 1}


def test_open_cases_are_counted_by_the_version_that_they_run_on(engine: Engine) -> None:
    open_office(engine)
    ended, _open = (engine.start("surat", LETTER, by=CLERK).number for _ in range(2))
    engine.cancel(ended, "Duplikat", by=HEAD)
    revise(engine)
    engine.start("surat", LETTER, by=CLERK)

    first, second = engine.version_page("surat", 1), engine.version_page("surat", 2)

    assert (first.cases, second.cases) == (2, 1)
    assert first.open_cases == second.open_cases == {1: 1, 2: 1}
