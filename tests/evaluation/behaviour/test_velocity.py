"""Hold rules to what an analyst would count by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.evaluation.behaviour.conftest import events_of

from likewise.evaluation.behaviour.clock import clock_of
from likewise.evaluation.behaviour.events import Events, occasions_of
from likewise.evaluation.behaviour.velocity import (
    first_uses,
    mean_amounts,
    median_amounts,
    night_shares,
    quietest,
    rules_of,
    same_amounts,
    velocity_bundles,
)

HOUR = 3_600.0
rows = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 50), st.integers(0, 4)), min_size=1, max_size=40)


@given(rows)
def test_usual_and_equal_amounts_are_those_one_would_count(listed: list[tuple[int, int, int]]) -> None:
    listed.sort()
    owner, time, amount = (list(column) for column in zip(*listed, strict=True))
    events = events_of(owner, [float(t) for t in time], amount=amount, entities=3)
    for of, found in ((np.median, median_amounts(events)), (np.mean, mean_amounts(events))):
        for entity in range(3):
            own = [a for o, _, a in listed if o == entity]
            usual = of(own) if len(own) >= 3 and of(own) > 0 else np.nan
            assert np.isclose(found[entity], usual, equal_nan=True)
    assert events.amount is not None
    same = same_amounts(events, 5.0)
    for place in range(len(events)):
        alike = (events.owner == events.owner[place]) & (events.amount == events.amount[place])
        at = events.time[place]
        assert same[place] == (alike & (events.time > at - 5) & (events.time <= at)).sum()


def test_first_uses_leave_out_what_an_entity_begins_with() -> None:
    events = events_of([0, 0, 0, 0, 1], [1.0, 2.0, 3.0, 4.0, 1.0], values={"device": [7, 7, -1, 2, 2]})
    assert first_uses(events, "device").tolist() == [0, 0, 0, 1, 0]


def test_the_quietest_hours_are_found() -> None:
    at = [h * HOUR for h in (8, 9, 12, 15, 18, 20, 22, 23, 0, 1, 8, 7)]
    events = events_of([0] * 6 + [1] * 6, at)
    assert quietest(events) in (1, 2)
    assert np.allclose(night_shares(events, 22), [0, 4 / 6])


def test_missing_amounts_and_values_set_nothing_off(paid: Events) -> None:
    assert paid.amount is not None
    holes = np.where(np.arange(len(paid)) % 3 == 0, np.nan, paid.amount)
    some = {name: np.where(np.arange(len(paid)) % 4 == 0, -1, codes) for name, codes in paid.values.items()}
    events = Events(paid.entities, paid.owner, paid.time, holes, some, paid.partner)
    for rule in rules_of(events, clock_of("datetime", occasions_of(events)), 0):
        known = np.isfinite(rule.figures)
        assert known.any()
        if rule.name.startswith(("times", "same")):
            assert not known[np.isnan(holes)].any()
        if rule.name.startswith("new shop"):
            assert np.array_equal(known, some["shop"] >= 0)


def test_thresholds_are_set_by_the_real_events(paid: Events) -> None:
    clock = clock_of("datetime", occasions_of(paid))
    assert paid.amount is not None
    dear = Events(paid.entities, paid.owner, paid.time, 100 * paid.amount, paid.values, paid.partner)
    hasty = Events(paid.entities, paid.owner, paid.time / 1_000, paid.amount, paid.values, paid.partner)
    _, fired = velocity_bundles([paid, dear, hasty], clock)
    rates = {rule.name: rule.rates for rule in fired}
    assert rates["times the median"][0] == pytest.approx(rates["times the median"][1])  # no unit matters
    assert rates["times the median"][0] == pytest.approx(0.05, abs=0.01)
    assert rates["count in 7 days"][2] > 3 * rates["count in 7 days"][0]


def test_entities_count_once_however_busy(paid: Events) -> None:
    bundles, _ = velocity_bundles([paid, paid], clock_of("datetime", occasions_of(paid)))
    everyone = np.ones(paid.entities, dtype=bool)
    for bundle in bundles:
        rates = bundle.sides[0](everyone)[0]
        assert np.all((rates >= 0) & (rates <= 1)) and np.all(rates[3:] >= rates[:3] - 1e-12)
        assert bundle.measures[0].apart(rates, bundle.sides[1](everyone)[0]) == 0
