"""Hold what is said of crowds of events to crowds that are known."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.evaluation.behaviour.conftest import events_of

from likewise.evaluation.behaviour.bursts import bursts_bundles, dispersion, lifetimes, runs_of
from likewise.evaluation.behaviour.clock import Clock, clock_of
from likewise.evaluation.behaviour.events import Events, occasions_of

rows = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 40)), min_size=1, max_size=50)


@given(rows, st.integers(1, 8))
def test_runs_are_those_that_one_would_count(listed: list[tuple[int, int]], close: int) -> None:
    occasions = occasions_of(events_of([o for o, _ in listed], [float(t) for _, t in listed]))
    wanted = []
    for owner in sorted({o for o, _ in listed}):
        times = sorted({t for o, t in listed if o == owner})
        length = 1
        for before, after in pairwise(times):
            if after - before > close:
                wanted.append((length, owner))
                length = 0
            length += 1
        wanted.append((length, owner))
    sizes, owners = runs_of(occasions, close)
    assert list(zip(sizes.tolist(), owners.tolist(), strict=True)) == wanted


def test_dispersion_is_that_of_chance_and_of_crowds() -> None:
    rng = np.random.default_rng(0)
    owner = np.repeat(np.arange(200), 60).tolist()
    chance = occasions_of(events_of(owner, rng.uniform(0, 1_000, 12_000).tolist()))
    crowds = occasions_of(events_of(owner, (rng.integers(0, 20, 12_000) * 50 + rng.uniform(0, 5, 12_000)).tolist()))
    assert abs(float(np.nanmean(dispersion(chance, 200, 10.0)))) < 0.1
    assert float(np.nanmean(dispersion(crowds, 200, 10.0))) > 1


def test_dispersion_is_the_variance_over_the_mean() -> None:
    events = events_of([0] * 6 + [1], [0.0, 1.0, 2.0, 11.0, 12.0, 39.0, 25.0])
    counts = np.array([3, 2, 0, 1])
    found = dispersion(occasions_of(events), 2, 10.0)
    assert np.isclose(found[0], np.log2(counts.var() / counts.mean())) and np.isnan(found[1])


def test_lifetimes_need_two_occasions() -> None:
    found = lifetimes(occasions_of(events_of([0, 0, 0, 1, 2, 2], [1.0, 3.0, 9.0, 4.0, 5.0, 5.0])), 3)
    assert found.values.tolist() == [3.0] and found.owners.tolist() == [0]


def test_what_is_close_is_set_by_the_real_gaps(paid: Events) -> None:
    occasions = occasions_of(paid)
    clock = clock_of("datetime", occasions)
    slow = Events(paid.entities, paid.owner, 7 * paid.time, paid.amount, paid.values, paid.partner)
    plain = Clock(seconds=True, days=False, hours=False, windows=tuple((f"{w}", w * 1.0) for w in (1, 2, 3)))
    found = bursts_bundles([paid, paid], [occasions, occasions], clock)
    assert len(found) == 3 + 2 * 2 + 2
    ours, theirs = (
        [m.said[0] for b in bursts_bundles([own, own], [occasions_of(own)] * 2, plain)[3:7] for m in b.measures]
        for own in (paid, slow)
    )
    assert ours == theirs
