import pytest
from hypothesis import given, settings
from tests.constraints.language.expressions import truth

from likewise.constraints.language.reading import read_expression
from likewise.constraints.language.writing import write_expression


@settings(max_examples=60, deadline=None)
@given(truth())
def test_what_is_written_is_read_back_to_an_equal_expression(expression):
    assert read_expression(write_expression(expression)) == expression


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("total=quantity*price", "total == quantity * price"),
        ("0 <= age <= 120", "0 <= age <= 120"),
        ("age between 1 and 9", "age >= 1 and age <= 9"),
        ("(a+b)*c - (d - e)", "(a + b) * c - (d - e)"),
        ("not (a or b) and not c", "not (a or b) and not c"),
        ("if a then (if b then c) else d", "if a then (if b then c) else d"),
        ("`unit price` > 0 and `it``s` is null", "`unit price` > 0 and `it``s` is missing"),
        ("end - start <= 36 hours", "end - start <= 36 hours"),
        ("x <> -3 and x in (-1, 2.5)", "x != -3 and x in [-1, 2.5]"),
        ("name not matches 'O''[A-Z].*'", "name not matches 'O''[A-Z].*'"),
        ("straße == \"grün\"", "straße == 'grün'"),
        ("-a ** 2 < (-2) ** 2", "-a ** 2 < (-2) ** 2"),
        ("orders.total == SUM(items.amount)", "orders.total == sum(items.amount)"),
        ("`if` = `a.b`", "`if` == `a.b`"),
    ],
)  # fmt: skip
def test_expressions_are_written_in_one_way(text, written):
    assert write_expression(read_expression(text)) == written
    assert read_expression(written) == read_expression(text)
