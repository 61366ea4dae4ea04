"""The streamed ZIP: every reader of ZIPs reads it, and it takes no memory for what is written."""

from __future__ import annotations

import io
import shutil
import subprocess
import tracemalloc
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from webapp.exports import zip_stream
from webapp.exports.zip_stream import ZipStream

NOON = (2026, 11, 24, 12, 30, 58)


def archived(files: dict[str, list[bytes]]) -> bytes:
    """Return an archive of these files."""
    with ZipStream() as archive:
        parts = [part for name, chunks in files.items() for part in archive.entry(name, chunks, NOON)]
        return b"".join([*parts, *archive.end()])


def test_files_come_out_as_they_went_in() -> None:
    files = {"a.txt": [b"satu", b"", b"dua"], "folder/kosong": [], "folder/ñ文.bin": [bytes(range(256)) * 999]}

    with ZipFile(io.BytesIO(archived(files))) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == {
            name: b"".join(chunks) for name, chunks in files.items()
        }
        entry = archive.getinfo("folder/ñ文.bin")

    assert (entry.date_time, entry.compress_type) == (NOON, ZIP_DEFLATED)
    assert entry.external_attr >> 16 == 0o100644
    assert entry.compress_size < entry.file_size / 50


def test_an_empty_archive_is_one_too() -> None:
    with ZipFile(io.BytesIO(archived({}))) as archive:
        assert archive.namelist() == []


@pytest.mark.skipif(shutil.which("unzip") is None, reason="no unzip here: install Debian's unzip")
def test_unzip_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "berkas.zip"
    file.write_bytes(archived({"a.txt": [b"satu"], "b/c.txt": [b"dua"]}))

    tested = subprocess.run(["unzip", "-t", str(file)], capture_output=True, text=True, check=False)

    assert tested.returncode == 0, tested.stdout + tested.stderr


def test_more_files_than_an_old_zip_can_count() -> None:
    count = 70_000
    with ZipStream() as archive:
        parts = [part for number in range(count) for part in archive.entry(f"{number}", [b"x"], NOON)]
        data = b"".join([*parts, *archive.end()])

    with ZipFile(io.BytesIO(data)) as read:
        assert len(read.namelist()) == count
        assert read.read("69999") == b"x"


def test_an_archive_longer_than_an_old_zip_can_be(tmp_path: Path) -> None:
    file, far = tmp_path / "jauh.zip", 5 * 1024**3
    with ZipStream() as archive, file.open("wb") as out:
        for part in archive.entry("dekat", [b"satu"], NOON):
            out.write(part)
        archive._offset = out.seek(far)  # a hole of 5 GB, as if that much had been sent
        for part in (*archive.entry("jauh", [b"dua"], NOON), *archive.end()):
            out.write(part)

    with ZipFile(file) as read:
        assert (read.read("dekat"), read.read("jauh")) == (b"satu", b"dua")
        assert read.getinfo("jauh").header_offset == far


def test_a_file_that_no_entry_can_hold_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_stream, "LARGEST_ENTRY", 1000)

    with ZipStream() as archive, pytest.raises(ValueError, match="besar is 1000 bytes"):
        list(archive.entry("besar", [b"x" * 1000], NOON))


def test_the_memory_does_not_grow_with_what_is_written() -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        with ZipStream() as archive:
            for number in range(count):
                for _part in archive.entry(f"folder/berkas-{number:09}", [b"isi"], NOON):
                    pass
            for _part in archive.end():
                pass
        peaked = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peaked

    assert peak(30_000) < peak(300) + 2 * zip_stream.IN_MEMORY
