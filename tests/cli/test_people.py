"""People at a terminal: the first admin, passwords, lanes."""

from __future__ import annotations

from engine import Engine
from tests.cli.typed import PASSWORD, good, lines
from webapp.accounts import Accounts
from webapp.cli import main


def test_the_first_admin_is_added_at_the_terminal_and_has_to_choose_a_password(alur, engine):
    typed = f"{PASSWORD}\n{PASSWORD}\n"

    result = alur("people", "add", "admin", "--full-name", "Lina", "--duty", "admin", input=typed)

    assert PASSWORD not in good(result) + result.stderr
    assert Accounts(engine).sign_in("admin", PASSWORD, "").must_change_password
    assert engine.person("admin").duties == {"admin"}


def test_passwords_come_from_standard_input_too_and_never_from_the_arguments(alur_sqlite, sqlite_url):
    good(alur_sqlite("people", "add", "siti", "--password-stdin", "--no-must-change", input=f"{PASSWORD}\n"))
    good(alur_sqlite("people", "passwd", "siti", "--password-stdin", input="kata-sandi-yang-lain\n"))
    engine = Engine(sqlite_url)

    assert Accounts(engine).sign_in("siti", "kata-sandi-yang-lain", "").must_change_password
    engine.close()
    options = {option.name for name in ("add", "passwd") for option in main.commands["people"].commands[name].params}
    assert not [name for name in options if name == "password"]


def test_a_weak_password_adds_nobody(alur_sqlite):
    result = alur_sqlite("people", "add", "siti", "--password-stdin", input="pendek")

    assert result.exit_code == 1
    assert "10 sampai 200" in result.stderr
    assert lines(alur_sqlite("people", "list", "--json")) == []


def test_lanes_are_replaced_by_what_is_named_and_the_rest_stays(alur_sqlite):
    good(
        alur_sqlite(
            *("people", "add", "siti", "--lane", "Petugas", "--group", "Seksi A", "--duty", "head", "--password-stdin"),
            input=PASSWORD,
        )
    )

    shown = lines(alur_sqlite("people", "lanes", "siti", "--lane", "B", "--lane", "A", "--no-duties", "--json"))

    assert [(each["lanes"], each["groups"], each["duties"]) for each in shown] == [(["A", "B"], ["Seksi A"], [])]
    assert lines(alur_sqlite("people", "lanes", "siti", "--inactive", "--json"))[0]["active"] is False
    assert "Seksi A" in good(alur_sqlite("people", "list"))
