"""Settling: whether there is money for each payment, and what is on the accounts then."""

from __future__ import annotations

import numpy as np

from likewise.industries.finance.arrays import Array, Bools, Ints, in_order
from likewise.industries.finance.books.payments import (
    APPROVED,
    FROM_HELD,
    HOLDS,
    LAST,
    NO_FUNDS,
    OVER_LIMIT,
    Payments,
)
from likewise.industries.finance.life.trips import DAY
from likewise.industries.finance.state import State
from likewise.industries.finance.world.world import World

DEARER = 1.015
"""What changing money costs its payer, against the day's rate."""


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


def settled(world: World, state: State, rows: Payments) -> tuple[Array, Ints, Ints]:
    """Return the answer to each payment, and what is on both accounts after it; the state goes on.

    Rows are in the order of time, and a payment is approved where its payer has the money at its moment. Most payers
    could pay all that is asked of them in these days from what they have at the beginning: theirs is approved at once.
    Only the others' payments, and those to them, are looked at one after another.
    """
    answer = rows["refused"].copy()
    asked = answer == APPROVED
    risky, limited = _risky(world, state, rows, asked)
    look = risky[rows["payer"]] | risky[rows["payee"]] | (limited >= 0) | (rows["money"] > 0)
    which = np.flatnonzero(look & asked)
    answer[which] = _one_by_one(world, state, {name: rows[name][which] for name in _LOOKED_AT}, limited[which])
    after, on = _balances(state, rows, answer == APPROVED)
    return answer, after, on


_LOOKED_AT = ("payer", "payee", "billed", "amount", "card", "money")


def _risky(world: World, state: State, rows: Payments, asked: Bools) -> tuple[Bools, Ints]:
    """Return which accounts may lack money, and a number for the card and day of payments that may pass its limit."""
    cost = np.where(asked, rows["billed"], 0)
    out = np.bincount(rows["payer"], cost, len(state.balance))
    risky = out > state.balance - world.accounts.floor - state.held
    day = rows["time"] // DAY
    first, count = int(day.min(initial=0)), len(world.cards.most)
    key = np.where(rows["card"] >= 0, (day - first) * count + rows["card"], -1)
    by_card = np.flatnonzero(key >= 0)
    spent = np.bincount(key[by_card], cost[by_card])
    over = spent > np.resize(world.cards.most, len(spent))
    return risky, np.where((key >= 0) & over[key], key, -1) if len(over) else key


def _one_by_one(world: World, state: State, rows: Payments, limited: Ints) -> list[int]:
    """Return the answers to payments that may lack money, which depend on those before."""
    free = (state.balance - world.accounts.floor).tolist()
    held, most = state.held.tolist(), world.cards.most.tolist()
    spent: dict[int, int] = {}
    answers = []
    for a, b, cost, gain, c, whose, day in zip(*(rows[name].tolist() for name in _LOOKED_AT), limited.tolist(),
                                               strict=True):  # fmt: skip
        if cost > free[a] - (0 if whose & FROM_HELD else held[a]):
            answers.append(NO_FUNDS)
            continue
        if day >= 0:
            total = spent.get(day, 0) + cost
            if total > most[c]:
                answers.append(OVER_LIMIT)
                continue
            spent[day] = total
        answers.append(APPROVED)
        free[a] -= cost
        free[b] += gain
        if whose:
            if whose & FROM_HELD:
                held[a] = max(held[a] - cost, 0)
            if whose & LAST:
                held[a] = 0
            if whose & HOLDS:
                held[b] += gain
    state.held[:] = held
    return answers


def _balances(state: State, rows: Payments, approved: Bools) -> tuple[Ints, Ints]:
    """Return what is on the payer's and the payee's account after each payment; the state keeps the last."""
    count = len(approved)
    account, change = np.empty(2 * count, np.int64), np.empty(2 * count, np.int64)
    account[0::2], account[1::2] = rows["payer"], rows["payee"]
    change[0::2], change[1::2] = np.where(approved, -rows["billed"], 0), np.where(approved, rows["amount"], 0)
    order = in_order(account)
    own = account[order]
    total = np.cumsum(change[order])
    begin = np.flatnonzero(np.diff(own, prepend=-1))
    before = np.concatenate([[0], total])[begin]
    total += np.repeat(state.balance[own[begin]] - before, np.diff(np.append(begin, len(own))))
    if len(own):
        last = np.append(begin[1:], len(own)) - 1
        state.balance[own[last]] = total[last]
    found = np.empty(2 * count, np.int64)
    found[order] = total
    return found[0::2], found[1::2]
