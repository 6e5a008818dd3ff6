"""Columns drawn one after another, beside a joint distribution that is small enough to be written out."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from likewise.errors import ConditionError, FitError
from likewise.techniques.marginals.graph import Graph, Measurement
from likewise.techniques.marginals.wide import Chain

SIZES = (3, 4, 2, 5, 3)
PAIRS = [(0, 1), (1, 2), (0, 2), (2, 3), (3, 4), (1, 4), (0, 4)]


def summed(joint: NDArray[np.float64], clique: tuple[int, ...]) -> NDArray[np.float64]:
    return joint.sum(axis=tuple(a for a in range(joint.ndim) if a not in clique))


def truth(sizes: tuple[int, ...] = SIZES, rows: float = 50_000) -> NDArray[np.float64]:
    return np.random.default_rng(5).dirichlet(np.full(int(np.prod(sizes)), 0.3)).reshape(sizes) * rows


def measured(joint: NDArray[np.float64], cliques: list[tuple[int, ...]], sigma: float = 10.0) -> list[Measurement]:
    rng = np.random.default_rng(1)
    every = [(a,) for a in range(joint.ndim)] + cliques
    return [Measurement(c, summed(joint, c) + rng.normal(0, sigma, summed(joint, c).shape), sigma) for c in every]


def joint_of(chain: Chain) -> NDArray[np.float64]:
    rows = np.array(list(itertools.product(*map(range, chain.sizes))), np.int32)
    return np.exp(chain.log_probability(rows)).reshape(chain.sizes)


def shares(rows: NDArray[np.int32], sizes: tuple[int, ...]) -> NDArray[np.float64]:
    counts = np.zeros(sizes)
    np.add.at(counts, tuple(rows.T), 1)
    return counts / len(rows)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(st.lists(st.integers(1, 4), min_size=1, max_size=5), st.data())
def test_probabilities_add_up_and_rows_follow_them(sizes: list[int], data: st.DataObject) -> None:
    subsets = [c for k in (2, 3) for c in itertools.combinations(range(len(sizes)), k)]
    cliques = data.draw(st.lists(st.sampled_from(subsets), max_size=5)) if subsets else []
    chain = Chain.fit(tuple(sizes), measured(truth(tuple(sizes)), cliques))
    joint = joint_of(chain)
    assert joint.sum() == pytest.approx(1, abs=1e-5)
    # each share of independent draws misses by 10 of its largest standard deviations with probability < 1e-22
    assert np.abs(shares(chain.draw(20_000, np.random.default_rng(0)), chain.sizes) - joint).max() < 5 / np.sqrt(20_000)


def test_counts_come_close_to_what_was_measured() -> None:
    joint = truth()
    chain = Chain.fit(SIZES, measured(joint, [*PAIRS, (1, 2, 3)]))
    for clique in [*PAIRS, (1, 2, 3), (0,), (3,)]:
        assert np.abs(chain.marginal(clique) - summed(joint, clique)).sum() / 2 < 0.02 * joint.sum(), clique
        np.testing.assert_array_equal(chain.marginal(clique[::-1]).T, chain.marginal(clique))


def test_it_is_nearly_the_tree_where_there_is_one() -> None:
    known = measured(truth(), [(0, 1), (1, 2), (2, 3), (3, 4)])
    chain, graph = Chain.fit(SIZES, known), Graph.fit(SIZES, known)
    for pair in itertools.combinations(range(5), 2):
        assert np.abs(chain.marginal(pair) - graph.marginal(pair)).sum() / 2 < 0.02 * graph.total


def test_conditions_are_met_and_weigh_what_was_drawn_before() -> None:
    chain = Chain.fit(SIZES, measured(truth(), PAIRS))
    mask = np.array([0.0, 1.0, 0.5])
    last = chain.order[-1]
    assert SIZES[last] == 3 or SIZES[chain.order[-2]] == 3
    a = last if SIZES[last] == 3 else chain.order[-2]
    wanted = joint_of(chain) * mask.reshape([-1 if b == a else 1 for b in range(5)])
    wanted /= wanted.sum()
    rows = chain.draw(30_000, np.random.default_rng(0), {a: mask})
    assert mask[rows[:, a]].all()
    for b in range(5):
        assert np.abs(summed(shares(rows, SIZES), (b,)) - summed(wanted, (b,))).max() < 0.03


def test_parts_of_rows_are_kept_and_the_rest_follows() -> None:
    chain = Chain.fit(SIZES, measured(truth(), PAIRS))
    joint = joint_of(chain)
    part = np.array([[-1, 2, -1, -1, 1]], np.int32)
    rows = chain.complete(np.repeat(part, 4000, axis=0), np.random.default_rng(2))
    assert (rows[:, [1, 4]] == [2, 1]).all()
    wanted = joint[:, 2, :, :, 1] / joint[:, 2, :, :, 1].sum()
    assert np.abs(shares(rows, SIZES)[:, 2, :, :, 1] - wanted).sum() / 2 < 0.06
    assert np.exp(chain.log_probability(part))[0] == pytest.approx(joint[:, 2, :, :, 1].sum(), rel=0.5)
    known = np.array([[0, 0, 0, 0, 0], [2, 3, 1, 4, 2]], np.int32)
    np.testing.assert_array_equal(chain.complete(known, np.random.default_rng(0)), known)


def test_what_cannot_be_is_never_drawn_and_is_told() -> None:
    joint = truth()
    forbidden = np.zeros((3, 4), bool)
    forbidden[0, 1:] = forbidden[2, 2] = True
    only = np.array([False, True])
    rules = [((0, 1), forbidden), ((2,), only), ((4, 3), np.eye(3, 5, dtype=bool))]
    chain = Chain.fit(SIZES, measured(joint, PAIRS), zeros=rules)
    for rows in (
        chain.draw(20_000, np.random.default_rng(0)),
        chain.draw(500, np.random.default_rng(0), {0: [1, 0, 0]}),
    ):
        assert not forbidden[rows[:, 0], rows[:, 1]].any() and not rows[:, 2].any()
        assert (rows[:, 3] != rows[:, 4]).all()
    for part in ([0, 1, -1, -1, -1], [-1, -1, 1, -1, -1], [0, 1, 0, 0, 1], [1, 1, 0, 2, 2]):
        rows = np.array([part], np.int32)
        assert chain.log_probability(rows)[0] == -np.inf
        with pytest.raises(ConditionError, match=r"given\.impossible"):
            chain.complete(rows, np.random.default_rng(0))
    with pytest.raises(ConditionError, match=r"given\.impossible"):
        chain.draw(1, np.random.default_rng(0), {0: np.array([1, 0, 0]), 1: np.array([0, 1, 1, 1])})
    with pytest.raises(FitError, match=r"fit\.impossible"):
        Chain.fit(SIZES, measured(joint, PAIRS), zeros=[((0, 1), np.ones((3, 4), bool))])


def test_groups_of_cells_are_enough_where_pairs_were_counted_by_them() -> None:
    joint = truth((12, 10, 3))
    thirds, halves = np.arange(12) // 4, np.arange(10) // 5
    coarse = np.zeros((3, 2))
    np.add.at(coarse, (thirds[:, None], halves[None]), summed(joint, (0, 1)))
    chain = Chain.fit(joint.shape, [*measured(joint, []), Measurement((0, 1), coarse, 5.0, (thirds, halves))])
    assert chain.grouping.sizes == (3, 2, 1)
    assert np.abs(chain.marginal((0, 1), (thirds, halves)) - coarse).sum() / 2 < 0.02 * joint.sum()
    for a in (0, 1, 2):
        assert np.abs(chain.marginal((a,)) - summed(joint, (a,))).sum() / 2 < 0.02 * joint.sum()


@pytest.mark.parametrize("sizes", [(), (1,), (1, 1), (3,), (1, 4, 1)])
@pytest.mark.parametrize("level", [-50.0, 0.0, 1e6])
def test_odd_sizes_and_odd_counts_still_give_rows(sizes: tuple[int, ...], level: float) -> None:
    cliques = [c for k in (1, 2) for c in itertools.combinations(range(len(sizes)), k)]
    chain = Chain.fit(sizes, [Measurement(c, np.full([sizes[a] for a in c], level), 3.0) for c in cliques])
    for n in (0, 1, 7):
        rows = chain.draw(n, np.random.default_rng(0))
        assert rows.shape == (n, len(sizes)) and rows.dtype == np.int32
        assert (rows >= 0).all() and (rows < np.array(sizes, int)).all()


def test_equal_inputs_give_equal_bits_and_so_does_what_was_saved() -> None:
    rule = [((0, 1), np.eye(3, 4, dtype=bool))]
    chain, again = (Chain.fit(SIZES, measured(truth(), PAIRS), zeros=rule) for _ in range(2))
    values, arrays = chain.state()
    loaded = Chain.from_state(json.loads(json.dumps(values)), arrays)
    rows = [c.draw(300, np.random.default_rng(9)) for c in (chain, again, loaded)]
    assert (rows[0] == rows[1]).all() and (rows[0] == rows[2]).all()


def test_an_earlier_fit_is_a_start() -> None:
    known = measured(truth(), PAIRS)
    whole, part = Chain.fit(SIZES, known, rounds=40), Chain.fit(SIZES, known[:-1], rounds=40)

    def miss(chain: Chain) -> float:
        return float(np.abs(joint_of(chain) - joint_of(whole)).sum())

    assert miss(Chain.fit(SIZES, known, start=part, rounds=1)) < miss(Chain.fit(SIZES, known, rounds=1))


def test_rows_are_spread_evenly_over_what_hangs_together() -> None:
    table = np.outer([0.5, 0.3, 0.2], [0.1, 0.2, 0.3, 0.4]) * 100_000
    chain = Chain.fit((3, 4), [Measurement((0, 1), table, 1.0)])
    counts = shares(chain.draw(10_000, np.random.default_rng(3)), (3, 4)) * 10_000
    # independent draws would miss these counts by 30 and more
    assert np.abs(counts - joint_of(chain) * 10_000).max() < 3
