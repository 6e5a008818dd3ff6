"""Exact copies: how many synthetic rows equal a real row, beside what happens by nature."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.evaluation.chance import more_often
from likewise.evaluation.pairing import Part
from likewise.evaluation.score import FEWEST, Score, Verdict

Keys = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Copies:
    """Hold the counts of the test.

    `copied` of `synthetic` rows equal a real row; `twins` of `fresh` real rows equal another real row: rows held back
    where `held`, else each real row against the rest of them. `singled` of the copied rows equal one real row only.
    `real` is the number of real rows.
    """

    copied: int
    synthetic: int
    singled: int
    twins: int
    fresh: int
    held: bool
    real: int

    @property
    def rate(self) -> float:
        """The share of synthetic rows that equal a real row."""
        return self.copied / self.synthetic

    @property
    def natural(self) -> float:
        """The share of fresh real rows that do."""
        return self.twins / self.fresh

    @property
    def chance(self) -> float:
        """The probability of so many copies if synthetic rows repeat real ones no more than fresh rows do (Fisher)."""
        return more_often(self.copied, self.synthetic, self.twins, self.fresh)


def row_keys(part: Part) -> Keys:
    """Return a 64-bit key of each row, free texts included.

    Equal rows have equal keys, others differ but for one chance in 2^64 a pair.
    """
    key = np.zeros(part.rows, dtype=np.uint64)
    for values in (*part.arrays, *part.texts):
        if values.dtype == np.float64:
            # Adding zero makes -0.0 and 0.0 one value; every NaN is the same missing value.
            bits = np.where(np.isnan(values), np.nan, values + 0.0).view(np.uint64)
        else:
            bits = values.astype(np.int64).view(np.uint64)
        key = mixed(key ^ mixed(bits))
    return key


def mixed(bits: Keys) -> Keys:
    """Scatter bits (the finaliser of SplitMix64; Steele et al., 2014)."""
    bits = bits + np.uint64(0x9E3779B97F4A7C15)
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))


def twin_share(real: Keys) -> float:
    """Return the share of rows that have an equal among the others: what a fresh row of the same source would have."""
    _, counts = np.unique(real, return_counts=True)
    return float(counts[counts > 1].sum() / len(real))


def count_copies(real: Keys, synthetic: Keys, holdout: Keys | None) -> Copies:
    """Count synthetic rows that equal a real row in every compared column, and how often real rows do by nature.

    Without a holdout the natural rate is that of each real row against all others.
    """
    known, counts = np.unique(real, return_counts=True)
    copied = np.isin(synthetic, known)
    singled = np.isin(synthetic, known[counts == 1])
    if holdout is None:
        twins, fresh = int(counts[counts > 1].sum()), len(real)
    else:
        twins, fresh = int(np.isin(holdout, known).sum()), len(holdout)
    return Copies(int(copied.sum()), len(synthetic), int(singled.sum()), twins, fresh, holdout is not None, len(real))


def copies_score(found: Copies, *, trouble: str = "") -> Score:
    """Say whether synthetic rows repeat real rows more often than fresh real rows do."""
    fresh = "rows held back from training" if found.held else "real rows, each against all others,"
    few = f"Fewer than {FEWEST} rows on one side are too few for a verdict." if _too_few(found) else ""
    singled = f" ({found.singled:,} equal one real row only)" if found.copied else ""
    beyond = (
        f"That is more than by nature (excess {100 * (found.rate - found.natural):.2f} percentage points)."
        if found.chance < 0.01
        else "That is no more than happens by nature."
    )
    return Score(
        name="exact_copies",
        title="Exact copies",
        family="privacy",
        value=100 * found.rate,
        unit="%",
        ideal=0.0,
        floor=100 * found.natural,
        n=found.synthetic,
        chance=found.chance,
        verdict="unknown" if trouble else _verdict(found),
        meaning=f"{found.copied:,} of {found.synthetic:,} synthetic rows ({100 * found.rate:.2f} %) equal a real row "
        f"in every compared column{singled}; of {fresh} {100 * found.natural:.2f} % do. {trouble or few or beyond}",
    )


def _too_few(found: Copies) -> bool:
    return min(found.real, found.synthetic, found.fresh) < FEWEST


def _verdict(found: Copies) -> Verdict:
    if _too_few(found):
        return "unknown"
    if found.chance >= 0.01:
        return "good"
    return "fair" if found.rate - found.natural < 0.001 else "poor"
