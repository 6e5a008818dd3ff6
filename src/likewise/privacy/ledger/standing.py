"""What was spent on whom, and what that leaves: releases on the same people add up, those on others do not.

People are named; `patients/2025` is a part of `patients`, and parts of one set have nobody in common. Whoever is in a
part is met by releases on it and on all that it is a part of, and by none on the other parts. A set has therefore spent
what its worst part has (parallel composition), and a budget must hold for every part of those whom it protects.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from likewise.core.spec import Spec
from likewise.privacy.accountant import CLOSE, Account, Event, epsilon_of, mu_for
from likewise.privacy.accountant import spent as epsilon_spent
from likewise.privacy.ledger.entry import Entry


class Standing(Spec):
    """Say how a set of people stands.

    `epsilon` and `delta` are its budget, None where it has none of its own; `spent` the epsilon of all releases that
    met those of them who were met most, at the budget's delta (of a part without a budget, at that of the set it is
    part of); `left` the epsilon that one more release may have at the same delta. `releases` counts those, and `open`
    how many of them are reserved and not settled: a fit that runs, or one that was killed. `mu` is what they come to in
    Gaussian DP, but for those about random parts of the data, and `failing` the probability that this does not hold.
    """

    people: str
    unit: str
    epsilon: float | None
    delta: float | None
    spent: float
    left: float
    mu: float
    failing: float
    releases: int
    open: int


@dataclass
class People:
    """Hold what a ledger says of one set by itself: its budget, and what each reservation came to."""

    name: str
    budget: Entry | None = None
    costs: dict[int, tuple[Event, ...]] = field(default_factory=dict)
    open: dict[int, Entry] = field(default_factory=dict)

    @property
    def events(self) -> list[Event]:
        """What was released on all of the set, and what may yet be."""
        return [event for cost in self.costs.values() for event in cost]


Sets = Mapping[str, People]


def sets_of(entries: Iterable[Entry]) -> dict[str, People]:
    """Return every set that a ledger names, and those that these are parts of."""
    found: dict[str, People] = {}
    for entry in entries:
        for name in path_of(entry.people):
            found.setdefault(name, People(name))
        people = found.get(entry.people)
        if people is None:
            continue
        if entry.kind == "budget":
            people.budget = entry
        elif entry.kind == "reserve":
            people.costs[entry.number], people.open[entry.number] = held(entry), entry
        elif entry.reserved is not None:
            del people.open[entry.reserved]
            people.costs[entry.reserved] = entry.events
            if entry.kind == "return":
                del people.costs[entry.reserved]
    return found


def held(reservation: Entry) -> tuple[Event, ...]:
    """Return what a reservation may come to at most: the releases that it names, else one that takes all of it."""
    assert reservation.epsilon is not None and reservation.delta is not None
    if reservation.events:
        return reservation.events
    mu = mu_for(reservation.epsilon, reservation.delta - reservation.slack)
    return (Event(mechanism="gaussian", mu=mu, delta=reservation.slack, what="reserved"),)


def path_of(name: str) -> list[str]:
    """Return a set's name behind the names of all that it is a part of.

    >>> path_of("patients/2025/autumn")
    ['patients', 'patients/2025', 'patients/2025/autumn']
    """
    parts = name.split("/") if name else []
    return ["/".join(parts[: count + 1]) for count in range(len(parts))]


def lines_through(sets: Sets, name: str) -> list[list[People]]:
    """Return, for each smallest part of a set, that part behind all that it is a part of: who is met by what."""
    below = [n for n in sets if n == name or n.startswith(f"{name}/")] or [name]
    smallest = [n for n in below if not any(other.startswith(f"{n}/") for other in below)]
    return [[sets.get(n) or People(n) for n in path_of(part)] for part in smallest]


def budget_of(sets: Sets, name: str) -> Entry | None:
    """Return the budget that a set keeps to: its own, else that of the nearest that it is a part of."""
    own = [sets[n].budget for n in path_of(name) if n in sets and sets[n].budget is not None]
    return own[-1] if own else None


def room(sets: Sets, name: str, failing: float = 0.0) -> float:
    """Return the `mu` that one more release may have which fails with a probability: 0 where any budget is spent."""
    more = Event(mechanism="threshold", mu=0.0, delta=failing)
    return min((_left(budget, [*events, more]) for budget, events in budgets_through(sets, name)), default=0.0)


def fits(sets: Sets, name: str, more: Sequence[Event], instead: int | None = None) -> bool:
    """Say whether all budgets hold with some releases more, `instead` of what a reservation holds by its number."""
    without = {people: sets[people] for people in sets}
    if instead is not None:
        own = sets[name]
        costs = {number: cost for number, cost in own.costs.items() if number != instead}
        without[name] = People(name, own.budget, costs, own.open)
    return all(_holds(budget, [*events, *more]) for budget, events in budgets_through(without, name))


def covers(held: Sequence[Event], events: Sequence[Event]) -> bool:
    """Say whether releases are no more than those that were reserved, whatever else was released."""
    (most, planned), (cost, made) = _sorted(held), _sorted(events)
    return cost <= most * (1 + 2 * CLOSE) and all(planned[kind] >= steps for kind, steps in made.items())


def _sorted(events: Sequence[Event]) -> tuple[float, Counter[tuple[float, float]]]:
    """Return the squared cost of releases about all of the data, and how many answers about parts of it, by kind."""
    parts: Counter[tuple[float, float]] = Counter()
    for event in events:
        if event.rate < 1:
            parts[event.rate, round(event.steps / event.mu**2, 9)] += event.steps
    return sum(event.mu**2 for event in events if event.rate == 1), parts


def budgets_through(sets: Sets, name: str) -> list[tuple[Entry, list[Event]]]:
    """Return each budget that protects anybody in a set, with all releases that met those people."""
    found = []
    for line in lines_through(sets, name):
        events = [event for people in line for event in people.events]
        found += [(people.budget, events) for people in line if people.budget is not None]
    return found


def _left(budget: Entry, events: list[Event]) -> float:
    account = _account(budget, events)
    return 0.0 if account is None else account.left


def _holds(budget: Entry, events: list[Event]) -> bool:
    account = _account(budget, events)
    if account is None:
        return False
    if sum(event.mu**2 for event in events) <= account.mu**2 * (1 + CLOSE):
        return True
    return any(event.rate < 1 for event in events) and _spent(events, account.delta) <= account.epsilon * (1 + CLOSE)


def _account(budget: Entry, events: list[Event]) -> Account | None:
    """Return an account of a budget that releases were made of; None where they may fail more often than it allows."""
    assert budget.epsilon is not None and budget.delta is not None
    failing = sum(event.delta for event in events)
    if failing >= budget.delta:
        return None
    account = Account(budget.epsilon, budget.delta, slack=failing)
    account.events = events
    return account


def standing_of(sets: Sets, name: str) -> Standing:
    """Return how a set stands."""
    budget = budget_of(sets, name)
    own = sets[name].budget if name in sets else None
    delta = budget.delta if budget is not None else None
    lines = lines_through(sets, name)
    worst = max(lines, key=lambda line: _spent([e for people in line for e in people.events], delta))
    events = [event for people in worst for event in people.events]
    return Standing(
        people=name,
        unit="" if budget is None else budget.unit,
        epsilon=None if own is None else own.epsilon,
        delta=None if own is None else own.delta,
        spent=_spent(events, delta),
        left=0.0 if delta is None else epsilon_left(room(sets, name), delta),
        mu=math.sqrt(sum(event.mu**2 for event in events if event.rate == 1)),
        failing=sum(event.delta for event in events),
        releases=sum(len(people.costs) for people in worst),
        open=sum(len(people.open) for people in worst),
    )


def epsilon_left(mu: float, delta: float) -> float:
    """Return an epsilon that a release of what is left may have, rounded down."""
    return epsilon_of(mu, delta) * (1 - 10 * CLOSE)


def _spent(events: Sequence[Event], delta: float | None) -> float:
    return 0.0 if not events or delta is None else epsilon_spent(events, delta)
