"""``holidays``: the office's calendar at a terminal: its days and hours, and changing them after a preview."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import click

from engine import (
    DAY_KINDS,
    CalendarChange,
    CalendarEdit,
    CalendarPlan,
    DayHours,
    Engine,
    Holiday,
    OfficeHours,
    Redating,
)
from webapp import calendar_words as words
from webapp.words import day as day_of_week

from .session import (
    OFFICE_ZONE,
    actor,
    in_office_time,
    json_option,
    opened_engine,
    print_json,
    print_table,
)

DAY = click.DateTime(["%Y-%m-%d"])
Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def changing(*, needed: bool = True) -> Callable[[Decorated], Decorated]:
    """Add what every change needs: who, on what ground, and whether only to look."""

    def _changing(command: Decorated) -> Decorated:
        for option in (
            json_option,
            click.option("--preview", "only_preview", is_flag=True, help="Hanya tampilkan akibatnya."),
            click.option(
                "--decree", "reason", required=needed, metavar="TEKS", help="Dasar: nomor SKB, edaran, surat."
            ),
            click.option("--by", required=needed, metavar="ORANG", help="Nama masuk admin yang bertindak."),
        ):
            command = option(command)
        return command

    return _changing


@click.group()
def holidays() -> None:
    """Kalender kantor: hari libur, hari kerja khusus, dan jam kantor."""


@holidays.command("list")
@click.option("--year", type=int, help="Tahun; bawaan: tahun ini dan berikutnya.")
@json_option
def list_days(year: int | None, as_json: bool) -> None:
    """Daftar hari yang tercatat, dan peringatan bila liburnya belum ditetapkan."""
    with opened_engine() as engine:
        first = engine.now().astimezone(OFFICE_ZONE).year
        years = (year,) if year is not None else (first, first + 1)
        days = [day for day in engine.almanac().days if day.on.year in years]
        _warn(engine)
    if as_json:
        for day in days:
            print_json(day)
        return
    rows = [
        (day_of_week(day.on), DAY_KINDS[day.kind], "buka" if day.works else "tutup", day.name, day.decree)
        for day in days
    ]
    print_table(("TANGGAL", "JENIS", "KANTOR", "NAMA", "DASAR"), rows)


@holidays.command()
@click.argument("on", type=DAY, metavar="TANGGAL")
@click.argument("name", metavar="NAMA")
@click.option("--kind", type=click.Choice(sorted(DAY_KINDS)), default="libur_nasional", help="Jenis hari.")
@changing()
def add(on: datetime, name: str, kind: str, **asked: Any) -> None:
    """Catat hari libur, atau ganti nama, jenis, dan dasarnya."""
    _change(
        lambda _engine: CalendarEdit(asked["reason"], days=(Holiday(on.date(), name, kind, asked["reason"]),)), **asked
    )


@holidays.command()
@click.argument("on", type=DAY, metavar="TANGGAL")
@changing()
def remove(on: datetime, **asked: Any) -> None:
    """Keluarkan hari dari daftar, bila tidak pernah ditetapkan."""
    _change(lambda _engine: CalendarEdit(asked["reason"], no_days=(on.date(),)), **asked)


@holidays.command()
@click.argument("on", type=DAY, metavar="TANGGAL")
@click.option("--name", help="Nama hari, bila belum tercatat (misalnya Sabtu yang masuk kerja).")
@changing()
def workday(on: datetime, name: str | None, **asked: Any) -> None:
    """Jadikan hari libur, Sabtu, atau Minggu sebagai hari kerja; namanya tetap tercatat."""

    def edit(engine: Engine) -> CalendarEdit:
        listed = next((day for day in engine.almanac().days if day.on == on.date()), None)
        if listed is None and name is None:
            raise click.UsageError(f"{on:%d-%m-%Y} belum tercatat; sebutkan namanya dengan --name.")
        kind, called = (listed.kind, name or listed.name) if listed else ("kantor", name or "")
        return CalendarEdit(asked["reason"], days=(Holiday(on.date(), called, kind, asked["reason"], works=True),))

    _change(edit, **asked)


@holidays.command()
@click.argument("year", type=int, metavar="TAHUN")
@changing()
def publish(year: int, **asked: Any) -> None:
    """Masukkan hari terbitan suatu tahun yang belum tercatat; cocokkan dahulu dengan SKB."""

    def edit(engine: Engine) -> CalendarEdit:
        days = tuple(Holiday(day.on, day.name, day.kind, asked["reason"]) for day in engine.published_days(year))
        return CalendarEdit(asked["reason"], days=days)

    _change(edit, **asked)


@holidays.command()
@click.option("--from", "first", type=DAY, help="Hari pertama dari jam yang ditetapkan. Tanpa ini: tampilkan semua.")
@click.option("--to", "last", type=DAY, help="Hari terakhir: sebuah musim, seperti Ramadan. Tanpa ini: jam tetap.")
@click.option("--name", default="", help="Nama, misalnya Ramadan 1448 H.")
@click.option("--day", "ordinary", help="Jam, misalnya 08.00-15.00 atau '08.00-12.00 13.00-16.00'.")
@click.option("--friday", help="Jam hari Jumat, bila lain.")
@click.option("--remove", "removed", is_flag=True, help="Keluarkan jam yang mulai pada hari itu.")
@changing(needed=False)
def hours(
    first: datetime | None,
    last: datetime | None,
    name: str,
    ordinary: str | None,
    friday: str | None,
    removed: bool,
    **asked: Any,
) -> None:
    """Tampilkan jam kantor dan musim, atau tetapkan mulai suatu hari (--from, --day, --by, --decree)."""
    if first is None:
        _print_hours(as_json=asked["as_json"])
        return
    for option in ("by", "reason"):
        if not asked[option]:
            raise click.UsageError("Menetapkan jam kantor memerlukan --by dan --decree.")
    if removed:
        key = (first.date(), last is not None)
        _change(lambda _engine: CalendarEdit(asked["reason"], no_hours=(key,)), **asked)
        return
    if ordinary is None:
        raise click.UsageError("Sebutkan jamnya dengan --day, misalnya --day 08.00-15.00.")
    try:
        of_friday = DayHours.parse(friday) if friday else None
        entry = OfficeHours(first.date(), name, DayHours.parse(ordinary), of_friday, last.date() if last else None)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    _change(lambda _engine: CalendarEdit(asked["reason"], hours=(entry,)), **asked)


@holidays.command()
@click.option("--limit", type=click.IntRange(1, 1000), default=20, help="Paling banyak; bawaan 20.")
@json_option
def changes(limit: int, as_json: bool) -> None:
    """Setiap perubahan kalender: siapa, kapan, dan dasarnya; yang terbaru lebih dahulu."""
    with opened_engine() as engine:
        found = engine.calendar_changes(limit=limit)
    if as_json:
        for each in found:
            print_json(_plain_change(each))
        return
    for each in found:
        click.echo(
            f"{each.number}  {in_office_time(each.recorded_at)}  {each.actor}  {each.version}  dasar: {each.reason}"
        )
        _print_told(words.told(each))


@holidays.command()
@click.option("--again", is_flag=True, help="Periksa lagi semua batas waktu terbuka, juga yang sudah.")
@json_option
def recompute(again: bool, as_json: bool) -> None:
    """Hitung ulang batas waktu terbuka menurut kalender; melanjutkan yang terputus. Aman diulang."""
    with opened_engine() as engine:
        if again:
            engine.redate_again()
        _redate(engine)
        found = engine.redating()
    if as_json:
        print_json(found or {})
    elif found is None:
        click.echo("Belum ada perubahan kalender yang menyangkut batas waktu.")
    else:
        _print_redating(found)
    if found is not None and found.failed:
        raise SystemExit(1)


def _change(
    edit_of: Callable[[Engine], CalendarEdit], *, by: str, reason: str, only_preview: bool, as_json: bool
) -> None:
    del reason  # it stands in the edit
    with opened_engine() as engine:
        person, edit = actor(engine, by), edit_of(engine)
        plan = engine.plan_calendar(edit, by=person, shown=None if only_preview else 0)
        if only_preview:
            _print_plan(plan, as_json=as_json)
            return
        change = engine.change_calendar(edit, by=person, seen=plan.seen)
        _redate(engine)
        found = engine.redating()
        _warn(engine)
    if as_json:
        print_json(_plain_change(change))
        return
    click.echo(f"Kalender diubah (perubahan {change.number}, versi {change.version}).")
    _print_told(words.told(change))
    if found is not None and found.change == change.number:
        _print_redating(found)
    else:
        click.echo("Tidak ada batas waktu terbuka yang terpengaruh.")


def _print_hours(*, as_json: bool) -> None:
    with opened_engine() as engine:
        entries = engine.almanac().hours
    if as_json:
        for each in entries:
            print_json(_plain_hours(each))
        return
    rows = [(words.validity(each), each.name, words.weekly_hours(each)) for each in entries]
    print_table(("BERLAKU", "NAMA", "JAM"), rows)


def _plain_hours(hours: OfficeHours) -> dict[str, Any]:
    """Return hours as JSON knows them: each day's as they are typed."""
    friday = hours.friday.text() if hours.friday else None
    return {"first": hours.first, "last": hours.last, "name": hours.name, "day": hours.day.text(), "friday": friday}


def _plain_change(change: CalendarChange) -> dict[str, Any]:
    hours = {name: [_plain_hours(each) for each in getattr(change, name)] for name in ("hours_before", "hours_after")}
    return vars(change) | hours


def _redate(engine: Engine) -> None:
    while engine.redate(seconds=2.0):
        found = engine.redating()
        if found is not None:
            click.echo(f"{found.redated} batas waktu dihitung ulang, {found.left} perkara belum diperiksa.", err=True)


def _print_plan(plan: CalendarPlan, *, as_json: bool) -> None:
    if as_json:
        for each in plan.redated:
            print_json(each)
        return
    _print_told(words.told(plan.change))
    click.echo(f"{plan.timers} batas waktu dan pengingat dalam {plan.cases} perkara jatuh pada saat lain.")
    if plan.timers:
        rows = [
            (
                each.case or "(rahasia)",
                words.redated_as(each),
                each.old_due_at,
                "lewat saat dicatat" if each.overdue else each.new_due_at,
                each.name,
            )
            for each in plan.redated
        ]
        print_table(("PERKARA", "APA", "SEMULA", "MENJADI", "LANGKAH"), rows)


def _print_told(entries: tuple[words.Told, ...]) -> None:
    for each in entries:
        click.echo(f"  {each.what}")
        if each.before:
            click.echo(f"    - {each.before}")
        click.echo(f"    + {each.after or 'tidak lagi ada'}")


def _print_redating(found: Redating) -> None:
    click.echo(f"{found.redated} batas waktu terbuka dihitung ulang dan dicatat dalam riwayatnya.")
    if found.failed:
        click.echo(
            f"{found.failed} perkara gagal dihitung ulang; lihat log, lalu ulangi dengan recompute --again.", err=True
        )


def _warn(engine: Engine) -> None:
    outlook = engine.calendar_outlook()
    if outlook.beyond:
        known = day_of_week(outlook.known_until) if outlook.known_until else "tidak ada tahun pun"
        click.echo(
            f"Peringatan: {outlook.beyond} batas waktu terbuka jatuh pada masa yang hari liburnya belum ditetapkan "
            f"(diketahui sampai {known}). Masukkan SKB tahun berikutnya begitu terbit.",
            err=True,
        )
    if not engine.calendar_is_recorded():
        click.echo(
            "Peringatan: kalender di basis data berbeda dari catatan perubahannya; seseorang mengubahnya dari luar.",
            err=True,
        )


COMMANDS = (holidays,)
