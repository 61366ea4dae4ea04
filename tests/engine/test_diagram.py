"""Reading a sound diagram: every value that the engine needs, and nothing that is only drawn."""

from __future__ import annotations

from pathlib import Path
from time import process_time

import pytest

from engine.diagram import Element, Flow, Lane, Loop, read_diagram
from tests.engine.diagrams import (
    call,
    chain,
    end,
    flow,
    gateway,
    lane,
    process,
    sequence,
    start,
    sub_process,
    task,
    timer,
    timer_definition,
    wait,
)
from tests.engine.hostile import extended, one_step, properties
from tests.engine.sound import everything, only

SOP = Path(__file__).parents[2] / "bpmn" / "sop-pengaduan-kategori-berat.bpmn"


def test_the_shipped_diagram_has_nothing_wrong_and_nothing_doubtful() -> None:
    reading = read_diagram(SOP.read_bytes(), SOP.name)

    assert reading.problems == ()
    assert len(reading.diagrams) == 1


def test_the_shipped_diagram_is_read_in_less_than_twenty_milliseconds() -> None:
    data = SOP.read_bytes()

    def once() -> float:
        began = process_time()
        read_diagram(data)
        return process_time() - began

    assert min(once() for _ in range(7)) < 0.020


def test_nodes_keep_their_kind_scope_default_and_event() -> None:
    elements = only(everything()).elements

    assert elements["mulai"] == Element("mulai", "startEvent", "", event="none")
    assert elements["g"] == Element("g", "exclusiveGateway", "", default="lain")
    assert elements["b"] == Element("b", "userTask", "Langkah b", parent="s")
    assert elements["s_selesai"] == Element("s_selesai", "endEvent", "", parent="s", event="terminate")
    assert elements["lewat_ingat"].event == "escalation"
    assert elements["jeda"].event == "timer"
    assert elements["batas"] == Element("batas", "boundaryEvent", "", event="timer", attached_to="a", interrupting=True)


def test_flows_stand_in_the_order_of_the_file_with_their_compiled_conditions() -> None:
    flows = only(everything()).flows

    assert list(flows)[:2] == ["ingat__lewat_ingat", "batas__g2"]
    assert [each for each in flows if each.startswith(("g__", "lain"))] == ["g__s", "lain"]
    assert flows["lain"] == Flow("lain", "g", "c")
    condition = flows["g__s"].condition
    assert condition is not None
    assert condition.holds({"hasil": "a", "ulang": False})


def test_a_step_knows_lane_form_group_and_loop() -> None:
    step = only(everything()).tasks["a"]

    assert (step.name, step.lane, step.form_id, step.form_binding) == ("Langkah a", "Petugas", "aduan", "latest")
    assert step.group is not None
    assert step.group.field == "seksi"
    assert step.loop == Loop(3, sequential=True)


def test_a_diagram_knows_what_it_calls_and_which_fields_it_reads() -> None:
    diagram = only(everything())

    assert diagram.calls == {"c": "dua"}
    assert diagram.names_read == {"seksi", "hasil", "ulang"}
    assert diagram.properties["nomor_perkara"] == "PB-{tahun}-{urut:05}"
    assert (diagram.key, diagram.name, diagram.file, diagram.xml) == ("proses", "Proses uji", "uji.bpmn", everything())


@pytest.mark.parametrize(
    ("timers", "roles"),
    [
        pytest.param([("P3D", False)], ["deadline"], id="alone"),
        pytest.param([("P3D", False), ("P1D", False)], ["deadline", "reminder"], id="the longest is the deadline"),
        pytest.param([("P1D", False), ("PT8H", False)], ["reminder", "deadline"], id="a day is seven hours"),
        pytest.param([("P3D", True)], ["interrupt"], id="interrupting"),
        pytest.param([("P1D", False), ("P3D", True)], ["reminder", "interrupt"], id="before the interrupting one"),
    ],
)
@pytest.mark.parametrize("node", [task("a"), call("a", "dua")], ids=["on a step", "on a call"])
def test_the_timers_on_one_activity_share_out_their_roles(
    node: str, timers: list[tuple[str, bool]], roles: list[str]
) -> None:
    drawn = [
        timer("a", duration, id_=f"b{place}", interrupting=interrupting, to="selesai")
        for place, (duration, interrupting) in enumerate(timers)
    ]

    found = only(one_step(*drawn, node=node)).timers_on("a")

    assert [each.role for each in found] == roles
    assert [each.duration.text for each in found] == [duration for duration, _ in timers]


def test_a_timer_in_the_flow_is_a_wait() -> None:
    assert only(one_step(node=wait("a", "PT5H"))).timers["a"].role == "wait"


@pytest.mark.parametrize(
    ("step", "form", "binding"),
    [
        pytest.param(task("a"), None, None, id="none"),
        pytest.param(task("a", form="aduan"), "aduan", "latest", id="formRef"),
        pytest.param(
            task("a", form="aduan", attributes='camunda:formRefBinding="deployment"'),
            "aduan",
            "deployment",
            id="binding",
        ),
        pytest.param(
            task("a", attributes='camunda:formKey="camunda-forms:deployment:aduan.form"'),
            "aduan",
            "latest",
            id="formKey",
        ),
        pytest.param(
            task("a", attributes='camunda:formKey="camunda-forms:bpmn:aduan"'),
            "aduan",
            "latest",
            id="formKey without suffix",
        ),
        pytest.param(
            task("a", inside=extended('<zeebe:formDefinition formId="aduan" /><zeebe:userTask />')),
            *("aduan", "latest"),
            id="Camunda 8",
        ),
        pytest.param(
            task("a", form="aduan", attributes='camunda:formKey="camunda-forms:app:aduan.form"'),
            *("aduan", "latest"),
            id="the same form twice",
        ),
    ],
)
def test_a_form_is_linked_in_each_way_that_modelers_write(step: str, form: str | None, binding: str | None) -> None:
    read = only(one_step(node=step)).tasks["a"]

    assert (read.form_id, read.form_binding) == (form, binding)


def test_lanes_stand_in_the_order_of_the_file_with_who_may_act_for_them() -> None:
    lanes = [
        lane("Pemohon", ["a"], id_="l1", inside=properties(diwakili="Petugas; Sekretaris / ketua")),
        lane("Petugas", [], id_="l2"),
        lane("Sekretaris / ketua", [], id_="l3"),
    ]

    diagram = only(one_step(f'<bpmn:laneSet id="l">{"".join(lanes)}</bpmn:laneSet>', lanes={}))

    assert diagram.lanes[0] == Lane("Pemohon", ("Petugas", "Sekretaris / ketua"), "l1")
    assert [each.name for each in diagram.lanes] == ["Pemohon", "Petugas", "Sekretaris / ketua"]
    assert diagram.lane("Petugas") == Lane("Petugas", (), "l2")


def test_a_step_in_a_sub_process_belongs_to_the_lane_of_the_sub_process() -> None:
    inner = sub_process("t", start("t_mulai"), task("b"), end("t_selesai"), *chain("t_mulai", "b", "t_selesai"))
    outer = sub_process("s", start("s_mulai"), inner, end("s_selesai"), *chain("s_mulai", "t", "s_selesai"))
    data = process(
        start(), outer, end(), *chain("mulai", "s", "selesai"), lanes={"Kepala": ["s"], "Petugas": ["mulai"]}
    )

    assert only(data).tasks["b"].lane == "Kepala"


def test_a_step_without_a_name_is_called_by_its_id() -> None:
    assert only(one_step(node=task("a", " "))).tasks["a"].name == "a"


def test_steps_are_numbered_as_the_sop_numbers_them() -> None:
    steps = [task("a", properties={"no": "1"}), task("b", properties={}), task("c", properties={"no": "2a"})]
    diagram = only(process(start(), *steps, end(), *chain("mulai", "a", "b", "c", "selesai")))

    assert [diagram.step_of(step) for step in "abc"] == [("1", 2), (None, 2), ("2a", 2)]


INNER = (start("s_mulai"), task("b"), end("s_selesai"), *chain("s_mulai", "b", "s_selesai"))


@pytest.mark.parametrize(
    "node",
    [
        pytest.param(task("a"), id="over a step"),
        pytest.param(wait("a", "P1D"), id="over a timer"),
        pytest.param(sub_process("a", *INNER), id="over a sub-process with a step"),
        pytest.param(call("a", "dua"), id="over a call"),
        pytest.param(task("a") + timer("a", "P1D", interrupting=True, to="m"), id="back from its own timer"),
    ],
)
def test_rounds_in_which_somebody_acts_or_time_passes_are_allowed(node: str) -> None:
    back = [flow("g", "m", id_="pulang"), flow("g", "selesai", "${x == 'a'}")]
    ring = [gateway("exclusive", "m"), node, gateway("exclusive", "g", default="pulang"), *back]

    assert read_diagram(process(start(), *ring, end(), *chain("mulai", "m", "a", "g"))).errors == ()


def test_the_largest_process_has_two_hundred_and_fifty_nodes() -> None:
    assert len(only(sequence(*(f"a{n}" for n in range(248)))).elements) == 250


def test_reading_twice_gives_equal_diagrams() -> None:
    assert read_diagram(everything()) == read_diagram(everything())


def test_a_timer_may_stand_in_a_formal_expression_with_spaces_around() -> None:
    drawn = timer_definition("\n  P3D\n").replace(' xsi:type="bpmn:tFormalExpression"', "")

    diagram = only(one_step(node=f'<bpmn:intermediateCatchEvent id="a">{drawn}</bpmn:intermediateCatchEvent>'))

    assert diagram.timers["a"].duration.text == "P3D"


def test_a_call_may_say_that_it_passes_everything() -> None:
    passing = extended('<camunda:in variables="all" /><camunda:out variables="all" />')
    step = call("a", "dua").replace(" />", f' camunda:calledElementBinding="latest">{passing}</bpmn:callActivity>')

    assert only(one_step(node=step)).calls == {"a": "dua"}
