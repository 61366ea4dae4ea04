"""The stand-alone verifier as a command: what it prints, what it refuses, what it survives."""

from __future__ import annotations

import json
import random
import re
import shutil
import string
import zipfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Engine
from engine.seal import merkle
from engine.seal.statements import head_leaf
from tests.clock import Clock
from tests.engine.small_office import AUDITOR, CLERK
from tests.exports import verifying
from tests.exports.dossiers import KEY, THIEF, Forger, dossier, sealed_case

verify = verifying.as_module()


@dataclass(frozen=True)
class Made:
    """What one office handed out: a dossier of a case in whole, one of each case for an auditor."""

    whole: bytes
    of_each: dict[str, bytes]
    seals: Path


@pytest.fixture(scope="module")
def made(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder, clock = tmp_path_factory.mktemp("kantor"), Clock()
    shutil.copy(sqlite_template, folder / "alur.db")
    engine = Engine(f"sqlite:///{folder / 'alur.db'}", clock)
    case = sealed_case(engine, clock, folder / "segel")
    shutil.copytree(folder / "segel", folder / "salinan")
    whole = dossier(engine, case, CLERK)
    of_each = {number: dossier(engine, number, AUDITOR) for number in ("SURAT-2026-00001", "SURAT-2026-00002")}
    engine.reveal(case, "catat:1", "pemeriksaan", by=AUDITOR)
    clock.advance(timedelta(hours=1))
    engine.seal(KEY, folder / "segel")
    engine.close()
    return Made(whole, of_each, folder)


@pytest.fixture
def seals(made: Made, tmp_path: Path) -> Path:
    """A copy of the seal folder, as it was when the dossier was made."""
    return Path(shutil.copytree(made.seals / "salinan", tmp_path / "segel"))


@pytest.fixture
def sound(made: Made, tmp_path: Path) -> Path:
    """A sound dossier of a case that its reader may see in whole."""
    path = tmp_path / "dossier.zip"
    path.write_bytes(made.whole)
    return path


# --- what it says ---------------------------------------------------------------------------


def test_it_says_what_it_checked_and_what_it_cannot_know(sound: Path, seals: Path) -> None:
    said = verifying.run(sound).stdout

    for title in ("Daftar isi", "Rantai peristiwa", "Diagram dan formulir", "Jawaban", "Lampiran", "Segel"):
        assert f"OK    {title}: " in said
    assert "Kunci publik diambil dari dossier itu sendiri" in said
    assert "Tanpa salinan folder segel" in said
    assert "Diagram tidak dijalankan ulang di sini" in said
    assert said.rstrip().endswith("UTUH: tidak ditemukan yang salah.")
    with_both = verifying.run(sound, "--key", KEY.public, "--seals", seals).stdout
    assert "Kunci publik diambil" not in with_both
    assert "Tanpa salinan" not in with_both
    assert "Salinan memuat perkara ini 3 kali" in with_both


def test_it_says_the_same_in_english(sound: Path) -> None:
    said = verifying.run(sound, "--english").stdout

    assert "OK    Chain of events: 20 events, each of which locks all that came before." in said
    assert "NOTE" not in said
    assert said.rstrip().endswith("SOUND: nothing wrong was found.")


def test_every_sentence_stands_in_both_languages_with_the_same_facts() -> None:
    for code, sentences in verify.SENTENCES.items():
        facts = [{name for _, name, _, _ in string.Formatter().parse(each) if name} for each in sentences]
        assert facts[0] == facts[1], code
        assert all(sentences), code


def test_every_sentence_is_said_somewhere_and_no_other() -> None:
    source = verifying.FILE.read_text().split('"""', 4)[4]
    said = {code for code in verify.SENTENCES if f'"{code}"' in source}
    looked_up = {*verify.CHECKS, "limits", *(code for code in verify.SENTENCES if code.startswith("limits."))}

    assert verify.SENTENCES.keys() - said - looked_up == set()
    called = re.findall(r'(?:fail|note|passed|Unreadable)\(\s*"([a-z.-]+)"', source)
    assert set(called) <= verify.SENTENCES.keys()


def test_another_verifier_in_the_dossier_is_named(sound: Path, tmp_path: Path) -> None:
    forger = Forger.of(sound.read_bytes())
    forger.files["periksa.py"] = b"print('UTUH')\n"

    done = verifying.run(forger.save(tmp_path / "lain.zip"))

    assert done.returncode == 0
    assert "periksa.py dalam dossier lain dari pemeriksa yang sedang berjalan" in done.stdout


def test_what_a_terminal_would_obey_is_printed_as_a_number(sound: Path, tmp_path: Path) -> None:
    forger = Forger.of(sound.read_bytes())
    forger.change("perkara.json", lambda sheet: sheet["case"].update(state="\x1b[2J\u202e"))

    said = verifying.run(forger.save(tmp_path / "lain.zip")).stdout

    assert "\\x1b[2J\\x202e" in said
    assert "\x1b" not in said


# --- how it is called -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param([], "required", id="nothing"),
        pytest.param(["tidak-ada.zip"], "tidak ada / not there", id="a file that is not there"),
        pytest.param(["--key", "abc"], "bukan kunci Ed25519", id="a key that is none"),
        pytest.param(["--key", "01" + "00" * 31], "bukan kunci Ed25519", id="a key that signs anything"),
        pytest.param(["--seals", "tidak-ada"], "bukan folder", id="seals that are not there"),
        pytest.param(["--apa"], "unrecognized", id="an unknown option"),
    ],
)
def test_wrong_usage_is_code_two(tmp_path: Path, arguments: list[str], words: str) -> None:
    file = tmp_path / "dossier.zip"
    file.write_bytes(b"")
    given_file = [] if arguments in ([], ["tidak-ada.zip"]) else [file]

    done = verifying.run(*given_file, *arguments)

    assert done.returncode == 2
    assert words in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"", "rusak", id="an empty file"),
        pytest.param(b"PK\x05\x06" + bytes(18), "Ini bukan dossier", id="an empty ZIP"),
        pytest.param(b"bukan ZIP" * 100, "rusak", id="no ZIP"),
    ],
)
def test_what_is_no_dossier_is_not_sound(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "dossier.zip"
    file.write_bytes(content)

    (finding,) = verifying.findings(file)

    assert words in finding["message"]


def test_keys_of_several_years_are_named_together(sound: Path) -> None:
    assert verifying.findings(sound, "--key", THIEF.public, "--key", KEY.public.upper()) == []
    assert {each["code"] for each in verifying.findings(sound, "--key", THIEF.public)} == {"seal.key", "seal.unproven"}


# --- folders --------------------------------------------------------------------------------


def test_an_unpacked_dossier_is_checked_just_so(sound: Path, tmp_path: Path) -> None:
    folder = tmp_path / "terbuka"
    with zipfile.ZipFile(sound) as archive:
        archive.extractall(folder)
    (folder / ".DS_Store").write_bytes(b"dari sistem")

    assert verifying.findings(folder) == []

    (folder / "lampiran" / "4-1-foto.pdf").write_bytes(b"lain")
    (folder / "tautan").symlink_to("/etc/passwd")
    codes = {each["code"] for each in verifying.findings(folder)}
    assert codes == {"listing.altered", "listing.outside", "files.altered"}


def test_several_dossiers_in_one_zip_are_reported_one_by_one(made: Made, tmp_path: Path, seals: Path) -> None:
    file = tmp_path / "kurun.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for number, whole in made.of_each.items():
            for name, content in Forger.of(whole).files.items():
                archive.writestr(f"{number}/{name}", content)

    done = verifying.run(file, "--json", "--seals", seals, "--key", KEY.public)

    assert done.returncode == 0
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["dossier"] for each in reports] == [
        "kurun.zip",
        "kurun.zip: SURAT-2026-00001",
        "kurun.zip: SURAT-2026-00002",
    ]
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("SURAT-2026-00003/GAGAL.txt", "tidak dapat dibuat")
        archive.writestr("SURAT-2026-00002/lagi.txt", "x")
    assert [each["message"] for each in verifying.findings(file)] == [
        "SURAT-2026-00003/GAGAL.txt bukan bagian dossier.",
        "lagi.txt tidak ada dalam daftar isi.",
        "lagi.txt bukan bagian dossier.",
    ]


# --- a copy of the seal folder --------------------------------------------------------------


def edited(seals: Path, number: int, **values: object) -> None:
    file = seals / f"segel-{number:06}.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **values}))


@pytest.mark.parametrize(
    ("harm", "codes"),
    [
        pytest.param(lambda seals: (seals / "segel-000002.json").unlink(), {"copy.gap"}, id="a seal gone"),
        pytest.param(lambda seals: (seals / "segel-000001.json").unlink(), {"copy.gap"}, id="the first seal gone"),
        pytest.param(
            lambda seals: (seals / "segel-000002.json").write_text("{"), {"copy.unreadable", "copy.gap"}, id="nonsense"
        ),
        pytest.param(
            lambda seals: (seals / "segel-000002.json").write_text((seals / "segel-000001.json").read_text()),
            {"copy.number", "seal.link", "seal.backwards", "copy.root", "copy.other"},
            id="a seal twice",
        ),
        pytest.param(lambda seals: edited(seals, 2, heads=[]), {"copy.root"}, id="heads taken out"),
        pytest.param(
            lambda seals: edited(seals, 2, heads=[["SURAT-2026-00001", 2, "00" * 32]]),
            {"copy.root", "copy.rewritten"},
            id="a head that never was",
        ),
        pytest.param(lambda seals: edited(seals, 4, heads=[[1, 2]]), {"copy.unreadable"}, id="heads that are none"),
        pytest.param(
            lambda seals: edited(seals, 4, signature="00" * 64), {"seal.signature", "copy.other"}, id="a signature"
        ),
    ],
)
def test_a_damaged_copy_of_the_seals_is_found(sound: Path, seals: Path, harm: object, codes: set[str]) -> None:
    assert callable(harm)
    harm(seals)

    found = verifying.found(sound, keys=[KEY.public], seals=seals)

    assert {each["code"] for each in found} == codes


def test_a_copy_older_than_the_dossier_says_so_and_proves_what_it_holds(sound: Path, seals: Path) -> None:
    for number in (3, 4):
        (seals / f"segel-{number:06}.json").unlink()

    done = verifying.run(sound, "--seals", seals)

    assert done.returncode == 0
    assert "Salinan memuat perkara ini 2 kali" in done.stdout


def test_a_dossier_older_than_the_copy_is_told_to_be_renewed(made: Made, sound: Path) -> None:
    done = verifying.run(sound, "--seals", made.seals / "segel", "--key", KEY.public)

    assert done.returncode == 0
    assert "perkara berlanjut. Mintalah yang baru." in done.stdout


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=5), st.integers(1, 99), st.binary(min_size=32, max_size=32)), max_size=40))
def test_its_trees_are_those_of_the_engine(heads: list[tuple[str, int, bytes]]) -> None:
    theirs, ours = merkle.Log(), verify.Log()
    leaves = [head_leaf(*head) for head in heads]

    for head, leaf in zip(heads, leaves, strict=True):
        assert verify.leaf_of(head[0], head[1], head[2].hex()) == leaf
        theirs.append(leaf)
        ours.append(leaf)

    assert ours.root() == theirs.root().hex()
    for position, leaf in enumerate(leaves):
        path = merkle.audit_path(position, merkle.Log(), leaves)
        assert verify.root_by(path, leaf, position, len(leaves)) == ours.root()
        assert verify.root_by([*path, leaf], leaf, position, len(leaves)) != ours.root()
        assert verify.root_by(path, leaf, position + len(leaves), len(leaves)) is None


# --- what it survives -----------------------------------------------------------------------


def test_no_damage_makes_it_stumble(sound: Path, tmp_path: Path) -> None:
    """Bytes are flipped, cut and doubled at random: there is a verdict each time, never a traceback."""
    content, chance = sound.read_bytes(), random.Random(8032)
    harmed = tmp_path / "rusak.zip"
    verdicts = []
    for _ in range(120):
        data = bytearray(content)
        for _ in range(chance.choice((1, 1, 3))):
            at = chance.randrange(len(data))
            kind = chance.randrange(3)
            if kind == 0:
                data[at] ^= 1 << chance.randrange(8)
            elif kind == 1:
                del data[at : at + chance.randrange(1, 200)]
            else:
                data[at:at] = data[at : at + chance.randrange(1, 200)]
        harmed.write_bytes(data)
        verdicts.append(bool(verifying.found(harmed)))
    assert sum(verdicts) > 100


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_no_content_makes_it_stumble(made: Made, scratch: Path, data: st.DataObject) -> None:
    """Any value in any file is another one of any kind: there is a verdict, never a traceback."""
    forger = Forger.of(made.whole)
    name = data.draw(st.sampled_from([each for each in forger.files if each.endswith((".json", ".jsonl"))]))
    lines = [json.loads(line) for line in forger.files[name].decode().split("\n") if line] if name[-1] == "l" else []
    document = {"lines": lines} if lines else {"document": forger.json(name)}
    parent: Any = document
    (key,) = document
    while isinstance(parent[key], dict | list) and parent[key] and (parent is document or data.draw(st.booleans())):
        parent = parent[key]
        key = data.draw(st.sampled_from(sorted(parent) if isinstance(parent, dict) else range(len(parent))))
    parent[key] = data.draw(JUNK)
    if lines:
        forger.files[name] = "".join(json.dumps(line) + "\n" for line in lines).encode()
    else:
        forger.write(name, document["document"])

    # An attacker covers up, except in the listing itself.
    path = forger.save(scratch / "dossier.zip", relist=name != "daftar-isi.json")
    assert isinstance(verifying.found(path), list)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scratch")


def test_nesting_without_end_is_a_finding(made: Made, tmp_path: Path) -> None:
    forger = Forger({**Forger.of(made.whole).files, "jawaban.json": b"[" * 100_000})

    found = verifying.findings(forger.save(tmp_path / "dossier.zip"))

    assert "jawaban.json bukan JSON" in found[0]["message"]
