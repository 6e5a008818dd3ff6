"""What was put into the queue comes out in the order of its time, whatever the width of days."""

from __future__ import annotations

import heapq
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.techniques.agents.clocks import queue as queues
from likewise.techniques.agents.clocks.moments import put_all
from likewise.techniques.agents.compiling import How, compiled
from likewise.techniques.agents.population import population

TIMES = st.lists(st.one_of(st.floats(0, 100), st.integers(0, 5).map(float), st.floats(1e3, 1e9)), max_size=40)


def all_out(queue: Any, until: float = np.inf) -> list[tuple[float, int]]:
    found = []
    while (slot := queues.taken(queue, until)) >= 0:
        found.append((float(queue.slots[slot, queues.WHEN]), int(queue.slots[slot, queues.WHAT])))
    return found


@given(TIMES, st.sampled_from([1e-3, 0.7, 50.0, 1e6]))
@settings(max_examples=60, deadline=None)
def test_it_is_an_ordered_queue(times: list[float], width: float) -> None:
    queue = queues.queue(population(0, "people", 3), 64, width)
    for number, time in enumerate(times):
        queues.schedule(queue, number % 3, time, number)
    assert all_out(queue) == sorted((time, number) for number, time in enumerate(times))
    assert queues.room(queue) == 64


@given(st.lists(st.tuples(st.floats(0, 30), st.integers(0, 3)), min_size=1, max_size=60), st.sampled_from([0.3, 9.0]))
@settings(max_examples=40, deadline=None)
def test_putting_in_and_taking_out_may_alternate(moves: list[tuple[float, int]], width: float) -> None:
    queue, known = queues.queue(population(0, "people", 1), 64, width), []
    now = 0.0
    for number, (ahead, takes) in enumerate(moves):
        heapq.heappush(known, (now + ahead, number))
        queues.schedule(queue, 0, now + ahead, number)
        for _ in range(takes):
            slot = queues.taken(queue, np.inf)
            wanted = heapq.heappop(known) if known else None
            got = None if slot < 0 else (queue.slots[slot, queues.WHEN], int(queue.slots[slot, queues.WHAT]))
            assert got == wanted
            now = wanted[0] if wanted else now


@given(TIMES, st.floats(0, 50), st.sampled_from([0.01, 3.0]), st.sampled_from([0.5, 400.0]))
@settings(max_examples=40, deadline=None)
def test_a_rebuilt_queue_goes_on_where_the_old_one_was(
    times: list[float], until: float, width: float, other: float
) -> None:
    queue = queues.queue(population(0, "people", 2), 64, width)
    for number, time in enumerate(times):
        queues.schedule(queue, 0, time, number)
    first = all_out(queue, until)
    rest = all_out(queues.rebuilt(queue, 128, other, until, how="plain"))
    assert first + rest == sorted((time, number) for number, time in enumerate(times))
    assert all(time < until for time, _ in first)


def test_never_is_not_put_in() -> None:
    queue = queues.queue(population(0, "people", 1), 8, 1.0)
    for when in (np.inf, np.nan):
        queues.schedule(queue, 0, when, 0)
    assert queues.room(queue) == 8 and queues.taken(queue, np.inf) == -1


@pytest.mark.parametrize("size", [1, 2, 5000])
def test_a_queue_can_be_filled_to_the_last_slot(size: int) -> None:
    queue = queues.queue(population(0, "people", 1), size, 1.0)
    for number in range(size):
        queues.schedule(queue, 0, float(-number % 97), number)
    assert queues.room(queue) == 0 and len(all_out(queue)) == size


def _run(queue: Any, gaps: Any, found: Any) -> None:
    for n in range(len(found)):
        slot = queues.taken(queue, np.inf)
        now, who = queue.slots[slot, queues.WHEN], int(queue.slots[slot, queues.WHO])
        found[n, 0], found[n, 1], found[n, 2] = now, who, queue.slots[slot, queues.WHAT]
        queues.schedule(queue, who, now + gaps[n % len(gaps)], n)


@pytest.mark.parametrize("width", [1e-4, 0.01, 10.0])
def test_it_does_the_same_compiled_and_plain_and_rebuilt_on_the_way(width: float) -> None:
    rng = np.random.default_rng(3)
    times, gaps = rng.exponential(size=500), rng.exponential(size=2000)
    runs = []
    ways: tuple[How, ...] = ("plain", "compiled", "compiled")
    for how in ways:
        who = queues.near(population(0, "agents", 10), _run)
        queue, found = queues.queue(who, 600, width), np.zeros((2000, 3))
        run = compiled(_run) if how == "compiled" else _run
        put_all(queue, np.arange(500) % 10, times, np.arange(500), how=how)
        run(queue, gaps, found[:1000])
        if len(runs) == 2:
            queue = queues.rebuilt(queue, 900, 3 * width, float(found[999, 0]), how=how)
        run(queue, gaps, found[1000:])
        runs.append(found.tobytes())
    assert runs[0] == runs[1] == runs[2]


@pytest.mark.parametrize("size", [8192, 20_000, 65_536, 65_544, 300_000])
def test_an_event_takes_96_to_104_bytes(size: int) -> None:
    held = queues.queue(population(0, "people", 1), size, 1.0)[1:]
    assert 96 <= sum(values.nbytes for values in held) / size <= 104.1
