"""Forms for steps that have none: the name of the step, the questions that gateways ask, and a note."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Final

from ..forms import Form, FormRefused, is_form_id
from .bench import Workbench
from .chart import Chart
from .tags import Tag, named
from .values import REFUSED

_FORM_KEY: Final = re.compile(r"camunda-forms:[a-z]{1,30}:(.{1,150}?)(\.form)?")
_LINKS: Final = ("camunda:formRef", "camunda:formKey", "camunda:formRefBinding")


@dataclass(frozen=True)
class Question:
    """What a gateway asks: one of ``answers``, or each of them yes or no (``several``)."""

    gateway: str
    title: str
    answers: tuple[str, ...]
    several: bool


class Formsmith:
    """The forms of one process: which are known, which fields conditions may read, what is still to be asked."""

    def __init__(self, chart: Chart, bench: Workbench) -> None:
        self.chart, self.bench = chart, bench
        self._questions: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._keys: set[str] = set()
        self.readable: frozenset[str] = frozenset()
        """Fields that conditions may read."""
        self._read_known()

    def _read_known(self) -> None:
        readable: set[str] = set()
        refused: set[str] = set()
        for node in self.chart.nodes.values():
            form = self._known(link_of(node)) if node.label == "bpmn:userTask" else None
            for key, each in form.fields.items() if form is not None else ():
                self._keys.add(key)
                (readable if each.scalar and each.personal is None else refused).add(key)
        self.readable = frozenset(readable - refused)
        self.bench.askable = set(self.readable)

    def _known(self, form_id: str) -> Form | None:
        try:
            return Form.load(self.bench.forms[form_id]) if form_id in self.bench.forms else None
        except FormRefused:
            return None

    def may_write(self, task: Tag) -> bool:
        """Return whether the form of a step is made here, so that it can ask."""
        return not link_of(task)

    def values(self, labels: list[str]) -> list[str]:
        """Return a short value for each answer; no two alike."""
        values: list[str] = []
        for number, label in enumerate(labels, 1):
            slug = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")[:40] or f"jalan_{number}"
            values.append(slug if slug not in values else f"{slug}_{number}")
        return values

    def ask(self, task: Tag, question: Question) -> list[str]:
        """Put a question into the form of a step; return the keys under which it is answered."""
        answers = list(question.answers)
        if not question.several:
            options = [
                {"label": label, "value": value} for label, value in zip(answers, self.values(answers), strict=True)
            ]
            key = self._key(f"pilihan_{question.gateway}")
            field = {
                "type": "radio",
                "key": key,
                "label": question.title[:300],
                "values": options,
                "validate": {"required": True},
            }
            self._questions[task.id].append(field)
            return [key]
        keys = []
        for number, label in enumerate(answers, 1):
            key = self._key(f"pilihan_{question.gateway}_{number}")
            self._questions[task.id].append(
                {"type": "checkbox", "key": key, "label": f"{question.title} {label}"[:300]}
            )
            keys.append(key)
        return keys

    def _key(self, wanted: str) -> str:
        base = re.sub(r"[^A-Za-z0-9_]", "_", wanted)[:55]
        key, number = base, 2
        while key in self._keys:
            key, number = f"{base}_{number}", number + 1
        self._keys.add(key)
        self.bench.askable.add(key)
        return key

    def finish(self) -> None:
        """Link a form to every step that has none, and make those that nobody knows."""
        self._move_start_form()
        for node in list(self.chart.nodes.values()):
            if node.label == "bpmn:userTask" and node.id not in self.bench.spared:
                self._equip(node)

    def _move_start_form(self) -> None:
        for start in [node for node in self.chart.nodes.values() if node.label == "bpmn:startEvent"]:
            link = link_of(start)
            onward = self.chart.after(start)
            if (
                link
                and len(onward) == 1
                and onward[0].label == "bpmn:userTask"
                and not link_of(onward[0])
                and onward[0].id not in self._questions
            ):
                self.bench.tell(
                    "form", start, f"Formulir {link!r} menempel pada awal; dipindahkan ke {named(onward[0])}."
                )
                onward[0].attributes["camunda:formRef"] = link
                unlink(start)

    def _equip(self, task: Tag) -> None:
        link = link_of(task)
        if link and link in self.bench.forms:
            return
        if link:
            found = f"Formulir {link!r} dari langkah {named(task)} tidak ada"
        elif has_link(task):
            found = f"Tautan formulir langkah {named(task)} tidak dapat dipakai ({_links_in_words(task)})"
        else:
            found = f"Langkah {named(task)} tanpa formulir"
        asked = self._questions.get(task.id, [])
        what = (
            f"Dibuat formulir dengan {len(asked)} pertanyaan dan catatan"
            if asked
            else "Dibuat formulir sederhana dengan satu catatan"
        )
        form_id = link or self._free(f"{self.chart.process.id}-{task.id}")
        if self.bench.propose("form", task, found, (form_id, what), refusable=not asked) == REFUSED:
            self.bench.spared.add(task.id)
            return
        if not link:
            unlink(task)
            task.attributes["camunda:formRef"] = form_id
        self._make(form_id, task, asked)

    def _free(self, wanted: str) -> str:
        base = re.sub(r"\.+", ".", re.sub(r"[^A-Za-z0-9_.-]", "-", wanted)).strip(".")[:90]
        form_id, number = base, 2
        while form_id in self.bench.forms:
            form_id, number = f"{base}-{number}", number + 1
        return form_id

    def _make(self, form_id: str, task: Tag, asked: list[dict[str, Any]]) -> None:
        title = re.sub(r"[^\w\s,.:;?()/&%–-]", "", " ".join(task.name.split()))[:300].strip() or task.id
        note = {"type": "textarea", "key": self._key(f"catatan_{task.id}"), "label": "Catatan"}
        parts: list[dict[str, Any]] = [{"type": "text", "text": f"# {title}"}, *asked, note]
        components = [{"id": f"Field_{number}", **part} for number, part in enumerate(parts, 1)]
        schema = {"type": "default", "id": form_id, "schemaVersion": 18, "components": components}
        text = json.dumps(schema, ensure_ascii=False, indent=2)
        self.bench.forms[form_id] = text
        self.bench.made[form_id] = text


def _definitions(task: Tag) -> list[Tag]:
    return [each for each in task.extensions() if each.label == "zeebe:formDefinition"]


def has_link(task: Tag) -> bool:
    """Return whether a step names a form at all, in a way that can be used or not."""
    return any(name in task.attributes for name in _LINKS) or bool(_definitions(task))


def link_of(task: Tag) -> str:
    """Return the id of the one form that a step links, empty if it links none or in no usable way."""
    found = set()
    for name in ("camunda:formRef", "camunda:formKey"):
        if name in task.attributes:
            matched = _FORM_KEY.fullmatch(task.attributes[name]) if name == "camunda:formKey" else None
            found.add(matched.group(1) if matched else task.attributes[name])
    for definition in _definitions(task):
        found.add(definition.get("formId"))
    return found.pop() if len(found) == 1 and all(is_form_id(each) for each in found) else ""


def unlink(task: Tag) -> None:
    """Take every link to a form off an element."""
    for name in _LINKS:
        task.attributes.pop(name, None)
    for definition in _definitions(task):
        definition.leave()


def _links_in_words(task: Tag) -> str:
    texts = [task.attributes[name] for name in _LINKS if name in task.attributes]
    texts += [value for each in _definitions(task) for value in each.attributes.values()]
    return ", ".join(repr(" ".join(text.split())[:80]) for text in texts)
