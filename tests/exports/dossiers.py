"""Dossiers for tests: a case with everything that a dossier can hold, and somebody who tampers with one."""

from __future__ import annotations

import hashlib
import io
import json
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from engine import Actor, Engine, SealKey, Upload, history, sweep
from engine.seal import merkle
from engine.seal import statements as seal_statements
from tests.clock import Clock
from tests.engine.small_office import CHECKER, CLERK, LETTER, open_office
from webapp.exports.dossier import write_dossier

KEY = SealKey(bytes(range(32)))
THIEF = SealKey(bytes(range(1, 33)))
"""Somebody else's key."""
PHOTO = Upload("foto.pdf", "application/pdf", b"%PDF-1.4 foto")
LETTER_SCAN = Upload("surat.pdf", "application/pdf", b"%PDF-1.4 surat")
ANSWERS = {**LETTER, "nama": "Siti Aminah", "kisah": "Pegawai itu meminta uang", "bukti": [PHOTO, LETTER_SCAN]}
EVENTS, SHEET, READABLE, LISTING = "peristiwa.jsonl", "perkara.json", "jawaban.json", "daftar-isi.json"


def sealed_case(engine: Engine, clock: Clock, seals: Path) -> str:
    """Return a finished case with personal answers, files, a remark and a missed deadline, in the first three of
    four seals; the last one is another case's alone."""
    open_office(engine)
    case = engine.start("surat", ANSWERS, by=CLERK).number
    other = engine.start("surat", LETTER, by=CLERK).number
    engine.seal(KEY, seals)
    engine.claim(case, "periksa:1", by=CHECKER)
    engine.comment(case, "Arahan: temui dahulu.", by=CHECKER)
    clock.advance(timedelta(days=4))
    sweep(engine)
    engine.seal(KEY, seals)
    clock.advance(timedelta(hours=1))
    engine.complete(case, "periksa:1", {"hasil": "benar"}, by=CHECKER)
    engine.seal(KEY, seals)
    clock.advance(timedelta(hours=1))
    engine.complete(other, "periksa:1", {"hasil": "benar"}, by=CHECKER)
    engine.seal(KEY, seals)
    clock.advance(timedelta(hours=1))
    return case


def dossier(engine: Engine, case: str, by: Actor, reason: str | None = None) -> bytes:
    """Return a case's dossier."""
    out = io.BytesIO()
    write_dossier(out, engine, case, by=by, reason=reason)
    return out.getvalue()


@dataclass
class Forger:
    """A dossier in the hands of somebody who changes it and covers up: the listing is always made anew."""

    files: dict[str, bytes]
    seals: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, content: bytes) -> Forger:
        """Take a dossier apart."""
        with ZipFile(io.BytesIO(content)) as archive:
            return cls({name: archive.read(name) for name in archive.namelist()})

    def json(self, name: str) -> Any:
        """Return what a file says."""
        return json.loads(self.files[name])

    def write(self, name: str, value: Any) -> None:
        """Let a file say something else."""
        self.files[name] = json.dumps(value, ensure_ascii=False).encode()

    def change(self, name: str, edit: Callable[[Any], Any]) -> None:
        """Edit what a file says, in place."""
        value = self.json(name)
        edit(value)
        self.write(name, value)

    @property
    def events(self) -> list[dict[str, Any]]:
        """Return the events."""
        return [json.loads(line) for line in self.files[EVENTS].decode().split("\n") if line]

    def set_events(self, events: Iterable[dict[str, Any]]) -> None:
        """Let the history be these events, and the case sheet count them."""
        events = list(events)
        self.files[EVENTS] = "".join(json.dumps(event, ensure_ascii=False) + "\n" for event in events).encode()
        self.change(SHEET, lambda sheet: sheet.update(events=len(events), head=events[-1]["chain"]))

    def edit_event(self, type_: str, **values: Any) -> None:
        """Change the first event of a type."""
        events = self.events
        next(event for event in events if event["type"] == type_).update(values)
        self.set_events(events)

    def rechain(self) -> None:
        """Compute every chain anew, as anybody can."""
        before, events = history.GENESIS, self.events
        for event in events:
            parts = (event["type"], history.parse_instant(event["recorded_at"]), event["actor"], event["on_behalf_of"])
            before = history.chain(before, event["case"], event["seq"], *parts, event["payload"])
            event["chain"] = before.hex()
        self.set_events(events)

    def reseal(self, key: SealKey) -> None:
        """Make every seal of the dossier anew over the history as it is now, as if there were no other case."""
        log, previous = merkle.Log(), None
        chains = {event["seq"]: event["chain"] for event in self.events}
        for size, name in enumerate(sorted(name for name in self.files if name.startswith("segel/"))):
            proof = self.json(name)
            said = json.loads(proof["statement"])
            seq = proof["seq"] or max(chains)
            leaf = seal_statements.head_leaf(self.events[0]["case"], seq, bytes.fromhex(chains[seq]))
            path = merkle.audit_path(size, log, [leaf])
            log.append(leaf)
            text = seal_statements.statement(
                said["number"],
                history.parse_instant(said["sealed_at"]),
                size + 1,
                log.root(),
                seal_statements.link(previous),
                key.public,
            )
            previous = seal_statements.parse(text, key.sign(text.encode()))
            made = {"statement": text, "signature": previous.signature.hex(), "position": size, "seq": seq}
            self.write(name, {**made, "chain": chains[seq], "path": [node.hex() for node in path]})
        self.files["kunci-publik.txt"] = f"{key.public}\n".encode()

    def relist(self) -> None:
        """Let the listing say what is there."""
        digests = {name: hashlib.sha256(each).hexdigest() for name, each in self.files.items() if name != LISTING}
        self.write(LISTING, {"format": "alur-dossier-1", "files": digests})

    def save(self, path: Path, *, more: Iterable[tuple[str, bytes]] = (), relist: bool = True) -> Path:
        """Write the dossier, and behind it whatever is ``more``; return the path."""
        if relist:
            self.relist()
        with ZipFile(path, "w") as archive, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a name that stands twice is what some forgers want
            for name, content in [*self.files.items(), *more]:
                archive.writestr(name, content)
        return path
