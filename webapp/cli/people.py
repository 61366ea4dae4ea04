"""``people``: who there is, in which lanes, with which password. The way to the first admin."""

from __future__ import annotations

import sys

import click

from engine import DUTIES, Engine
from webapp.accounts import Accounts

from .session import OPERATOR, actor, json_option, opened_engine, print_json, print_table

LANES = click.option("--lane", "lanes", multiple=True, metavar="LAJUR", help="Lajur; boleh berulang.")
GROUPS = click.option("--group", "groups", multiple=True, metavar="KELOMPOK", help="Seksi; boleh berulang.")
DUTY = click.option("--duty", "duties", multiple=True, type=click.Choice(sorted(DUTIES)), help="Boleh berulang.")
FROM_STDIN = click.option("--password-stdin", is_flag=True, help="Baca kata sandi dari masukan baku, satu baris.")
MUST_CHANGE = click.option(
    "--must-change/--no-must-change", default=True, help="Minta kata sandi diganti saat pertama masuk (bawaan: ya)."
)


@click.group()
def people() -> None:
    """Orang, lajur, seksi, tugas khusus, dan kata sandi."""


@people.command()
@click.argument("name", metavar="NAMA_MASUK")
@click.option("--full-name", default="", help="Nama lengkap.")
@LANES
@GROUPS
@DUTY
@FROM_STDIN
@MUST_CHANGE
def add(
    name: str,
    full_name: str,
    lanes: tuple[str, ...],
    groups: tuple[str, ...],
    duties: tuple[str, ...],
    password_stdin: bool,
    must_change: bool,
) -> None:
    """Tambahkan orang. Kata sandi ditanyakan, atau dibaca dari masukan baku; tidak pernah di baris perintah."""
    with opened_engine() as engine:
        password = Accounts(engine).usable(name, _password(from_stdin=password_stdin))
        person = engine.add_person(name, full_name, lanes=lanes, groups=groups, duties=duties, by=OPERATOR)
        Accounts(engine).set_password(person.name, password, must_change=must_change)
    click.echo(f"{person.name} ditambahkan.")


@people.command()
@click.argument("name", metavar="NAMA_MASUK")
@FROM_STDIN
@MUST_CHANGE
def passwd(name: str, password_stdin: bool, must_change: bool) -> None:
    """Beri kata sandi baru; semua sesi orang itu berakhir."""
    with opened_engine() as engine:
        person = actor(engine, name)
        Accounts(engine).set_password(person.name, _password(from_stdin=password_stdin), must_change=must_change)
    click.echo(f"Kata sandi {person.name} diganti.")


@people.command("lanes")
@click.argument("name", metavar="NAMA_MASUK")
@LANES
@GROUPS
@DUTY
@click.option("--no-lanes", is_flag=True, help="Keluarkan dari semua lajur.")
@click.option("--no-groups", is_flag=True, help="Keluarkan dari semua seksi.")
@click.option("--no-duties", is_flag=True, help="Cabut semua tugas khusus.")
@click.option("--active/--inactive", default=None, help="Boleh masuk dan bekerja, atau tidak lagi.")
@json_option
def assign_lanes(
    name: str,
    lanes: tuple[str, ...],
    groups: tuple[str, ...],
    duties: tuple[str, ...],
    no_lanes: bool,
    no_groups: bool,
    no_duties: bool,
    active: bool | None,
    as_json: bool,
) -> None:
    """Ganti lajur, seksi, atau tugas khusus seseorang; yang tidak disebut tetap. Tanpa pilihan: tampilkan."""
    with opened_engine() as engine:
        engine.assign(
            name,
            lanes=_replacement(lanes, no_lanes, "lanes"),
            groups=_replacement(groups, no_groups, "groups"),
            duties=_replacement(duties, no_duties, "duties"),
            active=active,
            by=OPERATOR,
        )
        _print_people(engine, (name,), as_json=as_json)


@people.command("list")
@json_option
def list_people(as_json: bool) -> None:
    """Daftar semua orang."""
    with opened_engine() as engine:
        _print_people(engine, [person.name for person in engine.people()], as_json=as_json)


def _print_people(engine: Engine, names: list[str] | tuple[str, ...], *, as_json: bool) -> None:
    found = [actor(engine, name) for name in names]
    if as_json:
        for person in found:
            print_json(person)
        return
    rows = (
        (
            each.name,
            each.full_name,
            "ya" if each.active else "tidak",
            "; ".join(sorted(each.duties)),
            "; ".join(sorted(each.groups)),
            "; ".join(sorted(each.lanes)),
        )
        for each in found
    )
    print_table(("NAMA MASUK", "NAMA LENGKAP", "AKTIF", "TUGAS KHUSUS", "SEKSI", "LAJUR"), rows)


def _replacement(given: tuple[str, ...], none_at_all: bool, what: str) -> tuple[str, ...] | None:
    if given and none_at_all:
        raise click.UsageError(f"Pilih salah satu: menyebut yang baru, atau --no-{what}.")
    return given if given or none_at_all else None


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    password: str = click.prompt("Kata sandi", hide_input=True, confirmation_prompt="Sekali lagi", err=True)
    return password


COMMANDS = (people,)
