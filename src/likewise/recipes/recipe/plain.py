"""Values of a YAML document as JSON has them, so that a document says the same in both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any


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
