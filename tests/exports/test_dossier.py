"""The dossier: everything of a case that its reader may see, in one ZIP that proves itself without us."""

from __future__ import annotations

import ast
import io
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from engine import Actor, Engine, InvalidRequest, NotAllowed, NotFound, Upload
from tests.casework import Casework
from tests.clock import Clock
from tests.engine.diagrams import call, chain, end, process, start, task
from tests.engine.small_office import (
    AUDITOR,
    CHECKER,
    CLERK,
    HEAD,
    LETTER,
    OTHER_CHECKER,
    OWNER,
    hire,
    open_office,
    types,
)
from tests.exports import verifying
from tests.exports.dossiers import ANSWERS, KEY, PHOTO, Forger, dossier, sealed_case
from tests.full_rights import full_rights
from tests.office import open_office as open_sop_office
from tests.small_bpmn import Task, choice, diagram, form
from webapp.exports.dossier import write_dossier
from webapp.exports.dossier_parts import safe_name


def checked(content: bytes, folder: Path, **options: Any) -> set[str]:
    """Return the checks by which the verifier finds something in a dossier."""
    path = folder / "dossier.zip"
    path.write_bytes(content)
    return {each["code"].split(".")[0] for each in verifying.found(path, **options)}


def test_a_dossier_holds_the_whole_case_and_is_sound(engine: Engine, clock: Clock, tmp_path: Path) -> None:
    case = sealed_case(engine, clock, tmp_path / "segel")

    content = dossier(engine, case, CLERK)

    assert sorted(Forger.of(content).files) == [
        "BACA-SAYA.txt",
        "daftar-isi.json",
        "diagram/surat-v1.bpmn",
        "diagram/surat-v1.forms.json",
        "jawaban.json",
        "jawaban/11-remark.json",
        "jawaban/18-plain.json",
        "jawaban/4-personal.json",
        "jawaban/4-plain.json",
        "kesesuaian.json",
        "kunci-publik.txt",
        "lampiran/4-1-foto.pdf",
        "lampiran/4-2-surat.pdf",
        "linimasa.html",
        "periksa.py",
        "peristiwa.jsonl",
        "perkara.json",
        "segel/segel-000001.json",
        "segel/segel-000002.json",
        "segel/segel-000003.json",
        "segel/segel-000004.json",
    ]
    assert checked(content, tmp_path) == set()
    assert checked(content, tmp_path, keys=[KEY.public], seals=tmp_path / "segel") == set()


def test_its_own_verifier_runs_alone_on_it(engine: Engine, clock: Clock, tmp_path: Path) -> None:
    case = sealed_case(engine, clock, tmp_path / "segel")
    forger = Forger.of(dossier(engine, case, CLERK))
    path = forger.save(tmp_path / "dossier.zip", relist=False)
    own = tmp_path / "periksa.py"
    own.write_bytes(forger.files["periksa.py"])

    done = verifying.run(path, "--key", KEY.public, file=own)

    assert (done.returncode, done.stderr) == (0, "")
    assert "UTUH: tidak ditemukan yang salah." in done.stdout


def test_the_events_are_those_of_the_engine(engine: Engine, clock: Clock, tmp_path: Path) -> None:
    case = sealed_case(engine, clock, tmp_path / "segel")

    events = Forger.of(dossier(engine, case, AUDITOR)).events

    assert [(each["seq"], each["type"], each["payload"], each["chain"]) for each in events] == [
        (each.seq, each.type, each.payload, each.chain.hex()) for each in engine.history(case, by=AUDITOR)
    ]


def test_the_same_case_at_the_same_moment_is_the_same_file(engine: Engine, clock: Clock, tmp_path: Path) -> None:
    case = sealed_case(engine, clock, tmp_path / "segel")

    assert dossier(engine, case, AUDITOR) == dossier(engine, case, AUDITOR)


class Pipe(io.RawIOBase):
    """Somewhere to write to, and nowhere to go back."""

    def __init__(self) -> None:
        self.written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.written += data
        return len(data)


def test_it_can_be_written_where_nobody_can_go_back(engine: Engine, tmp_path: Path) -> None:
    open_office(engine)
    case, pipe = engine.start("surat", ANSWERS, by=CLERK).number, Pipe()

    write_dossier(pipe, engine, case, by=CLERK)

    assert checked(bytes(pipe.written), tmp_path) == set()


# --- who may see what -----------------------------------------------------------------------


def everything_in(content: bytes) -> bytes:
    """Return all that can be read in a dossier, escapes and all."""
    files = Forger.of(content).files
    return b"\n".join([*(name.encode() for name in files), *files.values()])


def test_personal_answers_are_withheld_and_that_is_said(engine: Engine, tmp_path: Path) -> None:
    open_office(engine)
    case = engine.start("surat", ANSWERS, by=CLERK).number

    content = dossier(engine, case, AUDITOR)

    assert not re.search(b"Siti|Pegawai itu|foto.pdf|%PDF", everything_in(content))
    readable = Forger.of(content).json("jawaban.json")
    assert readable["withheld"] == [{"seq": 4, "kind": "personal", "reason": "personal"}]
    hidden = {each["key"] for each in readable["steps"][0]["fields"] if each["shown"] == "hidden"}
    assert hidden == {"nama", "kisah", "bukti"}
    assert "data pribadi, tidak diperlihatkan" in Forger.of(content).files["linimasa.html"].decode()
    assert checked(content, tmp_path) == set()
    assert types(engine, case)[-1] != "IdentityRevealed"


def test_what_one_may_see_of_a_row_is_shown_and_said_to_be_unproven(engine: Engine, tmp_path: Path) -> None:
    open_office(engine)
    case = engine.start("surat", ANSWERS, by=CLERK).number

    content = dossier(engine, case, CHECKER)

    assert b"Pegawai itu meminta uang" in everything_in(content)
    assert b"Siti" not in everything_in(content)
    path = Forger.of(content).save(tmp_path / "dossier.zip", relist=False)
    assert "1 isian dalam jawaban.json diperlihatkan tanpa bukti" in verifying.run(path).stdout
    assert checked(content, tmp_path) == set()


@pytest.mark.parametrize("switch", [None, "anonim", "rahasia"])
def test_with_a_reason_all_is_in_it_and_the_reveal_in_the_history(
    engine: Engine, tmp_path: Path, switch: str | None
) -> None:
    open_office(engine)
    case = engine.start("surat", {**ANSWERS, **({switch: True} if switch else {})}, by=CLERK).number

    content = dossier(engine, case, AUDITOR, "pemeriksaan rutin")

    forger = Forger.of(content)
    assert forger.events[-1]["type"] == types(engine, case)[-1] == "IdentityRevealed"
    assert json.loads(forger.events[-1]["payload"])["reason"] == "pemeriksaan rutin"
    assert forger.json("perkara.json")["revealed_for"] == "pemeriksaan rutin"
    assert forger.files["lampiran/4-1-foto.pdf"] == PHOTO.content
    assert b"Siti Aminah" in forger.files["linimasa.html"]
    assert forger.json("jawaban.json")["withheld"] == []
    assert checked(content, tmp_path) == set()


@pytest.mark.parametrize(
    ("by", "reason", "error"),
    [
        pytest.param(CHECKER, "ingin tahu", NotAllowed, id="somebody who may reveal nothing"),
        pytest.param(AUDITOR, " ", InvalidRequest, id="no reason"),
        pytest.param(OTHER_CHECKER, None, NotFound, id="a confidential case of others"),
    ],
)
def test_a_refusal_comes_before_the_first_byte(
    engine: Engine, by: Actor, reason: str | None, error: type[Exception]
) -> None:
    open_office(engine)
    switches = {"rahasia": True} if by is OTHER_CHECKER else {}
    answers = {**LETTER, **switches} if by is OTHER_CHECKER else {**LETTER, "nama": "Siti"}
    case, out = engine.start("surat", answers, by=CLERK).number, io.BytesIO()

    with pytest.raises(error):
        write_dossier(out, engine, case, by=by, reason=reason)

    assert out.getvalue() == b""
    assert "IdentityRevealed" not in types(engine, case)


def test_what_was_erased_is_not_in_it_and_the_rest_is_sound(engine: Engine, clock: Clock, tmp_path: Path) -> None:
    case = sealed_case(engine, clock, tmp_path / "segel")
    engine.erase_personal(case, "permintaan subjek data", by=HEAD)

    content = dossier(engine, case, CLERK)

    assert not re.search(b"Siti|Pegawai itu|foto.pdf|%PDF|temui dahulu", everything_in(content))
    withheld = Forger.of(content).json("jawaban.json")["withheld"]
    assert [(each["kind"], each["reason"]) for each in withheld] == [("personal", "erased"), ("remark", "erased")]
    assert "sudah dihapus (UU 27/2022)" in Forger.of(content).files["BACA-SAYA.txt"].decode()
    assert checked(content, tmp_path, keys=[KEY.public], seals=tmp_path / "segel") == set()


# --- other cases ----------------------------------------------------------------------------


def test_a_moved_case_with_called_diagrams_proves_every_version(engine: Engine, tmp_path: Path) -> None:
    hire(engine)
    inner = process(start(), task("dalam_satu"), end(), *chain("mulai", "dalam_satu", "selesai"), key="dalam")
    steps = ("mulai", "satu", "panggil")
    nodes = (start(), task("satu"), call("panggil", "dalam"), end())
    outer = process(*nodes, *chain(*steps, "selesai"), key="luar")
    longer = process(*nodes, task("tiga"), *chain(*steps, "tiga", "selesai"), key="luar")
    engine.deploy({"luar.bpmn": outer, "dalam.bpmn": inner}, by=OWNER)
    case = engine.start("luar", {}, by=CLERK).number
    engine.deploy({"luar.bpmn": longer}, by=OWNER)
    engine.move(case, 2, "diagram diperbaiki", by=OWNER)

    forger = Forger.of(dossier(engine, case, CLERK))

    assert [name for name in forger.files if name.endswith(".bpmn")] == [
        "diagram/luar-v1.bpmn",
        "diagram/dalam-v1.bpmn",
        "diagram/luar-v2.bpmn",
    ]
    path = forger.save(tmp_path / "dossier.zip", relist=False)
    assert verifying.found(path) == []
    forger.files["diagram/dalam-v1.bpmn"] += b"<!-- -->"
    altered = verifying.found(forger.save(path))
    assert [each["code"] for each in altered] == ["definition.altered"] * 3 + ["definition.other"] * 2


def test_a_case_of_the_shipped_sop_is_sound_from_first_to_last_step(engine: Engine, tmp_path: Path) -> None:
    open_sop_office(engine)
    office = Casework(engine)
    case = office.start()
    while any(step.state == "open" for step in engine.steps(case, by=office.person("petugas1"))):
        office.complete(case)
        if office.engine.case(case, by=office.person("petugas1")).state != "running":
            break
    engine.seal(KEY)

    content = dossier(engine, case, office.person("auditor"), "pemeriksaan rutin")

    assert checked(content, tmp_path, keys=[KEY.public]) == set()
    page = Forger.of(content).files["linimasa.html"].decode()
    assert page.count('<section class="answers">') == 9
    assert "Perkara selesai" in page


@pytest.mark.parametrize("state", ["incident", "cancelled", "unsealed"])
def test_a_case_that_did_not_go_well_is_sound_too(engine: Engine, tmp_path: Path, state: str) -> None:
    hire(engine)
    way = diagram(
        "surat",
        "mulai > catat > pilih > kirim > selesai | pilih > simpan > selesai",
        {"catat": Task(form="catat", name="Mencatat"), "kirim": Task(), "simpan": Task()},
        gateways={"pilih": "exclusive"},
        conditions={"pilih > kirim": "${ke == 'a'}", "pilih > simpan": "${ke == 'b'}"},
    )
    engine.deploy({"surat.bpmn": way, "catat.form": form("catat", choice("ke", ["a", "b", "c"]))}, by=OWNER)
    if state == "incident":
        case = engine.start("surat", {"ke": "a"}, by=CLERK).number
    else:
        case = engine.start("surat", {"ke": "b"}, by=CLERK).number
    if state == "cancelled":
        engine.cancel(case, "duplikat", by=HEAD)

    forger = Forger.of(dossier(engine, case, CLERK))

    path = forger.save(tmp_path / "dossier.zip", relist=False)
    assert verifying.found(path) == []
    assert "Perkara ini belum disegel" in verifying.run(path).stdout


@pytest.mark.parametrize(
    ("statement", "checks"),
    [
        pytest.param(
            "UPDATE history_event SET actor = 'lain' WHERE type = 'WorkItemClaimed'", {"chain"}, id="an actor"
        ),
        pytest.param("DELETE FROM history_event WHERE type = 'DueDateSet'", {"chain"}, id="an event"),
        pytest.param("DELETE FROM history_event WHERE seq > 17", {"answers", "case", "seal"}, id="the tail"),
        pytest.param("UPDATE answers SET body = '{}' WHERE kind = 'plain'", {"answers"}, id="an answer"),
        pytest.param("DELETE FROM answers WHERE kind = 'personal'", {"answers"}, id="a personal answer"),
        pytest.param("DELETE FROM attachment", {"files"}, id="the files"),
        pytest.param("UPDATE process_definition SET digest = 'x'", {"definition"}, id="a digest"),
        pytest.param("UPDATE process_instance SET confidential = true", {"case"}, id="the case's row"),
        pytest.param("UPDATE process_instance SET number = 'LAIN-1' WHERE id = 1", {"chain", "seal"}, id="a number"),
        pytest.param(
            "UPDATE history_event SET payload = 'bukan JSON' WHERE type = 'WorkItemClaimed'",
            {"chain", "case"},
            id="nonsense",
        ),
        pytest.param("UPDATE sealed_head SET seq = 2 WHERE position = 0", {"seal"}, id="a sealed head"),
        pytest.param("UPDATE seal SET peaks = signature WHERE number = 1", {"case"}, id="the log's peaks"),
    ],
)
def test_what_the_database_hides_its_dossier_shows(
    engine: Engine, clock: Clock, database_url: str, tmp_path: Path, statement: str, checks: set[str]
) -> None:
    case = sealed_case(engine, clock, tmp_path / "segel")
    with full_rights(engine) as connection:
        connection.execute(text(statement))
    case = "LAIN-1" if "LAIN-1" in statement else case

    fresh = Engine(database_url, clock)  # nothing of the old one's memory helps
    office_finds = [*fresh.verify(case).findings, *fresh.verify_office(trusted=[KEY.public])]
    content = dossier(fresh, case, CLERK if "confidential" not in statement else AUDITOR)
    fresh.close()

    assert office_finds
    assert checked(content, tmp_path) >= checks


# --- names, and the page --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("foto.pdf", "foto.pdf"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("..\\jahat.exe", "_jahat.exe"),
        ("C:\\x.txt", "C__x.txt"),
        ("a\x00b\n.pdf", "a_b_.pdf"),
        ("foto\u202efdp.exe", "foto_fdp.exe"),
        ("surat izin.", "surat izin"),
        ("...", "berkas"),
        ("", "berkas"),
        ("é" * 200 + ".jpeg", "é" * 47 + ".jpeg"),
        ("a." + "b" * 300, "a." + "b" * 98),
        (".htaccess", "htaccess"),
        ("kue\u0301.pdf", "kué.pdf"),
    ],
)
def test_an_attachment_s_name_is_safe_on_every_system(given: str, safe: str) -> None:
    assert safe_name(given) == safe
    assert len(safe_name(given).encode()) <= 100


def test_attachments_of_one_name_lie_side_by_side(engine: Engine, tmp_path: Path) -> None:
    open_office(engine)
    twins = [Upload("foto.pdf", "application/pdf", b"%PDF-1.4 " + each) for each in (b"a", b"b", b"a")]
    case = engine.start("surat", {**LETTER, "bukti": twins}, by=CLERK).number

    content = dossier(engine, case, CLERK)

    files = Forger.of(content).files
    assert [files[f"lampiran/4-{place}-foto.pdf"] for place in (1, 2, 3)] == [each.content for each in twins]
    assert checked(content, tmp_path) == set()


def test_the_page_needs_nothing_from_anywhere_and_runs_nothing(engine: Engine) -> None:
    open_office(engine)
    typed = {**LETTER, "perihal": "<script>alert(1)</script>", "nama": "</style><img src=x onerror=alert(1)>"}
    case = engine.start("surat", typed, by=CLERK).number
    engine.comment(case, "<b onclick=x>tebal</b>", by=CHECKER)

    page = Forger.of(dossier(engine, case, CLERK)).files["linimasa.html"].decode()

    assert not re.search(r"<script|<img|<link|<b |<[^>]* (src|href|on\w+|style)=|url\(|@import|https?:", page)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "size: A4" in page


def test_the_verifier_is_one_file_for_old_pythons_and_no_package() -> None:
    source = verifying.FILE.read_text()

    tree = ast.parse(source, feature_version=(3, 8))
    imported = {
        (node.module or "" if isinstance(node, ast.ImportFrom) else node.names[0].name).split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert imported <= sys.stdlib_module_names
