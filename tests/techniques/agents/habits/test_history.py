"""Events become occasions, and values returns."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.techniques.agents.habits.worlds import history

from likewise.techniques.agents.habits.history import returns_of


def test_occasions_are_events_at_one_time() -> None:
    found = history("integer", np.array([1, 0, 0, 1, 1, 1]), np.array([5.0, 1, 1, 5, 9, 10]))
    assert found.events.tolist() == [2, 4] and found.occasions.tolist() == [1, 3]
    assert found.size.tolist() == [2, 2, 1, 1] and found.who.tolist() == [0, 1, 1, 1]
    assert found.gap.tolist() == [0, 0, 4, 1] and found.gap_before.tolist() == [0, 0, 0, 4]
    assert found.rest.tolist() == [0, 2, 1, 0] and found.size_before.tolist() == [0, 0, 2, 1]
    assert found.place.tolist() == [0, 1, 0, 1, 0, 0] and found.number.tolist() == [0, 1, 0, 1, 2, 3]
    assert found.end.tolist() == [0.0, 9.0]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), min_size=1, max_size=60))
def test_what_is_returned_to_is_what_was_used_that_long_ago(events: list[tuple[int, int]]) -> None:
    events.sort(key=lambda event: event[0])
    _, owner = np.unique([who for who, _ in events], return_inverse=True)
    codes = np.array([code for _, code in events])
    found = returns_of(owner, codes)
    for row in range(len(events)):
        before = codes[:row][owner[:row] == owner[row]].tolist()
        assert found.known[row] == len(set(before))
        since = before[::-1].index(codes[row]) if codes[row] in before else None
        assert found.back[row] == (-1 if since is None else len(set(before[::-1][:since])))
    assert found.distinct.tolist() == [len(set(codes[owner == who].tolist())) for who in range(owner.max() + 1)]
