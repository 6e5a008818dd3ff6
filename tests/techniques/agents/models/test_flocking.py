"""Flocks come about by three rules, in every way the same; one step is what the rules say."""

from __future__ import annotations

from typing import Any

import numpy as np

from likewise.techniques.agents.compiling import How
from likewise.techniques.agents.models.flocking import Flocking
from likewise.techniques.agents.simulation import Simulation


def flown(scenario: Flocking, until: float, how: How, seed: int = 2) -> Simulation:
    simulation = Simulation(scenario, seed=seed, how=how)
    for _ in simulation.stream(until):
        pass
    return simulation


def test_all_ways_lead_to_the_same_bits() -> None:
    plain = flown(Flocking(agents=60), 6, "plain").state()
    for how in ("compiled", "arrays"):
        state = flown(Flocking(agents=60), 6, how).state()  # type: ignore[arg-type]
        assert all(np.array_equal(values, state[name]) for name, values in plain.items())


def by_the_rules(birds: Any, side: float, p: Flocking) -> tuple[Any, Any]:
    """Return where birds fly, each told by a sentence of Reynolds', bird after bird."""
    ahead = np.stack([birds.ahead_x, birds.ahead_y], axis=1)
    place = np.stack([birds.x, birds.y], axis=1)
    turned = ahead.copy()
    for i in range(len(place)):
        way = (place - place[i] + side / 2) % side - side / 2
        far = np.hypot(*way.T)
        seen = (far <= p.vision) & (np.arange(len(place)) != i)
        if seen.any():
            together = p.cohere * way[seen].sum(axis=0)
            apart = p.separate * way[seen & (far < p.separation)].sum(axis=0)
            along = p.match * ahead[seen].sum(axis=0)
            turned[i] += (together - apart + along) / seen.sum()
    turned /= np.linalg.norm(turned, axis=1)[:, None]
    return (place + p.speed * turned) % side, turned


def test_a_step_is_what_the_rules_say() -> None:
    p = Flocking(agents=200, space=30.0, cohere=0.1, separate=0.4, match=0.2, separation=4.0, speed=0.7)
    before = flown(p, 3, "arrays").world
    place, ahead = by_the_rules(before.birds, before.plane.width, p)
    after = flown(p, 4, "arrays").world.birds
    assert np.allclose(np.stack([after.x, after.y], axis=1), place, atol=1e-9)
    assert np.allclose(np.stack([after.ahead_x, after.ahead_y], axis=1), ahead, atol=1e-9)


def test_birds_come_to_fly_one_way() -> None:
    scenario = Flocking(agents=80, space=20.0)
    orders = [scenario.measured(flown(scenario, until, "arrays").world)["order"] for until in (1, 400)]
    assert orders[0] < 0.3 and orders[1] > 0.9


def test_birds_that_heed_nobody_stay_on_their_way() -> None:
    loose = Flocking(agents=80, space=20.0, match=0.0, cohere=0.0, separate=0.0)
    first, last = (flown(loose, until, "arrays").world.birds for until in (0, 50))
    assert np.allclose(first.ahead_x, last.ahead_x) and np.allclose(first.ahead_y, last.ahead_y)
    side = Simulation(loose).world.plane.width
    assert np.allclose((first.x + 50 * first.ahead_x - last.x + 1e-6) % side, 0, atol=1e-5)


def test_a_flock_goes_on_from_its_state() -> None:
    scenario = Flocking(agents=40)
    whole, first, second = (
        flown(scenario, 9, "arrays"),
        flown(scenario, 4, "arrays"),
        Simulation(scenario, how="arrays"),
    )
    second.restore(first.state())
    for _ in second.stream(9):
        pass
    assert np.array_equal(whole.world.birds.x, second.world.birds.x)
    assert np.array_equal(whole.world.near.other, second.world.near.other)
