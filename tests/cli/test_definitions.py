"""Diagrams at a terminal: checked, deployed, and the forms found."""

from __future__ import annotations

import pytest

from tests.cli.typed import BPMN, KEY, PASSWORD, good, lines, lines_of_failure, typed_on
from tests.readme import ROOT


def test_check_and_deploy_take_the_forms_from_the_folder_next_door(alur_sqlite):
    good(alur_sqlite("people", "add", "pemilik", "--duty", "process_owner", "--password-stdin", input=PASSWORD))
    assert "error" not in {problem["severity"] for problem in lines(alur_sqlite("check", BPMN, "--json"))}

    (deployed,) = lines(alur_sqlite("deploy", BPMN, "--by", "pemilik", "--json"))

    assert [each["version"] for each in deployed["definitions"]] == [1]
    assert set(deployed["form_sources"].values()) == {"upload"}
    assert [each["key"] for each in lines(alur_sqlite("definitions", "--json"))] == [KEY]
    assert "sudah sama persis" in good(alur_sqlite("deploy", BPMN, "--by", "pemilik"))


def test_forms_beside_the_diagram_come_first_and_missing_ones_from_the_database(alur_sqlite, tmp_path):
    good(alur_sqlite("people", "add", "pemilik", "--duty", "process_owner", "--password-stdin", input=PASSWORD))
    good(alur_sqlite("deploy", BPMN, "--by", "pemilik"))
    revised = tmp_path / BPMN.name
    revised.write_bytes(BPMN.read_bytes().replace(b'isExecutable="true">', b'isExecutable="true" >', 1))
    own = next((ROOT / "forms").glob("*.form"))
    (tmp_path / own.name).write_bytes(own.read_bytes())

    (deployed,) = lines(alur_sqlite("deploy", revised, "--by", "pemilik", "--json"))

    assert deployed["form_sources"].pop(own.stem) == "upload"
    assert set(deployed["form_sources"].values()) == {"stored"}


def test_check_works_before_there_is_a_database(monkeypatch, tmp_path):
    typed = typed_on(f"sqlite:///{tmp_path / 'nowhere' / 'alur.db'}", monkeypatch, tmp_path)

    result = typed("check", BPMN)

    assert result.exit_code == 0, result.output
    assert "tanpa basis data" in result.stderr


@pytest.mark.parametrize("command", [("check",), ("deploy", "--by", "pemilik")])
def test_a_bad_diagram_is_refused_by_element_and_rule(alur_sqlite, tmp_path, command):
    good(alur_sqlite("people", "add", "pemilik", "--duty", "process_owner", "--password-stdin", input=PASSWORD))
    bad = tmp_path / "bad.bpmn"
    bad.write_bytes(BPMN.read_bytes().replace(b'id="langkah_5"', b'id="End"').replace(b'"langkah_5"', b'"End"'))

    result = alur_sqlite(*command, bad, "--json")
    problems = lines_of_failure(result)

    assert {frozenset(problem) for problem in problems} == {
        frozenset({"file", "element", "name", "severity", "rule", "message"})
    }
    assert ("bad.bpmn", "End", "error") in {(each["file"], each["element"], each["severity"]) for each in problems}
    assert lines(alur_sqlite("definitions", "--json")) == []
