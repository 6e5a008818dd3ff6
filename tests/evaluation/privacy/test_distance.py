from __future__ import annotations

import numpy as np
import pytest

from likewise.evaluation.pairing import pair_tables
from likewise.evaluation.privacy.distance import nearest_distances, scale


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
