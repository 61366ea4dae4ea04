"""``trial`` and ``heat``: past cases under another standard, and where they wait, at a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import click

from engine import Actor, Duration, Engine, Lengths, Trial, WorkingCalendar, read_duration

from .session import OFFICE_ZONE, OPERATOR, actor, json_option, opened_engine, plain, print_json, print_table

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
FROM = click.option("--from", "start", metavar="TANGGAL", help="Perkara yang masuk sejak; tanpa ini, setahun terakhir.")
TO = click.option("--to", "end", metavar="TANGGAL", help="Sampai dengan tanggal ini; tanpa ini, hari ini.")


@click.command()
@click.argument("key", metavar="KUNCI")
@FROM
@TO
@click.option("--step", "steps", multiple=True, metavar="ID=BATAS", help="Standar baru: langkah_5=P2D atau '…=2 hari'.")
@click.option("--draft", is_flag=True, help="Batas waktu yang diubah draf ORANG.")
@click.option("--by", "name", metavar="ORANG", help="Pemilik draf; hanya dengan --draft.")
@json_option
def trial(
    key: str, start: str | None, end: str | None, steps: Sequence[str], draft: bool, name: str | None, as_json: bool
) -> None:
    """Coba standar baru pada riwayat: berapa langkah yang akan terlambat.

    Dihitung dalam waktu kantor atas perkara yang masuk pada masa itu; tidak ada yang diubah.
    """
    if draft and (steps or name is None):
        raise click.UsageError("Pakai --draft bersama --by, dan tanpa --step.")
    if name is not None and not draft:
        raise click.UsageError("--by hanya berarti bersama --draft.")
    wanted = dict(map(_standard, steps))
    first, last = _period(start, end)
    with opened_engine() as engine:
        by: Actor = actor(engine, name) if name else OPERATOR
        found = engine.try_standards(key, durations="draft" if draft else wanted, start=first, end=last, by=by)
        calendar = engine.calendar()
    if as_json:
        for step in found.steps:
            values = plain(step) | _minutes(step.lengths) | {"version": found.version, "examined": found.progress.cases}
            print_json({name: value for name, value in values.items() if name != "lengths"})
        return
    _print_trial(found, calendar)


def _print_trial(found: Trial, calendar: WorkingCalendar) -> None:
    click.echo(f"{found.progress.cases} perkara, masuk {found.start} sampai dengan {found.end}.")
    for step in found.changed:
        title = f"langkah {step.no}" if step.no else f"langkah {step.name}"
        now, would = (_share(part, step.passed) for part in (step.late, step.would_be_late))
        standard = f"Dengan {step.proposed.words()}" if step.proposed else "Tanpa batas waktu"
        click.echo(f"{standard}, {would} {title} akan terlambat (sekarang {now}).")
        if step.undecided:
            click.echo(f"  {step.undecided} di antaranya belum dapat dipastikan: masih terbuka atau ditarik.")
    rows = (
        (
            step.no,
            f"{_words(step.standard)} -> {_words(step.proposed)}" if step.changed else _words(step.standard),
            step.passed,
            step.late,
            step.would_be_late,
            _length(step.median, calendar),
            _length(step.p90, calendar),
            f"{step.path}  {step.name}",
        )
        for step in found.steps
    )
    print_table(("NO", "STANDAR", "LEWAT", "LAMBAT", "AKAN", "SEPARUH", "9 DARI 10", "LANGKAH"), rows)


@click.command()
@click.argument("key", metavar="KUNCI")
@click.option("--version", type=click.IntRange(min=1), help="Versi SOP; tanpa ini, yang berlaku.")
@FROM
@TO
@json_option
def heat(key: str, version: int | None, start: str | None, end: str | None, as_json: bool) -> None:
    """Peta panas sebuah versi: lama menunggu dan mengerjakan, yang terlambat, dan alur yang ditempuh."""
    first, last = _period(start, end)
    with opened_engine() as engine:
        found = engine.heat(key, version or _in_force(engine, key), start=first, end=last, by=OPERATOR)
        calendar = engine.calendar()
    if as_json:
        for step in found.steps:
            values = plain(step) | {"kind": "step", "version": found.version}
            print_json(values | {"waiting": _minutes(step.waiting), "handling": _minutes(step.handling)})
        for flow in found.flows:
            print_json(plain(flow) | {"kind": "flow", "version": found.version})
        return
    click.echo(f"{found.cases} perkara pada versi {found.version}, masuk {found.start} sampai dengan {found.end}.")
    rows = (
        (
            step.no,
            step.cases,
            step.repeats,
            *(_length(stretch.at(part), calendar) for stretch in (step.waiting, step.handling) for part in (50, 90)),
            _share(step.late, step.timed),
            f"{step.path}  {step.name}",
        )
        for step in found.steps
    )
    headings = ("NO", "PERKARA", "ULANG", "TUNGGU 1/2", "TUNGGU 90%", "KERJA 1/2", "KERJA 90%", "LAMBAT", "LANGKAH")
    print_table(headings, rows)
    print_table(("KALI", "ALUR"), ((flow.taken, f"{flow.source} -> {flow.target}") for flow in found.flows))


def _in_force(engine: Engine, key: str) -> int:
    """Return the version that is in force, else the newest. Raises ``NotFound``."""
    versions = engine.versions(key)
    return next((each.version for each in versions if each.in_force), versions[0].version)


def _standard(text: str) -> tuple[str, Duration]:
    path, equals, duration = text.partition("=")
    if not equals:
        raise click.BadParameter(
            f"Tulis langkah dan batasnya, seperti langkah_5=P2D; diterima {text!r}.", param_hint="--step"
        )
    try:
        return path.strip(), read_duration(duration)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--step") from None


def _period(start: str | None, end: str | None) -> tuple[date, date]:
    last = _day(end, "--to") if end else datetime.now(UTC).astimezone(OFFICE_ZONE).date()
    return _day(start, "--from") if start else last - timedelta(days=364), last


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(
            f"Tanggal harus seperti 2026-03-17; diterima {text[:40]!r}.", param_hint=option
        ) from None


def _minutes(lengths: Lengths) -> dict[str, Any]:
    """Return what a reader of JSON wants of lengths: how many, and median and ninetieth percentile in minutes."""
    told = {f"{name}_minutes": lengths.at(part) for name, part in (("median", 50), ("p90", 90))}
    return {"count": lengths.count} | {name: None if at is None else at // MINUTE for name, at in told.items()}


def _length(length: timedelta | None, calendar: WorkingCalendar) -> str:
    if length is None:
        return "-"
    days, rest = divmod(length, calendar.office_day)
    hours, minutes = divmod(rest, HOUR)
    told = ((days, "hr"), (hours, "j"), (minutes // MINUTE, "m"))
    return " ".join(f"{amount}{unit}" for amount, unit in told if amount) or "0m"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %".replace(".", ",") if whole else "-"


def _words(duration: Duration | None) -> str:
    return duration.words() if duration else "tanpa batas"


COMMANDS = (trial, heat)
