"""What does a step cost in an office of a thousand cases, of a hundred thousand, of a million?

python -m tests.bench.growth FOLDER [--sizes 1000 100000 1000000] [--databases sqlite postgresql] [--rounds 40]

Makes each office once in FOLDER and keeps it there; a million cases take some 15 GB in each database. Two years of
complaints, most of them finished, some too late, the rest at any step. Each operation is measured in all offices of a
database in turn, so that all see the same noise; the figures are medians, and the ratio is to the smallest office.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg

from engine import Actor, CaseSearch, Engine, sweep
from tests import postgresql
from tests.clock import Clock

from .bulk import copy_cases
from .office import STEPS, Office
from .rows import took
from .website import OfficeWebsite

TEMPLATES = 120
FIRST_DAY = datetime(2024, 10, 1, 2, 0, tzinfo=UTC)
DAYS = 720
NOW = FIRST_DAY + timedelta(days=DAYS + 5)
AT_MOST = 1.5
AUDITOR = Actor("auditor", "Auditor", duties=frozenset({"auditor"}))


@dataclass(frozen=True)
class Grown:
    """One office with its website; ``cases`` is how many it has."""

    office: Office
    website: OfficeWebsite
    clock: Clock
    cases: int
    numbers: tuple[str, ...]

    def any_case(self, chance: random.Random) -> str:
        """Return the number of any of the first cases that were made."""
        return chance.choice(self.numbers)


def grown(url: str, folder: Path, cases: int) -> Grown:
    """Open the office of so many cases; it is made if it is not there yet."""
    clock = Clock(FIRST_DAY)
    office = Office(url, clock)
    have = _cases(office.engine)
    if have < cases:
        if have:
            raise SystemExit(
                f"{url} has {have} of {cases} cases: it was not made to the end; delete it and begin again"
            )
        sys.stderr.write(f"{url}: making {cases:,} cases …\n")
        templates = list(_templates(office, clock, min(TEMPLATES, cases)))
        copy_cases(office.engine, templates, cases - len(templates))
        _settle(office.engine)
    clock.set(NOW)
    website = OfficeWebsite(office, folder)
    chance = random.Random(cases)
    with office.engine.database.read() as connection:
        picked = sorted(chance.sample(range(1, cases + 1), min(cases, 500)))
        rows = connection.exec_driver_sql(
            f"SELECT number FROM process_instance WHERE id IN ({', '.join(map(str, picked))})"
        )
        numbers = tuple(row[0] for row in rows)
    return Grown(office, website, clock, cases, numbers)


def _templates(office: Office, clock: Clock, count: int) -> Iterator[str]:
    """Make cases over two years: four of five finished, one of six with a step that was late, the rest anywhere."""
    chance = random.Random(20241001)
    made = []
    for each in range(count):
        clock.set(FIRST_DAY + timedelta(days=each * DAYS / count, hours=chance.uniform(0, 4)))
        case = office.start().number
        made.append(case)
        last = STEPS if chance.random() < 0.8 else chance.randint(1, STEPS - 1)
        for step in range(2, last + 1):
            clock.advance(timedelta(minutes=chance.choice((1, 1, 1, 1, 2, 240))))
            office.complete_up_to(case, step, first=step)
    clock.set(NOW)
    sweep(office.engine)
    yield from made


def _settle(engine: Engine) -> None:
    """Let the database know its tables, as its own housekeeping would have by the time that it is so large."""
    if engine.database.is_sqlite:
        with engine.database.write() as connection:
            connection.exec_driver_sql("ANALYZE")
    else:
        address = engine.database.url.set(drivername="postgresql").render_as_string()
        with psycopg.connect(address, autocommit=True) as own:
            own.execute("VACUUM ANALYZE")


def _cases(engine: Engine) -> int:
    with engine.database.read() as connection:
        found: int = connection.exec_driver_sql("SELECT count(*) FROM process_instance").scalar_one()
    return found


Operation = Callable[[Grown, random.Random], float]


def _start(at: Grown, _chance: random.Random) -> float:
    return took(at.office.start)


def _complete(at: Grown, _chance: random.Random) -> float:
    return took(at.office.prepare_completion(at.office.start().number, 2))


def _list(at: Grown, _chance: random.Random) -> float:
    return took(at.website.open_work_list)


def _by_number(at: Grown, chance: random.Random) -> float:
    number = at.any_case(chance)
    return took(lambda: at.office.engine.find_cases(number, by=at.office.clerk))


def _sweep(at: Grown, _chance: random.Random) -> float:
    for _ in range(5):
        at.office.start()
    at.clock.advance(timedelta(minutes=3))
    fired = 0

    def everything() -> None:
        nonlocal fired
        fired = sweep(at.office.engine)

    return took(everything) / max(fired, 1)


def _case_page(at: Grown, chance: random.Random) -> float:
    number = at.any_case(chance)
    return took(lambda: at.website.open_case(number))


def _audit(at: Grown, search: CaseSearch) -> float:
    return took(lambda: at.office.engine.search(search, by=AUDITOR))


def _verify(at: Grown, chance: random.Random) -> float:
    number = at.any_case(chance)
    return took(lambda: at.office.engine.verify(number))


OPERATIONS: Mapping[str, Operation] = {
    "start": _start,
    "complete": _complete,
    "first page of the work list": _list,
    "search by number": _by_number,
    "sweep, per timer": _sweep,
    "case page": _case_page,
    "audit: running": lambda at, _chance: _audit(at, CaseSearch(state="running")),
    "audit: finished, begun in a month": lambda at, _chance: _audit(
        at, CaseSearch(state="completed", begun_from=date(2025, 3, 1), begun_to=date(2025, 3, 31))
    ),
    "audit: a person's": lambda at, _chance: _audit(at, CaseSearch(person="orang1")),
    "audit: late": lambda at, _chance: _audit(at, CaseSearch(overrun=True)),
    "verify one case": _verify,
}


def measured(offices: list[Grown], rounds: int) -> dict[str, list[float]]:
    """Return the median milliseconds of each operation in each office, one after the other in each round."""
    chance = random.Random(7)
    found: dict[str, list[list[float]]] = {name: [[] for _ in offices] for name in OPERATIONS}
    for each in range(rounds + 3):
        for name, operation in OPERATIONS.items():
            for place, at in enumerate(offices):
                sample = operation(at, chance)
                if each >= 3:  # the first rounds warm caches
                    found[name][place].append(sample)
    return {name: [statistics.median(samples) for samples in places] for name, places in found.items()}


@contextmanager
def databases(kind: str, folder: Path) -> Iterator[Callable[[int], str]]:
    """Yield what names the database of an office by its size."""
    if kind == "sqlite":
        yield lambda cases: f"sqlite:///{folder}/office-{cases}.db"
        return
    binaries = postgresql.binaries()
    if binaries is None:
        raise SystemExit("no PostgreSQL here: apt-get install postgresql")
    server = postgresql.Cluster(binaries, folder / "postgresql")
    try:
        yield lambda cases: _created(server, f"office_{cases}")
    finally:
        server.stop("fast")


def _created(server: postgresql.Cluster, name: str) -> str:
    if name not in server.databases():
        postgresql.create(server.url("postgres"), name)
    return server.url(name)


def main(arguments: list[str]) -> int:
    """Measure, and print one table for each kind of database."""
    parser = argparse.ArgumentParser("python -m tests.bench.growth", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 100_000, 1_000_000])
    parser.add_argument("--databases", nargs="+", choices=["sqlite", "postgresql"], default=["sqlite", "postgresql"])
    parser.add_argument("--rounds", type=int, default=40)
    asked = parser.parse_args(arguments)
    asked.folder.mkdir(parents=True, exist_ok=True)
    for kind in asked.databases:
        with databases(kind, asked.folder.resolve()) as url_of:
            offices = [grown(url_of(size), asked.folder, size) for size in sorted(asked.sizes)]
            figures = measured(offices, asked.rounds)
            for at in offices:
                at.office.engine.close()
        _print(kind, [at.cases for at in offices], figures)
    return 0


def _print(kind: str, sizes: list[int], figures: Mapping[str, list[float]]) -> None:
    head = [
        kind,
        *(f"{size:,} cases" for size in sizes),
        *(f"{size:,} / {sizes[0]:,}" for size in sizes[1:]),
        "verdict",
    ]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for name, medians in figures.items():
        ratios = [median / medians[0] for median in medians[1:]]
        verdict = "ok" if all(ratio <= AT_MOST for ratio in ratios) else "OVER"
        cells = [name, *(f"{median:.2f} ms" for median in medians), *(f"{ratio:.2f} x" for ratio in ratios), verdict]
        lines.append("| " + " | ".join(cells) + " |")
    sys.stdout.write("\n".join(lines) + "\n\n")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
