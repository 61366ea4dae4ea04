"""Editing the forms of an owner's draft in the page: the list, form-js's editor, and the form as staff will see it.

The editor needs a wider policy for styles, on its page alone. What is drawn is kept in the draft; nothing is deployed
here, and no answer that is tried out is stored.
"""

from __future__ import annotations

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import WIB, DraftStep, Form, FormRefused

from . import forms_view
from .current import current_actor, current_engine
from .draft_forms import DraftForm, Kept, as_json, blank_form
from .security import also_allows

bp = Blueprint("form_editing", __name__, url_prefix="/processes/<key>/forms")


@bp.get("")
def index(key: str) -> ResponseReturnValue:
    """Show the forms of the draft, and which step uses which."""
    engine, by = current_engine(), current_actor()
    outline, draft = engine.draft_outline(key, by=by), engine.diagram_draft(key, by=by)
    assert draft is not None  # the outline is its own
    used: dict[str, list[DraftStep]] = {}
    for step in outline.steps:
        if step.form_id:
            used.setdefault(step.form_id, []).append(step)
    listed = {**{form_id: used.get(form_id, []) for form_id in draft.forms}, **used}
    deployed = engine.deployed_forms(listed)
    return render_template(
        "form_editing/index.html",
        key=key,
        outline=outline,
        known=any(each.key == key for each in engine.versions()),
        forms=listed,
        own=draft.forms,
        stored=deployed,
        formless=[step for step in outline.steps if not step.form_id],
        titles={form_id: _title(text) for form_id, text in {**deployed, **draft.forms}.items()},
    )


@bp.post("")
def add(key: str) -> ResponseReturnValue:
    """Put a new, empty form into the draft, and link a step to it if one is named."""
    form_id, title = request.form.get("form", "").strip(), request.form.get("title", "").strip()
    step = request.form.get("step") or None
    current_engine().add_draft_form(key, form_id, blank_form(form_id, title), element=step, by=current_actor())
    return redirect(url_for(".edit", key=key, form=form_id), code=303)


@bp.get("/<form>/edit")
@also_allows("style-src-elem 'self' 'unsafe-inline'")
def edit(key: str, form: str) -> ResponseReturnValue:
    """Show the editor; without a script, the form's source."""
    wanted = DraftForm(current_engine(), current_actor(), key, form)
    draft = wanted.draft()
    return _editor(wanted, Kept(draft), wanted.text(draft))


@bp.post("/<form>/edit")
def keep(key: str, form: str) -> ResponseReturnValue:
    """Keep the form in the draft, and say what is wrong in it now."""
    wanted = DraftForm(current_engine(), current_actor(), key, form)
    text = request.form.get("source", "")
    kept = wanted.keep(text, request.form.get("revision", 0, int))
    if request.accept_mimetypes.best == "application/json":
        return _told(wanted, kept)
    if kept.refusal:
        return _editor(wanted, kept, text), 409 if kept.conflict else 422
    flash("Formulir tersimpan di draf.")
    return redirect(url_for(".edit", key=key, form=form), code=303)


@bp.post("/<form>/remove")
def remove(key: str, form: str) -> ResponseReturnValue:
    """Take a form out of the draft; a deployed one of its id stays deployed."""
    engine, by = current_engine(), current_actor()
    wanted = DraftForm(engine, by, key, form)
    draft = wanted.draft()
    rest = {form_id: text for form_id, text in draft.forms.items() if form_id != form}
    engine.save_diagram_draft(key, forms=rest, expected_revision=draft.revision, by=by)
    flash(f"Formulir {form} dikeluarkan dari draf.")
    return redirect(url_for(".index", key=key), code=303)


@bp.post("/<form>/shown")
def shown(key: str, form: str) -> ResponseReturnValue:
    """Return the form as staff will see it, drawn from what the editor holds; nothing is kept."""
    DraftForm(current_engine(), current_actor(), key, form)
    return _as_staff_see_it(request.form.get("source", ""))


@bp.get("/<form>/try")
def try_out(key: str, form: str) -> ResponseReturnValue:
    """Show the draft's form on a page of its own, to be filled in."""
    wanted = DraftForm(current_engine(), current_actor(), key, form)
    return _try_page(wanted, Form.load(wanted.text(wanted.draft())))


@bp.post("/<form>/try")
def tried(key: str, form: str) -> ResponseReturnValue:
    """Say of what was typed what staff would be told; nothing is kept."""
    wanted = DraftForm(current_engine(), current_actor(), key, form)
    loaded, now = Form.load(wanted.text(wanted.draft())), current_engine().now()
    posted = forms_view.read(loaded, request.form, request.files)
    answers, problems = loaded.parse(posted.values, posted.uploads, now=now)
    problems = {**posted.problems, **problems}
    return _try_page(wanted, loaded, posted, problems, {} if problems else answers), 422 if problems else 200


def _editor(wanted: DraftForm, kept: Kept, text: str) -> str:
    found = wanted.found()
    return render_template(
        "form_editing/edit.html",
        key=wanted.key,
        form=wanted.form_id,
        title=_title(text),
        source=text,
        outline=wanted.outline,
        steps=[step for step in wanted.outline.steps if step.form_id == wanted.form_id],
        kept=kept,
        found=found,
        found_json=as_json(found),
    )


def _told(wanted: DraftForm, kept: Kept) -> ResponseReturnValue:
    if kept.refusal:
        body = {"message": kept.refusal, "conflict": kept.conflict, "revision": kept.draft.revision}
        return jsonify(body), 409 if kept.conflict else 422
    saved = f"{kept.draft.saved_at.astimezone(WIB):%H.%M}"
    return jsonify(saved=saved, revision=kept.draft.revision, **as_json(wanted.found()))


def _as_staff_see_it(source: str) -> str:
    try:
        loaded = Form.load(source)
    except FormRefused as refused:
        return render_template("form_editing/_shown.html", problems=refused.problems)
    view = forms_view.show(loaded, now=current_engine().now())
    return render_template("form_editing/_shown.html", problems=(), view=view)


def _try_page(
    wanted: DraftForm,
    loaded: Form,
    posted: forms_view.Posted | None = None,
    problems: dict[str, str] | None = None,
    answers: dict[str, object] | None = None,
) -> str:
    now = current_engine().now()
    told = [(loaded.fields[name].label, loaded.display(name, value)) for name, value in (answers or {}).items()]
    return render_template(
        "form_editing/try.html",
        key=wanted.key,
        form=wanted.form_id,
        title=loaded.title,
        view=forms_view.show(loaded, now=now, values=posted.values if posted else None, problems=problems),
        accepted=posted is not None and not problems,
        told=told,
    )


def _title(text: str) -> str:
    """Return a form's own heading; nothing for one that breaks the rules, which has none to rely on."""
    try:
        return Form.load(text).title
    except FormRefused:
        return ""
