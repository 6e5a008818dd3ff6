"""Rules that hold in every row: computed, settled, drawn again, drawn within bounds, solved; or refused."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from likewise.constraints.kinds import Constraints
from likewise.errors import SettingsError
from likewise.techniques.rules import Document, RulesModel, TablesModel


def made(columns: dict[str, Any], constraints: list[Any], rows: int = 4000, **more: Any) -> pd.DataFrame:
    model = RulesModel.of(Document.of({"columns": columns, "constraints": constraints, **more}), rows=rows)
    table = model.sample(rows)
    numbers = np.array([rows - 1, 0, 17])
    assert model.at(numbers, seed=0).to_dict() == table.take(numbers).to_dict()
    for rule in Constraints.of(constraints).items:
        assert rule.holds(table).all(), rule.said()
    frame: pd.DataFrame = table.to_arrow().to_pandas()
    return frame


DAYS = {"date-range": ["2000-01-01", "2024-12-31"]}
PAY = {"salary": {"lognormal": [10, 0.5], "decimals": 2}, "bonus": {"lognormal": [8, 1], "decimals": 2}}


def test_nullable_columns_stay_filled() -> None:
    found = made({"hired": DAYS, "left": {**DAYS, "missing": 0.05}}, ["hired < left"])
    assert found.left.isna().mean() == pytest.approx(0.05, abs=0.02)


def test_equations_are_computed() -> None:
    columns = {**PAY, "total": {"normal": [0, 1], "decimals": 2}, "net": {"normal": [0, 1], "decimals": 2}}
    found = made(columns, ["total == salary + bonus", "net + bonus == salary"])
    assert found.total.std() > 1000


def test_rejection_keeps_the_conditional_distribution() -> None:
    found = made({"a": {"uniform": [0, 1]}, "b": {"uniform": [0, 1]}}, ["a < b"], rows=8000)
    assert stats.kstest(found.a, lambda x: 1 - (1 - x) ** 2).pvalue > 0.001
    assert stats.kstest(found.b, lambda x: x**2).pvalue > 0.001


def test_chains_have_the_distribution_of_sorted_draws() -> None:
    found = made({name: {"uniform": [0, 1]} for name in "abcdef"}, ["a < b", "b <= c", "d >= c", "d < e", "f > e"])
    assert found.mean().tolist() == pytest.approx([place / 7 for place in range(1, 7)], abs=0.02)
    assert stats.kstest(found.a, stats.beta(1, 6).cdf).pvalue > 0.001


def test_what_differs_or_is_shared_out_goes_with_nothing() -> None:
    columns = {"x": {"normal": [0, 1]}, "y": {"discrete-uniform": [0, 9]}}
    with pytest.raises(SettingsError, match="goes with nothing"):
        made(columns, [{"quota": "y", "at least": 10}], correlation=[["x", "y", 0.5]])


def test_rare_rules_are_met_within_bounds() -> None:
    names = "abcdef"
    rules = [*(f"{one} < {other}" for one, other in pairwise(names)), "f < a + 100"]
    found = made(dict.fromkeys(names, DAYS), rules, rows=2000)
    assert found.a.nunique() > 800
    found = made({"x": {"uniform": [0, 1000]}, "g": {"categorical": [*"ABCDEFGH"]}}, ["x < 0.001", "g in ('C', 'D')"])
    assert found.x.max() < 0.001 and set(found.g) == {"C", "D"}


def test_what_neither_meets_is_solved() -> None:
    whole = {"discrete-uniform": [0, 1000]}
    found = made({"x": whole, "y": whole, "z": whole}, ["x * y == z * 7 + 3", "x > 20"], rows=200)
    assert found.x.nunique() > 20


def test_gaps_follow_from_conditions() -> None:
    columns = {"status": {"categorical": ["single", "married"]}, "spouse": {"pattern": "[A-Z]{3}", "missing": 0.2}}
    rules = ["if status == 'single' then spouse is null", "if status == 'married' then spouse is not null"]
    found = made(columns, rules)
    assert (found.spouse.isna() == (found.status == "single")).all()


def test_one_column_decides_another_and_parts_are_unique() -> None:
    columns = {"city": {"categorical": [*"abcdefgh"]}, "state": {"categorical": [*"xyz"]}, "id": "sequence"}
    found = made(columns, [{"determined": "state", "by": "city"}, {"unique": ["city", "id"]}])
    assert found.groupby("city").state.nunique().max() == 1 and found.state.nunique() > 1


def test_correlations_survive_rules() -> None:
    columns = {"h": {"normal": [170, 10]}, "w": {"normal": [70, 10]}}
    found = made(columns, ["h > w + 60"], correlation=[["h", "w", 0.6]], rows=6000)
    assert np.corrcoef(found.h, found.w)[0, 1] > 0.5


def test_correlations_come_out_as_asked() -> None:
    for copula in ({"gaussian": [["x", "y", 0.7]]}, {"student-t": {"df": 4, "pairs": [["x", "y", 0.5]]}},
                   {"vine": [{"pair": ["x", "y"], "family": "clayton", "tau": 0.5}]}):  # fmt: skip
        columns = {"x": {"normal": [0, 1]}, "y": {"gamma": [2, 1]}, "id": {"sequence": 1}}
        found = made(columns, [], copula=copula, rows=6000)
        tau = stats.kendalltau(found.x, found.y).statistic
        assert tau == pytest.approx(0.5, abs=0.08)


def test_records_are_drawn_again_whole() -> None:
    columns = {"name": {"person": "full name"}, "email": {"person": "email", "unique": True},
               "born": {"person": "birth date"}, "age": {"person": "age"}}  # fmt: skip
    found = made(columns, ["born < '1980-01-01'"], rows=500)
    assert found.age.min() >= 45
    assert found.email.is_unique


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        (["a > b + 100"], "settings.contradiction"), (["a > b", "b > a"], "settings.contradiction"),
        ([{"running": "a == previous(a) + b", "order": "a"}], "settings.unheld"),
        ([{"share": "a > b", "between": [0.1, 0.2], "by": "b"}], "settings.unheld"),
    ],
)  # fmt: skip
def test_what_cannot_hold_is_refused_before_any_row(rules: list[Any], code: str) -> None:
    columns = {"a": {"discrete-uniform": [0, 10]}, "b": {"discrete-uniform": [0, 10]}}
    with pytest.raises(SettingsError) as found:
        RulesModel.of(Document.of({"columns": columns, "constraints": rules}))
    assert found.value.code == code
    assert "$.constraints" in str(found.value)


@pytest.mark.parametrize(("most", "fits"), [(10, False), (280, True)])
def test_sums_over_other_rows_are_held_against_bounds_before_any_work(most: int, fits: bool) -> None:
    orders = {"rows": 10, "columns": {"id": "sequence", "total": {"uniform": [0, 1000], "decimals": 2}}, "key": "id",
              "constraints": [f"total <= {most}"]}  # fmt: skip
    items = {"columns": {"order": {"refers": "orders.id", "children": {"fixed": 3}},
                         "amount": {"uniform": [5, 100], "decimals": 2}}}  # fmt: skip
    document = {"tables": {"orders": orders, "items": items}, "constraints": ["orders.total == sum(items.amount)"]}
    if fits:
        assert max(TablesModel.of(document).sample()["orders"].to_dict()["total"]) <= most
        return
    with pytest.raises(SettingsError, match=r"`total` is at least 14\.99") as fault:
        TablesModel.of(document)
    assert fault.value.code == "settings.contradiction"


def test_a_rule_none_of_whose_columns_can_be_made_anew_is_checked() -> None:
    columns = {"a": {"refers": "a.id", "children": 3}, "b": {"refers": "a.id"}}
    tables: dict[str, Any] = {
        "a": {"rows": 30, "columns": {"id": {"sequence": 1}}, "key": "id"},
        "j": {"columns": columns, "key": ["a", "b"], "constraints": ["a != b"]},
    }
    model = TablesModel.of({"seed": 1, "tables": tables})
    with pytest.raises(SettingsError, match="none of whose columns can be made anew") as found:
        model.at("j", np.arange(model.rows("j")))
    assert found.value.code == "settings.unmet"
