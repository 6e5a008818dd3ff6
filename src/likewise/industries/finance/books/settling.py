"""Settling: whether there is money for each payment, one after another in the order of time."""

from __future__ import annotations

from typing import Any

import numpy as np

from likewise.industries.finance.arrays import Array, Bools, Ints
from likewise.industries.finance.books.payments import FROM_HELD, HOLDS, LAST, NO_FUNDS, OVER_LIMIT, Payments
from likewise.industries.finance.life.trips import DAY
from likewise.industries.finance.state import State
from likewise.industries.finance.world.world import World
from likewise.techniques.agents.compiling import can_compile, compiled

DEARER = 1.015
"""What changing money costs its payer, against the day's rate."""

WORTH_COMPILING = 3_000_000
"""Payments from which on it takes less time to compile what settles them than to settle them without."""


def converted(world: World, rows: Payments) -> Bools:
    """Work out what payments are in the currencies of both sides, and return which have two."""
    currency = world.accounts.currency.astype(np.int8)
    of_payer, of_payee = currency[rows["payer"]], currency[rows["payee"]]
    changed = of_payer != of_payee
    billed, amount = rows["billed"], rows["amount"]
    told = billed == 0
    np.copyto(billed, amount, where=told)
    np.copyto(amount, billed, where=~told)
    which = np.flatnonzero(changed)
    day = np.clip(rows["time"][which] // DAY, 0, len(world.rates) - 1)
    rate = world.rates[day, of_payee[which]] / world.rates[day, of_payer[which]]
    is_told = told[which]
    billed[which[is_told]] = np.maximum(np.rint(amount[which] * rate * DEARER)[is_told], 1)
    amount[which[~is_told]] = np.maximum(np.rint(billed[which] / (rate * DEARER))[~is_told], 1)
    return np.asarray(changed)


def settled(world: World, state: State, rows: Payments, *, compile: bool) -> tuple[Array, Ints, Ints]:
    """Return the answer to each payment, and what is on both accounts after it; the state goes on.

    Rows are in the order of time, those of a day together. The result does not depend on `compile`.
    """
    count = len(rows["time"])
    floor = world.accounts.floor
    free = state.balance - floor
    answer, after, on = rows["refused"].copy(), np.zeros(count, np.int64), np.zeros(count, np.int64)
    told = (rows["payer"], rows["payee"], rows["billed"], rows["amount"], rows["card"], rows["money"], answer, after, on)
    days = np.flatnonzero(np.diff(rows["time"] // DAY)) + 1
    bounds = [0, *days.tolist(), count]
    cards = len(world.cards.most)
    if compile and can_compile():
        settle = compiled(_settle)
        for begin, end in zip(bounds, bounds[1:], strict=False):
            settle(free, state.held, np.zeros(cards, np.int64), world.cards.most, *(part[begin:end] for part in told))
    else:
        lists = [part.tolist() for part in (free, state.held, world.cards.most)]
        for begin, end in zip(bounds, bounds[1:], strict=False):
            day = [part[begin:end].tolist() for part in told]
            _settle(lists[0], lists[1], [0] * cards, lists[2], *day)
            for array, values in zip(told[-3:], day[-3:], strict=True):
                array[begin:end] = values
        free[:], state.held[:] = lists[0], lists[1]
    state.balance[:] = free + floor
    return answer, after + floor[rows["payer"]], on + floor[rows["payee"]]


def _settle(
    free: Any, held: Any, spent: Any, most: Any, payer: Any, payee: Any, billed: Any, amount: Any, card: Any,
    money: Any, answer: Any, after: Any, on: Any,
) -> None:  # fmt: skip
    """Pay what can be paid of a day: by the owner's money, or, for a ring, by what is held for it.

    `free` is what each account may still give, `spent` what was spent with each card; `after` and `on` become what
    payer and payee may give then.
    """
    k = -1
    for a, b, cost, gain, c, whose, said in zip(payer, payee, billed, amount, card, money, answer):
        k += 1
        if said == 0:
            if cost > free[a] - (0 if whose & FROM_HELD else held[a]):
                answer[k] = NO_FUNDS
            elif c >= 0 and spent[c] + cost > most[c]:
                answer[k] = OVER_LIMIT
            else:
                free[a] -= cost
                free[b] += gain
                if c >= 0:
                    spent[c] += cost
                if whose & FROM_HELD:
                    held[a] = max(held[a] - cost, 0)
                if whose & LAST:
                    held[a] = 0
                if whose & HOLDS:
                    held[b] += gain
        after[k] = free[a]
        on[k] = free[b]
