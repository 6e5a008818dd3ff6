"""Finance: a bank's customers, accounts and payments, fraud among them, and the messages that banks send."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOME = {
    "Crime": "crime.registry", "Finance": "finance", "detected": "detecting", "faults": "checking",
    "features": "known", "reported_by": "detecting", "shapes": "crime.querying", "spelled": "tables.spelled",
}  # fmt: skip

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
