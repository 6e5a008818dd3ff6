"""Prices of a market, real or simulated alike: what they are compared by."""

from __future__ import annotations

from typing import Any

import numpy as np

from likewise.techniques.agents.calibration.summaries.summary import Summary, quantiles
from likewise.techniques.agents.scenario import Floats


def summary_of_prices(time: Any, price: Any, is_order: Any, is_trade: Any) -> Summary:
    """Return how prices of trades move, and how far from the last of them orders are.

    Columns have a row for each event of a book; those without a price above 0 count as none. `return spread` is the
    logarithm of the standard deviation of returns from trade to trade; the correlations are those of returns, and of
    their sizes, that follow one another; `off` are the logarithms of how far, as a share, orders are from the last
    price. What events do not allow is NaN.

    >>> found = summary_of_prices([0, 1, 2], [100.0, 100.0, 102.0], [True, False, True], [False, True, False])
    >>> round(float(np.exp(found.values[-2])), 3)
    0.02
    """
    order = np.argsort(np.asarray(time), kind="stable")
    order = order[np.asarray(price)[order] > 0]
    logs = np.log(np.asarray(price, np.float64)[order])
    trades, orders = np.asarray(is_trade)[order], np.asarray(is_order)[order]
    before = np.cumsum(trades)
    prices, told = logs[trades], orders & (before > 0)
    returns = np.diff(prices)
    spread = returns.std() if len(returns) else 0.0
    moves = Summary.of({
        "return spread": np.log(spread) if spread > 0 else np.nan, "return correlation": _following(returns),
        "size correlation": _following(np.abs(returns)),
    })  # fmt: skip
    return moves + quantiles(np.abs(logs[told] - prices[before[told] - 1]), at=(0.1, 0.5, 0.9), log=True).under("off")


def _following(values: Floats) -> float:
    """Return the correlation of each value with the next."""
    if len(values) < 3 or not values[1:].std() * values[:-1].std():
        return np.nan
    return float(np.corrcoef(values[1:], values[:-1])[0, 1])
