"""Networks of chance are simple, have as many links as was asked for, and are shaped as their models are known for."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.core.seeds import generator
from likewise.errors import SettingsError
from likewise.techniques.agents.spaces.links import Links, degree, edges_of
from likewise.techniques.agents.spaces.networks import by_chance, network, of_degrees, preferential, small_world


def degrees(links: Links) -> Any:
    return np.diff(links.start)


def as_graph(links: Links) -> Any:
    """Return a network as the library that knows them best holds it."""
    graph = networkx.Graph()
    graph.add_nodes_from(range(len(links.start) - 1))
    graph.add_edges_from(zip(*(ends.tolist() for ends in edges_of(links)), strict=True))
    return graph


def check(links: Links) -> None:
    """See that links lead both ways, to others, once, in ascending order."""
    a, b = edges_of(links)
    pairs = list(zip(a.tolist(), b.tolist(), strict=True))
    assert {(y, x) for x, y in pairs} == set(pairs) and all(x != y for x, y in pairs)
    assert all(one < other for one, other in pairwise(pairs))


MAKERS: dict[str, Callable[[Any, int], Links]] = {
    "by_chance": lambda rng, n: by_chance(rng, n, 0.6 * (n - 1)),
    "small_world": lambda rng, n: small_world(rng, n, (n - 1) // 2 * 2, 0.7),
    "preferential": lambda rng, n: preferential(rng, n, max(n // 2, 1)),
    "of_degrees": lambda rng, n: of_degrees(rng, [n - 1] + [1] * (n - 1)),
}


@pytest.mark.parametrize("name", MAKERS)
@given(agents=st.integers(2, 12), seed=st.integers(0, 99))
@settings(max_examples=25)
def test_small_and_dense_networks_are_simple(name: str, agents: int, seed: int) -> None:
    check(MAKERS[name](generator(seed), agents))


@pytest.mark.parametrize("name", MAKERS)
def test_the_same_seed_gives_the_same_network(name: str) -> None:
    one, same, other = (MAKERS[name](generator(seed, "here"), 40) for seed in (1, 1, 2))
    assert np.array_equal(one.other, same.other) and np.array_equal(one.start, same.start)
    assert name == "of_degrees" or not np.array_equal(one.other, other.other)  # a star is the only one with its degrees


def test_links_by_chance_are_poisson() -> None:
    links = by_chance(generator(3), 20_000, 6.0)
    check(by_chance(generator(3), 500, 6.0))
    assert abs(degrees(links).mean() - 6) < 0.1 and abs(degrees(links).var() - 6) < 0.3
    everyone = by_chance(generator(3), 30, 29.0)
    assert (degrees(everyone) == 29).all()


def test_each_pair_is_as_likely_as_any_other() -> None:
    counts = np.zeros((6, 6))
    for seed in range(2000):
        a, b = edges_of(by_chance(generator(seed), 6, 2.0))
        counts[a, b] += 1
    found = counts[np.tril_indices(6, -1)] / 2000
    assert np.abs(found - 0.4).max() < 0.05


def test_a_small_world_keeps_its_links_and_shortens_its_ways() -> None:
    ring, world = (small_world(generator(0), 600, 6, share) for share in (0.0, 0.1))
    assert len(ring.other) == len(world.other) == 3600 and (degrees(ring) == 6).all()
    clustering = [networkx.average_clustering(as_graph(links)) for links in (ring, world)]
    ways = [networkx.average_shortest_path_length(as_graph(links)) for links in (ring, world)]
    assert clustering[0] == pytest.approx(0.6)  # 3 (k - 2) / 4 (k - 1)
    assert clustering[1] > 0.6 * clustering[0] and ways[1] < ways[0] / 5


def test_a_share_of_one_leads_every_link_elsewhere() -> None:
    a, b = edges_of(small_world(generator(1), 5000, 4, 1.0))
    apart = np.minimum((a - b) % 5000, (b - a) % 5000)
    assert (apart <= 2).mean() < 0.01


def test_who_has_many_links_gets_more() -> None:
    grown = preferential(generator(0), 50_000, 3)
    found = degrees(grown)
    assert found.min() == 3 and len(grown.other) == 2 * (6 + 3 * (50_000 - 4))
    # The share with exactly k links is 2 m (m + 1) / k (k + 1) (k + 2) (Dorogovtsev, Mendes and Samukhin, 2000).
    for k in (3, 4, 5, 8):
        assert (found == k).mean() == pytest.approx(24 / (k * (k + 1) * (k + 2)), rel=0.06)
    assert found.max() > 300


def test_newcomers_choose_ends_of_links_evenly() -> None:
    """The fourth agent of one link each meets the first three, who are linked in a row or a star."""
    counts = np.zeros(3)
    for seed in range(3000):
        grown = preferential(generator(seed), 4, 1)
        middle = int(np.argmax(degrees(grown)[:2]))
        counts[[0 if j == middle else 2 if j == 2 else 1 for j in edges_of(grown)[1][grown.start[3] :]]] += 1
    assert counts[2] / 3000 == pytest.approx(0.25, abs=0.03)  # the third has one of four ends


@given(wanted=st.lists(st.integers(0, 6), min_size=1, max_size=14))
def test_networks_of_given_degrees_are_those_that_there_are(wanted: list[int]) -> None:
    if networkx.is_graphical(wanted):
        links = of_degrees(generator(0), wanted)
        check(links)
        assert degree(links, np.arange(len(wanted))).sum() >= sum(wanted) - 6
    else:
        with pytest.raises(SettingsError, match="no network"):
            of_degrees(generator(0), wanted)


def test_given_degrees_are_met() -> None:
    wanted = generator(5).zipf(2.3, 3000).clip(1, 200)
    wanted[0] += wanted.sum() % 2
    links = of_degrees(generator(1), wanted)
    check(links)
    assert np.array_equal(degrees(links), wanted)


WRONG: list[Callable[[Any], Links]] = [
    lambda rng: by_chance(rng, 10, 9.5),
    lambda rng: by_chance(rng, 10, -1.0),
    lambda rng: small_world(rng, 10, 3, 0.1),
    lambda rng: small_world(rng, 10, 10, 0.1),
    lambda rng: small_world(rng, 10, 2, 1.5),
    lambda rng: preferential(rng, 10, 0),
    lambda rng: preferential(rng, 10, 10),
    lambda rng: of_degrees(rng, [1, 1, 1]),
    lambda rng: of_degrees(rng, [1.0, 1.0]),
    lambda rng: of_degrees(rng, [-1, 1]),
    lambda rng: network("preferential", rng, 10, 3.0),
    lambda rng: network("small-world", rng, 10, 2.5),
]


@pytest.mark.parametrize("wrong", WRONG)
def test_what_no_network_has_is_refused(wrong: Callable[[Any], Links]) -> None:
    with pytest.raises(SettingsError) as fault:
        wrong(generator(0))
    assert fault.value.where and fault.value.hint
