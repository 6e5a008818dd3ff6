"""The special functions of SciPy, which is imported when the first of them is wanted: that takes half a second."""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    """Return a function of `scipy.special`."""
    from scipy import special

    return getattr(special, name)
