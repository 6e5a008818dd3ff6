from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from likewise.errors import SettingsError
from likewise.techniques.rules.document.document import Document
from likewise.techniques.rules.generating.plan import Plan
from likewise.techniques.rules.generating.tables import Tables


def made(rows: int = 20_000, **missing: Any) -> pd.DataFrame:
    columns: dict[str, Any] = {"age": {"discrete-uniform": [0, 99]}, "sex": {"categorical": ["F", "M"]},
                               "income": {"lognormal": [10, 0.5]},
                               "phone": {"discrete-uniform": [0, 999_999]}}  # fmt: skip
    for name, way in missing.items():
        columns[name] = {**columns[name], "missing": way}
    tables = Tables(Plan.of(Document.of({"columns": columns, "rows": rows})), seed=1)
    return tables.at("table", np.arange(rows)).to_pandas()


def test_a_share_is_missing_whatever_the_values_are() -> None:
    found = made(income=0.2)
    gone = found["income"].isna()
    assert abs(gone.mean() - 0.2) < 0.01 and abs(found["age"][gone].mean() - found["age"].mean()) < 1


def test_a_rule_says_where() -> None:
    found = made(income={"share": 0.5, "where": "age >= 60 and sex == 'F'", "otherwise": 0.05})
    inside = (found["age"] >= 60) & (found["sex"] == "F")
    assert abs(found["income"][inside].isna().mean() - 0.5) < 0.03
    assert abs(found["income"][~inside].isna().mean() - 0.05) < 0.01


def test_a_chance_rises_or_falls_with_a_column() -> None:
    found = made(income={"share": 0.3, "rises": "age", "strength": 2}, phone={"share": 0.1, "falls": "age"})
    old = found["age"] >= 50
    assert abs(found["income"].isna().mean() - 0.3) < 0.02
    assert found["income"][old].isna().mean() > 3 * found["income"][~old].isna().mean()
    assert found["phone"][old].isna().mean() < 0.6 * found["phone"][~old].isna().mean()


def test_what_would_stand_there_may_say() -> None:
    whole, found = made(), made(income={"share": 0.2, "rises": "income", "strength": 3})
    gone = found["income"].isna()
    assert whole["income"][gone].mean() > 1.3 * whole["income"][~gone].mean()
    assert whole["income"][~gone].equals(found["income"][~gone])


def test_columns_go_missing_together() -> None:
    found = made(income=0.3, phone={"together": "income"})
    assert found["income"].isna().equals(found["phone"].isna())


def test_columns_that_depend_on_each_other_are_refused() -> None:
    with pytest.raises(SettingsError, match="in a circle"):
        made(10, income={"share": 0.5, "where": "age > 50"}, age={"share": 0.5, "where": "income > 25000"})


@pytest.mark.parametrize(
    ("way", "said"),
    [
        (1.5, r"income\.missing.*at most 1"),
        ({"share": 0.1, "wher": "age > 3"}, "wher"),
        ({"share": 0.1, "where": "age >"}, r"missing\.where.*column 6"),
        ({"share": 0.1, "where": "agee > 3"}, "`agee`"),
        ({"share": 0.1, "rises": "agee"}, "`agee`"),
        ({"share": 0.1, "rises": "sex"}, "`sex` holds none"),
        ({"share": 0.1, "rises": "age", "falls": "age"}, "both given"),
    ],
)
def test_what_is_wrong_is_said_with_its_path(way: Any, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        made(10, income=way)


def test_a_reference_is_missing_by_a_share_alone() -> None:
    refers = {"refers": "a.id", "missing": {"share": 0.1, "where": "x > 3"}}
    document = {"tables": {"a": {"columns": {"id": "sequence"}}, "b": {"columns": {"x": "sequence", "a": refers}}}}
    with pytest.raises(SettingsError, match="of all rows alike"):
        Document.of(document)
