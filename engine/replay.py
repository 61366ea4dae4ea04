"""Applying a case's inputs again: the same consequences must come out, or something was altered.

``Replay`` follows one history event by event, over moves to other versions too.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from . import history as h
from .diagram import ExecutableProcess
from .errors import CannotProceed, DoesNotFit, HistoryDamaged
from .model import HistoryEvent
from .move.carrying import Input, carry
from .projection import Recorded
from .runtime import RULES, Run, UnknownKey

ProcessOf = Callable[[str, int], ExecutableProcess]
"""Find a deployed version by key and version; raises ``NotFound``."""


@dataclass
class Replay:
    """A case that is being re-executed. Feed it every event in order, then call ``finish``.

    ``lost`` are the inputs that moves dropped, by the key that they had last; ``made`` says of each input, by its seq,
    on which version, and under which key there, it was recorded. Without ``checked`` consequences are not compared, so
    that inputs are enough.
    """

    process_of: ProcessOf
    run: Run | None = None
    inputs: list[Input] = field(default_factory=list)
    lost: dict[str, Input] = field(default_factory=dict)
    made: dict[int, tuple[ExecutableProcess, str]] = field(default_factory=dict)
    checked: bool = True
    _process: ExecutableProcess | None = None
    _expected: deque[h.Event] = field(default_factory=deque)
    _since: int = 0

    def feed(self, recorded: Recorded) -> None:
        """Take one event. Raises ``HistoryDamaged`` where it is not what the diagram makes of the inputs."""
        event = recorded.event
        if event.kind == "input":
            self.finish()
            self._since = recorded.seq
            facts = self._apply(event, recorded.seq)
            self._expected = deque(facts if self.checked else ())
        elif event.kind == "consequence" and self.checked:
            expected = self._expected.popleft() if self._expected else None
            if expected != event:
                raise HistoryDamaged(
                    f"Peristiwa {recorded.seq} berbunyi {_told(event)}, padahal menurut diagram setelah peristiwa "
                    f"{self._since} seharusnya {_told(expected)}.",
                    recorded.seq,
                )

    def finish(self) -> Run | None:
        """Return the case in memory. Raises ``HistoryDamaged`` if consequences of the last input are missing."""
        if self._expected:
            missing = ", ".join(_told(event) for event in self._expected)
            raise HistoryDamaged(
                f"Setelah peristiwa {self._since} seharusnya masih ada {missing}, tetapi tidak tercatat.", self._since
            )
        return self.run

    def _apply(self, event: h.Event, seq: int) -> Sequence[h.Event]:
        try:
            if isinstance(event, h.InstanceStarted):
                return self._start(event, seq)
            if self.run is None:
                raise HistoryDamaged(f"Peristiwa {seq} ({event.type}) tercatat sebelum perkara dimulai.", seq)
            if isinstance(event, h.InstanceMigrated):
                return self._migrate(event, self.run, seq)
            if isinstance(event, (h.WorkItemCompleted, h.TimerFired)):
                assert self._process is not None  # set together with the run
                self.inputs.append(Input(event, seq))
                self.made[seq] = self._process, event.key
            return self.run.apply(event)
        except UnknownKey as error:
            raise HistoryDamaged(
                f"Peristiwa {seq} ({event.type}) mengenai {error}, yang saat itu tidak terbuka.", seq
            ) from error
        except (CannotProceed, DoesNotFit) as error:
            raise HistoryDamaged(
                f"Peristiwa {seq} ({event.type}) tidak dapat dijalankan ulang. {error}", seq
            ) from error

    def _start(self, event: h.InstanceStarted, seq: int) -> Sequence[h.Event]:
        if self.run is not None:
            raise HistoryDamaged(f"Peristiwa {seq} memulai perkara untuk kedua kalinya.", seq)
        process = _known(self.process_of, event.definition, event.version, event.digest, event.rules, seq)
        self.run, facts = Run.start(process, event.rules)
        self._process = process
        return facts

    def _migrate(self, event: h.InstanceMigrated, old: Run, seq: int) -> Sequence[h.Event]:
        process = _known(self.process_of, event.definition, event.to_version, event.digest, event.rules, seq)
        carried = carry(
            self.inputs,
            old,
            process,
            renamed=event.renamed,
            passed=event.passed,
            variables=event.variables,
            rules=event.rules,
            restored=[self._lost(key, seq) for key in event.restored],
            rearmed=event.rearmed,
        )
        if carried.dropped != event.dropped or carried.passed != event.passed:
            raise HistoryDamaged(
                f"Peristiwa {seq}: pemindahan ke versi {event.to_version} kini memberi hasil lain.", seq
            )
        self.run, self.inputs, self._process = carried.run, list(carried.inputs), process
        for key in event.restored:
            del self.lost[key]
        # What a move let pass was no input, so nothing of it can come back.
        self.lost |= {each.event.key: each for each in carried.lost if each.seq is not None}
        return carried.facts

    def _lost(self, key: str, seq: int) -> Input:
        if key not in self.lost:
            raise HistoryDamaged(f"Peristiwa {seq} memulihkan {key}, yang tidak pernah ditinggalkan pemindahan.", seq)
        return self.lost[key]


def recorded(event: HistoryEvent) -> Recorded:
    """Return a stored event as the fold takes it. Raises ``HistoryDamaged`` if it cannot be read."""
    try:
        return Recorded(
            event.seq, h.parse_event(event.type, event.payload), event.recorded_at, event.actor, event.on_behalf_of
        )
    except ValueError as error:
        raise HistoryDamaged(f"Peristiwa {event.seq} tidak dapat dibaca: {error}", event.seq) from error


def replay(events: Iterable[HistoryEvent], process_of: ProcessOf) -> Replay:
    """Re-execute a whole history. Raises ``HistoryDamaged`` at the first event that does not follow."""
    case = Replay(process_of)
    for event in events:
        case.feed(recorded(event))
    case.finish()
    return case


def _known(process_of: ProcessOf, key: str, version: int, digest: str, rules: int, seq: int) -> ExecutableProcess:
    process = process_of(key, version)
    if process.digest != digest:
        raise HistoryDamaged(
            f"Peristiwa {seq} berjalan pada diagram {key} versi {version} yang isinya lain dari sekarang.", seq
        )
    if not 1 <= rules <= RULES:
        raise HistoryDamaged(f"Peristiwa {seq} memakai aturan nomor {rules}, yang tidak dikenal program ini.", seq)
    return process


def _told(event: h.Event | None) -> str:
    return "tidak ada peristiwa" if event is None else f"{event.type} {event.payload()}"
