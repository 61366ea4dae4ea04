"""The same as ``compose.yaml``, on the loopback address: web twice, worker twice, a proxy with TLS, one PostgreSQL.

To try it, and to test it, where there are no containers. Needs nginx and an empty or upgraded PostgreSQL:
``python deploy/loopback.py --database postgresql://alur@host/alur --folder DIR``. Ends everything on SIGTERM.
"""

from __future__ import annotations

import argparse
import http.client
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from string import Template
from time import monotonic, sleep

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HERE = Path(__file__).parent
ALUR = (sys.executable, "-c", "from webapp.cli import main; main()")
LOOPBACK = "127.0.0.1"
NGINX = "nginx"


@dataclass
class Whole:
    """Everything that was started; ``tls_port`` is where people come in, ``folder`` holds keys and logs."""

    folder: Path
    tls_port: int
    plain_port: int
    webs: list[subprocess.Popen[bytes]] = field(default_factory=list)
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    web_ports: list[int] = field(default_factory=list)
    worker_ports: list[int] = field(default_factory=list)
    proxy: subprocess.Popen[bytes] | None = None

    def stop(self, seconds: float = 30) -> None:
        """End everything, the proxy first, so that nobody meets a closed door."""
        proxy = [self.proxy] if self.proxy else []
        for process in (*proxy, *self.webs, *self.workers):
            process.terminate()
        for process in (*proxy, *self.webs, *self.workers):
            process.wait(seconds)


def start(database: str, folder: Path, *, webs: int = 2, workers: int = 2) -> Whole:
    """Upgrade the database, start everything with its files in ``folder``, and return when all is ready.

    Raises ``SystemExit`` with what is missing, ``TimeoutError`` if something does not get ready.
    """
    if proxy_program() is None:
        raise SystemExit("nginx is needed: apt-get install nginx")
    folder.mkdir(parents=True, exist_ok=True)
    environment = _environment(database, folder)
    subprocess.run([*ALUR, "upgrade"], env=environment, check=True)
    whole = Whole(folder, _free_port(), _free_port())
    try:
        for number in range(webs):
            port = _free_port()
            whole.web_ports.append(port)
            given = {**environment, "ALUR_PORT": str(port)}
            whole.webs.append(_started(["serve", "--no-timers"], given, folder / f"web-{number}.log"))
        for number in range(workers):
            port = _free_port()
            whole.worker_ports.append(port)
            command = ["timers", "--probes-port", str(port)]
            whole.workers.append(_started(command, environment, folder / f"worker-{number}.log"))
        for port in (*whole.web_ports, *whole.worker_ports):
            _wait_for(port, "/health/ready")
        whole.proxy = _proxy(whole)
    except BaseException:
        whole.stop()
        raise
    return whole


def _environment(database: str, folder: Path) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ALUR_")}
    for name in ("secret-key", "metrics-token"):
        file = folder / name
        file.touch(mode=0o600)
        file.write_text(file.read_text() or secrets.token_hex(32))
    own = {
        "ALUR_DATABASE_URL": database,
        "ALUR_SECRET_KEY_FILE": folder / "secret-key",
        "ALUR_SEAL_KEY_FILE": folder / "seal-key",
        "ALUR_SEAL_FOLDER": folder / "seals",
        "ALUR_METRICS_TOKEN_FILE": folder / "metrics-token",
        "ALUR_BEHIND_TLS_PROXY": "1",
        "ALUR_LOG": "json",
    }
    return inherited | {name: str(value) for name, value in own.items()}


def _started(command: Sequence[str], environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as out:
        return subprocess.Popen([*ALUR, *command], env=dict(environment), stdout=out, stderr=out)


def _proxy(whole: Whole) -> subprocess.Popen[bytes]:
    folder = whole.folder
    certificate, key = _certificate(folder)
    filled = {
        "UPSTREAM": "\n    ".join(f"server {LOOPBACK}:{port};" for port in whole.web_ports),
        "PLAIN_PORT": f"{LOOPBACK}:{whole.plain_port}",
        "TLS_PORT": f"{LOOPBACK}:{whole.tls_port}",
        "TLS_CERTIFICATE": str(certificate),
        "TLS_KEY": str(key),
    }
    site = Template((HERE / "nginx.conf.template").read_text()).safe_substitute(filled)
    places = "".join(
        f"    {name}_temp_path {folder}/nginx-{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off;\npid {folder}/nginx.pid;\nerror_log {folder}/nginx.log;\nevents {{}}\n"
        f"http {{\n    access_log off;\n{places}{site}\n}}\n"
    )
    proxy = subprocess.Popen(
        [str(proxy_program()), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"]
    )
    _wait_for_door(whole.tls_port)
    return proxy


def _certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for the loopback address, good for a day, and return it with its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "alur")])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(LOOPBACK))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "tls.pem", folder / "tls.key"
    certificate_file.write_bytes(built.public_bytes(serialization.Encoding.PEM))
    key_file.touch(mode=0o600)
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate_file, key_file


def proxy_program() -> str | None:
    """Return nginx, if it is there: Debian keeps it where only root's path leads."""
    return shutil.which(NGINX, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        return int(listener.getsockname()[1])


def _wait_for(port: int, path: str, seconds: float = 60) -> None:
    given_up = monotonic() + seconds
    while monotonic() < given_up:
        try:
            connection = http.client.HTTPConnection(LOOPBACK, port, timeout=5)
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        sleep(0.05)
    raise TimeoutError(f"nothing is ready on port {port} after {seconds:.0f} s; its log says why")


def _wait_for_door(port: int, seconds: float = 20) -> None:
    given_up = monotonic() + seconds
    while monotonic() < given_up:
        try:
            socket.create_connection((LOOPBACK, port), timeout=1).close()
            return
        except OSError:
            sleep(0.05)
    raise TimeoutError("nginx does not listen; its log says why")


def main() -> None:
    """Start the whole and keep it running until SIGTERM or Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--database", required=True, metavar="URL", help="an empty or upgraded PostgreSQL")
    parser.add_argument("--folder", required=True, type=Path, help="where keys, logs and the proxy's files go")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    whole = start(asked.database, asked.folder.resolve())
    try:
        sys.stdout.write(f"https://{LOOPBACK}:{whole.tls_port}\n")
        sys.stdout.flush()
        for process in whole.webs:
            process.wait()
    except KeyboardInterrupt:
        pass
    finally:
        whole.stop()


if __name__ == "__main__":
    main()
