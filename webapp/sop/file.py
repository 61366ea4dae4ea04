"""The document as one file that needs nothing else: its style stands in it, it loads nothing and runs nothing."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from engine import SopDocument

from .paper import paper_of

HERE = Path(__file__).parents[1]


def whole_file(document: SopDocument) -> str:
    """Return the document as HTML; from the same template as the page, so that both say the same."""
    style = Markup((HERE / "static" / "sop.css").read_text(encoding="utf-8"))
    return _templates().get_template("sop/file.html").render(paper=paper_of(document), style=style)


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
