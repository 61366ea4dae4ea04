"""What to tell the owner of a diagram about an element or attribute that is not on the list."""

from __future__ import annotations

from typing import Final

from .xml import Xml

_TASK = "ubah menjadi User Task yang dikerjakan orang dalam suatu lane"
_EVENT = "pakai timer, atau selesaikan dengan User Task"
_END = "pakai end event polos, terminate atau escalation"
_CODE = "hapus; Alur tidak pernah menjalankan kode dari diagram"
_WHO = "hapus; siapa yang mengerjakan ditentukan lane (dan camunda:candidateGroups)"
_WHEN = "hapus; pasang boundary timer pada langkahnya"

_ELEMENTS: Final = {
    **{f"bpmn:{kind}": ("task-kind", _TASK) for kind in (
        "task", "scriptTask", "serviceTask", "sendTask", "receiveTask", "manualTask", "businessRuleTask",
    )},
    **{f"bpmn:{kind}": ("gateway-kind", "ubah menjadi exclusive, parallel atau inclusive gateway") for kind in (
        "eventBasedGateway", "complexGateway",
    )},
    **{f"bpmn:{kind}EventDefinition": ("event-kind", _EVENT) for kind in (
        "message", "signal", "error", "conditional", "compensate", "cancel", "link", "timer",
    )},
    "bpmn:escalationEventDefinition": ("event-kind", "escalation hanya pada end event"),
    "bpmn:terminateEventDefinition": ("event-kind", "terminate hanya pada end event"),
    "bpmn:eventDefinitionRef": ("event-kind", _EVENT),
    "bpmn:intermediateThrowEvent": ("event-kind", f"hapus, atau {_END}"),
    "bpmn:implicitThrowEvent": ("event-kind", f"hapus, atau {_END}"),
    "bpmn:transaction": ("sub-process-kind", "ubah menjadi sub-proses biasa"),
    "bpmn:adHocSubProcess": ("sub-process-kind", "ubah menjadi sub-proses biasa dengan urutan yang jelas"),
    "bpmn:standardLoopCharacteristics": ("loop-kind", "hapus; ulangi dengan exclusive gateway yang kembali ke langkah"),
    "bpmn:multiInstanceLoopCharacteristics": ("loop-kind", "multi-instance hanya pada User Task"),
    "bpmn:completionCondition": ("code", _CODE),
    "bpmn:loopDataInputRef": ("loop-kind", "hapus; jumlah multi-instance ditulis sebagai angka di loopCardinality"),
    "bpmn:loopDataOutputRef": ("loop-kind", "hapus; jumlah multi-instance ditulis sebagai angka di loopCardinality"),
    "bpmn:inputDataItem": ("loop-kind", "hapus; jumlah multi-instance ditulis sebagai angka di loopCardinality"),
    "bpmn:outputDataItem": ("loop-kind", "hapus; jumlah multi-instance ditulis sebagai angka di loopCardinality"),
    "bpmn:timeDate": ("timer-kind", "pakai Duration, misalnya P3D; tanggal tetap tidak berlaku untuk setiap perkara"),
    "bpmn:timeCycle": ("timer-kind", "pakai Duration, misalnya P3D; pengingat kedua adalah boundary timer kedua"),
    "bpmn:messageFlow": ("message-flow", "hapus, atau ganti dengan anotasi teks; Alur tidak mengirim pesan"),
    "bpmn:childLaneSet": ("lane-nested", "keluarkan lane di dalam lane; setiap kolom SOP satu lane"),
    "bpmn:laneSet": ("lane-nested", "lane hanya ada pada proses, bukan di dalam sub-proses"),
    **{f"bpmn:{kind}": ("assignment", _WHO) for kind in (
        "resourceRole", "performer", "humanPerformer", "potentialOwner",
    )},
    **{f"bpmn:{kind}": ("code", _CODE) for kind in (
        "script", "transformation", "assignment", "condition", "monitoring",
    )},
    **{f"camunda:{kind}": ("code", _CODE) for kind in (
        "executionListener", "taskListener", "script", "inputOutput", "connector", "field", "errorEventDefinition",
    )},
    **{f"spiffworkflow:{kind}": ("code", _CODE) for kind in (
        "preScript", "postScript", "serviceTaskOperator", "unitTests", "instructionsForEndUser", "messagePayload",
    )},
    "camunda:formData": ("form-link", "buat formulir .form dan tautkan dengan Form Reference"),
    "camunda:potentialStarter": ("assignment", _WHO),
    "camunda:failedJobRetryTimeCycle": ("extension-not-allowed", "hapus; tidak ada pekerjaan latar yang diulang"),
    "zeebe:assignmentDefinition": ("assignment", _WHO),
    "zeebe:taskSchedule": ("duration", _WHEN),
    "zeebe:properties": ("extension-not-allowed", "tulis sebagai Extension properties Camunda 7"),
    "zeebe:ioMapping": ("code", _CODE),
    "zeebe:taskDefinition": ("code", _CODE),
    "zeebe:executionListeners": ("code", _CODE),
    "zeebe:taskListeners": ("code", _CODE),
    "xi:include": ("extension-not-allowed", "hapus; berkas lain tidak pernah disertakan"),
}  # fmt: skip

_ATTRIBUTES: Final = {
    "camunda:assignee": ("assignment", _WHO),
    "camunda:candidateUsers": ("assignment", _WHO),
    "camunda:candidateStarterGroups": ("assignment", "hapus; yang boleh memulai adalah lane dari langkah pertama"),
    "camunda:candidateStarterUsers": ("assignment", "hapus; yang boleh memulai adalah lane dari langkah pertama"),
    "camunda:isStartableInTasklist": ("assignment", "hapus; yang boleh memulai adalah lane dari langkah pertama"),
    "camunda:dueDate": ("attribute-not-allowed", _WHEN),
    "camunda:followUpDate": ("attribute-not-allowed", f"{_WHEN} sebagai pengingat"),
    "camunda:priority": ("attribute-not-allowed", "hapus; urutan daftar tugas mengikuti batas waktunya"),
    "camunda:formRef": ("form-link", "formulir hanya pada User Task; pindahkan ke langkah pertama"),
    "camunda:formKey": ("form-link", "formulir hanya pada User Task; pindahkan ke langkah pertama"),
    "camunda:formRefBinding": ("form-link", "pakai latest atau deployment"),
    "camunda:formRefVersion": ("form-link", "hapus; formulir dibekukan bersama versi prosesnya"),
    "bindingType": ("form-link", "pakai latest atau deployment"),
    "versionTag": ("form-link", "hapus; formulir dibekukan bersama versi prosesnya"),
    "externalReference": ("form-link", "tautkan formulir .form dengan id-nya"),
    "formKey": ("form-link", "tautkan formulir .form dengan id-nya"),
    "camunda:calledElementBinding": ("call-target", "pakai latest; versi yang dipanggil dibekukan saat dipasang"),
    "camunda:calledElementVersion": ("call-target", "hapus; versi yang dipanggil dibekukan saat dipasang"),
    "camunda:collection": ("loop-kind", "hapus; jumlah multi-instance ditulis sebagai angka di loopCardinality"),
    "camunda:elementVariable": ("loop-kind", "hapus; jumlah multi-instance ditulis sebagai angka di loopCardinality"),
    "camunda:resource": ("code", _CODE),
    "camunda:expression": ("code", _CODE),
    "camunda:class": ("code", _CODE),
    "camunda:delegateExpression": ("code", _CODE),
    "camunda:variableMappingClass": ("code", _CODE),
    "camunda:variableMappingDelegateExpression": ("code", _CODE),
    "triggeredByEvent": ("sub-process-kind", "ubah menjadi sub-proses biasa, atau pakai boundary timer"),
    "default": ("condition-misplaced", "hapus; aliran default hanya pada exclusive atau inclusive gateway"),
    "language": ("condition", "hapus; hanya ada satu bahasa ungkapan, ${…}"),
    "evaluatesToTypeRef": ("condition", "hapus; hanya ada satu bahasa ungkapan, ${…}"),
    "expressionLanguage": ("condition", "hapus; hanya ada satu bahasa ungkapan, ${…}"),
}  # fmt: skip


def advice_on_element(element: Xml) -> tuple[str, str]:
    """Return rule and sentence for an element that may not stand where it stands."""
    rule, advice = _ELEMENTS.get(element.label, ("", ""))
    parent = element.parent.kind if element.parent is not None else "berkas"
    if not rule:
        rule = "element-not-allowed" if element.label.startswith("bpmn:") else "extension-not-allowed"
        advice = "hapus dari diagram"
    return rule, f"Elemen {_short(element.label)} tidak boleh ada dalam {parent}: {advice}."


def advice_on_attribute(element: Xml, name: str, value: str | None = None) -> tuple[str, str]:
    """Return rule and sentence for an attribute that may not stand there, or not with that value."""
    default = ("attribute-not-allowed", "hapus") if value is None else ("attribute-value", "kembalikan ke nilai bawaan")
    rule, advice = _ATTRIBUTES.get(name, default)
    if value is None:
        return rule, f"Atribut {_short(name)} pada {element.kind} tidak dikenal: {advice}."
    return rule, f"Nilai {_short(value)!r} dari atribut {name} pada {element.kind} tidak dapat dijalankan: {advice}."


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:77] + "…"
