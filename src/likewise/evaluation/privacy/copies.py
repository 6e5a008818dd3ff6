"""Exact copies: how many synthetic rows equal a real row, beside what happens by nature."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likewise.evaluation.pairing import Array, Part
from likewise.evaluation.privacy.twins import (
    ByNature,
    dealt_by_nature,
    find_twins,
    learned_more,
    over_and_over,
)
from likewise.evaluation.score import ALARM, FEWEST, Score, Verdict

Keys = npt.NDArray[np.uint64]


LEVEL = 0.01
"""Chance below which copies count as found: five in a thousand rows are seen so, beside half as many held back.

It is ten times the usual alarm, for this is the gravest finding, and rests on rows that are there to be looked at.
"""
AGREED = 0.05
"""Chance, by the test that holds for any generator, below which the sharper one that assumes a good one is believed."""
OFTEN = 5
"""Copies of one row on average from which the report says that they are few rows over and over."""
DOSE = 0.01
"""Share of copies that must be detectable where some are there, or they cannot be called nature's."""
SLIGHT = 0.001
"""Share of copies beyond nature's up to which they are fair."""


@dataclass(frozen=True)
class Copies:
    """Hold the counts of the test.

    `copied` of `synthetic` rows equal a real row, `different` ones in all; `twins` of `fresh` real rows equal another
    real row: rows held back where `held`, else each real row against the rest of them. `singled` of the copied rows
    equal one real row only. `real` is the number of real rows.

    `found` of the copied rows equal no row held back; `expected` would by nature, and `chance` is that of so many.
    `least` copies more would be found.
    """

    copied: int
    synthetic: int
    different: int
    singled: int
    twins: int
    fresh: int
    held: bool
    real: int
    found: int
    expected: float
    chance: float
    least: int

    @property
    def rate(self) -> float:
        """The share of synthetic rows that equal a real row."""
        return self.copied / self.synthetic

    @property
    def natural(self) -> float:
        """The share of fresh real rows that do."""
        return self.twins / self.fresh

    @property
    def excess(self) -> float:
        """The share of synthetic rows that are copies beyond what is natural."""
        return max(0.0, self.found - self.expected) / self.synthetic

    @property
    def dose(self) -> float:
        """The least share of copies that would be found."""
        return self.least / self.synthetic


def row_keys(part: Part) -> Keys:
    """Return a 64-bit key of each row, free texts included.

    Equal rows have equal keys, others differ but for one chance in 2^64 a pair.
    """
    key = np.zeros(part.rows, dtype=np.uint64)
    for values in (*part.arrays, *part.texts):
        key = mixed(key ^ mixed(value_bits(values)))
    return key


def value_bits(values: Array) -> Keys:
    """Return 64 bits of each number or code, equal where the values are; a gap equals a gap."""
    if values.dtype == np.float64:
        # Adding zero makes -0.0 and 0.0 one value; every NaN is the same missing value.
        return np.where(np.isnan(values), np.nan, values + 0.0).view(np.uint64)
    return values.astype(np.int64).view(np.uint64)


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
    """Count synthetic rows that equal a real row in every compared column, and say how likely so many are by nature.

    Twins among all rows tell what is natural. Rows that recur among those held back are nobody's copies; and where
    synthetic rows equal rows as well that were held back alone, those that were learned from must be hit more often
    than chance explains whatever the generator is, or one of them over and over: else it is like the source, and no
    copier.

    Use when: a holdout is there, or hardly any two real rows are alike. Avoid when: real rows were made distinct before
    they were parted: then twins are rarer among them than by nature.
    """
    none = np.empty(0, dtype=np.uint64)
    twins = find_twins(real, none if holdout is None else holdout, synthetic)
    copied = (twins.learned > 0) & (twins.made > 0)
    recur = twins.learned[twins.learned > 1] if holdout is None else twins.held[twins.learned > 0]
    found = int(twins.made[twins.known].sum())
    natural = dealt_by_nature(twins)
    by_nature = natural.chance(found)
    # What a generator unlike the source makes by itself is no copying: the dearer test must not gainsay the sharper.
    at_all = 0.0 if over_and_over(twins) < ALARM else learned_more(twins)
    return Copies(
        copied=int(twins.made[copied].sum()),
        synthetic=len(synthetic),
        different=int(copied.sum()),
        singled=int(twins.made[twins.learned == 1].sum()),
        twins=int(recur.sum()),
        fresh=len(real if holdout is None else holdout),
        held=holdout is not None,
        real=len(real),
        found=found,
        expected=natural.expected,
        chance=by_nature if at_all < AGREED else max(by_nature, at_all),
        least=_least(natural, len(synthetic)),
    )


def _least(natural: ByNature, synthetic: int) -> int:
    """Return how many copies of rows that do not recur would be found, as a rule (19 times of 20)."""
    fewest = max(0, round(natural.expected - 1.64 * natural.spread))
    low, high = 1, synthetic + 1
    while low < high:
        middle = (low + high) // 2
        if natural.chance(fewest + middle, planted=middle) < LEVEL:
            high = middle
        else:
            low = middle + 1
    return low


def copies_score(found: Copies | None, *, trouble: str = "") -> Score:
    """Say whether synthetic rows repeat real rows more often than fresh real rows do; None: `trouble` says why not."""
    if found is None:
        return Score(name="exact_copies", title="Exact copies", family="privacy", value=None, unit="%", ideal=0.0, n=0,
                     verdict="unknown", meaning=trouble)  # fmt: skip
    fresh = "rows held back from training" if found.held else "real rows, each against all others,"
    few = f"Fewer than {FEWEST} rows on one side are too few for a verdict." if _too_few(found) else ""
    singled = (
        f" ({found.different:,} different ones; {found.singled:,} equal one real row only)" if found.copied else ""
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
        f"in every compared column{singled}; of {fresh} {100 * found.natural:.2f} % do. "
        f"{trouble or few or _beyond(found)}",
    )


def _beyond(found: Copies) -> str:
    if found.chance < LEVEL:
        few = " They are few rows over and over." if found.copied >= OFTEN * found.different else ""
        return f"That is more than by nature, by {100 * found.excess:.2f} percentage points at least.{few}"
    if not _told(found):
        return f"Underpowered: fewer than {found.least:,} copies would not be told from chance."
    power = f" Copies would be found from {100 * found.dose:.2f} % of the rows on." if found.dose <= DOSE else ""
    return f"That is no more than happens by nature.{power}"


def _too_few(found: Copies) -> bool:
    return min(found.real, found.synthetic, found.fresh) < FEWEST


def _told(found: Copies) -> bool:
    """Say whether no copy is there, or few would be found if they were."""
    return not found.found or found.dose <= DOSE


def _verdict(found: Copies) -> Verdict:
    if _too_few(found):
        return "unknown"
    if found.chance >= LEVEL:
        return "good" if _told(found) else "unknown"
    return "fair" if found.excess < SLIGHT else "poor"
