"""Release the keys that are there, where they are not known beforehand: those of a noisy count above a threshold."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from likewise.privacy.accountant import Account, Event, positive
from likewise.privacy.mechanisms.gaussian import checked, rounded_normal


def thresholded(
    counts: Mapping[str, int], *, sigma: float, delta: float, account: Account, most: int = 1, what: str
) -> dict[str, int]:
    """Return the keys whose noisy count of units reaches a threshold, with these counts, in the order of the keys.

    Each key counts units, and a unit counts in at most `most` keys, once in each. The threshold is such that with
    probability at least 1 - `delta` none of the keys survives that only one unit has. Use for levels that nobody could
    declare; avoid where they can be: rare ones are lost. Raises PrivacyError where the budget is spent.

    >>> account = Account(1.0, 1e-6, slack=1e-7)
    >>> thresholded({"flu": 4000, "rare": 1}, sigma=20.0, delta=1e-7, account=account, what="disease").keys()
    dict_keys(['flu'])

    Korolova et al., 2009, WWW; Wilkins et al., 2024, on the Gaussian kind.
    """
    whole = checked(np.array([counts[key] for key in sorted(counts)], np.int64), sigma)
    account.charge(Event(mechanism="threshold", mu=math.sqrt(most) / sigma, delta=delta, what=what))
    noisy = whole + rounded_normal(whole.size, sigma)
    least = threshold(sigma, delta, most)
    return {key: int(count) for key, count in zip(sorted(counts), noisy) if count >= least}


def threshold(sigma: float, delta: float, most: int = 1) -> int:
    """Return the least noisy count that is released: `most` counts of 1 all stay below it but for `delta`.

    1 plus rounded noise reaches t with probability P(sigma Z >= t - 3/2). None of `most` does so with probability at
    least exp(-delta), which is more than 1 - delta: what holds for a unit that leaves needs it.
    """
    from scipy.special import ndtri_exp

    each = -math.expm1(-positive(delta)) / most
    return math.ceil((-float(ndtri_exp(math.log(each))) * sigma + 1.5) * (1 + 1e-9))
