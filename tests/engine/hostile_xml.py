"""Files that attack the parser before anybody asks what is drawn."""

from __future__ import annotations

from tests.engine.diagrams import (
    process,
    sequence,
    start,
    task,
)
from tests.engine.hostile import case, one_step

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
XML = [
    case("empty", b"", ("empty", "")),
    case("blank", b" \n\t", ("empty", "")),
    case("text", b"halo", ("not-xml", "")),
    case("a picture", b"\x89PNG\r\n\x1a\n" + bytes(100), ("not-xml", "")),
    case("cut off", sequence("a")[:-30], ("not-xml", "")),
    case("NUL in a name", sequence("a").replace(b"Langkah a", b"Lang\0kah"), ("not-xml", "")),
    case("control sign by reference", sequence("a").replace(b"Langkah a", b"&#1;"), ("not-xml", "")),
    case("lone surrogate", sequence("a").replace(b"Langkah a", b"&#xD800;"), ("not-xml", "")),
    case("unknown encoding", b'<?xml version="1.0" encoding="klingon"?><a/>', ("not-xml", "")),
    case("bytes that are no UTF-8", sequence("a").replace(b"Langkah a", b"\xff\xfe\xfd"), ("not-xml", "")),
    case("too big", sequence("a") + b" " * 1_048_576, ("too-large", "")),
    case("HTML", b"<html><body/></html>", ("not-bpmn", "")),
    case("BPMN without its namespace", b"<definitions><process id='p'/></definitions>", ("not-bpmn", "")),
    case("prefix of BPMN for another namespace", b"<bpmn:definitions xmlns:bpmn='urn:x'/>", ("not-bpmn", "")),
    case("drawing alone", b"<d:x xmlns:d='http://www.omg.org/spec/BPMN/20100524/DI'/>", ("not-bpmn", "")),
    case("billion laughs", f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]><x>&l9;</x>'.encode(), ("doctype", "")),
    case(
        "quadratic blow-up",
        b'<!DOCTYPE x [<!ENTITY a "%s">]><x>%s</x>' % (b"a" * 50_000, b"&a;" * 50_000),
        ("doctype", ""),
    ),
    case("external entity", b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>', ("doctype", "")),
    case("parameter entity", b'<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:9/x"> %a;]><x/>', ("doctype", "")),
    case("external DTD", b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x/>', ("doctype", "")),
    case("DOCTYPE in UTF-16", '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'.encode("utf-16"), ("doctype", "")),
    case(
        "DOCTYPE in UTF-7",
        b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x [+ADwAIQ-ENTITY a "b">]><x/>',
        ("doctype", ""),
    ),
    case("entity without a DOCTYPE", sequence("a").replace(b"Langkah a", b"&rahasia;"), ("not-xml", "")),
    case(
        "stylesheet",
        b'<?xml-stylesheet href="http://127.0.0.1:9/x.xsl"?>' + sequence("a")[39:],
        ("processing-instruction", ""),
    ),
    case("instruction inside", one_step("<?php system('id') ?>"), ("processing-instruction", "")),
    case(
        "include",
        one_step('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>'),
        ("extension-not-allowed", "include"),
    ),
    case("deep nesting", b"<x>" * 100_000 + b"</x>" * 100_000, ("xml-depth", "")),
    case(
        "deep nesting in the drawing",
        one_step().replace(
            b"</bpmn:definitions>", b"<d:x xmlns:d='http://www.omg.org/spec/BPMN/20100524/DI'>" + b"<d:x>" * 90_000
        ),
        ("xml-depth", ""),
    ),
    case(
        "sub-processes in each other",
        process(start(), "".join(f'<bpmn:subProcess id="s{n}">' for n in range(500)) + "</bpmn:subProcess>" * 500),
        ("xml-depth", ""),
    ),
    case("300,000 elements", b"<x>" + b"<y/>" * 200_000 + b"</x>", ("too-many-elements", "")),
    case(
        "100,000 attributes",
        b"<x " + b" ".join(b'a%d=""' % n for n in range(90_000)) + b"/>",
        ("too-many-elements", ""),
    ),
    case("huge name", one_step(node=task("a", "n" * 900_000)), ("text-too-long", "a")),
    case(
        "huge property", one_step(node=task("a", properties={"waktu": "-", "x": "n" * 500_000})), ("text-too-long", "a")
    ),
    case(
        "huge documentation",
        one_step(f"<bpmn:documentation>{'x' * 900_000}</bpmn:documentation>"),
        ("text-too-long", "proses"),
    ),
]
