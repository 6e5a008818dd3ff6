"""How long things take: a distribution of minutes, a number of them, or a span such as 2h."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer

from likewise.errors import SettingsError
from likewise.modalities.tabular.distributions import Constant, Distribution, parse

_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw])")
_MINUTES = {"s": 1 / 60, "m": 1.0, "h": 60.0, "d": 1440.0, "w": 10_080.0}


def duration(said: Any) -> Distribution:
    """Return how long something takes: `5`, `2h`, `{exponential: 30}`, `{gamma: [2, 1h]}`.

    Raises ValueError for what is none, and for one that may be below 0.
    """
    if isinstance(said, Distribution):
        found = said
    elif isinstance(said, str | int | float) and not isinstance(said, bool):
        found = Constant(_minutes(said))
    else:
        found = distribution(_in_minutes(said))
    if found.categories is not None:
        raise ValueError("a duration is a number of minutes")
    if found.support[0] < 0:
        raise ValueError("it may take less than no time: write {truncated: {of: ..., low: 0}}")
    return found


def distribution(said: Any) -> Distribution:
    """Return a distribution that a document declares. Raises ValueError."""
    try:
        return parse(said)
    except SettingsError as fault:
        raise ValueError(f"{fault.what.removeprefix('$: ')} ({fault.hint})" if fault.hint else fault.what) from None


def _minutes(said: Any) -> float:
    if isinstance(said, str):
        written = _SPAN.fullmatch(said.strip())
        if written is None:
            raise ValueError("a span of time is a number of minutes, or e.g. 90s, 15m, 2h, 3d")
        return float(written[1]) * _MINUTES[written[2]]
    return float(said)


def _in_minutes(said: Any) -> Any:
    """Return what a document says with spans as minutes."""
    if isinstance(said, Mapping):
        return {name: _in_minutes(value) for name, value in said.items()}
    if isinstance(said, list | tuple):
        return [_in_minutes(value) for value in said]
    return _minutes(said) if isinstance(said, str) and _SPAN.fullmatch(said.strip()) else said


def _written(found: Any) -> Any:
    return found.to_dict() if isinstance(found, Distribution) else found


Duration = Annotated[Any, BeforeValidator(duration), PlainSerializer(_written)]
"""A field that holds how long something takes."""

Drawn = Annotated[Any, BeforeValidator(distribution), PlainSerializer(_written)]
"""A field that holds a distribution."""
