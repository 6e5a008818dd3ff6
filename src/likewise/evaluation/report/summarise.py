"""Turn aligned tables into what a report keeps of them: shares in few, round bins."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.evaluation.fairness.subgroups import Scan
from likewise.evaluation.pairing import Compared, Paired
from likewise.evaluation.report.binning import level_groups, level_label, number_bins
from likewise.evaluation.report.model import ColumnSummary, GroupSummary, PairSummary
from likewise.evaluation.score import ALARM

Floats = npt.NDArray[np.float64]

MOST_COLUMNS = 100
"""Columns of the pair matrix; of more, those with the worst pair are kept."""


def summarise_columns(
    paired: Paired, order: tuple[str, ...], errors: Floats, floors: Floats | None
) -> tuple[ColumnSummary, ...]:
    """Return a summary of every column of the real table, in its `order`; errors are shares, given back in percent."""
    done: dict[str, ColumnSummary] = {}
    for i, compared in enumerate(paired.columns):
        labels, real, synthetic = _binned(compared, paired.real.arrays[i], paired.synthetic.arrays[i])
        done[compared.name] = ColumnSummary(
            name=compared.name,
            kind=compared.column.kind,
            role=compared.column.role,
            error=_percent(errors[i]),
            floor=None if floors is None else _percent(floors[i]),
            numeric=compared.numeric,
            labels=labels,
            real=real,
            synthetic=synthetic,
        )
    for column, why in paired.left_out:
        done[column.name] = ColumnSummary(
            name=column.name, kind=column.kind, role=column.role, error=None, numeric=False, note=why
        )
    return tuple(done[name] for name in order if name in done)


def summarise_pairs(paired: Paired, errors: Floats, floors: Floats | None) -> PairSummary:
    """Return the matrix of pair errors in percent, of at most 100 columns."""
    both = errors + errors.T
    kept = np.arange(len(both))
    if len(both) > MOST_COLUMNS:
        kept = np.sort(np.argsort(-both.max(axis=1), kind="stable")[:MOST_COLUMNS])
    return PairSummary(
        names=tuple(paired.columns[i].name for i in kept),
        errors=_triangle(errors, kept),
        floors=() if floors is None else _triangle(floors, kept),
    )


def summarise_groups(scan: Scan | None) -> tuple[GroupSummary, ...]:
    """Return the groups that were tried, the largest first; none where there was no scan."""
    if scan is None:
        return ()
    found = scan.found
    order = np.argsort([-g.rows for g in scan.groups], kind="stable")
    return tuple(
        GroupSummary(
            name=scan.groups[k].named,
            rows=scan.groups[k].rows,
            error=round(float(scan.errors[k]), 4),
            floor=round(float(scan.floors[k]), 4),
            beyond=bool(found.chances[k] < ALARM),
        )
        for k in order
        if found.tried[k]
    )


def _triangle(matrix: Floats, kept: npt.NDArray[np.intp]) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(_percent(matrix[i, j]) for j in kept[:row]) for row, i in enumerate(kept))


def _percent(share: float) -> float:
    return round(100 * float(share), 4)


def _binned(
    compared: Compared, real: Any, synthetic: Any
) -> tuple[tuple[str, ...], tuple[float, ...], tuple[float, ...]]:
    if compared.numeric:
        bins = number_bins(compared.column, real)
        if bins is None:
            labels: tuple[str, ...] = ("any value", "missing")
            shares = [np.array([1 - np.isnan(v).mean(), np.isnan(v).mean()]) for v in (real, synthetic)]
        else:
            labels, shares = bins.labels, [bins.shares(v) for v in (real, synthetic)]
        droppable = {0, len(labels) - 2, len(labels) - 1} if bins else {1}
    else:
        kept = level_groups(compared.levels, real, ordered=compared.column.ordered or compared.column.kind == "boolean")
        labels = (*(level_label(compared.levels[i]) for i in kept), "other levels", "missing")
        shares = [_level_shares(v, kept, len(compared.levels)) for v in (real, synthetic)]
        droppable = {len(kept), len(kept) + 1}
    shown = [k for k in range(len(labels)) if k not in droppable or shares[0][k] > 0 or shares[1][k] > 0]
    first, second = (tuple(round(float(s[k]), 6) for k in shown) for s in shares)
    return tuple(labels[k] for k in shown), first, second


def _level_shares(codes: npt.NDArray[Any], kept: list[int], levels: int) -> Floats:
    counts = np.bincount(codes + 1, minlength=levels + 1) / max(1, len(codes))
    named = counts[1:][kept] if kept else np.empty(0)
    return np.concatenate([named, [max(0.0, counts[1:].sum() - named.sum()), counts[0]]])
