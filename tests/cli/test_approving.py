"""Decisions on versions at a terminal: submitted, activated from a day ahead, taken back, rejected."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from engine import WIB
from tests.cli.typed import BPMN, KEY, PASSWORD, Alur, good, lines


@pytest.fixture
def approving(alur: Alur, monkeypatch: pytest.MonkeyPatch) -> Alur:
    """A terminal of an office with approval switched on, an owner and a head in it, and one version submitted."""
    for name, duty in (("pemilik", "process_owner"), ("kepala", "head")):
        good(alur("people", "add", name, "--duty", duty, "--password-stdin", input=PASSWORD))
    monkeypatch.setenv("ALUR_APPROVAL", "1")
    assert "versi 1 diajukan, menunggu" in good(alur("deploy", BPMN, "--by", "pemilik", "--note", "Pertama"))
    return alur


def test_a_submitted_version_is_activated_by_a_head_and_shown_as_in_force(approving: Alur) -> None:
    assert [each["state"] for each in lines(approving("definitions", "--json"))] == ["submitted"]

    told = good(approving("activate", KEY, 1, "--by", "kepala", "--note", "Notulen 12"))

    assert "versi 1 diaktifkan: Berlaku" in told
    (shown,) = lines(approving("definitions", "--json"))
    assert (shown["state"], shown["decided_by"], shown["decision_note"]) == ("in_force", "kepala", "Notulen 12")
    assert "Berlaku" in good(approving("definitions"))
    assert "sudah sama persis (berlaku)" in good(approving("deploy", BPMN, "--by", "pemilik"))


def test_a_day_ahead_is_told_and_taken_back(approving: Alur) -> None:
    day = (datetime.now(WIB).date() + timedelta(days=30)).isoformat()
    assert f"Dijadwalkan sejak {day} 00.00 WIB" in good(approving("activate", KEY, 1, "--by", "kepala", "--from", day))
    assert f"Dijadwalkan sejak {day} 00.00 WIB" in good(approving("definitions"))

    told = good(approving("activate", KEY, 1, "--by", "kepala", "--cancel", "Belum disosialisasikan"))

    assert "pengaktifan dibatalkan: Diajukan" in told
    verdicts = [each["verdict"] for each in lines(approving("decisions", KEY, "--json"))]
    assert verdicts == ["submitted", "activated", "cancelled"]
    assert "Belum disosialisasikan" in good(approving("decisions", KEY))


def test_a_rejected_version_is_submitted_anew_under_the_next_number(approving: Alur) -> None:
    assert "versi 1 ditolak: Ditolak" in good(approving("reject", KEY, 1, "--by", "kepala", "--reason", "Keliru"))

    assert "versi 2 diajukan" in good(approving("deploy", BPMN, "--by", "pemilik"))


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("activate", KEY, 1, "--by", "pemilik"), 1, "Hanya kepala kantor"),
        (("activate", KEY, 1, "--by", "kepala", "--from", "2020-01-01"), 1, "sudah lewat"),
        (("activate", KEY, 1, "--by", "kepala", "--from", "besok"), 2, "besok"),
        (("activate", KEY, 1, "--by", "kepala", "--note", "x", "--cancel", "y"), 2, "--cancel"),
        (("activate", KEY, 7, "--by", "kepala"), 1, "tidak ditemukan"),
        (("reject", KEY, 1, "--by", "kepala"), 2, "--reason"),
        (("decisions", "tak_ada"), 1, "tidak ditemukan"),
    ],
)
def test_what_cannot_be_done_is_refused(approving: Alur, words: tuple[object, ...], code: int, told: str) -> None:
    result = approving(*words)

    assert (result.exit_code, told in result.output) == (code, True), result.output
