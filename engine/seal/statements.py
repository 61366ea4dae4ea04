"""What a seal says, to and from the one text that is signed, and the leaf that stands for a case in it.

Pure, and the only place that knows the format; whoever holds a seal can check it with these few lines.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import datetime
from typing import Any

from ..history import canonical, instant, parse_instant
from ..model import Seal
from .merkle import leaf_hash

FORMAT = "alur-seal-1"
NOTHING = bytes(32).hex()
"""What the first seal has as ``previous``."""

_FIELDS: dict[str, type] = {
    "format": str,
    "key": str,
    "number": int,
    "previous": str,
    "root": str,
    "sealed_at": str,
    "size": int,
}
_HEX = re.compile(r"[0-9a-f]{64}")


def head_leaf(case: str, seq: int, chain: bytes) -> bytes:
    """Return the leaf hash of a case whose last event was ``seq`` with this ``chain``."""
    return leaf_hash(canonical([case, seq, chain.hex()]).encode())


def statement(number: int, sealed_at: datetime, size: int, root: bytes, previous: str, key: str) -> str:
    """Return the text to be signed."""
    said = {"format": FORMAT, "key": key, "number": number, "previous": previous}
    return canonical(said | {"root": root.hex(), "sealed_at": instant(sealed_at), "size": size})


def link(previous: Seal | None) -> str:
    """Return what the next seal has as ``previous``: the digest of this one's statement and signature."""
    if previous is None:
        return NOTHING
    return hashlib.sha256(previous.statement.encode() + previous.signature).hexdigest()


def parse(text: Any, signature: Any) -> Seal:
    """Return the seal that a statement says. Raises ``ValueError`` if it is not exactly one of ours."""
    try:
        said = json.loads(text)
        if not isinstance(said, dict) or {name: type(value) for name, value in said.items()} != _FIELDS:
            raise ValueError("other fields than a seal has")
        if said["format"] != FORMAT or canonical(said) != text:
            raise ValueError("another format, or not the canonical text")
        if not all(_HEX.fullmatch(said[name]) for name in ("key", "previous", "root")):
            raise ValueError("a digest or a key that is none")
        if not isinstance(signature, bytes) or said["number"] < 1 or said["size"] < 1:
            raise ValueError("a number or a signature that is none")
        sealed_at = parse_instant(said["sealed_at"])
    except (TypeError, RecursionError) as error:
        raise ValueError(str(error)) from error
    return Seal(said["number"], sealed_at, said["size"], said["root"], said["previous"], said["key"], text, signature)
