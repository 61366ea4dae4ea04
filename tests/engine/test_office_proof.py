"""What no single case can show: guards, versions, numbers, seals and copies of seals, each tampered with."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select, text, update

from engine import Engine, Finding, SealKey, SealsUnusable
from engine.history import GENESIS, canonical, chain
from engine.seal.merkle import Log
from engine.seal.statements import head_leaf, link, parse, statement
from engine.seal.tables import SealedHeadRow, SealRow
from engine.tables import HistoryEventRow, ProcessInstanceRow
from tests.engine.small_office import CHECKER, CLERK, LETTER, open_office
from tests.engine.test_proof import full_rights

KEY = SealKey(bytes(range(32)))
FORGER = SealKey(bytes(32))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "segel"


@pytest.fixture
def office(engine: Engine, folder: Path) -> Engine:
    """Three cases, of which the second went on between two seals, and the seals' folder."""
    open_office(engine)
    cases = [engine.start("surat", LETTER, by=CLERK).number for _ in range(3)]
    engine.seal(KEY, folder)
    engine.complete(cases[1], "periksa:1", {"hasil": "benar"}, by=CHECKER)
    engine.seal(KEY, folder)
    return engine


def found(engine: Engine, folder: Path | None = None, copy: Path | None = None) -> list[Finding]:
    return list(engine.verify_office(trusted=[KEY.public], folder=folder, copy=copy))


def all_checks(engine: Engine, **more: Any) -> set[str]:
    of_cases = {finding.check for verification in engine.verify_all() for finding in verification.findings}
    return of_cases | {finding.check for finding in found(engine, **more)}


def test_an_untouched_office_is_sound(office: Engine, folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "salinan")

    assert found(office, folder=folder, copy=tmp_path / "salinan") == []
    assert all(verification.sound for verification in office.verify_all())


@pytest.mark.parametrize(
    ("statement", "check", "said"),
    [
        pytest.param("UPDATE process_definition SET digest = 'x'", "definition", "lain dari sidiknya", id="a digest"),
        pytest.param("UPDATE process_definition SET forms = '{}'", "definition", "lain dari sidiknya", id="the forms"),
        pytest.param("UPDATE process_definition SET calls = 'x'", "definition", "lain dari sidiknya", id="the calls"),
        pytest.param("UPDATE process_definition SET name = 'Lain'", "definition", "bernama 'Lain'", id="a name"),
        pytest.param("UPDATE process_definition SET version = 3", "definition", "langsung versi 3", id="a version"),
        pytest.param("UPDATE counter SET value = 4 WHERE name LIKE '%urut%'", "numbering", "00004", id="a number gone"),
        pytest.param("UPDATE counter SET value = 2 WHERE name LIKE '%urut%'", "numbering", "00003", id="a number more"),
        pytest.param("DELETE FROM counter", "numbering", "tidak dibagikan", id="the counter"),
        pytest.param("UPDATE process_instance SET ordinal = 9", "numbering", "00001", id="a place in the order"),
        pytest.param("DELETE FROM seal WHERE number = 1", "seal", "Segel 1 tidak ada", id="the first seal"),
        pytest.param("DELETE FROM seal WHERE number = 2", "seal", "tanpa segelnya", id="the last seal"),
        pytest.param("UPDATE seal SET statement = '{}' WHERE number = 2", "seal", "Segel 2 bukan", id="a statement"),
        pytest.param("UPDATE seal SET size = 40 WHERE number = 2", "seal", "berukuran 4", id="a size"),
        pytest.param("DELETE FROM sealed_head WHERE position = 1", "seal", "posisi 1 hilang", id="a head"),
        pytest.param("DELETE FROM sealed_head WHERE position = 3", "seal", "posisi 3 hilang", id="the last head"),
        pytest.param("UPDATE sealed_head SET seq = 1 WHERE position = 1", "seal", "akarnya tidak cocok", id="a seq"),
    ],
)
def test_an_alteration_of_the_office_is_found(
    office: Engine, folder: Path, statement: str, check: str, said: str
) -> None:
    with full_rights(office) as connection:
        connection.execute(text(statement))

    findings = found(office, folder=folder)

    assert any(finding.check == check and said in finding.message for finding in findings), findings


def test_a_missing_guard_is_found(office: Engine) -> None:
    on_table = "" if office.database.is_sqlite else " ON seal"
    with office.database.write() as connection:
        connection.execute(text(f"DROP TRIGGER seal_no_delete{on_table}"))

    assert [(each.check, "seal_no_delete" in each.message) for each in found(office)] == [("triggers", True)]


DROP = "DROP TRIGGER history_event_no_update ON history_event"
CREATE = "CREATE TRIGGER history_event_no_update BEFORE UPDATE"
REFUSE = "FOR EACH ROW EXECUTE FUNCTION alur_append_only()"
NOTHING_REFUSED = (
    "CREATE OR REPLACE FUNCTION alur_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
)


@pytest.mark.parametrize(
    "statements",
    [
        pytest.param([NOTHING_REFUSED], id="what it does"),
        pytest.param([DROP, f"{CREATE} ON history_event {REFUSE.replace('EXEC', 'WHEN (false) EXEC')}"], id="when"),
        pytest.param([DROP, f"{CREATE} OF type ON history_event {REFUSE}"], id="for which columns"),
        pytest.param([DROP, f"{CREATE} ON snapshot {REFUSE}"], id="where it stands"),
        pytest.param(["ALTER TABLE history_event DISABLE TRIGGER history_event_no_update"], id="that it is on"),
        pytest.param(["ALTER TABLE history_event ENABLE REPLICA TRIGGER history_event_no_update"], id="for whom"),
    ],
)
def test_a_guard_that_was_weakened_in_postgresql_counts_as_missing(postgresql_url: str, statements: list[str]) -> None:
    engine = Engine(postgresql_url)
    with engine.database.write() as connection:
        for statement in statements:
            connection.execute(text(statement))

    assert "history_event_no_update" in engine.missing_triggers()
    Engine.upgrade(postgresql_url)
    assert engine.missing_triggers() == ()
    engine.close()


def test_a_guard_that_was_weakened_in_sqlite_counts_as_missing(sqlite_url: str) -> None:
    engine = Engine(sqlite_url)
    with engine.database.write() as connection:
        connection.execute(text("DROP TRIGGER history_event_no_update"))
        connection.execute(
            text("CREATE TRIGGER history_event_no_update BEFORE UPDATE ON history_event WHEN 0 BEGIN SELECT 1; END")
        )

    assert engine.missing_triggers() == ("history_event_no_update",)
    engine.close()


def test_a_case_that_was_deleted_whole_is_missed_by_its_number_and_its_seal(office: Engine) -> None:
    (gone, *_) = [verification.case for verification in office.verify_all()]
    with full_rights(office) as connection:
        _delete_case(connection, gone)

    messages = {finding.check: finding.message for finding in found(office)}

    assert messages.keys() == {"numbering", "seal"}
    assert gone in messages["numbering"]
    assert gone in messages["seal"]


def test_the_last_case_deleted_with_its_number_is_missed_by_its_seal(office: Engine) -> None:
    (*_, gone) = [verification.case for verification in office.verify_all()]
    with full_rights(office) as connection:
        _delete_case(connection, gone)
        connection.execute(text("UPDATE counter SET value = value - 1 WHERE name LIKE '%urut%'"))

    assert [(each.check, gone in each.message) for each in found(office)] == [("seal", True)]


def test_events_and_answers_without_a_case_are_found(sqlite_url: str) -> None:
    engine = Engine(sqlite_url)
    open_office(engine)
    engine.start("surat", LETTER, by=CLERK)
    raw = engine.database._writer.raw_connection()
    raw.execute("PRAGMA foreign_keys = OFF")
    for table, others in (
        ("history_event", "type, recorded_at, actor, NULL, payload, chain"),
        ("answers", "kind, salt, body"),
    ):
        raw.execute(
            f"INSERT INTO {table} SELECT 50, seq, {others} FROM {table} WHERE seq = (SELECT min(seq) FROM answers)"
        )
    raw.commit()
    raw.close()

    assert [each.message for each in found(engine)] == [
        "Ada peristiwa dari perkara yang barisnya tidak ada lagi (id 50).",
        "Ada jawaban dari perkara yang barisnya tidak ada lagi (id 50).",
    ]
    engine.close()


# --- somebody with full rights who re-computes ----------------------------------------------


def test_a_recomputed_history_is_found_by_its_seal(office: Engine, folder: Path) -> None:
    case = "SURAT-2026-00001"
    with full_rights(office) as connection:
        _rewrite(connection, case)

    assert all_checks(office, folder=folder) == {"seal"}
    (finding,) = office.verify(case).findings
    assert "ditulis ulang" in finding.message
    assert "Segel 1" in finding.message


def test_seals_forged_with_another_key_are_found(office: Engine) -> None:
    with full_rights(office) as connection:
        _rewrite(connection, "SURAT-2026-00001")
        _seal_anew(connection, FORGER)

    (finding,) = found(office)
    assert finding.check == "seal"
    assert FORGER.public in finding.message
    assert "Segel 1 sampai 2" in finding.message


def test_seals_forged_with_the_offices_own_key_are_found_only_by_a_copy(
    office: Engine, folder: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "salinan"
    shutil.copytree(folder, copy)
    with full_rights(office) as connection:
        _rewrite(connection, "SURAT-2026-00001")
        _seal_anew(connection, KEY)
    shutil.rmtree(folder)
    office.seal(KEY, folder)

    assert all_checks(office, folder=folder) == set()
    assert all_checks(office, copy=copy) == {"copy"}
    messages = [each.message for each in found(office, copy=copy) if each.event]
    assert len(messages) == 1
    assert "SURAT-2026-00001" in messages[0]
    assert "segel 1" in messages[0]
    assert [each.check for each in office.verify("SURAT-2026-00001", copy=copy, trusted=[KEY.public]).findings] == [
        "copy"
    ]
    assert office.verify("SURAT-2026-00003", copy=copy, trusted=[KEY.public]).sound


def test_all_seals_deleted_are_found_by_a_copy_and_by_the_folder(office: Engine, folder: Path) -> None:
    with full_rights(office) as connection:
        connection.execute(text("DELETE FROM seal"))
        connection.execute(text("DELETE FROM sealed_head"))

    assert {each.check for each in found(office)} == set()
    assert {each.check for each in found(office, folder=folder)} == {"copy"}


def test_without_a_trusted_key_no_signature_counts(office: Engine) -> None:
    (finding,) = office.verify_office()

    assert "tidak ada kunci publik" in finding.message


# --- folders --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        pytest.param(lambda file: file.write_text("{}"), "rusak", id="emptied"),
        pytest.param(lambda file: file.write_bytes(b"\xff\xfe"), "rusak", id="no text"),
        pytest.param(lambda file: file.write_text("[" * 100_000), "rusak", id="deep"),
        pytest.param(
            lambda file: file.write_bytes(file.with_name("segel-000002.json").read_bytes()),
            "memuat segel 2",
            id="another",
        ),
        pytest.param(lambda file: _edit(file, heads=[]), "lain dari di basis data", id="without heads"),
        pytest.param(lambda file: _edit(file, heads=[["x", "1", "00"]]), "rusak", id="nonsense for a head"),
        pytest.param(lambda file: _edit(file, signature="00" * 64), "berbunyi lain", id="another signature"),
        pytest.param(lambda file: file.unlink(), "Tidak ada berkas segel 1", id="gone"),
    ],
)
def test_a_file_of_the_folder_that_was_spoilt_is_named(
    office: Engine, folder: Path, spoil: Callable[[Path], object], said: str
) -> None:
    spoil(folder / "segel-000001.json")

    findings = found(office, folder=folder)

    assert {each.check for each in findings} == {"copy"}
    assert any(said in each.message for each in findings), findings


def test_a_copy_that_is_behind_is_no_finding(office: Engine, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "salinan").mkdir()
    shutil.copy(folder / "segel-000001.json", tmp_path / "salinan")

    assert found(office, copy=tmp_path / "salinan") == []


def test_a_folder_without_seals_is_no_copy(office: Engine, tmp_path: Path) -> None:
    (tmp_path / "kosong").mkdir()

    with pytest.raises(SealsUnusable, match="tidak ada satu pun"):
        found(office, copy=tmp_path / "kosong")
    with pytest.raises(SealsUnusable, match="tidak dapat dibaca"):
        found(office, copy=tmp_path / "tidak-ada")


# --- the forger's tools ---------------------------------------------------------------------


def _edit(file: Path, **changed: object) -> None:
    file.write_text(canonical(json.loads(file.read_text()) | changed))


def _delete_case(connection: Connection, case: str) -> None:
    row = connection.execute(select(ProcessInstanceRow.id).where(ProcessInstanceRow.number == case)).scalar_one()
    for table in ("history_event", "answers", "attachment", "work_item", "timer_job", "snapshot"):
        connection.execute(text(f"DELETE FROM {table} WHERE instance_id = {row}"))
    connection.execute(text(f"DELETE FROM process_instance WHERE id = {row}"))


def _rewrite(connection: Connection, case: str) -> None:
    """Let somebody else have begun the case, and compute its whole chain anew."""
    case_id = connection.execute(select(ProcessInstanceRow.id).where(ProcessInstanceRow.number == case)).scalar_one()
    of_case = HistoryEventRow.instance_id == case_id
    previous = GENESIS
    for row in connection.execute(select(HistoryEventRow).where(of_case).order_by(HistoryEventRow.seq)).all():
        actor = "orang lain" if row.type == "InstanceStarted" else row.actor
        previous = chain(previous, case, row.seq, row.type, row.recorded_at, actor, row.on_behalf_of, row.payload)
        changed = update(HistoryEventRow).where(of_case, HistoryEventRow.seq == row.seq)
        connection.execute(changed.values(actor=actor, chain=previous))


def _seal_anew(connection: Connection, key: SealKey) -> None:
    """Bring the sealed heads in line with the histories, and sign every seal again."""
    for head in connection.execute(select(SealedHeadRow)).all():
        event = select(HistoryEventRow.chain).where(
            HistoryEventRow.instance_id == head.instance_id, HistoryEventRow.seq == head.seq
        )
        now = connection.execute(event).scalar_one()
        connection.execute(update(SealedHeadRow).where(SealedHeadRow.position == head.position).values(chain=now))
    log, previous = Log(), None
    for row in connection.execute(select(SealRow).order_by(SealRow.number)).all():
        old = parse(row.statement, row.signature)
        heads = select(SealedHeadRow).where(SealedHeadRow.position >= log.size, SealedHeadRow.position < old.size)
        for head in connection.execute(heads.order_by(SealedHeadRow.position)).all():
            log.append(head_leaf(head.number, head.seq, head.chain))
        said = statement(old.number, old.sealed_at, old.size, log.root(), link(previous), key.public)
        previous = parse(said, key.sign(said.encode()))
        values = {"statement": said, "signature": previous.signature, "peaks": b"".join(log.peaks)}
        connection.execute(update(SealRow).where(SealRow.number == row.number).values(values))


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM holiday WHERE name = (SELECT max(name) FROM holiday)",
        "UPDATE holiday SET works = true WHERE name = (SELECT max(name) FROM holiday)",
    ],
)
def test_a_calendar_that_was_changed_unrecorded_is_found(office: Engine, change: str) -> None:
    with office.database.write() as connection:
        connection.execute(text(change))

    (finding,) = found(office)

    assert finding.check == "tables"
    assert "kalender" in finding.message
