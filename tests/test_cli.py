"""The command ``alur``: what an operator types, what is printed, which exit code it ends with."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from engine import Engine
from tests.filling import answers
from tests.office import open_office
from tests.readme import ROOT
from webapp.accounts import Accounts
from webapp.cli import main
from webapp.settings import make_secret_key

BPMN = ROOT / "bpmn" / "sop-pengaduan-kategori-berat.bpmn"
KEY = "sop_pengaduan_kategori_berat"
PASSWORD = "bangku-enam-lampu-biru"

Alur = Callable[..., Result]


@pytest.fixture
def alur(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Alur:
    """Type a command: ``alur("people", "list")``."""
    return typed_on(database_url, monkeypatch)


@pytest.fixture
def alur_sqlite(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Alur:
    """The same where the kind of database does not matter."""
    return typed_on(sqlite_url, monkeypatch)


def typed_on(url: str, monkeypatch: pytest.MonkeyPatch) -> Alur:
    """Return a function that runs ``alur`` on that database."""
    for name in list(os.environ):
        if name.startswith("ALUR_") and not name.startswith("ALUR_TEST_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("ALUR_DATABASE_URL", url)
    return lambda *words, **more: CliRunner().invoke(main, [str(word) for word in words], **more)


@pytest.fixture
def office(alur: Alur, database_url: str) -> Iterator[Engine]:
    """The example office, in real time, as the command sees it too."""
    engine = Engine(database_url)
    open_office(engine)
    yield engine
    engine.close()


def good(result: Result) -> str:
    """Return what was printed; fail unless the exit code is 0."""
    assert result.exit_code == 0, f"{result.output}\n{result.exception!r}"
    return result.stdout


def lines(result: Result) -> list[Any]:
    """Return the JSON objects that were printed, one a line."""
    return [json.loads(line) for line in good(result).splitlines()]


def first_answers(engine: Engine, tmp_path: Path) -> Path:
    """Write the answers of the SOP's first step to a file."""
    clerk = engine.person("petugas1")
    assert clerk
    form = engine.start_form(KEY, by=clerk).form
    file = tmp_path / "jawaban.json"
    file.write_text(json.dumps(answers(form, datetime.now(UTC))))
    return file


def test_a_case_goes_from_the_command_line_to_a_verified_history(alur, office, tmp_path):
    file = first_answers(office, tmp_path)

    number = good(alur("start", KEY, "--answers", file, "--by", "petugas1", "--on-behalf-of", "Pemohon")).strip()
    (item,) = lines(alur("worklist", "petugas2", "--json"))
    clerk = office.person("petugas2")
    second = answers(office.form(number, item["key"], by=clerk), datetime.now(UTC))
    good(alur("complete", number, item["key"], "--answers", "-", "--by", "petugas2", input=json.dumps(second)))
    events = lines(alur("history", number, "--json"))
    frames = lines(alur("replay", number, "--json"))

    assert (item["case"], item["due_duration"]) == (number, "PT2M")
    assert [each["actor"] for each in events if each["type"] == "WorkItemCompleted"] == ["petugas1", "petugas2"]
    assert [each["on_behalf_of"] for each in events if each["type"] == "WorkItemCompleted"] == ["Pemohon", None]
    assert [frame["seq"] for frame in frames] == [event["seq"] for event in events]
    assert frames[-1]["open_items"] == ["langkah_3:1"]
    assert lines(alur("verify", "--all", "--json")) == [
        {"case": number, "events": len(events), "failures": [], "sound": True}
    ]
    assert "1 utuh, 0 tidak" in good(alur("verify", number))
    assert "0 perbedaan" in good(alur("rebuild"))
    assert [each["number"] for each in lines(alur("instances", "--json"))] == [number]
    assert lines(alur("instances", "PB-1999", "--json")) == []


def test_tables_for_people_say_the_same(alur, office, tmp_path):
    number = good(alur("start", KEY, "--answers", first_answers(office, tmp_path), "--by", "petugas1")).strip()

    assert re.search(
        rf"{number} +langkah_2:1 +Petugas +- +\d{{4}}-\d\d-\d\d \d\d\.\d\d WIB", good(alur("worklist", "petugas1"))
    )
    assert "InstanceStarted" in good(alur("history", number))
    assert "langkah_2:1" in good(alur("replay", number)).splitlines()[-1]
    assert re.search(rf"{number} +{KEY} +1 +running", good(alur("instances")))
    assert re.search(rf"{KEY} +1 +.*pemilik", good(alur("definitions")))


def test_a_history_that_was_altered_does_not_verify(alur_sqlite, sqlite_url, tmp_path):
    engine = Engine(sqlite_url)
    open_office(engine)
    number = good(alur_sqlite("start", KEY, "--answers", first_answers(engine, tmp_path), "--by", "petugas1")).strip()
    with engine.database.write() as connection:
        connection.exec_driver_sql("update work_item set assignee = 'orang lain'")
    engine.close()

    result = alur_sqlite("verify", number)

    assert result.exit_code == 1
    assert number in result.stdout
    assert "0 utuh, 1 tidak" in result.stdout
    assert lines_of_failure(alur_sqlite("verify", "--all", "--json"))[0]["sound"] is False
    assert "1 perbedaan" in good(alur_sqlite("rebuild"))
    good(alur_sqlite("verify", number))


def lines_of_failure(result: Result) -> list[Any]:
    """Return the JSON objects that a command printed before it ended with 1."""
    assert result.exit_code == 1
    return [json.loads(line) for line in result.stdout.splitlines()]


# --- diagrams -------------------------------------------------------------------------------


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
    typed = typed_on(f"sqlite:///{tmp_path / 'nowhere' / 'alur.db'}", monkeypatch)

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


# --- people ---------------------------------------------------------------------------------


def test_the_first_admin_is_added_at_the_terminal_and_has_to_choose_a_password(alur, engine):
    typed = f"{PASSWORD}\n{PASSWORD}\n"

    result = alur("people", "add", "admin", "--full-name", "Lina", "--duty", "admin", input=typed)

    assert PASSWORD not in good(result) + result.stderr
    assert Accounts(engine).sign_in("admin", PASSWORD, "").must_change_password
    assert engine.person("admin").duties == {"admin"}


def test_passwords_come_from_standard_input_too_and_never_from_the_arguments(alur_sqlite, sqlite_url):
    good(alur_sqlite("people", "add", "siti", "--password-stdin", "--no-must-change", input=f"{PASSWORD}\n"))
    good(alur_sqlite("people", "passwd", "siti", "--password-stdin", input="kata-sandi-yang-lain\n"))
    engine = Engine(sqlite_url)

    assert Accounts(engine).sign_in("siti", "kata-sandi-yang-lain", "").must_change_password
    engine.close()
    options = {option.name for name in ("add", "passwd") for option in main.commands["people"].commands[name].params}
    assert not [name for name in options if name == "password"]


def test_a_weak_password_adds_nobody(alur_sqlite):
    result = alur_sqlite("people", "add", "siti", "--password-stdin", input="pendek")

    assert result.exit_code == 1
    assert "10 sampai 200" in result.stderr
    assert lines(alur_sqlite("people", "list", "--json")) == []


def test_lanes_are_replaced_by_what_is_named_and_the_rest_stays(alur_sqlite):
    good(
        alur_sqlite(
            *("people", "add", "siti", "--lane", "Petugas", "--group", "Seksi A", "--duty", "head", "--password-stdin"),
            input=PASSWORD,
        )
    )

    shown = lines(alur_sqlite("people", "lanes", "siti", "--lane", "B", "--lane", "A", "--no-duties", "--json"))

    assert [(each["lanes"], each["groups"], each["duties"]) for each in shown] == [(["A", "B"], ["Seksi A"], [])]
    assert lines(alur_sqlite("people", "lanes", "siti", "--inactive", "--json"))[0]["active"] is False
    assert "Seksi A" in good(alur_sqlite("people", "list"))


# --- exit codes -----------------------------------------------------------------------------


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
    typed = typed_on(f"sqlite:///{tmp_path / 'alur.db'}", monkeypatch)

    result = typed("definitions")

    assert result.exit_code == 1
    assert "alur upgrade" in result.stderr
    good(typed("upgrade"))
    good(typed("definitions"))


def test_answers_that_do_not_fit_are_named_field_by_field(alur_sqlite, sqlite_url):
    engine = Engine(sqlite_url)
    open_office(engine)
    engine.close()

    result = alur_sqlite("start", KEY, "--by", "petugas1", "--answers", "-", input="{}")

    assert result.exit_code == 1
    assert "Isian belum sesuai formulir" in result.stderr


def test_two_processes_that_upgrade_at_once_take_turns(empty_database_url, tmp_path):
    processes = [serving(tmp_path, empty_database_url, "upgrade") for _ in range(3)]

    said = [process.communicate(timeout=60) for process in processes]

    assert [process.returncode for process in processes] == [0, 0, 0], said


# --- serving --------------------------------------------------------------------------------


def serving(folder: Path, url: str, *words: str, **environment: str) -> subprocess.Popen[str]:
    """Start ``alur`` as a process of its own."""
    make_secret_key(folder / "secret-key")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ALUR_")}
    settings = {"ALUR_DATABASE_URL": url, "ALUR_SECRET_KEY_FILE": str(folder / "secret-key"), "ALUR_PORT": "0"}
    return subprocess.Popen(
        [sys.executable, "-m", "webapp.cli", *words],
        env={**inherited, **settings, **environment},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("words", [("serve",), ("serve", "--no-timers"), ("timers",)])
def test_what_serves_says_that_it_is_ready_and_stops_when_told(sqlite_url, tmp_path, words):
    process = serving(tmp_path, sqlite_url, *words)
    assert process.stdout
    ready = process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=30)

    assert re.match(r"Alur siap di http://127\.0\.0\.1:[1-9]\d*$|Pekerja batas waktu berjalan\.$", ready), said
    assert process.returncode == 0, said
    assert "Traceback" not in said


def test_serving_without_a_secret_key_is_refused(sqlite_url, tmp_path):
    process = serving(tmp_path, sqlite_url, "serve", ALUR_SECRET_KEY_FILE=str(tmp_path / "none"))
    _, said = process.communicate(timeout=30)

    assert process.returncode == 2
    assert "Buat sekali saja" in said
