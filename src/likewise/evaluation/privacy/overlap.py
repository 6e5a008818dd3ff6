"""Whether the holdout was held back: rows that are in the real table too make every comparison worthless."""

from __future__ import annotations

import numpy as np

from likewise.errors import EvaluationError
from likewise.evaluation.chance import more_often
from likewise.evaluation.privacy.copies import Keys, twin_share
from likewise.evaluation.score import ALARM

REFUSED = 0.2
"""Share of the holdout that was learned from, beyond what is natural, from which nothing is compared at all."""
SPOILT = 0.005
"""The same from which figures are shown but not trusted."""


def holdout_trouble(real: Keys, holdout: Keys | None) -> str:
    """Return a sentence where some of the holdout is in the real table beyond what is natural, nothing where none is.

    What is natural is the share of real rows with an equal among the others. Raises EvaluationError where the holdout
    is the real table or a part of it, and where a fifth of it is.
    """
    if holdout is None or not len(holdout) or not len(real):
        return ""
    natural = twin_share(real)
    found = int(np.isin(holdout, real).sum())
    share = found / len(holdout)
    if are_equal(real, holdout):
        share_beyond = 1.0
    else:
        twins = round(natural * len(real))
        by_chance = more_often(found, len(holdout), twins, len(real))
        share_beyond = (share - natural) / (1 - natural) if natural < 1 and by_chance < ALARM else 0.0
    if share_beyond > REFUSED:
        whole = "holds the same rows as the real table" if share == 1 else "is partly in the real table"
        raise EvaluationError(
            "evaluate.holdout-is-real",
            f"the holdout {whole}: {100 * share:.0f} % of its rows are there, where {100 * natural:.0f} % would be "
            "natural",
            hint="hold rows back before fitting (`likewise synth` does), or leave the holdout out",
        )
    if share_beyond <= SPOILT:
        return ""
    return (
        f"{100 * share:.1f} % of the holdout rows are also in the real table, where {100 * natural:.1f} % would be "
        "natural: the generator may have seen them, so floors and privacy figures cannot be trusted."
    )


def are_equal(first: Keys, second: Keys) -> bool:
    """Say whether two tables hold the same rows, in any order, where two samples of one source hardly would.

    The chance that rows of each kind fall evenly on two halves is exact: of a kind that occurs 2k times, (2k over k).
    """
    from scipy.special import gammaln

    if len(first) != len(second) or not np.array_equal(np.sort(first), np.sort(second)):
        return False
    _, counts = np.unique(first, return_counts=True)
    evenly = np.append(counts, len(first))
    ways = gammaln(2 * evenly + 1) - 2 * gammaln(evenly + 1)
    return bool(ways[:-1].sum() - ways[-1] < np.log(ALARM))
