"""Rings: those who commit a fraud together, what they plan, and how near they keep to what others do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from likewise.industries.finance.arrays import Array, Bools, Draw, Floats, Ints
from likewise.industries.finance.books import payments as books
from likewise.industries.finance.books.payments import Part
from likewise.industries.finance.life.trips import DAY
from likewise.industries.finance.life.web import places_on_web, times_on_web
from likewise.industries.finance.state import State
from likewise.industries.finance.world import rhythm
from likewise.industries.finance.world.countries import COUNTRIES
from likewise.industries.finance.world.world import HOSTS, World

STAGES = (
    "none", "probe", "use", "access", "drain", "purchase", "bust", "refund", "lure", "payment", "recruiting", "inflow",
    "placement", "layering", "integration", "cashing out",
)  # fmt: skip
"""What a payment of a ring is for."""

STAGE = {name: number for number, name in enumerate(STAGES)}

ROLES = ("victim", "mule", "collector", "source", "fraudster", "smurf")

HOUR = 3600


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
    goes before each of its own, between the same two.
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

    def labelled(self, horizon: int) -> tuple[int, bool]:
        """Return how many labelled payments lie before a time, and whether all do."""
        times = [np.broadcast_to(columns["time"], count) for count, columns in self.parts if "typology" in columns]
        inside = sum(int((part < horizon).sum()) for part in times)
        return inside, inside == sum(len(part) for part in times)

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
        """Return amounts in cents of euros: from a range where nothing is hidden, nearer to usual (lognormal) ones."""
        high = self.rng.uniform(*bold, count) * self.scale
        low = usual[0] * np.exp(usual[1] * self.rng.standard_normal(count))
        mixed = np.exp((1.0 - self.stealth) * np.log(high) + self.stealth * np.log(low))
        unit = np.where(self.rng.random(count) < 0.6, np.where(mixed > 300.0, 1000, 500), 1)
        return np.asarray(np.maximum(np.rint(mixed * 100.0 / unit) * unit, 50), np.int64)

    def price(self, account: Array) -> Floats:
        """Return what a euro's worth is in the currency of accounts."""
        return _PRICE[self.world.accounts.currency[account]]

    def places(self, who: Ints, time: Ints, by_ring: Bools) -> tuple[Ints, Ints]:
        """Return the devices and addresses of acts: people's own, or, where the ring acts for them, its own."""
        device, ip = places_on_web(self.world, self.state, who, time, self.rng)
        count = len(who)
        own = self.pool.devices(1 + int(count * self.stealth), self.rng)
        shown = by_ring & ~self.hides(count, 0.75)
        device = np.where(shown, own[self.rng.integers(len(own), size=count)], device)
        hosts = self.world.hosts + self.rng.integers(HOSTS, size=1 + int(count * self.stealth))
        hosted = by_ring & ~self.hides(count, 0.85)
        return device, np.where(hosted, hosts[self.rng.integers(len(hosts), size=count)], ip)

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
        """Add transfers from accounts of people, of whom the ring's own hand does a part, and ordinary ones before."""
        who = self.world.accounts.owner[payer]
        by_ring = np.full(len(payer), self.rng.random() < controlled * (1.0 - self.stealth))
        device, ip = self.places(who, time, by_ring)
        purpose = _SAID[self.rng.integers(len(_SAID), size=len(payer))]
        self.add(stage, len(payer), time=time, kind=books.TRANSFER, channel=books.APP, purpose=purpose, amount=amount,
                 payer=payer, payee=payee, customer=who, device=device, ip=ip, money=money)  # fmt: skip
        self._camouflaged(payer, payee, time)

    def _camouflaged(self, payer: Ints, payee: Ints, time: Ints) -> None:
        """Add ordinary payments between the same two, some days before those of the ring; they are no fraud."""
        kind = self.world.accounts.kind
        both = np.flatnonzero((self.rng.random(len(payer)) < self.camouflage) & (kind[payee] == kind[payer]))
        who, until = self.world.accounts.owner[payer[both]], time[both]
        before = (self.rng.random(len(both)) * np.minimum(until - self.pool.now, 14 * DAY)).astype(np.int64)
        when = times_on_web(self.world, MINUTES, who, (until - before) // DAY, self.rng)
        when = np.where((when > self.pool.now) & (when < until), when, until - before)
        device, ip = places_on_web(self.world, self.state, who, when, self.rng)
        amount = np.rint(25.0 * self.price(payer[both]) * np.exp(0.8 * self.rng.standard_normal(len(both)))) * 100
        self.parts.append((len(both), {
            "time": when, "kind": books.TRANSFER, "channel": books.APP, "purpose": _FRIEND,
            "amount": np.maximum(amount, 500), "payer": payer[both], "payee": payee[both], "customer": who,
            "device": device, "ip": ip,
        }))  # fmt: skip


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
_FRIEND = books.PURPOSES.index("to a friend")
_SAID = np.array([books.PURPOSES.index(said) for said in (
    "to a friend", "to a friend", "to somebody new", "for family", "invoice")])  # fmt: skip
_PRICE = np.array([1.0, 0.9, 1.25, 3.0])
assert len({country.currency for country in COUNTRIES}) == len(_PRICE)
