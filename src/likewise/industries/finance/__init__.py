"""Finance: payments and accounts."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOME = {"Finance": "finance", "faults": "checking", "features": "features", "shapes": "crime.querying"}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
