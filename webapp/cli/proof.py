"""``replay``, ``verify``, ``rebuild``: what the history proves, and what is recomputed from it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable

import click

from engine import Verification

from .session import OPERATOR, json_option, opened_engine, plain, print_json, print_table


@click.command()
@click.argument("case", metavar="PERKARA")
@json_option
def replay(case: str, as_json: bool) -> None:
    """Jalankan ulang satu perkara: keadaan tepat setelah setiap peristiwa."""
    with opened_engine() as engine:
        frames = engine.replay(case, by=OPERATOR)
    if as_json:
        for frame in frames:
            event = {**plain(frame.event), "payload": json.loads(frame.event.payload)}
            print_json({**plain(frame), "event": event})
        return
    rows = (
        (each.seq, each.event.recorded_at, each.event.type, ", ".join(each.armed_timers), ", ".join(each.open_items))
        for each in frames
    )
    print_table(("NO", "DICATAT", "PERISTIWA", "BATAS WAKTU BERJALAN", "TUGAS TERBUKA"), rows)


@click.command()
@click.argument("case", metavar="PERKARA", required=False)
@click.option("--all", "every", is_flag=True, help="Periksa semua perkara.")
@json_option
def verify(case: str | None, every: bool, as_json: bool) -> None:
    """Buktikan bahwa riwayat tidak diubah: rantai segel, isi, dan jalannya alur."""
    if (case is None) is not every:
        raise click.UsageError("Sebutkan satu PERKARA, atau --all untuk semuanya.")
    with opened_engine() as engine:
        verdicts = engine.verify_all() if case is None else iter((engine.verify(case),))
        sound, failed = _print_verdicts(verdicts, as_json=as_json)
    if not as_json:
        click.echo(f"{sound + failed} perkara diperiksa: {sound} utuh, {failed} tidak.")
    if failed:
        sys.exit(1)


@click.command()
def rebuild() -> None:
    """Hitung ulang semua yang bukan riwayat: daftar tugas, batas waktu, keadaan perkara."""
    with opened_engine() as engine:
        mended = engine.rebuild()
    click.echo(f"Selesai dihitung ulang; {mended} perbedaan diperbaiki.")


def _print_verdicts(verdicts: Iterable[Verification], *, as_json: bool) -> tuple[int, int]:
    """Print each verdict as it comes, and return how many cases are sound and how many are not."""
    sound = failed = 0
    for verdict in verdicts:
        sound, failed = sound + verdict.sound, failed + (not verdict.sound)
        if as_json:
            print_json({**plain(verdict), "sound": verdict.sound})
            continue
        for failure in verdict.failures:
            click.echo(f"{verdict.case}: {failure}")
    return sound, failed


COMMANDS = (replay, verify, rebuild)
