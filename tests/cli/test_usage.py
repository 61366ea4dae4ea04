"""Exit codes: 1 for what is refused, 2 for wrong usage, each with a sentence."""

from __future__ import annotations

import pytest

from tests.cli.typed import BPMN, KEY, PASSWORD, good, typed_on


@pytest.mark.parametrize(
    "words",
    [
        ("history", "PB-1999-00001"),
        ("replay", "PB-1999-00001"),
        ("verify", "PB-1999-00001"),
        ("worklist", "tidak-ada"),
        ("start", "tidak_ada", "--by", "tidak-ada"),
        ("complete", "PB-1999-00001", "langkah_2:1", "--by", "tidak-ada"),
        ("people", "lanes", "tidak-ada"),
        ("people", "passwd", "tidak-ada", "--password-stdin"),
    ],
)
def test_what_is_refused_ends_with_1_and_a_sentence(alur_sqlite, words):
    result = alur_sqlite(*words, input=PASSWORD)

    assert result.exit_code == 1, result.output
    assert "tidak ditemukan" in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("tidak-ada",),
        ("check",),
        ("check", "tidak-ada.bpmn"),
        ("verify",),
        ("verify", "PB-2026-00001", "--all"),
        ("deploy", BPMN),
        ("start", KEY),
        ("people", "add", "siti", "--duty", "raja"),
        ("people", "lanes", "siti", "--lane", "A", "--no-lanes"),
        ("start", KEY, "--by", "siti", "--answers", BPMN),
        ("start", KEY, "--by", "siti", "--file", "bukti=tidak-ada.pdf"),
        ("start", KEY, "--by", "siti", "--file", "bukti"),
    ],
)
def test_wrong_usage_ends_with_2(alur_sqlite, words):
    assert alur_sqlite(*words).exit_code == 2


def test_wrong_settings_end_with_2_and_name_the_variable(alur_sqlite, monkeypatch):
    monkeypatch.setenv("ALUR_PORT", "pintu")

    result = alur_sqlite("definitions")

    assert result.exit_code == 2
    assert "ALUR_PORT" in result.stderr


def test_a_database_that_was_never_made_says_what_to_do(monkeypatch, tmp_path):
    typed = typed_on(f"sqlite:///{tmp_path / 'alur.db'}", monkeypatch, tmp_path)

    result = typed("definitions")

    assert result.exit_code == 1
    assert "alur upgrade" in result.stderr
    good(typed("upgrade"))
    good(typed("definitions"))
