"""A discriminator that chooses among made rows: it knows bad ones, keeps exact counts, and favours no class."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.core.table import Table
from likewise.errors import FitError
from likewise.recipes.discriminator import chosen, log_ratios


def table(centre: float, rows: int, seed: int, label: str | None = None) -> Table:
    draw = np.random.Generator(np.random.PCG64(seed))
    columns = {"x": draw.normal(centre, 1, rows), "z": draw.normal(0, 1, rows)}
    return Table.from_any(columns if label is None else {**columns, "label": [label] * rows})


def test_rows_far_from_real_ones_are_known() -> None:
    real, made = table(0, 800, 1), table(1.5, 800, 2)
    ratios = log_ratios(real, made, None, seed=0)
    x = made.numbers("x")
    assert ratios[x < 0.5].mean() > ratios[x > 2].mean() + 2
    kept = chosen(ratios, None, keep=0.3, how="rejection", seed=0)
    assert kept.sum() == 240
    assert x[kept].mean() < 0.8  # real rows lie about 0, made ones about 1.5


def test_the_ratio_is_that_of_the_densities() -> None:
    real, made = table(0, 4000, 1), table(1, 4000, 2)
    x = made.numbers("x")
    ratios, true = log_ratios(real, made, None, seed=0), 0.5 - x
    assert np.corrcoef(ratios, true)[0, 1] > 0.9
    assert abs(np.polyfit(true, ratios, 1)[0] - 1) < 0.35


def test_more_rows_of_a_class_make_it_look_no_less_real() -> None:
    columns = {"x": np.random.Generator(np.random.PCG64(1)).normal(size=1000), "y": ["a"] * 900 + ["b"] * 100}
    real = Table.from_any(columns)
    draw = np.random.Generator(np.random.PCG64(2)).normal(size=1000)
    made = Table.from_any({"x": draw, "y": ["a"] * 100 + ["b"] * 900})
    groups = (np.repeat([0, 1], [900, 100]), np.repeat([0, 1], [100, 900]))
    within, across = log_ratios(real, made, groups, seed=0), log_ratios(real, made, None, seed=0)
    assert abs(within[:100].mean() - within[100:].mean()) < 0.5
    assert across[:100].mean() - across[100:].mean() > 3


def test_too_few_rows_are_refused() -> None:
    with pytest.raises(FitError, match="at least, and there are 19 and 40"):
        log_ratios(table(0, 19, 1), table(0, 40, 2), None, seed=0)


def test_tables_without_a_column_that_varies_tell_nothing() -> None:
    real = Table.from_any({"x": [1.0] * 30})
    assert log_ratios(real, real, None, seed=0).tolist() == [0.0] * 30


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.floats(-20, 20), min_size=1, max_size=60), st.floats(0.01, 1.0), st.sampled_from(["rejection", "top"])
)
def test_the_share_that_is_kept_is_exact(ratios: list[float], keep: float, how: str) -> None:
    groups = np.arange(len(ratios)) % 3
    kept = chosen(np.array(ratios), groups, keep=keep, how=how, seed=1)  # type: ignore[arg-type]
    for group in np.unique(groups):
        assert kept[groups == group].sum() == round(keep * (groups == group).sum())


def test_rejection_keeps_rows_as_often_as_they_are_dense() -> None:
    ratios = np.log(np.array([1.0, 1.0, 2.0, 4.0]))
    often = np.mean([chosen(ratios, None, keep=0.5, how="rejection", seed=seed) for seed in range(2000)], axis=0)
    assert abs(often - np.array([0.25, 0.25, 0.5, 1.0])).max() < 0.04
