"""What a diagram may do and had better not: warnings, which never forbid it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from engine.diagram import read_diagram
from engine.model import Problem
from tests.engine.diagrams import (
    chain,
    end,
    flow,
    gateway,
    lane,
    process,
    start,
    sub_process,
    task,
    timer,
    wait,
)
from tests.engine.hostile import one_step, properties


@dataclass(frozen=True)
class Doubtful:
    """One file, the rule and element of its only warning, and words that the warning must hold."""

    name: str
    data: bytes
    rule: str
    element: str
    words: str = ""


def step(waktu: str | None, *durations: str) -> bytes:
    """Return a process of the step ``a`` with this wording and these timers."""
    timers = [timer("a", duration, id_=f"b{place}", to="selesai") for place, duration in enumerate(durations)]
    return one_step(*timers, node=task("a", properties={} if waktu is None else {"waktu": waktu}))


def timed(id_: str) -> str:
    """Return a step that says nothing of its time, since a timer does."""
    return task(id_, properties={})


def two_steps(limit: str) -> bytes:
    """Return a process of two steps of three days each, one of them either way, and this legal limit."""
    return process(
        *(start(), timed("a"), timed("b"), timed("c"), wait("jeda", "P1D"), end()),
        gateway("exclusive", "g", default="ulang"),
        *(timer("a", "P3D"), timer("b", "P3D"), timer("c", "P1D"), *chain("mulai", "a", "jeda", "g")),
        *(flow("g", "a", id_="ulang"), flow("g", "b", "${x == 'a'}"), flow("g", "c", "${x == 'b'}")),
        *(flow("b", "selesai"), flow("c", "selesai")),
        properties={"batas_hukum": limit},
    )


def lane_with(**values: str) -> bytes:
    """Return a process whose lane has these properties."""
    drawn = lane("Petugas", ["a"], id_="l1", inside=properties(**values))
    return one_step(f'<bpmn:laneSet id="l">{drawn}</bpmn:laneSet>', lanes={})


def choice_without_default(kind: str) -> bytes:
    """Return a split of two conditions and no default."""
    exits = [flow("g", "a", "${x == 'a'}"), flow("g", "selesai", "${x == 'b'}"), flow("a", "selesai")]
    return process(start(), gateway(kind, "g"), task("a"), end(), flow("mulai", "g"), *exits)


WARNINGS = [
    Doubtful("step without a timer", step(None), "no-timer", "a"),
    Doubtful("step with a wording and no timer", step("2 menit"), "no-timer", "a"),
    Doubtful("other number", step("2 hari", "P3D"), "waktu", "a", "'3 hari'"),
    Doubtful("other unit", step("3 jam", "P3D"), "waktu", "a", "'3 hari'"),
    Doubtful("range without its reminder", step("1-3 hari", "P3D"), "waktu", "a", "'3 hari'"),
    Doubtful("range with another reminder", step("1-3 hari", "P2D", "P3D"), "waktu", "a", "'2-3 hari'"),
    Doubtful("range in two units", step("1-3 hari", "PT5H", "P3D"), "waktu", "a", "'3 hari'"),
    Doubtful("no time meant, and a timer", step("-", "PT2M"), "waktu", "a", "'2 menit'"),
    Doubtful("no number", step("secepatnya", "P1D"), "waktu", "a", "'1 hari'"),
    Doubtful("no duration at all", step("0 hari", "P1D"), "waktu", "a", "'1 hari'"),
    Doubtful("exclusive split without a default", choice_without_default("exclusive"), "no-default", "g"),
    Doubtful("inclusive split without a default", choice_without_default("inclusive"), "no-default", "g"),
    Doubtful("longer than the law allows", two_steps("P6D"), "batas-hukum-exceeded", "proses", "1 hari"),
    Doubtful("step without a name", one_step(node=task("a", " ")), "task-unnamed", "a"),
    Doubtful("misspelt property of a lane", lane_with(diwakilli="Kepala"), "property-unknown", "l1", "diwakilli"),
]


def warnings(data: bytes) -> tuple[Problem, ...]:
    """Return the warnings of a diagram that is otherwise sound."""
    reading = read_diagram(data)

    assert len(reading.diagrams) == 1
    return reading.problems


@pytest.mark.parametrize("doubtful", WARNINGS, ids=lambda doubtful: doubtful.name)
def test_what_is_doubtful_is_told_and_does_not_forbid_the_diagram(doubtful: Doubtful) -> None:
    found = warnings(doubtful.data)

    assert [(each.severity, each.rule, each.element) for each in found] == [
        ("warning", doubtful.rule, doubtful.element)
    ]
    assert doubtful.words in found[0].message


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(step("-"), id="no time meant, no timer"),
        pytest.param(step(None, "P3D"), id="timer without a wording"),
        pytest.param(step("", "P3D"), id="timer and an empty wording"),
        pytest.param(step("3 hari", "P3D"), id="the timer in words"),
        pytest.param(step("3 Hari kerja", "P3D"), id="working days, with a capital"),
        pytest.param(step("3 hari", "P1D", "P3D"), id="the deadline, and a reminder that nobody mentions"),
        pytest.param(step("1-3 hari", "P1D", "P3D"), id="range of reminder and deadline"),
        pytest.param(step("1 – 3 hari", "P3D", "P1D"), id="range with a dash, timers the other way round"),
        pytest.param(step("1 s.d. 3 hari", "P1D", "P3D"), id="range in words"),
        pytest.param(step("7 jam", "P1D"), id="as long in other words"),
        pytest.param(two_steps("P7D"), id="exactly as long as the law allows"),
        pytest.param(lane_with(), id="lane without properties"),
    ],
)
def test_what_is_sound_draws_no_warning(data: bytes) -> None:
    assert warnings(data) == ()


def test_a_timer_on_the_sub_process_is_a_timer_for_the_steps_in_it() -> None:
    inner = sub_process(*("s", start("s_mulai"), timed("a"), end("s_selesai"), *chain("s_mulai", "a", "s_selesai")))

    assert warnings(process(start(), inner, timer("s", "P3D"), end(), *chain("mulai", "s", "selesai"))) == ()


def test_what_an_interrupting_timer_leads_to_counts_behind_it() -> None:
    data = process(
        *(start(), timed("a"), timed("b"), end(), *chain("mulai", "a", "selesai")),
        *(timer("a", "P3D", interrupting=True, to="b"), timer("b", "P3D"), flow("b", "selesai")),
        properties={"batas_hukum": "P5D"},
    )

    assert [each.rule for each in warnings(data)] == ["batas-hukum-exceeded"]


def test_a_sub_process_counts_once_with_its_own_timer_or_with_what_is_in_it() -> None:
    inner = [start("s_mulai"), timed("a"), timer("a", "P3D"), end("s_selesai")]
    drawn = sub_process("s", *inner, *chain("s_mulai", "a", "s_selesai"))
    around = [start(), drawn, end(), *chain("mulai", "s", "selesai")]

    without = warnings(process(*around, properties={"batas_hukum": "P3D"}))
    shorter = warnings(process(*around, properties={"batas_hukum": "P2D"}))
    longer = warnings(process(*around, timer("s", "P4D"), properties={"batas_hukum": "P3D"}))

    assert [len(each) for each in (without, shorter, longer)] == [0, 1, 1]
