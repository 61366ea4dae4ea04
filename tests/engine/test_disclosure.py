"""Answers: stored apart, shown only to those they are meant for, revealed and erased with a trace."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text

from engine import Actor, Engine, InvalidRequest, NotAllowed, NotFound, Upload
from tests.engine.small_office import AUDITOR, CHECKER, CLERK, HEAD, LETTER, OTHER_CHECKER, OWNER, open_office, types

PROOF = Upload("bukti.pdf", "application/pdf", b"%PDF-1.4 bukti")
LETTER_WITH_NAME = {**LETTER, "nama": "Siti Aminah", "kisah": "Pegawai itu meminta uang", "bukti": [PROOF]}


def shown(engine: Engine, case: str, by: Actor) -> dict[str, object]:
    """Return the first step's answers as ``by`` sees them; "…" where a reveal is needed."""
    first = engine.answers(case, by=by)[0]
    return {field.key: "…" if field.hidden else field.value for field in first.fields}


def test_personal_answers_are_seen_in_their_lanes_only(engine: Engine) -> None:
    open_office(engine)
    case = engine.start("surat", LETTER_WITH_NAME, by=CLERK).number

    assert shown(engine, case, CLERK)["nama"] == "Siti Aminah"
    assert shown(engine, case, CHECKER)["nama"] == "…"
    assert shown(engine, case, CHECKER)["kisah"] == "Pegawai itu meminta uang"
    assert shown(engine, case, CHECKER)["perihal"] == "Antrean"
    assert shown(engine, case, AUDITOR) | {"perihal": "Antrean", "nama": "…", "kisah": "…"} == shown(
        engine, case, AUDITOR
    )
    assert {field.hidden for field in engine.answers(case, by=OWNER)[0].fields} == {True}


def test_in_an_anonymous_case_nobody_sees_the_identity(engine: Engine) -> None:
    open_office(engine)
    case = engine.start("surat", {**LETTER_WITH_NAME, "anonim": True}, by=CLERK).number

    assert engine.case(case, by=CLERK).anonymous
    assert shown(engine, case, CLERK)["nama"] == "…"
    assert shown(engine, case, CLERK)["kisah"] == "Pegawai itu meminta uang"


def test_a_confidential_case_exists_only_for_lanes_that_hold_it(engine: Engine) -> None:
    open_office(engine)
    case = engine.start("surat", {**LETTER_WITH_NAME, "rahasia": True}, by=CLERK).number

    assert shown(engine, case, CHECKER)["perihal"] == "Antrean"
    assert set(shown(engine, case, AUDITOR).values()) == {"…"}
    for stranger in (OTHER_CHECKER, HEAD, OWNER):
        with pytest.raises(NotFound):
            engine.case(case, by=stranger)
        assert engine.find_cases(case, by=stranger) == ()


def test_a_reveal_shows_once_and_stays_in_the_history(engine: Engine) -> None:
    open_office(engine)
    case = engine.start("surat", LETTER_WITH_NAME, by=CLERK).number

    revealed = engine.reveal(case, "catat:1", "pemeriksaan rutin", by=AUDITOR)

    assert {field.key: field.value for field in revealed.fields}["nama"] == "Siti Aminah"
    event = engine.history(case, by=AUDITOR)[-1]
    assert (event.type, event.actor) == ("IdentityRevealed", "auditor")
    assert json.loads(event.payload)["reason"] == "pemeriksaan rutin"
    assert set(json.loads(event.payload)["fields"]) == {"nama", "kisah", "bukti"}
    assert shown(engine, case, AUDITOR)["nama"] == "…"


def test_a_reveal_needs_a_reason_and_the_right(engine: Engine) -> None:
    open_office(engine)
    case = engine.start("surat", LETTER_WITH_NAME, by=CLERK).number
    before = types(engine, case)

    for reason in (" ", "a\x00b", "a\ud800b", "a" * 2001):
        with pytest.raises(InvalidRequest):
            engine.reveal(case, "catat:1", reason, by=AUDITOR)
    with pytest.raises(NotAllowed):
        engine.reveal(case, "catat:1", "ingin tahu", by=CHECKER)
    with pytest.raises(NotAllowed):
        engine.reveal(case, "catat:1", "ingin tahu", by=OWNER)

    assert types(engine, case) == before


def test_files_are_kept_with_their_digest_and_follow_the_same_rules(engine: Engine) -> None:
    open_office(engine)
    case = engine.start("surat", LETTER_WITH_NAME, by=CLERK).number
    field = next(field for field in engine.answers(case, by=CLERK)[0].fields if field.key == "bukti")
    (file,) = field.attachments

    assert engine.attachment(case, file.id, by=CLERK).content == PROOF.content
    with pytest.raises(NotAllowed):
        engine.attachment(case, file.id, by=CHECKER)
    with pytest.raises(NotAllowed):
        engine.reveal_attachment(case, file.id, "ingin tahu", by=CHECKER)
    assert engine.reveal_attachment(case, file.id, "diperiksa", by=AUDITOR).content == PROOF.content
    assert types(engine, case)[-1] == "IdentityRevealed"
    with pytest.raises(NotFound):
        engine.attachment(case, file.id + 1, by=CLERK)


def test_erasing_leaves_nothing_of_the_person_and_everything_verifies(engine: Engine) -> None:
    open_office(engine)
    case = engine.start("surat", LETTER_WITH_NAME, by=CLERK).number
    engine.save_draft(f"{case}/periksa:1", {"hasil": ["Siti Aminah benar"]}, by=CHECKER)

    with pytest.raises(NotAllowed):
        engine.erase_personal(case, "diminta", by=CLERK)
    erased = engine.erase_personal(case, "permintaan subjek data, Pasal 8", by=HEAD)

    assert erased == (4,)
    fields = {field.key: field for field in engine.answers(case, by=CLERK)[0].fields}
    assert (fields["nama"].erased, fields["nama"].value) == (True, None)
    assert fields["perihal"].value == "Antrean"
    assert engine.draft(f"{case}/periksa:1", by=CHECKER) is None
    assert "Siti" not in _dump(engine)
    assert all(verification.sound for verification in engine.verify_all())
    engine.complete(case, "periksa:1", {"hasil": "benar"}, by=CHECKER)
    assert all(verification.sound for verification in engine.verify_all())


def test_remarks_are_for_who_sees_the_answers_and_go_with_the_personal_data(engine: Engine) -> None:
    open_office(engine)
    case = engine.start("surat", {**LETTER, "rahasia": True}, by=CLERK).number

    engine.comment(case, "Arahan: temui Siti lebih dahulu.", by=CHECKER)

    assert [(each.by, each.text) for each in engine.remarks(case, by=CLERK)] == [
        ("pemeriksa", "Arahan: temui Siti lebih dahulu.")
    ]
    assert engine.remarks(case, by=AUDITOR) == ()
    assert shown(engine, case, CHECKER)["perihal"] == "Antrean"
    with pytest.raises(NotAllowed):
        engine.comment(case, "Catatan auditor", by=AUDITOR)
    with pytest.raises(NotFound):
        engine.comment(case, "Catatan", by=OTHER_CHECKER)
    assert all(verification.sound for verification in engine.verify_all())


def test_an_erased_remark_is_gone_and_the_case_still_verifies(engine: Engine) -> None:
    open_office(engine)
    case = engine.start("surat", LETTER, by=CLERK).number
    engine.comment(case, "Arahan: temui Siti lebih dahulu.", by=CHECKER)

    engine.erase_personal(case, "permintaan subjek data", by=HEAD)

    assert engine.remarks(case, by=CLERK) == ()
    assert "Siti" not in _dump(engine)
    assert all(verification.sound for verification in engine.verify_all())


def test_plain_answers_cannot_be_deleted_or_changed(engine: Engine) -> None:
    open_office(engine)
    engine.start("surat", LETTER_WITH_NAME, by=CLERK)

    for statement in (
        "DELETE FROM answers WHERE kind = 'plain'",
        "UPDATE answers SET body = '{}'",
        "UPDATE attachment SET filename = 'lain'",
    ):
        with pytest.raises(Exception, match="hanya boleh ditambah"), engine.database.write() as connection:
            connection.execute(text(statement))


def _dump(engine: Engine) -> str:
    tables = ("history_event", "answers", "attachment", "draft", "draft_file", "snapshot", "work_item")
    with engine.database.read() as connection:
        return repr([tuple(row) for table in tables for row in connection.execute(text(f"SELECT * FROM {table}"))])
