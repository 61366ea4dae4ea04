"""The page on which people make tokens for a modeler, and take them back.

Making one asks for the password: a computer that somebody left signed in shall not hand out a key that
outlives the session. A new token stands in one answer and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .access_tokens import LIFETIMES, LONGEST_LABEL, AccessTokens, TokenRefused
from .accounts import TooManyAttempts
from .auth import accounts
from .current import current_actor, current_engine

bp = Blueprint("tokens", __name__, url_prefix="/tokens")

USUAL_LIFETIME = 90


@bp.get("")
def index() -> ResponseReturnValue:
    """Show one's own tokens, without their secrets."""
    return _page()


@bp.post("")
def make() -> ResponseReturnValue:
    """Make a token and show it, this once."""
    name, problems = current_actor().name, dict[str, str]()
    try:
        if not accounts().password_is_right(name, request.form.get("password", ""), request.remote_addr or ""):
            problems["password"] = "Kata sandi tidak cocok."
    except TooManyAttempts:
        return _page({"password": "Terlalu banyak percobaan. Tunggu 15 menit, lalu coba lagi."}), 429
    if problems:
        return _page(problems), 422
    try:
        days = int(request.form.get("days", "")) if request.form.get("days", "").isdecimal() else 0
        token = AccessTokens(current_engine()).make(name, request.form.get("label", ""), days)
    except TokenRefused as error:
        return _page({"label": str(error)}), 422
    return _page(made=token)


@bp.post("/<int:token>/revoke")
def revoke(token: int) -> ResponseReturnValue:
    """Take a token back: the next request with it is refused."""
    if not AccessTokens(current_engine()).revoke(current_actor().name, min(token, 2**31 - 1)):
        abort(404)
    flash("Token dicabut. Program yang memakainya ditolak mulai sekarang.")
    return redirect(url_for(".index"), code=303)


def _page(problems: Mapping[str, str] | None = None, made: str = "") -> str:
    return render_template(
        "tokens/index.html",
        tokens=AccessTokens(current_engine()).of(current_actor().name),
        problems=problems or {},
        made=made,
        lifetimes=LIFETIMES,
        chosen=request.form.get("days", "") if problems else str(USUAL_LIFETIME),
        label=request.form.get("label", "")[:LONGEST_LABEL] if problems else "",
        longest=LONGEST_LABEL,
        endpoint=f"{url_for('home', _external=True)}engine-rest",
    )
