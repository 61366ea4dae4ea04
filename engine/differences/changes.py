"""The facts in which two matched parts differ, taken one by one by whoever has a sentence for them.

What nobody takes is told as it stands, so that a fact without a sentence of its own is never passed over.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from .matching import Pairs
from .parts import LANE, PARENT, PROPERTY, Part
from .told import change

Change = tuple[str | None, str | None]

_EXTENSIONS: Final = "bpmn:extensionElements"
_TWICE: Final = ("incoming:", "outgoing:", "flowNodeRef:", "bpmn:incoming:", "bpmn:outgoing:", "bpmn:flowNodeRef:")
_PROGRAMS: Final = (
    "@exporter @exporterVersion @xsi:schemaLocation @modeler:executionPlatform @modeler:executionPlatformVersion "
    "@camunda:diagramRelationId @targetNamespace @typeLanguage @expressionLanguage"
)
_WRITTEN_BY: Final = frozenset(_PROGRAMS.split())


class Changes:
    """What differs, by path. Ids of the old diagram are told apart from mere renaming."""

    def __init__(self, before: Part, after: Part, pairs: Pairs) -> None:
        old = {_renamed_path(path, pairs): _renamed_value(path, value, pairs) for path, value in before.facts.items()}
        self._left: dict[str, Change] = {
            path: (old.get(path), after.facts.get(path))
            for path in dict.fromkeys((*old, *after.facts))
            if old.get(path) != after.facts.get(path)
        }
        self._forget_bare_holders()
        self.orders = tuple(_reordered(before, after, pairs))

    def __bool__(self) -> bool:
        return bool(self._left)

    def take(self, path: str) -> Change | None:
        """Return the change at a path, and forget it."""
        return self._left.pop(path, None)

    def taken(self, prefix: str) -> dict[str, Change]:
        """Return the changes of all paths that begin so, by the rest of the path, and forget them."""
        found = {path: each for path, each in self._left.items() if path.startswith(prefix)}
        for path in found:
            del self._left[path]
        return {path.removeprefix(prefix): each for path, each in found.items()}

    def of_the_writing(self) -> Iterator[str]:
        """Yield, and forget, what only says which program wrote the file, or says again what stands elsewhere."""
        for path in [path for path in self._left if path in _WRITTEN_BY or path.startswith(_TWICE)]:
            before, after = self._left.pop(path)
            if path in _WRITTEN_BY:
                yield f"{path[1:]} {change(before, after)}"
            else:
                yield f"rujukan {path.removeprefix('bpmn:')} {change(before, after)}"

    def rest(self) -> Iterator[str]:
        """Yield a plain sentence for everything that is left."""
        for path, (before, after) in self._left.items():
            yield f"atribut lain {_spoken(path)}: {change(before, after)}"
        self._left = {}

    def _forget_bare_holders(self) -> None:
        """Forget that a bare element came or went where what stands in it came or went with it."""
        inside: dict[str, set[bool]] = defaultdict(set)
        for path, (before, _) in self._left.items():
            above = _EXTENSIONS + "/" if path.startswith(PROPERTY) else path
            while "/" in above:
                above = above.rpartition("/")[0]
                inside[above].add(before is None)
            if path.startswith(PROPERTY):
                inside[f"{_EXTENSIONS}/camunda:properties"].add(before is None)
        for path, (before, after) in list(self._left.items()):
            if "@" not in path and {before, after} == {None, ""} and (before is None) in inside[path]:
                del self._left[path]
        # A modeler writes this attribute on every expression: it came or went with its text.
        for path in [each for each in self._left if each.endswith("/@xsi:type")]:
            text, own = self._left.get(path.replace("@xsi:type", "text()")), self._left[path]
            if text and None in text and text.index(None) == (own.index(None) if None in own else 2):
                del self._left[path]


def _spoken(path: str) -> str:
    return re.sub(r"/?@", " ", path.replace("text()", "teks")).replace("bpmn:", "").strip()


def _is_reference(path: str) -> bool:
    return path.endswith(("Ref", "Ref/text()")) or path in ("@default", PARENT)


def _renamed_value(path: str, value: str, pairs: Pairs) -> str:
    if path == LANE:
        return " ".join(pairs.renamed(each) for each in value.split())
    return pairs.renamed(value) if _is_reference(path) else value


def _renamed_path(path: str, pairs: Pairs) -> str:
    head, colon, reference = path.partition(":")
    return f"{head}:{pairs.renamed(reference)}" if colon and f"{head}:" in _TWICE else path


def _reordered(before: Part, after: Part, pairs: Pairs) -> Iterator[str]:
    old: Mapping[str, tuple[str, ...]] = before.orders
    for what, order in old.items():
        renamed = [each if what.endswith("children()") else pairs.renamed(each) for each in order]
        if reordered(renamed, after.orders.get(what, ())):
            yield what


def reordered(before: list[str], after: tuple[str, ...]) -> bool:
    """Return whether what both hold stands in another order."""
    both = set(before) & set(after)
    return [each for each in before if each in both] != [each for each in after if each in both]
