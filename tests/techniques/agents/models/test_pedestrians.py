"""Pedestrians come, walk and leave, give way, and part into lanes; in every way the same."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from likewise.core.table import Table
from likewise.recipes.simulate import simulate
from likewise.techniques.agents.compiling import How
from likewise.techniques.agents.fitting import Trial, prior_of
from likewise.techniques.agents.models.pedestrians import Pedestrians
from likewise.techniques.agents.models.social_force import off_walls, push
from likewise.techniques.agents.models.tracks import summaries, walks_of
from likewise.techniques.agents.observed import observed
from likewise.techniques.agents.population import living, of_columns
from likewise.techniques.agents.simulation import Simulation


def walked(scenario: Pedestrians, until: float, how: How = "arrays", seed: int = 1) -> Simulation:
    simulation = Simulation(scenario, seed=seed, how=how)
    for _ in simulation.stream(until):
        pass
    return simulation


def test_all_ways_lead_to_the_same_bits() -> None:
    scenario = Pedestrians(agents=20, length=15.0, width=3.0, flow=4.0)
    plain = walked(scenario, 6, "plain").state()
    for how in ("compiled", "arrays"):
        state = walked(scenario, 6, how).state()  # type: ignore[arg-type]
        assert all(np.array_equal(values, state[name]) for name, values in plain.items())
    assert plain["log.used"][0] == 0 and plain["near.other"].size > 10


def potential(x: float, y: float, comes: tuple[float, float], strength: float, reach: float) -> float:
    both = math.hypot(x, y) + math.hypot(x - comes[0], y - comes[1])
    return strength * math.exp(-0.5 * math.sqrt(both**2 - comes[0] ** 2 - comes[1] ** 2) / reach)


@pytest.mark.parametrize("seed", range(12))
def test_a_push_is_the_slope_of_its_potential(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y, speed_x, speed_y = rng.normal(size=(4, 2))
    p = of_columns("p", {"strength": 2.1, "reach": 0.3 + rng.random(), "ahead": 2 * rng.random()})
    people = of_columns("people", {"x": x, "y": y, "speed_x": speed_x, "speed_y": speed_y})
    found = push(0, 1, of_columns("w", {"people": people, "p": p}))
    comes = (p.ahead * (speed_x[1] - speed_x[0]), p.ahead * (speed_y[1] - speed_y[0]))
    at, h = (x[0] - x[1], y[0] - y[1]), 1e-6
    slope = [
        (potential(at[0] - dx, at[1] - dy, comes, p.strength, p.reach)
         - potential(at[0] + dx, at[1] + dy, comes, p.strength, p.reach)) / (2 * h)
        for dx, dy in ((h, 0), (0, h))
    ]  # fmt: skip
    facing = -(speed_x[0] * slope[0] + speed_y[0] * slope[1]) / (
        math.hypot(speed_x[0], speed_y[0]) * math.hypot(*slope)
    )
    seen = 1.0 if facing >= math.cos(math.radians(100)) else 0.5
    assert found == pytest.approx([seen * slope[0], seen * slope[1]], rel=1e-5, abs=1e-8)


def test_walls_push_to_the_middle() -> None:
    assert off_walls(0.1, 4.0) > 20 and off_walls(3.9, 4.0) == pytest.approx(-off_walls(0.1, 4.0))
    assert off_walls(2.0, 4.0) == 0.0


def test_one_alone_walks_straight_to_the_exit_at_the_speed_wished() -> None:
    run = simulate(Pedestrians(walks=((1.0, 2.0, 3.0, 14.0, 8.0),), walls=False, speed=1.3, speed_sd=0.0), until=15,
                   every=0.4, how="arrays")  # fmt: skip
    left = run.events.to_dict()
    assert left["activity"] == ["left"] and left["time"][0] == pytest.approx(1 + 13 / 1.3, abs=0.21)
    told = summaries(run.panels["people"])
    values = dict(zip(told.names, told.values.tolist(), strict=True))
    assert values["speed mean"] == pytest.approx(1.3) and values["deviation"] < 1e-9 and values["pace sd"] < 1e-6
    assert math.isnan(values["nearest q50"]) and run.agents["people"].rows == 0


def test_people_are_there_from_when_they_come_until_they_have_left() -> None:
    walks = ((0.0, 0.0, 0.0, 20.0, 0.0), (3.0, 20.0, 9.0, 0.0, 9.0), (100.0, 0.0, 4.0, 20.0, 4.0))
    run = simulate(Pedestrians(walks=walks, walls=False, speed_sd=0.0), until=30, every=0.4, how="arrays")
    panel = run.panels["people"].to_dict()
    seen = {who: [t for t, i in zip(panel["time"], panel["id"], strict=True) if i == who] for who in (0, 1, 2)}
    assert min(seen[0]) == 0.4 and min(seen[1]) == pytest.approx(3.2) and not seen[2]
    assert max(seen[1]) == pytest.approx(3 + 20 / 1.34, abs=0.4) and len(seen[1]) == len({*seen[1]})
    again = walks_of(run.panels["people"])
    assert np.allclose(np.array(again)[:, 1:], np.array(walks)[:2, 1:], atol=1.34 * 0.5)


def test_two_who_meet_give_way_to_the_side_and_slow_down_little() -> None:
    walks = ((0.0, 0.0, 0.0, 16.0, 0.0), (0.0, 16.0, 0.2, 0.0, 0.2))
    simulation = Simulation(Pedestrians(walks=walks, walls=False, speed_sd=0.0), how="arrays")
    gaps, aside = [], []
    for tick in range(1, 120):
        for _ in simulation.stream(tick * 0.1):
            pass
        people = simulation.world.people
        if len(living(people)) == 2:
            gaps.append(math.hypot(people.x[0] - people.x[1], people.y[0] - people.y[1]))
            aside.append(people.y[1] - people.y[0])
    assert 0.35 < min(gaps) < 1.5 and max(aside) > 0.35 and gaps[-1] > 3.0


def order(simulation: Simulation) -> float:
    """Return the share of those close ahead or behind who walk the same way, in the middle of the corridor."""
    people = simulation.world.people
    here = living(people)
    here = here[np.abs(people.x[here] - 20) < 12]
    x, y, way = people.x[here], people.y[here], np.sign(people.way_x[here])
    beside = (np.abs(x[:, None] - x) < 4) & (np.abs(y[:, None] - y) < 0.4) & ~np.eye(len(x), dtype=bool)
    return float((way[:, None] == way)[beside].mean())


def test_lanes_come_about_by_themselves() -> None:
    scenario: dict[str, Any] = {"agents": 200, "length": 40.0, "width": 6.0, "flow": 3.0}
    assert order(walked(Pedestrians(**scenario), 50)) > 0.8
    assert order(walked(Pedestrians(**scenario, strength=0.0), 50)) < 0.65


def test_walls_hold_people_back() -> None:
    people = walked(Pedestrians(agents=120, length=20.0, width=3.0, flow=4.0), 25).world.people
    here = living(people)
    assert len(here) > 20 and people.y[here].min() > 0 and people.y[here].max() < 3.0


def test_runs_are_compared_with_real_tracks() -> None:
    """What is real here was simulated: with the same wishes a run walks like it, with others it does not."""
    scenario = Pedestrians(agents=40, length=20.0, width=4.0, speed=1.0)
    run = simulate(scenario, until=24, every=0.4, how="arrays")
    tracks = Table.from_any(run.panels["people"].to_arrow().rename_columns({"id": "agent"}))
    rows = observed(tracks, scenario)
    real = scenario.summaries(rows)
    trial = Trial(scenario.model_copy(update={"walks": walks_of(tracks), "walls": False}), 24.0, real.names, "arrays")
    like, unlike = (trial({"speed": speed}, 1) for speed in (1.0, 2.0))
    assert like.names == unlike.names == real.names and np.isfinite(real.values).all()
    assert like.values[0] == pytest.approx(real.values[0], abs=0.1) and unlike.values[0] > real.values[0] + 0.7
    assert prior_of(scenario).names == ("speed", "speed_sd", "strength", "reach", "relaxation")


def test_tenths_of_seconds_are_met_exactly_once() -> None:
    scenario = Pedestrians(agents=10, length=10.0)
    run = simulate(scenario, until=6, every=0.4, how="arrays")
    assert np.allclose(np.unique(run.panels["people"].to_dict()["time"]), np.arange(1, 16) * 0.4)
    assert np.allclose(run.series.to_dict()["time"], np.arange(1, 61) * 0.1)
    whole, parts = Simulation(scenario, how="arrays"), Simulation(scenario, how="arrays")
    for untils, simulation in (((6.0,), whole), ((0.3, 0.7, 2.0 - 1e-12, 6.0), parts)):
        for until in untils:
            for _ in simulation.stream(until):
                pass
    assert whole.steps == parts.steps == 60 and np.array_equal(whole.world.people.x, parts.world.people.x)
