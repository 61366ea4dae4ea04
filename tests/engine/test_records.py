"""Records: everything of a case that one reader may see, and nothing that they may not, damaged or not."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Connection, event, text

from engine import Actor, CaseRecord, Engine, InvalidRequest, NotAllowed, NotFound, Upload, Withheld
from tests.clock import TUESDAY_9AM, Clock
from tests.engine.diagrams import call, chain, end, process, start, task
from tests.engine.small_office import (
    AUDITOR,
    CHECKER,
    CLERK,
    HEAD,
    LETTER,
    OTHER_CHECKER,
    OWNER,
    TWO_STEPS,
    deploy,
    hire,
    open_office,
)

PROOF = Upload("bukti.pdf", "application/pdf", b"%PDF-1.4 bukti")
LETTER_WITH_NAME = {**LETTER, "nama": "Siti Aminah", "kisah": "Pegawai itu meminta uang", "bukti": [PROOF]}


def rows(record: CaseRecord) -> list[tuple[int, str]]:
    """Return which rows of answers are handed out."""
    return [(body.seq, body.kind) for body in record.bodies]


@contextmanager
def full_rights(engine: Engine) -> Iterator[Connection]:
    """Yield a connection on which no trigger stands in the way."""
    with engine.database.write() as connection:
        if engine.database.is_sqlite:
            for name in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars():
                connection.execute(text(f'DROP TRIGGER "{name}"'))
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        yield connection


def test_a_record_holds_what_its_reader_may_see_whole(engine: Engine) -> None:
    open_office(engine)
    case = engine.start("surat", LETTER_WITH_NAME, by=CLERK).number

    own, other = engine.record(case, by=CLERK), engine.record(case, by=CHECKER)

    assert (rows(own), own.withheld) == ([(4, "personal"), (4, "plain")], ())
    assert (rows(other), other.withheld) == ([(4, "plain")], (Withheld(4, "personal", "personal"),))
    assert [(each.seq, each.personal, each.file.filename) for each in own.files] == [(4, True, "bukti.pdf")]
    assert other.files == ()
    assert "Siti" not in repr(other)
    assert own.events == engine.history(case, by=CLERK)
    assert own.steps == engine.steps(case, by=CLERK)
    assert [(each.item, each.fields) for each in other.answers] == [
        (each.item, each.fields) for each in engine.answers(case, by=CHECKER)
    ]


def test_every_body_is_what_its_event_holds_by_digest(engine: Engine) -> None:
    open_office(engine)
    case = engine.start("surat", LETTER_WITH_NAME, by=CLERK).number
    engine.comment(case, "Arahan: temui pelapor.", by=CHECKER)

    record = engine.record(case, by=CLERK)

    events = {event.seq: json.loads(event.payload) for event in record.events}
    assert [each.kind for each in record.bodies] == ["personal", "plain", "remark"]
    for body in record.bodies:
        kept = events[body.seq]["text" if body.kind == "remark" else body.kind]
        assert hashlib.sha256(body.salt + body.body.encode()).hexdigest() == kept
    assert [(each.by, each.text) for each in record.remarks] == [("pemeriksa", "Arahan: temui pelapor.")]


def test_the_identity_of_an_anonymous_case_is_in_nobodys_record(engine: Engine) -> None:
    open_office(engine)
    case = engine.start("surat", {**LETTER_WITH_NAME, "anonim": True}, by=CLERK).number

    record = engine.record(case, by=CLERK)

    assert record.withheld == (Withheld(4, "personal", "personal"),)
    assert "Siti" not in repr(record)
    assert {field.key: field.value for field in record.answers[0].fields}["kisah"] == "Pegawai itu meminta uang"
    assert [each.file.filename for each in record.files] == ["bukti.pdf"]  # not part of the identity


def test_of_a_confidential_case_an_auditor_gets_the_flow_alone(engine: Engine) -> None:
    open_office(engine)
    case = engine.start("surat", {**LETTER_WITH_NAME, "rahasia": True}, by=CLERK).number
    engine.comment(case, "Arahan: temui Siti.", by=CHECKER)

    record = engine.record(case, by=AUDITOR)

    assert (record.bodies, record.files, record.remarks) == ((), (), ())
    assert [(each.kind, each.reason) for each in record.withheld] == [
        ("personal", "confidential"),
        ("plain", "confidential"),
        ("remark", "confidential"),
    ]
    assert "Siti" not in repr(record)
    assert "Antrean" not in repr(record)
    for stranger in (OTHER_CHECKER, HEAD, OWNER):
        with pytest.raises(NotFound):
            engine.record(case, by=stranger)


@pytest.mark.parametrize("switches", [{}, {"anonim": True}, {"rahasia": True}])
def test_a_reveal_is_noted_before_the_record_shows_everything(engine: Engine, switches: dict[str, bool]) -> None:
    open_office(engine)
    case = engine.start("surat", {**LETTER_WITH_NAME, **switches}, by=CLERK).number

    record = engine.reveal_record(case, "sengketa informasi 12/2026", by=AUDITOR)

    assert (rows(record), record.withheld) == ([(4, "personal"), (4, "plain")], ())
    assert [(each.file.filename, content) for each, content in engine.contents(record)] == [
        ("bukti.pdf", PROOF.content)
    ]
    assert record.events == engine.history(case, by=AUDITOR)
    assert (record.events[-1].type, record.events[-1].actor) == ("IdentityRevealed", "auditor")
    assert {"nama", "kisah", "bukti"} <= set(json.loads(record.events[-1].payload)["fields"])
    assert record.revealed_for == "sengketa informasi 12/2026"
    assert engine.record(case, by=AUDITOR).withheld != ()
    assert engine.verify(case).sound


def test_a_reveal_needs_a_reason_a_right_and_something_hidden(engine: Engine) -> None:
    open_office(engine)
    case = engine.start("surat", LETTER_WITH_NAME, by=CLERK).number
    before = engine.history(case, by=AUDITOR)

    with pytest.raises(InvalidRequest):
        engine.reveal_record(case, "  ", by=AUDITOR)
    for nosy in (CHECKER, OWNER, CLERK):
        with pytest.raises(NotAllowed):
            engine.reveal_record(case, "ingin tahu", by=nosy)
    with pytest.raises(NotFound):
        engine.reveal_record(case, "ingin tahu", by=Actor("asing"))

    assert engine.history(case, by=AUDITOR) == before


def test_what_was_erased_is_said_and_is_not_there(engine: Engine) -> None:
    open_office(engine)
    case = engine.start("surat", LETTER_WITH_NAME, by=CLERK).number
    engine.comment(case, "Arahan: temui Siti.", by=CHECKER)
    engine.erase_personal(case, "permintaan subjek data", by=HEAD)

    record = engine.record(case, by=CLERK)

    assert [(each.kind, each.reason) for each in record.withheld] == [("personal", "erased"), ("remark", "erased")]
    assert rows(record) == [(4, "plain")]
    assert "Siti" not in repr(record)


def test_a_record_names_every_version_it_ran_on_with_what_those_call(engine: Engine) -> None:
    hire(engine)
    inner = process(start(), task("dalam_satu"), end(), *chain("mulai", "dalam_satu", "selesai"), key="dalam")
    outer = process(
        start(),
        task("satu"),
        call("panggil", "dalam"),
        end(),
        *chain("mulai", "satu", "panggil", "selesai"),
        key="luar",
    )
    engine.deploy({"luar.bpmn": outer, "dalam.bpmn": inner}, by=OWNER, note="pertama")
    case = engine.start("luar", {}, by=CLERK).number
    second = process(
        start(),
        task("satu"),
        call("panggil", "dalam"),
        task("tiga"),
        end(),
        *chain("mulai", "satu", "panggil", "tiga", "selesai"),
        key="luar",
    )
    engine.deploy({"luar.bpmn": second}, by=OWNER)
    engine.move(case, 2, "diagram diperbaiki", by=OWNER)

    versions = engine.record(case, by=CLERK).versions

    assert [(each.key, each.version, each.note) for each in versions] == [
        ("luar", 1, "pertama"),
        ("dalam", 1, "pertama"),
        ("luar", 2, ""),
    ]
    assert [each.xml for each in versions] == [outer, inner, second]
    assert json.loads(versions[0].calls) == {"dalam": 1}
    assert versions[0].digest == engine.definition("luar", 1).digest


def test_a_record_tells_what_happened_to_each_step(engine: Engine, clock: Clock) -> None:
    open_office(engine)
    case = engine.start("surat", LETTER, by=CLERK).number
    engine.claim(case, "periksa:1", by=CHECKER)
    engine.release(case, "periksa:1", by=CHECKER)
    clock.advance(timedelta(hours=1))
    engine.complete(case, "periksa:1", {"hasil": "benar"}, by=CHECKER)

    record = engine.record(case, by=CLERK)

    steps = dict(zip(record.opened, record.steps, strict=True))
    assert [(steps[each.opened_seq].name, each.kind, each.actor, each.holder) for each in record.moments] == [
        ("Mencatat", "opened", "sistem", None),
        ("Mencatat", "completed", "petugas", None),
        ("Memeriksa", "opened", "sistem", None),
        ("Memeriksa", "claimed", "pemeriksa", None),
        ("Memeriksa", "released", "pemeriksa", "pemeriksa"),
        ("Memeriksa", "completed", "pemeriksa", None),
    ]
    assert record.moments[-1].at == TUESDAY_9AM + timedelta(hours=1)


def test_a_period_holds_the_cases_that_began_in_it(engine: Engine, clock: Clock) -> None:
    open_office(engine)
    deploy(engine, {"memo.bpmn": TWO_STEPS["surat.bpmn"].replace(b'"surat"', b'"memo"'), **_forms()})
    made = []
    for key in ("surat", "surat", "memo", "surat"):
        made.append(engine.start(key, LETTER, by=CLERK).number)
        clock.advance(timedelta(days=1))

    def numbers(first: int, last: int, key: str | None = None) -> list[str]:
        begin, end_ = TUESDAY_9AM + timedelta(days=first), TUESDAY_9AM + timedelta(days=last)
        return [each.case.number for each in engine.records_between(begin, end_, by=AUDITOR, key=key)]

    assert numbers(0, 4) == made
    assert numbers(1, 3) == made[1:3]  # from the first instant, until before the last
    assert numbers(0, 4, "memo") == [made[2]]
    assert numbers(4, 9) == []


def test_a_period_longer_than_one_batch_comes_out_whole(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.record.records.BATCH", 2)
    open_office(engine)
    made = [engine.start("surat", LETTER, by=CLERK).number for _ in range(5)]

    found = engine.records_between(TUESDAY_9AM, TUESDAY_9AM + timedelta(days=1), by=AUDITOR)

    assert [record.case.number for record in found] == made


def test_only_auditors_take_out_a_period(engine: Engine) -> None:
    open_office(engine)

    for other in (CLERK, HEAD, OWNER, Actor("lama", duties=frozenset({"auditor"}), active=False)):
        with pytest.raises(NotAllowed):
            engine.records_between(TUESDAY_9AM, TUESDAY_9AM + timedelta(days=1), by=other)


def test_a_record_is_of_one_moment_whoever_writes_meanwhile(engine: Engine, database_url: str) -> None:
    open_office(engine)
    case = engine.start("surat", LETTER, by=CLERK).number
    other, written = Engine(database_url, engine.clock), []

    def write_in_between(_connection: Connection, _cursor: object, statement: str, *_more: object) -> None:
        if "FROM history_event" in statement and not written:
            written.append(case)  # the steps are read already, the history is not yet
            other.complete(case, "periksa:1", {"hasil": "benar"}, by=CHECKER)

    event.listen(engine.database._reader, "before_cursor_execute", write_in_between)
    record = engine.record(case, by=CLERK)
    event.remove(engine.database._reader, "before_cursor_execute", write_in_between)
    other.close()

    assert written == [case]
    assert [step.state for step in record.steps] == ["completed", "open"]
    assert [moment.kind for moment in record.moments] == ["opened", "completed", "opened"]
    assert [step.state for step in engine.record(case, by=CLERK).steps] == ["completed", "completed"]


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("UPDATE history_event SET payload = 'bukan JSON' WHERE type = 'WorkItemCompleted'", id="nonsense"),
        pytest.param("UPDATE history_event SET payload = '[1]' WHERE type = 'InstanceStarted'", id="no object"),
        pytest.param("UPDATE history_event SET payload = '{}' WHERE type = 'WorkItemOpened'", id="an empty one"),
        pytest.param("UPDATE history_event SET type = 'Lain' WHERE seq = 2", id="an unknown type"),
        pytest.param("DELETE FROM history_event WHERE seq = 3", id="an event taken out"),
        pytest.param("UPDATE answers SET body = 'bukan JSON'", id="answers that are none"),
        pytest.param("UPDATE answers SET body = '[]'", id="answers of another shape"),
        pytest.param("DELETE FROM work_item", id="no steps"),
        pytest.param("DELETE FROM attachment", id="no files"),
    ],
)
def test_a_damaged_case_has_a_record_too_and_shows_no_more_to_anybody(engine: Engine, statement: str) -> None:
    open_office(engine)
    case = engine.start("surat", LETTER_WITH_NAME, by=CLERK).number
    with full_rights(engine) as connection:
        connection.execute(text(statement))

    for reader in (CLERK, AUDITOR):
        record = engine.record(case, by=reader)
        assert record.events == engine.history(case, by=reader)
        assert {(each.seq, each.kind) for each in (*record.bodies, *record.withheld)} == {(4, "plain"), (4, "personal")}
    assert "Siti" not in repr(engine.record(case, by=AUDITOR))
    assert "bukti.pdf" not in repr(engine.record(case, by=AUDITOR))


def _forms() -> dict[str, bytes]:
    return {name: content for name, content in TWO_STEPS.items() if name.endswith(".form")}
