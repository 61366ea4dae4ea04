"""Every failure has its page: the right status, a sentence in Indonesian, no traceback, nothing given away."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import abort
from markupsafe import escape

import engine as api
from engine import Problem
from tests.website import Website, expect
from webapp.errors import REFUSALS, page_of

CLOSED_AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
REFUSED = [
    (api.NotFound("Perkara", "PB-2026-00001"), 404),
    (api.NotAllowed("Hanya kepala kantor yang boleh."), 403),
    (api.AlreadyExists("Nama itu sudah dipakai."), 409),
    (api.WorkItemClosed("langkah_2:1", "completed", "siti", CLOSED_AT), 409),
    (api.WorkItemHeld("langkah_2:1", "agus"), 409),
    (api.InvalidAnswers({"uraian": "Wajib diisi."}), 422),
    (api.InvalidRequest("Alasan wajib diisi."), 422),
    (api.CaseNotRunning("PB-2026-00001", "completed"), 409),
    (api.CannotProceed("pilih", "Pilih", "tidak ada jalan yang benar."), 409),
    (api.CaseBecameIncident("PB-2026-00001", "pilih", "tidak ada jalan yang benar."), 409),
    (api.DeploymentRefused([Problem("a.bpmn", "x", "X", "error", "aturan", "Perbaiki.")]), 422),
    (api.FormRefused([api.FormProblem("isian_1", "Isian", "aturan", "Perbaiki.")]), 422),
    (api.DoesNotFit("Langkah 5 tidak ada lagi."), 409),
    (api.VersionDecided("surat", 2, "sudah berlaku", None), 409),
    (api.DraftChanged("surat", 2, CLOSED_AT), 409),
    (api.HistoryDamaged("Peristiwa 7 berubah."), 500),
    (api.SealsUnusable("Kunci segel tidak terbaca."), 503),
    (api.DatabaseUnusable("Basis data sedang tidak dapat dipakai."), 503),
]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Nothing here depends on the kind of database."""
    return sqlite_url


def failing(website: Website, error: Exception):
    """Give the website a page that fails so, for who is signed in."""

    def fail() -> str:
        raise error

    website.app.add_url_rule("/fail", "fail", fail, methods=["GET", "POST"])


@pytest.mark.parametrize(("error", "status"), REFUSED, ids=lambda each: type(each).__name__)
def test_a_refusal_is_told_in_its_own_words(website, sign_in, siti, error, status):
    failing(website, error)
    browser = sign_in("siti")

    answer = browser.get("/fail")

    expect(answer, status)
    assert page_of(error).title in answer.text
    assert str(escape(str(error).splitlines()[0])) in answer.text
    assert "Traceback" not in answer.text


def test_every_error_of_the_engine_has_a_row_of_its_own():
    kinds = {kind for kind in vars(api).values() if isinstance(kind, type) and issubclass(kind, api.EngineError)}

    assert set(REFUSALS) == kinds
    assert {type(error) for error, _ in REFUSED} == kinds - {api.EngineError}


def test_a_refusal_without_a_row_is_told_as_its_base_is():
    class Narrower(api.WorkItemHeld):
        pass

    assert page_of(Narrower("a:1", "agus")) is REFUSALS[api.WorkItemHeld]


def test_when_the_database_is_away_the_page_says_so_and_when_to_come_back(website, sign_in, siti, monkeypatch):
    browser = sign_in("siti")
    away = api.DatabaseUnusable("Basis data sedang tidak dapat dipakai (mati).")

    def gone() -> None:
        raise away

    # Nothing can be read at all, not even who asks: the page must do without.
    monkeypatch.setattr(api.Database, "read", lambda _self: gone())
    answer = browser.get("/tasks")

    expect(answer, 503)
    assert answer.headers["Retry-After"] == "5"
    assert "Basis data sedang tidak dapat dipakai" in answer.text


def test_what_nobody_foresaw_shows_a_code_that_stands_in_the_log(website, sign_in, siti, caplog):
    failing(website, ZeroDivisionError("rahasia dapur"))
    website.app.testing = False

    answer = sign_in("siti").get("/fail")

    expect(answer, 500)
    code = answer.text.split("Kode kesalahan: ")[1][:8]
    assert code in caplog.text
    assert "rahasia dapur" not in answer.text
    assert "ZeroDivisionError" in caplog.text


def test_a_fragment_gets_a_fragment(website, sign_in, siti):
    failing(website, api.NotAllowed("Hanya kepala kantor yang boleh."))

    answer = sign_in("siti").client.get("/fail", headers={"HX-Request": "true"})

    assert answer.status_code == 403
    assert "Hanya kepala kantor yang boleh." in answer.text
    assert "<html" not in answer.text


def test_a_program_that_asks_for_json_gets_json(website, sign_in, siti):
    failing(website, api.NotAllowed("Hanya kepala kantor yang boleh."))

    answer = sign_in("siti").client.get("/fail", headers={"Accept": "application/json"})

    assert answer.json == {"title": "Bukan wewenang Anda", "message": "Hanya kepala kantor yang boleh."}


@pytest.mark.parametrize("status", [400, 403, 404, 405, 413, 429, 418])
def test_other_failures_have_a_page_too(website, sign_in, siti, status):
    website.app.add_url_rule("/fail", "fail", lambda: abort(status))

    answer = sign_in("siti").get("/fail")

    expect(answer, status)
    assert '<main id="isi"' in answer.text


def test_too_large_a_request_says_how_large_it_may_be(website, sign_in, siti):
    browser = sign_in("siti")
    website.app.config["MAX_CONTENT_LENGTH"] = 1000

    answer = browser.post("/password", {"uraian": "x" * 2000})

    expect(answer, 413)
    assert "50 MB" in answer.text


def test_what_is_missing_and_what_is_not_yours_look_the_same(website, sign_in, siti):
    failing(website, api.NotFound("Perkara", "PB-2026-00001"))
    browser = sign_in("siti")

    assert browser.get("/fail").status_code == browser.get("/nowhere").status_code == 404


def test_where_nobody_is_signed_in_the_page_leads_to_signing_in(website):
    page = website.app.test_client().get("/nowhere").text

    assert "Ke halaman masuk" in page
