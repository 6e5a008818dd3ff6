"""Order books: who waits at which price to buy or to sell, first come first served."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from likewise.techniques.agents.language.arithmetic import less
from likewise.techniques.agents.language.term import term
from likewise.techniques.agents.notes import note

Ints = npt.NDArray[np.int64]

BID, ASK = range(2)
"""The two sides of a book: the highest price that somebody pays, the lowest that somebody takes."""


class Book(NamedTuple):
    """Hold who came first and last to each price, a whole number of ticks, -1 for nobody; and the best prices.

    A tick is worth `size`. Each of a population has at most one order, in the columns `tick` (-1 where none), `left`
    (shares, below 0 to sell), `earlier` and `later`, which hold who else waits at that price; and what came of trades,
    in `shares` and in `cash`, in ticks.
    """

    first: Ints
    last: Ints
    best: Ints
    size: float


def book(ticks: int, size: float) -> Book:
    """Return an empty book for prices of 1 up to, but not, so many ticks of this size."""
    return Book(np.full(ticks, -1), np.full(ticks, -1), np.array([0, ticks]), size)


@term()
def wait(book: Any, who: Any, i: Any, tick: Any, shares: Any) -> Any:
    """Let an order wait at a price behind those that came before; it must not be one that somebody would trade at."""
    last = book.last[tick]
    who.tick[i], who.left[i], who.earlier[i], who.later[i] = tick, shares, last, -1
    if last >= 0:
        who.later[last] = i
    else:
        book.first[tick] = i
    book.last[tick] = i
    if shares > 0 and tick > book.best[BID]:
        book.best[BID] = tick
    if shares < 0 and tick < book.best[ASK]:
        book.best[ASK] = tick


@term()
def withdraw(book: Any, who: Any, i: Any) -> Any:
    """Take an order out of the book."""
    tick, earlier, later = who.tick[i], who.earlier[i], who.later[i]
    if earlier >= 0:
        who.later[earlier] = later
    else:
        book.first[tick] = later
    if later >= 0:
        who.earlier[later] = earlier
    else:
        book.last[tick] = earlier
    who.tick[i] = -1
    side, step = (BID, -1) if tick <= book.best[BID] else (ASK, 1)
    if tick == book.best[side]:
        while 0 < tick < len(book.first) and book.first[tick] < 0:
            tick += step
        book.best[side] = tick


@term()
def settled(book: Any, who: Any, i: Any, tick: Any, sign: Any, left: Any, log: Any, what: Any) -> Any:
    """Trade shares with those who wait at prices as good as that of an order, best and first first.

    `sign` is 1 to buy, -1 to sell; each trade is noted as `what`. Returns how many shares are left.
    """
    side = ASK if sign > 0 else BID
    while left > 0 and (tick - book.best[side]) * sign >= 0:
        at = book.best[side]
        j = book.first[at]
        count = less(left, abs(who.left[j]))
        left -= count
        who.left[j] += sign * count
        who.shares[i] += sign * count
        who.shares[j] -= sign * count
        who.cash[i] -= sign * count * at
        who.cash[j] += sign * count * at
        told(log, book, who, i, what, at, sign * count, j)
        if who.left[j] == 0:
            withdraw(book, who, j)
    return left


@term()
def told(log: Any, book: Any, who: Any, i: Any, what: Any, tick: Any, shares: Any, other: Any) -> Any:
    """Note what was done with an order: `price`, `shares` (below 0 sold) and `other`, who it was done with."""
    row = note(log, True, i, who, what)
    log.price[row], log.shares[row], log.other[row] = tick * book.size, shares, who.id[other]


@term()
def middle(book: Any, before: Any) -> Any:
    """Return the price in the middle: where one side is empty the best of the other, of none the one before."""
    bid, ask = book.best[BID], book.best[ASK]
    if bid > 0 and ask < len(book.first):
        return 0.5 * (bid + ask) * book.size
    if bid > 0:
        return bid * book.size
    if ask < len(book.first):
        return ask * book.size
    return before
