"""Code in every place where some engine would run it."""

from __future__ import annotations

from tests.engine.diagrams import (
    call,
    chain,
    definitions,
    end,
    flow,
    gateway,
    one_process,
    process,
    start,
    sub_process,
    task,
    timer_definition,
)
from tests.engine.hostile import CODE, case, choice, event, extended, one_step, wrapped

PAYLOAD = extended(f"<spiffworkflow:messagePayload>{CODE}</spiffworkflow:messagePayload>")
DEFINITIONS = {
    "message": f'<bpmn:messageEventDefinition messageRef="m">{PAYLOAD}</bpmn:messageEventDefinition>',
    "signal": '<bpmn:signalEventDefinition signalRef="s" />',
    "error": "<bpmn:errorEventDefinition />",
    "conditional": wrapped(CODE, "bpmn:condition", "bpmn:conditionalEventDefinition"),
    "compensate": "<bpmn:compensateEventDefinition />",
    "cancel": "<bpmn:cancelEventDefinition />",
    "link": '<bpmn:linkEventDefinition name="x" />',
    "escalation": "<bpmn:escalationEventDefinition />",
}
TASKS = {
    "script": f"<bpmn:script>{CODE}</bpmn:script>",
    "service": extended(
        wrapped(CODE, "spiffworkflow:parameter", "spiffworkflow:parameters", "spiffworkflow:serviceTaskOperator")
    ),
    "businessRule": extended("<spiffworkflow:calledDecisionId>x</spiffworkflow:calledDecisionId>"),
    "send": DEFINITIONS["message"],
    "receive": "",
    "manual": "",
}
CODES = [
    *(
        case(f"{kind} task", one_step(node=f'<bpmn:{kind}Task id="a">{inside}</bpmn:{kind}Task>'), ("task-kind", "a"))
        for kind, inside in TASKS.items()
    ),
    case("plain task", one_step(node='<bpmn:task id="a" />'), ("task-kind", "a")),
    *(case(f"{kind} event in the flow", event(inside), ("event-kind", "a")) for kind, inside in DEFINITIONS.items()),
    *(
        case(f"{kind} event thrown", event(inside, "intermediateThrowEvent"), ("event-kind", "a"))
        for kind, inside in DEFINITIONS.items()
    ),
    *(
        case(
            f"{kind} event at a border",
            one_step(
                f'<bpmn:boundaryEvent id="b" attachedToRef="a">{inside}</bpmn:boundaryEvent>', flow("b", "selesai")
            ),
            ("event-kind", "b"),
        )
        for kind, inside in DEFINITIONS.items()
    ),
    *(
        case(
            f"{kind} start",
            one_step().replace(b'id="mulai" />', f'id="mulai">{inside}</bpmn:startEvent>'.encode()),
            ("event-kind", "mulai"),
        )
        for kind, inside in DEFINITIONS.items()
    ),
    *(
        case(
            f"{kind} end",
            one_step().replace(b'id="selesai"></', f'id="selesai">{inside}</'.encode()),
            ("event-kind", "selesai"),
        )
        for kind, inside in DEFINITIONS.items()
        if kind != "escalation"
    ),
    case(
        "timer start",
        one_step().replace(b'id="mulai" />', f'id="mulai">{timer_definition("P1D")}</bpmn:startEvent>'.encode()),
        ("event-kind", "mulai"),
    ),
    case(
        "terminate at a border",
        one_step(
            '<bpmn:boundaryEvent id="b" attachedToRef="a"><bpmn:terminateEventDefinition /></bpmn:boundaryEvent>',
            flow("b", "selesai"),
        ),
        ("event-kind", "b"),
    ),
    case("code in a condition", choice("${" + CODE + "}"), ("condition", "pilih__a")),
    case("Python in a condition", choice(CODE), ("condition", "pilih__a")),
    case("attribute in a condition", choice("${hasil.__class__ == 'a'}"), ("condition", "pilih__a")),
    case("call in a condition", choice("${hasil.update(a)}"), ("condition", "pilih__a")),
    case("power in a condition", choice("${9**9**9 == 1}"), ("condition", "pilih__a")),
    case("comprehension in a condition", choice("${[x for x in (1,2)]}"), ("condition", "pilih__a")),
    case(
        "huge condition",
        choice("${" + "a || " * 100_000 + "a}"),
        ("text-too-long", "pilih__a"),
        ("text-too-long", "proses"),
    ),
    case("long condition", choice("${" + "a || " * 1_000 + "a}"), ("condition", "pilih__a")),
    case(
        "megabyte of conditions",
        process(
            *(start(), gateway("exclusive", "g", default="g__selesai"), end(), *chain("mulai", "g", "selesai")),
            *(
                task(f"a{n}") + flow("g", f"a{n}", f"${{{'a||' * 600}a}}") + flow(f"a{n}", "selesai")
                for n in range(240)
            ),
        ),
        ("text-too-long", "proses"),
    ),
    case("deep condition", choice("${" + "(" * 900 + "a" + ")" * 900 + "}"), ("condition", "pilih__a")),
    case(
        "script as a condition",
        choice("${a}").replace(b"<bpmn:conditionExpression ", b'<bpmn:conditionExpression language="groovy" '),
        ("condition", "pilih__a"),
    ),
    case("empty condition", choice(""), ("condition", "pilih__a")),
    case("code as a duration", event(timer_definition(CODE)), ("duration", "a")),
    case("code as a cardinality", one_step(node=task("a", times=CODE)), ("cardinality", "a")),
    case(
        "code as a completion condition",
        one_step(
            node=task("a", times=3).replace(
                "</bpmn:multi", f"<bpmn:completionCondition>{CODE}</bpmn:completionCondition></bpmn:multi"
            )
        ),
        ("code", "a"),
    ),
    case("code as a group", one_step(node=task("a", groups="${" + CODE + "}")), ("group", "a")),
    case(
        "code before a step",
        one_step(node=task("a", inside=extended(f"<spiffworkflow:preScript>{CODE}</spiffworkflow:preScript>"))),
        ("code", "a"),
    ),
    case(
        "code behind a step",
        one_step(node=task("a", inside=extended(f"<spiffworkflow:postScript>{CODE}</spiffworkflow:postScript>"))),
        ("code", "a"),
    ),
    case(
        "execution listener",
        one_step(
            node=task("a", inside=extended(f'<camunda:executionListener expression="${{{CODE}}}" event="start"/>'))
        ),
        ("code", "a"),
    ),
    case(
        "task listener",
        one_step(node=task("a", inside=extended('<camunda:taskListener class="x" event="create"/>'))),
        ("code", "a"),
    ),
    case(
        "listener on the process",
        one_step(extended('<camunda:executionListener class="x" event="start"/>')),
        ("code", "proses"),
    ),
    case(
        "listener on a flow",
        one_step().replace(
            b'targetRef="a"></',
            b'targetRef="a">' + extended('<camunda:executionListener class="x" event="take"/>').encode() + b"</",
        ),
        ("code", "mulai__a"),
    ),
    case(
        "input mapping",
        one_step(
            node=task(
                "a",
                inside=extended(wrapped(CODE, "camunda:inputParameter", "camunda:inputOutput")),
            )
        ),
        ("code", "a"),
    ),
    case(
        "correlation",
        definitions(
            wrapped(
                CODE, "bpmn:messagePath", "bpmn:correlationPropertyRetrievalExpression", "bpmn:correlationProperty"
            ),
            one_process(start(), end(), flow("mulai", "selesai")),
        ),
        ("element-not-allowed", "correlationProperty"),
    ),
    case(
        "ad-hoc sub-process",
        one_step(
            node=f'<bpmn:adHocSubProcess id="a">{wrapped(CODE, "bpmn:completionCondition")}</bpmn:adHocSubProcess>'
        ),
        ("sub-process-kind", "a"),
    ),
    case("transaction", one_step(node='<bpmn:transaction id="a" />'), ("sub-process-kind", "a")),
    case(
        "event sub-process",
        one_step(
            sub_process(
                "s",
                start("s_mulai"),
                end("s_selesai"),
                flow("s_mulai", "s_selesai"),
                attributes='triggeredByEvent="true"',
            )
        ),
        ("sub-process-kind", "s"),
        ("unreachable", "s"),
        ("no-exit", "s"),
    ),
    case(
        "loop condition",
        one_step(
            node=task(
                "a",
                inside=f"<bpmn:standardLoopCharacteristics><bpmn:loopCondition>{CODE}</bpmn:loopCondition></bpmn:standardLoopCharacteristics>",
            )
        ),
        ("loop-kind", "a"),
    ),
    case(
        "collection",
        one_step(
            node=task("a", times=2).replace(
                "<bpmn:multiInstanceLoopCharacteristics ",
                '<bpmn:multiInstanceLoopCharacteristics camunda:collection="orang" ',
            )
        ),
        ("loop-kind", "a"),
    ),
    case(
        "multi-instance call",
        one_step(
            node=call("a", "lain").replace(" />", "><bpmn:multiInstanceLoopCharacteristics /></bpmn:callActivity>")
        ),
        ("loop-kind", "a"),
    ),
    case(
        "data transformation",
        one_step(
            node=task(
                "a",
                inside=f"<bpmn:dataInputAssociation><bpmn:transformation>{CODE}</bpmn:transformation></bpmn:dataInputAssociation>",
            )
        ),
        ("code", "a"),
    ),
    case("delegate class", one_step(node=task("a", attributes='camunda:class="x"')), ("code", "a")),
    case("foreign element", one_step('<x:hook xmlns:x="urn:x" run="1" />'), ("extension-not-allowed", "hook")),
    case(
        "foreign attribute",
        one_step(node=task("a", attributes='xmlns:x="urn:x" x:run="1"')),
        ("attribute-not-allowed", "a"),
    ),
    case(
        "import",
        definitions(
            '<bpmn:import importType="x" location="file:///etc/passwd" namespace="x" />',
            one_process(start(), end(), flow("mulai", "selesai")),
        ),
        ("element-not-allowed", "import"),
    ),
]
