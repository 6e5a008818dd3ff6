from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import likewise
from likewise.errors import SettingsError
from likewise.techniques.rules.model import TablesModel

COLUMNS: dict[str, Any] = {
    "id": "sequence", "name": {"categorical": ["Ann Lee", "Bob Moor", "Cyd Roe"]}, "visits": {"poisson": 20},
    "city": {"pattern": "[A-Z][a-z]{5} [A-Z]{3}"}, "height": {"normal": [170, 10], "decimals": 1},
    "born": {"date-range": ["1950-01-01", "2000-01-01"]},
}  # fmt: skip
DIRTY: dict[str, Any] = {
    "typos": {"share": 0.05, "columns": ["name", "city"]}, "units": {"share": 0.03, "columns": {"height": 0.3937}},
    "swaps": {"share": 0.02, "columns": ["name", "city"]}, "blanks": {"share": 0.04, "columns": ["born"]},
    "case": {"share": 0.02, "columns": ["city"]}, "spaces": {"share": 0.02, "columns": ["city"]},
    "duplicates": {"share": 0.1, "typos": 0.3},
}  # fmt: skip


def model(rows: int = 2000, **dirty: Any) -> TablesModel:
    table = {"rows": rows, "columns": COLUMNS, "key": "id", **({"dirty": dirty} if dirty else {})}
    return TablesModel.of({"seed": 2, "tables": {"people": table}})


def frames(rows: int = 2000, **dirty: Any) -> dict[str, pd.DataFrame]:
    made = model(rows, **dirty).sample()
    return {name: made[name].to_pandas().astype(object).replace("", None) for name in made}


@pytest.fixture(scope="module")
def made() -> dict[str, pd.DataFrame]:
    return {**frames(**DIRTY), "clean": frames()["people"]}


def test_the_answer_key_gives_the_clean_table_back(made: dict[str, pd.DataFrame]) -> None:
    people, answers, clean = made["people"], made["people_answers"], made["clean"]
    restored = people.astype(str)
    for answer in answers[answers["column"].notna()].iloc[::-1].itertuples():
        restored.loc[answer.row - 1, answer.column] = str(answer.was)
    first = restored.iloc[: len(clean)]
    for column in ("name", "city", "id"):
        assert (first[column] == clean[column].astype(str)).all(), column
    assert pd.to_numeric(first["height"]).equals(pd.to_numeric(clean["height"]))
    assert (pd.to_datetime(first["born"]) == pd.to_datetime(clean["born"].astype(str))).all()


def test_shares_are_kept(made: dict[str, pd.DataFrame]) -> None:
    counts = made["people_answers"].groupby(["error", "column"], dropna=False).size()
    assert 70 < counts["typos", "name"] < 190 and 40 < counts["units", "height"] < 95
    assert counts["swaps", "name"] == counts["swaps", "city"] and counts["duplicate"].sum() == 200


def test_repeated_rows_have_keys_of_their_own_and_say_whom_they_repeat(made: dict[str, pd.DataFrame]) -> None:
    people, answers = made["people"], made["people_answers"]
    assert people["id"].is_unique and len(people) == 2200
    twice = answers[answers["error"] == "duplicate"]
    assert twice["of_row"].is_unique and (twice["row"] > 2000).all() and (twice["of_row"] <= 2000).all()
    one, other = people.loc[twice["row"].astype(int) - 1], people.loc[twice["of_row"].astype(int) - 1]
    assert (one["visits"].to_numpy() == other["visits"].to_numpy()).all()


def test_units_change_numbers_by_their_factor(made: dict[str, pd.DataFrame]) -> None:
    answers = made["people_answers"].query("error == 'units'")
    now = made["people"]["height"].loc[answers["row"].astype(int) - 1].astype(float).to_numpy()
    was = answers["was"].astype(float).to_numpy()
    assert abs(now / was - 0.3937).max() < 1e-3


def test_blocks_are_spoilt_alike_whatever_their_size() -> None:
    dirty = model(500, **DIRTY)
    from likewise.techniques.rules.dirt.soiled import Soiled

    rules = dirty.plan.tables["people"].rules
    assert rules.dirty is not None
    soiled = Soiled(dirty.tables(), "people", rules.dirty)
    whole = pd.concat([b.to_pandas() for b in soiled.stream(500)], ignore_index=True)
    parts = pd.concat([b.to_pandas() for b in soiled.stream(37)], ignore_index=True)
    pd.testing.assert_frame_equal(whole, parts, check_dtype=False)


def test_generate_gives_the_answer_key_beside_the_table() -> None:
    found = likewise.generate({"columns": COLUMNS, "dirty": {"blanks": {"share": 0.5, "columns": ["born"]}}}, n=40)
    assert list(found) == ["table", "table_answers"]
    assert found["table_answers"].rows == int(found["table"].missing("born").sum())


@pytest.mark.parametrize(
    ("dirty", "said"),
    [
        ({"typoes": {"share": 0.1, "columns": ["name"]}}, "typoes"),
        ({"typos": {"share": 2, "columns": ["name"]}}, r"dirty\.typos\.share: at most 1"),
        ({"typos": {"share": 0.1, "columns": ["nmae"]}}, "`nmae`"),
        ({"typos": {"share": 0.1, "columns": ["height"]}}, "texts are spoilt so"),
        ({"units": {"share": 0.1, "columns": {"name": 2}}}, "numbers have units"),
        ({"swaps": {"share": 0.1, "columns": ["name", "height"]}}, "of kind decimal"),
        ({"duplicates": {"share": 0}}, r"duplicates\.share"),
        ({"typos": 3}, "a share and columns are wanted"),
    ],
)
def test_what_is_wrong_is_said_with_its_path(dirty: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        model(10, **dirty)
