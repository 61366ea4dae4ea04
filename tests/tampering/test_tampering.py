"""Whatever somebody with full rights alters: which checks find it, exactly."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from engine import Finding, NotAllowed
from tests.engine.small_office import AUDITOR
from tests.tampering.attacks import ATTACKS, Attack
from tests.tampering.hand import Hand
from tests.tampering.scene import COMPLETED, ERASED, LATER, NEWER, OFFICE_KEY, RUNNING, Scene
from webapp.exports.dossier import VERIFIER, write_dossier

TRUSTED = (OFFICE_KEY.public,)


def findings(scene: Scene) -> Iterator[Finding]:
    """Yield everything that is found by whom nothing is remembered."""
    engine = scene.opened()
    yield from engine.verify_office(trusted=TRUSTED, folder=scene.folder, copy=scene.copy)
    for verification in engine.verify_all():
        yield from verification.findings
    engine.close()


def test_nothing_is_found_where_nothing_was_altered(scene: Scene) -> None:
    assert list(findings(scene)) == []


@pytest.mark.parametrize("attack", [pytest.param(attack, id=attack.name) for attack in ATTACKS])
def test_an_attack_is_found_by_exactly_these_checks(scene: Scene, attack: Attack) -> None:
    hand = Hand(scene)
    attack.act(hand)
    hand.engine.close()

    found = list(findings(scene))

    assert " ".join(sorted({finding.check for finding in found})) == attack.found, found


@pytest.mark.parametrize("attack", [pytest.param(attack, id=attack.name) for attack in ATTACKS if attack.dossier])
def test_a_dossier_shows_it_to_the_stand_alone_verifier(scene_on_sqlite: Scene, attack: Attack) -> None:
    hand = Hand(scene_on_sqlite)
    attack.act(hand)
    hand.engine.close()
    assert attack.dossier is not None

    code, said = checked_alone(scene_on_sqlite, attack.dossier)

    assert code == 1, said
    assert "TIDAK UTUH" in said


@pytest.mark.parametrize("case", [RUNNING, COMPLETED, ERASED, NEWER, LATER])
def test_the_stand_alone_verifier_finds_nothing_where_nothing_was_altered(scene_on_sqlite: Scene, case: str) -> None:
    code, said = checked_alone(scene_on_sqlite, case, "--seals", str(scene_on_sqlite.copy))

    assert code == 0, said


@pytest.mark.parametrize(
    "name", ["the same, sealed anew with the office's key", "the last seal deleted with its heads"]
)
def test_what_only_a_copy_shows_the_stand_alone_verifier_sees_with_one(scene_on_sqlite: Scene, name: str) -> None:
    (attack,) = (attack for attack in ATTACKS if attack.name == name)
    hand = Hand(scene_on_sqlite)
    attack.act(hand)
    hand.engine.close()
    case = LATER if "deleted" in name else COMPLETED

    alone, _ = checked_alone(scene_on_sqlite, case)
    code, said = checked_alone(scene_on_sqlite, case, "--seals", str(scene_on_sqlite.copy))

    assert (alone, code) == (1 if case == LATER else 0, 1), said


def checked_alone(scene: Scene, case: str, *more: str) -> tuple[int, str]:
    """Write a case's dossier with all that an auditor may reveal, and run the verifier on it without us."""
    file = scene.folder.parent / "berkas.zip"
    engine = scene.opened()
    try:
        with file.open("wb") as out:
            write_dossier(out, engine, case, by=AUDITOR, reason="pemeriksaan")
    except NotAllowed:  # there is nothing left to reveal
        with file.open("wb") as out:
            write_dossier(out, engine, case, by=AUDITOR)
    engine.close()
    command = [sys.executable, "-I", "-S", str(VERIFIER), str(file), "--key", OFFICE_KEY.public, *more]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return ran.returncode, ran.stdout + ran.stderr
