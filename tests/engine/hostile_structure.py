"""Ids, orphans, dangling flows, circles, sizes, conditions in the wrong place."""

from __future__ import annotations

from tests.engine.diagrams import (
    chain,
    definitions,
    end,
    flow,
    gateway,
    one_process,
    process,
    sequence,
    start,
    sub_process,
    task,
    timer,
    wait,
)
from tests.engine.hostile import case, choice, one_step

INNER = (start("s_mulai"), end("s_selesai"), flow("s_mulai", "s_selesai"))
RESERVED = [
    "Start",
    "End",
    "Root",
    "StartEventSplit",
    "StartEventJoin",
    "x.EndJoin",
    "x.BoundaryEventSplit",
    "x.BoundaryEventJoin",
]
UNUSABLE = ["a/b", "a:1", "1a", "a b", "langkah_å", "a" * 101, "-a", "a;b", "../a", "a#b", "a?b", "a%2f", "%61"]
STRUCTURE = [
    *(
        case(
            f"id {id_}",
            one_step(wait(id_, "P1D"), *chain("g", id_, "selesai"))
            .replace(b'"mulai__a"', b'"x"')
            .replace(b'targetRef="a"', b'targetRef="g"')
            .replace(
                b'<bpmn:userTask id="a"',
                gateway("parallel", "g").encode() + flow("g", "a").encode() + b'<bpmn:userTask id="a"',
            ),
            ("id-reserved", id_),
        )
        for id_ in RESERVED
    ),
    case("process with the id End", one_step(key="End"), ("id-reserved", "End")),
    *(
        case(
            f"id {id_[:20]!r}",
            sequence(id_),
            ("id-characters", id_[:100]),
            ("id-characters", f"mulai__{id_}"[:100]),
            ("id-characters", f"{id_}__selesai"[:100]),
        )
        for id_ in UNUSABLE
        if id_ not in ("1a", "-a", "a" * 101)
    ),
    case("id that begins with a digit", sequence("1a"), ("id-characters", "1a"), ("id-characters", "1a__selesai")),
    case("process key with a slash", one_step(key="a/b"), ("id-characters", "a/b")),
    case("step without an id", one_step('<bpmn:userTask name="x" />'), ("id-missing", "userTask")),
    case(
        "two steps of one id",
        process(start(), task("a"), task("a"), end(), *chain("mulai", "a", "selesai")),
        ("id-duplicate", "a"),
    ),
    case(
        "flow with the id of a step",
        process(start(), task("a"), end(), flow("mulai", "a", id_="a"), flow("a", "selesai")),
        ("id-duplicate", "a"),
    ),
    case(
        "sub-process with the id of its process",
        one_step(node=sub_process("a", *INNER), key="a"),
        ("id-duplicate", "a"),
    ),
    case(
        "one id in two processes",
        definitions(
            one_process(start(), end(), flow("mulai", "selesai")),
            one_process(start(), end("akhir"), flow("mulai", "akhir"), key="dua"),
        ),
        ("id-duplicate", "mulai"),
    ),
    case(
        "flow into nothing",
        one_step(gateway("parallel", "g"), flow("g", "hilang"), flow("g", "selesai"), flow("a", "g", id_="y")).replace(
            flow("a", "selesai").encode(), b""
        ),
        ("flow-dangling", "g__hilang"),
    ),
    case("flow from nothing", one_step(flow("hilang", "a")), ("flow-dangling", "hilang__a")),
    case("flow without ends", one_step('<bpmn:sequenceFlow id="f" />'), ("flow-dangling", "f")),
    case(
        "flow into a sub-process",
        one_step(flow("mulai", "s_selesai", id_="f"), node=sub_process("a", *INNER)),
        ("flow-scope", "f"),
    ),
    case(
        "flow out of a sub-process",
        one_step(flow("s_mulai", "selesai", id_="f"), node=sub_process("a", *INNER)),
        ("flow-scope", "f"),
    ),
    case(
        "flow drawn in the wrong scope",
        one_step(node=sub_process("a", *INNER, flow("a", "selesai", id_="f"))).replace(
            flow("a", "selesai").encode(), b""
        ),
        ("flow-scope", "f"),
        ("no-exit", "a"),
        ("unreachable", "selesai"),
    ),
    case(
        "flow into another process",
        definitions(
            one_process(start(), task("a"), end(), *chain("mulai", "a", "selesai"), flow("a", "dua_selesai", id_="f")),
            one_process(start("dua_mulai"), end("dua_selesai"), flow("dua_mulai", "dua_selesai"), key="dua"),
        ),
        ("flow-scope", "f"),
    ),
    case(
        "two flows between two nodes",
        one_step(flow("mulai", "a", id_="f")),
        ("flow-duplicate", "f"),
        ("implicit-split", "mulai"),
    ),
    case("flow into the start", one_step(flow("a", "mulai", id_="f")), ("flow-direction", "f")),
    case("flow out of the end", one_step(flow("selesai", "a", id_="f")), ("flow-direction", "f")),
    case(
        "flow into a boundary event",
        one_step(timer("a", "P1D"), flow("mulai", "batas_a", id_="f")),
        ("flow-direction", "f"),
    ),
    case(
        "no start",
        process(task("a"), end(), flow("a", "selesai")),
        ("start-event", "proses"),
        ("unreachable", "a"),
        ("unreachable", "selesai"),
    ),
    case("two starts", one_step(start("m2"), flow("m2", "a")), ("start-event", "proses")),
    case(
        "sub-process without a start",
        one_step(node=sub_process("a", end("s_selesai"))),
        ("start-event", "a"),
        ("unreachable", "s_selesai"),
    ),
    case("empty sub-process", one_step(node=sub_process("a")), ("start-event", "a")),
    case(
        "step without an exit",
        one_step().replace(flow("a", "selesai").encode(), b""),
        ("no-exit", "a"),
        ("unreachable", "selesai"),
    ),
    case("step with two exits", one_step(end("e2"), flow("a", "e2")), ("implicit-split", "a")),
    case("step that nothing reaches", one_step(task("b"), flow("b", "selesai")), ("unreachable", "b")),
    case(
        "ring that nothing reaches",
        one_step(task("b"), task("c"), *chain("b", "c", "b")),
        ("unreachable", "b"),
        ("unreachable", "c"),
    ),
    case(
        "ring without a way out",
        process(start(), task("a"), task("b"), end(), *chain("mulai", "a", "b", "a")),
        ("no-end", "mulai"),
        ("no-end", "a"),
        ("no-end", "b"),
        ("unreachable", "selesai"),
    ),
    case(
        "ring of gateways",
        process(
            start(),
            gateway("exclusive", "g1"),
            gateway("exclusive", "g2", default="pulang"),
            end(),
            *chain("mulai", "g1", "g2"),
            flow("g2", "g1", id_="pulang"),
            flow("g2", "selesai", "${x == 'a'}"),
        ),
        ("automatic-cycle", "g1"),
    ),
    case(
        "gateway onto itself",
        process(
            start(),
            gateway("exclusive", "g", default="g__g"),
            end(),
            *chain("mulai", "g"),
            flow("g", "g"),
            flow("g", "selesai", "${x == 'a'}"),
        ),
        ("automatic-cycle", "g"),
    ),
    case(
        "ring through an empty sub-process",
        process(
            start(),
            gateway("exclusive", "g1"),
            sub_process("s", *INNER),
            gateway("exclusive", "g2", default="pulang"),
            end(),
            *chain("mulai", "g1", "s", "g2"),
            flow("g2", "g1", id_="pulang"),
            flow("g2", "selesai", "${x == 'a'}"),
        ),
        ("automatic-cycle", "g1"),
    ),
    case(
        "ring in a sub-process",
        one_step(
            node=sub_process(
                "a",
                start("s_mulai"),
                gateway("exclusive", "g", default="g__g"),
                end("s_selesai"),
                *chain("s_mulai", "g"),
                flow("g", "g"),
                flow("g", "s_selesai", "${x == 'a'}"),
            )
        ),
        ("automatic-cycle", "g"),
    ),
    case("251 nodes", sequence(*(f"a{n}" for n in range(249))), ("too-many-nodes", "proses")),
    case(
        "thousands of nodes",
        process(start(), *(f'<bpmn:parallelGateway id="g{n}" />{flow(f"g{n}", f"g{n + 1}")}' for n in range(5000))),
        ("too-many-nodes", "proses"),
    ),
    case("event gateway", one_step(node='<bpmn:eventBasedGateway id="a" />'), ("gateway-kind", "a")),
    case("complex gateway", one_step(node='<bpmn:complexGateway id="a" />'), ("gateway-kind", "a")),
    case(
        "condition behind a step",
        process(start(), task("a"), end(), flow("mulai", "a"), flow("a", "selesai", "${x == 'a'}")),
        ("condition-misplaced", "a__selesai"),
    ),
    case(
        "condition behind a parallel gateway",
        process(
            start(),
            gateway("parallel", "g"),
            task("a"),
            end(),
            flow("mulai", "g"),
            flow("g", "a", "${x == 'a'}"),
            flow("g", "selesai"),
            flow("a", "selesai"),
        ),
        ("condition-misplaced", "g__a"),
    ),
    case(
        "condition on the default",
        choice("${x == 'a'}").replace(
            b'id="lain" sourceRef="pilih" targetRef="selesai">',
            b'id="lain" sourceRef="pilih" targetRef="selesai">'
            b"<bpmn:conditionExpression>${x}</bpmn:conditionExpression>",
        ),
        ("condition-misplaced", "lain"),
    ),
    case(
        "two conditions on a flow",
        choice("${x}").replace(
            b"</bpmn:conditionExpression>",
            b"</bpmn:conditionExpression><bpmn:conditionExpression>${y}</bpmn:conditionExpression>",
        ),
        ("condition", "pilih__a"),
    ),
    case("exit without a condition", choice("${x}").replace(b' default="lain"', b""), ("condition-missing", "lain")),
    case(
        "inclusive exit without a condition",
        choice("${x}").replace(b' default="lain"', b"").replace(b"exclusive", b"inclusive"),
        ("condition-missing", "lain"),
    ),
    case(
        "default that is no exit",
        choice("${x}").replace(b'default="lain"', b'default="mulai__pilih"'),
        ("default-flow", "pilih"),
    ),
    case(
        "default behind a step",
        one_step(node=task("a", attributes='default="a__selesai"')),
        ("condition-misplaced", "a"),
    ),
]
