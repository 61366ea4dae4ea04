"""What an operator sees of a process: health, figures, log lines. Real processes, asked from outside."""

from __future__ import annotations

import http.client
import json
import logging
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from engine import CaseBecameIncident, Committed, DatabaseUnusable, Engine, Report, WorkItem
from tests.casework import Casework
from tests.clock import Clock
from tests.engine.small_office import CLERK, OWNER, hire
from tests.office import open_office
from tests.serving import ALUR_SERVE, free_port, serve, wait_until_ready
from tests.small_bpmn import Task, choice, diagram, form
from webapp import account_tables, create_app
from webapp.observing.figures import Figures
from webapp.observing.logs import JsonLines, committed
from webapp.settings import Settings, SettingsRefused, make_secret_key

TOKEN = "t" * 40
DEAD_END = {
    "buntu.bpmn": diagram(
        "buntu",
        "mulai > memilih > pilih > satu > selesai | pilih > dua > selesai",
        {"memilih": Task(form="arah"), "satu": Task(), "dua": Task()},
        gateways={"pilih": "exclusive"},
        conditions={"pilih > satu": "${arah == 'utara'}", "pilih > dua": "${arah == 'timur'}"},
    ),
    "arah.form": form("arah", choice("arah", ["utara", "timur", "lain"])),
}
SECRET_WORDS = "Petugas loket meminta uang dua ratus ribu"


def asked(port: int, path: str, **headers: str) -> tuple[int, str]:
    """Return status and text of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


@pytest.fixture
def settings(engine: Engine, tmp_path: Path) -> Settings:
    """Settings of an operator who wants figures."""
    account_tables.upgrade(engine)
    (tmp_path / "token").touch(mode=0o600)
    (tmp_path / "token").write_text(TOKEN)
    make_secret_key(tmp_path / "secret-key")
    return Settings(secret_key_file=tmp_path / "secret-key", metrics_token_file=tmp_path / "token")


def figures_of(page: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Return the samples of a page of figures, as Prometheus reads them."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


def sample(page: str, name: str, **labels: str) -> float:
    """Return one sample; it must be there."""
    return figures_of(page)[name, frozenset(labels.items())]


def test_a_process_that_serves_says_that_it_lives_and_is_ready(engine, settings):
    client = create_app(settings, engine).test_client()

    assert client.get("/health/live").json == {"status": "live"}
    for address in ("/health", "/health/ready"):
        answer = client.get(address)
        assert (answer.status_code, answer.json["status"]) == (200, "ready")
        assert answer.json["checks"] == {"database": "ok", "front_end": "ok"}


def test_a_newer_database_is_refused_until_the_newer_program_runs_and_the_process_lives_on(engine, settings):
    client = create_app(settings, engine).test_client()
    with engine.database.write() as connection:
        known = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    assert client.get("/health/live").status_code == 200
    told = client.get("/health/ready")
    assert (told.status_code, told.json["checks"]["database"]) == (503, "unusable")
    with pytest.raises(DatabaseUnusable, match=r"program yang lebih baru \(skema 9999\)"):
        engine.follow_others(at_most_every=0)
    with pytest.raises(DatabaseUnusable, match="hentikan proses ini"):
        Engine(str(engine.database.url))

    with engine.database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :known"), {"known": known})
    engine.follow_others(at_most_every=0)
    assert client.get("/health/ready").status_code == 200


def test_figures_are_for_who_knows_the_token_and_without_one_there_are_none(engine, settings):
    client = create_app(settings, engine).test_client()
    without = create_app(replace(settings, metrics_token_file=None), engine).test_client()
    right = {"Authorization": f"Bearer {TOKEN}"}

    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN[1:]}"}).status_code == 401
    assert client.get("/metrics", headers={"Authorization": f"Basic {TOKEN}"}).status_code == 401
    assert client.get("/metrics", headers=right).status_code == 200
    assert without.get("/metrics", headers=right).status_code == 404


def test_a_short_token_stops_the_start(engine, settings):
    assert settings.metrics_token_file is not None
    settings.metrics_token_file.write_text("pendek")

    with pytest.raises(SettingsRefused, match="Token metrik"):
        create_app(settings, engine)


@contextmanager
def office_that_reports(url: str, report: Report) -> Iterator[tuple[Engine, Casework, Clock]]:
    """The example office, with a receiver of what is committed."""
    clock = Clock()
    engine = Engine(url, clock, report=report)
    try:
        open_office(engine)
        yield engine, Casework(engine), clock
    finally:
        engine.close()


def late_by(clock: Clock, item: WorkItem, seconds: int) -> None:
    """Let a step's deadline pass by so much."""
    assert item.due_at is not None
    clock.set(item.due_at + timedelta(seconds=seconds))


def test_figures_count_commands_waits_and_late_timers(database_url):
    figures = Figures()
    with office_that_reports(database_url, figures.committed) as (engine, work, clock):
        item = work.start_at(3)
        late_by(clock, item, 90)
        while engine.fire_next(set()) is not None:
            pass
        page = figures.text(engine).decode()

    assert sample(page, "alur_completions_total", sop=work.key) == 2
    assert sample(page, "alur_events_total", sop=work.key, type="InstanceStarted") == 1
    assert sample(page, "alur_case_lock_wait_seconds_count") == 1, "a case that only begins is waited for by nobody"
    assert sample(page, "alur_timer_lateness_seconds_count") == 1
    assert sample(page, "alur_timer_lateness_seconds_sum") == 90
    assert sample(page, "alur_open_cases", state="running") == 1
    assert sample(page, "alur_timers_due") == 0
    assert sample(page, "alur_database_up") == 1
    assert sample(page, "alur_database_bytes") > 100_000


def test_figures_tell_of_timers_that_nobody_fires_and_of_a_database_that_does_not_fit(database_url):
    figures = Figures()
    with office_that_reports(database_url, figures.committed) as (engine, work, clock):
        late_by(clock, work.start_at(2), 30)
        late = figures.text(engine).decode()
        with engine.database.write() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        away = figures.text(engine).decode()

    assert sample(late, "alur_timers_due") == 1
    assert sample(late, "alur_timers_overdue_seconds") == 30
    assert sample(away, "alur_database_up") == 0
    assert "alur_open_cases" not in away


def test_an_incident_is_counted(database_url):
    figures = Figures()
    engine = Engine(database_url, Clock(), report=figures.committed)
    hire(engine)
    engine.deploy(DEAD_END, by=OWNER)
    with pytest.raises(CaseBecameIncident):
        engine.complete(engine.open_case("buntu", by=OWNER).number, "memilih:1", {"arah": "lain"}, by=CLERK)
    page = figures.text(engine).decode()
    engine.close()

    assert sample(page, "alur_incidents_total", sop="buntu") == 1
    assert sample(page, "alur_open_cases", state="incident") == 1


def test_a_report_that_fails_changes_nothing_for_whoever_works(database_url, caplog):
    def broken(_done: Committed) -> None:
        raise RuntimeError("no disk for figures")

    with office_that_reports(database_url, broken) as (_engine, work, _clock):
        assert work.start_at(3).step == "3"

    assert "could not be reported" in caplog.text


def test_log_lines_name_case_person_and_event_and_never_an_answer(database_url, caplog):
    caplog.set_level(logging.INFO, "alur.cases")
    with office_that_reports(database_url, committed) as (_engine, work, _clock):
        item = work.start_at(3, uraian=SECRET_WORDS)

    records = [record for record in caplog.records if record.name == "alur.cases"]
    lines = [json.loads(JsonLines().format(record)) for record in records]
    assert [line["event"] for line in lines] == ["InstanceStarted", "WorkItemCompleted", "WorkItemCompleted"]
    assert {line["case"] for line in lines} == {item.case}
    assert (lines[-1]["person"], lines[-1]["key"]) == ("petugas1", "langkah_2:1")
    assert SECRET_WORDS not in json.dumps(lines)


def test_a_process_logs_who_asked_for_which_page_but_not_what_was_asked(settings, database_url, tmp_path):
    port = free_port()
    (tmp_path / "own").mkdir()
    with running(database_url, settings, tmp_path / "own", ALUR_SERVE, port):
        wait_until_ready(port)
        assert asked(port, "/cases?q=Siti+Rahmawati")[0] == 303
        told = asked(port, "/metrics", Authorization=f"Bearer {TOKEN}")[1]
    written = (tmp_path / "own" / "serve.log").read_text()

    lines = [json.loads(line) for line in written.splitlines() if line.startswith("{")]
    (line,) = [line for line in lines if line.get("route") == "/cases"]
    assert (line["method"], line["status"], line["person"], line["logger"]) == ("GET", 303, None, "alur.requests")
    assert "Rahmawati" not in written
    assert sample(told, "alur_http_requests_total", route="/cases", method="GET", status="303") == 1


def test_a_worker_answers_the_same_probes_and_no_page(settings, database_url, tmp_path):
    port = free_port()
    (tmp_path / "own").mkdir()
    program = (*ALUR_SERVE[:-1], "timers", "--probes-port", str(port))
    with running(database_url, settings, tmp_path / "own", program, 0):
        wait_until_ready(port, path="/health/ready")
        page = asked(port, "/metrics", Authorization=f"Bearer {TOKEN}")[1]

        assert sample(page, "alur_database_up") == 1
        assert asked(port, "/metrics")[0] == 401
        assert asked(port, "/tasks")[0] == 404


@contextmanager
def running(
    url: str, settings: Settings, folder: Path, program: tuple[str, ...], port: int
) -> Iterator[subprocess.Popen[bytes]]:
    """A process of ours with a log for programs, ended afterwards."""
    make_secret_key(folder / "secret-key")
    process = serve(
        url, folder, port, program, ALUR_LOG="json", ALUR_METRICS_TOKEN_FILE=str(settings.metrics_token_file)
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)
