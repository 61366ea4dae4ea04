"""The handwritings of the drawing tools: what each puts around a diagram that others do not."""

from __future__ import annotations

from tests.drawings.sketch import Tool

BPMN_IO = Tool("bpmn.io", root='exporter="bpmn-js (https://demo.bpmn.io)" exporterVersion="18.3.1"')
CAMUNDA_7 = Tool(
    "Camunda Modeler, Platform 7",
    root='xmlns:modeler="http://camunda.org/schema/modeler/1.0" exporter="Camunda Modeler" exporterVersion="5.30.0" '
    'modeler:executionPlatform="Camunda Platform" modeler:executionPlatformVersion="7.22.0"',
    attributes='isExecutable="true" camunda:historyTimeToLive="180"',
)
CAMUNDA_8 = Tool(
    "Camunda Modeler, Platform 8",
    root='xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:modeler="http://camunda.org/schema/modeler/1.0" '
    'modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.6.0"',
    attributes='isExecutable="true"',
)
SIGNAVIO = Tool(
    "Signavio",
    prefix="",
    root='xmlns:signavio="http://www.signavio.com" exporter="Signavio Process Editor, http://www.signavio.com" '
    'exporterVersion="16.5.0" expressionLanguage="http://www.w3.org/TR/XPath"',
    process='<extensionElements><signavio:signavioDiagramMetaData metaKey="revisionid" metaValue="ab12"/>'
    "</extensionElements>",
    attributes='processType="None" isClosed="false" isExecutable="false"',
    node='<extensionElements><signavio:signavioMetaData metaKey="bgcolor" metaValue="#ffffff"/></extensionElements>',
)
BIZAGI = Tool(
    "Bizagi Modeler",
    prefix="",
    process='<documentation/><extensionElements><bizagi:BizagiExtensions xmlns:bizagi="http://www.bizagi.com/bpmn20">'
    '<bizagi:BizagiProperties><bizagi:BizagiProperty name="bgColor" value="White"/></bizagi:BizagiProperties>'
    "</bizagi:BizagiExtensions></extensionElements>",
    attributes="",
    node='<documentation/><extensionElements><bizagi:BizagiExtensions xmlns:bizagi="http://www.bizagi.com/bpmn20">'
    '<bizagi:BizagiProperties><bizagi:BizagiProperty name="bgColor" value="#ECEFFF"/>'
    '<bizagi:BizagiProperty name="runtimeProperties" value="{}"/></bizagi:BizagiProperties>'
    "</bizagi:BizagiExtensions></extensionElements>",
)
ARIS = Tool(
    "ARIS",
    prefix="semantic:",
    root='xmlns:aris="http://www.ariscommunity.com/bpmn" exporter="ARIS" exporterVersion="10"',
    attributes='isClosed="false" processType="None"',
    node='<semantic:extensionElements><aris:attr type="AT_ID">7</aris:attr></semantic:extensionElements>',
    listed=False,
)
VISIO = Tool("Visio", prefix="", attributes='isExecutable="false"', drawn=False, listed=False)
YAOQIANG = Tool(
    "Yaoqiang BPMN Editor",
    prefix="",
    root='xmlns:tns="http://sourceforge.net/bpmn/definitions/_1" xmlns:yaoqiang="http://www.yaoqiang.org/bpmn" '
    'exporter="Yaoqiang BPMN Editor" exporterVersion="5.3" typeLanguage="http://www.w3.org/2001/XMLSchema" '
    'expressionLanguage="http://www.w3.org/1999/XPath"',
    process='<extensionElements><yaoqiang:pageFormat height="841.8" width="595.2"/></extensionElements>',
    attributes='isClosed="false" isExecutable="true" processType="None"',
    node_attributes="",
)
FLOWABLE = Tool(
    "Flowable",
    prefix="",
    root='xmlns:flowable="http://flowable.org/bpmn" xmlns:xsd="http://www.w3.org/2001/XMLSchema" '
    'typeLanguage="http://www.w3.org/2001/XMLSchema" expressionLanguage="http://www.w3.org/1999/XPath"',
    attributes='isExecutable="true"',
    listed=False,
)
ACTIVITI = Tool(
    "Activiti",
    prefix="",
    root='xmlns:activiti="http://activiti.org/bpmn" typeLanguage="http://www.w3.org/2001/XMLSchema"',
    attributes='isExecutable="true"',
    drawn=False,
    listed=False,
)
JBPM = Tool(
    "jBPM",
    prefix="bpmn2:",
    root='xmlns:drools="http://www.jboss.org/drools" exporter="jBPM Process Modeler" exporterVersion="2.0"',
    attributes='drools:packageName="id.go.contoh" drools:version="1.0" drools:adHoc="false" isExecutable="true" '
    'processType="Public"',
    process='<bpmn2:property id="_berkasItem" itemSubjectRef="_berkasItem" name="berkas"/>',
    node='<bpmn2:extensionElements><drools:metaData name="elementname"><drools:metaValue>langkah</drools:metaValue>'
    "</drools:metaData></bpmn2:extensionElements>",
)
ECLIPSE = Tool(
    "Eclipse BPMN2 Modeler",
    prefix="bpmn2:",
    root='exporter="org.eclipse.bpmn2.modeler.core"',
    attributes='isExecutable="false"',
)
DRAW_IO = Tool("gambar bebas", prefix="", attributes="", drawn=False, listed=False)
OLD = Tool(
    "BPMN 2.0 beta", prefix="", model="http://schema.omg.org/spec/BPMN/2.0", attributes="", drawn=False, listed=False
)
