"""Which pair copula two columns have: by their rank correlation, and Akaike's criterion."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from likewise.modalities.tabular.copulas.vine.pairs import (
    EDGE,
    Checkerboard,
    Clayton,
    Frank,
    Gaussian,
    Gumbel,
    Independence,
    Pair,
    Parametric,
    Student,
    cell,
)

Floats = npt.NDArray[np.float64]

FINE = np.linspace(0, 1, 33)
"""The grid that rank correlations are counted on."""

HIGHEST_TAU = 0.98
"""The largest rank correlation that a family is given."""

DEGREES = (3.0, 8.0)
"""Degrees of freedom of the Student-t copulas that are tried."""

LIKELY_ROWS = 2_000
"""Rows by which the likelihood of all is estimated, at most."""

EVEN = 0.5
"""Rows that are added to a checkerboard, spread evenly, so that no cell is empty."""

ROUNDS = 30
"""Times that rows and columns of a checkerboard are scaled to have even margins."""

SIGNIFICANT = 3.0
"""Standard errors from which on a rank correlation is no chance."""


@dataclass(frozen=True, eq=False)
class Association:
    """Say how strongly two uniforms go together: Kendall's tau, and what they tell of one another in nats a row."""

    tau: float
    information: float
    rows: int

    @property
    def strength(self) -> float:
        """The rank correlation that a Gaussian copula would have with as much information, or the one there is."""
        told = np.sqrt(-np.expm1(-2 * max(self.information, 0.0)))
        return float(max(abs(self.tau), 2 / np.pi * np.arcsin(told)))

    @property
    def by_chance(self) -> bool:
        """Whether independent uniforms would look so."""
        return self.information <= 0 and abs(self.tau) * 1.5 * np.sqrt(self.rows) < SIGNIFICANT


def association(u: Floats, v: Floats, ends_u: Floats, ends_v: Floats) -> Association:
    """Return how strongly two uniforms go together, counted on a grid.

    The information is less what independent uniforms would seem to have (Miller and Madow), twice over.
    """
    share = _counted(u, v, ends_u, ends_v) / len(u)
    expected = np.outer(share.sum(axis=1), share.sum(axis=0))
    seen = share > 0
    chance = (len(ends_u) - 2) * (len(ends_v) - 2) / len(u)
    told = float((share[seen] * np.log(share[seen] / expected[seen])).sum()) - chance
    return Association(tau_of(share), told, len(u))


def tau_of(share: Floats) -> float:
    """Return Kendall's tau of a checkerboard with these shares in its cells."""
    below = np.zeros((share.shape[0] + 1, share.shape[1] + 1))
    below[1:, 1:] = share.cumsum(axis=0).cumsum(axis=1)
    middle = (below[1:, 1:] + below[:-1, 1:] + below[1:, :-1] + below[:-1, :-1]) / 4
    return float(4 * (share * middle).sum() - 1)


def chosen(u: Floats, v: Floats, ends_u: Floats, ends_v: Floats) -> Pair:
    """Return the pair copula of least AIC, of families with the rank correlation that was counted, and a checkerboard.

    Parameters follow from Kendall's tau rather than from a search; a checkerboard has one for each of its cells less
    its margins. Where nothing stands out, the two are independent.
    """
    if association(u, v, ends_u, ends_v).by_chance:
        return Independence()
    board = checkerboard(u, v, ends_u, ends_v)
    free = (len(ends_u) - 2) * (len(ends_v) - 2)
    tried = [(family.parameters, family) for family in _families(tau_of(_counted(u, v, FINE, FINE) / len(u)))]
    few = slice(None, None, -(-len(u) // LIKELY_ROWS))
    found: list[tuple[float, Pair]] = [(0.0, Independence())]
    for parameters, pair in [*tried, (free, board)]:
        found.append((2 * parameters - 2 * len(u) * float(pair.log_density(u[few], v[few]).mean()), pair))
    return min(found, key=lambda pair: pair[0])[1]


def checkerboard(u: Floats, v: Floats, ends_u: Floats, ends_v: Floats) -> Checkerboard:
    """Return the checkerboard of what is counted on a grid, scaled to even margins."""
    wide, high = np.diff(ends_u), np.diff(ends_v)
    mass = (_counted(u, v, ends_u, ends_v) + EVEN * np.outer(wide, high)) / (len(u) + EVEN)
    for _ in range(ROUNDS):
        mass *= (wide / mass.sum(axis=1))[:, None]
        mass *= high / mass.sum(axis=0)
    return Checkerboard(mass, ends_u, ends_v)


def _families(tau: float) -> Iterator[Parametric]:
    tau = float(np.clip(tau, -HIGHEST_TAU, HIGHEST_TAU))
    yield Gaussian.of_tau(tau)
    for df in DEGREES:
        yield replace(Student.of_tau(tau), df=df)
    if abs(tau) < 0.01:
        return
    yield replace(Frank.of_tau(abs(tau)), turn_u=tau < 0)
    for lopsided in (Clayton, Gumbel):
        one = lopsided.of_tau(abs(tau))
        turns = ((False, False), (True, True)) if tau > 0 else ((True, False), (False, True))
        for turn_u, turn_v in turns:
            yield replace(one, turn_u=turn_u, turn_v=turn_v)


def _counted(u: Floats, v: Floats, ends_u: Floats, ends_v: Floats) -> Floats:
    shape = len(ends_u) - 1, len(ends_v) - 1
    cells = cell(u, ends_u) * shape[1] + cell(v, ends_v)
    return np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)


def clipped(uniforms: Floats) -> Floats:
    """Return uniforms that keep away from 0 and 1."""
    return np.clip(uniforms, EDGE, 1 - EDGE)
