"""The gateways that merge: one token of each flow, in loops too, and the right one waits.

SpiffWorkflow as it comes gets each of the first cases wrong; it runs in a process of its own, and the
test says what it does instead.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from engine.errors import CannotProceed
from engine.history import TimerFired, WorkItemCompleted
from engine.runtime import Run
from tests.engine.diagrams import chain, end, flow, gateway, process, start, sub_process, task, timer
from tests.engine.random_processes import WHEN, executable

STOCK = Path(__file__).with_name("stock.py")


def stock(xml: bytes, *inputs: tuple) -> list:
    """Return what SpiffWorkflow as it comes does: see ``stock.py``."""
    story = json.dumps({"xml": xml.decode(), "key": "proses", "inputs": inputs})
    done = subprocess.run([sys.executable, STOCK], input=story, capture_output=True, text=True, check=True, timeout=60)
    return json.loads(done.stdout)


def elements(keys) -> list[str]:
    """Return the elements that keys end at, sorted."""
    return sorted(key.rpartition("/")[2].partition(":")[0] for key in keys)


def ours(xml: bytes, *inputs: tuple) -> list:
    """Return the same of our runtime, which is reloaded before every input."""
    executable_process = executable({"proses": xml}, "proses")
    run, _ = Run.start(executable_process)
    told = [_seen(run)]
    for kind, element, *variables in inputs:
        run = Run.restore(executable_process, run.dump())
        held = run.open_items if kind == "complete" else run.armed_timers
        key = next(key for key in held if elements([key]) == [element])
        run.apply(WorkItemCompleted(key, *variables) if kind == "complete" else TimerFired(key, WHEN))
        told.append(_seen(run))
    return told


def _seen(run: Run) -> dict:
    items, timers = elements(run.open_items), elements(run.armed_timers)
    return {"items": items, "timers": timers, "completed": run.completed}


def opened(told: list) -> list:
    """Return only the open items of each moment."""
    return [moment["items"] for moment in told]


def done(element: str, **variables: str) -> tuple:
    """Return the input that completes an element."""
    return ("complete", element, variables)


def loop_around(kind: str) -> bytes:
    """Return a loop around a split into ``a`` and ``b`` and its merge, then ``periksa`` decides on another round."""
    conditions = {"a": "${va == 'ya'}", "b": "${vb == 'ya'}"} if kind == "inclusive" else {}
    return process(
        start(),
        *(task(each) for each in ("isi", "a", "b", "periksa")),
        gateway("exclusive", "ulang"),
        gateway(kind, "pisah"),
        gateway(kind, "temu"),
        gateway("exclusive", "lagi", default="lagi__selesai"),
        end(),
        *chain("mulai", "isi", "ulang", "pisah"),
        *(flow("pisah", each, conditions.get(each)) for each in ("a", "b")),
        *(flow(each, "temu") for each in ("a", "b")),
        *chain("temu", "periksa", "lagi"),
        flow("lagi", "ulang", "${lagi == 'ya'}"),
        flow("lagi", "selesai"),
    )


def test_a_parallel_join_in_a_loop_waits_for_both_branches_in_every_round():
    story = [done("isi"), done("a"), done("b"), done("periksa", lagi="ya"), done("b"), done("a")]

    # In round two SpiffWorkflow goes on after one branch: the join of round one still counts.
    assert opened(stock(loop_around("parallel"), *story))[5:] == [["a", "periksa"], ["periksa"]]
    assert opened(ours(loop_around("parallel"), *story))[5:] == [["a"], ["periksa"]]


def test_an_inclusive_join_in_a_loop_waits_for_the_branches_of_its_round():
    story = [done("isi", va="ya", vb="ya"), done("a"), done("b"), done("periksa", lagi="ya"), done("a")]

    assert opened(stock(loop_around("inclusive"), *story))[5:] == [["b", "periksa"]]
    assert opened(ours(loop_around("inclusive"), *story, done("b")))[5:] == [["b"], ["periksa"]]


def test_after_a_parallel_join_the_value_that_was_written_last_holds():
    xml = process(
        start(),
        *(task(each) for each in ("isi", "a", "b", "baru", "lama")),
        gateway("parallel", "pisah"),
        gateway("parallel", "temu"),
        gateway("exclusive", "pilih", default="pilih__lama"),
        end(),
        *chain("mulai", "isi", "pisah", "a", "temu", "pilih"),
        *chain("pisah", "b", "temu"),
        flow("pilih", "baru", "${hasil == 'baru'}"),
        flow("pilih", "lama"),
        *chain("baru", "selesai"),
        *chain("lama", "selesai"),
    )
    story = [done("isi", hasil="lama"), done("a", hasil="baru"), done("b")]

    # SpiffWorkflow takes the copy that branch b got when it began.
    assert opened(stock(xml, *story))[-1] == ["lama"]
    assert opened(ours(xml, *story))[-1] == ["baru"]


def nine_steps() -> bytes:
    """Return a diagram of the SOP's shape: nine tasks in a row, all but the first with a timer, step 5 with two."""
    durations = ["PT2M", "PT2M", "P1D", "P3D", "P1D", "PT5M", "PT5M", "PT5M"]
    steps = [f"langkah_{number}" for number in range(1, 10)]
    timers = [timer(step, duration) for step, duration in zip(steps[1:], durations, strict=True)]
    timers.append(timer("langkah_5", "P1D", id_="pengingat_5"))
    return process(start(), *map(task, steps), *timers, end(), *chain("mulai", *steps, "selesai"))


@pytest.mark.parametrize(
    "fired",
    [
        pytest.param([], id="in time"),
        pytest.param(["batas_langkah_3", "batas_langkah_9"], id="some late"),
        pytest.param(["pengingat_5", "batas_langkah_5"], id="reminded, then late"),
    ],
)
def test_the_nine_steps_go_as_in_spiffworkflow_as_it_comes(fired):
    story = []
    for number in range(1, 10):
        story += [("fire", name) for name in fired if name.endswith(f"_{number}")]
        story.append(done(f"langkah_{number}"))

    told = ours(nine_steps(), *story)

    assert told == stock(nine_steps(), *story)
    assert told[-1] == {"items": [], "timers": [], "completed": True}


def test_a_parallel_join_takes_one_token_of_each_flow_and_leaves_the_rest():
    xml = process(
        start(),
        gateway("parallel", "dua"),
        *(task(each) for each in ("x", "y", "a", "b", "setelah")),
        gateway("exclusive", "bersama"),
        gateway("parallel", "pisah"),
        gateway("parallel", "temu"),
        end(),
        *chain("mulai", "dua", "x", "bersama"),
        *chain("dua", "y", "bersama", "pisah", "a", "temu"),
        *chain("pisah", "b", "temu", "setelah", "selesai"),
    )
    story = [done(each) for each in ("x", "y", "a", "a", "b", "b", "setelah", "setelah")]

    told = ours(xml, *story)

    # Two tokens on the flow from a wait; each token from b takes one of them along.
    assert opened(told)[3:] == [["a", "b", "b"], ["b", "b"], ["b", "setelah"], ["setelah"] * 2, ["setelah"], []]
    assert told[-1]["completed"]


def test_an_inclusive_join_waits_for_a_token_that_a_timer_may_still_send():
    xml = process(
        start(),
        *(task(each) for each in ("a", "b", "kejar", "setelah")),
        gateway("parallel", "pisah"),
        gateway("inclusive", "temu"),
        end(),
        timer("b", "P1D", id_="batas_b", to="kejar"),
        *chain("mulai", "pisah", "a", "temu", "setelah", "selesai"),
        *chain("pisah", "b", "selesai"),
        *chain("kejar", "temu"),
    )

    fired = ours(xml, done("a"), ("fire", "batas_b"), done("b"), done("kejar"))
    in_time = ours(xml, done("a"), done("b"))

    assert opened(fired)[1:] == [["b"], ["b", "kejar"], ["kejar"], ["setelah"]]
    assert opened(in_time)[1:] == [["b"], ["setelah"]]


def test_an_inclusive_join_does_not_wait_for_a_token_that_can_come_by_a_filled_flow():
    # c leads to the flow that is filled as well as to the empty one: by the standard that is no reason to wait.
    xml = process(
        start(),
        *(task(each) for each in ("a", "c", "d", "setelah")),
        gateway("parallel", "pisah"),
        gateway("exclusive", "gabung"),
        gateway("exclusive", "cabang", default="cabang__gabung"),
        gateway("inclusive", "temu"),
        end(),
        *chain("mulai", "pisah", "a", "gabung", "temu", "setelah", "selesai"),
        *chain("pisah", "c", "cabang", "gabung"),
        flow("cabang", "d", "${ke_d == 'ya'}"),
        *chain("d", "temu"),
    )

    assert opened(ours(xml, done("a"), done("c", ke_d="ya"), done("d"))) == [
        ["a", "c"],
        ["c", "setelah"],
        ["d", "setelah"],
        ["setelah", "setelah"],
    ]


def test_joins_inside_a_sub_process_count_only_its_own_tokens():
    inner = [
        start("mulai_dalam"),
        task("a"),
        task("b"),
        gateway("parallel", "pisah"),
        gateway("parallel", "temu"),
        end("selesai_dalam"),
        *chain("mulai_dalam", "pisah", "a", "temu", "selesai_dalam"),
        *chain("pisah", "b", "temu"),
    ]
    xml = process(
        start(),
        gateway("parallel", "dua"),
        task("x"),
        task("y"),
        gateway("exclusive", "bersama"),
        sub_process("bagian", *inner),
        end(),
        *chain("mulai", "dua", "x", "bersama"),
        *chain("dua", "y", "bersama", "bagian", "selesai"),
    )
    process_of = executable({"proses": xml}, "proses")
    run, _ = Run.start(process_of)
    for key in ("x:1", "y:1", "bagian:1/a:1", "bagian:2/b:1"):
        run.apply(WorkItemCompleted(key))

    assert list(run.open_items) == ["bagian:1/b:1", "bagian:2/a:1"]
    run.apply(WorkItemCompleted("bagian:1/b:1"))
    assert list(run.open_items) == ["bagian:2/a:1"]
    run.apply(WorkItemCompleted("bagian:2/a:1"))
    assert run.completed


def test_a_case_whose_join_waits_for_ever_is_refused_at_the_join():
    xml = process(
        start(),
        task("isi"),
        gateway("exclusive", "pilih", default="pilih__b"),
        task("a"),
        task("b"),
        gateway("parallel", "temu"),
        end(),
        *chain("mulai", "isi", "pilih"),
        flow("pilih", "a", "${v == 'a'}"),
        *chain("pilih", "b", "temu", "selesai"),
        *chain("a", "temu"),
    )
    run, _ = Run.start(executable({"proses": xml}, "proses"))
    run.apply(WorkItemCompleted("isi:1"))

    with pytest.raises(CannotProceed, match="tidak akan pernah datang") as refused:
        run.apply(WorkItemCompleted("b:1"))

    assert refused.value.element == "temu"
