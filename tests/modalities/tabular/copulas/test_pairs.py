"""Pair copulas: densities, conditional distributions and their inverses belong together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from likewise.modalities.tabular.copulas.vine.choosing import association, checkerboard, chosen, tau_of
from likewise.modalities.tabular.copulas.vine.pairs import (
    Checkerboard,
    Clayton,
    Frank,
    Gaussian,
    Gumbel,
    Independence,
    Pair,
    Parametric,
    Student,
    load_pair,
)

FINE = np.linspace(0, 1, 33)
RNG = np.random.default_rng(0)
U, V = RNG.random((2, 20_000))


def members() -> list[Pair]:
    lopsided = [
        replace(family.of_tau(tau), turn_u=turn_u, turn_v=turn_v)
        for family in (Clayton, Gumbel)
        for tau in (0.1, 0.6)
        for turn_u, turn_v in ((False, False), (True, True), (True, False), (False, True))
    ]
    both = [family.of_tau(tau) for family in (Gaussian, Student) for tau in (-0.5, 0.05, 0.9)]
    frank = [Frank.of_tau(0.3), replace(Frank.of_tau(0.9), turn_u=True)]
    x = Gaussian.of_tau(0.5).inverse(U, V)
    board = checkerboard(x, V, np.array([0, 0.2, 0.5, 1]), np.array([0, 0.7, 0.9, 1]))
    return [*lopsided, *both, *frank, board, Independence()]


@pytest.mark.parametrize("pair", members(), ids=lambda pair: f"{pair.family}-{getattr(pair, 'theta', '')}")
def test_the_parts_of_a_pair_agree(pair: Pair) -> None:
    share = pair.given(U, V)
    inner = (share > 1e-6) & (share < 1 - 1e-6)
    assert np.abs(pair.inverse(share, V) - U)[inner].max() < 1e-6
    drawn = pair.inverse(U, V)
    assert np.abs(np.sort(drawn) - (np.arange(len(drawn)) + 0.5) / len(drawn)).max() < 0.02
    swapped = pair.swapped().given(V, drawn)
    assert np.abs(np.sort(swapped) - (np.arange(len(drawn)) + 0.5) / len(drawn)).max() < 0.02
    edges = np.linspace(0.1, 0.9, 9)
    if not isinstance(pair, Checkerboard):
        slope = (pair.given(edges + 1e-6, edges[::-1]) - pair.given(edges - 1e-6, edges[::-1])) / 2e-6
        assert np.allclose(np.exp(pair.log_density(edges, edges[::-1])), slope, rtol=1e-3, atol=1e-6)
    loaded = load_pair(*pair.state())
    assert np.array_equal(loaded.inverse(U, V), drawn)


@pytest.mark.parametrize("tau", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("family", [Gaussian, Student, Clayton, Gumbel, Frank])
def test_a_family_has_the_rank_correlation_it_is_asked_for(family: type[Parametric], tau: float) -> None:
    drawn = family.of_tau(tau).inverse(U, V)
    cells = np.clip((drawn * 64).astype(int), 0, 63) * 64 + np.clip((V * 64).astype(int), 0, 63)
    assert tau_of(np.bincount(cells, minlength=4096).reshape(64, 64) / len(U)) == pytest.approx(tau, abs=0.02)


@pytest.mark.parametrize("pair", [Clayton.of_tau(0.5), replace(Gumbel.of_tau(0.5), turn_u=True, turn_v=True),
                                  replace(Clayton.of_tau(0.4), turn_u=True), Gaussian.of_tau(-0.6)])  # fmt: skip
def test_the_family_that_made_a_pair_is_chosen_or_one_as_likely(pair: Parametric) -> None:
    drawn = pair.inverse(U, V)
    found = chosen(drawn, V, FINE[::4], FINE[::4])
    fresh_u, fresh_v = np.random.default_rng(1).random((2, 20_000))
    fresh = pair.inverse(fresh_u, fresh_v)
    gap = pair.log_density(fresh, fresh_v).mean() - found.log_density(fresh, fresh_v).mean()
    assert gap < 0.01


def test_a_hump_takes_a_checkerboard_and_chance_takes_independence() -> None:
    hump = np.clip(np.abs(2 * V - 1) + 0.05 * RNG.standard_normal(len(V)), 1e-6, None)
    ranks = (np.argsort(np.argsort(hump)) + 0.5) / len(hump)
    assert isinstance(chosen(ranks, V, FINE[::2], FINE[::2]), Checkerboard)
    assert abs(association(ranks, V, FINE, FINE).tau) < 0.05 < association(ranks, V, FINE, FINE).strength
    assert isinstance(chosen(U, V, FINE, FINE), Independence)


def test_a_checkerboard_of_a_categorys_cells_is_its_contingency_table() -> None:
    one = RNG.choice(3, 10_000, p=[0.2, 0.3, 0.5])
    other = np.where(RNG.random(10_000) < 0.7, one, RNG.choice(3, 10_000))
    shares = [np.bincount(codes) / 10_000 for codes in (one, other)]
    ends = [np.concatenate([[0], np.cumsum(share)[:-1], [1]]) for share in shares]
    u, v = (e[codes] + RNG.random(10_000) * np.diff(e)[codes] for e, codes in zip(ends, (one, other), strict=True))
    board = checkerboard(u, v, *ends)
    table = np.bincount(one * 3 + other, minlength=9).reshape(3, 3) / 10_000
    assert np.abs(board.mass - table).max() < 1e-4
