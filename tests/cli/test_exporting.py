"""Taking cases out at a terminal."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta

import pytest

from engine import Engine
from tests.casework import Casework
from tests.cli.typed import KEY, good, lines
from tests.webapp.exports_shape import events, read_log
from webapp.exports.deliveries import FORMS


@pytest.fixture
def work(office: Engine) -> Casework:
    """The example office at work, in real time."""
    return Casework(office)


def today(days: int = 0) -> str:
    """Return a day as the office names it."""
    return f"{datetime.now(UTC) + timedelta(hours=7, days=days):%Y-%m-%d}"


def test_a_case_comes_out_in_every_form(alur, work, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    case = work.start_at(3).case

    log = read_log(alur("export", case, "--as", "xes").stdout_bytes)
    table = list(csv.DictReader(io.StringIO(alur("export", case, "--as", "csv").stdout_bytes.decode("utf-8-sig"))))
    (line,) = lines(alur("export", case, "--as", "json"))
    said = alur("export", case, "--as", "dossier")

    assert len(events(log)) == 5
    assert [row["Langkah"] for row in table] == ["1", "2", "3"]
    assert line["case"]["number"] == case
    assert line["seen_by"] == "operator"
    assert (said.exit_code, said.stdout) == (0, "")
    assert f"berkas-{case}.zip ditulis" in said.stderr
    with zipfile.ZipFile(tmp_path / f"berkas-{case}.zip") as dossier:
        assert dossier.testzip() is None
        assert "peristiwa.jsonl" in dossier.namelist()


def test_an_export_goes_where_it_is_told_and_overwrites_nothing(alur, work, tmp_path):
    case, target = work.start(), tmp_path / "keluar.csv"

    good(alur("export", case, "--as", "csv", "--out", target))
    written = target.read_bytes()
    again = alur("export", case, "--as", "csv", "--out", target)
    nowhere = alur("export", case, "--as", "csv", "--out", tmp_path / "tidak-ada" / "x.csv")
    piped = alur("export", case, "--as", "dossier", "--out", "-")

    assert written.startswith(b"\xef\xbb\xbfNomor perkara,")
    assert (again.exit_code, target.read_bytes()) == (2, written)
    assert "sudah ada dan tidak ditimpa" in again.stderr
    assert nowhere.exit_code == 2
    assert zipfile.ZipFile(io.BytesIO(piped.stdout_bytes)).testzip() is None


def test_a_period_comes_out_in_every_form(alur, work, tmp_path):
    made = [work.start(), work.start_at(2).case]
    period = ("--from", today(), "--to", today())

    objects = lines(alur("export", *period, "--as", "json"))
    table = list(csv.DictReader(io.StringIO(alur("export", *period, "--as", "csv").stdout_bytes.decode("utf-8-sig"))))
    log = read_log(alur("export", *period, "--as", "xes", "--key", KEY).stdout_bytes)
    good(alur("export", *period, "--as", "dossier", "--out", tmp_path / "semua.zip"))

    assert [each["case"]["number"] for each in objects] == made
    assert list(dict.fromkeys(row["Nomor perkara"] for row in table)) == made
    assert len([each for each in log if each.tag.endswith("trace")]) == 2
    with zipfile.ZipFile(tmp_path / "semua.zip") as archive:
        assert archive.testzip() is None
        assert list(dict.fromkeys(name.split("/")[0] for name in archive.namelist())) == made
        listed = json.loads(archive.read(f"{made[0]}/daftar-isi.json"))["files"]
        inside = {name.split("/", 1)[1] for name in archive.namelist() if name.startswith(f"{made[0]}/")}
        assert inside == {*listed, "daftar-isi.json"}
    assert lines(alur("export", "--from", today(1), "--to", today(2), "--as", "json")) == []


def test_what_is_hidden_comes_out_with_a_reason_in_somebodys_name(alur, work):
    case = work.start(nama_pengadu="Burungpengadu", anonim=True)

    plain = good(alur("export", case, "--as", "json", "--by", "auditor"))
    revealed = good(alur("export", case, "--as", "json", "--by", "auditor", "--reason", "sengketa 12/2026"))

    assert "Burungpengadu" not in plain
    assert "Burungpengadu" in revealed
    noted = [each for each in lines(alur("history", case, "--json")) if each["type"] == "IdentityRevealed"]
    assert {(each["actor"], each["payload"]["reason"]) for each in noted} == {("auditor", "sengketa 12/2026")}


def test_by_limits_the_export_to_what_that_person_may_see(alur, work):
    case = work.start(rahasia=True)

    assert alur("export", case, "--as", "json", "--by", "sekretaris").exit_code == 1
    assert alur("export", "--from", today(), "--to", today(), "--as", "json", "--by", "kepala").exit_code == 1
    assert alur("export", case, "--as", "json", "--by", "petugas2").exit_code == 0


@pytest.mark.parametrize("form", FORMS)
def test_the_operator_gets_no_personal_data_in_any_form(alur, work, tmp_path, form):
    case = work.start(nama_pengadu="Burungpengadu", uraian="Burungkisah")

    data = alur("export", case, "--as", form, "--out", "-").stdout_bytes
    if form == "dossier":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            data = b"".join(archive.read(name) for name in archive.namelist())

    assert len(data) > 500
    assert b"Burung" not in data


@pytest.mark.parametrize(
    "words",
    [
        pytest.param((), id="nothing"),
        pytest.param(("PB-1", "--from", "2026-01-01", "--to", "2026-01-02"), id="both"),
        pytest.param(("--from", "2026-01-01"), id="half a period"),
        pytest.param(("--to", "2026-01-01"), id="the other half"),
        pytest.param(("PB-1", "--key", "x"), id="a case of an SOP"),
        pytest.param(("PB-1", "--reason", "perlu"), id="a reason of nobody"),
        pytest.param(
            ("--from", "2026-01-01", "--to", "2026-01-02", "--by", "auditor", "--reason", "x"), id="a period revealed"
        ),
        pytest.param(("--from", "kemarin", "--to", "2026-01-02"), id="no date"),
    ],
)
def test_wrong_usage_is_refused_before_anything_happens(alur_sqlite, words):
    assert alur_sqlite("export", *words, "--as", "csv").exit_code == 2


def test_what_is_not_there_is_refused(alur, work, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    case = work.start()

    for words in (
        ("export", "PB-1999-00001", "--as", "dossier"),
        ("export", case, "--as", "csv", "--by", "auditor", "--reason", "tabel tidak memuat jawaban"),
        ("export", "--from", today(), "--to", today(-1), "--as", "csv"),
        ("export", "--from", today(), "--to", today(), "--as", "csv", "--key", "lain"),
        ("conformance", "PB-1999-00001"),
    ):
        refused = alur(*words)
        assert (refused.exit_code, refused.stdout) == (1, ""), words
    assert not [each for each in tmp_path.iterdir() if each.suffix in (".zip", ".csv")]


def test_the_verdict_in_words_and_as_json(alur, work):
    case = work.start()

    said = good(alur("conformance", case))
    (verdict,) = lines(alur("conformance", case, "--json"))

    assert said.splitlines() == verdict["words"]
    assert verdict["followed"] is True
    assert "tanpa campur tangan" in said
