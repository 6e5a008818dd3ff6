"""Rings: those who commit a fraud together, what they plan, and how near they keep to what others do."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from likewise.industries.finance.arrays import Array, Bools, Draw, Floats, Ints
from likewise.industries.finance.books import payments as books
from likewise.industries.finance.books.payments import Part
from likewise.industries.finance.life.trips import DAY
from likewise.industries.finance.life.web import times_on_web
from likewise.industries.finance.state import State
from likewise.industries.finance.world import rhythm
from likewise.industries.finance.world.countries import COUNTRIES, CURRENCIES
from likewise.industries.finance.world.world import World

STAGES = (
    "none", "probe", "use", "access", "drain", "purchase", "bust", "refund", "lure", "payment", "recruiting", "inflow",
    "placement", "layering", "integration", "cashing out",
)  # fmt: skip
"""What a payment of a ring is for."""

STAGE = {name: number for number, name in enumerate(STAGES)}

ROLES = ("victim", "mule", "collector", "source", "fraudster", "smurf")

HOUR = 3600

OWN, RINGS = -2, -3
"""What stands for a device until it is known from where acts come: from their customer's own, or from the ring's."""


class Typology(ABC):
    """Be a way to commit fraud: plan the payments of a ring.

    `name` tells it from others, `typical` is how many payments a ring of it makes, `least` how many it needs, and
    `days` how long one goes on: where it does not hide, and where it hides as well as it can.
    """

    name: ClassVar[str]
    typical: ClassVar[int]
    least: ClassVar[int] = 3
    days: ClassVar[tuple[float, float]] = (1.0, 7.0)

    @abstractmethod
    def plan(self, ring: Ring) -> None:
        """Add the payments of a ring, and who takes part."""


@dataclass(eq=False)
class Members:
    """Hold who takes part in a ring: accounts and what they are in it."""

    account: Ints
    role: int


@dataclass(eq=False)
class Ring:
    """Hold a ring while it is planned: its budget in payments, its time, and what it has planned so far.

    `stealth` from 0 to 1 is how near its amounts, hours, devices and shops are to those of ordinary customers.
    `scale` is what amounts are times those of the beginning (drift). `camouflage` is how likely an ordinary payment
    goes before each of its own, between the same two (`covering`).
    """

    world: World
    state: State
    rng: Draw
    number: int
    typology: int
    stealth: float
    budget: int
    begin: int
    end: int
    scale: float
    camouflage: float
    pool: Pool
    parts: list[Part] = field(default_factory=list)
    members: list[Members] = field(default_factory=list)

    def add(self, stage: str, count: int, **columns: Any) -> None:
        """Add payments of the ring, labelled."""
        of_ring = {"typology": self.typology, "ring": self.number, "stage": STAGE[stage]}
        self.parts.append((count, {**columns, **of_ring}))

    def join(self, role: str, accounts: Array) -> None:
        """Add accounts that take part."""
        self.members.append(Members(np.asarray(accounts, np.int64), ROLES.index(role)))

    def inside(self, horizon: int) -> tuple[int, bool]:
        """Return how many of its payments lie before a time, and whether all do."""
        if not self.parts:
            return 0, True
        times = np.concatenate([columns["time"] for _, columns in self.parts])
        inside = int(np.count_nonzero(times < horizon))
        return inside, inside == len(times)

    def hides(self, count: int, share: float = 1.0) -> Bools:
        """Return for so many acts whether each is done as an ordinary customer would."""
        return self.rng.random(count) < self.stealth * share

    def moments(self, count: int, begin: int | None = None, end: int | None = None) -> Ints:
        """Return times in the ring's own time, in order."""
        first, last = self.begin if begin is None else begin, self.end if end is None else end
        return np.sort(first + (self.rng.random(count) * max(last - first, 1)).astype(np.int64))

    def at_usual_hours(self, who: Ints, time: Ints) -> Ints:
        """Return times of which those that hide are moved to an hour of their day at which people are on the web."""
        usual = times_on_web(self.world, MINUTES, who, time // DAY, self.rng)
        return np.where(self.hides(len(time)) & (usual < self.end) & (usual >= self.begin), usual, time)

    def amounts(self, bold: tuple[float, float], usual: tuple[float, float], count: int) -> Ints:
        """Return amounts in cents of euros: from a range where nothing is hidden, nearer to usual (lognormal) ones.

        Amounts are hidden before all else, for they are what anybody would look at first.
        """
        hidden = self.stealth**0.7
        high = np.log(self.rng.uniform(*bold, count) * self.scale)
        low = math.log(usual[0]) + usual[1] * self.rng.standard_normal(count)
        mixed = np.exp((1.0 - hidden) * high + hidden * low)
        unit = np.where(self.rng.random(count) < 0.6, np.where(mixed > 300.0, 1000, 500), 1)
        return np.asarray(np.maximum(np.rint(mixed * 100.0 / unit) * unit, 50), np.int64)

    def price(self, account: Array) -> Floats:
        """Return what a euro's worth is in the currency of accounts."""
        return PRICE[self.world.accounts.currency[account]]

    def send(
        self,
        stage: str,
        payer: Ints,
        payee: Ints,
        amount: Ints,
        time: Ints,
        money: Ints | int,
        *,
        controlled: float = 0.5,
    ) -> None:
        """Add transfers from accounts of people, which now and then the ring's own hand makes."""
        device = RINGS if self.rng.random() < controlled * (1.0 - self.stealth) else OWN
        purpose = _SAID[self.rng.integers(len(_SAID), size=len(payer))]
        self.add(stage, len(payer), time=time, kind=books.TRANSFER, channel=books.APP, purpose=purpose, amount=amount,
                 payer=payer, payee=payee, customer=self.world.accounts.owner[payer], device=device,
                 money=money)  # fmt: skip


class Pool:
    """Choose customers who are in no ring yet, and devices that nobody has used."""

    def __init__(self, world: World) -> None:
        accounts = world.accounts
        self._world = world
        own = np.flatnonzero(accounts.owner[accounts.main] == np.arange(world.customers))
        self._by_currency = [
            own[accounts.currency[accounts.main[own]] == k] for k in range(int(accounts.currency.max()) + 1)
        ]
        self._free_at = np.zeros(world.customers, np.int64)
        self.strangers = 0
        self.now = 0

    def devices(self, count: int, rng: Draw) -> Ints:
        """Return so many devices that customers do not own: new ones, some of them used by others as well."""
        first = self._world.devices + self._world.guests + self.strangers
        self.strangers += count
        guest = self._world.devices + rng.integers(self._world.guests, size=count)
        return np.where(rng.random(count) < 0.2, guest, np.arange(first, first + count))

    def people(self, count: int, until: int, rng: Draw, weight: Callable[[Ints], Floats] | None = None) -> Ints:
        """Return up to so many customers of one currency, who are in no other ring until then.

        `weight` says how likely each of some customers is taken, 1 at most.
        """
        seed = int(rng.integers(self._world.customers))
        currency = int(self._world.accounts.currency[self._world.accounts.main[seed]])
        group = self._by_currency[currency]
        if len(group) < 4 * count:
            group = max(self._by_currency, key=len)
        found: list[int] = []
        for _ in range(6):
            tried = group[rng.integers(len(group), size=3 * count + 8)]
            fits = self._free_at[tried] <= self.now
            if weight is not None:
                fits &= rng.random(len(tried)) < weight(tried)
            found = list(dict.fromkeys([*found, *tried[fits].tolist()]))
            if len(found) >= count:
                break
        people = np.array(found[:count], np.int64)
        self._free_at[people] = until
        return people


MINUTES = rhythm.web_minutes()
_SAID = np.array([books.PURPOSES.index(said) for said in (
    "to a friend", "to a friend", "to somebody new", "for family", "invoice")])  # fmt: skip
PRICE = np.array([next(land.price for land in COUNTRIES if land.currency == name) for name in CURRENCIES])
"""What a euro's worth is in each currency, about."""
