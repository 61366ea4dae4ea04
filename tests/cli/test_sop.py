"""``alur sop``: the document of a version, of the one in force, or of a draft."""

from __future__ import annotations

import json

from tests.cli.typed import KEY, good, lines
from tests.engine.small_office import OWNER


def test_it_writes_a_file_or_prints_it(alur, office, tmp_path):
    out = tmp_path / "sop.html"

    said = alur("sop", KEY, "--out", out)
    printed = good(alur("sop", KEY, "--version", "1"))

    assert said.exit_code == 0
    assert said.stdout == ""
    assert "Buka di peramban" in said.stderr
    assert out.read_text(encoding="utf-8") == printed
    assert printed.startswith("<!doctype html>")
    assert "Ditandatangani secara elektronik oleh : BABAY BAENULLAH" in printed


def test_json_is_the_document_s_values(alur, office):
    (told,) = lines(alur("sop", KEY, "--json"))

    assert [row["no"] for row in told["rows"]] == [f"{no}." for no in range(1, 10)]
    assert told["version"]["deployed_by"] == "pemilik"


def test_a_draft_needs_its_owner(alur, office):
    draft = office.begin_diagram_draft(KEY, 1, by=OWNER)
    changed = draft.xml.replace(b"P3D", b"P5D").replace(b'"1-3 hari"', b'"1-5 hari"')
    office.save_diagram_draft(KEY, xml=changed, expected_revision=draft.revision, by=OWNER)

    assert "1-5 hari" in good(alur("sop", KEY, "--draft", "--by", "pemilik"))
    assert alur("sop", KEY, "--draft").exit_code == 2
    assert alur("sop", KEY, "--draft", "--version", "1", "--by", "pemilik").exit_code == 2
    assert alur("sop", KEY, "--draft", "--by", "petugas1").exit_code == 1


def test_a_draft_with_mistakes_is_refused_with_each_of_them(alur, office):
    draft = office.begin_diagram_draft(KEY, 1, by=OWNER)
    broken = draft.xml.replace(b"P3D", b"tiga hari")
    office.save_diagram_draft(KEY, xml=broken, expected_revision=draft.revision, by=OWNER)

    result = alur("sop", KEY, "--draft", "--by", "pemilik", "--json")

    assert result.exit_code == 1
    assert "batas_5" in {json.loads(line)["element"] for line in result.stdout.splitlines()}


def test_what_was_never_deployed_is_refused(alur_sqlite):
    assert alur_sqlite("sop", "tak_ada").exit_code == 1
