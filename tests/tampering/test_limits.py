"""Beside the table of attacks: triggers taken away, and what nothing finds, so that nobody believes otherwise."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from engine import DatabaseUnusable, triggers
from tests.full_rights import full_rights
from tests.tampering.hand import Hand
from tests.tampering.scene import COMPLETED, OFFICE_KEY, UNSEALED, Scene
from tests.tampering.test_tampering import TRUSTED, findings


def standing(scene: Scene) -> list[str]:
    """Return what is found by an engine that was open before the triggers went."""
    engine = scene.opened()
    with full_rights(engine, put_back=False):
        pass
    found = [each.message for each in engine.verify_office(trusted=TRUSTED, folder=scene.folder, copy=scene.copy)]
    assert {each.check for each in engine.verify_office(trusted=TRUSTED)} == {"triggers"}
    engine.close()
    return found


def test_every_trigger_that_is_gone_is_named(scene: Scene) -> None:
    names = {f"{table}_no_{kind}" for table in (*triggers.FROZEN, *triggers.KEPT) for kind in ("update", "delete")}

    found = standing(scene)

    assert all(any(f"Pengaman {name} " in message for message in found) for name in names)
    assert len(found) == 3 * len((*triggers.FROZEN, *triggers.KEPT))


def test_without_its_triggers_nothing_starts(scene: Scene) -> None:
    standing(scene)

    with pytest.raises(DatabaseUnusable):
        scene.opened()


def test_a_trigger_that_was_hollowed_out_is_found(scene: Scene) -> None:
    engine = scene.opened()
    hollow = [
        "DROP TRIGGER history_event_no_update",
        "CREATE TRIGGER history_event_no_update BEFORE UPDATE ON history_event WHEN 0 BEGIN SELECT 1; END",
    ]
    if not engine.database.is_sqlite:
        hollow = [
            "CREATE OR REPLACE FUNCTION alur_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        ]
    with engine.database.write() as connection:
        for statement in hollow:
            connection.execute(text(statement))

    found = [each.message for each in engine.verify_office(trusted=TRUSTED)]

    assert any("history_event_no_update" in message for message in found)
    engine.close()


def test_a_trigger_that_was_switched_off_is_found(scene_on_postgresql: Scene) -> None:
    engine = scene_on_postgresql.opened()
    with engine.database.write() as connection:
        connection.execute(text("ALTER TABLE history_event DISABLE TRIGGER history_event_no_delete"))

    (found,) = engine.verify_office(trusted=TRUSTED)

    assert "history_event_no_delete" in found.message
    engine.close()


def test_what_was_never_sealed_can_be_written_anew_without_a_trace(scene: Scene) -> None:
    hand = Hand(scene)
    hand.sql(
        "UPDATE history_event SET actor = 'petugas2' WHERE instance_id = {CASE} AND type = 'WorkItemCompleted'",
        case=UNSEALED,
    )
    hand.rewrite(UNSEALED)
    hand.engine.close()

    assert list(findings(scene)) == []


def test_what_was_sealed_with_the_office_s_key_is_found_against_a_copy_alone(scene: Scene) -> None:
    hand = Hand(scene)
    hand.sql(
        "UPDATE history_event SET actor = 'petugas2' WHERE instance_id = {CASE} AND type = 'WorkItemCompleted'",
        case=COMPLETED,
    )
    hand.rewrite(COMPLETED)
    hand.reseal(OFFICE_KEY)
    hand.engine.close()
    engine = scene.opened()

    without = list(engine.verify_office(trusted=TRUSTED, folder=scene.folder))
    against = list(engine.verify_office(trusted=TRUSTED, folder=scene.folder, copy=scene.copy))

    assert without == []
    assert {finding.check for finding in against} == {"copy"}
    assert any(COMPLETED in finding.message for finding in against)
    engine.close()


def test_who_deployed_a_version_is_found_while_the_decision_on_it_still_names_the_other(scene: Scene) -> None:
    hand = Hand(scene)
    hand.sql("UPDATE process_definition SET deployed_by = 'orang lain' WHERE version = 2")
    hand.engine.close()

    (finding,) = findings(scene)
    assert "versi 2" in finding.message


def test_who_deployed_a_version_and_why_is_not_proven_if_the_decision_is_altered_too(scene: Scene) -> None:
    hand = Hand(scene)
    hand.sql("UPDATE process_definition SET deployed_by = 'orang lain', note = 'lain' WHERE version = 2")
    hand.sql("UPDATE version_decision SET decided_by = 'orang lain' WHERE version = 2")
    hand.engine.close()

    assert list(findings(scene)) == []
