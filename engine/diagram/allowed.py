"""The positive list: which elements and attributes may stand where, and with which values.

What the table does not name is refused by name, so that nothing in a diagram is silently left
undone. The table says nothing about how elements fit together; that is judged later.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from .advice import advice_on_attribute, advice_on_element
from .rules import Findings, owner_of
from .xml import Xml

LONGEST_NAME: Final = 1_000
LONGEST_TEXT: Final = 20_000

_DOCS = "bpmn:documentation bpmn:extensionElements"
_ARTIFACTS = "bpmn:textAnnotation bpmn:association bpmn:group"
_TASK_DATA = "bpmn:property bpmn:dataInputAssociation bpmn:dataOutputAssociation"
_FLOW_NODES = (
    "bpmn:startEvent bpmn:endEvent bpmn:boundaryEvent bpmn:intermediateCatchEvent bpmn:userTask bpmn:subProcess "
    "bpmn:callActivity bpmn:exclusiveGateway bpmn:parallelGateway bpmn:inclusiveGateway"
)
_BODY = (
    f"{_DOCS} {_FLOW_NODES} bpmn:sequenceFlow {_ARTIFACTS} bpmn:dataObject bpmn:dataObjectReference "
    "bpmn:dataStoreReference"
)
_NODE = f"{_DOCS} bpmn:incoming bpmn:outgoing"
# A transaction boundary of another engine; here a command is always one transaction.
_NODE_ATTRIBUTES = (
    "id name camunda:asyncBefore camunda:asyncAfter camunda:exclusive camunda:modelerTemplate "
    "camunda:modelerTemplateVersion camunda:modelerTemplateIcon"
)
_ACTIVITY_ATTRIBUTES = f"{_NODE_ATTRIBUTES} startQuantity=1 completionQuantity=1 isForCompensation=false"
_DEFINITIONS_ATTRIBUTES = (
    "id name targetNamespace exporter exporterVersion typeLanguage expressionLanguage=http://www.w3.org/1999/XPath "
    "xsi:schemaLocation modeler:executionPlatform modeler:executionPlatformVersion camunda:diagramRelationId"
)
_PROCESS_ATTRIBUTES = (
    "id name isExecutable=true|false processType isClosed camunda:historyTimeToLive camunda:versionTag "
    "camunda:isStartableInTasklist=true"
)
_USER_TASK_ATTRIBUTES = (
    f"{_ACTIVITY_ATTRIBUTES} implementation=##unspecified camunda:formRef camunda:formKey "
    "camunda:formRefBinding=latest|deployment camunda:candidateGroups"
)
# Of deleted events: no modeler shows them, and nothing that uses them is allowed.
_LEFTOVERS = "bpmn:message bpmn:signal bpmn:error"
_EXPRESSION = "id xsi:type=*tFormalExpression|tExpression"

_TABLE: Final[Mapping[str, tuple[str, str]]] = {
    "bpmn:definitions": (
        _DEFINITIONS_ATTRIBUTES,
        f"{_DOCS} bpmn:process bpmn:collaboration bpmn:category bpmn:dataStore bpmn:escalation {_LEFTOVERS}",
    ),
    "bpmn:message": ("id name", ""),
    "bpmn:signal": ("id name", ""),
    "bpmn:error": ("id name errorCode camunda:errorMessage", ""),
    "bpmn:escalation": ("id name escalationCode", _DOCS),
    "bpmn:collaboration": ("id name isClosed", f"{_DOCS} bpmn:participant {_ARTIFACTS}"),
    "bpmn:participant": ("id name processRef", _DOCS),
    "bpmn:process": (
        _PROCESS_ATTRIBUTES,
        f"{_BODY} bpmn:laneSet",
    ),
    "bpmn:laneSet": ("id name", f"{_DOCS} bpmn:lane"),
    "bpmn:lane": ("id name", f"{_DOCS} bpmn:flowNodeRef"),
    "bpmn:flowNodeRef": ("", ""),
    "bpmn:subProcess": (f"{_ACTIVITY_ATTRIBUTES} triggeredByEvent=false", f"{_BODY} {_NODE} {_TASK_DATA}"),
    "bpmn:userTask": (
        _USER_TASK_ATTRIBUTES,
        f"{_NODE} {_TASK_DATA} bpmn:multiInstanceLoopCharacteristics",
    ),
    "bpmn:callActivity": (
        f"{_ACTIVITY_ATTRIBUTES} calledElement camunda:calledElementBinding=latest|deployment",
        f"{_NODE} {_TASK_DATA}",
    ),
    "bpmn:startEvent": (f"{_NODE_ATTRIBUTES} isInterrupting=true parallelMultiple=false", _NODE),
    "bpmn:endEvent": (_NODE_ATTRIBUTES, f"{_NODE} bpmn:terminateEventDefinition bpmn:escalationEventDefinition"),
    "bpmn:boundaryEvent": (
        f"{_NODE_ATTRIBUTES} attachedToRef cancelActivity=true|false parallelMultiple=false",
        f"{_NODE} bpmn:timerEventDefinition",
    ),
    "bpmn:intermediateCatchEvent": (
        f"{_NODE_ATTRIBUTES} parallelMultiple=false",
        f"{_NODE} bpmn:timerEventDefinition",
    ),
    "bpmn:exclusiveGateway": (f"{_NODE_ATTRIBUTES} gatewayDirection default", _NODE),
    "bpmn:inclusiveGateway": (f"{_NODE_ATTRIBUTES} gatewayDirection default", _NODE),
    "bpmn:parallelGateway": (f"{_NODE_ATTRIBUTES} gatewayDirection", _NODE),
    "bpmn:timerEventDefinition": ("id", "bpmn:timeDuration"),
    "bpmn:timeDuration": (_EXPRESSION, ""),
    "bpmn:terminateEventDefinition": ("id", ""),
    "bpmn:escalationEventDefinition": ("id escalationRef", ""),
    "bpmn:multiInstanceLoopCharacteristics": (
        "id isSequential=true|false behavior=All camunda:asyncBefore camunda:asyncAfter camunda:exclusive",
        "bpmn:loopCardinality",
    ),
    "bpmn:loopCardinality": (_EXPRESSION, ""),
    "bpmn:sequenceFlow": ("id name sourceRef targetRef isImmediate=true", f"{_DOCS} bpmn:conditionExpression"),
    "bpmn:conditionExpression": (_EXPRESSION, ""),
    "bpmn:incoming": ("", ""),
    "bpmn:outgoing": ("", ""),
    "bpmn:documentation": ("id textFormat", ""),
    "bpmn:textAnnotation": ("id textFormat", f"{_DOCS} bpmn:text"),
    "bpmn:text": ("", ""),
    "bpmn:association": ("id sourceRef targetRef associationDirection", _DOCS),
    "bpmn:group": ("id categoryValueRef", _DOCS),
    "bpmn:category": ("id name", f"{_DOCS} bpmn:categoryValue"),
    "bpmn:categoryValue": ("id value", _DOCS),
    "bpmn:dataObject": ("id name isCollection", f"{_DOCS} bpmn:dataState"),
    "bpmn:dataObjectReference": ("id name dataObjectRef", f"{_DOCS} bpmn:dataState"),
    "bpmn:dataState": ("id name", _DOCS),
    "bpmn:dataStore": ("id name capacity isUnlimited", _DOCS),
    "bpmn:dataStoreReference": ("id name dataStoreRef", f"{_DOCS} bpmn:dataState"),
    "bpmn:property": ("id name", ""),
    "bpmn:dataInputAssociation": ("id", "bpmn:sourceRef bpmn:targetRef"),
    "bpmn:dataOutputAssociation": ("id", "bpmn:sourceRef bpmn:targetRef"),
    "bpmn:sourceRef": ("", ""),
    "bpmn:targetRef": ("", ""),
    "bpmn:extensionElements": ("", "camunda:properties"),
    "camunda:properties": ("", "camunda:property"),
    "camunda:property": ("id name value", ""),
    "camunda:in": ("variables=all", ""),
    "camunda:out": ("variables=all", ""),
    "zeebe:userTask": ("", ""),
    "zeebe:formDefinition": ("formId bindingType=latest|deployment", ""),
}
EXTENSIONS: Final[Mapping[str, str]] = {
    "bpmn:userTask": "camunda:properties zeebe:formDefinition zeebe:userTask",
    # Called processes share the case's answers, which is what passing "all" both ways says.
    "bpmn:callActivity": "camunda:properties camunda:in camunda:out",
}
"""Children of ``extensionElements`` where its parent allows more than properties."""


@dataclass(frozen=True)
class Allowed:
    attributes: Mapping[str, re.Pattern[str] | None]
    children: frozenset[str]

    @classmethod
    def of(cls, attributes: str, children: str) -> Allowed:
        named = dict(_attribute(each) for each in attributes.split())
        return cls(named, frozenset(children.split()))


def _attribute(written: str) -> tuple[str, re.Pattern[str] | None]:
    """Return name and accepted values of ``name``, ``name=one|other`` or ``name=*end``."""
    name, _, values = written.partition("=")
    if not values:
        return name, None
    any_prefix = "([A-Za-z][A-Za-z0-9_.-]*:)?" if values.startswith("*") else ""
    listed = "|".join(re.escape(value) for value in values.lstrip("*").split("|"))
    return name, re.compile(f"{any_prefix}({listed})")


ALLOWED: Final = {label: Allowed.of(*row) for label, row in _TABLE.items()}


def check_allowed(root: Xml, findings: Findings) -> None:
    """Note every element, attribute and value that the table does not name, and take such elements out."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        allowed = ALLOWED[element.label]
        _check_attributes(element, allowed, findings)
        _check_texts(element, findings)
        children = allowed.children
        if element.label == "bpmn:extensionElements" and element.parent is not None:
            children = frozenset(EXTENSIONS.get(element.parent.label, "camunda:properties").split())
        accepted = []
        for child in element.children:
            if child.label in children:
                accepted.append(child)
            else:
                findings.refuse(*advice_on_element(child), at=child)
                findings.left_out.update(each.id for each in child.walk() if each.id)
                findings.damaged.add(owner_of(child).id)
        element.children = accepted
        waiting.extend(reversed(accepted))


def _check_attributes(element: Xml, allowed: Allowed, findings: Findings) -> None:
    for name, value in element.attributes.items():
        if name not in allowed.attributes:
            findings.refuse(*advice_on_attribute(element, name), at=element)
            continue
        accepted = allowed.attributes[name]
        if accepted is not None and not accepted.fullmatch(value):
            findings.refuse(*advice_on_attribute(element, name, value), at=element)


def _check_texts(element: Xml, findings: Findings) -> None:
    for name, value in (*element.attributes.items(), ("teks", element.text)):
        longest = LONGEST_NAME if name == "name" else LONGEST_TEXT
        if len(value) > longest:
            message = f"{name} pada {element.kind} paling panjang {longest} huruf, ditemukan {len(value)}; persingkat."
            findings.refuse("text-too-long", message, at=element)
