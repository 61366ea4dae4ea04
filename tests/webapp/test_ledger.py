"""The timer ledger's page: how punctual, what after an outage, each timer in words."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest

from engine import Engine, sweep
from tests.clock import Clock
from tests.webapp.sop_office import SopOffice, squeezed
from tests.website import Browser, Website
from webapp.timer_words import elapsed

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


@pytest.fixture
def office(website: Website, engine: Engine) -> SopOffice:
    return SopOffice(website, engine)


@pytest.fixture
def auditor(office: SopOffice) -> Browser:
    return office.browser("auditor")


def test_punctual_timers_are_told_so(office: SopOffice, auditor: Browser, clock: Clock) -> None:
    case = office.start_at(2).case
    clock.advance(2 * MINUTE + 0.4 * SECOND)
    sweep(office.engine)

    page = squeezed(auditor.get("/audit/timers").text)

    assert "Berbunyi 1 Terlambat 0 Median (p50) 0,4 detik 99 dari 100 (p99) 0,4 detik Terlama 0,4 detik" in page
    assert f"tepat waktu 0,4 detik {case} Batas waktu langkah 2 (2 menit kerja)" in page
    assert (
        "dipasang Sel 24 Nov 2026 09.00.00 jatuh tempo Sel 24 Nov 2026 09.02.00 berbunyi Sel 24 Nov 2026 09.02.00"
        in page
    )
    assert "Tidak ada kurun waktu tanpa pekerja timer" in page


def test_an_outage_is_told_with_its_timers(office: SopOffice, auditor: Browser, clock: Clock) -> None:
    for _ in range(3):
        office.start_at(2)
    clock.advance(HOUR)
    before = squeezed(auditor.get("/audit/timers").text)
    sweep(office.engine)

    page = squeezed(auditor.get("/audit/timers?show=late").text)

    assert "3 timer sudah jatuh tempo sejak Sel 24 Nov 2026 09.02.00 dan belum berbunyi." in before
    assert "belum berbunyi" not in page
    assert (
        "Pekerja timer tidak berjalan dari Sel 24 Nov 2026 09.02.00 sampai Sel 24 Nov 2026 10.00.00: "
        "3 timer terlambat, paling lama 58 menit." in page
    )
    assert page.count("terlambat 58 menit pekerja timer tidak berjalan") == 3


def test_tabs_filter_and_pages_keep_the_period(office: SopOffice, auditor: Browser, clock: Clock) -> None:
    for _ in range(30):
        office.start_at(3)

    address, seen = "/audit/timers?show=dropped&from=2026-11-24&to=2026-11-24", list[str]()
    while address:
        page = auditor.get(address).text
        seen += re.findall(r'href="/cases/([^"]+)/replay"', page)
        found = re.search(r'href="([^"]+)">Berikutnya', page)
        address = unescape(found[1]) if found else ""

    assert seen == [f"PB-2026-{number:05}" for number in range(30, 0, -1)]
    assert "dihentikan" in page
    assert "Tidak ada timer seperti itu" in auditor.get("/audit/timers?from=2026-10-01&to=2026-10-31").text


def test_one_case_has_a_ledger_of_its_own(office: SopOffice, auditor: Browser) -> None:
    case, other = office.start_at(3).case, office.start_at(2).case

    page = auditor.get(f"/audit/timers?case={case}").text

    assert squeezed(page).count("Batas waktu langkah") == 2
    assert other not in page
    assert auditor.get(f"/audit/timers?case={case.lower()}").location == f"/audit/timers?case={case}"
    assert auditor.get("/audit/timers?case=PB-1999-00001").status_code == 404


@pytest.mark.parametrize(
    ("query", "said"),
    [("from=2026-12-01&to=2026-11-01", "tukar keduanya"), ("to=besok", "seperti 2026-11-24")],
)
def test_a_period_without_sense_is_said_so(office: SopOffice, auditor: Browser, query: str, said: str) -> None:
    answer = auditor.get(f"/audit/timers?{query}")

    assert answer.status_code == 422
    assert said in answer.text


def test_a_cursor_that_is_none_is_said_so(office: SopOffice, auditor: Browser) -> None:
    assert auditor.get("/audit/timers?cursor=x").status_code == 422


@pytest.mark.parametrize(
    ("length", "told"),
    [
        (timedelta(0), "0 detik"),
        (0.04 * SECOND, "0 detik"),
        (0.41 * SECOND, "0,5 detik"),
        (2 * SECOND, "2 detik"),
        (2.04 * SECOND, "2,1 detik"),
        (9.99 * SECOND, "10 detik"),
        (12.9 * SECOND, "12 detik"),
        (3 * MINUTE + 5 * SECOND, "3 menit 5 detik"),
        (2 * MINUTE, "2 menit"),
        (timedelta(days=2, hours=4, minutes=59), "2 hari 4 jam"),
        (timedelta(days=2, minutes=59), "2 hari"),
    ],
)
def test_what_passed_on_the_clock_in_words(length: timedelta, told: str) -> None:
    assert elapsed(length) == told
