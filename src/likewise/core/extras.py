"""The one way to import an optional package."""

from __future__ import annotations

import importlib
from typing import Any

from likewise.errors import MissingExtra


def require(module: str, *, extra: str) -> Any:
    """Import and return an optional module, or say which extra brings it.

    >>> require("json", extra="none").__name__
    'json'
    """
    try:
        return importlib.import_module(module)
    except ImportError as fault:
        if fault.name is not None and fault.name.split(".")[0] != module.split(".")[0]:
            raise
        raise MissingExtra(
            "extra.missing",
            f"this needs the package `{module.split('.')[0]}`, which is not installed",
            hint=f"pip install 'likewise[{extra}]'",
        ) from None
