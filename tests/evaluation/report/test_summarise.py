from __future__ import annotations

import numpy as np
import pytest
from tests.evaluation.tied import paired, rows_of, shuffled

from likewise.evaluation.fairness.subgroups import gather, scan_subgroups
from likewise.evaluation.pairing import pair_tables
from likewise.evaluation.report.summarise import MOST_COLUMNS, summarise_columns, summarise_groups, summarise_pairs


def test_columns_keep_their_order_and_shares_sum_to_one(people):
    real, other = people(500, gaps=0.1), people(400, 1, gaps=0.1)
    pair = pair_tables(real, other, None)
    found = summarise_columns(pair, real.names, np.array([0.01, 0.02, 0.03, 0.04]), None)
    assert tuple(c.name for c in found) == real.names
    for column in found:
        assert len(column.labels) == len(column.real) == len(column.synthetic) <= 20
        assert len(set(column.labels)) == len(column.labels)
        assert sum(column.real) == pytest.approx(1, abs=1e-4)
        assert sum(column.synthetic) == pytest.approx(1, abs=1e-4)
        assert column.labels[-1] == "missing"
    assert found[1].error == 2.0
    assert found[2].labels[:3] == ("clerk", "nurse", "pilot")
    assert found[3].labels[:2] == ("false", "true")


def test_rare_and_unseen_levels_are_lumped(table_of):
    real = table_of(a=("category", ["x"] * 20 + ["hermit"] * 9))
    other = table_of(a=("category", ["x"] * 20 + ["brand new"] * 30))
    found = summarise_columns(pair_tables(real, other, None), real.names, np.zeros(1), None)[0]
    assert found.labels == ("x", "other levels")
    assert found.synthetic == (0.4, 0.6)


def test_left_out_columns_say_why(table_of):
    table = table_of(a=("text", ["u v", "w"]), b=("integer", [1, 2]))
    found = summarise_columns(pair_tables(table, table, None), table.names, np.zeros(1), None)
    assert found[0].error is None
    assert found[0].note
    assert found[1].labels == ("any value",)


def test_the_pair_matrix_keeps_the_worst_columns(table_of):
    table = table_of(**{f"c{i}": ("integer", [1, 2]) for i in range(MOST_COLUMNS + 5)})
    pair = pair_tables(table, table, None)
    errors = np.zeros((MOST_COLUMNS + 5,) * 2)
    errors[MOST_COLUMNS + 4, MOST_COLUMNS + 1] = 0.5
    found = summarise_pairs(pair, errors, None)
    assert len(found.names) == MOST_COLUMNS
    assert found.names[-2:] == ("c101", "c104")
    assert [len(row) for row in found.errors] == list(range(MOST_COLUMNS))
    assert found.errors[-1][-1] == 50.0
    assert found.floors == ()


def test_groups_come_largest_first_and_say_which_are_beyond_chance():
    made = rows_of(1_500, 0)
    made = shuffled(made, "age", "pay", "job", "churn", within=made.arrays[3] == 1)
    scan = scan_subgroups(gather(paired(made), [3], None, seed=0), seed=0)
    found = summarise_groups(scan)
    assert [g.rows for g in found] == sorted((g.rows for g in found), reverse=True)
    beyond = {g.name for g in found if g.beyond}
    assert "`sex` = m" in beyond and "`sex` = f" not in beyond
    assert len(found) == int(scan.found.tried.sum())
    assert summarise_groups(None) == ()
