"""One small SOP in many revisions, each a change that an owner might make, for the tests about moving cases.

The case has recorded (``catat``) and waits at the check (``periksa``), which has a deadline of one day; deciding
(``putuskan``) lies ahead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from engine import Actor, Engine
from tests.clock import TUESDAY_9AM
from tests.small_bpmn import Task, Timer, choice, diagram, form, text_field

OWNER = Actor("pemilik", "Pemilik", duties=frozenset({"process_owner", "admin"}))
CLERK = Actor("petugas", "Petugas", lanes=frozenset({"Petugas"}))
WEDNESDAY_9AM = TUESDAY_9AM + timedelta(days=1)
THURSDAY_9AM = TUESDAY_9AM + timedelta(days=2)

FORMS = {
    "catat.form": form("catat", text_field("perihal"), choice("jenis", ["berat", "ringan"])),
    "catatan.form": form("catatan", text_field("catatan")),
}
TASKS = {
    "catat": Task(name="Mencatat", form="catat"),
    "periksa": Task(name="Memeriksa", form="catatan", timers={"batas": Timer("P1D")}),
    "putuskan": Task(name="Memutuskan", form="catatan"),
}
LINE = "mulai > catat > periksa > putuskan > selesai"


@dataclass(frozen=True)
class Revision:
    """One version of the diagram."""

    flows: str = LINE
    tasks: Mapping[str, Task] = None  # type: ignore[assignment]
    gateways: Mapping[str, str] | None = None
    conditions: Mapping[str, str] | None = None
    default: Mapping[str, str] | None = None
    drawing: int | None = None
    waits: Mapping[str, str] | None = None

    def files(self) -> dict[str, bytes]:
        """Return it as an upload."""
        values = {**vars(self), "tasks": self.tasks or TASKS}
        return {"surat.bpmn": diagram("surat", **values), **FORMS}


FIRST = Revision()
LATER_STEP = Revision("mulai > catat > periksa > arsipkan > putuskan > selesai", {**TASKS, "arsipkan": Task()})
EARLIER_STEP = Revision(
    "mulai > catat > telaah > periksa > putuskan > selesai", {**TASKS, "telaah": Task(name="Menelaah")}
)
FIRST_STEP = Revision("mulai > terima > catat > periksa > putuskan > selesai", {**TASKS, "terima": Task()})
WITHOUT_RECORDING = Revision("mulai > periksa > putuskan > selesai", {k: v for k, v in TASKS.items() if k != "catat"})
WITHOUT_CHECK = Revision("mulai > catat > putuskan > selesai", {k: v for k, v in TASKS.items() if k != "periksa"})
WITHOUT_DECISION = Revision("mulai > catat > periksa > selesai", {k: v for k, v in TASKS.items() if k != "putuskan"})
REDRAWN = Revision(
    "mulai > catat > cek > putuskan > selesai",
    {
        "catat": TASKS["catat"],
        "cek": replace(TASKS["periksa"], timers={"batas_cek": Timer("P1D")}),
        "putuskan": TASKS["putuskan"],
    },
)
REDRAWN_BEHIND = Revision(
    "mulai > rekam > periksa > putuskan > selesai",
    {"rekam": TASKS["catat"], "periksa": TASKS["periksa"], "putuskan": TASKS["putuskan"]},
)
SWAPPED_AHEAD = Revision("mulai > catat > putuskan > periksa > selesai")
SWAPPED_BEHIND = Revision("mulai > periksa > catat > putuskan > selesai")
WITHOUT_TIMER = Revision(tasks={**TASKS, "periksa": replace(TASKS["periksa"], timers={})})
LONGER = Revision(tasks={**TASKS, "periksa": replace(TASKS["periksa"], timers={"batas": Timer("P2D")})})
INTERRUPTING = Revision(
    tasks={**TASKS, "periksa": replace(TASKS["periksa"], timers={"batas": Timer("P1D", interrupts=True)})}
)
OTHER_LANE = Revision(tasks={**TASKS, "periksa": replace(TASKS["periksa"], lane="Pimpinan")})
GATEWAY = Revision(
    "mulai > catat > pilih > periksa > putuskan > selesai | pilih > putuskan",
    gateways={"pilih": "exclusive"},
    conditions={"pilih > periksa": "${jenis == 'berat'}"},
    default={"pilih": "putuskan"},
)


CASE = "SURAT-2026-00001"


def deploy(engine: Engine, revision: Revision) -> int:
    """Return the number of the version that the revision became."""
    (definition,) = engine.deploy(revision.files(), by=OWNER).definitions
    return definition.version
