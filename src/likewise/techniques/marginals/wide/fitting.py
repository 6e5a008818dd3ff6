"""From noisy counts to the links of one attribute, given rows in which the attributes before it are already drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from likewise.techniques.marginals.graph.beliefs import Array, grouped, ratio
from likewise.techniques.marginals.graph.fitting import ALONE, Target, fit_lines, one_hot
from likewise.techniques.marginals.graph.measurement import Measurement
from likewise.techniques.marginals.wide.drawing import softened
from likewise.techniques.marginals.wide.steps import Groups, Step


def level_target(m: Measurement, within: NDArray[np.int64]) -> Target:
    """Return a single attribute's counts by groups: the target of its link to nothing."""
    size = int(within.max()) + 1
    counts, cells = grouped(m.values, within, size), grouped(np.ones(len(within)), within, size)
    sigma = m.sigma * np.sqrt(np.maximum(cells, 1))
    ridge = (sigma / ALONE) ** 2 / np.maximum(counts, sigma)
    return Target(m.clique, counts, ridge, m.sigma, (np.arange(len(counts)),))


def linked(step: Step, targets: Sequence[Target], scale: float, groups: Groups, rounds: int) -> Step:
    """Return a step whose rows, drawn given their parents, come to the counts that were measured.

    `targets` has counts for each link, and `scale` the rows that stand for one of them. Each link in turn takes the
    step that is best if the rows of a line were alike (iterative scaling: Darroch and Ratcliff, 1972, Annals of
    Mathematical Statistics 43), which never makes the fit worse; a few turns come close to the optimum.
    """
    from scipy.sparse import csr_matrix

    shares, n = softened(step.logits(groups))[0], len(groups)
    codes = [link.parents.line(groups) for link in step.links]
    sums = [
        csr_matrix((np.ones(n, np.float32), (code, np.arange(n))), (link.parents.lines, n))
        for link, code in zip(step.links, codes)
    ]
    thetas: list[Array] = [link.theta for link in step.links]
    shifts = [np.zeros((len(theta), 1)) for theta in thetas]
    for _ in range(rounds):
        for k, (link, target) in enumerate(zip(step.links, targets)):
            counts, ridge = (part.reshape(thetas[k].shape) * scale for part in (target.counts, target.ridge))
            mean = (sums[k] @ shares).astype(np.float64) @ one_hot(link.at, counts.shape[1])
            totals = mean.sum(axis=1, keepdims=True)
            best, thetas[k], shifts[k] = fit_lines(counts, ridge, thetas[k], mean, totals, shifts[k])
            shares *= np.minimum(ratio(best, mean), 1e30)[:, link.at].astype(np.float32)[codes[k]]
            shares /= np.maximum(shares.sum(axis=1, keepdims=True), np.float32(1e-30))
    return replace(step, links=tuple(replace(link, theta=theta) for link, theta in zip(step.links, thetas)))
