"""The auditor's search page: its form and addresses, results in words, searches kept under a name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape
from typing import get_args
from urllib.parse import parse_qs, urlsplit

import pytest

from engine import CaseSearch, Engine, InstanceState, InvalidRequest, sweep
from tests.clock import Clock
from tests.webapp.sop_office import SopOffice, squeezed
from tests.website import Browser, Website
from webapp.search_form import STATES, criteria, fields

WHOLE = CaseSearch("PB", "running", "surat", 2, "Petugas", "siti", "a/b", date(2026, 1, 2), date(2026, 3, 4), True)


@pytest.fixture
def office(website: Website, engine: Engine) -> SopOffice:
    return SopOffice(website, engine)


@pytest.fixture
def auditor(office: SopOffice) -> Iterator[Browser]:
    return office.browser("auditor")


def numbers(page: str) -> list[str]:
    """Return the numbers of the cases that a page found."""
    return re.findall(r'href="/cases/(PB-\d+-\d+)"', page)


def test_each_criterion_stands_in_the_address_and_finds_its_cases(
    office: SopOffice, auditor: Browser, clock: Clock
) -> None:
    late, key = office.start_at(5), office.key
    clock.advance(timedelta(days=7))
    sweep(office.engine)
    fresh = office.start_at(3)

    assert numbers(auditor.get("/audit").text) == [fresh.case, late.case]
    for address in (
        f"?q={late.case}",
        "?late=1",
        f"?step={key}/langkah_5",
        f"?sop={key}:1&step={key}/langkah_4&person=sekretaris",
        "?lane=Koordinator+seksi/+Pimpinan",
        "?to=2026-11-24",
        f"?state=running&sop={key}&late=1&from=2026-11-24&to=2026-11-24",
    ):
        assert numbers(auditor.get(f"/audit{address}").text) == [late.case], address
    for address in (f"?q={fresh.case}", "?from=2026-11-25"):
        assert numbers(auditor.get(f"/audit{address}").text) == [fresh.case], address
    assert numbers(auditor.get("/audit?state=incident").text) == []


def test_a_row_says_what_waits_and_what_is_late(office: SopOffice, auditor: Browser, clock: Clock) -> None:
    late = office.start_at(5)
    office.engine.claim(late.case, late.key, by=office.person("koordinator_lalintas"))
    clock.advance(timedelta(days=7))
    sweep(office.engine)
    open_late = squeezed(auditor.get("/audit?late=1").text)
    office.complete(late.case)
    done_late = squeezed(auditor.get("/audit?late=1").text)

    assert "langkah 5 Koordinator seksi/ Pimpinan · Budi Santoso" in open_late
    assert "terlambat langkah 5 (masih terbuka)" in open_late
    assert "terlambat langkah 5 (Budi Santoso)" in done_late
    assert f'href="/cases/{late.case}/replay"' in auditor.get("/audit").text


def test_the_criteria_are_said_in_words(office: SopOffice, auditor: Browser) -> None:
    key = office.key
    page = squeezed(
        auditor.get(f"/audit?q=PB&state=completed&sop={key}:1&step={key}/langkah_2&person=petugas1&to=2026-11-30").text
    )

    for words in (
        "nomor PB",
        "keadaan selesai",
        "versi 1",
        "langkah 2 “",
        "orang Siti",
        "mulai sampai Sen 30 Nov 2026",
    ):
        assert words in page, words


def test_pages_keep_the_criteria(office: SopOffice, auditor: Browser) -> None:
    started = [office.start() for _ in range(27)]

    first = auditor.get("/audit?state=running")
    (following,) = re.findall(r'href="(/audit\?[^"]*cursor=[^"]*)"', first.text)
    second = auditor.get(unescape(following))

    assert numbers(first.text) + numbers(second.text) == started[::-1]
    assert parse_qs(urlsplit(unescape(following)).query)["state"] == ["running"]
    assert "Kembali ke awal" in second.text
    assert "Berikutnya" not in second.text


def test_a_search_is_kept_opened_and_deleted(office: SopOffice, auditor: Browser) -> None:
    kept = auditor.post("/audit/searches", {"name": "Tertahan?", "state": "incident", "late": "1"})
    page = auditor.get(kept.location).text
    opened = auditor.get("/audit/searches/Tertahan%3F")

    assert kept.status_code == opened.status_code == 303
    assert opened.location == kept.location
    assert parse_qs(urlsplit(opened.location).query) == {"state": ["incident"], "late": ["1"], "saved": ["Tertahan?"]}
    assert "Pencarian “Tertahan?” disimpan." in page

    auditor.post("/audit/searches/forget", {"name": "Tertahan?"})

    assert "Pencarian “Tertahan?” dihapus." in auditor.get("/audit").text
    assert auditor.get("/audit/searches/Tertahan%3F").status_code == 404


def test_a_search_without_a_name_is_asked_for_one_and_nothing_is_lost(office: SopOffice, auditor: Browser) -> None:
    answer = auditor.post("/audit/searches", {"name": " ", "state": "cancelled"})

    assert answer.status_code == 422
    assert "Beri pencarian ini nama" in answer.text
    assert '<input type="hidden" name="state" value="cancelled">' in answer.text
    assert "keadaan dibatalkan" in answer.text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("from=2026-12-01&to=2026-11-01", "tukar keduanya"),
        ("from=kemarin", "seperti 2026-11-24"),
        ("state=rusak", "Keadaan"),
        ("sop=surat:x", "Versi SOP diharapkan sebuah angka"),
        ("sop=:3", "pilih SOP-nya"),
        ("sop=lain&step=surat/a", "bukan milik SOP"),
        ("q=x%00y", "karakter kendali"),
        ("cursor=bukan", "Penanda halaman"),
    ],
)
def test_what_makes_no_sense_is_said_beside_what_was_typed(
    office: SopOffice, auditor: Browser, query: str, said: str
) -> None:
    answer = auditor.get(f"/audit?{query}")

    assert answer.status_code == 422
    assert said in unescape(answer.text)
    assert numbers(answer.text) == []


def test_a_step_that_never_was_is_not_found(office: SopOffice, auditor: Browser) -> None:
    assert auditor.get(f"/audit?step={office.key}/langkah_99").status_code == 404


def test_criteria_and_address_are_the_same_thing() -> None:
    assert criteria(fields(WHOLE)) == WHOLE
    assert fields(CaseSearch()) == {}
    with pytest.raises(InvalidRequest):
        criteria({"sop": "a:b:3"})


def test_every_state_has_a_name() -> None:
    assert set(STATES) == set(get_args(InstanceState))


def test_the_menu_shows_audit_to_auditors_alone(office: SopOffice, auditor: Browser) -> None:
    link = '<a href="/audit"'

    assert link in auditor.get("/tasks").text
    assert link not in office.browser("petugas1").get("/tasks").text
    tabs = re.search(r'<nav class="tabs audit-tabs".*?</nav>', auditor.get("/audit").text, re.DOTALL)
    assert tabs
    assert re.findall(r'href="([^"]+)"', tabs[0]) == ["/audit", "/audit/proof", "/audit/export", "/audit/timers"]
