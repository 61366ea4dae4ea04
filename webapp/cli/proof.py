"""``replay``, ``verify``, ``rebuild``: what the history proves, and what is recomputed from it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from engine import Engine, Finding, Verification, public_key, trusted_keys
from webapp.settings import Settings

from .session import OPERATOR, json_option, opened_engine, plain, print_json, print_table, settings


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
@click.option("--all", "every", is_flag=True, help="Periksa semua perkara, dan kantor seluruhnya.")
@click.option(
    "--copy",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Salinan folder segel yang disimpan di luar kantor; riwayat diperiksa terhadapnya.",
)
@click.option(
    "--key",
    "keys",
    multiple=True,
    metavar="HEX",
    help="Kunci publik segel yang dicatat di luar mesin ini; boleh diulang.",
)
@json_option
def verify(case: str | None, every: bool, copy: Path | None, keys: tuple[str, ...], as_json: bool) -> None:
    """Buktikan bahwa riwayat tidak diubah: rantai, jalannya alur, isi, tabel, dan segel."""
    if (case is None) is not every:
        raise click.UsageError("Sebutkan satu PERKARA, atau --all untuk semuanya.")
    chosen = settings()
    trusted = tuple(map(public_key, keys)) or trusted_keys(chosen.seal_key_file)
    with opened_engine() as engine:
        if case is None:
            _say_what_is_left_out(engine, chosen, copy)
            folder = chosen.seal_folder if chosen.seal_folder.is_dir() else None
            found = _print_office(engine.verify_office(trusted=trusted, folder=folder, copy=copy), as_json=as_json)
            sound, failed = _print_verdicts(engine.verify_all(), as_json=as_json)
        else:
            verdict = engine.verify(case, copy=copy, trusted=trusted)
            found, (sound, failed) = 0, _print_verdicts([verdict], as_json=as_json)
    if not as_json:
        office = "" if case else f" Kantor: {f'{found} temuan' if found else 'utuh'}."
        click.echo(f"{sound + failed} perkara diperiksa: {sound} utuh, {failed} tidak.{office}")
    if failed or found:
        sys.exit(1)


@click.command()
def rebuild() -> None:
    """Hitung ulang semua yang bukan riwayat: daftar tugas, batas waktu, keadaan perkara."""
    with opened_engine() as engine:
        mended = engine.rebuild()
    click.echo(f"Selesai dihitung ulang; {mended} perbedaan diperbaiki.")


def _say_what_is_left_out(engine: Engine, chosen: Settings, copy: Path | None) -> None:
    if engine.last_seal() is None:
        click.echo("Belum ada segel: riwayat yang dihitung ulang seluruhnya tidak akan ketahuan.", err=True)
    elif copy is None:
        click.echo(
            "Tanpa --copy: riwayat yang dihitung ulang dan disegel ulang dengan kunci kantor tidak akan ketahuan.",
            err=True,
        )
    if not chosen.seal_folder.is_dir():
        click.echo(f"Folder segel {chosen.seal_folder} tidak ada di mesin ini, jadi tidak diperiksa.", err=True)


def _print_office(findings: Iterable[Finding], *, as_json: bool) -> int:
    """Print each finding about the office as a whole as it comes, and return how many there are."""
    count = 0
    for finding in findings:
        count += 1
        if as_json:
            print_json(finding)
        else:
            click.echo(f"kantor: [{finding.check}] {finding.message}")
    return count


def _print_verdicts(verdicts: Iterable[Verification], *, as_json: bool) -> tuple[int, int]:
    """Print each verdict as it comes, and return how many cases are sound and how many are not."""
    sound = failed = 0
    for verdict in verdicts:
        sound, failed = sound + verdict.sound, failed + (not verdict.sound)
        if as_json:
            print_json({**plain(verdict), "sound": verdict.sound})
            continue
        for finding in verdict.findings:
            click.echo(f"{verdict.case}: [{finding.check}] {finding.message}")
        if not verdict.sound and {finding.check for finding in verdict.findings} == {"tables"}:
            click.echo(f"{verdict.case}: riwayatnya sendiri utuh; 'alur rebuild' menghitung ulang tabelnya.")
    return sound, failed


COMMANDS = (replay, verify, rebuild)
