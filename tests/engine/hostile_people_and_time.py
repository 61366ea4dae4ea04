"""Attributes and events that would change who does a step or when; lanes; durations of every bad form."""

from __future__ import annotations

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
    timer_definition,
)
from tests.engine.hostile import case, event, extended, one_step, properties, wrapped


def lanes_of(*lanes: str) -> str:
    """Return a lane set of these lanes."""
    return f'<bpmn:laneSet id="l">{"".join(lanes)}</bpmn:laneSet>'


BAD_DURATIONS = [
    "", " ", "P0D", "PT0M", "-PT1H", "P-1D", "P1DT2H", "P1D1D", "PT1H30M", "P1W", "P1M", "P1Y", "PT10S", "PT1.5H",
    "P1,5D", "3 hari", '"P3D"', "'P3D'", "P3D ; P1D", "R/PT0S", "R3/P1D", "2026-11-24", "2026-11-24T09:00:00",
    "2026-11-24T09:00:00Z", "P3651D", "PT99999999999M", "P999999999999999999999999D", "P１D", "p3d", "${batas}",
    "P3D\u200b", "${now() + P1D}", "PD", "P",
]  # fmt: skip
PEOPLE_AND_TIME = [
    *(case(f"duration {text!r}"[:40], event(timer_definition(text)), ("duration", "a")) for text in BAD_DURATIONS),
    *(
        case(f"boundary duration {text!r}"[:40], one_step(timer("a", text)), ("duration", "batas_a"))
        for text in BAD_DURATIONS[:8]
    ),
    case("fixed date", event(timer_definition("2026-11-24T09:00:00+07:00", "timeDate")), ("timer-kind", "a")),
    case("cycle", event(timer_definition("R/PT1H", "timeCycle")), ("timer-kind", "a")),
    case("timer without a time", event("<bpmn:timerEventDefinition />"), ("timer-kind", "a")),
    case(
        "timer with two times",
        event(
            timer_definition("P1D").replace("</bpmn:timerE", "<bpmn:timeDuration>P2D</bpmn:timeDuration></bpmn:timerE")
        ),
        ("timer-kind", "a"),
    ),
    case("two timers in one event", event(timer_definition("P1D") * 2), ("event-kind", "a")),
    case("event that waits for nothing", event(""), ("event-kind", "a")),
    case(
        "parallel multiple",
        event(timer_definition("P1D")).replace(b'id="a"', b'id="a" parallelMultiple="true"'),
        ("attribute-value", "a"),
    ),
    case(
        "timer on a gateway",
        process(start(), gateway("exclusive", "g"), timer("g", "P1D"), end(), *chain("mulai", "g", "selesai")),
        ("timer-attached", "batas_g"),
    ),
    case(
        "timer on nothing",
        one_step(timer("hilang", "P1D")),
        ("timer-attached", "batas_hilang"),
        ("unreachable", "batas_hilang"),
        ("unreachable", "lewat_batas_hilang"),
    ),
    case(
        "timer on a step of a sub-process",
        one_step(
            timer("s_a", "P1D"),
            node=sub_process(
                "a", start("s_mulai"), task("s_a"), end("s_selesai"), *chain("s_mulai", "s_a", "s_selesai")
            ),
        ),
        ("timer-attached", "batas_s_a"),
    ),
    case(
        "two timers of one length",
        one_step(timer("a", "P1D", id_="b1", to="selesai"), timer("a", "PT7H", id_="b2", to="selesai")),
        ("timer-duplicate", "b2"),
    ),
    case(
        "two interrupting timers",
        one_step(
            timer("a", "P1D", id_="b1", to="selesai", interrupting=True),
            timer("a", "P2D", id_="b2", to="selesai", interrupting=True),
        ),
        ("timer-duplicate", "b2"),
        ("timer-never", "b2"),
    ),
    case(
        "timer behind the interrupting one",
        one_step(
            timer("a", "P1D", id_="b1", to="selesai", interrupting=True), timer("a", "P2D", id_="b2", to="selesai")
        ),
        ("timer-never", "b2"),
    ),
    case("assignee", one_step(node=task("a", attributes='camunda:assignee="budi"')), ("assignment", "a")),
    case("candidate users", one_step(node=task("a", attributes='camunda:candidateUsers="budi"')), ("assignment", "a")),
    case("potential owner", one_step(node=task("a", inside="<bpmn:potentialOwner />")), ("assignment", "a")),
    case(
        "assignment of Camunda 8",
        one_step(node=task("a", inside=extended('<zeebe:assignmentDefinition assignee="budi" />'))),
        ("assignment", "a"),
    ),
    case("starters", one_step(attributes='camunda:candidateStarterGroups="x"'), ("assignment", "proses")),
    case(
        "due date", one_step(node=task("a", attributes='camunda:dueDate="${tanggal}"')), ("attribute-not-allowed", "a")
    ),
    case("priority", one_step(node=task("a", attributes='camunda:priority="9"')), ("attribute-not-allowed", "a")),
    case("compensation", one_step(node=task("a", attributes='isForCompensation="true"')), ("attribute-value", "a")),
    case("quantity of eleven", one_step(node=task("a", attributes='startQuantity="11"')), ("attribute-value", "a")),
    case("quantity", one_step(node=task("a", attributes='startQuantity="2"')), ("attribute-value", "a")),
    case("no lane at all", one_step(lanes={}), ("task-without-lane", "a")),
    case("step outside the lanes", one_step(lanes={"Petugas": ["mulai"]}), ("task-without-lane", "a")),
    case("unnamed lane", one_step(lanes={" ": ["a"]}), ("lane-unnamed", "proses_lajur_1")),
    case("lane with a semicolon", one_step(lanes={"Petugas; Kepala": ["a"]}), ("lane-name", "proses_lajur_1")),
    case(
        "two lanes of one name",
        one_step(
            lanes_of(lane("Petugas", ["a"], id_="l1"), lane("Petugas", [], id_="l2")),
            lanes={},
        ),
        ("lane-duplicate", "l2"),
    ),
    case("step in two lanes", one_step(lanes={"Petugas": ["a"], "Kepala": ["a"]}), ("task-in-two-lanes", "a")),
    case(
        "lane of something that is not there",
        one_step(lanes={"Petugas": ["a", "hilang"]}),
        ("reference-dangling", "proses_lajur_1"),
    ),
    case(
        "lane in a lane",
        one_step(
            lanes_of(lane("Kantor", ["a"], id_="l1", inside=wrapped(lane("Tim", [], id_="l2"), "bpmn:childLaneSet"))),
            lanes={},
        ),
        ("lane-nested", "l1"),
    ),
    case(
        "lane in a sub-process",
        one_step(
            node=sub_process(
                "a", '<bpmn:laneSet id="l" />', start("s_mulai"), end("s_selesai"), flow("s_mulai", "s_selesai")
            )
        ),
        ("lane-nested", "l"),
    ),
    case(
        "represented by nobody that is known",
        one_step(
            lanes_of(lane("Petugas", ["a"], id_="l1", inside=properties(diwakili="Kepala"))),
            lanes={},
        ),
        ("lane-representative", "l1"),
    ),
    case(
        "represented by itself",
        one_step(
            lanes_of(lane("Petugas", ["a"], id_="l1", inside=properties(diwakili="Petugas"))),
            lanes={},
        ),
        ("lane-representative", "l1"),
    ),
]
