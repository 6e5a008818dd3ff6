"""Links hold who is linked to whom, and terms tell the same of them on numbers, on columns and compiled."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likewise.errors import SettingsError
from likewise.techniques.agents.compiling import compiled
from likewise.techniques.agents.language.term import term
from likewise.techniques.agents.population import of_columns
from likewise.techniques.agents.spaces.links import (
    Links,
    count,
    degree,
    edges_of,
    links_of,
    neighbour,
    total,
    total_of,
    totals_of,
)

PAIRS = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)).filter(lambda pair: pair[0] != pair[1]), max_size=30)


@term()
def older(i: Any, j: Any, w: Any) -> Any:
    return w.age[j] - w.age[i]


@term()
def both(i: Any, j: Any, w: Any) -> Any:
    return older(i, j, w), 0.1 * w.age[j]


def told(i: Any, w: Any) -> Any:
    """Return all that terms have to say of an agent."""
    links = w.links
    first, second = totals_of(links, i, both, w)
    return degree(links, i), total(links, i, w.age), count(links, i, w.ill), total_of(links, i, older, w), first, second


def made(pairs: list[tuple[int, int]], seed: int = 0) -> Any:
    rng = np.random.default_rng(seed)
    links = links_of(9, [a for a, _ in pairs], [b for _, b in pairs])
    return of_columns("w", {"links": links, "age": rng.normal(size=9) * 10.0 ** rng.integers(-9, 9, 9),
                            "ill": rng.random(9) < 0.5})  # fmt: skip


@given(pairs=PAIRS, both_ways=st.booleans())
def test_links_are_the_pairs_that_they_were_made_of(pairs: list[tuple[int, int]], both_ways: bool) -> None:
    links = links_of(9, [a for a, _ in pairs], [b for _, b in pairs], both_ways=both_ways)
    wanted = {*pairs, *((b, a) for a, b in pairs if both_ways)}
    a, b = edges_of(links)
    assert list(zip(a.tolist(), b.tolist(), strict=True)) == sorted(wanted)
    assert (links.start.dtype, links.other.dtype, len(links.start)) == (np.int64, np.int64, 10)


@given(pairs=PAIRS, seed=st.integers(0, 99), some=st.lists(st.integers(0, 8), max_size=9))
def test_columns_and_numbers_agree_to_the_bit(pairs: list[tuple[int, int]], seed: int, some: list[int]) -> None:
    w, who = made(pairs, seed), np.array(some, np.int64)
    for column, values in zip(told(who, w), zip(*(told(i, w) for i in who), strict=True) if some else [], strict=False):
        assert np.array_equal(column, values) and column.dtype == np.asarray(values).dtype
    assert all(len(column) == len(who) for column in told(who, w))


def test_compiled_and_numbers_agree_to_the_bit() -> None:
    w = made([(a, b) for a in range(8) for b in range(a) if (a * b) % 3 != 1])
    run = compiled(told)
    assert [run(i, w) for i in range(9)] == [told(i, w) for i in range(9)]
    assert w.links.other[w.links.start[3] + 1] == neighbour(w.links, 3, 1)
    assert degree(w.links, 8) == 0 and told(8, w) == (0, 0.0, 0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize(("a", "b", "said"), [([0], [0], "to itself"), ([0], [5], "no agent"), ([0.5], [1], "no agent"),
                                              ([-1], [1], "no agent"), ([0, 1], [2], "2 beginnings")])  # fmt: skip
def test_pairs_that_are_none_are_refused(a: list[Any], b: list[Any], said: str) -> None:
    with pytest.raises(SettingsError, match=said) as fault:
        links_of(5, a, b)
    assert fault.value.where and fault.value.hint


def test_there_may_be_nobody_and_no_links() -> None:
    assert links_of(0, [], []).start.tolist() == [0]
    alone = links_of(2, [], [])
    assert isinstance(alone, Links) and total(alone, np.arange(2), np.ones(2)).tolist() == [0.0, 0.0]
