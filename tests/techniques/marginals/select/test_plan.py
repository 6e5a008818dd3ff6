"""How a budget is parted."""

from __future__ import annotations

import pytest

from likewise.techniques.marginals.select.learning import resolved
from likewise.techniques.marginals.select.plan import TOTAL, planned


@pytest.mark.parametrize("rows", [-500.0, 0.0, 1.0, 1e3, 1e5, 1e8])
@pytest.mark.parametrize("columns", [1, 2, 15, 300])
@pytest.mark.parametrize("mu", [1e-4, 0.03, 0.3, 3.0])
def test_parts_are_parts(rows: float, columns: int, mu: float) -> None:
    for target in (False, True):
        plan = planned(rows, columns, mu, target=target, mode="standard")
        assert 0 < plan.rest < 1 and (plan.target > 0) == target
        assert TOTAL + plan.columns + plan.target + plan.choice + plan.rest == pytest.approx(1)
        most, least = plan.bins(columns, mu, rows, 32)
        assert 3 <= most <= 32 and least > 0


def test_more_noise_fewer_pairs_and_coarser_bins() -> None:
    little, much = (planned(40_000, 15, mu, target=True, mode="standard") for mu in (0.27, 0.03))
    assert much.pairs < little.pairs and much.columns > little.columns
    assert much.bins(15, 0.03, 40_000, 32)[0] < little.bins(15, 0.27, 40_000, 32)[0]


def test_auto_follows_from_the_number_of_columns() -> None:
    assert resolved("auto", 15) == "standard" and resolved("auto", 100) == "fast" and resolved("fast", 5) == "fast"
