"""How the numbers of a column end: whole ones beside fractions, round amounts, prices that end in .99."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.core.seeds import generator

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
Symbols = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]

FINEST, SIGNIFICANT = 9, 15
"""Decimals that are looked for at most, and digits that a float holds without doubt."""
COARSEST = 7
"""Zeros at the end that are looked for at most."""
LEAST = 0.01
"""Share of the rows that must end alike."""
OFTEN, VERY_OFTEN, ERRORS = 1.1, 3.0, 5.0
"""How many times more numbers must be round, or end otherwise alike, than by chance, and by how many errors of it."""
MOST_RESTS = 6
"""Ways to end otherwise alike (in .99, in .95) at most, for numbers of one size."""
FEWEST_VALUES = 8
"""Different values that must end alike: a few that many rows share are no way of ending."""
TRIES = 6
"""Times that a number is drawn again where it ends in a rounder way than told."""
WEEKS = 8
"""Weeks that dates must span for their weekdays to be told."""
ROWS = 50_000
"""Rows that are looked at; more are sampled down."""


@dataclass(frozen=True, eq=False)
class Endings:
    """Sort numbers by how they end and make numbers that end so.

    Way `i` is that of `rests[i]` plus a multiple of `steps[i]`, in units of `10 ** -decimals`, which no way before it
    covers; steps fall. The way after the last one, number `len(steps)`, is that of all other numbers.
    """

    steps: Longs
    rests: Longs
    decimals: int

    @property
    def ways(self) -> int:
        """The number of ways, that of all others included."""
        return len(self.steps) + 1

    def of(self, values: Floats) -> Symbols:
        """Return the way each value ends; the number after the last way for a missing one."""
        whole, exact = _in_units(values, self.decimals)
        found = np.full(len(values), len(self.steps), dtype=np.int32)
        for way in reversed(range(len(self.steps))):
            found[exact & (np.mod(whole - self.rests[way], self.steps[way]) == 0)] = way
        found[np.isnan(values)] = self.ways
        return found

    def ended(
        self, values: Floats, ways: Symbols, low: Floats, high: Floats, step: float, rng: np.random.Generator
    ) -> Floats:
        """Return values drawn evenly between bounds, moved within them to some that end as told.

        The bounds lie on the grid of `step`, 0 for none. Where no value between them ends so, a finer way is taken.
        """
        ended, told = values.copy(), np.minimum(ways, len(self.steps))
        rows = np.flatnonzero((low < high) & ~np.isnan(values))
        place = (values[rows] - low[rows]) / (high[rows] - low[rows])
        for _ in range(TRIES):
            for way in range(self.ways):
                here = np.flatnonzero(told[rows] == way)
                own = rows[here]
                moved, fits = self._in_way(way, place[here], low[own], high[own], step)
                ended[own] = np.where(fits, moved, ended[own])
                told[own[~fits]] = self._finer(way)
            rows = rows[self.of(ended[rows]) != told[rows]]  # some end in a rounder way by chance
            place = rng.random(len(rows))
        return ended

    def _in_way(self, way: int, place: Floats, low: Floats, high: Floats, step: float) -> tuple[Floats, Mask]:
        """Return the value of one way at each place (0 to 1) between the bounds, and whether there is any."""
        if way == len(self.steps):
            width = high - low
            moved = low + (np.floor(place * (np.round(width / step) + 1)) * step if step else place * width)
            return np.minimum(moved, high), np.ones(len(place), dtype=bool)
        units, size, rest = 10.0**self.decimals, int(self.steps[way]), int(self.rests[way])
        first = np.ceil((low * units - rest) / size - 1e-9)
        last = np.floor((high * units - rest) / size + 1e-9)
        picked = np.minimum(first + np.floor(place * (last - first + 1)), last)
        return (picked * size + rest) / units, first <= last

    def _finer(self, way: int) -> int:
        """Return the next way that covers more numbers, the last one after the finest."""
        return next((w for w in range(way + 1, len(self.steps)) if self.rests[w] == 0), len(self.steps))

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """Return what a model file keeps of it."""
        return {"steps": self.steps, "rests": self.rests, "decimals": np.array([self.decimals])}

    @classmethod
    def from_state(cls, arrays: dict[str, npt.NDArray[Any]]) -> Endings:
        """Rebuild them from a model file."""
        return cls(arrays["steps"], arrays["rests"], int(arrays["decimals"][0]))


def fit_endings(values: Floats, step: float, *, k: int) -> Endings | None:
    """Find ways in which at least `k` rows, and one in a hundred, end, more often than numbers do by chance.

    `values` are those that are no atoms (an atom ends as it does), `step` the grid that all lie on, 0 for none. None
    where no way stands out.

    >>> prices = np.array([4.0, 9.0, 12.0, 15.99, 3.99, 7.99, 2.38, 5.17]).repeat(50) + np.arange(400)
    >>> found = fit_endings(prices, 0.01, k=10)
    >>> found.steps.tolist(), found.rests.tolist()
    ([100, 100, 100, 100], [0, 17, 38, 99])
    """
    known = values[np.isfinite(values)]
    if len(known) > ROWS:
        known = generator(0, "endings").choice(known, ROWS, replace=False)
    least = max(k, int(LEAST * len(known)))
    if len(known) < least:
        return None
    decimals = _decimals_of(step) if step else _decimals_for(float(np.abs(known).max()))
    base = round(step * 10**decimals)
    whole, exact = _in_units(known, decimals)
    whole = whole[exact]
    if len(whole) < least or (step and len(whole) < len(known)):
        return None
    sizes = _round(whole, base, least)
    ways = [(size, 0) for size in sizes] + _rests(whole, sizes, decimals, base, least)
    ways = _held(whole, sorted(ways, key=lambda way: (-way[0], way[1])), least)
    if not ways:
        return None
    steps, rests = np.array(ways, dtype=np.int64).T
    return Endings(steps, rests, decimals)


def weekdays(days: Floats) -> Endings | None:
    """Return the days of the week as ways of dates, told as days since 1970; None where they span under eight weeks.

    Use when: what is done depends on the weekday, without a column that says so.
    """
    known = days[np.isfinite(days)]
    if not len(known) or known.max() - known.min() < WEEKS * 7:
        return None
    return Endings(np.full(7, 7), np.arange(7), 0)


def _decimals_of(step: float) -> int:
    """Return the decimals of a grid's step."""
    return next((d for d in range(FINEST) if abs(step * 10**d - round(step * 10**d)) < 1e-9 * 10**d), FINEST)


def _decimals_for(largest: float) -> int:
    """Return how many decimals numbers so large hold exactly."""
    before = int(np.floor(np.log10(max(largest, 1.0)))) + 1
    return max(0, min(FINEST, SIGNIFICANT - before))


def _in_units(values: Floats, decimals: int) -> tuple[Longs, Mask]:
    """Return values as whole numbers of units, and which of them are such."""
    scaled = values * 10.0**decimals
    usable = np.abs(np.nan_to_num(scaled, nan=np.inf)) < 2**62
    scaled = np.where(usable, scaled, 0.0)
    nearest = np.round(scaled)
    exact = usable & (np.abs(scaled - nearest) <= 1e-6 + 4e-16 * np.abs(scaled))
    return nearest.astype(np.int64), exact


def _round(whole: Longs, base: int, least: int) -> list[int]:
    """Return the sizes of which more numbers than by chance are multiples: 1, 2.5 and 5 times powers of ten, falling.

    `base` is the grid that all lie on, 0 for none: on one, a tenth of the numbers are multiples of ten steps by chance.
    """
    kept = [base] if base else []
    for size in _sizes(int(np.abs(whole).max()), base):
        if _stands_out(whole, size, kept, least):
            kept.append(size)
    found: list[int] = []
    for size in reversed(kept[1:] if base else kept):  # again, without the numbers that are rounder still
        if _stands_out(whole, size, [k for k in kept if k < size], least):
            found.append(size)
            whole = whole[np.mod(whole, size) != 0]
    return found


def _stands_out(whole: Longs, size: int, finer: Sequence[int], least: int) -> bool:
    """Say whether more numbers are multiples of a size than of the coarsest finer one that it is a multiple of."""
    held = whole[np.mod(whole, size) == 0]
    under = max((k for k in finer if size % k == 0), default=0)
    by_chance = np.count_nonzero(np.mod(whole, under) == 0) * under / size if under else 0.0
    enough = len(held) - by_chance >= max(least, ERRORS * by_chance**0.5) and len(held) >= OFTEN * by_chance
    return bool(enough and _different(held))


def _different(held: Longs) -> bool:
    return len(np.unique(held)) >= FEWEST_VALUES


def _sizes(largest: int, base: int) -> list[int]:
    """Return round sizes up to the largest number, rising, that are multiples of the grid."""
    powers = [10**power for power in range(FINEST + COARSEST + 1)]
    sizes = {*powers, *(power // 2 for power in powers[1:]), *(power // 4 for power in powers[2:])}
    return sorted(size for size in sizes if base < size <= largest and (not base or size % base == 0))


def _rests(whole: Longs, steps: Sequence[int], decimals: int, base: int, least: int) -> list[tuple[int, int]]:
    """Return other ways to end alike, as 3.99 and 4.99 do: sizes with what is left over, among numbers less round."""
    found: list[tuple[int, int]] = []
    for size in (power * 10**decimals for power in (1, 10, 100)):
        covered = [(step, 0) for step in steps if step >= size] + found
        left = whole[~_covered(whole, covered)]
        if size <= base or (base and size % base) or len(left) < least or np.abs(left).max() < 3 * size:
            continue
        rests, counts = np.unique(np.mod(left, size), return_counts=True)
        by_chance = np.zeros(len(rests))
        for step in sorted({*steps, base}):  # a whole number ends in 5 more easily than a price does
            if 0 < step < size and size % step == 0:
                by_chance[rests % step == 0] = (np.mod(left, step) == 0).sum() * step / size
        often = np.flatnonzero((counts >= least) & (counts >= VERY_OFTEN * by_chance) & (rests != 0))
        ranked = rests[often[np.argsort(-counts[often], kind="stable")]].tolist()
        found += [(size, rest) for rest in ranked if _different(left[np.mod(left - rest, size) == 0])][:MOST_RESTS]
    return found


def _covered(whole: Longs, ways: Sequence[tuple[int, int]]) -> Mask:
    """Return which numbers end in one of the ways."""
    found = np.zeros(len(whole), dtype=bool)
    for size, rest in ways:
        found |= np.mod(whole - rest, size) == 0
    return found


def _held(whole: Longs, ways: Sequence[tuple[int, int]], least: int) -> list[tuple[int, int]]:
    """Return the ways less those that too few numbers take once the ones before them have taken theirs."""
    kept: list[tuple[int, int]] = []
    for size, rest in ways:
        taken = _covered(whole, [(size, rest)])
        if taken.sum() >= least:
            kept.append((size, rest))
            whole = whole[~taken]
    return kept
