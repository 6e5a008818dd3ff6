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
from likewise.techniques.rules import Document, RulesModel


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
        ([{"quota": "a", "at least": 1}], "settings.unheld"),
    ],
)  # fmt: skip
def test_what_cannot_hold_is_refused_before_any_row(rules: list[Any], code: str) -> None:
    columns = {"a": {"discrete-uniform": [0, 10]}, "b": {"discrete-uniform": [0, 10]}}
    with pytest.raises(SettingsError) as found:
        RulesModel.of(Document.of({"columns": columns, "constraints": rules}))
    assert found.value.code == code
    assert "$.constraints" in str(found.value)
