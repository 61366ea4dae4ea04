"""A document out of a diagram without a database, and its sheets as they are drawn."""

from __future__ import annotations

from collections.abc import Mapping

from engine import SopDocument
from engine.diagram import Diagram, ExecutableProcess, read_diagram
from engine.sop.rows import rows_of
from engine.sop.texts import identity_of, missing_properties, worksheet_of
from webapp.sop.columns import Columns, columns_of, laid_rows
from webapp.sop.pages import Page, letters, pages_of
from webapp.sop.pictures import Picture, picture_of


def document(data: bytes, others: Mapping[str, bytes] | None = None) -> SopDocument:
    """Return the document of a file's first process; ``others`` are the files of what it calls."""
    read = [each for file in (data, *(others or {}).values()) for each in _sound(file)]
    diagrams = {each.key: each for each in read}
    return document_of(_bound(read[0], diagrams))


def document_of(process: ExecutableProcess) -> SopDocument:
    """Return the document of a process that is ready to run."""
    first = process.diagram
    rows, arrows = rows_of(process)
    return SopDocument(
        key=first.key,
        title=first.name,
        version=None,
        draft=None,
        identity=identity_of(first.properties, first.name),
        worksheet=worksheet_of(first.properties),
        lanes=tuple(lane.name for lane in first.lanes) or ("",),
        rows=rows,
        arrows=arrows,
        missing=missing_properties(first.properties),
        names={},
    )


def layout(told: SopDocument) -> tuple[Columns, list[Page], list[Picture]]:
    """Return a document's columns, its sheets, and each sheet's drawing."""
    columns = columns_of(told)
    pages = pages_of(laid_rows(told, columns), told.arrows, columns)
    named = letters(pages)
    return columns, pages, [picture_of(page, columns, named) for page in pages]


def _sound(data: bytes) -> tuple[Diagram, ...]:
    reading = read_diagram(data, "uji.bpmn")
    assert reading.errors == (), reading.errors
    return reading.diagrams


def _bound(diagram: Diagram, diagrams: Mapping[str, Diagram]) -> ExecutableProcess:
    called = {key: _bound(diagrams[key], diagrams) for key in diagram.calls.values() if key in diagrams}
    return ExecutableProcess(diagram.key, 1, "0" * 64, diagram, {}, called)
