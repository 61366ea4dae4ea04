"""CSV: one row a step, readable by every spreadsheet, run by none."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from engine import Engine
from tests.clock import Clock
from tests.engine.small_office import AUDITOR, CHECKER, CLERK, HEAD, LETTER, TWO_STEPS, deploy, hire, open_office
from webapp.exports.csv_table import HEADER, csv_table
from webapp.exports.plain_text import safe_in_a_cell


def table(engine: Engine, *cases: str) -> list[dict[str, str]]:
    """Return the rows of these cases, read as RFC 4180 says."""
    data = b"".join(csv_table((engine.record(case, by=AUDITOR) for case in cases), engine.calendar()))
    assert data.startswith(b"\xef\xbb\xbf")
    text = data.decode("utf-8-sig")
    assert text.count("\n") == text.count("\r\n")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_each_step_is_a_row_with_its_times_and_lengths(engine: Engine, clock: Clock) -> None:
    open_office(engine)
    case = engine.start("surat", LETTER, by=CLERK).number
    clock.advance(timedelta(hours=2))
    engine.claim(case, "periksa:1", by=CHECKER)
    clock.advance(timedelta(days=3))
    engine.complete(case, "periksa:1", {"hasil": "benar"}, by=CHECKER)

    first, second = table(engine, case)

    assert tuple(second) == HEADER
    assert second == {
        "Nomor perkara": case,
        "SOP": "surat",
        "Versi": "1",
        "Keadaan perkara": "selesai",
        "Perkara mulai (WIB)": "2026-11-24 09:00:00",
        "Perkara berakhir (WIB)": "2026-11-27 11:00:00",
        "Langkah": "",
        "Kegiatan": "Memeriksa",
        "Tugas": "periksa:1",
        "Lajur": "Pemeriksa",
        "Seksi": "timur",
        "Keadaan langkah": "selesai",
        "Dibuka (WIB)": "2026-11-24 09:00:00",
        "Diambil (WIB)": "2026-11-24 11:00:00",
        "Ditutup (WIB)": "2026-11-27 11:00:00",
        "Batas waktu (WIB)": "2026-11-27 09:00:00",
        "Pemegang": "pemeriksa",
        "Ditutup oleh": "pemeriksa",
        "Atas nama lajur": "",
        "Menunggu (menit kerja)": "120",
        "Dikerjakan (menit kerja)": "1260",
        "Lewat batas waktu (menit kerja)": "120",
        "Terlambat": "ya",
    }
    assert (first["Terlambat"], first["Lewat batas waktu (menit kerja)"], first["Batas waktu (WIB)"]) == ("", "", "")


def test_a_step_that_is_open_is_measured_until_now(engine: Engine, clock: Clock) -> None:
    open_office(engine)
    case = engine.start("surat", LETTER, by=CLERK).number
    clock.advance(timedelta(hours=3))

    _, second = table(engine, case)

    assert (second["Keadaan langkah"], second["Ditutup (WIB)"], second["Ditutup oleh"]) == ("terbuka", "", "")
    assert (second["Menunggu (menit kerja)"], second["Dikerjakan (menit kerja)"]) == ("180", "0")
    assert second["Terlambat"] == "tidak"


def test_a_cancelled_case_says_who_ended_nothing(engine: Engine) -> None:
    open_office(engine)
    case = engine.start("surat", LETTER, by=CLERK).number
    engine.cancel(case, "Salah alamat", by=HEAD)

    _, second = table(engine, case)

    assert (second["Keadaan perkara"], second["Keadaan langkah"]) == ("dibatalkan", "ditarik")
    assert second["Ditutup oleh"] == ""  # nobody did the step


@pytest.mark.parametrize("name", ["=1+1", "+62 21", "-5", "@SUM(A1)", " =1", "\ufeff=1", "＝1+1"])
def test_no_cell_is_a_formula(engine: Engine, name: str) -> None:
    hire(engine)
    risky = TWO_STEPS["surat.bpmn"].replace(b'name="Memeriksa"', f'name="{name}"'.encode())
    deploy(engine, {**TWO_STEPS, "surat.bpmn": risky})
    case = engine.start("surat", LETTER, by=CLERK).number

    _, second = table(engine, case)

    assert second["Kegiatan"].startswith("'")
    assert second["Kegiatan"].endswith(name.strip())


@pytest.mark.parametrize("text", ["", "Memeriksa", "a=b", "5 hari", "Petugas - loket", "'=1"])
def test_what_is_no_formula_stays_as_it_is(text: str) -> None:
    assert safe_in_a_cell(text) == text


def test_quotes_and_commas_survive_and_a_line_break_becomes_a_space(engine: Engine) -> None:
    hire(engine)
    named = TWO_STEPS["surat.bpmn"].replace(b'name="Memeriksa"', b'name="Baca, &quot;periksa&quot;&#10;lalu, simpan"')
    deploy(engine, {**TWO_STEPS, "surat.bpmn": named})
    case = engine.start("surat", LETTER, by=CLERK).number

    _, second = table(engine, case)

    assert second["Kegiatan"] == 'Baca, "periksa" lalu, simpan'


def test_no_answer_stands_in_the_table(engine: Engine) -> None:
    open_office(engine)
    case = engine.start("surat", {**LETTER, "nama": "Siti Aminah"}, by=CLERK).number

    assert "Siti" not in repr(table(engine, case))
    assert "Antrean" not in repr(table(engine, case))
