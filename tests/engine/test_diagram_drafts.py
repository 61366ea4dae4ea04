"""Diagram drafts: an owner's own until deployed, never written over by another tab, deployed whole or not at all."""

from __future__ import annotations

import logging
import threading

import pytest

from engine import (
    Actor,
    AlreadyExists,
    DeploymentRefused,
    DiagramDraft,
    DraftChanged,
    Engine,
    EngineError,
    InvalidRequest,
    NotAllowed,
    NotFound,
)
from tests.clock import TUESDAY_9AM
from tests.engine.small_office import ADMIN, CLERK, HEAD, LETTER, OWNER, TWO_STEPS, open_office

OTHER_OWNER = Actor("pemilik2", "Pemilik Lain", duties=frozenset({"process_owner"}))
SURAT = TWO_STEPS["surat.bpmn"]
CATAT = TWO_STEPS["catat.form"].decode()
PERIKSA = TWO_STEPS["periksa.form"].decode()
FASTER = SURAT.replace(b"P3D", b"P2D")
BROKEN = SURAT.replace(b"P3D", b"tiga hari")


def begin(engine: Engine) -> DiagramDraft:
    """Deploy the small SOP and begin a draft of it."""
    open_office(engine)
    return engine.begin_diagram_draft("surat", 1, by=OWNER)


def test_a_draft_begins_as_the_version_with_its_forms(engine: Engine) -> None:
    draft = begin(engine)

    assert (draft.key, draft.owner, draft.revision, draft.base_version) == ("surat", "pemilik", 1, 1)
    assert (draft.xml, dict(draft.forms)) == (SURAT, {"catat": CATAT, "periksa": PERIKSA})
    assert (draft.origin, draft.repairs, draft.saved_at) == (None, "", TUESDAY_9AM)
    assert engine.diagram_draft("surat", by=OWNER) == draft
    assert engine.diagram_drafts(by=OWNER) == (draft,)


def test_a_draft_is_its_owner_s_alone(engine: Engine) -> None:
    begin(engine)

    assert engine.diagram_draft("surat", by=OTHER_OWNER) is None
    assert engine.diagram_drafts(by=OTHER_OWNER) == ()
    with pytest.raises(NotFound):
        engine.discard_diagram_draft("surat", by=OTHER_OWNER)
    with pytest.raises(NotFound):
        engine.check_draft("surat", by=OTHER_OWNER)
    with pytest.raises(NotFound):
        engine.deploy_draft("surat", "", expected_revision=1, by=OTHER_OWNER)


@pytest.mark.parametrize("actor", [CLERK, HEAD, ADMIN], ids=lambda actor: actor.name)
def test_only_a_process_owner_has_drafts(engine: Engine, actor: Actor) -> None:
    begin(engine)

    assert engine.diagram_draft("surat", by=actor) is None
    assert engine.diagram_drafts(by=actor) == ()
    for command in (
        lambda: engine.save_diagram_draft("surat", xml=SURAT, expected_revision=None, by=actor),
        lambda: engine.begin_diagram_draft("surat", 1, by=actor),
        lambda: engine.check_draft("surat", by=actor),
        lambda: engine.discard_diagram_draft("surat", by=actor),
        lambda: engine.deploy_draft("surat", "", expected_revision=1, by=actor),
    ):
        with pytest.raises(NotAllowed):
            command()


def test_saving_keeps_what_is_not_given(engine: Engine) -> None:
    begin(engine)

    engine.save_diagram_draft("surat", xml=FASTER, origin=b"asal \xff", expected_revision=1, by=OWNER)
    saved = engine.save_diagram_draft("surat", forms={"catat": CATAT}, repairs="[1]", expected_revision=2, by=OWNER)

    assert (saved.revision, saved.base_version, saved.xml, saved.origin) == (3, 1, FASTER, b"asal \xff")
    assert (dict(saved.forms), saved.repairs) == ({"catat": CATAT}, "[1]")
    assert engine.diagram_draft("surat", by=OWNER) == saved


def test_a_save_that_changes_nothing_makes_no_revision(engine: Engine) -> None:
    draft = begin(engine)

    again = engine.save_diagram_draft("surat", xml=SURAT, forms=draft.forms, expected_revision=1, by=OWNER)

    assert again == draft


def test_a_save_on_an_older_diagram_is_refused_and_the_newer_one_stays(engine: Engine) -> None:
    begin(engine)
    newer = engine.save_diagram_draft("surat", xml=FASTER, expected_revision=1, by=OWNER)

    with pytest.raises(DraftChanged) as refused:
        engine.save_diagram_draft("surat", xml=BROKEN, expected_revision=1, by=OWNER)

    assert (refused.value.revision, refused.value.saved_at) == (2, TUESDAY_9AM)
    assert engine.diagram_draft("surat", by=OWNER) == newer


def test_tabs_that_work_on_different_parts_do_not_disturb_each_other(engine: Engine) -> None:
    draft = begin(engine)
    changed = {**draft.forms, "catat": CATAT.replace("Perihal", "Pokok surat")}
    engine.save_diagram_draft("surat", xml=FASTER, expected_revision=1, by=OWNER)

    saved = engine.save_diagram_draft("surat", forms=changed, expected_revision=1, by=OWNER)

    assert (saved.xml, dict(saved.forms), saved.revision) == (FASTER, changed, 3)
    assert dict(saved.changed_in) == {"": 2, "catat": 3}


def test_a_stale_form_among_all_forms_does_not_undo_another_tab(engine: Engine) -> None:
    draft = begin(engine)
    newer = {**draft.forms, "catat": CATAT + " "}
    engine.save_diagram_draft("surat", forms=newer, expected_revision=1, by=OWNER)

    stale = {**draft.forms, "periksa": PERIKSA + " "}
    with pytest.raises(DraftChanged):
        engine.save_diagram_draft("surat", forms=stale, expected_revision=1, by=OWNER)

    saved = engine.diagram_draft("surat", by=OWNER)
    assert saved is not None
    assert dict(saved.forms) == newer


def test_a_dropped_draft_is_not_brought_back_by_a_tab_that_still_has_it(engine: Engine) -> None:
    begin(engine)
    engine.discard_diagram_draft("surat", by=OWNER)

    with pytest.raises(NotFound):
        engine.save_diagram_draft("surat", xml=FASTER, expected_revision=1, by=OWNER)

    assert engine.diagram_draft("surat", by=OWNER) is None


def test_an_existing_draft_is_never_begun_over(engine: Engine) -> None:
    begin(engine)
    saved = engine.save_diagram_draft("surat", xml=FASTER, expected_revision=1, by=OWNER)

    for begin_over in (
        lambda: engine.begin_diagram_draft("surat", 1, by=OWNER),
        lambda: engine.save_diagram_draft("surat", xml=SURAT, expected_revision=None, by=OWNER),
    ):
        with pytest.raises(DraftChanged):
            begin_over()

    assert engine.diagram_draft("surat", by=OWNER) == saved


def test_a_draft_that_changed_since_it_was_looked_at_is_not_dropped(engine: Engine) -> None:
    begin(engine)
    engine.save_diagram_draft("surat", xml=FASTER, expected_revision=1, by=OWNER)

    with pytest.raises(DraftChanged):
        engine.discard_diagram_draft("surat", expected_revision=1, by=OWNER)

    assert engine.diagram_draft("surat", by=OWNER) is not None


def test_two_tabs_that_save_at_once_never_both_win(engine: Engine) -> None:
    begin(engine)
    outcomes: list[str] = []
    gate = threading.Barrier(4)

    def save(number: int) -> None:
        gate.wait()
        try:
            xml = SURAT.replace(b"P3D", f"P{number + 4}D".encode())
            engine.save_diagram_draft("surat", xml=xml, expected_revision=1, by=OWNER)
            outcomes.append("saved")
        except DraftChanged:
            outcomes.append("refused")

    tabs = [threading.Thread(target=save, args=(number,)) for number in range(4)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()

    assert sorted(outcomes) == ["refused", "refused", "refused", "saved"]


def test_two_tabs_that_save_the_first_draft_at_once_make_one(engine: Engine) -> None:
    open_office(engine)
    outcomes: list[str] = []
    gate = threading.Barrier(4)

    def save(number: int) -> None:
        gate.wait()
        try:
            xml = SURAT.replace(b"P3D", f"P{number + 4}D".encode())
            outcomes.append(str(engine.save_diagram_draft("surat", xml=xml, expected_revision=None, by=OWNER).revision))
        except DraftChanged:
            outcomes.append("refused")

    tabs = [threading.Thread(target=save, args=(number,)) for number in range(4)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()

    assert sorted(outcomes) == ["1", "refused", "refused", "refused"]


def test_a_draft_may_be_wrong_and_says_so_with_its_own_forms(engine: Engine) -> None:
    draft = begin(engine)
    assert engine.check_draft("surat", by=OWNER) == engine.check(draft.files)

    engine.save_diagram_draft("surat", xml=BROKEN, expected_revision=1, by=OWNER)
    problems = engine.check_draft("surat", by=OWNER)

    assert {(each.element, each.severity) for each in problems if each.severity == "error"} == {("batas", "error")}
    assert engine.check_draft("surat", by=OWNER, xml=SURAT) == engine.check(draft.files)


def test_a_form_of_the_draft_counts_before_the_deployed_one(engine: Engine) -> None:
    draft = begin(engine)
    engine.save_diagram_draft("surat", forms={**draft.forms, "catat": "{"}, expected_revision=1, by=OWNER)

    problems = engine.check_draft("surat", by=OWNER)

    assert {each.rule for each in problems if each.file == "catat.form"} == {"form-invalid-json"}


def test_a_diagram_of_another_sop_is_a_problem_of_the_draft(engine: Engine) -> None:
    begin(engine)
    engine.save_diagram_draft(
        "surat", xml=SURAT.replace(b'<process id="surat"', b'<process id="lain"'), expected_revision=1, by=OWNER
    )

    problems = engine.check_draft("surat", by=OWNER)

    assert [each.element for each in problems if each.rule == "draft-other-key"] == ["lain"]
    with pytest.raises(DeploymentRefused):
        engine.deploy_draft("surat", "", expected_revision=2, by=OWNER)
    assert {version.key for version in engine.versions()} == {"surat"}


def test_deploying_makes_the_version_and_ends_the_draft(engine: Engine) -> None:
    begin(engine)
    engine.save_diagram_draft("surat", xml=FASTER, expected_revision=1, by=OWNER)

    made = engine.deploy_draft("surat", "Batas dipercepat", expected_revision=2, by=OWNER)

    assert [(each.key, each.version) for each in made.definitions] == [("surat", 2)]
    assert engine.diagram_draft("surat", by=OWNER) is None
    assert engine.version("surat", 2).note == "Batas dipercepat"
    assert engine.start("surat", LETTER, by=CLERK).version == 2


def test_an_unchanged_draft_deploys_nothing_new_and_ends(engine: Engine) -> None:
    begin(engine)

    made = engine.deploy_draft("surat", "", expected_revision=1, by=OWNER)

    assert (made.definitions, [each.version for each in made.unchanged]) == ((), [1])
    assert engine.diagram_draft("surat", by=OWNER) is None


@pytest.mark.parametrize(("xml", "revision"), [(BROKEN, 2), (FASTER, 1), (FASTER, None)])
def test_a_refused_deployment_keeps_the_draft_and_deploys_nothing(
    engine: Engine, xml: bytes, revision: int | None
) -> None:
    begin(engine)
    saved = engine.save_diagram_draft("surat", xml=xml, expected_revision=1, by=OWNER)

    with pytest.raises((DeploymentRefused, DraftChanged)):
        engine.deploy_draft("surat", "", expected_revision=revision, by=OWNER)

    assert engine.diagram_draft("surat", by=OWNER) == saved
    assert [each.version for each in engine.versions("surat")] == [1]


def test_a_draft_is_bound_in_memory_as_the_next_version(engine: Engine) -> None:
    begin(engine)
    draft = engine.save_diagram_draft("surat", xml=FASTER, expected_revision=1, by=OWNER)

    with engine.database.read() as connection:
        process = engine.drafted(connection, draft)

    assert (process.key, process.version, process.diagram.timers["batas"].duration.text) == ("surat", 2, "P2D")
    assert set(process.forms) == {"catat", "periksa"}
    assert [each.version for each in engine.versions("surat")] == [1]


def test_a_wrong_draft_is_not_bound_and_every_problem_is_named(engine: Engine) -> None:
    begin(engine)
    draft = engine.save_diagram_draft("surat", xml=BROKEN, expected_revision=1, by=OWNER)

    with engine.database.read() as connection, pytest.raises(DeploymentRefused) as refused:
        engine.drafted(connection, draft)

    assert "batas" in {each.element for each in refused.value.problems}


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({"xml": b" " * 1_048_577}, id="too large a diagram"),
        pytest.param({"origin": b" " * 1_048_577}, id="too large an origin"),
        pytest.param({"forms": {"besar": " " * 262_145}}, id="too large a form"),
        pytest.param({"forms": {f"f{n}": "{}" for n in range(301)}}, id="too many forms"),
        pytest.param({"forms": {f"f{n}": " " * 250_000 for n in range(21)}}, id="too much of all forms"),
        pytest.param({"forms": {"": "{}"}}, id="a form without id"),
        pytest.param({"forms": {"a\x00b": "{}"}}, id="NUL in an id"),
        pytest.param({"forms": {"a": "\x00"}}, id="NUL in a form"),
        pytest.param({"forms": {"a": "\ud800"}}, id="half a surrogate pair"),
        pytest.param({"repairs": "x" * 1_000_001}, id="too many repairs"),
    ],
)
def test_what_no_upload_could_bring_is_not_stored(engine: Engine, given: dict[str, bytes]) -> None:
    draft = begin(engine)

    with pytest.raises(InvalidRequest):
        engine.save_diagram_draft("surat", **given, expected_revision=1, by=OWNER)  # type: ignore[arg-type]

    assert engine.diagram_draft("surat", by=OWNER) == draft


@pytest.mark.parametrize("key", ["", "x" * 201, "a\x00b"])
def test_a_key_that_no_database_keeps_is_refused(engine: Engine, key: str) -> None:
    open_office(engine)

    with pytest.raises(InvalidRequest):
        engine.save_diagram_draft(key, xml=SURAT, expected_revision=None, by=OWNER)
    with pytest.raises(EngineError):
        engine.begin_diagram_draft(key, 1, by=OWNER)
    assert engine.diagram_draft(key, by=OWNER) is None


def test_the_first_save_needs_a_diagram(engine: Engine) -> None:
    open_office(engine)

    with pytest.raises(InvalidRequest):
        engine.save_diagram_draft("surat", forms={}, expected_revision=None, by=OWNER)


def test_one_person_has_at_most_a_hundred_drafts(engine: Engine) -> None:
    for number in range(100):
        engine.save_diagram_draft(f"sop_{number}", xml=b"<x/>", expected_revision=None, by=OWNER)

    with pytest.raises(InvalidRequest, match="100"):
        engine.save_diagram_draft("sop_100", xml=b"<x/>", expected_revision=None, by=OWNER)

    assert engine.save_diagram_draft("sop_7", xml=b"<y/>", expected_revision=1, by=OWNER).revision == 2


def test_what_a_draft_holds_is_never_logged(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    draft = begin(engine)
    secret = draft.xml.replace(b"Memeriksa", b"Kalimat rahasia 4711")

    engine.save_diagram_draft("surat", xml=secret, repairs="4711", expected_revision=1, by=OWNER)
    engine.check_draft("surat", by=OWNER)

    assert "4711" not in caplog.text


def test_the_refusals_say_what_to_do() -> None:
    assert "tetap ada" in str(DraftChanged("surat", 2, TUESDAY_9AM))
    assert issubclass(DraftChanged, EngineError)
    assert not issubclass(DraftChanged, AlreadyExists)
