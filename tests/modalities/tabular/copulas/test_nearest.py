"""The nearest matrix is one, keeps what weighs most, and leaves a valid one as it is."""

from __future__ import annotations

import numpy as np

from likewise.modalities.tabular.copulas.nearest import OWN, nearest

IMPOSSIBLE = np.array([[1, 0.9, 0.1], [0.9, 1, 0.9], [0.1, 0.9, 1.0]])


def test_a_valid_matrix_comes_back_as_it_is() -> None:
    valid = np.array([[1, 0.5], [0.5, 1.0]])
    assert nearest(valid, np.ones((2, 2)), np.arange(2)) is valid


def test_what_weighs_more_moves_less() -> None:
    weights = np.ones((3, 3))
    weights[0, 1] = weights[1, 0] = 100
    found = nearest(IMPOSSIBLE, weights, np.arange(3))
    assert np.linalg.eigvalsh(found)[0] > 0 and np.allclose(np.diag(found), 1)
    assert abs(found[0, 1] - 0.9) < 0.02 < abs(found[1, 2] - 0.9)


def test_it_is_nearer_than_lifting_eigenvalues_is() -> None:
    values, vectors = np.linalg.eigh(IMPOSSIBLE)
    lifted = (vectors * np.maximum(values, OWN)) @ vectors.T
    lifted /= np.sqrt(np.outer(np.diag(lifted), np.diag(lifted)))
    found = nearest(IMPOSSIBLE, np.ones((3, 3)), np.arange(3))
    assert ((found - IMPOSSIBLE) ** 2).sum() <= ((lifted - IMPOSSIBLE) ** 2).sum() + 1e-6


def test_no_latent_follows_from_the_others() -> None:
    found = nearest(IMPOSSIBLE, np.ones((3, 3)), np.arange(3))
    assert np.linalg.eigvalsh(found)[0] > OWN / 2


def test_latents_of_one_column_are_made_uncorrelated_exactly() -> None:
    found = nearest(IMPOSSIBLE, np.ones((3, 3)), np.array([0, 0, 1]))
    assert found[0, 1] == 0 and np.linalg.eigvalsh(found)[0] > 0
