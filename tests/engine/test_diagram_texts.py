"""What is written is kept to the letter, what is only drawn changes nothing, and what runs is written anew."""

from __future__ import annotations

import pytest
from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser

from engine.diagram import read_diagram
from tests.engine.diagrams import (
    chain,
    definitions,
    end,
    flow,
    gateway,
    one_process,
    process,
    start,
    task,
    wait,
)
from tests.engine.hostile import extended, one_step
from tests.engine.sound import everything, only

DRAWING = (
    '<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" id="D" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:color="http://www.omg.org/spec/BPMN/non-normative/color/1.0">'
    '<bpmndi:BPMNPlane id="P" bpmnElement="proses">{}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
)


def test_texts_are_kept_to_the_letter() -> None:
    texts = {"waktu": "-", "keterangan": " “dua  spasi”\n\tbaris <kedua> & 'kutip' \" é 山 ", "output": ""}
    diagram = only(one_step(node=task("a", "menyampaikan ke kepada\nsekretaris", properties=texts)))

    assert diagram.tasks["a"].properties == texts
    assert diagram.tasks["a"].name == "menyampaikan ke kepada\nsekretaris"


def test_a_property_without_a_value_is_empty() -> None:
    step = task(
        "a",
        properties={},
        inside=extended('<camunda:properties><camunda:property name="output" /></camunda:properties>'),
    )

    assert only(one_step(node=step)).tasks["a"].properties == {"output": ""}


def test_a_comment_in_a_text_changes_nothing() -> None:
    data = one_step(node=wait("a", "P3D")).replace(b"P3D", b"P<!-- tiga hari -->3D")

    assert only(data).timers["a"].duration.text == "P3D"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_a_file_may_be_written_in_any_encoding_that_it_declares(encoding: str) -> None:
    text = one_step(node=task("a", "Menelaah résumé")).decode().replace('encoding="UTF-8"', f'encoding="{encoding}"')

    assert only(text.encode(encoding)).tasks["a"].name == "Menelaah résumé"


def test_the_prefix_of_a_namespace_does_not_matter() -> None:
    data = everything().replace(b"bpmn:t", b"bpmn-t").replace(b"bpmn:", b"").replace(b"xmlns:bpmn=", b"xmlns=")
    data = data.replace(b"bpmn-timer", b"timer").replace(b"bpmn-terminate", b"terminate").replace(b"bpmn-time", b"time")
    data = data.replace(b"camunda:", b"c7:").replace(b"xmlns:camunda", b"xmlns:c7").replace(b"bpmn-tFormal", b"tFormal")

    assert only(data).flows == only(everything()).flows


def test_how_a_diagram_is_drawn_changes_nothing_that_it_does() -> None:
    exits = [flow("g", "b", "${x == 'b'}"), flow("g", "a", id_="lain"), flow("a", "selesai"), flow("b", "selesai")]
    parts = [
        start(),
        gateway("exclusive", "g", default="lain"),
        task("a"),
        task("b"),
        end(),
        flow("mulai", "g"),
        *exits,
    ]

    def drawn(a: int, b: int) -> bytes:
        boxes = "".join(
            f'<bpmndi:BPMNShape id="{node}_di" bpmnElement="{node}" color:background-color="#ff0000">'
            f'<dc:Bounds x="100" y="{y}" width="100" height="80" /></bpmndi:BPMNShape>'
            for node, y in (("a", a), ("b", b))
        )
        return definitions(one_process(*parts), DRAWING.format(boxes))

    diagrams = [only(process(*parts)), only(drawn(0, 100)), only(drawn(100, 0))]

    assert len({diagram.executable for diagram in diagrams}) == 1
    assert all(diagram.flows == diagrams[0].flows for diagram in diagrams)


def test_what_is_only_drawn_or_described_passes() -> None:
    drawings = (
        "<bpmn:documentation>Untuk dibaca</bpmn:documentation>"
        '<bpmn:textAnnotation id="n"><bpmn:text>catatan</bpmn:text></bpmn:textAnnotation>'
        '<bpmn:association id="k" sourceRef="a" targetRef="n" associationDirection="None" />'
        '<bpmn:group id="gr" categoryValueRef="kat_1" />'
        '<bpmn:dataObject id="d" /><bpmn:dataObjectReference id="dr" name="Berkas" dataObjectRef="d" />'
        '<bpmn:dataStoreReference id="ds" name="Arsip" />'
    )
    used = (
        '<bpmn:property id="pr" name="__targetRef_placeholder" /><bpmn:dataInputAssociation id="di">'
        "<bpmn:sourceRef>dr</bpmn:sourceRef><bpmn:targetRef>pr</bpmn:targetRef></bpmn:dataInputAssociation>"
    )
    data = definitions(
        '<bpmn:collaboration id="kol"><bpmn:participant id="p1" name="Kantor" processRef="proses" />'
        '<bpmn:participant id="p2" name="Masyarakat" /><bpmn:participant id="p3" processRef="kosong" />'
        "</bpmn:collaboration>",
        one_step(
            drawings, node=task("a", inside=used), attributes='camunda:historyTimeToLive="180" camunda:versionTag="2"'
        )
        .decode()
        .partition('Platform">')[2]
        .removesuffix("</bpmn:definitions>"),
        '<bpmn:process id="kosong" isExecutable="false" />',
        '<bpmn:category id="kat"><bpmn:categoryValue id="kat_1" value="Tahap 1" /></bpmn:category>',
        '<bpmn:message id="m" name="sisa" /><bpmn:signal id="si" name="sisa" /><bpmn:error id="er" name="sisa" />',
    )

    reading = read_diagram(data)

    assert reading.problems == ()
    assert only(data).executable == only(one_step()).executable


def test_several_executable_processes_of_one_file_are_a_diagram_each() -> None:
    data = definitions(
        one_process(start(), task("a"), end(), *chain("mulai", "a", "selesai"), key="satu"),
        one_process(start("m2"), task("b"), end("e2"), *chain("m2", "b", "e2"), key="dua"),
    )

    diagrams = read_diagram(data).diagrams

    assert [(each.key, list(each.tasks)) for each in diagrams] == [("satu", ["a"]), ("dua", ["b"])]
    assert b"dua" not in diagrams[0].executable


def test_a_process_without_a_name_has_the_name_of_its_pool() -> None:
    participant = '<bpmn:participant id="p" name="Pengaduan" processRef="proses" />'
    pool = f'<bpmn:collaboration id="k">{participant}</bpmn:collaboration>'
    drawn = one_process(start(), end(), flow("mulai", "selesai"), name="")

    assert only(definitions(pool, drawn)).name == "Pengaduan"
    assert only(definitions(drawn)).name == "proses"


def test_what_runs_is_written_anew_from_what_was_read() -> None:
    root = etree.fromstring(only(everything()).executable)

    assert {etree.QName(element).namespace for element in root.iter()} == {
        "http://www.omg.org/spec/BPMN/20100524/MODEL"
    }
    assert not any("{" in name for element in root.iter() for name in element.attrib)
    assert [element.text for element in root.iter("{*}timeDuration")] == ["P1D", "P3D", "PT5H"]
    assert [element.text for element in root.iter("{*}conditionExpression")] == ["${hasil == 'a' && !ulang}"]
    assert [element.text for element in root.iter("{*}loopCardinality")] == ["3"]


def test_stock_spiffworkflow_finds_every_node_and_flow_in_what_runs() -> None:
    diagram = only(everything())
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.fromstring(diagram.executable))

    specs = [parser.get_spec("proses"), parser.get_spec("s")]

    named = {spec.bpmn_id for each in specs for spec in each.task_specs.values() if spec.bpmn_id}
    assert named == set(diagram.elements)
