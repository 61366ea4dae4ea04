"""``serve``, ``timers``, ``upgrade``: the processes that an operator keeps running."""

from __future__ import annotations

import signal
import threading
from datetime import timedelta
from types import FrameType
from typing import Any

import click
from waitress.server import BaseWSGIServer, MultiSocketServer, create_server

from engine import Engine, run_forever, seal_forever
from webapp import account_tables, assets, create_app
from webapp.observing.logs import log_to_terminal
from webapp.observing.probes import create_probes
from webapp.observing.watched import watched_engine
from webapp.security import LARGEST_REQUEST
from webapp.settings import DATA_FOLDER, Settings

from .ledger import asked_for_ledger, ledger_options
from .seals import make_first_key
from .session import settings

THREADS = 8


@click.command()
@click.option("--no-timers", is_flag=True, help="Jangan jalankan pekerja batas waktu dan segel di dalam proses ini.")
def serve(no_timers: bool) -> None:
    """Layani halaman web, dengan pekerja batas waktu dan segel di dalamnya."""
    serve_until_stopped(settings(), with_timers=not no_timers)


@click.command()
@click.option(
    "--probes-port",
    type=click.IntRange(0, 65535),
    metavar="PORT",
    help="Jawab /health dan /metrics pada port ini; 0 mengambil yang kosong.",
)
@ledger_options
def timers(probes_port: int | None, ledger: bool, **asked: Any) -> None:
    """Jalankan hanya pekerja batas waktu dan segel; boleh beberapa sekaligus, di mesin mana pun.

    Dengan --ledger: tampilkan buku timer, lalu selesai.
    """
    if asked_for_ledger(ledger, asked):
        return
    work_until_stopped(settings(), probes_port)


@click.command()
def upgrade() -> None:
    """Buat tabel basis data, atau perbarui bentuknya. Aman diulang."""
    upgrade_database(settings())
    click.echo("Basis data siap.")


def upgrade_database(chosen: Settings) -> None:
    """Bring the tables of engine and web to the newest shape; a new office gets the key of its seals."""
    if chosen.database_url == Settings.database_url:
        DATA_FOLDER.mkdir(mode=0o700, exist_ok=True)
    Engine.upgrade(chosen.database_url)
    engine = Engine(chosen.database_url)
    try:
        account_tables.upgrade(engine)
        make_first_key(chosen, engine)
    finally:
        engine.close()


def work_until_stopped(chosen: Settings, probes_port: int | None) -> None:
    """Fire timers and seal until SIGTERM or Ctrl-C."""
    log_to_terminal(chosen.log)
    stop = _stop_on_signal()
    engine, figures = watched_engine(chosen)
    try:
        sealer = _sealer(chosen, engine, stop)
        sealer.start()
        if probes_port is not None:
            probes = create_server(
                create_probes(chosen, engine, figures), host=chosen.host, port=probes_port, threads=1, ident=""
            )
            # A daemon: it only answers questions, and nothing waits for the last of them.
            threading.Thread(target=probes.run, name="probes", daemon=True).start()
            click.echo(f"Pemeriksaan di {_address(chosen, probes)}/health")
        click.echo("Pekerja batas waktu berjalan.")
        try:
            run_forever(engine, stop)
        finally:
            stop.set()
            sealer.join()
    finally:
        engine.close()


def serve_until_stopped(chosen: Settings, *, with_timers: bool) -> None:
    """Serve until SIGTERM or Ctrl-C; requests under way are answered first."""
    log_to_terminal(chosen.log)
    if not assets.fetched():
        raise click.ClickException("Berkas tampilan belum diunduh. Jalankan dahulu: make install")
    stop = _stop_on_signal(raises=True)
    engine, figures = watched_engine(chosen)
    try:
        server = create_server(
            create_app(chosen, engine, figures),
            host=chosen.host,
            port=chosen.port,
            threads=THREADS,
            ident="",
            # Twice what the pages accept: they can then answer in Indonesian, and nobody fills the disk.
            max_request_body_size=2 * LARGEST_REQUEST,
            # Whether a proxy is believed is decided in one place: webapp/security.py.
            clear_untrusted_proxy_headers=False,
        )
        timers_worker = threading.Thread(target=run_forever, args=(engine, stop), name="timers")
        workers = (timers_worker, _sealer(chosen, engine, stop)) if with_timers else ()
        for worker in workers:
            worker.start()
        click.echo(f"Alur siap di {_address(chosen, server)}")
        server.run()
        stop.set()
        for worker in workers:
            worker.join()
    finally:
        stop.set()
        engine.close()


def _sealer(chosen: Settings, engine: Engine, stop: threading.Event) -> threading.Thread:
    every = timedelta(minutes=chosen.seal_minutes)
    return threading.Thread(
        target=seal_forever, args=(engine, stop, chosen.seal_key_file, chosen.seal_folder, every), name="seals"
    )


def _address(chosen: Settings, server: MultiSocketServer | BaseWSGIServer) -> str:
    port = server.effective_listen[0][1] if isinstance(server, MultiSocketServer) else server.getsockname()[1]
    return f"http://{chosen.host}:{port}"


def _stop_on_signal(*, raises: bool = False) -> threading.Event:
    """Return an event that SIGTERM and Ctrl-C set. ``raises``: and end the main loop, as waitress wants it."""
    stop = threading.Event()

    def _stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()
        if raises:
            raise SystemExit(0)

    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    return stop


COMMANDS = (serve, timers, upgrade)
