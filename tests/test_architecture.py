"""The README's map of the code is true: who imports whom, and which outside library stands where.

The tables are headed ``engine/`` and ``webapp/``, with the columns file, level, one line, outside
library. The first cell names files in code quotes, also as a pattern (``forms_*.py``) or a folder
(``cli/``); a file belongs to the row that names it most exactly. A file imports only rows of a
lower level; within one row imports only go one way.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests import readme

PACKAGES = ("engine", "webapp")


@dataclass(frozen=True)
class Row:
    """One row of a map: the files that it names, their level, the libraries that they may use."""

    patterns: tuple[str, ...]
    level: float
    libraries: frozenset[str]


@dataclass(frozen=True)
class Import:
    """One import: from which file, and what, as a dotted name."""

    file: Path
    name: str

    @property
    def top(self) -> str:
        """Return the package that is imported."""
        return self.name.partition(".")[0]


@cache
def rows(package: str) -> list[Row]:
    """Return the rows of one package's map."""
    found = []
    for file, level, _, libraries in readme.table(f"{package}/"):
        named = libraries.split("(")[0].replace("`", "").replace("–", "").split(",")
        plain = frozenset(each.strip().lower().replace("-", "_") for each in named if each.strip())
        found.append(Row(tuple(readme.quoted(file)), float(level), plain))
    return found


@cache
def row_of(package: str, file: Path) -> Row | None:
    """Return the row that names ``file`` most exactly."""
    path = file.relative_to(readme.ROOT / package).as_posix()
    fitting = [
        (len(pattern), row)
        for row in rows(package)
        for pattern in row.patterns
        if path == pattern or fnmatch(path, pattern) or (pattern.endswith("/") and path.startswith(pattern))
    ]
    exact = [row for row in rows(package) if path in row.patterns]
    return exact[0] if exact else max(fitting, key=lambda each: each[0])[1] if fitting else None


def files(package: str) -> list[Path]:
    """Return every Python file of a package."""
    return sorted(file for file in (readme.ROOT / package).rglob("*.py") if "vendor" not in file.parts)


def imports_of(file: Path) -> Iterator[Import]:
    """Yield what a file imports when it runs, relative imports as absolute ones."""
    package = file.relative_to(readme.ROOT).parent.parts
    for node in _running(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (Import(file, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join([*package[: len(package) - node.level + 1]] if node.level else [])
            module = ".".join(filter(None, (base, node.module or "")))
            yield from (Import(file, f"{module}.{alias.name}") for alias in node.names)


def _running(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield child
        yield from _running(child)


def target_of(name: str) -> Path | None:
    """Return the file of ours that an absolute dotted name means."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        place = readme.ROOT.joinpath(*parts[:length])
        if place.with_suffix(".py").is_file():
            return place.with_suffix(".py")
        if (place / "__init__.py").is_file():
            return place / "__init__.py"
    return None


@pytest.mark.parametrize("package", PACKAGES)
def test_every_file_stands_in_the_map(package):
    missing = [str(file.relative_to(readme.ROOT)) for file in files(package) if row_of(package, file) is None]

    assert not missing, f"rows missing in README.md: {missing}"


@pytest.mark.parametrize("package", PACKAGES)
def test_every_row_of_the_map_names_files_that_are_there(package):
    paths = [file.relative_to(readme.ROOT / package).as_posix() for file in files(package)]
    stale = [
        pattern
        for row in rows(package)
        for pattern in row.patterns
        if not any(fnmatch(path, pattern) or path.startswith(pattern) for path in paths)
    ]

    assert not stale, f"README.md maps what is not there: {stale}"


@pytest.mark.parametrize("package", PACKAGES)
def test_files_import_only_lower_levels(package):
    wrong = []
    for file in files(package):
        own = row_of(package, file)
        for each in imports_of(file):
            target = target_of(each.name) if each.top == package else None
            other = row_of(package, target) if target else None
            if own and other and other is not own and other != own and other.level >= own.level:
                wrong.append(f"{file.relative_to(readme.ROOT)} ({own.level}) imports {each.name} ({other.level})")

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_within_one_row_go_one_way(package):
    graph = {
        file: {target for each in imports_of(file) if (target := target_of(each.name)) and target != file}
        for file in files(package)
    }

    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(str(Path(file).relative_to(readme.ROOT)) for file in error.args[1]))


@pytest.mark.parametrize("package", PACKAGES)
def test_outside_libraries_stand_only_where_the_map_says(package):
    wrong, used = [], set()
    for file in files(package):
        own = row_of(package, file)
        for each in imports_of(file):
            if each.top in sys.stdlib_module_names or each.top in PACKAGES:
                continue
            used.add((own, each.top.lower()))
            if own and each.top.lower() not in own.libraries:
                wrong.append(f"{file.relative_to(readme.ROOT)} imports {each.top}")
    unused = [(row.patterns, name) for row in rows(package) for name in row.libraries if (row, name) not in used]

    assert not wrong, "\n".join(wrong)
    assert not unused, f"README.md names libraries that these files do not use: {unused}"


def test_the_web_knows_only_the_engine_s_public_names():
    wrong = []
    for file in files("webapp"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("engine."):
                wrong.append(f"{file.relative_to(readme.ROOT)}: from {node.module} import …")
            if isinstance(node, ast.Import):
                wrong += [
                    f"{file.relative_to(readme.ROOT)}: import {alias.name}"
                    for alias in node.names
                    if alias.name.startswith("engine.")
                ]

    assert not wrong, "\n".join(wrong)


def test_the_engine_knows_nothing_of_the_web():
    wrong = [str(each) for file in files("engine") for each in imports_of(file) if each.top in ("webapp", "flask")]

    assert not wrong


def test_no_part_of_the_engine_hides_another_part_s_method():
    from engine import Engine

    owners: dict[str, list[str]] = {}
    for part in Engine.__mro__:
        for name, value in vars(part).items():
            if callable(value) and not name.startswith("__"):
                owners.setdefault(name, []).append(part.__name__)

    assert {name: parts for name, parts in owners.items() if len(parts) > 1} == {}
