"""What a posterior warns of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from likewise.techniques.agents.calibration.weighing import effective_size, weighted_quantiles

Floats = npt.NDArray[np.float64]

CUT = 0.2
"""A posterior is cut off where its 5 % quantile is nearer to a bound than so many times the way on to its median: it is
0.11 where the density is level at the bound, 0.16 where its peak is one standard deviation inside, 0.36 at two."""
UNMOVED = 0.8
"""The width of a 90 % interval, as a share of the prior's mass, from which the data told next to nothing."""
FEW = 100.0
"""Effective draws below which intervals are rough."""
FAILED = 0.1
"""Share of runs that gave nothing from which that is told."""


def warnings_of(
    names: Sequence[str], shares: Floats, weights: Floats, simulations: int, failed: dict[str, int]
) -> tuple[str, ...]:
    """Return sentences on what is wrong with draws, given as shares of their priors (n, p)."""
    found = []
    for place, name in enumerate(names):
        low, middle, high = weighted_quantiles(shares[:, place], weights, [0.05, 0.5, 0.95])
        if high - low > UNMOVED:
            found.append(f"`{name}` is hardly identified: the data leaves {high - low:.0%} of its prior in the 90 % "
                         "interval (90% with no data); observe more, or fix it")  # fmt: skip
        elif low < CUT * (middle - low):
            found.append(f"`{name}` sits at its lower bound: what lies below was not tried; lower the bound")
        elif 1 - high < CUT * (high - middle):
            found.append(f"`{name}` sits at its upper bound: what lies above was not tried; raise the bound")
    if (effective := effective_size(weights)) < FEW:
        found.append(f"only {effective:.0f} effective draws: intervals are rough; raise the budget")
    if sum(failed.values()) > FAILED * simulations:
        told = ", ".join(f"{count:,} {said(reason)}" for reason, count in sorted(failed.items()))
        found.append(f"{sum(failed.values()):,} of {simulations:,} simulations gave nothing: {told}")
    return tuple(found)


def said(reason: str) -> str:
    """Return why runs failed, as it is told.

    >>> said("nan"), said("ValueError")
    ('gave NaN', 'raised ValueError')
    """
    return {"nan": "gave NaN", "too long": "took too long"}.get(reason, f"raised {reason}")
