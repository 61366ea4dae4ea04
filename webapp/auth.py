"""Signing in, signing out, changing the password.

A session is a signed cookie with the person's name and stamp: a new stamp, on signing out and on
every change of the password, ends it everywhere. Who the person is comes from the engine anew
with each request, so that a lane taken away is gone at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from hmac import compare_digest
from typing import cast

from flask import Blueprint, Flask, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from engine import Actor

from .accounts import SHORTEST_PASSWORD, Account, Accounts, PasswordRefused, SignInRefused, TooManyAttempts
from .current import current_actor, current_engine
from .security import public, safe_next

bp = Blueprint("auth", __name__)
ACCOUNTS = "alur.accounts"
STAMP_LENGTH = 32


@dataclass(frozen=True)
class SignedInPerson(UserMixin):  # type: ignore[misc]
    """Who is signed in, as Flask-Login wants it."""

    actor: Actor
    account: Account

    @property
    def must_change_password(self) -> bool:
        """Return whether the person still has a password that somebody else chose."""
        return self.account.must_change_password

    def get_id(self) -> str:
        """Return what the session's cookie carries."""
        return self.account.stamp + self.account.name


def add_signing_in(app: Flask, known: Accounts) -> None:
    """Give ``app`` its sign-in pages and its way to know who asks."""
    app.extensions[ACCOUNTS] = known
    manager = LoginManager()
    # Its context processor would ask the database for the person on every page, even on the one that says
    # that the database is away.
    manager.init_app(app, add_context_processor=False)
    manager.user_loader(_person_of_session)
    # Flask-Login would tie a session to address and browser; a tablet that changes networks stays signed in.
    manager.session_protection = None
    app.register_blueprint(bp)


@bp.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """Show the sign-in page, or go on if somebody is signed in."""
    if current_user.is_authenticated:
        return redirect(_destination(), code=303)
    return render_template("sign_in.html", next=safe_next(request.args.get("next")), name="", problem="")


@bp.post("/sign-in")
@public
def submit_sign_in() -> ResponseReturnValue:
    """Sign the person in and go where they wanted to go."""
    name, password = request.form.get("name", "").strip().lower(), request.form.get("password", "")
    try:
        account = accounts().sign_in(name, password, request.remote_addr or "")
    except SignInRefused:
        return _sign_in_again(name, "Nama masuk atau kata sandi tidak cocok. Periksa keduanya, lalu coba lagi."), 422
    except TooManyAttempts:
        return _sign_in_again(name, "Terlalu banyak percobaan masuk. Tunggu 15 menit, lalu coba lagi."), 429
    _begin_session(account)
    if account.must_change_password:
        return redirect(url_for("auth.change_password"), code=303)
    return redirect(_destination(), code=303)


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End this session and every other one of the same person."""
    accounts().end_sessions(current_actor().name)
    logout_user()
    session.clear()
    flash("Anda sudah keluar.")
    return redirect(url_for("auth.sign_in"), code=303)


@bp.get("/password")
def change_password() -> ResponseReturnValue:
    """Show the form for a new password."""
    return _password_page({})


@bp.post("/password")
def submit_password() -> ResponseReturnValue:
    """Change the password: every other session ends, this one goes on."""
    name, new = current_actor().name, request.form.get("new_password", "")
    problems: dict[str, str] = {}
    if new != request.form.get("repeated_password", ""):
        problems["repeated_password"] = "Tidak sama dengan kata sandi baru. Ketik ulang keduanya."
    try:
        if not accounts().password_is_right(name, request.form.get("password", ""), request.remote_addr or ""):
            problems["password"] = "Kata sandi sekarang tidak cocok."
    except TooManyAttempts:
        return _password_page({"password": "Terlalu banyak percobaan. Tunggu 15 menit, lalu coba lagi."}), 429
    if new and new == request.form.get("password"):
        problems["new_password"] = "Kata sandi baru harus berbeda dari yang sekarang."
    if problems:
        return _password_page(problems), 422
    try:
        account = accounts().set_password(name, new)
    except PasswordRefused as error:
        return _password_page({"new_password": str(error)}), 422
    _begin_session(account)
    flash("Kata sandi diganti. Sesi Anda di perangkat lain sudah diakhiri.")
    return redirect(url_for("home"), code=303)


for _view in (sign_out, change_password, submit_password):
    _view.__dict__["before_password_change"] = True


def _begin_session(account: Account) -> None:
    session.clear()
    session.permanent = True
    person = current_engine().person(account.name)
    login_user(SignedInPerson(cast(Actor, person), account))


def _person_of_session(user_id: str) -> SignedInPerson | None:
    stamp, name = user_id[:STAMP_LENGTH], user_id[STAMP_LENGTH:]
    account = accounts().find(name)
    if account is None or not compare_digest(account.stamp.encode(), stamp.encode()):
        return None
    person = current_engine().person(name)
    return SignedInPerson(person, account) if person and person.active else None


def accounts() -> Accounts:
    """Return the accounts of the application that answers."""
    return cast(Accounts, current_app.extensions[ACCOUNTS])


def _destination() -> str:
    return safe_next(request.values.get("next")) or url_for("home")


def _sign_in_again(name: str, problem: str) -> str:
    return render_template("sign_in.html", next=safe_next(request.values.get("next")), name=name[:60], problem=problem)


def _password_page(problems: dict[str, str]) -> str:
    must = current_user.must_change_password
    return render_template("password.html", problems=problems, must_change=must, shortest=SHORTEST_PASSWORD)
