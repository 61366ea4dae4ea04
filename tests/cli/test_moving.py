"""``effect``, ``move``, ``moves``: what a version does to open cases, and moving them, at a terminal."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from engine import Engine
from tests.cli.typed import Alur, good, lines, lines_of_failure
from tests.engine.revisions import CLERK, EARLIER_STEP, FIRST, OWNER, REDRAWN, WITHOUT_CHECK, deploy
from tests.engine.test_effect import numbers


@pytest.fixture
def office(database_url: str) -> Engine:
    """Three cases: two wait at the check, one at the decision; an owner to act for."""
    engine = Engine(database_url)
    engine.deploy(FIRST.files(), by=OWNER)
    engine.add_person("petugas", "Petugas", lanes=["Petugas"], by=OWNER)
    engine.add_person("pemilik", "Pemilik", duties=["process_owner"], by=OWNER)
    year = (engine.now() + timedelta(hours=7)).year
    for _ in range(3):
        engine.start("surat", {"perihal": "uji", "jenis": "berat"}, by=CLERK)
    assert f"SURAT-{year}-00003" == engine.case(f"SURAT-{year}-00003", by=OWNER).number
    engine.complete(number(engine, 3), "periksa:1", {}, by=CLERK)
    return engine


def number(engine: Engine, which: int) -> str:
    """Return the number of a case of this year."""
    return numbers(which)[0].replace("2026", str((engine.now() + timedelta(hours=7)).year))


def test_the_effect_is_told_by_group(office: Engine, alur: Alur) -> None:
    deploy(office, WITHOUT_CHECK)

    told = good(alur("effect", "surat", "--to", "2"))
    groups = lines(alur("effect", "surat", "--to", "2", "--json"))

    assert "1 dari 3 perkara cocok dengan versi 2." in told
    assert "tidak cocok" in told
    assert "periksa:1 ditinggalkan" in told
    assert [(group["fits"], group["count"]) for group in groups] == [(False, 2), (True, 1)]


def test_a_move_is_previewed_ordered_told_and_taken_back(office: Engine, alur: Alur) -> None:
    deploy(office, REDRAWN)
    case = number(office, 1)

    rows = lines(alur("move", "surat", "--to", "2", "--all", "--preview", "--by", "pemilik", "--json"))
    assert [row["fits"] for row in rows] == [True, True, True]
    assert office.case(case, by=OWNER).version == 1
    assert "Memeriksa" in good(alur("move", "surat", "--to", "2", "--all", "--preview", "--by", "pemilik"))

    done = good(alur("move", "surat", "--to", "2", "--case", case, "--reason", "revisi", "--by", "pemilik"))
    assert "1 dipindahkan" in done
    assert office.case(case, by=OWNER).version == 2

    assert case in good(alur("moves", "1"))
    (order,) = lines(alur("moves", "--json"))
    assert (order["number"], order["counts"], order["by"]) == (1, {"moved": 1}, "pemilik")
    good(alur("moves", "1", "--undo", "--reason", "keliru", "--by", "pemilik"))
    assert office.case(case, by=OWNER).version == 1
    assert "dikembalikan oleh 2" in good(alur("moves"))


def test_a_step_is_passed_only_if_it_is_named(office: Engine, alur: Alur) -> None:
    deploy(office, EARLIER_STEP)
    words = ("move", "surat", "--to", "2", "--step", "periksa", "--reason", "revisi", "--by", "pemilik")

    preview = alur(*words, "--preview")
    assert "--pass telaah:1" in preview.stderr
    (refused,) = lines_of_failure(alur(*words, "--json"))
    assert refused["counts"] == {"does_not_fit": 2}
    (moved,) = lines(alur(*words, "--pass", "telaah", "--json"))
    assert moved["counts"] == {"moved": 2}


def test_cases_that_do_not_move_are_named_with_why(office: Engine, alur: Alur) -> None:
    deploy(office, WITHOUT_CHECK)

    result = alur("move", "surat", "--to", "2", "--all", "--reason", "revisi", "--by", "pemilik")

    assert result.exit_code == 1
    assert "1 dipindahkan, " in result.stdout or "2 tidak cocok, 1 dipindahkan" in result.stdout
    assert number(office, 1) in result.stdout
    assert "periksa:1" in result.stdout


def test_a_mapping_and_a_policy_are_taken_as_given(office: Engine, alur: Alur) -> None:
    deploy(office, REDRAWN)
    case = number(office, 1)
    how = ("--rename", "periksa=cek", "--policy", "restart", "--reason", "revisi", "--by", "pemilik")

    good(alur("move", "surat", "--to", "2", "--case", case, *how))

    event = next(each for each in office.history(case, by=OWNER) if each.type == "InstanceMigrated")
    told = json.loads(event.payload)
    assert (told["renamed"], told["policy"]) == ({"periksa": "cek"}, "restart")


def test_an_order_that_was_interrupted_is_carried_on(office: Engine, alur: Alur) -> None:
    from engine import MoveSelection

    deploy(office, REDRAWN)
    office.begin_moves("surat", 2, MoveSelection(), "revisi", by=OWNER)

    assert "3 dipindahkan" in good(alur("moves", "1", "--carry-on"))


@pytest.mark.parametrize(
    "words",
    [
        ("move", "surat", "--to", "2", "--by", "pemilik"),
        ("move", "surat", "--to", "2", "--all", "--case", "X", "--by", "pemilik"),
        ("move", "surat", "--to", "2", "--all", "--rename", "periksa", "--by", "pemilik"),
        ("move", "surat", "--to", "2", "--all", "--policy", "lain", "--by", "pemilik"),
        ("move", "surat", "--all", "--by", "pemilik"),
        ("moves", "--undo"),
        ("effect", "surat"),
    ],
)
def test_wrong_usage_ends_with_2(alur_sqlite: Alur, words: tuple[str, ...]) -> None:
    assert alur_sqlite(*words).exit_code == 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("effect", "lain", "--to", "2"), "tidak ditemukan"),
        (("move", "surat", "--to", "9", "--all", "--reason", "x", "--by", "pemilik"), "tidak ditemukan"),
        (("move", "surat", "--to", "1", "--all", "--reason", "x", "--by", "pemilik"), "Tidak ada perkara"),
        (("move", "surat", "--to", "1", "--all", "--by", "pemilik"), "Alasan"),
        (("move", "surat", "--to", "1", "--all", "--reason", "x", "--by", "petugas"), "Hanya kepala"),
        (("moves", "7"), "tidak ditemukan"),
    ],
)
def test_what_is_refused_ends_with_1_and_a_sentence(
    office: Engine, alur: Alur, words: tuple[str, ...], told: str
) -> None:
    result = alur(*words)

    assert result.exit_code == 1, result.output
    assert told in result.stderr
