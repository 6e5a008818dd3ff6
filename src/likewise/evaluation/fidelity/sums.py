"""Numbers that are a sum or a product of others: totals and their parts, prices and amounts, units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from likewise.evaluation.fidelity.rules import FEWEST_KNOWN, TELLING, Rule

Floats = npt.NDArray[np.float64]
Side = Sequence[Floats]

EXACT = 0.01
"""Spread of what a sum leaves over, in units of the number's own, up to which the sum holds but for rounding."""
SHARE = 0.005
"""Part of a number's spread below which a summand has no part in it."""
LEARNED = 2_000


def sums(names: Sequence[str], synthetic: Side, real: Side) -> Iterator[Rule | None]:
    """Yield for each number the rule that it is a weighted sum, or a product, of those before it; None where it is not.

    What a sum leaves over must be nearly nothing in all real rows; a row breaks the rule where more is left over than
    in any of them. Products are sums of logarithms, so that they hold of positive numbers.

    Cost: O(rows x columns^3), on 2,000 rows.
    """
    most = [float(np.nanmax(np.abs(values), initial=0)) or 1.0 for values in real]
    shares = [[values / top for values, top in zip(side, most, strict=True)] for side in (synthetic, real)]
    yield from _follow(names, "sum", *shares)
    logs = [[_log(values) for values in side] for side in (synthetic, real)]
    yield from _follow(names, "product", *logs)


def _log(values: Floats) -> Floats:
    return np.log(np.where(values > 0, values, np.nan))


def _follow(names: Sequence[str], said: str, synthetic: Side, real: Side) -> Iterator[Rule | None]:
    usable = _complete(real)
    if len(usable) < 2:
        return
    matrix = np.column_stack([real[i] for i in usable])
    known = matrix[~np.isnan(matrix).any(axis=1)][:LEARNED]
    middle, spread = known.mean(axis=0), known.std(axis=0)
    free: list[int] = []
    for at, column in enumerate(usable):
        scaled = (known - middle) / np.where(spread > 0, spread, 1.0)
        weights = _weights(scaled[:, free], scaled[:, at])
        if weights is None:
            free.append(at)
            yield None
            continue
        parts = [(usable[free[k]], w * spread[at] / spread[free[k]]) for k, w in enumerate(weights) if w]
        yield _rule(names, said, column, parts, synthetic, real)


def _complete(real: Side) -> list[int]:
    """Return the columns, those with most gaps left out, that are known together in rows enough to learn from."""
    gaps = [np.isnan(values) for values in real]
    varied = [i for i, values in enumerate(real) if len(np.unique(values[~gaps[i]])) > 1]
    usable = sorted(varied, key=lambda i: (int(gaps[i].sum()), i))
    while usable and int((~np.any([gaps[i] for i in usable], axis=0)).sum()) < FEWEST_KNOWN + 2 * len(usable):
        usable.pop()
    return sorted(usable)


def _weights(parts: Floats, number: Floats) -> Floats | None:
    """Return the weights of the sum that a number is, 0 for those that have no part in it; None where it is none."""
    if not parts.shape[1]:
        return None
    weights = np.linalg.lstsq(parts, number, rcond=None)[0]
    kept = np.abs(weights) > SHARE
    if float((number - parts @ weights).std()) > EXACT or not kept.any():
        return None
    weights[~kept] = 0
    weights[kept] = np.linalg.lstsq(parts[:, kept], number, rcond=None)[0]
    return np.asarray(weights) if float((number - parts @ weights).std()) <= EXACT else None


def _rule(
    names: Sequence[str], said: str, column: int, parts: Sequence[tuple[int, float]], synthetic: Side, real: Side
) -> Rule | None:  # fmt: skip
    if said == "product" and len(parts) == 1 and abs(parts[0][1] - 1) < SHARE:
        return None  # proportional numbers, which the sum has said already
    ours, theirs = (side[column] - sum(weight * side[i] for i, weight in parts) for side in (synthetic, real))
    middle = np.nanmedian(theirs)
    most = float(np.nanmax(np.abs(theirs - middle)))
    # The same sums beside the numbers of other rows: what unrelated columns would leave over.
    unrelated = theirs - real[column] + np.roll(real[column], len(theirs) // 2)
    others = np.abs(unrelated - middle)
    if int((others > most).sum()) < TELLING * max(1, int((~np.isnan(others)).sum())):
        return None
    listed = ", ".join(f"`{names[i]}`" for i, _ in parts[:5]) + (" and others" if len(parts) > 5 else "")
    rule = f"is a {said} of {listed}" if len(parts) > 1 else f"follows {listed} closely"
    return Rule(f"`{names[column]}` {rule}",
                np.abs(ours - middle) > most * (1 + 1e-9), np.zeros(len(theirs), dtype=bool))  # fmt: skip
