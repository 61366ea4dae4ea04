#!/usr/bin/env python3
"""Memeriksa dossier perkara dari Alur, tanpa Alur. Check a dossier of Alur without Alur.

One file, Python 3.8 or newer, nothing but the standard library, no network. It holds the events, answers,
files, diagrams and seals of a dossier against each other, and says what it cannot know. It never writes
a file, never runs anything that a dossier contains, and trusts no digest that it did not compute itself.

    python3 -I alur_verify.py DOSSIER.zip [--key HEX] [--seals FOLDER] [--english] [--json]

Exit code: 0 nothing wrong was found, 1 something is wrong, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import stat
import sys
import zipfile
import zlib
from collections import Counter
from pathlib import Path
from typing import IO, Any, Iterable, Iterator, NamedTuple, Tuple  # noqa: UP035  (Python 3.8 runs this too)

FORMAT, SEAL_FORMAT = "alur-dossier-1", "alur-seal-1"
LISTING, SHEET, EVENTS, ANSWERS = "daftar-isi.json", "perkara.json", "peristiwa.jsonl", "jawaban.json"
KEYS, VERIFIER, FIRST_READ = "kunci-publik.txt", "periksa.py", "BACA-SAYA.txt"
READINGS = ("linimasa.html", "kesesuaian.json")
ALONE = frozenset({LISTING, SHEET, EVENTS, ANSWERS, KEYS, VERIFIER, FIRST_READ, *READINGS})
INSIDE = re.compile(
    r"jawaban/[1-9][0-9]{0,8}-(plain|personal|remark)\.json|lampiran/[1-9][0-9]{0,8}-[0-9]+-[^/]+"
    r"|diagram/[^/]+-v[1-9][0-9]*\.(bpmn|forms\.json)|segel/[^/]+\.json"
)
SEAL_FILE = re.compile(r"segel-([0-9]{6,12})\.json")
SYSTEM_FILES = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
LARGEST_TEXT = 256 * 1024 * 1024
NOTHING = "0" * 64
NULL = type(None)
Row = Tuple[int, str]  # noqa: UP006  # a row of answers: the event that it belongs to, and its kind
Version = Tuple[str, int]  # noqa: UP006  # a diagram's key, and the number of its version


# --- words: a code, what it says in Indonesian, and after the stroke in English -------------

WORDS = """
listing
Daftar isi
/ Listing

chain
Rantai peristiwa
/ Chain of events

case
Lembar perkara
/ Case sheet

definition
Diagram dan formulir
/ Diagrams and forms

answers
Jawaban
/ Answers

files
Lampiran
/ Attachments

seal
Segel
/ Seals

copy
Salinan segel
/ Copy of the seals

missing
{name} tidak ada.
/ {name} is missing.

damaged
{name} rusak ({told}).
/ {name} is damaged ({told}).

large
{name} terlalu besar untuk dibaca.
/ {name} is too large to be read.

not-json
{name} bukan JSON yang hanya dapat dibaca dengan satu cara ({told}).
/ {name} is not JSON that can be read in one way only ({told}).

incomplete
{name} tidak lengkap: {part} tidak tertulis sebagaimana mestinya.
/ {name} is not complete: {part} is not written as it should be.

listing.none
Ini bukan dossier: tidak ada daftar-isi.json.
/ This is no dossier: it has no daftar-isi.json.

listing.format
Bentuk dossier ini {found}, yang dikenal pemeriksa ini {known}; pakai periksa.py yang sesuai.
/ This dossier has the form {found}, this verifier knows {known}; use the one that fits.

listing.twice
{name} ada dua kali dalam ZIP.
/ {name} stands twice in the ZIP.

listing.outside
{name} menunjuk ke luar dossier.
/ {name} points outside of the dossier.

listing.gone
{name} hilang: ada dalam daftar isi, tidak ada dalam dossier.
/ {name} is missing: it stands in the listing, not in the dossier.

listing.unlisted
{name} tidak ada dalam daftar isi.
/ {name} is not in the listing.

listing.unknown
{name} bukan bagian dossier.
/ {name} is no part of a dossier.

listing.altered
{name} telah diubah: isinya lain dari yang tercatat dalam daftar isi.
/ {name} was altered: its content is not the one in the listing.

listing.good
{count} berkas sama dengan daftar-isi.json.
/ {count} files are as daftar-isi.json says.

listing.several
{count} dossier, masing-masing dalam foldernya sendiri.
/ {count} dossiers, each in a folder of its own.

listing.verifier
periksa.py dalam dossier lain dari pemeriksa yang sedang berjalan; percayai yang Anda peroleh sendiri.
/ periksa.py in the dossier is not the verifier that is running; trust the one that you got yourself.

chain.line
Baris {line} tidak dapat dibaca sebagai peristiwa: {told}.
/ Line {line} cannot be read as an event: {told}.

chain.case
Peristiwa {seq} milik perkara {found}, bukan {case}.
/ Event {seq} belongs to case {found}, not to {case}.

chain.order
Sesudah peristiwa {before} tertulis {seq}: ada yang hilang, ganda, atau tertukar.
/ Event {before} is followed by {seq}: something is missing, stands twice, or changed places.

chain.altered
Peristiwa {seq} ({type}) tidak cocok dengan rantainya: isinya diubah, atau peristiwa sebelumnya bukan yang semula.
/ Event {seq} ({type}) does not fit its chain: it was altered, or the event before it is not the original.

chain.start
Riwayat tidak dimulai dengan satu InstanceStarted.
/ The history does not begin with its one InstanceStarted.

chain.clock
Peristiwa {seq} berwaktu lebih dulu daripada yang sebelumnya: jam kantor mundur.
/ Event {seq} is dated before the one before it: the office's clock went back.

chain.good
{count} peristiwa, masing-masing mengunci semua yang sebelumnya.
/ {count} events, each of which locks all that came before.

case.other
perkara.json: {name} tertulis {found}, menurut peristiwa seharusnya {expected}.
/ perkara.json: {name} is {found}, by the events it should be {expected}.

case.damage
Kantor sendiri menemukan riwayat yang rusak saat membuat dossier ini: {told}
/ The office itself found a damaged history when it made this dossier: {told}

case.good
perkara.json sesuai dengan peristiwanya.
/ perkara.json is what the events add up to.

definition.altered
Diagram {key} versi {version} dalam dossier lain dari yang tertulis di perkara.json.
/ Diagram {key} version {version} in the dossier is not the one that perkara.json names.

definition.other
Peristiwa {seq} berjalan pada diagram {key} versi {version} yang isinya lain: diagram, formulir, atau yang dipanggilnya.
/ Event {seq} ran on diagram {key} version {version} of another content: the diagram, a form, or what it calls.

definition.unused
{name} tidak dipakai oleh peristiwa mana pun.
/ {name} is used by no event.

definition.good
{count} versi diagram sama dengan yang dijalani perkara.
/ {count} versions of diagrams are those that the case ran on.

answers.missing
Jawaban ({kind}) dari peristiwa {seq} hilang, dan tidak disebut ditahan atau dihapus.
/ The answers ({kind}) of event {seq} are missing, and not said to be withheld or erased.

answers.not-erased
Jawaban ({kind}) dari peristiwa {seq} disebut dihapus, tetapi tidak ada peristiwa yang menghapusnya.
/ The answers ({kind}) of event {seq} are said to be erased, but no event erased them.

answers.not-withheld
Jawaban ({kind}) dari peristiwa {seq} disebut ditahan, padahal ada, atau tidak pernah dicatat.
/ The answers ({kind}) of event {seq} are said to be withheld, but are here or never were.

answers.invented
{name} memuat jawaban yang tidak pernah dicatat.
/ {name} holds answers that were never recorded.

answers.altered
Jawaban ({kind}) dari peristiwa {seq} telah diubah: sidik digitalnya lain dari yang dicatat.
/ The answers ({kind}) of event {seq} were altered: their digest is not the recorded one.

answers.step
jawaban.json: langkah pada peristiwa {seq} (pelaku, waktu, atau kuncinya) lain dari peristiwanya.
/ jawaban.json: the step at event {seq} (who, when, or its key) is not what its event says.

answers.no-step
jawaban.json: langkah pada peristiwa {seq} tidak ada, padahal jawabannya diserahkan.
/ jawaban.json: the step at event {seq} is not there, although its answers are handed out.

answers.field
jawaban.json: isian {key} pada peristiwa {seq} lain dari jawaban yang terbukti.
/ jawaban.json: field {key} at event {seq} is not what the proven answers say.

answers.label
jawaban.json: judul isian {key} pada peristiwa {seq} bukan judul dalam formulirnya.
/ jawaban.json: the label of field {key} at event {seq} is not one of its form.

answers.remark
jawaban.json: catatan pada peristiwa {seq} lain dari yang terbukti.
/ jawaban.json: the remark at event {seq} is not what is proven.

answers.unproven
{count} isian dalam jawaban.json diperlihatkan tanpa bukti: barisnya juga memuat data yang ditahan.
/ {count} fields in jawaban.json are shown without proof: their rows hold withheld data too.

answers.good
{count} baris jawaban cocok dengan peristiwanya; {away} ditahan atau dihapus.
/ {count} rows of answers fit their events; {away} are withheld or erased.

files.altered
{path} (peristiwa {seq}) isinya lain dari yang tercatat.
/ {path} (event {seq}): its content is not the recorded one.

files.other
{path} (peristiwa {seq}) bukan berkas yang disebut jawabannya.
/ {path} (event {seq}) is not the file that its answers name.

files.invented
{name} tidak pernah dicatat.
/ {name} was never recorded.

files.missing
Berkas {name} dari isian {field}, peristiwa {seq}, hilang.
/ File {name} of field {field}, event {seq}, is missing.

files.unproven
{count} lampiran diserahkan tanpa bukti: baris jawabannya juga memuat data yang ditahan.
/ {count} files are handed out without proof: their rows of answers hold withheld data too.

files.good
{count} lampiran sama dengan yang disebut jawaban.
/ {count} files are those that the answers name.

seal.keys
kunci-publik.txt memuat yang bukan kunci.
/ kunci-publik.txt holds something that is no key.

seal.unreadable
{name} bukan segel ({told}).
/ {name} is no seal ({told}).

seal.twice
Segel {number} ada dua kali.
/ Seal {number} is there twice.

seal.key
Segel {number} memakai kunci lain: {key}.
/ Seal {number} was made with another key: {key}.

seal.signature
Segel {number}: tanda tangannya tidak cocok dengan isinya.
/ Seal {number}: its signature does not fit what it says.

seal.link
Segel {number} tidak menyambung segel sebelumnya.
/ Seal {number} does not follow the seal before it.

seal.backwards
Segel {number} lebih kecil atau lebih tua daripada segel sebelumnya.
/ Seal {number} is smaller or older than the seal before it.

seal.rewritten
Segel {number} memuat peristiwa {seq} dengan rantai lain: riwayat ditulis ulang atau dipotong sesudah disegel.
/ Seal {number} holds event {seq} with another chain: the history was written anew or cut after it was sealed.

seal.path
Peristiwa {seq} tidak sampai ke akar yang ditandatangani dalam segel {number}.
/ Event {seq} does not lead to the signed root of seal {number}.

seal.clock
Segel {number} berwaktu lebih dulu daripada peristiwa {seq} yang dimuatnya: jam kantor mundur.
/ Seal {number} is dated before event {seq}, which it holds: the office's clock went back.

seal.unproven
Tidak ada segel dari kunci yang Anda sebut yang memuat perkara ini: keasliannya belum terbukti.
/ No seal by the key that you named holds this case: that it is genuine is not proven.

seal.none
Perkara ini belum disegel: rantainya utuh, tetapi siapa pun dapat menghitung ulang rantai.
/ This case is not sealed yet: its chain is whole, but anybody can compute a chain anew.

seal.tail
Peristiwa {first} sampai {last} dicatat sesudah segel terakhir yang memuat perkara ini, dan belum tersegel.
/ Events {first} to {last} were recorded after the last seal that holds this case, and are not sealed.

seal.good
{count} segel bertanda tangan sah; {standing} memuat perkara ini, yang terakhir sampai peristiwa {covered}.
/ {count} seals with a good signature; {standing} hold this case, the last one up to event {covered}.

copy.unreadable
{name} tidak terbaca ({told}).
/ {name} is unreadable ({told}).

copy.gap
Segel {number} tidak ada dalam salinan.
/ The copy lacks seal {number}.

copy.number
{name} memuat segel {number}.
/ {name} holds seal {number}.

copy.root
Akar segel {number} bukan akar dari isinya.
/ The root of seal {number} is not the root of what it holds.

copy.other
Segel {number} dalam salinan lain dari yang dalam dossier: segel dibuat ulang.
/ Seal {number} in the copy is not the one in the dossier: seals were made anew.

copy.rewritten
Salinan segel {number} memuat peristiwa {seq} dengan rantai lain: riwayat ditulis ulang.
/ The copy of seal {number} holds event {seq} with another chain: the history was written anew.

copy.cut
Salinan segel {number} memuat peristiwa {seq}, dossier ini berakhir pada {last}: ekornya dipotong.
/ The copy of seal {number} holds event {seq}, this dossier ends with {last}: its tail was cut.

copy.older
Salinan segel {number} memuat peristiwa {seq}, dossier ini berakhir pada {last}: perkara berlanjut. Mintalah yang baru.
/ The copy of seal {number} holds event {seq}, this dossier ends with {last}: the case went on. Ask for a new one.

copy.without
Salinan segel tidak memuat perkara ini.
/ The copy of the seals does not hold this case.

copy.whole
{count} segel dihitung ulang dari awal.
/ {count} seals were computed anew from the first on.

copy.good
Salinan memuat perkara ini {count} kali, cocok dengan riwayatnya.
/ The copy holds this case {count} times, as its history has it.

limits
Yang tidak dapat diketahui dari pemeriksaan ini:
/ What this check cannot know:

limits.key
Kunci publik diambil dari dossier itu sendiri. Bandingkan dengan yang diumumkan kantor, atau sebut dengan --key.
/ The public key was taken from the dossier itself. Compare it with the one that the office made known, or name
that one with --key.

limits.copy
Tanpa salinan folder segel (--seals) tidak terlihat apakah perkara ini kemudian berlanjut, atau apakah pemegang
kunci menulis ulang semuanya.
/ Without a copy of the seal folder (--seals) nobody can see whether the case went on later, or whether whoever
holds the key wrote everything anew.

limits.replay
Diagram tidak dijalankan ulang di sini: bahwa setiap langkah mengikuti diagramnya diperiksa kantor dengan
'alur verify'.
/ The diagram is not executed again here: that each step followed it is checked by the office with 'alur verify'.

limits.readings
linimasa.html, kesesuaian.json, BACA-SAYA.txt dan nama-nama dalam perkara.json dibuat agar mudah dibaca dan tidak
dibuktikan. Yang dibuktikan adalah peristiwa.jsonl, jawaban, lampiran dan diagram.
/ linimasa.html, kesesuaian.json, BACA-SAYA.txt and the names in perkara.json were made to be easy to read, and are
not proven. What is proven are peristiwa.jsonl, the answers, the files and the diagrams.

limits.people
Nama pelaku dan waktu adalah yang dicatat sistem kantor; orangnya tidak ikut menandatangani.
/ Actors and instants are what the office's system recorded; no person signed them.

limits.withheld
Jawaban yang ditahan atau dihapus hanya terbukti pernah ada, bukan apa isinya.
/ Of answers that are withheld or erased it is proven that there were some, not what they said.

sound
UTUH: tidak ditemukan yang salah.
/ SOUND: nothing wrong was found.

unsound
TIDAK UTUH: {count} temuan.
/ NOT SOUND: {count} findings.
"""


def _words() -> dict[str, tuple[str, str]]:
    blocks = (block.split("\n", 1) for block in WORDS.strip().split("\n\n"))
    pairs = ((code, " ".join(text.split()).split(" / ", 1)) for code, text in blocks)
    return {code: (indonesian, english) for code, (indonesian, english) in pairs}


SENTENCES = _words()
CHECKS = ("listing", "chain", "case", "definition", "answers", "files", "seal", "copy")


class Said(NamedTuple):
    """A sentence under one of the checks, about an event of the case or about none."""

    check: str
    event: int | None
    code: str
    facts: dict[str, Any]

    def text(self, english: bool) -> str:
        """Return the sentence."""
        return SENTENCES[self.code][english].format(**self.facts)


class Report:
    """What was found in one dossier."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.good: list[Said] = []
        self.wrong: list[Said] = []
        self.notes: list[Said] = []

    def fail(self, code: str, seq: Any = None, check: str = "", **facts: Any) -> None:
        """Note something that does not hold."""
        event = seq if type(seq) is int else None
        self.wrong.append(Said(check or code.partition(".")[0], event, code, {"seq": seq, **facts}))

    def note(self, code: str, **facts: Any) -> None:
        """Note something that a reader should know, and that proves nothing wrong."""
        self.notes.append(Said(code.partition(".")[0], None, code, facts))

    def passed(self, code: str, **facts: Any) -> None:
        """Note what a check looked at; left out if it found something."""
        said = Said(code.partition(".")[0], None, code, facts)
        if all(each.check != said.check for each in self.wrong):
            self.good.append(said)


# --- Ed25519 (RFC 8032 §5.1), checking only -------------------------------------------------

FIELD = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE = -121665 * pow(121666, FIELD - 2, FIELD) % FIELD
ROOT_OF_MINUS_ONE = pow(2, (FIELD - 1) // 4, FIELD)


class Point(NamedTuple):
    """A point in extended coordinates: x = X/Z, y = Y/Z, x·y = T/Z."""

    x: int
    y: int
    z: int
    t: int


NEUTRAL = Point(0, 1, 1, 0)


def add(one: Point, other: Point) -> Point:
    """Return the sum of two points; the formula has no exceptions, so it doubles too."""
    a = (one.y - one.x) * (other.y - other.x) % FIELD
    b = (one.y + one.x) * (other.y + other.x) % FIELD
    c = 2 * one.t * other.t * CURVE % FIELD
    d = 2 * one.z * other.z % FIELD
    e, f, g, h = b - a, d - c, d + c, b + a
    return Point(e * f % FIELD, g * h % FIELD, f * g % FIELD, e * h % FIELD)


def negative(point: Point) -> Point:
    """Return the point mirrored."""
    return Point(-point.x % FIELD, point.y, point.z, -point.t % FIELD)


def same(one: Point, other: Point) -> bool:
    """Return whether two points are one."""
    return (one.x * other.z - other.x * one.z) % FIELD == 0 and (one.y * other.z - other.y * one.z) % FIELD == 0


def decoded(data: bytes) -> Point | None:
    """Return the point that 32 bytes encode, None if they are none or not its only encoding (§5.1.3)."""
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if len(data) != 32 or y >= FIELD:
        return None
    square = (y * y - 1) * pow(CURVE * y * y + 1, FIELD - 2, FIELD) % FIELD
    x = pow(square, (FIELD + 3) // 8, FIELD)
    if (x * x - square) % FIELD:
        x = x * ROOT_OF_MINUS_ONE % FIELD
    if (x * x - square) % FIELD or (x == 0 and sign):
        return None
    x = FIELD - x if x & 1 != sign else x
    return Point(x, y, 1, x * y % FIELD)


def is_small(point: Point) -> bool:
    """Return whether the point is one of the eight whose order divides 8: such a key signs anything."""
    for _ in range(3):
        point = add(point, point)
    return same(point, NEUTRAL)


def public_key(text: str) -> bytes | None:
    """Return the key that 64 hex digits spell, None if nobody could sign with such a one."""
    if not re.fullmatch(r"[0-9a-fA-F]{64}", text, re.ASCII):
        return None
    point = decoded(bytes.fromhex(text))
    return None if point is None or is_small(point) else bytes.fromhex(text)


BASE = decoded(bytes([0x58]) + bytes([0x66]) * 31) or NEUTRAL


def is_signed(key: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether ``signature`` is one of ``message`` by ``key`` (§5.1.7, without the cofactor).

    Stricter than the RFC must be: points of small order are refused too.
    """
    if len(key) != 32 or len(signature) != 64:
        return False
    own, nonce = decoded(key), decoded(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if own is None or nonce is None or scalar >= ORDER or is_small(own) or is_small(nonce):
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % ORDER
    return same(sum_of_products(scalar, BASE, challenge, negative(own)), nonce)


def sum_of_products(one: int, point: Point, other: int, second: Point) -> Point:
    """Return one · point + other · second, both at once, bit by bit."""
    choices = (NEUTRAL, point, second, add(point, second))
    total = NEUTRAL
    for bit in range(max(one.bit_length(), other.bit_length()) - 1, -1, -1):
        total = add(total, total)
        choice = (one >> bit & 1) + 2 * (other >> bit & 1)
        total = add(total, choices[choice]) if choice else total
    return total


# --- hash trees (RFC 9162 §2.1) -------------------------------------------------------------


def leaf_of(case: str, seq: int, chain: str) -> bytes:
    """Return the leaf that stands for a case whose last event was ``seq``."""
    return hashlib.sha256(b"\x00" + canonical([case, seq, chain]).encode()).digest()


def node_of(left: bytes, right: bytes) -> bytes:
    """Return the node over two halves."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Log:
    """A list of leaves that only grows; in memory are the roots of its complete subtrees."""

    def __init__(self) -> None:
        self.size = 0
        self.peaks: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Add one leaf."""
        size = self.size
        while size & 1:
            leaf = node_of(self.peaks.pop(), leaf)
            size >>= 1
        self.peaks.append(leaf)
        self.size += 1

    def root(self) -> str:
        """Return the root over all leaves, in hex."""
        peaks = self.peaks or [hashlib.sha256(b"").digest()]
        root = peaks[-1]
        for peak in reversed(peaks[:-1]):
            root = node_of(peak, root)
        return root.hex()


def root_by(path: Iterable[bytes], leaf: bytes, position: int, size: int) -> str | None:
    """Return the root to which an audit path leads from a leaf, None if a path cannot look so (§2.1.3.2)."""
    if not 0 <= position < size:
        return None
    at, last, node = position, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if at & 1 or at == last:
            node = node_of(sibling, node)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            node = node_of(node, sibling)
        at, last = at >> 1, last >> 1
    return node.hex() if last == 0 else None


# --- reading: nothing is believed before it was looked at -----------------------------------


class Unreadable(Exception):
    """Something in the dossier cannot be read: the code of a sentence, and its facts."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code, facts)
        self.code, self.facts = code, facts


def canonical(value: Any) -> str:
    """Return the one JSON text for ``value``."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def parsed(text: str | bytes) -> Any:
    """Return what a JSON text says; raise ``ValueError`` if it is none, or could be read in two ways."""
    try:
        value = json.loads(text.decode() if isinstance(text, bytes) else text, object_pairs_hook=_without_twins)
        canonical(value).encode()  # refuses half a character and what is no number
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return value


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def fits(value: Any, /, **shape: Any) -> bool:
    """Return whether ``value`` is an object with these names at least, of these very types."""
    return isinstance(value, dict) and all(
        name in value and type(value[name]) in (types if isinstance(types, tuple) else (types,))
        for name, types in shape.items()
    )


def is_hex(value: Any, length: int) -> bool:
    """Return whether ``value`` is so many lower-case hex digits."""
    return isinstance(value, str) and len(value) == length and not value.strip("0123456789abcdef")


def is_instant(value: Any) -> bool:
    """Return whether ``value`` is an instant as the history writes it: UTC, microseconds."""
    return isinstance(value, str) and bool(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", value, re.ASCII))


class Source:
    """Where a dossier lies. ``twins`` and ``strange`` are names that stand twice, or point outside."""

    def __init__(self) -> None:
        self.sizes: dict[str, int] = {}
        self.twins: set[str] = set()
        self.strange: set[str] = set()

    def opened(self, name: str) -> IO[bytes]:
        """Return a file, open for reading."""
        raise NotImplementedError

    def digest(self, name: str) -> tuple[str, int]:
        """Return a file's SHA-256 in hex, and its size. Raises ``Unreadable``."""
        total, size = hashlib.sha256(), 0
        for block in self._blocks(name):
            total.update(block)
            size += len(block)
        return total.hexdigest(), size

    def read(self, name: str) -> bytes:
        """Return a file's content. Raises ``Unreadable``."""
        if self.sizes.get(name, 0) > LARGEST_TEXT:
            raise Unreadable("large", name=name)
        return b"".join(self._blocks(name))

    def _blocks(self, name: str) -> Iterator[bytes]:
        if name not in self.sizes:
            raise Unreadable("missing", name=name)
        try:
            with self.opened(name) as file:
                yield from iter(lambda: file.read(1 << 20), b"")
        except (OSError, EOFError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
            raise Unreadable("damaged", name=name, told=f"{type(error).__name__}: {error}") from error


class Archive(Source):
    """A dossier in a ZIP file."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        try:
            self._zip = zipfile.ZipFile(path)
        except (OSError, ValueError, RuntimeError, zipfile.BadZipFile) as error:
            raise Unreadable("damaged", name=path.name, told=f"{type(error).__name__}: {error}") from error
        self._entries: dict[str, zipfile.ZipInfo] = {}
        for entry in self._zip.infolist():
            name = entry.filename
            if name in self._entries:
                self.twins.add(name)
            if not is_inside(name) or stat.S_ISLNK(entry.external_attr >> 16):
                self.strange.add(name)
            if not entry.is_dir():
                self._entries[name], self.sizes[name] = entry, entry.file_size

    def opened(self, name: str) -> IO[bytes]:
        """Return a file of the ZIP, open for reading."""
        return self._zip.open(self._entries[name])


class Folder(Source):
    """A dossier that was unpacked."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        for place, folders, files in os.walk(path):
            for full in (Path(place) / name for name in [*folders, *files]):
                inside = full.relative_to(path).as_posix()
                if full.is_symlink() or not (full.is_file() or full.is_dir()):
                    self.strange.add(inside)
                elif full.is_file() and full.name not in SYSTEM_FILES:
                    self.sizes[inside] = full.stat().st_size

    def opened(self, name: str) -> IO[bytes]:
        """Return a file of the folder, open for reading."""
        return (self._path / name).open("rb")


class Part(Source):
    """One of several dossiers that lie in one source, each in a folder of its own."""

    def __init__(self, all_of_it: Source, folder: str) -> None:
        super().__init__()
        self._all, self._folder = all_of_it, folder

    def opened(self, name: str) -> IO[bytes]:
        """Return a file of this dossier, open for reading."""
        return self._all.opened(f"{self._folder}/{name}")


def parts_of(source: Source) -> dict[str, Part]:
    """Return the folders of a source that hold a dossier each."""
    parts: dict[str, Part] = {}
    for name, size in source.sizes.items():
        folder, _, inside = name.partition("/")
        if inside:
            parts.setdefault(folder, Part(source, folder)).sizes[inside] = size
    for name in source.twins | source.strange:
        folder, _, inside = name.partition("/")
        if folder in parts:
            kind = parts[folder].twins if name in source.twins else parts[folder].strange
            kind.add(inside)
    return {folder: parts[folder] for folder in sorted(parts) if LISTING in parts[folder].sizes}


def is_inside(name: str) -> bool:
    """Return whether a name of a ZIP stays inside the folder into which somebody unpacks it, on any system."""
    parts = name.rstrip("/").split("/")
    return "\\" not in name and ":" not in name and all(part not in ("", ".", "..") for part in parts)


# --- seals ----------------------------------------------------------------------------------


class Seal(NamedTuple):
    """One seal: the very text that was signed, the signature in hex, and what the text says."""

    text: str
    signature: str
    says: dict[str, Any]

    @property
    def number(self) -> int:
        """Return the seal's number."""
        return int(self.says["number"])

    def link(self) -> str:
        """Return what the next seal must name as ``previous``."""
        return hashlib.sha256(self.text.encode() + bytes.fromhex(self.signature)).hexdigest()


def seal_of(value: Any) -> Seal:
    """Return the seal that a file holds; raise ``ValueError`` if it holds none."""
    if not fits(value, statement=str, signature=str) or not is_hex(value["signature"], 128):
        raise ValueError("no statement or no signature")
    says = parsed(value["statement"])
    if not fits(says, format=str, number=int, sealed_at=str, size=int, root=str, previous=str, key=str):
        raise ValueError("the statement lacks something")
    whole = all(is_hex(says[name], 64) for name in ("root", "previous", "key")) and is_instant(says["sealed_at"])
    if says["format"] != SEAL_FORMAT or not whole or says["number"] < 1 or says["size"] < 1:
        raise ValueError(f"the statement is not one of {SEAL_FORMAT}")
    return Seal(value["statement"], value["signature"], says)


def check_seal(report: Report, check: str, seal: Seal, before: Seal | None, keys: Iterable[str]) -> bool:
    """Hold a seal against the keys that count and the seal before it, if that is known; return whether it is signed.

    Only the first seal has none before it.
    """
    link, size, at = (before.link(), before.says["size"], before.says["sealed_at"]) if before else (NOTHING, 0, "")
    if before or seal.number == 1:
        if seal.says["previous"] != link:
            report.fail("seal.link", check=check, number=seal.number)
        if seal.says["size"] <= size or seal.says["sealed_at"] < at:
            report.fail("seal.backwards", check=check, number=seal.number)
    key = seal.says["key"]
    if key not in keys:
        report.fail("seal.key", check=check, number=seal.number, key=key)
        return False
    signed = is_signed(bytes.fromhex(key), seal.text.encode(), bytes.fromhex(seal.signature))
    if not signed:
        report.fail("seal.signature", check=check, number=seal.number)
    return signed


# --- one dossier ----------------------------------------------------------------------------


class Event(NamedTuple):
    """One line of the history, and what its payload says."""

    case: str
    seq: int
    type: str
    recorded_at: str
    actor: str
    on_behalf_of: str | None
    payload: str
    chain: str
    facts: dict[str, Any]

    def chain_after(self, before: str) -> str:
        """Return the chain that this event must have behind ``before``, in hex."""
        head = canonical([self.case, self.seq, self.type, self.recorded_at, self.actor, self.on_behalf_of])
        return hashlib.sha256(bytes.fromhex(before) + f"{head[:-1]},{self.payload}]".encode()).hexdigest()


def event_of(line: bytes) -> Event:
    """Return the event that one line tells; raise ``ValueError`` if it tells none."""
    value = parsed(line)
    texts = dict.fromkeys(("case", "type", "recorded_at", "actor", "payload", "chain"), str)
    if not fits(value, seq=int, on_behalf_of=(str, NULL), **texts) or len(value) != len(texts) + 2:
        raise ValueError("its parts are not those of an event")
    facts = parsed(value["payload"])
    if not isinstance(facts, dict) or not is_instant(value["recorded_at"]) or not is_hex(value["chain"], 64):
        raise ValueError("its payload, its instant or its chain is not one")
    return Event(**value, facts=facts)


class Dossier:
    """One dossier, checked part by part; a part that cannot be read is a finding, and the others go on."""

    def __init__(self, source: Source, report: Report, keys: frozenset[str]) -> None:
        self.source, self.report, self.given = source, report, keys
        self.events: list[Event] = []
        self.at: dict[int, Event] = {}
        self.sheet: dict[str, Any] = {}
        self.labels: dict[str, set[str]] = {}
        self.readable: dict[str, Any] = {"steps": [], "remarks": [], "withheld": [], "files": []}
        self.bodies: dict[Row, Any] = {}
        self.seals: dict[int, Seal] = {}

    def check(self) -> None:
        """Check everything that the dossier alone can show."""
        parts = (
            ("listing", self.check_listing),
            ("chain", self.check_chain),
            ("case", self.check_sheet),
            ("definition", self.check_definitions),
            ("answers", self.check_answers),
            ("files", self.check_files),
            ("seal", self.check_seals),
        )
        for check, part in parts:
            try:
                part()
            except Unreadable as error:
                self.report.fail(error.code, check=check, **error.facts)

    @property
    def case(self) -> str:
        """Return the number of the case."""
        return self.events[0].case if self.events else ""

    def json(self, where: str, /, **shape: Any) -> Any:
        """Return what a JSON file of the dossier says: an object of this shape. Raises ``Unreadable``."""
        try:
            value = parsed(self.source.read(where))
        except ValueError as error:
            raise Unreadable("not-json", name=where, told=error) from error
        return whole(where, value, **shape)

    def names(self, pattern: str) -> list[tuple[str, tuple[str, ...]]]:
        """Return the names of files that fit a pattern, each with the pattern's groups."""
        matches = ((name, re.fullmatch(pattern, name, re.DOTALL)) for name in sorted(self.source.sizes))
        return [(name, match.groups()) for name, match in matches if match]

    def check_listing(self) -> None:
        """Hold every file against the listing of digests, and the names against what a dossier has."""
        report, source = self.report, self.source
        listing = self.json(LISTING, format=str, files=dict)
        if listing["format"] != FORMAT:
            raise Unreadable("listing.format", found=listing["format"], known=FORMAT)
        files = listing["files"]
        found = {
            "listing.twice": source.twins,
            "listing.outside": source.strange,
            "listing.gone": files.keys() - source.sizes.keys(),
            "listing.unlisted": source.sizes.keys() - files.keys() - {LISTING},
            "listing.unknown": {name for name in source.sizes if name not in ALONE and not INSIDE.fullmatch(name)},
        }
        for code, names in found.items():
            for name in sorted(names):
                report.fail(code, name=name)
        for name in sorted(files.keys() & source.sizes.keys()):
            if source.digest(name)[0] != files[name]:
                report.fail("listing.altered", name=name)
        if VERIFIER in source.sizes and source.digest(VERIFIER)[0] != _own_digest():
            report.note("listing.verifier")
        report.passed("listing.good", count=len(files))

    def check_chain(self) -> None:
        """Compute the chain anew, event by event."""
        report, before, last = self.report, NOTHING, 0
        for number, line in enumerate(self.source.read(EVENTS).rstrip(b"\n").split(b"\n"), 1):
            try:
                event = event_of(line)
            except ValueError as error:
                report.fail("chain.line", line=number, told=error)
                continue
            self.events.append(event)
            self.at[event.seq] = event
            if event.case != self.case:
                report.fail("chain.case", event.seq, found=event.case, case=self.case)
            if event.seq != last + 1:
                report.fail("chain.order", event.seq, before=last)
            if event.chain_after(before) != event.chain:
                report.fail("chain.altered", event.seq, type=event.type)
            if len(self.events) > 1 and event.recorded_at < self.events[-2].recorded_at:
                report.note("chain.clock", seq=event.seq)
            before, last = event.chain, event.seq
        starts = [place for place, event in enumerate(self.events) if event.type == "InstanceStarted"]
        if starts != [0]:
            report.fail("chain.start")
        report.passed("chain.good", count=len(self.events))

    def check_sheet(self) -> None:
        """Hold the case sheet against what the events add up to."""
        sheet = self.json(
            SHEET, format=str, case=dict, events=int, head=str, versions=list, exported_at=str, damage=list
        )
        for version in sheet["versions"]:
            whole(SHEET, version, key=str, version=int, digest=str, calls=dict)
        self.sheet = sheet
        for told in sheet["damage"]:
            self.report.fail("case.damage", told=told)
        if not self.events:
            return
        expected = {**added_up(self.events), "events": len(self.events), "head": self.events[-1].chain}
        told = {**sheet["case"], "events": sheet["events"], "head": sheet["head"]}
        for name, value in expected.items():
            if name not in told or canonical(told[name]) != canonical(value):
                self.report.fail("case.other", name=name, found=told.get(name), expected=value)
        self.report.passed("case.good")

    def check_definitions(self) -> None:
        """Compute each version's digest anew, and hold it against the events that ran on it."""
        report = self.report
        versions = {(each["key"], each["version"]): each for each in self.sheet.get("versions", ())}
        digests: dict[Version, str] = {}
        for key, version in versions:
            if self._digest((key, version), versions, digests) != versions[key, version]["digest"]:
                report.fail("definition.altered", key=key, version=version)
        used: set[Version] = set()
        for event in self.events:
            if event.type in ("InstanceStarted", "InstanceMigrated"):
                ran_on = event.facts.get("version" if event.type == "InstanceStarted" else "to_version")
                place = (str(event.facts.get("definition")), ran_on if type(ran_on) is int else 0)
                used |= _reached(place, versions)
                if digests.get(place, "") != event.facts.get("digest"):
                    report.fail("definition.other", event.seq, key=place[0], version=place[1])
        files = {f"diagram/{key}-v{version}.{kind}" for key, version in used for kind in ("bpmn", "forms.json")}
        for name, _ in self.names(r"diagram/.*"):
            if name not in files:
                report.fail("definition.unused", name=name)
        report.passed("definition.good", count=len(versions))

    def _digest(self, place: Version, versions: dict[Version, dict[str, Any]], known: dict[Version, str]) -> str:
        """Return a version's digest, computed from its files and from those of what it calls; "" if that fails."""
        if place in known or place not in versions:
            return known.get(place, "")
        known[place] = ""  # what calls itself has none
        name = f"diagram/{place[0]}-v{place[1]}"
        try:
            xml, forms = self.source.digest(f"{name}.bpmn")[0], self.json(f"{name}.forms.json")
        except Unreadable as error:
            self.report.fail(error.code, check="definition", **error.facts)
            return ""
        texts = {form: text for form, text in forms.items() if isinstance(text, str)}
        for text in texts.values():
            _note_labels(text, self.labels)
        calls = {key: self._digest((key, number), versions, known) for key, number in _calls(versions[place])}
        covered = [place[0], xml, {form: _sha256(text) for form, text in texts.items()}, calls]
        known[place] = _sha256(canonical(covered))
        return known[place]

    def check_answers(self) -> None:
        """Hold every row of answers against its event's digest, account for the others, and read the readable ones."""
        report = self.report
        wanted, erased = promised(self.events)
        handed = self._handed_out(wanted)
        self.readable = self.json(ANSWERS, steps=list, remarks=list, withheld=list, files=list)
        listed: dict[Row, str] = {}
        for each in self.readable["withheld"]:
            whole(ANSWERS, each, seq=int, kind=str, reason=str)
            listed[each["seq"], each["kind"]] = each["reason"]
        away = wanted.keys() - handed
        for seq, kind in sorted(away):
            if (seq, kind) not in listed:
                report.fail("answers.missing", seq, kind=kind)
            elif listed[seq, kind] == "erased" and seq not in erased:
                report.fail("answers.not-erased", seq, kind=kind)
        for seq, kind in sorted(listed.keys() - away):
            report.fail("answers.not-withheld", seq, kind=kind)
        self._check_steps()
        self._check_remarks()
        report.passed("answers.good", count=len(handed), away=len(away))

    def _handed_out(self, wanted: dict[Row, str]) -> set[Row]:
        """Check the rows that are here, keep what is proven; return which there are."""
        handed = set()
        for name, (number, kind) in self.names(r"jawaban/([1-9][0-9]{0,8})-(plain|personal|remark)\.json"):
            row, seq = self.json(name, salt=str, body=str), int(number)
            handed.add((seq, kind))
            even = is_hex(row["salt"], len(row["salt"]) // 2 * 2)
            digest = _sha256(row["body"], bytes.fromhex(row["salt"])) if even else ""
            if (seq, kind) not in wanted:
                self.report.fail("answers.invented", seq, name=name)
            elif digest != wanted[seq, kind]:
                self.report.fail("answers.altered", seq, kind=kind)
            else:
                self.bodies[seq, kind] = row["body"] if kind == "remark" else _object(row["body"])
        return handed

    def _check_steps(self) -> None:
        """Hold the readable answers against the proven rows: values, labels, who and when; nothing may be left out."""
        waiting = {(seq, kind, key) for (seq, kind), body in self.bodies.items() if kind != "remark" for key in body}
        unproven, told = 0, set()
        for step in self.readable["steps"]:
            whole(ANSWERS, step, seq=int, key=str, by=str, at=str, on_behalf_of=(str, NULL), fields=list)
            seq, event = step["seq"], self.at.get(step["seq"])
            told.add(seq)
            said = (step["key"], step["by"], step["at"], step["on_behalf_of"])
            if event is None or said != (event.facts.get("key"), event.actor, event.recorded_at, event.on_behalf_of):
                self.report.fail("answers.step", seq)
            for field in step["fields"]:
                whole(ANSWERS, field, key=str, label=str, personal=bool, shown=str)
                kind = "personal" if field["personal"] else "plain"
                if field["label"] not in self.labels.get(field["key"].rpartition(".")[2], set()) | {field["key"]}:
                    self.report.fail("answers.label", seq, key=field["key"])
                if field["shown"] == "open":
                    waiting.discard((seq, kind, field["key"]))
                    unproven += self._is_unproven((seq, kind), field)
        for seq in sorted({seq for seq, kind, _ in waiting if seq not in told}):
            self.report.fail("answers.no-step", seq)
        for seq, _, key in sorted(each for each in waiting if each[0] in told):
            self.report.fail("answers.field", seq, key=key)
        if unproven:
            self.report.note("answers.unproven", count=unproven)

    def _is_unproven(self, row: Row, field: dict[str, Any]) -> bool:
        """Hold one readable field against its row; return whether there is none to hold it against."""
        if row not in self.bodies:
            return True
        body, key = self.bodies[row], field["key"]
        if key not in body or "value" not in field or canonical(body[key]) != canonical(field["value"]):
            self.report.fail("answers.field", row[0], key=key)
        return False

    def _check_remarks(self) -> None:
        told: set[tuple[Any, ...]] = set()
        for each in self.readable["remarks"]:
            whole(ANSWERS, each, seq=int, by=str, at=str, text=str)
            told.add((each["seq"], each["by"], each["at"], each["text"]))
        proven = {
            (seq, self.at[seq].actor, self.at[seq].recorded_at, body)
            for (seq, kind), body in self.bodies.items()
            if kind == "remark"
        }
        for seq in sorted({each[0] for each in told ^ proven}):
            self.report.fail("answers.remark", seq)

    def check_files(self) -> None:
        """Hold every attachment against the answers that name it."""
        report, named, unproven, paths = self.report, named_files(self.bodies), 0, set()
        for file in self.readable["files"]:
            whole(ANSWERS, file, path=str, seq=int, field=str, name=str, type=str, size=int, sha256=str, personal=bool)
            path, seq = file["path"], file["seq"]
            paths.add(path)
            proof = (seq, *(file[name] for name in ("field", "name", "type", "size", "sha256")))
            named[proof] -= (known := named[proof] > 0)
            if path not in self.source.sizes:
                report.fail("missing", seq, check="files", name=path)
            elif self.source.digest(path) != (file["sha256"], file["size"]):
                report.fail("files.altered", seq, path=path)
            elif known and path.startswith(f"lampiran/{seq}-"):
                continue
            elif known or (seq, "personal" if file["personal"] else "plain") in self.bodies:
                report.fail("files.other", seq, path=path)
            else:
                unproven += 1
        for name, _ in self.names(r"lampiran/.*"):
            if name not in paths:
                report.fail("files.invented", name=name)
        for (seq, field, name, *_), count in sorted(named.items()):
            if count > 0:
                report.fail("files.missing", seq, name=name, field=field)
        if unproven:
            report.note("files.unproven", count=unproven)
        report.passed("files.good", count=len(paths) - unproven)

    def keys(self) -> frozenset[str]:
        """Return the public keys that count: the reader's, else those that the dossier names. Raises ``Unreadable``."""
        if self.given:
            return self.given
        lines = self.source.read(KEYS).decode("utf-8", "replace").split("\n")
        found = frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))
        if not all(public_key(line) for line in found):
            raise Unreadable("seal.keys")
        return found

    def check_seals(self) -> None:
        """Check signatures, links, and the path from this case's events to each signed root."""
        report, keys, proofs = self.report, self.keys(), {}
        for name, _ in self.names(r"segel/[^/]+\.json"):
            proof = self.json(name, position=(int, NULL), seq=(int, NULL), chain=(str, NULL), path=list)
            try:
                seal = seal_of(proof)
            except ValueError as error:
                raise Unreadable("seal.unreadable", name=name, told=error) from error
            if seal.number in self.seals:
                report.fail("seal.twice", number=seal.number)
            self.seals[seal.number], proofs[seal.number] = seal, proof
        covered = []
        for number, seal in sorted(self.seals.items()):
            signed = check_seal(report, "seal", seal, self.seals.get(number - 1), keys)
            if proofs[number]["position"] is not None and self._is_proven(seal, proofs[number]) and signed:
                covered.append(proofs[number]["seq"])
        last = max(self.at, default=0)
        if not covered and self.given:
            report.fail("seal.unproven")
        elif not covered:
            report.note("seal.none")
        elif max(covered) < last:
            report.note("seal.tail", first=max(covered) + 1, last=last)
        report.passed("seal.good", count=len(self.seals), standing=len(covered), covered=max(covered, default=0))

    def _is_proven(self, seal: Seal, proof: dict[str, Any]) -> bool:
        """Return whether an event of this case leads to the root that the seal names."""
        event = self.at.get(proof["seq"])
        if event is None or event.chain != proof["chain"]:
            self.report.fail("seal.rewritten", proof["seq"], number=seal.number)
            return False
        path = [bytes.fromhex(each) if is_hex(each, 64) else b"" for each in proof["path"]]
        leaf = leaf_of(event.case, event.seq, event.chain)
        if root_by(path, leaf, proof["position"], seal.says["size"]) != seal.says["root"]:
            self.report.fail("seal.path", event.seq, number=seal.number)
            return False
        if seal.says["sealed_at"] < event.recorded_at:
            self.report.note("seal.clock", number=seal.number, seq=event.seq)
        return True


def whole(where: str, value: Any, /, **shape: Any) -> Any:
    """Return ``value`` if it is an object of this shape. Raises ``Unreadable``."""
    if not fits(value, **shape):
        raise Unreadable("incomplete", name=where, part=", ".join(shape) or "{}")
    return value


def added_up(events: list[Event]) -> dict[str, Any]:
    """Return what a history says of its case as a whole."""
    case: dict[str, Any] = {"number": events[0].case, "key": None, "version": None, "state": "running"}
    case.update(started_at=events[0].recorded_at, ended_at=None, anonymous=False, confidential=False)
    moment = None  # when the last input took effect: a timer that was noticed late counts from when it was due
    for event in events:
        facts, kind = event.facts, event.type
        if kind in ("InstanceStarted", "WorkItemCompleted", "InstanceCancelled", "InstanceMigrated"):
            moment = event.recorded_at
        elif kind == "TimerFired":
            moment = facts.get("due_at")
        if kind == "InstanceStarted":
            case.update(key=facts.get("definition"), version=facts.get("version"))
        elif kind == "WorkItemCompleted" and fits(facts, switches=dict):
            case["anonymous"] = facts["switches"].get("anonim", case["anonymous"])
            case["confidential"] = facts["switches"].get("rahasia", case["confidential"])
        elif kind == "InstanceMigrated":
            case.update(key=facts.get("definition"), version=facts.get("to_version"))
        if kind in ("IncidentResolved", "InstanceMigrated") and case["state"] == "incident":
            case["state"] = "running"
        elif kind == "IncidentRaised":
            case["state"] = "incident"
        elif kind == "InstanceCompleted":
            case.update(state="completed", ended_at=moment)
        elif kind == "InstanceCancelled":
            case.update(state="cancelled", ended_at=event.recorded_at)
    return case


def promised(events: list[Event]) -> tuple[dict[Row, str], set[int]]:
    """Return the digests that events hold of answers, and the events whose personal answers were erased."""
    wanted: dict[Row, str] = {}
    erased: set[int] = set()
    for event in events:
        if event.type == "WorkItemCompleted":
            wanted.update({(event.seq, kind): str(event.facts[kind]) for kind in _KINDS if kind in event.facts})
        elif event.type == "Commented":
            wanted[event.seq, "remark"] = str(event.facts.get("text"))
        elif event.type == "PersonalDataErased" and fits(event.facts, answers_of=list):
            erased.update(seq for seq in event.facts["answers_of"] if type(seq) is int)
    return wanted, erased


_KINDS = ("plain", "personal")


def named_files(bodies: dict[Row, Any]) -> Counter[tuple[Any, ...]]:
    """Return the files that proven answers name."""
    named: Counter[tuple[Any, ...]] = Counter()
    for (seq, kind), body in bodies.items():
        for field, value in body.items() if kind != "remark" else ():
            for each in value if isinstance(value, list) else ():
                if fits(each, name=str, type=str, size=int, sha256=str):
                    named[(seq, field, each["name"], each["type"], each["size"], each["sha256"])] += 1
    return named


def _calls(version: dict[str, Any]) -> Iterator[Version]:
    return ((key, number) for key, number in version["calls"].items() if type(number) is int)


def _reached(place: Version, versions: dict[Version, dict[str, Any]]) -> set[Version]:
    """Return a version with all that it calls."""
    found: set[Version] = set()
    waiting = [place]
    while waiting:
        each = waiting.pop()
        if each in versions and each not in found:
            found.add(each)
            waiting += _calls(versions[each])
    return found


def _note_labels(text: str, labels: dict[str, set[str]]) -> None:
    """Note the labels of a form's fields, by the fields' keys."""
    waiting: list[Any] = [_object(text)]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            waiting += value.values()
            if fits(value, key=str):
                own = (value.get(name) for name in ("label", "dateLabel", "timeLabel"))
                labels.setdefault(value["key"], set()).update(each.strip() for each in own if isinstance(each, str))


def _object(text: str) -> dict[str, Any]:
    try:
        value = parsed(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _sha256(text: str, before: bytes = b"") -> str:
    return hashlib.sha256(before + text.encode()).hexdigest()


def _own_digest() -> str:
    try:
        return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    except OSError:
        return ""


# --- a copy of the seal folder --------------------------------------------------------------


class Copy(NamedTuple):
    """What a copied seal folder holds: its seals by number, and the sealed heads of the cases in question."""

    seals: dict[int, Seal]
    heads: dict[str, list[tuple[int, int, str]]]


def read_copy(folder: Path, cases: set[str], keys: frozenset[str], report: Report) -> Copy:
    """Read a copied seal folder, and compute every root of the whole log anew."""
    copy, log, last, rooted = Copy({}, {case: [] for case in cases}), Log(), 0, True
    found = sorted((int(match[1]), path) for path in folder.iterdir() if (match := SEAL_FILE.fullmatch(path.name)))
    for number, path in found:
        try:
            value = parsed(path.read_bytes())
            seal, heads = seal_of(value), _heads_of(value)
        except (ValueError, OSError) as error:
            report.fail("copy.unreadable", name=path.name, told=error)
            continue
        if number != last + 1:
            report.fail("copy.gap", number=last + 1 if number == last + 2 else f"{last + 1}–{number - 1}")
            rooted = False
        if seal.number != number:
            report.fail("copy.number", name=path.name, number=seal.number)
        check_seal(report, "copy", seal, copy.seals.get(number - 1), keys or {seal.says["key"]})
        for case, seq, chain in heads:
            log.append(leaf_of(case, seq, chain))
            if case in copy.heads:
                copy.heads[case].append((number, seq, chain))
        if rooted and (log.size, log.root()) != (seal.says["size"], seal.says["root"]):
            report.fail("copy.root", number=number)
            rooted = False
        copy.seals[number], last = seal, number
    report.passed("copy.whole", count=len(copy.seals))
    return copy


def _heads_of(value: Any) -> list[tuple[str, int, str]]:
    if not fits(value, heads=list):
        raise ValueError("it has no heads")
    for head in value["heads"]:
        if not isinstance(head, list) or [type(each) for each in head] != [str, int, str] or not is_hex(head[2], 64):
            raise ValueError("its heads are not written as they should be")
    return [(case, seq, chain) for case, seq, chain in value["heads"]]


def compare_copy(dossier: Dossier, copy: Copy) -> None:
    """Hold one dossier against the copy of the seals."""
    report, last, newest = dossier.report, max(dossier.at, default=0), max(copy.seals, default=0)
    for number, seal in sorted(dossier.seals.items()):
        kept = copy.seals.get(number)
        if kept is not None and (kept.text, kept.signature) != (seal.text, seal.signature):
            report.fail("copy.other", number=number)
        elif kept is None and number < newest:
            report.fail("copy.gap", number=number)
    heads = copy.heads.get(dossier.case, [])
    for number, seq, chain in heads:
        event = dossier.at.get(seq)
        if event is not None and event.chain != chain:
            report.fail("copy.rewritten", seq, number=number)
        elif event is None and copy.seals[number].says["sealed_at"] <= str(dossier.sheet.get("exported_at")):
            report.fail("copy.cut", seq, number=number, last=last)
        elif event is None:
            report.note("copy.older", seq=seq, number=number, last=last)
    if heads:
        report.passed("copy.good", count=len(heads))
    else:
        report.note("copy.without")


# --- the command ----------------------------------------------------------------------------


def main(arguments: list[str]) -> int:
    """Check what the command line names; return the exit code."""
    options, code = _options(arguments), 0
    for report in check(options.dossier, frozenset(key.lower() for key in options.key), options.seals):
        code = 1 if report.wrong else code
        if options.json:
            print_json(report)
        else:
            print_report(report, options)
    return code


def _options(arguments: list[str]) -> argparse.Namespace:
    reader = argparse.ArgumentParser(
        prog="periksa.py", description="Memeriksa dossier perkara dari Alur. / Check a dossier of Alur."
    )
    key = (
        "kunci publik yang diumumkan kantor, boleh berulang / a public key that the office made known, may be repeated"
    )
    reader.add_argument("dossier", type=Path, help="berkas ZIP atau folder / a ZIP file or a folder")
    reader.add_argument("--key", action="append", default=[], metavar="HEX", help=key)
    reader.add_argument(
        "--seals", type=Path, metavar="FOLDER", help="salinan folder segel kantor / a copy of the office's seal folder"
    )
    reader.add_argument("--english", action="store_true", help="berbahasa Inggris / in English")
    reader.add_argument("--json", action="store_true", help="satu objek JSON per dossier / one JSON object a dossier")
    options = reader.parse_args(arguments)
    for text in options.key:
        if public_key(text) is None:
            reader.error(f"bukan kunci Ed25519 / not an Ed25519 key: {text!r}")
    if not options.dossier.exists():
        reader.error(f"tidak ada / not there: {options.dossier}")
    if options.seals and not options.seals.is_dir():
        reader.error(f"bukan folder / not a folder: {options.seals}")
    return options


def check(path: Path, keys: frozenset[str] = frozenset(), seals: Path | None = None) -> Iterator[Report]:
    """Check every dossier of a ZIP file or a folder: one at its root, or several in folders of their own."""
    general = Report(path.resolve().name)
    try:
        source = Folder(path) if path.is_dir() else Archive(path)
        alone = LISTING in source.sizes
        parts: dict[str, Any] = {"": source} if alone else parts_of(source)
        if not parts:
            raise Unreadable("listing.none")
    except Unreadable as error:
        general.fail(error.code, check="listing", **error.facts)
        yield general
        return
    copy = read_copy(seals, {case_of(part) for part in parts.values()}, keys, general) if seals else None
    if not alone:
        _check_outside(source, parts, general)
        yield general
    for folder, part in parts.items():
        dossier = Dossier(part, general if alone else Report(f"{general.name}: {folder}"), keys)
        dossier.check()
        if copy is not None:
            compare_copy(dossier, copy)
        yield dossier.report


def case_of(source: Source) -> str:
    """Return the number of the case that a dossier is about, "" if it does not tell it."""
    try:
        return event_of(source.read(EVENTS).split(b"\n", 1)[0]).case
    except (ValueError, Unreadable):
        return ""


def _check_outside(source: Source, parts: Iterable[str], report: Report) -> None:
    """See that nothing lies beside the folders of several dossiers but what explains them."""
    folders = set(parts)
    for name in sorted(source.sizes):
        if name not in (FIRST_READ, VERIFIER, KEYS) and name.partition("/")[0] not in folders:
            report.fail("listing.unknown", name=name)
    report.passed("listing.several", count=len(folders))


def print_json(report: Report) -> None:
    """Print a report as one JSON object."""
    found, notes = (
        [{"check": each.check, "event": each.event, "code": each.code, "message": each.text(False)} for each in said]
        for said in (report.wrong, report.notes)
    )
    _print(canonical({"dossier": report.name, "sound": not found, "findings": found, "notes": notes}))


def print_report(report: Report, options: argparse.Namespace) -> None:
    """Print a report for a person: what was checked, what is wrong, what nobody can know from this."""
    english: bool = options.english
    wrong = "WRONG" if english else "SALAH"
    _print(f"Dossier: {report.name}\n")
    for check_name in CHECKS:
        for mark, said in (("OK", report.good), (wrong, report.wrong), ("NOTE" if english else "CATAT", report.notes)):
            for each in said:
                if each.check == check_name:
                    _print(f"{mark:6}{SENTENCES[check_name][english]}: {each.text(english)}")
    _print(f"\n{SENTENCES['limits'][english]}")
    given = {"limits.key": bool(options.key), "limits.copy": options.seals is not None}
    for code, sentence in SENTENCES.items():
        if code.startswith("limits.") and not given.get(code):
            _print(f"- {sentence[english]}")
    verdict = SENTENCES["unsound" if report.wrong else "sound"][english].format(count=len(report.wrong))
    _print(f"\n{verdict}\n")


def _print(line: str) -> None:
    """Print a line; what a terminal would obey, or cannot show, is printed as its number."""
    shown = "".join(char if char.isprintable() or char == "\n" else f"\\x{ord(char):02x}" for char in line)
    sys.stdout.buffer.write(shown.encode("utf-8", "backslashreplace") + b"\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
