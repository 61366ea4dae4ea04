"""``deploy``, ``definitions``: diagrams with their forms, from files."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from engine import DeploymentRefused, Problem

from .approving import CURRENT, STATE_WORDS, done_words, standing_words
from .session import actor, by_option, json_option, opened_engine, plain, print_json, print_table

SEVERITIES = {"error": "kesalahan", "warning": "peringatan"}
# Only to know which files to look for: what a diagram really says, the engine reads.
PROCESS_ID = re.compile(rb"<(?:[\w.-]+:)?process\b[^>]*?\bid=[\"']([^\"']+)")
FORM_ID = re.compile(rb"\b(?:formRef|formId)=[\"']([^\"']+)|\bcamunda-forms:[\w-]+:([^\"']+?)(?:\.form)?[\"']")
FILES = click.argument(
    "files", nargs=-1, required=True, metavar="BERKAS…", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)


@click.command()
@FILES
@by_option
@click.option("--note", default="", help="Catatan pemasangan: apa yang berubah, dan mengapa.")
@json_option
def deploy(files: tuple[Path, ...], by: str, note: str, as_json: bool) -> None:
    """Pasang diagram dengan formulirnya sebagai versi baru; bila persetujuan dinyalakan, versinya diajukan dahulu."""
    with opened_engine() as engine:
        try:
            deployment = engine.deploy(with_forms_beside(files), by=actor(engine, by), note=note)
        except DeploymentRefused as refused:
            print_problems(refused.problems, as_json=as_json)
            if not as_json:
                click.echo("Diagram tidak dipasang; tidak ada yang berubah.", err=True)
            sys.exit(1)
        stored = (*deployment.definitions, *deployment.unchanged)
        states = {(each.key, each.version): engine.version(each.key, each.version).state for each in stored}
    if as_json:
        told = [{"key": key, "version": version, "state": state} for (key, version), state in states.items()]
        print_json(plain(deployment) | {"states": told})
        return
    print_problems(deployment.warnings, as_json=False)
    for definition in deployment.definitions:
        what = done_words(states[definition.key, definition.version])
        click.echo(f"{definition.key} versi {definition.version} {what} ({definition.digest[:12]}).")
    for definition in deployment.unchanged:
        state = STATE_WORDS[states[definition.key, definition.version]].lower()
        click.echo(f"{definition.key} versi {definition.version} sudah sama persis ({state}); tidak dipasang lagi.")
    for form, source in sorted(deployment.form_sources.items()):
        click.echo(f"  formulir {form}: {'dari berkas' if source == 'upload' else 'yang terakhir terpasang'}")


@click.command()
@json_option
def definitions(as_json: bool) -> None:
    """Daftar SOP: dari setiap kunci versi yang berlaku, dan yang diajukan atau dijadwalkan."""
    with opened_engine() as engine:
        found = [each for each in engine.versions() if each.state in CURRENT]
        lanes = {(each.key, each.version): engine.definition(each.key, each.version).lanes for each in found}
    if as_json:
        for each in found:
            print_json(plain(each) | {"lanes": lanes[each.key, each.version]})
        return
    rows = (
        (each.key, each.version, standing_words(each), each.deployed_at, each.deployed_by, each.name) for each in found
    )
    print_table(("KUNCI", "VERSI", "KEADAAN", "DIPASANG", "OLEH", "NAMA"), rows)


def with_forms_beside(files: Iterable[Path]) -> dict[str, bytes]:
    """Return the files by name, with the forms that the diagrams name and the upload lacks.

    They are looked for beside the diagram, then in ``../forms``; what is in neither folder the
    engine takes from the database.
    """
    upload = {file.name: file.read_bytes() for file in files}
    for file in files:
        if file.suffix != ".bpmn":
            continue
        for form_id in form_ids(upload[file.name]):
            found = _form_beside(file, form_id)
            if found is not None and found.name not in upload:
                upload[found.name] = found.read_bytes()
    return upload


def process_keys(diagram: bytes) -> frozenset[str]:
    """Return the ids of the processes in a diagram."""
    return frozenset(_texts(PROCESS_ID, diagram))


def form_ids(diagram: bytes) -> list[str]:
    """Return the ids of the forms that a diagram names, in order."""
    return list(dict.fromkeys(_texts(FORM_ID, diagram)))


def print_problems(problems: Iterable[Problem], *, as_json: bool) -> None:
    """Print each problem: an object a line, or a sentence for a person."""
    for problem in problems:
        if as_json:
            print_json(problem)
        else:
            click.echo(f"{SEVERITIES[problem.severity]}: {problem.sentence()} [{problem.rule}]")


def _form_beside(diagram: Path, form_id: str) -> Path | None:
    # An id is a name, not a path: one with a separator in it is left to the engine, which refuses it.
    if Path(form_id).name != form_id:
        return None
    folders = (diagram.parent, diagram.parent.parent / "forms")
    return next((found for folder in folders if (found := folder / f"{form_id}.form").is_file()), None)


def _texts(pattern: re.Pattern[bytes], diagram: bytes) -> Iterator[str]:
    return (found[found.lastindex or 0].decode("utf-8", "replace") for found in pattern.finditer(diagram))


COMMANDS = (deploy, definitions)
