"""Whether the rows held back came out of the generator: then nothing can be learned by comparing with them."""

from __future__ import annotations

import numpy as np

from likewise.core.seeds import generator
from likewise.errors import EvaluationError
from likewise.evaluation.privacy.copies import Keys
from likewise.evaluation.privacy.overlap import SPOILT, are_equal
from likewise.evaluation.score import ALARM

REFUSED = 0.5
"""Share of the holdout that came out, beyond what is natural, from which it is taken for the wrong file."""


def leaked_trouble(real: Keys, synthetic: Keys, holdout: Keys | None, *, seed: int) -> str:
    """Return a sentence where the holdout is in the synthetic table more than in the real one, else nothing.

    Rows of the holdout that only the synthetic table holds are counted against those that only as many real rows hold:
    sides of a coin where synthetic rows are as fresh ones (sign test; Arbuthnot, 1710). Raises EvaluationError where it
    is half of the holdout, or half of the synthetic table.
    """
    from scipy.stats import binomtest

    if holdout is None or not len(holdout):
        return ""
    rows = min(len(real), len(synthetic))
    ours, theirs = (
        np.unique(keys[generator(seed, "leaked", name).permutation(len(keys))[:rows]])
        for name, keys in (("real", real), ("synthetic", synthetic))
    )
    held = np.unique(holdout)
    natural, found = np.isin(held, ours), np.isin(held, theirs)
    more, less = int((found & ~natural).sum()), int((natural & ~found).sum())
    if are_equal(synthetic, holdout):
        share = 1.0
    elif not more or binomtest(more, more + less, alternative="greater").pvalue >= ALARM:
        return ""
    else:
        share = (more - less) / min(len(held), len(theirs))
    if share > REFUSED:
        raise EvaluationError(
            "evaluate.holdout-is-synthetic",
            f"the holdout and the synthetic table hold the same rows: {int(found.sum()):,} of {len(held):,} different "
            f"ones, where {int(natural.sum()):,} would be natural",
            hint="give as holdout real rows that the generator did not see, or leave the holdout out",
        )
    if share <= SPOILT:
        return ""
    return (
        f"{100 * found.mean():.1f} % of the different rows of the holdout are in the synthetic table, where "
        f"{100 * natural.mean():.1f} % would be natural: the generator may have seen them, so privacy figures that "
        "compare with them cannot be trusted."
    )
