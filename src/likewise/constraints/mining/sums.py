"""Find sums and differences of three columns or more by elimination on a probe of rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from likewise.constraints.kinds import Formula

Floats = npt.NDArray[np.float64]

NEAR_WHOLE = 0.05
"""How far from -1, 0 or 1 a coefficient may lie before it is rounded: rounded parts blur it."""


def long_sums(names: Sequence[str], values: Floats, slack: Floats) -> Iterator[Formula]:
    """Yield sums of three columns or more that hold on a probe (columns, rows), each written for one of its columns.

    Each column in turn is fitted by those before it that do not depend on one another (least squares); coefficients
    that are -1, 0 or 1 once rounded make a sum. The sum is written for the column with the coarsest grid, else for the
    one that all others add up to, else for the last one. Cost: under a second for
    60 columns.
    """
    scale = np.maximum(np.abs(values).max(axis=1, initial=0), 1e-300)
    basis: list[int] = []
    for place in range(len(names)):
        if len(basis) + 1 > values.shape[1] // 2:
            return  # too few rows to tell a sum from a fit by chance
        if basis:
            fitted, *_ = np.linalg.lstsq((values[basis] / scale[basis, None]).T, values[place], rcond=None)
            exact = np.abs(fitted @ (values[basis] / scale[basis, None]) - values[place]).max() <= 1e-9 * scale[place]
            weights = fitted / scale[basis]
            whole = np.round(weights)
            near = bool((np.abs(weights - whole) < NEAR_WHOLE).all() and np.abs(whole).max() == 1)
            members = {place: -1, **{b: int(w) for b, w in zip(basis, whole, strict=True) if w}} if near else {}
            found = _written(members, names, values, slack) if len(members) > 3 else None
            if found is not None:
                yield found
            if exact or found is not None:
                continue
        basis.append(place)


def _written(members: dict[int, int], names: Sequence[str], values: Floats, slack: Floats) -> Formula | None:
    """Return the sum of signed columns that is zero, written for one of them; None where the probe breaks it."""
    coarse = {place: float(slack[place].max()) for place in members}
    coarsest = [place for place in members if coarse[place] >= 0.99 * max(coarse.values())]
    signs = list(members.values())
    lone = [place for place in coarsest if signs.count(members[place]) == 1]
    target = max(lone or coarsest)
    total = np.add.reduce([sign * values[place] for place, sign in members.items()])
    if (np.abs(total) > slack[target]).any():
        return None
    of = tuple(names[place] for place in sorted(members) if place != target)
    minus = tuple(names[place] for place in sorted(members) if place != target and members[place] == members[target])
    if len(of) and of[0] in minus and len(minus) < len(of):  # a sum reads better when it begins with a plus
        of = tuple(sorted(of, key=lambda name: name in minus))
    return Formula(column=names[target], form="sum", of=of, minus=minus)
