"""Walking a repaired drawing to its end: every step done, every question answered, the ways taken by turns."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping

from engine import Checkbox, Field, Form, NumberField, OneChoice
from engine.diagram import ExecutableProcess, read_diagram
from engine.history import TimerFired, WorkItemCompleted
from engine.model import Scalar
from engine.runtime import Run

MOST_INPUTS = 400


def executable(xml: bytes, forms: Mapping[str, str], key: str = "") -> ExecutableProcess:
    """Return the process of a file, with what it calls, ready to run."""
    diagrams = {each.key: each for each in read_diagram(xml).diagrams}
    loaded = {form_id: Form.load(text) for form_id, text in forms.items()}

    def made(name: str) -> ExecutableProcess:
        diagram = diagrams[name]
        own = {task.form_id: loaded[task.form_id] for task in diagram.tasks.values() if task.form_id in loaded}
        return ExecutableProcess(
            name, 1, name, diagram, own, {called: made(called) for called in diagram.calls.values()}
        )

    return made(key or next(iter(diagrams)))


def walk(process: ExecutableProcess) -> list[str]:
    """Do every step that opens, the oldest first; return the steps that were done, until the case has ended."""
    run, _ = Run.start(process)
    asked: Counter[str] = Counter()
    done: list[str] = []
    for _ in range(MOST_INPUTS):
        if run.completed:
            return done
        if run.open_items:
            key = next(iter(run.open_items))
            element = key.rpartition("/")[2].partition(":")[0]
            done.append(element)
            run.apply(WorkItemCompleted(key, _answers(process, element, asked)))
        else:
            run.apply(TimerFired(next(iter(run.armed_timers)), "2026-11-24T02:00:00+00:00"))
    raise AssertionError(f"not at its end after {MOST_INPUTS} inputs: {done[-10:]}")


def _answers(process: ExecutableProcess, element: str, asked: Counter[str]) -> dict[str, Scalar]:
    for each in (process, *process.calls.values()):
        task = each.diagram.tasks.get(element)
        form = each.forms.get(task.form_id or "") if task is not None else None
        if form is not None:
            return {key: _answer(field, asked) for key, field in form.fields.items() if key in each.diagram.names_read}
    return {}


def _answer(field: Field, asked: Counter[str]) -> Scalar:
    asked[field.key] += 1
    if isinstance(field, Checkbox):
        return True
    if isinstance(field, OneChoice):
        return field.options[(asked[field.key] - 1) % len(field.options)].value
    return "1" if isinstance(field, NumberField) else "ya"


def form(form_id: str, *components: Mapping[str, object]) -> dict[str, str]:
    """Return the text of a form under its id."""
    listed = [{"id": f"F{number}", **each} for number, each in enumerate(components)]
    return {form_id: json.dumps({"type": "default", "id": form_id, "schemaVersion": 18, "components": listed})}
