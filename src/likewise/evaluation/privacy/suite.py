"""Run the privacy metrics that need a holdout, in order."""

from __future__ import annotations

from collections.abc import Sequence

from likewise.core.progress import Progress
from likewise.evaluation.pairing import Paired
from likewise.evaluation.privacy.anonymity import anonymity_scores
from likewise.evaluation.privacy.attribute import attribute_inference, attribute_score
from likewise.evaluation.privacy.linkability import linkability, linkability_score
from likewise.evaluation.privacy.membership import membership, membership_scores
from likewise.evaluation.privacy.near_copies import near_copies, near_copies_score
from likewise.evaluation.privacy.nndr import nndr, nndr_score
from likewise.evaluation.privacy.singling_out import singling_out, singling_out_score
from likewise.evaluation.score import Score

STEPS = 6
NOTHING_HELD = "No rows were held back from training, so there is nobody to compare with."


def privacy_scores(
    paired: Paired, *, seed: int, progress: Progress, brief: bool = False,
    quasi: Sequence[str] = (), sensitive: Sequence[str] = (), trouble: str = "",
) -> tuple[Score, ...]:  # fmt: skip
    """Return what attacks on aligned tables find; `brief` looks for near copies alone, in 2 CPU seconds.

    `quasi` and `sensitive` name columns; those whose roles say so are taken where none are named. `trouble` is a
    sentence when the holdout is not to be trusted. Without a holdout every figure is unknown, and says so.
    """
    columns, real, synthetic, holdout = paired.columns, paired.real, paired.synthetic, paired.holdout
    quasi = tuple(quasi) or tuple(c.name for c in columns if c.column.role == "quasi-identifier")
    sensitive = tuple(sensitive) or tuple(c.name for c in columns if c.column.role == "sensitive")
    if holdout is None:
        return _without_holdout(paired, quasi, sensitive, seed, brief)
    parts = (columns, real, synthetic, holdout)
    progress("privacy: near copies", 0, STEPS)
    scores = [near_copies_score(near_copies(*parts, seed=seed), trouble=trouble)]
    if brief:
        return tuple(scores)
    progress("privacy: membership", 1, STEPS)
    scores.extend(membership_scores(membership(*parts, seed=seed), trouble=trouble))
    progress("privacy: secrets", 2, STEPS)
    guessed = attribute_inference(*parts, quasi=quasi, sensitive=sensitive, seed=seed)
    scores.append(attribute_score(guessed, trouble=trouble))
    progress("privacy: singling out", 3, STEPS)
    scores.append(singling_out_score(singling_out(*parts, seed=seed), trouble=trouble))
    progress("privacy: linking", 4, STEPS)
    scores.append(linkability_score(linkability(*parts, quasi=quasi, seed=seed), trouble=trouble))
    progress("privacy: classes", 5, STEPS)
    scores.extend(anonymity_scores(*parts, quasi=quasi, sensitive=sensitive, seed=seed, trouble=trouble))
    ratios = [nndr(columns, real, p, seed=seed) for p in (synthetic, holdout)]
    scores.append(nndr_score(ratios[0], ratios[1], synthetic.rows))
    progress("privacy", STEPS, STEPS)
    return tuple(scores)


def _without_holdout(
    paired: Paired, quasi: Sequence[str], sensitive: Sequence[str], seed: int, brief: bool
) -> tuple[Score, ...]:
    near = near_copies_score(None, trouble=NOTHING_HELD)
    if brief:
        return (near,)
    columns, real, synthetic = paired.columns, paired.real, paired.synthetic
    return (
        near,
        *membership_scores(None, trouble=NOTHING_HELD),
        attribute_score((), trouble=NOTHING_HELD),
        singling_out_score(None, trouble=NOTHING_HELD),
        linkability_score(None, trouble=NOTHING_HELD),
        *anonymity_scores(columns, real, synthetic, None, quasi=quasi, sensitive=sensitive, seed=seed),
        nndr_score(nndr(columns, real, synthetic, seed=seed), None, synthetic.rows),
    )
