"""Hold the views of a log by case to what counting by hand says."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from likewise.modalities.events import traces as module
from likewise.modalities.events.traces import Traces

EVENTS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 8), st.integers(0, 3)), max_size=60)


def made(events: list[tuple[int, int, int]]) -> Traces:
    case = pa.array([f"c{owner}" for owner, _, _ in events], pa.string())
    times = np.array([1_000_000 * moment for _, moment, _ in events], dtype=np.int64)
    return Traces.of(case, times, np.array([code for _, _, code in events], dtype=np.int64), "abcd")


def by_hand(events: list[tuple[int, int, int]]) -> dict[str, list[tuple[int, int, int]]]:
    cases: dict[str, list[tuple[int, int, int]]] = {}
    for row, (owner, moment, code) in enumerate(events):
        cases.setdefault(f"c{owner}", []).append((moment, row, code))
    return {case: sorted(own) for case, own in cases.items()}


@given(EVENTS)
def test_cases_are_whole_in_order_of_time_and_ties_stay_as_they_came(events: list[tuple[int, int, int]]) -> None:
    traces, cases = made(events), by_hand(events)
    assert traces.cases.to_pylist() == list(cases)
    assert traces.rows.tolist() == [row for own in cases.values() for _, row, _ in own]
    assert traces.lengths.tolist() == [len(own) for own in cases.values()]
    assert [traces.cases[i].as_py() for i in traces.owners] == [case for case, own in cases.items() for _ in own]
    assert traces.gaps().tolist() == [b[0] - a[0] for own in cases.values() for a, b in pairwise(own)]
    assert traces.spans().tolist() == [own[-1][0] - own[0][0] for own in cases.values()]


@given(EVENTS)
def test_pairs_starts_and_ends_are_counted(events: list[tuple[int, int, int]]) -> None:
    follows, cases = made(events).follows(), by_hand(events)
    pairs = Counter((a[2], b[2]) for own in cases.values() for a, b in pairwise(own))
    found = zip(follows.before.tolist(), follows.after.tolist(), follows.counts.tolist(), strict=True)
    assert {(a, b): n for a, b, n in found} == dict(pairs)
    assert follows.matrix().sum() == sum(pairs.values())
    assert follows.starts.tolist() == [sum(own[0][2] == code for own in cases.values()) for code in range(4)]
    assert follows.ends.tolist() == [sum(own[-1][2] == code for own in cases.values()) for code in range(4)]


@given(EVENTS)
def test_variants_are_the_different_sequences(events: list[tuple[int, int, int]]) -> None:
    traces, cases = made(events), by_hand(events)
    sequences = [tuple("abcd"[code] for _, _, code in own) for own in cases.values()]
    variants = traces.variants()
    assert [traces.sequence(case) for case in range(len(traces))] == sequences
    assert [variants.sequence(int(v)) for v in variants.of_case] == sequences
    assert [(variants.sequence(v), int(n)) for v, n in enumerate(variants.counts)] == Counter(sequences).most_common()
    by_sequence = module._by_hand(traces)
    assert by_sequence.of_case.tolist() == variants.of_case.tolist()


def test_variants_whose_hashes_clash_are_still_told_apart() -> None:
    traces = made([(0, 0, 1), (1, 0, 2), (2, 0, 1)])
    clashing = module.Variants(traces, np.array([0]), np.array([3]), np.zeros(3, dtype=np.int64))
    assert not clashing.is_exact()
    assert traces.variants().counts.tolist() == [2, 1]


def test_many_activities_are_counted_without_a_square_of_them() -> None:
    codes = np.arange(5000)
    traces = Traces.of(pa.array(["c"] * 5000), codes * 1_000_000, codes, [str(code) for code in codes])
    follows = traces.follows()
    assert len(follows.counts) == 4999 and (follows.after == follows.before + 1).all()
