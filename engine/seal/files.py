"""Seals as files: one a seal, in a folder that the office can copy to where nobody here can reach.

A file appears whole or not at all, and is never written again. What it holds can be checked without us: the
signed statement, and the heads that this seal added to the log.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..errors import SealsUnusable
from ..history import canonical
from ..model import Seal
from .statements import parse

NAME = re.compile(r"segel-([0-9]{6,})\.json")
LARGEST = 64_000_000
"""Bytes; a file in a copy that is larger is none of ours."""

Head = tuple[str, int, bytes]
"""A case's number, the number of its last event, and that event's chain."""


@dataclass(frozen=True)
class SealFile:
    """What one file holds."""

    seal: Seal
    heads: tuple[Head, ...]


def file_name(number: int) -> str:
    """Return the name of a seal's file."""
    return f"segel-{number:06}.json"


def numbers_in(folder: Path) -> tuple[int, ...]:
    """Return the numbers of the seals that a folder holds, in order. Raises ``SealsUnusable``."""
    try:
        found = [NAME.fullmatch(each.name) for each in folder.iterdir()]
    except OSError as error:
        raise SealsUnusable(f"Folder segel {folder} tidak dapat dibaca: {error.strerror}.") from error
    numbers = [int(each[1]) for each in found if each]
    return tuple(sorted(number for number in numbers if number > 0))


def write(folder: Path, seal: Seal, heads: Iterable[Head]) -> None:
    """Write one seal's file: to the disk first, and only then under its name. Raises ``SealsUnusable``."""
    listed = [[case, seq, chain.hex()] for case, seq, chain in heads]
    text = canonical({"heads": listed, "signature": seal.signature.hex(), "statement": seal.statement})
    target = folder / file_name(seal.number)
    written = folder / f".{target.name}.{os.getpid()}.{os.urandom(4).hex()}"
    try:
        folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        with written.open("x", encoding="utf-8") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        written.replace(target)
        _sync(folder)
    except OSError as error:
        written.unlink(missing_ok=True)
        raise SealsUnusable(
            f"Segel {seal.number} sudah tersimpan di basis data, tetapi berkasnya tidak dapat ditulis ke {folder}: "
            f"{error.strerror}. Perbaiki foldernya; penyegelan berikutnya menulisnya lagi."
        ) from error


def read(folder: Path, number: int) -> SealFile:
    """Return what a seal's file holds. Raises ``ValueError`` if that is not a seal's, ``FileNotFoundError``."""
    file = folder / file_name(number)
    if file.stat().st_size > LARGEST:
        raise ValueError("too large")
    try:
        held = json.loads(file.read_bytes())
        if not isinstance(held, dict) or held.keys() != {"heads", "signature", "statement"}:
            raise ValueError("other fields than a seal's file has")
        heads = tuple((_text(case), _count(seq), bytes.fromhex(chain)) for case, seq, chain in held["heads"])
        return SealFile(parse(held["statement"], bytes.fromhex(held["signature"])), heads)
    except (TypeError, RecursionError) as error:
        raise ValueError(str(error)) from error


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a case's number is a text")
    return value


def _count(value: object) -> int:
    if type(value) is not int:
        raise TypeError("an event's number is a whole number")
    return value


def _sync(folder: Path) -> None:
    """Let the new name survive a loss of power too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
