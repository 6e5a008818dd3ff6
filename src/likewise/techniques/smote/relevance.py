"""Which numbers of a target are rare and matter: relevance by the box plot, and the stretches that it makes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from likewise.errors import FitError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def box_plot_points(values: Floats) -> list[tuple[float, float]]:
    """Return control points of relevance: 0 at the median, 1 where the whiskers of a box plot end and outliers begin.

    A side without outliers has no relevance at all (Ribeiro, 2011; Torgo et al., 2013).

    >>> box_plot_points(np.array([1.0, 2, 3, 4, 5, 6, 7, 50]))
    [(1.0, 0.0), (4.5, 0.0), (7.0, 1.0)]
    """
    low, median, high = (float(v) for v in np.quantile(values, [0.25, 0.5, 0.75]))
    reach = 1.5 * (high - low)
    inside = values[(values >= low - reach) & (values <= high + reach)]
    first, last = float(inside.min()), float(inside.max())
    below, above = values[values < first], values[values > last]
    points = {first: float(len(below) > 0), last: float(len(above) > 0)}
    if first == median and len(below):  # the box is a point: what is beside it stands out
        points[float(below.max())] = 1.0
    if last == median and len(above):
        points[float(above.min())] = 1.0
    return sorted((points | {median: 0.0}).items())


def relevance_of(values: Floats, points: Sequence[tuple[float, float]]) -> Floats:
    """Return the relevance of numbers, 0 to 1: a monotone curve through control points, level beyond the outermost.

    >>> relevance_of(np.array([0.0, 5.0, 10.0, 99.0]), [(0.0, 0.0), (10.0, 1.0)]).round(2).tolist()
    [0.0, 0.5, 1.0, 1.0]
    """
    where, what = (np.array(side, dtype=np.float64) for side in zip(*sorted(points), strict=True))
    if len(where) < 2:
        return np.full(len(values), what[0])
    size = float(np.abs(where).max()) or 1.0  # slopes of what is huge or tiny would leave what a float holds
    inside = np.clip(values, where[0], where[-1]) / size
    where = where / size
    from scipy.interpolate import PchipInterpolator

    found: Floats = np.clip(PchipInterpolator(where, what)(inside), 0, 1)
    return found


def stretches(values: Floats, rare: npt.NDArray[np.bool_], target: str) -> tuple[Ints, Ints]:
    """Return the stretch of the target's line that each row lies in, rare and usual ones in turn, and which are rare.

    Raises FitError where all rows are rare or none is.
    """
    if rare.all() or not rare.any():
        which = "every number" if rare.all() else "no number"
        raise FitError("fit.relevance", f"{which} of the target `{target}` is rare by its relevance", where=target,
                       hint="change `threshold`, or give points: relevance=[(value, 0), (value, 1)]")  # fmt: skip
    order = np.argsort(values, kind="stable")
    turns = np.concatenate([[0], np.cumsum(np.diff(rare[order].astype(np.int64)) != 0)])
    of = np.empty(len(values), dtype=np.int64)
    of[order] = turns
    first = int(rare[order[0]])
    return of, np.arange(1 - first, int(turns[-1]) + 1, 2)
