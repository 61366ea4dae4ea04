"""``export``, ``conformance``: taking cases out, one or a whole period, and the verdict on how one went."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO

import click

from webapp.exports.deliveries import FORMS, Delivery, of_case, of_period
from webapp.exports.json_lines import conformance_object

from .session import OPERATOR, actor, json_option, opened_engine, print_json

DAY = click.DateTime(formats=["%Y-%m-%d"])
STANDARD_OUTPUT = "-"


@click.command(name="export")
@click.argument("case", metavar="[PERKARA]", required=False)
@click.option("--as", "form", type=click.Choice(list(FORMS)), required=True, help="Bentuk keluaran.")
@click.option("--from", "first", type=DAY, metavar="TANGGAL", help="Perkara yang dimulai sejak hari ini (WIB).")
@click.option("--to", "last", type=DAY, metavar="TANGGAL", help="Sampai dengan hari ini (WIB), hari itu termasuk.")
@click.option("--key", metavar="KUNCI", help="Hanya perkara dari SOP ini; bersama --from dan --to.")
@click.option(
    "--out",
    metavar="BERKAS",
    help="Berkas tujuan; - untuk keluaran baku. Bawaan: dossier ke berkas bernama nomor perkaranya, lainnya ke "
    "keluaran baku.",
)
@click.option("--by", metavar="ORANG", help="Tampilkan sebatas hak orang ini; bawaan: operator, dengan hak auditor.")
@click.option(
    "--reason", metavar="ALASAN", help="Ungkap juga data pribadi, dengan alasan ini; tercatat atas nama --by."
)
def export(
    case: str | None,
    form: str,
    first: datetime | None,
    last: datetime | None,
    key: str | None,
    out: str | None,
    by: str | None,
    reason: str | None,
) -> None:
    """Keluarkan satu perkara, atau semua yang dimulai dalam suatu kurun waktu."""
    _check_usage(case, first, last, key, by, reason)
    with opened_engine() as engine:
        person = actor(engine, by) if by else OPERATOR
        if case is not None:
            delivery = of_case(engine, case, form, by=person, reason=reason)
        else:
            assert first is not None  # _check_usage has seen to both
            assert last is not None
            delivery = of_period(engine, first.date(), last.date(), form, by=person, key=key)
        _write(delivery, out or (delivery.name if form == "dossier" else STANDARD_OUTPUT))


@click.command()
@click.argument("case", metavar="PERKARA")
@json_option
def conformance(case: str, as_json: bool) -> None:
    """Apakah satu perkara mengikuti diagramnya: campur tangan, pemisahan tugas, langkah yang terlambat."""
    with opened_engine() as engine:
        verdict = engine.conformance(case, by=OPERATOR)
    if as_json:
        print_json(conformance_object(verdict))
        return
    for sentence in verdict.words:
        click.echo(sentence)


def _check_usage(
    case: str | None,
    first: datetime | None,
    last: datetime | None,
    key: str | None,
    by: str | None,
    reason: str | None,
) -> None:
    period = first is not None and last is not None
    if (case is not None) is period or (first is None) is not (last is None):
        raise click.UsageError("Sebutkan satu PERKARA, atau kurun waktu dengan --from dan --to.")
    if case is not None and key is not None:
        raise click.UsageError("--key menyaring suatu kurun waktu; satu PERKARA tidak perlu disaring.")
    if reason is not None and (case is None or by is None):
        raise click.UsageError("--reason mengungkap satu PERKARA, atas nama orang yang disebut dengan --by.")


def _pour(chunks: Iterator[bytes], stream: IO[bytes]) -> int:
    """Write everything as it comes; return how many bytes it was."""
    length = 0
    for chunk in chunks:
        stream.write(chunk)
        length += len(chunk)
    return length


def _write(delivery: Delivery, target: str) -> None:
    """Write to standard output, or to a new file that is not left behind half-written."""
    if target == STANDARD_OUTPUT:
        _pour(delivery.chunks, sys.stdout.buffer)
        return
    path = Path(target)
    try:
        with path.open("xb") as file:
            try:
                length = _pour(delivery.chunks, file)
            except BaseException:
                path.unlink()
                raise
    except FileExistsError as error:
        raise click.UsageError(
            f"Berkas {target} sudah ada dan tidak ditimpa; sebutkan nama lain dengan --out."
        ) from error
    except OSError as error:
        raise click.UsageError(f"Berkas {target} tidak dapat ditulis: {error.strerror}.") from error
    click.echo(f"{target} ditulis, {length} byte.", err=True)


COMMANDS = (export, conformance)
