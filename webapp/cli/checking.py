"""``check``: what is wrong with files, and, with ``--import``, how a drawing from elsewhere is repaired."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click

from engine import REPAIR_KINDS, DatabaseUnusable, Engine, Form, FormRefused, Imported, Repair

from .definitions import FILES, print_problems, with_forms_beside
from .session import json_option, opened_engine, plain, print_json


@click.command()
@FILES
@click.option("--import", "importing", is_flag=True, help="Tunjukkan pula cara memperbaiki gambar dari alat lain.")
@click.option("--write", "out", metavar="KE", type=click.Path(path_type=Path), help="Tulis gambar yang diperbaiki.")
@click.option("--choose", "chosen", multiple=True, metavar="ID=NILAI", help="Pilih perbaikan lain; boleh berulang.")
@json_option
def check(files: tuple[Path, ...], importing: bool, out: Path | None, chosen: tuple[str, ...], as_json: bool) -> None:
    """Periksa diagram (.bpmn) dan formulir (.form) tanpa memasangnya."""
    if importing:
        _import(files, out, _choices(chosen), as_json=as_json)
        return
    if out is not None or chosen:
        raise click.UsageError("--write dan --choose hanya bersama --import.")
    with _engine() as engine:
        problems = engine.check(with_forms_beside(files))
    print_problems(problems, as_json=as_json)
    if any(problem.severity == "error" for problem in problems):
        sys.exit(1)
    if not problems and not as_json:
        click.echo("Tidak ada masalah.")


def _choices(chosen: Iterable[str]) -> dict[str, str]:
    choices = {}
    for each in chosen:
        key, sign, value = each.partition("=")
        if not sign:
            raise click.UsageError(f"--choose {each!r} harus berbentuk ID=NILAI.")
        choices[key] = value
    return choices


def _import(files: tuple[Path, ...], out: Path | None, choices: Mapping[str, str], *, as_json: bool) -> None:
    drawings = [file for file in files if file.suffix.lower() != ".form"]
    if out is not None and (len(drawings) != 1 or out.exists()):
        raise click.UsageError("--write hanya untuk satu gambar, dan tidak menimpa berkas yang sudah ada.")
    forms = _forms(with_forms_beside(files))
    failed = False
    with _engine() as engine:
        for file in drawings:
            imported = engine.import_drawing(file.read_bytes(), choices, forms, file.name)
            _print(file, imported, as_json=as_json)
            failed = failed or any(problem.severity == "error" for problem in imported.problems)
            if out is not None and imported.xml is not None:
                _write(out, imported, as_json=as_json)
    if failed:
        sys.exit(1)


def _forms(upload: Mapping[str, bytes]) -> dict[str, str]:
    """Return the texts of the forms among the files, by id; one that is none is told by the check."""
    texts = {}
    for name, data in upload.items():
        if name.lower().endswith(".form"):
            try:
                texts[Form.load(data).id] = data.decode("utf-8-sig")
            except FormRefused as refused:
                click.echo(f"{name}: {refused}", err=True)
    return texts


def _print(file: Path, imported: Imported, *, as_json: bool) -> None:
    for repair in imported.repairs:
        if as_json:
            print_json({"file": file.name, **plain(repair)})
        else:
            click.echo(_sentence(file, repair))
    print_problems(imported.problems, as_json=as_json)
    if not as_json and not imported.repairs and not imported.problems:
        click.echo(f"{file.name}: tidak ada yang perlu diperbaiki.")


def _sentence(file: Path, repair: Repair) -> str:
    where = f"{repair.element}: " if repair.element else ""
    others = [f"{each.value} ({each.label})" for each in repair.choices if each.value != repair.chosen]
    more = f" Pilihan lain: {'; '.join(others)}." if others else ""
    remark = f" {repair.remark}" if repair.remark else ""
    return f"perbaikan: {file.name}: {where}{REPAIR_KINDS[repair.kind]}: {repair.message}{more}{remark} [{repair.id}]"


def _write(out: Path, imported: Imported, *, as_json: bool) -> None:
    """Write the drawing and the forms that were made for it, beside it; nothing is overwritten."""
    assert imported.xml is not None
    out.write_bytes(imported.xml)
    for form_id, text in imported.forms.items():
        beside = out.parent / f"{form_id}.form"
        if beside.exists():
            click.echo(f"{beside} sudah ada dan tidak ditimpa.", err=True)
        else:
            beside.write_text(text, encoding="utf-8")
    if not as_json:
        click.echo(f"Ditulis: {out} dan {len(imported.forms)} formulir di sampingnya.")


@contextmanager
def _engine() -> Iterator[Engine]:
    """Yield the office's engine, or one on nothing where there is no database yet."""
    with ExitStack() as stack:
        try:
            engine = stack.enter_context(opened_engine())
            engine.definitions()
        except DatabaseUnusable as error:
            click.echo(f"Diperiksa tanpa basis data: {error}", err=True)
            engine = stack.enter_context(_engine_on_nothing())
        yield engine


@contextmanager
def _engine_on_nothing() -> Iterator[Engine]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/empty.db"
        Engine.upgrade(url)
        engine = Engine(url)
        try:
            yield engine
        finally:
            engine.close()


COMMANDS = (check,)
