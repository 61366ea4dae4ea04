"""``alur differences`` and ``alur forecast`` at a terminal."""

from __future__ import annotations

import pytest

from tests.cli.typed import BPMN, KEY, PASSWORD, good, lines


@pytest.fixture
def revised(alur_sqlite, tmp_path):
    """The shipped SOP deployed, and a revised diagram of it as a file."""
    good(alur_sqlite("people", "add", "pemilik", "--duty", "process_owner", "--password-stdin", input=PASSWORD))
    good(alur_sqlite("deploy", BPMN, "--by", "pemilik"))
    file = tmp_path / "baru.bpmn"
    file.write_text(BPMN.read_text().replace('name="waktu" value="2 menit"', 'name="waktu" value="9 menit"'))
    return file


def test_differences_with_a_file_are_told_in_words_and_as_json(alur_sqlite, revised):
    told = good(alur_sqlite("differences", KEY, 1, revised))
    (found,) = lines(alur_sqlite("differences", KEY, 1, revised, "--json"))

    assert "Langkah\n  Langkah 2: waktu “2 menit” → “9 menit”" in told
    assert (found["key"], found["from_version"], found["to_version"]) == (KEY, 1, None)
    assert {entry["area"] for entry in found["entries"]} == {"step"}


def test_differences_between_versions_and_none(alur_sqlite, revised):
    good(alur_sqlite("deploy", revised, "--by", "pemilik"))

    assert "waktu “9 menit” → “2 menit”" in good(alur_sqlite("differences", KEY, 2, 1))
    assert "Tidak ada perubahan" in good(alur_sqlite("differences", KEY, 2, 2))
    assert alur_sqlite("differences", KEY, 1, 7).exit_code == 1
    assert alur_sqlite("differences", KEY, 1, "tidak-ada.bpmn").exit_code == 2


def test_forecast_dates_every_step_over_the_holidays(alur_sqlite, revised):
    told = good(alur_sqlite("forecast", KEY, "--at", "2026-03-17 13:00"))
    (found,) = lines(alur_sqlite("forecast", KEY, "--at", "2026-03-17 13:00", "--version", 1, "--json"))

    assert "5   2026-03-27 13.00 WIB  2026-03-30 13.04 WIB  Koordinator seksi terkait" in told
    assert "Batas hukum 14 hari kerja: 2026-04-14 13.00 WIB (cukup)." in told
    assert len(found["steps"]) == 9
    assert found["office_time_minutes"] == 5 * 7 * 60 + 19
    assert found["steps"][4]["due_latest"] == "2026-03-30T06:04:00Z"
    assert "Saat harus seperti" in alur_sqlite("forecast", KEY, "--at", "besok").stderr
