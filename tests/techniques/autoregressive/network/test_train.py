"""The network learns what there is to learn, gives shares that sum to one, and is the same for the same seed."""

from __future__ import annotations

import numpy as np
import pytest

from likewise.techniques.autoregressive.network.layout import Layout
from likewise.techniques.autoregressive.network.network import Network
from likewise.techniques.autoregressive.network.train import train

COLUMNS = (4, 1, 3)
"""Places in a table of five columns, in drawing order."""


def made(rows: int = 1200) -> tuple[np.ndarray, Layout]:
    """Return a category of three levels, a number of 120 symbols that it decides but for noise, and a copy of it."""
    rng = np.random.default_rng(0)
    level = rng.integers(0, 3, rows)
    number = np.clip(30 * level + rng.integers(0, 30, rows), 0, 88)
    symbols = np.stack([level, number, level]).astype(np.int32)
    return symbols, Layout.of(symbols, [4, 121, 4], [False, True, False])


@pytest.fixture(scope="module")
def network() -> Network:
    symbols, layout = made()
    return train(symbols, layout, COLUMNS, seed=1, epochs=4)


def shares(network: Network, place: int) -> np.ndarray:
    symbols, _ = made()
    table = np.zeros((5, symbols.shape[1]), dtype=np.int32)
    table[list(COLUMNS)] = symbols
    return network.probabilities(place, table)


def test_shares_sum_to_one_and_nothing_unseen_is_likely(network):
    symbols, layout = made()
    for place in range(3):
        found = shares(network, place)
        assert found.shape == (symbols.shape[1], layout.counts[place])
        np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-4)
        assert not found[:, ~layout.seen[place, : found.shape[1]]].any()


def test_what_was_drawn_before_decides(network):
    symbols, _ = made()
    level, number = symbols[0], shares(network, 1)
    own = np.array([number[level == k, 30 * k : 30 * k + 30].sum(axis=1).mean() for k in range(3)])
    assert (own > 0.9).all()
    assert (shares(network, 2).argmax(axis=1) == level).mean() > 0.99
    np.testing.assert_allclose(shares(network, 0)[0, :3], np.bincount(level) / len(level), atol=0.05)


def test_the_same_seed_gives_the_same_network_and_it_comes_back(network):
    symbols, layout = made()
    again = train(symbols, layout, COLUMNS, seed=1, epochs=4)
    back = Network.from_arrays(network.arrays())
    assert back.columns == COLUMNS
    for name, array in network.arrays().items():
        np.testing.assert_array_equal(array, again.arrays()[name])
        np.testing.assert_array_equal(array, back.arrays()[name])
    np.testing.assert_array_equal(shares(back, 1), shares(network, 1))
