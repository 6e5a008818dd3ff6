from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from likewise.modalities.tabular.distributions import (
    Categorical,
    Constant,
    Distribution,
    Exponential,
    Gamma,
    LogNormal,
    Mixture,
    Normal,
    Pareto,
    Poisson,
    Truncated,
    Uniform,
)
from likewise.techniques.agents.compiling import compiled
from likewise.techniques.agents.language.chance import uniform
from likewise.techniques.agents.language.draws import drawn, draws
from likewise.techniques.agents.population import population

ALL: list[Distribution] = [
    Exponential(1.0), Constant(7.0), Categorical({"a": 0.2, "b": 0.0, "c": 0.8}), LogNormal(1.0, 0.9), Normal(-3, 2),
    Poisson(4.2), Gamma(0.4, 2.0), Truncated(Normal(0, 1), low=0.0), Uniform(2, 3), Pareto(2.5, 1.0),
    Mixture([Constant(0.0), Constant(10.0)], [1, 3]),
]  # fmt: skip


def _fill(held: Any, who: Any, d: Any, found: Any) -> None:
    for n in range(len(found)):
        found[n] = drawn(held, d, uniform(who, 0, 0))
        who.turn[0] += 1


def values(d: int, count: int, *, plain: bool = False) -> Any:
    found = np.zeros(count)
    (_fill if plain else compiled(_fill))(draws(ALL), population(1, "people", 1), d, found)
    return found


@pytest.mark.parametrize("d", range(len(ALL)))
def test_draws_are_of_the_distribution(d: int) -> None:
    found = values(d, 100_000)
    if ALL[d].discrete:
        atoms, counts = np.unique(found, return_counts=True)
        expected = ALL[d].mass(atoms)
        assert expected.sum() == pytest.approx(1, abs=1e-3)
        assert len(atoms) == 1 or stats.chisquare(counts, expected * len(found) / expected.sum()).pvalue > 1e-4
    else:
        assert stats.kstest(found, ALL[d].cdf).pvalue > 1e-4


@pytest.mark.parametrize("d", range(len(ALL)))
def test_draws_are_the_same_to_the_bit_compiled_and_plain(d: int) -> None:
    assert values(d, 200).tobytes() == values(d, 200, plain=True).tobytes()


@pytest.mark.parametrize("d", [d for d, distribution in enumerate(ALL) if not distribution.discrete])
def test_curves_are_right_far_out_and_on_the_mean(d: int) -> None:
    held = draws(ALL)
    for chance in (2.0**-54, 1e-12, 1e-3, 0.3, 0.49999999):
        low, high = ALL[d].ppf(chance), ALL[d].isf(chance)
        scale = ALL[d].isf(0.25) - ALL[d].ppf(0.25)
        assert drawn(held, d, chance) == pytest.approx(low, rel=3e-4, abs=3e-4 * scale)
        if chance > 1e-9:  # where one less it is a number with as many digits
            assert drawn(held, d, 1 - chance) == pytest.approx(high, rel=3e-4, abs=3e-4 * scale)
    even = (np.arange(200_000) + 0.5) / 200_000
    exact = ALL[d].ppf(even).mean()
    made = np.mean([drawn(held, d, chance) for chance in even[::10].tolist()])
    assert made == pytest.approx(ALL[d].ppf(even[::10]).mean(), rel=1e-4, abs=1e-4)
    assert exact == pytest.approx(ALL[d].moments()[0], rel=0.02)


def test_the_ends_of_chance_are_drawn_too() -> None:
    held = draws(ALL)
    for d, distribution in enumerate(ALL):
        low, high = distribution.support
        assert low <= drawn(held, d, 2.0**-54) <= drawn(held, d, 0.5) <= drawn(held, d, 1 - 2.0**-53) <= high
