"""Animals are born and die one by one, and their numbers rise and fall in turn."""

from __future__ import annotations

import numpy as np
import pytest
from tests.techniques.agents.models.running import counted, equal, series

from likewise.techniques.agents.models.wolf_sheep import BORN, EATEN, STARVED, WOLF_BORN, WOLF_STARVED, WolfSheep
from likewise.techniques.agents.population import living
from likewise.techniques.agents.simulation import Simulation


def test_compiled_and_plain_come_to_the_same_bits() -> None:
    assert equal(WolfSheep(agents=200), 12, "compiled")


def test_all_who_come_and_go_are_noted_and_in_their_cells() -> None:
    simulation = Simulation(WolfSheep(agents=500), seed=1, how="plain")
    what = counted(simulation, 25)
    w = simulation.world
    sheep, wolves = living(w.sheep), living(w.wolves)
    assert len(sheep) == 400 + what[BORN] - what[STARVED] - what[EATEN]
    assert len(wolves) == 100 + what[WOLF_BORN] - what[WOLF_STARVED]
    assert min(what[k] for k in range(5)) > 0
    for who, crowd in ((w.sheep, w.flock), (w.wolves, w.pack)):
        found = []
        for cell in range(w.grid.cells):
            i = crowd.first[cell]
            while i >= 0:
                assert who.cell[i] == cell
                found.append(int(i))
                i = who.below[i]
        assert sorted(found) == living(who).tolist()


def test_sheep_that_starve_have_no_energy_and_others_have() -> None:
    simulation = Simulation(WolfSheep(agents=400, grass_energy=0.0, sheep_energy=0.0), how="plain")
    list(simulation.stream(41))
    assert len(living(simulation.world.wolves)) == len(living(simulation.world.sheep)) == 0


def test_wolves_follow_sheep() -> None:
    _, sheep, wolves, _ = series(WolfSheep(agents=12_000), 900, seed=3).T
    assert wolves[-1] > 300 and sheep[-1] > 1000
    sheep, wolves = sheep[150:], wolves[150:]

    def lagged(lag: int) -> float:
        """Return how wolves are with sheep of so many steps before."""
        return float(np.corrcoef(sheep[100 - lag : len(sheep) - 100 - lag], wolves[100:-100])[0, 1])

    assert lagged(90) > 0.3 and lagged(90) > lagged(-90) + 0.3


def test_without_wolves_sheep_are_as_many_as_grass_feeds() -> None:
    scenario = WolfSheep(agents=1000, pups=0.0, sheep_energy=0.0)
    after = series(scenario, 400, seed=2)
    cells = Simulation(scenario, seed=2, how="plain").world.grid.cells
    assert after[-1, 2] == 0
    fed = cells * scenario.grass_energy / scenario.regrowth
    assert after[-100:, 1].mean() == pytest.approx(fed, rel=0.15)
