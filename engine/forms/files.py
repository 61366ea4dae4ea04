"""The field for files: how many, how big, of which kind.

The media type of an upload was told by whoever took it in, from the file's first bytes. Nothing
here opens a file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from ..model import Attachment, Upload
from .parts import Field, keepable, kind
from .problems import Unfit

FILE_BYTES = 10 * 1024 * 1024
FILES_PER_STEP = 20
STEP_BYTES = 30 * 1024 * 1024
_TOKEN = re.compile(r"\.[A-Za-z0-9]{1,10}|(?:image|audio|video|text|application)/(?:\*|[A-Za-z0-9.+-]{1,100})")


@dataclass(frozen=True, kw_only=True)
class FileField(Field):
    """Files, stored as a list of uploads. ``accept``: endings (``.pdf``) and media types (``image/*``)."""

    accept: tuple[str, ...] = ()
    multiple: bool = False
    one_value: ClassVar[bool] = False

    def read(self, texts: Sequence[str]) -> Any:
        return []  # files never come as text

    def fit(self, value: Any, now: datetime) -> Any:
        uploads = [] if value is None else value
        if not isinstance(uploads, list | tuple) or not all(isinstance(each, Upload) for each in uploads):
            raise Unfit(f"Di sini diharapkan berkas, bukan {kind(value)}.")
        if self.required and not uploads:
            raise Unfit("Lampirkan paling sedikit satu berkas.")
        if not self.multiple and len(uploads) > 1:
            raise Unfit(f"Lampirkan satu berkas saja; sekarang {len(uploads)}.")
        for upload in uploads:
            self._fit_file(upload)
        return list(uploads)

    def _fit_file(self, upload: Upload) -> None:
        name = keepable(upload.filename)
        if not name or len(name) > 200 or re.search(r"[/\\\n\r\t]", name):
            raise Unfit("Nama berkas kosong, terlalu panjang, atau memuat garis miring. Ganti namanya.")
        if not upload.content:
            raise Unfit(f"Berkas {name} kosong. Pilih berkas yang berisi.")
        if len(upload.content) > FILE_BYTES:
            size = f"{len(upload.content) / 1024 / 1024:.1f}".replace(".", ",")
            raise Unfit(f"Berkas {name} besarnya {size} MB; paling besar {FILE_BYTES // 1024 // 1024} MB.")
        if self.accept and not any(_accepts(token, upload) for token in self.accept):
            raise Unfit(f"Berkas {name} bukan jenis yang diminta. Yang diterima: {', '.join(self.accept)}.")

    def display(self, value: Any) -> str:
        return ", ".join(each.filename for each in value or () if isinstance(each, Upload | Attachment))

    def typed(self, value: Any) -> tuple[str, ...]:
        return ()


def check_step(uploads: Sequence[Upload]) -> None:
    """Check all files of one step together. Raises ``Unfit``."""
    if len(uploads) > FILES_PER_STEP:
        raise Unfit(f"Paling banyak {FILES_PER_STEP} berkas dalam satu langkah; sekarang {len(uploads)}.")
    if sum(len(upload.content) for upload in uploads) > STEP_BYTES:
        raise Unfit(f"Semua berkas dalam satu langkah paling besar {STEP_BYTES // 1024 // 1024} MB bersama-sama.")


def read_accept(text: str) -> tuple[str, ...]:
    """Return the tokens of an ``accept`` text. Raises ``ValueError`` if one is none."""
    tokens = tuple(token.strip().lower() for token in text.split(",") if token.strip())
    if not all(_TOKEN.fullmatch(token) for token in tokens):
        raise ValueError(text)
    return tokens


def _accepts(token: str, upload: Upload) -> bool:
    if token.startswith("."):
        return upload.filename.lower().endswith(token)
    if token.endswith("/*"):
        return upload.media_type.startswith(token[:-1])
    return upload.media_type == token
