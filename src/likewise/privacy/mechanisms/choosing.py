"""Choose one of many by its score, exactly as likely as the exponential mechanism says."""

from __future__ import annotations

import secrets
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from likewise.errors import PrivacyError
from likewise.privacy.accountant import Account, Event, positive
from likewise.privacy.mechanisms.exact import Uniform, exponential


def choose(
    scores: NDArray[np.integer],
    *,
    epsilon: float,
    account: Account,
    sensitivity: int = 1,
    monotone: bool = False,
    what: str,
) -> int:
    """Choose the place of a high score, with probabilities in proportion to exp(epsilon score / (2 sensitivity)).

    `sensitivity` is the most by which one unit moves any one score. Where a unit that comes in moves no two scores in
    different directions, the scores are `monotone`, and the same epsilon buys twice the exponent. Use for a choice
    among up to some 10**5 known ones; the expected time is at most that many draws. Avoid where what there is to be
    chosen depends on the data. Raises PrivacyError where scores are not whole numbers, or the budget is spent.

    >>> account = Account(1.0, 1e-6)
    >>> choose(np.array([0, 100_000, 3]), epsilon=0.1, account=account, what="pair")
    1

    McSherry and Talwar, 2007, FOCS; Dong, Durfee and Rogers, 2020, ICML (its bounded range).
    """
    whole = np.asarray(scores)
    if whole.dtype.kind not in "iu" or whole.ndim != 1 or not whole.size:
        raise PrivacyError("privacy.not-whole", "a choice needs a list of scores that are whole numbers",
                           hint="scale the scores and round them first")  # fmt: skip
    account.charge(Event.choice(positive(epsilon), what))
    best = int(whole.max())
    factor = Fraction(epsilon) / (sensitivity if monotone else 2 * sensitivity)
    while True:
        place = secrets.randbelow(whole.size)
        if Uniform().below(exponential(factor * (best - int(whole[place])))):
            return place
