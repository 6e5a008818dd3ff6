"""What a posterior warns of."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from likewise.techniques.agents.calibration.prior import Parameter, Prior
from likewise.techniques.agents.calibration.weighing import effective_size, weighted_quantiles

Floats = npt.NDArray[np.float64]

CUT = 0.2
"""A posterior is cut off where its 5 % quantile is nearer to a bound than so many times the way on to its median: it is
0.11 where the density is level at the bound, 0.16 where its peak is one standard deviation inside, 0.36 at two."""
UNMOVED = 0.85
"""The width of a 90 % interval, as a share of the prior's, from which the data told next to nothing."""
FEW = 100.0
"""Effective draws below which intervals are rough."""
FAILED = 0.1
"""Share of runs that gave nothing from which that is told."""


def warnings_of(
    prior: Prior, values: Floats, weights: Floats, simulations: int, failed: dict[str, int]
) -> tuple[str, ...]:  # fmt: skip
    """Return sentences on what is wrong with draws (n, p)."""
    found = [told for i, p in enumerate(prior.parameters) if (told := _of_parameter(p, values[:, i], weights))]
    if (effective := effective_size(weights)) < FEW:
        found.append(f"only {effective:.0f} effective draws: intervals are rough; raise the budget")
    if sum(failed.values()) > FAILED * simulations:
        why = ", ".join(f"{count:,} {said(reason)}" for reason, count in sorted(failed.items()))
        found.append(f"{sum(failed.values()):,} of {simulations:,} simulations gave nothing: {why}")
    return tuple(found)


def _of_parameter(p: Parameter, values: Floats, weights: Floats) -> str:
    """Return what is to be said of one parameter, on the line of its prior's shares; nothing where all is well."""
    low, middle, high = weighted_quantiles(p.shares(values), weights, [0.05, 0.5, 0.95])
    least, first, last, most = p.shares(np.array([p.low, *p.values(np.array([0.05, 0.95])), p.high]))
    if (left := (high - low) / (last - first)) > UNMOVED:
        return (f"`{p.name}` is hardly identified: its 90 % interval is {left:.0%} as wide as with no data at all; "
                "observe what depends on it, or fix it")  # fmt: skip
    if low - least <= CUT * (middle - low):
        return f"`{p.name}` sits at its lower bound, {p.low:g}: what lies below was not tried; lower the bound"
    if most - high <= CUT * (high - middle):
        return f"`{p.name}` sits at its upper bound, {p.high:g}: what lies above was not tried; raise the bound"
    return ""


def told_of_failures(failed: Mapping[str, int], most: int = 3) -> str:
    """Return why runs failed, the commonest reasons first, to be put after a sentence.

    >>> told_of_failures({"nan": 2, "ValueError": 5})
    ': 5 raised ValueError, 2 gave NaN'
    """
    reasons = sorted(failed.items(), key=lambda pair: (-pair[1], pair[0]))[:most]
    return ": " * bool(reasons) + ", ".join(f"{count:,} {said(reason)}" for reason, count in reasons)


def said(reason: str) -> str:
    """Return why runs failed, as it is told.

    >>> said("nan"), said("ValueError")
    ('gave NaN', 'raised ValueError')
    """
    return {"nan": "gave NaN", "too long": "took too long"}.get(reason, f"raised {reason}")
