"""A book keeps the best price and the first come first, as a list of all orders would."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.techniques.agents import notes
from likewise.techniques.agents.population import population
from likewise.techniques.agents.spaces.book import ASK, BID, book, middle, settled, wait, withdraw

TICKS = 12
ORDERS = st.tuples(st.integers(0, 5), st.integers(1, TICKS - 1), st.sampled_from([1, -1]), st.integers(1, 5))


@given(st.lists(ORDERS, max_size=40))
@settings(deadline=None)
def test_orders_meet_as_in_a_list_of_them(orders: list[tuple[int, int, int, int]]) -> None:
    who = population(0, "traders", 6, tick=-1, left=0, earlier=-1, later=-1, shares=0, cash=0)
    log, held = notes.empty({"price": float, "shares": int, "other": int}, 1000), book(TICKS, 0.5)
    waiting: list[list[int]] = []
    trades: list[tuple[int, float, int, int]] = []
    for i, tick, sign, shares in orders:
        if who.tick[i] >= 0:
            withdraw(held, who, i)
            waiting = [order for order in waiting if order[0] != i]
        left = settled(held, who, i, tick, sign, shares, log, 7)
        want = shares
        # Best first, then who came first: sorting keeps the order of equals.
        for order in sorted((o for o in waiting if o[2] * sign < 0), key=lambda o: o[1] * sign):
            if want and (tick - order[1]) * sign >= 0:
                count = min(want, abs(order[2]))
                want, order[2] = want - count, order[2] + sign * count
                trades.append((i, order[1] * 0.5, sign * count, order[0]))
        waiting = [order for order in waiting if order[2]]
        assert left == want
        if left:
            wait(held, who, i, tick, sign * left)
            waiting.append([i, tick, sign * left])
        bids, asks = ([o[1] for o in waiting if o[2] * way > 0] for way in (1, -1))
        assert held.best.tolist() == [max(bids, default=0), min(asks, default=TICKS)]
        assert sorted((o[0], o[1], o[2]) for o in waiting) == [
            (j, who.tick[j], who.left[j]) for j in range(6) if who.tick[j] >= 0
        ]
    assert noted(log) == trades
    assert who.shares.sum() == 0 and who.cash.sum() == 0


def noted(log: Any) -> list[tuple[int, float, int, int]]:
    block = notes.read_out(log)
    assert (block["what"] == 7).all()
    return [*zip(*(block[name].tolist() for name in ("who", "price", "shares", "other")), strict=True)]


def test_the_middle_of_a_book_with_an_empty_side() -> None:
    who = population(0, "traders", 2, tick=-1, left=0, earlier=-1, later=-1)
    held = book(100, 0.1)
    assert middle(held, 7.0) == 7.0
    wait(held, who, 0, 40, 3)
    assert middle(held, 7.0) == 4.0
    wait(held, who, 1, 50, -3)
    assert (middle(held, 7.0), held.best[BID], held.best[ASK]) == (4.5, 40, 50)
    withdraw(held, who, 0)
    assert middle(held, 7.0) == 5.0
    assert np.count_nonzero(held.first >= 0) == 1
