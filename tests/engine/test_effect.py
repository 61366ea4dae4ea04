"""What a version does to the open cases: told in groups, part by part, with nothing locked and nothing changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from engine import Actor, Effect, Engine, NotAllowed, NotFound, sweep
from engine.database import Database
from tests.clock import Clock
from tests.engine.revisions import (
    CASE,
    CLERK,
    EARLIER_STEP,
    FIRST,
    FORMS,
    GATEWAY,
    LATER_STEP,
    LONGER,
    OWNER,
    REDRAWN,
    TASKS,
    WITHOUT_CHECK,
    WITHOUT_RECORDING,
    Revision,
    deploy,
)
from tests.small_bpmn import Timer, form, text_field

HEAD = Actor("kepala", "Kepala", duties=frozenset({"head"}))
SHORTER = Revision(tasks={**TASKS, "periksa": replace(TASKS["periksa"], timers={"batas": Timer("PT1H")})})
SECRET = {
    **FORMS,
    "catat.form": form(
        "catat",
        text_field("perihal"),
        {"type": "checkbox", "key": "rahasia", "label": "Rahasia", "properties": {"peran": "rahasia"}},
    ),
}


@pytest.fixture
def office(engine: Engine, clock: Clock) -> Engine:
    """Six cases on the first version: four wait at the check, two of them light ones, two at the decision."""
    engine.deploy(FIRST.files(), by=OWNER)
    engine.add_person("petugas", "Petugas", lanes=["Petugas"], by=OWNER)
    for kind in ("berat", "berat", "ringan", "ringan", "berat", "berat"):
        engine.start("surat", {"perihal": "uji", "jenis": kind}, by=CLERK)
        clock.advance(timedelta(minutes=5))
    for number in (5, 6):
        engine.complete(f"SURAT-2026-0000{number}", "periksa:1", {}, by=CLERK)
    return engine


def numbers(*which: int) -> tuple[str, ...]:
    """Return the numbers of these cases."""
    return tuple(f"SURAT-2026-0000{each}" for each in which)


def whole(engine: Engine, version: int, limit: int = 1000, by: Actor = OWNER) -> Effect:
    """Ask for every part and join them."""
    found = engine.effect("surat", version, by=by, limit=limit)
    while found.after is not None:
        found = found + engine.effect("surat", version, by=by, limit=limit, after=found.after)
    return found


def test_each_rule_is_told_by_group_with_its_cases(office: Engine) -> None:
    later = whole(office, deploy(office, LATER_STEP))
    earlier = whole(office, deploy(office, EARLIER_STEP))
    without = whole(office, deploy(office, WITHOUT_RECORDING))
    redrawn = whole(office, deploy(office, REDRAWN))

    assert [(group.fits, group.cases, group.passed) for group in later.groups] == [
        (True, numbers(1, 2, 3, 4), ()),
        (True, numbers(5, 6), ("arsipkan:1",)),
    ]
    assert {group.passed for group in earlier.groups} == {("telaah:1",)}
    assert {group.dropped for group in without.groups} == {("catat:1",)}
    renamed = {"periksa": "cek", "batas": "batas_cek"}
    assert [group.renamed for group in redrawn.groups] == [renamed, {"periksa": "cek"}]
    assert [group.standing for group in redrawn.groups] == [("periksa:1",), ("putuskan:1",)]


def test_what_only_the_new_conditions_read_splits_cases_by_their_answers(office: Engine) -> None:
    effect = whole(office, deploy(office, GATEWAY))

    told = {(group.fits, group.cases): group for group in effect.groups}
    assert set(told) == {(True, numbers(1, 2)), (False, numbers(3, 4)), (True, numbers(5, 6))}
    assert told[True, numbers(1, 2)].missing == {"catat:1": ("jenis",)}
    unfit = told[False, numbers(3, 4)]
    assert unfit.open_steps == ("putuskan:1",)
    assert "periksa:1" in str(unfit.why_not)


def test_cases_that_do_not_fit_are_told_with_the_event_and_what_is_open_there(office: Engine) -> None:
    effect = whole(office, deploy(office, WITHOUT_CHECK))

    (unfit, fitting) = effect.groups
    assert (unfit.fits, unfit.count, unfit.open_steps) == (False, 4, ("putuskan:1",))
    assert "periksa:1" in str(unfit.why_not)
    assert (fitting.cases, fitting.dropped) == (numbers(5, 6), ("periksa:1",))
    assert effect.fitting == 2


def test_who_would_become_late_is_counted_by_policy(office: Engine, clock: Clock) -> None:
    clock.advance(timedelta(hours=3))

    (waiting, decided) = whole(office, deploy(office, SHORTER)).groups

    assert waiting.late == {"keep": 0, "recompute": 4, "restart": 0}
    assert decided.late == {"keep": 0, "recompute": 0, "restart": 0}


def test_who_is_late_already_does_not_become_late(office: Engine, clock: Clock) -> None:
    clock.advance(timedelta(days=5))
    sweep(office)

    groups = whole(office, deploy(office, SHORTER)).groups

    assert all(set(group.late.values()) == {0} for group in groups)


@pytest.mark.parametrize("limit", [1, 2, 4, 5, 6, 7])
def test_parts_of_any_size_add_up_to_the_same(office: Engine, limit: int) -> None:
    version = deploy(office, GATEWAY)

    effect = whole(office, version, limit)

    assert effect.groups == whole(office, version).groups
    assert (effect.examined, effect.total, effect.finished) == (6, 6, True)


def test_cases_that_run_on_the_version_already_are_no_part_of_it(office: Engine) -> None:
    version = deploy(office, LATER_STEP)
    office.start("surat", {"jenis": "berat"}, by=CLERK)
    office.move(CASE, version, "dahulu", by=OWNER)

    effect = whole(office, version)

    assert (effect.examined, effect.total) == (5, 7)
    assert CASE not in [case for group in effect.groups for case in group.cases]


def test_cases_that_moved_before_are_followed_through_their_moves(office: Engine) -> None:
    redrawn = deploy(office, REDRAWN)
    for number in numbers(1, 2):
        office.move(number, redrawn, "digambar ulang", by=OWNER)

    effect = whole(office, deploy(office, LONGER))

    told = {(group.from_version, group.cases): group for group in effect.groups}
    assert told[2, numbers(1, 2)].fits
    assert told[2, numbers(1, 2)].renamed == {"cek": "periksa", "batas_cek": "batas"}
    assert told[1, numbers(3, 4)].fits


def test_a_draft_is_tried_as_a_version_would_be(office: Engine) -> None:
    owner = office.add_person("pemilik", "Pemilik", duties=["process_owner", "admin"], by=OWNER)
    office.save_diagram_draft(
        "surat",
        xml=EARLIER_STEP.files()["surat.bpmn"],
        forms={"catat": FORMS["catat.form"].decode(), "catatan": FORMS["catatan.form"].decode()},
        expected_revision=None,
        by=owner,
    )

    effect = office.effect("surat", "draft", by=owner)

    assert (effect.target, effect.examined, effect.fitting) == ("draft", 6, 6)
    assert {group.passed for group in effect.groups} == {("telaah:1",)}
    with pytest.raises(NotAllowed):
        office.effect("surat", "draft", by=HEAD)


def test_looking_changes_nothing_and_fires_nothing(office: Engine, clock: Clock) -> None:
    version = deploy(office, LONGER)
    clock.advance(timedelta(days=9))
    before = [office.history(number, by=OWNER) for number in numbers(1, 5)]

    whole(office, version)

    assert [office.history(number, by=OWNER) for number in numbers(1, 5)] == before


def test_a_broken_case_is_told_and_stops_nothing(office: Engine, database_url: str) -> None:
    database = Database(database_url)
    with database.write() as connection:
        sql = "UPDATE work_item SET key = 'lain:1' WHERE instance_id = 2 AND audience IS NOT NULL"
        connection.execute(text(sql))
    database.close()

    effect = whole(office, deploy(office, LATER_STEP))

    broken = [group for group in effect.groups if group.broken]
    assert [(group.cases, group.fits) for group in broken] == [(numbers(2), False)]
    assert "alur verify" in str(broken[0].why_not)
    assert effect.fitting == 5


def test_a_case_whose_history_cannot_be_read_is_told_and_stops_nothing(office: Engine, database_url: str) -> None:
    database = Database(database_url)
    with database.write() as connection:
        if database.is_sqlite:
            connection.execute(text("DROP TRIGGER history_event_no_update"))
        else:
            connection.execute(text("ALTER TABLE history_event DISABLE TRIGGER history_event_no_update"))
        connection.execute(text("UPDATE history_event SET payload = '[]' WHERE instance_id = 3 AND seq = 1"))
    database.close()

    effect = whole(office, deploy(office, LATER_STEP))

    assert [group.cases for group in effect.groups if group.broken] == [numbers(3)]
    assert effect.fitting == 5


def test_a_secret_case_is_counted_and_not_named(engine: Engine) -> None:
    files = {**FIRST.files(), **SECRET}
    engine.deploy(files, by=OWNER)
    engine.add_person("petugas", "Petugas", lanes=["Petugas"], by=OWNER)
    engine.start("surat", {"rahasia": True}, by=CLERK)
    engine.start("surat", {}, by=CLERK)
    engine.deploy({**LATER_STEP.files(), **SECRET}, by=OWNER)

    (group,) = engine.effect("surat", 2, by=HEAD).groups

    assert (group.count, group.cases, group.hidden) == (2, numbers(2), 1)


def test_only_who_may_move_cases_may_ask(office: Engine) -> None:
    deploy(office, LATER_STEP)

    for ask in (office.effect, lambda *args, by: office.propose_renames(args[0], 1, 2, by=by)):
        with pytest.raises(NotAllowed):
            ask("surat", 2, by=CLERK)
    with pytest.raises(NotFound):
        office.effect("surat", 9, by=OWNER)
    assert office.effect("surat", 2, by=HEAD).examined == 6


def test_proposed_renames_are_told_with_names(office: Engine) -> None:
    deploy(office, REDRAWN)

    told = office.propose_renames("surat", 1, 2, by=OWNER)

    assert [(each.old, each.new, each.old_name) for each in told] == [
        ("periksa", "cek", "Memeriksa"),
        ("batas", "batas_cek", ""),
    ] or [(each.old, each.new) for each in told] == [("periksa", "cek"), ("batas", "batas_cek")]
    assert office.moving_from("surat", by=OWNER) == {1: 6}
