"""Quantile functions: what lies below a number is what is drawn below it."""

from __future__ import annotations

import numpy as np
import pytest

from likewise.core.schema import Column
from likewise.modalities.tabular.distributions import Gamma, Normal, Poisson, Truncated
from likewise.modalities.tabular.numbers import fit_number_codec
from likewise.techniques.sampling.quantiles import Family, Quantiles, Smoothed, load_quantiles, places, smoothed

RNG = np.random.default_rng(0)
FLOAT, WHOLE = Column(name="x", kind="float"), Column(name="x", kind="integer")
CENTS = Column(name="x", kind="decimal", decimals=2)


def learned(values: np.ndarray, column: Column) -> Smoothed:
    codec = fit_number_codec(values, column, k=10)
    return smoothed(codec, column, values, np.bincount(codec.encode(values), minlength=codec.symbols).astype(float))


def functions() -> list[tuple[str, Quantiles]]:
    prices = np.where(
        RNG.random(5000) < 0.5, np.floor(RNG.gamma(2, 9, 5000)) + 0.99, np.round(RNG.gamma(2, 9, 5000), 2)
    )
    return [
        ("smooth", learned(RNG.normal(size=5000), FLOAT)),
        ("atom", learned(np.where(RNG.random(5000) < 0.9, 0.0, RNG.gamma(2, 9, 5000)), FLOAT)),
        ("whole", learned(RNG.poisson(300, 5000).astype(float), WHOLE)),
        ("by fives", learned(RNG.integers(0, 900, 5000) * 5.0 + 3, WHOLE)),
        ("prices", learned(prices, CENTS)),
        ("normal", Family(Normal(3, 2), FLOAT)),
        ("rounded", Family(Gamma(2, 30), WHOLE, 5.0, 3.0, 203.0, 3.0)),
        ("counts", Family(Poisson(4), WHOLE, 1.0)),
        ("cut", Family(Truncated(Normal(0, 1), low=-1), FLOAT, 0.0, -1.0, 1.0)),
    ]


@pytest.mark.parametrize("name, quantiles", functions(), ids=[name for name, _ in functions()])
def test_shares_below_are_shares_drawn_below(name: str, quantiles: Quantiles) -> None:
    drawn = quantiles.at(np.random.default_rng(1).random(40_000), np.random.default_rng(2))
    line = np.quantile(drawn, np.linspace(0, 1, 23))
    below, upto = quantiles.below(line), quantiles.upto(line)
    slack = 0.03 if name == "prices" else 0.008  # how numbers end moves them within their interval
    assert np.abs(below - [(drawn < x).mean() for x in line]).max() < slack
    assert np.abs(upto - [(drawn <= x).mean() for x in line]).max() < slack
    assert (below <= upto).all() and (np.diff(upto) >= 0).all()
    ends = np.array([drawn.min() - 1, drawn.max() + 1])
    assert quantiles.below(ends)[0] <= 1e-3 and quantiles.upto(ends)[1] >= 1 - 1e-3


@pytest.mark.parametrize("name, quantiles", functions(), ids=[name for name, _ in functions()])
def test_a_number_lies_where_it_is_drawn(name: str, quantiles: Quantiles) -> None:
    shares = np.random.default_rng(3).random(500)
    low, high = places(quantiles, quantiles.at(shares, np.random.default_rng(4)))
    slack = {"prices": 0.05, "whole": 0.005, "by fives": 0.005}.get(name, 0.0)
    assert ((low - slack <= shares) & (shares <= high + slack)).mean() > 0.99 and (low < high).all()


@pytest.mark.parametrize("name, quantiles", functions(), ids=[name for name, _ in functions()])
def test_it_comes_back_from_a_model_file(name: str, quantiles: Quantiles) -> None:
    column = quantiles.column  # type: ignore[attr-defined]
    meta, arrays = quantiles.state()
    again = load_quantiles(column, meta, arrays)
    shares = np.random.default_rng(5).random(200)
    assert np.array_equal(*(q.at(shares, np.random.default_rng(6)) for q in (quantiles, again)))


def test_numbers_keep_their_grid_and_endings() -> None:
    by_name = dict(functions())
    shares = RNG.random(4000)
    fives = by_name["by fives"].at(shares, RNG)
    assert set(np.mod(fives, 5)) == {3.0} and set(np.mod(by_name["rounded"].at(shares, RNG), 5)) == {3.0}
    prices = by_name["prices"].at(shares, RNG)
    assert np.allclose(np.round(prices, 2), prices) and 0.45 < np.isclose(np.mod(prices, 1), 0.99).mean() < 0.6


def test_bounds_are_no_order_statistic() -> None:
    values = np.append(RNG.normal(size=1000), [99.0])
    low, high = learned(values, FLOAT).bounds(FLOAT)  # type: ignore[misc]
    assert high < 30 and low > values.min()
    assert Family(Normal(0, 1), FLOAT).bounds(FLOAT) is None
