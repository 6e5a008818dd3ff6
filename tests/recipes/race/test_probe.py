from __future__ import annotations

import pytest

from likewise.core.table import Table
from likewise.errors import FitError
from likewise.recipes.race.clock import MACHINE, SPARE, limit_of
from likewise.recipes.race.probe import JUDGING, Costs, Line, probe
from likewise.techniques.bootstrap import Bootstrap


def test_cost_is_carried_forward_and_never_below_what_was_measured() -> None:
    assert Line((100, 200), (1.0, 3.0)).at(300) == pytest.approx(SPARE * 5)
    assert Line((100, 200), (1.0, 1.0)).at(400) == pytest.approx(SPARE * 1.5)
    assert Line((100, 200), (2.0, 1.0)).at(50) == pytest.approx(SPARE * 1.0)
    assert Line((100, 100), (1.0, 1.0)).at(300) == pytest.approx(SPARE * 3)


def test_what_was_seen_in_the_race_tells_more_than_a_trial() -> None:
    costs = Costs({0: Line((100, 200), (1.0, 2.0))}, {0: Line((100, 200), (0.0, 0.0))}, Line((100, 200), (1.0, 2.0)))
    assert costs.race(0, 1000) == pytest.approx(2 * SPARE * 10)
    assert costs.judging(10**9) == costs.judging(10**6) == pytest.approx(JUDGING * SPARE * 1000)
    costs.learned(0, 1000, 5.0)
    costs.learned(0, 150, 99.0)
    costs.measured(1000, 6.0)
    assert costs.race(0, 1000) == pytest.approx(SPARE * 11)
    assert costs.making(0, 1000, 0) == pytest.approx(SPARE * 5)
    assert Costs().judging(100) == 0
    assert costs.times(2).making(0, 1000, 0) == pytest.approx(2 * costs.making(0, 1000, 0))


class Odd(Bootstrap):
    def learn(self, *args: object, **named: object) -> None:  # type: ignore[override]
        raise FitError("fit.odd", "it is odd")


def test_small_samples_are_learned_by_each_and_measured_once(people: Table) -> None:
    limit = limit_of(100, MACHINE)
    assert limit is not None
    costs = probe([Bootstrap(), Odd()], people, limit, target=None, seed=0)
    assert costs.learning[0].rows == costs.drawing[0].rows == (150, 300)
    assert costs.measuring is not None and costs.race(0, 450) > 0
    assert costs.failed == {1: "it cannot learn this table: it is odd"}
