"""A form cut into its components, each with every fact that its file states about it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..forms.problems import FormRefused
from ..forms.source import read_json

INSIDE: Final = "group()"
OF_OPTION: Final = "\n"
"""Between an option and what is said about it, in a path."""
_SEVERAL: Final = "components"


@dataclass(frozen=True)
class Component:
    """One component of a form; ``facts`` by path, values as JSON writes them. ``options`` in their order."""

    id: str
    own_id: str
    key: str
    type: str
    label: str
    facts: Mapping[str, str]
    options: tuple[str, ...]


@dataclass(frozen=True)
class FormParts:
    """One form: what it says about itself, and its components by id, in order."""

    facts: Mapping[str, str]
    components: Mapping[str, Component]


def form_parts(text: str) -> FormParts | None:
    """Return the parts of a form; None if its text is no JSON object that can be read."""
    try:
        schema = read_json(text)
    except FormRefused:
        return None
    about = {name: value for name, value in schema.items() if name != _SEVERAL or not isinstance(value, list)}
    found: dict[str, Component] = {}
    for each, holder in _walk(schema, ""):
        component = _component(each, holder, found)
        found[component.id] = component
    return FormParts(dict(_flat(about, "")), found)


def _walk(holder: Mapping[str, Any], name: str) -> Iterator[tuple[Any, str]]:
    """Yield each component with the name of the group around it, in the order of drawing."""
    inside = holder.get(_SEVERAL)
    for each in inside if isinstance(inside, list) else ():
        yield each, name
        if isinstance(each, dict):
            yield from _walk(each, _text(each, "id") or _text(each, "label") or "kelompok")


def _component(value: Any, holder: str, known: Mapping[str, Component]) -> Component:
    about = value if isinstance(value, dict) else {"": value}
    about = {name: each for name, each in about.items() if name != _SEVERAL or not isinstance(each, list)}
    own, key, type_ = _text(about, "id"), _text(about, "key"), _text(about, "type")
    wanted = own or key or type_ or "komponen"
    name, again = wanted, 1
    while name in known:
        again += 1
        name = f"{wanted}#{again}"
    label = next((text for each in ("label", "dateLabel", "timeLabel") if (text := _text(about, each))), "")
    facts = dict(_flat(about, ""))
    options: tuple[str, ...] = ()
    if (found := _options(about.get("values"))) is not None:
        facts = {path: each for path, each in facts.items() if path != "values" and not path.startswith("values[")}
        options = tuple(found)
        for option, rest in found.items():
            facts |= {f"values:{option}": "", **dict(_flat(rest, f"values:{option}{OF_OPTION}"))}
    return Component(name, own, key, type_, label, {**facts, INSIDE: holder}, options)


def _options(values: Any) -> dict[str, dict[str, Any]] | None:
    """Return the options by value; None if they are not a list of differing texts."""
    if not isinstance(values, list) or not values:
        return None
    found: dict[str, dict[str, Any]] = {}
    for each in values:
        if not isinstance(each, dict) or not isinstance(each.get("value"), str) or each["value"] in found:
            return None
        found[each["value"]] = {name: rest for name, rest in each.items() if name != "value"}
    return found


def _flat(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and value:
        for name, each in value.items():
            own = name.replace(".", "\\.")  # so that no key can pass for two
            yield from _flat(each, f"{path}.{own}" if path and not path.endswith(OF_OPTION) else f"{path}{own}")
    elif isinstance(value, list) and value:
        for place, each in enumerate(value, 1):
            yield from _flat(each, f"{path}[{place}]")
    else:
        yield path, _json(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _text(value: Mapping[str, Any], name: str) -> str:
    found = value.get(name)
    return found if isinstance(found, str) else ""
