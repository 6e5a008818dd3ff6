"""The market conserves shares and money, and its prices have the stylised facts of real ones (Cont, 2001)."""

from __future__ import annotations

import numpy as np
import pytest
from tests.techniques.agents.models.running import equal, events, series

from likewise.techniques.agents.models.market import CANCEL, MOST, ORDER, TRADE, Market
from likewise.techniques.agents.simulation import Simulation


def test_compiled_and_plain_come_to_the_same_bits() -> None:
    assert equal(Market(agents=60), 6.0, "compiled")


def test_what_one_pays_another_gets_and_events_tell_it_all() -> None:
    simulation = Simulation(Market(agents=80), seed=2, how="plain")
    found, w = events(simulation, 8.0), simulation.world
    assert w.traders.cash.sum() == 0 and w.traders.shares.sum() == 0 and np.abs(w.traders.cash).max() > 0
    assert set(found["what"].tolist()) == {ORDER, TRADE, CANCEL}
    trades = found["what"] == TRADE
    own = np.bincount(found["who"][trades], found["shares"][trades], 80)
    others = np.bincount(found["other"][trades], -found["shares"][trades], 80)
    assert (own + others).astype(np.int64).tolist() == w.traders.shares.tolist()
    paid = found["shares"] * found["price"]
    cash = np.bincount(found["other"][trades], paid[trades], 80) - np.bincount(found["who"][trades], paid[trades], 80)
    assert np.allclose(cash, w.traders.cash * w.book.size)
    assert w.book.best[0] < w.book.best[1]
    assert np.abs(found["shares"]).max() <= MOST and (found["other"][trades] != found["who"][trades]).all()


@pytest.fixture(scope="module")
def returns() -> np.ndarray:
    """Return how much the price grew each day, of eight years."""
    price = series(Market(), 2050, seed=7)[50:, 1]
    return np.diff(np.log(price))


def alike(values: np.ndarray, lag: int) -> float:
    return float(np.corrcoef(values[:-lag], values[lag:])[0, 1])


def test_returns_have_fat_tails(returns: np.ndarray) -> None:
    scaled = (returns - returns.mean()) / returns.std()
    assert (scaled**4).mean() - 3 > 1.0
    assert 5 * np.mean(np.abs(scaled) > 4) > 5 * 6.3e-5 * 5  # five times as often as of a normal distribution
    assert 0.001 < returns.std() < 0.03


def test_returns_do_not_hang_together(returns: np.ndarray) -> None:
    assert max(abs(alike(returns, lag)) for lag in (1, 2, 3, 5, 10)) < 0.2


def test_the_size_of_returns_does_and_for_long(returns: np.ndarray) -> None:
    size = np.abs(returns)
    assert min(alike(size, lag) for lag in (1, 2, 5, 10)) > 0.1
    assert alike(size, 20) > 0.05
    mixed = np.random.default_rng(0).permutation(size)
    assert max(abs(alike(mixed, lag)) for lag in (1, 2, 5, 10, 20)) < 0.08


def test_herds_are_what_makes_sizes_hang_together() -> None:
    price = series(Market(herding=0.0), 1050, seed=7)[50:, 1]
    size = np.abs(np.diff(np.log(price)))
    assert max(alike(size, lag) for lag in (5, 10, 20)) < 0.1
