"""Seals: every case's head under one signed root, in a table and in a folder, whatever happens in between."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from engine import Engine, HistoryDamaged, SealKey, SealsUnusable, seals, trusted_keys
from engine.crash import SEAL_STAGES
from engine.seal import files as seal_files
from engine.seal import merkle
from engine.seal.keys import is_signed, public_file, public_key
from engine.seal.statements import NOTHING, head_leaf, link, parse
from tests.clock import Clock
from tests.engine.small_office import AUDITOR, CHECKER, CLERK, LETTER, open_office

SECRET = bytes(range(32))


@pytest.fixture
def key() -> SealKey:
    return SealKey(SECRET)


def letters(engine: Engine, count: int) -> list[str]:
    return [engine.start("surat", LETTER, by=CLERK).number for _ in range(count)]


def head(engine: Engine, case: str) -> tuple[str, int, bytes]:
    last = engine.history(case, by=AUDITOR)[-1]
    return case, last.seq, last.chain


def test_a_seal_commits_to_the_head_of_every_case(engine: Engine, clock: Clock, key: SealKey) -> None:
    open_office(engine)
    cases = letters(engine, 3)

    seal = engine.seal(key)

    assert seal is not None
    log = merkle.Log()
    for case in cases:
        log.append(head_leaf(*head(engine, case)))
    assert (seal.number, seal.size, seal.root) == (1, 3, log.root().hex())
    assert (seal.sealed_at, seal.previous, seal.key) == (clock(), NOTHING, key.public)
    assert is_signed(seal.statement.encode(), seal.signature, key.public)
    assert json.loads(seal.statement)["format"] == "alur-seal-1"


def test_a_later_seal_holds_only_what_changed_and_hangs_on_the_one_before(engine: Engine, key: SealKey) -> None:
    open_office(engine)
    cases = letters(engine, 3)
    first = engine.seal(key)
    engine.complete(cases[1], "periksa:1", {"hasil": "benar"}, by=CHECKER)
    (new,) = letters(engine, 1)

    second = engine.seal(key)

    assert first is not None
    assert second is not None
    assert (second.number, second.size, second.previous) == (2, 5, link(first))
    assert [each.number for each in engine.seals()] == [1, 2]
    assert [each.number for each in engine.seals(after=1)] == [2]
    assert engine.last_seal() == second
    changed = [proof.seal.number for proof in engine.seal_proofs(cases[1], by=AUDITOR) if proof.position is not None]
    assert changed == [1, 2]
    assert engine.seal_proofs(new, by=AUDITOR)[-1].position == 4


def test_nothing_is_sealed_twice(engine: Engine, key: SealKey) -> None:
    open_office(engine)
    assert engine.seal(key) is None
    letters(engine, 1)

    assert engine.seal(key) is not None
    assert engine.seal(key) is None
    assert len(list(engine.seals())) == 1


def test_what_no_seal_covers_yet_is_told_by_its_age(engine: Engine, clock: Clock, key: SealKey) -> None:
    open_office(engine)
    assert engine.unsealed_since() is None
    (case,) = letters(engine, 1)
    begun = clock()
    clock.advance(timedelta(minutes=5))
    letters(engine, 1)
    assert engine.unsealed_since() == begun

    engine.seal(key)
    assert engine.unsealed_since() is None

    clock.advance(timedelta(minutes=5))
    engine.complete(case, "periksa:1", {"hasil": "benar"}, by=CHECKER)
    assert engine.unsealed_since() == clock()


def test_every_proof_leads_from_the_history_to_the_signed_root(engine: Engine, key: SealKey) -> None:
    open_office(engine)
    cases = letters(engine, 5)
    engine.seal(key)
    for case in cases[:3]:
        engine.complete(case, "periksa:1", {"hasil": "benar"}, by=CHECKER)
    cases += letters(engine, 4)
    engine.seal(key)

    for case in cases:
        proofs = engine.seal_proofs(case, by=AUDITOR)
        chains = {event.seq: event.chain for event in engine.history(case, by=AUDITOR)}
        assert proofs[-1].seal.number == 2
        for proof in proofs:
            if proof.position is None or proof.seq is None:
                continue
            assert proof.chain == chains[proof.seq]
            leaf = head_leaf(case, proof.seq, proof.chain)
            path = [bytes.fromhex(node) for node in proof.path]
            root = merkle.root_of(leaf, proof.position, proof.seal.size, path)
            assert root is not None
            assert root.hex() == proof.seal.root
    (first, newest) = engine.seal_proofs(cases[3], by=AUDITOR)
    assert (first.seal.number, first.position, newest.seal.number, newest.position) == (1, 3, 2, None)


def test_many_heads_become_several_seals_at_once(
    engine: Engine, key: SealKey, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(seals, "MOST_HEADS", 2)
    monkeypatch.setattr(seals, "WINDOW", 3)
    open_office(engine)
    cases = letters(engine, 5)

    last = engine.seal(key, tmp_path)

    assert last is not None
    assert (last.number, last.size) == (3, 5)
    assert [len(seal_files.read(tmp_path, number).heads) for number in (1, 2, 3)] == [2, 2, 1]
    assert [proof.position for proof in engine.seal_proofs(cases[4], by=AUDITOR)] == [4]
    assert list(engine.verify_office(trusted=[key.public], folder=tmp_path)) == []


def test_several_that_seal_at_once_make_one_seal(engine: Engine, key: SealKey, tmp_path: Path) -> None:
    open_office(engine)
    letters(engine, 3)
    made, errors = [], []
    ready = threading.Barrier(4)

    def work() -> None:
        ready.wait()
        try:
            made.append(engine.seal(key, tmp_path))
        except Exception as error:  # noqa: BLE001 - whatever it is, the test tells it
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert len([seal for seal in made if seal is not None]) == 1
    assert [seal.size for seal in engine.seals()] == [3]
    assert list(engine.verify_office(trusted=[key.public], folder=tmp_path)) == []


def test_a_seal_goes_to_the_folder_as_one_file(engine: Engine, key: SealKey, tmp_path: Path) -> None:
    open_office(engine)
    cases = letters(engine, 2)
    folder = tmp_path / "segel"

    seal = engine.seal(key, folder)

    assert [file.name for file in folder.iterdir()] == ["segel-000001.json"]
    held = json.loads((folder / "segel-000001.json").read_text())
    assert seal is not None
    assert held["statement"] == seal.statement
    assert held["signature"] == seal.signature.hex()
    assert held["heads"] == [[case, seq, chain.hex()] for case, seq, chain in (head(engine, case) for case in cases)]
    read = seal_files.read(folder, 1)
    assert (read.seal, len(read.heads)) == (seal, 2)


def test_a_file_that_is_missing_is_written_with_the_next_sealing(engine: Engine, key: SealKey, tmp_path: Path) -> None:
    open_office(engine)
    letters(engine, 2)
    engine.seal(key)
    letters(engine, 1)

    engine.seal(key, tmp_path)
    written = (tmp_path / "segel-000001.json").read_bytes()
    (tmp_path / "segel-000001.json").unlink()
    engine.seal(key, tmp_path)

    assert seal_files.numbers_in(tmp_path) == (1, 2)
    assert (tmp_path / "segel-000001.json").read_bytes() == written


def test_a_folder_that_cannot_be_written_says_so_and_the_seal_stands(
    engine: Engine, key: SealKey, tmp_path: Path
) -> None:
    open_office(engine)
    letters(engine, 1)
    (tmp_path / "berkas").write_text("bukan folder")

    with pytest.raises(SealsUnusable, match="tidak dapat"):
        engine.seal(key, tmp_path / "berkas")

    assert [seal.number for seal in engine.seals()] == [1]


@pytest.mark.parametrize("stage", SEAL_STAGES)
def test_a_sealer_that_dies_leaves_a_whole_seal_or_none(
    engine: Engine, database_url: str, key: SealKey, tmp_path: Path, stage: str
) -> None:
    open_office(engine)
    letters(engine, 2)
    script = (
        "import sys; from pathlib import Path; from engine import Engine, SealKey\n"
        f"Engine(sys.argv[1]).seal(SealKey(bytes.fromhex({SECRET.hex()!r})), Path(sys.argv[2]))"
    )

    died = subprocess.run(
        [sys.executable, "-c", script, database_url, str(tmp_path)],
        env={**os.environ, "ALUR_CRASH_AT": stage},
        check=False,
    )

    assert died.returncode == 86
    assert len(list(engine.seals())) == (1 if stage == "sealed" else 0)
    assert seal_files.numbers_in(tmp_path) == ()
    engine.seal(key, tmp_path)
    assert seal_files.numbers_in(tmp_path) == (1,)
    assert list(engine.verify_office(trusted=[key.public], folder=tmp_path)) == []


def test_a_case_whose_last_event_is_nonsense_does_not_stop_the_others(sqlite_url: str, key: SealKey) -> None:
    engine = Engine(sqlite_url)
    open_office(engine)
    damaged, _ = letters(engine, 2)
    with engine.database.write() as connection:
        connection.execute(text("DROP TRIGGER history_event_no_update"))
        connection.execute(text("UPDATE history_event SET chain = 'teks' WHERE instance_id = 1"))

    seal = engine.seal(key)

    assert seal is not None
    assert seal.size == 1
    assert engine.seal_proofs(damaged, by=AUDITOR)[0].position is None
    engine.close()


def test_a_last_seal_that_contradicts_itself_is_not_built_upon(engine: Engine, key: SealKey) -> None:
    open_office(engine)
    letters(engine, 2)
    engine.seal(key)
    letters(engine, 1)
    on_table = "" if engine.database.is_sqlite else " ON seal"
    with engine.database.write() as connection:
        connection.execute(text(f"DROP TRIGGER seal_no_update{on_table}"))
        connection.execute(text("UPDATE seal SET peaks = :peaks"), {"peaks": bytes(32)})

    with pytest.raises(HistoryDamaged, match="verify --all"):
        engine.seal(key)


@pytest.mark.parametrize("table", ["seal", "sealed_head"])
def test_seals_are_only_ever_added_to(engine: Engine, key: SealKey, table: str) -> None:
    open_office(engine)
    letters(engine, 1)
    engine.seal(key)
    column = "statement" if table == "seal" else "number"

    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {column} = 'x'"):
        with pytest.raises(Exception, match="hanya boleh ditambah"), engine.database.write() as connection:
            connection.execute(text(statement))


# --- keys and statements --------------------------------------------------------------------


def test_a_new_key_signs_stays_and_is_trusted(tmp_path: Path) -> None:
    file = tmp_path / "sub" / "seal-key"

    key = SealKey.make(file)

    assert file.stat().st_mode & 0o777 == 0o600
    assert SealKey.load(file).public == key.public
    assert trusted_keys(file) == (key.public,)
    assert is_signed(b"pesan", SealKey.load(file).sign(b"pesan"), key.public)
    assert not is_signed(b"pesan lain", key.sign(b"pesan"), key.public)
    assert not is_signed(b"pesan", key.sign(b"pesan"), "zz")
    with pytest.raises(SealsUnusable, match="sudah ada"):
        SealKey.make(file)


def test_the_keys_before_stay_trusted(tmp_path: Path) -> None:
    file = tmp_path / "seal-key"
    old = SealKey.make(file)
    file.rename(tmp_path / "seal-key.lama")

    new = SealKey.make(file)
    with public_file(file).open("a") as listed:
        listed.write(f"# dari catatan\n{'AB' * 32}  # kantor lama\n\n")

    assert trusted_keys(file) == (old.public, new.public, "ab" * 32)


@pytest.mark.parametrize(
    ("content", "mode", "said"),
    [
        pytest.param(None, 0o600, "--new-key", id="missing"),
        pytest.param("bukan kunci", 0o600, "heksadesimal", id="no key"),
        pytest.param("00" * 32, 0o640, "chmod 600", id="open to others"),
    ],
)
def test_a_key_that_cannot_be_used_says_what_to_do(tmp_path: Path, content: str | None, mode: int, said: str) -> None:
    file = tmp_path / "seal-key"
    if content is not None:
        file.write_text(content)
        file.chmod(mode)

    with pytest.raises(SealsUnusable, match=said):
        SealKey.load(file)


def test_a_line_that_is_no_public_key_is_refused(tmp_path: Path) -> None:
    public_file(tmp_path / "seal-key").write_text("abc\n")

    with pytest.raises(SealsUnusable, match="64"):
        trusted_keys(tmp_path / "seal-key")
    with pytest.raises(SealsUnusable, match="64"):
        public_key("abc")
    assert trusted_keys(tmp_path / "tidak-ada") == ()


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said.replace('"alur-seal-1"', '"alur-seal-2"'),
        lambda said: said.replace(":", ": ", 1),
        lambda said: said.replace('"number":1', '"number":0'),
        lambda said: said.replace('"number":1', '"number":true'),
        lambda said: said.replace('"size":1', '"size":1,"x":1'),
        lambda said: said.replace('"root":"', '"root":"zz'),
        lambda said: said.replace("2026-", "26-"),
        lambda _said: "[" * 100_000,
        lambda _said: "[]",
        lambda _said: "",
        lambda _said: None,
        lambda said: said.encode()[:-1],
    ],
)
def test_a_text_that_is_no_statement_of_ours_is_refused(engine: Engine, key: SealKey, change) -> None:
    open_office(engine)
    letters(engine, 1)
    seal = engine.seal(key)
    assert seal is not None

    with pytest.raises(ValueError):  # noqa: PT011 - whatever it says, it is refused
        parse(change(seal.statement), seal.signature)
