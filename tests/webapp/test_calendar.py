"""The calendar's pages: everybody reads them; an admin changes them after a preview that tells the truth."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text

from engine import CalendarEdit, DayHours, Engine, Holiday, OfficeHours
from tests.clock import Clock
from tests.pages import csrf_token
from tests.webapp.sop_office import SopOffice, address, squeezed
from tests.website import Browser

GROUND = "Surat Kepala Kantor W.11-1234"
CLOSED = {
    "what": "day",
    "on": "2026-11-25",
    "name": "Pemadaman listrik",
    "kind": "kantor",
    "works": "",
    "reason": GROUND,
}
RAMADAN = {
    "what": "hours",
    "name": "Ramadan 1448 H",
    "first": "2027-02-08",
    "last": "2027-03-09",
    "opens": "08:00",
    "closes": "15:00",
    "break_from": "12:00",
    "break_to": "12:30",
    "friday_opens": "08:00",
    "friday_closes": "15:30",
    "reason": "SE Menpan RB",
}


@pytest.fixture
def office(website, engine) -> SopOffice:
    """The example office."""
    return SopOffice(website, engine)


@pytest.fixture
def admin(office: SopOffice) -> Browser:
    """The browser of who keeps the calendar."""
    return office.browser("admin")


def seen(page: str) -> str:
    """Return the number of the calendar that a preview was made upon."""
    found = re.search(r'name="seen" value="(\d+)"', page)
    assert found
    return found[1]


def test_everybody_reads_the_year_and_only_an_admin_finds_something_to_change(office, admin):
    mine, theirs = admin.get("/calendar?year=2026"), office.browser("petugas1").get("/calendar?year=2026")

    for page in (mine, theirs):
        assert "2026: 240 hari kerja" in squeezed(page.text)
        assert "Kam 24 Des 2026" in squeezed(page.text)
        assert "Cuti Bersama Hari Raya Natal" in page.text
    assert "Tambah hari" in mine.text
    assert "Tambah hari" not in theirs.text
    assert "/calendar/day" not in theirs.text


def test_a_day_is_previewed_then_closed_and_the_open_deadline_follows_visibly(office, admin):
    item = office.start_at(5)
    secret = office.start_at(5, rahasia=True)

    preview = admin.post("/calendar/preview", CLOSED)
    words = squeezed(preview.text)

    assert "4 batas waktu dan pengingat dalam 2 perkara jatuh pada saat lain." in words
    assert (
        f"{item.case} {item.name} batas waktu semula Jum 27 Nov 2026 09.00 WIB menjadi Sen 30 Nov 2026 09.00 WIB"
        in words
    )
    assert "perkara rahasia" in words
    assert secret.case not in preview.text
    assert office.open_step(item.case).due_at == item.due_at

    done = admin.post("/calendar/changes", CLOSED | {"seen": seen(preview.text)})
    page = squeezed(admin.get(done.location).text)

    assert done.status_code == 303
    assert "4 batas waktu terbuka dihitung ulang dan dicatat dalam riwayatnya." in page
    assert f"Perubahan 2 Sel 24 Nov 2026 09.00 WIB · admin Dasar: {GROUND}" in page
    assert office.open_step(item.case).due_at == item.due_at + timedelta(days=3)
    last = office.engine.history(item.case, by=office.person("auditor"))[-1]
    assert (last.type, last.actor) == ("DueDateSet", "admin")
    assert GROUND in last.payload
    assert "Sen 30 Nov 2026 09.00 WIB" in squeezed(office.browser("koordinator_lalintas").get(address(item)).text)


def test_a_preview_that_another_admin_overtook_is_not_carried_out(office, admin):
    preview = admin.post("/calendar/preview", CLOSED)
    other = CalendarEdit("SKB", days=(Holiday(date(2026, 12, 7), "Tutup", "kantor"),))
    office.engine.change_calendar(other, by=office.person("admin"))

    answer = admin.post("/calendar/changes", CLOSED | {"seen": seen(preview.text)})

    assert answer.status_code == 422
    assert "Kalender berubah sejak pratinjau ini dibuat." in answer.text
    assert 'value="Pemadaman listrik"' in answer.text
    assert office.engine.calendar().is_office_day(date(2026, 11, 25))


def test_a_listed_day_is_opened_moved_worked_and_taken_out(office, admin):
    form = admin.get("/calendar/day?on=2026-12-24").text
    assert 'value="2026-12-24"' in form
    assert "Keluarkan dari daftar" in form
    natal = {"what": "day", "was_on": "2026-12-24", "name": "Cuti Bersama", "kind": "cuti_bersama", "reason": "SKB"}

    def change(values):
        number = seen(admin.post("/calendar/preview", values).text)
        assert admin.post("/calendar/changes", values | {"seen": number}).status_code == 303
        return {day.on: day for day in office.engine.almanac().days}

    moved = change(natal | {"on": "2026-12-28"})
    assert date(2026, 12, 24) not in moved
    assert moved[date(2026, 12, 28)].decree == "SKB"
    worked = change(natal | {"was_on": "2026-12-28", "on": "2026-12-28", "works": "1"})
    assert worked[date(2026, 12, 28)].works
    gone = change({"what": "no-day", "was_on": "2026-12-28", "reason": "Ralat"})
    assert date(2026, 12, 28) not in gone


def test_hours_with_a_break_and_a_friday_of_their_own_are_set_and_shown(office, admin):
    number = seen(admin.post("/calendar/preview", RAMADAN).text)
    admin.post("/calendar/changes", RAMADAN | {"seen": number})

    (hours,) = office.engine.almanac().hours
    friday = DayHours.parse("08.00-15.30")
    ordinary = DayHours.parse("08.00-12.00 12.30-15.00")
    assert hours == OfficeHours(date(2027, 2, 8), "Ramadan 1448 H", ordinary, friday, date(2027, 3, 9))
    words = squeezed(admin.get("/calendar?year=2027").text)
    assert "Senin–Kamis 08.00–15.00, istirahat 12.00–12.30; Jumat 08.00–15.30" in words
    form = admin.get("/calendar/hours?first=2027-02-08&seasonal=1").text
    assert 'value="12:30"' in form
    shorter = RAMADAN | {"was_first": "2027-02-08", "was_seasonal": "1", "last": "2027-03-05"}
    admin.post("/calendar/changes", shorter)
    assert [each.last for each in office.engine.almanac().hours] == [date(2027, 3, 5)]
    admin.post("/calendar/changes", {"what": "no-hours", "was_first": "2027-02-08", "was_seasonal": "1", "reason": "x"})
    assert office.engine.almanac().hours == ()


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (CLOSED | {"on": "25-11-2026"}, "Tulis tanggal yang ada"),
        (CLOSED | {"name": " "}, "Tulis nama harinya"),
        (CLOSED | {"kind": "cuti"}, "Pilih salah satu jenis hari."),
        (CLOSED | {"reason": ""}, "Tulis dasarnya"),
        (CLOSED | {"on": "1901-01-01"}, "di luar tahun"),
        (CLOSED | {"name": "x" * 201}, "paling banyak 200 huruf"),
        (CLOSED | {"reason": "a\x00b"}, "Dasar perubahan"),
        (RAMADAN | {"opens": "25:00"}, "Tulis jam dan menit"),
        (RAMADAN | {"opens": ""}, "Tulis jam dan menit"),
        (RAMADAN | {"closes": "07:00"}, "Jam harus berurutan"),
        (RAMADAN | {"break_to": ""}, "Istirahat memerlukan"),
        (RAMADAN | {"friday_closes": ""}, "Tulis jam dan menit"),
        (RAMADAN | {"last": "2027-02-01"}, "tidak boleh sebelum hari pertama"),
        (RAMADAN | {"name": ""}, "Tulis namanya"),
        ({"what": "no-day", "was_on": "2026-11-25", "reason": "x"}, "tidak ada dalam daftar"),
        ({"what": "no-hours", "was_first": "2026-11-25", "reason": "x"}, "Tidak ada jam kantor"),
        ({"what": "year", "year": "2027", "reason": "x"}, "tidak ada yang berubah"),
        ({"what": "year", "year": "abad", "reason": "x"}, "perlu diperbaiki"),
    ],
)
def test_what_cannot_be_is_told_beside_what_was_typed_and_changes_nothing(office, admin, values, told):
    before = office.engine.almanac()

    for where in ("/calendar/preview", "/calendar/changes"):
        answer = admin.post(where, values)
        assert answer.status_code == 422
        assert told in answer.text

    assert office.engine.almanac() == before


def test_an_unknown_kind_of_change_is_no_change(office, admin):
    assert admin.post("/calendar/preview", {"what": "everything"}).status_code == 400


def test_what_was_typed_stands_there_again_when_it_is_to_be_mended(office, admin):
    page = admin.post("/calendar/preview", CLOSED | {"again": "1"}).text

    assert 'value="Pemadaman listrik"' in page
    assert "Lihat akibatnya" in page


def test_a_year_without_a_decree_is_warned_of_and_its_published_days_are_put_in_under_one(office, admin):
    page = squeezed(admin.get("/calendar?year=2029").text)
    assert "SKB tahun 2029 belum dimasukkan." in page
    assert "Daftar terbitan memuat" in page

    asked = {"what": "year", "year": "2029", "reason": "SKB 3 Menteri 2029"}
    preview = admin.post("/calendar/preview", asked)
    admin.post("/calendar/changes", asked | {"seen": seen(preview.text)})

    days = [day for day in office.engine.almanac().days if day.on.year == 2029]
    assert {day.decree for day in days} == {"SKB 3 Menteri 2029"}
    assert "Daftar terbitan memuat" not in squeezed(admin.get("/calendar?year=2029").text)


def test_deadlines_beyond_the_last_decree_are_warned_of_here_and_at_the_step(office, admin, clock: Clock):
    clock.set(datetime.fromisoformat("2027-12-30T09:00+07:00"))
    item = office.start_at(5)

    assert "1 batas waktu terbuka jatuh pada masa yang hari liburnya belum ditetapkan." in squeezed(
        admin.get("/calendar").text
    )
    step = squeezed(office.browser("koordinator_lalintas").get(address(item)).text)
    assert "Hari libur 2028 belum ditetapkan; batas ini dapat berubah." in step


def test_a_pass_that_is_not_finished_or_has_failed_is_told_and_can_be_gone_on_with(office, admin, monkeypatch):
    item = office.start_at(5)
    closed = CalendarEdit(GROUND, days=(Holiday(date(2026, 11, 25), "Tutup", "kantor"),))
    office.engine.change_calendar(closed, by=office.person("admin"))

    assert "1 perkara belum diperiksa." in squeezed(admin.get("/calendar").text)
    assert "1 perkara belum diperiksa." in squeezed(admin.get("/calendar/redating").text)
    with monkeypatch.context() as broken:
        broken.setattr(office.engine, "advance", lambda _case: 1 / 0)
        admin.post("/calendar/redating", {})
    assert "1 perkara tidak dapat dihitung ulang." in squeezed(admin.get("/calendar").text)
    admin.post("/calendar/redating", {})

    assert "Semua batas waktu terbuka sudah menurut kalender ini." in squeezed(admin.get("/calendar/redating").text)
    assert office.open_step(item.case).due_at == item.due_at + timedelta(days=3)


def test_every_change_is_listed_page_by_page(office, admin):
    for day in range(1, 61):
        closed = Holiday(date(2027, 7, 1) + timedelta(days=day), "Tutup", "kantor")
        office.engine.change_calendar(CalendarEdit(f"Surat {day}", days=(closed,)), by=office.person("admin"))

    first = admin.get("/calendar/changes")
    second = admin.get("/calendar/changes?before=12")

    assert "Surat 60" in first.text
    assert "/calendar/changes?before=12" in first.text
    assert "Surat 1<" in second.text
    assert "Yang lebih lama" not in second.text


def test_pages_follow_a_calendar_that_another_process_changed(office, admin, engine):
    other = Engine(str(engine.database.url.render_as_string(hide_password=False)), engine.clock)
    closed = Holiday(date(2026, 11, 25), "Tutup", "kantor")
    change = other.change_calendar(CalendarEdit(GROUND, days=(closed,)), by=office.person("admin"))
    other.close()
    engine._asked_at -= 2  # the last question is long ago

    admin.get("/tasks")

    assert engine.calendar().version == change.version


def test_a_calendar_that_was_edited_in_the_database_says_so(office, admin, engine):
    with engine.database.write() as connection:
        connection.execute(text("DELETE FROM holiday WHERE kind = 'cuti_bersama'"))

    assert "berbeda dari catatan perubahannya" in squeezed(admin.get("/calendar").text)


def test_a_form_without_its_token_changes_nothing(office, admin):
    answer = admin.client.post("/calendar/changes", data=CLOSED)

    assert answer.status_code == 400
    assert len(office.engine.calendar_changes()) == 1
    assert csrf_token(admin.get("/calendar/day").text)
