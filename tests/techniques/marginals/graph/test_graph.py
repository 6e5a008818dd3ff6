"""The estimate beside a joint distribution that is small enough to be written out."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from likewise.errors import ConditionError, FitError, SettingsError
from likewise.techniques.marginals.graph import Graph, Measurement, size_of

SMALL = settings(max_examples=25, deadline=None, derandomize=True)


def summed(joint: NDArray[np.float64], clique: tuple[int, ...]) -> NDArray[np.float64]:
    return joint.sum(axis=tuple(a for a in range(joint.ndim) if a not in clique))


def some_joint(sizes: tuple[int, ...], rng: np.random.Generator, rows: float = 1000) -> NDArray[np.float64]:
    return rng.dirichlet(np.full(int(np.prod(sizes)), 0.5)).reshape(sizes) * rows


@st.composite
def problems(draw: st.DrawFn) -> tuple[tuple[int, ...], list[tuple[int, ...]], int]:
    sizes = tuple(draw(st.lists(st.integers(1, 4), min_size=1, max_size=5)))
    subsets = [c for k in (1, 2, 3) for c in itertools.combinations(range(len(sizes)), k)]
    cliques = draw(st.lists(st.sampled_from(subsets), max_size=6))
    return sizes, cliques, draw(st.integers(0, 2**32))


def noisy_fit(sizes: tuple[int, ...], cliques: list[tuple[int, ...]], seed: int, **more: object) -> Graph:
    rng = np.random.default_rng(seed)
    joint = some_joint(sizes, rng)
    noisy = [Measurement(c, summed(joint, c) + rng.normal(0, 20, [sizes[a] for a in c]), 20.0) for c in cliques]
    return Graph.fit(sizes, noisy, **more)  # type: ignore[arg-type]


def joint_of(graph: Graph) -> NDArray[np.float64]:
    """Every cell's probability, by the factors alone and none of the tree's messages."""
    joint = np.ones(graph.sizes)
    for factor in graph.factors:
        maps = factor.measurement.maps or ()
        at = [np.arange(graph.sizes[a]) if by is None else by for a, by in zip(factor.measurement.clique, maps)]
        lengths = [graph.sizes[a] if a in factor.measurement.clique else 1 for a in range(joint.ndim)]
        joint = joint * np.exp(factor.theta[np.ix_(*at)].astype(np.float64)).reshape(lengths)
    for clique, impossible in graph.zeros:
        joint = joint * ~impossible.reshape([graph.sizes[a] if a in clique else 1 for a in range(joint.ndim)])
    return joint / joint.sum()


@SMALL
@given(problems())
def test_marginals_of_all_attributes_are_those_of_the_product_of_factors(problem) -> None:  # type: ignore[no-untyped-def]
    graph = noisy_fit(*problem)
    joint = joint_of(graph) * graph.total
    cliques = [c for k in range(len(graph.sizes) + 1) for c in itertools.combinations(range(len(graph.sizes)), k)]
    for clique, many in zip(cliques, graph.marginals(cliques)):
        np.testing.assert_allclose(graph.marginal(clique), summed(joint, clique), atol=1e-6 * graph.total)
        np.testing.assert_allclose(many, graph.marginal(clique), atol=1e-9 * graph.total)
        np.testing.assert_array_equal(graph.marginal(clique[::-1]).T, graph.marginal(clique))


@SMALL
@given(problems())
def test_probabilities_of_rows_and_of_parts_of_rows_are_exact(problem) -> None:  # type: ignore[no-untyped-def]
    graph = noisy_fit(*problem)
    joint = joint_of(graph)
    rows = np.array(list(itertools.product(*map(range, graph.sizes))), np.int32)
    np.testing.assert_allclose(np.exp(graph.log_probability(rows)).reshape(graph.sizes), joint, atol=1e-9)
    hidden = np.random.default_rng(problem[2]).random(rows.shape) < 0.5
    parts = np.where(hidden, -1, rows)
    known = [tuple(slice(None) if cell < 0 else cell for cell in row) for row in parts.tolist()]
    told = np.array([joint[place].sum() for place in known])
    np.testing.assert_allclose(np.exp(graph.log_probability(parts)), told, atol=1e-9)


@SMALL
@given(problems(), st.data())
def test_rows_come_in_counts_close_to_their_probabilities_under_any_mask(problem, data) -> None:  # type: ignore[no-untyped-def]
    graph = noisy_fit(*problem)
    a = data.draw(st.integers(0, len(graph.sizes) - 1))
    mask = np.array(
        data.draw(st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=graph.sizes[a], max_size=graph.sizes[a]))
    )
    wanted = joint_of(graph) * mask.reshape([-1 if b == a else 1 for b in range(len(graph.sizes))])
    if wanted.sum() < 1e-12:
        return
    wanted /= wanted.sum()
    rows = graph.draw(4000, np.random.default_rng(1), {a: mask})
    assert mask[rows[:, a]].all()
    counts = np.zeros(graph.sizes)
    np.add.at(counts, tuple(rows.T), 1)
    # at worst a count is a sum of independent choices: it misses by 8 standard deviations with probability < 1e-12
    assert (np.abs(counts - 4000 * wanted) <= 8 * np.sqrt(4000 * wanted) + 4).all()


@SMALL
@given(problems())
def test_counts_of_one_attribute_are_rounded_up_or_down(problem) -> None:  # type: ignore[no-untyped-def]
    graph = noisy_fit(*problem, total=1000)
    root = graph.beliefs.tree.cliques[0][0]
    rows = graph.draw(1000, np.random.default_rng(0))
    wanted = graph.marginal((root,)) / graph.total * 1000
    if graph.beliefs.grouping.sizes[root] == graph.sizes[root]:
        assert (np.abs(np.bincount(rows[:, root], minlength=graph.sizes[root]) - wanted) < 1 + 1e-6).all()


def test_rows_are_completed_given_what_each_one_holds() -> None:
    graph = noisy_fit((3, 4, 2, 3), [(0, 1), (1, 2), (2, 3), (0, 3)], 5)
    joint = joint_of(graph)
    parts = np.array([[0, -1, -1, 2], [-1, 3, -1, -1], [-1, -1, -1, -1], [2, 1, 1, 0]], np.int32)
    rows = graph.complete(np.repeat(parts, 20000, axis=0), np.random.default_rng(3))
    assert (rows[60000:] == parts[3]).all()
    for k, place in enumerate([(0, slice(None), slice(None), 2), (slice(None), 3), (...,)]):
        mine = rows[k * 20000 : (k + 1) * 20000]
        assert ((parts[k] < 0) | (mine == parts[k])).all()
        counts = np.zeros(graph.sizes)
        np.add.at(counts, tuple(mine.T), 1)
        wanted = joint[place] / joint[place].sum()
        assert np.abs(counts[place] / 20000 - wanted).max() < 0.02


def test_what_cannot_be_is_never_drawn_and_is_told() -> None:
    forbidden = np.zeros((3, 4), bool)
    forbidden[0, 1:] = forbidden[2, 2] = True
    one = np.array([False, False, True])
    graph = noisy_fit((3, 4, 3), [(0, 1), (1, 2), (2,)], 2, zeros=[((1, 0), forbidden.T), ((2,), one)])
    rows = graph.draw(20000, np.random.default_rng(0))
    assert not forbidden[rows[:, 0], rows[:, 1]].any() and not one[rows[:, 2]].any()
    assert (graph.marginal((0, 1))[forbidden] == 0).all()
    given = graph.draw(500, np.random.default_rng(0), {0: np.array([True, False, False])})
    assert (given[:, 1] == 0).all()
    with pytest.raises(ConditionError, match=r"given\.impossible"):
        graph.draw(1, np.random.default_rng(0), {0: np.array([1, 0, 0]), 1: np.array([0, 1, 1, 1])})
    for part in ([0, 1, -1], [-1, -1, 2], [0, 1, 2]):
        rows = np.array([part], np.int32)
        assert graph.log_probability(rows)[0] == -np.inf
        with pytest.raises(ConditionError, match=r"given\.impossible"):
            graph.complete(rows, np.random.default_rng(0))
    with pytest.raises(FitError, match=r"fit\.impossible"):
        noisy_fit((2, 2), [(0, 1)], 0, zeros=[((0, 1), np.ones((2, 2), bool))])


def test_the_estimate_meets_counts_that_agree_and_averages_those_that_do_not() -> None:
    rng = np.random.default_rng(0)
    joint = some_joint((3, 4, 3), rng, 100_000)
    exact = [Measurement(c, summed(joint, c), 1.0) for c in [(0, 1), (1, 2), (0, 2)]]
    graph = Graph.fit((3, 4, 3), exact, rounds=100)
    for m in exact:
        assert np.abs(graph.marginal(m.clique) - m.values).max() < 20
    unsure = Measurement((0,), np.array([0.0, 300.0]), 1.0), Measurement((0,), np.array([300.0, 0.0]), 100.0)
    assert Graph.fit((2,), unsure).marginal((0,))[1] > 290


def test_groups_of_cells_are_kept_apart_no_more_than_measured() -> None:
    rng = np.random.default_rng(1)
    joint = some_joint((12, 10, 3), rng, 50_000)
    thirds, halves = np.arange(12) // 4, np.arange(10) // 5
    coarse = np.zeros((3, 2))
    np.add.at(coarse, (thirds[:, None], halves[None]), summed(joint, (0, 1)))
    known = [
        Measurement((0, 1), coarse, 5.0, (thirds, halves)),
        *(Measurement((a,), summed(joint, (a,)), 5.0) for a in (0, 1, 2)),
    ]
    graph = Graph.fit(joint.shape, known, rounds=200)
    assert graph.beliefs.grouping.sizes == (3, 2, 1)
    assert np.abs(graph.marginal((0, 1), (thirds, halves)) - coarse).max() < 25
    for a in (0, 1, 2):
        assert np.abs(graph.marginal((a,)) - summed(joint, (a,))).max() < 25
    np.testing.assert_allclose(graph.marginal((0, 1, 2)) / graph.total, joint_of(graph), atol=1e-9)


@pytest.mark.parametrize("sizes", [(), (1,), (1, 1), (3,), (1, 4, 1)])
@pytest.mark.parametrize("level", [-50.0, 0.0, 0.2, 1e6])
def test_odd_sizes_and_odd_counts_still_give_a_distribution(sizes: tuple[int, ...], level: float) -> None:
    cliques = [c for k in (1, 2) for c in itertools.combinations(range(len(sizes)), k)]
    graph = Graph.fit(sizes, [Measurement(c, np.full([sizes[a] for a in c], level), 3.0) for c in cliques])
    joint = graph.marginal(tuple(range(len(sizes))))
    assert np.isfinite(joint).all() and (joint >= 0).all() and joint.sum() == pytest.approx(graph.total)
    for n in (0, 1, 7):
        rows = graph.draw(n, np.random.default_rng(0))
        assert rows.shape == (n, len(sizes)) and rows.dtype == np.int32
        assert (rows >= 0).all() and (rows < np.array(sizes, int)).all()


def test_a_total_of_none_is_estimated_and_one_that_is_given_is_kept() -> None:
    known = [Measurement((0,), np.array([60.0, 40.0]), 1.0), Measurement((1,), np.array([130.0, -10.0, 0.0]), 1.0)]
    assert Graph.fit((2, 3), known).total == pytest.approx(108.0)
    assert Graph.fit((2, 3), known, total=50).marginal((0,)).sum() == pytest.approx(50)
    assert Graph.fit((2, 3), known, total=0).marginal((0,)).sum() == 0


def test_equal_inputs_give_equal_bits_and_so_does_what_was_saved() -> None:
    forbidden = np.eye(3, 4, dtype=bool)
    graph, again = (noisy_fit((3, 4, 5), [(0, 1), (1, 2), (2,)], 3, zeros=[((0, 1), forbidden)]) for _ in range(2))
    values, arrays = graph.state()
    loaded = Graph.from_state(json.loads(json.dumps(values)), arrays)
    rows = [g.draw(300, np.random.default_rng(9)) for g in (graph, again, loaded)]
    assert (rows[0] == rows[1]).all() and (rows[0] == rows[2]).all()
    np.testing.assert_array_equal(loaded.marginal((0, 2)), graph.marginal((0, 2)))


def test_a_fit_from_an_earlier_one_needs_fewer_rounds() -> None:
    rng = np.random.default_rng(4)
    joint = some_joint((6, 6, 6, 6), rng, 20_000)
    known = [
        Measurement(c, summed(joint, c) + rng.normal(0, 5, (6, 6)), 5.0) for c in itertools.combinations(range(4), 2)
    ]
    full = Graph.fit(joint.shape, known, rounds=500)
    first = Graph.fit(joint.shape, known[:-1], rounds=500)

    def miss(graph: Graph) -> float:
        return max(float(np.abs(graph.marginal(m.clique) - full.marginal(m.clique)).max()) for m in known)

    cold = miss(Graph.fit(joint.shape, known, rounds=1))
    assert miss(Graph.fit(joint.shape, known, start=first, rounds=1)) < 0.7 * cold
    assert miss(Graph.fit(joint.shape, known, start=full, rounds=1)) < 0.01 * cold


def test_errors_say_what_does_not_fit() -> None:
    for wrong in (lambda: Measurement((0,), np.ones((2, 2)), 1.0), lambda: Measurement((0,), np.ones(2), 0.0),
                  lambda: Graph.fit((3,), [Measurement((0,), np.ones(2), 1.0)]),
                  lambda: Graph.fit((3,), [Measurement((1,), np.ones(3), 1.0)])):  # fmt: skip
        with pytest.raises(SettingsError, match=r"settings\.measurement"):
            wrong()
    with pytest.raises(FitError, match=r"fit\.memory"):
        noisy_fit((4, 4, 4), [(0, 1), (1, 2)], 0, most=size_of((4, 4, 4), [(0, 1), (1, 2)]) - 1)


def test_information_tells_dependence() -> None:
    table = np.array([[500.0, 0.0], [0.0, 500.0]])
    graph = Graph.fit((2, 2, 2), [Measurement((0, 1), table, 0.01), Measurement((2,), np.array([500.0, 500.0]), 0.01)])
    assert graph.information([(0, 1), (0, 2)]) == pytest.approx([np.log(2), 0.0], abs=1e-3)
