"""How a hostile diagram is written down: a row of a name, the file, and exactly the errors that it must get."""

from __future__ import annotations

from dataclasses import dataclass

from tests.engine.diagrams import chain, end, flow, gateway, process, start, task

CODE = "__import__('os').system('touch /tmp/pwned')"


@dataclass(frozen=True)
class Hostile:
    """One file that must be refused. ``errors`` are rule and element of each."""

    name: str
    data: bytes
    errors: frozenset[tuple[str, str]]


def case(name: str, data: bytes, *errors: tuple[str, str]) -> Hostile:
    """Return one row."""
    return Hostile(name, data, frozenset(errors))


def one_step(*extra: str, node: str = "", **settings: object) -> bytes:
    """Return a process of the one step ``a`` (or ``node`` in its place) and whatever stands beside it."""
    return process(start(), node or task("a"), end(), *chain("mulai", "a", "selesai"), *extra, **settings)


def event(inside: str, kind: str = "intermediateCatchEvent") -> bytes:
    """Return a process whose step ``a`` is such an event."""
    return one_step(node=f'<bpmn:{kind} id="a">{inside}</bpmn:{kind}>')


def choice(condition: str) -> bytes:
    """Return a process with this condition on the flow ``pilih__a``; ``lain`` is the default."""
    flows = [flow("mulai", "pilih"), flow("pilih", "a", condition), flow("pilih", "selesai", id_="lain")]
    gate = gateway("exclusive", "pilih", default="lain")
    return process(start(), gate, task("a"), end(), *flows, flow("a", "selesai"))


def extended(inside: str) -> str:
    """Return extension elements around ``inside``."""
    return f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>"


def wrapped(inside: str, *labels: str) -> str:
    """Return ``inside`` in the first of these elements, that in the second, and so on."""
    for label in labels:
        inside = f"<{label}>{inside}</{label}>"
    return inside


def properties(**values: str) -> str:
    """Return extension elements with these properties."""
    rows = "".join(f'<camunda:property name="{name}" value="{value}" />' for name, value in values.items())
    return extended(f"<camunda:properties>{rows}</camunda:properties>")
