"""Bounds found in noisy counts: first to a power of two, then to a part of what lies between, and a part of that."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from likewise.privacy.accountant import Account
from likewise.privacy.contract.axis import Floats
from likewise.privacy.contract.reading import Mask
from likewise.privacy.contract.rulers import Counts, Powers, Span, Years
from likewise.privacy.mechanisms import gaussian

COARSE, FINE, FINEST = 0.5, 0.4, 0.1
"""The parts of the price that are paid for the powers of two, for what lies within, and for a narrow part of that."""

PARTS = 32
"""Cells that the found bounds are refined by."""

NARROW = 4
"""Cells that may hold everything for the bounds to be refined once more."""

ENOUGH = 50.0
"""How many numbers there must be for that, in standard deviations of noise."""

FALSE = 1e-5
"""The probability that noise alone passes for a part in which there is anything, far from all others: bounds are then
useless, while a part that needs a quarter more to be seen is seldom missed."""

LOST = 0.001
"""The part of the numbers that may be lost with a part which is taken for empty ..."""

LEAST, MOST = 0.0, 3.0
"""... and the least and the most that this may be, in standard deviations of noise."""

TOGETHER = (1, 2, 4)
"""Neighbouring parts that are looked at together."""


def find_span(
    values: Floats, ruler: Powers | Years, *, whole: bool, rows: int, mu: float, account: Account, what: str
) -> Span:
    """Return bounds of numbers, each of another unit, for `mu`; few values are cut off, and no bound is one of them.

    They are rather too wide than too narrow: empty cells cost little later on, and what is cut off is lost. `rows` is
    how many numbers there are, as a noisy count tells.
    """

    def shown(places: Counts, count: int, part: float, looked: str) -> tuple[Floats, float]:
        """Return noisy counts in standard deviations of their noise, and how many of these may be lost."""
        sigma = 1 / (mu * math.sqrt(part))
        counts = np.bincount(places, minlength=count)
        noisy = gaussian(counts, sigma=sigma, account=account, what=f"{what}: {looked}")
        return noisy / sigma, min(max(LOST * rows / sigma, LEAST), MOST)

    core, more = _found(*shown(ruler.places(values), ruler.count, COARSE, "bounds"), ruler)
    span, near = _rounded(ruler, core, whole), ruler.near(core)
    touched = _rounded(ruler, core[:1], whole)[1], _rounded(ruler, core[-1:], whole)[0]
    beside = [_rounded(ruler, np.array([part]), whole) for part in more]
    for part in (FINE, FINEST):
        edges = np.linspace(span[0], span[1], PARTS + 1)
        edges = np.unique([*(np.ceil(edges) if whole else edges), *(end for ends in beside for end in ends)])
        if len(edges) < 3:
            break
        places = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)
        seen, least = shown(places, len(edges) - 1, part, "bounds within")
        inside = (edges[:-1] >= span[0]) & (edges[1:] <= span[1])
        again = np.isin(edges[:-1], [low for low, _ in beside]) & (seen > 0) & ~inside
        first, last = _narrow(seen, rows * mu * math.sqrt(part), edges, touched)
        first, last = (first, last) if first < last else _ends(seen, inside, again, least)
        span, beside = (float(edges[first]), float(edges[last])), []
        if last - first > NARROW:
            break
    return Span(*ruler.widened(*span, whole=whole), near)


def _narrow(shown: Floats, rows: float, edges: Floats, touched: tuple[float, float]) -> tuple[int, int]:
    """Return the few cells that hold nearly all rows, with one on each side; an empty run where there are no such.

    They touch the first and the last part that surely hold something, for those may be lost in the noise of cells.
    """
    for size in range(1, NARROW + 1) if rows > ENOUGH else ():
        sums = _sums(shown, size) * math.sqrt(size)
        start = int(sums.argmax()) if len(sums) else 0
        if len(sums) and sums[start] > max((1 - LOST) * rows - 1, rows / 2):
            first, last = max(start - 1, 0), min(start + size + 1, len(shown))
            if edges[first] < touched[0] and edges[last] > touched[1]:
                return first, last
    return 0, 0


def _rounded(ruler: Powers | Years, parts: Counts, whole: bool) -> tuple[float, float]:
    """Return the ends of parts; of whole numbers the last is the first that is more."""
    low, high = ruler.ends(parts)
    if not whole:
        return low, high
    beyond = isinstance(ruler, Years) or high <= 0  # a power of two is the end of a part, and not in it
    low = float(math.ceil(low))
    return low, max(low + 1, float(math.ceil(high)) + beyond)


def _found(shown: Floats, least: float, ruler: Powers | Years) -> tuple[Counts, Counts]:
    """Return the parts in which there surely is something, and those beside them in which there may be.

    Some stand out by themselves or together with their neighbours; where none do, those do that stand out most. Others
    need to show the less the closer they are.
    """
    from scipy.special import ndtri

    strong = -float(ndtri(FALSE / ruler.count))
    marks, best, most = np.zeros(len(shown), dtype=bool), slice(0), -math.inf
    for run in ruler.runs:
        for size in TOGETHER:
            sums = _sums(shown[run.start : run.stop], size)
            for start in (np.flatnonzero(sums > strong) + run.start).tolist():
                if not marks[start : start + size].any():
                    marks[start : start + size] = shown[start : start + size] > 1
            likely = np.where(ruler.is_likely[run.start : run.stop][: len(sums)], sums, -math.inf)
            if likely.max(initial=-math.inf) > most:
                most, start = float(likely.max()), int(likely.argmax()) + run.start
                best = slice(start, start + size)
    if not marks.any():
        marks[best] = True
    core = ruler.core(np.flatnonzero(marks))
    wanted = np.minimum(least + ruler.farther(int(core.min()), int(core.max())), strong)
    return core, np.flatnonzero(shown > wanted)


def _sums(shown: Floats, size: int) -> Floats:
    """Return the sums of so many neighbours, over the standard deviation of their noise."""
    sums: npt.NDArray[np.float64] = np.convolve(shown, np.ones(size), "valid") if len(shown) >= size else np.empty(0)
    return sums / math.sqrt(size)


def _ends(shown: Floats, inside: Mask, again: Mask, least: float) -> tuple[int, int]:
    """Return the first cell and the one past the last that hold something: of those inside, or shown once again."""
    offset = int(np.argmax(inside))
    held = np.zeros(len(shown), dtype=bool)
    for size in TOGETHER:
        for start in np.flatnonzero(_sums(shown[inside], size) > least) + offset:
            held[start : start + size] |= shown[start : start + size] > 0
    places = np.flatnonzero((held if held.any() else inside) | again)
    return int(places[0]), int(places[-1]) + 1
