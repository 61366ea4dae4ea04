"""Whatever somebody changes in a dossier is found, by the right check, in the right words.

The forger always covers up what anybody can: the listing of digests fits what is there.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from engine import Engine, history
from tests.clock import Clock
from tests.engine.small_office import AUDITOR, HEAD
from tests.exports import verifying
from tests.exports.dossiers import EVENTS, KEY, READABLE, SHEET, THIEF, Forger, dossier, sealed_case

Edit = Callable[[Forger], Any]


@dataclass(frozen=True)
class Originals:
    """Dossiers as the office made them, and the seal folder."""

    whole: bytes
    withheld: bytes
    erased: bytes
    seals: Path


@pytest.fixture(scope="module")
def originals(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Originals]:
    """The dossiers of one case: all of it, without what is personal, and after an erasure."""
    folder, clock = tmp_path_factory.mktemp("dossiers"), Clock()
    shutil.copy(sqlite_template, folder / "alur.db")
    engine = Engine(f"sqlite:///{folder / 'alur.db'}", clock)
    case = sealed_case(engine, clock, folder / "segel")
    whole, withheld = dossier(engine, case, AUDITOR, "pemeriksaan rutin"), dossier(engine, case, AUDITOR)
    engine.erase_personal(case, "permintaan subjek data", by=HEAD)
    yield Originals(whole, withheld, dossier(engine, case, AUDITOR), folder / "segel")
    engine.close()


def field_of(key: str, **values: Any) -> Edit:
    """Change one field of the first step in the readable answers."""

    def edit(readable: Any) -> None:
        next(each for each in readable["steps"][0]["fields"] if each["key"] == key).update(values)

    return lambda forger: forger.change(READABLE, edit)


def readable(edit: Callable[[Any], Any]) -> Edit:
    return lambda forger: forger.change(READABLE, edit)


def sheet(**values: Any) -> Edit:
    return lambda forger: forger.change(SHEET, lambda found: found["case"].update(values))


def seal(number: int, **values: Any) -> Edit:
    return lambda forger: forger.change(f"segel/segel-{number:06}.json", lambda found: found.update(values))


def said(number: int, **values: Any) -> Edit:
    """Let a seal say something else, signed anew by the office's own key."""

    def edit(proof: Any) -> None:
        text = json.dumps({**json.loads(proof["statement"]), **values}, sort_keys=True, separators=(",", ":"))
        proof.update(statement=text, signature=KEY.sign(text.encode()).hex())

    return lambda forger: forger.change(f"segel/segel-{number:06}.json", edit)


def swapped(forger: Forger) -> None:
    events = forger.events
    events[6], events[7] = events[7], events[6]
    forger.set_events(events)


def renumbered(forger: Forger) -> None:
    forger.set_events({**event, "seq": at} for at, event in enumerate(forger.events, 1))


def cut(forger: Forger, keep: int) -> None:
    forger.set_events(forger.events[:keep])


def removed(at: int) -> Edit:
    return lambda forger: forger.set_events(event for event in forger.events if event["seq"] != at)


def rewritten(forger: Forger) -> None:
    """Somebody else claimed the step; every chain from there on is computed anew."""
    forger.edit_event("WorkItemClaimed", actor="orang.lain")
    forger.rechain()


def proofs_adapted(forger: Forger) -> None:
    """As ``rewritten``, and the seals are said to hold the new chains."""
    rewritten(forger)
    chains = {event["seq"]: event["chain"] for event in forger.events}
    for number in (2, 3):
        seq = forger.json(f"segel/segel-{number:06}.json")["seq"]
        seal(number, chain=chains[seq])(forger)


def rename(old: str, new: str) -> Edit:
    def edit(forger: Forger) -> None:
        forger.files[new] = forger.files.pop(old)

    return edit


def of(name: str, edit: Callable[[bytes], bytes]) -> Edit:
    """Change the bytes of the first file whose name begins so."""

    def change(forger: Forger) -> None:
        found = next(each for each in forger.files if each.startswith(name))
        forger.files[found] = edit(forger.files[found])

    return change


def gone(name: str) -> Edit:
    def edit(forger: Forger) -> None:
        del forger.files[next(each for each in forger.files if each.startswith(name))]

    return edit


def added(name: str, content: bytes = b"{}") -> Edit:
    return lambda forger: forger.files.update({name: content})


def both(*edits: Edit) -> Edit:
    def edit(forger: Forger) -> None:
        for each in edits:
            each(forger)

    return edit


def new_digest(forger: Forger) -> None:
    """Let the case sheet name the digest that the changed diagram has."""
    xml, forms = forger.files["diagram/surat-v1.bpmn"], forger.json("diagram/surat-v1.forms.json")
    digests = {form: hashlib.sha256(text.encode()).hexdigest() for form, text in forms.items()}
    covered = history.canonical(["surat", hashlib.sha256(xml).hexdigest(), digests, {}])
    digest = hashlib.sha256(covered.encode()).hexdigest()
    forger.change(SHEET, lambda each: each["versions"][0].update(digest=digest))


def new_file(forger: Forger) -> None:
    """Swap a file, and let the readable answers describe the new one."""
    content = b"%PDF-1.4 lain"
    of("lampiran/4-1", lambda _: content)(forger)
    told = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    forger.change(READABLE, lambda each: each["files"][0].update(told))


@dataclass(frozen=True)
class Row:
    """One way to tamper: what is done, which codes it is found by, and words that must be said."""

    edit: Edit
    codes: set[str]
    words: str
    of: str = "whole"
    keys: bool = False
    copy: bool = False
    more: tuple[tuple[str, bytes], ...] = field(default=())
    relist: bool = True


ROWS = {
    # --- the history
    "a payload": Row(
        lambda forger: forger.edit_event("DueDateSet", payload='{"calendar":"9","due":{}}'),
        {"chain.altered"},
        "Peristiwa 9 (DueDateSet) tidak cocok dengan rantainya",
    ),
    "an actor": Row(
        lambda forger: forger.edit_event("WorkItemClaimed", actor="orang.lain"), {"chain.altered"}, "WorkItemClaimed"
    ),
    "whom somebody acted for": Row(
        lambda forger: forger.edit_event("WorkItemClaimed", on_behalf_of="Pemohon"), {"chain.altered"}, "rantainya"
    ),
    "an instant": Row(
        lambda forger: forger.edit_event("WorkItemClaimed", recorded_at="2026-11-24T02:00:00.000001Z"),
        {"chain.altered"},
        "rantainya",
    ),
    "a type": Row(
        lambda forger: forger.edit_event("WorkItemClaimed", type="WorkItemReleased"), {"chain.altered"}, "rantainya"
    ),
    "an event taken out": Row(
        removed(10), {"chain.order", "chain.altered"}, "Sesudah peristiwa 9 tertulis 11: ada yang hilang"
    ),
    "an event taken out and the rest counted anew": Row(
        both(removed(12), renumbered),
        {"chain.altered", "seal.rewritten", "answers.invented", "answers.step", "answers.missing"},
        "Peristiwa 12",
    ),
    "two events that changed places": Row(swapped, {"chain.order", "chain.altered"}, "tertukar"),
    "an event twice": Row(
        lambda forger: forger.set_events([*forger.events[:10], forger.events[9], *forger.events[10:]]),
        {"chain.order", "chain.altered"},
        "ganda",
    ),
    "another case's event": Row(
        lambda forger: forger.edit_event("WorkItemClaimed", case="SURAT-2026-00002"),
        {"chain.case", "chain.altered"},
        "milik perkara SURAT-2026-00002",
    ),
    "a name twice in an event": Row(
        of(EVENTS, lambda text: text.replace(b'"actor":', b'"actor": "baik", "actor":', 1)),
        {"chain.line", "chain.order", "chain.altered", "chain.start", "case.other", "definition.unused"},
        "Baris 1 tidak dapat dibaca",
    ),
    "a payload that is none": Row(
        both(lambda forger: forger.edit_event("WorkItemClaimed", payload="[]"), Forger.rechain),
        {"chain.line", "chain.order", "chain.altered", "case.other", "seal.rewritten"},
        "tidak dapat dibaca sebagai peristiwa",
    ),
    "the tail cut off": Row(
        lambda forger: cut(forger, 17), {"seal.rewritten", "case.other", "answers.invented", "answers.step"}, "dipotong"
    ),
    "the chain computed anew": Row(rewritten, {"seal.rewritten"}, "ditulis ulang"),
    "the chain computed anew, and the proofs with it": Row(
        proofs_adapted, {"seal.path"}, "tidak sampai ke akar yang ditandatangani dalam segel 2"
    ),
    # --- the case sheet
    "the state": Row(sheet(state="running"), {"case.other"}, "state tertulis running, menurut peristiwa"),
    "the number": Row(sheet(number="SURAT-2026-00009"), {"case.other"}, "number"),
    "an end that never was": Row(sheet(ended_at=None), {"case.other"}, "ended_at"),
    "an anonymous case": Row(sheet(anonymous=True), {"case.other"}, "anonymous"),
    "a damage that the office told of": Row(
        lambda forger: forger.change(SHEET, lambda each: each.update(damage=["Peristiwa 3 hilang."])),
        {"case.damage"},
        "Peristiwa 3 hilang.",
    ),
    # --- diagrams and forms
    "the diagram": Row(
        of("diagram/surat-v1.bpmn", lambda xml: xml.replace(b"P3D", b"P9D")),
        {"definition.altered", "definition.other"},
        "Peristiwa 1 berjalan pada diagram surat versi 1 yang isinya lain",
    ),
    "the diagram, and the digest that the sheet names": Row(
        both(of("diagram/surat-v1.bpmn", lambda xml: xml.replace(b"P3D", b"P9D")), new_digest),
        {"definition.other"},
        "yang isinya lain",
    ),
    "a form": Row(
        of("diagram/surat-v1.forms.json", lambda text: text.replace(b"Perihal", b"Perkara")),
        {"definition.altered", "definition.other", "answers.label"},
        "judul isian perihal",
    ),
    "a diagram gone": Row(
        gone("diagram/surat-v1.bpmn"),
        {"missing", "definition.altered", "definition.other", "answers.label"},
        "diagram/surat-v1.bpmn tidak ada",
    ),
    "a diagram more": Row(added("diagram/surat-v2.bpmn"), {"definition.unused"}, "surat-v2.bpmn tidak dipakai"),
    # --- answers
    "a plain answer": Row(
        of("jawaban/4-plain", lambda text: text.replace(b"Antrean", b"Pujian!")),
        {"answers.altered"},
        "Jawaban (plain) dari peristiwa 4 telah diubah",
    ),
    "a personal answer": Row(
        of("jawaban/4-personal", lambda text: text.replace(b"Siti", b"Sita")), {"answers.altered"}, "(personal)"
    ),
    "a remark": Row(
        of("jawaban/11-remark", lambda text: text.replace(b"temui", b"tolak")),
        {"answers.altered", "answers.remark"},
        "(remark) dari peristiwa 11",
    ),
    "a salt": Row(
        lambda forger: forger.change("jawaban/4-plain.json", lambda row: row.update(salt="00" * 16)),
        {"answers.altered"},
        "telah diubah",
    ),
    "a row gone": Row(gone("jawaban/4-plain"), {"answers.missing"}, "hilang, dan tidak disebut ditahan"),
    "a row invented": Row(
        added("jawaban/9-plain.json", b'{"salt":"00","body":"{}"}'), {"answers.invented"}, "tidak pernah dicatat"
    ),
    "a row said to be erased": Row(
        both(
            gone("jawaban/4-personal"),
            readable(lambda each: each["withheld"].append({"seq": 4, "kind": "personal", "reason": "erased"})),
        ),
        {"answers.not-erased"},
        "tidak ada peristiwa yang menghapusnya",
    ),
    "a row said to be withheld": Row(
        readable(lambda each: each["withheld"].append({"seq": 4, "kind": "plain", "reason": "personal"})),
        {"answers.not-withheld"},
        "disebut ditahan, padahal ada",
    ),
    "nothing said of what is withheld": Row(
        readable(lambda each: each["withheld"].clear()), {"answers.missing"}, "(personal)", of="withheld"
    ),
    "nothing said of what was erased": Row(
        readable(lambda each: each["withheld"].clear()), {"answers.missing"}, "(personal)", of="erased"
    ),
    "a readable answer": Row(
        field_of("perihal", value="Pujian"), {"answers.field"}, "isian perihal pada peristiwa 4 lain"
    ),
    "a readable answer of another kind": Row(field_of("anonim", value=0), {"answers.field"}, "isian anonim"),
    "a readable answer that is hidden": Row(field_of("perihal", shown="hidden"), {"answers.field"}, "isian perihal"),
    "a readable answer moved to where nothing proves it": Row(
        field_of("perihal", personal=True), {"answers.field"}, "isian perihal"
    ),
    "a label": Row(field_of("perihal", label="Pujian"), {"answers.label"}, "judul isian perihal"),
    "a step left out": Row(
        readable(lambda each: each["steps"].pop(0)), {"answers.no-step"}, "langkah pada peristiwa 4 tidak ada"
    ),
    "a field left out": Row(
        readable(lambda each: each["steps"][0]["fields"].pop(0)), {"answers.field"}, "isian perihal"
    ),
    "who answered": Row(
        readable(lambda each: each["steps"][0].update(by="orang.lain")),
        {"answers.step"},
        "pelaku, waktu, atau kuncinya",
    ),
    "when it was answered": Row(
        readable(lambda each: each["steps"][0].update(at="2026-11-24T03:00:00.000000Z")),
        {"answers.step"},
        "peristiwa 4",
    ),
    "a readable remark": Row(
        readable(lambda each: each["remarks"][0].update(text="Tolak.")), {"answers.remark"}, "catatan pada peristiwa 11"
    ),
    "a readable remark left out": Row(readable(lambda each: each["remarks"].clear()), {"answers.remark"}, "catatan"),
    # --- files
    "a file": Row(of("lampiran/4-1", lambda _: b"%PDF-1.4 lain"), {"files.altered"}, "isinya lain dari yang tercatat"),
    "a file, and what is said of it": Row(
        new_file,
        {"files.other", "files.missing"},
        "foto.pdf",
    ),
    "two files that changed places": Row(
        both(
            rename("lampiran/4-1-foto.pdf", "x"),
            rename("lampiran/4-2-surat.pdf", "lampiran/4-1-foto.pdf"),
            rename("x", "lampiran/4-2-surat.pdf"),
        ),
        {"files.altered"},
        "lampiran/4-1-foto.pdf (peristiwa 4)",
    ),
    "a file's name": Row(
        readable(lambda each: each["files"][0].update(name="izin.pdf")),
        {"files.other", "files.missing"},
        "bukan berkas yang disebut jawabannya",
    ),
    "a file gone": Row(
        both(gone("lampiran/4-1"), readable(lambda each: each["files"].pop(0))),
        {"files.missing"},
        "Berkas foto.pdf dari isian bukti, peristiwa 4, hilang",
    ),
    "a file invented": Row(added("lampiran/4-3-baru.pdf", b"x"), {"files.invented"}, "tidak pernah dicatat"),
    # --- seals
    "a signature": Row(seal(3, signature="00" * 64), {"seal.signature", "seal.link"}, "tanda tangannya tidak cocok"),
    "what was signed": Row(
        lambda forger: forger.change(
            "segel/segel-000004.json",
            lambda each: each.update(statement=each["statement"].replace('"size":6', '"size":7')),
        ),
        {"seal.signature"},
        "Segel 4",
    ),
    "an audit path": Row(seal(1, path=["00" * 32]), {"seal.path"}, "tidak sampai ke akar"),
    "an audit path that is too long": Row(
        lambda forger: forger.change("segel/segel-000001.json", lambda each: each["path"].append("00" * 32)),
        {"seal.path"},
        "segel 1",
    ),
    "a position": Row(seal(1, position=1), {"seal.path"}, "tidak sampai ke akar"),
    "a seal over what never was": Row(seal(1, seq=99), {"seal.rewritten"}, "peristiwa 99"),
    "a seal that hangs on another": Row(said(4, previous="11" * 32), {"seal.link"}, "Segel 4 tidak menyambung"),
    "a first seal that hangs on something": Row(said(1, previous="11" * 32), {"seal.link"}, "Segel 1 tidak menyambung"),
    "a seal dated back": Row(
        said(4, sealed_at="2026-11-24T02:00:00.000000Z"), {"seal.backwards"}, "lebih tua daripada segel sebelumnya"
    ),
    "a seal that is none": Row(seal(4, statement="{}"), {"seal.unreadable"}, "segel/segel-000004.json bukan segel"),
    "a seal twice": Row(
        lambda forger: forger.files.update({"segel/lain.json": forger.files["segel/segel-000004.json"]}),
        {"seal.twice"},
        "Segel 4 ada dua kali",
    ),
    "a key among the public ones that is none": Row(
        added("kunci-publik.txt", b"00\n"), {"seal.keys"}, "memuat yang bukan kunci"
    ),
    "seals by another key": Row(
        lambda forger: forger.reseal(THIEF),
        {"seal.key", "seal.unproven"},
        f"memakai kunci lain: {THIEF.public}",
        keys=True,
    ),
    "no seals": Row(
        lambda forger: [gone("segel/")(forger) for _ in range(4)], {"seal.unproven"}, "belum terbukti", keys=True
    ),
    # --- only a copy of the seals shows these
    "everything made anew with the office's key": Row(
        both(rewritten, lambda forger: forger.reseal(KEY)),
        {"copy.other", "copy.rewritten"},
        "segel dibuat ulang",
        keys=True,
        copy=True,
    ),
    "everything made anew with another key": Row(
        both(rewritten, lambda forger: forger.reseal(THIEF)),
        {"copy.other", "copy.rewritten"},
        "dibuat ulang",
        copy=True,
    ),
    "the tail cut off, and the seals that hold it": Row(
        lambda forger: cut_clean(forger), {"copy.cut"}, "dossier ini berakhir pada 17: ekornya dipotong", copy=True
    ),
    # --- the ZIP
    "a file that the listing does not have": Row(
        added("catatan.txt"), {"listing.unlisted", "listing.unknown"}, "catatan.txt", relist=False
    ),
    "a file that is no part of a dossier": Row(added("catatan.txt"), {"listing.unknown"}, "bukan bagian dossier"),
    "a file that the listing has, and nobody else": Row(
        gone("linimasa.html"), {"listing.gone"}, "linimasa.html hilang", relist=False
    ),
    "the printed timeline": Row(
        of("linimasa.html", lambda page: page.replace(b"Perihal", b"Pujian")),
        {"listing.altered"},
        "linimasa.html telah diubah",
        relist=False,
    ),
    "a file twice": Row(
        lambda forger: None,
        {"listing.twice", "listing.altered"},
        "linimasa.html ada dua kali dalam ZIP",
        more=(("linimasa.html", b"lain"),),
    ),
    "a file that climbs out": Row(
        lambda forger: None,
        {"listing.outside", "listing.unlisted", "listing.unknown"},
        "../jahat.sh menunjuk ke luar dossier",
        more=(("../jahat.sh", b"x"),),
    ),
    "a listing of another form": Row(
        lambda forger: forger.change("daftar-isi.json", lambda each: each.update(format="alur-dossier-9")),
        {"listing.format"},
        "pakai periksa.py yang sesuai",
        relist=False,
    ),
}


def cut_clean(forger: Forger) -> None:
    """Take away the last events with everything that tells of them: answers, seals, the end of the case."""
    cut(forger, 17)
    sheet(state="running", ended_at=None)(forger)
    for name in ("jawaban/18-plain", "segel/segel-000003", "segel/segel-000004"):
        gone(name)(forger)
    readable(lambda each: each["steps"].pop())(forger)


@pytest.mark.parametrize("name", ROWS)
def test_tampering_is_found_in_the_right_words(originals: Originals, tmp_path: Path, name: str) -> None:
    row = ROWS[name]
    forger = Forger.of(getattr(originals, row.of))
    row.edit(forger)
    path = forger.save(tmp_path / "dossier.zip", more=row.more, relist=row.relist)

    found = verifying.found(path, keys=[KEY.public] if row.keys else [], seals=originals.seals if row.copy else None)

    assert {finding["code"] for finding in found} == row.codes
    assert any(row.words in finding["message"] for finding in found), found


def test_at_least_fifty_kinds_are_tried() -> None:
    assert len(ROWS) >= 50


@pytest.mark.parametrize("kind", ["whole", "withheld", "erased"])
def test_untouched_they_are_sound(originals: Originals, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "dossier.zip"
    path.write_bytes(getattr(originals, kind))

    assert verifying.findings(path) == []
    assert verifying.findings(path, "--key", KEY.public, "--seals", originals.seals) == []


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(both(rewritten, lambda forger: forger.reseal(KEY)), id="made anew with the office's key"),
        pytest.param(cut_clean, id="cut off with its seals"),
    ],
)
def test_what_only_a_copy_shows_is_said_to_be_unknown(originals: Originals, tmp_path: Path, edit: Edit) -> None:
    forger = Forger.of(originals.whole)
    edit(forger)
    path = forger.save(tmp_path / "dossier.zip")

    done = verifying.run(path, "--key", KEY.public)

    assert done.returncode == 0
    assert "Tanpa salinan folder segel (--seals) tidak terlihat" in done.stdout
