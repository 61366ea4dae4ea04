"""One table: what went wrong → HTTP status and page. Views raise, nobody else catches.

What was typed is shown again wherever it would be lost. Nothing here tells a visitor what
exists, and no page shows a traceback.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask, Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

import engine as api

from .security import SAFE_METHODS

log = logging.getLogger(__name__)
RETRY_SECONDS = 5


@dataclass(frozen=True)
class Page:
    """How one kind of failure is told. ``advice`` says what to do next."""

    status: int
    title: str
    advice: str = ""


REFUSALS: Mapping[type[api.EngineError], Page] = {
    api.EngineError: Page(409, "Tidak dapat dijalankan"),
    api.NotFound: Page(404, "Tidak ditemukan", "Periksa kembali nomor atau tautannya."),
    api.NotAllowed: Page(403, "Bukan wewenang Anda"),
    api.AlreadyExists: Page(409, "Sudah ada"),
    api.WorkItemClosed: Page(409, "Tugas ini sudah tidak terbuka"),
    api.WorkItemHeld: Page(409, "Tugas ini dipegang orang lain"),
    api.InvalidAnswers: Page(422, "Isian belum sesuai"),
    api.InvalidRequest: Page(422, "Permintaan belum sesuai"),
    api.CaseNotRunning: Page(409, "Perkara ini tidak sedang berjalan"),
    api.CannotProceed: Page(409, "Alur tidak dapat dilanjutkan"),
    api.CaseBecameIncident: Page(409, "Perkara menjadi insiden"),
    api.DeploymentRefused: Page(422, "Diagram ditolak"),
    api.FormRefused: Page(422, "Formulir ditolak"),
    api.DoesNotFit: Page(409, "Perkara tidak cocok dengan versi itu"),
    api.VersionDecided: Page(409, "Versi ini sudah diputuskan", "Muat ulang halamannya untuk melihat keputusannya."),
    api.DraftChanged: Page(409, "Draf sudah berubah", "Muat ulang halamannya; tidak ada yang tertimpa."),
    api.HistoryDamaged: Page(500, "Riwayat perkara rusak", "Beri tahu pengelola; jangan mengulang perintah ini."),
    api.SealsUnusable: Page(503, "Segel sedang tidak dapat dipakai", "Beri tahu pengelola."),
    api.DatabaseUnusable: Page(
        503, "Basis data sedang tidak dapat dipakai", "Tunggu sebentar, lalu ulangi. Yang sudah tersimpan tetap aman."
    ),
}
"""Every refusal of the engine; a subclass without a row of its own takes its base's."""

HTTP: Mapping[int, tuple[str, str]] = {
    400: ("Permintaan tidak dapat dibaca", "Kembali ke halaman sebelumnya, muat ulang, lalu coba lagi."),
    401: ("Sesi Anda sudah berakhir", "Masuk kembali, lalu buka lagi halamannya. Salin dahulu isian di bawah ini."),
    403: ("Bukan wewenang Anda", "Bila ini tugas Anda, minta pengelola memeriksa lajur dan tugas Anda."),
    404: ("Tidak ditemukan", "Halaman ini tidak ada, atau Anda tidak berhak melihatnya. Periksa kembali tautannya."),
    405: ("Cara membuka halaman ini keliru", "Gunakan tombol atau tautan di halaman sebelumnya."),
    413: (
        "Kiriman terlalu besar",
        "Seluruh isian dan berkas bersama-sama paling banyak 50 MB. Perkecil atau kurangi berkasnya, lalu ulangi.",
    ),
    429: ("Terlalu banyak percobaan", "Tunggu beberapa menit, lalu coba lagi."),
}
STALE_FORM = Page(
    400,
    "Formulir ini sudah kedaluwarsa",
    "Belum ada yang tersimpan. Kembali ke halaman formulirnya, muat ulang, lalu kirim lagi. "
    "Isian Anda ada di bawah ini untuk disalin.",
)
UNEXPECTED = Page(
    500, "Terjadi kesalahan pada aplikasi", "Tidak ada yang tersimpan. Sampaikan kode ini kepada pengelola."
)
NEVER_SHOWN = frozenset({"csrf_token", "password", "new_password", "repeated_password"})


def handle_errors(app: Flask) -> None:
    """Give ``app`` a page for every failure."""
    app.register_error_handler(api.EngineError, _refusal)
    app.register_error_handler(CSRFError, lambda _error: _answer(STALE_FORM, ""))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def page_of(error: api.EngineError) -> Page:
    """Return how this refusal is told."""
    return next(REFUSALS[kind] for kind in type(error).__mro__ if kind in REFUSALS)


def _refusal(error: api.EngineError) -> Response:
    page = page_of(error)
    if page.status >= 500:
        log.error("%s %s: %s", request.method, request.path, error)
    return _answer(page, str(error))


def _http(error: HTTPException) -> Response:
    if error.response is not None:
        return make_response(error.get_response())
    status = error.code or 500
    title, advice = HTTP.get(status, ("Permintaan ini tidak dapat dilayani", "Kembali ke halaman sebelumnya."))
    response = _answer(Page(status, title, advice), "")
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _unexpected(_error: Exception) -> Response:
    code = secrets.token_hex(4)
    log.exception("error %s at %s %s", code, request.method, request.path)
    return _answer(UNEXPECTED, f"Kode kesalahan: {code}")


def _answer(page: Page, message: str) -> Response:
    if request.accept_mimetypes.best == "application/json":
        response = make_response({"title": page.title, "message": message or page.advice})
    elif "HX-Request" in request.headers:
        response = make_response(render_template("error_fragment.html", page=page, message=message))
    else:
        response = make_response(render_template("error.html", page=page, message=message, typed=_typed()))
    response.status_code = page.status
    if page.status == 503:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _typed() -> list[tuple[str, str]]:
    """Return what was typed, unless another site posted it, for a page that would otherwise lose it."""
    if request.method in SAFE_METHODS or request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return []
    try:
        posted = list(request.form.items(multi=True))
    except HTTPException:  # too large, or cut off: that is why we are here
        return []
    return [(name, text) for name, text in posted if name not in NEVER_SHOWN and text.strip()]
