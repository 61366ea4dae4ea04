"""A diagram beside its forms, the processes that it calls, and the people of the office."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from engine.diagram import Diagram, check_against, read_diagram
from engine.forms import Form
from engine.model import Actor, Severity
from tests.engine.diagrams import call, chain, end, flow, gateway, lane, one_process, process, start, task
from tests.engine.hostile import choice, one_step, properties


def diagram(data: bytes) -> Diagram:
    """Return the only diagram of a file."""
    reading = read_diagram(data)

    assert reading.errors == ()
    return reading.diagrams[0]


def form(key: str, *components: Mapping[str, object]) -> Form:
    """Return a form of these components."""
    listed = [{"id": f"Field_{place}", "label": "Isian", **each} for place, each in enumerate(components)]
    return Form.load(json.dumps({"type": "default", "id": key, "schemaVersion": 18, "components": listed}))


TEXT = {"type": "textfield", "key": "hasil"}
PERSONAL = TEXT | {"properties": {"pribadi": "ya"}}
FOR_LANES = TEXT | {"properties": {"pribadi": "Petugas; Kepla"}}
FILES = {"type": "filepicker", "key": "hasil"}
SEVERAL = {"type": "checklist", "key": "hasil", "values": [{"label": "A", "value": "a"}]}


def asking(condition: str = "${hasil == 'a'}") -> bytes:
    """Return a process whose step ``awal`` has the form ``f`` and whose flow ``g__a`` has this condition."""
    flows = [
        *chain("mulai", "awal", "g"),
        flow("g", "a", condition),
        flow("g", "selesai", id_="lain"),
        flow("a", "selesai"),
    ]
    return process(start(), task("awal", form="f"), gateway("exclusive", "g", default="lain"), task("a"), end(), *flows)


CALLS = one_step(node=call("a", "dipanggil"))
CALLED_WITH_A_STEP = one_step(key="dipanggil")
CALLED_WITHOUT_A_STEP = process(start(), end(), flow("mulai", "selesai"), key="dipanggil")
CALLS_BACK = one_step(node=call("a", "proses"), key="dipanggil")
CALLS_BACK_OVER_ANOTHER = one_step(node=call("a", "antara"), key="dipanggil")
BETWEEN = one_step(node=call("a", "proses"), key="antara")
RING_OVER_A_CALL = process(
    *(start(), task("awal", form="f"), gateway("exclusive", "g1"), call("c", "dipanggil")),
    *(gateway("exclusive", "g2", default="pulang"), end(), *chain("mulai", "awal", "g1", "c", "g2")),
    *(flow("g2", "g1", id_="pulang"), flow("g2", "selesai", "${hasil == 'a'}")),
)
LINKED = one_step(node=task("a", form="f"))
GROUPED = one_step(node=task("a", form="f", groups="${hasil}"))
IN_GROUPS = one_step(node=task("a", groups="Seksi A, Seksi B"))
OFFICER = Actor("budi", lanes=frozenset({"Petugas"}), groups=frozenset({"Seksi A"}))
RETIRED = Actor("siti", lanes=frozenset({"Kepala"}), groups=frozenset({"Seksi B"}), active=False)


@dataclass(frozen=True)
class Beside:
    """A diagram and its surroundings, and the only problem between them."""

    name: str
    data: bytes
    rule: str
    element: str
    forms: tuple[Form, ...] = ()
    called: tuple[bytes, ...] = ()
    people: tuple[Actor, ...] | None = None
    severity: Severity = field(default="error")


AGAINST = [
    Beside("form that is not there", LINKED, "form-missing", "a"),
    Beside("field that is not there", asking("${hasl == 'a'}"), "field-unknown", "g__a", (form("f", TEXT),)),
    Beside("field in a form of nobody's", choice("${hasil == 'a'}"), "field-unknown", "pilih__a", (form("f", TEXT),)),
    Beside("personal field", asking(), "field-personal", "g__a", (form("f", PERSONAL),)),
    Beside("files in a condition", asking(), "field-not-scalar", "g__a", (form("f", FILES),)),
    Beside("list in a condition", asking(), "field-not-scalar", "g__a", (form("f", SEVERAL),)),
    Beside("unknown group field", one_step(node=task("a", groups="${seksi}")), "field-unknown", "a"),
    Beside("personal group", GROUPED, "field-personal", "a", (form("f", PERSONAL),)),
    Beside("called process that is not there", CALLS, "call-missing", "a"),
    Beside("called process that calls back", CALLS, "call-recursion", "a", called=(CALLS_BACK,)),
    Beside("call back over another", CALLS, "call-recursion", "a", called=(CALLS_BACK_OVER_ANOTHER, BETWEEN)),
    Beside("ring", RING_OVER_A_CALL, "automatic-cycle", "g1", (form("f", TEXT),), called=(CALLED_WITHOUT_A_STEP,)),
    Beside("lane of nobody", one_step(), "lane-unstaffed", "proses_lajur_1", people=(RETIRED,), severity="warning"),
    Beside("group of nobody", IN_GROUPS, "group-unstaffed", "a", people=(OFFICER, RETIRED), severity="warning"),
    Beside("personal field for no lane", LINKED, "personal-lane", "a", (form("f", FOR_LANES),), severity="warning"),
]


@pytest.mark.parametrize("beside", AGAINST, ids=lambda beside: beside.name)
def test_a_diagram_that_does_not_fit_its_surroundings_is_told_where(beside: Beside) -> None:
    problems = check_against(
        diagram(beside.data),
        forms={each.id: each for each in beside.forms},
        called={each.key: each for each in map(diagram, beside.called)},
        people=beside.people,
    )

    assert [(each.severity, each.rule, each.element) for each in problems] == [
        (beside.severity, beside.rule, beside.element)
    ]


def test_a_field_of_any_form_of_the_diagram_may_be_read() -> None:
    assert check_against(diagram(asking()), forms={"f": form("f", TEXT)}, called={}) == ()


def test_a_field_that_a_called_process_asks_for_may_be_read_behind_the_call() -> None:
    flows = [*chain("mulai", "c", "g"), flow("g", "a", "${hasil == 'a'}"), flow("g", "selesai", id_="lain")]
    caller = diagram(
        process(
            *(start(), call("c", "dipanggil"), gateway("exclusive", "g", default="lain"), task("a"), end(), *flows),
            flow("a", "selesai"),
        )
    )
    called = diagram(one_step(node=task("a", form="f"), key="dipanggil"))

    problems = check_against(caller, forms={"f": form("f", TEXT)}, called={"dipanggil": called})

    assert problems == ()


def test_a_field_that_one_form_shows_openly_and_another_as_personal_counts_as_personal() -> None:
    data = asking().replace(b'id="a" name="Langkah a"', b'id="a" name="Langkah a" camunda:formRef="g"')

    problems = check_against(diagram(data), forms={"f": form("f", TEXT), "g": form("g", PERSONAL)}, called={})

    assert [each.rule for each in problems] == ["field-personal"]


def test_a_ring_over_a_call_that_waits_for_somebody_is_no_automatic_cycle() -> None:
    called = {"dipanggil": diagram(CALLED_WITH_A_STEP)}

    problems = check_against(diagram(RING_OVER_A_CALL), forms={}, called=called)

    assert "automatic-cycle" not in {each.rule for each in problems}


def test_a_lane_whose_representatives_have_people_needs_none_itself() -> None:
    lanes = [
        lane("Pemohon", ["a"], id_="l1", inside=properties(diwakili="Petugas")),
        lane("Petugas", [], id_="l2"),
    ]
    data = one_step(f'<bpmn:laneSet id="l">{"".join(lanes)}</bpmn:laneSet>', lanes={})

    assert check_against(diagram(data), forms={}, called={}, people=[OFFICER]) == ()


def test_nobody_is_missed_before_the_people_are_known() -> None:
    assert check_against(diagram(one_step()), forms={}, called={}, people=None) == ()


def test_a_process_of_the_same_file_may_be_called() -> None:
    data = one_step(node=call("a", "dua")).replace(
        b"</bpmn:definitions>",
        one_process(start("m2"), task("b"), end("e2"), *chain("m2", "b", "e2"), key="dua").encode()
        + b"</bpmn:definitions>",
    )
    caller, called = read_diagram(data).diagrams

    assert check_against(caller, forms={}, called={called.key: called}) == ()
