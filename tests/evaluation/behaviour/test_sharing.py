"""Hold counts of what entities share, and how they hang together, to counts made one by one."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evaluation.behaviour.conftest import events_of

from likewise.evaluation.behaviour import ties
from likewise.evaluation.behaviour.events import Events
from likewise.evaluation.behaviour.sharing import degrees, equal_parts, pairs_of, returns, sharing_bundles, two_stars
from likewise.evaluation.behaviour.ties import Dealings, Ties, dealings_bundle, most_users, ties_bundle

edges = st.lists(st.tuples(st.integers(0, 7), st.integers(-1, 9)), min_size=1, max_size=60)
masks = st.lists(st.booleans(), min_size=8, max_size=8)


def at_shops(listed: list[tuple[int, int]]) -> Events:
    return events_of([o for o, _ in listed], [float(k) for k in range(len(listed))], entities=8,
                     values={"shop": [v for _, v in listed]})  # fmt: skip


@settings(deadline=None)
@given(edges, masks)
def test_degrees_and_ties_are_those_that_one_would_count(listed: list[tuple[int, int]], kept: list[bool]) -> None:
    mask = np.array(kept)
    uses = {e: {v for o, v in listed if o == e and v >= 0} for e in range(8) if kept[e]}
    pairs = pairs_of(at_shops(listed), "shop")
    users = [sum(v in own for own in uses.values()) for v in range(10)]
    assert sorted(degrees(pairs, mask).tolist()) == sorted(u for u in users if u)
    met = sum(len(a & b) for a, b in combinations(uses.values(), 2))
    assert np.isclose(two_stars(degrees(pairs, mask), len(uses)), np.log2(1 + met / max(1, len(uses))))
    few = {v for v in range(10) if 2 <= users[v] <= 4}
    near, closed = Ties.of([pairs], 4, seed=0).among(mask)
    for place, (entity, own) in enumerate(uses.items()):
        shared = [len(own & other & few) for e, other in uses.items() if e != entity]
        assert near[place] == sum(n > 0 for n in shared) and closed[place] == sum(n > 1 for n in shared)


def test_ties_are_over_all_attributes() -> None:
    events = events_of([0, 1, 2, 3], [1.0, 2.0, 3.0, 4.0], values={"ip": [5, 5, 6, 7], "device": [1, 1, 1, 2]})
    pairs = [pairs_of(events, name) for name in ("ip", "device")]
    near, closed = Ties.of(pairs, 64, seed=0).among(np.ones(4, dtype=bool))
    assert near.tolist() == [2, 2, 2, 0] and closed.tolist() == [1, 1, 0, 0]


def test_work_is_bounded_whatever_the_hubs(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(ties, "MOST_WEDGES", 5_000)
    owner, value = np.divmod(np.arange(60 * 40), 40)
    events = events_of(owner.tolist(), np.arange(2_400.0).tolist(), values={"hub": value.tolist()})
    pairs = pairs_of(events, "hub")
    near, _ = Ties.of([pairs], 64, seed=0).among(np.ones(60, dtype=bool))
    assert near.max() == 59  # one hub of sixty is within the work allowed, forty are not
    assert most_users([pairs]) < 64 and len(Ties.of([pairs], most_users([pairs]), 0).among(np.ones(60, bool))[0]) == 60


def test_returns_are_events_at_what_was_used_before() -> None:
    events = at_shops([(0, 1), (0, 1), (0, 2), (0, -1), (1, 4), (2, 3), (2, 3)])
    ranges = np.bincount(pairs_of(events, "shop").owner, minlength=8)
    found = returns(events, ranges, "shop")
    assert np.isclose(found[0], 1 / 3) and np.isnan(found[1]) and found[2] == 0.5


def test_dealings_that_are_answered_and_rings() -> None:
    events = events_of([0, 1, 2, 3, 4, 5], [1.0] * 6, partner=[1, 2, 0, 4, 3, -1], values={})
    found = Dealings.of(events)
    everyone = np.ones(6, dtype=bool)
    answered, rings = found.among(everyone)
    assert np.isclose(answered, 2 / 5) and rings == 1.0
    assert found.among(everyone & (np.arange(6) != 0)) == (2 / 3, 0.0)
    assert found.among(np.zeros(6, dtype=bool)) == (0.0, 0.0)


def test_values_are_put_into_words_by_equally_many_entities(paid: Events) -> None:
    few = events_of([0, 1], [1.0, 2.0], values={"shop": [0, 0], "device": [0, 1], "to": [0, 1]}, partner=[1, 0])
    shown = equal_parts([paid, few], seed=0)
    assert [int(kept.sum()) for kept in shown] == [2, 2]
    pairs = [[pairs_of(own, name) for name in ("shop", "device")] for own in (paid, paid)]
    told = [m.name for name, place in (("shop", 0), ("device", 1))
            for b in sharing_bundles([paid, paid], [own[place] for own in pairs], equal_parts([paid, paid], 0), name)
            for m in b.measures]  # fmt: skip
    assert told[:4] == ["users of shop", "meetings at shop", "range of shop", "returns to shop"]
    assert ties_bundle(pairs, equal_parts([paid, paid], 0), 0) is not None
    assert dealings_bundle([paid, paid], equal_parts([paid, paid], 0)) is not None
    assert dealings_bundle([few, few], equal_parts([few, few], 0)) is None
