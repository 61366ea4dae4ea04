"""A PostgreSQL server for tests: made from the machine's own binaries, thrown away afterwards.

It listens on a socket in its own folder and nowhere else, and calls fsync only if it is asked to be durable.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import psycopg

ROLE = "alur"
OPTIONS = (
    "-c listen_addresses='' -c max_connections=200 -c shared_buffers=64MB -c max_locks_per_transaction=256 -c jit=off"
)
FORGETFUL = "-F -c full_page_writes=off -c autovacuum=off"


def binaries() -> Path | None:
    """Return the folder of the newest PostgreSQL on this machine, if there is one."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: int(file.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


class Cluster:
    """One server with its data. ``stop`` and ``start`` it as often as a test wants."""

    def __init__(self, binaries: Path, folder: Path | None = None, *, durable: bool = False) -> None:
        """Make the data, unless ``folder`` has them already, and start. ``durable``: as an office would run it."""
        self._binaries, self._options = binaries, OPTIONS if durable else f"{OPTIONS} {FORGETFUL}"
        self.folder = folder or Path(tempfile.mkdtemp(prefix="alur-postgresql-", dir=None if durable else _in_memory()))
        self.folder.mkdir(exist_ok=True)
        if os.geteuid() == 0:
            # PostgreSQL refuses to run as root, so the server belongs to its own account.
            shutil.chown(self.folder, "postgres", "postgres")
        if not (self.folder / "data").exists():
            words = ("-U", ROLE, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
            self._run("initdb", "-D", self._data, *words)
        self.start()

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = f"{self._options} -k {self.folder}"
        self._run("pg_ctl", "-D", self._data, "-l", str(self.folder / "log"), "-o", options, "-w", "start")

    def stop(self, mode: str = "immediate") -> None:
        """Stop the server; ``immediate`` is what a power cut would do."""
        self._run("pg_ctl", "-D", self._data, "-m", mode, "-w", "stop")

    def remove(self) -> None:
        """Stop the server and delete its data."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def databases(self) -> set[str]:
        """Return the names of its databases."""
        with psycopg.connect(self.url("postgres")) as connection:
            return {name for (name,) in connection.execute("SELECT datname FROM pg_database")}

    def url(self, database: str) -> str:
        """Return the address of one of its databases, as ``ALUR_DATABASE_URL`` takes it."""
        return f"postgresql://{ROLE}@/{database}?host={self.folder}"

    def _run(self, program: str, *arguments: str) -> None:
        as_owner: Sequence[str] = ("runuser", "-u", "postgres", "--") if os.geteuid() == 0 else ()
        command = [*as_owner, str(self._binaries / program), *arguments]
        # The server inherits what we pass on: with a pipe we would wait for its end.
        nowhere = subprocess.DEVNULL
        done = subprocess.run(command, cwd="/", stdin=nowhere, stdout=nowhere, stderr=nowhere, check=False)
        if done.returncode != 0:
            log = self.folder / "log"
            said = log.read_text()[-2000:] if log.is_file() else ""
            raise RuntimeError(f"{program} failed with {done.returncode}: {' '.join(command)}\n{said}")


def _in_memory() -> str | None:
    """Return a folder in memory if there is one with room: a new database is some three hundred files."""
    memory = Path("/dev/shm")
    try:
        return str(memory) if shutil.disk_usage(memory).free > 2 * 1024**3 and os.access(memory, os.W_OK) else None
    except OSError:
        return None


def create(maintenance_url: str, name: str, template: str = "template1") -> None:
    """Create a database on that server as a copy of ``template``."""
    _execute(maintenance_url, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def drop(maintenance_url: str, name: str) -> None:
    """Drop a database with whoever is still connected to it."""
    _execute(maintenance_url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _execute(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())
