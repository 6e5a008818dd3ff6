"""Models of documents: of one table as any model is, of several as related tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import likewise
from likewise.core.draw import block
from likewise.errors import SettingsError
from likewise.techniques.rules import Document, RulesModel, TablesModel

SPEC: dict[str, Any] = {
    "columns": {
        "id": "sequence", "code": {"pattern": "[A-Z]{2}[0-9]{4}", "unique": True}, "sex": {"categorical": ["F", "M"]},
        "age": {"poisson": 40}, "old": {"formula": "age >= 40"},
    },
    "key": "id", "seed": 5, "rows": 70_000,
}  # fmt: skip


@pytest.fixture(scope="module")
def model() -> RulesModel:
    return RulesModel.of(Document.of(SPEC))


def test_row_k_is_the_same_however_it_is_asked_for(model: RulesModel) -> None:
    whole = model.sample(70_000, seed=2)
    assert whole.slice(0, 100) == model.sample(100, seed=2)
    assert block(model, 1, 70_000, None, 2) == whole.slice(65_536)
    assert model.at(np.array([69_999, 3]), seed=2) == whole.take(np.array([69_999, 3]))
    assert model.sample(100, seed=2) != model.sample(100, seed=3)
    assert len(set(whole.to_dict()["code"])) == 70_000
    with pytest.raises(SettingsError, match="made for 70,000 rows"):
        model.sample(70_001)


def test_conditions_and_shares_keep_keys_apart(model: RulesModel) -> None:
    rows = model.sample(600, given="sex=F,age>=45").to_dict()
    assert set(rows["sex"]) == {"F"} and min(rows["age"]) >= 45 and set(rows["old"]) == {True}
    assert rows["id"] == list(range(1, 601)) and len(set(rows["code"])) == 600
    even = model.sample(500, balance="sex").to_dict()
    assert even["sex"].count("F") == 250 and even["id"] == list(range(1, 501))


def test_the_document_is_all_that_is_kept(model: RulesModel, tmp_path: Path) -> None:
    model.save(tmp_path / "made.likewise")
    again = likewise.load(tmp_path / "made.likewise")
    assert again.sample(50, seed=1) == model.sample(50, seed=1)
    assert model.card.rows == 0 and model.card.technique == "rules"


def test_several_tables_are_kept_as_their_document(tmp_path: Path) -> None:
    shop = TablesModel.of({"tables": {
        "b": {"columns": {"a": {"refers": "a.id", "children": 2}}},
        "a": {"rows": 5, "columns": {"id": "uuid"}, "key": "id"},
    }})  # fmt: skip
    assert [name for name, _ in shop.stream()] == ["a", "b"]
    shop.save(tmp_path / "shop.yaml")
    assert TablesModel.load(tmp_path / "shop.yaml").sample()["b"] == shop.sample()["b"]
    assert list(TablesModel.of(shop.document, tables=("b",)).sample()) == ["b"]
    with pytest.raises(SettingsError, match="did you mean `a`"):
        TablesModel.of(shop.document, tables=("aa",))
    with pytest.raises(SettingsError, match="rows 0 to 4"):
        shop.at("a", np.array([5]))
