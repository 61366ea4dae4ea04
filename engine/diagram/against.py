"""A diagram beside what it relies on: its forms, the processes that it calls, the people of the office."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ..forms import Form
from ..model import Actor, Problem
from .graph import check_cycles, passes_at_once
from .model import Diagram
from .rules import Findings


def check_against(
    diagram: Diagram,
    *,
    forms: Mapping[str, Form],
    called: Mapping[str, Diagram],
    people: Iterable[Actor] | None = None,
) -> tuple[Problem, ...]:
    """Return what is wrong between a diagram and its surroundings.

    ``forms`` by id: those of the diagram and of what it calls, since a case's answers are shared.
    ``called`` by process key, with what these call in turn. ``people`` None says that nobody is
    known yet: then no warning of lanes or groups to which nobody belongs.
    """
    findings = Findings(diagram.file)
    _check_forms(diagram, forms, findings)
    _check_personal_lanes(diagram, forms, called, findings)
    _check_fields(diagram, _faults(diagram, forms, called), findings)
    _check_calls(diagram, called, findings)
    if people is not None:
        _check_people(diagram, [person for person in people if person.active], findings)
    return findings.problems()


def _check_forms(diagram: Diagram, forms: Mapping[str, Form], findings: Findings) -> None:
    for task in diagram.tasks.values():
        if task.form_id is not None and task.form_id not in forms:
            message = f"Formulir {task.form_id!r} tidak ada; unggah {task.form_id}.form bersama diagram ini."
            findings.refuse("form-missing", message, element=task.id, name=task.name)


def _check_personal_lanes(
    diagram: Diagram, forms: Mapping[str, Form], called: Mapping[str, Diagram], findings: Findings
) -> None:
    """Warn of lanes that a form lets see a personal field and that no diagram of the case has."""
    known = {lane.name for each in _with_called(diagram, called) for lane in each.lanes}
    for task in diagram.tasks.values():
        form = forms.get(task.form_id or "")
        for field in form.fields.values() if form is not None else ():
            for lane in set(field.personal or ()) - known:
                message = f"Isian pribadi {field.key!r} boleh dilihat lane {lane!r}, yang tidak ada; samakan namanya."
                findings.warn("personal-lane", message, element=task.id, name=task.name)


def _faults(diagram: Diagram, forms: Mapping[str, Form], called: Mapping[str, Diagram]) -> dict[str, list[str]]:
    """Return, for each field of the case, the rules that forbid to read it (none: it may be read)."""
    faults: dict[str, list[str]] = {}
    for each in _with_called(diagram, called):
        for task in each.tasks.values():
            form = forms.get(task.form_id or "")
            for key, field in form.fields.items() if form is not None else ():
                found = faults.setdefault(key, [])
                if field.personal is not None:
                    found.append("field-personal")
                if not field.scalar:
                    found.append("field-not-scalar")
    return faults


def _with_called(diagram: Diagram, called: Mapping[str, Diagram]) -> Iterator[Diagram]:
    seen, waiting = {diagram.key}, [diagram]
    while waiting:
        here = waiting.pop()
        yield here
        for key in here.calls.values():
            if key in called and key not in seen:
                seen.add(key)
                waiting.append(called[key])


def _check_fields(diagram: Diagram, faults: Mapping[str, list[str]], findings: Findings) -> None:
    read = [(flow.id, flow.name, flow.condition.names) for flow in diagram.flows.values() if flow.condition is not None]
    for task in diagram.tasks.values():
        if task.group is not None and task.group.field is not None:
            read.append((task.id, task.name, frozenset({task.group.field})))
    for element, name, fields in read:
        for field in sorted(fields):
            if field not in faults:
                message = f"Isian {field!r} tidak ada dalam formulir proses ini; samakan dengan key pada formulirnya."
                findings.refuse("field-unknown", message, element=element, name=name)
            for rule in sorted(set(faults.get(field, ()))):
                findings.refuse(rule, _FAULTS[rule].format(field), element=element, name=name)


_FAULTS = {
    "field-personal": "Isian {!r} data pribadi, jadi tidak boleh menentukan jalannya perkara; pakai isian lain.",
    "field-not-scalar": "Isian {!r} bukan teks, angka atau ya/tidak, jadi tidak dapat dibandingkan; pakai isian lain.",
}


def _check_calls(diagram: Diagram, called: Mapping[str, Diagram], findings: Findings) -> None:
    sound = True
    for element, key in diagram.calls.items():
        name = diagram.elements[element].name
        if key not in called:
            message = f"Proses {key!r} belum terpasang dan tidak ikut diunggah; unggah bersama diagram ini."
            findings.refuse("call-missing", message, element=element, name=name)
        elif any(diagram.key in each.calls.values() for each in _with_called(called[key], called)):
            message = (
                f"Proses {key!r} memanggil kembali proses ini, sehingga tidak ada akhirnya; putuskan lingkarannya."
            )
            findings.refuse("call-recursion", message, element=element, name=name)
            sound = False
    if sound:
        check_cycles(diagram.elements, diagram.flows, findings, lambda call: _passes(diagram, call, called, ()))


def _passes(diagram: Diagram, call: str, called: Mapping[str, Diagram], within: tuple[str, ...]) -> bool:
    key = diagram.calls[call]
    if key not in called or key in within:
        return False
    inner = called[key]
    return passes_at_once(inner.elements, inner.flows, lambda each: _passes(inner, each, called, (*within, key)))


def _check_people(diagram: Diagram, people: list[Actor], findings: Findings) -> None:
    staffed = {lane for person in people for lane in person.lanes}
    for lane in diagram.lanes:
        if staffed.isdisjoint({lane.name, *lane.represented_by}):
            message = "Belum ada orang dalam lane ini, jadi langkahnya tidak dapat dikerjakan; tambahkan orangnya."
            findings.warn("lane-unstaffed", message, element=lane.id or lane.name, name=lane.name)
    for task in diagram.tasks.values():
        for group in task.group.names if task.group is not None else ():
            if not any(task.lane in person.lanes and group in person.groups for person in people):
                message = f"Belum ada orang kelompok {group!r} dalam lane {task.lane!r}; seluruh lane akan melihatnya."
                findings.warn("group-unstaffed", message, element=task.id, name=task.name)
