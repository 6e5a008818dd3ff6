"""Roots of covariances, whole and broken."""

from __future__ import annotations

import numpy as np

from likewise.modalities.tabular.covariance import root


def test_the_nearest_covariance_keeps_its_diagonal() -> None:
    broken = np.array([[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]])
    factor = root(broken, np.array([2.0, 1.0, 0.0]))
    assert np.allclose(np.diag(factor @ factor.T), [4, 1, 0])
    good = np.array([[4.0, 1.0], [1.0, 9.0]])
    whole = root(good, np.array([2.0, 3.0]))
    assert np.allclose(whole @ whole.T, good)
