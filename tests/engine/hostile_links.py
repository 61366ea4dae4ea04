"""Links to forms, calls, pools; properties that the engine would act on; numbers of instances."""

from __future__ import annotations

from tests.engine.diagrams import (
    call,
    definitions,
    end,
    flow,
    one_process,
    start,
    task,
)
from tests.engine.hostile import case, extended, one_step

LINKS = [
    case("cardinality of a thousand million", one_step(node=task("a", times="1000000000")), ("cardinality", "a")),
    case("cardinality of 51", one_step(node=task("a", times=51)), ("cardinality", "a")),
    case("cardinality of nothing", one_step(node=task("a", times=0)), ("cardinality", "a")),
    case("negative cardinality", one_step(node=task("a", times=-1)), ("cardinality", "a")),
    case("cardinality of 9 ** 9 ** 9", one_step(node=task("a", times="9**9**9")), ("cardinality", "a")),
    case("cardinality of a million digits", one_step(node=task("a", times="9" * 20_000)), ("cardinality", "a")),
    case("cardinality from a field", one_step(node=task("a", times="${jumlah}")), ("cardinality", "a")),
    case(
        "multi-instance without a cardinality",
        one_step(node=task("a", inside="<bpmn:multiInstanceLoopCharacteristics />")),
        ("cardinality", "a"),
    ),
    case("process that calls itself", one_step(node=call("a", "proses")), ("call-recursion", "a")),
    case("call of nothing", one_step(node='<bpmn:callActivity id="a" />'), ("call-target", "a")),
    case("call by expression", one_step(node=call("a", "${proses}")), ("call-target", "a")),
    case(
        "call of a version",
        one_step(node=call("a", "lain").replace(" />", ' camunda:calledElementVersion="1" />')),
        ("call-target", "a"),
    ),
    case(
        "call that passes one variable",
        one_step(
            node=call("a", "lain").replace(
                " />", f'>{extended("""<camunda:in source="x" target="y" />""")}</bpmn:callActivity>'
            )
        ),
        ("attribute-not-allowed", "a"),
    ),
    case("form outside the folder", one_step(node=task("a", form="../../etc/passwd")), ("form-link", "a")),
    case("form by expression", one_step(node=task("a", form="${formulir}")), ("form-link", "a")),
    case("form without an id", one_step(node=task("a", form="")), ("form-link", "a")),
    case(
        "form key outside the folder",
        one_step(node=task("a", attributes='camunda:formKey="camunda-forms:deployment:../x.form"')),
        ("form-link", "a"),
    ),
    case(
        "form key of another kind",
        one_step(node=task("a", attributes='camunda:formKey="embedded:app:x.html"')),
        ("form-link", "a"),
    ),
    case(
        "form at an address",
        one_step(node=task("a", attributes='camunda:formKey="http://127.0.0.1:9/x"')),
        ("form-link", "a"),
    ),
    case(
        "form of Camunda 8 outside the folder",
        one_step(node=task("a", inside=extended('<zeebe:formDefinition formId="a/../b" />'))),
        ("form-link", "a"),
    ),
    case("form in the diagram", one_step(node=task("a", inside=extended("<camunda:formData />"))), ("form-link", "a")),
    case(
        "two forms",
        one_step(node=task("a", form="x", attributes='camunda:formKey="camunda-forms:deployment:y.form"')),
        ("form-link", "a"),
    ),
    case(
        "form by version",
        one_step(node=task("a", form="x", attributes='camunda:formRefBinding="version"')),
        ("form-link", "a"),
    ),
    case(
        "form on the start",
        one_step().replace(b'id="mulai"', b'id="mulai" camunda:formRef="x"'),
        ("form-link", "mulai"),
    ),
    case(
        "two thousand processes",
        definitions(*(f'<bpmn:process id="p{n}" isExecutable="true" />' for n in range(2_000))),
        ("too-many-processes", "Definitions_1"),
    ),
    case("no process", definitions(), ("no-process", "Definitions_1")),
    case(
        "empty pool alone", definitions('<bpmn:process id="p" isExecutable="false" />'), ("no-process", "Definitions_1")
    ),
    case(
        "process that is not executable",
        one_step().replace(b'isExecutable="true"', b'isExecutable="false"'),
        ("process-not-executable", "proses"),
    ),
    case(
        "process that does not say so",
        one_step().replace(b' isExecutable="true"', b""),
        ("process-not-executable", "proses"),
    ),
    case(
        "second process that is not executable",
        definitions(
            one_process(start(), end(), flow("mulai", "selesai")),
            one_process(start("m2"), end("e2"), flow("m2", "e2"), key="dua").replace(
                'isExecutable="true"', 'isExecutable="false"'
            ),
        ),
        ("process-not-executable", "dua"),
    ),
    case(
        "pool of nothing",
        definitions(
            '<bpmn:collaboration id="k"><bpmn:participant id="pool" processRef="hilang" /></bpmn:collaboration>',
            one_process(start(), end(), flow("mulai", "selesai")),
        ),
        ("reference-dangling", "pool"),
    ),
    case(
        "message flow",
        definitions(
            '<bpmn:collaboration id="k"><bpmn:participant id="pool" processRef="proses" />'
            '<bpmn:messageFlow id="pesan" sourceRef="a" targetRef="pool" /></bpmn:collaboration>',
            one_process(start(), end(), flow("mulai", "selesai")),
        ),
        ("message-flow", "pesan"),
    ),
    case(
        "escalation of nothing",
        one_step().replace(
            b'id="selesai"></', b'id="selesai"><bpmn:escalationEventDefinition escalationRef="hilang" /></'
        ),
        ("reference-dangling", "selesai"),
    ),
    case("other calendar", one_step(properties={"kalender": "bulan"}), ("kalender", "proses")),
    *(
        case(f"case number {text!r}", one_step(properties={"nomor_perkara": text}), ("nomor-perkara", "proses"))
        for text in [
            "",
            "PB",
            "PB-{urut}",
            "{tahun}",
            "{tahun}-{urut}-{urut}",
            "{tahun}/{urut}",
            "{tahun}-{urut:x}",
            "{tahun}-{urut:099}",
            "{tahun!r}{urut}",
            "{tahun.__class__}{urut}",
            "{0}{tahun}{urut}",
            "{tahun} {urut}",
            "a" * 60 + "{tahun}{urut}",
            "-{tahun}{urut}",
            "{tahun}-{urut}\n",
        ]
    ),
    *(
        case(f"legal limit {text!r}", one_step(properties={"batas_hukum": text}), ("batas-hukum", "proses"))
        for text in ["", "14", "14 hari", "PT5H", "P0D", "P2W"]
    ),
    case(
        "property without a name", one_step(node=task("a", properties={" ": "x", "waktu": "-"})), ("property-name", "a")
    ),
    case(
        "property twice",
        one_step(
            node=task(
                "a",
                inside=extended(
                    '<camunda:properties><camunda:property name="waktu" value="1 hari" /></camunda:properties>'
                ),
            )
        ),
        ("property-duplicate", "a"),
    ),
]
