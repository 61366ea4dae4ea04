"""Seals at a terminal: the key of a new office, sealing now, and a copy that left the office."""

from __future__ import annotations

import shutil

from engine import Engine, SealKey, trusted_keys
from tests.cli.typed import KEY, first_answers, good, lines, lines_of_failure, typed_on
from tests.office import open_office


def begun(alur, office, tmp_path):
    """Begin a case and return its number."""
    return good(alur("start", KEY, "--answers", first_answers(office, tmp_path), "--by", "petugas1")).strip()


def test_a_new_office_gets_its_key_once_and_is_told_to_publish_it(monkeypatch, tmp_path, empty_database_url):
    alur = typed_on(empty_database_url, monkeypatch, tmp_path)

    said = good(alur("upgrade"))

    (public,) = trusted_keys(tmp_path / "seal-key")
    assert public in said
    assert "umumkan" in said
    assert public not in good(alur("upgrade"))
    assert trusted_keys(tmp_path / "seal-key") == (public,)


def test_a_seal_is_made_listed_and_verified(alur, office, tmp_path):
    SealKey.make(tmp_path / "seal-key")
    number = begun(alur, office, tmp_path)

    assert "Segel 1" in good(alur("seal"))
    assert "Tidak ada yang berubah" in good(alur("seal"))

    (listed,) = lines(alur("seals", "--json"))
    assert (listed["number"], listed["size"], listed["key"]) == (1, 1, trusted_keys(tmp_path / "seal-key")[0])
    assert listed["root"][:16] in good(alur("seals")).splitlines()[1]
    assert [file.name for file in (tmp_path / "seals").iterdir()] == ["segel-000001.json"]
    assert "Kantor: utuh" in good(alur("verify", "--all"))
    assert [each["case"] for each in lines(alur("verify", "--all", "--json", "--copy", tmp_path / "seals"))] == [number]
    good(alur("verify", number, "--copy", tmp_path / "seals"))


def test_a_key_that_is_lost_is_replaced_and_the_old_one_stays_trusted(alur_sqlite, sqlite_url, tmp_path):
    old = SealKey.make(tmp_path / "seal-key")
    engine = Engine(sqlite_url)

    open_office(engine)
    begun(alur_sqlite, engine, tmp_path)
    good(alur_sqlite("seal"))
    (tmp_path / "seal-key").unlink()
    begun(alur_sqlite, engine, tmp_path)
    engine.close()

    refused = alur_sqlite("seal")
    assert refused.exit_code == 1
    assert "--new-key" in refused.stderr
    assert "sudah mempunyai segel" in alur_sqlite("upgrade").stderr
    assert not (tmp_path / "seal-key").exists()
    assert "umumkan" in good(alur_sqlite("seal", "--new-key"))

    keys = trusted_keys(tmp_path / "seal-key")
    assert keys[0] == old.public
    assert [each["key"] for each in lines(alur_sqlite("seals", "--json"))] == list(keys)
    good(alur_sqlite("verify", "--all"))
    only_new = alur_sqlite("verify", "--all", "--key", keys[1])
    assert only_new.exit_code == 1
    assert f"ditandatangani kunci {old.public}" in only_new.stdout
    good(alur_sqlite("verify", "--all", "--key", keys[0], "--key", keys[1]))


def test_what_a_copy_knows_otherwise_fails_the_verification(alur_sqlite, sqlite_url, tmp_path):

    SealKey.make(tmp_path / "seal-key")
    engine = Engine(sqlite_url)
    open_office(engine)
    number = begun(alur_sqlite, engine, tmp_path)
    good(alur_sqlite("seal"))
    shutil.move(tmp_path / "seals", tmp_path / "salinan")
    with engine.database.write() as connection:
        for table in ("seal", "sealed_head"):
            connection.exec_driver_sql(f"DROP TRIGGER {table}_no_delete")
            connection.exec_driver_sql(f"DELETE FROM {table}")
    engine.close()
    good(alur_sqlite("upgrade"))

    without = alur_sqlite("verify", "--all")
    with_copy = alur_sqlite("verify", "--all", "--copy", tmp_path / "salinan", "--json")

    assert without.exit_code == 0
    assert "Belum ada segel" in without.stderr
    (finding, verdict) = lines_of_failure(with_copy)
    assert (finding["check"], "Segel 1" in finding["message"]) == ("copy", True)
    assert (verdict["case"], verdict["sound"]) == (number, True)


def test_a_wrong_key_or_copy_is_refused_in_words(alur_sqlite, tmp_path):
    (tmp_path / "kosong").mkdir()

    assert "64 angka" in alur_sqlite("verify", "--all", "--key", "abc").stderr
    assert "tidak ada satu pun" in alur_sqlite("verify", "--all", "--copy", tmp_path / "kosong").stderr
    assert alur_sqlite("verify", "--all", "--copy", tmp_path / "tidak-ada").exit_code == 2
