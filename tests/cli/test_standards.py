"""``alur trial`` and ``alur heat``: past cases at a terminal."""

from __future__ import annotations

import pytest

from engine import Engine
from tests.cli.typed import good, lines
from tests.clock import Clock
from tests.engine.past_office import OWNER, drawn, open_past

MARCH = ("--from", "2026-03-03", "--to", "2026-03-31")


@pytest.fixture
def past(sqlite_url: str) -> Engine:
    """The office with its past; at the terminal it is today, long after."""
    engine = Engine(sqlite_url, Clock())
    open_past(engine, engine.clock)
    engine.add_person("pemilik", "Pemilik", duties=OWNER.duties, by=OWNER)
    return engine


def test_a_trial_says_its_sentence_and_the_table_of_all_steps(past, alur_sqlite):
    told = good(alur_sqlite("trial", "surat", *MARCH, "--step", "cek=1 jam", "--step", "simpan=P1D"))

    assert told.startswith("7 perkara, masuk 2026-03-03 sampai dengan 2026-03-31.")
    assert "Dengan 1 jam, 88,9 % langkah Memeriksa akan terlambat (sekarang 55,6 %)." in told
    assert "3 hari -> 1 jam" in told
    assert "cek  Memeriksa" in told


def test_a_trial_as_json_is_one_object_a_step(past, alur_sqlite):
    steps = {
        step["path"]: step for step in lines(alur_sqlite("trial", "surat", *MARCH, "--step", "cek=PT1H", "--json"))
    }

    assert list(steps) == ["catat", "cek", "simpan", "putuskan"]
    assert (steps["cek"]["passed"], steps["cek"]["late"], steps["cek"]["would_be_late"]) == (9, 5, 8)
    assert (steps["cek"]["median_minutes"], steps["cek"]["changed"], steps["cek"]["version"]) == (855, True, 2)
    assert steps["cek"]["proposed"]["text"] == "PT1H"
    assert steps["catat"]["proposed"] is None


def test_a_trial_of_somebody_s_draft(past, alur_sqlite):
    draft = past.begin_diagram_draft("surat", 2, by=OWNER)
    changed = drawn("cek", "P1D")["surat.bpmn"]
    past.save_diagram_draft("surat", xml=changed, expected_revision=draft.revision, by=OWNER)

    assert "Dengan 1 hari, " in good(alur_sqlite("trial", "surat", *MARCH, "--draft", "--by", "pemilik"))
    for wrong in (["--draft"], ["--by", "pemilik"], ["--draft", "--by", "pemilik", "--step", "cek=P1D"]):
        assert alur_sqlite("trial", "surat", *MARCH, *wrong).exit_code == 2


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["trial", "surat", "--step", "cek"], 2),
        (["trial", "surat", "--step", "cek=dua hari"], 2),
        (["trial", "surat", "--step", "lain=P1D"], 1),
        (["trial", "surat", "--from", "kemarin"], 2),
        (["trial", "lain"], 1),
        (["heat", "surat", "--from", "2026-03-31", "--to", "2026-03-01"], 1),
        (["heat", "surat", "--version", "9"], 1),
        (["heat", "lain"], 1),
    ],
)
def test_what_makes_no_sense_is_refused(past, alur_sqlite, words, code):
    assert alur_sqlite(*words).exit_code == code


def test_heat_tells_steps_and_flows_of_the_version_in_force_or_of_another(past, alur_sqlite):
    told = good(alur_sqlite("heat", "surat", "--version", "1", *MARCH))
    rows = lines(alur_sqlite("heat", "surat", *MARCH, "--json"))

    assert "6 perkara pada versi 1" in told
    assert "2  pilih -> temu" in told.replace("     ", "  ").replace("   ", "  ")
    assert {row["version"] for row in rows} == {2}
    assert next(row for row in rows if row.get("path") == "cek")["cases"] == 2
    assert {row["kind"] for row in rows} == {"step", "flow"}
    check = next(
        row for row in lines(alur_sqlite("heat", "surat", "--version", 1, *MARCH, "--json")) if row["path"] == "periksa"
    )
    assert (check["repeats"], check["timed"], check["late"]) == (2, 7, 4)
    assert check["waiting"] == {"count": 7, "median_minutes": 90, "p90_minutes": check["waiting"]["p90_minutes"]}
