"""What an operator may set: a handful of ``ALUR_*`` variables, read once at start-up.

Nothing else in the program reads the environment. A value that cannot be meant is refused
with a sentence that says what was expected; nothing falls back silently.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SHORTEST_KEY = 32
LONGEST_MINUTES = 7 * 24 * 60
DATA_FOLDER = Path("instance")


class SettingsRefused(Exception):
    """An ``ALUR_*`` variable, or the file that it names, cannot be used. The message says what to do."""


@dataclass(frozen=True)
class Settings:
    """The settings of one process. Each field is the variable of the same name with ``ALUR_`` before it."""

    database_url: str = "sqlite:///instance/alur.db"
    """``ALUR_DATABASE_URL``: ``sqlite:///file`` or ``postgresql://person@host/name``."""

    secret_key_file: Path = DATA_FOLDER / "secret-key"
    """``ALUR_SECRET_KEY_FILE``: the file whose text signs sessions; the same on every machine."""

    seal_key_file: Path = DATA_FOLDER / "seal-key"
    """``ALUR_SEAL_KEY_FILE``: the file of the key that signs seals; the public keys stand beside it (``.pub``)."""

    seal_folder: Path = DATA_FOLDER / "seals"
    """``ALUR_SEAL_FOLDER``: where each seal is written as a file, to be copied out of the office's reach."""

    seal_minutes: int = 60
    """``ALUR_SEAL_MINUTES``: how often a worker seals, in minutes."""

    host: str = "127.0.0.1"
    """``ALUR_HOST``: the address on which ``alur serve`` listens."""

    port: int = 8000
    """``ALUR_PORT``: the port on which ``alur serve`` listens; 0 takes a free one."""

    behind_tls_proxy: bool = False
    """``ALUR_BEHIND_TLS_PROXY``: 1 when exactly one proxy that speaks TLS stands before us.

    Cookies are then sent over TLS only, and the proxy's word on the caller's address is believed.
    """

    log: str = "text"
    """``ALUR_LOG``: ``text`` for a terminal, ``json`` for one object a line."""

    metrics_token_file: Path | None = None
    """``ALUR_METRICS_TOKEN_FILE``: the file of the token that Prometheus shows at ``/metrics``; none: no figures."""

    approval: bool = False
    """``ALUR_APPROVAL``: 1 when a new version waits until a head, other than who uploaded it, activates it."""

    demo: bool = False
    """``ALUR_DEMO``: 1 for the example office of ``make run``; every page then says so."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Return the settings that ``environment`` asks for. Raises ``SettingsRefused``."""
        return cls(
            database_url=environment.get("ALUR_DATABASE_URL") or cls.database_url,
            secret_key_file=Path(environment.get("ALUR_SECRET_KEY_FILE") or cls.secret_key_file),
            seal_key_file=Path(environment.get("ALUR_SEAL_KEY_FILE") or cls.seal_key_file),
            seal_folder=Path(environment.get("ALUR_SEAL_FOLDER") or cls.seal_folder),
            seal_minutes=_minutes("ALUR_SEAL_MINUTES", environment.get("ALUR_SEAL_MINUTES") or str(cls.seal_minutes)),
            host=environment.get("ALUR_HOST") or cls.host,
            port=_port(environment.get("ALUR_PORT") or str(cls.port)),
            behind_tls_proxy=_switch("ALUR_BEHIND_TLS_PROXY", environment.get("ALUR_BEHIND_TLS_PROXY") or "0"),
            log=_choice("ALUR_LOG", environment.get("ALUR_LOG") or cls.log, ("text", "json")),
            metrics_token_file=_path(environment.get("ALUR_METRICS_TOKEN_FILE")),
            approval=_switch("ALUR_APPROVAL", environment.get("ALUR_APPROVAL") or "0"),
            demo=_switch("ALUR_DEMO", environment.get("ALUR_DEMO") or "0"),
        )

    def secret_key(self) -> str:
        """Return the key that signs sessions.

        Raises ``SettingsRefused`` if the file is missing, too short, or open to everybody on the machine.
        """
        return _secret("Kunci rahasia", "ALUR_SECRET_KEY_FILE", self.secret_key_file)

    def metrics_token(self) -> str | None:
        """Return what ``/metrics`` asks for, None if the operator wants no figures. Raises as ``secret_key``."""
        if self.metrics_token_file is None:
            return None
        return _secret("Token metrik", "ALUR_METRICS_TOKEN_FILE", self.metrics_token_file)


def make_secret_key(file: Path) -> None:
    """Write a new random key to ``file``, readable by its owner alone, unless there is one already."""
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(32) + "\n")


def _secret(what: str, setting: str, file: Path) -> str:
    try:
        open_to_all = file.stat().st_mode & 0o007
        secret = file.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsRefused(
            f"{what} diharapkan di berkas {file} ({setting}), tetapi tidak terbaca. Buat sekali saja: "
            f"(umask 077; python3 -c 'import secrets; print(secrets.token_hex(32))' > {file})"
        ) from error
    if len(secret) < SHORTEST_KEY:
        raise SettingsRefused(f"{what} di {file} hanya {len(secret)} huruf; sedikitnya {SHORTEST_KEY}, dan acak.")
    if open_to_all:
        raise SettingsRefused(
            f"Berkas {what.lower()} {file} terbuka bagi semua orang di mesin ini. Tutup dahulu: chmod 600 {file}"
        )
    return secret


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None


def _choice(name: str, text: str, choices: tuple[str, ...]) -> str:
    if text not in choices:
        raise SettingsRefused(f"{name} diharapkan {' atau '.join(choices)}, yang tertulis {text!r}.")
    return text


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) > 65535:
        raise SettingsRefused(f"ALUR_PORT diharapkan bilangan 0 sampai 65535, yang tertulis {text!r}.")
    return int(text)


def _minutes(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= LONGEST_MINUTES:
        raise SettingsRefused(f"{name} diharapkan bilangan 1 sampai {LONGEST_MINUTES} (menit), yang tertulis {text!r}.")
    return int(text)


def _switch(name: str, text: str) -> bool:
    if text not in ("0", "1"):
        raise SettingsRefused(f"{name} diharapkan 1 (ya) atau 0 (tidak), yang tertulis {text!r}.")
    return text == "1"
