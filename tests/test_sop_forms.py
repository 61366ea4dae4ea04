"""The shipped forms ask for what the SOP and the law need, no more, and say who sees what is personal."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.diagram import Diagram, check_against, read_diagram
from engine.forms import Field, FileField, Form
from engine.model import Upload
from tests.sop_diagram import FILE, FORMS, SOP, flat

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
FILES = sorted(FORMS.glob("pengaduan-*.form"))
COMPLAINT, RECORD, PASS_ON, COORDINATE, ANSWER, HAND_OVER, FOLLOW_UP, HAND_BACK, DELIVER = (file.stem for file in FILES)
PETUGAS, SECRETARY = "Petugas", "Sekretaris / ketua tim pengaduan"
CHANNELS = ["lapor.go.id", "email", "media sosial", "telepon", "loket yankomas"]


@pytest.fixture(scope="module")
def forms() -> dict[str, Form]:
    return {form.id: form for form in (Form.load(file.read_bytes()) for file in FILES)}


@pytest.fixture(scope="module")
def diagram() -> Diagram:
    (diagram,) = read_diagram(FILE.read_bytes(), FILE.name).diagrams
    return diagram


def _every_field(forms: dict[str, Form]) -> list[Field]:
    return [field for form in forms.values() for field in form.fields.values()]


def test_diagram_and_forms_are_taken_without_a_problem_or_a_warning(forms: dict[str, Form], diagram: Diagram) -> None:
    assert read_diagram(FILE.read_bytes(), FILE.name).problems == ()
    assert check_against(diagram, forms=forms, called={}) == ()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_form_is_named_by_its_id_and_written_as_a_modeler_writes_it(file: Path) -> None:
    text = file.read_text()
    schema = json.loads(text)

    assert schema["id"] == file.stem
    assert (schema["type"], schema["schemaVersion"]) == ("default", 19)
    assert text == json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def test_no_two_forms_share_a_key_so_that_no_answer_hides_another(forms: dict[str, Form]) -> None:
    keys = [field.key for field in _every_field(forms)]

    assert len(keys) == len(set(keys))


def test_only_what_the_sop_or_the_law_needs_is_required(forms: dict[str, Form]) -> None:
    required = {name: {key for key, field in form.fields.items() if field.required} for name, form in forms.items()}

    assert required == {
        COMPLAINT: {"kanal", "waktu_diterima", "layanan", "uraian"},
        RECORD: {
            "jenis",
            "bentuk_permasalahan",
            "bentuk_permasalahan_lain",
            "kadar",
            "kategori",
            "alasan_klasifikasi",
        },
        PASS_ON: set(),
        COORDINATE: {"seksi_terkait", "sekretaris_peserta", "ketua_peserta", "hasil_koordinasi"},
        ANSWER: {"arahan_pimpinan", "pemberi_arahan", "waktu_arahan", "jawaban"},
        HAND_OVER: {"tindak_lanjut"},
        FOLLOW_UP: {"hasil_tindak_lanjut"},
        HAND_BACK: set(),
        DELIVER: {"kanal_penyampaian", "waktu_penyampaian", "isi_tanggapan"},
    }


def test_no_file_is_ever_required(forms: dict[str, Form]) -> None:
    assert SOP["alur"][0]["persyaratan"] == "Bukti pendukung (jika ada)"
    assert not [field.key for field in _every_field(forms) if isinstance(field, FileField) and field.required]


def test_the_channels_are_those_of_the_sop_word_for_word(forms: dict[str, Form]) -> None:
    offered = [option.value for option in forms[COMPLAINT].fields["kanal"].options]

    assert offered == CHANNELS
    assert f"{', '.join(CHANNELS[:-1])} atau {CHANNELS[-1]}" in dict(flat(SOP))["alur.1.kegiatan"]


def test_what_the_complainant_tells_is_personal(forms: dict[str, Form]) -> None:
    told = [
        field for field in forms[COMPLAINT].fields.values() if field.type in ("textfield", "textarea", "filepicker")
    ]

    assert told
    assert [field.key for field in told if field.personal is None] == []


def test_who_complains_is_for_petugas_and_secretary_alone(forms: dict[str, Form]) -> None:
    fields = _every_field(forms)
    identity = {field.key: field.personal for field in fields if field.role == "identitas"}

    assert {"nama_pengadu", "alamat_pengadu", "telepon_pengadu", "email_pengadu", "nomor_identitas"} <= set(identity)
    assert set(identity.values()) == {(PETUGAS, SECRETARY)}
    assert {field.personal for field in fields if field.key == "terlapor"} == {(PETUGAS, SECRETARY)}


def test_personal_fields_name_lanes_of_the_diagram(forms: dict[str, Form], diagram: Diagram) -> None:
    named = {lane for field in _every_field(forms) for lane in field.personal or ()}

    assert named <= {lane.name for lane in diagram.lanes} - {"Pemohon"}


def test_anonymous_and_confidential_are_two_switches_of_the_complaint(forms: dict[str, Form]) -> None:
    switches = {field.key: field.role for field in _every_field(forms) if field.role not in (None, "identitas")}

    assert switches == {"anonim": "anonim", "rahasia": "rahasia"}
    assert set(switches) <= set(forms[COMPLAINT].fields)


def test_an_anonymous_complaint_needs_no_word_about_who_complains(forms: dict[str, Form]) -> None:
    posted = {
        "kanal": ["loket yankomas"],
        "waktu_diterima": ["2026-11-24T08:55"],
        "anonim": ["true"],
        "layanan": ["paspor"],
        "uraian": ["Antrean tidak dilayani sesuai urutan."],
    }

    answers, problems = forms[COMPLAINT].parse(posted, {}, now=NOW)

    assert problems == {}
    assert (answers["anonim"], answers["nama_pengadu"]) == (True, None)


def test_a_proxy_is_asked_for_only_where_there_is_one(forms: dict[str, Form]) -> None:
    letter = Upload("kuasa.pdf", "application/pdf", b"%PDF-1.7 surat kuasa")
    posted = {"nama_kuasa": ["Dian"], "kewarganegaraan": ["WNA"], "negara_pengadu": ["Malaysia"]}

    without, _ = forms[COMPLAINT].parse(posted, {"surat_kuasa": [letter]}, now=NOW)
    with_one, _ = forms[COMPLAINT].parse(posted | {"kuasa": ["true"]}, {"surat_kuasa": [letter]}, now=NOW)

    assert "nama_kuasa" not in without
    assert "surat_kuasa" not in without
    assert (with_one["nama_kuasa"], with_one["surat_kuasa"]) == ("Dian", [letter])
    assert with_one["negara_pengadu"] == "Malaysia"


def test_an_answer_without_the_heads_direction_is_not_taken(forms: dict[str, Form]) -> None:
    _, problems = forms[ANSWER].parse({"jawaban": ["Sudah dilayani."]}, {}, now=NOW)

    assert set(problems) == {"arahan_pimpinan", "pemberi_arahan", "waktu_arahan"}


def test_a_result_can_be_delivered_by_every_channel_and_to_nobody_in_particular(forms: dict[str, Form]) -> None:
    offered = [option.value for option in forms[DELIVER].fields["kanal_penyampaian"].options]

    assert offered == [*CHANNELS, "dipublikasikan pada halaman status"]
