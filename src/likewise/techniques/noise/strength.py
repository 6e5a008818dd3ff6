"""How strong noise may be: the strongest that keeps what is asked to be kept."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from likewise.core.seeds import generator
from likewise.core.table import Table
from likewise.errors import FitError
from likewise.techniques.noise.association import Pairs, associations, kept
from likewise.techniques.noise.composition import compose
from likewise.techniques.noise.operation import Operation

ROWS = 20_000
"""Rows that strength is measured on, at most."""
MOST, HALVINGS = 4096.0, 10
"""Times the strength that was written, at most; and steps between one that keeps enough and one that does not."""

Which = Literal["every", "mean"]


@dataclass(frozen=True)
class Found:
    """Hold a strength (a factor of what was written), what it keeps, and of which pairs."""

    factor: float
    kept: float
    pairs: int


def strongest(
    table: Table, operations: Sequence[Operation], *, keep: float, which: Which, linked: bool, seed: int,
    reserved: Collection[str] = (),
) -> Found:  # fmt: skip
    """Find the strongest noise that leaves a share `keep` of the correlations, by bisection on what is measured.

    All strengths are tried on the same rows with the same random numbers, so that what is kept falls with the strength.
    Raises FitError where no pair of columns hangs together, and where even the weakest noise keeps less, with how much.
    """
    rng = generator(seed, "strength")
    rows = table if table.rows <= ROWS else table.take(np.sort(rng.choice(table.rows, ROWS, replace=False)))
    before = associations(rows)
    if not kept(before, before):
        raise FitError("fit.no-correlation", "no two columns hang together, so there is no correlation to keep",
                       hint="leave `keep_correlation` out, and set the strength of the steps")  # fmt: skip

    def measured(factor: float) -> float:
        composition = compose(rows, at(operations, factor), linked=linked, reserved=reserved)
        changed = composition.changed(rows, generator(seed, "trial"), seed)
        return summary(kept(before, associations(changed)), which)

    low, high, at_low, pairs = 0.0, 1.0, 1.0, len(kept(before, before))
    while (left := measured(high)) >= keep:
        low, high, at_low = high, 2 * high, left
        if at(operations, low) == at(operations, high) or high > MOST:  # it grows no more
            return Found(low, at_low, pairs)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        left = measured(middle)
        if left >= keep:
            low, at_low = middle, left
        else:
            high = middle
    if not low:
        raise FitError("fit.correlation", f"correlations cannot be kept at {keep:g}: the weakest noise that was tried, "
                       f"{middle:.2g} times the steps, keeps {left:.3f}",
                       hint=f"ask for less than {left:.3f}, or take other steps")  # fmt: skip
    return Found(low, at_low, pairs)


def at(operations: Sequence[Operation], factor: float) -> tuple[Operation, ...]:
    """Return the operations so many times as strong, save those that hold a guarantee."""
    return tuple(o if o.alone else o.scaled(factor) for o in operations)


def summary(pairs: Pairs, which: Which) -> float:
    """Return the least, or the mean, of what pairs keep."""
    values = list(pairs.values())
    return float(min(values) if which == "every" else np.mean(values)) if values else 1.0
