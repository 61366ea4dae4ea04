"""``alur check --import``: how a drawing from elsewhere is repaired, told and written."""

from __future__ import annotations

import pytest

from engine import Form
from tests.cli.typed import BPMN, good, lines, typed_on
from tests.drawings.sketch import Sketch
from tests.drawings.tools import BIZAGI
from tests.drawings.walking import form

DRAWN = """
    lane Petugas = s a e
    start s
    service a "Cek NIK"
    end e
    s > a > e
"""


@pytest.fixture
def drawing(tmp_path):
    """A drawing of another tool, in a file."""
    file = tmp_path / "gambar.bpmn"
    file.write_bytes(Sketch(DRAWN, BIZAGI).xml().encode("utf-16"))
    return file


def test_each_repair_is_told_with_its_element_and_the_other_choices(alur_sqlite, drawing):
    told = good(alur_sqlite("check", "--import", drawing))

    assert "perbaikan: gambar.bpmn: a: Jenis langkah: " in told
    assert "“Cek NIK”" in told
    assert "Pilihan lain: - (Biarkan seperti digambar)" in told
    assert "[task-kind:a]" in told
    assert drawing.read_bytes().startswith(b"\xff\xfe")


def test_as_json_each_repair_and_each_problem_is_one_object(alur_sqlite, drawing):
    told = lines(alur_sqlite("check", "--import", "--json", drawing))

    kinds = [each["kind"] for each in told if "kind" in each]
    assert kinds == ["encoding", "vendor", "executable", "task-kind", "form"]
    assert {each["severity"] for each in told if "severity" in each} == {"warning"}


def test_the_result_is_written_beside_its_forms_and_checks_clean(alur_sqlite, drawing, tmp_path):
    out = tmp_path / "hasil" / "sop.bpmn"
    out.parent.mkdir()

    good(alur_sqlite("check", "--import", drawing, "--write", out))

    assert Form.load((out.parent / "proses-a.form").read_text()).title == "Cek NIK"
    assert "error" not in {each["severity"] for each in lines(alur_sqlite("check", "--json", out))}
    assert lines(alur_sqlite("check", "--import", "--json", out)) == lines(alur_sqlite("check", "--json", out))


def test_nothing_is_overwritten(alur_sqlite, drawing, tmp_path):
    (tmp_path / "ada.bpmn").write_text("milik orang")

    result = alur_sqlite("check", "--import", drawing, "--write", tmp_path / "ada.bpmn")

    assert result.exit_code == 2
    assert (tmp_path / "ada.bpmn").read_text() == "milik orang"


def test_another_repair_is_chosen_and_what_is_left_fails(alur_sqlite, drawing):
    result = alur_sqlite("check", "--import", drawing, "--choose", "task-kind:a=-")

    assert result.exit_code == 1
    assert "kesalahan: gambar.bpmn: a" in result.output


def test_forms_that_come_along_are_not_made_anew(alur_sqlite, tmp_path):
    file = tmp_path / "gambar.bpmn"
    file.write_text(Sketch(DRAWN.replace('service a "Cek NIK"', 'user a "Cek" camunda:formRef=cek'), BIZAGI).xml())
    (tmp_path / "cek.form").write_text(form("cek", {"type": "textfield", "key": "nik", "label": "NIK"})["cek"])

    assert "form" not in {each.get("kind") for each in lines(alur_sqlite("check", "--import", "--json", file))}


def test_a_sound_diagram_needs_no_repair(alur_sqlite):
    assert "perbaikan:" not in good(alur_sqlite("check", "--import", BPMN))


def test_what_is_no_drawing_is_refused(alur_sqlite, tmp_path):
    (tmp_path / "a.bpmn").write_bytes(b"PK\x03\x04")

    result = alur_sqlite("check", "--import", tmp_path / "a.bpmn")

    assert result.exit_code == 1
    assert "arsip ZIP" in result.output


@pytest.mark.parametrize("wrong", [("--write", "x.bpmn"), ("--choose", "a=b"), ("--import", "--choose", "tanpa-tanda")])
def test_options_that_make_no_sense_are_wrong_usage(alur_sqlite, drawing, wrong):
    assert alur_sqlite("check", drawing, *wrong).exit_code == 2


def test_it_works_before_there_is_a_database(monkeypatch, tmp_path, drawing):
    typed = typed_on(f"sqlite:///{tmp_path / 'nowhere' / 'alur.db'}", monkeypatch, tmp_path)

    result = typed("check", "--import", drawing)

    assert result.exit_code == 0, result.output
    assert "tanpa basis data" in result.stderr
