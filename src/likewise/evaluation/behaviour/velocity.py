"""How often rules fire that detectors of fraud and abuse use: counts and sums in windows, first uses, odd hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from likewise.evaluation.behaviour.clock import DAY, HOUR, Clock
from likewise.evaluation.behaviour.events import Events, Floats, Ints, Rows, counts_of, totals_within, window_ends
from likewise.evaluation.behaviour.measures import FEWEST_ITEMS, Bundle, Items, Measure, rates_apart, spreads_of, totals
from likewise.evaluation.behaviour.wording import percent

LEVELS = (0.9, 0.95, 0.99)
"""Quantiles of the real values that thresholds are set at."""
SHOWN = 1
"""The level whose rate is shown."""
FEW_AMOUNTS = 3
"""Amounts of an entity below which its own usual amount is not known."""
NIGHT = 6
"""Hours of the quietest part of the day."""


@dataclass(frozen=True, eq=False)
class Rule:
    """Hold the figure that a rule looks at, of each event or, `by_entity`, of each entity; NaN where it is none."""

    name: str
    title: str
    figures: Floats
    by_entity: bool = False


@dataclass(frozen=True)
class Fired:
    """Hold how often a rule fires on each side, at the shown level."""

    name: str
    rates: tuple[float, ...]


def rules_of(events: Events, clock: Clock, night: int | None) -> list[Rule]:
    """Return the usual rules on some events; `night` is the hour at which the quietest part of the day begins.

    Events of an entity in a window, their amounts together beside the entity's mean amount, an amount beside its median
    one, equal amounts in a window, values of an attribute that the entity never used before, its share of events at
    night. A window ends with the event and all events of the same time. Cost: O(n log n).
    """
    ends = [window_ends(events.owner, events.time, length) for _, length in clock.windows]
    day = clock.windows[1][0]
    rules = [
        Rule(f"count in {said}", f"Events within {said}", (end[1] - end[0]).astype(np.float64))
        for (said, _), end in zip(clock.windows, ends, strict=True)
    ]
    if events.amount is not None:
        for (said, _), end in zip(clock.windows[1:], ends[1:], strict=True):
            total = totals_within(end, events.amount) / mean_amounts(events)[events.owner]
            rules.append(Rule(f"amount in {said}", f"Amount within {said} beside the entity's mean", total))
        rules.append(Rule("times the median", "Amount beside the entity's median",
                          events.amount / median_amounts(events)[events.owner]))  # fmt: skip
        rules.append(Rule(f"same amount in {day}", f"Events of the same amount within {day}",
                          same_amounts(events, clock.windows[1][1])))  # fmt: skip
    for name in events.values:
        firsts = totals_within(ends[1], first_uses(events, name))
        known = np.where(events.values[name] >= 0, firsts, np.nan)
        rules.append(Rule(f"new {name} in {day}", f"`{name}` never used before within {day}", known))
    if night is not None:
        rules.append(Rule("night", f"Share of events from {night}:00 to {(night + NIGHT) % 24}:00",
                          night_shares(events, night), by_entity=True))  # fmt: skip
    return rules


def mean_amounts(events: Events) -> Floats:
    """Return each entity's mean amount; NaN where it has too few, or it is 0."""
    assert events.amount is not None
    known = np.isfinite(events.amount)
    number = counts_of(events.owner[known], events.entities)
    mean = np.bincount(events.owner[known], events.amount[known], events.entities) / np.maximum(number, 1)
    return _usual(mean, number)


def median_amounts(events: Events) -> Floats:
    """Return each entity's median amount; NaN where it has too few, or it is 0.

    >>> median_amounts(Events(1, np.zeros(4, np.int32), np.arange(4.0), np.array([9.0, 1.0, 2.0, np.nan])))
    array([2.])
    """
    assert events.amount is not None
    known = np.isfinite(events.amount)
    owner, amount = events.owner[known], events.amount[known]
    number = counts_of(owner, events.entities).astype(np.int64)
    ranked = np.append(amount[np.lexsort((amount, owner))], np.nan)
    first = np.cumsum(number) - number
    low, high = (np.where(number > 0, first + middle // 2, len(amount)) for middle in (number - 1, number))
    return _usual((ranked[low] + ranked[high]) / 2, number)


def _usual(amounts: Floats, number: Rows | Floats) -> Floats:
    return np.where((number >= FEW_AMOUNTS) & (amounts > 0), amounts, np.nan)


def same_amounts(events: Events, window: float) -> Floats:
    """Return how many events of its entity and amount lie in each event's window; NaN without an amount."""
    assert events.amount is not None
    known = np.flatnonzero(np.isfinite(events.amount))
    owner, amount, time = events.owner[known], events.amount[known], events.time[known]
    order = np.lexsort((time, amount, owner))
    new = np.ones(len(order), dtype=bool)
    new[1:] = (np.diff(owner[order]) != 0) | (np.diff(amount[order]) != 0)
    starts, ends = window_ends(np.cumsum(new).astype(np.int32), time[order], window)
    found = np.full(len(events), np.nan)
    found[known[order]] = ends - starts
    return found


def first_uses(events: Events, attribute: str) -> Floats:
    """Return 1 for each event at a value that its entity never used before, 0 for the others.

    The first value of all is no news: what an entity begins with counts as used.
    """
    codes = events.values[attribute]
    known = np.flatnonzero(codes >= 0)
    size = int(codes.max(initial=-1)) + 1
    _, first = np.unique(events.owner[known].astype(np.int64) * max(size, 1) + codes[known], return_index=True)
    news = np.zeros(len(events))
    news[known[first]] = 1.0
    _, begun = np.unique(events.owner[known], return_index=True)
    news[known[begun]] = 0.0
    return news


def quietest(events: Events) -> int:
    """Return the hour at which the six hours in a row begin that have the fewest events."""
    hours = np.bincount(_hours(events), minlength=24)
    return int(np.array([np.roll(hours, -start)[:NIGHT].sum() for start in range(24)]).argmin())


def night_shares(events: Events, night: int) -> Floats:
    """Return the share of each entity's events in the six hours from `night` on."""
    at_night = np.mod(_hours(events) - night, 24) < NIGHT
    return np.bincount(events.owner, at_night, events.entities) / np.maximum(
        counts_of(events.owner, events.entities), 1
    )


def _hours(events: Events) -> Ints:
    return np.floor(np.mod(events.time, DAY) / HOUR).astype(np.int32)


def velocity_bundles(events: Sequence[Events], clock: Clock) -> tuple[list[Bundle], list[Fired]]:
    """Return how often each rule fires, as statistics and for a chart; rules that never fire are left out.

    Thresholds lie at quantiles of the real figures (an entity's weigh together as much as another's), so that they suit
    any table: a rule fires above them. Rates are the
    share of an entity's events that set a rule off, on average, and the share of entities of which any event does.
    """
    night = quietest(events[0]) if clock.hours else None
    bundles, fired = [], []
    for rules in zip(*(rules_of(own, clock, night) for own in events), strict=True):
        applied = _applied(rules[0], events[0])
        if len(applied) < FEWEST_ITEMS:
            continue
        levels = applied.quantiles(LEVELS)
        parts = [_firings(rule, own, levels) for rule, own in zip(rules, events, strict=True)]
        rates = [_rates(part.sum(axis=0)) for part in parts]
        if not any(found.any() for found in rates):
            continue
        told = tuple(percent(found[SHOWN]) for found in rates)
        measure = Measure(rules[0].name, rules[0].title, "velocity", rates_apart(rates[0]), told,
                          float(np.mean(1 / spreads_of(rates[0]))))  # fmt: skip
        bundles.append(totals(measure, parts, _rates))
        fired.append(Fired(rules[0].name, tuple(float(found[SHOWN]) for found in rates)))
    return bundles, fired


def _applied(rule: Rule, events: Events) -> Items:
    """Return the figures of the events, or the entities, that a rule applies to."""
    if rule.by_entity:
        return Items.of_entities(rule.figures)
    known = np.flatnonzero(np.isfinite(rule.figures))
    return Items.of(rule.figures[known], events.owner[known])


def _firings(rule: Rule, events: Events, levels: Floats) -> Floats:
    """Return of each entity 1 where the rule applies, the share of its events that set it off, and whether any does.

    The last two have a column a level. An entity counts once, however many events it has.
    """
    applied = _applied(rule, events)
    place = np.searchsorted(levels, applied.values, side="left")
    counts = np.bincount(applied.owners.astype(np.int64) * (len(levels) + 1) + place,
                         minlength=events.entities * (len(levels) + 1))  # fmt: skip
    above = np.cumsum(counts.reshape(events.entities, -1)[:, ::-1], axis=1)[:, ::-1]
    applies, fired = above[:, :1], above[:, 1:]
    return np.column_stack([applies > 0, fired / np.maximum(applies, 1), fired > 0]).astype(np.float64)


def _rates(total: Floats) -> Floats:
    return np.asarray(total[1:] / max(total[0], 1.0))
