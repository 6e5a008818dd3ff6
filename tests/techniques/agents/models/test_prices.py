"""Prices are told alike whatever the order of rows, and by what traders do differently."""

from __future__ import annotations

import numpy as np

from likewise.techniques.agents.models.market import Market
from likewise.techniques.agents.models.prices import summary_of_prices
from likewise.techniques.agents.observed import simulated
from likewise.techniques.agents.simulation import Simulation


def told(**book: object) -> dict[str, float]:
    found = summary_of_prices(**book)
    return dict(zip(found.names, found.values.tolist(), strict=True))


def test_prices_are_told_as_they_move() -> None:
    prices = np.exp(np.array([0.0, 0.01, 0.0, 0.01, 0.0, 0.01]))
    found = told(time=np.arange(6), price=prices, is_order=np.zeros(6, bool), is_trade=np.ones(6, bool))
    assert np.isclose(found["return spread"], np.log(np.std([0.01, -0.01] * 2 + [0.01])))
    assert np.isclose(found["return correlation"], -1) and np.isnan(found["off log q50"])


def test_orders_are_told_by_the_last_trade_before_them() -> None:
    book = {"time": [0, 1, 2, 3], "price": [90.0, 100.0, 110.0, 0.0], "is_order": np.array([True, False, True, True]),
            "is_trade": np.array([False, True, False, False])}  # fmt: skip
    found = told(**book)
    assert np.isclose(
        found["off log q50"], np.log(np.log(1.1))
    )  # not the first, which is before, nor one without price
    turned = told(**{name: np.asarray(values)[::-1] for name, values in book.items()})
    assert np.array_equal(list(found.values()), list(turned.values()), equal_nan=True)


def test_no_event_tells_nothing() -> None:
    none = np.zeros(0, bool)
    assert all(np.isnan(value) for value in told(time=[], price=[], is_order=none, is_trade=none).values())


def test_wider_guesses_make_wilder_prices() -> None:
    calm, wild = (
        Market(agents=20, guess=guess).summaries(
            simulated(Simulation(Market(agents=20, guess=guess), how="plain"), 3.0)
        )
        for guess in (0.003, 0.05)
    )
    assert calm.names == wild.names
    at = calm.names.index("off log q90")
    assert wild.values[at] > calm.values[at] + 1
