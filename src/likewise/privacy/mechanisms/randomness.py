"""Random bits for noise: of the operating system, and of nothing else, so that no seed can bring them back."""

from __future__ import annotations

import os

import numpy as np
from numpy.typing import NDArray


def words(n: int) -> NDArray[np.uint64]:
    """Return `n` words of 64 random bits."""
    return np.frombuffer(os.urandom(8 * n), dtype=np.uint64)


def bits(n: int) -> int:
    """Return a whole number of `n` random bits."""
    return int.from_bytes(os.urandom((n + 7) // 8)) >> (-n % 8)
