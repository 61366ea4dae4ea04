"""What one case is refused: wrong keys, budgets, odd diagrams, old snapshots; and how long it may get."""

from __future__ import annotations

import json
import time

import pytest

from engine.diagram import ExecutableProcess
from engine.errors import CannotProceed
from engine.history import WorkItemClaimed
from engine.runtime import RULES, Run, SnapshotOutdated, UnknownKey, trial_start
from tests.engine.diagrams import (
    blocks_in_a_row,
    call,
    chain,
    end,
    flow,
    gateway,
    process,
    sequence,
    start,
    sub_process,
    task,
    timer,
    wait,
)
from tests.engine.random_processes import executable
from tests.engine.runs import choosing, complete, fire, made, played


def test_an_unknown_key_changes_nothing():
    run, _ = Run.start(executable({"proses": sequence("a", "b")}, "proses"))
    before = run.dump()

    for event in (complete("b:1", v="x"), complete("a:2"), fire("a:1"), complete("selesai:1")):
        with pytest.raises(UnknownKey) as unknown:
            run.apply(event)
        assert unknown.value.key == str(unknown.value) == event.key

    assert run.dump() == before
    with pytest.raises(TypeError):
        run.apply(WorkItemClaimed("a:1"))


def test_a_key_is_used_up_by_its_input():
    run, _ = played(executable({"proses": sequence("a", "b")}, "proses"), complete("a:1"))

    with pytest.raises(UnknownKey):
        run.apply(complete("a:1"))


def automatic_cycle() -> ExecutableProcess:
    """Return a process that runs in circles. Deployment refuses it, so the diagram is changed after reading."""
    waiting = made(start(), gateway("exclusive", "ulang"), task("a"), gateway("exclusive", "lagi"), end(),
                   chain("mulai", "ulang", "a", "lagi"), flow("lagi", "ulang", "${v != 'x'}"),
                   flow("lagi", "selesai", "${v == 'x'}"))  # fmt: skip
    diagram = waiting.diagram
    object.__setattr__(diagram, "elements", {**diagram.elements, "a": diagram.elements["ulang"]})
    executable_xml = diagram.executable.replace(b'<userTask id="a"', b'<exclusiveGateway id="a"')
    object.__setattr__(diagram, "executable", executable_xml.replace(b"</userTask>", b"</exclusiveGateway>"))
    return waiting


def calling_itself() -> ExecutableProcess:
    """Return a process that calls a process that calls itself, which only a mistake at deployment could bring about."""
    called = process(start(), task("a"), end(), *chain("mulai", "a", "selesai"), key="lain")
    outer = made(start(), call("panggil", "lain"), end(), chain("mulai", "panggil", "selesai"), lain=called)
    object.__setattr__(outer, "calls", {"lain": outer})
    return outer


def multiplying_with_tasks(blocks: int) -> ExecutableProcess:
    """Return parallel splits in a row that exclusive gateways merge, with a user task on each branch."""
    parts, before = [start()], "mulai"
    for block in range(blocks):
        split, merge = f"pisah_{block}", f"temu_{block}"
        tasks = [f"a_{block}", f"b_{block}"]
        parts += [gateway("parallel", split), gateway("exclusive", merge), *map(task, tasks), flow(before, split)]
        parts += [part for each in tasks for part in chain(split, each, merge)]
        before = merge
    return made(*parts, end(), flow(before, "selesai"))


@pytest.mark.parametrize(
    ("hostile", "reason"),
    [
        pytest.param(automatic_cycle, "langkah otomatis", id="an automatic cycle"),
        pytest.param(calling_itself, "bersarang lebih dari", id="a call of itself"),
        pytest.param(
            lambda: executable({"proses": blocks_in_a_row(40, merged_by="exclusive")}, "proses"),
            "langkah otomatis",
            id="tokens multiplied by gateways",
        ),
        pytest.param(lambda: multiplying_with_tasks(40), "cabang sekaligus", id="tokens multiplied by steps"),
    ],
)
def test_a_trial_start_refuses_what_would_never_end(hostile, reason):
    process_of = hostile()
    begun = time.process_time()

    with pytest.raises(CannotProceed, match=reason):
        trial_start(process_of)

    assert time.process_time() - begun < 2


def leaving_a_wait_behind_in_every_round() -> ExecutableProcess:
    """Return a loop that goes on while there are no answers, and starts a wait beside itself in each round."""
    return made(
        start(), gateway("exclusive", "ulang"), task("a"), gateway("parallel", "dua"), wait("tunggu", "P1D"),
        gateway("exclusive", "lagi", default="lagi__ulang"), end(), end("akhir"),
        chain("mulai", "ulang", "a", "dua", "tunggu", "akhir"), chain("dua", "lagi"),
        flow("lagi", "selesai", "${v == 'cukup'}"), flow("lagi", "ulang"),
    )  # fmt: skip


@pytest.mark.parametrize(
    "sound",
    [
        pytest.param(lambda: executable({"proses": blocks_in_a_row(40)}, "proses"), id="forty parallel blocks"),
        pytest.param(lambda: multiplying_with_tasks(4), id="a few tokens more"),
        pytest.param(leaving_a_wait_behind_in_every_round, id="a loop that leaves waits behind"),
        pytest.param(lambda: choosing("exclusive"), id="a gateway that needs an answer"),
        pytest.param(
            lambda: executable({"proses": sequence(*(f"t{n}" for n in range(248)))}, "proses"), id="250 nodes in a row"
        ),
    ],
)
def test_a_trial_start_lets_sound_diagrams_pass(sound):
    trial_start(sound())


@pytest.mark.parametrize(
    ("lost", "put"),
    [
        pytest.param(
            b'<sequenceFlow id="b__selesai" sourceRef="b"',
            b'<sequenceFlow id="b__selesai" sourceRef="a"',
            id="elsewhere",
        ),
        pytest.param(b'id="mulai__a"', b'id="mulai__z"', id="renamed"),
        pytest.param(b'targetRef="b"', b'targetRef="selesai"', id="an orphan"),
    ],
)
def test_a_diagram_of_which_the_parser_makes_something_else_is_refused(lost, put):
    odd = executable({"proses": sequence("a", "b")}, "proses")
    assert odd.diagram.executable.count(lost) == 1
    object.__setattr__(odd.diagram, "executable", odd.diagram.executable.replace(lost, put))

    with pytest.raises(CannotProceed, match="tidak dapat disiapkan"):
        trial_start(odd)


# --- long cases and the snapshot ------------------------------------------------------------


def long_loop() -> ExecutableProcess:
    """Return a loop around a watched task, a parallel block and an inclusive one."""
    return made(
        start(), gateway("exclusive", "ulang"), task("a"), timer("a", "P1D"),
        gateway("parallel", "p"), task("b"), task("c"), gateway("parallel", "q"),
        gateway("inclusive", "r", default="r__e"), task("d"), task("e"), gateway("inclusive", "s"),
        gateway("exclusive", "lagi", default="lagi__selesai"), end(),
        chain("mulai", "ulang", "a", "p", "b", "q", "r"), chain("p", "c", "q"),
        flow("r", "d", "${v == 'ya'}"), flow("r", "e"), chain("d", "s", "lagi"), chain("e", "s"),
        flow("lagi", "ulang", "${v == 'ya'}"), flow("lagi", "selesai"),
    )  # fmt: skip


def test_a_loop_of_a_thousand_rounds_stays_small_and_right():
    # SpiffWorkflow as it comes calls such a case completed, or fails, after 330 rounds.
    process_of = long_loop()
    run, _ = Run.start(process_of)
    sizes = []
    for number in range(1, 1_001):
        order = ("b", "c") if number % 2 else ("c", "b")
        for key in ("a", *order):
            run.apply(complete(f"{key}:{number}", v="ya"))
        run.apply(complete(f"d:{number}"))
        state = run.dump()
        sizes.append(len(state))
        assert list(run.open_items) == [f"a:{number + 1}"]
        assert not run.completed
        run = Run.restore(process_of, state)

    assert max(sizes) - min(sizes) < 50


def test_an_old_snapshot_is_refused():
    process_of = executable({"proses": sequence("a", "b")}, "proses")
    state = Run.start(process_of)[0].dump()
    other = json.loads(state)
    other["format"] += 1

    for bad in (json.dumps(other).encode(), b"", b"{}", b"\xff", state[:-20], b'{"format":1}'):
        with pytest.raises(SnapshotOutdated):
            Run.restore(process_of, bad)
    with pytest.raises(SnapshotOutdated):
        Run.restore(executable({"proses": sequence("a", "c")}, "proses"), state)


def test_what_is_open_after_reloading_is_what_was_open_before():
    grouped = made(
        start(), task("a", groups="${seksi}", times=2), timer("a", "P3D"), timer("a", "P1D", id_="ingat"),
        sub_process("bagian", start("m"), task("b", groups="Intel"), wait("w", "PT5H"), gateway("parallel", "p"),
                    end("s"), end("t"), *chain("m", "p", "b", "s"), *chain("p", "w", "t")),
        gateway("parallel", "dua"), task("isi"), end(), end("akhir"),
        chain("mulai", "isi", "dua", "a", "selesai"), chain("dua", "bagian", "akhir"),
    )  # fmt: skip
    run, _ = played(grouped, complete("isi:1", seksi="Wasdakim"), complete("a:1"))

    again = Run.restore(grouped, run.dump())

    assert list(again.open_items.values()) == list(run.open_items.values())
    assert list(again.armed_timers.values()) == list(run.armed_timers.values())
    assert again.variables == run.variables == {"seksi": "Wasdakim"}
    assert {item.group for item in again.open_items.values()} == {"Wasdakim", "Intel"}


def test_a_snapshot_of_a_case_that_is_over_can_be_read():
    process_of = executable({"proses": sequence("a")}, "proses")
    run, _ = played(process_of, complete("a:1"))

    again = Run.restore(process_of, run.dump())

    assert again.completed
    assert not again.open_items


def test_rules_that_this_program_does_not_know_are_refused():
    process_of = executable({"proses": sequence("a")}, "proses")

    with pytest.raises(ValueError, match="rules"):
        Run.start(process_of, RULES + 1)


def test_nothing_of_the_answers_enters_spiffworkflow():
    run, _ = played(long_loop(), complete("a:1", v="ya", rahasia="kenari"))

    assert b"kenari" in run.dump()  # a variable of the case …
    assert {str(token.data) for token in run._case.tasks.values()} == {"{}"}  # … and of no task
    assert run._case.data == {}
