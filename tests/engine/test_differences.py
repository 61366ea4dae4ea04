"""Differences in words: what a reader of two versions would have to find by himself, nothing passed over."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from engine import Actor, Difference, Engine, InvalidRequest, NotAllowed, NotFound
from engine.differences.comparing import State, compare
from tests import asked
from tests.engine.hostile_code import CODES
from tests.engine.hostile_links import LINKS
from tests.engine.hostile_people_and_time import PEOPLE_AND_TIME
from tests.engine.hostile_structure import STRUCTURE
from tests.engine.hostile_xml import XML
from tests.engine.small_office import CLERK, OWNER, TWO_STEPS, open_office
from tests.small_bpmn import Task, Timer, diagram
from tests.sop_diagram import FILE, FORMS

EXAMPLES = asked.number("ALUR_TEST_EXAMPLES", 25, long=100)
KEY = "sop_pengaduan_kategori_berat"
SOP = FILE.read_text()
SOP_FORMS = {file.stem: file.read_text() for file in sorted(FORMS.glob("*.form"))}
ARRIVAL = "pengaduan-1-penyampaian"
HOSTILE = (*CODES, *LINKS, *PEOPLE_AND_TIME, *STRUCTURE, *XML)
HARMLESS = ("layout", "file")


def entries(old: str | bytes, new: str | bytes, forms: Mapping[str, str] = SOP_FORMS) -> tuple[Difference, ...]:
    """Return what differs between two diagrams, the old one with the shipped forms."""
    texts = (each.encode() if isinstance(each, str) else each for each in (old, new))
    states = (State(KEY, xml, texts) for xml, texts in zip(texts, (SOP_FORMS, forms), strict=True))
    return compare(*states)[0]


def lines(old: str | bytes, new: str | bytes, forms: Mapping[str, str] = SOP_FORMS) -> list[str]:
    """Return the differences as lines, without layout and writing."""
    return [entry.line() for entry in entries(old, new, forms) if entry.area not in HARMLESS]


def revised(*replacements: tuple[str, str]) -> str:
    """Return the shipped diagram with texts replaced, each of which it holds."""
    text = SOP
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new)
    return text


def moved_to_secretary(step: str) -> str:
    """Return the shipped diagram with a step of the coordinators and its timer in the secretary's lane, as drawn."""
    nodes = [f"langkah_{step}", f"batas_{step}", f"lewat_{step}"]
    references = [f"        <bpmn:flowNodeRef>{node}</bpmn:flowNodeRef>\n" for node in nodes]
    place = "        <bpmn:flowNodeRef>langkah_4</bpmn:flowNodeRef>\n"
    return revised(*((each, "") for each in references)).replace(place, place + "".join(references))


def test_a_shorter_deadline_and_another_lane_are_one_line_about_the_step():
    new = moved_to_secretary("6").replace(">P1D<", ">P2D<")
    line = next(line for line in lines(SOP, new) if line.startswith("Langkah 6"))

    assert line == (
        "Langkah 6: pindah lajur Koordinator seksi/ Pimpinan → Sekretaris / ketua tim pengaduan; batas 1 hari → 2 hari"
    )


def test_a_step_that_only_changed_its_lane_is_told_as_moved_and_its_timer_goes_along():
    (entry,) = entries(SOP, moved_to_secretary("6"))

    assert (entry.area, entry.kind, entry.no) == ("step", "moved", "6")
    assert entry.element_ids_old == entry.element_ids_new == ("langkah_6",)
    assert len(entry.sentences) == 1


@pytest.mark.parametrize(
    ("replacements", "line"),
    [
        pytest.param(
            [('name="waktu" value="2 menit"', 'name="waktu" value="3 menit"')],
            "Langkah 2: waktu “2 menit” → “3 menit”",
            id="a text of the step",
        ),
        pytest.param(
            [(f'camunda:formRef="{ARRIVAL}"', 'camunda:formRef="lain"')],
            f"Langkah 1: formulir {ARRIVAL} → lain",
            id="another form",
        ),
        pytest.param(
            [('camunda:candidateGroups="${seksi_terkait}"', "")],
            "Langkah 5: kelompok pelaksana ${seksi_terkait} → seluruh lajur",
            id="no longer a group",
        ),
        pytest.param(
            [('name="Petugas"', 'name="Petugas loket"')],
            "Lajur Petugas loket: nama “Petugas” → “Petugas loket”",
            id="a lane renamed",
        ),
        pytest.param(
            [('name="diwakili" value="Petugas"', 'name="diwakili" value=""')],
            "Lajur Pemohon: boleh diwakili Petugas → tidak oleh siapa pun",
            id="nobody acts for the lane any more",
        ),
        pytest.param(
            [('name="tgl_revisi" value=""', 'name="tgl_revisi" value="01 Maret 2027"')],
            "Halaman identitas SOP: tanggal revisi (kosong) → “01 Maret 2027”",
            id="the identity page",
        ),
        pytest.param(
            [('name="batas_hukum" value="P14D"', 'name="batas_hukum" value="P21D"')],
            "Pengaturan proses: batas hukum 14 hari → 21 hari",
            id="the legal limit",
        ),
        pytest.param(
            [('name="lembar_kerja.scope" value="Kantor', 'name="lembar_kerja.scope" value="Seluruh Kantor')],
            "Lembar kerja: scope “Kantor Imigrasi Kelas I TPI Bandung” → “Seluruh Kantor Imigrasi Kelas I TPI Bandung”",
            id="the worksheet",
        ),
        pytest.param(
            [('id="batas_2" name="Batas 2 menit" cancelActivity="false"', 'id="batas_2" name="Batas 2 menit"')],
            "Langkah 2: sesudah batas (langkah ditarik) 2 menit: langkah tetap terbuka → ditarik",
            id="a deadline that withdraws",
        ),
        pytest.param(
            [('sourceRef="langkah_4" targetRef="langkah_5"', 'sourceRef="langkah_4" targetRef="langkah_6"')],
            "Alur dari langkah 4 ke langkah 6: kini menuju langkah 6, sebelumnya langkah 5",
            id="a flow elsewhere",
        ),
    ],
)
def test_a_change_is_told_in_a_sentence(replacements, line):
    assert line in lines(SOP, revised(*replacements))


def test_a_step_under_another_id_is_recognised_by_name_and_lane():
    new = revised(('"langkah_5"', '"tanya"'), (">langkah_5<", ">tanya<"))

    assert lines(SOP, new) == ["Langkah 5: id langkah_5 → tanya"]


def test_steps_of_one_name_are_told_apart_by_their_lanes_and_flows_by_their_ends():
    new = LETTERS.replace('"Menerima"', '"Mencatat"').replace('"terima"', '"lain"').replace(">terima<", ">lain<")
    old = LETTERS.replace('"Menerima"', '"Mencatat"')
    both = new.replace('"catat"', '"tulis"').replace(">catat<", ">tulis<")
    found = [entry for entry in entries(old, both) if entry.area not in HARMLESS]

    assert {entry.kind for entry in found} == {"changed"}
    assert {each for entry in found for each in entry.sentences} == {"id catat → tulis", "id terima → lain"}
    renamed = LETTERS.replace('id="catat__sah"', 'id="Flow_1x8"')
    assert lines(LETTERS, renamed) == [
        "Alur dari langkah “Mencatat” ke percabangan pilihan sah: id catat__sah → Flow_1x8"
    ]


LETTERS = diagram(
    "surat",
    "mulai > catat > sah | sah > terima > selesai | sah > tolak > selesai",
    {
        "catat": Task(form="catat", name="Mencatat", timers={"ingat": Timer("P1D"), "batas": Timer("P3D")}),
        "terima": Task(lane="Pemeriksa", name="Menerima", timers={"lewat": Timer("P5D")}),
        "tolak": Task(lane="Pemeriksa", name="Menolak", loop="2"),
    },
    gateways={"sah": "exclusive"},
    conditions={"sah > terima": "${sah}"},
    default={"sah": "tolak"},
).decode()


DEFAULT = (
    "Percabangan pilihan sah: jalan bila tidak ada syarat yang terpenuhi (default): "
    "ke langkah “Menolak” → ke langkah “Menerima”"
)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("${sah}", "${a}", "Alur dari percabangan pilihan sah ke langkah “Menerima”: syarat “${sah}” → “${a}”"),
        ('default="sah__tolak"', 'default="sah__terima"', DEFAULT),
        ("<loopCardinality>2<", "<loopCardinality>3<", "Menolak: dikerjakan 2 kali → 3 kali"),
        ('exclusiveGateway id="sah"', 'inclusiveGateway id="sah"',
         "Percabangan boleh-beberapa sah: jenis percabangan pilihan → percabangan boleh-beberapa"),
        ("P1D", "P4D", "Mencatat: pengingat 1 hari → batas 4 hari; batas 3 hari → pengingat 3 hari"),
    ],
)  # fmt: skip
def test_gateways_conditions_and_repetitions_are_told(old, new, line):
    assert old in LETTERS

    assert line in lines(LETTERS, LETTERS.replace(old, new).replace("</exclusiveGateway>", "</inclusiveGateway>"))


def test_the_order_in_which_conditions_are_tried_is_told():
    first = '<sequenceFlow id="sah__tolak" sourceRef="sah" targetRef="tolak"/>'
    assert first in LETTERS
    new = LETTERS.replace(first, "").replace('<sequenceFlow id="sah__terima"', f'{first}<sequenceFlow id="sah__terima"')

    assert "syarat kini dicoba dalam urutan lain: langkah “Menolak”; langkah “Menerima”" in " ".join(
        lines(LETTERS, new)
    )


def test_a_new_step_with_its_timer_is_one_entry_and_so_is_one_that_is_gone():
    flows = "mulai > catat > {} > terima > selesai"
    tasks = {"catat": Task(name="Mencatat"), "terima": Task(name="Menerima")}
    teliti = {"teliti": Task(name="Meneliti", form="teliti", timers={"batas": Timer("P2D")})}
    short = diagram("surat", "mulai > catat > terima > selesai", tasks)
    longer = diagram("surat", flows.format("teliti"), tasks | teliti)

    added = next(entry for entry in entries(short, longer) if entry.area == "step")
    removed = next(entry for entry in entries(longer, short) if entry.area == "step")

    assert added.line() == "Meneliti: langkah baru; pada lajur Petugas; formulir teliti; batas 2 hari"
    assert added.element_ids_new == ("teliti", "batas", "lewat_batas", "batas__lewat_batas")
    assert (added.kind, added.element_ids_old) == ("added", ())
    assert (removed.kind, removed.element_ids_new, removed.sentences[0]) == ("removed", (), "langkah dihapus")


def test_a_timer_that_came_is_told_under_its_step_without_its_end():
    without = diagram("surat", "mulai > catat > selesai", {"catat": Task(name="Mencatat")})
    with_timer = diagram(
        "surat", "mulai > catat > selesai", {"catat": Task(name="Mencatat", timers={"b": Timer("P2D")})}
    )

    assert lines(without, with_timer) == ["Mencatat: batas 2 hari ditambahkan (sesudahnya langkah tetap terbuka)"]
    assert lines(with_timer, without) == ["Mencatat: batas 2 hari dihapus"]


def form_with(change: Callable[[dict[str, Any]], object]) -> dict[str, str]:
    """Return the shipped forms, the first of them changed."""
    schema = json.loads(SOP_FORMS[ARRIVAL])
    change(schema)
    return {**SOP_FORMS, ARRIVAL: json.dumps(schema)}


def channel(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the first field of the first form."""
    found: dict[str, Any] = schema["components"][0]["components"][0]
    assert found["key"] == "kanal"
    return found


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda form: channel(form).update(label="Kanal"), "label “Kanal pengaduan” → “Kanal”"),
        (lambda form: channel(form)["validate"].update(required=False), "kini tidak wajib diisi"),
        (lambda form: channel(form)["values"].pop(), "pilihan “loket yankomas” dihapus"),
        (lambda form: channel(form)["values"].append({"label": "Surat", "value": "s"}), "pilihan baru “Surat” (s)"),
        (lambda form: channel(form)["values"].reverse(), "urutan pilihan kini: loket yankomas, telepon"),
        (lambda form: channel(form).update(type="select"), "jenis pilihan (radio) → pilihan (daftar)"),
        (lambda form: channel(form).update(key="saluran"), "kunci “kanal” → “saluran”"),
        (lambda form: channel(form).update(properties={"pribadi": "Petugas"}), "data pribadi, terlihat oleh Petugas"),
        (lambda form: channel(form).update(aneh=3), "atribut lain aneh (tidak ada) → 3"),
        (lambda form: form["components"][0]["components"].pop(0), "pilihan (radio) “Kanal pengaduan” dihapus"),
        (lambda form: form["components"].append({"id": "baru", "type": "number", "key": "umur", "label": "Umur"}),
         "isian angka “Umur” ditambahkan (kunci umur)"),
        (lambda form: form["components"].reverse(), "urutan isian kini: "),
        (lambda form: form.update(schemaVersion=99), "keterangan berkas formulir, schemaVersion: "),
    ],
)  # fmt: skip
def test_a_form_is_told_field_by_field(change, words):
    (entry,) = entries(SOP, SOP, form_with(change))

    assert (entry.area, entry.title, entry.no) == ("form", f"Formulir {ARRIVAL} (langkah 1)", "1")
    assert entry.element_ids_new == ("langkah_1",)
    assert words in entry.line()


def test_a_form_under_another_id_is_compared_with_the_one_that_it_replaces():
    forms = {**SOP_FORMS, "masuk": SOP_FORMS[ARRIVAL].replace(ARRIVAL, "masuk").replace("Kanal pengaduan", "Kanal")}
    del forms[ARRIVAL]
    field = "pilihan (radio) “Kanal pengaduan”: label “Kanal pengaduan” → “Kanal”"
    told = lines(SOP, revised((f'camunda:formRef="{ARRIVAL}"', 'camunda:formRef="masuk"')), forms)

    assert told == [
        f"Langkah 1: formulir {ARRIVAL} → masuk",
        f"Formulir masuk (langkah 1): id formulir {ARRIVAL} → masuk; {field}",
    ]


def test_what_is_the_same_byte_for_byte_is_identical_and_what_is_only_moved_about_is_only_layout():
    same, moved = State(KEY, SOP.encode(), SOP_FORMS), State(KEY, revised(('x="', 'x="9')).encode(), SOP_FORMS)
    spaced = State(KEY, SOP.replace("<bpmn:process ", "<bpmn:process  ").encode(), SOP_FORMS)

    assert compare(same, same) == ((), False, True)
    assert compare(same, moved)[1:] == (True, False)
    assert {entry.area for entry in compare(same, moved)[0]} == {"layout"}
    assert compare(same, spaced)[1:] == (True, False)
    assert "hanya cara menulisnya" in compare(same, spaced)[0][0].line()


# --- nothing is passed over ---------------------------------------------------------------------

ELEMENTS = list(etree.fromstring(SOP.encode()).iter(etree.Element))
MEANT = [place for place, each in enumerate(ELEMENTS) if "/MODEL}" in each.tag or "camunda" in each.tag]
STEP = next(place for place, each in enumerate(ELEMENTS) if each.get("id") == "langkah_5")
MUTATIONS = ("attribute", "without", "new attribute", "text", "removed", "swapped", "doubled")


def mutated(place: int, how: str, which: int) -> bytes | None:
    """Return the shipped diagram with one thing changed at one element; None if there is no such thing there."""
    root = etree.fromstring(SOP.encode())
    element = list(root.iter(etree.Element))[place]
    names, parent = sorted(element.attrib), element.getparent()
    if how in ("attribute", "without") and names:
        name = names[which % len(names)]
        element.set(name, element.get(name) + "x")
        if how == "without":
            del element.attrib[name]
    elif how == "new attribute":
        element.set("baru", "x")
    elif how == "text" and (element.text or "").strip():
        element.text += "x"
    elif parent is None or how in ("attribute", "without", "text"):
        return None
    elif how == "removed":
        parent.remove(element)
    elif how == "doubled":
        parent.insert(parent.index(element), copy.deepcopy(element))
    elif element.getnext() is None or etree.tostring(element.getnext()) == etree.tostring(element):
        return None
    else:
        element.getnext().addnext(element)
    return bytes(etree.tostring(root))


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.one_of(st.sampled_from(MEANT), st.integers(0, len(ELEMENTS) - 1)), st.sampled_from(MUTATIONS), st.integers(0, 9)
)
@example(place=STEP, how="new attribute", which=0)
@example(place=STEP, how="removed", which=0)
@example(place=STEP + 1, how="swapped", which=0)
@example(place=0, how="attribute", which=0)
def test_whatever_is_changed_in_a_diagram_is_told(place, how, which):
    new = mutated(place, how, which)
    if new is None:
        return
    try:
        found, _, identical = compare(
            State(KEY, etree.tostring(etree.fromstring(SOP.encode())), {}), State(KEY, new, {})
        )
    except InvalidRequest:
        return  # a namespace or the root is gone: refused, not passed over

    assert found
    assert not identical
    assert not any("cara menulisnya" in entry.line() for entry in found)  # the last resort, for what no reader can see
    assert all(sentence.strip() for entry in found for sentence in entry.sentences)


def leaves(value: Any) -> list[tuple[Any, Any]]:
    """Return every place of a JSON value as (container, key)."""
    found = []
    for key in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        found.append((value, key))
        found += leaves(value[key])
    return found


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.sampled_from(sorted(SOP_FORMS)), st.integers(0, 10_000), st.sampled_from(["changed", "removed", "added"]))
def test_whatever_is_changed_in_a_form_is_told_beside_any_other_change(form_id, place, how):
    schema = json.loads(SOP_FORMS[form_id])
    places = leaves(schema)
    holder, key = places[place % len(places)]
    if how == "removed":
        holder.pop(key)
    elif how == "added" and isinstance(holder, dict):
        holder["baru"] = {"dalam": 1}
    else:
        holder[key] = f"{holder[key]}x" if isinstance(holder[key], str) else ["lain"]
    (entry,) = entries(SOP, SOP, {**SOP_FORMS, form_id: json.dumps(schema)})

    assert entry.area == "form"
    assert "cara menulisnya" not in entry.line()


IN_CIRCLES = (
    '<boundaryEvent id="a" attachedToRef="b"/><boundaryEvent id="b" attachedToRef="a"/>',
    '<sequenceFlow id="a" sourceRef="b" targetRef="a"/><sequenceFlow id="b" sourceRef="b" targetRef="b"/>',
    '<userTask id="a"/><userTask id="a"/><userTask id="a#2"/><userTask/>',
    '<laneSet><lane id="a"><flowNodeRef>a</flowNodeRef><childLaneSet><lane id="b"/></childLaneSet></lane></laneSet>',
)


@pytest.mark.parametrize("inside", IN_CIRCLES)
def test_a_draft_that_points_at_itself_is_compared_like_any_other(inside):
    head = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d"><process id="p">'
    file = f"{head}{inside}</process></definitions>"

    for old, new in ((file, SOP), (SOP, file), (file, file.replace('id="a"', 'id="a" name="lain"'))):
        assert entries(old, new)


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda hostile: hostile.name)
def test_a_hostile_draft_is_compared_or_refused_never_worse(hostile):
    for old, new in ((hostile.data, LETTERS), (LETTERS, hostile.data)):
        try:
            assert entries(old, new)
        except InvalidRequest as refused:
            assert "tidak dapat dibandingkan" in str(refused)  # noqa: PT017


# --- versions, drafts, files --------------------------------------------------------------------

FASTER = TWO_STEPS["surat.bpmn"].replace(b"P3D", b"P2D")
OTHER_OWNER = Actor("pemilik2", "Pemilik Lain", duties=frozenset({"process_owner"}))


def test_versions_are_compared_both_ways_by_anybody_who_works_here(engine: Engine) -> None:
    open_office(engine)
    engine.deploy({**TWO_STEPS, "surat.bpmn": FASTER}, by=OWNER)
    there, back = engine.differences("surat", 1, 2, by=CLERK), engine.differences("surat", 2, 1, by=CLERK)

    assert [entry.line() for entry in there.entries] == ["Memeriksa: batas 3 hari → 2 hari"]
    assert [entry.line() for entry in back.entries] == ["Memeriksa: batas 2 hari → 3 hari"]
    assert (there.key, there.from_version, there.to_version) == ("surat", 1, 2)
    assert engine.differences("surat", 1, 1, by=CLERK).identical
    for key, old, new in (("surat", 1, 3), ("surat", 0, 1), ("lain", 1, 2), ("a\0", 1, 2), ("surat", 1, 2**40)):
        with pytest.raises(NotFound):
            engine.differences(key, old, new, by=CLERK)


def test_a_draft_is_compared_by_its_owner_even_while_it_breaks_rules(engine: Engine) -> None:
    open_office(engine)
    draft = engine.begin_diagram_draft("surat", 1, by=OWNER)

    assert engine.differences("surat", 1, "draft", by=OWNER).identical
    broken = FASTER.replace(b"P1D", b"besok")
    engine.save_diagram_draft("surat", xml=broken, expected_revision=draft.revision, by=OWNER)
    assert [entry.line() for entry in engine.differences("surat", 1, "draft", by=OWNER).entries] == [
        "Memeriksa: pengingat 1 hari → besok; batas 3 hari → 2 hari"
    ]
    engine.save_diagram_draft("surat", xml=b"<bukan", expected_revision=2, by=OWNER)
    with pytest.raises(InvalidRequest, match="tidak dapat dibandingkan"):
        engine.differences("surat", 1, "draft", by=OWNER)
    with pytest.raises(NotFound):
        engine.differences("surat", 1, "draft", by=OTHER_OWNER)
    with pytest.raises(NotAllowed):
        engine.differences("surat", 1, "draft", by=CLERK)


def test_files_that_lack_their_forms_are_compared_as_they_would_be_deployed(engine: Engine) -> None:
    open_office(engine)

    assert engine.differences_to("surat", 1, {"surat.bpmn": TWO_STEPS["surat.bpmn"]}).identical
    told = engine.differences_to("surat", 1, {"surat.bpmn": FASTER, "catat.form": TWO_STEPS["periksa.form"]})
    assert "Memeriksa: batas 3 hari → 2 hari" in [entry.line() for entry in told.entries]
    with pytest.raises(InvalidRequest, match="tepat satu berkas"):
        engine.differences_to("surat", 1, {})


def test_a_call_that_is_bound_to_another_version_is_told(engine: Engine) -> None:
    open_office(engine)
    caller = diagram("induk", "mulai > panggil > selesai", {}).replace(
        b'<endEvent id="panggil"/>', b'<callActivity id="panggil" name="Surat" calledElement="surat"/>'
    )
    assert b"callActivity" in caller
    engine.deploy({"induk.bpmn": caller}, by=OWNER)
    engine.deploy({**TWO_STEPS, "surat.bpmn": FASTER}, by=OWNER)
    engine.deploy({"induk.bpmn": caller}, by=OWNER)

    (entry,) = engine.differences("induk", 1, 2, by=CLERK).entries
    assert entry.line() == "Surat: memanggil surat versi 1 → versi 2"
