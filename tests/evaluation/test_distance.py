from __future__ import annotations

import numpy as np
import pytest

from likewise.evaluation.distance import distance_blocks, nearest_distances, nearest_neighbours, scale
from likewise.evaluation.pairing import pair_tables


def brute_force(table, other, spans):
    """Return each row's distance to its nearest of `other`, one pair at a time."""
    found = []
    for left in table.columns.to_pylist():
        distances = []
        for right in other.columns.to_pylist():
            gaps = []
            for name, a in left.items():
                b = right[name]
                if a is None or b is None:
                    gaps.append(float(a is not b))
                elif name in spans:
                    gaps.append(min(1.0, abs(a - b) / spans[name]))
                else:
                    gaps.append(float(a != b))
            distances.append(sum(gaps))
        found.append(min(distances))
    return found


@pytest.mark.parametrize("gaps", [0.0, 0.2])
def test_it_is_gowers_distance_in_blocks(people, gaps):
    real, asked = people(90, gaps=gaps), people(70, 1, gaps=gaps)
    spans = {n: float(np.nanmax(real.numbers(n)) - np.nanmin(real.numbers(n))) for n in ("age", "pay")}
    paired = pair_tables(real, asked, None)
    ask, rows = scale(paired.columns, paired.real, [paired.synthetic, paired.real])
    assert nearest_distances(ask, rows) == pytest.approx(brute_force(asked, real, spans), abs=1e-5)


def test_columns_without_a_range_do_no_harm(table_of):
    table = table_of(a=("float", np.full(2, np.nan)), b=("float", [2.0, 2.0]), c=("category", ["x", "y"]))
    paired = pair_tables(table, table, None)
    ask, rows = scale(paired.columns, paired.real, [paired.synthetic, paired.real])
    assert nearest_distances(ask, rows).tolist() == [0, 0]


@pytest.mark.parametrize(("rows", "k"), [(3, 5), (90, 1), (2_100, 4)])
def test_the_nearest_neighbours_are_those_of_a_full_sort(people, rows, k):
    real, asked = people(rows, gaps=0.1), people(70, 1, gaps=0.1)
    paired = pair_tables(real, asked, None)
    ask, known = scale(paired.columns, paired.real, [paired.synthetic, paired.real])
    full = np.full((70, rows), np.nan, dtype=np.float32)
    for first, start, block in distance_blocks(ask, known):
        full[first : first + block.shape[0], start : start + block.shape[1]] = block
    distances, places = nearest_neighbours(ask, known, k)
    found = min(k, rows)
    assert np.array_equal(distances[:, :found], np.sort(full, axis=1)[:, :found])
    assert np.array_equal(np.take_along_axis(full, places[:, :found], axis=1), distances[:, :found])
    assert np.array_equal(distances[:, 0], nearest_distances(ask, known))
    assert (places[:, found:] == -1).all()
    assert np.isinf(distances[:, found:]).all()


def test_a_robust_scale_is_not_stretched_by_one_far_value(table_of):
    values = np.append(np.arange(999.0), 1e9)
    real = table_of(a=("float", values), b=("float", np.append(np.nan, values[1:])))
    paired = pair_tables(real, real, None)
    plain, robust = (scale(paired.columns, paired.real, [paired.real], robust=r)[0] for r in (False, True))
    assert nearest_distances(plain.slice(0, 1), plain.slice(500, 501))[0] == pytest.approx(1, abs=1e-3)
    assert nearest_distances(robust.slice(0, 1), robust.slice(500, 501))[0] == pytest.approx(1.51, abs=0.01)
    assert nearest_distances(robust.slice(0, 1), robust.slice(999, 1000))[0] == 2
