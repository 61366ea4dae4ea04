"""The compiled form of an expression: a tree that only compares, joins and negates.

A number stands in a case as decimal text. Beside a number it is compared as a number; two texts
are equal when they are the same text, and in order as numbers if both are. ``null`` and
true/false equal only themselves and have no order.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from .model import Scalar

Value = str | bool | Decimal | None

NUMBER_TEXT: Final = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?")


class Node:
    """One part of an expression."""

    def value(self, variables: Mapping[str, Scalar]) -> Value:
        """Return what the part comes to, given the case's variables."""
        raise NotImplementedError


@dataclass(frozen=True)
class Constant(Node):
    """A text, number, true/false or null that stands in the diagram."""

    constant: Value

    def value(self, variables: Mapping[str, Scalar]) -> Value:
        return self.constant


@dataclass(frozen=True)
class Field(Node):
    """The answer to a field, ``null`` while there is none."""

    name: str

    def value(self, variables: Mapping[str, Scalar]) -> Value:
        return variables.get(self.name)


@dataclass(frozen=True)
class Not(Node):
    """True unless the inner part is exactly true."""

    inner: Node

    def value(self, variables: Mapping[str, Scalar]) -> Value:
        return self.inner.value(variables) is not True


@dataclass(frozen=True)
class Every(Node):
    """True if each part is exactly true."""

    parts: tuple[Node, ...]

    def value(self, variables: Mapping[str, Scalar]) -> Value:
        return all(part.value(variables) is True for part in self.parts)


@dataclass(frozen=True)
class Some(Node):
    """True if some part is exactly true."""

    parts: tuple[Node, ...]

    def value(self, variables: Mapping[str, Scalar]) -> Value:
        return any(part.value(variables) is True for part in self.parts)


@dataclass(frozen=True)
class Compare(Node):
    """Two values beside each other."""

    sign: str
    left: Node
    right: Node

    def value(self, variables: Mapping[str, Scalar]) -> Value:
        return COMPARE[self.sign](self.left.value(variables), self.right.value(variables))


@dataclass(frozen=True)
class In(Node):
    """Whether a value is one of the listed ones."""

    left: Node
    choices: tuple[Value, ...]

    def value(self, variables: Mapping[str, Scalar]) -> Value:
        left = self.left.value(variables)
        return any(_equal(left, choice) for choice in self.choices)


def _number(value: Value) -> Decimal | None:
    if isinstance(value, str):
        return Decimal(value) if NUMBER_TEXT.fullmatch(value) else None
    return value if isinstance(value, Decimal) else None


def _alike(left: Value, right: Value) -> tuple[Decimal, Decimal] | tuple[str, str] | None:
    """Return both as numbers, else both as texts, else None: they can't be put in an order."""
    first, second = _number(left), _number(right)
    if first is not None and second is not None:
        return first, second
    return (left, right) if isinstance(left, str) and isinstance(right, str) else None


def _equal(left: Value, right: Value) -> bool:
    if isinstance(left, Decimal) or isinstance(right, Decimal):
        first, second = _number(left), _number(right)
        return first is not None and first == second
    return left == right


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Value, Value], bool]:
    def holds(left: Value, right: Value) -> bool:
        pair = _alike(left, right)
        return pair is not None and compare(*pair)

    return holds


_at_most, _at_least = _ordered(operator.le), _ordered(operator.ge)
COMPARE: Final[Mapping[str, Callable[[Value, Value], bool]]] = {
    "==": _equal,
    "!=": lambda left, right: not _equal(left, right),
    "<": _ordered(operator.lt),
    ">": _ordered(operator.gt),
    "<=": lambda left, right: _at_most(left, right) or _equal(left, right),
    ">=": lambda left, right: _at_least(left, right) or _equal(left, right),
}
