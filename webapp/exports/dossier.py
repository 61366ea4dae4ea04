"""The dossier of a case: one ZIP that can be read and checked away from us, by who knows nothing of us.

What the reader of the record may not see is not in it; that it exists, and why it is withheld, is. The same
record makes the same bytes. A damaged case has a dossier too: the verifier in it says what is wrong.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from engine import WIB, Actor, CaseRecord, Engine, HistoryDamaged, SealProof, StoredBody, Timeline

from ..standing import Office
from . import verifier
from .dossier_parts import FORMAT, attachment_path, case_sheet, event_line, readable_answers, seal_proof, text_of
from .dossier_texts import public_keys, read_me, timeline_page
from .json_lines import conformance_object

LISTING = "daftar-isi.json"
VERIFIER = Path(verifier.__file__).with_name("alur_verify.py")

Part = tuple[str, bytes]
"""A file of the dossier: its name and its content."""


def write_dossier(out: IO[bytes], engine: Engine, case: str, *, by: Actor, reason: str | None = None) -> None:
    """Write the dossier of a case; ``out`` need not be seekable. Attachments are in memory one at a time.

    With a reason, what is hidden is revealed to ``by`` first, which stays in the history. Raises, before
    anything is written, ``NotFound``, ``NotAllowed``, ``InvalidRequest``.
    """
    # The proofs come first: so no seal is among them that knows more of the case than the record does.
    proofs, damage = _proofs(engine, case, by)
    record = engine.record(case, by=by) if reason is None else engine.reveal_record(case, reason, by=by)
    told = tuple(filter(None, (record.damage, damage)))
    digests: dict[str, str] = {}
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in _parts(engine, record, proofs, told, by):
            digests[name] = hashlib.sha256(content).hexdigest()
            _add(archive, record, name, content)
        _add(archive, record, LISTING, text_of({"format": FORMAT, "files": digests}))


def _proofs(engine: Engine, case: str, by: Actor) -> tuple[tuple[SealProof, ...], str | None]:
    try:
        return engine.seal_proofs(case, by=by), None
    except HistoryDamaged as error:
        return (), str(error)


def _parts(
    engine: Engine, record: CaseRecord, proofs: tuple[SealProof, ...], damage: tuple[str, ...], by: Actor
) -> Iterator[Part]:
    """Yield every file but the listing of them."""
    verdict, office = engine.conformance_of(record), Office.now_of(engine)
    yield "BACA-SAYA.txt", read_me(record, proofs, damage)
    yield "linimasa.html", timeline_page(record, _timeline(engine, record, by), verdict, proofs, damage, office)
    yield "perkara.json", text_of(case_sheet(record, damage))
    yield "peristiwa.jsonl", b"".join(event_line(record.case.number, event) for event in record.events)
    yield "kesesuaian.json", text_of(conformance_object(verdict))
    yield from _versions(record)
    files = []
    for place, (file, content) in enumerate(engine.contents(record), 1):
        path = attachment_path(file, place)
        files.append((path, file))
        yield path, content
    yield "jawaban.json", text_of(readable_answers(record, files))
    for body in record.bodies:
        yield f"jawaban/{body.seq}-{body.kind}.json", text_of(_row(body))
    for proof in proofs:
        yield f"segel/segel-{proof.seal.number:06}.json", text_of(seal_proof(proof))
    yield "kunci-publik.txt", public_keys(proofs)
    yield "periksa.py", VERIFIER.read_bytes()


def _timeline(engine: Engine, record: CaseRecord, by: Actor) -> Timeline | None:
    """Return the case event by event, None if it cannot be read that way."""
    try:
        return engine.timeline(record.case.number, by=by)
    except HistoryDamaged:
        return None


def _versions(record: CaseRecord) -> Iterator[Part]:
    for version in record.versions:
        name = f"diagram/{version.key}-v{version.version}"
        yield f"{name}.bpmn", version.xml or b""
        yield f"{name}.forms.json", (version.forms or "").encode(errors="backslashreplace")


def _row(body: StoredBody) -> Mapping[str, Any]:
    return {"salt": body.salt.hex(), "body": body.body}


def _add(archive: ZipFile, record: CaseRecord, name: str, content: bytes) -> None:
    entry = ZipInfo(name, record.taken_at.astimezone(WIB).timetuple()[:6])
    entry.compress_type, entry.create_system, entry.external_attr = ZIP_DEFLATED, 3, 0o644 << 16
    archive.writestr(entry, content)
