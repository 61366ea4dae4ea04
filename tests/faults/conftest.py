"""What the tests of faults may ask for besides: a place for their figures, told at the end of the run."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

import pytest

_told: list[str] = []


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Keep a line of figures of this test, with how long it has run, for the end of the run."""
    begun = perf_counter()

    def keep(line: str) -> None:
        _told.append(f"{request.node.name}: {line}; {perf_counter() - begun:.0f} s")

    return keep


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures."""
    if _told:
        terminalreporter.section("figures")
        for line in _told:
            terminalreporter.write_line(line)
