"""The queue: what comes out is what was put in, in the order of times, and of one time in that of putting in."""

from __future__ import annotations

import heapq
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likewise.techniques.agents.clocks.moments import put_all
from likewise.techniques.agents.clocks.queue import HELD, WHAT, WHEN, WHO, near, queue, rebuilt, room, schedule, taken
from likewise.techniques.agents.compiling import compiled
from likewise.techniques.agents.population import population


def waiting(size: int, width: float) -> Any:
    return queue(near(population(0, "agents", 10), lambda i: None), size, width)


TIMES = st.one_of(st.floats(0, 1e6), st.sampled_from([0.0, 1.0, 1.0, 2.0, 1e17, np.inf]), st.integers(0, 30).map(float))


@given(st.lists(TIMES, max_size=60), st.sampled_from([1e-3, 0.3, 1.0, 50.0]))
def test_events_come_in_order(times: list[float], width: float) -> None:
    held = waiting(len(times) + 1, width)
    for number, time in enumerate(times):
        schedule(held, number % 10, time, number)
    expected = sorted((time, number) for number, time in enumerate(times) if time < np.inf)
    assert held.state[HELD] == len(expected)
    found = []
    while (slot := taken(held, np.inf)) >= 0:
        found.append((held.slots[slot, WHEN], int(held.slots[slot, WHAT])))
        assert held.slots[slot, WHO] == found[-1][1] % 10
    assert found == expected
    assert room(held) == len(times) + 1


@given(st.lists(st.tuples(TIMES, st.floats(0, 40)), max_size=80))
def test_a_queue_in_use_is_a_heap(steps: list[tuple[float, float]]) -> None:
    """Put in and take out in turn, until times that lie ever later, as simulations do."""
    held, heap, now = waiting(200, 0.7), [], 0.0
    for number, (ahead, on) in enumerate(steps):
        if ahead < np.inf:
            heapq.heappush(heap, (now + ahead, number))
        schedule(held, 3, now + ahead, number)
        now += on
        while (slot := taken(held, now)) >= 0:
            assert (held.slots[slot, WHEN], int(held.slots[slot, WHAT])) == heapq.heappop(heap)
        assert not heap or heap[0][0] >= now
    assert held.state[HELD] == len(heap)


def _run(held: Any, gaps: Any, found: Any) -> None:
    for n in range(len(found)):
        slot = taken(held, np.inf)
        now = held.slots[slot, WHEN]
        found[n] = now * 1000.0 + held.slots[slot, WHAT]
        schedule(held, int(held.slots[slot, WHO]), now + gaps[n % len(gaps)], n)


@pytest.mark.parametrize("width", [1e-4, 0.01, 10.0])
def test_it_does_the_same_compiled_and_plain_and_rebuilt(width: float) -> None:
    rng = np.random.default_rng(3)
    times, gaps = rng.exponential(size=500), rng.exponential(size=2000)
    runs = []
    for function, how in ((_run, "plain"), (compiled(_run), "compiled"), (compiled(_run), "compiled")):
        held, found = waiting(600, width), np.zeros(2000)
        put_all(held, np.arange(500) % 10, times, np.arange(500), how=how)  # type: ignore[arg-type]
        function(held, gaps, found[:1000])
        if len(runs) == 2:
            held = rebuilt(held, 900, 3 * width, found[999] // 1000.0 * 0, how="plain")
        function(held, gaps, found[1000:])
        runs.append(found.tobytes())
    assert runs[0] == runs[1] == runs[2]
