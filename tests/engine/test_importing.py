"""Drawings from elsewhere: each gets the repairs that it must get, runs to its end, and loses no step in silence."""

from __future__ import annotations

import re
from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from engine import REFUSED, REPAIR_KINDS, Actor, Imported
from engine.diagram import read_diagram
from engine.mending.importing import Mended, mend
from engine.mending.tags import NODES
from engine.mending.timers import duration_in
from tests import asked
from tests.drawings.collection import DRAWINGS
from tests.drawings.damage import damaged
from tests.drawings.drawing import Drawing
from tests.drawings.sketch import DRAWN, MODEL, Sketch
from tests.drawings.tools import BPMN_IO, CAMUNDA_7
from tests.drawings.walking import executable, walk
from tests.engine.test_hostile_diagrams import HOSTILE
from tests.readme import ROOT

SECONDS = 2
DAMAGES = asked.number("ALUR_TEST_DRAWINGS", 60, long=600)
"""How many damaged drawings the suite tries; a longer run names more."""
OWNER = Actor("pemilik", duties=frozenset({"process_owner"}))
BY_NAME = {drawing.name: drawing for drawing in DRAWINGS}
CHOICE = """
    lane Petugas = s a g b c e
    start s
    user a "Periksa berkas"
    xor g "Lengkap?"
    user b "Terbitkan"
    user c "Kembalikan"
    end e
    s > a > g
    g > b "Ya"
    g > c "Tidak"
    b > e
    c > e
"""
LINE = """
    lane Petugas = s a e
    start s
    {}
    end e
    s > a > e
"""


def mended(data: bytes, choices: dict[str, str] | None = None, forms: dict[str, str] | None = None) -> Mended:
    """Import a drawing, and check that the answer came in time and that every repair says what it is."""
    began = process_time()
    result = mend(data, choices or {}, forms or {})
    took = process_time() - began

    assert took < SECONDS
    assert all(repair.kind in REPAIR_KINDS and repair.message.strip() for repair in result.repairs)
    assert len({repair.id for repair in result.repairs}) == len(result.repairs)
    return result


def sketched(text: str, choices: dict[str, str] | None = None) -> Mended:
    """Import a drawing of a few lines."""
    return mended(Sketch(text, BPMN_IO).xml().encode(), choices)


def repair_of(result: Mended, id_: str):
    """Return the repair of that id."""
    return next(repair for repair in result.repairs if repair.id == id_)


def named_nodes(data: bytes) -> set[str]:
    """Return the names of all flow nodes of a file."""
    labels = {f"{{{MODEL}}}{label.partition(':')[2]}" for label in NODES}
    nodes = [each for each in etree.fromstring(data).iter() if each.tag in labels]
    return {" ".join(each.get("name", "").split()) for each in nodes} - {""}


def check_names(before: set[str], result: Mended) -> None:
    """Check that every name is in the result, or in the words of a repair."""
    assert result.xml is not None
    there = {" ".join(each.get("name", "").split()) for each in etree.fromstring(result.xml).iter()}
    words = " ".join(repair.message for repair in result.repairs)
    lost = {name for name in before - there if name[:150] not in words and not any(name[:150] in own for own in there)}
    assert not lost


# --- the collection --------------------------------------------------------------------------


def test_the_collection_holds_over_a_hundred_drawings_in_the_handwriting_of_several_tools():
    assert len(BY_NAME) == len(DRAWINGS) > 120
    assert len({drawing.name.partition(":")[0] for drawing in DRAWINGS}) >= 10


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda drawing: drawing.name)
def test_a_drawing_gets_its_repairs_and_runs_to_its_end(drawing: Drawing):
    result = mended(drawing.data, forms=dict(drawing.forms))

    assert [repair.id for repair in result.repairs] == drawing.repairs
    assert result.xml is not None
    reading = read_diagram(result.xml)
    assert reading.errors == ()
    forms = {**drawing.forms, **result.forms}
    assert all(walk(executable(result.xml, forms, diagram.key)) for diagram in reading.diagrams)
    again = mended(result.xml, forms=forms)
    assert (again.repairs, again.xml) == ((), result.xml)


@pytest.mark.parametrize(
    "name",
    [
        "Bizagi Modeler: gambar SOP yang biasa",
        "gambar bebas: gambar SOP yang ditulis orang dengan bebas",
        "Flowable: tanpa lane, dengan kelompok",
        "Camunda Modeler, Platform 8: syarat FEEL atas isian yang dikenal",
        "Signavio: memanggil proses dalam berkas yang sama",
        "Visio: tiga pool yang sebenarnya lane",
    ],
)
def test_an_imported_drawing_deploys(engine, name):
    drawing = BY_NAME[name]
    imported: Imported = engine.import_drawing(drawing.data, {}, drawing.forms, "gambar.bpmn")

    assert [problem for problem in imported.problems if problem.severity == "error"] == []
    files = {f"{form_id}.form": text.encode() for form_id, text in {**drawing.forms, **imported.forms}.items()}
    deployment = engine.deploy({"gambar.bpmn": imported.xml, **files}, by=OWNER, note="impor")
    assert deployment.definitions


# --- nothing lost, nothing changed in silence, never a traceback -------------------------------


@settings(max_examples=DAMAGES, deadline=None)
@given(st.sampled_from(DRAWINGS), st.integers(min_value=0, max_value=10**9))
def test_a_damaged_drawing_is_imported_without_losing_a_step(drawing: Drawing, seed: int):
    try:
        data = damaged(drawing.data, seed)
    except etree.XMLSyntaxError:
        return  # one that is only readable after its letters were put right
    result = mended(data, forms=dict(drawing.forms))

    if result.xml is None:
        assert result.refused is not None
        return
    check_names(named_nodes(data), result)
    assert mended(data, forms=dict(drawing.forms)) == result
    forms = {**drawing.forms, **result.forms}
    assert mended(result.xml, forms=forms).repairs == ()


@settings(max_examples=DAMAGES, deadline=None)
@given(st.sampled_from(DRAWINGS), st.randoms(use_true_random=False))
def test_any_choices_give_an_answer(drawing: Drawing, dice):
    proposed = mended(drawing.data, forms=dict(drawing.forms)).repairs
    nonsense = ["P2D", "Kepala; Wakil", "${x == 1}", "\x00", "7", "", REFUSED, "x" * 2_000]
    choices = {each.id: dice.choice([*(choice.value for choice in each.choices), *nonsense]) for each in proposed}

    result = mended(drawing.data, choices, dict(drawing.forms))

    assert result.xml is not None
    check_names(set(), result)
    for repair in result.repairs:
        listed = {choice.value for choice in repair.choices}
        assert not listed or repair.entry or repair.chosen in listed


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda hostile: hostile.name)
def test_a_hostile_diagram_is_imported_or_refused_at_once_and_never_with_code(hostile):
    result = mended(hostile.data)

    if result.xml is None:
        assert result.refused is not None
        assert result.refused[1]
    else:
        kept = re.sub(rb"<bpmn:(documentation|text)[ >].*?</bpmn:\1>", b"", result.xml, flags=re.DOTALL)
        assert not re.search(rb"<[a-z]+:(script|taskListener|executionListener|connector|preScript)\b", kept)


def test_a_sound_diagram_stays_byte_for_byte():
    data = (ROOT / "bpmn" / "sop-pengaduan-kategori-berat.bpmn").read_bytes()
    forms = {file.stem: file.read_text() for file in (ROOT / "forms").glob("*.form")}

    result = mended(data, forms=forms)

    assert (result.xml, result.repairs, result.forms) == (data, (), {})


REFUSALS = [
    pytest.param(b"", "empty", id="nothing"),
    pytest.param(b"PK\x03\x04rest", "not-xml", id="a ZIP"),
    pytest.param(b"%PDF-1.7", "not-xml", id="a PDF"),
    pytest.param(b"\x89PNG\r\n", "not-xml", id="a picture"),
    pytest.param(b"\xd0\xcf\x11\xe0 visio", "not-xml", id="an old Visio file"),
    pytest.param(b'{"type": "default"}', "not-xml", id="JSON"),
    pytest.param(b"catatan rapat", "not-xml", id="a text"),
    pytest.param(b"<definitions><unclosed>", "not-xml", id="torn XML"),
    pytest.param(b"<mxfile><diagram/></mxfile>", "not-bpmn", id="draw.io"),
    pytest.param(b"<Package xmlns='http://www.wfmc.org/2008/XPDL2.1'/>", "not-bpmn", id="XPDL"),
    pytest.param(b"<html><body/></html>", "not-bpmn", id="a web page"),
    pytest.param(b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "doctype", id="an entity"),
    pytest.param("<a/>".encode("utf-16")[:-1], "not-xml", id="torn UTF-16"),
    pytest.param(f'<definitions xmlns="{MODEL}"><process id="p"/></definitions>'.encode(), "no-process", id="no step"),
    pytest.param(b"<a>" * 200 + b"</a>" * 200, "xml-depth", id="too deep"),
    pytest.param(b"<a>" + b"<b/>" * 20_000 + b"</a>", "too-many-elements", id="too many elements"),
    pytest.param(b" " * 1_100_000, "empty", id="only blanks"),
    pytest.param(b"<a>" + b"x" * 1_100_000 + b"</a>", "too-large", id="too large"),
]


@pytest.mark.parametrize(("data", "rule"), REFUSALS)
def test_what_is_no_drawing_is_refused_with_its_reason_and_what_to_do(data, rule):
    result = mended(data)

    assert result.xml is None
    assert result.refused is not None
    assert result.refused[0] == rule
    assert ";" in result.refused[1]


def _file(inner: str) -> bytes:
    return f'<definitions xmlns="{MODEL}" {DRAWN}>{inner}</definitions>'.encode()


def _many(count: int, text: str) -> str:
    """Return a text for each number, with ``#`` for the number, ``*`` and ``%`` for two others of it."""
    signs = [{"#": str(n), "*": str(n * 7 % 240), "%": str(n * 11 % 240)} for n in range(count)]
    return "".join(text.translate(str.maketrans(each)) for each in signs)


CLOCK = '<boundaryEvent id="b#" attachedToRef="t"><timerEventDefinition/></boundaryEvent>'
LARGE = [
    pytest.param(_many(240, '<task id="t#" name="T#"/>'), id="steps without a flow"),
    pytest.param(
        _many(240, '<task id="t#"/>') + _many(490, '<sequenceFlow id="f#" sourceRef="t*" targetRef="t%"/>'),
        id="a thicket of flows",
    ),
    pytest.param(
        '<startEvent id="s"/>'
        + _many(240, '<exclusiveGateway id="g#"/><sequenceFlow id="f#" sourceRef="g#" targetRef="g%"/>'),
        id="gateways only",
    ),
    pytest.param('<task id="t"/>' + '<v:x xmlns:v="urn:v" y="1"/>' * 14_000, id="vendor extensions"),
    pytest.param('<task id="t"/>' + '<textAnnotation id="a"/>' * 900, id="the same id again and again"),
    pytest.param('<task id="t"/>' + '<association id="a"/>' * 14_000, id="lines between nothing"),
    pytest.param(_many(90, '<subProcess id="s#">') + '<task id="t"/>' + "</subProcess>" * 90, id="deep"),
    pytest.param('<task id="t"/>' + _many(240, CLOCK), id="clocks on one step"),
]


@pytest.mark.parametrize("inner", LARGE)
def test_a_large_drawing_is_answered_in_time(inner):
    assert mended(_file(f'<process id="p">{inner}</process>')).repairs


def test_a_drawing_of_more_than_a_process_holds_is_refused():
    inner = "".join(f'<task id="t{number}"/>' for number in range(300))

    assert mended(_file(f'<process id="p">{inner}</process>')).refused is not None


@pytest.mark.parametrize(
    "drawn", ['<textAnnotation id="a"/>', "<dataObjectReference/>", '<dataStoreReference id="a"/>']
)
def test_a_drawing_of_more_notes_and_data_than_anybody_draws_is_refused(drawn):
    refused = mended(_file(f'<process id="p"><task id="t"/>{drawn * 14_000}</process>')).refused

    assert refused is not None
    assert "lebih dari 1000 simpul, catatan, dan data" in refused[1]


# --- choices ----------------------------------------------------------------------------------


def test_what_is_refused_stays_as_drawn_and_is_left_as_a_problem():
    text = LINE.format('service a "Cek NIK" implementation=##WebService')

    result = sketched(text, {"task-kind:a": REFUSED})

    assert result.xml is not None
    assert b"<bpmn:serviceTask" in result.xml
    assert {problem.rule for problem in read_diagram(result.xml).errors} == {"task-kind"}


@pytest.mark.parametrize(
    ("text", "choice", "expected"),
    [
        pytest.param(CHOICE, {"default:g": "f_g_b"}, 'default="f_g_b"', id="another default"),
        pytest.param(CHOICE, {"question:g": "langkah"}, 'name="Putuskan: Lengkap?"', id="asked in a step of its own"),
        pytest.param(LINE.format("user a"), {"task-name:a": "Catat surat"}, 'name="Catat surat"', id="a name typed"),
        pytest.param(
            LINE.replace("lane Petugas = s a e", "lane - = s a e").format('user a "A"'),
            {"lane-name:lane_1": "Kepala Seksi"}, 'name="Kepala Seksi"', id="a lane's name typed",
        ),
        pytest.param(
            LINE.format('user a "A"').replace("lane Petugas = s a e", ""),
            {"lane:proses": "Loket"}, 'name="Loket"', id="the one lane named",
        ),
        pytest.param(
            LINE.format("catch:timer a").replace("s > a", "user b \"B\"\n s > b > a").replace("s a e", "s a b e"),
            {"timer:a": "PT5H"}, ">PT5H<", id="a duration typed",
        ),
        pytest.param(
            LINE.format('catch:message a "Balasan"'), {"event:a": "P3D"}, ">P3D<", id="a message becomes a pause",
        ),
        pytest.param(
            LINE.format('user a "A"') + 'user b "B"\n a > b > e', {"split:a": "exclusiveGateway"},
            "<bpmn:exclusiveGateway", id="one way instead of all",
        ),
        pytest.param(
            LINE.format('user a "A" { <bpmn:multiInstanceLoopCharacteristics/> }'), {"loop:a": "4"},
            ">4</bpmn:loopCardinality>", id="a number typed",
        ),
        pytest.param(
            LINE.format('user a "A"') + 'user x "Fotokopi"', {"unreached:x": "sesudah:a"},
            'sourceRef="a" targetRef="x"', id="a loose step put behind another",
        ),
    ],
)  # fmt: skip
def test_the_owner_chooses_otherwise(text, choice, expected):
    assert expected not in (sketched(text).xml or b"").decode()

    result = sketched(text, choice)

    assert expected in (result.xml or b"").decode()
    assert read_diagram(result.xml or b"").errors == ()
    assert mended(result.xml or b"", forms=dict(result.forms)).repairs == ()


@pytest.mark.parametrize(
    ("id_", "value"),
    [("condition:f_g_b", "${tidak_ada == 1}"), ("condition:f_g_b", "jika lengkap"), ("default:g", "bukan_aliran")],
)
def test_what_cannot_be_used_is_remarked_and_the_proposal_kept(id_, value):
    result = sketched(CHOICE, {id_: value})

    assert repair_of(result, id_).remark
    assert result.xml == sketched(CHOICE).xml


def test_the_pools_of_a_drawing_become_one_sop_or_one_of_them_or_all():
    drawing = BY_NAME["bpmn.io: dua pool dengan pesan"]

    def keys(choice: str) -> list[str]:
        return [each.key for each in read_diagram(mended(drawing.data, {"pool:defs": choice}).xml or b"").diagrams]

    assert keys("kantor") == ["kantor"]
    assert keys("warga") == ["warga"]
    assert keys("*semua") == ["warga", "kantor"]
    merged = read_diagram(mended(drawing.data, {"pool:defs": "*satu"}).xml or b"")
    assert merged.errors == ()
    assert [lane.name for lane in merged.diagrams[0].lanes] == ["Pemohon", "Kantor"]


def test_a_form_asks_what_the_gateway_needs():
    result = sketched(CHOICE)
    process = executable(result.xml or b"", result.forms)

    field = process.forms["proses-a"].fields["pilihan_g"]

    assert (field.label, [option.label for option in field.options]) == ("Lengkap?", ["Ya", "Tidak"])
    assert field.required


# --- details ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("P3D", "P3D"), ("P3W", "P15D"), ("P1M", "P22D"), ("P1Y", "P250D"), ("PT24H", "P1D"), ("PT48H", "P2D"),
        ("PT5H", "PT5H"), ("P1DT4H", "PT11H"), ("PT90S", "PT2M"), ("PT90M", "PT90M"), ("R3/PT1H", "PT1H"),
        ("R/2026-01-01T00:00:00Z/P1D", "P1D"), ('"P2D"', "P2D"), ("3 hari kerja", "P3D"), ("1-3 hari", "P3D"),
        ("2 (dua) jam", "PT2H"), ("30 menit", "PT30M"), ("24 jam", "P1D"), ("2 minggu", "P10D"), ("", None),
        ("2 days", "P2D"), ("segera", None), ("P0D", None), ("${lama}", None), ("P999999D", None),
    ],
)  # fmt: skip
def test_a_time_written_in_any_way_becomes_office_time(written, expected):
    assert duration_in(written) == expected


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda drawing: drawing.name)
def test_everything_of_a_repaired_drawing_has_its_place(drawing: Drawing):
    root = etree.fromstring(mended(drawing.data, forms=dict(drawing.forms)).xml)
    shown = {each.get("bpmnElement") for each in root.iter() if str(each.tag).endswith(("BPMNShape", "BPMNEdge"))}
    labels = {f"{{{MODEL}}}{label.partition(':')[2]}" for label in NODES | {"bpmn:sequenceFlow", "bpmn:lane"}}

    assert {each.get("id") for each in root.iter() if each.tag in labels} <= shown


def test_an_owners_boxes_stay_in_their_rows_when_something_is_put_between():
    text = LINE.format('user a "A"') + 'user b "B"\n a > b > e'
    sketch = Sketch(text, CAMUNDA_7)
    root = etree.fromstring(mended(sketch.xml().encode()).xml)
    bounds = {each.get("bpmnElement"): each[0] for each in root.iter() if str(each.tag).endswith("BPMNShape")}

    for id_, (_, y, width, height) in sketch.places().items():
        assert [bounds[id_].get(name) for name in ("y", "width", "height")] == [str(y), str(width), str(height)]
    row = [bounds[id_] for id_ in (*sketch.places(), "gerbang_a")]
    spans = sorted((float(each.get("x")), float(each.get("width"))) for each in row)
    assert all(x + width < after for (x, width), (after, _) in pairwise(spans))
