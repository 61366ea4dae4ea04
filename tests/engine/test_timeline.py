"""A timeline tells each event of a case, and adds up to what the tables and the re-execution say."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import text

from engine import Actor, Engine, HistoryDamaged, Moment, NotFound, Spot, Timeline, sweep
from tests.clock import TUESDAY_9AM, Clock
from tests.engine.small_office import AUDITOR, CHECKER, CLERK, HEAD, LETTER, OTHER_CHECKER, OWNER, hire, open_office
from tests.full_rights import full_rights
from tests.proposals import KEY, Proposal
from tests.small_bpmn import Task, Timer, diagram


def of_type(timeline: Timeline, kind: str) -> list[Moment]:
    return [moment for moment in timeline.moments if moment.type == kind]


def only(timeline: Timeline, kind: str) -> Moment:
    (moment,) = of_type(timeline, kind)
    return moment


@pytest.fixture
def proposal(engine: Engine, clock: Clock) -> Proposal:
    hire(engine)
    return Proposal(engine, clock, writer=CLERK, judge=CHECKER, head=HEAD, judges="Pemeriksa")


@pytest.fixture
def letter(engine: Engine) -> str:
    """A letter that waits at its check."""
    open_office(engine)
    return engine.start("surat", {**LETTER, "nama": "Siti", "kisah": "Rahasia"}, by=CLERK).number


# --- it adds up -----------------------------------------------------------------------------


def test_every_event_is_a_moment_in_order(engine, proposal):
    case = proposal.whole()

    timeline = engine.timeline(case, by=AUDITOR)

    assert [moment.event for moment in timeline.moments] == list(engine.history(case, by=AUDITOR))
    assert all(moment.chained for moment in timeline.moments)


def test_the_changes_add_up_to_what_re_execution_finds_after_every_event(engine, proposal):
    case = proposal.whole()
    timeline = engine.timeline(case, by=AUDITOR)

    for frame in engine.replay(case, by=AUDITOR):
        picture = timeline.at(frame.seq)
        assert sorted(step.item.key for step in picture.open_steps) == sorted(frame.open_items), frame.seq
        assert sorted(timer.key for timer in picture.timers) == sorted(frame.armed_timers), frame.seq


def test_the_last_moment_shows_the_steps_and_timers_of_the_work_list(engine, proposal):
    proposal.judged("ulang")
    engine.claim(proposal.case, "usul:2", by=CLERK)

    last = engine.timeline(proposal.case, by=AUDITOR).at(10_000)

    assert tuple(step.item for step in last.steps) == engine.steps(proposal.case, by=AUDITOR)
    assert [(timer.key, timer.due_at) for timer in last.timers] == [
        (timer.key, timer.due_at) for timer in engine.timers_of(proposal.case, by=AUDITOR)
    ]


def test_a_moment_lists_only_what_changed(engine, proposal):
    case = proposal.whole()

    timeline = engine.timeline(case, by=AUDITOR)

    changes = [len(moment.steps) + len(moment.timers) for moment in timeline.moments if not moment.stretch]
    assert max(changes) <= 3


def test_before_the_first_event_is_the_first(engine, letter):
    timeline = engine.timeline(letter, by=AUDITOR)

    assert timeline.at(-5) == timeline.at(1)


# --- times ----------------------------------------------------------------------------------


def test_waiting_and_working_are_office_time(engine, clock, letter):
    clock.set(TUESDAY_9AM + timedelta(hours=5))  # an hour before closing
    engine.claim(letter, "periksa:1", by=CHECKER)
    clock.set(TUESDAY_9AM + timedelta(days=1))
    engine.complete(letter, "periksa:1", {"hasil": "baik"}, by=CHECKER)

    timeline = engine.timeline(letter, by=AUDITOR)

    claimed, completed = only(timeline, "WorkItemClaimed").step, of_type(timeline, "WorkItemCompleted")[1].step
    assert claimed.waited == timedelta(hours=5)
    assert claimed.worked is None
    assert (completed.waited, completed.worked) == (timedelta(hours=5), timedelta(hours=2))


def test_nobody_waited_for_the_step_that_began_the_case(engine, letter):
    first = of_type(engine.timeline(letter, by=AUDITOR), "WorkItemCompleted")[0]

    assert (first.step.waited, first.step.worked) == (None, None)


def test_a_timer_that_was_noticed_late_took_effect_when_it_was_due(engine, clock, letter):
    due = TUESDAY_9AM + timedelta(days=1)
    clock.set(due + timedelta(hours=2))
    sweep(engine)

    fired = only(engine.timeline(letter, by=AUDITOR), "TimerFired")

    assert (fired.timer.role, fired.timer.on.name) == ("reminder", "Memeriksa")
    assert (fired.took_effect_at, fired.event.recorded_at) == (due, due + timedelta(hours=2))


def test_a_due_date_names_its_calendar_and_the_one_that_it_replaces(engine, proposal):
    proposal.passes(timedelta(hours=1))
    proposal.moved()

    first, *_, last = of_type(engine.timeline(proposal.case, by=AUDITOR), "DueDateSet")

    assert [each.before for each in first.due] == [None]
    assert sorted(each.timer.key for each in last.due) == ["batas_nilai:1", "ingat:1"]
    assert all(each.before is not None for each in last.due)
    assert first.calendar == last.calendar == engine.calendar().version


# --- where ----------------------------------------------------------------------------------


def test_a_repeated_step_counts_its_openings_over_a_move_too(engine, proposal):
    case = proposal.whole()

    steps = engine.timeline(case, by=AUDITOR).at(10_000).steps

    assert [(step.item.name, step.opening) for step in steps] == [
        ("Mengusulkan", 1),
        ("Menilai usulan", 1),
        ("Mengusulkan", 2),
        ("Menilai usulan", 2),
        ("Mengusulkan", 3),
        ("Menilai usulan", 3),
        ("Melaporkan hasil", 1),
    ]


def test_a_moved_case_stands_on_each_version_for_its_own_stretch(engine, proposal):
    case = proposal.whole()

    timeline = engine.timeline(case, by=AUDITOR)

    move = only(timeline, "InstanceMigrated")
    assert [(each.from_seq, each.version) for each in timeline.stretches] == [(1, 1), (move.seq, 2)]
    assert {spot.version for step in timeline.at(move.seq - 1).steps for spot in step.spots} == {1}
    assert {spot.version for step in timeline.at(move.seq).steps for spot in step.spots} == {2}
    assert {flow.spot.version for moment in timeline.moments for flow in moment.flows} == {1, 2}


def test_what_the_new_version_renames_is_drawn_there_and_what_it_lacks_is_not(engine):
    hire(engine)
    tasks = {"catat": Task(name="Mencatat"), "timbang": Task(name="Menimbang"), "arsip": Task(name="Mengarsip")}
    old = diagram("surat", "mulai > catat > timbang > arsip > selesai", tasks)
    new = diagram(
        "surat", "mulai > tulis > arsip > selesai", {"tulis": Task(name="Mencatat"), "arsip": Task(name="Mengarsip")}
    )
    engine.deploy({"surat.bpmn": old}, by=OWNER)
    case = engine.start("surat", {}, by=CLERK).number
    engine.complete(case, "timbang:1", {}, by=CLERK)
    engine.deploy({"surat.bpmn": new}, by=OWNER)
    engine.move(case, 2, "Ringkas", by=HEAD)

    timeline = engine.timeline(case, by=AUDITOR)

    move = only(timeline, "InstanceMigrated")
    drawn = {step.item.name: step.spots for step in timeline.at(move.seq).steps}
    assert drawn == {
        "Mencatat": (Spot("surat", 2, "tulis"),),
        "Menimbang": (),
        "Mengarsip": (Spot("surat", 2, "arsip"),),
    }
    assert move.nodes["timbang:1"].name == "Menimbang"


def test_a_step_inside_a_call_is_drawn_on_the_called_diagram_and_at_the_call(engine):
    hire(engine)
    inner = diagram("dalam", "mulai > teliti > selesai", {"teliti": Task(timers={"batas": Timer("P1D")})})
    outer = diagram("luar", "mulai > catat > selesai", {"catat": Task()}).replace(
        b'<sequenceFlow id="catat__selesai" sourceRef="catat" targetRef="selesai"/>',
        b'<callActivity id="panggil" name="Pemeriksaan" calledElement="dalam"/>'
        b'<sequenceFlow id="catat__panggil" sourceRef="catat" targetRef="panggil"/>'
        b'<sequenceFlow id="panggil__selesai" sourceRef="panggil" targetRef="selesai"/>',
    )
    engine.deploy({"luar.bpmn": outer, "dalam.bpmn": inner}, by=OWNER)
    case = engine.start("luar", {}, by=CLERK).number

    timeline = engine.timeline(case, by=AUDITOR)

    (step,) = timeline.at(10_000).open_steps
    (timer,) = timeline.at(10_000).timers
    assert step.spots == (Spot("dalam", 1, "teliti"), Spot("luar", 1, "panggil"))
    assert timer.spots == (Spot("dalam", 1, "batas"), Spot("luar", 1, "panggil"))
    assert [(each.key, each.version) for each in timeline.stretches[0].diagrams] == [("luar", 1), ("dalam", 1)]
    assert Spot("dalam", 1, "mulai__teliti") in [flow.spot for moment in timeline.moments for flow in moment.flows]


# --- who sees what --------------------------------------------------------------------------


def test_answers_stand_at_the_event_that_gave_them_as_the_actor_may_see_them(engine, letter):
    def shown(by: Actor) -> dict[str, object]:
        given = of_type(engine.timeline(letter, by=by), "WorkItemCompleted")[0].answered
        seen = {field.key: None if field.hidden else field.value for field in given.step.fields}
        return {key: seen[key] for key in ("perihal", "seksi", "nama", "kisah")}

    assert shown(CLERK) == {"perihal": "Antrean", "seksi": "timur", "nama": "Siti", "kisah": "Rahasia"}
    assert shown(CHECKER) == {"perihal": "Antrean", "seksi": "timur", "nama": None, "kisah": "Rahasia"}
    assert shown(AUDITOR) == {"perihal": "Antrean", "seksi": "timur", "nama": None, "kisah": None}


def test_a_remark_is_read_by_who_sees_the_answers_alone(engine):
    open_office(engine)
    case = engine.start("surat", {**LETTER, "rahasia": True}, by=CLERK).number
    engine.comment(case, "Segera.", by=CHECKER)

    assert only(engine.timeline(case, by=CHECKER), "Commented").remark == "Segera."
    assert only(engine.timeline(case, by=AUDITOR), "Commented").remark is None


def test_a_case_that_is_not_theirs_looks_like_one_that_does_not_exist(engine):
    open_office(engine)
    case = engine.start("surat", {**LETTER, "rahasia": True}, by=CLERK).number

    with pytest.raises(NotFound):
        engine.timeline(case, by=OTHER_CHECKER)


def test_a_reveal_names_the_step_and_the_fields_by_their_labels(engine, letter):
    engine.reveal(letter, "catat:1", "Pemeriksaan", by=AUDITOR)

    revealed = only(engine.timeline(letter, by=AUDITOR), "IdentityRevealed")

    assert (revealed.step.item.name, revealed.labels) == ("Mencatat", ("Nama", "Kisah", "Bukti"))


# --- what was altered -----------------------------------------------------------------------


def test_the_chain_is_said_to_break_at_the_event_that_was_altered_and_nowhere_else(engine, letter):
    with full_rights(engine) as connection:
        connection.execute(text("UPDATE history_event SET actor = 'lain' WHERE seq = 4"))

    broken = [moment.seq for moment in engine.timeline(letter, by=AUDITOR).moments if not moment.chained]

    assert broken == [4]


def test_an_event_that_was_taken_out_breaks_the_chain_at_the_next(engine, letter):
    with full_rights(engine) as connection:
        connection.execute(text("DELETE FROM history_event WHERE seq = 5"))

    broken = [moment.seq for moment in engine.timeline(letter, by=AUDITOR).moments if not moment.chained]

    assert broken == [6]


def altered_third_event(engine: Engine, payload: str) -> None:
    with full_rights(engine) as connection:
        statement = text("UPDATE history_event SET payload = :payload WHERE seq = 3")
        connection.execute(statement, {"payload": payload})


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param("bukan JSON", id="no JSON"),
        pytest.param(json.dumps({"key": 5, "lane": "Petugas"}), id="a number for a key"),
        pytest.param(json.dumps({"key": None, "lane": {}}), id="nothing for a key"),
        pytest.param("[]", id="a list"),
    ],
)
def test_an_event_that_cannot_be_read_is_a_damaged_history_with_its_number(engine, letter, payload):
    altered_third_event(engine, payload)

    with pytest.raises(HistoryDamaged, match="Peristiwa 3"):
        engine.timeline(letter, by=AUDITOR)


def test_a_step_that_the_diagram_lacks_is_told_by_its_key_and_drawn_nowhere(engine, letter):
    altered_third_event(engine, json.dumps({"key": "tidak_ada:1", "lane": "Petugas"}))

    moment = engine.timeline(letter, by=AUDITOR).moments[2]

    assert (moment.step.item.name, moment.step.spots, moment.chained) == ("tidak_ada:1", (), False)


def test_the_key_of_the_process_is_told_by_its_name(engine, proposal):
    started = engine.timeline(proposal.case, by=AUDITOR).moments[0]

    assert started.nodes[KEY].name == KEY
