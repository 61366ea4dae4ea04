"""Cases at a terminal: from the first answers to a verified history."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

from engine import Engine
from tests.cli.typed import KEY, first_answers, good, lines, lines_of_failure
from tests.filling import answers
from tests.office import open_office


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
        {"case": number, "events": len(events), "findings": [], "sound": True}
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


def test_answers_that_do_not_fit_are_named_field_by_field(alur_sqlite, sqlite_url):
    engine = Engine(sqlite_url)
    open_office(engine)
    engine.close()

    result = alur_sqlite("start", KEY, "--by", "petugas1", "--answers", "-", input="{}")

    assert result.exit_code == 1
    assert "Isian belum sesuai formulir" in result.stderr
