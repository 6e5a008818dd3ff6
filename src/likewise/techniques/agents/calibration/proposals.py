"""Where the next simulations are run: near those that came close, in proportion to their weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from likewise.techniques.agents.calibration.prior import Prior

Floats = npt.NDArray[np.float64]
Kernel = Literal["olcm", "twice"]

MOST = 400
"""Centres of one proposal: of more, as many are drawn. It bounds what densities cost."""
FLOOR = 1e-6
"""The least variance of a kernel, in units of the prior's."""
CELLS = 4_000_000
"""Numbers worked on at once."""


@dataclass(frozen=True, eq=False)
class Proposal:
    """Hold a mixture of normals over deviates: centres (k, p), shares (k,), Cholesky factors (k, p, p)."""

    centres: Floats
    shares: Floats
    factors: Floats

    def draw(self, n: int, rng: np.random.Generator) -> Floats:
        """Return `n` draws, (n, p)."""
        chosen = rng.choice(len(self.centres), size=n, p=self.shares)
        moves = rng.standard_normal((n, self.centres.shape[1]))
        return np.asarray(self.centres[chosen] + np.einsum("nij,nj->ni", self.factors[chosen], moves))

    def density(self, points: Floats) -> Floats:
        """Return the density at points, in units of (2 pi)^(-p/2)."""
        inverse = np.linalg.inv(self.factors)
        heights = self.shares / np.prod(np.diagonal(self.factors, axis1=1, axis2=2), axis=1)
        at_centres = np.einsum("kij,kj->ki", inverse, self.centres)
        found = np.empty(len(points))
        step = max(1, CELLS // self.centres.size)
        for start in range(0, len(points), step):
            part = points[start : start + step]
            apart = np.einsum("kij,nj->kni", inverse, part) - at_centres[:, None]
            found[start : start + step] = heights @ np.exp(-0.5 * (apart**2).sum(axis=2))
        return found


def proposal_about(
    points: Floats, weights: Floats, nearest: npt.NDArray[np.intp], rng: np.random.Generator, *, kernel: Kernel
) -> Proposal:
    """Return a proposal about weighted points.

    `olcm` gives each point a covariance of its own, from the `nearest` of them to it: the optimal local covariance
    matrix of Filippi et al. (2013), which follows curved ridges. `twice` gives all twice their weighted covariance
    (Beaumont et al., 2009).
    """
    shares = weights / weights.sum()
    if len(points) > MOST:
        kept = np.sort(rng.choice(len(points), size=MOST, p=shares))
        centres, mixed = points[kept], np.full(MOST, 1 / MOST)
    else:
        centres, mixed = points, shares
    size = points.shape[1]
    if kernel == "twice":
        spread = 2 * covariance(points, shares)
        factors = np.broadcast_to(np.linalg.cholesky(spread + FLOOR * np.eye(size)), (len(centres), size, size))
        return Proposal(centres, mixed, factors)
    near, near_shares = points[nearest], shares[nearest] / shares[nearest].sum()
    mean = near_shares @ near
    bias = mean - centres
    spreads = covariance(near, near_shares) + np.einsum("ki,kj->kij", bias, bias)
    return Proposal(centres, mixed, np.linalg.cholesky(spreads + FLOOR * np.eye(size)))


def smooth_about(points: Floats, weights: Floats, rng: np.random.Generator) -> Proposal:
    """Return a proposal that is a kernel estimate of the density of weighted points, of Silverman's width, and wider.

    The width is 1.5 times that of the rule, for tails count more here than detail.
    """
    shares = weights / weights.sum()
    size, effective = points.shape[1], 1 / (shares**2).sum()
    kept = np.sort(rng.choice(len(points), size=MOST, p=shares))
    width = 1.5 * (4 / ((size + 2) * effective)) ** (1 / (size + 4))
    factor = min(width, 1.5) * np.linalg.cholesky(covariance(points, shares) + FLOOR * np.eye(size))
    return Proposal(points[kept], np.full(MOST, 1 / MOST), np.broadcast_to(factor, (MOST, size, size)))


def covariance(points: Floats, shares: Floats) -> Floats:
    """Return the covariance of weighted points, (p, p)."""
    apart = points - shares @ points
    return np.asarray((apart * shares[:, None]).T @ apart)


def recycled_weights(points: Floats, prior: Prior, proposals: list[tuple[int, Proposal | None]]) -> Floats:
    """Return the importance weights of points drawn from several proposals, each with how many were (None: the prior).

    The prior's density over that of all proposals together, in proportion to what was drawn of each, so that what earlier
    ones drew counts as much as it tells (Veach and Guibas, 1995; Cornuet et al., 2012). With prior draws among them no
    weight is above the number of all draws over that of these.
    """
    before = np.exp(prior.log_density(points))
    total = sum(count for count, _ in proposals)
    mixed = sum(count / total * (before if drawn is None else drawn.density(points)) for count, drawn in proposals)
    return np.asarray(before / mixed)
