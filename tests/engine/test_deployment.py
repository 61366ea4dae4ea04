"""Deploying: all or nothing, frozen for ever, and only what changed."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from engine import DeploymentRefused, Engine, NotAllowed, Upload
from tests.engine.small_office import (
    ADMIN,
    CHECKER,
    CLERK,
    LETTER,
    OWNER,
    TWO_STEPS,
    deploy,
    hire,
    open_office,
    sop_files,
)
from tests.small_bpmn import Task, diagram, form, text_field


def test_the_shipped_sop_deploys_without_a_warning(engine: Engine) -> None:
    deployment = engine.deploy(sop_files(), by=OWNER)

    assert [each.key for each in deployment.definitions] == ["sop_pengaduan_kategori_berat"]
    assert deployment.warnings == ()
    assert set(deployment.form_sources.values()) == {"upload"}
    assert engine.check(sop_files()) == ()


def test_the_same_content_again_makes_no_new_version(engine: Engine) -> None:
    first = open_office(engine)

    again = engine.deploy(TWO_STEPS, by=OWNER)

    assert (again.definitions, [each.version for each in again.unchanged]) == ((), [first.version])


def test_a_changed_form_alone_is_a_new_version(engine: Engine) -> None:
    open_office(engine)
    case = engine.start("surat", LETTER, by=CLERK).number
    changed = TWO_STEPS | {"periksa.form": form("periksa", text_field("hasil"), text_field("catatan"))}

    second = deploy(engine, changed)

    assert second.version == 2
    old = engine.form(case, "periksa:1", by=CHECKER)
    assert old is not None
    assert set(old.fields) == {"hasil"}  # frozen with the version that the case runs on


def test_a_form_that_is_not_uploaded_is_the_newest_deployed_one(engine: Engine) -> None:
    open_office(engine)
    renamed = TWO_STEPS["surat.bpmn"].replace(b'name="Memeriksa"', b'name="Memeriksa lagi"')

    deployment = engine.deploy({"surat.bpmn": renamed}, by=OWNER)

    assert deployment.definitions[0].version == 2
    assert dict(deployment.form_sources) == {"catat": "stored", "periksa": "stored"}


def test_a_refusal_names_every_problem_and_changes_nothing(engine: Engine) -> None:
    hire(engine)
    bad = TWO_STEPS["surat.bpmn"].replace(b"P3D", b"tiga hari")

    with pytest.raises(DeploymentRefused) as refused:
        engine.deploy({"surat.bpmn": bad, "lampiran.exe": b"MZ"}, by=OWNER)

    rules = {(problem.rule, problem.element) for problem in refused.value.problems}
    assert {("duration", "batas"), ("file-kind", "")} <= rules
    assert engine.definitions() == ()


def test_a_missing_form_is_refused_by_the_step_that_links_it(engine: Engine) -> None:
    hire(engine)

    with pytest.raises(DeploymentRefused) as refused:
        engine.deploy({"surat.bpmn": TWO_STEPS["surat.bpmn"]}, by=OWNER)

    missing = {(each.rule, each.element) for each in refused.value.problems if each.rule == "form-missing"}
    assert missing == {("form-missing", "catat"), ("form-missing", "periksa")}


def test_only_a_process_owner_deploys(engine: Engine) -> None:
    for other in (ADMIN, CLERK):
        with pytest.raises(NotAllowed):
            engine.deploy(TWO_STEPS, by=other)


def test_a_called_process_stays_bound_to_its_version(engine: Engine) -> None:
    hire(engine)
    inner = diagram("dalam", "mulai > cek > selesai", {"cek": Task()})
    outer = diagram("luar", "mulai > catat > panggil > selesai", {"catat": Task()}).replace(
        b'<endEvent id="panggil"/>', b'<callActivity id="panggil" calledElement="dalam"/>'
    )
    engine.deploy({"luar.bpmn": outer, "dalam.bpmn": inner}, by=OWNER)
    case = engine.start("luar", {}, by=CLERK).number
    longer = diagram("dalam", "mulai > cek > lagi > selesai", {"cek": Task(), "lagi": Task()})
    engine.deploy({"dalam.bpmn": longer}, by=OWNER)

    engine.complete(case, "panggil:1/cek:1", {}, by=CLERK)

    assert engine.case(case, by=CLERK).state == "completed"
    rebound = engine.deploy({"luar.bpmn": outer}, by=OWNER)
    assert [each.version for each in rebound.definitions] == [2]  # it calls the newer version now


def test_a_diagram_comes_back_byte_for_byte(engine: Engine) -> None:
    definition = open_office(engine)

    assert engine.diagram_xml("surat", definition.version) == TWO_STEPS["surat.bpmn"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE process_definition SET xml = ''",
        "DELETE FROM process_definition",
        "UPDATE history_event SET actor = 'lain'",
        "DELETE FROM history_event WHERE seq = 1",
    ],
)
def test_definitions_and_history_refuse_to_change(engine: Engine, statement: str) -> None:
    open_office(engine)
    engine.start("surat", {**LETTER, "bukti": [Upload("a.pdf", "application/pdf", b"%PDF-1.4")]}, by=CLERK)

    with pytest.raises(Exception, match="hanya boleh ditambah"), engine.database.write() as connection:
        connection.execute(text(statement))
