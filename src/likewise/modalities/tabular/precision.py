"""How finely the numbers of a column are written: decimals, and digits in all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

MOST = 13
"""Digits that are looked for at most: numbers of more are taken for measured as finely as a float can hold."""
NOISE = 1e-14
"""Share of a number that sums and products may have left in its last digits: 0.1 + 0.2 has one decimal."""
ROWS = 10_000
"""Rows that are looked at at most, evenly picked."""


@dataclass(frozen=True)
class Precision:
    """Hold how many decimals numbers have at most, and how many digits in all.

    >>> Precision(decimals=9, digits=10).of(np.array([745.2045917971857, 0.0049102581715])).tolist()
    [745.2045918, 0.004910258]
    """

    decimals: int
    digits: int

    def of(self, values: Floats) -> Floats:
        """Return values written no more finely, zero without a sign; NaN stays."""
        return _to_digits(_to_decimals(values, self.decimals), self.digits) + 0.0


def precision_of(known: Floats) -> Precision | None:
    """Return how finely numbers are written, what arithmetic left in their last digits not counted; None for no limit.

    >>> precision_of(np.array([0.5, 0.1 + 0.2, 19534.17]))
    Precision(decimals=2, digits=7)
    """
    known = known[np.isfinite(known)]
    seen = known[np.linspace(0, len(known) - 1, min(len(known), ROWS)).astype(np.int64)]
    if not len(seen) or not (_same(_to_digits(seen, MOST), seen) and _same(_to_decimals(seen, MOST), seen)):
        return None
    digits = next(n for n in range(1, MOST + 1) if _same(_to_digits(seen, n), seen))
    return Precision(next(n for n in range(MOST + 1) if _same(_to_decimals(seen, n), seen)), digits)


def _same(written: Floats, values: Floats) -> bool:
    return bool(np.all(np.abs(written - values) <= NOISE * np.abs(values)))


def _to_decimals(values: Floats, decimals: int) -> Floats:
    """Return values rounded to so many decimals; those so large that they have none as they are."""
    whole = ~(np.abs(values) < 2.0**52)
    return np.where(whole, values, np.round(np.where(whole, 0.0, values), decimals))


def _to_digits(values: Floats, digits: int) -> Floats:
    """Return values rounded to so many digits in all."""
    usable = np.isfinite(values) & (values != 0)
    size = np.floor(np.log10(np.abs(np.where(usable, values, 1.0)))).astype(np.int64)
    after = digits - 1 - size
    with np.errstate(over="ignore", invalid="ignore"):
        up, down = 10.0 ** np.maximum(after, 0), 10.0 ** np.maximum(-after, 0)  # exact, as 10 ** -2 would not be
        found: Floats = np.round(values * up / down) / up * down
    return np.where(usable & np.isfinite(found), found, values)
