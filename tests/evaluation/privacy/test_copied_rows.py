from __future__ import annotations

import numpy as np

from likewise.evaluation.privacy.copied_rows import MOST_LISTED, MOST_PLACES, list_copies


def keys(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.uint64)


def test_copies_are_listed_with_where_they_stand_those_that_point_at_one_person_first(table_of) -> None:
    table = table_of(x=("integer", [5, 6, 7, 8]), y=("category", ["a", "b", None, "d"]))
    found = list_copies(table, keys(1, 2, 2, 3), keys(2, 9, 3, 9))
    assert found is not None and found.total == 2 and found.names == ("x", "y")
    assert [(row.synthetic, row.real, row.equals) for row in found.rows] == [(3, (4,), 1), (1, (2, 3), 2)]
    assert found.rows[0].values == ("7", "")
    assert list_copies(table, keys(1), keys(2, 2, 2, 2)) is None


def test_the_list_is_short_however_many_there_are(table_of) -> None:
    table = table_of(x=("integer", [5] * 200))
    found = list_copies(table, keys(*[1] * 30), keys(*[1] * 200))
    assert found is not None and found.total == 200
    assert len(found.rows) == MOST_LISTED and len(found.rows[0].real) == MOST_PLACES and found.rows[0].equals == 30
