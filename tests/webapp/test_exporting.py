"""Downloads in the browser: what is offered, what comes, and what stays closed."""

from __future__ import annotations

import io
import json
import re
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient

from engine import Engine, Upload
from tests.webapp.exports_shape import NAMESPACE, read_log
from tests.webapp.sop_office import SopOffice, squeezed
from tests.website import Website

PDF = Upload("bukti.pdf", "application/pdf", b"%PDF-1.7 isi bukti")
NOVEMBER = "from=2026-11-01&to=2026-11-30"


@pytest.fixture
def office(engine: Engine, website: Website) -> SopOffice:
    """The example office with browsers."""
    return SopOffice(website, engine)


def test_a_case_is_offered_in_four_forms_and_each_comes_as_a_file(office: SopOffice) -> None:
    case = office.start_at(3).case
    browser = office.browser("petugas1")
    page = browser.get(f"/cases/{case}/export").text

    links = re.findall(rf'href="(/cases/{case}/export/\w+)"', page)
    files = {link.rpartition("/")[2]: browser.get(link) for link in links}

    assert list(files) == ["dossier", "csv", "json", "xes"]
    assert {form: file.headers["Content-Disposition"] for form, file in files.items()} == {
        "dossier": f"attachment; filename=berkas-{case}.zip",
        "csv": f"attachment; filename={case}.csv",
        "json": f"attachment; filename={case}.jsonl",
        "xes": f"attachment; filename={case}.xes",
    }
    for file in files.values():
        assert file.status_code == 200
        assert file.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert file.headers["X-Content-Type-Options"] == "nosniff"
        assert file.headers["Cache-Control"] == "no-store"
    assert files["csv"].data.count(b"\r\n") == 4
    assert json.loads(files["json"].data)["case"]["number"] == case
    assert len(read_log(files["xes"].data).findall(f"{NAMESPACE}trace")) == 1
    with ZipFile(io.BytesIO(files["dossier"].data)) as archive:
        assert json.loads(archive.read("perkara.json"))


def test_a_form_that_there_is_not_is_not_found(office: SopOffice) -> None:
    case = office.start()

    assert office.browser("petugas1").get(f"/cases/{case}/export/docx").status_code == 404
    assert office.browser("petugas1").get("/cases/PB-1999-00001/export/csv").status_code == 404


def test_with_a_reason_the_dossier_has_what_was_hidden_and_the_history_says_so(office: SopOffice) -> None:
    case = office.start(nama_pengadu="Burungpengadu", bukti=[PDF], anonim=True)
    browser = office.browser("auditor")
    before = browser.get(f"/cases/{case}/export/dossier").data

    answer = browser.post(f"/cases/{case}/export", {"reason": "sengketa informasi 12/2026"})

    assert answer.status_code == 200
    assert answer.mimetype == "application/zip"
    assert "Burungpengadu" not in _all_texts(before)
    assert "Burungpengadu" in _all_texts(answer.data)
    assert "isi bukti" in _all_texts(answer.data)
    events = office.engine.history(case, by=office.person("auditor"))
    noted = [event for event in events if event.type == "IdentityRevealed"]
    assert {(event.actor, json.loads(event.payload)["reason"]) for event in noted} == {
        ("auditor", "sengketa informasi 12/2026")
    }


def test_without_a_reason_nothing_is_revealed_and_the_page_says_what_is_missing(office: SopOffice) -> None:
    case = office.start(nama_pengadu="Burungpengadu")
    browser = office.browser("auditor")

    answer = browser.post(f"/cases/{case}/export", {"reason": " "})

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert all(event.type != "IdentityRevealed" for event in office.engine.history(case, by=office.person("auditor")))


def test_a_reveal_is_offered_only_to_who_may_and_where_something_is_hidden(office: SopOffice) -> None:
    case = office.start()

    assert "Untuk apa data pribadinya diperlukan?" in office.browser("auditor").get(f"/cases/{case}/export").text
    for name in ("petugas1", "sekretaris", "pemilik"):
        assert "Untuk apa data pribadinya" not in office.browser(name).get(f"/cases/{case}/export").text


def test_a_period_is_asked_for_and_comes_in_every_form(office: SopOffice) -> None:
    made = [office.start(), office.start()]
    browser = office.browser("auditor")
    page = browser.get("/audit/export").text

    files = {form: browser.get(f"/audit/export/file?{NOVEMBER}&key=&as={form}") for form in ("csv", "xes", "json")}
    dossiers = browser.get(f"/audit/export/file?{NOVEMBER}&key={office.key}&as=dossier")

    assert 'value="2026-11-01"' in page  # the month so far is proposed
    assert 'value="2026-11-24"' in page
    assert files["csv"].headers["Content-Disposition"] == "attachment; filename=perkara-2026-11-01-sd-2026-11-30.csv"
    assert [json.loads(line)["case"]["number"] for line in files["json"].data.splitlines()] == made
    assert len(read_log(files["xes"].data).findall(f"{NAMESPACE}trace")) == 2
    with ZipFile(io.BytesIO(dossiers.data)) as archive:
        assert archive.testzip() is None
        assert list(dict.fromkeys(name.split("/")[0] for name in archive.namelist())) == made


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "Tanggal diharapkan ditulis seperti 2026-11-24"),
        ("from=kemarin&to=2026-11-30&as=csv", "bukan 'kemarin'"),
        ("from=2026-11-30&to=2026-11-01&as=csv", "harus berakhir pada atau setelah 2026-11-30"),
        (f"{NOVEMBER}&as=docx", "Bentuk 'docx' tidak dikenal"),
        ("from=0001-01-01&to=9999-12-31&as=csv", "harus antara tahun 1900 dan 2999"),
    ],
)
def test_an_unusable_period_is_asked_for_again(office: SopOffice, query: str, said: str) -> None:
    answer = office.browser("auditor").get(f"/audit/export/file?{query}")

    assert answer.status_code == 422
    assert said in squeezed(answer.text)
    assert 'type="date"' in answer.text


def test_who_is_no_auditor_is_told_so_whatever_they_ask_for(office: SopOffice) -> None:
    for query in ("", "from=kemarin", f"{NOVEMBER}&as=csv"):
        assert office.browser("kepala").get(f"/audit/export/file?{query}").status_code == 403


def test_a_file_is_sent_while_it_is_made(office: SopOffice) -> None:
    made = [office.start() for _ in range(3)]
    client: FlaskClient = office.browser("auditor").client

    answer = client.get(f"/audit/export/file?{NOVEMBER}&as=json", buffered=False)
    first = next(answer.response)
    office.engine.cancel(made[2], "Dicabut", by=office.person("kepala"))
    office.start()  # began after the download did
    rest = [json.loads(line) for line in b"".join(answer.response).splitlines()]

    assert first.count(b"\n") == 1
    assert [(each["case"]["number"], each["case"]["state"]) for each in rest] == [
        (made[1], "running"),
        (made[2], "cancelled"),  # nothing was gathered before it was its turn
    ]
    assert answer.is_streamed
    assert "Content-Length" not in answer.headers


def _all_texts(data: bytes) -> str:
    with ZipFile(io.BytesIO(data)) as archive:
        return "\n".join(archive.read(name).decode(errors="replace") for name in archive.namelist())
