"""Planning crime: which rings begin when, so that as many payments are fraudulent as was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from likewise.industries.finance.arrays import Draw, Floats
from likewise.industries.finance.books.payments import Payments, chosen
from likewise.industries.finance.crime.covering import covered
from likewise.industries.finance.crime.patterns import Pattern
from likewise.industries.finance.crime.registry import NAMES, TYPOLOGIES, Crime
from likewise.industries.finance.crime.ring import HOUR, Members, Pool, Ring
from likewise.industries.finance.life.trips import DAY
from likewise.industries.finance.state import Span, State
from likewise.industries.finance.world.countries import ZONE
from likewise.industries.finance.world.world import World

TRIES = 400
"""Rings in a row that may come to nothing, for want of time or people, before no more are begun in a span."""


@dataclass(frozen=True, eq=False)
class Begun:
    """Hold a ring that has begun: what it is, how it hides, and who takes part."""

    number: int
    typology: int
    stealth: float
    members: list[Members]


@dataclass(eq=False)
class Planner:
    """Begin rings so that of all payments a share is fraudulent.

    `rate` is that share. `drift` is how far typologies and amounts shift from the first day to the last. Rings that
    have begun are in `rings`.
    """

    world: World
    crimes: Mapping[str, Crime]
    rate: float
    stealth: float
    camouflage: float
    drift: float
    rng: Draw
    rings: list[Begun] = field(default_factory=list)
    ordinary: int = 0
    planned: int = 0

    def __post_init__(self) -> None:
        self._pool = Pool(self.world)
        share = np.array([self.crimes[name].share if name in self.crimes else 0.0 for name in NAMES])
        self._share = share / np.array([self._size(k) for k in range(len(NAMES))])
        self._slope = self.rng.permutation(np.linspace(-1.0, 1.0, len(NAMES)))

    @property
    def strangers(self) -> int:
        """How many devices have been used that belong to no customer."""
        return self._pool.strangers

    def begin(self, state: State, span: Span, ordinary: int, rng: Draw) -> Payments:
        """Return the payments of rings that begin in a span in which there are so many ordinary ones."""
        self.ordinary += ordinary
        self._pool.now = span.begin
        wanted = self.rate / (1.0 - self.rate) * self.ordinary - self.planned
        mix = self._mix((span.day + 0.5 * span.days) / self.world.days)
        begun: list[Ring] = []
        failed = 0
        while wanted > 0.5 and failed < TRIES and self._share.sum() > 0:
            ring, labelled = self._ring(state, span, wanted, mix, rng)
            failed = 0 if labelled else failed + 1
            begun += [ring] if labelled else []
            wanted -= labelled
        rows = covered(self.world, state, self._pool, begun, rng)
        rows = chosen(rows, rows["time"] < self.world.days * DAY)
        self.note(int(np.count_nonzero(rows["typology"])))
        return rows

    def note(self, fraudulent: int) -> None:
        """Take into account fraudulent payments that came of those planned."""
        self.planned += fraudulent

    def _size(self, k: int) -> int:
        crime = self.crimes.get(NAMES[k])
        return TYPOLOGIES[k].typical if crime is None or crime.budget is None else crime.budget

    def _mix(self, time: float) -> Floats:
        """Return how likely each typology is at a time, from 0 at the beginning to 1 at the end, summed up."""
        return np.cumsum(self._share * np.exp(1.5 * self.drift * self._slope * (2.0 * time - 1.0)))

    def _ring(self, state: State, span: Span, wanted: float, mix: Floats, rng: Draw) -> tuple[Ring, int]:
        """Return a ring, and how many labelled payments come of it: of a pattern all of them or none."""
        horizon = self.world.days * DAY
        first = max(span.begin, ZONE * HOUR)
        begin = int(first + rng.random() * max(min(span.end, horizon - DAY) - first, 1))
        k = int(np.searchsorted(mix, rng.random() * mix[-1], side="right"))
        typology, crime = TYPOLOGIES[k], self.crimes[NAMES[k]]
        size = self._size(k) * np.exp(0.3 * rng.standard_normal())
        budget = min(max(round(min(size, wanted)), typology.least), 1000)
        usual = self.stealth if crime.stealth is None else crime.stealth
        hidden = min(max(usual + 0.12 * rng.standard_normal(), 0.0), 1.0)
        low, high = typology.days
        lasts = (low + (high - low) * hidden * rng.uniform(0.5, 1.3)) * DAY
        end = int(min(begin + lasts, begin + 0.7 * max(horizon - begin, 1)))
        ring = Ring(self.world, state, rng, len(self.rings), k + 1, hidden, budget, begin, max(end, begin + 600),
                    float(np.exp(0.35 * self.drift * begin / horizon)),
                    self.camouflage if crime.camouflage is None else crime.camouflage, self._pool)  # fmt: skip
        if wanted < 0.5 * typology.least:
            return ring, 0
        typology.plan(ring)
        inside, whole = ring.inside(horizon)
        if not inside or (isinstance(typology, Pattern) and not whole):
            return ring, 0
        self.rings.append(Begun(ring.number, k + 1, hidden, ring.members))
        return ring, inside
