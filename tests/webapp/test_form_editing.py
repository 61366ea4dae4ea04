"""Editing the forms of a draft: what is kept, what is refused, what is told, and the policy of the editor's page."""

from __future__ import annotations

import json

import pytest

from tests.engine.small_office import OWNER, TWO_STEPS
from tests.webapp.sop_office import squeezed
from tests.website import expect
from webapp.security import CONTENT_SECURITY_POLICY

CATCH = TWO_STEPS["catat.form"].decode()
ASKED = {"Accept": "application/json"}


@pytest.fixture
def pages(modeling_office, engine):
    """The owner's browser, with a draft begun from the version in force."""
    engine.deploy(TWO_STEPS, by=OWNER)
    engine.begin_diagram_draft("surat", 1, by=OWNER)
    return modeling_office.browser("pemilik")


def schema(**changes):
    """Return the form of the first step with some keys changed."""
    return json.dumps(json.loads(CATCH) | changes)


def without(key):
    """Return the form of the first step without one of its fields."""
    return schema(components=[each for each in json.loads(CATCH)["components"] if each["key"] != key])


def keep(pages, source, revision=1, form="catat"):
    """Post what the editor holds, as its script does."""
    values = {"csrf_token": pages.token, "source": source, "revision": revision}
    return pages.client.post(f"/processes/surat/forms/{form}/edit", data=values, headers=ASKED)


def stored(engine, form="catat"):
    """Return a form's text in the draft."""
    return engine.diagram_draft("surat", by=OWNER).forms[form]


def test_the_list_says_which_step_uses_which_form(pages):
    told = squeezed(pages.get("/processes/surat/forms").text)

    assert "catat Mencatat (Petugas) sama dengan yang terpasang" in told
    assert "periksa Memeriksa (Pemeriksa)" in told


def test_what_is_drawn_is_kept_and_told_with_the_hour_and_the_revision(pages, engine, clock):
    answer = keep(pages, schema(schemaVersion=19))

    told = answer.get_json()
    assert (answer.status_code, told["revision"], told["problems"], told["elsewhere"]) == (200, 2, [], [])
    assert told["saved"].count(".") == 1
    assert json.loads(stored(engine))["schemaVersion"] == 19


def test_what_breaks_our_rules_is_kept_and_told_with_its_component(pages, engine):
    image = {"type": "html", "id": "Field_x", "content": "<b>"}
    told = keep(pages, schema(components=[image])).get_json()

    assert [(each["element"], each["severity"]) for each in told["problems"]] == [("Field_x", "error")]
    assert "html" in told["problems"][0]["message"]
    assert '"Field_x"' in stored(engine)


def test_a_field_that_the_diagram_reads_is_missed_at_once(pages):
    told = keep(pages, without("seksi")).get_json()

    assert not told["problems"]
    assert "seksi" in told["elsewhere"][0]["message"]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        pytest.param("{", "bukan JSON yang sah", id="no JSON"),
        pytest.param("[" * 5000, "bukan JSON yang sah", id="too deep"),
        pytest.param("[]", "components", id="no object"),
        pytest.param('{"id": "catat"}', "components", id="no components"),
        pytest.param(schema(id="lain"), "seharusnya 'catat'", id="another id"),
    ],
)
def test_what_the_editor_could_never_open_again_is_not_kept(pages, engine, source, said):
    answer = keep(pages, source)

    assert answer.status_code == 422
    assert said in answer.get_json()["message"]
    assert stored(engine) == CATCH


def test_a_later_change_of_the_same_form_is_never_written_over(pages, engine):
    keep(pages, schema(schemaVersion=17))
    late = keep(pages, schema(schemaVersion=16), revision=1)

    assert late.status_code == 409
    told = late.get_json()
    assert (told["conflict"], told["revision"]) == (True, 2)
    assert json.loads(stored(engine))["schemaVersion"] == 17

    assert keep(pages, schema(schemaVersion=16), revision=told["revision"]).status_code == 200
    assert json.loads(stored(engine))["schemaVersion"] == 16


def test_a_draft_that_was_begun_anew_is_not_given_the_old_one_s_form(pages, engine):
    for version in (16, 17):
        keep(pages, schema(schemaVersion=version), revision=version - 15)
    engine.discard_diagram_draft("surat", by=OWNER)
    engine.begin_diagram_draft("surat", 1, by=OWNER)

    late = keep(pages, schema(schemaVersion=3), revision=3)

    assert (late.status_code, late.get_json()["conflict"]) == (409, True)
    assert stored(engine) == CATCH


def test_a_save_waits_for_one_of_another_form_at_the_same_moment(pages, engine, monkeypatch):
    whole, between = engine.save_diagram_draft, ["once"]

    def save(key, **values):
        if between:
            between.pop()
            other = {**engine.diagram_draft("surat", by=OWNER).forms, "periksa": "theirs"}
            whole(key, forms=other, expected_revision=1, by=OWNER)
        return whole(key, **values)

    monkeypatch.setattr(engine, "save_diagram_draft", save)

    assert keep(pages, schema(schemaVersion=17)).status_code == 200
    assert stored(engine, "periksa") == "theirs"
    assert json.loads(stored(engine))["schemaVersion"] == 17


def test_changes_of_the_diagram_and_of_other_forms_stand_in_nobodys_way(pages, engine):
    later = TWO_STEPS["surat.bpmn"].replace(b"P3D", b"P5D")
    engine.save_diagram_draft("surat", xml=later, expected_revision=1, by=OWNER)
    keep(pages, TWO_STEPS["periksa.form"].decode().replace("Hasil", "Hasilnya"), form="periksa")

    assert keep(pages, schema(schemaVersion=17), revision=1).status_code == 200
    draft = engine.diagram_draft("surat", by=OWNER)
    assert draft.xml == later
    assert "Hasilnya" in draft.forms["periksa"]
    assert json.loads(draft.forms["catat"])["schemaVersion"] == 17


def test_without_a_script_the_source_is_kept_and_a_refusal_shows_what_was_typed(pages, engine):
    kept = pages.post("/processes/surat/forms/catat/edit", {"source": schema(schemaVersion=17), "revision": 1})
    refused = pages.post("/processes/surat/forms/catat/edit", {"source": "{ini", "revision": 2})

    assert kept.status_code == 303
    assert json.loads(stored(engine))["schemaVersion"] == 17
    assert refused.status_code == 422
    assert "{ini</textarea>" in refused.text
    assert "Belum tersimpan" in refused.text


def test_a_new_form_is_made_for_its_step(pages, engine):
    answer = pages.post("/processes/surat/forms", {"form": "survei", "title": "Survei", "step": "periksa"})

    assert answer.headers["Location"] == "/processes/surat/forms/survei/edit"
    assert "Survei survei Memeriksa (Pemeriksa) baru di draf" in squeezed(pages.get("/processes/surat/forms").text)
    expect(pages.get("/processes/surat/forms/survei/edit"), 200)
    again = pages.post("/processes/surat/forms", {"form": "survei"})
    assert again.status_code == 409
    assert pages.post("/processes/surat/forms", {"form": "dua kata"}).status_code == 422


def test_a_form_is_taken_out_of_the_draft_alone(pages, engine):
    expect(pages.post("/processes/surat/forms", {"form": "survei"}), 303)
    expect(pages.post("/processes/surat/forms/survei/remove", {}), 303)

    assert "survei" not in engine.diagram_draft("surat", by=OWNER).forms
    assert pages.get("/processes/surat/forms/survei/edit").status_code == 404


def test_a_form_that_the_draft_lacks_is_opened_as_deployed_and_kept_in_the_draft(pages, engine):
    engine.save_diagram_draft("surat", forms={}, expected_revision=1, by=OWNER)

    assert "perihal" in pages.get("/processes/surat/forms/catat/edit").text
    assert keep(pages, CATCH, revision=2).status_code == 200
    assert stored(engine) == CATCH


def test_a_form_is_shown_as_staff_will_see_it_and_nothing_is_kept(pages, engine):
    shown = pages.post("/processes/surat/forms/catat/shown", {"source": CATCH.replace("Perihal", "Pokok <b>")})
    broken = pages.post("/processes/surat/forms/catat/shown", {"source": without("perihal").replace("select", "html")})

    assert "Pokok &lt;b&gt;" in shown.text
    assert 'name="perihal"' in shown.text
    assert "belum dapat ditunjukkan" in broken.text
    assert stored(engine) == CATCH


def test_a_form_is_tried_out_and_told_what_staff_would_be_told(pages):
    empty = pages.post("/processes/surat/forms/catat/try", {})
    full = pages.post("/processes/surat/forms/catat/try", {"perihal": "Antrean", "seksi": "timur"})

    assert empty.status_code == 422
    assert "Isian ini wajib diisi" in empty.text
    assert full.status_code == 200
    assert "Isian ini akan diterima" in full.text
    assert "Seksi Timur" in squeezed(full.text)


def test_the_editors_page_alone_lets_styles_in(pages, engine):
    relaxed = pages.get("/processes/surat/forms/catat/edit").headers["Content-Security-Policy"]
    others = [
        pages.get(f"/processes/surat/forms{rest}") for rest in ("", "/catat/try", "/tak_ada/edit", "/catat/edit/x")
    ]
    others.append(pages.post("/processes/surat/forms/catat/edit", {"source": "{", "revision": 1}))

    assert relaxed == f"{CONTENT_SECURITY_POLICY}; style-src-elem 'self' 'unsafe-inline'"
    assert {answer.headers["Content-Security-Policy"] for answer in others} == {CONTENT_SECURITY_POLICY}


def test_only_pages_of_editors_have_a_wider_policy(modeling_office):
    relaxed = {
        rule.endpoint: getattr(modeling_office.app.view_functions[rule.endpoint], "also_allows", ())
        for rule in modeling_office.app.url_map.iter_rules()
    }
    wider = {endpoint: directives for endpoint, directives in relaxed.items() if directives}

    assert wider.pop("form_editing.edit") == ("style-src-elem 'self' 'unsafe-inline'",)
    assert set(wider) <= {"editing.edit", "editing.new"}
    allowed = [directive for directives in wider.values() for directive in directives]
    assert not [directive for directive in allowed if "unsafe-inline" in directive or "script" in directive]


def test_who_owns_no_process_is_refused(pages, modeling_office):
    clerk = modeling_office.browser("petugas")

    for rest in ("", "/catat/edit", "/catat/try"):
        assert clerk.get(f"/processes/surat/forms{rest}").status_code == 403
    for rest in ("", "/catat/edit", "/catat/try", "/catat/shown", "/catat/remove"):
        assert clerk.post(f"/processes/surat/forms{rest}", {"source": CATCH}).status_code == 403


def test_without_a_draft_there_is_nothing_to_edit(pages, engine):
    engine.discard_diagram_draft("surat", by=OWNER)

    assert pages.get("/processes/surat/forms").status_code == 404
    assert pages.get("/processes/surat/forms/catat/edit").status_code == 404
