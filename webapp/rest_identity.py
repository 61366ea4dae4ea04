"""Who asks at ``/engine-rest``: by Basic or Bearer credentials of the request, and by nothing else.

The session's cookie is never looked at. Basic takes the person's password, or one of their tokens in its
place, so that a modeler need not remember a password; Bearer takes a token.
"""

from __future__ import annotations

import base64
import binascii

from flask import request

from engine import Actor

from .access_tokens import PREFIX, AccessTokens
from .accounts import SignInRefused, TooManyAttempts
from .auth import accounts
from .current import current_engine
from .rest_answers import RestRefused

# Never "Basic": a browser would ask for the password, remember it and send it along by itself, also when
# another site makes it post here. A modeler sends its credentials without being challenged.
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="Alur"'}
WINDOW_SECONDS = 15 * 60


def who_asks() -> Actor:
    """Return the person whose credentials the request carries. Raises ``RestRefused`` (401, 403 or 429)."""
    scheme, _, given = request.headers.get("Authorization", "").strip().partition(" ")
    if scheme.lower() == "bearer":
        return _by_token(given.strip())
    if scheme.lower() == "basic":
        return _by_password(*_name_and_password(given.strip()))
    raise _unknown("Alamat ini memerlukan HTTP Basic (nama masuk dan kata sandi) atau Bearer (token buatan Anda).")


def _by_token(token: str) -> Actor:
    person = AccessTokens(current_engine()).person_of(token)
    if person is None:
        raise _unknown("Token tidak dikenal, sudah dicabut, atau sudah habis masa berlakunya.")
    return person


def _by_password(name: str, password: str) -> Actor:
    if password.startswith(PREFIX):
        owner = _by_token(password)
        if owner.name != name:
            raise _unknown("Token ini milik orang lain.")
        return owner
    try:
        account = accounts().sign_in(name, password, request.remote_addr or "")
    except SignInRefused:
        raise _unknown("Nama masuk atau kata sandi tidak cocok.") from None
    except TooManyAttempts:
        message = "Terlalu banyak percobaan masuk. Tunggu 15 menit, lalu coba lagi."
        raise RestRefused(429, "AuthenticationException", message, {"Retry-After": str(WINDOW_SECONDS)}) from None
    if account.must_change_password:
        message = "Kata sandi Anda dibuat oleh orang lain. Ganti dahulu di halaman web, lalu coba lagi."
        raise RestRefused(403, "AuthorizationException", message)
    person = current_engine().person(name)
    if person is None:
        raise _unknown("Nama masuk atau kata sandi tidak cocok.")
    return person


def _name_and_password(encoded: str) -> tuple[str, str]:
    try:
        pair = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise _unknown("Isi HTTP Basic tidak dapat dibaca.") from None
    try:
        text = pair.decode()
    except UnicodeDecodeError:
        text = pair.decode("latin-1")  # what a browser's btoa makes of the letters that it takes
    name, _, password = text.partition(":")
    return name.strip().lower(), password


def _unknown(message: str) -> RestRefused:
    return RestRefused(401, "AuthenticationException", message, CHALLENGE)
