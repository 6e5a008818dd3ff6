"""Drivers keep the distance that the model says, and change lanes where that pays and is safe."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likewise.techniques.agents.models.driving import changes, drawn, followed, steered
from likewise.techniques.agents.models.traffic import Traffic
from likewise.techniques.agents.population import of_columns, population
from likewise.techniques.agents.spaces.lanes import FAR, arranged, lanes

P = of_columns("p", Traffic().numbers())


def cars(x: list[float], v: list[float], lane: list[int]) -> Any:
    return population(0, "cars", len(x), x=x, v=v, lane=lane, length=4.5, haste=1.0, care=1.0, vigour=1.0)


def test_who_is_free_speeds_up_to_the_speed_that_is_wanted() -> None:
    who = cars([0.0] * 3, [0.0, P.speed / 2, P.speed], [0] * 3)
    found = followed(P, who, np.arange(3), FAR, 0.0)
    assert found == pytest.approx([P.power, P.power * 15 / 16, 0.0], abs=1e-4)


@given(st.floats(1.0, 30.0))
def test_the_gap_of_equal_speeds_is_an_equilibrium(v: float) -> None:
    who = cars([0.0], [v], [0])
    room = (P.standing + v * P.headway) / np.sqrt(1 - (v / P.speed) ** 4)
    assert followed(P, who, 0, room, v) == pytest.approx(0.0, abs=1e-9)
    assert followed(P, who, 0, room * 0.9, v) < 0 < followed(P, who, 0, room * 1.1, v)
    assert followed(P, who, 0, room, v + 1.0) > followed(P, who, 0, room, v - 1.0)


def decision(x: list[float], v: list[float], lane: list[int], **given: float) -> bool:
    """Return whether the first of some vehicles changes to the left."""
    who = cars(x, v, lane)
    road = arranged(lanes(1e6, 2, False), who)
    p = P._replace(**given)
    assert road.side[0] == 1
    return bool(changes(p, road, who, 0, steered(p, road, who, 0, road.ahead[0])))


def test_lanes_are_changed_where_that_pays_and_harms_nobody() -> None:
    assert decision([100.0, 130.0], [25.0, 15.0], [0, 0])
    assert not decision([100.0, 1000.0], [25.0, 30.0], [0, 0])
    assert not decision([100.0, 130.0, 90.0], [25.0, 15.0, 33.0], [0, 0, 1])  # somebody would have to brake hard
    assert not decision([100.0, 130.0, 102.0], [25.0, 15.0, 25.0], [0, 0, 1])  # somebody is beside
    follower = ([100.0, 150.0, 60.0], [25.0, 24.0, 28.0], [0, 0, 1])
    assert decision(*follower, politeness=0.0, safe=9.0) and not decision(*follower, politeness=1.0, safe=9.0)


def test_kinds_of_drivers_are_drawn_about_the_mean() -> None:
    who = population(1, "cars", 4000, x=0.0, v=0.0, lane=0, length=0.0, haste=0.0, care=0.0, vigour=0.0, is_truck=False)
    drawn(P._replace(trucks=0.25, spread=0.2, haste=0.1), who, np.arange(4000))
    assert who.is_truck.mean() == pytest.approx(0.25, abs=0.03)
    assert np.log(who.care).std() == pytest.approx(0.2, abs=0.01) and np.log(who.care).mean() == pytest.approx(
        0, abs=0.01
    )
    assert (who.length[who.is_truck] > 10).all() and (who.length[~who.is_truck] < 6).all()
    again = population(1, "cars", 4000, **{name: getattr(who, name) * 0 for name in who._fields[5:]})
    for i in range(50):
        drawn(P._replace(trucks=0.25, spread=0.2, haste=0.1), again, i)
    assert np.array_equal(again.haste[:50], who.haste[:50])
