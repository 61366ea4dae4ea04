"""Answers: what a form takes, in which one form it is kept, and what it says about the rest."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InvalidAnswers
from engine.forms import FILE_BYTES, FILES_PER_STEP, Form
from engine.model import Upload

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)  # 24 Nov 2026, 09.00 WIB
JUST_AFTER_MIDNIGHT = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)  # in Jakarta the 24th has begun
PDF = Upload("bukti.pdf", "application/pdf", b"%PDF-1.7")
PHOTO = Upload("Foto Antrean.JPG", "image/jpeg", b"\xff\xd8\xff")

COLOURS = {"values": [{"label": "Merah", "value": "m"}, {"label": "Biru", "value": "b"}]}


def load(*components: dict[str, Any]) -> Form:
    return Form.load(json.dumps({"type": "default", "id": "uji", "schemaVersion": 19, "components": components}))


def field(type_: str, **keys: Any) -> dict[str, Any]:
    return {"type": type_, "key": "isi", "label": "Isi", **keys}


def text(**validate: Any) -> dict[str, Any]:
    return field("textfield", validate=validate)


def number(**keys: Any) -> dict[str, Any]:
    return field("number", **keys)


def moment(subtype: str, **keys: Any) -> dict[str, Any]:
    return field("datetime", subtype=subtype, **keys)


KEPT = [
    pytest.param(text(), ["Antrean  lama "], "Antrean  lama ", id="text is kept as typed"),
    pytest.param(text(), ["e\u0301"], "e\u0301", id="text is not normalised"),
    pytest.param(text(), [""], None, id="an empty text is no answer"),
    pytest.param(text(), [" \u200b\u00a0"], None, id="a text that nobody can see is no answer"),
    pytest.param(text(), [], None, id="what was not posted is no answer"),
    pytest.param(text(), ["a\r\nb\tc"], "a b c", id="line ends in one line become spaces, as in form-js"),
    pytest.param(field("textarea"), ["a\r\nb\rc\x0bd"], "a\nb\nc\nd", id="all line ends become one kind"),
    pytest.param(text(minLength=3), ["  abc"], "  abc", id="lengths count without spaces around"),
    pytest.param(text(maxLength=3), [" abc  "], " abc  ", id="spaces around do not make it too long"),
    pytest.param(text(maxLength=2), ["😀😀"], "😀😀", id="lengths count characters, not halves of them"),
    pytest.param(text(minLength=3), [""], None, id="a minimum does not make an answer required"),
    pytest.param(text(pattern=r"\d{3}"), ["ab123cd"], "ab123cd", id="a pattern is searched, as in form-js"),
    pytest.param(text(pattern=r"^\d{3}$"), ["123"], "123", id="an anchored pattern fits"),
    pytest.param(text(validationType="email"), ["a.b+c@kanim.go.id"], "a.b+c@kanim.go.id", id="an email address"),
    pytest.param(text(validationType="email"), ["siti@localhost"], "siti@localhost", id="an email address as form-js"),
    pytest.param(text(), ["=1+1 <b>{{x}}</b>"], "=1+1 <b>{{x}}</b>", id="formulas and markup are just text"),
    pytest.param(number(), ["12"], "12", id="a whole number"),
    pytest.param(number(), ["12,50"], "12.5", id="a comma stands before decimals"),
    pytest.param(number(), ["12.50"], "12.5", id="so does a point where nothing else is meant"),
    pytest.param(number(), ["1.250.000"], "1250000", id="points between thousands"),
    pytest.param(number(), ["1.250,75"], "1250.75", id="points and a comma"),
    pytest.param(number(), ["1 250 000"], "1250000", id="spaces between thousands"),
    pytest.param(number(decimalDigits=0), ["1.000"], "1000", id="one point where only whole numbers fit"),
    pytest.param(number(), ["-0,0"], "0", id="there is one zero"),
    pytest.param(number(), ["\u22125"], "-5", id="a typographic minus"),
    pytest.param(number(), ["0,1"], "0.1", id="never a float"),
    pytest.param(
        number(), ["12345678901234567890,12345678901234567"], "12345678901234567890.12345678901234567", id="exact"
    ),
    pytest.param(number(serializeToString=True), ["7"], "7", id="serializeToString changes nothing"),
    pytest.param(number(increment=0.1), ["0,3"], "0.3", id="an increment is exact"),
    pytest.param(number(validate={"min": 1, "max": "=10"}), ["10"], "10", id="limits belong to the range"),
    pytest.param(moment("date"), ["2026-11-24"], "2026-11-24", id="a day"),
    pytest.param(moment("date"), ["2028-02-29"], "2028-02-29", id="a leap day"),
    pytest.param(moment("time"), ["09:00"], "09:00", id="a time of day"),
    pytest.param(moment("time"), ["09:00:00"], "09:00", id="a time with empty seconds"),
    pytest.param(moment("datetime"), ["2026-11-24T06:30"], "2026-11-23T23:30:00Z", id="an instant is kept in UTC"),
    pytest.param(
        moment("time", timeSerializingFormat="utc_offset"), ["09:00"], "09:00", id="their spelling is no matter"
    ),
    pytest.param(moment("time", timeInterval=15), ["09:45"], "09:45", id="a time on the interval"),
    pytest.param(moment("date", disallowPassedDates=True), ["2026-11-24"], "2026-11-24", id="today has not passed"),
    pytest.param(field("checkbox"), ["true"], True, id="a tick"),
    pytest.param(field("checkbox"), ["on"], True, id="a tick as browsers say it by default"),
    pytest.param(field("checkbox"), [], False, id="no tick is no, not nothing"),
    pytest.param(field("select", **COLOURS), ["m"], "m", id="one of the options"),
    pytest.param(field("radio", **COLOURS), [], None, id="nothing chosen"),
    pytest.param(field("radio", values=["a", "b"]), ["b"], "b", id="options without labels"),
    pytest.param(field("checklist", **COLOURS), ["b", "m"], ["m", "b"], id="several, in the form's order"),
    pytest.param(field("taglist", **COLOURS), ["b", "b"], ["b"], id="twice the same is once"),
    pytest.param(field("taglist", **COLOURS), [], [], id="none of several"),
    pytest.param(
        text() | {"readonly": True, "defaultValue": "tetap"}, ["lain"], "tetap", id="what is posted for readonly"
    ),
]

REFUSED = [
    pytest.param(text(required=True), [""], "wajib", id="required"),
    pytest.param(
        text(required=True), [" \t\u200b\u3000"], "wajib", id="required, and only spaces: form-js lets it pass"
    ),
    pytest.param(text(), ["a\0b"], "U+0000", id="NUL"),
    pytest.param(text(), ["\0"], "U+0000", id="nothing but NUL"),
    pytest.param(text(), ["a\ud800"], "U+D800", id="half of a pair"),
    pytest.param(text(), ["a\x1b[31m"], "U+001B", id="an escape sign"),
    pytest.param(text(), ["x" * 100_001], "terlalu panjang", id="100 kB and one"),
    pytest.param(text(), ["é" * 50_001], "terlalu panjang", id="bytes count, not characters"),
    pytest.param(text(), ["a", "b"], "lebih dari satu kali", id="one field posted twice"),
    pytest.param(text(minLength=3), [" ab "], "paling sedikit 3", id="too short without the spaces"),
    pytest.param(text(maxLength=3), ["abcd"], "paling banyak 3", id="too long"),
    pytest.param(text(pattern=r"^\d+$"), ["123\n"], "pola", id="a line end behind the pattern's end"),
    pytest.param(text(pattern=r"^\d+$"), ["\u0661\u0662"], "pola", id="digits are 0 to 9, as in JavaScript"),
    pytest.param(text(pattern="x", patternErrorMessage="Tulis x."), ["y"], "Tulis x.", id="the form's own words"),
    pytest.param(text(pattern="a"), ["a" * 1_001], "paling banyak 1000", id="too long for a pattern"),
    pytest.param(text(validationType="email"), ["siti"], "alamat email", id="no email address"),
    pytest.param(text(validationType="email"), ["siti@kanim.go.id\n.jahat"], "alamat email", id="more than an address"),
    pytest.param(number(), ["dua"], "Tulis angka", id="words"),
    pytest.param(number(), ["NaN"], "Tulis angka", id="NaN"),
    pytest.param(number(), ["Infinity"], "Tulis angka", id="Infinity"),
    pytest.param(number(), ["1e3"], "Tulis angka", id="an exponent"),
    pytest.param(number(), ["1_000"], "Tulis angka", id="an underscore, which Python would take"),
    pytest.param(number(), ["\u0661"], "Tulis angka", id="digits of another script, which Python would take"),
    pytest.param(number(), ["1.000"], "1000 atau 1,000", id="what can be read in two ways is asked back"),
    pytest.param(number(), ["1.00.000"], "Tulis angka", id="points in odd places"),
    pytest.param(number(), ["9" * 21], "terlalu panjang", id="more digits than anything has"),
    pytest.param(number(validate={"min": 0}), ["-1"], "paling kecil 0", id="below"),
    pytest.param(number(validate={"max": 2.5}), ["2,6"], "paling besar 2,5", id="above"),
    pytest.param(number(decimalDigits=1), ["0,25"], "1 angka di belakang koma", id="too many decimals"),
    pytest.param(number(decimalDigits=0), ["0,5"], "bilangan bulat", id="a part where whole numbers are asked"),
    pytest.param(number(increment=5), ["12"], "10 dan 15", id="between two steps"),
    pytest.param(number(increment="0.5"), ["-0,7"], "-1 dan -0,5", id="between two steps below zero"),
    pytest.param(moment("date"), ["2026-02-30"], "tidak ada dalam kalender", id="30 February: form-js takes it"),
    pytest.param(moment("date"), ["2026-11-24T09:00"], "Isi tanggal", id="an instant for a day"),
    pytest.param(moment("date"), ["20261124"], "Isi tanggal", id="another spelling that Python would take"),
    pytest.param(moment("date"), ["2026-W48-2"], "Isi tanggal", id="a week date that Python would take"),
    pytest.param(moment("date"), ["2026-11-24\n"], None, id="spaces around a day are no matter"),
    pytest.param(moment("date"), ["0026-11-24"], "Tahun 0026", id="a year mistyped"),
    pytest.param(moment("time"), ["24:00"], "tidak ada dalam kalender", id="24.00"),
    pytest.param(moment("time"), ["09:00:30"], "sampai menit", id="seconds of a time"),
    pytest.param(moment("datetime"), ["2026-11-24"], "tanggal dan jam", id="a day for an instant"),
    pytest.param(moment("datetime"), ["0001-01-01T00:00"], "Tahun 0001", id="the first instant there is"),
    pytest.param(moment("datetime"), ["9999-12-31T23:59"], "Tahun 9999", id="the last instant there is"),
    pytest.param(
        moment("date", disallowPassedDates=True), ["2026-11-23"], "sudah lewat", id="yesterday: form-js takes it"
    ),
    pytest.param(
        moment("datetime", disallowPassedDates=True), ["2026-11-23T10:00"], "sudah lewat", id="an instant past"
    ),
    pytest.param(moment("time", timeInterval=15), ["09:50"], "09.45 atau 10.00", id="between two times"),
    pytest.param(field("checkbox", validate={"required": True}), [], "harus dicentang", id="a tick that must be"),
    pytest.param(field("checkbox"), ["mungkin"], "dicentang atau dikosongkan", id="neither yes nor no"),
    pytest.param(field("select", **COLOURS), ["hijau"], "Pilih salah satu", id="no option: form-js blanks it"),
    pytest.param(field("radio", **COLOURS), ["Merah"], "Pilih salah satu", id="a label is no value"),
    pytest.param(field("checklist", **COLOURS), ["m", "x"], "hanya dari pilihan", id="one of several is no option"),
    pytest.param(field("taglist", **COLOURS, validate={"required": True}), [], "paling sedikit satu", id="none chosen"),
]


@pytest.mark.parametrize(("component", "posted", "answer"), KEPT)
def test_an_answer_is_kept_in_its_one_normal_form(component, posted, answer):
    answers, problems = load(component).parse({"isi": posted}, now=NOW)

    assert (answers, problems) == ({"isi": answer}, {})


@pytest.mark.parametrize(("component", "posted", "answer"), KEPT)
def test_the_normal_form_stays_the_same_when_it_is_checked_again(component, posted, answer):
    assert load(component).check({"isi": answer}, now=NOW) == {"isi": answer}


@pytest.mark.parametrize(("component", "posted", "answer"), KEPT)
def test_the_normal_form_reads_back_from_the_texts_that_show_it(component, posted, answer):
    form = load(component)

    texts = form.fields["isi"].typed(answer)

    assert form.parse({"isi": texts}, now=NOW) == ({"isi": answer}, {})


@pytest.mark.parametrize(("component", "posted", "message"), REFUSED)
def test_a_wrong_answer_says_what_to_do(component, posted, message):
    answers, problems = load(component).parse({"isi": posted}, now=NOW)

    if message is None:
        assert problems == {}
    else:
        assert message in problems["isi"]
        assert "isi" not in answers


def test_all_problems_come_at_once_by_key():
    form = load(text(required=True), number() | {"key": "umur"}, moment("date") | {"key": "hari"})

    _, problems = form.parse({"umur": ["x"], "hari": ["besok"]}, now=NOW)

    assert list(problems) == ["isi", "umur", "hari"]


def test_the_day_turns_at_midnight_in_jakarta():
    form = load(moment("date", disallowPassedDates=True))

    _, yesterday = form.parse({"isi": ["2026-11-23"]}, now=JUST_AFTER_MIDNIGHT)
    _, today = form.parse({"isi": ["2026-11-24"]}, now=JUST_AFTER_MIDNIGHT)

    assert "24 Nov 2026" in yesterday["isi"]
    assert today == {}


TYPED = [
    pytest.param(number(), 12, "12", id="an integer"),
    pytest.param(number(), 0.1, "0.1", id="a float as it is written"),
    pytest.param(number(), Decimal("1.50"), "1.5", id="a decimal"),
    pytest.param(number(), "1.250", "1.25", id="decimal text has a point, whatever people type"),
    pytest.param(moment("datetime"), "2026-11-24T09:00+07:00", "2026-11-24T02:00:00Z", id="an instant with an offset"),
    pytest.param(moment("datetime"), "2026-11-24T09:00", "2026-11-24T02:00:00Z", id="an instant without: office time"),
    pytest.param(field("checkbox"), None, False, id="nothing said about a box"),
    pytest.param(field("checklist", **COLOURS), ("b",), ["b"], id="a tuple"),
]
MISTYPED = [
    pytest.param(text(), 5, "diharapkan teks, bukan angka", id="a number for a text"),
    pytest.param(text(), ["a"], "diharapkan teks, bukan daftar", id="a list for a text"),
    pytest.param(number(), True, "diharapkan angka", id="true is no number"),
    pytest.param(number(), float("nan"), "diharapkan angka", id="NaN"),
    pytest.param(number(), float("inf"), "diharapkan angka", id="infinity"),
    pytest.param(number(), Decimal("NaN"), "diharapkan angka", id="a decimal NaN"),
    pytest.param(number(), Decimal("1E+999999"), "terlalu panjang", id="a decimal that would fill the memory"),
    pytest.param(number(), 10**5000, "diharapkan angka", id="an integer too long to print"),
    pytest.param(number(), "1,5", "diharapkan angka", id="a comma in decimal text"),
    pytest.param(field("checkbox"), 1, "ya atau tidak", id="1 is not yes"),
    pytest.param(field("checkbox"), "true", "ya atau tidak", id="a text is not yes"),
    pytest.param(field("checklist", **COLOURS), "m", "hanya dari pilihan", id="a text for a list"),
    pytest.param(field("checklist", **COLOURS), [["m"]], "hanya dari pilihan", id="a list in a list"),
    pytest.param(field("select", **COLOURS), {"m": 1}, "Pilih salah satu", id="an object for an option"),
    pytest.param(field("filepicker"), ["files::1"], "diharapkan berkas", id="form-js's word for a file"),
    pytest.param(moment("date"), 20261124, "Isi tanggal", id="a number for a day"),
]


@pytest.mark.parametrize(("component", "value", "answer"), TYPED)
def test_typed_answers_are_brought_into_normal_form(component, value, answer):
    assert load(component).check({"isi": value}, now=NOW) == {"isi": answer}


@pytest.mark.parametrize(("component", "value", "message"), MISTYPED)
def test_answers_of_the_wrong_type_are_refused(component, value, message):
    with pytest.raises(InvalidAnswers) as refused:
        load(component).check({"isi": value}, now=NOW)

    assert message in refused.value.problems["isi"]


def test_an_answer_without_a_field_is_refused_by_name():
    with pytest.raises(InvalidAnswers) as refused:
        load(text()).check({"isi": "a", "__builtins__": "b"}, now=NOW)

    assert list(refused.value.problems) == ["__builtins__"]


def test_a_posted_key_without_a_field_is_ignored():
    assert load(text()).parse({"csrf_token": ["x"], "isi": ["a"]}, now=NOW) == ({"isi": "a"}, {})


def test_a_disabled_field_has_no_answer():
    form = load(text() | {"disabled": True, "defaultValue": "awal"}, number() | {"key": "umur"})

    assert form.parse({"isi": ["selundupan"], "umur": ["5"]}, now=NOW) == ({"umur": "5"}, {})


# --- groups and hiding -------------------------------------------------------------------------

CHANNEL = field("select", key="kanal", values=["email", "telepon"])
ADDRESS = field("textfield", key="alamat", validate={"required": True}, conditional={"hide": '=kanal != "email"'})


@pytest.mark.parametrize(
    ("posted", "answers", "problems"),
    [
        pytest.param({"kanal": ["email"], "alamat": ["a@b"]}, {"kanal": "email", "alamat": "a@b"}, [], id="there"),
        pytest.param({"kanal": ["email"]}, {"kanal": "email"}, ["alamat"], id="there and required"),
        pytest.param({"kanal": ["telepon"]}, {"kanal": "telepon"}, [], id="hidden: not required"),
        pytest.param({"kanal": ["telepon"], "alamat": ["a@b"]}, {"kanal": "telepon"}, [], id="hidden: left out"),
        pytest.param({}, {"kanal": None}, [], id="nothing chosen is not email"),
        pytest.param({"kanal": ["fax"], "alamat": ["a@b"]}, {}, ["kanal"], id="a wrong answer hides like none"),
    ],
)
def test_a_hidden_field_has_no_answer_and_no_problem(posted, answers, problems):
    found, wrong = load(CHANNEL, ADDRESS).parse(posted, now=NOW)

    assert (found, list(wrong)) == (answers, problems)


@pytest.mark.parametrize(
    ("condition", "answer", "hidden"),
    [
        pytest.param("=anonim = true", {"anonim": True}, True, id="a box that is ticked"),
        pytest.param("=anonim = true", {}, False, id="a box that is not"),
        pytest.param("= anonim=false", {}, True, id="spaces or none"),
        pytest.param("=umur = 17", {"umur": "17"}, True, id="a number"),
        pytest.param("=umur = 17.0", {"umur": "17"}, True, id="a number however written"),
        pytest.param("=umur != 17", {}, True, id="nothing is not 17"),
        pytest.param("=umur = null", {}, True, id="nothing is null"),
        pytest.param("=umur != null", {"umur": "0"}, True, id="zero is something"),
        pytest.param('=nama = ""', {}, True, id="an empty text is nothing"),
        pytest.param('=nama = "a \\"b\\""', {"nama": 'a "b"'}, True, id="a quoted quote"),
        pytest.param("=true", {}, True, id="always"),
        pytest.param("=false", {}, False, id="never"),
    ],
)
def test_conditions_compare_answers_in_normal_form(condition, answer, hidden):
    form = load(
        field("checkbox", key="anonim"),
        field("number", key="umur"),
        field("textfield", key="nama"),
        text() | {"conditional": {"hide": condition}},
    )

    assert ("isi" not in form.check(answer, now=NOW)) is hidden


def test_a_hidden_group_hides_all_inside_and_what_depends_on_it():
    form = load(
        field("checkbox", key="anonim"),
        {
            "type": "group",
            "label": "Pelapor",
            "path": "pelapor",
            "conditional": {"hide": "=anonim = true"},
            "components": [field("textfield", key="nama", validate={"required": True})],
        },
        field("textfield", key="catatan", conditional={"hide": "=pelapor.nama = null"}),
    )

    named = form.check({"pelapor": {"nama": "Siti"}, "catatan": "x"}, now=NOW)
    unnamed, problems = form.parse({"anonim": ["true"], "pelapor.nama": ["Siti"], "catatan": ["x"]}, now=NOW)

    assert named == {"anonim": False, "pelapor.nama": "Siti", "catatan": "x"}
    assert (unnamed, problems) == ({"anonim": True}, {})


def test_a_condition_means_the_field_beside_it_before_one_further_out():
    form = load(
        field("textfield", key="kota"),
        {
            "type": "group",
            "path": "kejadian",
            "components": [
                field("textfield", key="kota"),
                field("textfield", key="rinci", conditional={"hide": "=kota = null"}),
            ],
        },
    )

    assert "kejadian.rinci" not in form.check({"kota": "Bandung"}, now=NOW)
    assert "kejadian.rinci" in form.check({"kejadian": {"kota": "Bandung"}}, now=NOW)


# --- files -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "uploads", "message"),
    [
        pytest.param({}, [PDF], None, id="one file"),
        pytest.param({"multiple": True}, [PDF, PHOTO], None, id="two where several may be"),
        pytest.param({"accept": ".pdf, .jpg"}, [PHOTO], None, id="endings in any case"),
        pytest.param({"accept": "image/*"}, [PHOTO], None, id="a family of media types"),
        pytest.param({"accept": "application/pdf"}, [PDF], None, id="a media type"),
        pytest.param({}, [PDF, PHOTO], "satu berkas saja", id="two where one may be"),
        pytest.param({"validate": {"required": True}}, [], "paling sedikit satu", id="required"),
        pytest.param({"accept": ".png"}, [PDF], "bukan jenis yang diminta", id="not of the kind asked for"),
        pytest.param({}, [Upload("a.pdf", "application/pdf", b"")], "kosong", id="an empty file"),
        pytest.param({}, [Upload("a.pdf", "application/pdf", bytes(FILE_BYTES + 1))], "10,0 MB", id="too big"),
        pytest.param({}, [Upload("../a.pdf", "application/pdf", b"x")], "garis miring", id="a name that climbs"),
        pytest.param({}, [Upload("a\0.pdf", "application/pdf", b"x")], "U+0000", id="NUL in a name"),
        pytest.param({"multiple": True}, [PDF] * (FILES_PER_STEP + 1), "Paling banyak 20", id="too many"),
        pytest.param(
            {"multiple": True}, [Upload("a.pdf", "application/pdf", bytes(FILE_BYTES))] * 4, "30 MB", id="too much"
        ),
    ],
)
def test_files_are_checked_by_number_size_kind_and_name(keys, uploads, message):
    form = load(field("filepicker", **keys))

    answers, problems = form.parse({}, {"isi": uploads}, now=NOW)

    if message is None:
        assert answers == {"isi": uploads}
        assert form.check({"isi": uploads}, now=NOW) == answers
    else:
        assert message in problems["isi"]


# --- reading answers ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("component", "answer", "words"),
    [
        pytest.param(text(), "apa adanya", "apa adanya", id="text"),
        pytest.param(number(), "-1234567.5", "-1.234.567,5", id="number"),
        pytest.param(number(appearance={"prefixAdorner": "Rp"}), "5000", "Rp 5.000", id="number with its unit"),
        pytest.param(field("checkbox"), True, "Ya", id="yes"),
        pytest.param(field("checkbox"), False, "Tidak", id="no"),
        pytest.param(field("radio", **COLOURS), "b", "Biru", id="the option's label"),
        pytest.param(field("radio", **COLOURS), "lama", "lama", id="an option that the form no longer has"),
        pytest.param(field("checklist", **COLOURS), ["m", "b"], "Merah, Biru", id="labels of several"),
        pytest.param(moment("date"), "2026-05-01", "1 Mei 2026", id="day"),
        pytest.param(moment("time"), "09:05", "09.05 WIB", id="time"),
        pytest.param(moment("datetime"), "2026-11-24T02:00:00Z", "24 Nov 2026 09.00 WIB", id="instant"),
        pytest.param(field("filepicker"), [PDF, PHOTO], "bukti.pdf, Foto Antrean.JPG", id="names of files"),
        pytest.param(moment("date"), None, "", id="no answer"),
    ],
)
def test_a_stored_answer_reads_as_people_write_it(component, answer, words):
    assert load(component).display("isi", answer) == words


# --- whatever comes ----------------------------------------------------------------------------

EVERY_TYPE = load(
    field("textfield", key="nama", validate={"required": True, "pattern": "^[A-Z](a|b)*$", "maxLength": 50}),
    field("textfield", key="surel", validate={"validationType": "email"}),
    field("textarea", key="uraian", validate={"minLength": 3}),
    field("number", key="rugi", increment=0.25, decimalDigits=2, validate={"min": -10, "max": 10**9}),
    field("datetime", key="hari", subtype="date", disallowPassedDates=True),
    field("datetime", key="jam", subtype="time", timeInterval=15),
    field("datetime", key="saat", subtype="datetime"),
    field("checkbox", key="anonim", properties={"peran": "anonim"}),
    field("select", key="kanal", **COLOURS),
    field("checklist", key="warna", **COLOURS, conditional={"hide": '=kanal = "m"'}),
    field("filepicker", key="bukti", multiple=True),
)
POSTED = st.dictionaries(st.sampled_from(list(EVERY_TYPE.fields)), st.lists(st.text(max_size=20), max_size=3))
NEAR_MISSES = st.sampled_from(
    [
        "",
        "1e9",
        "-",
        ".",
        "1.000",
        "9" * 70,
        "2026-11-24",
        "0000-01-01",
        "9999-12-31T23:59",
        "24:00",
        "true",
        "m",
        "A\n",
        "\ud800",
        "\0",
    ]
)
LIKELY = st.dictionaries(st.sampled_from(list(EVERY_TYPE.fields)), st.lists(NEAR_MISSES, max_size=2))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10) | NEAR_MISSES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(POSTED | LIKELY)
def test_parse_never_raises_and_what_it_keeps_fits_again(posted):
    answers, problems = EVERY_TYPE.parse(posted, now=NOW)

    assert set(answers).isdisjoint(problems)
    if not problems:
        json.dumps(answers, allow_nan=False).encode()
        assert EVERY_TYPE.check(answers, now=NOW) == answers


@given(st.dictionaries(st.sampled_from(list(EVERY_TYPE.fields)), VALUES))
def test_check_refuses_by_field_or_keeps_what_fits_again(answers):
    try:
        normal = EVERY_TYPE.check(answers, now=NOW)
    except InvalidAnswers as refused:
        normal, problems = None, refused.problems

    assert problems if normal is None else EVERY_TYPE.check(normal, now=NOW) == normal
