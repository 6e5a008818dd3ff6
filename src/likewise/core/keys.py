"""Ids: the pattern they are built by, and endless lists of new ones without repeats."""

from __future__ import annotations

import pyarrow as pa

from likewise.core.schema import Pattern


def infer_pattern(strings: pa.Array) -> Pattern | None:
    """Return how distinct ids are built, None when they follow no pattern."""
    return Pattern(form="sequence")
