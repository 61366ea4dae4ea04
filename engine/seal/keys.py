"""The key that signs seals: Ed25519, in a file outside the database, and the public keys that are trusted.

The private key is one line of hex in a file that only its owner may read. Beside it, ``<file>.pub`` lists every
public key that ever signed here, a line each: seals of a key that was lost or replaced stay trusted by it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ..errors import SealsUnusable

SETTING = "ALUR_SEAL_KEY_FILE"
_HEX_KEY = re.compile(r"[0-9a-f]{64}")


class SealKey:
    """A private key that is ready to sign. ``public`` is its public half in hex."""

    def __init__(self, secret: bytes) -> None:
        """Take the 32 secret bytes."""
        self._private = Ed25519PrivateKey.from_private_bytes(secret)
        self.public = self._private.public_key().public_bytes_raw().hex()

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of the signature."""
        return self._private.sign(message)

    @classmethod
    def load(cls, file: Path) -> SealKey:
        """Return the key in ``file``. Raises ``SealsUnusable`` if it is missing, no key, or open to others."""
        try:
            open_to_others = file.stat().st_mode & 0o077
            text = file.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SealsUnusable(
                f"Kunci segel diharapkan di berkas {file} ({SETTING}), tetapi tidak terbaca. Kembalikan dari "
                "cadangannya, atau buat yang baru dengan 'alur seal --new-key'."
            ) from error
        if not _HEX_KEY.fullmatch(text):
            raise SealsUnusable(
                f"Berkas {file} ({SETTING}) seharusnya memuat 64 angka heksadesimal, dan bukan itu isinya."
            )
        if open_to_others:
            raise SealsUnusable(
                f"Berkas kunci segel {file} terbuka bagi orang lain di mesin ini. Tutup dahulu: chmod 600 {file}"
            )
        return cls(bytes.fromhex(text))

    @classmethod
    def make(cls, file: Path) -> SealKey:
        """Draw a new key, write it to ``file``, and add its public half to the trusted ones.

        Raises ``SealsUnusable`` if there is a file already, or none can be written.
        """
        secret = Ed25519PrivateKey.generate().private_bytes_raw()
        key = cls(secret)
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # The public half first: a key that nobody would trust must never sign.
            with public_file(file).open("a", encoding="ascii") as public:
                public.write(key.public + "\n")
            with os.fdopen(
                os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii"
            ) as private:
                private.write(secret.hex() + "\n")
        except FileExistsError as error:
            raise SealsUnusable(f"Kunci segel sudah ada di {file}; pindahkan dahulu berkasnya.") from error
        except OSError as error:
            raise SealsUnusable(f"Kunci segel tidak dapat ditulis ke {file}: {error.strerror}.") from error
        return key


def public_file(file: Path) -> Path:
    """Return where the public keys that belong to the key file ``file`` stand."""
    return file.with_name(file.name + ".pub")


def trusted_keys(file: Path) -> tuple[str, ...]:
    """Return the public keys (hex) beside the key file ``file``; none if there are none.

    A line may carry a remark behind ``#``. Raises ``SealsUnusable`` for a line that is no key.
    """
    try:
        lines = public_file(file).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        lines = []
    except (OSError, UnicodeDecodeError) as error:
        raise SealsUnusable(f"Daftar kunci publik {public_file(file)} tidak dapat dibaca.") from error
    keys = [line.partition("#")[0].strip().lower() for line in lines]
    return tuple(dict.fromkeys(public_key(key) for key in keys if key))


def public_key(text: str) -> str:
    """Return ``text`` as a public key in hex. Raises ``SealsUnusable`` if it is none."""
    key = text.strip().lower()
    if not _HEX_KEY.fullmatch(key):
        raise SealsUnusable(f"Kunci publik seharusnya 64 angka heksadesimal, yang tertulis {text!r}.")
    return key


def is_signed(message: bytes, signature: bytes, public: str) -> bool:
    """Return whether ``signature`` is that key's over ``message``."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
