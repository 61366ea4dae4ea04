"""``timers --ledger``: every timer of a period or of one case at a terminal, and how punctual they were."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, get_args

import click

from engine import LedgerFilter, LedgerSummary, LedgerTimer

from .session import OFFICE_ZONE, OPERATOR, Decorated, json_option, opened_engine, plain, print_json, print_table

DAY = click.DateTime(formats=["%Y-%m-%d"])
DAYS_SHOWN = 30
LARGEST_PAGE = 200


def ledger_options(command: Decorated) -> Decorated:
    """Add ``--ledger`` and what narrows it."""
    shows = click.Choice(get_args(LedgerFilter))
    for option in (
        json_option,
        click.option("--show", type=shows, help="Buku timer: hanya yang bernasib demikian."),
        click.option("--case", metavar="PERKARA", help="Buku timer: hanya perkara ini, tanpa batas tanggal."),
        click.option("--to", "last", type=DAY, metavar="TANGGAL", help="Buku timer: sampai dengan hari ini (WIB)."),
        click.option("--from", "first", type=DAY, metavar="TANGGAL", help="Buku timer: sejak hari ini (WIB)."),
        click.option("--ledger", is_flag=True, help="Buku timer: setiap timer, dan ketepatannya."),
    ):
        command = option(command)
    return command


def asked_for_ledger(ledger: bool, asked: Mapping[str, Any]) -> bool:
    """Print the ledger if it was asked for. Raises ``click.UsageError`` for its options without it."""
    if not ledger:
        if any(asked.values()):
            raise click.UsageError("--from, --to, --case, --show, dan --json hanya berarti bersama --ledger.")
        return False
    first, last, case = asked["first"], asked["last"], asked["case"]
    if case is not None and (first or last or asked["show"]):
        raise click.UsageError("--case menampilkan semua timer perkara itu; jangan sebut --from, --to, atau --show.")
    if first and last and first > last:
        raise click.UsageError("--from sesudah --to; tukar keduanya.")
    show_ledger(
        first.date() if first else None,
        last.date() if last else None,
        case=case,
        show=asked["show"] or "all",
        as_json=asked["as_json"],
    )
    return True


def show_ledger(first: date | None, last: date | None, *, case: str | None, show: LedgerFilter, as_json: bool) -> None:
    """Print the ledger of these days of the office, both included (left out: the last thirty), or of one case."""
    with opened_engine() as engine:
        if case is not None:
            _print(engine.ledger_of(case.upper(), by=OPERATOR), as_json)
            return
        to = last or engine.now().astimezone(OFFICE_ZONE).date()
        since = first or to - timedelta(days=DAYS_SHOWN - 1)
        start = datetime.combine(since, time(0), OFFICE_ZONE)
        end = datetime.combine(to + timedelta(days=1), time(0), OFFICE_ZONE)
        summary = engine.ledger_summary(start, end, by=OPERATOR)
        if as_json:
            print_json({"summary": plain(summary) | _seconds(summary)})
        else:
            _print_summary(since, to, summary)
        cursor: str | None = None
        while True:
            page = engine.ledger(start, end, by=OPERATOR, show=show, cursor=cursor, limit=LARGEST_PAGE)
            _print(page.timers, as_json)
            cursor = page.next_cursor
            if cursor is None:
                return


def _print_summary(since: date, to: date, summary: LedgerSummary) -> None:
    print_table(
        ("DARI", "SAMPAI", "BERBUNYI", "TERLAMBAT", "P50", "P99", "TERLAMA", "TERTAHAN", "MUNDUR", "BELUM"),
        [
            (
                since.isoformat(),
                to.isoformat(),
                str(summary.fired),
                str(summary.late),
                *(_told(length) for length in (summary.p50, summary.p99, summary.longest)),
                str(summary.held),
                str(summary.backdated),
                str(summary.overdue),
            )
        ],
    )
    outages = [(each.began_at, each.ended_at, str(each.timers), _told(each.longest)) for each in summary.outages]
    if outages:
        print_table(("PEKERJA TIMER TIDAK BERJALAN DARI", "SAMPAI", "TIMER", "TERLAMA"), outages)


def _print(timers: Iterable[LedgerTimer], as_json: bool) -> None:
    if as_json:
        for timer in timers:
            print_json(plain(timer) | {"late": timer.late.total_seconds()})
        return
    rows = [
        (
            timer.case,
            timer.key,
            timer.role,
            timer.duration,
            timer.outcome,
            timer.armed_at,
            timer.due_at,
            timer.ended_at,
            _told(timer.late) if timer.outcome == "fired" else "-",
            timer.cause or "",
        )
        for timer in timers
    ]
    if rows:
        print_table(
            ("PERKARA", "TIMER", "JENIS", "DURASI", "HASIL", "DIPASANG", "JATUH TEMPO", "AKHIR", "DETIK", "SEBAB"), rows
        )


def _seconds(summary: LedgerSummary) -> dict[str, object]:
    lengths = {"p50": summary.p50, "p99": summary.p99, "longest": summary.longest}
    seconds = {name: None if length is None else length.total_seconds() for name, length in lengths.items()}
    outages = [plain(each) | {"longest": each.longest.total_seconds()} for each in summary.outages]
    return {**seconds, "outages": outages}


def _told(length: timedelta | None) -> str:
    return "-" if length is None else f"{length.total_seconds():.3f}"
