"""Deny by default: who may reach which route at all, and what every answer carries.

A view is reachable without signing in only if it is marked ``public``. What a signed-in person
may do is the engine's to decide; nothing here knows a duty or a lane.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from .settings import Settings

LARGEST_REQUEST = 56 * 1024 * 1024
"""Above what the engine takes as the files of one step (50 MB), so that it can say which file is too large."""
LARGEST_FORM_TEXT = 4 * 1024 * 1024
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Flask-WTF compares the referrer over TLS, so it must be sent to ourselves, and to nobody else.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Mark a view as reachable without signing in."""
    view.__dict__["public"] = True
    return view


def also_allows(*directives: str) -> Callable[[View], View]:
    """Mark a page whose policy gets ``directives`` besides the common ones: an editor of others that cannot do without.

    A directive that is common already cannot be widened this way (the first of a name counts): use ``style-src-elem``
    or ``style-src-attr``. Only the page itself gets them, never a refusal shown in its place.
    """

    def mark(view: View) -> View:
        view.__dict__["also_allows"] = directives
        return view

    return mark


def without_cookie(view: View) -> View:
    """Mark a view that never looks at the session: its own blueprint decides, for each request, who may reach it."""
    view.__dict__["without_cookie"] = True
    return view


def protect(app: Flask, settings: Settings) -> None:
    """Give ``app`` its gate, its CSRF check and its headers."""
    app.config.update(
        SESSION_COOKIE_NAME="alur",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.behind_tls_proxy,
        # One office day and a margin; the cookie says when it began, and using the page does not prolong it.
        PERMANENT_SESSION_LIFETIME=12 * 60 * 60,
        SESSION_REFRESH_EACH_REQUEST=False,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM_TEXT,
        # The token lives as long as the session: a form left open over lunch must still be accepted.
        WTF_CSRF_TIME_LIMIT=None,
    )
    if settings.behind_tls_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    app.view_functions["static"] = public(app.view_functions["static"])
    app.before_request(_gate)
    CSRFProtect(app)
    app.after_request(_add_headers)
    app.url_defaults(_name_static_contents)


def safe_next(target: str | None) -> str | None:
    """Return ``target`` if it is a path of this site, else None: nobody is sent elsewhere after signing in."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    if any(ord(letter) < 0x20 or letter == "\\" for letter in target) or urlsplit(target).netloc:
        return None
    return target


def _gate() -> ResponseReturnValue | None:
    """Let nobody past who is not signed in, and nobody who still has to choose a password."""
    view = current_app.view_functions.get(request.endpoint or "")
    if request.endpoint == "static" or getattr(view, "without_cookie", False):
        return None
    user = current_user
    g.person = user.actor if user.is_authenticated else None
    if view is None or getattr(view, "public", False):
        return None
    if g.person is None:
        return _ask_to_sign_in()
    if user.must_change_password and not getattr(view, "before_password_change", False):
        return redirect(url_for("auth.change_password"), code=303)
    return None


def _ask_to_sign_in() -> ResponseReturnValue:
    target = request.full_path.rstrip("?") if request.method in SAFE_METHODS else None
    if "HX-Request" in request.headers:
        # A fragment cannot show a sign-in page in its place: the whole page goes there.
        current = safe_next(urlsplit(request.headers.get("HX-Current-URL", "")).path)
        return Response(status=401, headers={"HX-Redirect": url_for("auth.sign_in", next=current)})
    if request.method not in SAFE_METHODS:
        abort(401)
    return redirect(url_for("auth.sign_in", next=target), code=303)


def _add_headers(response: Response) -> Response:
    view = current_app.view_functions.get(request.endpoint or "")
    if response.status_code == 200 and (directives := getattr(view, "also_allows", ())):
        response.headers["Content-Security-Policy"] = "; ".join((CONTENT_SECURITY_POLICY, *directives))
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        # Offices share computers: the back button after signing out must show nothing.
        response.headers["Cache-Control"] = "no-store"
    elif "v" in request.args and response.status_code in (200, 206, 304):
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def _name_static_contents(endpoint: str, values: dict[str, Any]) -> None:
    """Put a digest of the file into its address, so that browsers keep it and an upgrade reaches them at once."""
    if endpoint == "static" and "filename" in values:
        values["v"] = _digest(Path(current_app.static_folder or "") / values["filename"])


@cache
def _digest(file: Path) -> str | None:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12] if file.is_file() else None
