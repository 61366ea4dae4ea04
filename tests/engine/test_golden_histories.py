"""Recorded histories re-execute for ever: one set for each number of ``rules``."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from engine import Form, HistoryDamaged
from engine.binding import digest
from engine.checks.of_case import chain_findings
from engine.diagram import ExecutableProcess, read_diagram
from engine.model import HistoryEvent
from engine.replay import replay
from engine.runtime import RULES

FILES = sorted((Path(__file__).parents[1] / "histories").glob("*.json"))


def read(file: Path) -> tuple[str, ExecutableProcess, list[HistoryEvent]]:
    """Return a recorded case: its number, the process as it was deployed, its events."""
    recorded: dict[str, Any] = json.loads(file.read_text())
    (xml,) = [text for name, text in recorded["files"].items() if name.endswith(".bpmn")]
    (diagram,) = read_diagram(xml.encode()).diagrams
    texts = {Form.load(text).id: text for name, text in recorded["files"].items() if name.endswith(".form")}
    key, version = recorded["definition"]["key"], recorded["definition"]["version"]
    forms = {form_id: Form.load(text) for form_id, text in texts.items()}
    process = ExecutableProcess(key, version, digest(diagram, texts, {}), diagram, forms, {})
    events = [
        HistoryEvent(
            **event
            | {"recorded_at": datetime.fromisoformat(event["recorded_at"]), "chain": bytes.fromhex(event["chain"])}
        )
        for event in recorded["events"]
    ]
    return recorded["case"], process, events


def test_there_is_a_recording_for_each_number_of_rules() -> None:
    assert {int(file.name.split("-")[1]) for file in FILES} == set(range(1, RULES + 1))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_recorded_history_re_executes_with_its_chain(file: Path) -> None:
    case, process, events = read(file)

    assert list(chain_findings(case, events)) == []
    run = replay(events, lambda _key, _version: process).run
    assert run is not None
    assert run.completed


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_consequence_that_comes_out_otherwise_is_noticed(file: Path) -> None:
    _, process, events = read(file)
    opened = next(place for place, event in enumerate(events) if event.type == "WorkItemOpened")
    events[opened] = replace(events[opened], payload='{"key":"lain:1","lane":"Petugas"}')

    with pytest.raises(HistoryDamaged, match="WorkItemOpened"):
        replay(events, lambda _key, _version: process)
