"""Alerts: simple rules that a bank runs over payments, and what analysts make of each."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from likewise.industries.finance.arrays import Array, Bools, Draw, Floats, Ints, in_order
from likewise.industries.finance.books import payments as books
from likewise.industries.finance.books.payments import Payments
from likewise.industries.finance.life.trips import DAY
from likewise.industries.finance.world.world import World

RULES = ("many payments in an hour", "large transfer to somebody new", "cash below the limit", "strange device",
         "money passed on")  # fmt: skip
OUTCOMES = ("dismissed", "confirmed")

MANY = 5
LARGE, STRANGE, LEAST, MOST, PASSED = 1200, 250, 7000, 10_000, 500
"""Amounts in euros from which on rules look at payments; cash is looked at from `LEAST` and below `MOST`."""


class Alerts(NamedTuple):
    """Hold alerts: the row of the payment, the rule, when an analyst decided, and how."""

    row: Ints
    rule: Ints
    decided: Ints
    outcome: Ints


class Watch:
    """Run rules over span after span, and remember what they need of those before."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._recent = np.full((len(world.cards.account), MANY - 1), -10 * DAY)
        self._met = np.zeros(1 << int(np.ceil(np.log2(max(world.customers, 1000) * 64))), np.bool_)
        self._came = np.full(len(world.accounts.kind), -10 * DAY)
        self._sum = np.zeros(len(world.accounts.kind), np.int64)
        self._euros = world.rates[0] / 100.0

    def alerts(self, rows: Payments, answer: Array, rng: Draw) -> Alerts:
        """Return the alerts of a span, by row and rule."""
        euros = rows["billed"] * self._euros[self.world.accounts.currency[rows["payer"]]]
        hits = [self._many(rows), self._new(rows, euros, answer), self._cash(rows, euros), self._strange(rows, euros),
                self._passed(rows, euros, answer)]  # fmt: skip
        row = np.concatenate(hits)
        rule = np.repeat(np.arange(len(RULES)), [len(hit) for hit in hits])
        order = np.lexsort((rule, row))
        row, rule = row[order], rule[order]
        is_fraud = rows["typology"][row] > 0
        sure = rng.random(len(row))
        outcome = np.where(is_fraud, sure < 0.88, sure < 0.015)
        wait = np.exp(np.log(5 * 3600.0) + 0.9 * rng.standard_normal(len(row)))
        return Alerts(row, rule, rows["time"][row] + 300 + wait.astype(np.int64), outcome.astype(np.int64))

    def _many(self, rows: Payments) -> Ints:
        """Return payments with a card that was used for the fifth time within an hour."""
        by_card = np.flatnonzero(rows["card"] >= 0)
        card, time = rows["card"][by_card], rows["time"][by_card]
        order = in_order(card, time - time.min(initial=0))
        card, time = card[order], time[order]
        first = np.append(True, card[1:] != card[:-1]) if len(card) else np.zeros(0, np.bool_)
        number = np.arange(len(card)) - np.maximum.accumulate(np.where(first, np.arange(len(card)), 0))
        before = np.where(number >= MANY - 1, np.roll(time, MANY - 1), 0)
        early = np.flatnonzero(number < MANY - 1)
        before[early] = self._recent[card[early], number[early]]
        self._remember(card, time, first)
        hits = by_card[order[time - before < 3600]]
        return np.sort(hits)

    def _remember(self, card: Ints, time: Ints, first: Bools) -> None:
        begin = np.flatnonzero(first)
        end = np.append(begin[1:], len(card))
        own = card[begin]
        recent = np.concatenate([self._recent[own], np.zeros_like(self._recent[own])], axis=1)
        size = np.minimum(end - begin, MANY - 1)
        for k in range(MANY - 1):
            has = k < size
            recent[np.flatnonzero(has), MANY - 1 + k] = time[(end - size + k)[has]]
        self._recent[own] = recent[np.arange(len(own))[:, None], size[:, None] + np.arange(MANY - 1)]

    def _new(self, rows: Payments, euros: Floats, answer: Array) -> Ints:
        """Return large transfers between two that had none before (by a hash: now and then one is overlooked)."""
        sent = np.flatnonzero((rows["kind"] == books.TRANSFER) & (rows["channel"] == books.APP))
        pair = rows["payer"][sent].astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + rows["payee"][sent].astype(
            np.uint64
        )
        place = ((pair * np.uint64(0xD1342543DE82EF95)) >> np.uint64(20)) & np.uint64(len(self._met) - 1)
        place = place.astype(np.int64)
        again = np.ones(len(sent), np.bool_)
        again[np.unique(place, return_index=True)[1]] = False
        new = ~self._met[place] & ~again
        self._met[place] = True
        return np.asarray(sent[new & (euros[sent] >= LARGE)])

    def _cash(self, rows: Payments, euros: Floats) -> Ints:
        paid_in = (rows["kind"] == books.CASH) & (rows["card"] < 0) & (rows["customer"] >= 0)
        return np.flatnonzero(paid_in & (euros >= LEAST) & (euros < MOST))

    def _strange(self, rows: Payments, euros: Floats) -> Ints:
        return np.flatnonzero((rows["device"] >= self.world.devices) & (euros >= STRANGE))

    def _passed(self, rows: Payments, euros: Floats, answer: Array) -> Ints:
        """Return transfers of about as much as came in to the account in the two days before."""
        moved = np.flatnonzero((answer == 0) & (rows["customer"] >= 0) & (rows["channel"] >= books.BRANCH)
                               & (euros >= PASSED))  # fmt: skip
        account = np.concatenate([rows["payee"][moved], rows["payer"][moved]]).astype(np.int64)
        amount = np.concatenate([rows["amount"][moved], rows["billed"][moved]])
        row = np.concatenate([moved, moved])
        order = np.lexsort((row, account))
        is_in = (order < len(moved)).astype(np.int64)
        account, amount, row = account[order], amount[order], row[order]
        place = np.maximum.accumulate(np.where(is_in > 0, np.arange(len(order)), -1))
        place = np.where((place >= 0) & (account[place] == account), place, -1)
        came = np.where(place >= 0, rows["time"][row[place]], self._came[account])
        held = np.where(place >= 0, amount[place], self._sum[account])
        soon = rows["time"][row] - came < 2 * DAY
        hits = row[(is_in == 0) & soon & (amount >= 0.8 * held) & (amount <= 1.05 * held)]
        last = np.flatnonzero(is_in)
        self._came[account[last]], self._sum[account[last]] = rows["time"][row[last]], amount[last]
        return np.unique(hits)
