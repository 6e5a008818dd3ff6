"""Latent correlations are found again, however coarse what is seen of the latents."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from likewise.techniques.sampling.matching import Binned, matched

ROWS = 40_000


def binned(scores: np.ndarray, ends: list[float], column: int) -> Binned:
    cuts = special.ndtri(np.array(ends))
    return Binned(np.searchsorted(cuts[1:-1], scores).astype(np.int32), np.array(ends), column)


def normals(rho: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    one, other = rng.standard_normal((2, ROWS))
    return one, rho * one + np.sqrt(1 - rho**2) * other


@pytest.mark.parametrize("rho", [-0.95, -0.5, 0.0, 0.3, 0.8, 0.97])
@pytest.mark.parametrize("ends", [[0, 0.5, 1], [0, 0.9, 1], [0, 0.02, 0.9, 0.95, 1], np.linspace(0, 1, 200).tolist()])
def test_neither_few_levels_nor_an_atom_shrink_a_correlation(rho: float, ends: list[float]) -> None:
    one, other = normals(rho)
    found = matched([binned(one, ends, 0), binned(other, [0, 0.3, 0.7, 1], 1)], np.random.default_rng(0))
    assert found[0, 1] == pytest.approx(rho, abs=0.05) and found[0, 0] == 1


def test_what_repeats_another_column_has_nearly_its_correlation() -> None:
    one, _ = normals(0)
    ends = [0, 0.1, 0.4, 0.8, 1]
    found = matched([binned(one, ends, 0), binned(one, ends, 1), binned(-one, ends, 2)], np.random.default_rng(0))
    assert found[0, 1] > 0.999 and abs(found[0, 2]) > 0.8
    assert found[0, 2] == pytest.approx(found[1, 2], abs=1e-3)
    assert np.linalg.eigvalsh(found)[0] > -1e-9


def test_latents_of_one_column_stay_uncorrelated() -> None:
    one, other = normals(0.7)
    latents = [binned(one, [0, 0.5, 1], 0), binned(other, [0, 0.5, 1], 0), binned(other, [0, 0.2, 1], 1)]
    found = matched(latents, np.random.default_rng(0))
    assert found[0, 1] == 0 and found[1, 2] > 0.6


def test_a_latent_that_tells_in_few_rows_is_matched_in_these() -> None:
    one, other = normals(0.6)
    told = np.random.default_rng(1).random(ROWS) < 0.3
    half = binned(one, [0, 0.25, 0.5, 0.75, 1], 0)
    half = Binned(np.where(told, half.bins, -1).astype(np.int32), half.ends, 0)
    found = matched([half, binned(other, [0, 0.25, 0.5, 0.75, 1], 1)], np.random.default_rng(0))
    assert found[0, 1] == pytest.approx(0.6, abs=0.03)


def test_a_column_of_several_latents_is_repeated_as_a_whole() -> None:
    one, other = normals(0)
    third = 0.6 * one + 0.8 * np.random.default_rng(5).standard_normal(ROWS)
    latents = [binned(scores, [0, 0.5, 1], column) for column in (0, 1) for scores in (one, other)]
    found = matched([*latents, binned(third, [0, 0.5, 1], 2)], np.random.default_rng(0))
    assert found[0, 1] == found[2, 3] == 0 and found[0, 2] > 0.999 and found[1, 3] > 0.999
    assert found[4, :4] == pytest.approx([0.6, 0, 0.6, 0], abs=0.05)


def test_what_is_within_two_errors_of_zero_is_zero() -> None:
    rng = np.random.default_rng(3)
    latents = [binned(rng.standard_normal(300), [0, 0.5, 1], column) for column in range(12)]
    found = matched(latents, rng)
    assert (found[np.triu_indices(12, 1)] == 0).mean() > 0.8


@given(st.integers(2, 8), st.integers(0, 10_000))
@settings(max_examples=25)
def test_the_matrix_is_one_of_correlations(size: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.standard_normal((size, 60)) @ np.diag(rng.random(60)) + rng.standard_normal(60)
    latents = [binned(own, [0, 0.4, 0.6, 1], column // 2) for column, own in enumerate(scores)]
    found = matched(latents, rng)
    assert np.allclose(found, found.T) and np.allclose(np.diag(found), 1, atol=1e-6)
    assert np.linalg.eigvalsh(found)[0] > -1e-8
