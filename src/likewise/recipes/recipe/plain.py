"""Values of a YAML document as JSON has them, so that a document says the same in both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from pydantic import BeforeValidator


def plain(value: Any) -> Any:
    """Return a value whose dates and times are ISO 8601 texts and whose names are texts, all the way down.

    >>> plain({"day": [dt.date(2024, 2, 29)], 1: None})
    {'day': ['2024-02-29'], '1': None}
    """
    if isinstance(value, Mapping):
        return {str(name): plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return value.isoformat() if isinstance(value, dt.date | dt.time) else value


def one_of(said: str, *kinds: type) -> BeforeValidator:
    """Return a validator that takes values of some types, and says what is wanted instead of others, in one sentence.

    A truth counts as a number only where truths are asked for.
    """

    def check(value: Any) -> Any:
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise ValueError(f"{said} is wanted")
        return value

    return BeforeValidator(check)
