"""Proof as pages: one case with everything that was held against each other, and the whole office in parts.

The engine proves; here it is laid out. The office is gone through a few seconds at a time, each part a page of
its own whose link carries, signed, what was found so far: no page can be made to say what was never checked.
"""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.exceptions import BadRequest

from engine import Actor, HistoryDamaged, NotAllowed, Seal, SealsUnusable, trusted_keys

from .current import current_actor, current_engine, current_settings
from .erasing import told_erasures
from .proof_words import check_name, checked_parts, seal_rows
from .rounds import Round
from .standing import Office

bp = Blueprint("proofs", __name__)
bp.add_app_template_filter(check_name, "check_name")

OFFICE_PROVERS = frozenset({"auditor", "head", "admin"})
SHOWN_SEALS = 10


@bp.get("/cases/<number>/proof")
def show(number: str) -> ResponseReturnValue:
    """Prove one case, now, and show what was held against what."""
    engine, actor = current_engine(), current_actor()
    trusted, no_keys = _trusted()
    proof = engine.case_proof(number, by=actor, trusted=trusted)
    office = Office.now_of(engine)
    return render_template(
        "proofs/case.html",
        number=number,
        proof=proof,
        parts=checked_parts(proof, keys_known=bool(trusted)),
        seals=seal_rows(proof),
        erasures=told_erasures(proof.erasures, office),
        checked_at=office.now,
        no_keys=no_keys,
        trusted=trusted,
    )


@bp.get("/audit/proof")
def index() -> ResponseReturnValue:
    """Show how far the office is sealed, and offer to prove all of it; a number goes to its case."""
    _only_provers(current_actor())
    number = request.args.get("case", "").strip()
    if number:
        return redirect(url_for(".show", number=number), code=303)
    last, broken = _last_seal()
    trusted, no_keys = _trusted()
    engine = current_engine()
    return render_template(
        "proofs/index.html",
        last=last,
        broken=broken,
        newest=[] if last is None else list(engine.seals(after=max(last.number - SHOWN_SEALS, 0)))[::-1],
        unsealed_since=engine.unsealed_since(),
        minutes=current_settings().seal_minutes,
        trusted=trusted,
        no_keys=no_keys,
    )


@bp.get("/audit/proof/run")
def run() -> ResponseReturnValue:
    """Prove the next part of the office: first what no single case shows, then the cases."""
    actor, engine = current_actor(), current_engine()
    _only_provers(actor)
    trusted, no_keys = _trusted()
    if "at" in request.args:
        before = Round.read(_opened(request.args["at"]))
        part = before.cases(engine, by=actor)
    else:
        part = Round.begin(engine, trusted)
    continued = None if part.round.done else url_for(".run", at=_serializer().dumps(part.round.written()))
    page = "proofs/_part.html" if "HX-Request" in request.headers else "proofs/run.html"
    return render_template(page, part=part, continued=continued, no_keys=no_keys)


def _only_provers(actor: Actor) -> None:
    if not OFFICE_PROVERS & actor.duties:
        raise NotAllowed("Pembuktian seluruh kantor dibuka bagi auditor, kepala kantor, dan admin.")


def _trusted() -> tuple[tuple[str, ...], str]:
    """Return the public keys that this machine trusts, and what is wrong with their list."""
    try:
        return trusted_keys(current_settings().seal_key_file), ""
    except SealsUnusable as error:
        return (), str(error)


def _last_seal() -> tuple[Seal | None, str]:
    try:
        return current_engine().last_seal(), ""
    except HistoryDamaged as error:
        return None, str(error)


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="office-proof")


def _opened(token: str) -> object:
    try:
        return _serializer().loads(token)
    except BadData as error:
        raise BadRequest from error
