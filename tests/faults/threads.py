"""Many threads at the same moment, and what each of them met."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from time import monotonic, sleep
from typing import TypeVar

Result = TypeVar("Result")


def all_at_once(works: Iterable[Callable[[], Result]]) -> list[Result | Exception]:
    """Run every work in a thread of its own, from the same moment on; return what each returned or raised."""
    given = list(works)
    gate = threading.Barrier(len(given))
    results: list[Result | Exception] = [RuntimeError("never ran")] * len(given)

    def run(place: int, work: Callable[[], Result]) -> None:
        gate.wait()
        try:
            results[place] = work()
        except Exception as error:  # noqa: BLE001  the test looks at whatever it is
            results[place] = error

    threads = [threading.Thread(target=run, args=each) for each in enumerate(given)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def errors(results: Iterable[object]) -> list[Exception]:
    """Return what was raised."""
    return [each for each in results if isinstance(each, Exception)]


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    """Return when ``true`` is. Raises ``TimeoutError``."""
    given_up = monotonic() + seconds
    while not true():
        if monotonic() > given_up:
            raise TimeoutError(f"still not so after {seconds} s")
        sleep(0.05)
