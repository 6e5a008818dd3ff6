"""Constraints as a field of settings: read from what a person writes, written so that every kind comes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, TypeAdapter

from likewise.constraints.kinds import Constraint, Constraints


def _read(given: Any) -> Any:
    """Return what was given as constraints: a list, a path, or the plain values that settings are written as."""
    if isinstance(given, list | tuple) and given and all(isinstance(one, dict) and "kind" in one for one in given):
        return given
    return Constraints.of(given).items


def _plain(constraints: Sequence[Constraint]) -> list[dict[str, Any]]:
    return [{"kind": one.kind, **one.to_dict()} for one in constraints]


Declared = Annotated[tuple[Constraint, ...], BeforeValidator(_read), PlainSerializer(_plain)]
"""What settings hold where rules are declared: a list of rules, or the path of a `rules.yaml`."""

DECLARED: TypeAdapter[tuple[Constraint, ...]] = TypeAdapter(Declared)
"""Reads and writes the same outside of settings."""
