"""One case in memory: its keys, what follows from an input and in which order, conditions and groups."""

from __future__ import annotations

import pytest

from engine.errors import CannotProceed
from engine.history import (
    EscalationRaised,
    InstanceCancelled,
    InstanceCompleted,
    PathTaken,
    TimerDropped,
    TimerScheduled,
    WorkItemOpened,
    WorkItemWithdrawn,
)
from engine.runtime import Run
from tests.engine.diagrams import (
    call,
    chain,
    end,
    flow,
    gateway,
    process,
    start,
    sub_process,
    task,
    timer,
    wait,
)
from tests.engine.runs import choosing, complete, fire, made, played

# --- keys and the order of consequences -----------------------------------------------------


def test_a_start_opens_the_first_step_and_arms_its_timers():
    watched = made(start(), task("a"), timer("a", "P3D"), timer("a", "P1D", id_="ingat"), end(),
                   chain("mulai", "a", "selesai"))  # fmt: skip

    run, told = Run.start(watched)

    assert told == (
        PathTaken(("mulai__a",)),
        WorkItemOpened("a:1", "Petugas"),
        TimerScheduled("batas_a:1", "P3D", "deadline", "a:1"),
        TimerScheduled("ingat:1", "P1D", "reminder", "a:1"),
    )
    assert list(run.open_items) == ["a:1"]
    assert [(each.element_id, each.duration, each.role, each.item) for each in run.armed_timers.values()] == [
        ("batas_a", "P3D", "deadline", "a:1"),
        ("ingat", "P1D", "reminder", "a:1"),
    ]


def test_completing_a_step_drops_its_timers_before_the_next_opens():
    both = made(start(), task("a"), timer("a", "P1D"), task("b"), timer("b", "PT2M"), end(),
                chain("mulai", "a", "b", "selesai"))  # fmt: skip

    _, told = played(both, complete("a:1"))

    assert told == (
        PathTaken(("a__b",)),
        TimerDropped("batas_a:1"),
        WorkItemOpened("b:1", "Petugas"),
        TimerScheduled("batas_b:1", "PT2M", "deadline", "b:1"),
    )


def test_a_deadline_that_passes_raises_an_escalation_and_the_step_stays_open():
    watched = made(start(), task("a"), timer("a", "P1D"), end(), chain("mulai", "a", "selesai"))

    run, told = played(watched, fire("batas_a:1"))

    assert told == (PathTaken(("batas_a__lewat_batas_a",)), EscalationRaised("lewat_batas_a"))
    assert list(run.open_items) == ["a:1"]
    assert not run.armed_timers
    assert run.apply(complete("a:1")) == (PathTaken(("a__selesai",)), InstanceCompleted())
    assert run.completed


def test_an_interrupting_timer_withdraws_the_step_and_the_flow_goes_on_behind_it():
    taken_over = made(
        start(), task("a"), timer("a", "P3D", interrupting=True, to="b"), timer("a", "P1D", id_="ingat"),
        task("b"), end(), end("selesai_b"), chain("mulai", "a", "selesai"), chain("b", "selesai_b"),
    )  # fmt: skip

    run, told = played(taken_over, fire("batas_a:1"))

    assert told == (
        PathTaken(("batas_a__b",)),
        WorkItemWithdrawn("a:1", "batas_a:1"),
        TimerDropped("ingat:1"),
        WorkItemOpened("b:1", "Petugas"),
    )
    assert run.apply(complete("b:1"))[-1] == InstanceCompleted()


def test_an_intermediate_timer_waits_in_the_flow():
    pause = made(start(), wait("tunggu", "PT5H"), task("a"), end(), chain("mulai", "tunggu", "a", "selesai"))

    run, told = Run.start(pause)

    assert told == (PathTaken(("mulai__tunggu",)), TimerScheduled("tunggu:1", "PT5H", "wait"))
    assert run.apply(fire("tunggu:1")) == (PathTaken(("tunggu__a",)), WorkItemOpened("a:1", "Petugas"))


def test_a_step_that_opens_again_gets_the_next_number():
    again = made(
        start(), gateway("exclusive", "ulang"), task("a"), timer("a", "P1D"),
        gateway("exclusive", "lagi", default="lagi__selesai"), end(),
        chain("mulai", "ulang", "a", "lagi"), flow("lagi", "ulang", "${v == 'ya'}"), flow("lagi", "selesai"),
    )  # fmt: skip

    run, _ = played(again, complete("a:1", v="ya"), complete("a:2"))

    assert list(run.open_items) == ["a:3"]
    assert list(run.armed_timers) == ["batas_a:3"]


def test_keys_are_paths_through_calls_and_sub_processes_and_count_anew_in_each():
    called = process(start(), task("isi"), timer("isi", "P1D"), end(), *chain("mulai", "isi", "selesai"), key="lain")
    inner = [start("m"), call("panggil", "lain"), end("s"), *chain("m", "panggil", "s")]
    outer = made(
        start(), gateway("exclusive", "ulang"), sub_process("bagian", *inner),
        gateway("exclusive", "lagi", default="lagi__selesai"), end(),
        chain("mulai", "ulang", "bagian", "lagi"), flow("lagi", "ulang", "${v == 'ya'}"), flow("lagi", "selesai"),
        lain=called,
    )  # fmt: skip

    run, told = played(outer, complete("bagian:1/panggil:1/isi:1", v="ya"))

    assert told == (
        PathTaken(("bagian:1/panggil:1/isi__selesai", "bagian:1/panggil__s", "bagian__lagi", "lagi__ulang",
                   "ulang__bagian", "bagian:2/m__panggil", "bagian:2/panggil:1/mulai__isi")),
        TimerDropped("bagian:1/panggil:1/batas_isi:1"),
        WorkItemOpened("bagian:2/panggil:1/isi:1", "Petugas"),
        TimerScheduled("bagian:2/panggil:1/batas_isi:1", "P1D", "deadline", "bagian:2/panggil:1/isi:1"),
    )  # fmt: skip
    assert run.open_items["bagian:2/panggil:1/isi:1"].element_id == "isi"
    assert run.apply(fire("bagian:2/panggil:1/batas_isi:1"))[-1] == EscalationRaised(
        "bagian:2/panggil:1/lewat_batas_isi"
    )


def test_a_timer_on_a_sub_process_takes_everything_inside_with_it():
    inner = [start("m"), task("a"), timer("a", "P1D"), wait("tunggu", "PT5H"), gateway("parallel", "dua"),
             end("s"), end("t"), *chain("m", "dua", "a", "s"), *chain("dua", "tunggu", "t")]  # fmt: skip
    outer = made(start(), sub_process("bagian", *inner), timer("bagian", "P3D", interrupting=True, to="b"),
                 task("b"), end(), chain("mulai", "bagian", "b", "selesai"))  # fmt: skip
    run, told = Run.start(outer)
    assert TimerScheduled("batas_bagian:1", "P3D", "interrupt") in told

    told = run.apply(fire("batas_bagian:1"))

    assert told == (
        PathTaken(("batas_bagian__b",)),
        WorkItemWithdrawn("bagian:1/a:1", "batas_bagian:1"),
        TimerDropped("bagian:1/batas_a:1"),
        TimerDropped("bagian:1/tunggu:1"),
        WorkItemOpened("b:1", "Petugas"),
    )


@pytest.mark.parametrize("in_turn", [False, True])
def test_a_task_of_several_instances_goes_on_after_the_last_and_has_one_timer_for_all(in_turn):
    three = made(start(), task("a", times=3, sequential=in_turn), timer("a", "P1D"), task("b"), end(),
                 chain("mulai", "a", "b", "selesai"))  # fmt: skip
    run, told = Run.start(three)
    assert told.count(TimerScheduled("batas_a:1", "P1D", "deadline", "a")) == 1
    assert list(run.open_items) == (["a:1"] if in_turn else ["a:1", "a:2", "a:3"])

    told = [run.apply(complete(f"a:{number}")) for number in (1, 2, 3)]

    assert told[0] == ((WorkItemOpened("a:2", "Petugas"),) if in_turn else ())
    assert told[2] == (PathTaken(("a__b",)), TimerDropped("batas_a:1"), WorkItemOpened("b:1", "Petugas"))


def test_an_interrupting_timer_withdraws_all_instances_that_are_left():
    three = made(start(), task("a", times=3), timer("a", "P1D", interrupting=True, to="b"), task("b"), end(),
                 chain("mulai", "a", "b", "selesai"))  # fmt: skip

    _, told = played(three, complete("a:2"), fire("batas_a:1"))

    assert told[1:3] == (WorkItemWithdrawn("a:1", "batas_a:1"), WorkItemWithdrawn("a:3", "batas_a:1"))


def test_a_terminate_end_ends_its_own_scope_and_no_other():
    inner = [start("m"), gateway("parallel", "dua"), task("a"), task("b"), timer("b", "P1D"), end("henti", "terminate"),
             end("s"), *chain("m", "dua", "a", "henti"), *chain("dua", "b", "s")]  # fmt: skip
    outer = made(start(), gateway("parallel", "pisah"), sub_process("bagian", *inner), task("c"), end(), end("akhir"),
                 chain("mulai", "pisah", "bagian", "selesai"), chain("pisah", "c", "akhir"))  # fmt: skip

    run, told = played(outer, complete("bagian:1/a:1"))

    assert told == (
        PathTaken(("bagian:1/a__henti", "bagian__selesai")),
        WorkItemWithdrawn("bagian:1/b:1", "bagian:1/henti"),
        TimerDropped("bagian:1/batas_b:1"),
    )
    assert list(run.open_items) == ["c:1"]
    assert not run.completed


def test_cancelling_withdraws_and_drops_everything_and_does_not_complete():
    watched = made(start(), gateway("parallel", "dua"), task("a"), timer("a", "P1D"), task("b"), end(), end("akhir"),
                   chain("mulai", "dua", "a", "selesai"), chain("dua", "b", "akhir"))  # fmt: skip

    run, told = played(watched, InstanceCancelled("salah catat"))

    assert told == (WorkItemWithdrawn("a:1"), WorkItemWithdrawn("b:1"), TimerDropped("batas_a:1"))
    assert not run.completed
    assert not Run.restore(watched, run.dump()).open_items


# --- conditions and groups ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "value", "opened"),
    [
        pytest.param("exclusive", "a", ["a"], id="the first that holds"),
        pytest.param("exclusive", "z", ["b"], id="the second"),
        pytest.param("exclusive", "x", ["c"], id="the default"),
        pytest.param("inclusive", "a", ["a", "b"], id="all that hold"),
        pytest.param("inclusive", "x", ["c"], id="the default of an inclusive one"),
    ],
)
def test_a_gateway_tries_its_exits_in_the_order_of_the_file_and_the_default_last(kind, value, opened):
    run, _ = played(choosing(kind, "pilih__c"), complete("isi:1", v=value))

    assert [item.element_id for item in run.open_items.values()] == opened


def test_a_field_without_an_answer_is_null():
    run, _ = Run.start(choosing("exclusive", "pilih__c"))

    assert run.variables == {"v": None}
    run.apply(complete("isi:1"))
    assert list(run.open_items) == ["b:1"]


@pytest.mark.parametrize("kind", ["exclusive", "inclusive"])
def test_no_exit_that_holds_stops_the_case_at_the_gateway_and_spoils_the_run(kind):
    run, _ = Run.start(choosing(kind))

    with pytest.raises(CannotProceed, match=r"tidak ada cabang keluar yang syaratnya terpenuhi .*v == 'a'") as refused:
        run.apply(complete("isi:1", v="x"))

    assert refused.value.element == "pilih"
    with pytest.raises(RuntimeError):
        run.dump()


def test_a_group_is_named_or_comes_from_the_answer_at_the_moment_of_opening():
    grouped = made(
        start(), task("isi"), task("a", groups="${seksi}"), task("b", groups="Lantas, Intel"), task("c"),
        task("d", groups="${lain}"), end(), chain("mulai", "isi", "a", "b", "c", "d", "selesai"),
    )  # fmt: skip
    run, _ = Run.start(grouped)

    told = [run.apply(complete(key, seksi="Wasdakim"))[1] for key in ("isi:1", "a:1", "b:1", "c:1")]

    assert [event.group for event in told] == ["Wasdakim", "Lantas;Intel", None, None]
