from hypothesis import given, settings
from tests.constraints.language.expressions import tables, truth

from likewise.constraints.language.evaluating import evaluate
from likewise.constraints.language.tables import columns_of
from likewise.constraints.verifying.expressions import Exact
from likewise.constraints.verifying.values import read_back, values_of


@settings(max_examples=60, deadline=None)
@given(truth(), tables())
def test_the_two_evaluators_agree_on_any_expression_and_table(expression, table):
    kept = evaluate(expression, columns_of(table), table.rows).floats.tolist()
    back = read_back(table)
    counted = Exact(lambda name: values_of(back, name), table.rows).truths(expression)
    assert [None if one != one else bool(one) for one in kept] == counted
