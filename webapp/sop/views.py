"""The pages of the SOP document: to be read and printed, and to be saved as one file. Nothing is changed here."""

from __future__ import annotations

from typing import Literal

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from engine import SopDocument, Upload

from ..current import current_actor, current_engine
from ..sending import file_to_save
from .file import whole_file
from .paper import paper_of

bp = Blueprint("sop", __name__, url_prefix="/processes/<key>")


@bp.get("/<int:version>/sop")
def show(key: str, version: int) -> ResponseReturnValue:
    """Show the document of a version."""
    return _page(key, version)


@bp.get("/<int:version>/sop/file")
def file(key: str, version: int) -> ResponseReturnValue:
    """Hand the document of a version out as one file."""
    return _file(key, version)


@bp.get("/draft/sop")
def draft(key: str) -> ResponseReturnValue:
    """Show the document that the reader's own draft would make."""
    return _page(key, "draft")


@bp.get("/draft/sop/file")
def draft_file(key: str) -> ResponseReturnValue:
    """Hand the document of the reader's own draft out as one file."""
    return _file(key, "draft")


def _page(key: str, version: int | Literal["draft"]) -> ResponseReturnValue:
    document = _document(key, version)
    address = url_for(".draft_file", key=key) if version == "draft" else url_for(".file", key=key, version=version)
    return render_template(
        "sop/page.html",
        paper=paper_of(document),
        file_address=address,
        mends="process_owner" in current_actor().duties,
    )


def _file(key: str, version: int | Literal["draft"]) -> ResponseReturnValue:
    document = _document(key, version)
    text = whole_file(document)
    return file_to_save(Upload(paper_of(document).filename, "text/html", text.encode()))


def _document(key: str, version: int | Literal["draft"]) -> SopDocument:
    return current_engine().sop_document(key, version, by=current_actor())
