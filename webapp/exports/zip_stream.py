"""A ZIP that is written as it goes and takes no memory for what is written already.

The standard library's writer keeps every entry's header until the end; here they wait in a temporary
file, so that an archive of a million files costs as much memory as one of ten. Entries are smaller
than 4 GB each, which the limits on uploads see to; the archive may be of any size.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator
from tempfile import SpooledTemporaryFile
from typing import Self

LARGEST_ENTRY = 0xFFFFFFFF
MOST_ENTRIES = 0xFFFF
IN_MEMORY = 1024 * 1024
CHUNK = 64 * 1024
DEFLATED, UTF_8_AND_SIZES_BEHIND, REGULAR_FILE = 8, 0x0808, 0o100644 << 16
VERSION, VERSION_64 = 20, 45
DateTime = tuple[int, int, int, int, int, int]


class ZipStream:
    """An archive in the making: send out what each ``entry`` yields, and last what ``end`` yields."""

    def __init__(self) -> None:
        self._directory = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed by __exit__
        self._offset = self._entries = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._directory.close()

    def entry(self, name: str, chunks: Iterable[bytes], moment: DateTime) -> Iterator[bytes]:
        """Yield one file's part of the archive. Raises ``ValueError`` for one of 4 GB or more."""
        at, path = self._offset, name.encode()
        clock = _dos_time(moment)
        header = struct.pack(
            "<4s5H3L2H", b"PK\3\4", VERSION, UTF_8_AND_SIZES_BEHIND, DEFLATED, *clock, 0, 0, 0, len(path), 0
        )
        yield self._sent(header + path)
        check = size = packed = 0
        packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
        for chunk in chunks:
            check, size = zlib.crc32(chunk, check), size + len(chunk)
            if data := packer.compress(chunk):
                packed += len(data)
                yield self._sent(data)
        data = packer.flush()
        packed += len(data)
        if max(size, packed) >= LARGEST_ENTRY:
            raise ValueError(f"{name} is {size} bytes long, more than one file of an archive may be")
        yield self._sent(data + struct.pack("<4s3L", b"PK\7\x08", check, packed, size))
        self._remember(path, clock, (check, packed, size), at)

    def end(self) -> Iterator[bytes]:
        """Yield the directory of everything that was sent, without which nobody can open the archive."""
        at, length = self._offset, self._directory.tell()
        self._directory.seek(0)
        while chunk := self._directory.read(CHUNK):
            yield self._sent(chunk)
        if self._entries >= MOST_ENTRIES or at + length >= LARGEST_ENTRY:
            where = self._offset
            counts = (self._entries, self._entries, length, at)
            yield self._sent(struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, VERSION_64, VERSION_64, 0, 0, *counts))
            yield self._sent(struct.pack("<4sLQL", b"PK\6\7", 0, where, 1))
        count = min(self._entries, MOST_ENTRIES)
        end = (count, count, min(length, LARGEST_ENTRY), min(at, LARGEST_ENTRY), 0)
        yield self._sent(struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, *end))

    def _sent(self, data: bytes) -> bytes:
        self._offset += len(data)
        return data

    def _remember(self, path: bytes, clock: tuple[int, int], sizes: tuple[int, int, int], at: int) -> None:
        far = at >= LARGEST_ENTRY
        extra = struct.pack("<2HQ", 1, 8, at) if far else b""
        version = VERSION_64 if far else VERSION
        made_by = 3 << 8 | version  # Unix, so that the file's mode counts
        self._directory.write(
            struct.pack(
                "<4s6H3L5H2L",
                b"PK\1\2",
                made_by,
                version,
                UTF_8_AND_SIZES_BEHIND,
                DEFLATED,
                *clock,
                *sizes,
                len(path),
                len(extra),
                0,
                0,
                0,
                REGULAR_FILE,
                min(at, LARGEST_ENTRY),
            )
        )
        self._directory.write(path + extra)
        self._entries += 1


def _dos_time(moment: DateTime) -> tuple[int, int]:
    year, month, day, hour, minute, second = moment
    return hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day
