"""The web under gunicorn, as the README says: several processes behind one port, one office, one set of figures."""

from __future__ import annotations

import http.client
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from engine import Engine
from tests.faults.office import AGAIN, open_office, start_case
from tests.faults.threads import all_at_once, errors
from tests.readme import ROOT
from tests.remote_browser import RemoteBrowser
from tests.serving import free_port, serve, wait_until_ready
from tests.website import give_passwords
from webapp.settings import make_secret_key

CLERKS = 4
ROUNDS = 10
TOKEN = "t" * 40


@dataclass(frozen=True)
class Served:
    """A running gunicorn, where it listens, and its files."""

    process: subprocess.Popen[bytes]
    port: int
    folder: Path


def gunicorn_words(port: int) -> list[str]:
    """Return the command that the README names, with its address."""
    (named,) = set(re.findall(r"`(gunicorn --workers [^`]*)`", (ROOT / "README.md").read_text()))
    _, *words = named.replace("'", "").split()
    return ["-m", "gunicorn", *words, "--bind", f"127.0.0.1:{port}", "--graceful-timeout", "10"]


@pytest.fixture
def url(database_url: str) -> str:
    engine, people = open_office(database_url, CLERKS)
    give_passwords(engine, people)
    engine.close()
    return database_url


@pytest.fixture
def served(url: str, tmp_path: Path) -> Iterator[Served]:
    make_secret_key(tmp_path / "secret-key")
    (tmp_path / "metrics-token").touch(0o600)
    (tmp_path / "metrics-token").write_text(TOKEN)
    (tmp_path / "figures").mkdir()
    port = free_port()
    process = serve(
        url,
        tmp_path,
        port,
        gunicorn_words(port),
        ALUR_METRICS_TOKEN_FILE=str(tmp_path / "metrics-token"),
        PROMETHEUS_MULTIPROC_DIR=str(tmp_path / "figures"),
    )
    wait_until_ready(port)
    yield Served(process, port, tmp_path)
    process.terminate()
    process.wait(30)


def figures(served: Served) -> dict[str, float]:
    """Return the sum of each figure's samples, whichever process answers."""
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=10)
    connection.request("GET", "/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    page = connection.getresponse().read().decode()
    summed: dict[str, float] = {}
    for family in text_string_to_metric_families(page):
        for sample in family.samples:
            summed[sample.name] = summed.get(sample.name, 0.0) + sample.value
    return summed


def test_clerks_work_beside_each_other_in_several_processes(url: str, served: Served) -> None:
    engine = Engine(url)
    names = [f"petugas{each}" for each in range(CLERKS)]
    clerks = [RemoteBrowser(served.port, name) for name in names]
    cases = [start_case(engine, person) for name in names if (person := engine.person(name))]

    def work(clerk: RemoteBrowser, case: str) -> list[int]:
        return [
            clerk.send(
                "POST",
                f"/tasks/{case}/periksa:{number}",
                {"csrf_token": clerk.token, "catatan": f"putaran {number}", **AGAIN},
            )[0]
            for number in range(1, ROUNDS + 1)
        ]

    results = all_at_once([lambda place=place: work(clerks[place], cases[place]) for place in range(CLERKS)])

    assert errors(results) == []
    assert results == [[303] * ROUNDS] * CLERKS
    assert all(verified.sound for verified in engine.verify_all())
    told = figures(served)
    assert told["alur_completions_total"] == CLERKS * ROUNDS
    assert told["alur_open_cases"] == CLERKS
    written_by = {name.stem.rpartition("_")[2] for name in (served.folder / "figures").glob("counter_*.db")}
    assert len(written_by) > 1, "one process answered everything"
    engine.close()


def test_it_ends_what_it_is_at_and_stops_when_it_is_told(served: Served) -> None:
    served.process.terminate()

    assert served.process.wait(30) == 0


def test_it_does_not_start_on_a_database_that_is_not_there(tmp_path: Path) -> None:
    make_secret_key(tmp_path / "secret-key")
    port = free_port()

    refused = serve(f"sqlite:///{tmp_path}/none.db", tmp_path, port, gunicorn_words(port))

    assert refused.wait(60) != 0
    assert "alur upgrade" in (tmp_path / "serve.log").read_text()
