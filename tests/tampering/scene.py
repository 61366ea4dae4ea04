"""The office that is tampered with: six cases, two seals, a copy of the seals that left the office, and a tail.

1 runs, with a claim, fired timers, personal answers, a file and a remark; 2 is completed; 3 was erased; 4 runs on
the second version; 5 began after the first seal and is completed; 6 began after the second: no seal knows it.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from engine import Engine, SealKey, Upload, sweep
from tests.clock import Clock
from tests.engine.small_office import CHECKER, CLERK, HEAD, LETTER, TWO_STEPS, deploy, open_office
from tests.small_bpmn import form, text_field

RUNNING, COMPLETED, ERASED, NEWER, LATER, UNSEALED = (f"SURAT-2026-{each:05}" for each in range(1, 7))
PROOF = Upload("bukti.pdf", "application/pdf", b"%PDF-1.4 bukti")
NAMED: Mapping[str, object] = {**LETTER, "nama": "Zubaidah", "kisah": "Diminta uang", "bukti": [PROOF]}
SECOND_VERSION = {**TWO_STEPS, "periksa.form": form("periksa", text_field("hasil", required=True), text_field("saran"))}
OFFICE_KEY, STRANGE_KEY = SealKey(bytes(range(32))), SealKey(bytes(range(1, 33)))


@dataclass(frozen=True)
class Scene:
    """A database with its seals: ``folder`` lies in the office, ``copy`` somewhere that the attacker cannot reach."""

    url: str
    folder: Path
    copy: Path

    def opened(self) -> Engine:
        """Return an engine that remembers nothing, at the time of the scene's end."""
        clock = Clock()
        clock.advance(timedelta(days=6))
        return Engine(self.url, clock)

    def moved(self, url: str, place: Path) -> Scene:
        """Return the same scene on a copied database, with folders of its own in ``place``."""
        other = Scene(url, place / "seals", place / "copy")
        shutil.copytree(self.folder, other.folder)
        shutil.copytree(self.copy, other.copy)
        return other


def build(url: str, place: Path) -> Scene:
    """Make the scene on a migrated, otherwise empty database."""
    clock = Clock()
    engine = Engine(url, clock)
    scene = Scene(url, place / "seals", place / "copy")
    open_office(engine)
    _first_day(engine)
    clock.advance(timedelta(days=4))
    sweep(engine)
    engine.comment(RUNNING, "Arahan: temui pelapor.", by=CHECKER)
    engine.seal(OFFICE_KEY, scene.folder)
    clock.advance(timedelta(days=1))
    engine.start("surat", NAMED, by=CLERK)
    engine.complete(LATER, "periksa:1", {"hasil": "benar"}, by=CHECKER)
    engine.seal(OFFICE_KEY, scene.folder)
    shutil.copytree(scene.folder, scene.copy)
    clock.advance(timedelta(hours=1))
    engine.start("surat", NAMED, by=CLERK)
    engine.close()
    return scene


def _first_day(engine: Engine) -> None:
    for case in (RUNNING, COMPLETED, ERASED):
        assert engine.start("surat", NAMED, by=CLERK).number == case
    engine.claim(RUNNING, "periksa:1", by=CHECKER)
    engine.complete(COMPLETED, "periksa:1", {"hasil": "benar"}, by=CHECKER)
    engine.erase_personal(ERASED, "permintaan subjek data", by=HEAD)
    deploy(engine, SECOND_VERSION)
    assert engine.start("surat", NAMED, by=CLERK).number == NEWER
