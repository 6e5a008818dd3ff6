"""Ways are turned into components and back: what varies most has deviation 1, and only what hardly varies is lost."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.networks.frames.ways import MOST, Components


@given(st.integers(1, 60), st.integers(1, 12), st.integers(0, 3))
@settings(max_examples=25, deadline=None)
def test_components_have_their_deviations_and_lead_back(rows: int, width: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    ways = (rng.normal(size=(rows, 2)) @ rng.normal(size=(2, width)) + 3).astype(np.float32)
    found = Components.fit(ways, np.zeros_like(ways))
    components = found.apply(ways)
    assert components.shape[1] == found.kept <= min(MOST, width)
    assert np.abs(found.invert(components) - ways).max() < 0.2 * (np.abs(ways).max() + 1)
    assert found.deviations[0] == 1 and (np.diff(found.deviations) <= 0).all()
    if rows > 3:
        spread = components.std(axis=0, ddof=1)
        assert ((np.abs(spread / found.deviations - 1) < 0.05) | (spread < 0.01)).all()


def test_points_that_are_unsure_count_with_their_variance() -> None:
    rng = np.random.default_rng(0)
    ways = rng.normal(size=(500, 4)).astype(np.float32)
    sure, unsure = (Components.fit(ways, np.full_like(ways, own)) for own in (0.0, 3**0.5))
    for found, deviation in ((sure, 1), (unsure, 0.5)):
        spread = found.apply(ways).std(axis=0, ddof=1) / found.deviations
        assert np.allclose(spread, deviation, atol=0.05)
