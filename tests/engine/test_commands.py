"""What people do to a case, on both databases: start, claim, complete, release, reassign, cancel."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from engine import (
    CaseBecameIncident,
    CaseNotRunning,
    Engine,
    InvalidAnswers,
    InvalidRequest,
    NotAllowed,
    NotFound,
    WorkItemClosed,
    WorkItemHeld,
    sweep,
)
from tests.clock import TUESDAY_9AM, Clock
from tests.engine.small_office import (
    ADMIN,
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
    types,
)
from tests.small_bpmn import Task, Timer, diagram, form, text_field


def test_starting_completes_the_first_step_and_opens_the_next(engine: Engine, clock: Clock) -> None:
    open_office(engine)

    case = engine.start("surat", LETTER, by=CLERK)

    assert case.number == "SURAT-2026-00001"
    first, second = engine.steps(case.number, by=CLERK)
    assert (first.state, first.closed_by, first.step) == ("completed", "petugas", None)
    assert (second.key, second.lane, second.group, second.state) == ("periksa:1", "Pemeriksa", "timur", "open")
    assert second.due_at == TUESDAY_9AM + timedelta(days=3)
    assert second.remind_at == TUESDAY_9AM + timedelta(days=1)


def test_numbers_have_no_gap_when_a_start_is_refused(engine: Engine) -> None:
    open_office(engine)
    engine.start("surat", LETTER, by=CLERK)

    with pytest.raises(InvalidAnswers) as refused:
        engine.start("surat", {"seksi": "timur"}, by=CLERK)

    assert refused.value.problems.keys() == {"perihal"}
    assert engine.start("surat", LETTER, by=CLERK).number == "SURAT-2026-00002"


def test_numbers_begin_anew_with_the_year_in_wib(engine: Engine, clock: Clock) -> None:
    open_office(engine)
    engine.start("surat", LETTER, by=CLERK)

    clock.set(clock.now.replace(month=12, day=31, hour=17, minute=0))  # midnight in WIB

    assert engine.start("surat", LETTER, by=CLERK).number == "SURAT-2027-00001"


def test_completing_the_last_step_ends_the_case(engine: Engine, clock: Clock) -> None:
    open_office(engine)
    case = engine.start("surat", LETTER, by=CLERK).number
    clock.advance(timedelta(hours=1))

    engine.complete(case, "periksa:1", {"hasil": "benar"}, by=CHECKER)

    ended = engine.case(case, by=CLERK)
    assert (ended.state, ended.ended_at) == ("completed", clock.now)
    assert types(engine, case)[-1] == "InstanceCompleted"
    assert engine.timers_of(case, by=CLERK) == ()
    assert engine.work_list(by=CHECKER).items == ()


def test_a_step_completed_twice_says_who_was_first(engine: Engine) -> None:
    open_office(engine)
    case = engine.start("surat", LETTER, by=CLERK).number
    engine.complete(case, "periksa:1", {"hasil": "benar"}, by=CHECKER)
    before = types(engine, case)

    with pytest.raises(WorkItemClosed) as refused:
        engine.complete(case, "periksa:1", {"hasil": "salah"}, by=CHECKER)

    assert (refused.value.closed_by, refused.value.closed_at) == ("pemeriksa", TUESDAY_9AM)
    assert "24-11-2026 09.00 WIB" in str(refused.value)
    assert types(engine, case) == before


def test_only_who_may_do_a_step_learns_that_it_exists(engine: Engine) -> None:
    open_office(engine)
    case = engine.start("surat", LETTER, by=CLERK).number

    for stranger in (CLERK, OTHER_CHECKER, AUDITOR):
        with pytest.raises(NotFound):
            engine.complete(case, "periksa:1", {"hasil": "benar"}, by=stranger)
        with pytest.raises(NotFound):
            engine.claim(case, "periksa:1", by=stranger)


def test_an_inactive_person_may_do_nothing(engine: Engine) -> None:
    open_office(engine)
    case = engine.start("surat", LETTER, by=CLERK).number
    gone = engine.assign("pemeriksa", active=False, by=ADMIN)

    with pytest.raises(NotFound):
        engine.complete(case, "periksa:1", {"hasil": "benar"}, by=gone)


def test_a_claimed_step_is_for_its_holder_alone(engine: Engine) -> None:
    hire(engine)
    engine.assign("pemeriksa2", groups=["timur"], by=ADMIN)
    deploy(engine, TWO_STEPS)
    case = engine.start("surat", LETTER, by=CLERK).number
    rival = engine.person("pemeriksa2")
    assert rival is not None
    engine.claim(case, "periksa:1", by=CHECKER)
    engine.claim(case, "periksa:1", by=CHECKER)

    with pytest.raises(WorkItemHeld, match="pemeriksa"):
        engine.claim(case, "periksa:1", by=rival)
    with pytest.raises(WorkItemHeld):
        engine.complete(case, "periksa:1", {"hasil": "benar"}, by=rival)
    with pytest.raises(NotAllowed):
        engine.release(case, "periksa:1", by=rival)

    engine.release(case, "periksa:1", by=CHECKER)
    engine.complete(case, "periksa:1", {"hasil": "benar"}, by=rival)
    assert types(engine, case).count("WorkItemClaimed") == 1


def test_who_steers_may_hand_a_step_to_somebody_who_may_do_it(engine: Engine) -> None:
    open_office(engine)
    case = engine.start("surat", LETTER, by=CLERK).number

    with pytest.raises(InvalidRequest, match="bukan petugas aktif"):
        engine.reassign(case, "periksa:1", "petugas", "cuti", by=HEAD)
    with pytest.raises(NotAllowed):
        engine.reassign(case, "periksa:1", "pemeriksa", "cuti", by=CHECKER)
    engine.reassign(case, "periksa:1", "pemeriksa", "cuti", by=HEAD)

    assert engine.work_item(case, "periksa:1", by=HEAD).assignee == "pemeriksa"


def test_cancelling_takes_a_reason_and_closes_everything(engine: Engine) -> None:
    open_office(engine)
    case = engine.start("surat", LETTER, by=CLERK).number

    with pytest.raises(InvalidRequest):
        engine.cancel(case, "  ", by=HEAD)
    with pytest.raises(NotAllowed):
        engine.cancel(case, "duplikat", by=CLERK)
    engine.cancel(case, "duplikat", by=HEAD)

    ended = engine.case(case, by=CLERK)
    assert (ended.state, ended.cancel_reason) == ("cancelled", "duplikat")
    assert [item.state for item in engine.steps(case, by=CLERK)] == ["completed", "withdrawn"]
    assert engine.timers_of(case, by=CLERK) == ()
    with pytest.raises(CaseNotRunning):
        engine.cancel(case, "lagi", by=HEAD)
    assert all(verification.sound for verification in engine.verify_all())


def test_who_represents_a_lane_acts_on_its_behalf(engine: Engine) -> None:
    files = {
        "aduan.bpmn": diagram(
            "aduan",
            "mulai > lapor > terima > selesai",
            {"lapor": Task(lane="Pemohon", form="lapor"), "terima": Task()},
        ).replace(
            b'name="Pemohon">',
            b'name="Pemohon"><extensionElements><camunda:properties>'
            b'<camunda:property name="diwakili" value="Petugas"/></camunda:properties></extensionElements>',
        ),
        "lapor.form": form("lapor", text_field("isi", required=True)),
    }
    open_office(engine, files)

    start = engine.start_form("aduan", by=CLERK)
    case = engine.start("aduan", {"isi": "antre"}, by=CLERK, on_behalf_of="Pemohon").number

    assert (start.lane, start.on_behalf_of) == ("Pemohon", "Pemohon")
    assert engine.steps(case, by=CLERK)[0].on_behalf_of == "Pemohon"
    started, completed = (
        event for event in engine.history(case, by=AUDITOR) if event.type in ("InstanceStarted", "WorkItemCompleted")
    )
    assert (started.actor, started.on_behalf_of) == (completed.actor, completed.on_behalf_of) == ("petugas", "Pemohon")
    with pytest.raises(InvalidRequest):
        engine.start("aduan", {"isi": "antre"}, by=CLERK, on_behalf_of="Pemeriksa")
    with pytest.raises(NotAllowed):
        engine.start("aduan", {"isi": "antre"}, by=CHECKER)
    assert engine.startable(by=CHECKER) == ()


def test_a_late_completion_first_records_what_had_fallen_due(engine: Engine, clock: Clock) -> None:
    open_office(engine)
    case = engine.start("surat", LETTER, by=CLERK).number
    clock.advance(timedelta(days=6))  # Monday: both timers are due, and no worker ran

    engine.complete(case, "periksa:1", {"hasil": "benar"}, by=CHECKER)

    events = engine.history(case, by=AUDITOR)
    fired = [json.loads(event.payload) for event in events if event.type == "TimerFired"]
    assert fired == [
        {"due_at": "2026-11-25T02:00:00.000000Z", "key": "ingat:1"},
        {"due_at": "2026-11-27T02:00:00.000000Z", "key": "batas:1"},
    ]
    assert {event.recorded_at for event in events if event.type == "TimerFired"} == {clock.now}
    assert types(engine, case).index("TimerFired") < types(engine, case).index("InstanceCompleted")


def test_a_step_that_its_timer_has_taken_is_refused_and_the_firing_stays(engine: Engine, clock: Clock) -> None:
    files = {
        "tenggat.bpmn": diagram(
            "tenggat",
            "mulai > catat > isi > selesai | habis > telat > selesai",
            {"catat": Task(), "isi": Task(timers={"habis": Timer("P1D", interrupts=True)}), "telat": Task()},
        )
    }
    open_office(engine, files)
    case = engine.start("tenggat", {}, by=CLERK).number
    clock.advance(timedelta(days=2))  # Thursday

    with pytest.raises(WorkItemClosed) as refused:
        engine.complete(case, "isi:1", {}, by=CLERK)

    assert refused.value.state == "withdrawn"
    assert refused.value.closed_at == TUESDAY_9AM + timedelta(days=1)
    late = engine.work_item(case, "telat:1", by=CLERK)
    assert late.opened_at == TUESDAY_9AM + timedelta(days=1)  # counts from when the timer was due
    assert sweep(engine) == 0


def test_one_timer_of_a_task_done_several_times_shows_on_each(engine: Engine) -> None:
    files = {
        "ganda.bpmn": diagram(
            "ganda",
            "mulai > catat > isi > selesai",
            {"catat": Task(), "isi": Task(loop="3", timers={"batas": Timer("P2D")})},
        )
    }
    open_office(engine, files)

    case = engine.start("ganda", {}, by=CLERK).number

    items = [item for item in engine.steps(case, by=CLERK) if item.element_id == "isi"]
    assert [item.key for item in items] == ["isi:1", "isi:2", "isi:3"]
    assert {item.due_at for item in items} == {TUESDAY_9AM + timedelta(days=2)}


def test_a_case_that_cannot_go_on_becomes_an_incident_and_keeps_nothing(engine: Engine) -> None:
    open_office(engine, STUCK)
    case = engine.start("macet", {}, by=CLERK).number

    with pytest.raises(CaseBecameIncident, match="menjadi insiden"):
        engine.complete(case, "isi:1", {"arah": "selatan"}, by=CLERK)

    stuck = engine.case(case, by=CLERK)
    assert stuck.state == "incident"
    assert stuck.incident is not None
    assert stuck.incident.element == "pilih"
    assert "WorkItemCompleted" not in types(engine, case)[5:]
    for command in (engine.claim, engine.release):
        with pytest.raises(CaseNotRunning):
            command(case, "isi:1", by=CLERK)
    with pytest.raises(CaseNotRunning):
        engine.complete(case, "isi:1", {"arah": "utara"}, by=CLERK)
    assert all(verification.sound for verification in engine.verify_all())


def test_an_incident_parks_its_timers_until_it_is_cancelled_or_retried(engine: Engine, clock: Clock) -> None:
    open_office(engine, STUCK)
    case = engine.start("macet", {}, by=CLERK).number
    with pytest.raises(CaseBecameIncident, match="menjadi insiden"):
        engine.complete(case, "isi:1", {"arah": "selatan"}, by=CLERK)
    clock.advance(timedelta(days=5))

    assert sweep(engine) == 0
    with pytest.raises(CaseBecameIncident, match="menjadi insiden"):
        engine.retry(case, by=OWNER)
    assert engine.case(case, by=OWNER).state == "incident"
    with pytest.raises(NotAllowed):
        engine.retry(case, by=CLERK)

    engine.cancel(case, "tidak dapat dilanjutkan", by=OWNER)
    assert engine.case(case, by=HEAD).state == "cancelled"
    assert all(verification.sound for verification in engine.verify_all())


def test_a_retry_that_succeeds_lets_the_case_go_on(engine: Engine) -> None:
    open_office(engine, STUCK)
    case = engine.start("macet", {}, by=CLERK).number
    with pytest.raises(CaseBecameIncident, match="menjadi insiden"):
        engine.complete(case, "isi:1", {"arah": "selatan"}, by=CLERK)
    mended = STUCK | {"macet.bpmn": STUCK["macet.bpmn"].replace(b"'timur'", b"'selatan'")}
    version = engine.deploy(mended, by=OWNER).definitions[0].version

    engine.move(case, version, "cabang selatan ditambahkan", by=OWNER)
    engine.complete(case, "isi:1", {"arah": "selatan"}, by=COLLEAGUE)

    assert engine.case(case, by=CLERK).version == version
    assert engine.work_item(case, "dua:1", by=CLERK).state == "open"
    assert all(verification.sound for verification in engine.verify_all())
