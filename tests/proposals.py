"""A small SOP that tells a replay apart from a list: a step that repeats, two deadlines, a second version.

A proposal is written, judged, and sent back as often as it must be; version 2 draws the judging elsewhere
and reports under another id. Needs people in the lanes ``Petugas`` and ``judges``.
"""

from __future__ import annotations

from datetime import timedelta

from engine import Actor, Engine, sweep
from tests.clock import Clock
from tests.drawn_bpmn import drawn
from tests.small_bpmn import Task, Timer, choice, diagram, form, text_field

KEY = "usulan"
WRITTEN = {"judul": "Loket baru", "pengusul": "Amir"}
FORMS = {
    "usul.form": form("usul", text_field("judul"), text_field("pengusul", personal="Petugas")),
    "nilai.form": form("nilai", choice("hasil", ["ulang", "setuju"]), text_field("catatan")),
}


def files(judges: str, version: int = 1) -> dict[str, bytes]:
    """Return one version as an upload, with its drawing."""
    report, name = ("lapor", "Melaporkan") if version == 1 else ("lapor_hasil", "Melaporkan hasil")
    row = 1 if version == 1 else 2
    flow = diagram(
        KEY,
        f"mulai > usul > nilai > putus > {report} > selesai | putus > usul",
        {
            "usul": Task(form="usul", name="Mengusulkan", timers={"batas": Timer("P1D")}),
            "nilai": Task(
                form="nilai",
                name="Menilai usulan",
                lane=judges,
                timers={"ingat": Timer("P1D"), "batas_nilai": Timer("P3D")},
            ),
            report: Task(name=name),
        },
        gateways={"putus": "exclusive"},
        conditions={"putus > usul": "${hasil == 'ulang'}"},
        default={"putus": report},
    )
    places = {"mulai": (0, 1), "usul": (1, 1), "nilai": (2.2, row), "putus": (3.2, row), report: (4.2, 1)}
    return {f"{KEY}.bpmn": drawn(flow, {**places, "selesai": (5.2, 1)}), **FORMS}


class Proposal:
    """One proposal on its way, with the people who work on it."""

    def __init__(self, engine: Engine, clock: Clock, *, writer: Actor, judge: Actor, head: Actor, judges: str) -> None:
        self.engine, self.clock, self.judges = engine, clock, judges
        self.writer, self.judge, self.head = writer, judge, head
        engine.deploy(files(judges), by=Actor("pemilik", duties=frozenset({"process_owner"})))
        self.case = engine.start(KEY, WRITTEN, by=writer).number

    def judged(self, verdict: str, note: str = "Kurang rinci") -> None:
        """Judge what waits."""
        self._complete(self.judge, {"hasil": verdict, "catatan": note})

    def written(self, title: str) -> None:
        """Write it again."""
        self._complete(self.writer, {**WRITTEN, "judul": title})

    def moved(self) -> None:
        """Move the case to version 2."""
        self.engine.deploy(files(self.judges, 2), by=Actor("pemilik", duties=frozenset({"process_owner"})))
        self.engine.move(self.case, 2, "Diagram baru berlaku.", by=self.head, policy="restart")

    def passes(self, length: timedelta) -> None:
        """Let time pass, and the timer worker do its work."""
        self.clock.advance(length)
        sweep(self.engine)

    def whole(self) -> str:
        """Go all the way: sent back twice, moved to version 2, once too late, approved; return the number."""
        self.passes(timedelta(hours=1))
        self.judged("ulang")
        self.engine.claim(self.case, "usul:2", by=self.writer)
        self.passes(timedelta(days=2))
        self.written("Loket baru di lantai 1")
        self.judged("ulang")
        self.moved()
        self.written("Loket baru di lantai 1")
        self.judged("setuju", "Cukup")
        self._complete(self.writer, {})
        return self.case

    def _complete(self, by: Actor, answers: dict[str, str]) -> None:
        (item,) = (step for step in self.engine.steps(self.case, by=self.head) if step.state == "open")
        self.engine.complete(self.case, item.key, answers, by=by)
