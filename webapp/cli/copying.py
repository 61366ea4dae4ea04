"""``backup``, ``move-to``: a copy of the whole office, to keep or to go on with elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from engine import Engine
from webapp import account_tables

from .session import opened_engine


@click.command()
@click.argument("file", metavar="BERKAS", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Cadangkan seluruh kantor (SQLite) ke satu berkas, tanpa menghentikannya."""
    with opened_engine() as engine:
        try:
            engine.backup(file)
        except OSError as error:
            raise click.ClickException(f"Cadangan tidak dapat ditulis ke {file}: {error.strerror}.") from error
    click.echo(f"Cadangan tersimpan di {file}. Kunci dan folder segel dicadangkan tersendiri.")
    click.echo(f"Untuk membuktikannya: ALUR_DATABASE_URL=sqlite:///{file.resolve()} alur verify --all")


@click.command("move-to")
@click.argument("url", metavar="URL")
def move_to(url: str) -> None:
    """Salin seluruh kantor dari SQLite ke PostgreSQL yang kosong, lalu periksa setiap perkaranya."""
    with opened_engine() as engine:
        rows = engine.copy_to(url, beside=[(account_tables.metadata, account_tables.make)])
    click.echo(f"{rows} baris tersalin; semua perkara diperiksa di tempat yang baru.")
    moved = Engine(url)
    try:
        failed = _failures(moved)
    finally:
        moved.close()
    if failed:
        click.echo(f"{failed} perkara tidak utuh di tempat yang baru. Jangan pindah; kantor lama tidak berubah.")
        sys.exit(1)
    click.echo("Semua utuh. Setel ALUR_DATABASE_URL ke alamat itu di setiap mesin, lalu jalankan lagi alur serve.")


def _failures(engine: Engine) -> int:
    failed = 0
    for verdict in engine.verify_all():
        failed += not verdict.sound
        for finding in verdict.findings:
            click.echo(f"{verdict.case}: {finding.message}")
    return failed


COMMANDS = (backup, move_to)
