"""Trying out another version on many open cases: each history that several share is replayed once for all of them.

Reads only. A case that cannot be followed is told as broken, with why; it never stops the others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from sqlalchemy import Connection

from .. import history as h
from ..bases import follow
from ..diagram import ExecutableProcess
from ..errors import DoesNotFit, EngineError, InvalidRequest
from ..model import Actor, MovePolicy
from ..replay import Replay
from .dating import Standing
from .foreseeing import Foreseen, Order
from .moving import Agreed, Moving
from .reading import OpenCase, history_of, inputs_by_seq, plain_answers
from .renaming import checked_renames, propose_renames
from .trying import Trial, values_read

NOT_AS_RECORDED = "Daftar tugasnya tidak sesuai dengan riwayatnya; periksa dengan 'alur verify', lalu 'alur rebuild'."


@dataclass(frozen=True)
class Surveyed:
    """One case on the other version: its ``trial``, or why there is none."""

    case: OpenCase
    trial: Trial | None
    first: OpenCase
    broken: str = ""


@dataclass
class _Kind:
    """Cases to which the same was done: replayed once. ``trials`` by the values that only the new version reads."""

    first: OpenCase
    told: Replay
    renamed: Mapping[str, str]
    reads_more: bool
    trials: dict[str, Trial] = field(default_factory=dict)


class Surveying(Moving):
    """What previews over many cases share."""

    def surveyed(
        self, connection: Connection, cases: Iterable[OpenCase], process: ExecutableProcess, agreed: Agreed
    ) -> Iterator[Surveyed]:
        """Yield each case tried out on ``process``. Raises ``InvalidRequest`` for impossible renames."""
        survey = _Survey(self, connection, process, agreed)
        together: dict[str, list[OpenCase]] = {}
        for case in cases:
            together.setdefault(case.fingerprint() if not case.damage else case.number, []).append(case)
        for alike in together.values():
            yield from survey.alike(alike)

    def foreseen_of(self, connection: Connection, each: Surveyed, policy: MovePolicy) -> Foreseen:
        """Return what moving a surveyed case would do. Raises ``DoesNotFit``."""
        assert each.trial is not None  # who asks has looked
        trial, case = each.trial, each.case
        reckoner = self.reckoner()
        standing = Standing.of(case.state, trial.renamed, cache(lambda: follow(history_of(connection, case.id))))
        tried = trial.fitting(standing, policy, reckoner.now, reckoner.due)
        return reckoner.foresee(tried, case.state, standing, Order(policy))

    def may_name(self, connection: Connection, case: OpenCase, by: Actor) -> bool:
        """Return whether the actor may see that there is this case."""
        if not case.state.confidential:
            return True
        return self.look(connection, case.id, case.number, case.state, by).access != "none"


class _Survey:
    """One version being tried out on case after case."""

    def __init__(self, office: Surveying, connection: Connection, process: ExecutableProcess, agreed: Agreed) -> None:
        self.office, self.connection, self.process, self.agreed = office, connection, process, agreed
        self.names = cache(self._names)

    def alike(self, cases: list[OpenCase]) -> Iterator[Surveyed]:
        first = cases[0]
        if first.damage:
            yield Surveyed(first, None, first, first.damage)
            return
        try:
            kind = self._kind(first)
        except InvalidRequest:
            raise  # what was asked for cannot be: that is nothing about this case
        except (DoesNotFit, EngineError, KeyError, ValueError, TypeError) as error:
            yield from (Surveyed(case, None, first, str(error)) for case in cases)
            return
        answers = plain_answers(self.connection, [case.id for case in cases]) if kind.reads_more else {}
        for case in cases:
            if not _is_as_recorded(case, kind.told):
                yield Surveyed(case, None, first, NOT_AS_RECORDED)
                continue
            yield Surveyed(case, self._trial(kind, case, answers.get(case.id, {})), first)

    def _kind(self, first: OpenCase) -> _Kind:
        told = Replay(self._process, checked=False)
        for recorded in first.inputs:
            told.feed(recorded)
        lacking = bool(_asked(told, self.process))
        return _Kind(first, told, self.names(first.state.definition, first.state.version), lacking)

    def _trial(self, kind: _Kind, case: OpenCase, answers: Mapping[int, Mapping[str, object]]) -> Trial:
        same = inputs_by_seq(kind.first, case)
        values = values_read(
            kind.told, self.process, lambda seqs: {seq: answers.get(same.get(seq, seq), {}) for seq in seqs}
        )
        mark = h.canonical(values)
        if mark not in kind.trials:
            run = kind.told.run
            assert run is not None  # there is an input, and the first one starts the case
            kind.trials[mark] = Trial(kind.told, run, self.process, kind.renamed, self.agreed.passed, values)
        return kind.trials[mark]

    def _process(self, key: str, version: int) -> ExecutableProcess:
        return self.office.catalog.process(self.connection, key, version)

    def _names(self, key: str, version: int) -> dict[str, str]:
        old = self._process(key, version)
        if self.agreed.renamed is None:
            return propose_renames(old, self.process)
        return checked_renames(self.agreed.renamed, old, self.process)


def _asked(told: Replay, process: ExecutableProcess) -> list[int]:
    """Return the events whose plain answers the version reads and the history's conditions did not."""
    asked: list[int] = []

    def bodies(seqs: Collection[int]) -> Mapping[int, Mapping[str, object]]:
        asked.extend(seqs)
        return {}

    values_read(told, process, bodies)
    return asked


def _is_as_recorded(case: OpenCase, told: Replay) -> bool:
    """Return whether the tables have the steps and timers of a case as its inputs give them."""
    run = told.run
    items = {item.key for item in case.state.items.values()}
    return run is not None and items == set(run.open_items) and set(case.state.timers) == set(run.armed_timers)
