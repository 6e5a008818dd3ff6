"""The way that is taken from crossing to crossing is the quickest there is."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.errors import SettingsError
from likewise.recipes.simulate import simulate
from likewise.techniques.agents.registry import scenario_of
from likewise.techniques.agents.simulation import Simulation
from likewise.techniques.agents.spaces.roads import roads, routed, way_to

EDGES = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(1, 9)), min_size=1, max_size=20)


@given(EDGES)
@settings(deadline=None)
def test_ways_are_the_quickest(edges: list[tuple[int, int, int]]) -> None:
    start, to, length = (np.array(part) for part in zip(*edges, strict=True))
    found = roads(start, to, length, speed=1.0)
    nodes = len(found.first) - 1
    far = np.where(np.eye(nodes, dtype=bool), 0.0, np.inf)
    for a, b, cost in edges:
        far[a, b] = min(far[a, b], cost)
    for k in range(nodes):  # Floyd, 1962
        far = np.minimum(far, far[:, k : k + 1] + far[k])
    for a, b in itertools.product(range(nodes), repeat=2):
        node, spent = a, 0.0
        while (edge := way_to(found, node, b)) >= 0:
            assert found.start[edge] == node and found.first[node] <= edge < found.first[node + 1]
            node, spent = int(found.to[edge]), spent + found.length[edge]
        assert (spent if node == b else np.inf) == far[a, b]


def test_a_jam_is_driven_round() -> None:
    town = roads([0, 1, 0], [1, 2, 2], [100.0, 100.0, 500.0])
    assert way_to(town, 0, 2) == 0
    assert way_to(routed(town, np.array([900.0, 7.0, 36.0])), 0, 2) == 1


@pytest.mark.parametrize("edges", [([0], [1], [0.0]), ([], [], [])])
def test_roads_without_length_are_refused(edges: tuple[list[int], list[int], list[float]]) -> None:
    with pytest.raises(SettingsError, match="above 0") as fault:
        roads(*edges)
    assert fault.value.where and fault.value.hint


CITY = Path(__file__).parents[4] / "examples/agents/city.py"


def test_a_city_where_drivers_hear_of_jams_gets_more_of_them_home() -> None:
    runs = [simulate(CITY, agents=500, replan=replan, until=300, how="plain", seed=1) for replan in (0, 60)]
    deaf, hearing = (run.events.to_dict() for run in runs)
    assert len(hearing["time"]) > 1.1 * len(deaf["time"]) > 300
    assert min(deaf["seconds"]) >= 1 and max(deaf["seconds"]) <= 300


def test_a_city_counts_its_cars_on_every_street_and_runs_compiled() -> None:
    worlds = [Simulation(scenario_of(CITY)(agents=60, replan=20), seed=2, how=how) for how in ("plain", "compiled")]
    for simulation in worlds:
        list(simulation.stream(90))
        w = simulation.world
        assert np.bincount(w.cars.edge, minlength=len(w.roads.to)).tolist() == w.streets.load.tolist()
        assert (w.cars.at >= 0).all() and (w.cars.at < w.roads.length[w.cars.edge]).all()
        assert (w.cars.goal != w.roads.start[w.cars.edge]).any()
    states = [simulation.state() for simulation in worlds]
    assert all(np.array_equal(states[0][name], states[1][name]) for name in states[0] if "log." not in name)
