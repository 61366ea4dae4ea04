"""The whole collection of drawings from elsewhere."""

from __future__ import annotations

from tests.drawings import gates, moments, shapes, steps

DRAWINGS = [*steps.DRAWINGS, *gates.DRAWINGS, *moments.DRAWINGS, *shapes.DRAWINGS]
