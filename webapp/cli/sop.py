"""``sop``: the official document of an SOP, made from its diagram, as one HTML file that prints on A4."""

from __future__ import annotations

from pathlib import Path

import click

from engine import DeploymentRefused, InvalidRequest
from webapp.sop.file import whole_file

from .definitions import print_problems
from .session import OPERATOR, actor, json_option, opened_engine, print_json


@click.command()
@click.argument("key", metavar="KUNCI")
@click.option("--version", type=click.IntRange(min=1), help="Nomor versi; tanpa ini yang berlaku.")
@click.option("--draft", is_flag=True, help="Dari draf milik orang pada --by.")
@click.option("--by", metavar="ORANG", help="Nama masuk pemilik draf.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Berkas HTML yang ditulis.")
@json_option
def sop(key: str, version: int | None, draft: bool, by: str | None, out: Path | None, as_json: bool) -> None:
    """Buat dokumen SOP dari diagramnya (HTML, dicetak pada A4 mendatar)."""
    if draft and (by is None or version is not None):
        raise click.UsageError("--draft memerlukan --by, dan tidak bersama --version.")
    with opened_engine() as engine:
        person = actor(engine, by) if by else OPERATOR
        try:
            document = engine.sop_document(key, "draft" if draft else version, by=person)
        except DeploymentRefused as refused:
            print_problems(refused.problems, as_json=as_json)
            raise InvalidRequest("Draf belum dapat dijadikan dokumen: masih ada kesalahan di atas.") from refused
    if as_json:
        print_json(document)
        return
    text = whole_file(document)
    if out is None:
        click.echo(text, nl=False)
        return
    out.write_text(text, encoding="utf-8")
    click.echo(f"Dokumen ditulis ke {out}. Buka di peramban dan cetak pada A4 mendatar.", err=True)


COMMANDS = (sop,)
