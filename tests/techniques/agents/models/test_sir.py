"""An epidemic spreads along contacts, in every way the same, to the size that the theory tells."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from likewise.errors import SettingsError
from likewise.recipes.simulate import simulate
from likewise.techniques.agents.compiling import How
from likewise.techniques.agents.models.sir import SIR
from likewise.techniques.agents.simulation import Simulation


def spread(scenario: SIR, until: float, how: How = "compiled", seed: int = 0) -> tuple[Simulation, dict[str, Any]]:
    """Run, and return the simulation and its events."""
    simulation = Simulation(scenario, seed=seed, how=how)
    blocks = [*simulation.stream(until), simulation.rest()]
    return simulation, {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}


@pytest.mark.parametrize("network", ["random", "small-world", "preferential"])
def test_compiled_and_plain_lead_to_the_same_bits(network: Any) -> None:
    scenario = SIR(agents=300, network=network, contacts=6.0)
    (one, events), (other, same) = (spread(scenario, 40, how) for how in ("compiled", "plain"))
    assert all(np.array_equal(events[name], same[name]) for name in events) and len(events["who"]) > 100
    assert np.array_equal(one.world.people.state, other.world.people.state)


def test_who_infects_is_ill_and_in_contact() -> None:
    simulation, events = spread(SIR(agents=400, network="small-world", first_ill=5), 60)
    contacts = simulation.world.contacts
    fell_ill, recovered = {}, {}
    for time, who, what, by in zip(*(events[name].tolist() for name in ("time", "who", "what", "by")), strict=True):
        if what == 1:
            recovered[who] = time
            assert fell_ill[who] <= time
        else:
            assert who not in fell_ill
            fell_ill[who] = time
            if by >= 0:
                assert fell_ill[by] < time and by not in recovered
                assert who in contacts.other[contacts.start[by] : contacts.start[by + 1]]
    assert sum(by < 0 for by in events["by"][events["what"] == 0]) == 5 and len(fell_ill) > 50


def test_everybody_is_well_or_ill_or_over_it() -> None:
    run = simulate(SIR(agents=500), until=30, seed=4)
    series = run.series.to_dict()
    assert {sum(row) for row in zip(*(series[n] for n in ("susceptible", "infected", "recovered")), strict=True)} == {
        500
    }
    assert series["susceptible"] == sorted(series["susceptible"], reverse=True)
    assert run.events.names == ("time", "agent", "activity", "by")


def test_it_comes_to_the_size_that_the_theory_tells() -> None:
    """Of contacts of an ill person a share catches it: rate / (rate + 1 / days) (Newman, 2002)."""
    scenario = SIR(agents=30_000, contacts=6.0, rate=0.08, days=6.0, first_ill=150)
    simulation, events = spread(scenario, 400)
    caught = 0.08 / (0.08 + 1 / 6.0)
    spared = 1.0
    for _ in range(200):
        spared = 1 - caught + caught * (1 - 150 / 30_000) * math.exp(-6.0 * (1 - spared))
    size = 1 - (1 - 150 / 30_000) * math.exp(-6.0 * (1 - spared))
    found = simulation.scenario.measured(simulation.world)
    assert found["infected"] == 0 and found["recovered"] / 30_000 == pytest.approx(size, abs=0.01)
    order = np.lexsort((events["time"], events["who"]))
    ill = np.diff(events["time"][order].reshape(-1, 2), axis=1)
    assert ill.mean() == pytest.approx(6.0, rel=0.03) and ill.std() == pytest.approx(6.0, rel=0.05)


def test_below_the_threshold_it_dies_out() -> None:
    simulation, _ = spread(SIR(agents=20_000, contacts=4.0, rate=0.02, days=5.0, first_ill=20), 300)
    assert simulation.scenario.measured(simulation.world)["recovered"] < 150


def test_without_contagion_only_the_first_are_ill() -> None:
    for scenario in (SIR(agents=50, rate=0.0, first_ill=7), SIR(agents=50, contacts=0.0, first_ill=7)):
        assert len(spread(scenario, 500, "plain")[1]["who"]) == 14


def test_a_small_world_has_an_even_number_of_contacts() -> None:
    with pytest.raises(SettingsError, match="cannot have 3 links"):
        simulate(SIR(network="small-world", contacts=3.0))
