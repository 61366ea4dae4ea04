"""Applying a case's inputs again: the same consequences must come out, or something was altered.

``Replay`` follows one history event by event; ``carry`` applies the inputs to *another* version
of the diagram, which answers "does this open case fit the revised diagram?".
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from . import history as h
from .diagram import ExecutableProcess
from .errors import CannotProceed, DoesNotFit, HistoryDamaged
from .model import HistoryEvent, Scalar
from .paths import holder_of
from .projection import Recorded, rename
from .runtime import RULES, Run, UnknownKey

ProcessOf = Callable[[str, int], ExecutableProcess]
"""Find a deployed version by key and version; raises ``NotFound``."""
Variables = Mapping[str, Mapping[str, Scalar]]
"""By the key of a completion: values that it did not carry and that a new condition names."""

MOST_PASSED = 100


@dataclass(frozen=True)
class Input:
    """One thing that was done to a case, in the terms of the version that it is on now.

    ``seq`` is the event that recorded it; a step that a move let pass has none.
    """

    event: h.WorkItemCompleted | h.TimerFired
    seq: int | None


@dataclass
class Replay:
    """A case that is being re-executed. Feed it every event in order, then call ``finish``."""

    process_of: ProcessOf
    run: Run | None = None
    inputs: list[Input] = field(default_factory=list)
    _expected: deque[h.Event] = field(default_factory=deque)
    _since: int = 0

    def feed(self, recorded: Recorded) -> None:
        """Take one event. Raises ``HistoryDamaged`` where it is not what the diagram makes of the inputs."""
        event = recorded.event
        if event.kind == "input":
            self.finish()
            self._since = recorded.seq
            self._expected = deque(self._apply(event, recorded.seq))
        elif event.kind == "consequence":
            expected = self._expected.popleft() if self._expected else None
            if expected != event:
                raise HistoryDamaged(
                    f"Peristiwa {recorded.seq} berbunyi {_told(event)}, padahal menurut diagram setelah peristiwa "
                    f"{self._since} seharusnya {_told(expected)}."
                )

    def finish(self) -> Run | None:
        """Return the case in memory. Raises ``HistoryDamaged`` if consequences of the last input are missing."""
        if self._expected:
            missing = ", ".join(_told(event) for event in self._expected)
            raise HistoryDamaged(
                f"Setelah peristiwa {self._since} seharusnya masih ada {missing}, tetapi tidak tercatat."
            )
        return self.run

    def _apply(self, event: h.Event, seq: int) -> Sequence[h.Event]:
        try:
            if isinstance(event, h.InstanceStarted):
                return self._start(event, seq)
            if self.run is None:
                raise HistoryDamaged(f"Peristiwa {seq} ({event.type}) tercatat sebelum perkara dimulai.")
            if isinstance(event, h.InstanceMigrated):
                return self._migrate(event, self.run, seq)
            if isinstance(event, (h.WorkItemCompleted, h.TimerFired)):
                self.inputs.append(Input(event, seq))
            return self.run.apply(event)
        except UnknownKey as error:
            raise HistoryDamaged(
                f"Peristiwa {seq} ({event.type}) mengenai {error}, yang saat itu tidak terbuka."
            ) from error
        except (CannotProceed, DoesNotFit) as error:
            raise HistoryDamaged(f"Peristiwa {seq} ({event.type}) tidak dapat dijalankan ulang. {error}") from error

    def _start(self, event: h.InstanceStarted, seq: int) -> Sequence[h.Event]:
        if self.run is not None:
            raise HistoryDamaged(f"Peristiwa {seq} memulai perkara untuk kedua kalinya.")
        process = _known(self.process_of, event.definition, event.version, event.digest, event.rules, seq)
        self.run, facts = Run.start(process, event.rules)
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
        )
        if carried.dropped != event.dropped or carried.passed != event.passed:
            raise HistoryDamaged(f"Peristiwa {seq}: pemindahan ke versi {event.to_version} kini memberi hasil lain.")
        self.run, self.inputs = carried.run, list(carried.inputs)
        return carried.facts


@dataclass(frozen=True)
class Carried:
    """A case replayed on another version: where it stands, by which rules, and what differs."""

    run: Run
    inputs: tuple[Input, ...]
    dropped: tuple[str, ...]
    passed: tuple[str, ...]
    facts: tuple[h.Event, ...]


def carry(
    inputs: Iterable[Input],
    old: Run,
    process: ExecutableProcess,
    *,
    renamed: Mapping[str, str],
    passed: Collection[str] | None,
    variables: Variables,
    rules: int = RULES,
) -> Carried:
    """Replay ``inputs`` on ``process`` by the four rules of moving, from ``old``, the case as it stands.

    ``passed`` names the steps that may count as passed, None means any. Raises ``DoesNotFit``, with the
    event and the open steps, if the case does not end where it stood.
    """
    names, goal = dict(renamed), [rename(key, dict(renamed)) for key in old.open_items]
    run, _ = Run.start(process, rules)
    todo = list(inputs)
    done: list[Input] = []
    dropped: list[str] = []
    skipped: list[str] = []

    def let_pass(until: Callable[[], bool], needed: Collection[str], what: str) -> None:
        while not until():
            candidates = [key for key in run.open_items if key not in needed and (passed is None or key in passed)]
            if not candidates or len(skipped) >= MOST_PASSED:
                raise DoesNotFit(f"{what} Pada versi {process.version} yang terbuka saat itu: {_steps(run)}.")
            event = h.WorkItemCompleted(candidates[0])
            run.apply(event)
            skipped.append(event.key)
            done.append(Input(event, None))

    for index, each in enumerate(todo):
        key = rename(each.event.key, names)
        if holder_of(process, key) is None:
            dropped.append(each.event.key)
            continue
        needed = {rename(later.event.key, names) for later in todo[index:]}
        let_pass(
            lambda key=key: key in run.open_items or key in run.armed_timers,  # type: ignore[misc]
            needed,
            f"Peristiwa {each.seq or '-'} ({each.event.type} {each.event.key}) tidak dapat terjadi.",
        )
        event = _with_values(each.event, key, variables.get(each.event.key, {}))
        run.apply(event)
        done.append(Input(event, each.seq))
    stood = ", ".join(goal) or "tidak ada"
    let_pass(
        lambda: sorted(run.open_items) == sorted(goal),
        goal,
        f"Perkara akan berhenti di tempat lain; sekarang yang terbuka: {stood}.",
    )
    return Carried(run, tuple(done), tuple(dropped), tuple(skipped), difference(old, run, names))


def difference(old: Run, new: Run, renamed: dict[str, str]) -> tuple[h.Event, ...]:
    """Return what changes for the people and the clock: steps and timers that go, and those that come."""
    items = {rename(key, renamed): item for key, item in old.open_items.items()}
    timers = {rename(key, renamed): timer for key, timer in old.armed_timers.items()}
    same_timers = {
        key
        for key, timer in new.armed_timers.items()
        if key in timers and (timers[key].duration, timers[key].role) == (timer.duration, timer.role)
    }
    same_items = {
        key
        for key, item in new.open_items.items()
        if key in items and (items[key].lane, items[key].group) == (item.lane, item.group)
    }
    return (
        *(h.WorkItemWithdrawn(key, "pindah") for key in items if key not in new.open_items),
        *(h.TimerDropped(key) for key in timers if key not in same_timers),
        *(
            h.WorkItemOpened(key, item.lane, item.group)
            for key, item in new.open_items.items()
            if key not in same_items
        ),
        *(
            h.TimerScheduled(key, timer.duration, timer.role, timer.item)
            for key, timer in new.armed_timers.items()
            if key not in same_timers
        ),
    )


def recorded(event: HistoryEvent) -> Recorded:
    """Return a stored event as the fold takes it. Raises ``HistoryDamaged`` if it cannot be read."""
    try:
        return Recorded(
            event.seq, h.parse_event(event.type, event.payload), event.recorded_at, event.actor, event.on_behalf_of
        )
    except ValueError as error:
        raise HistoryDamaged(f"Peristiwa {event.seq} tidak dapat dibaca: {error}") from error


def replay(events: Iterable[HistoryEvent], process_of: ProcessOf) -> Replay:
    """Re-execute a whole history. Raises ``HistoryDamaged`` at the first event that does not follow."""
    case = Replay(process_of)
    for event in events:
        case.feed(recorded(event))
    case.finish()
    return case


def broken_chain(case: str, events: Sequence[HistoryEvent]) -> list[str]:
    """Return one sentence for each event whose chain or number does not fit."""
    failures, previous = [], h.GENESIS
    for number, event in enumerate(events, 1):
        if event.seq != number:
            failures.append(f"Peristiwa {number} hilang: yang berikutnya bernomor {event.seq}.")
            break
        link = h.chain(
            previous,
            case,
            event.seq,
            event.type,
            event.recorded_at,
            event.actor,
            event.on_behalf_of,
            event.payload,
        )
        if link != event.chain:
            failures.append(f"Peristiwa {event.seq} ({event.type}) tidak cocok dengan rantainya: isinya telah diubah.")
        previous = event.chain
    if not events:
        failures.append("Perkara tidak mempunyai riwayat.")
    return failures


def _known(process_of: ProcessOf, key: str, version: int, digest: str, rules: int, seq: int) -> ExecutableProcess:
    process = process_of(key, version)
    if process.digest != digest:
        raise HistoryDamaged(
            f"Peristiwa {seq} berjalan pada diagram {key} versi {version} yang isinya lain dari sekarang."
        )
    if not 1 <= rules <= RULES:
        raise HistoryDamaged(f"Peristiwa {seq} memakai aturan nomor {rules}, yang tidak dikenal program ini.")
    return process


def _with_values(
    event: h.WorkItemCompleted | h.TimerFired, key: str, values: Mapping[str, Scalar]
) -> h.WorkItemCompleted | h.TimerFired:
    if isinstance(event, h.TimerFired):
        return replace(event, key=key)
    return replace(event, key=key, variables={**event.variables, **values})


def _steps(run: Run) -> str:
    return ", ".join(run.open_items) or "tidak ada langkah"


def _told(event: h.Event | None) -> str:
    return "tidak ada peristiwa" if event is None else f"{event.type} {event.payload()}"
