"""JSON: an object a line for each case, with everything its reader may see and nothing more."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from engine import Actor, Engine, Upload
from tests.clock import Clock
from tests.engine.small_office import (
    ADMIN,
    AUDITOR,
    CHECKER,
    CLERK,
    HEAD,
    LETTER,
    OWNER,
    TWO_STEPS,
    deploy,
    open_office,
)
from tests.engine.test_records import full_rights
from webapp.exports.csv_table import csv_table
from webapp.exports.json_lines import json_lines
from webapp.exports.xes import xes

NONSENSE = ["", "x", "5", "null", "[]", "{}", '{"key":5}', '{"key":{}}', '{"answers_of":5,"ground":[]}', "[" * 3000]
"""What no event ever says."""
PROOF = Upload("bukti.pdf", "application/pdf", b"%PDF-1.4 bukti")


def told(engine: Engine, *cases: str, by: Actor = AUDITOR) -> list[dict[str, Any]]:
    """Return the objects of these cases, read as strictly as JSON allows."""
    data = b"".join(json_lines((engine.record(case, by=by) for case in cases), engine.conformance_of))
    return [json.loads(line, parse_constant=pytest.fail) for line in data.decode().splitlines()]


def test_a_line_tells_the_whole_case(engine: Engine, clock: Clock) -> None:
    open_office(engine)
    case = engine.start("surat", {**LETTER, "nama": "Siti Aminah", "bukti": [PROOF]}, by=CLERK).number
    engine.comment(case, "Arahan: temui pelapor.", by=CHECKER)
    clock.advance(timedelta(days=6))
    engine.complete(case, "periksa:1", {"hasil": "benar"}, by=CHECKER)

    (line,) = told(engine, case, by=CLERK)

    history = engine.history(case, by=CLERK)
    assert line["format"] == "alur-case-1"
    assert (line["case"]["number"], line["case"]["state"], line["seen_by"]) == (case, "completed", "petugas")
    assert line["case"]["started_at"] == "2026-11-24T02:00:00Z"
    assert [(each["seq"], each["type"], each["chain"]) for each in line["events"]] == [
        (event.seq, event.type, event.chain.hex()) for event in history
    ]
    assert [each["payload"] for each in line["events"]] == [json.loads(event.payload) for event in history]
    assert [(each["key"], each["closed_by"]) for each in line["steps"]] == [
        ("catat:1", "petugas"),
        ("periksa:1", "pemeriksa"),
    ]
    answers = {field["key"]: field for field in line["answers"][0]["fields"]}
    assert answers["nama"]["value"] == "Siti Aminah"
    assert answers["bukti"]["attachments"][0]["filename"] == "bukti.pdf"
    assert line["remarks"] == [
        {"by": "pemeriksa", "noted_at": "2026-11-24T02:00:00Z", "text": "Arahan: temui pelapor."}
    ]
    verdict = line["conformance"]
    assert (verdict["followed"], verdict["interventions"]) == (True, [])
    assert [(each["step"], each["over"], each["waiting"], each["handling"]) for each in verdict["late_steps"]] == [
        ("periksa:1", 7 * 3600, 28 * 3600, 0)
    ]
    assert verdict["words"][-1].startswith('Langkah "Memeriksa" melewati batas waktunya 1 hari kerja')


def test_what_is_hidden_from_the_reader_is_not_there(engine: Engine) -> None:
    open_office(engine)
    case = engine.start("surat", {**LETTER, "nama": "Siti Aminah", "bukti": [PROOF]}, by=CLERK).number

    (line,) = told(engine, case, by=CHECKER)

    answers = {field["key"]: field for field in line["answers"][0]["fields"]}
    assert (answers["nama"]["value"], answers["nama"]["hidden"]) == (None, True)
    assert line["withheld"] == [{"kind": "personal", "reason": "personal", "seq": 4}]
    assert "Siti" not in json.dumps(line)
    assert "bukti.pdf" not in json.dumps(line)


def test_every_intervention_is_told_with_its_facts(engine: Engine, clock: Clock) -> None:
    open_office(engine)
    second = engine.add_person("pemeriksa3", "Tiga", lanes=["Pemeriksa"], groups=["timur"], by=ADMIN)
    case = engine.start("surat", LETTER, by=CLERK).number
    engine.reassign(case, "periksa:1", second.name, "Pemeriksa cuti", by=HEAD)
    deploy(engine, {**TWO_STEPS, "surat.bpmn": TWO_STEPS["surat.bpmn"].replace(b"P3D", b"P5D")})
    engine.move(case, 2, "Waktu baku diperbaiki", by=OWNER, policy="restart")
    engine.cancel(case, "Salah alamat", by=HEAD)

    (line,) = told(engine, case)

    given, moved, cancelled = line["conformance"]["interventions"]
    assert (given["kind"], given["by"], given["to"], given["step"]) == (
        "reassigned",
        "kepala",
        "pemeriksa3",
        "periksa:1",
    )
    assert (moved["kind"], moved["from_version"], moved["to_version"]) == ("moved", 1, 2)
    assert (cancelled["kind"], cancelled["reason"], cancelled["at"]) == (
        "cancelled",
        "Salah alamat",
        "2026-11-24T02:00:00Z",
    )
    assert [(each["key"], each["version"]) for each in line["versions"]] == [("surat", 1), ("surat", 2)]


@pytest.mark.parametrize("payload", ["bukan JSON", '{"a":NaN}', "[[[", '{"a":"\\ud800"}', ""])
def test_a_payload_that_was_altered_into_nonsense_stays_a_line_of_json(engine: Engine, payload: str) -> None:
    open_office(engine)
    case = engine.start("surat", LETTER, by=CLERK).number
    with full_rights(engine) as connection:
        connection.execute(text("UPDATE history_event SET payload = :text WHERE seq = 4"), {"text": payload})

    (line,) = told(engine, case)

    assert line["conformance"]["followed"] is False
    assert line["events"][3]["payload"] in (payload, {"a": "\ud800"})


def test_whatever_one_event_was_altered_into_the_case_can_be_taken_out(sqlite_url: str, clock: Clock) -> None:
    engine = Engine(sqlite_url, clock)
    open_office(engine)
    case = engine.start("surat", {**LETTER, "nama": "Siti Aminah", "bukti": [PROOF]}, by=CLERK).number
    engine.comment(case, "Arahan", by=CHECKER)
    deploy(engine, {**TWO_STEPS, "surat.bpmn": TWO_STEPS["surat.bpmn"].replace(b"P3D", b"P5D")})
    engine.move(case, 2, "Waktu baku diperbaiki", by=OWNER)
    clock.advance(timedelta(days=9))
    engine.erase_personal(case, "permintaan subjek data", by=HEAD)
    engine.complete(case, "periksa:1", {"hasil": "benar"}, by=CHECKER)
    change = text("UPDATE history_event SET payload = :payload WHERE seq = :seq")

    for event in engine.history(case, by=AUDITOR):
        values = json.loads(event.payload)
        altered = [json.dumps(values | {name: bad}) for name in values for bad in (None, 7, "x", [], {}, [{}])]
        for payload in (*NONSENSE, *altered):
            with full_rights(engine) as connection:
                connection.execute(change, {"payload": payload, "seq": event.seq})
            (line,) = told(engine, case)
            assert line["case"]["number"] == case
            assert list(xes([engine.record(case, by=AUDITOR)], "Uji"))
            assert list(csv_table([engine.record(case, by=AUDITOR)], engine.calendar()))
        with full_rights(engine) as connection:
            connection.execute(change, {"payload": event.payload, "seq": event.seq})
    assert told(engine, case)[0]["conformance"]["deviation"] is None
    engine.close()
