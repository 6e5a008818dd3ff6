"""What firms pay and are paid beside what customers buy: suppliers, taxes, customers abroad, and cash in the till."""

from __future__ import annotations

import numpy as np

from likewise.industries.finance.arrays import Draw, Floats, Ints, any_there, within
from likewise.industries.finance.books import payments as books
from likewise.industries.finance.books.payments import Payments, joined, payments
from likewise.industries.finance.life.trips import DAY
from likewise.industries.finance.state import Span, State
from likewise.industries.finance.world import firms as sectors
from likewise.industries.finance.world.countries import COUNTRIES
from likewise.industries.finance.world.world import World

_P = {name: number for number, name in enumerate(books.PURPOSES)}

OFTEN = 0.14
"""How likely a firm settles its bills on a day that is worked on."""


class Business:
    """Make firms' payments, so that each keeps about what it needs for its salaries."""

    def __init__(self, world: World) -> None:
        self.world = world
        firms = world.firms
        self._target = sectors.payroll(firms, world.people, world.employer) * 1.4 + 1_000_000.0
        self._price = np.array([country.price for country in COUNTRIES])[firms.country]

    def payments(self, state: State, span: Span, rng: Draw) -> Payments:
        """Return what firms pay in the days of a span."""
        world = self.world
        working = world.calendar.kind[:, span.of(world.calendar)] == 0
        days = working[world.firms.country]
        turn = rng.random(days.shape) < OFTEN
        firm = np.flatnonzero((days & turn).any(1))
        day = span.day + np.argmax((days & turn)[firm], axis=1)
        left = state.balance[world.accounts.firm[firm]] - self._target[firm]
        rich, poor = left > 0.25 * self._target[firm], left < 0
        bills = self._bills(firm[rich], day[rich], left[rich], rng)
        sales = self._sales(firm[poor], day[poor], -left[poor], rng)
        return joined([bills, sales, self._takings(span, working, rng)])

    def _bills(self, firm: Ints, day: Ints, left: Floats, rng: Draw) -> Payments:
        """Return what is paid to suppliers at home and abroad, and to the state."""
        world, accounts = self.world, self.world.accounts
        which, number = within(rng.integers(1, 4, size=len(firm)))
        payer = firm[which]
        share = rng.dirichlet([2.0, 2.0, 2.0], len(firm))[which, number]
        amount = np.rint(left[which] * share * rng.uniform(0.6, 1.0, len(which)))
        land = world.firms.country[payer]
        payee = accounts.firm[any_there(world.firms.country, land, rng)]
        chance = rng.random(len(payer))
        abroad = accounts.abroad[accounts.currency[accounts.firm[payer]]]
        state = accounts.firm[sectors.picked(rng, world.firms.sector, world.firms.country, sectors.STATE, land)]
        is_tax = chance > 0.8
        payee = np.where(is_tax, state, np.where(chance < 0.35, abroad, payee))
        keep = (payee != accounts.firm[payer]) & (amount >= 1000)
        time = self._at_work(payer, day[which], rng)
        rows = payments(len(payer), time=time, kind=books.TRANSFER, channel=books.BATCH,
                        purpose=np.where(is_tax, _P["tax"], _P["invoice"]), amount=amount, payer=accounts.firm[payer],
                        payee=payee)  # fmt: skip
        return {name: column[keep] for name, column in rows.items()}

    def _sales(self, firm: Ints, day: Ints, wanting: Floats, rng: Draw) -> Payments:
        """Return what customers abroad pay to firms that have less than they need."""
        accounts = self.world.accounts
        amount = np.rint(wanting * rng.uniform(0.8, 1.4, len(firm)))
        account = accounts.firm[firm]
        return payments(len(firm), time=self._at_work(firm, day, rng), kind=books.TRANSFER, channel=books.BATCH,
                        purpose=_P["from abroad"], amount=np.maximum(amount, 1000),
                        payer=accounts.abroad[accounts.currency[account]], payee=account)  # fmt: skip

    def _takings(self, span: Span, working: Ints, rng: Draw) -> Payments:
        """Return the cash that shops pay in."""
        world, accounts = self.world, self.world.accounts
        retail = np.flatnonzero(world.firms.sector == sectors.RETAIL)
        days = working[world.firms.country[retail]]
        which, offset = np.nonzero(days & (rng.random(days.shape) < 0.12))
        firm = retail[which]
        amount = 1400 * 100 * self._price[firm] * np.exp(0.9 * rng.standard_normal(len(firm)))
        account = accounts.firm[firm]
        amount = np.maximum(np.rint(amount / 500) * 500, 500)
        return payments(len(firm), time=self._at_work(firm, span.day + offset, rng), kind=books.CASH,
                        channel=books.BRANCH, purpose=_P["takings"], amount=amount,
                        payer=world.banks.vault[accounts.bank[account]], payee=account)  # fmt: skip

    def _at_work(self, firm: Ints, day: Ints, rng: Draw) -> Ints:
        behind = self.world.cities.behind[self.world.firms.city[firm]]
        return np.asarray(day * DAY + rng.integers(8 * 3600, 17 * 3600, size=len(firm)) + behind * 3600)
