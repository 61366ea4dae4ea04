"""Every reason for which the engine refuses: Indonesian, fit to show to staff.

Raise early, catch once (``webapp/errors.py`` and ``webapp/cli``). A refusal changes nothing,
except where its docstring says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .model import Problem
    from .standing.values import VersionDecision


class EngineError(Exception):
    """The engine refused a command. The message is fit to show to staff."""


class NotFound(EngineError):
    """There is no such thing, or it is not the asker's: both look the same on purpose."""

    def __init__(self, what: str, name: str) -> None:
        super().__init__(f"{what} {name!r} tidak ditemukan, atau Anda tidak berhak melihatnya.")
        self.what, self.name = what, name


class NotAllowed(EngineError):
    """The actor may see the thing but may not do this to it."""


class AlreadyExists(EngineError):
    """Something with this name is there already."""


class WorkItemClosed(EngineError):
    """The work item is no longer open: somebody completed it, or the flow withdrew it."""

    def __init__(self, key: str, state: str, closed_by: str | None, closed_at: datetime | None) -> None:
        when = f" pada {_told(closed_at)}" if closed_at else ""
        if state == "completed":
            what = f"sudah diselesaikan oleh {closed_by}{when}"
        else:
            what = f"sudah ditarik{when}: batas waktunya lewat, atau perkaranya berakhir atau dipindahkan"
        super().__init__(f"Tugas {key} {what}. Isian Anda tidak diproses.")
        self.key, self.state, self.closed_by, self.closed_at = key, state, closed_by, closed_at


class WorkItemHeld(EngineError):
    """Somebody else has claimed the work item."""

    def __init__(self, key: str, assignee: str) -> None:
        super().__init__(f"Tugas {key} sedang dipegang oleh {assignee}. Minta ia melepasnya lebih dahulu.")
        self.key, self.assignee = key, assignee


class InvalidAnswers(EngineError):
    """The answers do not fit the form; ``problems`` maps field keys to what to do."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        listed = "; ".join(f"{key}: {text}" for key, text in problems.items())
        super().__init__(f"Isian belum sesuai formulir. {listed}")
        self.problems = dict(problems)


class InvalidRequest(EngineError):
    """A command's own parameter is unusable (an empty reason, an impossible cursor, …)."""


class CaseNotRunning(EngineError):
    """The case is completed, cancelled or an incident and takes no such command now."""

    def __init__(self, case: str, state: str) -> None:
        told = {
            "completed": "sudah selesai",
            "cancelled": "sudah dibatalkan",
            "incident": "sedang tertahan sebagai insiden; pemilik proses harus menanganinya lebih dahulu",
            "running": "sedang berjalan, bukan insiden",
        }
        super().__init__(f"Perkara {case} {told.get(state, state)}. Tidak ada yang berubah.")
        self.case, self.state = case, state


class CannotProceed(EngineError):
    """The diagram cannot carry the command out (no exit is true, over a budget).

    The runtime raises it; the service rolls back and turns the case into an incident.
    """

    def __init__(self, element: str, name: str, reason: str) -> None:
        label = f"{element} ({name})" if name else element
        super().__init__(f"Alur berhenti di {label}: {reason}")
        self.element, self.element_name, self.reason = element, name, reason


class CaseBecameIncident(EngineError):
    """The command was refused and the case is now an incident. That much *is* recorded."""

    def __init__(self, case: str, element: str, reason: str) -> None:
        super().__init__(
            f"Perkara {case} menjadi insiden di {element}: {reason} Perintah ini tidak dijalankan; "
            "pemilik proses harus mencoba ulang, memindahkan, atau membatalkan perkara."
        )
        self.case, self.element, self.reason = case, element, reason


class DeploymentRefused(EngineError):
    """A diagram or a form breaks the rules; ``problems`` names each with its element."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        listed = "\n".join(f"- {problem.sentence()}" for problem in self.problems if problem.severity == "error")
        super().__init__(f"Diagram tidak dipasang, tidak ada yang berubah:\n{listed}")


class VersionDecided(EngineError):
    """The version does not stand where the decision needs it: somebody decided already, perhaps a moment ago."""

    def __init__(self, key: str, version: int, told: str, decision: VersionDecision | None) -> None:
        who = f" (diputuskan oleh {decision.decided_by} pada {_told(decision.decided_at)})" if decision else ""
        super().__init__(f"{key} versi {version} {told}{who}. Tidak ada yang berubah; muat ulang halamannya.")
        self.key, self.version, self.decision = key, version, decision


class DraftChanged(EngineError):
    """The draft of a diagram is no longer the one that was looked at: another tab saved, dropped or deployed it."""

    def __init__(self, key: str, revision: int, saved_at: datetime) -> None:
        super().__init__(
            f"Draf SOP {key} sudah berubah: tab atau jendela lain menyimpannya pada {_told(saved_at)}. Yang tersimpan "
            "di sana tetap ada, dan yang ini tidak ditimpakan; bandingkan keduanya, lalu pilih mana yang dipakai."
        )
        self.key, self.revision, self.saved_at = key, revision, saved_at


class DoesNotFit(EngineError):
    """An open case cannot be moved to the other version; the message names event and steps."""

    def __init__(self, message: str, event: int | None = None, open_steps: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.event, self.open_steps = event, tuple(open_steps)


class HistoryDamaged(EngineError):
    """The stored history contradicts itself or the diagram that it ran on, at ``event`` if at one."""

    def __init__(self, message: str, event: int | None = None) -> None:
        super().__init__(message)
        self.event = event


class SealsUnusable(EngineError):
    """The key of the seals, or their folder, cannot be used; the message says what to do."""


class DatabaseUnusable(EngineError):
    """The database misses a table, a trigger or an upgrade, or cannot be reached."""


def _told(moment: datetime) -> str:
    return f"{moment.astimezone(_WIB):%d-%m-%Y %H.%M} WIB"


_WIB = timezone(timedelta(hours=7))
