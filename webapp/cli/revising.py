"""``differences`` and ``forecast``: what a revision changes, and what a standard means on a given day."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from engine import AREA_WORDS, Differences, Engine, Forecast, InvalidRequest

from .definitions import with_forms_beside
from .session import OFFICE_ZONE, OPERATOR, in_office_time, json_option, opened_engine, plain, print_json, print_table

INSTANT_FORMAT = "%Y-%m-%d %H:%M"


@click.command()
@click.argument("key", metavar="KUNCI")
@click.argument("old", metavar="DARI", type=click.IntRange(min=1))
@click.argument("new", metavar="KE")
@json_option
def differences(key: str, old: int, new: str, as_json: bool) -> None:
    """Ceritakan dengan kata-kata apa yang berbeda antara dua versi, atau antara versi dan berkas.

    KE: nomor versi, atau berkas .bpmn yang belum terpasang (formulirnya dicari seperti pada alur deploy).
    """
    with opened_engine() as engine:
        found = _found(engine, key, old, new)
    if as_json:
        print_json(found)
        return
    if found.identical:
        click.echo("Tidak ada perubahan: diagram dan formulirnya sama persis.")
    elif found.only_layout:
        click.echo("Hanya tata letak.")
    for area, word in AREA_WORDS.items():
        if entries := found.of(area):
            click.echo(word)
            for entry in entries:
                click.echo(f"  {entry.line()}")


def _found(engine: Engine, key: str, old: int, new: str) -> Differences:
    if new.isascii() and new.isdecimal():
        return engine.differences(key, old, int(new), by=OPERATOR)
    file = Path(new)
    if not file.is_file():
        raise click.BadParameter(f"{new!r} bukan nomor versi dan bukan berkas yang ada.", param_hint="KE")
    return engine.differences_to(key, old, with_forms_beside((file,)))


@click.command()
@click.argument("key", metavar="KUNCI")
@click.option("--at", "written", required=True, metavar="SAAT", help='Saat masuk dalam WIB: "2026-03-17 13:00".')
@click.option("--version", type=click.IntRange(min=1), help="Versi SOP; tanpa ini, yang berlaku.")
@json_option
def forecast(key: str, written: str, version: int | None, as_json: bool) -> None:
    """Hitung tenggat setiap langkah bila sebuah perkara masuk pada suatu saat."""
    with opened_engine() as engine:
        found = engine.forecast(key, version, at=_instant(written), by=OPERATOR)
    if as_json:
        print_json(_in_minutes(found))
        return
    rows = (
        (step.no, in_office_time(step.due_earliest), in_office_time(step.due_latest), step.name) for step in found.steps
    )
    print_table(("NO", "PALING CEPAT", "PALING LAMBAT", "KEGIATAN"), rows)
    click.echo(f"Paling lambat selesai {in_office_time(found.ends_latest)}.")
    if found.limit:
        stands = "terlampaui" if found.over else "cukup"
        click.echo(f"Batas hukum {found.limit.words()} kerja: {in_office_time(found.limit_due)} ({stands}).")
    for sentence in _reservations(found):
        click.echo(sentence)


def _in_minutes(found: Forecast) -> dict[str, Any]:
    """Return a forecast as JSON knows it: lengths of office time as minutes."""
    values: dict[str, Any] = plain(found)
    for name in ("office_time", "over", "office_day"):
        values[f"{name}_minutes"] = values.pop(name) / timedelta(minutes=1)
    return values


def _reservations(found: Forecast) -> list[str]:
    told = [
        (found.choices, "Diagram bercabang: dihitung jalan tercepat dan terlama."),
        (found.loops, "Diagram dapat berputar kembali: setiap langkah dihitung satu kali."),
        (bool(found.untimed), f"Tanpa batas waktu, dihitung seketika: langkah {', '.join(found.untimed)}."),
        (found.beyond_known, "Sebagian tenggat jatuh pada tahun yang hari liburnya belum ditetapkan."),
    ]
    return [sentence for holds, sentence in told if holds]


def _instant(written: str) -> datetime:
    try:
        return datetime.strptime(written.strip(), INSTANT_FORMAT).replace(tzinfo=OFFICE_ZONE)
    except ValueError:
        raise InvalidRequest(f'Saat harus seperti "2026-03-17 13:00" (WIB); diterima {written[:40]!r}.') from None


COMMANDS = (differences, forecast)
