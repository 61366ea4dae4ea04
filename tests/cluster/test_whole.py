"""The whole as ``compose.yaml`` has it, on loopback: two webs, two workers, PostgreSQL, a proxy with TLS."""

from __future__ import annotations

import http.client
import json
import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from deploy import loopback
from engine import Engine
from tests.conftest import database_on
from tests.faults.office import AGAIN, OWNER, open_office, start_case
from tests.faults.threads import until
from tests.readme import ROOT
from tests.remote_browser import RemoteBrowser
from tests.website import give_passwords
from webapp.cli import main as alur
from webapp.settings import Settings

OVERDUE = 40
A_MONTH = timedelta(days=30)


@dataclass(frozen=True)
class Prepared:
    """A database with clerks who have passwords, and cases whose timers were due long ago."""

    url: str
    overdue: tuple[str, ...]


def needs_nginx() -> None:
    """Leave the test out, aloud, where there is no proxy to start."""
    if not loopback.proxy_program():
        pytest.skip("no nginx here: install Debian's nginx")


@pytest.fixture(scope="module")
def prepared(postgresql_server: str, postgresql_template: str) -> Iterator[Prepared]:
    """The PostgreSQL that the tests of this file share."""
    needs_nginx()
    with database_on(postgresql_server, postgresql_template) as url:
        engine, clerks = open_office(url, 2, lambda: datetime.now(UTC) - A_MONTH)
        give_passwords(engine, clerks)
        overdue = tuple(start_case(engine, clerks[0]) for _ in range(OVERDUE))
        engine.close()
        yield Prepared(url, overdue)


@pytest.fixture(scope="module")
def whole(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[loopback.Whole]:
    """Everything running."""
    running = loopback.start(prepared.url, tmp_path_factory.mktemp("whole"))
    yield running
    running.stop()


@pytest.fixture
def engine(prepared: Prepared) -> Iterator[Engine]:
    """An engine of our own beside the running ones, on the real clock."""
    opened = Engine(prepared.url)
    yield opened
    opened.close()


def browser(whole: loopback.Whole, name: str) -> RemoteBrowser:
    """Return a browser that comes in through the proxy and trusts its certificate alone."""
    return RemoteBrowser(whole.tls_port, name, certificate=whole.folder / "tls.pem")


def figure(whole: loopback.Whole, port: int, name: str) -> float:
    """Return the sum of a figure's samples at one process."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    token = (whole.folder / "metrics-token").read_text()
    connection.request("GET", "/metrics", headers={"Authorization": f"Bearer {token}"})
    page = connection.getresponse().read().decode()
    families = text_string_to_metric_families(page)
    return sum(each.value for family in families for each in family.samples if each.name == name)


def check_again(person: RemoteBrowser, case: str, number: int) -> int:
    """Complete one round of the case; return the status."""
    key = quote(f"periksa:{number}")
    values = {"csrf_token": person.token, "catatan": f"putaran {number}", **AGAIN}
    return person.send("POST", f"/tasks/{case}/{key}", values)[0]


def test_timers_that_were_due_fire_once_each_whichever_worker_takes_them(prepared, whole, engine):
    until(lambda: figure(whole, whole.worker_ports[0], "alur_timers_due") == 0)

    fired = [sum(each.type == "TimerFired" for each in engine.history(case, by=OWNER)) for case in prepared.overdue]
    assert fired == [1] * OVERDUE
    counted = [figure(whole, port, "alur_timer_lateness_seconds_count") for port in whole.worker_ports]
    assert sum(counted) >= OVERDUE


def test_one_signing_in_is_good_at_both_webs_and_work_goes_on_through_the_proxy(whole, engine):
    clerk = engine.person("petugas0")
    case = start_case(engine, clerk)
    person = browser(whole, "petugas0")

    assert [check_again(person, case, number) for number in range(1, 9)] == [303] * 8

    completed = [figure(whole, port, "alur_completions_total") for port in whole.web_ports]
    assert sum(completed) == 8
    assert all(completed), "the proxy sends requests to both"
    assert engine.verify(case).sound


def test_the_proxy_keeps_figures_inside_sends_everybody_to_tls_and_believes_no_visitor(whole, engine):
    context = ssl.create_default_context(cafile=str(whole.folder / "tls.pem"))
    outside = http.client.HTTPSConnection("127.0.0.1", whole.tls_port, timeout=10, context=context)
    outside.request(
        "GET", "/metrics", headers={"Authorization": f"Bearer {(whole.folder / 'metrics-token').read_text()}"}
    )
    assert outside.getresponse().status == 404
    plain = http.client.HTTPConnection("127.0.0.1", whole.plain_port, timeout=10)
    plain.request("GET", "/tasks")
    assert plain.getresponse().status == 301

    person = browser(whole, "petugas1")
    outside = http.client.HTTPSConnection("127.0.0.1", whole.tls_port, timeout=10, context=context)
    outside.request("GET", "/sign-in")
    page = outside.getresponse()
    assert "Secure" in (page.getheader("Set-Cookie") or "")
    assert person.send("GET", "/tasks")[0] == 200
    with engine.database.read() as connection:
        addresses = set(connection.execute(text("SELECT address FROM sign_in_attempt")).scalars())
    assert addresses <= {"127.0.0.1"}


def test_logs_of_all_processes_are_lines_for_programs_without_what_was_typed(whole, engine):
    person = browser(whole, "petugas0")
    case = start_case(engine, engine.person("petugas0"))
    assert check_again(person, case, 1) == 303
    files = [*whole.folder.glob("web-*.log"), *whole.folder.glob("worker-*.log")]
    assert len(files) == 4

    lines = [line for file in files for line in file.read_text().splitlines() if line.startswith("{")]
    told = [json.loads(line) for line in lines]
    done = [each for each in told if each.get("event") == "WorkItemCompleted" and each["case"] == case]
    assert [each["person"] for each in done] == ["petugas0"]
    assert not any("putaran" in line for line in lines)


def test_when_a_web_and_a_worker_are_killed_the_others_carry_on(prepared, engine, tmp_path):
    whole = loopback.start(prepared.url, tmp_path)
    try:
        _carries_on_without_one_of_each(whole, engine)
    finally:
        whole.stop()


def _carries_on_without_one_of_each(whole: loopback.Whole, engine: Engine) -> None:
    person = browser(whole, "petugas0")
    whole.webs[0].kill()
    whole.webs[0].wait()
    whole.workers[0].kill()
    whole.workers[0].wait()
    case = start_case(engine, engine.person("petugas0"))

    assert [person.send("GET", "/tasks")[0] for _ in range(6)] == [200] * 6
    assert [check_again(person, case, number) for number in range(1, 5)] == [303] * 4
    past = Engine(str(engine.database.url.render_as_string(hide_password=False)), lambda: datetime.now(UTC) - A_MONTH)
    late = start_case(past, past.person("petugas1"))
    past.close()
    until(lambda: any(event.type == "TimerFired" for event in engine.history(late, by=OWNER)))
    assert engine.verify(late).sound


COMPOSE = ROOT / "deploy" / "compose.yaml"


def test_the_compose_file_sets_only_settings_that_there_are_and_gives_every_secret():
    composed = yaml.safe_load(COMPOSE.read_text())
    services = composed["services"]
    own = [service for service in services.values() if service.get("image") == "alur"]

    assert {name: service.get("deploy", {}).get("replicas", 1) for name, service in services.items()} == {
        "postgres": 1,
        "setup": 1,
        "web": 2,
        "worker": 2,
        "proxy": 1,
    }
    for service in own:
        given = {name: str(value) for name, value in service["environment"].items() if name.startswith("ALUR_")}
        assert set(given) <= {f"ALUR_{name.upper()}" for name in Settings.__dataclass_fields__}
        Settings.from_environment(given)
        command = service["command"]
        known = alur.commands[command[0]]
        assert {word for word in command if word.startswith("--")} <= {
            option for parameter in known.params for option in parameter.opts
        }
    asked = {secret for service in services.values() for secret in service.get("secrets", ())}
    assert asked == set(composed["secrets"])
    template = (ROOT / "deploy" / "nginx.conf.template").read_text()
    assert set(re.findall(r"\$\{(\w+)\}", template)) == set(services["proxy"]["environment"])


def test_the_image_leaves_out_what_is_secret_or_not_needed():
    left_out = (ROOT / ".dockerignore").read_text().splitlines()

    assert {".git", ".venv", "instance", "deploy/secrets"} <= set(left_out)
