"""An owner starts what was just deployed: the case is there, and its first step waits in its lane."""

from __future__ import annotations

import pytest

from engine import Engine, InvalidRequest, NotAllowed, NotFound
from tests.clock import Clock
from tests.engine.small_office import AUDITOR, CHECKER, CLERK, HEAD, LETTER, OWNER, TWO_STEPS, open_office


def test_an_owner_opens_a_case_whose_first_step_waits_in_its_lane(engine: Engine, clock: Clock) -> None:
    open_office(engine)

    case = engine.open_case("surat", version=1, by=OWNER)

    (step,) = engine.steps(case.number, by=CLERK)
    assert (case.number, case.version, case.state) == ("SURAT-2026-00001", 1, "running")
    assert (step.key, step.lane, step.state, step.assignee) == ("catat:1", "Petugas", "open", None)
    assert step.opened_at == clock()
    assert [item.case for item in engine.work_list(by=CLERK).items] == [case.number]


def test_such_a_case_goes_on_like_any_other_and_verifies(engine: Engine) -> None:
    open_office(engine)
    case = engine.open_case("surat", by=OWNER).number

    engine.complete(case, "catat:1", LETTER, by=CLERK)
    engine.complete(case, "periksa:1", {"hasil": "Baik"}, by=CHECKER)

    assert engine.case(case, by=CLERK).state == "completed"
    assert engine.verify(case).sound


def test_the_history_names_who_opened_it_and_for_no_lane(engine: Engine) -> None:
    open_office(engine)
    mine = engine.open_case("surat", by=OWNER).number
    theirs = engine.open_case("surat", by=CLERK).number

    begun = [engine.history(case, by=AUDITOR)[0] for case in (mine, theirs)]

    assert [(each.type, each.actor, each.on_behalf_of) for each in begun] == [
        ("InstanceStarted", "pemilik", None),
        ("InstanceStarted", "petugas", None),
    ]


@pytest.mark.parametrize("by", [CHECKER, HEAD, AUDITOR], ids=lambda person: person.name)
def test_nobody_else_opens_a_case(engine: Engine, by) -> None:
    open_office(engine)

    with pytest.raises(NotAllowed):
        engine.open_case("surat", by=by)

    assert engine.find_cases("", by=AUDITOR) == ()


def test_a_version_that_is_not_in_force_is_refused_and_costs_no_number(engine: Engine) -> None:
    open_office(engine)
    engine.deploy({"surat.bpmn": TWO_STEPS["surat.bpmn"].replace(b"P3D", b"P5D")}, by=OWNER)

    with pytest.raises(InvalidRequest, match="versi 2, bukan versi 1"):
        engine.open_case("surat", version=1, by=OWNER)

    assert engine.open_case("surat", version=2, by=OWNER).number == "SURAT-2026-00001"


def test_an_sop_that_is_not_deployed_cannot_be_opened(engine: Engine) -> None:
    with pytest.raises(NotFound):
        engine.open_case("tak_ada", by=OWNER)
