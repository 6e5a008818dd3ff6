"""Uniforms within limits: those that free draws within them would be, whatever the copula."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest
from scipy import special

from likewise.core.picking import picked
from likewise.modalities.tabular.copulas.copula import Copula, kept_within, within
from likewise.modalities.tabular.copulas.elliptical import Elliptical
from likewise.modalities.tabular.copulas.vine.vine import Vine

CORRELATION = np.array([[1, 0.8, -0.4], [0.8, 1, -0.2], [-0.4, -0.2, 1]])
GRID = np.linspace(0, 1, 17)


@dataclass(frozen=True)
class Fixed:
    """Limit latents to intervals, the same in all rows."""

    spans: dict[int, list[tuple[float, float]]]

    @property
    def latents(self) -> Sequence[int]:
        return [*self.spans]

    def of(self, latent: int, drawn: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        spans = np.array(self.spans[latent])
        rows = np.ones(drawn.shape[1])
        return spans[:, :1] * rows, spans[:, 1:] * rows


def copulas() -> list[Copula]:
    rng = np.random.default_rng(0)
    scores = np.linalg.cholesky(CORRELATION) @ rng.standard_normal((3, 10_000))
    vine = Vine.learned(np.asarray(special.ndtr(scores)), [GRID] * 3)
    return [Elliptical(CORRELATION), Elliptical(CORRELATION, 4.0), vine]


@cache
def freely(copula: Copula) -> np.ndarray:
    return copula.draw(400_000, np.random.default_rng(1))


@pytest.mark.parametrize("copula", copulas(), ids=lambda copula: copula.said())
@pytest.mark.parametrize(
    "spans", [{0: [(0.7, 0.9)]}, {0: [(0.1, 0.3), (0.8, 1.0)], 2: [(0.6, 1.0)]}, {1: [(0.0, 0.4)], 2: [(0.5, 0.9)]}]
)
def test_limits_are_met_as_rejection_meets_them(copula: Copula, spans: dict[int, list[tuple[float, float]]]) -> None:
    free = freely(copula)
    met = np.ones(free.shape[1], dtype=bool)
    for latent, own in spans.items():
        met &= np.any([(free[latent] >= low) & (free[latent] <= high) for low, high in own], axis=0)
    drawn, weight = copula.draw_within(40_000, np.random.default_rng(2), Fixed(spans))
    mass = np.exp(weight)
    for latent, own in spans.items():
        assert np.any([(drawn[latent] >= low) & (drawn[latent] <= high) for low, high in own], axis=0).all()
    assert copula.weighs(Fixed(spans)) or np.ptp(weight) < 1e-9
    kept = drawn[:, picked(mass, 10_000, np.random.default_rng(3))]
    assert mass.mean() == pytest.approx(met.mean(), rel=0.05)
    for latent in range(3):
        for share in (0.1, 0.5, 0.9):
            assert np.quantile(kept[latent], share) == pytest.approx(np.quantile(free[latent, met], share), abs=0.025)


def test_a_far_tail_is_drawn_without_rounding() -> None:
    pair = Elliptical(np.array([[1, 0.5], [0.5, 1]]))
    for low, high in ((0.0, 1e-8), (1 - 1e-8, 1.0)):
        limits = Fixed({0: [(low, high)], 1: [(high, 1.0) if low == 0 else (0.0, low)]})
        drawn, weight = pair.draw_within(1000, np.random.default_rng(0), limits)
        assert (
            ((drawn[0] >= low) & (drawn[0] <= high)).all() and len(np.unique(drawn[0])) > 100 and (weight > -25).all()
        )


def test_a_singular_matrix_can_be_drawn_from() -> None:
    copula = Elliptical(np.ones((4, 4)))
    drawn = copula.draw(1000, np.random.default_rng(0))
    assert np.abs(drawn - drawn[0]).max() < 0.01


def test_student_t_has_tails_that_come_together_and_even_margins() -> None:
    drawn = [Elliptical(np.eye(2), df).draw(200_000, np.random.default_rng(0)) for df in (None, 3.0)]
    together = [((u[0] > 0.99) & (u[1] > 0.99)).mean() for u in drawn]
    assert together[1] > 5 * together[0]
    assert np.abs(np.quantile(drawn[1], [0.1, 0.5, 0.9], axis=1).T - [0.1, 0.5, 0.9]).max() < 0.005


def test_points_of_intervals_are_spread_over_them_by_width() -> None:
    low, high = np.array([[0.1], [0.5]]) * np.ones(1000), np.array([[0.2], [0.8]]) * np.ones(1000)
    point, width = within(low, high, (np.arange(1000) + 0.5) / 1000)
    assert np.allclose(width, 0.4) and ((point < 0.2).mean(), (point > 0.5).mean()) == (0.25, 0.75)
    assert (kept_within(np.full(1000, 0.3), low, high) < 0.2).all()
