"""Forms on the page: every type drawn accessibly, wrong input kept and explained, posted values read back."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, render_template_string, request
from lxml import html
from werkzeug.datastructures import FileStorage, MultiDict

from engine import DraftFile, Form
from webapp import forms_view

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)  # 24 Nov 2026, 09.00 WIB
PAGE = """{% import "forms/form.html" as isian %}<!doctype html><html lang="id"><head><title>Uji</title>
<link rel="stylesheet" href="{{ url_for('static', filename='vendor/pico/pico.conditional.min.css') }}">
<link rel="stylesheet" href="{{ url_for('static', filename='app.css') }}">{{ isian.head() }}</head>
<body><main class="pico page page-narrow"><h1>Uji</h1>{{ isian.summary(view) }}
<form method="post" {{ isian.attributes(view, "/draf", "token") }}>{{ isian.fields(view, level=2) }}
<button type="submit">Kirim</button>{{ isian.draft_state() }}</form></main></body></html>"""

FORM = Form.load((Path(__file__).parent / "every-type.form").read_bytes())
KEPT = (
    DraftFile(7, "bukti", "foto & surat.jpg", "image/jpeg", 2_500_000),
    DraftFile(8, "surat", "kuasa.pdf", "application/pdf", 900),
)


def make_app(form: Form = FORM) -> Flask:
    """Return an application of one page: the form, and what becomes of what is posted to it."""
    app = Flask("webapp", template_folder="templates", static_folder="static")

    @app.route("/", methods=["GET", "POST"])
    def page() -> Any:
        if request.method == "GET":
            view = forms_view.show(form, now=NOW, kept=KEPT)
            return render_template_string(PAGE, view=view)
        posted = forms_view.read(form, request.form, request.files, KEPT)
        answers, problems = form.parse(posted.values, posted.uploads, now=NOW)
        problems = {**problems, **posted.problems}
        view = forms_view.show(form, now=NOW, values=posted.values, problems=problems, kept=KEPT)
        return (render_template_string(PAGE, view=view), 422) if problems else answers

    return app


def draw(form: Form, **how: Any) -> html.HtmlElement:
    """Return the page that shows ``form``."""
    with make_app(form).test_request_context():
        return html.fromstring(render_template_string(PAGE, view=forms_view.show(form, now=NOW, **how)))


def load(*components: dict[str, Any]) -> Form:
    return Form.load(json.dumps({"type": "default", "id": "uji", "components": components}))


def text_of(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def file(name: str, content: bytes = b"%PDF-1.7") -> FileStorage:
    return FileStorage(BytesIO(content), filename=name)


# --- drawing -----------------------------------------------------------------------------------


def test_every_field_has_its_name_its_label_and_texts_that_are_there():
    page = draw(FORM, problems=dict.fromkeys(FORM.fields, "Perbaiki."))
    ids = page.xpath("//@id")

    for key, field in FORM.fields.items():
        if field.readonly:
            continue
        (first, *_) = page.xpath("//*[@name=$key]", key=key)
        labelled = page.xpath("//label[@for=$id]", id=first.get("id")) or first.xpath("ancestor::fieldset[1]/legend")
        assert labelled or first.xpath("ancestor::label"), key
        if labelled:
            assert field.label in text_of(labelled[0])
    for described in page.xpath("//@aria-describedby"):
        assert set(described.split()) <= set(ids)
    assert len(ids) == len(set(ids))


def test_hints_problems_and_marks_stand_at_the_field():
    page = draw(FORM, problems={"nama": "Isian ini wajib diisi."})
    (name,) = page.xpath("//input[@name='nama']")
    described = " ".join(text_of(page.get_element_by_id(each)) for each in name.get("aria-describedby").split())

    assert described == "Seperti di paspor. Perlu diperbaiki: Isian ini wajib diisi."
    assert (name.get("aria-invalid"), name.get("required")) == ("true", "")
    assert text_of(page.xpath("//label[@for='isian-nama']")[0]) == "Nama (wajib)"


def test_the_summary_leads_to_each_wrong_field_in_the_order_of_the_form():
    page = draw(
        FORM, problems={"kanal": "Pilih.", "nama": "Wajib.", "pelapor.nama": "Terlalu panjang.", "Draf": "Penuh."}
    )
    (summary,) = page.xpath("//*[@id='ringkasan-masalah']")

    assert summary.get("role") == "alert"
    assert [text_of(line) for line in summary.xpath(".//li")] == [
        "Nama: Wajib.",
        "Kanal: Pilih.",
        "Nama pelapor: Terlalu panjang.",
        "Draf: Penuh.",
    ]
    targets = [page.get_element_by_id(link.removeprefix("#")) for link in summary.xpath(".//a/@href")]
    assert [target.get("name") for target in targets] == ["nama", "kanal", "pelapor.nama"]


def test_a_form_without_problems_has_no_summary():
    assert not draw(FORM).xpath("//*[@id='ringkasan-masalah']")


TYPED = {
    "nama": ('"><script>alert(1)</script>',),
    "uraian": ("\nbaris satu\n</textarea>",),
    "rugi": ("1.000",),
    "tanggal": ("2026-02-30",),
    "layanan": ("Paspor",),
    "kanal": ("telepon",),
    "warna": ("b",),
    "anonim": ("true",),
}


def test_what_was_typed_stands_there_again_and_does_nothing_else():
    page = draw(FORM, values=TYPED)

    assert page.xpath("//input[@name='nama']/@value") == ['"><script>alert(1)</script>']
    assert page.xpath("//textarea")[0].text == "\n" + TYPED["uraian"][0]  # a browser drops the first line end
    assert page.xpath("//input[@name='rugi']/@value") == ["1.000"]
    assert page.xpath("//input[@name='tanggal']/@value") == ["2026-02-30"]
    assert page.xpath("//select[@name='layanan']/option[@selected]/@value") == ["Paspor"]
    assert page.xpath("//input[@checked]/@value") == ["telepon", "b", "true"]
    assert not page.xpath("//script[not(@src)]")


def test_defaults_stand_there_only_before_anybody_typed():
    form = load(
        {"type": "number", "key": "jumlah", "label": "Jumlah", "defaultValue": 12.5},
        {"type": "datetime", "subtype": "datetime", "key": "saat", "defaultValue": "2026-11-24T02:00:00Z"},
        {"type": "checkbox", "key": "setuju", "label": "Setuju", "defaultValue": True},
    )

    assert draw(form).xpath("//input/@value") == ["12,5", "2026-11-24T09:00", "true"]
    assert draw(form).xpath("//input/@checked") == ["checked"]
    assert draw(form, values={}).xpath("//input/@value") == ["", "", "true"]
    assert not draw(form, values={}).xpath("//input/@checked")


@pytest.mark.parametrize(
    ("key", "attributes"),
    [
        pytest.param("surel", {"type": "email"}, id="email"),
        pytest.param("rugi", {"type": "text", "inputmode": "decimal"}, id="number with decimals"),
        pytest.param("hari_ke", {"type": "text", "inputmode": "numeric"}, id="whole number"),
        pytest.param("tanggal", {"type": "date", "min": None}, id="day"),
        pytest.param("janji", {"type": "date", "min": "2026-11-24"}, id="day from today on"),
        pytest.param("jam", {"type": "time", "step": "900"}, id="time"),
        pytest.param("diterima", {"type": "datetime-local", "step": None}, id="instant"),
        pytest.param("bukti", {"type": "file", "multiple": "multiple"}, id="several files"),
        pytest.param("surat", {"type": "file", "multiple": None, "accept": ".pdf"}, id="one file of one kind"),
    ],
)
def test_fields_use_what_browsers_bring(key, attributes):
    (found,) = draw(FORM).xpath("//input[@name=$key]", key=key)

    assert {name: found.get(name) for name in attributes} == attributes


def test_choices_side_by_side_are_a_group_with_a_name():
    page = draw(FORM, problems={"kanal": "Pilih salah satu."})
    (group,) = page.xpath("//fieldset[@role='radiogroup']")

    assert text_of(group.xpath("./legend")[0]) == "Kanal (wajib)"
    assert (group.get("aria-invalid"), group.get("aria-required")) == ("true", "true")
    assert [text_of(label) for label in group.xpath("./label")] == ["email", "telepon", "loket"]


def test_display_text_is_escaped_and_links_open_beside_the_form():
    page = draw(FORM)

    assert "<b>Bukan HTML.</b>" in page.xpath("//div[contains(@class, 'form-text')]")[0].text_content()
    (link,) = page.xpath("//div[contains(@class, 'form-text')]//a")
    assert (link.get("href"), link.get("rel")) == ("https://contoh.test/?a=1&b=2", "noopener noreferrer")
    assert [(each.tag, text_of(each)) for each in page.xpath("//h2 | //h3 | //h4")] == [
        ("h2", "Pengaduan"),
        ("h3", "Kontak"),
    ]


def test_who_sees_personal_answers_is_said_once_for_a_group_and_at_single_fields():
    notes = [text_of(note) for note in draw(FORM).xpath("//*[contains(@class, 'form-privacy')]")]

    assert notes == [
        "Data pribadi: hanya terlihat oleh Petugas, Sekretaris / ketua.",
        "Data pribadi: hanya terlihat oleh lajur yang mengisi langkah ini.",
    ]


def test_conditions_reach_the_script_and_readers_without_one():
    page = draw(FORM)
    (field,) = page.xpath("//div[@data-hide]")
    (group,) = page.xpath("//fieldset[@data-hide]")

    assert json.loads(field.get("data-hide")) == {"key": "kanal", "kind": "text", "equal": False, "value": "email"}
    assert json.loads(group.get("data-hide")) == {"key": "anonim", "kind": "boolean", "equal": True, "value": True}
    assert text_of(field.xpath(".//noscript")[0]) == "Tidak perlu diisi bila “Kanal” bukan “email”."
    assert text_of(group.xpath("./noscript")[0]) == "Tidak perlu diisi bila “Sembunyikan identitas” dicentang."


def test_what_nobody_may_fill_is_a_text_without_an_input():
    page = draw(FORM, values={"petugas": ["selundupan"]})

    assert not page.xpath("//*[@name='petugas']")
    assert [text_of(each) for each in page.xpath("//*[@class='form-fixed']")] == ["Kantor Imigrasi Bandung"]


def test_kept_files_are_listed_with_a_way_to_remove_each():
    page = draw(FORM, kept=KEPT, file_url=lambda file: f"/draf/{file.id}")

    assert [text_of(each) for each in page.xpath("//span[@class='form-kept-name']")] == [
        "foto & surat.jpg 2,4 MB, sudah tersimpan",
        "kuasa.pdf 1 kB, sudah tersimpan",
    ]
    assert page.xpath("//input[@name='_hapus']/@value") == ["7", "8"]
    assert page.xpath("//ul[@class='form-kept']//a/@href") == ["/draf/7", "/draf/8"]


# --- reading -----------------------------------------------------------------------------------


def test_only_the_fields_of_the_form_are_read():
    posted = forms_view.read(
        FORM, MultiDict([("nama", "Siti"), ("warna", "m"), ("warna", "b"), ("csrf_token", "x"), ("id", "1")])
    )

    assert posted.values == {"nama": ("Siti",), "warna": ("m", "b")}


def test_files_are_taken_by_field_and_refused_at_the_field():
    files = MultiDict(
        [("bukti", file("a.pdf")), ("bukti", file("b.exe", b"MZ\x90")), ("bukti", file("")), ("lain", file("c.pdf"))]
    )

    posted = forms_view.read(FORM, MultiDict(), files)

    assert {key: [upload.filename for upload in uploads] for key, uploads in posted.uploads.items()} == {
        "bukti": ["a.pdf"]
    }
    assert list(posted.problems) == ["bukti"]
    assert "b.exe" in posted.problems["bukti"]


@pytest.mark.parametrize(
    ("ticked", "files", "removed"),
    [
        pytest.param(["7"], {}, {7}, id="ticked"),
        pytest.param(["99", "7; DROP", "\u0667", ""], {}, set(), id="not a kept file's"),
        pytest.param([], {"surat": file("baru.pdf")}, {8}, id="replaced where one file is asked for"),
        pytest.param([], {"bukti": file("baru.pdf")}, set(), id="kept beside where several may be"),
        pytest.param([], {"surat": file("baru.exe", b"MZ")}, set(), id="not replaced by what is not taken"),
    ],
)
def test_kept_files_go_when_ticked_or_replaced(ticked, files, removed):
    values = MultiDict([("_hapus", each) for each in ticked])

    assert forms_view.read(FORM, values, MultiDict(files), KEPT).removed == removed


def test_a_wrong_form_comes_back_as_it_was_typed():
    answer = (
        make_app()
        .test_client()
        .post("/", data={"nama": "Siti & Budi", "rugi": "banyak", "bukti": (BytesIO(b"MZ"), "a.exe")})
    )
    page = html.fromstring(answer.text)

    assert answer.status_code == 422
    assert page.xpath("//input[@name='nama']/@value") == ["Siti & Budi"]
    assert [text_of(each).partition(":")[0] for each in page.xpath("//*[@id='ringkasan-masalah']//li")] == [
        "Uraian",
        "Kerugian",
        "Tanggal kejadian",
        "Layanan",
        "Kanal",
        "Topik",
        "Isian ini benar",
        "Bukti pendukung",
    ]


def test_a_right_form_gives_its_answers():
    typed = {
        "nama": "Siti",
        "uraian": "Antrean terlalu panjang.",
        "tanggal": "2026-11-23",
        "diterima": "2026-11-23T08:30",
        "layanan": "Paspor",
        "kanal": "loket",
        "topik": ["m"],
        "benar": "true",
        "pelapor.nama": "Budi",
    }

    answers = make_app().test_client().post("/", data=typed).json

    assert answers["diterima"] == "2026-11-23T01:30:00Z"
    assert answers["pelapor.nama"] == "Budi"
    assert answers["petugas"] == "Kantor Imigrasi Bandung"
    assert "alamat_email" not in answers
