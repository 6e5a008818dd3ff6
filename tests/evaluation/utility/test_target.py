from __future__ import annotations

import pytest

from likewise.errors import EvaluationError
from likewise.evaluation.utility.target import check_column, guess_target


def test_a_declared_target_comes_first(people):
    table = people(10)
    declared = table.with_schema(table.schema.with_target("age"))
    assert guess_target(declared.schema, declared) == ("age", "it is declared as the target")


@pytest.mark.parametrize("name", ["Class", "income", "default.payment.next.month", "Churn", "Revenue"])
def test_a_telling_name_is_found(table_of, name):
    table = table_of(**{name: ("integer", [0, 1, 1]), "z": ("category", ["a", "b", "a"])})
    assert guess_target(table.schema, table)[0] == name


def test_a_coordinate_is_no_target(table_of):
    numbers = ("float", [1.0, 2.0])
    assert guess_target((points := table_of(x=numbers, y=numbers)).schema, points) is None
    assert guess_target((named := table_of(a=numbers, y=numbers)).schema, named)[0] == "y"


def test_the_last_column_is_taken_if_it_has_a_few_levels(table_of):
    table = table_of(x=("float", [1.0, 2.0]), kind=("category", ["a", "b"]))
    assert guess_target(table.schema, table)[0] == "kind"
    flat = table_of(x=("float", [1.0, 2.0]), kind=("category", ["a", "a"]))
    assert guess_target(flat.schema, flat) is None
    number = table_of(kind=("category", ["a", "b"]), x=("float", [1.0, 2.0]))
    assert guess_target(number.schema, number) is None


def test_an_unknown_target_gets_the_nearest_name(people):
    with pytest.raises(EvaluationError, match="churm") as fault:
        check_column("churm", people(3), role="target")
    assert fault.value.code == "evaluate.unknown-target"
    assert "`churn`" in fault.value.hint
