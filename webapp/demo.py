"""The example office of ``make run``: tables, diagrams, people with passwords, then the web.

Runs only with ``ALUR_DEMO=1``, and every page then says so. Nobody has a fixed password: one is
drawn at random for each installation and kept beside its database. What is there already stays
as it is.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from engine import Actor, Engine, EngineError

from .accounts import Accounts
from .cli.definitions import process_keys, with_forms_beside
from .cli.serving import serve_until_stopped, upgrade_database
from .cli.session import OPERATOR
from .settings import DATA_FOLDER, Settings, SettingsRefused, make_secret_key

DIAGRAMS = Path(__file__).parent.parent / "bpmn"
PASSWORD_FILE = DATA_FOLDER / "demo-password"
WORDS = ("angin", "bukit", "cemara", "danau", "embun", "fajar", "gunung", "hujan", "intan", "jambu", "kapas", "lontar")

TIKIM = "Seksi Teknologi Informasi dan Komunikasi Keimigrasian"
LALINTAS = "Seksi Lalu Lintas Keimigrasian"
OFFICER, SECRETARY, COORDINATOR = "Petugas", "Sekretaris / ketua tim pengaduan", "Koordinator seksi/ Pimpinan"


@dataclass(frozen=True)
class Example:
    """One person of the example office."""

    name: str
    full_name: str
    lanes: Sequence[str] = ()
    groups: Sequence[str] = ()
    duties: Sequence[str] = ()


PEOPLE = (
    Example("petugas1", "Siti Rahmawati", [OFFICER]),
    Example("petugas2", "Agus Setiawan", [OFFICER]),
    Example("sekretaris", "Dewi Lestari", [SECRETARY]),
    Example("ketua", "Hendra Gunawan", [SECRETARY]),
    Example("koordinator_tikim", "Rina Marlina", [COORDINATOR], [TIKIM]),
    Example("koordinator_lalintas", "Budi Santoso", [COORDINATOR], [LALINTAS]),
    Example("kepala", "Bambang Wijaya", [COORDINATOR], duties=["head"]),
    Example("pemilik", "Yuni Astuti", duties=["process_owner"]),
    Example("auditor", "Fajar Nugroho", duties=["auditor"]),
    Example("admin", "Lina Kusuma", duties=["admin"]),
)


OWNER = Actor("pemilik", duties=frozenset({"process_owner"}))


def main() -> None:
    """Set the example office up and serve it: ``ALUR_DEMO=1 python -m webapp.demo``."""
    try:
        settings = Settings.from_environment(os.environ)
        if not settings.demo:
            raise SettingsRefused("Kantor contoh hanya dibuat dengan ALUR_DEMO=1. Untuk pemakaian nyata: alur serve")
        DATA_FOLDER.mkdir(mode=0o700, exist_ok=True)
        make_secret_key(settings.secret_key_file)
        upgrade_database(settings)
        password = set_up(settings, PASSWORD_FILE)
        _introduce(password)
        serve_until_stopped(settings, with_timers=True)
    except (EngineError, SettingsRefused, click.ClickException) as error:
        raise SystemExit(str(error)) from error


def set_up(settings: Settings, password_file: Path) -> str:
    """Deploy the diagrams that the database does not know, add the people it lacks; return their password."""
    engine = Engine(settings.database_url)
    try:
        password, accounts = _password(password_file), Accounts(engine)
        for person in PEOPLE:
            if engine.person(person.name) is None:
                add_person(engine, person)
            if accounts.find(person.name) is None:
                accounts.set_password(person.name, password)
        # Last, so that a deployment finds somebody in every lane.
        _deploy_unknown(engine, sorted(DIAGRAMS.glob("*.bpmn")))
        return password
    finally:
        engine.close()


def add_person(engine: Engine, person: Example) -> Actor:
    """Add one person of the example office, without a password."""
    return engine.add_person(
        person.name, person.full_name, lanes=person.lanes, groups=person.groups, duties=person.duties, by=OPERATOR
    )


def _deploy_unknown(engine: Engine, diagrams: Iterable[Path]) -> None:
    """Deploy each diagram with a key that the database lacks: what was revised since is left alone."""
    known = {definition.key for definition in engine.definitions()}
    for diagram in diagrams:
        if not process_keys(diagram.read_bytes()) <= known:
            engine.deploy(with_forms_beside([diagram]), by=OWNER, note="Diagram bawaan")


def _password(file: Path) -> str:
    """Return the password of this installation's example people; draw it the first time."""
    if not file.is_file():
        words = secrets.SystemRandom().sample(WORDS, 2)
        file.touch(mode=0o600)
        file.write_text(f"{'-'.join(words)}-{secrets.randbelow(9000) + 1000}\n")
    return file.read_text().strip()


def _introduce(password: str) -> None:
    click.echo("Kantor contoh. Kata sandi semua orang di bawah ini: " + click.style(password, bold=True))
    width = max(len(person.name) for person in PEOPLE)
    for person in PEOPLE:
        place = "; ".join([*person.lanes, *person.groups, *person.duties])
        click.echo(f"  {person.name.ljust(width)}  {person.full_name} ({place})")


if __name__ == "__main__":
    main()
