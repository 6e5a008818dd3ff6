"""Where the next simulations are run: near those that came close, in proportion to their weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from likewise.techniques.agents.calibration.prior import Prior
from likewise.techniques.agents.calibration.weighing import effective_size

Floats = npt.NDArray[np.float64]
Kernel = Literal["olcm", "twice"]

MOST = 200
"""Centres of one proposal: of more, as many are drawn. It bounds what densities cost."""
WIDER = 1.3
"""By how much kernels are wider than their papers have them, in standard deviations."""
FLOOR = 1e-10
"""The least variance of a kernel, in units of the prior's."""
FEW = 5
"""Effective points for each parameter, below which a covariance is taken of all alike, whatever they weigh."""
CELLS = 4_000_000
"""Numbers worked on at once."""


@dataclass(frozen=True, eq=False)
class Proposal:
    """Hold a mixture of normals over deviates: centres (k, p), shares (k,), Cholesky factors (k or 1, p, p)."""

    centres: Floats
    shares: Floats
    factors: Floats

    def draw(self, n: int, rng: np.random.Generator) -> Floats:
        """Return `n` draws, (n, p)."""
        chosen = rng.choice(len(self.centres), size=n, p=self.shares)
        moves = rng.standard_normal((n, self.centres.shape[1]))
        factors = self.factors[np.minimum(chosen, len(self.factors) - 1)]
        return np.asarray(self.centres[chosen] + np.einsum("nij,nj->ni", factors, moves))

    def density(self, points: Floats) -> Floats:
        """Return the density at points, in units of (2 pi)^(-p/2)."""
        inverse, (k, p) = np.linalg.inv(self.factors), self.centres.shape
        heights = self.shares / np.prod(np.diagonal(self.factors, axis1=1, axis2=2), axis=1)
        at_centres = (inverse @ self.centres[:, :, None])[:, :, 0]
        found = np.empty(len(points))
        step = max(1, CELLS // (k * p))
        for start in range(0, len(points), step):
            moved = (inverse.reshape(-1, p) @ points[start : start + step].T).reshape(len(inverse), p, -1)
            apart = np.zeros((k, moved.shape[2]))
            for axis in range(p):
                apart += (moved[:, axis] - at_centres[:, axis, None]) ** 2
            found[start : start + step] = heights @ np.exp(-0.5 * apart)
        return found


def log_mixture(points: Floats, proposals: Sequence[tuple[int, Proposal]]) -> Floats:
    """Return the log density of points under several proposals together, each in proportion to what was drawn of it."""
    total = sum(count for count, _ in proposals)
    mixed = sum(count / total * drawn.density(points) for count, drawn in proposals)
    return np.asarray(np.log(np.maximum(mixed, 1e-300)))


def proposal_about(
    points: Floats, weights: Floats, rng: np.random.Generator, *, kernel: Kernel, nearest: float = 1.0
) -> Proposal:
    """Return a proposal about weighted points, the closest to the data first.

    `twice` gives all twice their weighted covariance (Beaumont et al., 2009). `olcm` gives each a covariance of its
    own, from the `nearest` share of them to it: the optimal local covariance matrix of Filippi et al. (2013), which
    follows curved ridges. Both are widened, for the points may have been moved together too far.
    """
    shares = weights / weights.sum()
    size = points.shape[1]
    if len(points) > MOST:
        centres, mixed = points[np.sort(rng.choice(len(points), size=MOST, p=shares))], np.full(MOST, 1 / MOST)
    else:
        centres, mixed = points, shares
    if kernel == "twice":
        spreads = 2 * covariance(points, shares)[None]
    else:
        first = max(2, int(nearest * len(points)))
        near, part = points[:first], shares[:first] / shares[:first].sum()
        bias = part @ near - centres
        spreads = covariance(near, part) + np.einsum("ki,kj->kij", bias, bias)
    factors = WIDER * np.linalg.cholesky(np.asarray(spreads + FLOOR * np.eye(size), dtype=np.float64))
    return Proposal(centres, mixed, factors)


def smooth_about(points: Floats, weights: Floats, rng: np.random.Generator) -> Proposal:
    """Return a proposal that is a kernel estimate of the density of weighted points, of Silverman's width, and wider.

    The width is 1.5 times that of the rule, for tails count more here than detail.
    """
    shares = weights / weights.sum()
    size, effective = points.shape[1], 1 / (shares**2).sum()
    kept = np.sort(rng.choice(len(points), size=MOST, p=shares))
    width = 1.5 * (4 / ((size + 2) * effective)) ** (1 / (size + 4))
    factor: Floats = min(width, 1.5) * np.linalg.cholesky(covariance(points, shares) + FLOOR * np.eye(size))
    return Proposal(points[kept], np.full(MOST, 1 / MOST), factor[None])


def covariance(points: Floats, shares: Floats) -> Floats:
    """Return the covariance of weighted points, (p, p); of all alike where a few would decide it."""
    if effective_size(shares) < FEW * (points.shape[1] + 1):
        shares = np.full(len(points), 1 / len(points))
    apart = points - shares @ points
    return np.asarray((apart * shares[:, None]).T @ apart)


def recycled_weights(points: Floats, prior: Prior, proposals: list[tuple[int, Proposal | None]]) -> Floats:
    """Return the importance weights of points drawn from several proposals, each with how many were (None: the prior).

    The prior's density over that of all proposals together, in proportion to what was drawn of each, so that what
    earlier ones drew counts as much as it tells (Veach and Guibas, 1995; Cornuet et al., 2012). With prior draws among
    them no weight is above the number of all draws over that of these.
    """
    before = np.exp(prior.log_density(points))
    total = sum(count for count, _ in proposals)
    mixed = sum(count / total * (before if drawn is None else drawn.density(points)) for count, drawn in proposals)
    return np.asarray(before / mixed)
