"""Documents whose rows would be made from one another without an end, and trees that are deep."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from likewise.errors import SettingsError
from likewise.techniques.rules import TablesModel

PAY = {"normal": [0, 10], "decimals": 2}


def table(columns: dict[str, Any], *constraints: Any, rows: int = 60) -> dict[str, Any]:
    return {"rows": rows, "columns": {"id": "sequence", **columns}, "key": "id", "constraints": list(constraints)}


def below(columns: dict[str, Any], *constraints: Any) -> dict[str, Any]:
    return {"columns": {"a": {"refers": "a.id", "children": 3}, **columns}, "constraints": list(constraints)}


@pytest.mark.parametrize(
    "tables",
    [
        {"a": table({"total": PAY}, "total >= sum(b.x)"), "b": below({"x": PAY}, "x <= a.total")},
        {"a": table({"boss": {"refers": "a.id", "tree": False}, "pay": PAY}, "pay < boss.pay + 100")},
        {"a": table({"b": {"refers": "b.id"}, "x": PAY}, "x < b.y + 50"),
         "b": table({"a": {"refers": "a.id"}, "y": PAY}, "y < a.x + 50")},
        {"a": table({"n": {"formula": "count(b)"}}), "b": table({"a": {"refers": "a.id", "where": "n < 3"}})},
        {"a": table({}), "b": below({"x": PAY, "w": PAY}, {"total": "w == sum(x)", "by": "a"}, "x <= w")},
    ],
)  # fmt: skip
def test_circles_over_rules_are_refused(tables: dict[str, Any]) -> None:
    with pytest.raises(SettingsError) as found:
        TablesModel.of({"tables": tables})
    assert found.value.code == "settings.circle" and " -> " in found.value.what


def test_rules_along_a_tree_are_met() -> None:
    columns = {"boss": {"refers": "a.id"}, "pay": {"uniform": [0, 100], "decimals": 2},
               "level": {"formula": "coalesce(boss.level, 0) + 1"}}  # fmt: skip
    model = TablesModel.of({"tables": {"a": table(columns, "pay < boss.pay + 5", rows=20_000)}})
    found = model.sample()["a"].to_arrow().to_pandas().set_index("id", drop=False)
    above = found.pay.reindex(found.boss).to_numpy()
    assert not (found.pay.to_numpy() >= above + 5).any()
    assert (found.level.to_numpy()[1:] == found.level.reindex(found.boss).to_numpy()[1:] + 1).all()
    some = np.array([19_999, 5, 700])
    assert model.at("a", some).to_dict()["pay"] == found.pay.iloc[some].tolist()


def test_trees_that_are_too_deep_are_refused() -> None:
    columns = {"boss": {"refers": "a.id", "children": 1}, "level": {"formula": "coalesce(boss.level, 0) + 1"}}
    assert TablesModel.of({"tables": {"a": table(columns, rows=400)}}).sample()["a"].to_dict()["level"][-1] == 400
    with pytest.raises(SettingsError, match="levels"):
        TablesModel.of({"tables": {"a": table(columns, rows=3000)}}).sample()


def test_cells_go_missing_by_a_column_that_a_rule_ties_to_them() -> None:
    columns = {"start": {"uniform": [0, 1]}, "end": {"uniform": [0, 1], "missing": {"share": 0.2, "rises": "start"}}}
    found = TablesModel.of({"tables": {"a": table(columns, "start <= end", rows=3000)}}).sample()["a"]
    frame = found.to_arrow().to_pandas()
    assert not (frame.start > frame.end).any() and 0.1 < frame.end.isna().mean() < 0.3
