from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest

from likewise.constraints.holding import Constrained
from likewise.constraints.holding.demands import demands
from likewise.constraints.holding.isolating import isolated
from likewise.constraints.holding.nearest import nearest_donors
from likewise.constraints.holding.quarantine import set_aside
from likewise.constraints.holding.repairing import components
from likewise.constraints.holding.rule import row_rules
from likewise.constraints.holding.steps import Computed, in_order
from likewise.constraints.holding.typed import typed
from likewise.constraints.kinds import Constraints
from likewise.constraints.language.cells import Cells
from likewise.constraints.language.expression import Comparison
from likewise.constraints.language.reading import read_expression
from likewise.constraints.language.writing import write_expression
from likewise.constraints.verifying.verify import verify
from likewise.core.draw import sample
from likewise.core.schema import Column
from likewise.core.table import Table


@pytest.mark.parametrize(
    ("rule", "name", "solved"),
    [
        ("t == p * q", "t", "p * q"),
        ("t == p * q", "q", "t / p"),
        ("a + b == c - d", "b", "c - d - a"),
        ("a + b == c - d", "d", "c - (a + b)"),
        ("a == b / c", "c", "b / a"),
        ("-a == b", "a", "-b"),
        ("a == b + a", "a", None),
        ("a <= b", "a", None),
        ("abs(a) == b", "a", None),
    ],
)
def test_equations_are_solved_for_one_column(rule: str, name: str, solved: str | None) -> None:
    equation = read_expression(rule)
    assert isinstance(equation, Comparison)
    found = isolated(equation, name)
    assert (None if found is None else write_expression(found)) == solved


def test_a_rule_is_taken_apart_with_both_branches() -> None:
    found = list(demands(read_expression("if a > 0 then b == 1 else c is missing")))
    assert [[wanted for _, wanted in demand.conditions] for demand in found] == [[True], [False]]


def test_steps_that_go_in_a_circle_are_none() -> None:
    def step(column: str, of: str) -> Computed:
        return Computed(column, 0, 0, read_expression(of), None, True)

    assert in_order([step("a", "b + 1"), step("b", "a - 1")]) is None
    ordered = in_order([step("a", "b + 1"), step("b", "c")])
    assert ordered is not None
    assert [one.column for one in ordered] == ["b", "a"]


def test_cells_come_back_on_the_grid_of_their_column() -> None:
    day = Column(name="d", kind="date")
    array = typed(Cells("moment", np.array([86_400_000_000.0, np.nan])), day)
    assert array is not None
    assert array.cast(pa.int32()).to_pylist() == [1, None]
    level = Column(name="c", kind="category", levels=("a", "b"))
    found = typed(Cells("text", pa.array(["b", None])), level)
    assert found is not None
    assert found.to_pylist() == ["b", None]
    assert typed(Cells("text", pa.array(["z"])), level) is None
    assert typed(Cells("text", pa.array(["z"])), Column(name="n", kind="integer")) is None


def test_rules_that_share_no_column_are_mended_apart() -> None:
    table = Table.from_any({name: [1, 2, 3] * 40 for name in "abcde"})
    rules = row_rules(Constraints.of(["a < b", "c < d", "b < e"]).items, table.schema)
    assert [part.columns for part in components(rules, {})] == [("c", "d"), ("a", "b", "e")]


def test_the_nearest_of_few_donors_is_taken() -> None:
    rows = Table.from_any({"x": [0.0, 10.0] * 20, "c": ["p", "q"] * 20})
    donors = Table.from_any({"x": [0.1, 9.9] * 30, "c": ["p", "q"] * 30})
    chosen = nearest_donors(rows, donors, ("x", "c"), np.random.default_rng(0))
    assert (chosen % 2 == np.arange(40) % 2).all()


def test_of_rows_that_agree_the_first_one_stays() -> None:
    found = set_aside(Constraints.of([{"unique": ["k"]}]).items, Table.from_any({"k": [1, 2, 1, 3, 2, 1] * 1}))
    assert found.numbers.tolist() == [2, 4, 5]
    assert found.broken[0].listed() == "3, 5, 6"


def test_rules_on_all_rows_are_met_together() -> None:
    rng = np.random.default_rng(5)
    data = {
        "sex": rng.choice(["F", "M"], 300, p=[0.3, 0.7]).tolist(),
        "plan": rng.choice(["a", "b", "c"], 300, p=[0.6, 0.38, 0.02]).tolist(),
        "size": rng.integers(0, 400, 300).tolist(),
    }
    rules = [
        {"share": "sex == 'F'", "between": [0.5, 0.51]},
        {"quota": "plan", "of": ["c"], "at least": 40},
        {"unique": ["sex", "plan", "size"]},
    ]
    drawn = sample(Constrained(inner="sampling", constraints=rules).fit(data), 200, seed=1)
    assert sum(found.violations for found in verify(Constraints.of(rules), drawn)) == 0
    assert Counter(drawn.column("plan").to_pylist())["c"] >= 40
    assert 100 <= Counter(drawn.column("sex").to_pylist())["F"] <= 102


def test_a_fit_to_some_rows_sets_none_aside_for_rules_on_all() -> None:
    data: dict[str, list[int]] = {"who": [row % 20 for row in range(80)], "amount": list(range(80))}
    data["sum"] = [sum(range(row % 20, 80, 20)) for row in range(80)]
    rules = [{"total": "sum == sum(amount)", "by": "who"}, {"quota": "who", "at least": 4}]
    technique = Constrained(inner="bootstrap", constraints=rules)
    half = {name: values[:50] for name, values in data.items()}
    model = technique.for_trial().fit(half)
    assert model.card.rows == 50
    assert sample(model, 10, seed=1).rows == 10  # a quota of the whole is not asked of a trial
    assert technique.set_aside(data).aside.rows == 0
