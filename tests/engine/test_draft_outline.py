"""A draft beside its forms: what it holds even while it breaks rules, and linking a step to a new form."""

from __future__ import annotations

import pytest

from engine import AlreadyExists, InvalidRequest, NotAllowed, NotFound
from tests.engine.small_office import CLERK, OWNER, TWO_STEPS, hire
from tests.small_bpmn import Task, diagram

FORMS = {name.removesuffix(".form"): text.decode() for name, text in TWO_STEPS.items() if name.endswith(".form")}
NEW = '{"type": "default", "id": "baru", "components": []}'


@pytest.fixture
def office(engine):
    """An office whose owner has a draft."""
    hire(engine)
    engine.save_diagram_draft("surat", xml=TWO_STEPS["surat.bpmn"], forms=FORMS, expected_revision=None, by=OWNER)
    return engine


def test_a_draft_tells_its_lanes_its_steps_with_their_forms_and_what_is_read(office):
    outline = office.draft_outline("surat", by=OWNER)

    assert outline.lanes == ("Petugas", "Pemeriksa")
    assert [(step.element, step.lane, step.form_id) for step in outline.steps] == [
        ("catat", "Petugas", "catat"),
        ("periksa", "Pemeriksa", "periksa"),
    ]
    assert outline.fields_read == {"seksi"}


@pytest.mark.parametrize(
    ("xml", "steps"),
    [
        pytest.param(TWO_STEPS["surat.bpmn"].replace(b"catat__periksa", b"hilang"), 2, id="a flow that leads nowhere"),
        pytest.param(TWO_STEPS["surat.bpmn"].replace(b'isExecutable="true"', b""), 2, id="not executable"),
        pytest.param(TWO_STEPS["surat.bpmn"].replace(b"</userTask>", b"<scriptTask/></userTask>"), 2, id="forbidden"),
        pytest.param(b"<a", 0, id="no XML"),
        pytest.param("<definitions/>".encode("utf-16"), 0, id="another encoding"),
    ],
)
def test_a_draft_that_breaks_rules_still_tells_its_steps(office, xml, steps):
    office.save_diagram_draft("surat", xml=xml, expected_revision=1, by=OWNER)

    assert len(office.draft_outline("surat", by=OWNER).steps) == steps


def test_only_the_owner_of_a_draft_sees_it(office):
    with pytest.raises(NotAllowed):
        office.draft_outline("surat", by=CLERK)
    with pytest.raises(NotFound):
        office.draft_outline("lain", by=OWNER)


@pytest.mark.parametrize(
    ("drawn", "key"),
    [
        pytest.param(TWO_STEPS["surat.bpmn"], "surat", id="one process"),
        pytest.param(
            TWO_STEPS["surat.bpmn"].replace(b"<process", b'<process id="kolam"/><process', 1),
            "surat",
            id="the executable",
        ),
        pytest.param(b"<a/>", None, id="none"),
        pytest.param(b"", None, id="nothing"),
    ],
)
def test_the_key_is_the_id_of_the_process_that_runs(engine, drawn, key):
    assert engine.drawn_key(drawn) == key


def test_a_new_form_is_linked_to_its_step_and_nothing_else_changes(office):
    before = office.draft_outline("surat", by=OWNER)

    draft = office.add_draft_form("surat", "baru", NEW, element="catat", by=OWNER)

    after = office.draft_outline("surat", by=OWNER)
    assert [step.form_id for step in after.steps] == ["baru", "periksa"]
    assert draft.forms == {**FORMS, "baru": NEW}
    assert (after.lanes, after.fields_read) == (before.lanes, before.fields_read)
    assert not [problem for problem in office.check_draft("surat", by=OWNER) if problem.element == "baru"]


def test_another_link_of_the_step_gives_way(office):
    zeebe = (
        b'<extensionElements><z:formDefinition xmlns:z="http://camunda.org/schema/zeebe/1.0" formId="catat"/>'
        b"</extensionElements>"
    )
    drawn = TWO_STEPS["surat.bpmn"].replace(b'camunda:formRef="catat">', b'camunda:formKey="x">' + zeebe)
    office.save_diagram_draft("surat", xml=drawn, expected_revision=1, by=OWNER)

    office.add_draft_form("surat", "baru", NEW, element="catat", by=OWNER)

    assert [step.form_id for step in office.draft_outline("surat", by=OWNER).steps] == ["baru", "periksa"]
    assert not [each for each in office.check_draft("surat", by=OWNER) if each.rule == "form-link"]


def test_a_form_is_not_added_where_it_cannot_be(office):
    with pytest.raises(AlreadyExists, match="sudah memuat formulir catat"):
        office.add_draft_form("surat", "catat", NEW, element=None, by=OWNER)
    with pytest.raises(InvalidRequest, match=r"\.\./x"):
        office.add_draft_form("surat", "../x", NEW, element=None, by=OWNER)
    with pytest.raises(NotFound, match="tak_ada"):
        office.add_draft_form("surat", "baru", NEW, element="tak_ada", by=OWNER)
    with pytest.raises(NotAllowed):
        office.add_draft_form("surat", "baru", NEW, element=None, by=CLERK)
    office.save_diagram_draft("surat", xml=b"<!DOCTYPE a><a/>", expected_revision=1, by=OWNER)
    with pytest.raises(InvalidRequest, match="DOCTYPE"):
        office.add_draft_form("surat", "baru", NEW, element="catat", by=OWNER)

    assert "baru" not in office.diagram_draft("surat", by=OWNER).forms


def test_a_step_without_a_form_is_told(office):
    office.save_diagram_draft(
        "surat", xml=diagram("surat", "mulai > a > selesai", {"a": Task()}), expected_revision=1, by=OWNER
    )

    assert [step.form_id for step in office.draft_outline("surat", by=OWNER).steps] == [None]
