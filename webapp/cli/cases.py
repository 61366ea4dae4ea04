"""``start``, ``complete``, ``instances``, ``worklist``, ``history``: cases at a terminal."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO, get_args

import click
from werkzeug.datastructures import FileStorage

from engine import CaseSearch, FoundCase, InstanceState, WorkItem
from webapp import uploads

from .session import OPERATOR, actor, by_option, json_option, opened_engine, plain, print_json, print_table

MOST_FOUND = 50
DAY = click.DateTime(formats=["%Y-%m-%d"])
ANSWERS = click.option(
    "--answers",
    type=click.File("r", encoding="utf-8"),
    metavar="BERKAS",
    help="Isian formulir: satu objek JSON, kunci isian ke nilai; - untuk masukan baku.",
)
ATTACHMENTS = click.option(
    "--file",
    "attachments",
    multiple=True,
    metavar="ISIAN=BERKAS",
    help="Lampirkan sebuah berkas pada isian itu; boleh berulang.",
)
BEHALF = click.option("--on-behalf-of", metavar="LAJUR", help="Lajur yang diwakili, bila bukan lajur sendiri.")


@click.command()
@click.argument("key", metavar="KUNCI")
@ANSWERS
@ATTACHMENTS
@by_option
@BEHALF
@json_option
def start(
    key: str, answers: TextIO | None, attachments: tuple[str, ...], by: str, on_behalf_of: str | None, as_json: bool
) -> None:
    """Mulai perkara baru dan selesaikan langkah pertamanya."""
    given = _answers(answers, attachments)
    with opened_engine() as engine:
        case = engine.start(key, given, by=actor(engine, by), on_behalf_of=on_behalf_of)
    if as_json:
        print_json(case)
    else:
        click.echo(case.number)


@click.command()
@click.argument("case", metavar="PERKARA")
@click.argument("key", metavar="TUGAS")
@ANSWERS
@ATTACHMENTS
@by_option
@BEHALF
def complete(
    case: str, key: str, answers: TextIO | None, attachments: tuple[str, ...], by: str, on_behalf_of: str | None
) -> None:
    """Selesaikan satu tugas terbuka."""
    given = _answers(answers, attachments)
    with opened_engine() as engine:
        engine.complete(case, key, given, by=actor(engine, by), on_behalf_of=on_behalf_of)
    click.echo(f"{case}/{key} selesai.")


@click.command()
@click.argument("search", metavar="[AWAL_NOMOR]", default="")
@click.option("--state", type=click.Choice(get_args(InstanceState)), help="Hanya dalam keadaan ini.")
@click.option("--key", metavar="KUNCI", help="Hanya dari SOP ini.")
@click.option("--version", type=int, metavar="N", help="Hanya yang kini berjalan pada versi SOP ini; bersama --key.")
@click.option("--lane", metavar="LAJUR", help="Ada langkah di lajur ini.")
@click.option("--person", metavar="ORANG", help="Ada langkah yang dipegang atau diselesaikan orang ini.")
@click.option("--step", metavar="LANGKAH", help="Ada langkah ini, menurut id pada diagram; bersama --key.")
@click.option("--late", is_flag=True, help="Ada langkah yang terlambat.")
@click.option("--from", "begun_from", type=DAY, metavar="TANGGAL", help="Mulai sejak hari ini (WIB).")
@click.option("--to", "begun_to", type=DAY, metavar="TANGGAL", help="Mulai sampai dengan hari ini (WIB).")
@click.option("--all", "everything", is_flag=True, help=f"Semua, bukan hanya {MOST_FOUND} yang terbaru.")
@json_option
def instances(search: str, late: bool, everything: bool, as_json: bool, **asked: Any) -> None:
    """Perkara yang memenuhi semua kriteria, yang terbaru dahulu.

    --lane, --person, --step dan --late harus dipenuhi oleh satu langkah yang sama.
    """
    days = {name: asked.pop(name) for name in ("begun_from", "begun_to")}
    criteria = CaseSearch(
        number=search, overrun=late, **asked, **{name: each.date() if each else None for name, each in days.items()}
    )
    cursor: str | None = None
    with opened_engine() as engine:
        while True:
            page = engine.search(criteria, by=OPERATOR, cursor=cursor, limit=MOST_FOUND)
            _print_found(page.found, as_json)
            cursor = page.next_cursor
            if cursor is None:
                return
            if not everything:
                break
    click.echo(f"Hanya {MOST_FOUND} perkara terbaru; persempit kriterianya, atau minta --all.", err=True)


def _print_found(found: Sequence[FoundCase], as_json: bool) -> None:
    if as_json:
        for each in found:
            late = [step.key for step in each.late_steps]
            print_json(plain(each.case) | {"open": [step.key for step in each.open_steps], "late": late})
        return
    rows = (
        (
            *(each.case.number, each.case.key, each.case.version, each.case.state),
            *(each.case.started_at, each.case.ended_at),
            " ".join(step.key for step in each.open_steps),
            " ".join(step.key for step in each.late_steps),
        )
        for each in found
    )
    print_table(("PERKARA", "KUNCI", "VERSI", "KEADAAN", "MULAI", "BERAKHIR", "TERBUKA", "TERLAMBAT"), rows)


@click.command()
@click.argument("person", metavar="ORANG")
@click.option("--show", type=click.Choice(["all", "mine", "free", "overdue"]), default="all", help="Saring.")
@json_option
def worklist(person: str, show: Any, as_json: bool) -> None:
    """Tugas yang boleh dikerjakan seseorang sekarang, yang paling mendesak dahulu."""
    with opened_engine() as engine:
        by, cursor = actor(engine, person), None
        items: list[WorkItem] = []
        while True:
            page = engine.work_list(by=by, show=show, cursor=cursor)
            items.extend(page.items)
            cursor = page.next_cursor
            if cursor is None:
                break
    if as_json:
        for item in items:
            print_json(item)
        return
    rows = ((each.case, each.key, each.lane, each.assignee, each.due_at, each.name) for each in items)
    print_table(("PERKARA", "TUGAS", "LAJUR", "PEMEGANG", "BATAS WAKTU", "KEGIATAN"), rows)


@click.command()
@click.argument("case", metavar="PERKARA")
@json_option
def history(case: str, as_json: bool) -> None:
    """Riwayat satu perkara, peristiwa demi peristiwa, dengan segelnya."""
    with opened_engine() as engine:
        events = engine.history(case, by=OPERATOR)
    if as_json:
        for event in events:
            print_json({**plain(event), "payload": json.loads(event.payload)})
        return
    rows = ((each.seq, each.recorded_at, each.actor, each.type, each.payload) for each in events)
    print_table(("NO", "DICATAT", "PELAKU", "PERISTIWA", "ISI"), rows)


def _answers(source: TextIO | None, attachments: tuple[str, ...]) -> dict[str, Any]:
    try:
        given = json.load(source, parse_float=str, parse_int=str) if source else {}
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise click.UsageError(f"Berkas isian bukan JSON yang sah: {error}") from error
    if not isinstance(given, Mapping):
        raise click.UsageError("Berkas isian diharapkan memuat satu objek JSON: kunci isian ke nilai.")
    answers = dict(given)
    for attachment in attachments:
        field, separator, name = attachment.partition("=")
        file = Path(name)
        if not separator or not file.is_file():
            raise click.UsageError(f"--file diharapkan ISIAN=BERKAS, dan berkasnya harus ada: {attachment!r}.")
        try:
            with file.open("rb") as stream:
                answers.setdefault(field, []).append(uploads.take(FileStorage(stream, file.name)))
        except uploads.NotTaken as error:
            raise click.UsageError(str(error)) from error
    return answers


COMMANDS = (start, complete, instances, worklist, history)
