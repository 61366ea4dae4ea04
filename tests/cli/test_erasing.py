"""Erasing personal data at a terminal: printed first, asked about, then gone."""

from __future__ import annotations

import pytest

from engine import Actor
from tests.casework import Casework
from tests.cli.typed import good, lines

WHY = ("--ground", "permintaan", "--note", "Surat 12/2026", "--by", "kepala")


@pytest.fixture
def case(office) -> str:
    """A complaint with personal answers, at its second step."""
    return Casework(office).start(nama_pengadu="Zubaidah")


def test_a_preview_prints_what_would_go_and_changes_nothing(alur, office, case):
    (plan,) = lines(alur("erase", case, "--preview", "--by", "kepala", "--json"))
    printed = good(alur("erase", case, "--preview", "--by", "kepala"))

    assert plan["events"] == [4]
    assert plan["steps"][0]["labels"][0] in printed
    assert "Zubaidah" not in printed
    assert not office.plan_erasure(case, by=head(office)).empty


def test_what_was_printed_goes_after_a_yes(alur, office, case):
    printed = good(alur("erase", case, *WHY, input="y\n"))

    assert "data pribadi dari 1 peristiwa dihapus" in printed
    (erasure,) = office.erasures(case, by=head(office))
    assert erasure.erased_by == "kepala"
    assert erasure.ground.endswith("Pasal 43 ayat (1) huruf c): Surat 12/2026")
    assert "1 utuh" in good(alur("verify", case))


def test_a_no_leaves_everything(alur, office, case):
    assert alur("erase", case, *WHY, input="n\n").exit_code == 1

    assert office.erasures(case, by=head(office)) == ()


def test_a_script_says_yes_beforehand(alur, office, case):
    (told,) = lines(alur("erase", case, *WHY, "--yes", "--json"))

    assert (told["case"], told["erased"]) == (case, [4])
    refused = alur("erase", case, *WHY, "--yes")
    assert refused.exit_code == 1
    assert "tidak lagi" in refused.stderr


@pytest.mark.parametrize(
    ("words", "code"),
    [
        pytest.param(("--by", "kepala"), 2, id="without a ground"),
        pytest.param(("--ground", "iseng", "--by", "kepala"), 2, id="on a ground of nobody's"),
        pytest.param(("--ground", "permintaan", "--yes", "--by", "kepala"), 1, id="without a word"),
        pytest.param(("--ground", "permintaan", "--note", "Surat", "--yes", "--by", "auditor"), 1, id="by an auditor"),
        pytest.param(("--preview", "--by", "tidak-ada"), 1, id="by nobody"),
    ],
)
def test_what_is_missing_is_refused(alur, office, case, words, code):
    assert alur("erase", case, *words).exit_code == code

    assert office.erasures(case, by=head(office)) == ()


def head(office) -> Actor:
    """Return the head of the office."""
    person = office.person("kepala")
    assert person is not None
    return person
