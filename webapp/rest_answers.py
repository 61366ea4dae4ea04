"""Answers of ``/engine-rest``: JSON for programs, refusals as ``{type, message}``, open to a page from anywhere.

Any page may ask, since nothing that a browser adds by itself (no cookie, no remembered password) counts
here: whoever asks must bring credentials in the request.
"""

from __future__ import annotations

import json
import logging
import secrets
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

import engine as api

log = logging.getLogger(__name__)

PARSE_ERROR = "ENGINE-09005 Could not parse BPMN process."
"""How a modeler tells a refused diagram from any other failure."""
ANYWHERE = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Retry-After",
    # A page that merely embeds the answer (no-cors) could not read it anyway; one that may read it must be let.
    "Cross-Origin-Resource-Policy": "cross-origin",
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    # A star would not cover Authorization.
    "Access-Control-Allow-Headers": "Accept, Authorization, Content-Type",
    "Access-Control-Max-Age": "7200",
}
RETRY_SECONDS = "5"
TYPES: dict[type[api.EngineError], tuple[int, str]] = {
    api.EngineError: (409, "ProcessEngineException"),
    api.NotFound: (404, "RestException"),
    api.NotAllowed: (403, "AuthorizationException"),
    api.DeploymentRefused: (400, "ParseException"),
    api.InvalidAnswers: (400, "InvalidRequestException"),
    api.InvalidRequest: (400, "InvalidRequestException"),
    api.HistoryDamaged: (500, "ProcessEngineException"),
    api.DatabaseUnusable: (503, "ProcessEngineException"),
}
"""Every refusal as Camunda names it; a modeler tells 401, 403, 404, 500 and 503 apart. A subclass takes its base's."""
HTTP = {
    400: "Permintaan tidak dapat dibaca.",
    404: "Tidak ada sumber daya dengan alamat ini di /engine-rest.",
    405: "Metode HTTP ini tidak dipakai pada alamat ini.",
    413: "Kiriman terlalu besar: seluruh berkas bersama-sama paling banyak 50 MB.",
}


class RestRefused(Exception):
    """The request is refused before the engine is asked."""

    def __init__(self, status: int, kind: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.kind, self.headers = status, kind, headers or {}


def invalid(message: str) -> RestRefused:
    """Return the refusal of a request that cannot be meant."""
    return RestRefused(400, "InvalidRequestException", message)


def answer(value: Any, status: int = 200) -> Response:
    """Return ``value`` as JSON; keys stay in their order, since a modeler takes the first definition for its own."""
    return Response(json.dumps(value, ensure_ascii=False), status, mimetype="application/json")


def open_to_anywhere(response: Response) -> Response:
    """Let a page from anywhere read the answer. No credentials: a browser then sends no cookie along."""
    response.headers.update(ANYWHERE)
    return response


def preflight() -> Response:
    """Return what a browser asks before it sends credentials from another page."""
    return Response(status=204, headers=PREFLIGHT)


def answer_errors(bp: Blueprint) -> None:
    """Give every failure within ``bp`` the shape that a modeler reads."""
    bp.register_error_handler(RestRefused, _refused)
    bp.register_error_handler(api.EngineError, _engine_refused)
    bp.register_error_handler(HTTPException, _http)
    bp.register_error_handler(Exception, _unexpected)


def _told(status: int, kind: str, message: str, **more: Any) -> Response:
    return answer({"type": kind, "message": message, **more}, status)


def _refused(error: RestRefused) -> Response:
    response = _told(error.status, error.kind, str(error))
    response.headers.update(error.headers)
    return response


def _engine_refused(error: api.EngineError) -> Response:
    status, kind = next(TYPES[each] for each in type(error).__mro__ if each in TYPES)
    if status >= 500:
        log.error("%s %s: %s", request.method, request.path, error)
    if isinstance(error, api.DeploymentRefused):
        return _told(status, kind, f"{PARSE_ERROR} {error}", details=_details(error.problems))
    response = _told(status, kind, str(error))
    if status == 503:
        response.headers["Retry-After"] = RETRY_SECONDS
    return response


def _details(problems: tuple[api.Problem, ...]) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """Return the problems by file, as Camunda's ParseException lists them."""
    details: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for each in problems:
        of_file = details.setdefault(each.file, {"errors": [], "warnings": []})
        of_file[f"{each.severity}s"].append(
            {
                "message": each.sentence(),
                "line": 0,
                "column": 0,
                "mainElementId": each.element or None,
                "elementIds": [each.element] if each.element else [],
            }
        )
    return details


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    return _told(status, "RestException", HTTP.get(status, "Permintaan ini tidak dapat dilayani."))


def _unexpected(_error: Exception) -> Response:
    code = secrets.token_hex(4)
    log.exception("error %s at %s %s", code, request.method, request.path)
    message = f"Terjadi kesalahan pada aplikasi; tidak ada yang tersimpan. Sampaikan kode {code} kepada pengelola."
    return _told(500, "ProcessEngineException", message)
