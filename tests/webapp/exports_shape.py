"""The shape of a log in the standard IEEE 1849-2016, as RELAX NG, and reading a log that has it.

Written from the standard's own description of its XML: the order of the parts, the required attributes,
and the type of each value.
"""

from __future__ import annotations

from lxml import etree

NAMESPACE = "{http://www.xes-standard.org/}"
_VALUES = {
    "string": "<text/>",
    "date": '<data type="dateTime"/>',
    "int": '<data type="long"/>',
    "float": '<data type="double"/>',
    "boolean": '<data type="boolean"/>',
    "id": '<data type="string"/>',
}
_KEY = '<attribute name="key"><data type="string"><param name="minLength">1</param></data></attribute>'
_NESTED = '<zeroOrMore><ref name="attribute"/></zeroOrMore>'
_ATTRIBUTES = "".join(
    f'<element name="{kind}">{_KEY}<attribute name="value">{value}</attribute>{_NESTED}</element>'
    for kind, value in _VALUES.items()
)
SHAPE = f"""
<grammar xmlns="http://relaxng.org/ns/structure/1.0" ns="http://www.xes-standard.org/"
  datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
<start><element name="log">
  <attribute name="xes.version"><value>1849-2016</value></attribute>
  <attribute name="xes.features"><text/></attribute>
  <zeroOrMore><element name="extension">
    <attribute name="name"><data type="NCName"/></attribute>
    <attribute name="prefix"><data type="NCName"/></attribute>
    <attribute name="uri"><data type="anyURI"/></attribute>
  </element></zeroOrMore>
  <zeroOrMore><element name="global">
    <attribute name="scope"><choice><value>trace</value><value>event</value></choice></attribute>
    <oneOrMore><ref name="attribute"/></oneOrMore>
  </element></zeroOrMore>
  <zeroOrMore><element name="classifier">
    <attribute name="name"><text/></attribute>
    <optional><attribute name="scope"><choice><value>trace</value><value>event</value></choice></attribute></optional>
    <attribute name="keys"><data type="token"/></attribute>
  </element></zeroOrMore>
  <zeroOrMore><ref name="attribute"/></zeroOrMore>
  <zeroOrMore><element name="trace">
    <zeroOrMore><ref name="attribute"/></zeroOrMore>
    <zeroOrMore><element name="event"><zeroOrMore><ref name="attribute"/></zeroOrMore></element></zeroOrMore>
  </element></zeroOrMore>
</element></start>
<define name="attribute"><choice>{_ATTRIBUTES}</choice></define>
</grammar>"""
TRANSITIONS = frozenset(
    {
        "schedule",
        "assign",
        "withdraw",
        "reassign",
        "start",
        "suspend",
        "resume",
        "pi_abort",
        "ate_abort",
        "complete",
        "autoskip",
        "manualskip",
        "unknown",
    }
)


def read_log(data: bytes) -> etree._Element:
    """Return the root of a log; fail unless it has the standard's shape and keeps its own promises."""
    root = etree.fromstring(data)
    schema = etree.RelaxNG(etree.fromstring(SHAPE))
    assert schema.validate(root), schema.error_log
    prefixes = {each.get("prefix") for each in root.iter(f"{NAMESPACE}extension")}
    for element in (*root.iter(f"{NAMESPACE}trace"), *root.iter(f"{NAMESPACE}event")):
        keys = [each.get("key") for each in element if each.tag not in (f"{NAMESPACE}event",)]
        assert len(keys) == len(set(keys)), f"a key stands twice in {keys}"
        assert {key.partition(":")[0] for key in keys if ":" in key} <= prefixes
        scope = element.tag.removeprefix(NAMESPACE)
        promised = {each.get("key") for each in root.findall(f"{NAMESPACE}global[@scope='{scope}']/*")}
        assert promised <= set(keys)
    return root


def values(element: etree._Element) -> dict[str, str]:
    """Return the attributes of a log, a trace or an event as texts."""
    return {each.get("key", ""): each.get("value", "") for each in element if each.get("key") is not None}


def events(root: etree._Element) -> list[dict[str, str]]:
    """Return all events of a log, in order."""
    return [values(event) for event in root.iter(f"{NAMESPACE}event")]
