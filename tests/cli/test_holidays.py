"""The calendar at a terminal: days, hours, a preview, the record, and deadlines that follow."""

from __future__ import annotations

import sqlite3

import pytest

from engine import WIB, Actor, Engine
from tests.casework import Casework
from tests.cli.typed import good, lines

BY = ("--by", "admin", "--decree", "SKB 3 Menteri 2026")


@pytest.fixture
def admin(engine: Engine) -> Actor:
    """Somebody who keeps the calendar."""
    operator = Actor("operator", duties=frozenset({"admin"}))
    return engine.add_person("admin", "Lina", duties=["admin"], by=operator)


def listed(alur, year: int = 2027) -> dict[str, dict[str, object]]:
    return {str(day["on"]): day for day in lines(alur("holidays", "list", "--year", year, "--json"))}


def test_a_day_is_added_worked_and_removed_and_each_change_is_recorded(alur, admin):
    good(alur("holidays", "add", "2027-06-14", "Pemilu ulang", "--kind", "kantor", *BY))
    assert listed(alur)["2027-06-14"] == {
        "on": "2027-06-14",
        "name": "Pemilu ulang",
        "kind": "kantor",
        "decree": "SKB 3 Menteri 2026",
        "works": False,
    }

    good(alur("holidays", "workday", "2027-06-14", *BY))
    assert listed(alur)["2027-06-14"]["works"] is True
    good(alur("holidays", "remove", "2027-06-14", *BY))

    assert "2027-06-14" not in listed(alur)
    told = lines(alur("holidays", "changes", "--json"))
    assert [(each["number"], each["actor"]) for each in told] == [
        (4, "admin"),
        (3, "admin"),
        (2, "admin"),
        (1, "sistem"),
    ]
    assert "Pemilu ulang" in good(alur("holidays", "changes"))
    assert "TANGGAL" in good(alur("holidays", "list"))


def test_open_deadlines_are_previewed_and_then_follow(alur, office):
    case = Casework(office).start_at(5)
    day = case.due_at.astimezone(WIB).date().isoformat()
    typed = ("holidays", "add", day, "Tutup", "--kind", "kantor", *BY)

    (shown, *_rest) = lines(alur(*typed, "--preview", "--json"))
    table = good(alur(*typed, "--preview"))
    untouched = office.work_item(case.case, case.key, by=office.person("auditor")).due_at
    told = good(alur(*typed))

    assert untouched == case.due_at
    assert shown["case"] == case.case
    assert case.case in table
    assert "dihitung ulang" in told
    after = office.work_item(case.case, case.key, by=office.person("auditor")).due_at
    assert after > case.due_at
    last = office.history(case.case, by=office.person("auditor"))[-1]
    assert (last.type, last.actor) == ("DueDateSet", "admin")
    assert "dihitung ulang" in good(alur("holidays", "recompute"))
    assert lines(alur("holidays", "recompute", "--again", "--json"))[0]["left"] == 0


def test_hours_and_seasons_are_set_shown_and_taken_out(alur, admin):
    season = ("holidays", "hours", "--from", "2027-02-08", "--to", "2027-03-09")
    good(alur(*season, "--name", "Ramadan", "--day", "08.00-12.00 12.30-15.00", "--friday", "08.00-15.30", *BY))
    good(alur("holidays", "hours", "--from", "2027-01-04", "--name", "Jam 2027", "--day", "07.30-16.00", *BY))

    (regular, ramadan) = lines(alur("holidays", "hours", "--json"))
    assert (regular["name"], regular["last"], ramadan["last"]) == ("Jam 2027", None, "2027-03-09")
    assert "istirahat 12.00–12.30" in good(alur("holidays", "hours"))

    good(alur(*season, "--remove", *BY))
    assert [each["name"] for each in lines(alur("holidays", "hours", "--json"))] == ["Jam 2027"]


def test_a_published_year_is_put_in_under_its_decree(alur, admin):
    good(alur("holidays", "publish", "2029", *BY))

    days = listed(alur, 2029).values()
    assert len(days) > 10
    assert {day["decree"] for day in days} == {"SKB 3 Menteri 2026"}


@pytest.mark.parametrize(
    ("typed", "code", "told"),
    [
        (("add", "2027-06-14", "x", "--by", "petugas", "--decree", "x"), 1, "Hanya admin"),
        (("add", "2027-06-14", " ", *BY), 1, "Nama hari"),
        (("remove", "2027-06-14", *BY), 1, "tidak ada dalam daftar"),
        (("publish", "2027", *BY), 1, "tidak ada yang berubah"),
        (("add", "14-06-2027", "x", *BY), 2, "format"),
        (("workday", "2027-06-19", *BY), 2, "--name"),
        (("hours", "--from", "2027-01-01", *BY), 2, "--day"),
        (("hours", "--from", "2027-01-01", "--day", "8-15", *BY), 2, "08.00-15.00"),
        (("hours", "--from", "2027-01-01", "--day", "08.00-15.00"), 2, "--decree"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(alur_sqlite, sqlite_url, typed, code, told):
    operator, engine = Actor("operator", duties=frozenset({"admin"})), Engine(sqlite_url)
    engine.add_person("admin", "Lina", duties=["admin"], by=operator)
    engine.add_person("petugas", "Siti", by=operator)
    engine.close()

    result = alur_sqlite("holidays", *typed)

    assert result.exit_code == code
    assert told in result.stderr


def test_a_calendar_that_was_edited_from_outside_is_warned_of(alur_sqlite, sqlite_url):
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:
        connection.execute("DELETE FROM holiday WHERE kind = 'cuti_bersama'")

    result = alur_sqlite("holidays", "list")

    assert result.exit_code == 0
    assert "berbeda dari catatan" in result.stderr
