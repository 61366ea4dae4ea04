"""Diagrams that must be refused: each for its own reason, at its own element, at once."""

from __future__ import annotations

import re
import socket
from pathlib import Path
from random import Random
from time import perf_counter

import pytest

from engine.diagram import RULES, Reading, read_diagram
from tests.engine.diagrams import blocks_in_a_row, chain, end, flow, gateway, process, sequence, start, task, timer
from tests.engine.hostile import Hostile
from tests.engine.hostile_code import CODES
from tests.engine.hostile_links import LINKS
from tests.engine.hostile_people_and_time import PEOPLE_AND_TIME
from tests.engine.hostile_structure import STRUCTURE
from tests.engine.hostile_xml import XML

HOSTILE = [*XML, *CODES, *PEOPLE_AND_TIME, *STRUCTURE, *LINKS]
SECONDS = 2


def read(data: bytes) -> Reading:
    """Read a diagram, and check that the answer came in time and says something."""
    began = perf_counter()
    reading = read_diagram(data, "uji.bpmn")
    took = perf_counter() - began

    assert took < SECONDS
    assert all(problem.message and problem.file == "uji.bpmn" for problem in reading.problems)
    return reading


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda hostile: hostile.name)
def test_a_hostile_diagram_is_refused_for_its_own_reason(hostile: Hostile) -> None:
    reading = read(hostile.data)

    assert reading.diagrams == ()
    assert {(problem.rule, problem.element) for problem in reading.errors} == hostile.errors


def test_every_name_of_a_hostile_diagram_stands_once() -> None:
    names = [hostile.name for hostile in HOSTILE]

    assert sorted(set(names)) == sorted(names)


def test_no_address_in_a_diagram_is_ever_asked() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/x"
        located = f'xsi:schemaLocation="urn:x {address}" targetNamespace="{address}"'.encode()
        files = [
            f'<!DOCTYPE x SYSTEM "{address}"><x/>'.encode(),
            f'<!DOCTYPE x [<!ENTITY % a SYSTEM "{address}"> %a;]><x/>'.encode(),
            sequence("a").replace(b'targetNamespace="http://bpmn.io/schema/bpmn"', located),
        ]

        readings = [read(data) for data in files]

        with pytest.raises(BlockingIOError):
            server.accept()
    assert [len(reading.diagrams) for reading in readings] == [0, 0, 1]


def test_no_file_of_the_machine_is_ever_told(tmp_path: Path) -> None:
    secret = tmp_path / "rahasia.txt"
    secret.write_text("kata-sandi-kantor")
    included = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{secret.as_uri()}" parse="text"/>'
    files = [
        f'<!DOCTYPE x [<!ENTITY a SYSTEM "{secret.as_uri()}">]><x>&a;</x>'.encode(),
        process(start(), task("a", inside=f"<bpmn:documentation>{included}</bpmn:documentation>"), end()),
    ]

    readings = [read(data) for data in files]

    assert all(reading.errors for reading in readings)
    assert "kata-sandi-kantor" not in repr(readings)


def test_a_file_full_of_faults_names_the_first_hundred_and_counts_the_rest() -> None:
    data = process(start(), end(), flow("mulai", "selesai"), *(f'<bpmn:scriptTask id="s{n}" />' for n in range(5_000)))

    problems = read(data).problems

    assert len(problems) == 101
    assert (problems[-1].rule, problems[-1].severity) == ("too-many-problems", "error")
    assert "4900" in problems[-1].message


def test_a_large_diagram_with_many_warnings_is_not_refused() -> None:
    steps = [f"a{n}" for n in range(200)]
    drawn = [task(step, properties={"no": "1"}) for step in steps]

    reading = read(process(start(), *drawn, end(), *chain("mulai", *steps, "selesai")))

    assert len(reading.diagrams) == 1
    assert (reading.problems[-1].rule, reading.problems[-1].severity) == ("too-many-problems", "warning")


def test_what_forbids_a_diagram_is_told_among_any_number_of_warnings() -> None:
    steps = [f"a{n}" for n in range(150)]
    drawn = [task(step, properties={}) for step in steps]

    reading = read(process(start(), *drawn, end(), *chain("mulai", *steps, "selesai"), properties={"kalender": "x"}))

    assert [problem.rule for problem in reading.errors] == ["kalender"]


@pytest.mark.parametrize("merged_by", ["parallel", "exclusive"])
def test_forty_blocks_in_a_row_are_read_at_once(merged_by: str) -> None:
    reading = read(blocks_in_a_row(40, merged_by=merged_by))

    assert len(reading.diagrams) == 1


def test_the_densest_diagram_is_read_at_once() -> None:
    gates = [f"g{n}" for n in range(90)]
    flows = [flow(a, b, id_=f"{a}{b}") for a in gates for b in gates if a < b]
    drawn = [gateway("parallel", gate) for gate in gates]

    reading = read(process(start(), *drawn, end(), flow("mulai", "g0"), *flows, flow(max(gates), "selesai")))

    assert reading.errors == ()


def test_no_damage_to_a_file_is_more_than_a_refusal() -> None:
    good = process(
        *(start(), gateway("exclusive", "pilih", default="lain"), task("a", groups="${seksi}", times=3), end()),
        *(timer("a", "P3D"), flow("mulai", "pilih"), flow("pilih", "a", "${x in ['a'] && y > 3}")),
        *(flow("pilih", "selesai", id_="lain"), flow("a", "selesai")),
        properties={"nomor_perkara": "PB-{tahun}-{urut:05}"},
    ).decode()
    pieces = re.findall(r"<[^>]*>|[^<]+|\"[^\"]*\"", good)
    random = Random(20261124)

    for _ in range(600):
        damaged = pieces.copy()
        for _ in range(random.randint(1, 4)):
            place, other = random.randrange(len(damaged)), random.randrange(len(pieces))
            match random.randrange(4):
                case 0:
                    del damaged[place]
                case 1:
                    damaged.insert(place, pieces[other])
                case 2:
                    damaged[place] = pieces[other]
                case _:
                    text = damaged[place]
                    cut = random.randrange(len(text) + 1)
                    damaged[place] = text[:cut] + random.choice('"<>&${}[]()/:;\u202e é') + text[cut + 1 :]

        reading = read("".join(damaged).encode())

        assert bool(reading.diagrams) != bool(reading.errors)


def test_every_rule_is_shown_by_a_test() -> None:
    from tests.engine.test_diagram_against import AGAINST
    from tests.engine.test_diagram_warnings import WARNINGS

    shown = {rule for hostile in HOSTILE for rule, _ in hostile.errors}
    shown |= {row.rule for row in WARNINGS} | {row.rule for row in AGAINST} | {"too-many-problems"}

    assert shown == set(RULES)
