"""Moving a case to another version: each change of a diagram does what the four rules say, and no more.

The case has recorded (``catat``) and waits at the check (``periksa``), which has a deadline of
one day; deciding (``putuskan``) lies ahead.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from engine import CaseNotRunning, DoesNotFit, Engine, InvalidRequest, NotAllowed, NotFound, sweep
from tests.clock import Clock
from tests.engine.revisions import (
    CASE,
    CLERK,
    EARLIER_STEP,
    FIRST,
    FIRST_STEP,
    GATEWAY,
    INTERRUPTING,
    LATER_STEP,
    LONGER,
    OTHER_LANE,
    OWNER,
    REDRAWN,
    REDRAWN_BEHIND,
    SWAPPED_AHEAD,
    SWAPPED_BEHIND,
    TASKS,
    THURSDAY_9AM,
    WEDNESDAY_9AM,
    WITHOUT_CHECK,
    WITHOUT_DECISION,
    WITHOUT_RECORDING,
    WITHOUT_TIMER,
    Revision,
    deploy,
)


@pytest.fixture
def office(engine: Engine, clock: Clock) -> Engine:
    """The first version deployed, one clerk, the case ``SURAT-2026-00001`` waiting at the check."""
    engine.deploy(FIRST.files(), by=OWNER)
    engine.add_person("petugas", "Petugas", lanes=["Petugas"], by=OWNER)
    engine.start("surat", {"perihal": "uji", "jenis": "berat"}, by=CLERK)
    clock.advance(timedelta(minutes=30))
    return engine


def move(engine: Engine, revision: Revision, **how: object) -> None:
    """Deploy the revision, look at the plan, agree to what it says, move."""
    version = deploy(engine, revision)
    plan = engine.plan_move(CASE, version, by=OWNER)
    assert plan.fits, plan.why_not
    done = engine.move(CASE, version, "diagram direvisi", by=OWNER, passed=plan.passed, **how)  # type: ignore[arg-type]
    assert done.opens == plan.opens
    assert sound(engine)


def sound(engine: Engine) -> bool:
    """Return whether the case re-executes, and the tables are what the history says."""
    return engine.verify(CASE).sound and engine.rebuild() == 0


def open_keys(engine: Engine) -> list[str]:
    """Return the keys of the open steps."""
    return [item.key for item in engine.steps(CASE, by=OWNER) if item.state == "open"]


def complete(engine: Engine, *keys: str) -> None:
    """Complete these steps one after the other."""
    for key in keys:
        engine.complete(CASE, key, {}, by=CLERK)


def test_a_step_inserted_ahead_is_met_when_the_case_gets_there(office: Engine) -> None:
    move(office, LATER_STEP)

    assert open_keys(office) == ["periksa:1"]
    complete(office, "periksa:1", "arsipkan:1", "putuskan:1")
    assert office.case(CASE, by=OWNER).state == "completed"
    assert sound(office)


@pytest.mark.parametrize(("revision", "passed"), [(EARLIER_STEP, "telaah:1"), (FIRST_STEP, "terima:1")])
def test_a_step_inserted_behind_counts_as_passed_if_the_owner_agrees(
    office: Engine, revision: Revision, passed: str
) -> None:
    version = deploy(office, revision)
    plan = office.plan_move(CASE, version, by=OWNER)
    assert (plan.fits, plan.passed) == (True, (passed,))

    with pytest.raises(DoesNotFit, match=passed):
        office.move(CASE, version, "tanpa persetujuan", by=OWNER, passed=())
    office.move(CASE, version, "dilewati", by=OWNER, passed=plan.passed)

    assert open_keys(office) == ["periksa:1"]
    complete(office, "periksa:1", "putuskan:1")
    assert sound(office)


def test_the_completion_of_a_step_that_is_gone_is_left_out(office: Engine) -> None:
    plan = office.plan_move(CASE, deploy(office, WITHOUT_RECORDING), by=OWNER)

    assert (plan.fits, plan.dropped) == (True, ("catat:1",))
    office.move(CASE, 2, "pencatatan dihapus", by=OWNER)
    assert open_keys(office) == ["periksa:1"]
    complete(office, "periksa:1", "putuskan:1")
    assert sound(office)


def test_a_case_whose_open_step_is_gone_does_not_fit_and_stays_where_it_is(office: Engine) -> None:
    version = deploy(office, WITHOUT_CHECK)
    before = office.history(CASE, by=OWNER)

    plan = office.plan_move(CASE, version, by=OWNER)

    assert not plan.fits
    assert "periksa:1" in str(plan.why_not)
    with pytest.raises(DoesNotFit, match="periksa:1"):
        office.move(CASE, version, "coba", by=OWNER, passed=["putuskan:1"])
    assert office.history(CASE, by=OWNER) == before
    assert office.case(CASE, by=OWNER).version == 1


def test_a_step_removed_ahead_is_never_met(office: Engine) -> None:
    move(office, WITHOUT_DECISION)

    complete(office, "periksa:1")

    assert office.case(CASE, by=OWNER).state == "completed"


def test_a_step_redrawn_under_a_new_id_keeps_claim_draft_and_opening(office: Engine) -> None:
    office.claim(CASE, "periksa:1", by=CLERK)
    office.save_draft(f"{CASE}/periksa:1", {"catatan": ["setengah jalan"]}, by=CLERK)
    before = office.work_item(CASE, "periksa:1", by=CLERK)
    plan = office.plan_move(CASE, deploy(office, REDRAWN), by=OWNER)
    assert plan.renamed == {"periksa": "cek", "batas": "batas_cek"}

    office.move(CASE, 2, "digambar ulang", by=OWNER)

    after = office.work_item(CASE, "cek:1", by=CLERK)
    assert (after.assignee, after.claimed_at, after.opened_at) == (CLERK.name, before.claimed_at, before.opened_at)
    draft = office.draft(f"{CASE}/cek:1", by=CLERK)
    assert draft is not None
    assert draft.values["catatan"] == ("setengah jalan",)
    with pytest.raises(NotFound):
        office.work_item(CASE, "periksa:1", by=CLERK)
    complete(office, "cek:1", "putuskan:1")
    assert sound(office)


def test_a_completed_step_redrawn_under_a_new_id_still_counts(office: Engine) -> None:
    plan = office.plan_move(CASE, deploy(office, REDRAWN_BEHIND), by=OWNER)
    assert (plan.renamed, plan.dropped, plan.passed) == ({"catat": "rekam"}, (), ())

    office.move(CASE, 2, "digambar ulang", by=OWNER)

    complete(office, "periksa:1", "putuskan:1")
    assert sound(office)


def test_a_rename_that_the_owner_rejects_is_a_step_dropped_and_another_passed(office: Engine) -> None:
    version = deploy(office, REDRAWN_BEHIND)

    plan = office.plan_move(CASE, version, by=OWNER, renamed={})

    assert (plan.fits, plan.dropped, plan.passed) == (True, ("catat:1",), ("rekam:1",))
    office.move(CASE, version, "bukan langkah yang sama", by=OWNER, renamed={}, passed=["rekam:1"])
    assert sound(office)


def test_two_steps_swapped_ahead_make_the_open_one_wait_for_the_other(office: Engine) -> None:
    plan = office.plan_move(CASE, deploy(office, SWAPPED_AHEAD), by=OWNER)

    # The check is open, so the decision, which now comes before it, counts as passed.
    assert (plan.fits, plan.passed) == (True, ("putuskan:1",))
    office.move(CASE, 2, "ditukar", by=OWNER, passed=plan.passed)
    complete(office, "periksa:1")
    assert office.case(CASE, by=OWNER).state == "completed"
    assert sound(office)


def test_two_steps_swapped_where_the_open_one_comes_first_now_does_not_fit(office: Engine) -> None:
    plan = office.plan_move(CASE, deploy(office, SWAPPED_BEHIND), by=OWNER)

    # The recording was done, but the new diagram wants the check first, and that is still open.
    assert not plan.fits
    assert "periksa:1" in str(plan.why_not)


def test_two_completed_steps_swapped_do_not_fit_and_the_event_is_named(office: Engine) -> None:
    complete(office, "periksa:1")
    plan = office.plan_move(CASE, deploy(office, SWAPPED_BEHIND), by=OWNER)

    assert not plan.fits
    assert "catat:1" in str(plan.why_not)
    assert "periksa:1" in str(plan.why_not)


def test_a_new_gateway_decides_by_the_answers_that_were_given_before_it_existed(office: Engine) -> None:
    move(office, GATEWAY)

    assert open_keys(office) == ["periksa:1"]
    complete(office, "periksa:1", "putuskan:1")
    assert sound(office)


def test_a_new_gateway_that_would_have_gone_elsewhere_does_not_fit(office: Engine) -> None:
    light = office.start("surat", {"perihal": "uji", "jenis": "ringan"}, by=CLERK).number

    plan = office.plan_move(light, deploy(office, GATEWAY), by=OWNER)

    assert not plan.fits
    assert "periksa:1" in str(plan.why_not)


def test_a_new_gateway_over_a_value_that_was_never_given_takes_it_as_null(office: Engine) -> None:
    silent = office.start("surat", {"perihal": "uji"}, by=CLERK).number

    assert not office.plan_move(silent, deploy(office, GATEWAY), by=OWNER).fits


def test_the_deadline_goes_with_a_timer_that_is_removed(office: Engine, clock: Clock) -> None:
    move(office, WITHOUT_TIMER)

    assert office.work_item(CASE, "periksa:1", by=CLERK).due_at is None
    assert office.timers_of(CASE, by=CLERK) == ()
    clock.advance(timedelta(days=30))
    assert sweep(office) == 0


@pytest.mark.parametrize(
    ("policy", "due_at"),
    [
        pytest.param("keep", WEDNESDAY_9AM, id="keep"),
        pytest.param("recompute", THURSDAY_9AM, id="recompute from when the step opened"),
        pytest.param("restart", THURSDAY_9AM + timedelta(minutes=30), id="restart at the move"),
    ],
)
def test_a_timer_that_is_lengthened_is_due_as_the_policy_says(office: Engine, policy: str, due_at: object) -> None:
    version = deploy(office, LONGER)
    (change,) = office.plan_move(CASE, version, by=OWNER, policy=policy).due_dates  # type: ignore[arg-type]
    assert (change.old_due_at, change.new_due_at) == (WEDNESDAY_9AM, due_at)

    office.move(CASE, version, "diperpanjang", by=OWNER, policy=policy)  # type: ignore[arg-type]

    item = office.work_item(CASE, "periksa:1", by=CLERK)
    assert (item.due_at, item.due_duration) == (due_at, "P2D")
    assert [timer.due_at for timer in office.timers_of(CASE, by=CLERK)] == [due_at]
    assert sound(office)


def test_a_deadline_that_has_passed_already_is_not_missed_twice(office: Engine, clock: Clock) -> None:
    clock.advance(timedelta(days=3))
    sweep(office)
    move(office, LATER_STEP)

    assert sweep(office) == 0
    events = [event.type for event in office.history(CASE, by=OWNER)]
    assert events.count("TimerFired") == events.count("EscalationRaised") == 1


def test_a_fired_timer_that_the_new_diagram_lacks_is_left_out(office: Engine, clock: Clock) -> None:
    clock.advance(timedelta(days=3))
    sweep(office)

    plan = office.plan_move(CASE, deploy(office, WITHOUT_TIMER), by=OWNER)

    assert (plan.fits, plan.dropped) == (True, ("batas:1",))
    office.move(CASE, 2, "batas dihapus", by=OWNER)
    assert sound(office)


def test_what_is_due_fires_before_the_case_moves(office: Engine, clock: Clock) -> None:
    clock.advance(timedelta(days=3))

    move(office, LONGER, policy="restart")

    kinds = [event.type for event in office.history(CASE, by=OWNER)]
    assert kinds.index("TimerFired") < kinds.index("InstanceMigrated")


def test_a_fired_deadline_that_would_have_taken_the_step_away_does_not_fit(office: Engine, clock: Clock) -> None:
    clock.advance(timedelta(days=3))
    sweep(office)

    plan = office.plan_move(CASE, deploy(office, INTERRUPTING), by=OWNER)

    assert not plan.fits


def test_a_step_that_moves_to_another_lane_is_opened_anew_there(office: Engine) -> None:
    office.claim(CASE, "periksa:1", by=CLERK)

    move(office, OTHER_LANE)

    (item,) = [item for item in office.steps(CASE, by=OWNER) if item.state == "open"]
    assert (item.key, item.lane, item.assignee) == ("periksa:1", "Pimpinan", None)
    assert office.work_list(by=CLERK).items == ()


def test_a_move_needs_a_reason_a_right_and_a_case_that_is_open(office: Engine) -> None:
    version = deploy(office, LATER_STEP)

    with pytest.raises(InvalidRequest, match="Alasan"):
        office.move(CASE, version, "  ", by=OWNER)
    with pytest.raises((NotAllowed, NotFound)):
        office.move(CASE, version, "bukan wewenang", by=CLERK)
    with pytest.raises(NotFound):
        office.move(CASE, 99, "tidak ada", by=OWNER)
    office.cancel(CASE, "dicabut", by=OWNER)
    with pytest.raises(CaseNotRunning):
        office.move(CASE, version, "sudah selesai", by=OWNER)


def test_a_preview_changes_nothing(office: Engine) -> None:
    before = office.history(CASE, by=OWNER)

    office.plan_move(CASE, deploy(office, LONGER), by=OWNER, policy="restart")

    assert office.history(CASE, by=OWNER) == before
    assert sound(office)


def test_a_running_case_keeps_its_version_until_somebody_moves_it(office: Engine) -> None:
    deploy(office, LATER_STEP)

    complete(office, "periksa:1")

    assert open_keys(office) == ["putuskan:1"]  # not arsipkan, which only new cases have
    assert office.case(CASE, by=OWNER).version == 1
    assert office.start("surat", {}, by=CLERK).version == 2


def test_a_case_can_move_there_and_back_again(office: Engine) -> None:
    move(office, LATER_STEP)
    complete(office, "periksa:1")
    version = deploy(office, EARLIER_STEP)

    plan = office.plan_move(CASE, version, by=OWNER)
    assert not plan.fits  # it stands at a step that the third version lacks
    complete(office, "arsipkan:1")
    plan = office.plan_move(CASE, version, by=OWNER)
    assert (plan.fits, plan.dropped, plan.passed) == (True, ("arsipkan:1",), ("telaah:1",))
    office.move(CASE, version, "kembali", by=OWNER, passed=plan.passed)
    complete(office, "putuskan:1")
    assert sound(office)


def test_a_revision_of_the_drawing_alone_leaves_every_history_re_executing_equal(office: Engine, clock: Clock) -> None:
    cases = [CASE, *(office.start("surat", {"jenis": "berat"}, by=CLERK).number for _ in range(3))]
    office.complete(cases[1], "periksa:1", {}, by=CLERK)
    clock.advance(timedelta(days=2))
    sweep(office)
    office.complete(cases[2], "periksa:1", {}, by=CLERK)
    frames = {case: office.replay(case, by=OWNER) for case in cases}
    version = deploy(office, replace(FIRST, drawing=170))

    for case in cases:
        plan = office.plan_move(case, version, by=OWNER)
        assert plan.fits
        assert (plan.renamed, plan.dropped, plan.passed, plan.opens, plan.withdraws) == ({}, (), (), (), ())
        before = office.steps(case, by=OWNER)
        office.move(case, version, "tata letak saja", by=OWNER)
        after = office.steps(case, by=OWNER)
        assert [replace(item, version=1) for item in after] == [*before]
        replayed = office.replay(case, by=OWNER)
        assert replayed[: len(frames[case])] == frames[case]
        last = replayed[-1]
        assert (last.open_items, last.armed_timers, last.variables) == (
            frames[case][-1].open_items,
            frames[case][-1].armed_timers,
            frames[case][-1].variables,
        )
    assert all(found.sound for found in office.verify_all())
    assert office.rebuild() == 0


RECORDED = {"catat": TASKS["catat"]}
PAUSED = Revision("mulai > catat > jeda > selesai", RECORDED, waits={"jeda": "P5D"})


@pytest.fixture
def paused(engine: Engine, clock: Clock) -> Engine:
    """A case that waits for nobody, only for five days to pass; half an hour of them has."""
    engine.deploy(PAUSED.files(), by=OWNER)
    engine.start("surat", {"jenis": "berat"}, by=CLERK)
    clock.advance(timedelta(minutes=30))
    return engine


def test_a_case_that_would_be_over_does_not_fit(paused: Engine) -> None:
    plan = paused.plan_move(CASE, deploy(paused, Revision("mulai > catat > selesai", RECORDED)), by=OWNER)

    assert not plan.fits
    assert "sudah berakhir" in str(plan.why_not)


def test_a_case_that_would_wait_for_another_time_does_not_fit(paused: Engine) -> None:
    longer = Revision(
        "mulai > catat > bagi > jeda > gabung > selesai | bagi > lain > gabung",
        RECORDED,
        gateways={"bagi": "parallel", "gabung": "parallel"},
        waits={"jeda": "P5D", "lain": "P9D"},
    )

    plan = paused.plan_move(CASE, deploy(paused, longer), by=OWNER)

    assert not plan.fits
    assert "lain:1" in str(plan.why_not)


@pytest.mark.parametrize("policy", ["keep", "recompute", "restart"])
def test_a_pause_drawn_under_a_new_id_goes_on(paused: Engine, clock: Clock, policy: str) -> None:
    (before,) = paused.timers_of(CASE, by=CLERK)
    version = deploy(paused, Revision("mulai > catat > tunggu > selesai", RECORDED, waits={"tunggu": "P2D"}))
    plan = paused.plan_move(CASE, version, by=OWNER)
    assert plan.renamed == {"jeda": "tunggu"}

    paused.move(CASE, version, "diperpendek", by=OWNER, policy=policy)  # type: ignore[arg-type]

    (after,) = paused.timers_of(CASE, by=CLERK)
    began = clock() - timedelta(minutes=30)
    due = {"keep": before.due_at, "recompute": paused.due("P2D", began), "restart": paused.due("P2D", clock())}
    assert (after.key, after.due_at) == ("tunggu:1", due[policy])
    assert sound(paused)
    paused.move(CASE, 1, "kembali", by=OWNER)
    assert [timer.due_at for timer in paused.timers_of(CASE, by=CLERK)] == [due[policy]]
    assert sound(paused)


def test_an_id_that_is_another_kind_of_element_there_is_not_the_same(office: Engine) -> None:
    pause = Revision(
        "mulai > catat > periksa > putuskan > selesai",
        waits={"catat": "P1D"},
        tasks={key: task for key, task in TASKS.items() if key != "catat"},
    )

    plan = office.plan_move(CASE, deploy(office, pause), by=OWNER)

    assert not plan.fits  # it would wait a day before the check, which is open


def test_two_steps_of_one_name_in_one_lane_are_not_proposed_for_each_other(office: Engine) -> None:
    twins = {
        "catat": TASKS["catat"],
        "cek_satu": TASKS["periksa"],
        "cek_dua": replace(TASKS["periksa"], timers={}),
        "putuskan": TASKS["putuskan"],
    }
    version = deploy(office, Revision("mulai > catat > cek_satu > cek_dua > putuskan > selesai", twins))

    plan = office.plan_move(CASE, version, by=OWNER)

    assert not plan.fits
    chosen = office.plan_move(CASE, version, by=OWNER, renamed={"periksa": "cek_dua", "batas": "batas"})
    assert (chosen.fits, chosen.passed) == (True, ("cek_satu:1",))


def test_drafts_of_steps_that_take_each_others_place_follow_them(engine: Engine, clock: Clock) -> None:
    """Both are open at once, and each gets the id that the other one had."""
    files = Revision(
        "mulai > catat > bagi > satu > gabung > selesai | bagi > dua > gabung",
        {"catat": TASKS["catat"], "satu": TASKS["putuskan"], "dua": replace(TASKS["putuskan"], name="Dua")},
        gateways={"bagi": "parallel", "gabung": "parallel"},
    )
    engine.deploy(files.files(), by=OWNER)
    engine.add_person("petugas", "Petugas", lanes=["Petugas"], by=OWNER)
    engine.start("surat", {"jenis": "berat"}, by=CLERK)
    for step in ("satu", "dua"):
        engine.save_draft(f"{CASE}/{step}:1", {"catatan": [step]}, by=CLERK)
    version = deploy(engine, replace(files, drawing=10))

    engine.move(CASE, version, "bertukar", by=OWNER, renamed={"satu": "dua", "dua": "satu"})

    found = {step: engine.draft(f"{CASE}/{step}:1", by=CLERK) for step in ("satu", "dua")}
    assert {step: draft.values["catatan"] for step, draft in found.items() if draft} == {
        "satu": ("dua",),
        "dua": ("satu",),
    }
    assert sound(engine)
