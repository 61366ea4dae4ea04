"""Canaries: words that stand in one anonymous and one confidential complaint, and nowhere else.

Every page, log, command-line answer and table is searched for them, as each role: they stand only
where the table below allows.
"""

from __future__ import annotations

import logging
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner
from werkzeug.test import TestResponse

from engine import Engine, Upload, WorkItem
from tests.clock import Clock
from tests.webapp.sop_office import SopOffice, address
from tests.website import Browser, Website
from webapp.cli import main
from webapp.exports.deliveries import FORMS

ROLES = (
    "petugas1",
    "petugas2",
    "sekretaris",
    "ketua",
    "koordinator_lalintas",
    "koordinator_tikim",
    "kepala",
    "pemilik",
    "auditor",
    "admin",
)
IDENTITY = (
    "nama_pengadu",
    "alamat_pengadu",
    "telepon_pengadu",
    "akun_pengadu",
    "negara_pengadu",
    "nomor_identitas",
    "nama_kuasa",
)
"""Fields that tell who complains."""
OFFICERS_ONLY = ("rujukan_eksternal", "terlapor")
STORY = ("uraian", "tempat_kejadian", "kerugian", "harapan_penyelesaian")

COUNTER, SECRETARIES = {"petugas1", "petugas2"}, {"sekretaris", "ketua"}
SECTION, COORDINATORS = {"koordinator_lalintas", "kepala"}, {"koordinator_lalintas", "koordinator_tikim", "kepala"}

ALLOWED: Mapping[tuple[str, str], set[str]] = {
    # What of which complaint: who sees it on some page without giving a reason.
    ("anonim", "identity"): set(),
    ("anonim", "officers only"): COUNTER | SECRETARIES,
    ("anonim", "story"): COUNTER | SECRETARIES | COORDINATORS,
    ("anonim", "note"): COUNTER | SECRETARIES | COORDINATORS | {"auditor"},
    ("rahasia", "identity"): COUNTER | SECRETARIES,
    ("rahasia", "officers only"): COUNTER | SECRETARIES,
    ("rahasia", "story"): COUNTER | SECRETARIES | SECTION,
    ("rahasia", "note"): COUNTER | SECRETARIES | SECTION,
}
TABLES_WITH_ANSWERS = {"answers", "attachment", "draft", "draft_file"}


@dataclass(frozen=True)
class Complaint:
    """A complaint that waits at step 5, and its canaries by what they are about."""

    item: WorkItem
    words: Mapping[str, frozenset[str]]

    def all(self) -> frozenset[str]:
        """Return every canary of the complaint."""
        return frozenset().union(*self.words.values())


class Aviary:
    """The office with both complaints, a draft, and canaries in each."""

    def __init__(self, office: SopOffice) -> None:
        self.office = office
        self.complaints = {switch: self._complaint(switch) for switch in ("anonim", "rahasia")}
        self.browsers: dict[str, Browser] = {name: office.browser(name) for name in ROLES}
        self.draft = "Burungdraf"
        kept = {"uraian": self.draft, "bukti": (BytesIO(b"%PDF-1.7 Burungisidraf"), "Burungberkasdraf.pdf")}
        self.browsers["petugas1"].post(f"/starts/{office.key}/draft", kept)
        self._heard: dict[str, str] = {}

    def _complaint(self, switch: str) -> Complaint:
        def word(key: str) -> str:
            return f"Burung{switch}{key.replace('_', '')}"

        files = {key: self._upload(word(key)) for key in ("surat_kuasa", "bukti")}
        texts = {key: word(key) for key in (*IDENTITY, *OFFICERS_ONLY, *STORY)}
        texts["email_pengadu"] = f"{word('email').lower()}@contoh.go.id"
        chosen = {"kewarganegaraan": "WNA", "kuasa": True, switch: True}
        case = self.office.start(**texts, **chosen, **{key: [file] for key, file in files.items()})
        note = word("alasan_klasifikasi")
        self.office.complete(case, alasan_klasifikasi=note)
        item = self.office.carry_to(case, 5)
        proxy, proof = ({files[key].filename, files[key].content.decode()[9:]} for key in ("surat_kuasa", "bukti"))
        return Complaint(
            item,
            {
                "identity": frozenset({texts[key] for key in (*IDENTITY, "email_pengadu")} | proxy),
                "officers only": frozenset(texts[key] for key in OFFICERS_ONLY),
                "story": frozenset({texts[key] for key in STORY} | proof),
                "note": frozenset({note}),
            },
        )

    @staticmethod
    def _upload(word: str) -> Upload:
        return Upload(f"{word}nama.pdf", "application/pdf", f"%PDF-1.7 {word}isi".encode())

    def all(self) -> frozenset[str]:
        """Return every canary."""
        words = (complaint.all() for complaint in self.complaints.values())
        return frozenset().union({self.draft, "Burungberkasdraf", "Burungisidraf"}, *words)

    def heard(self, role: str) -> str:
        """Return the text of every page and file that the role can get at, and of every refusal."""
        if role not in self._heard:
            browser = self.browsers[role]
            self._heard[role] = "\n".join(readable(browser.get(each)) for each in self.addresses())
        return self._heard[role]

    def addresses(self) -> Iterator[str]:
        """Yield the address of every page there is, filled in with everything there is."""
        numbers = ["", *(complaint.item.case for complaint in self.complaints.values())]
        queries = [f"?q={number}&show={show}" for number in numbers for show in ("all", "done", "overdue")]
        for rule in self.office.website.app.url_map.iter_rules():
            if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
                continue
            pattern = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
            yield from (pattern.format(**values) for values in self._values(rule.rule))
            if pattern == rule.rule:
                yield from (pattern + query for query in queries)
            if rule.endpoint == "exporting.period_file":
                yield from (f"{pattern}?from=2026-11-01&to=2026-11-30&as={form}" for form in FORMS)

    def _values(self, rule: str) -> Iterator[Mapping[str, object]]:
        if "<" not in rule:
            yield {}
        elif rule.startswith("/starts"):
            yield from ({"key": self.office.key, "file": number} for number in range(1, 8 if "<int:" in rule else 2))
        elif rule.startswith("/processes"):
            yield {"key": self.office.key, "version": 1, "form": "pengaduan-1-penyampaian", "number": 1}
        elif rule.startswith("/audit/searches"):
            yield {"name": "Terlambat"}
        elif rule.startswith("/engine-rest"):
            yield {"definition": f"{self.office.key}:1:abc", "path": "history/task"}
        for complaint in self.complaints.values() if "<case>" in rule or "<number>" in rule else ():
            case = complaint.item.case
            keys = [f"langkah_{step}:1" for step in range(1, 6)] if "<path:key>" in rule else [self.office.key]
            for key in keys:
                for number in range(1, 8 if "<int:" in rule else 2):
                    values = {"case": case, "number": case, "key": key, "file": number, "attachment": number}
                    values["version"] = number
                    yield from (values | {"form": form} for form in (FORMS if "<form>" in rule else ("",)))


@pytest.fixture(scope="module")
def aviary(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aviary]:
    folder = tmp_path_factory.mktemp("aviary")
    file = folder / "alur.db"
    file.write_bytes(sqlite_template.read_bytes())
    engine = Engine(f"sqlite:///{file}", Clock())
    yield Aviary(SopOffice(Website(engine, (), folder), engine))
    engine.close()


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """Everything that ``alur serve`` would log, and more."""
    caplog.set_level(logging.DEBUG)

    def _log() -> str:
        return "\n".join(caplog.handler.format(record) for record in caplog.records)

    return _log


def readable(answer: TestResponse) -> str:
    """Return all that an answer says; of a ZIP, the names and contents of its files."""
    if answer.mimetype != "application/zip":
        return answer.text
    with ZipFile(BytesIO(answer.data)) as archive:
        return "\n".join(f"{name}\n{archive.read(name).decode(errors='replace')}" for name in archive.namelist())


def found(words: frozenset[str], text: str) -> set[str]:
    """Return which of the words stand in the text, however they are written."""
    low = text.lower()
    return {word for word in words if word.lower() in low}


def tables(file: str) -> Iterator[tuple[str, str]]:
    """Yield every table of the database with all that stands in it, blobs included."""
    connection = sqlite3.connect(file)
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for name in names:
        cells = (cell for row in connection.execute(f'SELECT * FROM "{name}"') for cell in row)
        yield name, "\n".join(cell.decode("latin-1") if isinstance(cell, bytes) else str(cell) for cell in cells)
    connection.close()


@pytest.mark.parametrize("role", ROLES)
def test_on_all_pages_each_role_finds_exactly_the_words_that_are_meant_for_it(aviary, role):
    heard = aviary.heard(role)

    for (switch, about), roles in ALLOWED.items():
        words = aviary.complaints[switch].words[about]
        wanted = words if role in roles else frozenset()
        assert found(words, heard) == wanted, (switch, about)


@pytest.mark.parametrize("role", ROLES)
def test_a_draft_and_its_files_are_found_by_their_owner_alone(aviary, role):
    heard = aviary.heard(role)
    words = frozenset({aviary.draft, "Burungberkasdraf", "Burungisidraf"})

    assert found(words, heard) == (words if role == "petugas1" else set())


def test_who_is_not_signed_in_finds_nothing(aviary):
    client = aviary.office.website.app.test_client()

    heard = "\n".join(client.get(each).text for each in aviary.addresses())

    assert found(aviary.all(), heard) == set()


@pytest.mark.parametrize("switch", ["anonim", "rahasia"])
def test_no_address_of_any_link_carries_a_word(aviary, switch):
    links = "\n".join(re.findall(r'(?:href|action|src|hx-get|formaction)="([^"]*)"', aviary.heard("petugas1")))

    assert found(aviary.complaints[switch].all(), links) == set()


def test_only_the_tables_of_answers_and_drafts_hold_a_word(aviary):
    file = str(aviary.office.engine.database.url.database)

    holding = {name for name, text in tables(file) if found(aviary.all(), text)}

    assert holding == TABLES_WITH_ANSWERS


def test_the_command_line_shows_no_word(aviary, monkeypatch):
    case = aviary.complaints["anonim"].item.case
    url = aviary.office.engine.database.url.render_as_string(hide_password=False)
    monkeypatch.setenv("ALUR_DATABASE_URL", url)
    commands = [["instances"], ["history", case], ["replay", case], ["verify", "--all"], ["people", "list"]]
    commands += [["timers", "--ledger"], ["trial", aviary.office.key], ["heat", aviary.office.key]]
    commands += [["worklist", role] for role in ROLES]

    answers = [CliRunner().invoke(main, [*command, *json]) for command in commands for json in ([], ["--json"])]

    assert [answer.output for answer in answers if answer.exit_code] == []
    assert found(aviary.all(), "\n".join(answer.output for answer in answers)) == set()


def test_whatever_people_do_the_log_holds_no_word(aviary, log):
    for each in aviary.addresses():
        aviary.browsers["petugas1"].get(each)
    for role in ROLES:
        for complaint in aviary.complaints.values():
            word = next(iter(complaint.words["identity"]))
            aviary.browsers[role].post(address(complaint.item), {"jawaban": word, "waktu_arahan": word})
            aviary.browsers[role].post(f"/cases/{complaint.item.case}/reveal/langkah_2:1", {"reason": word * 300})

    assert found(aviary.all(), log()) == set()


def test_an_answer_that_the_database_fails_on_does_not_come_into_the_log(sqlite_url, clock, tmp_path, log):
    engine = Engine(sqlite_url, clock)
    office = SopOffice(Website(engine, (), tmp_path), engine)
    item = office.start_at(3)
    browser = office.browser("petugas2")
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:
        connection.execute("CREATE TRIGGER broken BEFORE INSERT ON answers BEGIN SELECT RAISE(ABORT, 'rusak'); END")

    answer = browser.post(address(item), {"catatan_penerusan": "Burungrusak"})
    engine.close()

    assert answer.status_code >= 500
    assert "rusak" in log()
    assert found(frozenset({"Burungrusak"}), log()) == set()
