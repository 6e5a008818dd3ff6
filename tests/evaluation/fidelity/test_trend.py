from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from likewise.evaluation.fidelity.shape import shape_errors
from likewise.evaluation.fidelity.trend import lower, trend_errors, trend_score
from likewise.evaluation.pairing import pair_tables


def independent_trend(real: pd.DataFrame, other: pd.DataFrame, numeric: list[str]) -> list[float]:
    """Return the pair errors by the published formulas, written with pandas alone."""
    errors = []
    names = list(real.columns)

    def cells(frame: pd.DataFrame, name: str) -> pd.Series:
        if name not in numeric:
            return frame[name].astype(str)
        edges = np.linspace(real[name].min(), real[name].max(), 11)
        return pd.Series(np.digitize(frame[name], edges), index=frame.index)

    for i, first in enumerate(names):
        for second in names[:i]:
            if first in numeric and second in numeric:
                errors.append(abs(real[first].corr(real[second]) - other[first].corr(other[second])) / 2)
                continue
            p, q = (pd.crosstab(cells(f, first), cells(f, second), normalize=True).stack() for f in (real, other))
            errors.append(p.subtract(q, fill_value=0).abs().sum() / 2)
    return errors


@pytest.mark.parametrize("rows", [60, 1_500])
def test_shape_and_trend_agree_with_the_published_formulas_on_complete_data(people, rows):
    real, other = people(rows), people(rows // 2, 1)
    first, second = real.columns.to_pandas(), other.columns.to_pandas()
    numeric = ["age", "pay"]
    paired = pair_tables(real, other, None)
    found = trend_errors(paired.columns, paired.real, [paired.synthetic])[0]
    assert lower(found) == pytest.approx(independent_trend(first, second, numeric), abs=1e-6)
    shapes = shape_errors(paired.columns, paired.real, paired.synthetic)
    for name, error in zip(real.names, shapes, strict=True):
        if name in numeric:
            grid = np.union1d(first[name], second[name])
            gaps = [abs((first[name] <= g).mean() - (second[name] <= g).mean()) for g in grid]
            assert error == pytest.approx(max(gaps), abs=1e-6)
        else:
            p, q = (f[name].astype(str).value_counts(normalize=True) for f in (first, second))
            assert error == pytest.approx(p.subtract(q, fill_value=0).abs().sum() / 2, abs=1e-6)


def test_shuffled_columns_lose_their_trends_and_keep_their_shapes(people):
    real = people(3_000)
    rng = np.random.default_rng(0)
    frame = real.columns
    for i, name in enumerate(real.names):
        frame = frame.set_column(i, name, frame.column(name).take(rng.permutation(3_000)))
    shuffled = type(real)(frame, real.schema)
    fresh = people(1_000, 5)
    paired = pair_tables(real, shuffled, fresh)
    assert shape_errors(paired.columns, paired.real, paired.synthetic).max() == 0
    errors, floors = trend_errors(paired.columns, paired.real, [paired.synthetic, paired.holdout])
    score = trend_score(errors, floors, 3_000)
    assert score is not None
    assert score.verdict in ("fair", "poor")
    assert score.value > 1.5 * score.floor


def test_pearson_is_taken_on_rows_where_both_are_known(table_of):
    x = np.arange(8.0)
    real = table_of(a=("float", x), b=("float", x))
    gap = table_of(a=("float", [0.0, 1.0, None, 3.0]), b=("float", [0.0, 1.0, 50.0, 3.0]))
    paired = pair_tables(real, gap, None)
    assert trend_errors(paired.columns, paired.real, [paired.synthetic])[0][1, 0] == pytest.approx(0, abs=1e-12)


def test_constant_columns_have_no_trend_to_lose(table_of):
    flat = table_of(a=("float", [1.0, 1.0, 1.0]), b=("float", [1.0, 2.0, 3.0]))
    steep = table_of(a=("float", [1.0, 2.0, 3.0]), b=("float", [1.0, 2.0, 3.0]))
    for real, other, expected in ((flat, flat, 0.0), (steep, flat, 1.0), (flat, steep, 1.0)):
        paired = pair_tables(real, other, None)
        assert trend_errors(paired.columns, paired.real, [paired.synthetic])[0][1, 0] == expected


def test_long_level_lists_are_counted_by_sorting_and_give_the_same(table_of):
    rng = np.random.default_rng(0)
    texts = [[f"v{i}" for i in rng.integers(0, 3_000, 4_000)] for _ in range(4)]
    real = table_of(a=("category", texts[0]), b=("category", texts[1]))
    other = table_of(a=("category", texts[2]), b=("category", texts[3]))
    paired = pair_tables(real, other, None)
    found = trend_errors(paired.columns, paired.real, [paired.synthetic])[0][1, 0]
    p, q = (pd.Series(list(zip(*t, strict=True))).value_counts(normalize=True) for t in (texts[:2], texts[2:]))
    assert found == pytest.approx(p.subtract(q, fill_value=0).abs().sum() / 2)


def test_one_column_has_no_pairs(table_of):
    only = table_of(a=("float", [1.0, 2.0]))
    paired = pair_tables(only, only, None)
    assert trend_score(trend_errors(paired.columns, paired.real, [paired.synthetic])[0], None, 2) is None
