from __future__ import annotations

import pytest

from likewise.errors import EvaluationError
from likewise.evaluation.attacked import NOTHING_ALIKE, attacked_part
from likewise.evaluation.pairing import pair_tables


def seen(*tables):
    return attacked_part(pair_tables(*tables), seed=0)


def test_a_column_in_which_no_row_can_be_alike_hides_no_copy(table_of):
    def rows(town, start=0):
        return table_of(age=("integer", list(range(start, start + 60))), town=("category", [town, town + "!"] * 30))

    found = seen(rows("Rome"), rows("rome"), rows("Rome", 60))
    assert [c.name for c in found.paired.columns] == ["age"]
    assert found.synthetic.tolist() == found.real.tolist() != found.holdout.tolist()
    assert any("without `town`" in note for note in found.notes)
    assert (found.spoilt, found.trouble) == ("", "")


def test_a_holdout_that_is_written_otherwise_is_still_refused(table_of):
    def rows(town, start=0):
        return table_of(age=("integer", list(range(start, start + 60))), town=("category", [town, town + "!"] * 30))

    with pytest.raises(EvaluationError) as fault:
        seen(rows("Rome"), rows("Rome", 100), rows("ROME"))
    assert fault.value.code == "evaluate.holdout-is-real"


def test_tables_with_nothing_in_common_are_not_judged(table_of):
    real, other = (table_of(town=("category", [a, b] * 30)) for a, b in (("x", "y"), ("p", "q")))
    found = seen(real, other, None)
    assert found.spoilt == found.trouble == NOTHING_ALIKE
    assert len(found.paired.columns) == 1


def test_rows_of_the_holdout_spoil_all_but_the_count_of_copies(people, table_of):
    held = people(400, 2)
    from likewise.core.table import concat

    found = seen(people(400), concat([people(360, 1), held.slice(0, 40)]), held)
    assert "may have seen them" in found.trouble
    assert found.spoilt == ""
