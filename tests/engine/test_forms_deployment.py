"""Which forms are refused, under which rule, at which component; and which harmless keys pass."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.forms import FORM_RULES, Form, FormRefused

OPTIONS = [{"label": "A", "value": "a"}]


def schema(*components: Any, **root: Any) -> str:
    return json.dumps({"type": "default", "id": "uji", "components": components, **root})


def field(type_: str = "textfield", **keys: Any) -> dict[str, Any]:
    return {"type": type_, "id": "Kolom_1", "key": "isi", "label": "Isi", **keys}


def group(**keys: Any) -> dict[str, Any]:
    return {"type": "group", "id": "Kolom_1", "components": [], **keys}


def problems_of(text: str | bytes) -> list[tuple[str, str]]:
    with pytest.raises(FormRefused) as refused:
        Form.load(text)
    return [(problem.component, problem.rule) for problem in refused.value.problems]


WHOLE_FILE = [
    pytest.param(b"", "form-invalid-json", id="nothing"),
    pytest.param(b"\xff\xfe{", "form-invalid-json", id="not UTF-8"),
    pytest.param("[1, 2", "form-invalid-json", id="cut off"),
    pytest.param('{"id": NaN}', "form-invalid-json", id="NaN"),
    pytest.param('{"id": 1e999}', "form-invalid-json", id="a number without end"),
    pytest.param('{"id": ' + "9" * 5000 + "}", "form-invalid-json", id="a number that Python would not print"),
    pytest.param('{"id": "a", "id": "b"}', "form-invalid-json", id="one key twice"),
    pytest.param("[]", "form-not-a-form", id="a list"),
    pytest.param("{}", "form-not-a-form", id="an object without components"),
    pytest.param('{"type": "other", "id": "a", "components": []}', "form-not-a-form", id="another type"),
    pytest.param("[" * 100_000, "form-too-deep", id="100,000 brackets"),
    pytest.param('{"a":' * 40 + "1" + "}" * 40, "form-too-deep", id="40 objects in each other"),
    pytest.param(schema(field(description="x" * 262_144)), "form-too-large", id="too large"),
    pytest.param('{"id": "\\ud800"}', "form-bad-text", id="half of a pair"),
    pytest.param('{"id": "a\\u0000"}', "form-bad-text", id="NUL"),
    pytest.param(schema(field(description="x" * 20_001)), "form-bad-text", id="a text without end"),
    pytest.param(schema(id="../../etc/passwd"), "form-bad-id", id="an id that climbs out of the folder"),
    pytest.param(schema(id="a..b"), "form-bad-id", id="an id with two points"),
    pytest.param(schema(id=".tersembunyi"), "form-bad-id", id="an id of a hidden file"),
    pytest.param(schema(id="a\n"), "form-bad-id", id="an id with a line end"),
    pytest.param(schema(id=7), "form-bad-id", id="an id that is no text"),
    pytest.param(schema(generated=True), "form-unknown-key", id="an unknown key of the form"),
    pytest.param(schema(*({"type": "separator"} for _ in range(201))), "form-too-many-components", id="201 components"),
    pytest.param(schema("teks"), "form-wrong-kind", id="a component that is no object"),
]

ONE_COMPONENT = [
    *(
        pytest.param({"type": type_, "id": "Kolom_1", "key": "isi"}, "form-unsupported-type", id=type_)
        for type_ in ("expression", "iframe", "html", "table", "documentPreview", "dynamiclist")
    ),
    pytest.param(field("slider"), "form-unknown-type", id="a type that we do not know"),
    pytest.param({"id": "Kolom_1"}, "form-unknown-type", id="no type"),
    pytest.param(field(type=["textfield"]), "form-unknown-type", id="a type that is no text"),
    pytest.param(field(onSubmit="hapus"), "form-unknown-key", id="an unknown key"),
    pytest.param(field(validate={"custom": "x"}), "form-unknown-key", id="an unknown validation"),
    pytest.param(field(conditional={"show": "=true"}), "form-unknown-key", id="an unknown condition"),
    pytest.param(field("textarea", validate={"pattern": "a"}), "form-unknown-key", id="a pattern for several lines"),
    pytest.param(group(isRepeating=True), "form-unknown-key", id="a group that repeats"),
    pytest.param(field(validate={"validationType": "iban"}), "form-unknown-key", id="an unknown kind of text"),
    pytest.param(field(validate={"validationType": "phone"}), "form-phone", id="phone"),
    pytest.param(field(validate=[]), "form-wrong-kind", id="a list where an object belongs"),
    pytest.param(field(validate={"required": "ya"}), "form-wrong-kind", id="a text where yes or no belongs"),
    pytest.param(field(validate={"maxLength": "banyak"}), "form-wrong-kind", id="a word where a number belongs"),
    pytest.param(field(validate={"maxLength": -1}), "form-wrong-kind", id="a negative length"),
    pytest.param(field("number", decimalDigits=1.5), "form-wrong-kind", id="half a decimal"),
    pytest.param(field("number", validate={"min": "1e999999"}), "form-wrong-kind", id="a limit beyond all numbers"),
    pytest.param(field("datetime", subtype="week"), "form-wrong-kind", id="an unknown kind of date"),
    pytest.param(field("datetime", timeSerializingFormat="unix"), "form-wrong-kind", id="an unknown spelling of times"),
    pytest.param(field(label="=nama"), "form-feel", id="FEEL in a label"),
    pytest.param(field(description="Halo {{nama}}"), "form-feel", id="a template in a description"),
    pytest.param({"type": "text", "id": "Kolom_1", "text": "= 1 + 1"}, "form-feel", id="FEEL in a display text"),
    pytest.param(field(readonly="=kanal = 1"), "form-feel", id="FEEL that decides who may write"),
    pytest.param(field(validate={"maxLength": "=batas"}), "form-feel", id="FEEL for a length"),
    pytest.param(field(conditional={"hide": "=a = 1 or b = 2"}), "form-feel", id="FEEL with or"),
    pytest.param(field(conditional={"hide": '=contains(a, "b")'}), "form-feel", id="FEEL that calls"),
    pytest.param(field(conditional={"hide": "=__import__('os')"}), "form-feel", id="no FEEL at all"),
    pytest.param(field(conditional={"hide": {"a": 1}}), "form-feel", id="a condition that is no text"),
    pytest.param(field(conditional={"hide": '=lain = "a"'}), "form-hide-field", id="a condition on no field"),
    pytest.param(field(conditional={"hide": "=isi = null"}), "form-hide-cycle", id="a condition on itself"),
    pytest.param({"type": "textfield", "id": "Kolom_1"}, "form-missing-key", id="no key"),
    pytest.param(field(key=" "), "form-missing-key", id="a key of spaces"),
    pytest.param(field(key="nama pelapor"), "form-bad-key", id="a key of two words"),
    pytest.param(field(key="__builtins__"), "form-bad-key", id="a name that Python minds"),
    pytest.param(field(key="nama\n"), "form-bad-key", id="a key with a line end"),
    pytest.param(field(key="ñama"), "form-bad-key", id="a key with an accent"),
    pytest.param(field(key="x" * 65), "form-bad-key", id="a key without end"),
    pytest.param(field(key="pelapor..nama"), "form-bad-key", id="an empty step in a path"),
    pytest.param(group(path="../a"), "form-bad-key", id="a path that climbs"),
    pytest.param(field(key="and"), "form-reserved-key", id="a word of the conditions"),
    pytest.param(field(key="csrf_token"), "form-reserved-key", id="a name that every page posts"),
    pytest.param(field(validate={"minLength": 5, "maxLength": 4}), "form-contradiction", id="lengths that cross"),
    pytest.param(field("number", validate={"min": 2, "max": 1}), "form-contradiction", id="limits that cross"),
    pytest.param(field("number", increment=0), "form-contradiction", id="steps of nothing"),
    pytest.param(field("datetime", timeInterval=1000), "form-contradiction", id="steps of more than half a day"),
    pytest.param(field(disabled=True, validate={"required": True}), "form-contradiction", id="required and disabled"),
    pytest.param(field(readonly=True, validate={"required": True}), "form-contradiction", id="required and empty"),
    pytest.param(field("select", valuesKey="daftar"), "form-dynamic-options", id="options from a variable"),
    pytest.param(field("radio", valuesExpression="=x"), "form-dynamic-options", id="options from an expression"),
    pytest.param(field("select"), "form-bad-options", id="no options"),
    pytest.param(field("select", values=[{"label": "A", "value": {"a": 1}}]), "form-bad-options", id="an object"),
    pytest.param(field("select", values=["a\nb"]), "form-bad-options", id="an option of two lines"),
    pytest.param(field("select", values=[" "]), "form-bad-options", id="an option of spaces"),
    pytest.param(field("select", values=OPTIONS * 2), "form-bad-options", id="one option twice"),
    pytest.param(field("select", values=[str(n) for n in range(501)]), "form-bad-options", id="501 options"),
    pytest.param(
        field("select", values=OPTIONS, defaultValue="b"), "form-bad-default", id="a default that is no option"
    ),
    pytest.param(field("number", defaultValue="banyak"), "form-bad-default", id="a default that is no number"),
    pytest.param(field("datetime", defaultValue="2026-02-30"), "form-bad-default", id="a default on no day"),
    pytest.param(field("filepicker", defaultValue="a.pdf"), "form-bad-default", id="a default file"),
    pytest.param(field(validate={"pattern": "(a+)+$"}), "form-nested-repetition", id="repetition in repetition"),
    pytest.param(field(validate={"pattern": "(a|b*)*"}), "form-nested-repetition", id="repetition in a choice"),
    pytest.param(field(validate={"pattern": "(a{1,9}b?){2,9}"}), "form-nested-repetition", id="counted repetition"),
    pytest.param(field(validate={"pattern": r"(a)\1"}), "form-bad-pattern", id="a reference back"),
    pytest.param(field(validate={"pattern": "(?=a)b"}), "form-bad-pattern", id="a look ahead"),
    pytest.param(field(validate={"pattern": "(?<nama>a)"}), "form-bad-pattern", id="a named group"),
    pytest.param(field(validate={"pattern": "(a"}), "form-bad-pattern", id="a bracket open"),
    pytest.param(field(validate={"pattern": "a{1000000}"}), "form-bad-pattern", id="a million times"),
    pytest.param(field(validate={"pattern": "((a{9}){99}){99}"}), "form-bad-pattern", id="many times many times"),
    pytest.param(
        field(validate={"pattern": "(" * 15 + "a{0}" + "){200}" * 15}), "form-bad-pattern", id="nothing, many times"
    ),
    pytest.param(field("filepicker", accept="pdf"), "form-bad-accept", id="an ending without its point"),
    pytest.param(field("filepicker", accept="={x}"), "form-bad-accept", id="FEEL for kinds of files"),
    *(
        pytest.param({"type": "image", "id": "Kolom_1", "source": source}, "form-bad-image", id=source[:20])
        for source in (
            "https://contoh.test/a.png",
            "//contoh.test/a.png",
            "javascript:alert(1)",
            "data:image/svg+xml;base64,PHN2Zz4=",
            "data:image/png;base64,A",
            "",
        )
    ),
    pytest.param(field(properties={"pribad": "ya"}), "form-unknown-property", id="a property mistyped"),
    pytest.param(field(properties={"Pribadi": "ya"}), "form-unknown-property", id="a property with a capital"),
    pytest.param(group(properties={"peran": "anonim"}), "form-unknown-property", id="a role of a group"),
    pytest.param(field(properties={"peran": "rahasia sekali"}), "form-bad-role", id="an unknown role"),
    pytest.param(field(properties={"peran": "anonim"}), "form-bad-role", id="a switch that is no box"),
    pytest.param({"type": "button", "id": "Kolom_1", "action": "hapus"}, "form-unknown-key", id="an unknown button"),
]


@pytest.mark.parametrize(("text", "rule"), WHOLE_FILE)
def test_a_bad_file_is_refused_for_its_own_reason_in_no_time(text, rule):
    begin = time.perf_counter()

    found = problems_of(text)

    assert rule in [rule for _, rule in found]
    assert time.perf_counter() - begin < 2


@pytest.mark.parametrize(("component", "rule"), ONE_COMPONENT)
def test_a_bad_component_is_refused_by_rule_and_id(component, rule):
    found = problems_of(schema(component))

    assert ("Kolom_1", rule) in found
    assert len(found) == 1


def test_every_rule_has_a_form_that_breaks_it():
    broken = {param.values[1] for param in WHOLE_FILE + ONE_COMPONENT}

    assert broken | {"form-duplicate-key", "form-duplicate-id", "form-hide-value"} == set(FORM_RULES)


def test_all_problems_of_a_form_are_named_at_once():
    found = problems_of(schema(field("iframe"), field(id="Kolom_2", key="a b"), field(id="Kolom_3", label="=x")))

    assert found == [("Kolom_1", "form-unsupported-type"), ("Kolom_2", "form-bad-key"), ("Kolom_3", "form-feel")]


def test_a_problem_is_a_sentence_with_id_and_name():
    with pytest.raises(FormRefused) as refused:
        Form.load(schema(field(validate={"validationType": "phone"}, label="Nomor telepon")))

    assert refused.value.problems[0].sentence().startswith('Kolom_1 "Nomor telepon": ')
    assert "08" in str(refused.value)


def test_names_must_not_collide():
    twice = schema(field(id="a"), field(id="b"))
    across = schema(field(id="a", key="lokasi"), field(id="b", key="lokasi.kota"))
    same_id = schema(field(), field(key="lain"))
    switches = [field("checkbox", id=name, key=name, properties={"peran": "anonim"}) for name in "ab"]

    assert problems_of(twice) == [("a", "form-duplicate-key"), ("b", "form-duplicate-key")]
    assert problems_of(across) == [("a", "form-duplicate-key")]
    assert problems_of(same_id) == [("Kolom_1", "form-duplicate-id")]
    assert problems_of(schema(*switches)) == [("a", "form-bad-role"), ("b", "form-bad-role")]


@pytest.mark.parametrize(
    ("other", "condition", "rule"),
    [
        pytest.param(field("checkbox", id="x", key="x"), '=x = "true"', "form-hide-value", id="a text for a box"),
        pytest.param(field("number", id="x", key="x"), '=x = "1"', "form-hide-value", id="a text for a number"),
        pytest.param(field(id="x", key="x"), "=x = 1", "form-hide-value", id="a number for a text"),
        pytest.param(field("select", id="x", key="x", values=OPTIONS), '=x = "b"', "form-hide-value", id="no option"),
        pytest.param(field("datetime", id="x", key="x"), '=x = "24-11-2026"', "form-hide-value", id="no day"),
        pytest.param(field("checklist", id="x", key="x", values=OPTIONS), '=x = "a"', "form-hide-field", id="a list"),
        pytest.param(
            field(id="x", key="x", conditional={"hide": "=isi = null"}), "=x = null", "form-hide-cycle", id="round"
        ),
        pytest.param(field("datetime", id="x", key="x"), '=x = "2026-11-24"', None, id="a day"),
        pytest.param(field("select", id="x", key="x", values=OPTIONS), '=x != "a"', None, id="an option"),
        pytest.param(field("select", id="x", key="x", values=OPTIONS), "=x = null", None, id="nothing"),
    ],
)
def test_a_condition_must_fit_the_field_that_it_reads(other, condition, rule):
    text = schema(other, field(conditional={"hide": condition}))

    if rule is None:
        Form.load(text)
    else:
        assert ("Kolom_1", rule) in problems_of(text)


AS_THE_MODELER_WRITES_IT = {
    "components": [
        {"text": "# Catat pengaduan", "type": "text", "layout": {"row": "Row_1", "columns": None}, "id": "Field_0"},
        {
            "label": "Nama",
            "type": "textfield",
            "layout": {"row": "Row_1", "columns": 8},
            "id": "Field_1",
            "key": "nama",
            "description": "",
            "appearance": {"prefixAdorner": "", "suffixAdorner": "."},
            "properties": {"pribadi": "Petugas; Sekretaris / ketua"},
            "validate": {"required": False, "validationType": "", "minLength": 2},
            "readonly": False,
            "conditional": None,
        },
        {
            "subtype": "datetime",
            "dateLabel": "Waktu diterima",
            "timeLabel": "Jam",
            "type": "datetime",
            "id": "Field_2",
            "key": "waktu",
            "use24h": True,
            "timeInterval": 1,
            "timeSerializingFormat": "utc_offset",
            "disallowPassedDates": False,
        },
        {"label": "Kanal", "type": "select", "id": "Field_3", "key": "kanal", "values": OPTIONS, "searchable": True},
        {
            "type": "group",
            "id": "Field_4",
            "label": "Pelapor",
            "showOutline": True,
            "verticalAlignment": "start",
            "path": "",
            "components": [{"type": "checkbox", "id": "Field_5", "key": "anonim", "label": "Anonim"}],
        },
        {"type": "spacer", "id": "Field_6", "height": 60},
        {"type": "separator", "id": "Field_7"},
        {"type": "image", "id": "Field_8", "source": "data:image/png;base64,iVBORw0KGgo=", "alt": "Logo"},
        {"action": "submit", "label": "Kirim", "type": "button", "id": "Field_9", "key": "tombol"},
    ],
    "type": "default",
    "id": "langkah_1",
    "exporter": {"name": "Camunda Modeler", "version": "5.41.0"},
    "executionPlatform": "Camunda Platform",
    "executionPlatformVersion": "7.24.0",
    "versionTag": "1",
    "schemaVersion": 19,
}


def test_a_form_loads_as_the_modeler_writes_it():
    form = Form.load(json.dumps(AS_THE_MODELER_WRITES_IT))

    assert (form.id, form.title) == ("langkah_1", "Catat pengaduan")
    assert [(key, field.label, field.scalar) for key, field in form.fields.items()] == [
        ("nama", "Nama", True),
        ("waktu", "Waktu diterima", True),
        ("kanal", "Kanal", True),
        ("anonim", "Anonim", True),
    ]
    assert form.fields["nama"].personal == ("Petugas", "Sekretaris / ketua")
    assert [component.type for component in form.components()][:2] == ["text", "textfield"]


@pytest.mark.parametrize(
    ("properties", "personal", "role"),
    [
        pytest.param({}, None, None, id="not personal"),
        pytest.param({"pribadi": ""}, (), None, id="only the lane that fills it"),
        pytest.param({"pribadi": "ya"}, (), None, id="the same in a word"),
        pytest.param({"pribadi": "A;B ; ;C/d"}, ("A", "B", "C/d"), None, id="lanes"),
        pytest.param({"peran": "identitas"}, (), "identitas", id="who somebody is, is personal"),
        pytest.param({"peran": "identitas", "pribadi": "A"}, ("A",), "identitas", id="for these lanes"),
    ],
)
def test_the_property_pribadi_says_who_may_see_a_field(properties, personal, role):
    found = Form.load(schema(field(properties=properties))).fields["isi"]

    assert (found.personal, found.role) == (personal, role)


def test_a_personal_group_makes_its_fields_personal():
    inside = [field(id="a", key="nama"), field(id="b", key="nik", properties={"pribadi": "B"})]
    group = {"type": "group", "id": "g", "properties": {"pribadi": "A"}, "components": inside}

    form = Form.load(schema(group, field(key="luar")))

    assert [each.personal for each in form.fields.values()] == [("A",), ("B",), None]


def test_lists_files_and_paths_are_no_variables_of_conditions():
    form = Form.load(
        schema(
            field("filepicker", id="a", key="a"),
            field("checklist", id="b", key="b", values=OPTIONS),
            field(id="c", key="c.d"),
            field(id="e", key="typename"),
        )
    )

    assert [each.scalar for each in form.fields.values()] == [False, False, False, True]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
KEYS = ["id", "key", "label", "validate", "values", "conditional", "properties", "path", "components", "defaultValue"]
TYPES = [
    "textfield",
    "number",
    "datetime",
    "select",
    "checkbox",
    "checklist",
    "filepicker",
    "group",
    "text",
    "image",
    "button",
]
COMPONENTS = st.builds(
    lambda type_, keys: {"type": type_, **keys}, st.sampled_from(TYPES), st.dictionaries(st.sampled_from(KEYS), JSON)
)


@given(st.binary(max_size=40) | st.text(max_size=40) | JSON.map(json.dumps) | COMPONENTS.map(schema))
def test_whatever_the_file_holds_is_a_form_or_a_refusal(text):
    try:
        problems = bool(Form.load(text)) and ()
    except FormRefused as refused:
        problems = refused.problems or None

    assert problems is not None
    assert all(problem.rule in FORM_RULES and problem.message for problem in problems)
