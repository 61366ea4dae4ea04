"""Exits of gateways without a usable condition: a person is asked, in the form of the step before."""

from __future__ import annotations

import re

from ..diagram.flows import LONGEST_CONDITIONS
from ..expressions import ExpressionError, compile_condition
from .chart import Chart
from .formsmith import Formsmith, Question
from .gateways import CHOOSING
from .tags import Tag, named
from .values import REFUSED


def mend_questions(chart: Chart, smith: Formsmith) -> None:
    """Give every exit of an exclusive or inclusive gateway a condition that can be answered, or make it the default."""
    written = [each for flow in chart.flows.values() for each in flow.all("bpmn:conditionExpression")]
    if sum(len(each.text) for each in written) > LONGEST_CONDITIONS:
        chart.bench.tell("condition", chart.process, "Semua syarat bersama terlalu panjang untuk dibaca; dilepas.")
        for each in written:
            each.leave()
    for node in list(chart.nodes.values()):
        if node.label not in CHOOSING or node.id in chart.bench.spared:
            continue
        _sound_default(chart, node)
        exits = chart.exits(node)
        if len(exits) < 2:
            _unconditional(chart, node, exits)
            continue
        for flow in exits:
            _translate(chart, flow, smith)
        without = [flow for flow in exits if not _answered(flow, smith) and node.get("default") != flow.id]
        if not without:
            continue
        if (
            len(without) == 1
            and "default" not in node.attributes
            and without[0].first("bpmn:conditionExpression") is None
        ):
            _make_default(chart, node, without[0])
        else:
            _ask(chart, node, exits, smith)


def _sound_default(chart: Chart, node: Tag) -> None:
    wanted = node.attributes.get("default")
    if wanted is None:
        return
    default = next((flow for flow in chart.exits(node) if flow.id == wanted), None)
    if default is None:
        chart.bench.tell("default", node, f"Default {wanted[:100]!r} bukan aliran keluar {named(node)}; dilepas.")
        del node.attributes["default"]
        return
    for condition in default.all("bpmn:conditionExpression"):
        text = " ".join(condition.text.split())[:200]
        chart.bench.tell(
            "condition", default, f"Aliran default {named(default)} tidak butuh syarat {text!r}; syaratnya dilepas."
        )
        condition.leave()


def _unconditional(chart: Chart, node: Tag, exits: list[Tag]) -> None:
    for flow in exits:
        for condition in flow.all("bpmn:conditionExpression"):
            text = " ".join(condition.text.split())[:200]
            chart.bench.tell(
                "condition", flow, f"Aliran satu-satunya dari {named(node)} punya syarat {text!r}; syaratnya dilepas."
            )
            condition.leave()


def _answered(flow: Tag, smith: Formsmith) -> bool:
    """Return whether a flow has one condition of our language that reads only fields of known forms."""
    written = flow.all("bpmn:conditionExpression")
    if len(written) != 1:
        return False
    try:
        names = compile_condition(written[0].text).names
    except ExpressionError:
        return False
    return names <= smith.readable


def _translate(chart: Chart, flow: Tag, smith: Formsmith) -> None:
    """Write a condition of another engine's language in ours, if its fields are known."""
    if _answered(flow, smith):
        return
    for condition in flow.all("bpmn:conditionExpression"):
        for text in _readings(condition.text.strip()):
            try:
                names = compile_condition(text).names
            except ExpressionError:
                continue
            if names and names <= smith.readable:
                chart.bench.tell(
                    "condition", flow, f"Syarat {condition.text.strip()[:200]!r} ditulis ulang sebagai {text!r}."
                )
                condition.text = text
                return


def _readings(text: str) -> list[str]:
    """Return what a condition of FEEL or of a Java engine may mean in our language."""
    if text.startswith("="):
        body = re.sub(r"(?<![<>=!])=(?!=)", "==", text[1:].strip())
        return [f"${{{body}}}"]
    if text.startswith(("${", "#{")) and text.endswith("}"):
        body = re.sub(r"(?:execution\.getVariable|vars:get)\(\s*['\"](\w{1,100})['\"]\s*\)", r"\1", text[2:-1])
        plain = body.strip()
        bare = [f"${{{plain} == true}}"] if re.fullmatch(r"\w{1,100}", plain) else []
        return [f"${{{body}}}", *bare]
    return [f"${{{text}}}"]


def _make_default(chart: Chart, node: Tag, flow: Tag) -> None:
    found = f"Hanya aliran {named(flow)} dari {named(node)} yang tanpa syarat"
    if (
        chart.bench.propose(
            "default", node, found, (flow.id, "Dijadikan default: ditempuh bila syarat lain tidak terpenuhi")
        )
        == REFUSED
    ):
        chart.bench.spared.add(node.id)
    else:
        node.attributes["default"] = flow.id


def _ask(chart: Chart, node: Tag, exits: list[Tag], smith: Formsmith) -> None:
    texts = [
        f"{named(flow)}: {' '.join(each.text.split())[:200]!r}"
        for flow in exits
        for each in flow.all("bpmn:conditionExpression")
    ]
    was = f" yang dapat dijawab (tertulis {'; '.join(texts)})" if texts else ""
    found = f"Aliran keluar {named(node)} tanpa syarat{was}"
    before = _step_before(chart, node, smith)
    own = ("langkah", "Ditambah langkah di depannya yang menanyakannya")
    options = [own] if before is None else [("sebelum", f"Ditanyakan pada formulir {named(before)}"), own]
    chosen = chart.bench.propose("question", node, found, *options)
    if chosen == REFUSED:
        chart.bench.spared.add(node.id)
        return
    if before is None or chosen == "langkah":
        title = node.name.strip() or f"Tentukan jalan sesudah {_titles(chart, node)}"
        before = chart.before_node(node, "bpmn:userTask", f"putuskan_{node.id}", f"Putuskan: {title}"[:300])
    _write_conditions(chart, node, exits, smith, before)


def _titles(chart: Chart, node: Tag) -> str:
    return ", ".join(each.name.strip() or each.id for each in chart.before(node)[:2]) or "ini"


def _step_before(chart: Chart, node: Tag, smith: Formsmith) -> Tag | None:
    """Return the user task that alone leads here and whose form is still to be made."""
    entries = chart.entries(node)
    before = chart.source(entries[0]) if len(entries) == 1 else None
    if before is None or before.label != "bpmn:userTask" or before.id in chart.bench.spared:
        return None
    looped = any(child.kind.endswith("LoopCharacteristics") for child in before.children)
    return None if looped or not smith.may_write(before) else before


def _write_conditions(chart: Chart, node: Tag, exits: list[Tag], smith: Formsmith, step: Tag) -> None:
    labels = _labels(chart, exits)
    title = node.name.strip() or f"Sesudah ini: {' atau '.join(labels)}?"
    if node.label == "bpmn:exclusiveGateway":
        default = node.get("default") or exits[-1].id
        key = smith.ask(step, Question(node.id, title, tuple(labels), several=False))[0]
        values = smith.values(labels)
        options = [(flow.id, f"Default: {label}") for flow, label in zip(exits, labels, strict=True)]
        options.sort(key=lambda option: option[0] != default)
        if "default" not in node.attributes:
            default = chart.bench.propose(
                "default",
                node,
                f"Percabangan {named(node)} butuh satu jalan bila tidak ada yang cocok",
                *options,
                refusable=False,
            )
            node.attributes["default"] = default
        for flow, value, label in zip(exits, values, labels, strict=True):
            _write(chart, flow, "" if flow.id == default else f"${{{key} == '{value}'}}", label)
        return
    keys = smith.ask(step, Question(node.id, title, tuple(labels), several=True))
    default = node.get("default")
    for number, (flow, label) in enumerate(zip(exits, labels, strict=True)):
        text = f"${{{keys[number]} == true}}"
        if not default and number == len(exits) - 1:
            none = " && ".join(f"{each} != true" for each in keys[:-1])
            text = f"${{{keys[number]} == true || ({none})}}"
        _write(chart, flow, "" if flow.id == default else text, label)


def _labels(chart: Chart, exits: list[Tag]) -> list[str]:
    """Return what a person chooses between: the flows' names, else where they lead; no two alike."""
    labels: list[str] = []
    for flow in exits:
        target = chart.target(flow)
        label = " ".join(flow.name.split()) or (
            f"Lanjut ke {' '.join(target.name.split()) or target.id}" if target is not None else flow.id
        )
        label = label[:200]
        number = 2
        wanted = label
        while label in labels:
            label, number = f"{wanted} ({number})", number + 1
        labels.append(label)
    return labels


def _write(chart: Chart, flow: Tag, text: str, label: str) -> None:
    for each in flow.all("bpmn:conditionExpression"):
        each.leave()
    if not text:
        return
    chosen = chart.bench.propose(
        "condition", flow, f"Aliran {named(flow)} butuh syarat", (text, f"Ditempuh bila dijawab “{label}”: {text}"),
        entry="condition", typed="Ditempuh bila {}", refusable=False,
    )  # fmt: skip
    flow.add("bpmn:conditionExpression", chosen, **{"xsi:type": "tFormalExpression"})
