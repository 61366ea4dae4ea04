"""One function a row of the table: it makes what it measures, measures, and returns the row.

Figures that are multiples of the floor stand between two blocks of the floor, since a
machine is not equally fast all the time.
"""

from __future__ import annotations

import sqlite3
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import perf_counter

from engine import sweep
from tests.serving import seconds_until_ready

from . import floor
from .bulk import copy_cases
from .counting import statements
from .crowd import CLIENTS, all_due, throughput
from .lateness import lateness
from .loops import LoopingOffice
from .office import STEPS, Office
from .proving import FEW, LongCase, exported, sealed, verified
from .serving_memory import CLERKS, held
from .table import Row
from .website import OfficeWebsite

RowMaker = Callable[[Path, "Sizes"], list[Row]]


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    floor_cases: int = 60
    cases: int = 60
    open_items: int = 1_000
    many_open_items: int = 100_000
    pages: int = 60
    due_timers: int = 1_000
    open_cases: int = 10_000
    late_timers: int = 300
    late_seconds: int = 60
    rounds: int = 60
    long_rounds: int = 5_000
    finished: int = 300
    events: int = 1_000
    verified: int = 300
    exported: int = 10_000
    changed: int = 1_000
    posting_seconds: int = 8
    posting_turns: int = 5
    timers_at_once: int = 10_000
    requests: int = 100_000

    @classmethod
    def quick(cls) -> Sizes:
        """Return sizes that only show that every row works."""
        return cls(5, 4, 50, 500, 5, 20, 100, 10, 5, 10, 120, 20, 60, 10, 200, 20, 1, 1, 200, 600)


@dataclass
class Floor:
    """The floor's step in milliseconds, before and after what was measured."""

    step: float = 0.0


@contextmanager
def between_floors(sizes: Sizes) -> Iterator[Floor]:
    """Measure the floor before and after the block; ``step`` is the mean of both."""
    found = Floor(floor.measure(sizes.floor_cases))
    yield found
    found.step = (found.step + floor.measure(sizes.floor_cases)) / 2


def took(work: Callable[[], object]) -> float:
    """Return the milliseconds that ``work`` takes."""
    begun = perf_counter()
    work()
    return (perf_counter() - begun) * 1e3


def complete(folder: Path, sizes: Sizes) -> list[Row]:
    """Complete steps 2 to 9 of many cases through the engine, each durable."""
    office = Office(f"sqlite:///{folder}/alur.db")
    samples = []
    with between_floors(sizes) as base:
        for _ in range(sizes.cases):
            case = office.start().number
            for number in range(2, STEPS + 1):
                samples.append(took(office.prepare_completion(case, number)))
    office.engine.close()
    note = f"p99 {statistics.quantiles(samples, n=100)[-1]:.1f} ms, floor {base.step:.2f} ms"
    return [Row("engine.complete, durable", statistics.median(samples), "ms", 1.2, base.step, note)]


def http(folder: Path, sizes: Sizes) -> list[Row]:
    """The same by HTTP: signed in, CSRF token, form check, redirect."""
    office = Office(f"sqlite:///{folder}/alur.db")
    website = OfficeWebsite(office, folder)
    samples = []
    with between_floors(sizes) as base:
        for _ in range(sizes.cases):
            case = office.start().number
            for number in range(2, STEPS + 1):
                post = website.prepare_completion(case, number)
                samples.append(took(post))
    office.engine.close()
    note = f"p99 {statistics.quantiles(samples, n=100)[-1]:.1f} ms, floor {base.step:.2f} ms"
    return [Row("the same by HTTP", statistics.median(samples), "ms", 2.5, base.step, note)]


def work_list(folder: Path, sizes: Sizes) -> list[Row]:
    """The first page of a clerk's list, with few and with very many open items, in turn: both see the same noise."""
    small, large = (_listed(folder / name, items) for name, items in _list_sizes(sizes))
    with between_floors(sizes) as base:
        pairs = [(took(small.open_work_list), took(large.open_work_list)) for _ in range(sizes.pages)]
    few, many = zip(*pairs, strict=True)
    for website in (small, large):
        website.office.engine.close()
    first, second = statistics.median(few), statistics.median(many)
    return [
        Row(f"work list, {sizes.open_items:,} open items", first, "ms", 3.0, base.step, f"floor {base.step:.2f} ms"),
        Row(
            f"the same, {sizes.many_open_items:,} against {sizes.open_items:,}",
            second / first,
            "x",
            1.5,
            note=f"{second:.1f} ms against {first:.1f} ms",
        ),
    ]


def _list_sizes(sizes: Sizes) -> tuple[tuple[str, int], tuple[str, int]]:
    return ("few", sizes.open_items), ("many", sizes.many_open_items)


def _listed(folder: Path, items: int) -> OfficeWebsite:
    folder.mkdir()
    office = Office(f"sqlite:///{folder}/alur.db")
    website = OfficeWebsite(office, folder)
    templates = [office.start().number for _ in range(20)]
    copy_cases(office.engine, templates, items - len(templates))
    return website


def sweeping(folder: Path, sizes: Sizes) -> list[Row]:
    """Fire very many timers that are due at once."""
    office = Office(f"sqlite:///{folder}/alur.db")
    for _ in range(sizes.due_timers):
        office.start()
    office.clock.advance(timedelta(hours=1))
    fired = 0
    with between_floors(sizes) as base:
        begun = perf_counter()
        while found := sweep(office.engine):
            fired += found
        each = (perf_counter() - begun) * 1e3 / max(fired, 1)
    office.engine.close()
    note = f"{fired} fired, floor {base.step:.2f} ms"
    return [Row(f"sweep of {sizes.due_timers:,} due timers, each", each, "ms", 1.5, base.step, note)]


def late(folder: Path, sizes: Sizes) -> list[Row]:
    """How late a worker in a process of its own fires timers, while very many cases are open."""
    seconds = lateness(folder, sizes.open_cases, sizes.late_timers, sizes.late_seconds)
    return [
        Row(
            f"lateness of a timer, {sizes.open_cases:,} open cases, p99",
            statistics.quantiles(seconds, n=100)[-1],
            "s",
            2.0,
            note=f"median {statistics.median(seconds):.2f} s, worst {max(seconds):.2f} s, {len(seconds)} timers",
        )
    ]


def sql(folder: Path, sizes: Sizes) -> list[Row]:
    """SQL statements of one completion, in a young case and in one that has looped for long."""
    office = LoopingOffice(f"sqlite:///{folder}/alur.db")
    case = office.start()
    with statements() as young:
        office.go_round(case, 1)
    office.go_round(case, sizes.rounds)
    with statements() as old:
        office.go_round(case, 1)
    office.engine.close()
    return [
        Row(
            f"SQL statements of a completion after {sizes.rounds} rounds, more than at first",
            len(old) - len(young),
            "statements",
            0,
            note=f"{len(young)} at first, {len(old)} then",
        )
    ]


def long_case(folder: Path, sizes: Sizes) -> list[Row]:
    """A completion in a case that has gone round for thousands of rounds, against one in its first; then its proof."""
    office = LoopingOffice(f"sqlite:///{folder}/alur.db")
    case, samples = office.start(), []
    for _ in range(sizes.long_rounds):
        samples.append(took(lambda: office.go_round(case, 1)))
    begun = perf_counter()
    verdict = office.engine.verify(case)
    verified = perf_counter() - begun
    office.engine.close()
    part = max(sizes.long_rounds // 50, 2)
    first, last = statistics.median(samples[:part]), statistics.median(samples[-part:])
    note = f"{last:.2f} ms against {first:.2f} ms; {verdict.events:,} events verified in {verified:.1f} s: "
    note += "sound" if verdict.sound else "NOT SOUND"
    return [Row(f"a completion in round {sizes.long_rounds:,}, against the first", last / first, "x", 1.5, note=note)]


def stored(folder: Path, sizes: Sizes) -> list[Row]:
    """Bytes that one finished case adds to the file, attachments aside."""
    file = folder / "alur.db"
    office = Office(f"sqlite:///{file}")

    def finish(cases: int) -> int:
        for _ in range(cases):
            office.complete_up_to(office.start().number, STEPS)
        office.engine.close()
        _vacuum(file)
        return file.stat().st_size

    before = finish(20)
    each = (finish(sizes.finished) - before) / sizes.finished
    return [Row("stored per finished nine-step case", each / 1024, "KB", 16.0)]


def ready(folder: Path, sizes: Sizes) -> list[Row]:
    """Start ``alur serve`` on a database of very many cases, until it answers."""
    office = Office(f"sqlite:///{folder}/alur.db")
    OfficeWebsite(office, folder)
    templates = [office.start().number for _ in range(20)]
    copy_cases(office.engine, templates, sizes.many_open_items - len(templates))
    office.engine.close()
    seconds = seconds_until_ready(office.url, folder)
    return [Row(f"alur serve ready, {sizes.many_open_items:,} cases", seconds, "s", 3.0)]


def replaying(folder: Path, sizes: Sizes) -> list[Row]:
    """Everything that the replay page of a very long case needs, by HTTP."""
    long_case = LongCase(folder, sizes.events)
    with between_floors(sizes) as base:
        samples = [took(long_case.open_data) for _ in range(10)]
    long_case.close()
    what = f"data of the replay page, {sizes.events:,} events"
    return [Row(what, statistics.median(samples), "ms", 300.0, base.step, f"{long_case.events} events")]


def verifying(folder: Path, sizes: Sizes) -> list[Row]:
    """Verify finished nine-step cases: chain, re-execution, tables, answers, files, seals."""
    with between_floors(sizes) as base:
        samples = verified(folder, sizes.verified)
    note = f"floor {base.step:.2f} ms"
    return [Row("verify, each nine-step case", statistics.median(samples), "ms", 20.0, base.step, note)]


def exporting(folder: Path, sizes: Sizes) -> list[Row]:
    """The peak memory of exporting very many cases, beside that of few."""
    few, many, each = exported(folder, sizes.exported, "json")
    note = f"{many:.0f} MB against {few:.0f} MB; {each:.1f} ms each case"
    what = f"memory of an export, {sizes.exported:,} cases against {FEW:,}"
    return [Row(what, many / few, "x", 1.1, note=note)]


def sealing(folder: Path, sizes: Sizes) -> list[Row]:
    """One seal in an office of very many cases, some of which changed since the last."""
    first, second = sealed(folder, sizes.many_open_items, sizes.changed)
    what = f"a seal, {sizes.many_open_items:,} cases, {sizes.changed:,} changed"
    return [Row(what, second, "s", 5.0, note=f"the first seal, over all of them: {first:.1f} s")]


def several_webs(folder: Path, sizes: Sizes) -> list[Row]:
    """Completions a second by two web processes against one, on one PostgreSQL."""
    pairs = throughput(folder, sizes.posting_seconds, sizes.posting_turns)
    one, two = (statistics.median(each) for each in zip(*pairs, strict=True))
    ratio = statistics.median(second / first for first, second in pairs)
    note = f"{two:.0f} a second against {one:.0f}, {CLIENTS} clients, two workers beside them"
    return [Row("completions, two web processes against one", ratio, "x", 1.7, note=note, at_least=True)]


def several_workers(folder: Path, sizes: Sizes) -> list[Row]:
    """Very many timers that are due at once, by two workers on one PostgreSQL."""
    fired = all_due(folder, sizes.timers_at_once)
    each = fired.seconds * 1e3 / fired.timers
    note = f"{fired.seconds:.1f} s for all, p99 {fired.p99:.1f} s, {each:.2f} ms each"
    what = f"of {sizes.timers_at_once:,} timers due at once, not fired exactly once in due order by two workers"
    return [Row(what, fired.wrong + sizes.timers_at_once - fired.timers, "cases", 0, note=note)]


def serving_memory(folder: Path, sizes: Sizes) -> list[Row]:
    """The memory of ``alur serve`` after very many requests, beside what it held when it was warm."""
    memory = held(folder, sizes.requests)
    note = f"{memory.end:.0f} MB against {memory.warm:.0f} MB when warm, {CLERKS} clerks side by side"
    what = f"memory of alur serve after {memory.requests:,} requests, against warm"
    return [Row(what, memory.end / memory.warm, "x", 1.1, note=note)]


def _vacuum(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


ROWS: dict[str, RowMaker] = {
    "complete": complete,
    "http": http,
    "work-list": work_list,
    "sweep": sweeping,
    "lateness": late,
    "sql": sql,
    "long": long_case,
    "stored": stored,
    "serve": ready,
    "replay": replaying,
    "verify": verifying,
    "export": exporting,
    "seal": sealing,
    "webs": several_webs,
    "workers": several_workers,
    "memory": serving_memory,
}
