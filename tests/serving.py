"""A real ``alur serve`` in a process of its own."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter, sleep


def free_port() -> int:
    """Return a port that nobody uses just now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


ALUR_SERVE = ("-c", "from webapp.cli import main; main()", "serve")


def serve(
    url: str, folder: Path, port: int, program: Sequence[str] = ALUR_SERVE, **environment: str
) -> subprocess.Popen[bytes]:
    """Start ``alur serve`` (or another Python ``program``) on ``url``; its log goes to ``folder/serve.log``."""
    settings = {
        "ALUR_DATABASE_URL": url,
        "ALUR_SECRET_KEY_FILE": str(folder / "secret-key"),
        "ALUR_SEAL_KEY_FILE": str(folder / "seal-key"),
        "ALUR_SEAL_FOLDER": str(folder / "seals"),
        "ALUR_PORT": str(port),
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ALUR_")}
    with (folder / "serve.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, *program], env={**inherited, **settings, **environment}, stdout=log, stderr=log
        )


def wait_until_ready(port: int, seconds: float = 90, path: str = "/sign-in") -> None:
    """Return when a page answers. Raises ``TimeoutError``."""
    given_up = perf_counter() + seconds
    while perf_counter() < given_up:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return
        except OSError:
            sleep(0.02)
    raise TimeoutError(f"nothing answers on port {port} after {seconds} s")


def seconds_until_ready(url: str, folder: Path) -> float:
    """Return how long ``alur serve`` takes from its start to its first page."""
    port = free_port()
    begun = perf_counter()
    server = serve(url, folder, port)
    try:
        wait_until_ready(port)
        return perf_counter() - begun
    finally:
        server.terminate()
        server.wait(30)
