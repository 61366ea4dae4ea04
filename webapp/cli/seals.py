"""``seal``, ``seals``: signing the heads of all cases now, and what was signed so far."""

from __future__ import annotations

import click

from engine import Engine, Seal, SealKey, SealsUnusable
from webapp.settings import Settings

from .session import json_option, opened_engine, print_json, print_table, settings

SHOWN = 16
"""Characters of a digest that a table shows; ``--json`` shows them all."""


@click.command()
@click.option("--new-key", is_flag=True, help="Buat dahulu kunci baru; kunci lama harus sudah dipindahkan.")
def seal(new_key: bool) -> None:
    """Segel sekarang: tanda tangani keadaan terakhir semua perkara, dan tulis berkas segelnya."""
    chosen = settings()
    with opened_engine() as engine:
        if new_key:
            _introduce(SealKey.make(chosen.seal_key_file), chosen)
        made = engine.seal(SealKey.load(chosen.seal_key_file), chosen.seal_folder)
    if made is None:
        click.echo("Tidak ada yang berubah sejak segel terakhir.")
    else:
        click.echo(f"Segel {made.number} dibuat atas {made.size} kepala riwayat; akarnya {made.root}.")


@click.command()
@json_option
def seals(as_json: bool) -> None:
    """Tampilkan segel yang pernah dibuat."""
    with opened_engine() as engine:
        if as_json:
            for each in engine.seals():
                print_json(each)
            return
        print_table(("NO", "DIBUAT", "KEPALA RIWAYAT", "KUNCI", "AKAR"), map(_row, engine.seals()))


def make_first_key(chosen: Settings, engine: Engine) -> None:
    """Make the key of the seals for an office that has neither a key nor a seal yet."""
    if chosen.seal_key_file.exists():
        return
    if engine.last_seal() is None:
        try:
            _introduce(SealKey.make(chosen.seal_key_file), chosen)
        except SealsUnusable:
            if not chosen.seal_key_file.exists():  # else another upgrade made it a moment ago
                raise
    else:
        click.echo(
            f"Basis data sudah mempunyai segel, tetapi kuncinya tidak ada di {chosen.seal_key_file}: mesin ini tidak "
            "menyegel. Salin kunci itu dari mesin lain, atau, bila hilang, jalankan 'alur seal --new-key'.",
            err=True,
        )


def _introduce(key: SealKey, chosen: Settings) -> None:
    click.echo(f"Kunci segel dibuat di {chosen.seal_key_file}. Cadangkan berkas itu di tempat terkunci.")
    click.echo(f"Kunci publiknya: {key.public}")
    click.echo("Catat dan umumkan kunci publik itu di luar mesin ini: dengan itu siapa pun dapat memeriksa segel.")


def _row(each: Seal) -> tuple[object, ...]:
    return each.number, each.sealed_at, each.size, each.key[:SHOWN], each.root[:SHOWN]


COMMANDS = (seal, seals)
