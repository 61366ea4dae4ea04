"""The proof of one case in one answer: whoever may ask for it, whatever was done to the case."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text

from engine import Actor, Engine, NotAllowed, NotFound, SealKey
from engine.proving import seal_proof_findings
from tests.engine.small_office import ADMIN, AUDITOR, CHECKER, CLERK, HEAD, LETTER, OWNER, open_office
from tests.full_rights import full_rights

KEY = SealKey(bytes(range(32)))
OTHER_KEY = SealKey(bytes(range(1, 33)))


@pytest.fixture
def case(engine: Engine) -> str:
    """A letter that was sealed, went on, and was sealed again."""
    open_office(engine)
    number = engine.start("surat", {**LETTER, "nama": "Zubaidah"}, by=CLERK).number
    engine.start("surat", LETTER, by=CLERK)
    engine.seal(KEY)
    engine.complete(number, "periksa:1", {"hasil": "benar"}, by=CHECKER)
    engine.seal(KEY)
    return number


def test_a_sound_case_has_head_seals_verdict_and_nothing_unchecked(engine: Engine, case: str) -> None:
    proof = engine.case_proof(case, by=AUDITOR, trusted=(KEY.public,))

    last = engine.history(case, by=AUDITOR)[-1]
    assert proof.verification.sound
    assert (proof.last, proof.sealed, proof.unreadable) == (last, last.seq, "")
    assert [each.seal.number for each in proof.seals if each.position is not None] == [1, 2]
    assert proof.conformance is not None
    assert proof.conformance.followed
    assert proof.unchecked == frozenset()


@pytest.mark.parametrize("by", [CLERK, CHECKER])
def test_who_works_on_a_case_does_not_judge_its_proof(engine: Engine, case: str, by: Actor) -> None:
    with pytest.raises(NotAllowed):
        engine.case_proof(case, by=by)


def test_a_confidential_case_is_proven_to_an_auditor_and_unknown_to_others(engine: Engine, case: str) -> None:
    secret = engine.start("surat", {**LETTER, "rahasia": True}, by=CLERK).number

    assert engine.case_proof(secret, by=AUDITOR).verification.sound
    for by in (HEAD, OWNER, ADMIN):
        with pytest.raises(NotFound):
            engine.case_proof(secret, by=by)
    with pytest.raises(NotFound):
        engine.case_proof(secret, by=replace(AUDITOR, active=False))
    with pytest.raises(NotFound):
        engine.case_proof("SURAT-2026-00099", by=AUDITOR)


def test_a_seal_of_a_strange_key_is_told_and_without_known_keys_it_is_not(engine: Engine, case: str) -> None:
    strange = engine.case_proof(case, by=AUDITOR, trusted=(OTHER_KEY.public,))
    unknown = engine.case_proof(case, by=AUDITOR)

    assert {finding.check for finding in strange.verification.findings} == {"seal"}
    assert unknown.verification.sound


def test_a_proof_that_was_bent_does_not_hold(engine: Engine, case: str) -> None:
    proof = next(each for each in engine.seal_proofs(case, by=AUDITOR) if each.path)
    bent = [
        replace(proof, path=(*proof.path[:-1], "0" * 64)),
        replace(proof, path=()),
        replace(proof, chain=b"x" * 32),
        replace(proof, seq=1),
        replace(proof, position=proof.seal.size),
        replace(proof, seal=replace(proof.seal, root="0" * 64)),
        replace(proof, seal=replace(proof.seal, signature=b"x" * 64)),
        replace(proof, seal=replace(proof.seal, statement=proof.seal.statement.replace("2026", "2025"))),
    ]

    assert list(seal_proof_findings(case, [proof], (KEY.public,))) == []
    for each in bent:
        assert [finding.check for finding in seal_proof_findings(case, [each], (KEY.public,))] == ["seal"]
    assert [finding.check for finding in seal_proof_findings("SURAT-2026-00002", [proof], ())] == ["seal"]


@pytest.mark.parametrize(
    ("damage", "unchecked"),
    [
        pytest.param("UPDATE history_event SET payload = 'x' WHERE type = 'PathTaken'", {"tables"}, id="a payload"),
        pytest.param("UPDATE process_definition SET forms = '{}'", {"replay"}, id="the form"),
        pytest.param("UPDATE process_definition SET version = 7", {"replay"}, id="the version"),
        pytest.param("UPDATE process_instance SET version = 7", set(), id="the case's row"),
    ],
)
def test_what_could_not_be_checked_is_not_called_good(
    engine: Engine, database_url: str, case: str, damage: str, unchecked: set[str]
) -> None:
    with full_rights(engine) as connection:
        connection.execute(text(damage))
    fresh = Engine(database_url, engine.clock)

    proof = fresh.case_proof(case, by=AUDITOR, trusted=(KEY.public,))

    assert not proof.verification.sound
    assert proof.unchecked == unchecked
    fresh.close()
