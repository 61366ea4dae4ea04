"""What the modeler opens: a diagram's bytes as text, and the ids that a new SOP may have. Nothing here is stored."""

from __future__ import annotations

import codecs
import re
import unicodedata

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_KEY = re.compile(r"[a-z][a-z0-9_]{2,79}")
NOT_KEYS = frozenset({"new", "upload", "import", "start", "end", "root"})
"""Words that addresses of this site, or the runtime, use for something else."""


def as_text(xml: bytes) -> str:
    """Return a diagram as a browser reads it, in whatever encoding it was written; what it says stays the same.

    The declaration goes: it would name an encoding that a text no longer has.
    """
    encoding = next((name for mark, name in _MARKS if xml.startswith(mark)), None)
    declared = _DECLARED.match(xml)
    if encoding is None and declared is not None:
        encoding = declared.group(1).decode("ascii")
    try:
        text = xml.decode(encoding or "utf-8")
    except (LookupError, UnicodeDecodeError):
        text = xml.decode("utf-8", "replace")
    return _DECLARATION.sub("", text, count=1).lstrip()


def key_from(name: str) -> str:
    """Return an id for a new SOP, made of its name: ``SOP Pengaduan (Ringan)`` → ``sop_pengaduan_ringan``."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    key = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:80].strip("_")
    return key if not key or key[0].isalpha() else f"sop_{key}"[:80]


def is_key(key: str) -> bool:
    """Return whether a new SOP may have this id."""
    return _KEY.fullmatch(key) is not None and key not in NOT_KEYS
